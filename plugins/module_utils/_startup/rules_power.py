# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of the steps power and firmware_boot: what the switch says of the phone's port.

A phone may have a power supply of its own: a port with a link has somebody behind it, whatever its inline power says.
"""

from __future__ import annotations

from ansible_collections.dialtone.voice.plugins.module_utils._startup import rules_common as common
from ansible_collections.dialtone.voice.plugins.module_utils._startup.evidence import SWITCH, Evidence
from ansible_collections.dialtone.voice.plugins.module_utils._startup.network import Port
from ansible_collections.dialtone.voice.plugins.module_utils._startup.rules_common import found
from ansible_collections.dialtone.voice.plugins.module_utils._startup.steps import CERTAIN, LIKELY, POSSIBLE
from ansible_collections.dialtone.voice.plugins.module_utils._startup.verdict import Finding
from ansible_collections.dialtone.voice.plugins.module_utils._switch.names import canonical

_NO_POWER = frozenset({"never", "off", "disable", "disabled"})
_DENIED = frozenset({"power-deny", "power-denied", "deny", "denied"})
# What the log says when the port had power after all: what came before it is over.
_POWERED = r"POWER_GRANTED|IEEE_DISCONNECT|changed state to up"
# Lines of the log that one start of a phone makes: link and line protocol, down and up.
_ONE_START = 4


def _dark(e: Evidence) -> Port | None:
    """The phone's port, where nothing shows that the phone runs, there or at another port."""
    if e.port is None or e.elsewhere or common.linked(e.port) or common.alive(e):
        return None
    return e.port


def _administrative(port: Port) -> bool:
    """Whether somebody or the switch took the port down, so that it can't have a link."""
    return port.enabled is False or port.link in ("disabled", "err-disabled") or bool(port.err_disabled)


def _unpowered(port: Port) -> bool:
    """Whether the port is told to give no power; a switch without inline power isn't."""
    return port.poe in _NO_POWER or (port.power_admin or "").casefold() in _NO_POWER


def poe_disabled(e: Evidence) -> Finding | None:
    port = _dark(e)
    if port is None:
        return None
    # The power table says `off` of a port that is shut down, too.
    told = port.poe in _NO_POWER if _administrative(port) else _unpowered(port)
    if not told or e.planned.poe in _NO_POWER:
        return None
    text = f"Port {port.interface} gives no power (power inline {port.poe or port.power_admin}) and has no link"
    proofs = common.port_proof(e, "config", "power", "link")
    # A phone of which the plan doesn't say that the switch feeds it may have a power supply of its own.
    return found("poe_disabled", text, *proofs, confidence=CERTAIN if port.link and e.planned.poe else LIKELY)


def poe_denied(e: Evidence) -> Finding | None:
    port = _dark(e)
    if port is None or _administrative(port):
        return None
    left = "" if port.power_left is None else f"; {port.power_left:g} W are left"
    line = common.last_logged(port, r"ILPOWER-\d-(ILPOWER_)?POWER_DENY", _POWERED)
    if (port.power_oper or "").casefold() in _DENIED:
        text = f"The switch denies port {port.interface} power{left}"
        return found("poe_denied", text, *common.port_proof(e, "power"), common.logged(e, line))
    if line and (port.power_oper or "").casefold() == "off":
        text = f"The switch denied port {port.interface} power{left}: {line}"
        return found("poe_denied", text, common.logged(e, line), *common.port_proof(e, "power"), confidence=LIKELY)
    return None


def poe_fault(e: Evidence) -> Finding | None:
    port = _dark(e)
    if port is None or _administrative(port):
        return None
    line = common.last_logged(port, r"ILPOWER-\d-(CONTROLLER_(PORT|IF)_ERR|SHUT_OVERDRAWN|TSTART_ERR)", _POWERED)
    if (port.power_oper or "").casefold() in ("faulty", "fault", "bad"):
        text = f"The inline power of port {port.interface} is faulty"
        return found("poe_fault", text, *common.port_proof(e, "power"), common.logged(e, line))
    if line and (port.power_oper or "").casefold() == "off":
        text = f"The switch logged a fault of the inline power of port {port.interface}: {line}"
        return found("poe_fault", text, common.logged(e, line), *common.port_proof(e, "power"), confidence=LIKELY)
    return None


def port_shutdown(e: Evidence) -> Finding | None:
    port = _dark(e)
    if port is None or port.err_disabled or port.enabled is not False and port.link != "disabled":
        return None
    return found("port_shutdown", f"Port {port.interface} is shut down", *common.port_proof(e, "config", "link"))


def port_err_disabled(e: Evidence) -> Finding | None:
    port = _dark(e)
    if port is None or not port.err_disabled and port.link != "err-disabled":
        return None
    why = f" for {port.err_disabled}" if port.err_disabled else ""
    text = f"The switch has disabled port {port.interface}{why}"
    line = common.last_logged(port, r"err-?disable", _POWERED)
    return found("port_err_disabled", text, *common.port_proof(e, "err_disabled", "link"), common.logged(e, line))


def no_link(e: Evidence) -> Finding | None:
    port = _dark(e)
    if port is None or port.link is None or _administrative(port):
        return None
    if (port.power_oper or "").casefold() not in ("", "off"):
        return None
    if _unpowered(port) and e.planned.poe not in _NO_POWER:
        return None
    own = "" if not _unpowered(port) else "; the phone is planned with a power supply of its own: look at that too"
    text = f"Port {port.interface} has no link and gives no power: nothing is plugged in that works{own}"
    sure = CERTAIN if port.heard is not None and SWITCH not in e.gaps else LIKELY
    return found("no_link", text, *common.port_proof(e, "link", "power", "cdp", "mac"), confidence=sure)


def _draws(port: Port) -> bool:
    return (port.power_oper or "").casefold() == "on"


def wrong_port(e: Evidence) -> Finding | None:
    if common.here(e):
        return None
    if e.elsewhere:
        place = e.elsewhere[0]
        text = f"The phone is at {place.switch} {place.interface}, not at {_planned_place(e)}"
        proofs = (place.proof, *common.port_proof(e, "link", "cdp", "lldp", "mac"))
        # By its address alone it may also be behind that port, at a switch that wasn't read.
        sure = CERTAIN if place.heard or e.port is not None else LIKELY
        fits = isinstance(place.voice_vlan, int) and e.planned.voice_vlan in (None, place.voice_vlan)
        text += f", which has voice VLAN {place.voice_vlan}, too" if fits else ""
        return found("wrong_port", text, *proofs, confidence=sure, stops=not fits)
    if (other := common.another_here(e)) and not common.alive(e):
        text = f"Another phone, {other}, is at {_planned_place(e)}, and this one is heard nowhere"
        return found("wrong_port", text, *common.port_proof(e, "cdp", "lldp", "mac"), confidence=LIKELY)
    return _neighbor(e)


def _planned_place(e: Evidence) -> str:
    return f"{e.planned.switch} {e.planned.interface}".strip() or "its planned port"


def _neighbor(e: Evidence) -> Finding | None:
    """The phone's own word on the port at which it is, where its switch can't be asked."""
    told, switch = common.page_field(e, "neighbor_port"), common.page_field(e, "neighbor")
    if e.port is not None or not told or not e.planned.interface:
        return None
    try:
        same = canonical(told).casefold() == canonical(e.planned.interface).casefold()
    except ValueError:
        return None
    elsewhere = bool(switch and e.planned.switch and not common.same_host(switch, e.planned.switch))
    # The switch may go by another name in the inventory than it gives itself, so that alone proves nothing.
    if same:
        return None
    text = f"The phone says that it is at {switch or 'a switch'} {told}, not at {_planned_place(e)}"
    sure = POSSIBLE if elsewhere else LIKELY
    return found("wrong_port", text, common.page_proof(e, "network", "port"), confidence=sure)


def firmware_boot_failed(e: Evidence) -> Finding | None:
    port = e.port
    if port is None or e.elsewhere or common.here(e) or common.alive(e) or _administrative(port):
        return None
    # Who is heard there has started; with neither CDP nor LLDP on the port nobody could be.
    if port.heard or port.heard is None or port.macs:
        return None
    changes = port.link_changes or 0
    if not _draws(port) and not (_unpowered(port) and changes > _ONE_START):
        return None
    flap = common.logged(e, common.last_logged(port, r"(LINK|LINEPROTO)-\d-UPDOWN"))
    proofs = (*common.port_proof(e, "power"), flap, *common.port_proof(e, "link", "cdp", "lldp", "mac"))
    if changes > _ONE_START:
        text = f"Port {port.interface} gives power, its link changed {changes} times, and nothing is heard there"
        return found("firmware_boot_failed", text, *proofs, confidence=LIKELY)
    if port.cdp is False and port.lldp is not True:
        return None
    text = (
        f"Port {port.interface} gives power, and nothing is heard there: the phone doesn't start, or has just begun to"
    )
    return found("firmware_boot_failed", text, *proofs, confidence=POSSIBLE)
