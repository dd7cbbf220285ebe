"""How far a phone has come: the ladder, and the honest account of where it is stuck."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

STEPS = (
    "power",
    "firmware_boot",
    "voice_vlan",
    "dhcp",
    "ctl",
    "itl",
    "config_file",
    "firmware_upgrade",
    "dial_rules",
    "cucm_connection",
    "registration",
    "localization",
    "softkeys",
    "ringtones",
)

FAULTS = {
    "firmware_boot_failed": "the image in flash is damaged: the phone starts over and over",
    "cdp_unheard": "the phone hears no CDP from its switch",
    "dhcp_blocked": "no DHCP packet of the phone gets beyond its cable",
    "download_blocked": "neither HTTP nor TFTP gets through between the phone and its TFTP servers",
    "cucm_blocked": "no TCP connection gets through between the phone and its CallManagers",
}
"""The faults that live in the phone or on its wire. Set them in `Phone.faults`, then call `Phone.recheck()`."""


@dataclass(frozen=True)
class Timings:
    """How long things take, in seconds; short for the lab. `dhcp_wait` and `tftp_wait` are first time-outs.

    `fallback` is how long a better CallManager is waited for (connectionMonitorDuration of the configuration: 120 s).
    `boot` is an 8841's: other models take longer or shorter (`Model.boot_share`), and no two phones take the same.
    """

    boot: float = 0.4
    cdp: float = 0.2
    dhcp_wait: float = 0.25
    dhcp_tries: int = 4
    http_timeout: float = 2.0
    tftp_wait: float = 0.3
    tftp_tries: int = 3
    upgrade: float = 0.3
    connect: float = 2.0
    response: float = 3.0
    retry: float = 1.0
    fallback: float = 1.0


PACES = {
    "fast": Timings(),
    "lively": Timings(
        boot=17.0,
        cdp=1.0,
        dhcp_wait=1.0,
        dhcp_tries=3,
        tftp_wait=1.0,
        upgrade=5.0,
        retry=4.0,
        fallback=10.0,
    ),
    "realistic": Timings(
        boot=75.0,
        cdp=3.0,
        dhcp_wait=4.0,
        http_timeout=10.0,
        tftp_wait=4.0,
        upgrade=120.0,
        connect=10.0,
        response=10.0,
        retry=30.0,
        fallback=120.0,
    ),
}
"""How quickly a site's phones go about it: for tests, for people who watch, and in the order of real phones' times.

The time-out of 4 s, doubled with each try, is RFC 2131's (section 4.1); the other numbers are round ones.
"""


@dataclass(frozen=True)
class PhoneStatus:
    """The truth about a phone. `step` is the last step reached ("" without power), `stuck_at` the one it can't take.

    `state` is "registered", "starting", "stuck" or "off"; `dns` are the directory numbers of its configuration;
    `findings` are what is wrong without stopping it, as "step: text"; `doing` is what a phone that isn't registered is
    at now ("" without power). Of a stuck phone, `why` tells of its last try and `doing` of the next.
    """

    step: str
    stuck_at: str | None
    why: str
    state: str
    address: str | None
    dns: list[str]
    load: str
    findings: tuple[str, ...] = ()
    doing: str = ""


class Stuck(Exception):
    """A step can't be taken now; the text says why, quoting what came back."""

    def __init__(self, step: str, why: str) -> None:
        super().__init__(why)
        self.step = step


@dataclass
class Progress:
    """The account that the phone keeps. While it tries again and again it stays stuck, until the step is taken."""

    step: str = ""
    stuck_at: str | None = None
    why: str = ""
    registered: bool = False
    findings: dict[str, str] = field(default_factory=dict)
    _doing: str = ""
    _next_try: float | None = None

    @property
    def doing(self) -> str:
        """What the phone is at; "" when it is registered and all is done."""
        if self._next_try is not None:
            return f"tries again in {max(0.0, self._next_try - time.monotonic()):.0f} s"
        return self._doing

    def do(self, doing: str) -> None:
        """The phone begins something that may take time."""
        self._doing, self._next_try = doing, None

    def pause(self, seconds: float) -> None:
        """The phone waits until it tries again."""
        self._next_try = time.monotonic() + seconds

    def reach(self, step: str) -> None:
        """A step is taken."""
        if self.stuck_at is None or STEPS.index(step) >= STEPS.index(self.stuck_at):
            self.step, self.stuck_at, self.why = step, None, ""
        self.findings.pop(step, None)
        self.registered = self.registered or step == "registration"

    def stick(self, step: str, why: str) -> None:
        """A step can't be taken. A stopping cause ends the registration."""
        before = STEPS[STEPS.index(step) - 1] if step != STEPS[0] else ""
        self.step, self.stuck_at, self.why, self.registered = before, step, why, False

    def find(self, step: str, text: str) -> None:
        """Something is wrong with a step, but the phone goes on."""
        self.reach(step)
        self.findings[step] = text

    def back_to(self, step: str) -> None:
        """The phone takes this and the following steps again."""
        self.registered = False
        for later in STEPS[STEPS.index(step) :]:
            self.findings.pop(later, None)
        if self.stuck_at is None:
            self.step = STEPS[STEPS.index(step) - 1] if step != STEPS[0] else ""

    def lose(self) -> None:
        """Power is gone."""
        self.step, self.stuck_at, self.why, self.registered = "", "power", "", False
        self.do("")
        self.findings.clear()
