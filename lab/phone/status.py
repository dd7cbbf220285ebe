"""How far a phone has come: the ladder, and the honest account of where it is stuck."""

from __future__ import annotations

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
    """How long things take, in seconds; short for the lab. `dhcp_wait` and `tftp_wait` are first time-outs."""

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


@dataclass(frozen=True)
class PhoneStatus:
    """The truth about a phone. `step` is the last step reached ("" without power), `stuck_at` the one it can't take.

    `state` is "registered", "starting", "stuck" or "off"; `dns` are the directory numbers of its configuration;
    `findings` are what is wrong without stopping it, as "step: text".
    """

    step: str
    stuck_at: str | None
    why: str
    state: str
    address: str | None
    dns: list[str]
    load: str
    findings: tuple[str, ...] = ()


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
        self.findings.clear()
