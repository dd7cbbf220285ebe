"""The phone's status messages, dated as its family dates them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime

RESTART_REQUESTED = "Restart requested by Cisco Unified Communications Manager"
NO_ADDRESS = "Could not acquire an IP address from DHCP"
DHCP_TIMEOUT = "IPv4 DHCP Timeout"
NO_ROUTER = "No Default Router"
UNKNOWN_HOST = "DNS unknown IPv4 Host"
TFTP_TIMEOUT = "TFTP Timeout"
LOCALE_ERROR = "Error Updating Locale"
LOAD_REJECTED = "Load Rejected HC"
NO_TRUST_LIST = "No Trust List Installed"
TRUST_LIST_UPDATED = "Trust List Updated"
TRUST_LIST_FAILED = "Trust List Update Failed"
REJECTED = "Registration Rejected"
TFTP_ERROR = "TFTP Error"
_KEPT = 50


def file_not_found(name: str) -> str:
    """The message for a file that the server doesn't have."""
    return f"File Not Found : {name}"


def unknown_host(name: str) -> str:
    """The message for a name that no DNS server knows."""
    return f"{UNKNOWN_HOST} {name}"


def undecryptable(name: str) -> str:
    """The message for a configuration file that the phone's key doesn't open."""
    return f"Failed to decrypt {name}"


def not_authentic(name: str) -> str:
    """The message for a file whose signature none of the trusted certificates can have made."""
    return f"File Auth Fail : {name}"


class StatusMessages:
    """The last messages, oldest first. `style` is "bracketed" (78xx, 88xx: time, date) or "short" (79xx: time)."""

    def __init__(self, style: str, clock: Callable[[], datetime] = datetime.now) -> None:
        self._style, self._clock = style, clock
        self._messages: deque[tuple[datetime, str]] = deque(maxlen=_KEPT)

    def add(self, text: str) -> None:
        """Append a message; one that repeats the last is shown once, with its newest time."""
        if self._messages and self._messages[-1][1] == text:
            self._messages.pop()
        self._messages.append((self._clock(), text))

    def clear(self) -> None:
        """Forget them, as a power cycle does."""
        self._messages.clear()

    @property
    def texts(self) -> list[str]:
        """The messages without their times."""
        return [text for _, text in self._messages]

    @property
    def lines(self) -> list[str]:
        """The messages as the phone shows them: `[8:52:30am 10/01/19] ITL installed` or `1:33:26a ITL installed`."""
        return [f"{self._stamp(at)} {text}" for at, text in self._messages]

    def _stamp(self, at: datetime) -> str:
        clock = f"{at.hour % 12 or 12}:{at:%M:%S}{'a' if at.hour < 12 else 'p'}"
        return clock if self._style == "short" else f"[{clock}m {at:%m/%d/%y}]"
