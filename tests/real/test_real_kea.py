"""dhcp_scopes against Kea's own DHCPv4 server and control agent: the stair, the faults, and what goes over the wire."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.kea_control import Kea
from lab.pki import CertificateAuthority
from lab.switch.dhcp_packet import OFFER
from tests.real.kea_server import GATEWAY, NETWORK, OWN, PASSWORD, USER, RealKea, kea, kea_programs, running_kea
from tests.scope_table import COMMON, REFUSED, refused

__all__ = ["kea", "kea_programs", "running_kea"]

SERVERS = ["127.71.0.10", "127.71.0.11", "127.71.0.12"]
MAC = "00:11:22:33:44:55"


def scope(**values: Any) -> dict[str, Any]:
    return {
        "name": "VOICE",
        "network": NETWORK,
        "ranges": ["127.71.20.50-127.71.20.99"],
        "gateway": GATEWAY,
        "lease_time": 28800,
        "tftp_servers": SERVERS[:2],
        **values,
    }


WHOLE = {
    "ranges": ["127.71.20.64-127.71.20.79", "127.71.20.100-127.71.20.120"],
    "excluded": ["127.71.20.110"],
    "tftp_server_name": "cucm1.example.com",
    "domain_name": "example.com",
    "dns_servers": ["127.71.0.5", "127.71.0.6"],
    "options": [
        {"code": 42, "type": "ip", "value": ["127.71.0.7", "127.71.0.8"]},
        {"code": 26, "type": "uint16", "value": 1400},
        {"code": 19, "type": "bool", "value": False},
        {"code": 67, "type": "text", "value": "SEPDefault.cnf.xml"},
        {"code": 2, "type": "uint32", "value": 3600},
        {"code": 43, "type": "hex", "value": "f1:04:7f:47:00:0a"},
        {"code": 160, "type": "text", "value": "http://127.71.0.9/"},
        {"code": 23, "type": "uint8", "value": 64},
    ],
    "reservations": [
        {"mac": MAC, "address": "127.71.20.5", "hostname": "phone1"},
        {"mac": "0011.2233.4466", "address": "127.71.20.70"},
    ],
}


@pytest.mark.parametrize("way", ["socket", "http"])
def test_stair(kea: RealKea, way: str) -> None:
    if way == "http":
        kea.start_agent()
    result = kea.task({"network": "10.0.0.0/8"}, socket_path=..., host=...)
    assert "any of the following are missing: host, socket_path" in result["msg"]
    assert "scopes[0]: missing required arguments: name" in result["msg"]

    before = kea.config()
    planned = kea.task(scope(), check=True, way=way)
    assert kea.config() == before
    first = kea.task(scope(), way=way)
    assert (first["changed"], first["saved"], first["results"][0]["status"]) == (True, True, "changed"), first
    assert (first["commands"], first["diff"]) == (planned["commands"], planned["diff"])
    assert kea.saved()["subnet4"][1]["subnet"] == NETWORK
    again = kea.task(scope(), way=way)
    assert (again["changed"], again["saved"], again["commands"]) == (False, False, [])

    update = scope(tftp_servers=SERVERS[1::-1], lease_time="infinite")
    changed = kea.task(update, way=way)
    sent = ["valid-lifetime 4294967295", "option 150 127.71.0.11, 127.71.0.10"]
    assert changed["results"][0]["sent"] == sent
    assert not kea.task(update, way=way)["changed"]
    fewer = scope(ranges=["127.71.20.60-127.71.20.63"], tftp_servers=SERVERS[:1])
    assert kea.task(fewer, way=way)["results"][0]["after"]["ranges"] == ["127.71.20.60-127.71.20.63"]
    assert not kea.task(fewer, way=way)["changed"]

    gone = {"name": "VOICE", "state": "absent"}
    assert kea.task(gone, way=way)["changed"]
    assert kea.subnet("VOICE") is None
    assert not kea.task(gone, way=way)["changed"]
    after = kea.config()
    assert after.pop("option-def")[0]["code"] == 150
    assert {**after, "option-def": []} == before


def test_everything_that_a_scope_can_have(kea: RealKea) -> None:
    planned = kea.task(scope(**WHOLE), check=True)
    made = kea.task(scope(**WHOLE))
    assert "failed" not in made, made["msg"]
    after = made["results"][0]["after"]
    assert planned["results"][0]["after"] == after
    assert (
        after["options"]
        == WHOLE["options"][:5] + [{**WHOLE["options"][5], "value": "f1047f47000a"}] + WHOLE["options"][6:]
    )
    assert after["ranges"] == [
        "127.71.20.64-127.71.20.79",
        "127.71.20.100-127.71.20.109",
        "127.71.20.111-127.71.20.120",
    ]
    assert [each["hostname"] for each in after["reservations"]] == ["phone1", None]
    assert not kea.task(scope(**WHOLE))["changed"]
    steps = [
        {"reservations": WHOLE["reservations"][1:]},
        {"reservations": []},
        {"network": "127.71.20.0/23"},
        {"options": [{"code": 26, "type": "uint16", "value": 1500}]},
        {"lease_time": 600},
    ]
    for step in steps:
        planned, done = kea.task(scope(**step), check=True), kea.task(scope(**step))
        assert "failed" not in done, done["msg"]
        assert [row["after"] for row in done["results"]] == [row["after"] for row in planned["results"]]
        assert done["changed"]
        assert not kea.task(scope(**step))["changed"]


@pytest.mark.parametrize("name", COMMON)
def test_what_every_kind_of_server_has(kea: RealKea, name: str) -> None:
    rows = COMMON[name]("127.71")
    done = kea.task(*rows)
    assert "failed" not in done, done["msg"]
    for row, result in zip(rows, done["results"], strict=True):
        given = {key: value for key, value in row.items() if key != "name"}
        assert {key: result["after"][key] for key in given} == given
    assert not kea.task(*rows)["changed"]


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_server_takes(kea: RealKea, name: str) -> None:
    before = kea.config()
    rows, words = refused(name, "127.71")
    result = kea.task(*rows)
    assert words in result["msg"]
    assert "nothing was touched" in result["msg"]
    assert (result["changed"], kea.config()) == (False, before)


def test_as_much_as_it_has(kea: RealKea) -> None:
    """An option holds 63 addresses, and a lease that is one second longer has no end."""
    most = {
        "ranges": [f"127.71.20.{number}" for number in range(50, 90, 2)],
        "tftp_servers": [f"127.71.0.{number}" for number in range(63, 0, -1)],
        "dns_servers": [f"127.71.0.{number}" for number in range(63, 0, -1)],
        "lease_time": 4294967294,
    }
    done = kea.task(scope(**most))
    assert "failed" not in done, done["msg"]
    assert {key: done["results"][0]["after"][key] for key in most} == most
    assert kea.offer().addresses(150) == most["tftp_servers"]
    assert not kea.task(scope(**most))["changed"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {"scopes": [scope(lease_time=4294967295)]},
            "lease_time: 4294967295 s is longer than the longest, 4294967294 s",
        ),
        (
            {"scopes": [scope(tftp_servers=[f"127.71.0.{number}" for number in range(1, 65)])]},
            "tftp_servers: 64 addresses do not fit into one option",
        ),
        (
            {"relays": [{"interface": "Vlan20", "servers": [OWN]}]},
            "relays[0] (Vlan20): not supported by provider kea: give it in a task of the router",
        ),
    ],
)
def test_what_this_kind_of_server_does_not_have(kea: RealKea, options: dict[str, Any], words: str) -> None:
    before = kea.config()
    assert words in kea.task(**options)["msg"]
    assert kea.config() == before


@pytest.mark.parametrize("count", [1, 2, 3])
def test_option_150_on_the_wire(kea: RealKea, count: int) -> None:
    assert "failed" not in kea.task(scope(tftp_servers=SERVERS[:count], tftp_server_name="cucm1"))
    offer = kea.offer(mac=f"00112233450{count}")
    assert offer.message_type == OFFER
    assert offer.addresses(150) == SERVERS[:count]
    assert (offer.addresses(3), offer.seconds(51), offer.text(66)) == ([GATEWAY], 28800, "cucm1")
    assert offer.yiaddr.startswith("127.71.20.")
    kea.task(scope(tftp_servers=SERVERS[count - 1 :: -1]))
    assert kea.offer(mac=f"00112233460{count}").addresses(150) == SERVERS[count - 1 :: -1]


def test_what_a_row_says_goes_over_the_wire(kea: RealKea) -> None:
    kea.task(scope(**WHOLE))
    offer = kea.offer(mac=MAC.replace(":", ""))
    assert offer.yiaddr == "127.71.20.5"
    assert offer.addresses(42) == ["127.71.0.7", "127.71.0.8"]
    assert (offer.addresses(6), offer.text(15)) == (["127.71.0.5", "127.71.0.6"], "example.com")


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"code": 150, "csv-format": False, "data": b"127.71.0.10".hex()}, "option_150_as_text"),
        ({"code": 150, "csv-format": False, "data": "7F47000A"}, "option_150_one_address"),
        ({"code": 66, "data": "127.71.0.10"}, "option_66_only"),
    ],
)
def test_a_trap_is_named_and_mended(kea: RealKea, wrong: dict[str, Any], name: str) -> None:
    kea.edit(subnet4=[{"id": 9, "subnet": NETWORK, "option-data": [wrong], "user-context": {"site": "HQ"}}])
    result = kea.task(scope())
    assert [(each["name"], each["mended"]) for each in result["results"][0]["findings"]] == [(name, True)]
    assert kea.offer().addresses(150) == SERVERS[:2]
    assert kea.subnet("VOICE")["user-context"] == {"site": "HQ", "subnet-name": "VOICE"}
    assert kea.subnet("VOICE")["id"] == 9


def test_option_150_defined_as_text_is_refused(kea: RealKea) -> None:
    kea.edit(**{"option-def": [{"name": "tftp", "code": 150, "type": "string"}]})
    before = kea.config()
    result = kea.task(scope())
    assert "scopes[0] (VOICE): tftp_servers: Kea has option 150 defined as one string ('tftp')" in result["msg"]
    assert 'change its option-def to {"type": "ipv4-address", "array": true}' in result["msg"]
    assert kea.config() == before


def test_a_subnet_in_a_shared_network(kea: RealKea) -> None:
    row = {"name": "FLOOR", "network": "10.98.0.0/24", "tftp_servers": SERVERS}
    assert kea.task(row)["results"][0]["sent"][-1] == "user-context subnet-name FLOOR"
    assert kea.config()["shared-networks"][0]["subnet4"][0]["id"] == 4
    assert kea.task({"name": "FLOOR", "state": "absent"})["changed"]
    assert kea.config()["shared-networks"][0]["subnet4"] == []


def test_active_leases_want_force(kea: RealKea) -> None:
    kea.task(scope())
    lease = {"subnet-id": kea.subnet("VOICE")["id"], "ip-address": "127.71.20.60", "hw-address": MAC}
    assert kea.command("lease4-add", lease)["result"] == 0
    gone = {"name": "VOICE", "state": "absent"}
    result = kea.task(gone)
    assert "state: 127.71.20.0/24 has 1 active lease (127.71.20.60)" in result["msg"]
    assert "give 'force: true'" in result["msg"]
    assert kea.subnet("VOICE") is not None
    assert kea.task(gone, force=True)["changed"]
    kea.command("lease4-del", {"ip-address": "127.71.20.60"})


def test_without_the_hook_leases_cannot_be_known(kea: RealKea) -> None:
    """Result 2: a command that this server does not know."""
    kea.task(scope())
    kea.edit(**{"hooks-libraries": []})
    result = kea.task({"name": "VOICE", "state": "absent"})
    assert "can't be known, because Kea's hook lease_cmds is not loaded" in result["msg"]
    assert kea.subnet("VOICE") is not None
    with pytest.raises(Exception, match=r"does not know lease4-get-all \(result 2\)"):
        Kea({"timeout": 5, **kea.way()}).command("lease4-get-all")


def test_nothing_there_is_no_error(kea: RealKea) -> None:
    """Result 3: there are no leases."""
    assert kea.command("lease4-get-all")["result"] == 3
    assert Kea({"timeout": 5, **kea.way()}).command("lease4-get-all") == {}


def test_what_kea_refuses_is_not_set(kea: RealKea) -> None:
    """Result 1, with Kea's own reason."""
    before = kea.config()
    result = kea.task(scope(options=[{"code": 42, "type": "hex", "value": "0a0101"}]))
    assert "refused config-test (result 1): " in result["msg"]
    assert result["error"]["code"] == "1"
    assert kea.config() == before


def test_a_set_that_fails_after_its_test_is_rolled_back(kea: RealKea) -> None:
    before = kea.config()
    leases = kea.folder / "leases"
    leases.rename(kea.folder / "elsewhere")
    try:
        result = kea.task(scope())
        assert "refused config-set (result 1): Unable to open database" in result["msg"]
        assert "Setting back the configuration that was read failed too" in result["msg"]
        assert kea.config() == before
    finally:
        (kea.folder / "elsewhere").rename(leases)
    assert kea.task(scope())["changed"]
    assert kea.offer().addresses(150) == SERVERS[:2]


def between(kea: RealKea, monkeypatch: pytest.MonkeyPatch, command: str, action: Any) -> None:
    """Do something once, right after a command was answered."""
    real = Kea.command
    left = [action]

    def command_then(self: Kea, name: str, arguments: dict[str, Any] | None = None) -> dict[str, Any]:
        answer = real(self, name, arguments)
        if name == command and left:
            left.pop()()
        return answer

    monkeypatch.setattr(Kea, "command", command_then)


def test_a_set_that_does_only_half_is_rolled_back(kea: RealKea, monkeypatch: pytest.MonkeyPatch) -> None:
    before = kea.config()
    real = Kea.command
    left = [1]

    def lossy(self: Kea, name: str, arguments: dict[str, Any] | None = None) -> dict[str, Any]:
        if name == "config-set" and left:
            left.pop()
            entries = arguments["Dhcp4"]["subnet4"][-1]["option-data"]
            next(each for each in entries if each["code"] == 150)["data"] = SERVERS[0]
        return real(self, name, arguments)

    monkeypatch.setattr(Kea, "command", lossy)
    result = kea.task(scope())
    assert (result["failed"], result["changed"], result["saved"]) == (True, False, False)
    assert "option 150 has one address, 127.71.0.10, where 2 are meant" in result["msg"]
    assert "It was rolled back: Kea has the configuration that was read" in result["msg"]
    assert kea.config() == before


def test_another_admins_change_between_read_and_set(kea: RealKea, monkeypatch: pytest.MonkeyPatch) -> None:
    between(kea, monkeypatch, "config-test", lambda: kea.edit(**{"valid-lifetime": 1234}))
    result = kea.task(scope())
    assert "was changed by somebody else, or Kea was restarted, since it was read: nothing was touched" in result["msg"]
    assert result["changed"] is False
    assert (kea.config()["valid-lifetime"], kea.subnet("VOICE")) == (1234, None)
    assert kea.task(scope())["changed"]


def test_a_restart_between_test_and_set(kea: RealKea, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was in memory only is gone with it, so that the plan does not fit any more."""
    kea.task(scope(), save="never")
    between(kea, monkeypatch, "config-test", kea.restart)
    result = kea.task(scope(lease_time=600))
    assert "or Kea was restarted, since it was read: nothing was touched" in result["msg"]
    assert kea.subnet("VOICE") is None
    assert kea.task(scope(lease_time=600))["changed"]


def test_a_restart_that_changes_nothing(kea: RealKea, monkeypatch: pytest.MonkeyPatch) -> None:
    kea.restart()
    between(kea, monkeypatch, "config-test", kea.restart)
    assert kea.task(scope())["saved"]


def test_a_full_disk_at_the_end(kea: RealKea) -> None:
    """Kea 2.2 itself calls that a success."""
    kea.file.unlink()
    kea.file.symlink_to("/dev/full")
    result = kea.task(scope())
    assert (result["failed"], result["changed"], result["saved"]) == (True, True, False)
    assert f"could not write {kea.file} completely" in result["msg"]
    assert "lives only in the memory of the server, where nothing of it is lost yet" in result["msg"]
    assert kea.subnet("VOICE") is not None
    assert kea.offer().addresses(150) == SERVERS[:2]
    kea.file.unlink()
    assert kea.task(scope(), save="always")["saved"]
    assert kea.saved()["subnet4"][1]["subnet"] == NETWORK


def test_a_folder_that_is_gone_at_the_end(kea: RealKea) -> None:
    kea.file.unlink()
    kea.file.symlink_to(kea.folder / "none" / "kea.json")
    result = kea.task(scope())
    assert "refused config-write (result 1)" in result["msg"]
    assert "the change lives only in the memory of the server" in result["msg"]
    assert (result["changed"], result["saved"]) == (True, False)
    assert kea.offer().addresses(150) == SERVERS[:2]


def test_kea_is_down(kea: RealKea) -> None:
    kea.start_agent()
    kea.stop()
    try:
        by_socket, by_agent = kea.task(scope()), kea.task(scope(), way="http")
    finally:
        kea.start()
    assert f"Kea at {kea.socket} can't be reached" in by_socket["msg"]
    assert "the control agent answers" in by_agent["msg"]
    assert "Start kea-dhcp4" in by_agent["msg"]
    assert [each["error"]["type"] for each in (by_socket, by_agent)] == ["Unreachable", "Unreachable"]
    nobody = kea.task(scope(), way="http", port=1)
    assert f"Kea at {OWN}:1 can't be reached: Connection refused" in nobody["msg"]
    assert [each["changed"] for each in (by_socket, by_agent, nobody)] == [False, False, False]
    assert kea.subnet("VOICE") is None


def test_who_is_let_in(kea: RealKea, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kea.start_agent()
    wrong = kea.task(scope(), way="http", password="wrong")
    assert "did not accept the user 'voice' (HTTP 401)" in wrong["msg"]
    assert wrong["error"]["type"] == "AuthenticationFailed"
    assert "did not accept a request without a user" in kea.task(scope(), way="http", username=..., password=...)["msg"]
    plain = kea.task(scope(), way="https")
    assert "the other side does not speak TLS" in plain["msg"]

    authority = CertificateAuthority()
    ca, certificate, key = (tmp_path / name for name in ("ca.pem", "kea.pem", "kea.key"))
    ca.write_bytes(authority.pem)
    for path, content in zip((certificate, key), authority.issue("kea.example.com", [OWN]), strict=True):
        path.write_bytes(content)
    files = {"trust-anchor": str(ca), "cert-file": str(certificate), "key-file": str(key), "cert-required": False}
    kea.start_agent(**files)
    # Nothing of the environment may say whom to trust.
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(ca))
    monkeypatch.setenv("CURL_CA_BUNDLE", str(ca))
    unknown = kea.task(scope(), way="https")
    assert "is not known here" in unknown["msg"]
    assert "ca_path" in unknown["msg"]
    assert kea.task(scope(), way="https", ca_path=str(ca))["changed"]
    other = kea.task(scope(), way="https", ca_path=str(ca), host="localhost")
    assert "the certificate is for another name" in other["msg"]


def test_five_hundred_scopes(kea: RealKea, monkeypatch: pytest.MonkeyPatch) -> None:
    kea.start_agent()
    names: list[str] = []
    real = Kea.command
    monkeypatch.setattr(Kea, "command", lambda self, name, *more: names.append(name) or real(self, name, *more))
    rows = [
        {
            "name": f"VOICE{number}",
            "network": f"10.{number // 250}.{number % 250}.0/24",
            "gateway": f"10.{number // 250}.{number % 250}.1",
            "dns_servers": ["10.97.1.5"],
            "domain_name": "example.com",
            "tftp_servers": SERVERS,
            "tftp_server_name": "cucm1",
            "options": [{"code": 42, "type": "ip", "value": "10.97.1.9"}],
        }
        for number in range(500)
    ]
    done = kea.task(*rows, way="http", timeout=60)
    assert "failed" not in done, done["msg"][:500]
    assert names == ["config-get", "config-test", "config-get", "config-set", "config-get", "config-write"]
    names.clear()
    assert not kea.task(*rows, way="http", timeout=60)["changed"]
    assert names == ["config-get"]


def play(folder: Path, **variables: Any) -> subprocess.CompletedProcess[str]:
    tasks = [{"name": "Serve phones", "dialtone.voice.dhcp_scopes": {"scopes": [scope()]}}]
    book = [{"hosts": "all", "gather_facts": False, "vars": {"ansible_connection": "local"}, "tasks": tasks}]
    (folder / "play.yml").write_text(yaml.safe_dump(book, sort_keys=False))
    host = {"voice_dhcp_provider": "kea", **variables}
    (folder / "inventory.yml").write_text(json.dumps({"all": {"hosts": {"kea1": host}}}))
    program = str(Path(sys.executable).with_name("ansible-playbook"))
    environment = {
        **os.environ,
        "ANSIBLE_HOME": str(folder / "home"),
        "ANSIBLE_NOCOLOR": "1",
        "SWITCH_PASSWORD": PASSWORD,
    }
    return subprocess.run(
        [program, "-i", "inventory.yml", "play.yml", "--diff"],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_by_playbook(kea: RealKea, tmp_path: Path) -> None:
    """The variables of a Linux host are Ansible's own way to it, and are not sent to Kea."""
    port = kea.start_agent()
    way = {"ansible_host": OWN, "ansible_port": 22, "voice_kea_port": port, "voice_kea_use_tls": False}
    linux = {"ansible_user": USER, "ansible_password": PASSWORD}
    refused = play(tmp_path, **way, **linux)
    assert "did not accept a request without a user (HTTP 401)" in refused.stdout
    switch = play(tmp_path, **way, **linux, ansible_network_os="cisco.ios.ios")
    assert "any of the following are missing: host, socket_path" in switch.stdout
    done = play(tmp_path, **way, voice_kea_username=USER, voice_kea_password=PASSWORD)
    assert "changed=1" in done.stdout, done.stdout
    assert "tftp_servers" in done.stdout
    assert PASSWORD not in refused.stdout + done.stdout
    assert kea.subnet("VOICE") is not None
