"""The log of a switch: what it writes when power, link or the standing of a port changes, and `show logging`.

The wordings are those of logs in public: ILPOWER, LINK, LINEPROTO, PM, MAB, AUTHMGR (SESSION_MGR on IOS XE), SYS.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import names
from .render import stamp
from .show_ports import mac_text

if TYPE_CHECKING:
    from .authentication import Client
    from .ports import Port
    from .state import SwitchConfig
    from .switch import Switch

_MOST = 5000
_BUFFER = 4096


@dataclass(frozen=True)
class PortState:
    """What of a port goes into the log when it changes. `power` is the column `Oper` of `show power inline`."""

    power: str = "off"
    link: bool = False
    shut: bool = False
    disabled: str | None = None
    client: Client | None = None


class Log:
    """The messages of one switch since it started, the oldest of very many gone."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._messages: deque[tuple[float, str]] = deque(maxlen=_MOST)
        self.count = 0

    def add(self, text: str) -> None:
        """Write a message, such as `%SYS-5-CONFIG_I: Configured from console by console`."""
        self._messages.append((self._clock(), text))
        self.count += 1

    def lines(self, config: SwitchConfig, booted: float) -> list[str]:
        """The messages with their times, as many of the last as the buffer holds."""
        size, kept = buffer_size(config), deque[str]()
        for moment, text in reversed(self._messages):
            line = f"{_time(config, moment, booted)}{text}"
            size -= len(line) + 1
            if size < 0:
                break
            kept.appendleft(line)
        return list(kept)


def buffer_size(config: SwitchConfig) -> int:
    """The bytes of the buffer, by `logging buffered`."""
    words = next((line.split() for line in config.lines.values() if line.startswith("logging buffered ")), [])
    return next((int(word) for word in words if word.isdigit() and int(word) >= _BUFFER), _BUFFER)


def _time(config: SwitchConfig, moment: float, booted: float) -> str:
    """What stands before a message, by `service timestamps log`."""
    found = (line for line in config.lines.values() if line.startswith("service timestamps log"))
    words = next(found, "service timestamps log datetime msec").split()[3:]
    if "uptime" in words:
        seconds = int(moment - booted)
        days, rest = divmod(seconds, 86400)
        if days:
            return f"{days}d{rest // 3600:02d}h: "
        return f"{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}: "
    if "datetime" not in words:
        return ""
    clock, zone, _day, month, day, year = stamp(moment).split()
    # The star says that no time server is asked.
    star = "" if any(line.startswith("ntp server") for line in config.lines.values()) else "*"
    text = f"{star}{month} {day:>2} {f'{year} ' if 'year' in words else ''}{clock}"
    text += f".{int(moment % 1 * 1000):03d}" if "msec" in words else ""
    return f"{text} {zone}: " if "show-timezone" in words else f"{text}: "


def show(switch: Switch) -> str:
    """`show logging`."""
    count, size = switch.log.count, buffer_size(switch.config)
    return "\n".join(
        [
            "Syslog logging: enabled (0 messages dropped, 0 messages rate-limited, 0 flushes, 0 overruns, xml disabled,"
            " filtering disabled)",
            "",
            "No Active Message Discriminator.",
            "",
            "",
            "",
            "No Inactive Message Discriminator.",
            "",
            "",
            f"    Console logging: level debugging, {count} messages logged, xml disabled,",
            "                     filtering disabled",
            "    Monitor logging: level debugging, 0 messages logged, xml disabled,",
            "                     filtering disabled",
            f"    Buffer logging:  level debugging, {count} messages logged, xml disabled,",
            "                    filtering disabled",
            "    Exception Logging: size (4096 bytes)",
            "    Count and timestamp logging messages: disabled",
            "    Persistent logging: disabled",
            "",
            "No active filter modules.",
            "",
            f"    Trap logging: level informational, {count} message lines logged",
            "        Logging Source-Interface:       VRF Name:",
            "",
            f"Log Buffer ({size} bytes):",
            "",
            *switch.log.lines(switch.config, switch.booted),
        ]
    )


def changes(port: Port, before: PortState, now: PortState) -> Iterator[str]:
    """What the switch writes when a port goes from one state to the other."""
    full, short = port.interface, names.short(port.interface)
    if now.disabled and not before.disabled:
        yield f"%PM-4-ERR_DISABLE: {now.disabled} error detected on {short}, putting {short} in err-disable state"
    if before.link and not now.link:
        yield f"%LINEPROTO-5-UPDOWN: Line protocol on Interface {full}, changed state to down"
    if now.shut != before.shut:
        yield (
            f"%LINK-5-CHANGED: Interface {full}, changed state to administratively down"
            if now.shut
            else f"%LINK-3-UPDOWN: Interface {full}, changed state to down"
        )
    elif before.link and not now.link:
        yield f"%LINK-3-UPDOWN: Interface {full}, changed state to down"
    yield from _power(port, short, before.power, now.power)
    if now.link and not before.link:
        yield f"%LINK-3-UPDOWN: Interface {full}, changed state to up"
        yield f"%LINEPROTO-5-UPDOWN: Line protocol on Interface {full}, changed state to up"
    if now.client and now.client != before.client:
        yield from _client(port, short, now.client)


def _power(port: Port, short: str, before: str, now: str) -> Iterator[str]:
    if now == before:
        return
    if now in ("on", "power-deny"):
        yield f"%ILPOWER-7-DETECT: Interface {short}: Power Device detected: IEEE PD"
    if now == "on":
        yield f"%ILPOWER-5-POWER_GRANTED: Interface {short}: Power granted"
    elif now == "power-deny":
        reason = ". Reason: insufficient power" if port.switch.model.members else ""
        yield f"%ILPOWER-5-ILPOWER_POWER_DENY: Interface {short}: inline power denied{reason}"
    elif now == "faulty":
        yield (
            f"%ILPOWER-3-CONTROLLER_PORT_ERR: Controller port error, Interface {short}: "
            "Power Controller reports power Tstart error detected"
        )
    elif before == "on" and port.device is None:
        yield f"%ILPOWER-5-IEEE_DISCONNECT: Interface {short}: PD removed"


def _client(port: Port, short: str, client: Client) -> Iterator[str]:
    xe = port.switch.model.ios_xe
    member = f"Switch {port.member} R0/0: sessmgrd: " if xe else ""
    where = f"on Interface {port.interface if xe else short} AuditSessionID {client.session}"
    who = f"for client ({mac_text(client.mac)})"
    yield f"%AUTHMGR-5-START: {member}Starting 'mab' {who} {where}"
    if client.authorized:
        yield f"%MAB-5-SUCCESS: {member}Authentication successful {who} {where}"
        name = "SESSION_MGR" if xe else "AUTHMGR"
        yield f"%{name}-5-SUCCESS: {member}Authorization succeeded {who} {where}"
    elif xe:
        yield f"%MAB-5-FAIL: {member}Authentication failed {who} with reason (Cred Fail) {where}"
        why = "Failure Reason: Authc fail. Authc failure reason: Cred Fail."
        yield f"%SESSION_MGR-5-FAIL: {member}Authorization failed or unapplied {who} {where}. {why}"
    else:
        yield f"%MAB-5-FAIL: Authentication failed {who} {where}"
        yield f"%AUTHMGR-5-FAIL: Authorization failed or unapplied {who} {where}"


def configured(user: str, line: str) -> str:
    """What is written when somebody leaves the configuration mode."""
    if line == "console":
        return f"%SYS-5-CONFIG_I: Configured from console by {user}"
    return f"%SYS-5-CONFIG_I: Configured from console by {user} on {line}"
