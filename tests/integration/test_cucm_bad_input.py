"""What plans have wrong, or just unusual: the row, the value and the remedy are named, or it works as it is written."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from ansible_collections.dialtone.voice.plugins.modules import cucm_lines, cucm_objects, cucm_phones

if TYPE_CHECKING:
    from cucm_publisher import Site

pytest_plugins = ["cucm_publisher"]

Row = dict[str, Any]

THERE, NEW, THIRD = "SEP00005E005301", "SEP00005E005302", "SEP00005E005303"
PHONE = {"name": NEW, "model": "8841", "device_pool": "Default"}
LINE = {"pattern": "1001", "partition": "PT-Internal"}
FREE = {"pattern": "1002", "partition": "PT-Internal"}
MAC = "give twelve hexadecimal digits, such as 00:11:22:33:44:55"


class Bad(NamedTuple):
    """A task, and what its message says; the first words name the row and the value."""

    module: ModuleType
    rows: list[Row]
    words: tuple[str, ...]
    options: Row = {}  # noqa: RUF012


def phones(*rows: Row, says: tuple[str, ...], **options: Any) -> Bad:
    return Bad(cucm_phones, list(rows), says, options)


BAD: dict[str, Bad] = {
    **{
        f"mac {mac}": phones(
            {**PHONE, "name": None, "mac": mac}, says=(f"phones[0] ({mac}): '{mac}' is {what}", remedy)
        )
        for mac, what, remedy in (
            ("00005e00530g", "not a MAC address", MAC),
            ("00:00:5e:00:53", "not a MAC address", MAC),
            ("0000.5e00.53011", "not a MAC address", MAC),
            ("SEP00005E0053", "not a MAC address", MAC),
            ("ff:ff:ff:ff:ff:ff", "a group address", "a phone's own MAC address has an even second digit"),
            ("000000000000", "the null address", "give the MAC address printed on the phone"),
        )
    },
    "a model that the cluster doesn't know": phones(
        {**PHONE, "model": "8814"},
        says=(f"phones[0] ({NEW}): model '8814': CUCM has no model 'Cisco 8814'", "did you mean Cisco 8841"),
    ),
    "a profile that doesn't exist": phones(
        {**PHONE, "profile": "offce"},
        profiles={"office": {"css": "CSS-Internal"}},
        says=(f"phones[0] ({NEW}): profile 'offce' is not in profiles", "did you mean office?"),
    ),
    "an option misspelt": phones(
        {**PHONE, "descripton": "x"},
        says=(f"phones[0] ({NEW}): descripton", "Did you mean description?"),
    ),
    "a field misspelt": phones(
        {**PHONE, "axl": {"dndOptoin": "Call Reject"}},
        says=(f"phones[0] ({NEW}): axl.dndOptoin: AXL has no such field here", "did you mean dndOption?"),
    ),
    "a field of a line misspelt": phones(
        {**PHONE, "lines": [{**FREE, "axl": {"ringSeting": "Ring"}}]},
        says=(f"phones[0] ({NEW}): lines[0] (1002 in PT-Internal): axl.ringSeting: AXL has no such field here",),
    ),
    "a value too long": phones(
        {**PHONE, "description": "x" * 129},
        says=(f"phones[0] ({NEW}): description 'xxx", "has 129 characters, CUCM takes 128: shorten it"),
    ),
    "a value outside its enumeration": phones(
        {**PHONE, "lines": [{**FREE, "ring_setting": "Rnig"}]},
        says=(f"phones[0] ({NEW}): lines[0] (1002 in PT-Internal): ring_setting 'Rnig'", "did you mean Ring?"),
    ),
    "a DN with blanks": Bad(
        cucm_lines,
        [FREE, {**LINE, "pattern": "10 01"}],
        ("lines[1] (10 01 in PT-Internal): pattern '10 01' is no directory number", "without blanks"),
    ),
    "a DN with blanks on a phone": phones(
        {**PHONE, "lines": [{**LINE, "pattern": "10 01"}]},
        says=(f"phones[0] ({NEW}): lines[0] (10 01 in PT-Internal): pattern '10 01' is no", "without blanks"),
    ),
    "a DN twice in one partition": Bad(
        cucm_lines,
        [LINE, {"pattern": "1001", "partition": "pt-internal"}],
        ("lines[1] (1001 in pt-internal): the same line as lines[0]", "give each line once"),
    ),
    "a DN twice on phones": phones(
        {**PHONE, "lines": [FREE]},
        {**PHONE, "name": THIRD, "lines": [FREE]},
        says=(f"phones[1] ({THIRD}): line 1002 in PT-Internal is on phones[0] too", "say 'shared: true' at both"),
    ),
    "a DN in two partitions, and none said": Bad(
        cucm_lines,
        [{"pattern": "1003", "description": "which?"}],
        ("lines[0] (1003): pattern '1003' is in several partitions: <None>, PT-Internal", "give one"),
    ),
    "a DN in two partitions, and none said on a phone": phones(
        {**PHONE, "lines": [{"pattern": "1003"}]},
        says=(f"phones[0] ({NEW}): line 1003 is in several partitions: <None>, PT-Internal", "give one"),
    ),
    "a phone that is there with another model": phones(
        {**PHONE, "name": THERE, "model": "7961G"},
        says=(
            f"phones[0] ({THERE}): model '7961G': the phone is in CUCM as a 'Cisco 8841'",
            "remove it (state: absent) and add it again",
        ),
    ),
    "a line that another phone has": phones(
        {**PHONE, "lines": [LINE]},
        says=(f"phones[0] ({NEW}): line 1001 in PT-Internal is on {THERE} already", "or say 'shared: true'"),
    ),
    "an object's field misspelt": Bad(
        cucm_objects,
        [{"type": "Css", "name": "CSS-New", "fields": {"descripton": "x"}}],
        ("objects[0] (Css CSS-New): fields.descripton: AXL has no such field here", "did you mean description?"),
    ),
}


@pytest.fixture
def site(cucm: Site) -> Site:
    """A publisher with one phone, and one number that is in two partitions."""
    lines = [LINE, FREE, {"pattern": "1003", "partition": ""}, {**LINE, "pattern": "1003"}]
    assert "failed" not in cucm.task(cucm_lines, lines=lines)
    assert "failed" not in cucm.task(cucm_phones, phones=[{**PHONE, "name": THERE, "lines": [LINE]}])
    return cucm


def test_row_value_and_remedy_are_told_and_nothing_is_sent(site: Site) -> None:
    before = site.publisher.requests.copy()
    for case, bad in BAD.items():
        option = {cucm_lines: "lines", cucm_phones: "phones", cucm_objects: "objects"}[bad.module]
        for check in (True, False):
            result = site.task(bad.module, check=check, **{option: bad.rows}, **bad.options)
            assert result.get("failed"), case
            assert not result["changed"], case
            if case != "an option misspelt":
                assert f"{option} has 1 fault, nothing was touched: " in result["msg"], case
            for words in bad.words:
                assert words in result["msg"], case
    sent = {operation for operation in site.publisher.requests - before if not operation.startswith(("get", "list"))}
    assert sent <= {"executeSQLQuery"}


def test_a_mac_in_every_notation(site: Site) -> None:
    macs = ["00:00:5e:00:53:a1", "00-00-5E-00-53-A2", "0000.5e00.53a3", "00005e0053a4", "SEP00005E0053A5"]
    macs += ["0000-5e00-53a6", " 00 00 5e 00 53 a7 "]
    rows = [{"mac": mac, "model": "8841", "device_pool": "Default"} for mac in macs]
    result = site.task(cucm_phones, phones=rows)
    assert [row["key"] for row in result["results"]] == [f"SEP00005E0053A{number}" for number in range(1, 8)]
    assert {row["status"] for row in result["results"]} == {"changed"}


def test_markup_and_umlauts_arrive_as_they_are(site: Site) -> None:
    text = "<b>Zoë & \"Söhne\"</b> ]]> 'ß' &amp;"
    names = [f"{kind}-Größe & Öl" for kind in ("PT", "CSS")]
    members = {"member": [{"routePartitionName": names[0]}]}
    objects = [{"type": "RoutePartition", "name": names[0], "fields": {"description": "Für <alle>"}}]
    objects.append({"type": "Css", "name": names[1], "fields": {"members": members}})
    line = {"pattern": "2001", "partition": names[0], "description": text, "css": names[1]}
    phone = {**PHONE, "description": text, "css": names[1]}
    phone["lines"] = [{"pattern": "2001", "partition": names[0], "label": "Jürgen <1>", "display_ascii": "Juergen"}]
    tasks = ((cucm_objects, {"objects": objects}), (cucm_lines, {"lines": [line]}), (cucm_phones, {"phones": [phone]}))
    for status in ("changed", "unchanged"):
        for module, rows in tasks:
            result = site.task(module, **rows)
            assert {row["status"] for row in result["results"]} == {status}, result
    (found,) = [phone for phone in site.store.phones() if phone.name == NEW]
    assert found.description == text
    assert site.store.find("Phone", NEW).document["callingSearchSpaceName"] == names[1]
    assert (found.lines[0].partition, found.lines[0].label) == (names[0], "Jürgen <1>")
    assert site.store.find("Line", f"2001/{names[0]}").document["description"] == text
