"""Where a phone is, where it gets its files, and whom it registers with."""

from __future__ import annotations

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._startup import ways
from ansible_collections.dialtone.voice.plugins.module_utils._startup.evidence import (
    Pages,
    Planned,
    Record,
    Registration,
)
from ansible_collections.dialtone.voice.plugins.module_utils._startup.network import Dhcp, Heard, Lease, Port, Scope
from ansible_collections.dialtone.voice.plugins.module_utils._startup.proof import Proof
from ansible_collections.dialtone.voice.plugins.module_utils._startup.service import Config, Member

NAME = "SEP00005E005301"
PLANNED = Planned(NAME, protocol="SIP", tftp_servers=("10.0.0.10",))
LEASED = Dhcp(lease=Lease("dhcp1", "10.1.20.12", "active", Proof("", "", "")))
HEARD = Port(
    "Gi1/0/1",
    heard=(
        Heard("SEP00005E005399", "Cisco IP Phone 8841", "phone", "cdp", "10.1.20.99"),
        Heard(NAME, "Cisco IP Phone 8841", "phone", "cdp", "10.1.20.13"),
    ),
)


def test_the_freshest_address_comes_first() -> None:
    registered = Registration("registered", address="10.1.20.11")
    assert ways.page_addresses(registered, LEASED, HEARD) == [
        "10.1.20.99",
        "10.1.20.13",
        "10.1.20.12",
        "10.1.20.11",
    ]
    assert ways.page_addresses(Registration("not seen"), None, None) == []
    assert ways.page_addresses(Registration("registered", address="0.0.0.0"), None, None) == []


@pytest.mark.parametrize(
    ("fields", "own"),
    [
        ({"host_name": NAME}, True),
        ({"host_name": f"{NAME}.example.com"}, True),
        ({"mac": "00:00:5e:00:53:01"}, True),
        ({"mac": "00005E005302"}, False),
        ({"host_name": "lobby", "mac": "0000.5e00.5302"}, False),
        ({"host_name": "lobby"}, True),
        ({}, True),
    ],
)
def test_a_page_tells_whose_it_is(fields: dict[str, str], own: bool) -> None:
    assert ways.is_own_page(Pages("10.1.20.11", fields), NAME) is own


def test_the_servers_that_a_phone_uses() -> None:
    scope = Scope("dhcp1", "VOICE", "10.1.20.0/24", option_150=("10.0.0.20", "10.0.0.21"), option_66="10.0.0.66")
    page = Pages("10.1.20.11", {"tftp_1": "10.0.0.30", "tftp_2": "0.0.0.0", "alternative_tftp": "Yes"})
    assert ways.tftp_servers(PLANNED, Dhcp(scopes=(scope,)), page) == ("10.0.0.30",)
    assert ways.tftp_servers(PLANNED, Dhcp(scopes=(scope,)), None) == ("10.0.0.20", "10.0.0.21")
    assert ways.tftp_servers(PLANNED, Dhcp(scopes=(scope,)), Pages("10.1.20.11")) == ("10.0.0.20", "10.0.0.21")
    only_66 = Scope("dhcp1", "VOICE", "10.1.20.0/24", option_66="tftp.example.com")
    assert ways.tftp_servers(PLANNED, Dhcp(scopes=(only_66,)), None) == ("tftp.example.com",)
    text = Scope("dhcp1", "VOICE", "10.1.20.0/24", option_150_text="10.0.0.20")
    assert ways.tftp_servers(PLANNED, Dhcp(scopes=(text,)), None) == ("10.0.0.10",)
    assert ways.tftp_servers(PLANNED, None, None) == ("10.0.0.10",)


def members(*names: str) -> tuple[Member, ...]:
    return tuple(Member(name, priority, 5060, 5061, 2000, 2443) for priority, name in enumerate(names))


@pytest.mark.parametrize(
    ("config", "wanted"),
    [
        (Config(protocol="SIP", members=members("a", "b")), [("a", 5060, False), ("b", 5060, False)]),
        (Config(protocol="SIP", members=members("a"), security_mode="3"), [("a", 5061, True)]),
        (Config(protocol="SCCP", members=members("a")), [("a", 2000, False)]),
        (Config(protocol="SCCP", members=members("a"), security_mode="2"), [("a", 2443, True)]),
        # XMLDefault.cnf.xml names no protocol.
        (Config(default=True, members=members("a")[::-1]), [("a", 2000, False)]),
        (Config(), []),
    ],
)
def test_the_call_managers_of_a_configuration(config: Config, wanted: list[tuple[str, int, bool]]) -> None:
    assert ways.call_managers(config, PLANNED, Record(exists=True, protocol="SCCP")) == wanted


def test_a_phone_without_a_record_speaks_as_planned() -> None:
    assert ways.call_managers(Config(members=members("a")), PLANNED, None) == [("a", 5060, False)]
