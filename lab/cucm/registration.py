"""What the cluster knows of each device's registration, and what a REGISTER says of the device that sent it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lab.cucm.alarms import Download
from lab.sip import SipMessage, digest, parameter, uri_user

REGISTERED = "Registered"
UNREGISTERED = "UnRegistered"
REJECTED = "Rejected"
PARTIAL = "PartiallyRegistered"

NONE = 0
NO_ENTRY_IN_DATABASE = 2
DATABASE_CONFIGURATION_ERROR = 3
MAXIMUM_DEVICES_EXCEEDED = 5
CONNECTIVITY_ERROR = 6
CALL_MANAGER_RESET = 9
DEVICE_UNREGISTERED = 10
KEEPALIVE_TIMEOUT = 13
CALL_MANAGER_RESTART = 15
CALL_MANAGER_APPLY_CONFIG = 17

BULK_TYPE = "application/x-cisco-remotecc-request+xml"
RESPONSE_TYPE = "application/x-cisco-remotecc-response+xml"
ALARM_TYPE = "application/x-cisco-alarm+xml"


@dataclass
class Registration:
    """The state of one device that has tried to register, as RIS tells it.

    `reason` is RIS's StatusReason, `lines` maps a number to its status, `timestamp` is the epoch second of the last
    change of state, `expires_at` the monotonic second at which the device is taken for dead, `alarm` the text of the
    last `Reason` header, or of SCCP's last Alarm.
    """

    name: str
    status: str
    reason: int
    ip: str
    protocol: str
    active_load: str = ""
    inactive_load: str = ""
    lines: dict[str, str] = field(default_factory=dict)
    timestamp: int = 0
    expires_at: float = 0.0
    model: int = 0
    attempts: int = 0
    alarm: str = ""
    download: Download = Download()

    @property
    def rank(self) -> tuple[int, bool]:
        """The greater, the newer; of those of one second, a registered one is."""
        return self.timestamp, self.status in (REGISTERED, PARTIAL)


Refusal = tuple[int, str, int]
"""Why a device is refused: SIP's code, a text, RIS's StatusReason."""


@dataclass(frozen=True)
class Attempt:
    """What a device says of itself when it registers, in either protocol. `model` is CUCM's number, 0 if not told."""

    device: str
    protocol: str
    model: int
    active_load: str
    inactive_load: str
    alarm: str


@dataclass(frozen=True)
class RegisterRequest(Attempt):
    """The facts in a REGISTER. `device` is "" where none is named; `contact` is the first Contact header, whole."""

    line: str
    contact: str
    expires: int
    keepalive: bool
    bulk: bool


def read_register(message: SipMessage) -> RegisterRequest:
    """Read a REGISTER. The device is named in its Contact, else in the alarm of its Reason header, else in To."""
    contact = message.get("Contact")
    alarm = message.get("Reason")
    device = parameter(contact, "+u.sip!devicename.ccm.cisco.com") or _alarm_value(alarm, "Name")
    user = uri_user(message.get("To"))
    if not device and re.fullmatch(r"SEP[0-9A-Fa-f]{12}", user):
        device = user
    model = parameter(contact, "+u.sip!model.ccm.cisco.com") or "0"
    expires = parameter(contact, "expires") or message.get("Expires", "3600")
    return RegisterRequest(
        device=device.upper(),
        protocol="SIP",
        model=int(model) if model.isdigit() else 0,
        line=user,
        contact=contact,
        expires=int(expires) if expires.isdigit() else 3600,
        keepalive=parameter(contact, "cisco-keep-alive") is not None,
        bulk=b"<bulkregisterreq" in message.body,
        active_load=_alarm_value(alarm, "ActiveLoad"),
        inactive_load=_alarm_value(alarm, "InactiveLoad"),
        alarm=alarm,
    )


def number_of(pattern: str) -> str:
    """The number as a phone and RIS show it: the database's `\\+49...` is `+49...` there."""
    return pattern.replace("\\", "")


def _alarm_value(alarm: str, name: str) -> str:
    found = re.search(rf"\b{name}=([^\s\"]*)", alarm)
    return found.group(1) if found else ""


def digest_accepted(header: str, credentials: tuple[str, str], method: str, nonce: str, realm: str) -> bool:
    """Whether an Authorization header proves that the sender knows the password."""
    given = dict(re.findall(r'(\w+)="?([^",]*)"?', header.partition(" ")[2]))
    user, password = credentials
    wanted = digest(user, realm, password, method, given.get("uri", ""), nonce)
    return given.get("username") == user and given.get("nonce") == nonce and given.get("response") == wanted


def service_control(action: str, call_id: str, stamp: str) -> bytes:
    """The body of a NOTIFY with `Event: service-control`: reset, restart or apply-config."""
    none = "{00000000-0000-0000-0000-000000000000}"
    lines = (
        f"action={action}",
        f"RegisterCallId={{{call_id}}}",
        f"ConfigVersionStamp={stamp or none}",
        f"DialplanVersionStamp={none}",
        f"SoftkeyVersionStamp={none}",
    )
    return "".join(f"{line}\r\n" for line in lines).encode()


def options_indication() -> bytes:
    """The body of the answer to a first REGISTER: code 200 and the options that the cluster offers."""
    return (
        b"<x-cisco-remotecc-response>\n<response>\n<code>200</code>\n<optionsind>\n"
        b'<combine max="6">\n<remotecc><status/></remotecc>\n<service-control/>\n</combine>\n'
        b'<dialog usage="hook status"><unot/></dialog>\n<dialog usage="shared line"><unot/></dialog>\n'
        b"</optionsind>\n</response>\n</x-cisco-remotecc-response>\n"
    )
