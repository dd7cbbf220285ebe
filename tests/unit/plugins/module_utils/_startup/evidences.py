"""Evidence of healthy phones, as real devices give it, and each cause of the catalogue as a change of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ansible_collections.dialtone.voice.plugins.module_utils._startup import evidence as ev
from ansible_collections.dialtone.voice.plugins.module_utils._startup.evidence import (
    Cluster,
    Evidence,
    Pages,
    Planned,
    Record,
    Registration,
)
from ansible_collections.dialtone.voice.plugins.module_utils._startup.network import (
    Dhcp,
    Heard,
    Lease,
    Place,
    Port,
    Scope,
    Svi,
    Switch,
    Uplink,
)
from ansible_collections.dialtone.voice.plugins.module_utils._startup.proof import Proof
from ansible_collections.dialtone.voice.plugins.module_utils._startup.service import (
    Config,
    File,
    Files,
    Handshake,
    Member,
)

MAC = "00005E005301"
NAME = f"SEP{MAC}"
TFTP = "10.1.0.10"
PORT = "GigabitEthernet1/0/5"
LOADS = {"SIP": "sip88xx.12-8-1-0001-455", "SCCP": "SCCP45.9-4-2SR3-1S"}
OLD = {"SIP": "sip88xx.12-5-1SR3-74", "SCCP": "SCCP45.9-3-1SR4-1S"}
MODELS = {"SIP": "8841", "SCCP": "7965"}
STAMP = "1302115243-1c5cb1a0-2d1e-4c6b-9b57-6f1b1d3c0a11"
TRUSTED = "ab" * 32

Change = Callable[[Evidence], Evidence]


def proof(source: str, asked: str = "asked", answer: str = "answered") -> Proof:
    return Proof(source, asked, answer)


def file(name: str, status: str = "there", **more: Any) -> File:
    return File(name, TFTP, status, way="http", proof=proof(TFTP, f"GET /{name}", status), **more)


def healthy(protocol: str = "SIP", *, secured: bool = False, mixed: bool | None = None) -> Evidence:
    """A phone that is registered as planned, at the first of two CallManagers."""
    mixed = secured if mixed is None else mixed
    load, model, ports = LOADS[protocol], MODELS[protocol], ("sip", "sips") if protocol == "SIP" else ("sccp", "sccps")
    members = (Member("cucm-pub", 0, 5060, 5061, 2000, 2443), Member("10.1.0.11", 1, 5060, 5061, 2000, 2443))
    trusted = (TRUSTED,) if mixed else ()
    switchport = {
        key: proof("access-sw1", f"show {key}")
        for key in ("config", "link", "power", "switchport", "cdp", "lldp", "mac", "log", "authentication")
    }
    svi = Svi("core-sw1", 20, "10.1.20.1/24", ("10.1.30.2",), True, proof("core-sw1", "show running-config"))
    services = {"Cisco CallManager": "Started", "Cisco Tftp": "Started"}
    return Evidence(
        planned=Planned(
            name=NAME,
            model=model,
            protocol=protocol,
            switch="access-sw1",
            interface=PORT,
            patterns=("1001",),
            voice_vlan=20,
            poe="auto",
            network="10.1.20.0/24",
            gateways=("10.1.20.1",),
            tftp_servers=(TFTP,),
        ),
        registration=Registration(
            state="registered",
            problem="",
            node="cucm-pub",
            address="10.1.20.31",
            protocol=protocol,
            model=model,
            active_load=load,
            reason=0,
            download_status="Unknown",
            lines={"1001": "Registered"},
            proof=proof("RIS", "selectCmDevice", "Registered"),
        ),
        port=Port(
            PORT,
            enabled=True,
            link="connected",
            poe="auto",
            power_admin="auto",
            power_oper="on",
            power_watts=6.3,
            power_device=f"IP Phone {model}",
            power_left=300.0,
            mode="access",
            access_vlan=10,
            voice_vlan=20,
            voice_vlan_exists=True,
            cdp=True,
            lldp=False,
            heard=(Heard(NAME, f"Cisco IP Phone {model}", "phone", "cdp"),),
            macs=(MAC,),
            authorized=None,
            link_changes=2,
            proofs=switchport,
        ),
        switch=Switch(
            "access-sw1",
            vlans={10: "DATA", 20: "VOICE"},
            uplinks=(Uplink("GigabitEthernet1/0/48", frozenset({10, 20, 30}), proof("access-sw1", "show trunk")),),
            proofs={"vlans": proof("access-sw1", "show vlan brief")},
        ),
        dhcp=Dhcp(
            scopes=(
                Scope(
                    "dhcp1",
                    "VOICE",
                    "10.1.20.0/24",
                    gateways=("10.1.20.1",),
                    option_150=(TFTP,),
                    size=250,
                    left=200,
                    proof=proof("dhcp1", "show running-config"),
                ),
            ),
            lease=Lease("dhcp1", "10.1.20.31", "active", proof("dhcp1", "show ip dhcp binding")),
            relays=(svi,),
            servers=("dhcp1",),
            local=("10.1.30.2",),
            proofs=(proof("dhcp1", "show running-config", "no such scope"),),
        ),
        record=Record(
            exists=True,
            model=f"Cisco {model}",
            protocol=protocol,
            lines=("1001",),
            security_mode="Encrypted" if secured else "Non Secure",
            digest=False,
            device_pool="DP",
            nodes=("CM_cucm-pub", "CM_cucm-sub1"),
            load=load,
            stamp=STAMP,
            proof=proof("AXL", f"getPhone {NAME}"),
        ),
        cluster=Cluster(
            mixed=mixed,
            auto_registration=False,
            services={"cucm-pub": dict(services), "cucm-sub1": {**services, "Cisco Tftp": "Not activated"}},
            addresses={
                "CM_cucm-pub": ("cucm-pub",),
                "CM_cucm-sub1": ("cucm-sub1",),
                "cucm-pub": ("cucm-pub", "10.1.0.10"),
                "cucm-sub1": ("cucm-sub1", "10.1.0.11"),
            },
            proofs={key: proof("CUCM", key) for key in ("mixed", "services cucm-pub", "services cucm-sub1")},
        ),
        files=Files(
            servers={TFTP: file(f"CTL{NAME}.tlv", "there" if mixed else "missing")},
            ctl=file(f"CTL{NAME}.tlv", "there", trusted=trusted) if mixed else file(f"CTL{NAME}.tlv", "missing"),
            itl=file(f"ITL{NAME}.tlv", signers=("CN=cucm-pub",)),
            config=file(f"{NAME}.cnf.xml", signed=True, signers=("CN=cucm-pub",)),
            load=file(f"{load}.loads"),
            dial_rules=file("DRdefault.xml") if protocol == "SIP" else None,
            softkeys=file("SKstandard.xml"),
            user_locale=file("German_Germany/mk-sip.jar"),
            network_locale=file("Germany/g3-tones.xml"),
            ring_list=file("Ringlist.xml"),
        ),
        config=Config(
            protocol=protocol,
            members=members,
            lines=("1001",),
            load=load,
            stamp=STAMP,
            security_mode="3" if secured else "1",
            dial_rules="DRdefault.xml" if protocol == "SIP" else "",
            softkeys="SKstandard.xml",
            user_locale="German_Germany",
            network_locale="Germany",
        ),
        call_managers=tuple(shake(member, ports, secured=secured) for member in members),
        pages=Pages(
            "10.1.20.31",
            fields={
                "mac": MAC,
                "host_name": NAME,
                "model": f"CP-{model}",
                "active_load": load,
                "dhcp": "Yes",
                "address": "10.1.20.31",
                "gateway": "10.1.20.1",
                "tftp_1": TFTP,
                "tftp_2": "",
                "alternative_tftp": "No",
                "vlan": "20",
                "call_manager_1": "cucm-pub  Active",
                "call_manager_2": "10.1.0.11  Standby",
                "neighbor": "access-sw1.example.net",
                "neighbor_port": PORT,
            },
            messages=("Trust List Updated", f"{NAME}.cnf.xml"),
            proofs={key: proof("phone", key) for key in ("device", "network", "log")},
        ),
    )


def shake(member: Member, ports: tuple[str, str], *, secured: bool, outcome: str = "open") -> Handshake:
    port = getattr(member, ports[1] if secured else ports[0])
    told = proof("controller", f"connect {member.name}:{port}", outcome)
    if not secured:
        return Handshake(member.name, member.name, port, False, outcome, proof=told)
    return Handshake(member.name, member.name, port, True, outcome, "CN=cucm-pub", told, TRUSTED)


# -- changes -------------------------------------------------------------------------------------------------------


def planned(**changes: Any) -> Change:
    return lambda e: replace(e, planned=replace(e.planned, **changes))


def port(**changes: Any) -> Change:
    return lambda e: replace(e, port=replace(e.port, **changes)) if e.port else e


def record(**changes: Any) -> Change:
    return lambda e: replace(e, record=replace(e.record, **changes)) if e.record else e


def config(**changes: Any) -> Change:
    return lambda e: replace(e, config=replace(e.config, **changes)) if e.config else e


def cluster(**changes: Any) -> Change:
    return lambda e: replace(e, cluster=replace(e.cluster, **changes)) if e.cluster else e


def dhcp(**changes: Any) -> Change:
    return lambda e: replace(e, dhcp=replace(e.dhcp, **changes)) if e.dhcp else e


def scope(**changes: Any) -> Change:
    def change(e: Evidence) -> Evidence:
        return dhcp(scopes=tuple(replace(one, **changes) for one in e.dhcp.scopes))(e) if e.dhcp else e

    return change


def status(name: str, told: str, **more: Any) -> Change:
    """What the TFTP service says of one of the phone's files."""

    def change(e: Evidence) -> Evidence:
        if e.files is None:
            return e
        own = getattr(e.files, name) or file(f"{name}.xml")
        changed = replace(own, status=told, proof=proof(TFTP, f"GET /{own.name}", told), **more)
        return replace(e, files=replace(e.files, **{name: changed}))

    return change


def says(*messages: str, **fields: str) -> Change:
    """What the phone's pages say, where they can be had."""

    def change(e: Evidence) -> Evidence:
        if e.pages is None:
            return e
        return replace(e, pages=replace(e.pages, fields={**e.pages.fields, **fields}, messages=messages))

    return change


def service(name: str, told: str) -> Change:
    def change(e: Evidence) -> Evidence:
        if e.cluster is None:
            return e
        return cluster(
            services={node: {**states, name: told} for node, states in e.cluster.services.items()},
        )(e)

    return change


def connections(outcome: str, **more: Any) -> Change:
    def change(e: Evidence) -> Evidence:
        if e.call_managers is None:
            return e
        told = proof("controller", "connect", outcome)
        tried = tuple(replace(one, outcome=outcome, proof=told, **more) for one in e.call_managers)
        return replace(e, call_managers=tried)

    return change


def both(*changes: Change) -> Change:
    def change(e: Evidence) -> Evidence:
        for one in changes:
            e = one(e)
        return e

    return change


def ris(state: str, problem: str = "gone", **more: Any) -> Change:
    def change(e: Evidence) -> Evidence:
        if e.registration is None:
            return e
        return replace(e, registration=replace(e.registration, state=state, problem=problem, **more))

    return change


def gone(e: Evidence) -> Evidence:
    """The phone runs and has an address, and is at no CallManager."""
    never = ris("not seen", node="", address="", active_load="", model="", protocol="", reason=None, lines={})(e)
    return says(f"{NAME}.cnf.xml", call_manager_1="cucm-pub", call_manager_2="10.1.0.11")(never)


def silent(e: Evidence) -> Evidence:
    """The phone doesn't answer: it has no address, or nobody knows it."""
    lost = replace(gone(e), pages=None, gaps={**e.gaps, ev.PAGES: "no address of the phone is known"})
    return dhcp(lease=None)(lost)


def dark(e: Evidence) -> Evidence:
    """The phone has no power."""
    return port(link="notconnect", heard=(), macs=(), power_oper="off", power_watts=0.0, power_device=None)(silent(e))


def lit(e: Evidence) -> Evidence:
    """The phone has power and is heard by CDP, and never gets to an address."""
    return silent(e)


def misled(e: Evidence) -> Evidence:
    """The phone has an address, and no TFTP server that answers."""
    return says(f"TFTP Timeout : CTL{NAME}.tlv", f"TFTP Timeout : {NAME}.cnf.xml", tftp_1="")(gone(e))


def refused(reason: int) -> Change:
    def change(e: Evidence) -> Evidence:
        return ris("rejected", f"rejected, reason {reason}", reason=reason, node="cucm-pub", lines={})(
            says(f"{NAME}.cnf.xml", "Registration Rejected", call_manager_1="cucm-pub", call_manager_2="")(e)
        )

    return change


_UNHELPED = Svi("core-sw1", 20, "10.1.20.1/24", (), True, proof("core-sw1", "show running-config", "no helper"))
_ELSEWHERE = Place("access-sw1", "GigabitEthernet1/0/9", proof("access-sw1", "show cdp neighbors detail"))


def _unreachable(e: Evidence) -> Evidence:
    if e.files is None:
        return e
    out = {
        name: replace(told, status="unreachable")
        for name in (
            "ctl",
            "itl",
            "config",
            "load",
            "dial_rules",
            "softkeys",
            "user_locale",
            "network_locale",
            "ring_list",
        )
        if (told := getattr(e.files, name))
    }
    lost = replace(e.files, servers={TFTP: replace(file("ctl"), status="unreachable")}, **out)
    return replace(e, files=lost, config=None, call_managers=None)


def _default(e: Evidence) -> Evidence:
    """The phone's own file isn't there: it gets XMLDefault."""
    default = config(default=True, stamp="", lines=(), load="", loads={MODELS[e.planned.protocol]: "x"})
    return both(status("config", "missing"), default)(e)


def _wrong_load(e: Evidence) -> Evidence:
    """The phone keeps its old load and registers with it."""
    old = OLD[e.planned.protocol]
    told = ris("wrong load", f"registered with load {old}", active_load=old)(e)
    return says(f"{NAME}.cnf.xml", active_load=old)(told)


def _foreign_load(e: Evidence) -> Evidence:
    other = "sip8832.12-8-1-0001-455" if e.planned.protocol == "SIP" else "SCCP75.9-4-2SR3-1S"
    keeps = says(f"{NAME}.cnf.xml", "Load Rejected HC")
    return both(config(load=other), record(load=other), ris("wrong load"), keeps)(e)


def _other(protocol: str) -> str:
    return "SCCP" if protocol == "SIP" else "SIP"


CAUSES: dict[str, Change] = {
    "poe_disabled": both(dark, port(poe="never", power_admin="off")),
    "poe_denied": both(dark, port(power_oper="power-deny", power_left=2.4)),
    "poe_fault": both(dark, port(power_oper="faulty")),
    "port_shutdown": both(dark, port(enabled=False, link="disabled")),
    "port_err_disabled": both(dark, port(link="err-disabled", err_disabled="psecure-violation")),
    "no_link": dark,
    "wrong_port": both(dark, lambda e: replace(e, elsewhere=(_ELSEWHERE,)) if e.port else e),
    "firmware_boot_failed": both(dark, port(power_oper="on", power_watts=4.0, link_changes=9)),
    "discovery_disabled": both(lit, port(cdp=False, lldp=False, heard=())),
    "voice_vlan_missing": both(lit, port(voice_vlan=None, voice_vlan_exists=None)),
    "voice_vlan_wrong": both(lit, port(voice_vlan=10)),
    "vlan_not_created": both(
        lit,
        port(voice_vlan_exists=False),
        lambda e: replace(e, switch=replace(e.switch, vlans={10: "DATA"})) if e.switch else e,
    ),
    "vlan_not_on_uplink": both(
        lit,
        lambda e: (
            replace(
                e,
                switch=replace(
                    e.switch, uplinks=(Uplink("Gi1/0/48", frozenset({10, 30}), proof("access-sw1", "show trunk")),)
                ),
            )
            if e.switch
            else e
        ),
    ),
    "port_unauthorized": both(lit, port(authorized=False, macs=())),
    "scope_missing": both(lit, dhcp(scopes=())),
    "scope_exhausted": both(lit, scope(left=0)),
    "relay_missing": both(lit, dhcp(relays=(_UNHELPED,))),
    "option150_missing": both(misled, scope(option_150=())),
    "option150_wrong_server": both(misled, says("TFTP Timeout", tftp_1="10.1.0.99"), scope(option_150=("10.1.0.99",))),
    "option150_not_addresses": both(misled, scope(option_150=(), option_150_text="10.1.0.10")),
    "gateway_wrong": both(silent, scope(gateways=("10.1.20.254",))),
    "tftp_unreachable": both(gone, says(f"TFTP Timeout : CTL{NAME}.tlv", f"TFTP Timeout : {NAME}.cnf.xml")),
    "tftp_service_stopped": both(
        gone, says(f"TFTP Timeout : CTL{NAME}.tlv"), service("Cisco Tftp", "Stopped"), _unreachable
    ),
    "ctl_missing": both(
        gone,
        says("File Not Found : CTLFile.tlv", "No Trust List Installed"),
        status("ctl", "missing", trusted=()),
        config(security_mode="3"),
        record(security_mode="Encrypted"),
    ),
    "itl_missing": status("itl", "missing"),
    "trust_list_mismatch": both(gone, says("Trust List Update Failed", f"File Auth Fail : {NAME}.cnf.xml.sgn")),
    "device_not_in_cucm": both(
        refused(2),
        _default,
        lambda e: (
            replace(e, record=Record(False, proof=proof("AXL", f"getPhone {NAME}", "not found"))) if e.record else e
        ),
    ),
    "config_missing": both(gone, says(f"File Not Found : {NAME}.cnf.xml"), _default),
    "config_stale": both(
        gone,
        config(
            stamp=STAMP.replace("1302115243", "1302028843"),
            lines=("1002",),
            members=(Member("10.1.0.9", 0, 5060, 5061, 2000, 2443),),
        ),
    ),
    "config_undecryptable": both(
        gone, says(f"Failed to decrypt {NAME}.cnf.xml.enc.sgn"), status("config", "there", encrypted=True)
    ),
    "firmware_missing": both(
        _wrong_load, status("load", "missing"), ris("wrong load", download_failure="File not found: wanted.loads")
    ),
    "firmware_wrong_model": _foreign_load,
    "firmware_download_failed": both(_wrong_load, ris("wrong load", download_failure="connection lost")),
    "dial_rules_missing": status("dial_rules", "missing"),
    "cucm_name_unresolvable": both(
        gone, connections("unresolvable"), says(f"{NAME}.cnf.xml", "DNS unknown IPv4 Host cucm-branch")
    ),
    "cucm_port_blocked": both(gone, connections("no answer")),
    "callmanager_stopped": both(gone, service("Cisco CallManager", "Stopped"), connections("refused")),
    "tls_handshake_failed": both(gone, connections("tls failed", fingerprint="cd" * 32)),
    "protocol_mismatch": both(gone, lambda e: record(protocol=_other(e.planned.protocol))(e)),
    "model_mismatch": both(refused(14), record(model="Cisco 7821")),
    "digest_authentication_failed": both(refused(1), record(digest=True)),
    "duplicate_registration": refused(16),
    "maximum_devices_exceeded": refused(5),
    "no_line": both(gone, record(lines=()), config(lines=()), says(f"{NAME}.cnf.xml", "Unprovisioned")),
    "locale_missing": status("user_locale", "missing"),
    "softkeys_missing": status("softkeys", "missing"),
    "ringlist_missing": status("ring_list", "missing"),
}
ONLY_SECURED = frozenset({"tls_handshake_failed", "ctl_missing"})
ONLY_SIP = frozenset({"dial_rules_missing", "digest_authentication_failed"})

_EMPTY: dict[str, dict[str, Any]] = {
    ev.REGISTRATION: {"registration": None},
    ev.SWITCH: {"port": None, "switch": None, "elsewhere": ()},
    ev.DHCP: {"dhcp": None},
    ev.CUCM: {"record": None},
    ev.SERVICES: {},
    ev.FILES: {"files": None, "config": None, "call_managers": None},
    ev.PAGES: {"pages": None},
    ev.CALL_MANAGERS: {"call_managers": None},
}
SOURCES = tuple(_EMPTY)


def without(source: str) -> Change:
    """What is left where a source can't be had."""

    def change(e: Evidence) -> Evidence:
        had = e.dhcp
        e = replace(e, **_EMPTY[source], gaps={**e.gaps, source: f"{source} could not be had"})
        if source == ev.SERVICES:
            e = cluster(services={}, proofs={})(e)
        if source == ev.CUCM:
            e = cluster(mixed=None, auto_registration=None)(e)
        if source == ev.DHCP and had:
            # The relays are the switches' own, so they stay.
            return replace(e, dhcp=Dhcp(relays=had.relays))
        return dhcp(relays=())(e) if source == ev.SWITCH else e

    return change
