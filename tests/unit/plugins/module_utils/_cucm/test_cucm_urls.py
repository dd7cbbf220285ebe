"""Hosts, URLs and proxy exceptions."""

from __future__ import annotations

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.urls import (
    authority,
    bypasses_proxy,
    proxy_url,
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


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://user:s3cret@proxy:3128/", "http://proxy:3128/"),
        ("http://user:s3@cr/et@proxy:3128", "http://proxy:3128"),
        ("user:s3cret@proxy:3128", "proxy:3128"),
        ("HTTPS://s3cret@proxy", "HTTPS://proxy"),
        ("http://proxy:3128", "http://proxy:3128"),
        ("proxy:3128", "proxy:3128"),
    ],
)
def test_without_password(url: str, expected: str) -> None:
    assert without_password(url) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("http://user:s3cret@proxy:3128", "http://user:s3cret@proxy:3128"),
        ("user:s3cret@proxy:3128", "http://user:s3cret@proxy:3128"),
        ("proxy.example.com:3128", "http://proxy.example.com:3128"),
        ("https://[2001:db8::1]:3128/", "https://[2001:db8::1]:3128/"),
    ],
)
def test_proxy_url(given: str, expected: str) -> None:
    assert proxy_url(given) == expected


@pytest.mark.parametrize(
    "given",
    [
        "socks5://user:s3cret@proxy:1080",
        "http://user:s3/cret@proxy:3128",
        "http://user:12/s3cret@proxy:3128",
        "http://user:s3cret@proxy:port",
        "http://user:s3cret@proxy:0",
        "http://user:s3cret@",
    ],
)
def test_a_proxy_that_cannot_be_used_is_not_quoted(given: str) -> None:
    with pytest.raises(ValueError, match="^its ") as caught:
        proxy_url(given)
    assert "cret" not in str(caught.value)
    assert "s3" not in str(caught.value)
