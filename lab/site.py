"""The site file: which switches, which CUCM and which phones a lab simulates.

The keys, all checked (every fault of a file is reported at once, by its key):

    name: branch                      # optional, for messages
    pace: fast                        # optional: how quickly phones boot and try again: fast (default: well below a
                                      # second), lively (to watch: boots of 10 to 27 s) or realistic (minutes:
                                      # more than inventories/lab has the playbooks wait; voice_registration_timeout)
    inventory: inventories/lab        # optional: the inventory of this site, which `up` names
    switches:                         # at least one, unless there are no phones
      - name: access-sw1              # a host name; with `count` it must hold {n}: "sw{n}" gives sw1, sw2, ...
        count: 200                    # optional, 1 by default
        platform: ios                 # optional: ios (default) or nxos, a Nexus, into which no phone can be plugged
        model: C9300-24P              # optional, this is the default (of a Nexus: C9348GC-FXP)
        ports: 24                     # optional, 24 by default: access ports of each member
        stack: 1                      # optional: members of the stack, 1 by default
        login: password               # optional: password (default) or keyboard-interactive
        uplink: TenGigabitEthernet1/1/1   # optional: this port becomes a trunk
        config: |                     # optional lines on top of the factory's; {block} is the lab's 127.N
          vlan 10
           name DATA
    cucm:                             # optional: without it there is no publisher (and there can be no phones)
      name: cucm-pub                  # optional, this is the default
      subscribers: [cucm-sub1]        # optional: further nodes, at {block}.0.11 and the following addresses
      tftp_servers: 1                 # optional: how many nodes serve files, the publisher first
      version: "12.5"                 # optional: release, as AXL numbers it ("14.0"); its schema must be installed
      security: nonsecure             # optional: nonsecure (default) or mixed: phones may use TLS
      ris_requests_per_minute: 15     # optional: 1 to 18
      partition: PT-Internal          # optional: partition and calling search space that are there from the start
      css: CSS-Internal
    dhcp:                             # optional: a DHCP server beside the switches, at {block}.0.20
      name: dhcp1                     # its host name
      kind: kea                       # ISC Kea; where it isn't installed, the pools of the switches serve instead
    phones:                           # optional
      - mac: 00:00:5E:00:53:01        # any usual notation
        model: "8841"                 # a model of lab/phone/models.py
        protocol: SIP                 # optional: SIP (default) or SCCP
        switch: access-sw1
        interface: GigabitEthernet1/0/1
        load: sip88xx.12-8-1-0001-455 # optional: the firmware in the carton
        description: Reception        # optional, as lines: with lines, phone and numbers stand in CUCM from the start
        lines: ["1001", {dn: "1002", label: Desk}]
        security: authenticated       # optional, in mixed mode: authenticated, encrypted, or encrypted_file, whose
                                      # configuration file is encrypted too
        power: adapter                # optional: poe (default) or adapter, a power supply of its own
        address: {ip: "{block}.20.200", mask: 255.255.255.0, gateway: "{block}.20.1"}   # optional: instead of DHCP's
        alternative_tftp: ["{block}.0.10"]  # optional: TFTP servers set on the phone, before those of DHCP
    fleet:                            # optional: many switches and phones, rolled out already; see lab/fleet_site.py
      switches: 50                    # sw1 to sw50, each with a voice VLAN and a DHCP pool of its own
      phones: 1000                    # spread over them
      faults: {poe_disabled: 100}     # so many phones have the fault from the start
    neighbors:                        # optional: what else is plugged into ports
      - kind: access_point            # switch, router, access_point, codec or computer
        switch: access-sw1
        interface: GigabitEthernet1/0/2
        name: ap-1                    # optional, as mac, address and watts (0: it has its own power supply)
    credentials:                      # optional: what isn't given is made up for each lab
      switch: {username: netadmin, password: ..., enable_secret: ...}     # enable_secret: null: login lands in '#'
      cucm: {voiceadmin: password, auditor: password, nobody: password}
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from lab import fleet_site
from lab.cucm.models import SECURE_PROFILES
from lab.net import MAX_SUBSCRIBERS, MAX_SWITCHES
from lab.site_checks import Checker, show
from lab.site_specs import (
    DEFAULT_INVENTORY,
    PACES,
    SECURITY_MODES,
    CucmSpec,
    DhcpSpec,
    LineSpec,
    NeighborSpec,
    PhoneSpec,
    Site,
    StaticSpec,
    SwitchLogin,
    SwitchSpec,
)

DEFAULT_SITE = Path(__file__).parent / "sites" / "default.yml"
CUCM_ACCOUNTS = ("voiceadmin", "auditor", "nobody")
DHCP_KINDS = ("kea",)
MAX_PORTS = 48
MAX_STACK = 9
NEIGHBORS = ("switch", "router", "access_point", "codec", "computer")
# Platform -> the model of a switch that names none.
MODELS = {"ios": "C9300-24P", "nxos": "C9348GC-FXP"}
_CUCM_KEYS = (
    *("name", "version", "ris_requests_per_minute", "partition", "css", "security"),
    *("subscribers", "tftp_servers"),
)
_SWITCH_KEYS = ("name", "count", "platform", "model", "ports", "stack", "login", "uplink", "config")

_PHONE_KEYS = ("mac", "model", "protocol", "switch", "interface", "load", "description", "lines", "security")
_OWN_KEYS = ("power", "address", "alternative_tftp")
_TOP_KEYS = ("name", "pace", "inventory", "switches", "cucm", "dhcp", "phones", "fleet", "neighbors", "credentials")

_HOST_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


class SiteError(ValueError):
    """A site file that can't be used; one line for each fault."""


def load_site(path: Path | None = None, pace: str | None = None) -> Site:
    """Read and check a site file (the default site without one); `pace` overrides the file's. Raises SiteError."""
    path = path or DEFAULT_SITE
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SiteError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SiteError(f"{path}: not UTF-8 text") from error
    except yaml.YAMLError as error:
        raise SiteError(f"{path}: not YAML: {' '.join(str(error).split())}") from error
    try:
        site = parse_site(data, default_name=path.stem)
        return replace(site, pace=pace) if pace else site
    except SiteError as error:
        raise SiteError("\n".join(f"{path}: {line}" for line in str(error).splitlines())) from error


def parse_site(data: Any, default_name: str = "site") -> Site:
    """A Site out of the loaded YAML. Raises SiteError with one line for each fault."""
    check = Checker()
    top = check.mapping(data, "", _TOP_KEYS)
    switches = _switches(check, top.get("switches"))
    cucm = _cucm(check, top["cucm"]) if "cucm" in top else None
    dhcp = _dhcp(check, top["dhcp"]) if "dhcp" in top else None
    others = [*(spec.name for spec in switches), *(cucm.nodes if cucm else ())]
    for repeated in _repeated(others) if cucm and cucm.subscribers else ():
        check.fault("cucm.subscribers", f"the name {repeated!r} is used more than once")
    if dhcp and dhcp.name in others:
        check.fault("dhcp.name", f"the name {dhcp.name!r} is used more than once")
    phones = _phones(check, top.get("phones"), {switch.name: switch.platform for switch in switches})
    neighbors = _neighbors(check, top.get("neighbors"), {switch.name: switch.platform for switch in switches})
    for switch, interface in _repeated((spec.switch, spec.interface) for spec in (*phones, *neighbors)):
        check.fault("phones", f"more than one device is plugged into {switch} {interface}")
    faults: dict[str, int] = {}
    if "fleet" in top:
        more, many, faults = fleet_site.expand(check, top["fleet"], cucm.tftp_servers if cucm else 1)
        switches, phones = [*switches, *more], [*phones, *many]
    if any(phone.security != "nonsecure" for phone in phones) and not (cucm and cucm.security == "mixed"):
        check.fault("phones", "a phone's security needs a cluster in mixed mode: cucm.security: mixed")
    if phones and cucm is None:
        check.fault("phones", "phones need a cucm section")
    login, passwords = _credentials(check, top.get("credentials", {}))
    name = check.text(top, "name", "", default_name)
    inventory = check.text(top, "inventory", "", DEFAULT_INVENTORY)
    pace = check.choice(top, "pace", "", PACES)
    if check.faults:
        raise SiteError("\n".join(fault.removeprefix(".") for fault in check.faults))
    return Site(
        name, tuple(switches), cucm, tuple(phones), pace, login, passwords, tuple(neighbors), dhcp, inventory, faults
    )


def _switches(check: Checker, value: Any) -> list[SwitchSpec]:
    specs: list[SwitchSpec] = []
    for index, row in enumerate(check.rows(value, "switches")):
        path = f"switches[{index}]"
        data = check.mapping(row, path, _SWITCH_KEYS)
        if not isinstance(row, dict):
            continue
        pattern = check.text(data, "name", path, None)
        count = check.whole(data, "count", path, 1, 1, MAX_SWITCHES)
        if "count" in data and "{n}" not in pattern:
            check.fault(f"{path}.name", f"with count, the name needs {{n}} in it, got {show(pattern)}")
            count = 1
        platform = check.choice(data, "platform", path, tuple(MODELS))
        model = check.text(data, "model", path, MODELS[platform])
        ports = check.whole(data, "ports", path, SwitchSpec.ports, 1, MAX_PORTS)
        stack = check.whole(data, "stack", path, 1, 1, MAX_STACK)
        if stack > 1 and platform != "ios":
            check.fault(f"{path}.stack", "a Nexus makes no stack")
        login = check.choice(data, "login", path, ("password", "keyboard-interactive"))
        uplink = check.optional_text(data, "uplink", path)
        config = check.optional_text(data, "config", path) or ""
        for number in range(1, count + 1):
            name = pattern.replace("{n}", str(number)) if "count" in data else pattern
            if pattern and not _HOST_NAME.fullmatch(name):
                check.fault(f"{path}.name", f"expected a host name, got {show(name)}")
                break
            specs.append(SwitchSpec(name, model, ports, login, uplink, config, stack, platform))
    for name in _repeated(spec.name for spec in specs):
        check.fault("switches", f"the name {name!r} is used more than once")
    if len(specs) > MAX_SWITCHES:
        check.fault("switches", f"{len(specs)} switches; a lab has addresses for {MAX_SWITCHES}")
    return specs


def _cucm(check: Checker, value: Any) -> CucmSpec:
    data = check.mapping(value, "cucm", _CUCM_KEYS)
    name = check.text(data, "name", "cucm", CucmSpec.name)
    if not _HOST_NAME.fullmatch(name):
        check.fault("cucm.name", f"expected a host name, got {show(name)}")
    version = check.text(data, "version", "cucm", CucmSpec.version)
    rate = check.whole(data, "ris_requests_per_minute", "cucm", CucmSpec.ris_requests_per_minute, 1, 18)
    partition = check.text(data, "partition", "cucm", CucmSpec.partition)
    css = check.text(data, "css", "cucm", CucmSpec.css)
    security = check.choice(data, "security", "cucm", SECURITY_MODES)
    subscribers = check.names(data, "subscribers", "cucm", _HOST_NAME, MAX_SUBSCRIBERS)
    servers = check.whole(data, "tftp_servers", "cucm", 1, 1, 1 + len(subscribers))
    return CucmSpec(name, version, rate, partition, css, security, subscribers, servers)


def _dhcp(check: Checker, value: Any) -> DhcpSpec:
    data = check.mapping(value, "dhcp", ("name", "kind"))
    name = check.text(data, "name", "dhcp", None)
    if name and not _HOST_NAME.fullmatch(name):
        check.fault("dhcp.name", f"expected a host name, got {show(name)}")
    return DhcpSpec(name, check.choice(data, "kind", "dhcp", DHCP_KINDS))


def _phones(check: Checker, value: Any, switches: Mapping[str, str]) -> list[PhoneSpec]:
    specs: list[PhoneSpec] = []
    for index, row in enumerate(check.rows(value, "phones")):
        path = f"phones[{index}]"
        data = check.mapping(row, path, (*_PHONE_KEYS, *_OWN_KEYS))
        if not isinstance(row, dict):
            continue
        mac = _mac(check, data, path)
        model = check.text(data, "model", path, None)
        protocol = check.choice(data, "protocol", path, ("SIP", "SCCP"))
        switch = check.text(data, "switch", path, None)
        if switch and switch not in switches:
            check.fault(f"{path}.switch", f"no switch is called {switch!r}")
        elif switch and switches[switch] != "ios":
            check.fault(f"{path}.switch", f"{switch} is a Nexus, which gives a phone no power: plug it in elsewhere")
        interface = check.text(data, "interface", path, None)
        load, description = (check.optional_text(data, key, path) for key in ("load", "description"))
        lines = _lines(check, data.get("lines"), f"{path}.lines")
        security = check.choice(data, "security", path, ("nonsecure", *SECURE_PROFILES))
        spec = PhoneSpec(mac, model, switch, interface, protocol, load, description or "", lines, security)
        specs.append(replace(spec, **_own(check, data, path)))
    for mac in _repeated(spec.mac for spec in specs):
        check.fault("phones", f"the MAC {mac} is used more than once")
    return specs


def _own(check: Checker, data: dict[str, Any], path: str) -> dict[str, Any]:
    """What is set on the phone itself: `power`, `address`, `alternative_tftp`."""
    power = check.choice(data, "power", path, ("poe", "adapter"))
    tftp = data.get("alternative_tftp", [])
    servers = check.addresses(tftp if isinstance(tftp, list) else [tftp], f"{path}.alternative_tftp")
    static = None
    if "address" in data:
        place = f"{path}.address"
        given = check.mapping(data["address"], place, ("ip", "mask", "gateway", "dns"))
        text = {key: check.optional_text(given, key, place) or "" for key in ("gateway", "dns")}
        static = StaticSpec(
            check.text(given, "ip", place, None), check.text(given, "mask", place, "255.255.255.0"), **text
        )
        check.addresses(filter(None, (static.ip, static.mask, *text.values())), place)
    return {"power": power, "address": static, "alternative_tftp": servers}


def _lines(check: Checker, value: Any, path: str) -> tuple[LineSpec, ...]:
    specs: list[LineSpec] = []
    for index, row in enumerate(check.rows(value, path)):
        data = check.mapping({"dn": row} if not isinstance(row, dict) else row, f"{path}[{index}]", ("dn", "label"))
        dn = check.text(data, "dn", f"{path}[{index}]", None)
        specs.append(LineSpec(dn, check.optional_text(data, "label", f"{path}[{index}]") or ""))
    for dn in _repeated(spec.dn for spec in specs):
        check.fault(path, f"the number {dn} is given more than once")
    return tuple(specs)


def _neighbors(check: Checker, value: Any, switches: Mapping[str, str]) -> list[NeighborSpec]:
    specs: list[NeighborSpec] = []
    for index, row in enumerate(check.rows(value, "neighbors")):
        path = f"neighbors[{index}]"
        data = check.mapping(row, path, ("kind", "switch", "interface", "name", "mac", "address", "watts"))
        if not isinstance(row, dict):
            continue
        switch = check.text(data, "switch", path, None)
        if switch and switch not in switches:
            check.fault(f"{path}.switch", f"no switch is called {switch!r}")
        elif switch and switches[switch] != "ios":
            check.fault(f"{path}.switch", f"{switch} is a Nexus, whose neighbors can't be named here")
        given: dict[str, Any] = {key: check.text(data, key, path, None) for key in ("name", "address") if key in data}
        given["mac"] = _mac(check, data, path) if "mac" in data else f"00005E0054{index:02X}"
        if "watts" in data:
            given["watts"] = float(check.whole(data, "watts", path, 0, 0, 90))
        kind = check.choice(data, "kind", path, NEIGHBORS)
        specs.append(NeighborSpec(kind, switch, check.text(data, "interface", path, None), given))
    return specs


def _mac(check: Checker, data: dict[str, Any], path: str) -> str:
    text = check.text(data, "mac", path, None)
    mac = normal_mac(text)
    if text and mac is None:
        check.fault(f"{path}.mac", f"expected a MAC address, got {show(text)}")
    return mac or ""


def normal_mac(text: str) -> str | None:
    """12 upper-case hex digits out of any usual notation of a MAC (or a device name SEP...), or None."""
    digits = re.sub(r"[:.\-\s]", "", text.strip()).upper().removeprefix("SEP")
    return digits if re.fullmatch(r"[0-9A-F]{12}", digits) else None


def _credentials(check: Checker, value: Any) -> tuple[SwitchLogin, dict[str, str]]:
    data = check.mapping(value, "credentials", ("switch", "cucm"))
    path = "credentials.switch"
    switch = check.mapping(data.get("switch", {}), path, ("username", "password", "enable_secret"))
    has_enable = not ("enable_secret" in switch and switch["enable_secret"] is None)
    login = SwitchLogin(
        username=check.text(switch, "username", path, SwitchLogin.username),
        password=check.optional_text(switch, "password", path),
        enable_secret=check.optional_text(switch, "enable_secret", path),
        has_enable=has_enable,
    )
    cucm = check.mapping(data.get("cucm", {}), "credentials.cucm", CUCM_ACCOUNTS)
    return login, {name: check.text(cucm, name, "credentials.cucm", None) for name in cucm if name in CUCM_ACCOUNTS}


def _repeated(values: Any) -> list[Any]:
    seen: set[Any] = set()
    repeated: dict[Any, None] = {}
    for value in values:
        if value in seen and value:
            repeated[value] = None
        seen.add(value)
    return list(repeated)
