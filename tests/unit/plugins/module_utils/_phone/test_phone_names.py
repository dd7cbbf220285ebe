# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of the files that phones ask for."""

from __future__ import annotations

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._phone import names

from .test_phone_trust import header


@pytest.mark.parametrize(
    ("model", "number"),
    [
        ("Cisco 8841", "8841"),
        ("CP-7961G", "7961"),
        ("Cisco Unified IP Phone 7971G-GE", "7971"),
        ("7945", "7945"),
        ("Third-party SIP Device (Basic)", ""),
        ("", ""),
    ],
)
def test_the_number_of_a_model(model: str, number: str) -> None:
    assert names.model_number(model) == number


@pytest.mark.parametrize(
    ("model", "protocol", "locale", "tones", "rings"),
    [
        ("Cisco 8841", "SIP", "sl-be-sip.jar", "g3-tones.xml", "Ringlist-wb.xml"),
        ("Cisco 8865", "SIP", "sl-bev-sip.jar", "g3-tones.xml", "Ringlist-wb.xml"),
        ("Cisco 7821", "SIP", "sp-sip.jar", "g3-tones.xml", "Ringlist-wb.xml"),
        ("Cisco 7965", "SCCP", "be-sccp.jar", "g3-tones.xml", "Ringlist.xml"),
        ("Cisco 7975", "sip", "td-sip.jar", "g3-tones.xml", "Ringlist.xml"),
        ("7961G", "SIP", "mk-sip.jar", "g3-tones.xml", "Ringlist.xml"),
        ("Cisco 7960", "SCCP", "7960-dictionary.xml", "7960-tones.xml", "Ringlist.xml"),
        ("Cisco 8945", "SCCP", "gb-sccp-sip.jar", "g3-tones.xml", "Ringlist.xml"),
        ("Cisco 9971", "SIP", "gd-sip.jar", "g4-tones.xml", "Ringlist.xml"),
    ],
)
def test_locales_and_ring_tones(model: str, protocol: str, locale: str, tones: str, rings: str) -> None:
    assert names.user_locale("German_Germany", model, protocol) == f"German_Germany/{locale}"
    assert names.network_locale("Germany", model) == f"Germany/{tones}"
    assert names.ring_lists(model)[-1] == rings


def test_a_file_that_is_not_known_for_the_model_is_not_asked_for() -> None:
    assert names.user_locale("German_Germany", "Cisco 1234", "SIP") == ""
    assert names.user_locale("", "Cisco 8841", "SIP") == ""
    assert names.network_locale("Germany", "") == ""
    assert names.ring_lists("") == ()


def test_a_phone_of_which_the_guides_do_not_agree_takes_either_ring_list() -> None:
    assert names.ring_lists("Cisco 7965") == ("Ringlist-wb.xml", "Ringlist.xml")
    assert names.ring_lists("Cisco 8945") == ("Ringlist.xml",)


@pytest.mark.parametrize("head", [b"", header(name=b"SCCP45.9-4-2SR3-1S.loads")])
def test_the_images_that_a_load_lists(head: bytes) -> None:
    listed = b"apps45.9-4-2ES26.sbn\ncnu45.9-4-2ES26.sbn\0\0jar45sccp.9-4-2ES26.sbn\nREADME.txt\napps45.9-4-2ES26.sbn\n"
    assert names.images(head + listed) == ("apps45.9-4-2ES26.sbn", "cnu45.9-4-2ES26.sbn", "jar45sccp.9-4-2ES26.sbn")


def test_a_load_that_lists_nothing() -> None:
    assert names.images(bytes(range(256))) == ()


@pytest.mark.parametrize(
    ("load", "model", "files"),
    [
        ("sip88xx.12-8-1-0001-455", "Cisco 8841", ("sip88xx.12-8-1-0001-455.loads",)),
        ("P0030801SR02", "Cisco 7960", ("P0030801SR02.loads", "P0030801SR02.bin", "P0030801SR02.sbin")),
        ("P00303020214.bin", "Cisco 7940", ("P00303020214.bin",)),
    ],
)
def test_the_files_of_a_load(load: str, model: str, files: tuple[str, ...]) -> None:
    assert names.load_files(load, model) == files
