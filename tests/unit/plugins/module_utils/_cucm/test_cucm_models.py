"""Phone models as people write them, and device names."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from lxml import etree

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.models import (
    Models,
    product,
    short_name,
    usual_profiles,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.phone_fields import phone_faults, phone_name
from ansible_collections.dialtone.voice.plugins.module_utils._errors import Refused


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("8841", "Cisco 8841"),
        ("Cisco 8841", "Cisco 8841"),
        ("cisco  8841", "Cisco 8841"),
        ("CP-8841-K9=", "Cisco 8841"),
        ("cp-8841-w-k9", "Cisco 8841"),
        ("7961G", "Cisco 7961"),
        ("CP-7961G", "Cisco 7961"),
        ("7961G-GE", "Cisco 7961G-GE"),
        ("7971G-GE", "Cisco 7971"),
        ("7965g", "Cisco 7965"),
        ("8851NR", "Cisco 8851NR"),
        ("8865nr", "Cisco 8865NR"),
        ("Cisco ATA 191", "Cisco ATA 191"),
        (" Cisco IP  Communicator ", "Cisco IP Communicator"),
    ],
)
def test_product(model: str, expected: str) -> None:
    assert product(model) == expected
    assert product(expected) == expected
    assert f"Cisco {short_name(expected)}" == expected


class FakeAxl:
    """A cluster with a schema of one soft phone; it lists Device Defaults and answers SQL, or refuses either."""

    def __init__(self, folder: Path, *, listed: bool = True, sql: bool = True) -> None:
        values = '<enumeration value="Cisco Unified Client Services Framework"/><enumeration value="Cisco 8841"/>'
        (folder / "AXLEnums.xsd").write_text(f'<schema><simpleType name="XProduct">{values}</simpleType></schema>')
        self.schema = SimpleNamespace(path=str(folder))
        self.listed, self.sql, self.queries = listed, sql, 0

    def list(self, kind: str, criteria: Any, tags: Any, doing: str) -> list[dict[str, str]]:
        if not self.listed:
            raise Refused("no", words="Column (model) not found", code="217")
        return [{"Model": "Cisco 8841", "Protocol": "SIP", "PhoneButtonTemplate": "Standard 8841 SIP"}]

    def call(self, operation: str, arguments: dict[str, str], doing: str) -> Any:
        self.queries += 1
        if not self.sql:
            raise Refused("no", words="no", code="206")
        rows = (("Cisco 8841", "11"), ("Cisco 9841", "11"), ("CTI Port", ""))
        told = "".join(f"<row><model>{name}</model><protocol>{number}</protocol></row>" for name, number in rows)
        return etree.fromstring(f"<return>{told}</return>")


@pytest.mark.parametrize("listed", [True, False])
def test_models_without_firmware_and_of_later_packages_are_known(tmp_path: Path, listed: bool) -> None:
    axl = FakeAxl(tmp_path, listed=listed)
    models = Models(axl)  # type: ignore[arg-type]
    for name in ("Cisco 8841", "Cisco Unified Client Services Framework", "Cisco 9841", "CTI Port"):
        assert models.fault(name, name, "SIP") == ""
    assert "did you mean Cisco 8841" in models.fault("8814", "Cisco 8814", "SIP")
    assert "speaks only SIP" in models.fault("8841", "Cisco 8841", "SCCP")
    assert axl.queries == 1
    assert models.template("Cisco 8841", "SIP") == ("Standard 8841 SIP" if listed else "")


def test_without_list_and_sql_the_schema_decides(tmp_path: Path) -> None:
    models = Models(FakeAxl(tmp_path, listed=False, sql=False))  # type: ignore[arg-type]
    assert models.fault("8841", "Cisco 8841", "SCCP") == ""
    assert "CUCM has no model" in models.fault("9841", "Cisco 9841", "SIP")


def test_the_standard_security_profile_has_no_brackets() -> None:
    assert usual_profiles("Cisco 8841", "SIP") == ["Cisco 8841 - Standard SIP Non-Secure Profile"]
    assert usual_profiles("Third-party SIP Device (Advanced)", "SIP")[1] == (
        "Third-party SIP Device Advanced - Standard SIP Non-Secure Profile"
    )


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"mac": "0000.5e00.5301"}, "SEP00005E005301"),
        ({"mac": "00:00:5E:00:53:01", "name": "sep00005e005301"}, "SEP00005E005301"),
        ({"name": "sep00005e005301"}, "SEP00005E005301"),
        ({"name": "ATA00005E005301"}, "ATA00005E005301"),
        ({"name": "CSFJDOE"}, "CSFJDOE"),
    ],
)
def test_phone_name(row: dict[str, Any], expected: str) -> None:
    assert phone_name(row) == expected


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"mac": "00:00:5e:00:53"}, "not a MAC address"),
        ({"mac": "00005e005301", "name": "SEP00005E005302"}, "are two phones"),
        ({"name": "SEP0000"}, "not a MAC address"),
        ({"name": "with blank"}, "no device name"),
        ({"name": "A" * 16}, "no device name"),
        ({"name": ""}, "no device name"),
    ],
)
def test_bad_names(row: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        phone_name(row)


@pytest.mark.parametrize(
    ("first", "second", "accepted"), [(True, True, True), (True, False, False), (False, False, False)]
)
def test_two_phones_with_one_line_both_say_shared(first: bool, second: bool, accepted: bool) -> None:
    rows = [
        {"mac": f"00005e00530{number}", "lines": [{"pattern": "1", "partition": "PT", "shared": shared}]}
        for number, shared in ((1, first), (2, second))
    ]
    assert (phone_faults(rows) == []) is accepted
