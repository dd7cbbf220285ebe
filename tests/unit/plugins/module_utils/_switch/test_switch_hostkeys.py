# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""known_hosts lines: plain, with a port, hashed, revoked, and what is none."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._switch import hostkeys
from ansible_collections.dialtone.voice.plugins.module_utils._switch.hostkeys import CHANGED, MATCHES, REVOKED, UNKNOWN


def key(body: bytes, kind: str = "ssh-ed25519") -> bytes:
    return len(kind).to_bytes(4, "big") + kind.encode() + body


KEY, OTHER = key(b"one"), key(b"two")


def line(names: str, blob: bytes = KEY, marker: str = "") -> str:
    return f"{marker}{names} ssh-ed25519 {base64.b64encode(blob).decode()} a comment"


def hashed(name: str, salt: bytes = b"0123456789abcdefghij") -> str:
    digest = hmac.new(salt, name.encode(), hashlib.sha1).digest()
    return f"|1|{base64.b64encode(salt).decode()}|{base64.b64encode(digest).decode()}"


@pytest.mark.parametrize(
    ("names", "port", "verdict"),
    [
        ("sw1", 22, MATCHES),
        ("other,SW1", 22, MATCHES),
        ("[sw1]:2022", 2022, MATCHES),
        ("[sw1]:2022", 22, UNKNOWN),
        ("sw1", 2022, MATCHES),
        ("sw2", 22, UNKNOWN),
        ("sw*", 22, MATCHES),
        ("sw*,!sw1", 22, UNKNOWN),
        ("[sw?]:2022", 2022, MATCHES),
        (hashed("sw1"), 22, MATCHES),
        (hashed("[sw1]:2022"), 2022, MATCHES),
        (hashed("sw2"), 22, UNKNOWN),
        ("|1|broken", 22, UNKNOWN),
    ],
)
def test_names_that_cover_a_host(names, port, verdict):
    entries, faults = hostkeys.parse_lines([line(names)])
    assert faults == []
    assert hostkeys.judge(entries, "sw1", port, "ssh-ed25519", KEY) == verdict


def test_another_key_is_a_changed_one():
    entries, _faults = hostkeys.parse_lines([line("sw1", OTHER)])
    assert hostkeys.judge(entries, "sw1", 22, "ssh-ed25519", KEY) == CHANGED


def test_one_of_several_keys_is_enough():
    entries, _faults = hostkeys.parse_lines([line("sw1", OTHER), line("sw1")])
    assert hostkeys.judge(entries, "sw1", 22, "ssh-ed25519", KEY) == MATCHES


def test_a_key_of_the_port_goes_before_one_of_the_host():
    entries, _faults = hostkeys.parse_lines([line("sw1"), line("[sw1]:2022", OTHER)])
    assert hostkeys.judge(entries, "sw1", 2022, "ssh-ed25519", KEY) == CHANGED


def test_a_revoked_key_is_refused_even_where_it_is_known():
    entries, _faults = hostkeys.parse_lines([line("sw1"), line("*", marker="@revoked ")])
    assert hostkeys.judge(entries, "sw1", 22, "ssh-ed25519", KEY) == REVOKED


def test_an_authority_is_no_host_key():
    entries, _faults = hostkeys.parse_lines([line("sw1", marker="@cert-authority ")])
    assert hostkeys.judge(entries, "sw1", 22, "ssh-ed25519", KEY) == UNKNOWN


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("sw1", "it needs 'host key-type key'"),
        ("sw1 ssh-ed25519 !!!", "is not Base64"),
        (f"sw1 ssh-rsa {base64.b64encode(KEY).decode()}", "is no ssh-rsa key"),
    ],
)
def test_what_is_no_line_of_known_hosts(text, why):
    entries, faults = hostkeys.parse_lines(["", "# a comment", text, line("sw1")])
    assert len(entries) == 1
    assert len(faults) == 1
    assert why in faults[0]


def test_fingerprint_is_written_as_openssh_writes_it():
    blob = base64.b64decode("AAAAC3NzaC1lZDI1NTE5AAAAIINxSx9RKskzu+G2fKqd/987sVHrGva4p6NZhcLbDvZO")
    printed = hostkeys.fingerprint(blob)
    assert printed.startswith("SHA256:")
    assert not printed.endswith("=")
    assert base64.b64decode(printed[7:] + "=") == hashlib.sha256(blob).digest()


def test_the_offered_line_is_one_that_is_then_known():
    offered = hostkeys.known_hosts_line("10.1.1.2", 2022, "ssh-ed25519", KEY)
    entries, faults = hostkeys.parse_lines([offered])
    assert faults == []
    assert hostkeys.judge(entries, "10.1.1.2", 2022, "ssh-ed25519", KEY) == MATCHES
