# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Configuration files of phones: real ones, odd ones, and what is none."""

from __future__ import annotations

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._phone.config import parse_config
from ansible_collections.dialtone.voice.plugins.module_utils._phone.markup import LIMIT
from ansible_collections.dialtone.voice.plugins.module_utils._startup.service import Config, Member

from .phone_captures import captured

SIP = b"""<?xml version="1.0" encoding="UTF-8"?>
<device  xsi:type="axl:XIPPhone" ctiid="1" uuid="{1}">
<fullConfig>true</fullConfig><deviceProtocol>SIP</deviceProtocol>
<sshUserId>admin</sshUserId><sshPassword>hidden</sshPassword>
<devicePool uuid="{2}"><callManagerGroup><name>G</name><members>
<member priority="1"><callManager><name>sub</name><ports><ethernetPhonePort>2000</ethernetPhonePort>
<sipPort>5160</sipPort><securedSipPort>5161</securedSipPort></ports><processNodeName>sub.example</processNodeName></callManager></member>
<member priority="0"><callManager><name>pub</name><ports></ports>
<processNodeName>192.0.2.10</processNodeName></callManager></member></members></callManagerGroup></devicePool>
<TVS><members><member priority="0"><port>2445</port><address>192.0.2.10</address></member></members></TVS>
<sipProfile><sipLines>
<line button="1"><featureID>9</featureID><name>1001</name><authPassword>hidden</authPassword></line>
<line button="2"><featureID>2</featureID><name>Speed</name><speedDialNumber>5</speedDialNumber></line>
<line button="3"><featureID>9</featureID><name>1002</name></line>
</sipLines><dialTemplate>DR1.xml</dialTemplate><softKeyFile>SK1.xml</softKeyFile></sipProfile>
<addOnModules><addOnModule idx="1"><loadInformation>B016-1-0-4</loadInformation></addOnModule></addOnModules>
<loadInformation>sip88xx.12-8-1-0001-455</loadInformation>
<vendorConfig><webAccess>1</webAccess><loadServer>192.0.2.66</loadServer></vendorConfig>
<versionStamp>{1600000000-ab}</versionStamp>
<userLocale><name>German_Germany</name><langCode>de_DE</langCode></userLocale>
<networkLocale>Germany</networkLocale><networkLocaleInfo><name>Germany</name></networkLocaleInfo>
<deviceSecurityMode>3</deviceSecurityMode><transportLayerProtocol>3</transportLayerProtocol>
</device>
"""


def test_everything_that_counts_is_read_and_nothing_else_kept() -> None:
    found = parse_config(SIP)
    assert found == Config(
        protocol="SIP",
        members=(Member("192.0.2.10", 0, 5060, 5061, 2000, 2443), Member("sub.example", 1, 5160, 5161, 2000, 2443)),
        lines=("1001", "1002"),
        load="sip88xx.12-8-1-0001-455",
        load_server="192.0.2.66",
        stamp="1600000000-ab",
        security_mode="3",
        transport="3",
        dial_rules="DR1.xml",
        softkeys="SK1.xml",
        user_locale="German_Germany",
        user_locale_folder="German_Germany",
        network_locale="Germany",
        web_access=False,
    )
    assert "hidden" not in repr(found)


def test_the_short_file_says_that_the_rest_is_encrypted() -> None:
    assert parse_config(b"<device><fullConfig>false</fullConfig><encrConfig>true</encrConfig></device>").full is False


def test_a_real_file_of_an_sccp_phone() -> None:
    found = parse_config(captured("sepcnf_sccp_7912_cucm41.xml"))
    assert found.members == (Member("10.102.172.11", 0, 5060, 5061, 2000, 2443),)
    assert (found.lines, found.load, found.stamp) == (
        ("1000",),
        "CP7912060000SCCP050124A",
        "5D6C2E9C-3077-4C73-B011-ECC6085B143C",
    )
    assert (found.user_locale, found.network_locale, found.web_access) == (
        "English_United_States",
        "United_States",
        True,
    )
    assert (found.security_mode, found.softkeys, found.default) == ("1", "", False)


def test_a_template_whose_elements_do_not_close() -> None:
    found = parse_config(captured("sepcnf_sip_template_usecallmanager.txt"))
    assert (found.protocol, found.load, found.lines) == ("SIP", "LOADS FILE", ("PEERNAME",))
    assert [member.name for member in found.members] == ["HOST"]
    assert (found.dial_rules, found.softkeys) == ("DIAL TEMPLATE FILE", "SOFTKEY FILE")


def test_the_default_file_names_a_load_for_each_model() -> None:
    found = parse_config(captured("xmldefault_sccp_manager.xml"))
    assert found.default
    assert (found.loads["5"], found.loads["7"]) == ("SCCP41.9-4-2SR3-1S", "P0030801SR02")
    assert [member.name for member in found.members] == ["192.168.1.1", "192.168.1.2"]


@pytest.mark.parametrize("name", ["loadinformation683", "loadInformation00683", "LoadInformation683"])
def test_spellings_of_the_load_of_a_model(name: str) -> None:
    found = parse_config(f'<Default><{name} model="Cisco 8841">sip88xx.1</{name}></Default>'.encode())
    assert found.loads == {"683": "sip88xx.1", "Cisco 8841": "sip88xx.1"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it is empty"),
        (b"\0\0", "it is no XML"),
        (b"\x01\x00\x02\x01\x02\x02\x00\x02", "it is no XML"),
        (SIP[: len(SIP) // 2], "it is cut off: its end is missing"),
        (b"<html><body>404</body></html>", "it is another document, whose root is <html>"),
        (b"<device>" + b" " * LIMIT + b"</device>", f"it has {LIMIT + 17} bytes, more than the {LIMIT} that are read"),
    ],
)
def test_what_is_no_configuration(content: bytes, words: str) -> None:
    with pytest.raises(ValueError, match=".") as caught:
        parse_config(content)
    assert str(caught.value) == words


def test_entities_are_neither_expanded_nor_fetched(tmp_path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("SECRET")
    bombs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    document = (
        f'<!DOCTYPE device [<!ENTITY a0 "boom"><!ENTITY x SYSTEM "file://{secret}">{bombs}]>'
        "<device><deviceProtocol>SIP</deviceProtocol><loadInformation>&x;&a9;</loadInformation></device>"
    )
    found = parse_config(document.encode())
    assert found.protocol == "SIP"
    assert "SECRET" not in repr(found)
    assert "boom" not in repr(found)


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ('<?xml version="1.0" encoding="UTF-8"?>', "latin-1"),
        ('<?xml version="1.0" encoding="x-none"?>', "utf-8"),
        ("", "utf-16"),
    ],
)
def test_an_encoding_that_is_not_kept_to(head: str, encoding: str) -> None:
    document = f"{head}<device><userLocale><name>Français</name></userLocale></device>"
    assert parse_config(document.encode(encoding, "ignore")).user_locale == "Français"


def test_a_hostile_file_is_not_chewed_on() -> None:
    for content in (b"<!DOCTYPE [" * 200_000, b"<device>" * 200_000, b"<device>" + b"</device" * 200_000):
        with pytest.raises(ValueError, match="it is"):
            parse_config(content)


def test_an_alarm_in_the_midst_of_it_does_no_harm() -> None:
    found = parse_config(
        b"<device><deviceProtocol>SCCP</deviceProtocol><x><not open></x><versionStamp>1</versionStamp></device>"
    )
    assert (found.protocol, found.stamp) == ("SCCP", "1")
