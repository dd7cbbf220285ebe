# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `switch_voice_ports_info` reads more with `startup: true`: why a phone at a port does not start up.

VLANs, trunks, sessions of 802.1X and MAB and the log take one command each, whatever the number of ports; the rest
stands in the running configuration. Of everything, the switch's own lines are kept, as the proof of a verdict.
"""

from __future__ import annotations

import re
import typing as t
from dataclasses import asdict, dataclass, field
from ipaddress import IPv4Interface

from ansible_collections.dialtone.voice.plugins.module_utils._switch import power, quotes, startup_tables, tables
from ansible_collections.dialtone.voice.plugins.module_utils._switch.config import Config
from ansible_collections.dialtone.voice.plugins.module_utils._switch.dialect import Dialect
from ansible_collections.dialtone.voice.plugins.module_utils._switch.logs import PortLog, parse_log
from ansible_collections.dialtone.voice.plugins.module_utils._switch.scrub import scrub_line

# Fact of a dialect's commands -> under which name its lines are quoted.
QUOTED = {
    "status": "link",
    "errdisabled": "err_disabled",
    "power": "power",
    "switchport": "switchport",
    "cdp": "cdp",
    "lldp": "lldp",
    "mac": "mac",
    "sessions": "authentication",
    "access_sessions": "authentication",
}

_ASKS = re.compile(r"(?:authentication|access-session|dot1x) port-control (auto|force-unauthorized)")
_ADDRESS = re.compile(r"ip address (\d\S+)(?: (\d\S+))?(?: secondary)?")
_HELPER = re.compile(r"ip (?:helper-address|dhcp relay address)(?: (?:global|vrf \S+))? (\d+\.\d+\.\d+\.\d+)(?: .*)?")
# HSRP, VRRP and GLBP; those of NX-OS and VRRP version 3 stand in a section of their own below the interface.
_VIRTUAL = re.compile(
    r"(?:(?:standby|vrrp|glbp)(?: \d+)? )?ip (\d+\.\d+\.\d+\.\d+)(?: secondary)?"
    r"|address (\d+\.\d+\.\d+\.\d+)(?: primary)?"
)


@dataclass
class Startup:
    """What was read more; None where it could not be had.

    :ivar config: the running configuration
    :ivar texts: fact -> the answer as it came, of those that were understood
    """

    config: Config
    texts: dict[str, str] = field(default_factory=dict)
    vlans: list[startup_tables.Vlan] | None = None
    trunks: dict[str, startup_tables.Trunk] | None = None
    sessions: dict[str, list[startup_tables.AuthSession]] | None = None
    log: dict[str, PortLog] | None = None


def see_more(
    ask: t.Callable[[str, t.Callable[[str], t.Any]], t.Any],
    dialect: Dialect,
    more: Startup,
    own: t.Callable[[str], str | None],
    unavailable: dict[str, str],
    trunking: t.Collection[str],
) -> None:
    """Read what else there is.

    :param ask: asks for a fact and parses the answer, None where it can't be had
    :param own: the switch's own name of an interface, None where it has none of that name
    :param unavailable: fact -> why it can't be had; a fact that is had by another command is taken out
    :param trunking: the ports that trunk by another table
    """
    commands = dialect.commands

    def trunks(text: str) -> dict[str, startup_tables.Trunk]:
        found = startup_tables.parse_trunks(commands["trunks"], text)
        lost = [name for name in trunking if name not in found]
        if lost and not found:
            raise tables.unknown(commands["trunks"], f"(nothing, though {lost[0]} trunks)")
        return found

    def log(text: str) -> dict[str, PortLog] | None:
        found = parse_log(commands["log"], text, own)
        if found is None:
            unavailable["log"] = "the switch keeps no log in its memory"
        return found

    more.vlans = ask("vlans", lambda text: startup_tables.parse_vlans(commands["vlans"], text))
    more.trunks = ask("trunks", trunks)
    more.sessions = ask("sessions", lambda text: startup_tables.parse_sessions(commands["sessions"], text))
    if "sessions" in unavailable and "access_sessions" in commands:
        command = commands["access_sessions"]
        more.sessions = ask("access_sessions", lambda text: startup_tables.parse_sessions(command, text))
    if more.sessions is not None:
        unavailable.pop("sessions", None)
    more.log = ask("log", log)


class PortFacts:
    """What there is about each port beside the facts that every reading has."""

    def __init__(self, more: Startup, dialect: Dialect, own: t.Callable[[str], str | None]) -> None:
        self._more = more
        self._runs = dialect.runs(more.config)
        self._interfaces = dialect.interfaces(more.config)
        self._quotes: dict[str, dict[str, str]] = {}
        for fact, text in more.texts.items():
            if fact in QUOTED:
                self._quotes[QUOTED[fact]] = quotes.quotes(QUOTED[fact], dialect.commands[fact], text, own)
        self._sessions = _keyed(more.sessions, own)

    def of(self, name: str) -> dict[str, t.Any]:
        """Return what is known of one port, in the words of a result."""
        lines = self._interfaces.get(name, [])
        template = next((line[16:].strip() for line in lines if line.startswith("source template ")), None)
        inherited = self._more.config.sections.get(f"template {template}", []) if template else []
        every = [*lines, *inherited]
        log = None if self._more.log is None else self._more.log.get(name, PortLog())
        sessions = None if self._sessions is None else self._sessions.get(name, [])
        said = {"config": quotes.section(name, lines)}
        if inherited:
            said["config"] += "\n" + "\n".join(
                [f"template {template}", *(f" {scrub_line(line)}" for line in inherited)]
            )
        said.update({fact: found[name] for fact, found in self._quotes.items() if name in found})
        if log and log.lines:
            said["log"] = "\n".join(log.lines)
        return {
            "sends_cdp": self._runs["cdp"] and "no cdp enable" not in every,
            "sends_lldp": self._runs["lldp"] and "no lldp transmit" not in every,
            "authentication": {
                **_authentication(every),
                "sessions": None if sessions is None else [*map(asdict, sessions)],
            },
            "link_changes": None if log is None else log.changes,
            "quotes": said,
        }


def _authentication(lines: t.Collection[str]) -> dict[str, bool]:
    """Say whether a port asks for 802.1X or MAB, and whether it keeps out whom it doesn't know.

    A port of the older style keeps out unless it says `open`, one of the newer style only where it says `closed`.
    """
    asks = any(_ASKS.fullmatch(line) for line in lines)
    newer = any(line.startswith("access-session port-control ") for line in lines)
    closed = "access-session closed" in lines if newer else "authentication open" not in lines
    return {"required": asks, "closed": asks and closed}


def summary(more: Startup, dialect: Dialect, own: t.Callable[[str], str | None]) -> dict[str, t.Any]:
    """Return what is known of the switch as a whole, in the words of a result."""
    asked = {"config": {"command": dialect.commands["running"], "header": ""}}
    for fact, name in [*QUOTED.items(), ("vlans", "vlans"), ("trunks", "trunks"), ("log", "log")]:
        if fact in more.texts:
            asked[name] = {"command": dialect.commands[fact], "header": quotes.header(name, more.texts[fact])}
    runs = [
        line for line in more.config.sections if re.fullmatch(r"(?:no )?(?:cdp|lldp) (?:run|enable)|feature lldp", line)
    ]
    return {
        "asked": asked,
        "runs": runs,
        "vlans": None if more.vlans is None else [asdict(vlan) for vlan in more.vlans],
        "trunks": None
        if more.trunks is None
        else [
            {
                "interface": own(name) or name,
                "allowed": trunk.allowed,
                "active": trunk.active,
                "forwarding": trunk.forwarding,
                "quote": "\n".join(trunk.lines),
            }
            for name, trunk in more.trunks.items()
        ],
        "svis": svis(more.config),
        "modules": power.module_quotes(more.texts["power"]) if "power" in more.texts else {},
    }


def svis(config: Config) -> list[dict[str, t.Any]]:
    """Return the switch's own interfaces in VLANs, with their addresses, the ones that they share, and DHCP relays."""
    nxos = any(header.startswith("feature ") for header in config.sections)
    found = []
    for number, lines in config.named("interface Vlan").items():
        if not number.isdecimal():
            continue
        own, virtual, helpers = [], [], []
        for line in lines:
            if address := _ADDRESS.fullmatch(line):
                text = address[1] if "/" in address[1] else f"{address[1]}/{address[2]}"
                own.append(IPv4Interface(text).with_prefixlen)
            elif helper := _HELPER.fullmatch(line):
                helpers.append(helper[1])
            elif shared := _VIRTUAL.fullmatch(line):
                virtual.append(shared[1] or shared[2])
        found.append(
            {
                "vlan": int(number),
                "addresses": own,
                "virtual": virtual,
                "helpers": helpers,
                # An SVI of NX-OS is down unless it says otherwise.
                "enabled": "no shutdown" in lines if nxos else "shutdown" not in lines,
                "quote": quotes.section(f"Vlan{number}", lines),
            }
        )
    return found


def _keyed(
    table: dict[str, list[startup_tables.AuthSession]] | None, own: t.Callable[[str], str | None]
) -> dict[str, list[startup_tables.AuthSession]] | None:
    return None if table is None else {own(name) or name: value for name, value in table.items()}
