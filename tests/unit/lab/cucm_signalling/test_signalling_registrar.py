"""The registrar, spoken to by a bare SIP client."""

from __future__ import annotations

import asyncio

import pytest

from lab.cucm.registrar import Registrar
from lab.net import PORTS
from lab.sip import SipError, SipMessage, parameter, parse_head, uri_user

NAME = "SEP00005E005301"
BULK = b'<x-cisco-remotecc-request><bulkregisterreq><contact all="true"><register/></contact></bulkregisterreq>'


async def test_answers_a_first_registration_as_cucm_does(cluster, registrar, peer):
    cluster.add_phone()
    answer = await peer.ask(peer.register())
    assert (answer.status, answer.get("Expires"), answer.get("Server")) == (200, "120", "Cisco-CUCM12.5")
    assert answer.get("Contact").endswith('model.ccm.cisco.com="683";x-cisco-newreg')
    assert ";tag=" in answer.get("To")
    known = registrar.registrations()[NAME]
    assert (known.status, known.reason, known.lines) == ("Registered", 0, {"1001": "Registered"})
    assert (known.ip, known.active_load, known.inactive_load) == (f"{cluster.block.prefix}.20.11", "a.1", "b.2")
    again = await peer.ask(peer.register())
    assert "x-cisco-newreg" not in again.get("Contact")


async def test_one_register_for_each_line_or_one_for_all(cluster, registrar, peer):
    cluster.add_phone(NAME, "1001", "1002", "\\+4930")
    await peer.ask(peer.register("1001"))
    assert registrar.registrations()[NAME].status == "PartiallyRegistered"
    answer = await peer.ask(peer.register("1001", body=BULK, headers=[("Content-Type", "multipart/mixed")]))
    assert answer.get("Content-Type") == "application/x-cisco-remotecc-response+xml"
    assert b"<code>200</code>" in answer.body
    known = registrar.registrations()[NAME]
    assert (known.status, set(known.lines)) == ("Registered", {"1001", "1002", "+4930"})
    assert known.attempts == 1


async def test_escaped_pattern_registers_under_its_number(cluster, registrar, peer):
    cluster.add_phone(NAME, "\\+4930")
    answer = await peer.ask(peer.register("+4930"))
    assert answer.status == 200
    assert registrar.registrations()[NAME].lines == {"+4930": "Registered"}


async def test_unknown_line(cluster, registrar, peer):
    cluster.add_phone()
    answer = await peer.ask(peer.register("2222"))
    assert answer.status == 404
    assert "2222" in answer.get("Warning")
    assert NAME not in registrar.registrations()


@pytest.mark.parametrize(
    ("change", "request_", "status", "reason"),
    [
        ({"name": "SEP00005E0053FF"}, {}, 404, 2),
        ({"protocol": "SCCP"}, {}, 403, 3),
        ({}, {"model": 622}, 403, 3),
    ],
)
async def test_rejections(cluster, registrar, peer, change, request_, status, reason):
    cluster.add_phone(**change)
    answer = await peer.ask(peer.register(**request_))
    assert answer.status == status
    assert answer.get("Warning").startswith("399 ")
    known = registrar.registrations()[NAME]
    assert (known.status, known.reason, known.lines) == ("Rejected", reason, {})


async def test_unregistration_and_standby_keepalive(cluster, registrar, peer):
    cluster.add_phone()
    await peer.ask(peer.register())
    answer = await peer.ask(peer.register(expires=0, parameters=";expires=0;cisco-keep-alive"))
    assert answer.status == 200
    assert registrar.registrations()[NAME].status == "Registered"
    answer = await peer.ask(peer.register(expires=0))
    assert (answer.status, answer.get("Expires")) == (200, "0")
    known = registrar.registrations()[NAME]
    assert (known.status, known.reason, known.lines) == ("UnRegistered", 10, {"1001": "UnRegistered"})


async def test_closed_connection_is_forgiven_for_a_moment(cluster, registrar, peer, wait_until):
    cluster.add_phone()
    await peer.ask(peer.register())
    peer.close()
    await wait_until(lambda: registrar.registrations()[NAME].status == "UnRegistered")
    assert registrar.registrations()[NAME].reason == 6


async def test_silence_ends_in_keepalive_timeout(cluster, registrar, peer, wait_until):
    await registrar.stop()
    short = Registrar(store=cluster.store, address=cluster.address, sip_port=PORTS.sip, expires=1, keepalive_grace=-0.9)
    await short.start()
    cluster.add_phone()
    again = await type(peer).connect(cluster.address, f"{cluster.block.prefix}.20.12")
    answer = await again.ask(again.register())
    assert answer.get("Expires") == "1"
    await wait_until(lambda: short.registrations()[NAME].status == "UnRegistered")
    assert short.registrations()[NAME].reason == 13
    again.close()
    await short.stop()


@pytest.mark.parametrize(
    ("change", "action", "reason"),
    [("reset", "reset", 9), ("restarted", "restart", 15), ("applied", "apply-config", 17)],
)
async def test_resets_are_notified_with_the_call_id_of_the_registration(
    cluster, registrar, peer, wait_until, change, action, reason
):
    cluster.add_phone()
    await peer.ask(peer.register())
    stamp = cluster.store.phone(NAME).version_stamp
    cluster.store.announce("Phone", NAME, change)
    notify = await peer.receive()
    assert (notify.method, notify.get("Event")) == ("NOTIFY", "service-control")
    body = notify.body.decode().splitlines()
    assert body[:3] == [f"action={action}", f"RegisterCallId={{call-of-{NAME}}}", f"ConfigVersionStamp={stamp}"]
    peer.write(notify.respond(200).encode())
    await peer.ask(peer.register(expires=0))
    known = registrar.registrations()[NAME]
    assert (known.status, known.reason) == ("UnRegistered", reason)


async def test_changes_of_the_database_from_another_thread(cluster, registrar, peer):
    cluster.add_phone()
    await peer.ask(peer.register())
    await asyncio.to_thread(cluster.add_phone, NAME, "1001", "1002")
    notify = await peer.receive()
    assert notify.body.startswith(b"action=apply-config")


async def test_digest(cluster, registrar, peer):
    cluster.add_phone()
    registrar.digest[NAME] = ("alice", "secret")
    answer = await peer.ask(peer.register())
    assert answer.status == 401
    assert answer.get("WWW-Authenticate").startswith('Digest realm="ccmsipline", nonce="')
    wrong = [("Authorization", 'Digest username="alice", nonce="x", uri="sip:cucm", response="0"')]
    assert (await peer.ask(peer.register(headers=wrong))).status == 401
    assert NAME not in registrar.registrations()


async def test_alarm_is_accepted(cluster, registrar, peer):
    headers = [("Via", "SIP/2.0/TCP x"), ("From", f"<sip:{NAME}@x>;tag=1"), ("To", "<sip:cucm>"), ("Call-ID", "a")]
    headers += [("CSeq", "1 REFER"), ("Content-Type", "application/x-cisco-alarm+xml")]
    answer = await peer.ask(SipMessage("REFER sip:cucm SIP/2.0", headers, b"<x-cisco-alarm/>"))
    assert (answer.status, registrar.alarms[NAME]) == (202, ["<x-cisco-alarm/>"])


async def test_garbage_closes_only_that_connection(cluster, registrar, peer):
    cluster.add_phone()
    peer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert await peer.receive() is None
    again = await type(peer).connect(cluster.address, f"{cluster.block.prefix}.20.12")
    again.write(b"\r\n\r\n")
    assert (await again.ask(again.register())).status == 200
    again.close()


async def test_other_methods(registrar, peer):
    headers = [
        ("Via", "SIP/2.0/TCP x"),
        ("From", "<sip:a@x>"),
        ("To", "<sip:b@x>"),
        ("Call-ID", "a"),
        ("CSeq", "1 INVITE"),
    ]
    assert (await peer.ask(SipMessage("INVITE sip:1002@cucm SIP/2.0", headers))).status == 405
    assert (await peer.ask(peer.register(name=""))).status == 400


def test_parsing():
    message = parse_head("SIP/2.0 200 OK\r\nf: <sip:a@b>\r\nSubject: one\r\n two\r\nCSeq: 7 REGISTER")
    assert (message.status, message.reason, message.method) == (200, "OK", "")
    assert (message.get("From"), message.get("subject"), message.cseq) == ("<sip:a@b>", "one two", (7, "REGISTER"))
    assert uri_user('"A" <sip:+49@h:5060;transport=tcp>') == "+49"
    assert parameter('<sip:a@b>;+x.y!z="q;r";bare', "+x.y!z") == "q;r"
    assert parameter("<sip:a@b>;bare", "bare") == ""
    assert parameter("<sip:a@b>;bare", "b") is None
    for wrong in ("HTTP/1.1 200 OK", "REGISTER sip:x", "REGISTER sip:x SIP/2.0\r\nno header"):
        with pytest.raises(SipError):
            parse_head(wrong)
