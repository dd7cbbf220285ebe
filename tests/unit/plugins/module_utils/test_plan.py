"""The plan as a whole: what is accepted, what is refused, and in which words."""

from __future__ import annotations

import copy

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan
from ansible_collections.dialtone.voice.plugins.module_utils._plan import PART_OPTIONS, read_plan
from ansible_collections.dialtone.voice.plugins.modules import cucm_lines, cucm_phones, switch_voice_ports

SWITCHES = ["access-sw1", "access-sw2"]
PROFILES = {
    "office": {
        "port": {"access_vlan": 10, "voice_vlan": 20},
        "phone": {"device_pool": "Default", "protocol": "SCCP"},
        "line": {"partition": "PT-Internal"},
    }
}
GOOD = {
    "mac": "00:11:22:33:44:55",
    "model": "8841",
    "switch": "access-sw1",
    "interface": "GigabitEthernet1/0/1",
    "profile": "office",
    "lines": ["1001"],
}


def second(**changes: object) -> dict:
    return {**GOOD, "mac": "00:11:22:33:44:56", "interface": "Gi1/0/2", "lines": ["1002"], **changes}


def faults(phones: object, profiles: object = None) -> list[str]:
    with pytest.raises(InvalidPlan) as caught:
        read_plan(phones, PROFILES if profiles is None else profiles, SWITCHES)
    return caught.value.rows


@pytest.mark.parametrize(
    "mac",
    ["00:11:22:33:44:55", "0011.2233.4455", "00-11-22-33-44-55", "001122334455", "SEP001122334455", "sep001122334455"],
)
def test_every_usual_notation_of_a_mac(mac: str) -> None:
    (phone,) = read_plan([{**GOOD, "mac": mac}], PROFILES, SWITCHES)
    assert phone.name == "SEP001122334455"


def test_a_row_takes_what_its_profile_says_and_overrides_it() -> None:
    row = {
        **GOOD,
        "protocol": "sip",
        "port": {"voice_vlan": 30},
        "phone": {"load": "x"},
        "lines": [{"dn": "1001", "label": "L", "partition": "PT-Other"}, "1002"],
    }
    (phone,) = read_plan([row], PROFILES, SWITCHES)
    assert phone.protocol == "SIP"
    assert phone.port == {"access_vlan": 10, "voice_vlan": 30}
    assert phone.phone == {"device_pool": "Default", "load": "x"}
    assert [(line.dn, line.partition, line.options) for line in phone.lines] == [
        ("1001", "PT-Other", {"label": "L"}),
        ("1002", "PT-Internal", {}),
    ]


def test_elements_of_a_phone_are_laid_over_those_of_its_profile() -> None:
    phone = {"vendor_config": {"webAccess": 0, "pcPort": 1}, "axl": {"dndOption": "Call Reject"}}
    row = {**GOOD, "phone": {"vendor_config": {"pcPort": 0}, "axl": {"hlogStatus": "On"}}}
    (planned,) = read_plan([row], {"office": {**PROFILES["office"], "phone": phone}}, SWITCHES)
    assert planned.phone["vendor_config"] == {"webAccess": 0, "pcPort": 0}
    assert planned.phone["axl"] == {"dndOption": "Call Reject", "hlogStatus": "On"}


def test_an_element_of_a_line_would_be_of_the_number_or_of_its_appearance() -> None:
    assert "unknown option 'axl'" in faults([{**GOOD, "lines": [{"dn": "1001", "axl": {"speedDial": "1"}}]}])[0]


def test_call_forwards_of_a_line_are_laid_over_those_of_its_profile() -> None:
    voice_mail = {"voice_mail": True, "css": "CSS-Internal"}
    line = {"partition": "PT-Internal", "forwards": {"busy": voice_mail, "all": {"css": "CSS-Internal"}}}
    profiles = {"office": {**PROFILES["office"], "line": line}}
    lines = [{"dn": "1001", "forwards": {"busy": {"css": "CSS-Out"}}}, "1002"]
    (phone,) = read_plan([{**GOOD, "lines": lines}], profiles, SWITCHES)
    first, second = (line.options["forwards"] for line in phone.lines)
    assert first == {"busy": {"voice_mail": True, "css": "CSS-Out"}, "all": {"css": "CSS-Internal"}}
    assert second == line["forwards"]


def test_the_profile_gives_the_protocol_and_the_plan_is_left_as_it_was() -> None:
    phones, profiles = [copy.deepcopy(GOOD), second()], copy.deepcopy(PROFILES)
    assert [phone.protocol for phone in read_plan(phones, profiles, SWITCHES)] == ["SCCP", "SCCP"]
    assert phones == [GOOD, second()]
    assert profiles == PROFILES


WRONG = [
    ({"mac": "00:11:22:33:44"}, "mac: '00:11:22:33:44' is not a MAC address"),
    ({"mac": "00:11:22:33:44:5G"}, "is not a MAC address"),
    ({"mac": 1122334455}, "put the MAC address in quotes"),
    ({"mac": "01:11:22:33:44:55"}, "is a group address"),
    ({"mac": "00:00:00:00:00:00"}, "is the null address"),
    ({"mac": None}, "missing mac"),
    ({"switch": "access-sw3"}, "switch 'access-sw3' is not among the switches of the inventory: did you mean"),
    ({"switch": 7}, "switch: 7 is not text"),
    ({"interface": "1/0/1"}, "interface: '1/0/1' is no interface name"),
    ({"interface": "Gi1/0/1\nshutdown"}, "has the control character \\x0a"),
    ({"interface": "Gi1/0/1-4"}, "is no interface name"),
    ({"profile": "offce"}, "profile 'offce' is not in voice_profiles: did you mean office?"),
    ({"protocol": "H323"}, "protocol 'H323' is unknown: give SIP or SCCP"),
    ({"model": ["8841"]}, "model: ['8841'] is not text"),
    ({"description": "two\nlines"}, "description: 'two\\nlines' has the control character \\x0a"),
    ({"lines": []}, "a phone without a line never registers"),
    ({"lines": "1001"}, "lines: '1001' is no list"),
    ({"lines": [1001]}, "lines[0]: 1001 is a number: put the DN in quotes"),
    ({"lines": ["10 01"]}, "lines[0]: '10 01' is no directory number"),
    ({"lines": [{"label": "x"}]}, "lines[0]: None is no directory number"),
    ({"lines": ["1001", "1001"]}, "lines[1]: DN 1001 stands twice on this phone"),
    ({"vlan": 20}, "unknown key 'vlan'"),
    ({"interfce": "Gi1/0/1"}, "unknown key 'interfce': did you mean interface?"),
    ({"port": "auto"}, "port: 'auto' is no mapping of options"),
    ({"port": {"voice_vln": 20}}, "port: unknown option 'voice_vln': did you mean voice_vlan"),
    ({"phone": {"name": "SEP1"}}, "phone: unknown option 'name'"),
    ({"lines": [{"dn": "1001", "lable": "x"}]}, "lines[0]: unknown option 'lable': did you mean label?"),
    ({"lines": [{"dn": "1001", "shared": "perhaps"}]}, "lines[0]: shared: 'perhaps' is neither true nor false"),
]


@pytest.mark.parametrize(("change", "words"), WRONG, ids=[str(change) for change, _words in WRONG])
def test_a_wrong_row_is_named(change: dict, words: str) -> None:
    rows = faults([second(), {**GOOD, **change}])
    assert len(rows) == 1
    assert rows[0].startswith("voice_phones[1]")
    assert words in rows[0]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"mac": "0011.2233.4455"}, "mac: 0011.2233.4455 stands in voice_phones[0] already"),
        ({"interface": "gi1/0/1"}, "port access-sw1 GigabitEthernet1/0/1 stands in voice_phones[0] already"),
        ({"lines": ["1001"]}, "DN 1001 in partition PT-Internal stands in voice_phones[0] (SEP001122334455) already"),
        ({"lines": [{"dn": "1001", "shared": True}]}, "say 'shared: true' on this line in both rows"),
    ],
)
def test_what_may_stand_once_only(change: dict, words: str) -> None:
    (row,) = faults([GOOD, second(**change)])
    assert row.startswith("voice_phones[1]")
    assert words in row


def test_the_same_port_name_on_two_switches_and_a_dn_in_two_partitions_are_fine() -> None:
    other = second(switch="access-sw2", interface="Gi1/0/1", lines=[{"dn": "1001", "partition": "PT-Other"}])
    assert len(read_plan([GOOD, other], PROFILES, SWITCHES)) == 2


def test_a_line_that_both_rows_call_shared_is_fine() -> None:
    line = {"dn": "1001", "shared": True}
    plan = read_plan([{**GOOD, "lines": [line]}, second(lines=[line])], PROFILES, SWITCHES)
    assert [phone.lines[0].shared for phone in plan] == [True, True]


def test_a_part_takes_what_the_module_of_its_stage_takes() -> None:
    phone = cucm_phones.ARGUMENT_SPEC["phones"]["options"]
    line = cucm_lines.ARGUMENT_SPEC["lines"]["options"]
    taken = {
        "port": {*switch_voice_ports.ARGUMENT_SPEC["ports"]["options"]} - {"interface"},
        "phone": {*phone} - {"mac", "name", "model", "lines"},
        "line": ({*line} | {*phone["lines"]["options"]}) - {"pattern", "axl"},
    }
    assert taken == PART_OPTIONS


@pytest.mark.parametrize(
    ("row", "protocol"),
    [
        ({}, "SCCP"),
        ({"phone": {"protocol": "SIP"}}, "SIP"),
        ({"protocol": "SCCP", "phone": {"protocol": "SIP"}}, "SCCP"),
    ],
)
def test_which_protocol_wins(row: dict, protocol: str) -> None:
    (phone,) = read_plan([{**GOOD, **row}], PROFILES, SWITCHES)
    assert (phone.protocol, "protocol" in phone.phone) == (protocol, False)


def test_what_is_written_no_is_not_shared() -> None:
    (row,) = faults([GOOD, second(lines=[{"dn": "1001", "shared": "no"}])])
    assert "DN 1001 in partition PT-Internal stands in voice_phones[0]" in row


def test_all_faults_of_all_rows_are_told_at_once() -> None:
    rows = faults([{**GOOD, "mac": "x", "switch": "nowhere"}, "no row", second(lines=[7])])
    assert [row.split(" ")[0].rstrip(":") for row in rows] == [
        "voice_phones[0]",
        "voice_phones[0]",
        "voice_phones[1]",
        "voice_phones[2]",
    ]


@pytest.mark.parametrize("phones", [[], None, {"mac": "x"}, "text"])
def test_no_list_of_phones(phones: object) -> None:
    assert faults(phones) == ["voice_phones: no list of phones, or an empty one: give at least one row"]


@pytest.mark.parametrize(
    ("profiles", "words"),
    [
        ([], "voice_profiles: [] is no mapping"),
        ({"office": None}, "voice_profiles[office]: None is no mapping"),
        ({"office": {"ports": {}}}, "voice_profiles[office]: unknown part 'ports': did you mean port?"),
        ({"office": {"port": 5}}, "voice_profiles[office].port: 5 is no mapping of options"),
        ({"office": {"phone": {"device_pol": "x"}}}, "voice_profiles[office].phone: unknown option 'device_pol': did"),
    ],
)
def test_wrong_profiles(profiles: object, words: str) -> None:
    assert words in faults([GOOD], profiles)[0]


def test_the_switches_are_looked_through_once_whatever_the_number_of_phones() -> None:
    class Rendered(list):
        """A list as templates have it: each look at an element renders it anew."""

        looks = 0

        def __iter__(self):
            for each in list.__iter__(self):
                Rendered.looks += 1
                yield each

        def __contains__(self, wanted):
            return any(each == wanted for each in self)

    read_plan(
        [GOOD, second(), second(mac="001122334457", interface="Gi1/0/3", lines=["1003"])], PROFILES, Rendered(SWITCHES)
    )
    assert Rendered.looks == len(SWITCHES)
