"""How an SCCP ("Skinny") message looks on the wire: the header, fixed fields, tables of rows.

A message is a length (which counts the id), the header's version, an id, and a body of fixed fields, all of it little
endian. A field that an older peer doesn't send is 0 or empty here; what a newer one sends beyond is passed over.
"""

from __future__ import annotations

import asyncio
import struct
from dataclasses import dataclass, fields
from typing import Any, ClassVar

_HEADER = struct.Struct("<III")
_MAX_BODY = 4096

Row = tuple[Any, ...]


class SccpError(ValueError):
    """The peer doesn't speak SCCP, or cuts messages short."""


@dataclass(frozen=True)
class Message:
    """A message. `LAYOUT` are its fields in `struct`'s notation, `SHORTEST` the bytes that the oldest peer sends."""

    ID: ClassVar[int] = -1
    LAYOUT: ClassVar[str] = ""
    SHORTEST: ClassVar[int] = 0

    def body(self) -> bytes:
        """The message without its header. A text that is too long for its field is cut."""
        return _pack(self.LAYOUT, [getattr(self, field.name) for field in fields(self)])

    def encode(self) -> bytes:
        """The whole message."""
        body = self.body()
        return _HEADER.pack(len(body) + 4, 0, self.ID) + body

    @classmethod
    def parse(cls, body: bytes) -> Message:
        """Read a body. Raises SccpError where it is too short."""
        values = struct.unpack_from(f"<{cls.LAYOUT}", cls._filled(body))
        typed = zip(fields(cls), values, strict=True)
        return cls(*(text(value) if field.type == "str" else value for field, value in typed))

    @classmethod
    def _filled(cls, body: bytes) -> bytes:
        if len(body) < cls.SHORTEST:
            raise SccpError(f"{cls.__name__} has {len(body)} bytes, at least {cls.SHORTEST} are needed")
        return body.ljust(struct.calcsize(f"<{cls.LAYOUT}"), b"\0")


@dataclass(frozen=True)
class Table(Message):
    """A message of rows: always room for `MOST`, of which the count before them says how many are used.

    `LAYOUT` is the count alone, or offset, count and total. `EMPTY` is a row that isn't used, () for zeros.
    """

    ROW: ClassVar[str] = ""
    MOST: ClassVar[int] = 0
    EMPTY: ClassVar[Row] = ()

    rows: tuple[Row, ...] = ()

    def body(self) -> bytes:
        """The count and the rows, the unused ones included."""
        used = self.rows[: self.MOST]
        head = (len(used),) if self.LAYOUT == "I" else (0, len(used), len(used))
        unused = _pack(self.ROW, self.EMPTY) if self.EMPTY else bytes(struct.calcsize(f"<{self.ROW}"))
        packed = [_pack(self.ROW, row) for row in used]
        return _pack(self.LAYOUT, head) + b"".join(packed) + unused * (self.MOST - len(used))

    @classmethod
    def parse(cls, body: bytes) -> Message:
        """Read a body. Raises SccpError where it has fewer rows than it says, or says more than there can be."""
        head = struct.unpack_from(f"<{cls.LAYOUT}", cls._filled(body))
        count = head[0] if cls.LAYOUT == "I" else head[1]
        start, size = struct.calcsize(f"<{cls.LAYOUT}"), struct.calcsize(f"<{cls.ROW}")
        there = (len(body) - start) // size
        if count > min(cls.MOST, there):
            raise SccpError(f"{cls.__name__} announces {count} rows and has {there}, of at most {cls.MOST}")
        return cls(tuple(struct.iter_unpack(f"<{cls.ROW}", body[start : start + count * size])))


def text(value: bytes) -> str:
    """A text out of its field: behind the NUL there is whatever was in the sender's memory."""
    return value.partition(b"\0")[0].decode("utf-8", "replace")


def _pack(layout: str, values: Row | list[Any]) -> bytes:
    """Values in the layout, whose fields are apart by blanks; texts in UTF-8 with a NUL behind them."""
    items = (item for item in layout.split() if not item.endswith("x"))
    return struct.pack(f"<{layout}", *map(_field, items, values)) if values else b""


def _field(item: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    # Cut by bytes, but no character in half.
    return value.encode()[: int(item[:-1]) - 1].decode("utf-8", "ignore").encode()


async def read_message(reader: asyncio.StreamReader, known: dict[int, type[Message]]) -> Message | None:
    """The next message whose id is `known`; others are passed over. None: the peer has closed. Raises SccpError."""
    try:
        while True:
            length, _, identity = _HEADER.unpack(await reader.readexactly(_HEADER.size))
            if not 4 <= length <= _MAX_BODY:
                raise SccpError(f"{length} is no possible length of a message")
            body = await reader.readexactly(length - 4)
            if identity in known:
                return known[identity].parse(body)
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
