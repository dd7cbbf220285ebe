"""802.1X and MAB on a port: who is let in, and `show authentication sessions`.

A RADIUS server stands behind every switch and lets in every MAC address but those of `Switch.refused`.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import names
from .neighbors import Neighbor
from .show_ports import mac_text

if TYPE_CHECKING:
    from .ports import Port
    from .switch import Switch

_CONTROLLED = ("authentication port-control auto", "access-session port-control auto")
_KEY = """\

Key to Session Events Blocked Status Flags:

  A - Applying Policy (multi-line status for details)
  D - Awaiting Deletion
  F - Final Removal in progress
  I - Awaiting IIF ID allocation
  N - Waiting for AAA to come up
  P - Pushed Session
  R - Removing User Profile (multi-line status for details)
  U - Applying User Profile (multi-line status for details)
  X - Unknown Blocker
"""


@dataclass(frozen=True)
class Client:
    """Who asks at a port. `session` is the AuditSessionID."""

    mac: str
    voice: bool
    authorized: bool
    session: str

    @property
    def domain(self) -> str:
        """Where it belongs; nobody knows that of one who isn't let in."""
        return ("VOICE" if self.voice else "DATA") if self.authorized else "UNKNOWN"


def controlled(port: Port) -> bool:
    """Whether the port lets in only whom RADIUS lets in."""
    return any(line in _CONTROLLED for line in port.switch.config.peek(port.interface).lines.values())


def client(port: Port) -> Client | None:
    """The session of the device at a port, None without one."""
    if port.device is None or not port.talks or not controlled(port):
        return None
    mac = port.device.mac
    parts = bytes(int(part) for part in port.switch.address.split("."))
    session = f"{parts.hex()}{zlib.crc32(port.interface.encode()) & 0xFFFF:08x}{zlib.crc32(mac.encode()):08x}".upper()
    voice = port.switch.config.voice_vlan(port.interface) is not None and not isinstance(port.device, Neighbor)
    return Client(mac, voice, mac not in port.switch.refused, session)


def allowed(port: Port) -> bool:
    """Whether frames of the device at the port get through."""
    return not controlled(port) or (port.device is not None and port.device.mac not in port.switch.refused)


def sessions(switch: Switch) -> str:
    """`show authentication sessions`, in the shape of the switch's release."""
    found = [(port, who) for port in switch.ports.values() if (who := client(port)) is not None]
    if not found:
        return "No sessions currently exist" if switch.model.ios_xe else "No Auth Manager contexts currently exist"
    if not switch.model.members:
        return "\n".join(
            [
                "",
                "Interface  MAC Address     Method   Domain   Status         Session ID",
                *(
                    f"{names.short(port.interface):<10} {mac_text(who.mac)}  {'mab':<8} {who.domain:<8} "
                    f"{'Authz Success' if who.authorized else 'Authz Failed':<14} {who.session}"
                    for port, who in found
                ),
                "",
            ]
        )
    wide = 25 if switch.model.ios_xe else 13
    head = f"{'Interface':<{wide}}MAC Address    Method  Domain  Status Fg  Session ID"
    return "\n".join(
        [
            *([head, "-" * 92] if switch.model.ios_xe else ["", head]),
            *(
                f"{names.short(port.interface):<{wide}}{mac_text(who.mac)} {'mab':<7} {who.domain:<7} "
                f"{'Auth' if who.authorized else 'Unauth':<6}     {who.session}"
                for port, who in found
            ),
            "",
            f"Session count = {len(found)}",
            _KEY,
        ]
    )


def details(port: Port) -> str:
    """`show authentication sessions interface IFACE details`."""
    who = client(port)
    if who is None:
        return f"No sessions match supplied criteria.\n\nRunnable methods list:\n{_methods(port)}"
    values = {
        "Interface": port.interface,
        "IIF-ID": f"0x{zlib.crc32(who.session.encode()):08X}",
        "MAC Address": mac_text(who.mac),
        "IPv6 Address": "Unknown",
        "IPv4 Address": port.device.address or "Unknown" if port.device else "Unknown",
        "User-Name": "-".join(who.mac[index : index + 2] for index in range(0, 12, 2)),
        "Status": "Authorized" if who.authorized else "Unauthorized",
        "Domain": who.domain,
        "Oper host mode": _host_mode(port),
        "Oper control dir": "both",
        "Session timeout": "N/A",
        "Common Session ID": who.session,
        "Acct Session ID": "Unknown",
        "Handle": f"0x{zlib.crc32(who.mac.encode()):08x}",
        "Current Policy": f"POLICY_{names.short(port.interface)}",
    }
    return "\n".join(
        [
            *(f"{label:>21}:  {value}" for label, value in values.items()),
            "",
            "",
            "Method status list:",
            "       Method           State",
            f"          mab           Authc {'Success' if who.authorized else 'Failed'}",
            "",
        ]
    )


def _host_mode(port: Port) -> str:
    lines = port.switch.config.peek(port.interface).lines.values()
    modes = (
        line.split()[-1] for line in lines if line.startswith(("authentication host-mode", "access-session host-mode"))
    )
    return next(modes, "single-host")


def _methods(port: Port) -> str:
    return "       Handle  Priority  Name\n          13        10  mab" if controlled(port) else ""
