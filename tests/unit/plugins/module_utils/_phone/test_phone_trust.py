# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trust lists and signed files, whole and damaged."""

from __future__ import annotations

import hashlib

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._phone.trust import (
    has_header,
    parse_signed,
    parse_trust_list,
    signers,
)

CERTIFICATE = b"0\x82DER"


def tag(number: int, value: bytes) -> bytes:
    return bytes([number]) + len(value).to_bytes(2, "big") + value


def header(*more: bytes, name: bytes = b"ITLFile.tlv") -> bytes:
    """A header as the tools of usecallmanager.nz write it: a container before what is in it, padding without length."""
    signer = tag(4, b"CN=ITLRECOVERY_pub;O=Lab\0") + tag(5, b"\x01\x02") + tag(6, b"CN=CA\0")
    rest = bytes([3]) + len(signer).to_bytes(2, "big") + signer
    rest += bytes([7, 0, 15]) + tag(8, b"\3") + bytes([9, 0, 8]) + tag(10, b"\0") + tag(11, b"\2") + tag(12, bytes(256))
    rest += tag(14, name + b"\0") + tag(15, (1600000000).to_bytes(4, "big")) + b"".join(more) + b"\x0d\x0d\x0d"
    start = tag(1, b"\1\2")
    return start + tag(2, (len(start) + 5 + len(rest)).to_bytes(2, "big")) + rest


def record(role: int, subject: bytes, certificate: bytes = CERTIFICATE) -> bytes:
    fields = tag(2, b"pub\0") + tag(3, subject + b"\0") + tag(4, role.to_bytes(2, "big")) + tag(9, certificate)
    return tag(1, (len(fields) + 5).to_bytes(2, "big")) + fields


LIST = header() + record(0, b"CN=ITLRECOVERY_pub") + record(2, b"CN=pub") + record(1, b"CN=pub") + record(99, b"CN=x")


def test_a_trust_list_says_who_signed_it_and_whom_it_trusts() -> None:
    signed, records = parse_trust_list(LIST)
    assert (signed.signer, signed.issuer, signed.serial) == ("CN=ITLRECOVERY_pub;O=Lab", "CN=CA", "0102")
    assert (signed.file_name, signed.stamp, signed.encrypted) == ("ITLFile.tlv", 1600000000, False)
    assert [(each.role, each.name, each.call_manager) for each in records] == [
        ("SAST", "pub", False),
        ("CCM+TFTP", "pub", True),
        ("CCM", "pub", True),
        ("99", "pub", False),
    ]
    assert records[1].fingerprint == hashlib.sha256(CERTIFICATE).hexdigest()
    assert signers(signed, records) == (
        "signed by CN=ITLRECOVERY_pub;O=Lab",
        "trusts CN=ITLRECOVERY_pub (SAST)",
        "trusts CN=pub (CCM+TFTP, CCM)",
        "trusts CN=x (99)",
    )


def test_a_signed_file_has_its_content_behind_the_header() -> None:
    signed = parse_signed(header(name=b"SEP001122334455.cnf.xml.sgn") + b"<device/>")
    assert (signed.content, signed.encrypted, signed.file_name) == (b"<device/>", False, "SEP001122334455.cnf.xml.sgn")


def test_an_encrypted_file_says_so_in_its_header() -> None:
    encryption = bytes([16, 0, 9, 17, 0, 6]) + tag(18, b"\0") + tag(19, bytes(16)) + tag(25, bytes(256))
    signed = parse_signed(header(encryption) + b"\x8f\x01")
    assert signed.encrypted
    assert signed.content == b"\x8f\x01"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it is empty"),
        (b"<html>not found</html>", "it has no header of a signed file"),
        (LIST[:40], "it is cut off: its header has"),
        (LIST[:-3], "it is cut off: 3 bytes of its record 4 are missing"),
        (header(), "it has no record: it trusts nobody"),
        (header() + b"<device/>", "its record 1 does not begin as a record does"),
        (header() + tag(1, b"\0\5"), "its record 1 is empty"),
        (header() + tag(1, b"\0\x09") + bytes([3, 0, 9, 0]), "its record 1 is cut off within tag 3"),
    ],
)
def test_damage_is_told_in_words(content: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=".") as caught:
        parse_trust_list(content)
    assert words in str(caught.value)


def test_every_cut_is_either_told_or_ends_between_two_records() -> None:
    whole = []
    for end in range(len(LIST)):
        try:
            whole.append(len(parse_trust_list(LIST[:end])[1]))
        except ValueError:
            pass
    assert whole == [1, 2, 3]


def test_xml_has_no_header() -> None:
    assert not has_header(b"<?xml version='1.0'?><device/>")
    assert has_header(LIST)
