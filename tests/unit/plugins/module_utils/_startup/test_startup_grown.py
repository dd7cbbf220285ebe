"""Networks that have grown: what was not read may serve the phone too, and no verdict is surer than that allows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._startup.evidence import Evidence
from ansible_collections.dialtone.voice.plugins.module_utils._startup.judge import judge
from ansible_collections.dialtone.voice.plugins.module_utils._startup.network import Heard, Place, Uplink
from ansible_collections.dialtone.voice.plugins.module_utils._startup.proof import Proof

from . import evidences as made
from .evidences import (
    CAUSES,
    NAME,
    both,
    config,
    connections,
    dhcp,
    planned,
    port,
    record,
    refused,
    says,
    scope,
    service,
    status,
)
from .test_startup_ways import OLD_STAMP, gap, short, svi, two_scopes

OTHER = "10.9.9.9"
READ = "10.1.30.2"
NO_SCOPE = both(made.lit, dhcp(scopes=()))
FULL = both(made.lit, scope(left=0))


def at_port(number: int, *, heard: bool = True, voice_vlan: int | None = None) -> made.Change:
    place = Place("access-sw1", f"GigabitEthernet1/0/{number}", made.proof("access-sw1"), heard, voice_vlan)
    return lambda e: replace(e, elsewhere=(*e.elsewhere, place))


def sessions(text: str) -> made.Change:
    def change(e: Evidence) -> Evidence:
        told = {"authentication": Proof("access-sw1", "show authentication sessions", text)}
        return replace(e, port=replace(e.port, proofs={**e.port.proofs, **told})) if e.port else e

    return change


def leading(*, leads: bool) -> made.Change:
    trunk = Uplink("GigabitEthernet1/0/48", frozenset({10, 30}), made.proof("access-sw1"), leads)
    return lambda e: replace(e, switch=replace(e.switch, uplinks=(trunk,))) if e.switch else e


def unread_port(e: Evidence) -> Evidence:
    return replace(e, port=None, switch=None, gaps={**e.gaps, "switch": "access-sw1 could not be read"})


def _locale(name: str) -> made.Change:
    return lambda e: replace(e, files=replace(e.files, user_locale=made.file(name, "missing"))) if e.files else e


def _one_silent(e: Evidence) -> Evidence:
    """The node of the phone's TFTP server doesn't tell its services, the other one runs TFTP, too."""
    if e.cluster is None:
        return e
    told = {"cucm-sub1": {"Cisco CallManager": "Started", "Cisco Tftp": "Started"}}
    return replace(e, cluster=replace(e.cluster, services=told))


def _no_tls(words: str) -> made.Change:
    told = Proof("controller", "TLS connection to 10.1.0.10:5061", words)

    def change(e: Evidence) -> Evidence:
        tried = tuple(replace(one, outcome="tls failed", fingerprint="", proof=told) for one in e.call_managers or ())
        return replace(e, call_managers=tried)

    return change


SECURED = ("TLS that", "no TLS")

VERDICTS: dict[str, tuple[made.Change, Any]] = {
    # DHCP servers that nobody reads, such as Windows or Infoblox.
    "no scope, and the relay goes to a second server": (
        both(NO_SCOPE, svi(helpers=(READ, OTHER))),
        (("scope_missing", "likely"), set()),
    ),
    "no scope, and the router wasn't read": (both(NO_SCOPE, dhcp(relays=())), (("scope_missing", "likely"), set())),
    "no scope, and the router is in a VRF": (
        both(NO_SCOPE, svi(proof=Proof("core-sw1", "show running-config", "interface Vlan20\n vrf forwarding VOICE"))),
        (("scope_missing", "likely"), set()),
    ),
    "no address left, and a second server": (
        both(FULL, svi(helpers=(READ, OTHER))),
        (("scope_exhausted", "likely"), set()),
    ),
    "no option 150 at one of two servers": (
        both(made.lit, scope(option_150=()), svi(helpers=(READ, OTHER))),
        (("option150_missing", "likely"), set()),
    ),
    "no option 150 at the server of its lease": (
        both(made.misled, scope(option_150=()), svi(helpers=(READ, OTHER))),
        (("option150_missing", "certain"), set()),
    ),
    "another gateway than planned, and no router read": (
        both(made.lit, scope(gateways=("10.1.20.254",)), dhcp(relays=())),
        (("gateway_wrong", "likely"), set()),
    ),
    "another gateway than planned in one of two scopes": (
        both(made.lit, scope(gateways=("10.1.20.254",)), two_scopes(gateways=("10.1.20.1",))),
        (("gateway_wrong", "likely"), set()),
    ),
    "an interface without a relay that isn't the gateway": (
        both(made.lit, svi(address="10.1.20.9/24", helpers=())),
        (("relay_missing", "likely"), set()),
    ),
    "an interface without a relay, of which a twin shares the gateway": (
        both(made.lit, svi(address="10.1.20.2/24", virtual=("10.1.20.1",), helpers=())),
        (("relay_missing", "likely"), set()),
    ),
    "an interface without address and relay": (
        both(made.lit, svi(address="", helpers=())),
        (("unknown", "possible"), set()),
    ),
    "another TFTP server of the cluster than planned": (
        both(refused(16), scope(option_150=("10.1.0.11",)), says(tftp_1=""), service("Cisco Tftp", "Started")),
        (("duplicate_registration", "certain"), {"option150_wrong_server"}),
    ),
    # Ports.
    "at another port that is set up alike": (
        both(made.dark, at_port(9, voice_vlan=20), status("config", "missing")),
        (("config_missing", "certain"), {"wrong_port"}),
    ),
    "at another port without its voice VLAN": (
        both(made.dark, at_port(9, voice_vlan=30)),
        (("wrong_port", "certain"), set()),
    ),
    "its address behind a port, its own switch unread": (
        both(made.dark, at_port(9, heard=False), unread_port),
        (("wrong_port", "likely"), set()),
    ),
    "the planned VLAN as access VLAN, voice untagged": (
        both(refused(16), port(voice_vlan="untagged", access_vlan=20), says(vlan="")),
        (("duplicate_registration", "certain"), set()),
    ),
    "no voice VLAN, and the phone tells the planned one by LLDP": (
        both(
            made.lit,
            port(voice_vlan=None, heard=(Heard(NAME, "Cisco IP Phone 8841", "phone", "lldp", voice_vlan=20),)),
        ),
        (("unknown", "possible"), set()),
    ),
    "no voice VLAN, and the phone let in by RADIUS": (
        both(made.lit, port(voice_vlan=None), sessions("Gi1/0/5  0000.5e00.5301 mab  VOICE  Auth  0A01")),
        (("voice_vlan_missing", "likely"), set()),
    ),
    "kept out is the PC behind it": (
        both(made.lit, port(authorized=False), sessions("Gi1/0/5  0000.5e00.53aa dot1x  DATA  Unauth  0A01")),
        (("port_unauthorized", "likely"), set()),
    ),
    "kept out is the phone": (
        both(made.lit, port(authorized=False), sessions("Gi1/0/5  0000.5e00.5301 mab  DATA  Unauth  0A01")),
        (("port_unauthorized", "certain"), set()),
    ),
    "let in, and not as a phone": (
        both(made.lit, port(authorized=True), sessions("Gi1/0/5  0000.5e00.5301 mab  DATA  Auth  0A01")),
        (("port_unauthorized", "likely"), set()),
    ),
    "let in as a phone": (
        both(made.lit, port(authorized=True), sessions("Gi1/0/5  0000.5e00.5301 mab  VOICE  Auth  0A01")),
        (("unknown", "possible"), set()),
    ),
    "trunks to servers only": (both(made.lit, leading(leads=False)), (("vlan_not_on_uplink", "likely"), set())),
    "a trunk to a switch": (both(made.lit, leading(leads=True)), (("vlan_not_on_uplink", "certain"), set())),
    "a port without power, planned neither way": (
        both(CAUSES["poe_disabled"], planned(poe=None)),
        (("poe_disabled", "likely"), set()),
    ),
    # TFTP and CUCM.
    "a service that is stopped, at a server that nobody knows": (
        both(CAUSES["tftp_service_stopped"], planned(tftp_servers=()), lambda e: _asked_at(e, "10.7.7.7")),
        (("tftp_service_stopped", "likely"), set()),
    ),
    "nobody answers, and the node didn't tell its services": (
        both(made.gone, made._unreachable, says("TFTP Timeout"), _one_silent, gap("services")),
        (("unknown", "possible"), set()),
    ),
    "nobody answers, and the node is known by its address": (
        both(made.gone, made._unreachable, says("TFTP Timeout")),
        (("tftp_unreachable", "certain"), set()),
    ),
    "a profile for TLS outside of mixed mode": (
        both(refused(16), record(security_mode="Encrypted"), status("ctl", "missing")),
        (("duplicate_registration", "certain"), set()),
    ),
    "an old stamp of a file that says the same": (
        both(made.gone, config(stamp=OLD_STAMP), connections("no answer")),
        (("cucm_port_blocked", "likely"), {"config_stale"}),
    ),
    "a load that isn't there, and not registered with the one that it has": (
        both(made.gone, status("load", "missing"), says(active_load="sip88xx.11-0-1")),
        (("firmware_missing", "likely"), set()),
    ),
    "no answer of TFTP, before its configuration came by HTTP": (
        both(refused(16), says(f"TFTP Timeout : {NAME}.cnf.xml.sgn", f"{NAME}.cnf.xml.sgn(HTTP)")),
        (("duplicate_registration", "certain"), set()),
    ),
    "a file that it didn't trust, before it had one by TFTP": (
        both(refused(16), says(f"File Auth Fail : {NAME}.cnf.xml.sgn", f"{NAME}.cnf.xml.sgn (TFTP)")),
        (("duplicate_registration", "certain"), set()),
    ),
    "TLS that is too old for the controller": (
        both(made.gone, _no_tls("10.1.0.10: the TLS handshake failed: no protocol version or cipher in common")),
        (("unknown", "possible"), set()),
    ),
    "TLS that is broken off without a phone's certificate": (
        both(
            made.gone, _no_tls("10.1.0.10: connected, but the TLS handshake was broken off: connection reset by peer")
        ),
        (("unknown", "possible"), set()),
    ),
    "no TLS where it is expected": (
        both(
            made.gone,
            _no_tls("10.1.0.10: the TLS handshake failed: the other side does not speak TLS (WRONG_VERSION_NUMBER)"),
        ),
        (("tls_handshake_failed", "likely"), set()),
    ),
    "a TFTP server with a mark behind it": (
        both(refused(16), says(tftp_1=f"{made.TFTP} (a)"), scope(option_150=("10.1.0.99",))),
        (("duplicate_registration", "certain"), set()),
    ),
    "802.1X that it fails at": (
        both(refused(16), says("802.1X Authentication Failed")),
        (("duplicate_registration", "certain"), set()),
    ),
    "a load whose signature it doesn't know": (
        both(made._wrong_load, says("File Auth Fail : rootfs88xx.12-8-1-0001-455.sbn")),
        (("firmware_download_failed", "likely"), set()),
    ),
    "the locale that every phone has": (
        both(refused(16), _locale("English_United_States/sl-be-sip.jar")),
        (("duplicate_registration", "certain"), set()),
    ),
}


def _asked_at(e: Evidence, server: str) -> Evidence:
    if e.files is None:
        return e
    told = next(iter(e.files.servers.values()))
    return replace(e, files=replace(e.files, servers={server: replace(told, server=server)}))


@pytest.mark.parametrize("name", VERDICTS)
def test_what_was_not_read_is_not_taken_for_nothing(name: str) -> None:
    change, expected = VERDICTS[name]
    assert short(judge(change(made.healthy(secured=name.startswith(SECURED))))) == expected


def test_a_phone_at_a_port_that_is_set_up_alike_is_clean() -> None:
    moved = both(at_port(9, voice_vlan=20), port(link="notconnect", heard=(), macs=(), power_oper="off"))
    verdict = judge(moved(made.healthy()))
    assert short(verdict) == (None, {"wrong_port"})
    assert "next start" not in verdict.findings[0].text


def test_what_it_would_take_names_the_server_that_was_not_read() -> None:
    verdict = judge(both(NO_SCOPE, svi(helpers=(READ, OTHER)))(made.healthy()))
    assert verdict.would_take[-1] == f"dhcp: the relay goes to {OTHER}, which was not read"


def test_a_phone_in_the_care_of_a_router_says_so() -> None:
    verdict = judge(both(made.gone, says(call_manager_1="10.1.20.1  Active", call_manager_2=""))(made.healthy()))
    assert verdict.stuck
    assert verdict.stuck.cause == "unknown"
    assert "says that it is registered with 10.1.20.1  Active" in verdict.stuck.text


def _american(e: Evidence) -> Evidence:
    assert e.files is not None
    own = {"user_locale": made.file("English_United_States/mk-sip.jar", "missing"), "network_locale": None}
    return replace(e, files=replace(e.files, **own))


def test_a_message_of_a_locale_that_the_phone_no_longer_has_is_old() -> None:
    said = says("Error Updating Locale")(made.healthy())
    assert short(judge(_american(said))) == (None, set())
    alone = replace(said, files=None, gaps={**said.gaps, "files": "off"})
    assert short(judge(alone)) == (None, {"locale_missing"})
