"""Hosts, URLs and proxy exceptions."""

from __future__ import annotations

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.urls import (
    authority,
    bypasses_proxy,
    without_password,
)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("cucm.example.com", "cucm.example.com:8443"),
        ("192.0.2.1", "192.0.2.1:8443"),
        ("2001:db8::1", "[2001:db8::1]:8443"),
        ("[2001:db8::1]", "[2001:db8::1]:8443"),
    ],
)
def test_authority(host: str, expected: str) -> None:
    assert authority(host, 8443) == expected


@pytest.mark.parametrize(
    ("host", "no_proxy", "expected"),
    [
        ("cucm.example.com", "", False),
        ("cucm.example.com", "*", True),
        ("cucm.example.com", "example.com", True),
        ("cucm.example.com", ".example.com", True),
        ("cucm.example.com", "*.example.com", True),
        ("CUCM.Example.com", "localhost, EXAMPLE.COM", True),
        ("cucm.example.com", "example.com:8443", True),
        ("cucm.example.com", "ample.com", False),
        ("cucm.example.com", "other.example.com cucm.example.com", True),
        ("192.0.2.9", "192.0.2.0/24", True),
        ("192.0.2.9", "192.0.2.9", True),
        ("192.0.2.9", "192.0.2.9:8443", True),
        ("192.0.2.9", "192.0.3.0/24,example.com", False),
        ("192.0.2.9", "2.9", False),
        ("2001:db8::1", "2001:db8::/32", True),
        ("[2001:db8::1]", "[2001:db8::1]", True),
        ("2001:db8::1", "192.0.2.0/24", False),
        ("cucm.example.com", ",, ,", False),
    ],
)
def test_bypasses_proxy(host: str, no_proxy: str, expected: bool) -> None:
    assert bypasses_proxy(host, no_proxy) is expected


def test_without_password() -> None:
    assert without_password("http://user:s3cret@proxy:3128/") == "http://proxy:3128/"
    assert without_password("http://proxy:3128") == "http://proxy:3128"
