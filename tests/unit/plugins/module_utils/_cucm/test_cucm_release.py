"""Which release a publisher runs: getCCMVersion, and the page that names the versions that it speaks."""

from __future__ import annotations

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._cucm import release
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.https import Answer
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.release import (
    Release,
    parse_build,
    read_release,
    supported_versions,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.throttle import Throttle
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.toolkit import choose
from ansible_collections.dialtone.voice.plugins.module_utils._errors import Refused, Unsupported

PAGE = (
    b"<!-- custom Cisco error page --><h1>HTTP Status 599 - Incorrect axl version. Supported axl versions are %s</h1>"
)


@pytest.mark.parametrize(
    ("words", "build", "version"),
    [
        ("12.5.1.11900(146)", "12.5.1.11900-146", "12.5"),
        ("12.5.1.11900-146", "12.5.1.11900-146", "12.5"),
        ("15.0.1.12900(234)", "15.0.1.12900-234", "15.0"),
        ("10.5.2.10000", "10.5.2.10000", "10.5"),
    ],
)
def test_parse_build(words: str, build: str, version: str) -> None:
    assert parse_build(words, "AXL") == Release(build, version)


@pytest.mark.parametrize("words", ["", "unknown", "12.5"])
def test_a_release_that_cannot_be_read(words: str) -> None:
    with pytest.raises(Refused):
        parse_build(words, "AXL")


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        (b"12.x, 14.0 and 15.0", ["15.0", "14.0", "12.5", "12.0"]),
        (b"10.0, 10.5, 11.0, 11.5", ["11.5", "11.0", "10.5", "10.0"]),
        (b"", []),
    ],
)
def test_supported_versions(listed: bytes, expected: list[str]) -> None:
    assert supported_versions(PAGE % listed) == expected


class Publisher:
    """Answers getCCMVersion in some versions, and 599 in the others."""

    authority = "cucm:8443"

    def __init__(self, build: str, *versions: str) -> None:
        self.build, self.versions = build, versions
        self.asked: list[str] = []

    def post(self, path: str, body: bytes, headers: dict[str, str], *, roles: str) -> Answer:
        version = headers["SOAPAction"].partition("ver=")[2].split()[0]
        self.asked.append(version)
        assert f"/AXL/API/{version}".encode() in body
        if version not in self.versions:
            return Answer(599, {}, PAGE % ", ".join(self.versions).encode())
        body = (
            '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><r><return><componentVersion>'
            f"<version>{self.build}</version></componentVersion></return></r></e:Body></e:Envelope>"
        ).encode()
        return Answer(200, {}, body)


@pytest.mark.parametrize(
    ("publisher", "asked"),
    [
        (Publisher("14.0.1.10000(20)", "11.5", "12.0", "12.5", "14.0"), ["12.5"]),
        (Publisher("11.5.1.22900(28)", "10.5", "11.0", "11.5"), ["12.5", "11.5"]),
    ],
)
def test_read_release(publisher: Publisher, asked: list[str]) -> None:
    found = read_release(publisher, Throttle("cucm:8443", 0))  # type: ignore[arg-type]
    assert found.build.startswith(found.version)
    assert publisher.asked == asked


def test_a_version_that_is_given_is_not_replaced() -> None:
    publisher = Publisher("11.5.1.22900(28)", "11.5")
    with pytest.raises(Unsupported, match="does not speak AXL 14.0; it speaks 11.5"):
        read_release(publisher, Throttle("cucm:8443", 0), "14.0")  # type: ignore[arg-type]
    assert publisher.asked == ["14.0"]


def test_nothing_is_spoken() -> None:
    with pytest.raises(Unsupported):
        read_release(Publisher("1.0.0.0"), Throttle("cucm:8443", 0))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wanted", "expected"), [("12.5", "12.5"), ("15.0", "14.0"), ("12.0", "11.5"), ("14.0", "14.0")]
)
def test_choose(wanted: str, expected: str) -> None:
    assert choose(wanted, ["9.1", "11.5", "12.5", "14.0"], "it") == expected


def test_choose_nothing() -> None:
    with pytest.raises(Unsupported, match="it has 12.5"):
        choose("11.5", ["12.5"], "it")
    assert release.AXL_PATH == "/axl/"
