"""SCCP messages: against frames of a CallManager, and against the layouts that others have published."""

from __future__ import annotations

import asyncio

import pytest

from lab import sccp
from lab.sccp_wire import Message, SccpError, read_message

# What a CallManager and its client said to each other, from pyskinny's capture; addresses made neutral.
REGISTER = (
    "4400000000000000010000007079736b696e6e7930310000000000000000000000000000c00002100e000000050000000100000005006005"
    "e05ef8ffffffffff00000000e082180000000000"
)
ACK = "1000000000000000810000001e0000004d2f442f59418e09"
REJECT = "28000000000000009d0000004572726f723a204e6f204c6963656e7365000000000000000000000000000000008fdf00"
LINE = "20000000000000009200000001000000313039310000000000000000000000000000000000000000"
TIME = "280000000000000094000000ea0700000600000004000000040000000b000000250000001100000000000000bda9216a"
BUTTONS = (
    "640000000000000097000000000000001a0000001a0000000109020903090409017e010101ff010202020302040205020602010f0105017d"
    "01ff01ff01ff01ff01ff0702080209020a0201fd00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff00ff"
)
KNOWN = {**sccp.FROM_PHONE, **sccp.FROM_CALL_MANAGER}


async def read(*frames: bytes) -> list[Message | None]:
    reader = asyncio.StreamReader()
    reader.feed_data(b"".join(frames))
    reader.feed_eof()
    return [await read_message(reader, KNOWN) for _ in range(len(frames) + 1)]


async def test_the_frames_of_a_call_manager_and_its_client():
    frames = (REGISTER, ACK, REJECT, LINE, TIME, BUTTONS)
    register, ack, reject, line, time, buttons, end = await read(*map(bytes.fromhex, frames))
    assert (register.device, register.address, register.device_type) == ("pyskinny01", bytes((192, 0, 2, 16)), 14)
    assert (register.max_streams, register.active_streams, register.version) == (5, 1, 5)
    # The client is older than the field for the load.
    assert register.load == ""
    assert (ack.keepalive, ack.date_template, ack.secondary, ack.version) == (30, b"M/D/YA", 0, 0)
    # Behind the NUL the sender's memory shows.
    assert reject.text == "Error: No License"
    assert (line.line, line.number, line.display) == (1, "1091", "")
    assert (time.year, time.month, time.weekday, time.day) == (2026, 6, 4, 4)
    assert (time.hour, time.minute, time.second, time.epoch) == (11, 37, 17, 1780591037)
    assert len(buttons.rows) == 26
    assert [number for number, kind in buttons.rows if kind == sccp.LINE_BUTTON] == [1, 2, 3, 4]
    assert end is None
    # These frames are made again, byte by byte.
    assert [message.encode().hex() for message in (time, buttons)] == [TIME, BUTTONS]


@pytest.mark.parametrize(
    ("message", "size"),
    [
        # Sizes of the bodies, counted from the structures in chan-sccp and Wireshark.
        (sccp.KeepAlive(), 0),
        (sccp.Register("SEP00005E005301"), 124),
        (sccp.CapabilitiesRes(((4, 40, bytes(8)),)), 4 + 18 * 16),
        (sccp.Alarm(sccp.INFORMATIONAL, "25: Name=SEP00005E005301"), 92),
        (sccp.LineStatReq(2), 4),
        (sccp.RegisterAck(30), 20),
        (sccp.RegisterReject("Error Mismatch"), 36),
        (sccp.ForwardStat(0, 1), 12 + 24 + 4 + 24 + 4 + 24),
        (sccp.LineStat(1, "1001", "Desk"), 68),
        (sccp.ConfigStat("SEP00005E005301", lines=2), 112),
        (sccp.ButtonTemplate(((1, 9),)), 12 + 42 * 2),
        (sccp.SoftKeyTemplateRes(((b"Redial".ljust(16, b"\0"), 1),)), 12 + 32 * 20),
        (sccp.SoftKeySetRes(((b"\1".ljust(16, b"\0"), bytes(32)),)), 12 + 16 * 48),
        (sccp.Reset(sccp.RESET_TYPES["restart"]), 4),
        (sccp.UnregisterAck(), 4),
    ],
)
async def test_sizes_and_round_trips(message, size):
    frame = message.encode()
    assert int.from_bytes(frame[:4], "little") == size + 4
    assert int.from_bytes(frame[8:12], "little") == message.ID
    again, end = await read(frame)
    assert end is None
    assert again.encode() == frame
    assert type(again) is type(message)


def test_where_the_fields_of_a_registration_are():
    body = sccp.Register(
        device="SEP00005E005301", address=bytes((192, 0, 2, 1)), device_type=437, version=20, load="SCCP75.9-4-2SR3-1S"
    ).body()
    assert body[:16] == b"SEP00005E005301\0"
    assert (body[24:28], int.from_bytes(body[28:32], "little"), body[40]) == (bytes((192, 0, 2, 1)), 437, 20)
    assert body[92:124].rstrip(b"\0") == b"SCCP75.9-4-2SR3-1S"


def test_texts_are_cut_between_characters():
    assert sccp.RegisterReject("x" * 50).body() == b"x" * 32 + bytes(4)
    long = sccp.LineStat(1, "1001", "é" * 30)
    assert sccp.LineStat.parse(long.body()).display == "é" * 19


async def test_unknown_messages_are_passed_over():
    unknown = (8).to_bytes(4, "little") + bytes(4) + (0x0345).to_bytes(4, "little") + b"1234"
    reader = asyncio.StreamReader()
    reader.feed_data(unknown + sccp.KeepAlive().encode())
    assert await read_message(reader, KNOWN) == sccp.KeepAlive()


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", "no possible length"),
        (bytes(12), "0 is no possible length"),
        ((8).to_bytes(4, "little") + bytes(4) + (1).to_bytes(4, "little") + b"SEP0", "at least 36 are needed"),
        ((8).to_bytes(4, "little") + bytes(4) + (16).to_bytes(4, "little") + b"\2\0\0\0", "announces 2 rows and has 0"),
        (
            (304).to_bytes(4, "little") + bytes(4) + (16).to_bytes(4, "little") + b"\x13" + bytes(299),
            "announces 19 rows and has 18, of at most 18",
        ),
    ],
)
async def test_what_is_no_sccp(frame, words):
    with pytest.raises(SccpError, match=words):
        await read(frame)
