"""The SCCP ("Skinny") messages that the registration of a phone needs.

Names, ids and layouts: Wireshark's packet-skinny, and the structures of Asterisk's chan_skinny and of chan-sccp. The
layouts are those before version 17, after which texts are of variable length: VERSION is the newest that the lab's
CallManager grants, whatever the phone offers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from lab.sccp_wire import Message, Row, Table

VERSION = 8
LINE_BUTTON = 9
NO_BUTTON = 255
INFORMATIONAL = 2
RESET_TYPES = {"reset": 1, "restart": 2, "apply-config": 3}
SOFT_KEY_LABELS = ("Redial", "NewCall", "Hold", "Trnsfer", "CFwdAll", "CFwdBusy", "CFwdNoAnswer", "<<", "EndCall")
CODECS = ((4, 40), (2, 40), (11, 60), (12, 60), (15, 60))
"""Codec and the most milliseconds in a packet: G.711 u-law and A-law, G.729, G.729A, G.729B."""


# -- phone to CallManager ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class KeepAlive(Message):
    """The phone is still there."""

    ID: ClassVar[int] = 0x0000


@dataclass(frozen=True)
class Register(Message):
    """The phone's name and type. `device_type` is CUCM's number of the model, `version` the newest that it speaks."""

    ID: ClassVar[int] = 0x0001
    LAYOUT: ClassVar[str] = "16s I I 4s I I I B 3s I I 12s I I 16s I 32s"
    SHORTEST: ClassVar[int] = 36

    device: str
    user: int = 0
    instance: int = 0
    address: bytes = bytes(4)
    device_type: int = 0
    max_streams: int = 5
    active_streams: int = 0
    version: int = VERSION
    features: bytes = b"\0\0\x85"
    max_conferences: int = 0
    active_conferences: int = 0
    mac: bytes = b""
    ipv4_scope: int = 0
    max_lines: int = 0
    ipv6: bytes = b""
    ipv6_scope: int = 0
    load: str = ""


@dataclass(frozen=True)
class IpPort(Message):
    """The port on which the phone wants media."""

    ID: ClassVar[int] = 0x0002
    LAYOUT: ClassVar[str] = "I"

    port: int = 0


@dataclass(frozen=True)
class ForwardStatReq(Message):
    """Asks how a line is forwarded."""

    ID: ClassVar[int] = 0x0009
    LAYOUT: ClassVar[str] = "I"
    SHORTEST: ClassVar[int] = 4

    line: int


@dataclass(frozen=True)
class LineStatReq(Message):
    """Asks for the number of a line."""

    ID: ClassVar[int] = 0x000B
    LAYOUT: ClassVar[str] = "I"
    SHORTEST: ClassVar[int] = 4

    line: int


@dataclass(frozen=True)
class ConfigStatReq(Message):
    """Asks how many lines and speed dials there are."""

    ID: ClassVar[int] = 0x000C


@dataclass(frozen=True)
class TimeDateReq(Message):
    """Asks for the time."""

    ID: ClassVar[int] = 0x000D


@dataclass(frozen=True)
class ButtonTemplateReq(Message):
    """Asks what the buttons are."""

    ID: ClassVar[int] = 0x000E


@dataclass(frozen=True)
class CapabilitiesRes(Table):
    """The codecs; a row is the codec, milliseconds in a packet, and parameters."""

    ID: ClassVar[int] = 0x0010
    LAYOUT: ClassVar[str] = "I"
    SHORTEST: ClassVar[int] = 4
    ROW: ClassVar[str] = "I I 8s"
    MOST: ClassVar[int] = 18


@dataclass(frozen=True)
class Alarm(Message):
    """Why the phone was last out of service: `25: Name=SEP... Load= 9.4(2SR3.1S) Last=Initialized`."""

    ID: ClassVar[int] = 0x0020
    LAYOUT: ClassVar[str] = "I 80s I I"
    SHORTEST: ClassVar[int] = 84

    severity: int
    text: str
    parameter_1: int = 0
    parameter_2: int = 0


@dataclass(frozen=True)
class XmlAlarm(Message):
    """An alarm in XML."""

    ID: ClassVar[int] = 0x015A
    LAYOUT: ClassVar[str] = "2000s"
    SHORTEST: ClassVar[int] = 4

    text: str


@dataclass(frozen=True)
class SoftKeySetReq(Message):
    """Asks which softkeys there are in which state of a call."""

    ID: ClassVar[int] = 0x0025


@dataclass(frozen=True)
class Unregister(Message):
    """The phone goes."""

    ID: ClassVar[int] = 0x0027


@dataclass(frozen=True)
class SoftKeyTemplateReq(Message):
    """Asks for the softkeys' labels."""

    ID: ClassVar[int] = 0x0028


@dataclass(frozen=True)
class RegisterAvailableLines(Message):
    """How many lines the phone shows."""

    ID: ClassVar[int] = 0x002D
    LAYOUT: ClassVar[str] = "I"

    count: int


# -- CallManager to phone ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RegisterAck(Message):
    """Registered. `keepalive`: seconds between keep-alives here, `secondary` those at a standby CallManager."""

    ID: ClassVar[int] = 0x0081
    LAYOUT: ClassVar[str] = "I 6s 2x I B 3s"
    SHORTEST: ClassVar[int] = 12

    keepalive: int
    date_template: bytes = b"M/D/YA"
    secondary: int = 60
    version: int = VERSION
    features: bytes = b""


@dataclass(frozen=True)
class ForwardStat(Message):
    """How a line is forwarded: a flag and a number for all, busy and no answer."""

    ID: ClassVar[int] = 0x0090
    LAYOUT: ClassVar[str] = "I I I 24s I 24s I 24s"
    SHORTEST: ClassVar[int] = 8

    active: int
    line: int
    all: int = 0
    all_number: str = ""
    busy: int = 0
    busy_number: str = ""
    no_answer: int = 0
    no_answer_number: str = ""


@dataclass(frozen=True)
class LineStat(Message):
    """The number of a line, "" where the phone has no such line."""

    ID: ClassVar[int] = 0x0092
    LAYOUT: ClassVar[str] = "I 24s 40s"
    SHORTEST: ClassVar[int] = 28

    line: int
    number: str
    display: str = ""


@dataclass(frozen=True)
class ConfigStat(Message):
    """How many lines and speed dials the phone has."""

    ID: ClassVar[int] = 0x0093
    LAYOUT: ClassVar[str] = "16s I I 40s 40s I I"
    SHORTEST: ClassVar[int] = 112

    device: str
    user: int = 0
    instance: int = 0
    user_name: str = ""
    server_name: str = ""
    lines: int = 0
    speed_dials: int = 0


@dataclass(frozen=True)
class DefineTimeDate(Message):
    """The time. `weekday` 0 is Sunday, `epoch` the seconds since 1970."""

    ID: ClassVar[int] = 0x0094
    LAYOUT: ClassVar[str] = "I I I I I I I I I"
    SHORTEST: ClassVar[int] = 36

    year: int
    month: int
    weekday: int
    day: int
    hour: int
    minute: int
    second: int
    millisecond: int
    epoch: int


@dataclass(frozen=True)
class ButtonTemplate(Table):
    """The buttons; a row is a number and what it is: LINE_BUTTON, NO_BUTTON or another stimulus."""

    ID: ClassVar[int] = 0x0097
    LAYOUT: ClassVar[str] = "I I I"
    SHORTEST: ClassVar[int] = 12
    ROW: ClassVar[str] = "B B"
    MOST: ClassVar[int] = 42
    EMPTY: ClassVar[Row] = (0, NO_BUTTON)


@dataclass(frozen=True)
class CapabilitiesReq(Message):
    """Asks for the codecs."""

    ID: ClassVar[int] = 0x009B


@dataclass(frozen=True)
class RegisterReject(Message):
    """Refused; the phone shows the text."""

    ID: ClassVar[int] = 0x009D
    LAYOUT: ClassVar[str] = "33s 3x"

    text: str


@dataclass(frozen=True)
class Reset(Message):
    """Tells the phone to go and come again; `kind` is a value of RESET_TYPES."""

    ID: ClassVar[int] = 0x009F
    LAYOUT: ClassVar[str] = "I"
    SHORTEST: ClassVar[int] = 4

    kind: int


@dataclass(frozen=True)
class KeepAliveAck(Message):
    """The CallManager is still there."""

    ID: ClassVar[int] = 0x0100


@dataclass(frozen=True)
class SoftKeyTemplateRes(Table):
    """The softkeys; a row is a label (bytes) and the event that the key means."""

    ID: ClassVar[int] = 0x0108
    LAYOUT: ClassVar[str] = "I I I"
    SHORTEST: ClassVar[int] = 12
    ROW: ClassVar[str] = "16s I"
    MOST: ClassVar[int] = 32


@dataclass(frozen=True)
class SoftKeySetRes(Table):
    """The softkeys by a call's state; a row is 16 places in the template (bytes), and the ids of their help texts."""

    ID: ClassVar[int] = 0x0109
    LAYOUT: ClassVar[str] = "I I I"
    SHORTEST: ClassVar[int] = 12
    ROW: ClassVar[str] = "16s 32s"
    MOST: ClassVar[int] = 16


@dataclass(frozen=True)
class UnregisterAck(Message):
    """The phone may go; `status` 0 is success."""

    ID: ClassVar[int] = 0x0118
    LAYOUT: ClassVar[str] = "I"

    status: int = 0


FROM_PHONE: dict[int, type[Message]] = {
    kind.ID: kind
    for kind in (
        KeepAlive,
        Register,
        IpPort,
        ForwardStatReq,
        LineStatReq,
        ConfigStatReq,
        TimeDateReq,
        ButtonTemplateReq,
        CapabilitiesRes,
        Alarm,
        XmlAlarm,
        SoftKeySetReq,
        Unregister,
        SoftKeyTemplateReq,
        RegisterAvailableLines,
    )
}
FROM_CALL_MANAGER: dict[int, type[Message]] = {
    kind.ID: kind
    for kind in (
        RegisterAck,
        ForwardStat,
        LineStat,
        ConfigStat,
        DefineTimeDate,
        ButtonTemplate,
        CapabilitiesReq,
        RegisterReject,
        Reset,
        KeepAliveAck,
        SoftKeyTemplateRes,
        SoftKeySetRes,
        UnregisterAck,
    )
}
