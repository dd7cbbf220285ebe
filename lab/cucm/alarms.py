"""What the cluster reads in a phone's XML alarms: leniently, since a real one can hold a raw `<not open>`."""

from __future__ import annotations

import re
from typing import NamedTuple
from xml.sax.saxutils import unescape


class Download(NamedTuple):
    """How a phone's last firmware upgrade went, as RISPort70 tells it."""

    status: str = "Unknown"
    failure: str = ""
    server: str = ""


def download_of(text: str) -> Download | None:
    """The upgrade that an alarm tells of, None where it tells of none."""
    if '<Alarm Name="FirmwareDownload">' not in text:
        return None
    return Download(_value(text, "Status") or "Unknown", _value(text, "FailureReason"), _value(text, "Server"))


def device_of(text: str) -> str:
    """The device that sent an alarm, "" where it doesn't say."""
    return _value(text, "DeviceName").upper()


def _value(text: str, name: str) -> str:
    found = re.search(rf'<String name="{name}">([^<]*)</String>', text)
    return unescape(found[1]) if found else ""
