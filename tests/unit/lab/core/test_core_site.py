"""The site file: what it may hold, and one line for everything that is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from lab.cucm.models import SECURE_PROFILES
from lab.site import DEFAULT_SITE, NEIGHBORS, DhcpSpec, LineSpec, SiteError, load_site, normal_mac, parse_site
from lab.site_specs import StaticSpec
from lab.switch.neighbors import PROFILES

SWITCH = {"name": "sw1"}
PHONE = {"mac": "00005E005301", "model": "8841", "switch": "sw1", "interface": "GigabitEthernet1/0/1"}


def faults(data: object) -> list[str]:
    with pytest.raises(SiteError) as caught:
        parse_site(data)
    return str(caught.value).splitlines()


def test_default_site_has_two_switches_and_twelve_phones() -> None:
    site = load_site()
    assert [switch.name for switch in site.switches] == ["access-sw1", "access-sw2"]
    assert [phone.name for phone in site.phones] == [f"SEP00005E0053{number:02X}" for number in range(1, 13)]
    assert {phone.model for phone in site.phones} == {"8841", "7841", "7961G", "7965G"}
    assert site.cucm is not None
    assert site.cucm.name == "cucm-pub"
    assert "{block}.20.1" in site.switches[0].config


def test_a_site_with_a_dhcp_server() -> None:
    site = load_site(DEFAULT_SITE.with_name("kea.yml"))
    assert site.dhcp == DhcpSpec("dhcp1", "kea")
    assert site.inventory == "inventories/lab-kea"
    assert "ip helper-address {block}.0.20" in site.switches[0].config
    assert load_site().dhcp is None
    assert load_site().inventory == "inventories/lab"


@pytest.mark.parametrize("name", ["campus", "campus-secure"])
def test_the_campus_is_what_its_inventory_plans(name: str) -> None:
    site = load_site(DEFAULT_SITE.with_name(f"{name}.yml"))
    assert site.inventory == f"inventories/lab-{name}"
    plan = (DEFAULT_SITE.parents[2] / site.inventory / "group_vars/all/phones.yml").read_text(encoding="utf-8")
    planned = {f"SEP{normal_mac(row['mac'])}": row for row in yaml.safe_load(plan)["voice_phones"]}
    assert {phone.name for phone in site.phones} == set(planned)
    for phone in site.phones:
        row = planned[phone.name]
        assert (phone.model, phone.switch, phone.interface) == (row["model"], row["switch"], row["interface"])
        assert (phone.protocol, phone.description) == (row.get("protocol", "SIP"), row["description"])
        assert [vars(line) for line in phone.lines] == row["lines"]
        secured = SECURE_PROFILES[phone.security][0] if phone.security != "nonsecure" else ""
        assert row.get("phone", {}).get("security_profile", "").endswith(secured)
        assert bool(secured) == ("phone" in row)


def test_the_lines_of_a_phone() -> None:
    phone = {**PHONE, "lines": ["1001", {"dn": "1002", "label": "Desk"}]}
    site = parse_site({"switches": [SWITCH], "cucm": {}, "phones": [phone]})
    assert site.phones[0].lines == (LineSpec("1001"), LineSpec("1002", "Desk"))
    bad = {**PHONE, "lines": [1001, {"number": "1"}, "1003", "1003"]}
    assert faults({"switches": [SWITCH], "cucm": {}, "phones": [bad]}) == [
        "phones[0].lines[0].dn: expected text, got 1001; put it in quotes",
        "phones[0].lines[1].number: unknown key; known are dn, label",
        "phones[0].lines[1].dn: is required",
        "phones[0].lines: the number 1003 is given more than once",
    ]


def own(**more: object) -> dict:
    return {"switches": [SWITCH], "cucm": {}, "phones": [{**PHONE, **more}]}


def test_what_is_set_on_a_phone_itself() -> None:
    address = {"ip": "{block}.20.200", "gateway": "{block}.20.1"}
    (phone,) = parse_site(own(power="adapter", address=address, alternative_tftp="{block}.0.10")).phones
    assert (phone.power, phone.alternative_tftp) == ("adapter", ("{block}.0.10",))
    assert phone.address == StaticSpec("{block}.20.200", "255.255.255.0", "{block}.20.1")
    (plain,) = parse_site(own()).phones
    assert (plain.power, plain.address, plain.alternative_tftp) == ("poe", None, ())


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"power": "solar"}, "phones[0].power: expected poe or adapter, got 'solar'"),
        ({"address": {"ip": "here"}}, "phones[0].address: expected an IPv4 address, got 'here'"),
        ({"alternative_tftp": ["10.1.1"]}, "phones[0].alternative_tftp: expected an IPv4 address, got '10.1.1'"),
    ],
)
def test_faults_of_what_is_set_on_a_phone(given: dict, expected: str) -> None:
    assert faults(own(**given)) == [expected]


def test_count_makes_a_fleet() -> None:
    site = parse_site({"switches": [{"name": "sw{n}", "count": 200, "ports": 48}]})
    assert len(site.switches) == 200
    assert (site.switches[0].name, site.switches[-1].name) == ("sw1", "sw200")
    assert {switch.ports for switch in site.switches} == {48}
    assert site.cucm is None


def test_credentials_are_optional_and_enable_can_be_absent() -> None:
    made_up = parse_site({"switches": [SWITCH]})
    assert made_up.switch_login.password is None
    assert made_up.switch_login.has_enable
    given = parse_site(
        {
            "switches": [SWITCH],
            "credentials": {"switch": {"username": "ops", "enable_secret": None}, "cucm": {"auditor": "look"}},
        }
    )
    assert given.switch_login.username == "ops"
    assert not given.switch_login.has_enable
    assert given.cucm_passwords == {"auditor": "look"}


def test_the_security_mode_of_the_cluster() -> None:
    assert parse_site({"switches": [SWITCH], "cucm": {}}).cucm.security == "nonsecure"
    assert parse_site({"switches": [SWITCH], "cucm": {"security": "mixed"}}).cucm.security == "mixed"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (None, "expected keys and values, got nothing"),
        (
            {"switch": []},
            "switch: unknown key; known are name, pace, inventory, switches, cucm, dhcp, phones, fleet, neighbors, "
            "credentials",
        ),
        ({"dhcp": {}}, "dhcp.name: is required"),
        ({"dhcp": "kea"}, "dhcp: expected keys and values, got 'kea'"),
        ({"dhcp": {"name": "dhcp 1"}}, "dhcp.name: expected a host name, got 'dhcp 1'"),
        ({"dhcp": {"name": "dhcp1", "kind": "dnsmasq"}}, "dhcp.kind: expected kea, got 'dnsmasq'"),
        ({"dhcp": {"name": "dhcp1", "port": 67}}, "dhcp.port: unknown key; known are name, kind"),
        ({"switches": [SWITCH], "dhcp": {"name": "sw1"}}, "dhcp.name: the name 'sw1' is used more than once"),
        ({"cucm": {}, "dhcp": {"name": "cucm-pub"}}, "dhcp.name: the name 'cucm-pub' is used more than once"),
        ({"inventory": 3}, "inventory: expected text, got 3; put it in quotes"),
        ({"switches": {"name": "sw1"}}, "switches: expected a list, got {'name': 'sw1'}"),
        ({"switches": [{}]}, "switches[0].name: is required"),
        ({"switches": ["sw1"]}, "switches[0]: expected keys and values, got 'sw1'"),
        ({"switches": [{"ports": 24}]}, "switches[0].name: is required"),
        (
            {"switches": [{"name": "sw1", "ports": 49}]},
            "switches[0].ports: expected a whole number from 1 to 48, got 49",
        ),
        (
            {"switches": [{"name": "sw1", "ports": True}]},
            "switches[0].ports: expected a whole number from 1 to 48, got True",
        ),
        ({"switches": [{"name": "sw 1"}]}, "switches[0].name: expected a host name, got 'sw 1'"),
        ({"switches": [{"name": 7}]}, "switches[0].name: expected text, got 7; put it in quotes"),
        (
            {"switches": [{"name": "sw", "count": 2}]},
            "switches[0].name: with count, the name needs {n} in it, got 'sw'",
        ),
        ({"switches": [SWITCH, SWITCH]}, "switches: the name 'sw1' is used more than once"),
        (
            {"switches": [{**SWITCH, "login": "none"}]},
            "switches[0].login: expected password or keyboard-interactive, got 'none'",
        ),
        ({"switches": [{**SWITCH, "platform": "eos"}]}, "switches[0].platform: expected ios or nxos, got 'eos'"),
        (
            {"switches": [{**SWITCH, "platform": "nxos"}], "cucm": {}, "phones": [PHONE]},
            "phones[0].switch: sw1 is a Nexus, which gives a phone no power: plug it in elsewhere",
        ),
        (
            {"switches": [{**SWITCH, "platform": "nxos", "stack": 2}]},
            "switches[0].stack: a Nexus makes no stack",
        ),
        ({"switches": [SWITCH], "cucm": None}, "cucm: expected keys and values, got nothing"),
        (
            {"switches": [SWITCH], "cucm": {"version": 12.5}},
            "cucm.version: expected text, got 12.5; put it in quotes",
        ),
        (
            {"switches": [SWITCH], "cucm": {"ris_requests_per_minute": 19}},
            "cucm.ris_requests_per_minute: expected a whole number from 1 to 18, got 19",
        ),
        (
            {"switches": [SWITCH], "cucm": {"security": "secret"}},
            "cucm.security: expected nonsecure or mixed, got 'secret'",
        ),
        ({"switches": [SWITCH], "phones": [PHONE]}, "phones: phones need a cucm section"),
        (
            {"switches": [SWITCH], "cucm": {}, "phones": [{**PHONE, "mac": "00005E"}]},
            "phones[0].mac: expected a MAC address, got '00005E'",
        ),
        (
            {"switches": [SWITCH], "cucm": {}, "phones": [{**PHONE, "switch": "sw9"}]},
            "phones[0].switch: no switch is called 'sw9'",
        ),
        (
            {"switches": [SWITCH], "cucm": {}, "phones": [{**PHONE, "protocol": "H323"}]},
            "phones[0].protocol: expected SIP or SCCP, got 'H323'",
        ),
        (
            {"switches": [SWITCH], "cucm": {}, "phones": [PHONE, {**PHONE, "interface": "GigabitEthernet1/0/2"}]},
            "phones: the MAC 00005E005301 is used more than once",
        ),
        (
            {"switches": [SWITCH], "cucm": {}, "phones": [PHONE, {**PHONE, "mac": "00005E005302"}]},
            "phones: more than one device is plugged into sw1 GigabitEthernet1/0/1",
        ),
        (
            {"switches": [SWITCH], "credentials": {"cucm": {"root": "x"}}},
            "credentials.cucm.root: unknown key; known are voiceadmin, auditor, nobody",
        ),
    ],
)
def test_each_fault_is_named_by_its_key(data: object, expected: str) -> None:
    assert expected in "\n".join(faults(data))


def test_all_faults_are_told_at_once() -> None:
    found = faults({"switches": [{"name": "sw1", "ports": 0}, {"name": "sw2", "ports": "x"}], "color": "blue"})
    assert len(found) == 3


def test_file_problems_name_the_file(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match=r"none\.yml: No such file"):
        load_site(tmp_path / "none.yml")
    broken = tmp_path / "broken.yml"
    broken.write_text("switches: [")
    with pytest.raises(SiteError, match=r"broken\.yml: not YAML"):
        load_site(broken)
    binary = tmp_path / "binary.yml"
    binary.write_bytes(b"\xff\xfe\x80")
    with pytest.raises(SiteError, match=r"binary\.yml: not UTF-8"):
        load_site(binary)
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(yaml.safe_dump({"switches": [{"name": "sw1", "ports": 0}], "b": 1}))
    with pytest.raises(SiteError) as caught:
        load_site(wrong)
    assert all(line.startswith(f"{wrong}: ") for line in str(caught.value).splitlines())


@pytest.mark.parametrize(
    "text",
    ["00:00:5e:00:53:01", "0000.5e00.5301", "00-00-5E-00-53-01", "00005e005301", "SEP00005E005301", "sep00005e005301"],
)
def test_mac_notations(text: str) -> None:
    assert normal_mac(text) == "00005E005301"


@pytest.mark.parametrize("text", ["", "00005E00530", "00005E00530G", "access-sw1:Gi1/0/1"])
def test_what_is_no_mac(text: str) -> None:
    assert normal_mac(text) is None


def test_neighbors_and_stacks() -> None:
    rows = [
        {"kind": "access_point", "switch": "sw1", "interface": "GigabitEthernet2/0/1", "name": "ap-1", "watts": 15},
        {"kind": "codec", "switch": "sw1", "interface": "GigabitEthernet1/0/1", "mac": "00:00:5e:00:53:77"},
    ]
    site = parse_site({"switches": [{**SWITCH, "stack": 2}], "neighbors": rows})
    assert site.switches[0].stack == 2
    assert [spec.given for spec in site.neighbors] == [
        {"name": "ap-1", "mac": "00005E005400", "watts": 15.0},
        {"mac": "00005E005377"},
    ]


def test_the_kinds_of_neighbors_are_those_that_can_be_plugged_in() -> None:
    assert tuple(PROFILES) == NEIGHBORS


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"kind": "fridge"}, "neighbors[0].kind: expected switch or router or access_point or codec or computer"),
        ({"switch": "sw9"}, "neighbors[0].switch: no switch is called 'sw9'"),
        ({"watts": 91}, "neighbors[0].watts: expected a whole number from 0 to 90"),
        ({"interface": None}, "neighbors[0].interface: is required"),
        ({"colour": "red"}, "neighbors[0].colour: unknown key"),
    ],
)
def test_faults_of_neighbors(row: dict, expected: str) -> None:
    whole = {"kind": "switch", "switch": "sw1", "interface": "GigabitEthernet1/0/9", **row}
    assert expected in "\n".join(faults({"switches": [SWITCH], "neighbors": [whole]}))
