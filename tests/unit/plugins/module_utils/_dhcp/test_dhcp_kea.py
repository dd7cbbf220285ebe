# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scopes of Kea: read, planned, set, read back and rolled back, with a server that is a configuration."""

from __future__ import annotations

import copy

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._dhcp import kea as provider_file
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.kea import KeaProvider
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.kea_control import AnswerLost
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.kea_lease_source import KeaLeases
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.leases import SCOPE, Question
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.rules import read_scopes
from ansible_collections.dialtone.voice.plugins.module_utils._errors import (
    InvalidPlan,
    Refused,
    Unreachable,
    Unsupported,
)

DEFINITION = {"name": "tftp", "code": 150, "space": "dhcp4", "type": "ipv4-address", "array": True, "encapsulate": ""}


def base(**values) -> dict:
    return {
        "comment": "ours",
        "valid-lifetime": 3600,
        "interfaces-config": {"interfaces": ["eth0"]},
        "lease-database": {"type": "memfile", "persist": True},
        "loggers": [{"name": "kea-dhcp4", "severity": "INFO"}],
        "option-data": [],
        "option-def": [],
        "shared-networks": [],
        "subnet4": [],
        "user-context": {"owner": "somebody"},
        "some-later-key": {"unknown": [1, 2]},
        **values,
    }


def subnet(network: str = "10.1.20.0/24", number: int = 7, **values) -> dict:
    return {
        "id": number,
        "subnet": network,
        "min-valid-lifetime": 3600,
        "valid-lifetime": 3600,
        "max-valid-lifetime": 3600,
        "pools": [{"pool": "10.1.20.50-10.1.20.99", "option-data": []}],
        "option-data": [],
        "reservations": [],
        "client-class": "kept",
        **values,
    }


def entry(code: int, data: str, *, csv: bool = True) -> dict:
    return {"code": code, "space": "dhcp4", "csv-format": csv, "data": data, "always-send": True}


class FakeKea:
    """Takes what it is given, unless it is told otherwise."""

    where = "Kea at test"
    socket_path = None

    def __init__(self, dhcp4: dict, *, hashes: bool = False, leases: list | None = None) -> None:
        self.dhcp4 = copy.deepcopy(dhcp4)
        self.hashes, self.leases = hashes, leases
        self.sent: list[str] = []
        self.fails: dict[str, list] = {}
        self.before: dict[str, list] = {}
        self.size = 9000

    def command(self, name, arguments=None):
        self.sent.append(name)
        for action in self.before.pop(name, []):
            action()
        error = self.fails.get(name, [None]).pop(0) if self.fails.get(name) else None
        if error is not None:
            raise error
        mark = {"hash": str(hash(str(self.dhcp4)))} if self.hashes else {}
        if name == "config-get":
            return {"Dhcp4": copy.deepcopy(self.dhcp4), **mark}
        if name == "config-hash-get":
            return mark
        if name == "config-set":
            self.dhcp4 = copy.deepcopy(arguments["Dhcp4"])
        if name == "lease4-get-all":
            if self.leases is None:
                raise Unsupported("no lease4-get-all")
            return {"leases": [each for each in self.leases if each["subnet-id"] in arguments["subnets"]]}
        return {"filename": "/etc/kea/kea-dhcp4.conf", "size": self.size} if name == "config-write" else {}


def run(kea: FakeKea, *rows: dict, check: bool = False, **params) -> dict:
    scopes, faults = read_scopes(rows)
    assert faults == []
    provider = KeaProvider({"save": "changed", "force": False, "timeout": 5, **params}, kea)
    provider.read()
    provider.plan(scopes)
    return provider.rehearsed() if check else provider.apply()


def voice(**values) -> dict:
    return {
        "name": "VOICE",
        "network": "10.1.20.0/24",
        "gateway": "10.1.20.1",
        "tftp_servers": ["10.1.1.1", "10.1.1.2"],
        **values,
    }


WHOLE = {
    "ranges": ["10.1.20.50-10.1.20.63", "10.1.20.100-10.1.20.120"],
    "excluded": ["10.1.20.110"],
    "lease_time": "28800",
    "tftp_server_name": "cucm1.example.com",
    "domain_name": "example.com",
    "dns_servers": ["10.1.1.5", "10.1.1.6"],
    "options": [{"code": 42, "type": "ip", "value": ["10.1.1.9"]}, {"code": 26, "type": "uint16", "value": 1500}],
    "reservations": [{"mac": "0011.2233.4455", "address": "10.1.20.5", "hostname": "phone1"}],
}


def test_make_again_change_again_remove_again():
    kea = FakeKea(base(), leases=[])
    made = run(kea, voice(**WHOLE))
    assert (made["changed"], made["saved"], made["results"][0]["before"]) == (True, True, None)
    assert made["commands"] == ["config-set", "config-write"]
    assert kea.sent == ["config-get", "config-test", "config-get", "config-set", "config-get", "config-write"]
    after = made["results"][0]["after"]
    assert after["ranges"] == ["10.1.20.50-10.1.20.63", "10.1.20.100-10.1.20.109", "10.1.20.111-10.1.20.120"]
    assert after["tftp_servers"] == ["10.1.1.1", "10.1.1.2"]
    assert after["reservations"] == [{"mac": "00:11:22:33:44:55", "address": "10.1.20.5", "hostname": "phone1"}]
    kea.sent.clear()
    assert not run(kea, voice(**WHOLE))["changed"]
    assert kea.sent == ["config-get"]
    changed = run(kea, voice(tftp_servers=["10.1.1.2", "10.1.1.1"]))
    assert changed["results"][0]["sent"] == ["option 150 10.1.1.2, 10.1.1.1"]
    fewer = run(kea, voice(tftp_servers=["10.1.1.2", "10.1.1.1"], ranges=["10.1.20.50"], reservations=[]))
    assert fewer["results"][0]["after"]["ranges"] == ["10.1.20.50"]
    assert fewer["results"][0]["after"]["reservations"] == []
    removed = run(kea, {"name": "VOICE", "state": "absent"})
    assert (removed["changed"], removed["results"][0]["after"], kea.dhcp4["subnet4"]) == (True, None, [])
    assert not run(kea, {"name": "VOICE", "state": "absent"})["changed"]


def test_check_mode_says_the_same_and_sets_nothing():
    kea = FakeKea(base(subnet4=[subnet()]))
    before = copy.deepcopy(kea.dhcp4)
    checked = run(kea, voice(**WHOLE), check=True)
    assert (kea.dhcp4, kea.sent) == (before, ["config-get", "config-test"])
    done = run(kea, voice(**WHOLE))
    assert checked["commands"] == done["commands"]
    assert checked["results"][0]["after"] == done["results"][0]["after"]
    assert checked["diff"] == done["diff"]


def test_what_is_not_ours_stays():
    foreign = subnet(
        "10.9.0.0/24", 3, pools=[], **{"user-context": {"subnet-name": "OTHER", "x": 1}, "later": {"a": []}}
    )
    mine = subnet(
        **{
            "option-data": [entry(43, "0A0101", csv=False)],
            "user-context": {"site": "HQ"},
            "pools": [{"pool": "10.1.20.50-10.1.20.99", "client-class": "phones", "pool-id": 4}],
            "reservations": [
                {"duid": "0102", "ip-address": "10.1.20.7"},
                {"hw-address": "00:11:22:33:44:55", "ip-address": "10.1.20.5", "client-classes": ["x"]},
            ],
        }
    )
    kea = FakeKea(base(subnet4=[foreign, mine]))
    wanted = voice(excluded=["10.1.20.60"], reservations=[{"mac": "00:11:22:33:44:55", "address": "10.1.20.6"}])
    assert not run(kea, wanted).get("failed")
    ours = kea.dhcp4["subnet4"][1]
    assert kea.dhcp4["subnet4"][0] == foreign
    assert {**kea.dhcp4, "subnet4": [], "option-def": []} == base()
    assert ours["user-context"] == {"site": "HQ", "subnet-name": "VOICE"}
    assert (ours["client-class"], ours["id"]) == ("kept", 7)
    assert ours["option-data"][0] == entry(43, "0A0101", csv=False)
    assert ours["pools"] == [
        {"pool": "10.1.20.50-10.1.20.59", "client-class": "phones", "pool-id": 4},
        {"pool": "10.1.20.61-10.1.20.99", "client-class": "phones"},
    ]
    assert ours["reservations"] == [
        {"duid": "0102", "ip-address": "10.1.20.7"},
        {"hw-address": "00:11:22:33:44:55", "ip-address": "10.1.20.6", "client-classes": ["x"]},
    ]


def test_a_subnet_in_a_shared_network_is_found_and_ids_are_free():
    shared = {"name": "floor1", "subnet4": [subnet(number=12)], "option-data": [entry(150, "10.1.1.9")]}
    kea = FakeKea(base(**{"shared-networks": [shared], "option-def": [DEFINITION]}))
    planned = run(kea, {"name": "VOICE", "network": "10.1.20.0/24"}, check=True)
    assert "warnings" not in planned
    run(kea, voice(), {"name": "NEW", "network": "10.2.0.0/24"})
    assert kea.dhcp4["shared-networks"][0]["subnet4"][0]["option-data"][-1]["data"] == "10.1.1.1, 10.1.1.2"
    assert [each["id"] for each in kea.dhcp4["subnet4"]] == [13]
    assert kea.dhcp4["subnet4"][0]["pools"] == [{"pool": "10.2.0.1-10.2.0.254"}]


def test_the_gateway_is_not_handed_out():
    kea = FakeKea(base())
    after = run(kea, voice(excluded=["10.1.20.1-10.1.20.10"]))["results"][0]["after"]
    assert (after["ranges"], after["excluded"]) == (["10.1.20.11-10.1.20.254"], ["10.1.20.1-10.1.20.10"])
    kea = FakeKea(base())
    assert run(kea, voice())["results"][0]["after"]["ranges"] == ["10.1.20.2-10.1.20.254"]
    kea = FakeKea(base(subnet4=[subnet(pools=[{"pool": "10.1.20.0/24"}])]))
    after = run(kea, voice())["results"][0]["after"]
    assert after["ranges"] == ["10.1.20.0", "10.1.20.2-10.1.20.255"]


@pytest.mark.parametrize(
    ("bounds", "wanted", "left"),
    [
        ((3600, 3600), 28800, (28800, 28800)),
        ((60, 86400), 28800, (60, 86400)),
        ((60, 7200), 28800, (60, 28800)),
        ((1800, 86400), 900, (900, 86400)),
    ],
)
def test_the_bounds_of_a_lease_time_enclose_it(bounds, wanted, left):
    low, high = bounds
    kea = FakeKea(base(subnet4=[subnet(**{"min-valid-lifetime": low, "max-valid-lifetime": high})]))
    run(kea, voice(lease_time=str(wanted)))
    ours = kea.dhcp4["subnet4"][0]
    assert (ours["min-valid-lifetime"], ours["max-valid-lifetime"], ours["valid-lifetime"]) == (*left, wanted)
    assert run(kea, voice(lease_time="infinite"))["results"][0]["after"]["lease_time"] == "infinite"
    assert kea.dhcp4["subnet4"][0]["valid-lifetime"] == 0xFFFFFFFF


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        (entry(150, b"10.1.1.1".hex(), csv=False), "option_150_as_text"),
        (entry(66, "10.1.1.1"), "option_66_only"),
        (entry(150, "10.1.1.1"), "option_150_one_address"),
    ],
)
def test_the_traps_of_option_150_are_named_and_mended(wrong, name):
    kea = FakeKea(base(subnet4=[subnet(**{"option-data": [wrong]})], **{"option-def": [DEFINITION]}))
    result = run(kea, voice())
    assert [(each["name"], each["mended"]) for each in result["results"][0]["findings"]] == [(name, True)]
    assert result["results"][0]["after"]["tftp_servers"] == ["10.1.1.1", "10.1.1.2"]
    assert "warnings" not in result


def test_option_150_by_its_bytes_is_as_good():
    kea = FakeKea(base(subnet4=[subnet(**{"option-data": [entry(150, "0A010101 0A010102", csv=False)]})]))
    wanted = {"name": "VOICE", "network": "10.1.20.0/24", "tftp_servers": ["10.1.1.1", "10.1.1.2"]}
    assert run(kea, wanted)["results"][0]["sent"] == ["user-context subnet-name VOICE"]


@pytest.mark.parametrize("data", ["0A0101", "", "not hex", "'10.1.20.1'"])
def test_a_gateway_that_is_no_address_is_shown_and_mended(data):
    kea = FakeKea(base(subnet4=[subnet(**{"option-data": [entry(3, data, csv=False)]})]))
    shown = run(kea, {"name": "VOICE", "network": "10.1.20.0/24"}, check=True)["results"][0]["before"]["gateway"]
    assert shown.startswith(("hex", "ascii"))
    assert run(kea, voice())["results"][0]["after"]["gateway"] == "10.1.20.1"


def test_a_scope_without_tftp_servers_is_warned_about():
    result = run(FakeKea(base()), voice(tftp_servers=None))
    assert result["warnings"] == [
        "VOICE: there is no option 150, so that phones find no TFTP server: give the addresses as 'tftp_servers'"
    ]


@pytest.mark.parametrize("values", [{"type": "string", "array": False}, {"array": False}])
def test_option_150_with_another_definition_is_refused(values):
    kea = FakeKea(base(**{"option-def": [{**DEFINITION, **values}]}))
    with pytest.raises(InvalidPlan, match=r"tftp_servers: Kea has option 150 defined as .*: change its option-def"):
        run(kea, voice())
    assert kea.sent == ["config-get"]


def test_addresses_of_another_subnet():
    kea = FakeKea(base(subnet4=[subnet("10.1.0.0/16", 5)], **{"shared-networks": []}), leases=[])
    with pytest.raises(InvalidPlan, match=r"10.1.20.0/24 overlaps 10.1.0.0/16 of the subnet without a name \(id 5\)"):
        run(kea, voice())
    run(kea, voice(), {"name": "ANY", "network": "10.1.0.0/16", "state": "absent"})
    assert [each["subnet"] for each in kea.dhcp4["subnet4"]] == ["10.1.20.0/24"]


def test_a_name_that_two_subnets_have():
    named = {"user-context": {"subnet-name": "VOICE"}}
    kea = FakeKea(base(subnet4=[subnet(**named), subnet("10.2.0.0/24", 8, pools=[], **named)]))
    for row in (voice(), {"name": "VOICE", "state": "absent"}):
        with pytest.raises(InvalidPlan, match=r"Kea has 2 subnets .*, 10.1.20.0/24 \(id 7\), 10.2.0.0/24 \(id 8\)"):
            run(kea, row)


def test_another_network_for_the_same_name():
    def named() -> dict:
        return subnet(**{"user-context": {"subnet-name": "VOICE"}, "option-data": [entry(3, "10.1.20.1")]})

    leases = [{"subnet-id": 7, "ip-address": "10.1.20.50", "state": 0}]
    kea = FakeKea(base(subnet4=[named()]), leases=leases)
    with pytest.raises(InvalidPlan, match="gateway: 10.1.20.1 of the subnet is outside of 10.3.0.0/24") as fault:
        run(kea, {"name": "VOICE", "network": "10.3.0.0/24"})
    assert any("has 1 active lease (10.1.20.50), whose phones lose" in row for row in fault.value.rows)
    wider = run(kea, {"name": "VOICE", "network": "10.1.20.0/23"})
    assert (wider["changed"], kea.dhcp4["subnet4"][0]["id"]) == (True, 7)
    run(kea, {"name": "VOICE", "network": "10.3.0.0/24", "gateway": "10.3.0.1"}, force=True)
    assert (kea.dhcp4["subnet4"][0]["id"], kea.dhcp4["subnet4"][0]["pools"][0]["pool"]) == (8, "10.3.0.2-10.3.0.254")


def test_a_scope_with_active_leases_wants_force():
    leases = [{"subnet-id": 7, "ip-address": f"10.1.20.{number}", "state": 0} for number in range(50, 55)]
    kea = FakeKea(base(subnet4=[subnet()]), leases=[*leases, {"subnet-id": 7, "ip-address": "10.1.20.60", "state": 2}])
    gone = {"name": "VOICE", "network": "10.1.20.0/24", "state": "absent"}
    with pytest.raises(
        InvalidPlan, match=r"5 active leases \(10.1.20.50, 10.1.20.51, 10.1.20.52, ...\).*'force: true'"
    ):
        run(kea, gone)
    assert len(kea.dhcp4["subnet4"]) == 1
    assert run(kea, gone, force=True)["changed"]
    kea = FakeKea(base(subnet4=[subnet()]))
    with pytest.raises(InvalidPlan, match="can't be known, because Kea's hook lease_cmds is not loaded"):
        run(kea, gone)
    assert run(kea, gone, force=True)["changed"]


@pytest.mark.parametrize("hashes", [False, True])
def test_somebody_elses_change_meanwhile(hashes):
    kea = FakeKea(base(), hashes=hashes)
    kea.before["config-test"] = [lambda: kea.dhcp4.update({"valid-lifetime": 1})]
    with pytest.raises(Refused, match="was changed by somebody else.*nothing was touched"):
        run(kea, voice())
    assert "config-set" not in kea.sent
    assert ("config-hash-get" in kea.sent) == hashes
    assert run(kea, voice())["changed"]


def refused(code: str = "1") -> Refused:
    return Refused("Kea refused config-set", words="no", code=code)


def test_a_refused_set_is_rolled_back():
    kea = FakeKea(base(subnet4=[subnet()]))
    before = copy.deepcopy(kea.dhcp4)
    kea.fails["config-set"] = [refused()]
    result = run(kea, voice())
    assert (result["failed"], result["changed"], result["saved"]) == (True, False, False)
    assert "It was rolled back: Kea has the configuration that was read" in result["msg"]
    assert kea.dhcp4 == before
    assert result["results"][0]["after"] == result["results"][0]["before"]


def test_a_roll_back_that_fails_too():
    kea = FakeKea(base())
    kea.fails["config-set"] = [refused(), refused()]
    result = run(kea, voice())
    assert (result["failed"], result["changed"]) == (True, True)
    assert "Setting back the configuration that was read failed too" in result["msg"]
    assert "config-write" not in kea.sent


def test_a_set_that_does_only_half_is_rolled_back():
    kea = FakeKea(base(subnet4=[subnet()]))
    before = copy.deepcopy(kea.dhcp4)

    def lose() -> None:
        kea.before["config-get"] = [lambda: kea.dhcp4["subnet4"][0]["option-data"][-1].update(data="10.1.1.1")]

    kea.before["config-set"] = [lose]
    result = run(kea, voice(), {"name": "B", "network": "10.2.0.0/24"})
    first, second = result["results"]
    assert "tftp_servers ['10.1.1.1'] in place of ['10.1.1.1', '10.1.1.2']" in first["error"]
    assert "option 150 has one address, 10.1.1.1, where 2 are meant" in first["error"]
    assert "It was rolled back" in first["error"]
    assert "set together with VOICE" in second["error"]
    assert (kea.dhcp4, result["changed"]) == (before, False)


@pytest.mark.parametrize(
    ("taken", "words", "changed"),
    [(False, "Kea has the configuration that was read: nothing was changed", False), (True, None, True)],
)
def test_a_lost_answer_is_settled_by_what_is_there(taken, words, changed, monkeypatch):
    monkeypatch.setattr(provider_file, "_PAUSE", 0)
    kea = FakeKea(base())

    def lost() -> None:
        if taken:
            kea.dhcp4["subnet4"] = [subnet(**{"user-context": {"subnet-name": "VOICE"}})]
            kea.dhcp4["subnet4"][0]["pools"] = [{"pool": "10.1.20.2-10.1.20.254"}]
            kea.dhcp4["subnet4"][0]["option-data"] = [entry(3, "10.1.20.1"), entry(150, "10.1.1.1,10.1.1.2")]
            kea.dhcp4["option-def"] = [DEFINITION]
        kea.fails["config-get"] = [Unreachable("down"), Unreachable("down"), None]

    kea.before["config-set"] = [lost]
    kea.fails["config-set"] = [AnswerLost("the answer was lost")]
    result = run(kea, voice())
    assert (result["changed"], result.get("failed", False)) == (changed, not taken)
    assert words is None or words in result["msg"]


def test_a_server_that_does_not_come_back(monkeypatch):
    monkeypatch.setattr(provider_file, "_WITHIN", 0)
    kea = FakeKea(base())
    kea.before["config-set"] = [lambda: kea.fails.update({"config-get": [Unreachable("down")] * 9})]
    kea.fails["config-set"] = [AnswerLost("the answer was lost")]
    result = run(kea, voice())
    assert (result["failed"], result["changed"]) == (True, True)
    assert "What became of it is not known" in result["msg"]


@pytest.mark.parametrize("way", ["result 1", "size -1"])
def test_a_full_disk_at_the_end(way):
    kea = FakeKea(base())
    if way == "size -1":
        kea.size = -1
    else:
        kea.fails["config-write"] = [Refused("Kea refused config-write (result 1): disk full")]
    result = run(kea, voice())
    assert (result["failed"], result["changed"], result["saved"]) == (True, True, False)
    assert "lives only in the memory of the server" in result["msg"]
    assert "nothing of it is lost yet" in result["msg"]
    assert "'save: always'" in result["msg"]
    kea.size = 9000
    again = run(kea, voice(), save="always")
    assert (again["changed"], again["saved"], again["commands"]) == (False, True, ["config-write"])


def test_save_never():
    kea = FakeKea(base())
    assert not run(kea, voice(), save="never")["saved"]
    assert "config-write" not in kea.sent


def test_what_the_server_refuses_beforehand():
    kea = FakeKea(base())
    kea.fails["config-test"] = [Refused("Kea refused config-test (result 1): no")]
    with pytest.raises(Refused, match="config-test"):
        run(kea, voice())
    assert "config-set" not in kea.sent


def test_five_hundred_scopes_by_one_read_and_one_set():
    rows = [
        {
            "name": f"VOICE{number}",
            "network": f"10.{number // 250}.{number % 250}.0/24",
            "gateway": f"10.{number // 250}.{number % 250}.1",
            "dns_servers": ["10.9.1.5"],
            "domain_name": "example.com",
            "tftp_servers": ["10.9.1.1", "10.9.1.2"],
            "lease_time": "28800",
            "options": [{"code": 42, "type": "ip", "value": "10.9.1.9"}],
        }
        for number in range(500)
    ]
    kea = FakeKea(base())
    assert run(kea, *rows)["changed"]
    assert kea.sent == ["config-get", "config-test", "config-get", "config-set", "config-get", "config-write"]
    kea.sent.clear()
    assert not run(kea, *rows)["changed"]
    assert kea.sent == ["config-get"]


@pytest.mark.parametrize(
    ("dhcp4", "row", "text"),
    [
        (base(**{"interfaces-config": {"interfaces": []}}), voice(), "Kea listens on no interface"),
        (base(subnet4=[subnet(pools=[])]), voice(), "hands out nothing but reservations"),
        (
            base(subnet4=[subnet(pools=[{"pool": "10.1.20.5/32", "option-data": [entry(150, "10.9.9.9")]}])]),
            voice(),
            "has an option 150 of its own",
        ),
        (
            base(subnet4=[subnet(**{"option-data": [entry(3, "10.1.20.60")]})]),
            voice(gateway=None),
            "its gateway 10.1.20.60 is in its ranges",
        ),
        (
            base(**{"reservations-in-subnet": False}),
            voice(reservations=[{"mac": "00:11:22:33:44:55", "address": "10.1.20.9"}]),
            "'reservations-in-subnet' is off",
        ),
    ],
)
def test_what_keeps_phones_away_is_told(dhcp4, row, text):
    assert any(text in warning for warning in run(FakeKea(dhcp4), row)["warnings"])


def test_a_readable_password_is_told():
    way = {"host": "10.1.1.1", "username": "voice", "use_tls": False}
    assert "can be read on the way" in run(FakeKea(base()), voice(), **way)["warnings"][0]
    assert "warnings" not in run(FakeKea(base()), voice(), **{**way, "host": "127.0.0.1"})


def test_a_scope_tells_what_it_inherits_and_a_reservation_what_it_has_itself():
    mac = "00:11:22:33:44:55"
    reserved = {"hw-address": mac.upper(), "ip-address": "10.9.0.60", "option-data": [entry(150, "10.1.0.11")]}
    tree = {
        "interfaces-config": {"interfaces": ["eth0/10.1.5.10", "eth1"]},
        "option-data": [entry(150, "10.1.0.10"), entry(66, "cucm1")],
        "subnet4": [
            {
                **{"id": 9, "subnet": "10.9.0.0/24", "pools": [{"pool": "10.9.0.50-10.9.0.99"}]},
                **{"option-data": [entry(3, "10.9.0.1")], "reservations": [reserved]},
            }
        ],
    }
    held = [
        {"ip-address": f"10.9.0.{last}", "hw-address": each, "subnet-id": 9}
        for last, each in ((60, mac), (61, "00:11:22:33:44:66"))
    ]
    source = KeaLeases({"host": "kea.example.com"}, FakeKea(tree, leases=held))
    (name,) = source.scopes()
    (answer,) = source.answer([Question(SCOPE, name)])
    assert source.addresses() == ["10.1.5.10"]
    assert answer.use is not None
    offer = answer.use.offer
    assert (offer.gateways, offer.option_150, offer.option_66) == (("10.9.0.1",), ("10.1.0.10",), "cucm1")
    own, other = (lease.offer for lease in answer.leases or ())
    assert own is not None
    assert (own.gateways, own.option_150, other) == (("10.9.0.1",), ("10.1.0.11",), None)


@pytest.mark.parametrize(("everybody", "told"), [([], ("10.1.0.11",)), ([entry(150, "10.1.0.10")], ("10.1.0.10",))])
def test_a_scope_tells_what_a_class_of_phones_gets_where_nobody_else_gets_it(everybody, told):
    tree = {
        "client-classes": [{"name": "phones", "test": "option[60].exists", "option-data": [entry(150, "10.1.0.11")]}],
        "option-data": everybody,
        "subnet4": [{"id": 9, "subnet": "10.9.0.0/24", "pools": [{"pool": "10.9.0.50-10.9.0.99"}]}],
    }
    source = KeaLeases({"host": "kea.example.com"}, FakeKea(tree, leases=[]))
    (answer,) = source.answer([Question(SCOPE, name) for name in source.scopes()])
    assert answer.use is not None
    assert answer.use.offer.option_150 == told
