"""What is a way and no failure, and what tells one cause from its neighbour: a change of a phone, and its verdict."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._startup.evidence import Evidence
from ansible_collections.dialtone.voice.plugins.module_utils._startup.judge import judge
from ansible_collections.dialtone.voice.plugins.module_utils._startup.network import Heard, Svi, Uplink
from ansible_collections.dialtone.voice.plugins.module_utils._startup.proof import Proof
from ansible_collections.dialtone.voice.plugins.module_utils._startup.verdict import Verdict

from . import evidences as made
from .evidences import (
    CAUSES,
    NAME,
    both,
    cluster,
    config,
    connections,
    dhcp,
    planned,
    port,
    record,
    refused,
    ris,
    says,
    scope,
    service,
    status,
)

CLEAN = (None, set())


def outcome(change: made.Change, *, secured: bool = False, mixed: bool | None = None) -> Any:
    return short(judge(change(made.healthy(secured=secured, mixed=mixed))))


def short(verdict: Verdict) -> Any:
    """The cause with its confidence, None for none, and the findings."""
    stuck = (verdict.stuck.cause, verdict.stuck.confidence) if verdict.stuck else None
    return stuck, {finding.cause for finding in verdict.findings}


def at(verdict: Verdict) -> str:
    return verdict.stuck.step if verdict.stuck else ""


def uplinks(*carried: frozenset[int] | None) -> made.Change:
    def change(e: Evidence) -> Evidence:
        found = tuple(Uplink(f"Gi1/0/{47 + number}", vlans, made.proof("sw")) for number, vlans in enumerate(carried))
        return replace(e, switch=replace(e.switch, uplinks=found)) if e.switch else e

    return change


def two_scopes(**changes: Any) -> made.Change:
    """A second scope in the voice VLAN's network."""
    return lambda e: dhcp(scopes=(*e.dhcp.scopes, replace(e.dhcp.scopes[0], **changes)))(e) if e.dhcp else e


def nothing_of_tftp(e: Evidence) -> Evidence:
    """The phone's pages don't tell its TFTP servers."""
    if e.pages is None:
        return e
    told = {key: value for key, value in e.pages.fields.items() if not key.startswith("tftp")}
    return replace(e, pages=replace(e.pages, fields=told))


def svi(**changes: Any) -> made.Change:
    def change(e: Evidence) -> Evidence:
        return dhcp(relays=tuple(replace(one, **changes) for one in e.dhcp.relays))(e) if e.dhcp else e

    return change


def routed(e: Evidence, vlan: int = 20, address: str = "10.1.20.2/24") -> Evidence:
    """The phone's switch routes the voice VLAN itself."""
    own = Svi("access-sw1", vlan, address, (), True)
    return replace(e, switch=replace(e.switch, svis=(own,))) if e.switch else e


def gap(source: str) -> made.Change:
    return lambda e: replace(e, gaps={**e.gaps, source: "could not be had"})


def hear(name: str, platform: str = "Cisco IP Phone 8841") -> made.Change:
    return port(heard=(Heard(name, platform, "phone", "cdp"),), macs=())


ADAPTER = port(poe="never", power_admin="off", power_oper="off", power_watts=0.0)
HELPED = "10.9.9.9"
OLD_STAMP = made.STAMP.replace("13021", "13011")

REGISTERED: dict[str, tuple[made.Change, Any]] = {
    "a power supply of its own": (ADAPTER, CLEAN),
    "a power supply of its own at a port that denies power": (port(power_oper="power-deny", power_watts=0.0), CLEAN),
    "a power supply of its own at a faulty port": (port(power_oper="faulty", power_watts=0.0), CLEAN),
    "a switch without inline power": (port(poe=None, power_admin=None, power_oper=None, power_watts=None), CLEAN),
    "LLDP instead of CDP": (port(cdp=False, lldp=True), CLEAN),
    "neither, and its VLAN by hand": (port(cdp=False, lldp=False, heard=()), CLEAN),
    "the voice VLAN as access VLAN": (port(voice_vlan=None, access_vlan=20), CLEAN),
    "a plan that leaves the VLAN open": (both(planned(voice_vlan=None), port(voice_vlan=30)), CLEAN),
    "an address by hand": (both(says(f"{NAME}.cnf.xml", dhcp="No"), dhcp(lease=None, scopes=())), CLEAN),
    "an alternative TFTP server": (
        both(says(f"{NAME}.cnf.xml", alternative_tftp="Yes", tftp_1="10.9.9.9"), scope(option_150=())),
        CLEAN,
    ),
    "option 66": (scope(option_150=(), option_66="tftp.example.net"), CLEAN),
    "a second TFTP server that isn't planned": (scope(option_150=("10.9.9.9", made.TFTP)), CLEAN),
    "a gateway that two routers share": (
        both(scope(gateways=("10.1.20.3",)), svi(virtual=("10.1.20.3",))),
        CLEAN,
    ),
    "the other of two routers as gateway": (
        both(scope(gateways=("10.1.20.2",)), svi(address="10.1.20.2/24")),
        CLEAN,
    ),
    "a service that is starting": (service("Cisco Tftp", "Starting"), CLEAN),
    "TFTP that the controller can't reach": (made._unreachable, CLEAN),
    "its CallManagers out of the controller's reach": (connections("no answer"), CLEAN),
    "a trust list that it once refused": (says("Trust List Update Failed", "Trust List Updated"), CLEAN),
    "a file that is newer than the record was": (config(stamp=made.STAMP.replace("13021", "13031")), CLEAN),
    "a stamp with braces": (config(stamp=f"{{{made.STAMP.upper()}}}"), CLEAN),
    "a reason of long ago": (ris("registered", "", reason=16), CLEAN),
    "a CTL that isn't there for it": (status("ctl", "missing"), CLEAN),
    # What stops it only when it starts again.
    "at another port": (
        both(
            lambda e: replace(e, elsewhere=(made._ELSEWHERE,)),
            port(link="notconnect", heard=(), macs=(), power_oper="off"),
        ),
        (None, {"wrong_port"}),
    ),
    "a scope that lost its option": (
        both(lambda e: replace(e, pages=None), scope(option_150=())),
        (None, {"option150_missing"}),
    ),
    "a configuration that it kept": (
        both(made._unreachable, service("Cisco Tftp", "Stopped")),
        (None, {"tftp_service_stopped"}),
    ),
    "a file that is gone": (made._default, (None, {"config_missing"})),
    "a file that is old": (config(stamp=OLD_STAMP, lines=("1002",)), (None, {"config_stale"})),
    "a stamp that is old, of a file that says the same": (config(stamp=OLD_STAMP), CLEAN),
    "a load that it runs and that is gone": (status("load", "missing"), (None, {"firmware_missing"})),
}


@pytest.mark.parametrize("name", REGISTERED)
def test_a_registered_phone_with(name: str) -> None:
    change, expected = REGISTERED[name]
    verdict = judge(change(made.healthy()))
    assert verdict.as_planned
    assert short(verdict) == expected


def test_a_mixed_cluster_without_ctl_stops_only_secured_phones() -> None:
    gone = status("ctl", "missing", trusted=())
    assert outcome(gone, mixed=True) == (None, {"ctl_missing"})
    assert outcome(both(refused(16), gone), mixed=True) == (("duplicate_registration", "certain"), {"ctl_missing"})
    assert outcome(both(made.gone, gone), secured=True) == (("ctl_missing", "certain"), set())
    # A secured profile in a cluster that isn't mixed never gets one either.
    insecure = both(made.gone, gone, cluster(mixed=False))
    assert outcome(insecure, secured=True) == (("ctl_missing", "certain"), set())
    # What the cluster's mode is, and so whether the file is missed, isn't known.
    told = judge(both(cluster(mixed=None), status("ctl", "missing"), made.gone)(made.healthy()))
    assert {step.name: step.status for step in told.steps}["ctl"] == "error"


STUCK: dict[str, tuple[made.Change, Any]] = {
    # power
    "planned with a power supply, and nothing there": (
        both(made.dark, ADAPTER, planned(poe="never")),
        (("no_link", "certain"), set()),
    ),
    "told to give no power, the power table not read": (
        both(made.dark, port(poe="never", power_admin=None, power_oper=None)),
        (("poe_disabled", "certain"), set()),
    ),
    "told to give no power by the power table alone": (
        both(made.dark, port(poe=None, power_admin="off")),
        (("poe_disabled", "certain"), set()),
    ),
    "told to give no power, the link not told": (
        both(made.dark, port(poe="never", link=None)),
        (("poe_disabled", "likely"), set()),
    ),
    "the link not told": (both(made.dark, port(link=None)), (("unknown", "possible"), set())),
    "shut down, and the table still says denied": (
        both(made.dark, port(enabled=False, link="disabled", power_oper="power-deny")),
        (("port_shutdown", "certain"), set()),
    ),
    "shut down, and the table still says faulty": (
        both(made.dark, port(enabled=False, link="disabled", power_oper="faulty")),
        (("port_shutdown", "certain"), set()),
    ),
    "denied once, and powered": (
        both(made.dark, port(power_oper="on", log=("%ILPOWER-5-ILPOWER_POWER_DENY: Interface Gi1/0/5",))),
        (("firmware_boot_failed", "possible"), set()),
    ),
    "faulty once, and powered": (
        both(made.dark, port(power_oper="on", log=("%ILPOWER-3-CONTROLLER_PORT_ERR: Interface Gi1/0/5",))),
        (("firmware_boot_failed", "possible"), set()),
    ),
    "another phone at its port, and this one elsewhere": (
        both(refused(16), hear("SEP00005E005399")),
        (("duplicate_registration", "certain"), set()),
    ),
    "shut down, so that the power table says off": (
        both(made.dark, port(enabled=False, link="disabled", power_admin="off")),
        (("port_shutdown", "certain"), set()),
    ),
    "status disabled, without the configuration": (
        both(made.dark, port(enabled=None, link="disabled")),
        (("port_shutdown", "certain"), set()),
    ),
    "err-disabled by its status alone": (
        both(made.dark, port(link="err-disabled")),
        (("port_err_disabled", "certain"), set()),
    ),
    "err-disabled and shut down": (
        both(made.dark, port(link="disabled", enabled=False, err_disabled="bpduguard")),
        (("port_err_disabled", "certain"), set()),
    ),
    "denied by the log": (
        both(made.dark, port(log=("%ILPOWER-5-ILPOWER_POWER_DENY: Interface Gi1/0/5: inline power denied",))),
        (("poe_denied", "likely"), set()),
    ),
    "denied long ago": (
        both(
            made.dark,
            port(
                log=(
                    "%ILPOWER-5-ILPOWER_POWER_DENY: Interface Gi1/0/5: inline power denied",
                    "%ILPOWER-5-POWER_GRANTED: Interface Gi1/0/5: Power granted",
                )
            ),
        ),
        (("no_link", "certain"), set()),
    ),
    "faulty by the log": (
        both(made.dark, port(log=("%ILPOWER-3-CONTROLLER_PORT_ERR: Controller port error, Interface Gi1/0/5",))),
        (("poe_fault", "likely"), set()),
    ),
    "faulty long ago": (
        both(
            made.dark,
            port(
                log=(
                    "%ILPOWER-3-CONTROLLER_PORT_ERR: Controller port error, Interface Gi1/0/5",
                    "%LINK-3-UPDOWN: Interface GigabitEthernet1/0/5, changed state to up",
                )
            ),
        ),
        (("no_link", "certain"), set()),
    ),
    "no link, other switches not read": (both(made.dark, gap("switch")), (("no_link", "likely"), set())),
    "no link at a switch without inline power": (
        both(made.dark, port(poe=None, power_admin=None, power_oper=None, power_watts=None)),
        (("no_link", "certain"), set()),
    ),
    "running elsewhere, at a switch that wasn't read": (
        both(refused(16), port(link="notconnect", heard=(), macs=(), power_oper="off")),
        (("duplicate_registration", "certain"), set()),
    ),
    "another phone at its port": (
        both(made.silent, hear("SEP00005E005399")),
        (("wrong_port", "likely"), set()),
    ),
    "something else at its port": (both(made.silent, hear("ap1.example.net")), (("unknown", "possible"), set())),
    "by its own word at another port": (
        both(made.without("switch"), refused(1), says(neighbor_port="GigabitEthernet1/0/9")),
        (("wrong_port", "likely"), set()),
    ),
    "by its own word at its port, spelt otherwise": (
        both(made.without("switch"), refused(16), says(neighbor_port="Gi1/0/5")),
        (("duplicate_registration", "certain"), set()),
    ),
    # firmware_boot
    "powered and silent": (
        both(made.dark, port(power_oper="on", power_watts=4.0)),
        (("firmware_boot_failed", "possible"), set()),
    ),
    "powered, flapping, with CDP off": (
        both(made.dark, port(power_oper="on", power_watts=4.0, link_changes=9, cdp=False)),
        (("firmware_boot_failed", "likely"), set()),
    ),
    "powered and silent, with CDP off": (
        both(made.dark, port(power_oper="on", power_watts=4.0, link="connected", cdp=False)),
        (("discovery_disabled", "certain"), set()),
    ),
    "flapping with a power supply of its own": (
        both(made.dark, ADAPTER, planned(poe="never"), port(link_changes=9, link="connected")),
        (("firmware_boot_failed", "likely"), set()),
    ),
    # voice_vlan
    "CDP off, LLDP not told": (
        both(made.lit, port(cdp=False, lldp=None, heard=())),
        (("discovery_disabled", "likely"), set()),
    ),
    "a voice VLAN by name of a way": (
        both(made.lit, port(voice_vlan="untagged")),
        (("voice_vlan_wrong", "certain"), set()),
    ),
    "an access VLAN that isn't there": (
        both(made.lit, port(voice_vlan=None, access_vlan=20, voice_vlan_exists=False)),
        (("vlan_not_created", "certain"), set()),
    ),
    "one of two uplinks": (
        both(made.lit, uplinks(frozenset({10}), frozenset({20}))),
        (("unknown", "possible"), set()),
    ),
    "an uplink that isn't told": (
        both(made.lit, uplinks(frozenset({10}), None)),
        (("unknown", "possible"), set()),
    ),
    "two uplinks without the VLAN": (
        both(made.lit, uplinks(frozenset({10}), frozenset({30}))),
        (("vlan_not_on_uplink", "certain"), set()),
    ),
    "no uplink needed": (both(made.lit, uplinks(frozenset({10})), routed), (("unknown", "possible"), set())),
    "no trunk at all": (both(made.lit, uplinks()), (("unknown", "possible"), set())),
    "CDP off, LLDP on": (both(made.lit, port(cdp=False, lldp=True)), (("unknown", "possible"), set())),
    "neither, where no VLAN is to be told": (
        both(made.lit, planned(voice_vlan=None), port(voice_vlan=None, cdp=False, lldp=False)),
        (("unknown", "possible"), set()),
    ),
    "a VLAN that is there and not active": (
        both(made.lit, port(voice_vlan_exists=False)),
        (("vlan_not_created", "certain"), set()),
    ),
    "a VLAN that the table lacks": (
        both(
            made.lit,
            port(voice_vlan_exists=None),
            lambda e: replace(e, switch=replace(e.switch, vlans={10: "DATA"})),
        ),
        (("vlan_not_created", "certain"), set()),
    ),
    "a switch that routes another VLAN": (
        both(made.lit, uplinks(frozenset({10})), lambda e: routed(e, vlan=10)),
        (("vlan_not_on_uplink", "certain"), set()),
    ),
    "a switch that has the VLAN without an address": (
        both(made.lit, uplinks(frozenset({10})), lambda e: routed(e, address="")),
        (("vlan_not_on_uplink", "certain"), set()),
    ),
    "its VLAN by hand": (
        both(refused(16), port(voice_vlan=None)),
        (("duplicate_registration", "certain"), set()),
    ),
    # dhcp
    "an address by hand, in no scope": (
        both(refused(16), says(dhcp="No", address="10.7.7.7"), dhcp(scopes=())),
        (("duplicate_registration", "certain"), set()),
    ),
    "an address that it shows, and no scope that is known": (
        both(refused(16), dhcp(scopes=())),
        (("duplicate_registration", "certain"), set()),
    ),
    "an address that it shows, and none left": (
        both(refused(16), scope(left=0), dhcp(lease=None)),
        (("duplicate_registration", "certain"), set()),
    ),
    "an address that it shows, and no relay": (
        both(refused(16), dhcp(relays=(made._UNHELPED,))),
        (("duplicate_registration", "certain"), set()),
    ),
    "a network that nobody knows": (
        both(made.lit, planned(network=""), dhcp(scopes=(), relays=())),
        (("unknown", "possible"), set()),
    ),
    "no relay, and no server that was read": (
        both(made.lit, dhcp(relays=(made._UNHELPED,), scopes=(), servers=()), gap("dhcp")),
        (("unknown", "possible"), set()),
    ),
    "a lease of the scope that is wrong": (
        both(
            made.misled,
            lambda e: dhcp(
                scopes=(
                    replace(e.dhcp.scopes[0], option_150=("10.1.0.99",)),
                    replace(e.dhcp.scopes[0], network="10.1.21.0/24"),
                ),
            )(e),
        ),
        (("option150_wrong_server", "certain"), set()),
    ),
    "a server that wasn't read": (
        both(made.lit, dhcp(scopes=()), svi(helpers=(HELPED,))),
        (("unknown", "possible"), set()),
    ),
    "one of two servers not read": (
        both(made.lit, dhcp(scopes=()), gap("dhcp")),
        (("unknown", "possible"), set()),
    ),
    "a server in the VLAN, no relay": (
        both(made.lit, svi(helpers=()), dhcp(local=("10.1.20.5",))),
        (("unknown", "possible"), set()),
    ),
    "the switch itself as server, no relay": (
        both(made.lit, svi(helpers=()), dhcp(servers=("core-sw1",))),
        (("unknown", "possible"), set()),
    ),
    "a relay whose interface is down": (both(made.lit, svi(up=False)), (("relay_missing", "certain"), set())),
    "no relay, and an old lease": (
        both(made.lit, lambda e: dhcp(relays=(made._UNHELPED,), lease=made.healthy().dhcp.lease)(e)),
        (("relay_missing", "certain"), set()),
    ),
    "no address left, and a lease of its own": (
        both(made.lit, lambda e: dhcp(lease=made.healthy().dhcp.lease)(e), scope(left=0)),
        (("unknown", "possible"), set()),
    ),
    "not told how many addresses are left": (both(made.lit, scope(left=None)), (("unknown", "possible"), set())),
    "a gateway outside, none planned": (
        both(made.lit, planned(gateways=()), scope(gateways=("10.1.99.1",))),
        (("gateway_wrong", "certain"), set()),
    ),
    "another gateway, none planned": (
        both(made.lit, planned(gateways=()), scope(gateways=("10.1.20.200",))),
        (("unknown", "possible"), set()),
    ),
    "no gateway, by the phone's word": (
        both(made.gone, says("No Default Router"), scope(gateways=())),
        (("gateway_wrong", "certain"), set()),
    ),
    "option 150 of another server that has its file": (
        both(
            refused(16),
            scope(option_150=("10.1.0.11",)),
            says(tftp_1=""),
            status("config", "there", server="10.1.0.11"),
        ),
        (("duplicate_registration", "certain"), {"option150_wrong_server"}),
    ),
    "the phone tells its TFTP server, DHCP unread": (
        both(made.gone, says("TFTP Timeout", tftp_1="10.1.0.99"), made.without("dhcp")),
        (("option150_wrong_server", "likely"), set()),
    ),
    "the phone tells its gateway, DHCP unread": (
        both(made.gone, says("TFTP Timeout", gateway="10.1.20.254"), made.without("dhcp")),
        (("gateway_wrong", "likely"), set()),
    ),
    "one of two scopes with another server": (
        both(made.misled, dhcp(lease=None), scope(option_150=("10.1.0.99",)), two_scopes(option_150=(made.TFTP,))),
        (("unknown", "possible"), set()),
    ),
    "one of two scopes with text": (
        both(
            made.misled,
            dhcp(lease=None),
            scope(option_150=(), option_150_text="x"),
            two_scopes(option_150=(made.TFTP,), option_150_text=""),
        ),
        (("unknown", "possible"), set()),
    ),
    "text as option 150, and an alternative TFTP server": (
        both(
            refused(16),
            says(alternative_tftp="Yes", tftp_1="10.9.9.9"),
            scope(option_150=(), option_150_text="10.9.9.9"),
        ),
        (("duplicate_registration", "certain"), set()),
    ),
    "told another server by DHCP that has its file, DHCP unread": (
        both(
            refused(16),
            says(tftp_1="10.1.0.11"),
            status("config", "there", server="10.1.0.11"),
            made.without("dhcp"),
        ),
        (("duplicate_registration", "certain"), set()),
    ),
    "told no server, DHCP unread": (
        both(made.gone, made.without("dhcp"), says("TFTP Timeout", tftp_1="")),
        (("unknown", "possible"), set()),
    ),
    "told another server in another VLAN, DHCP unread": (
        both(made.gone, made.without("dhcp"), says("TFTP Timeout", tftp_1="10.1.0.99", vlan="10")),
        (("unknown", "possible"), set()),
    ),
    # ctl, itl, config_file
    "TFTP out of everybody's reach": (
        both(made.silent, made._unreachable),
        (("tftp_unreachable", "likely"), set()),
    ),
    "TFTP out of everybody's reach, by the phone's word too": (
        both(made.gone, made._unreachable, says("TFTP Timeout")),
        (("tftp_unreachable", "certain"), set()),
    ),
    "TFTP out of the controller's reach, and rejected": (
        both(refused(16), made._unreachable),
        (("duplicate_registration", "certain"), set()),
    ),
    "TFTP out of reach, the service's state unknown": (
        both(made.silent, made._unreachable, made.without("services")),
        (("unknown", "possible"), set()),
    ),
    "an alternative TFTP server that doesn't answer": (
        both(made.gone, says(f"TFTP Timeout : CTL{NAME}.tlv", alternative_tftp="Yes", tftp_1="10.9.9.9")),
        (("tftp_unreachable", "certain"), set()),
    ),
    "no TFTP in another VLAN, the switch unread": (
        both(made.gone, made.without("switch"), says("TFTP Timeout", vlan="10")),
        (("unknown", "possible"), set()),
    ),
    "a timeout that passed": (
        both(refused(5), says("TFTP Timeout : CTLFile.tlv", f"{NAME}.cnf.xml")),
        (("maximum_devices_exceeded", "certain"), set()),
    ),
    "a timeout of a ring list": (
        both(refused(5), says(f"{NAME}.cnf.xml", "TFTP Timeout : Ringlist.xml")),
        (("maximum_devices_exceeded", "certain"), set()),
    ),
    "stopped at another node only": (
        both(
            made.silent,
            made._unreachable,
            cluster(services={"cucm-pub": {"Cisco Tftp": "Started"}, "cucm-sub1": {"Cisco Tftp": "Stopped"}}),
        ),
        (("tftp_unreachable", "likely"), set()),
    ),
    "stopped, the nodes by names that nobody maps": (
        both(
            made.silent,
            made._unreachable,
            cluster(addresses={}, services={"a": {"Cisco Tftp": "Stopped"}, "b": {"Cisco Tftp": "Not activated"}}),
        ),
        (("tftp_service_stopped", "certain"), set()),
    ),
    "an ITL that nobody has, and its message": (
        both(refused(16), status("itl", "missing"), status("ctl", "missing"), says("Trust List Update Failed")),
        (("duplicate_registration", "certain"), {"itl_missing"}),
    ),
    "TFTP silent by the phone's word, nothing else asked": (
        both(made.gone, made.without("files"), made.without("services"), says("TFTP Timeout")),
        (("unknown", "possible"), set()),
    ),
    "services stopped, and no TFTP server known": (
        both(made.silent, planned(tftp_servers=()), made.without("files"), service("Cisco Tftp", "Stopped")),
        (("unknown", "possible"), set()),
    ),
    "a configuration signed by a stranger, and taken": (
        both(refused(16), status("config", "there", signers=("CN=cucm-old",))),
        (("duplicate_registration", "certain"), set()),
    ),
    "a configuration that isn't signed": (
        both(made.gone, status("config", "there", signers=())),
        (("cucm_port_blocked", "likely"), set()),
    ),
    "a trust list that isn't read": (
        both(made.gone, status("itl", "there", signers=())),
        (("cucm_port_blocked", "likely"), set()),
    ),
    "no entry in database, AXL unread, and a file": (
        both(made.silent, ris("rejected", "rejected", reason=2), made.without("cucm")),
        (("unknown", "possible"), set()),
    ),
    "the default's own stamp": (
        both(made.gone, made._default, config(stamp="1000000000-a")),
        (("config_missing", "certain"), set()),
    ),
    "a configuration signed by a stranger": (
        both(made.gone, status("config", "there", signers=("CN=cucm-old",))),
        (("trust_list_mismatch", "likely"), set()),
    ),
    "no entry in database, AXL unread": (
        both(made.silent, ris("rejected", "rejected", reason=2), made._default, made.without("cucm")),
        (("device_not_in_cucm", "likely"), set()),
    ),
    "its file is missing, AXL unread": (
        both(made.silent, made._default, made.without("cucm")),
        (("unknown", "possible"), set()),
    ),
    "stamps that tell no order": (
        both(made.gone, config(stamp="abc-1", lines=("1002",)), record(stamp="def-2")),
        (("config_stale", "likely"), set()),
    ),
    "an encrypted file that it reads": (
        both(refused(16), status("config", "there", encrypted=True)),
        (("duplicate_registration", "certain"), set()),
    ),
    # firmware_upgrade
    "a load of a strange name that doesn't fit": (
        both(made._wrong_load, config(load="test.1"), record(load="test.1"), says("Load Rejected HC")),
        (("firmware_wrong_model", "certain"), set()),
    ),
    "a load that comes in part": (
        both(made._wrong_load, says(f"TFTP Error : {made.LOADS['SIP']}.sbn")),
        (("firmware_download_failed", "likely"), set()),
    ),
    "another load, nothing known": (made._wrong_load, (("unknown", "possible"), set())),
    "another load, and the file is old": (
        both(made._wrong_load, config(stamp=OLD_STAMP, load=made.OLD["SIP"])),
        (("config_stale", "certain"), set()),
    ),
    "a load that didn't fit, before it ran the right one": (
        both(refused(16), says("Load Rejected HC", f"{NAME}.cnf.xml")),
        (("duplicate_registration", "certain"), set()),
    ),
    "a download that failed, before it ran the load": (
        both(refused(16), ris("rejected", "x", reason=16, download_failure="connection lost")),
        (("duplicate_registration", "certain"), set()),
    ),
    "a failed download, and no load that is wanted": (
        both(refused(16), ris("rejected", "x", reason=16, download_failure="lost"), config(load=""), record(load="")),
        (("duplicate_registration", "certain"), set()),
    ),
    "a load for its record's model": (
        both(refused(14), record(model="Cisco 7821"), config(load="sip78xx.12-8-1-0001-455"), says("Load Rejected HC")),
        (("model_mismatch", "certain"), set()),
    ),
    # cucm_connection
    "a name that only the controller can't resolve": (
        both(made.gone, connections("unresolvable")),
        (("cucm_name_unresolvable", "likely"), set()),
    ),
    "a name that only the phone can't resolve": (
        both(
            made.gone,
            lambda e: config(members=e.config.members[:1])(e),
            says(f"{NAME}.cnf.xml", "DNS unknown host", call_manager_1="cucm-pub", call_manager_2=""),
        ),
        (("cucm_name_unresolvable", "certain"), set()),
    ),
    "one phone filtered, by what it doesn't reach": (made.gone, (("cucm_port_blocked", "likely"), set())),
    "one phone filtered, by its own word": (
        both(made.gone, says(f"{NAME}.cnf.xml", "25: Name=SEP Load=1 Last=TCP-timeout")),
        (("cucm_port_blocked", "certain"), set()),
    ),
    "all phones filtered, by the phone's word too": (
        both(made.gone, connections("no answer"), says("Last=TCP-timeout")),
        (("cucm_port_blocked", "certain"), set()),
    ),
    "connected, and not registered": (
        both(made.gone, says(call_manager_1="cucm-pub Active")),
        (("unknown", "possible"), set()),
    ),
    "one of two CallManagers stopped": (
        both(
            made.gone,
            says(call_manager_1=""),
            says(call_manager_2=""),
            cluster(
                services={"cucm-pub": {"Cisco CallManager": "Stopped"}, "cucm-sub1": {"Cisco CallManager": "Started"}}
            ),
        ),
        (("unknown", "possible"), set()),
    ),
    "the first stopped, the second filtered": (
        both(
            made.gone,
            connections("no answer"),
            cluster(
                services={"cucm-pub": {"Cisco CallManager": "Stopped"}, "cucm-sub1": {"Cisco CallManager": "Started"}}
            ),
        ),
        (("callmanager_stopped", "certain"), set()),
    ),
    "nothing answers, the service's state unknown": (
        both(made.gone, connections("no answer"), made.without("services")),
        (("unknown", "possible"), set()),
    ),
    "stopped, the configuration not had": (
        both(CAUSES["callmanager_stopped"], made.without("files")),
        (("callmanager_stopped", "likely"), set()),
    ),
    "the first stopped, the second open": (
        both(
            made.silent,
            cluster(
                services={"cucm-pub": {"Cisco CallManager": "Stopped"}, "cucm-sub1": {"Cisco CallManager": "Started"}}
            ),
            lambda e: replace(e, call_managers=(replace(e.call_managers[0], outcome="refused"), e.call_managers[1])),
        ),
        (("unknown", "possible"), set()),
    ),
    "not connected, and to prove itself": (both(made.gone, record(digest=True)), (("unknown", "possible"), set())),
    "not connected, and without lines": (both(made.gone, config(lines=())), (("unknown", "possible"), set())),
    "not connected, its short file telling no lines": (
        both(made.gone, config(lines=(), full=False)),
        (("cucm_port_blocked", "likely"), set()),
    ),
    "not connected, its record unread": (both(made.gone, made.without("cucm")), (("unknown", "possible"), set())),
    "not connected, its record without lines": (
        both(made.gone, record(lines=())),
        (("no_line", "certain"), set()),
    ),
    "not connected, its record of another model": (
        both(made.gone, record(model="Cisco 7821")),
        (("model_mismatch", "certain"), set()),
    ),
    # registration
    "a model that only the plan has otherwise": (
        both(refused(14), planned(model="7821")),
        (("unknown", "possible"), set()),
    ),
    "a record of another model than planned, the phone unseen": (
        both(refused(14), record(model="Cisco 7821"), made.without("switch"), lambda e: replace(e, pages=None)),
        (("model_mismatch", "likely"), set()),
    ),
    "a load of the other protocol": (
        both(
            refused(14),
            ris("rejected", "x", active_load="SCCP41.9"),
            says(active_load="SCCP41.9"),
            status("load", "missing"),
        ),
        (("firmware_missing", "certain"), set()),
    ),
    "a record that tells no protocol": (
        both(refused(16), record(protocol="")),
        (("duplicate_registration", "certain"), set()),
    ),
    "a plan that leaves the protocol open": (
        both(refused(16), planned(protocol="")),
        (("duplicate_registration", "certain"), set()),
    ),
    "the old protocol, and the right load on its way": (
        both(refused(16), says(active_load="SCCP41.9-4"), ris("rejected", "x", active_load="SCCP41.9-4", reason=16)),
        (("duplicate_registration", "certain"), set()),
    ),
    "the old protocol, and no load that would change it": (
        both(
            refused(14),
            says(active_load="test41.9-4"),
            says(active_load="SCCP41.9-4"),
            record(load=""),
            config(load=""),
        ),
        (("protocol_mismatch", "likely"), set()),
    ),
    "registered twice before": (
        both(made.silent, ris("unregistered", "gone", reason=16)),
        (("duplicate_registration", "likely"), set()),
    ),
    "digest by what the phone shows": (
        both(made.gone, record(digest=True), says(f"{NAME}.cnf.xml", "Registration Rejected")),
        (("digest_authentication_failed", "likely"), set()),
    ),
    "digest in its profile, rejected for another reason": (
        both(refused(16), record(digest=True)),
        (("duplicate_registration", "certain"), set()),
    ),
    "a line that its record lacks": (
        both(ris("line missing", "registered without line 1002"), planned(patterns=("1001", "1002"))),
        (("no_line", "certain"), set()),
    ),
    "some lines refused": (
        both(ris("partially registered", "some"), record(digest=True)),
        (("digest_authentication_failed", "certain"), set()),
    ),
    "the wrong protocol": (
        both(ris("wrong protocol", "registered with SCCP"), record(protocol="SCCP")),
        (("protocol_mismatch", "certain"), set()),
    ),
}


@pytest.mark.parametrize("name", STUCK)
def test_a_phone_that_is_not_registered_as_planned(name: str) -> None:
    change, expected = STUCK[name]
    verdict = judge(change(made.healthy()))
    assert not verdict.as_planned
    assert short(verdict) == expected


def test_a_fallover_is_for_what_the_first_node_has() -> None:
    fallen = ris("wrong node", "registered at cucm-sub1 instead of cucm-pub", node="cucm-sub1")
    down = cluster(
        services={"cucm-pub": {"Cisco CallManager": "Stopped"}, "cucm-sub1": {"Cisco CallManager": "Started"}}
    )
    first = both(fallen, down, lambda e: replace(e, call_managers=None))
    assert outcome(first) == (("callmanager_stopped", "certain"), set())
    filtered = both(fallen, lambda e: connections("no answer")(e))
    assert outcome(filtered) == (("cucm_port_blocked", "likely"), set())
    assert outcome(both(first, ris("wrong node", "at another", node="10.1.0.11")))[0][0] == "callmanager_stopped"
    at_first = both(first, ris("wrong node", "at the first", node="10.1.0.10"))
    assert outcome(at_first)[0][0] == "unknown"
    verdict = judge(fallen(made.healthy()))
    assert short(verdict) == (("unknown", "possible"), set())
    assert at(verdict) == "cucm_connection"
    # What is wrong with a port doesn't send a phone to another node.
    assert outcome(both(fallen, port(voice_vlan=10), says(vlan="4095"))) == (
        ("unknown", "possible"),
        {"voice_vlan_wrong"},
    )


def test_a_certificate_is_compared_with_the_phones_own_list() -> None:
    stranger = both(made.gone, connections("open", fingerprint="cd" * 32))
    assert outcome(stranger, secured=True) == (("tls_handshake_failed", "certain"), set())
    refused_here = both(made.gone, connections("tls failed", fingerprint="", certificate=""))
    assert outcome(refused_here, secured=True) == (("tls_handshake_failed", "likely"), set())
    # The controller has no certificate of a phone: what it is refused says nothing where the server's is the right one.
    assert outcome(both(made.gone, connections("tls failed")), secured=True)[0][0] == "unknown"
    for told in ({"tls": False, "fingerprint": "cd" * 32}, {"fingerprint": ""}):
        assert outcome(both(made.gone, connections("open", **told)), secured=True)[0][0] == "unknown"
    # A list that couldn't be read has no certificates to compare with.
    unread = both(made.gone, status("ctl", "there", trusted=()))
    assert outcome(both(unread, connections("open", fingerprint="cd" * 32)), secured=True)[0][0] == "unknown"
    assert outcome(both(unread, connections("tls failed", fingerprint="cd" * 32)), secured=True)[0][0] == "unknown"
    passed = both(refused(16), says("TLS handshake failed : cucm-pub"))
    assert outcome(passed, secured=True)[0][0] == "duplicate_registration"
    said = both(made.gone, says("TLS handshake failed : cucm-pub"))
    assert outcome(both(said, connections("no answer")), secured=True)[0][0] == "cucm_port_blocked"
    assert outcome(said, secured=True) == (("tls_handshake_failed", "certain"), set())
    assert (
        outcome(both(made.gone, connections("open", tls=True, fingerprint="cd" * 32)))[0][0] != "tls_handshake_failed"
    )


@pytest.mark.parametrize(
    ("message", "cause"),
    [
        ("TFTP Timeout", "tftp_unreachable"),
        ("CFG TFTP Timeout", "tftp_unreachable"),
        (f"TFTP timeout : {NAME}.cnf.xml.sgn", "tftp_unreachable"),
        ("Trust List Update Failed", "trust_list_mismatch"),
        ("CTL update failed", "trust_list_mismatch"),
        ("TFTP server not authorized", "trust_list_mismatch"),
        (f"invalid file {NAME}.cnf.xml.sgn, authenticated fail. Reason:14.", "trust_list_mismatch"),
        (f"File Auth Fail : {NAME}.cnf.xml.sgn", "trust_list_mismatch"),
    ],
)
def test_the_phones_words_by_family(message: str, cause: str) -> None:
    assert outcome(both(made.gone, says(message))) == ((cause, "certain"), set())


def test_whether_it_may_register_by_itself_is_told() -> None:
    lost = CAUSES["device_not_in_cucm"]
    on = judge(both(lost, cluster(auto_registration=True))(made.healthy()))
    off = judge(lost(made.healthy()))
    assert on.stuck
    assert off.stuck
    assert "auto-registration is on" in on.stuck.text
    assert off.stuck.text.endswith("auto-registration is off")


def test_no_cause_is_surer_than_the_steps_before_it() -> None:
    missing = both(made.CAUSES["config_missing"], lambda e: replace(e, pages=None))
    assert outcome(missing)[0] == ("config_missing", "certain")
    assert outcome(both(missing, made.without("switch")))[0] == ("config_missing", "likely")
    # CUCM has seen the phone: what came before is proven.
    assert outcome(both(refused(16), made.without("switch")))[0] == ("duplicate_registration", "certain")


def test_without_ris_the_phones_own_word_keeps_it_from_being_called_stuck() -> None:
    verdict = judge(both(made.without("registration"), scope(left=0), config(stamp="1-a"))(made.healthy()))
    assert verdict.stuck
    assert (verdict.stuck.cause, verdict.stuck.step) == ("unknown", "registration")
    assert "The phone itself says that it is" in verdict.stuck.text
    assert short(verdict)[1] == {"config_stale"}
    assert {step.name: step.status for step in verdict.steps}["registration"] == "error"


def test_where_nothing_is_proven_the_first_open_step_is_named() -> None:
    verdict = judge(made.silent(made.healthy()))
    assert (at(verdict), short(verdict)[0]) == ("dhcp", ("unknown", "possible"))
    told = {step.name: step.status for step in verdict.steps}
    assert [told[name] for name in ("power", "firmware_boot", "voice_vlan", "dhcp")] == ["success"] * 3 + ["error"]
    unread = both(made.silent, dhcp(scopes=()), svi(helpers=(HELPED,)))
    assert judge(unread(made.healthy())).would_take[-1] == f"dhcp: the relay goes to {HELPED}, which was not read"


def test_phones_in_sccp_know_no_digest() -> None:
    told = both(refused(1), record(digest=True))
    assert short(judge(told(made.healthy("SCCP")))) == (("unknown", "possible"), set())
    assert short(judge(both(told, planned(protocol=""))(made.healthy("SCCP")))) == (("unknown", "possible"), set())


def test_phones_in_sccp_have_no_dial_rules() -> None:
    for change in (made.gone, lambda e: e, CAUSES["no_link"]):
        verdict = judge(change(made.healthy("SCCP")))
        assert {step.name: step.status for step in verdict.steps}["dial_rules"] == "skipped"


def test_whose_silence_it_is_is_told() -> None:
    silent = f"TFTP Timeout : CTL{NAME}.tlv"
    one = judge(both(made.gone, says(silent))(made.healthy()))
    assert one.stuck
    assert one.stuck.text == f"The phone gets no answer from {made.TFTP} ({silent}); others get one"
    own = judge(both(made.gone, says(silent, alternative_tftp="Yes", tftp_1="10.9.9.9"))(made.healthy()))
    assert own.stuck
    assert own.stuck.text == f"The phone gets no answer from 10.9.9.9 ({silent})"
    untold = judge(both(made.gone, says(silent), nothing_of_tftp, made.without("files"))(made.healthy()))
    assert untold.stuck
    assert untold.stuck.text == f"The phone gets no answer from {made.TFTP} ({silent})"


def test_of_a_link_that_comes_and_goes_its_own_last_line_is_quoted() -> None:
    let_in = "%AUTHMGR-5-SUCCESS: Authorization succeeded for client (0000.5e00.5301) on Interface Gi1/0/1"
    down = "%LINK-3-UPDOWN: Interface GigabitEthernet1/0/1, changed state to down"
    changed = port(log=(let_in, down), proofs={"log": Proof("switch sw1", "show logging", f"{let_in}\n{down}")})
    verdict = judge(both(CAUSES["firmware_boot_failed"], changed)(made.healthy()))
    assert verdict.stuck
    assert [proof.answer for proof in verdict.stuck.evidence if proof.asked == "show logging"] == [down]
