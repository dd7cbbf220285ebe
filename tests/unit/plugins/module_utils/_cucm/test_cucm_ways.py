"""What the role cucm_phones makes of its variables."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._cucm import ways
from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan

FIRST, SECOND, THIRD = (f"SEP00005E00530{n}" for n in (1, 2, 3))
PHONES: list[dict[str, Any]] = [
    {
        "mac": "00:00:5e:00:53:01",
        "model": "8841",
        "description": "Desk",
        "lines": [{"pattern": "1001", "partition": "PT-Internal"}, {"pattern": "1000", "partition": "PT-Internal"}],
    },
    {
        "name": SECOND,
        "model": "Cisco 8841",
        "owner": "given",
        "lines": [{"pattern": "1000", "partition": "PT-Internal"}],
    },
    {"name": THIRD, "model": "7961G", "protocol": "SCCP", "lines": [{"pattern": "1003"}]},
]
LINES = [{"pattern": "1001", "partition": "PT-Internal"}, {"pattern": "1003"}, {"pattern": "1999", "partition": "PT"}]


def users(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    return ways.read_users(list(rows), PHONES)


def test_a_user_with_everything() -> None:
    (user,) = users(
        {
            "userid": "jmueller",
            "last_name": "Müller",
            "phones": ["0000.5e00.5301", "CSFJMUELLER"],
            "owner": True,
            "primary_extension": "1001",
            "groups": ["Standard CCM End Users"],
            "fields": {"enableMobility": True},
            "secrets": {"pin": "4711"},
        }
    )
    made = {
        "lastName": "Müller",
        "associatedGroups": {"userGroup": [{"name": "Standard CCM End Users"}]},
        "enableMobility": True,
    }
    row = {"type": "User", "key": {"userid": "jmueller"}}
    assert ways.user_objects([user], associated=False) == [{**row, "fields": made, "secrets": {"pin": "4711"}}]
    associated = {
        "associatedDevices": {"device": [FIRST, "CSFJMUELLER"]},
        "primaryExtension": {"pattern": "1001", "routePartitionName": "PT-Internal"},
    }
    assert ways.user_objects([user], associated=True) == [{**row, "fields": {**made, **associated}}]


def test_a_user_of_a_directory_is_never_made() -> None:
    rows = users({"userid": "a", "phones": [FIRST]}, {"userid": "b"})
    assert ways.user_objects(rows, associated=False) == []
    assert [row["key"]["userid"] for row in ways.user_objects(rows, associated=True)] == ["a"]


def test_a_partition_of_a_profile_is_that_of_a_primary_extension() -> None:
    profiles = {"desk": {"line": {"partition": "PT-Internal"}}, "none": {}, "wrong": "text"}
    lines = [{"pattern": "1001"}, {"pattern": "1002", "partition": ""}]
    rows = [{"name": FIRST, "profile": "desk", "lines": lines}, {"name": SECOND, "profile": "wrong", "lines": lines}]
    placed = ways.placed_phones([*rows, "no row"], profiles)
    assert placed[0]["lines"] == [{"pattern": "1001", "partition": "PT-Internal"}, lines[1]]
    assert placed[1:] == [rows[1], "no row"]
    user = {"userid": "a", "phones": [FIRST], "primary_extension": "1001"}
    (read,) = ways.read_users([user], placed)
    assert read["primary_extension"] == {"pattern": "1001", "partition": "PT-Internal"}
    with pytest.raises(InvalidPlan, match="1001 is without partition on the user's phones in the plan"):
        ways.read_users([{**user, "phones": [SECOND]}], placed)


def test_lines_as_objects() -> None:
    assert ways.line_objects(LINES) == [
        {"type": "Line", "key": {"pattern": "1001", "routePartitionName": "PT-Internal"}},
        {"type": "Line", "key": {"pattern": "1999", "routePartitionName": "PT"}},
    ]


def test_a_primary_extension_as_a_mapping_needs_no_phone() -> None:
    (user,) = users({"userid": "a", "primary_extension": {"pattern": "1001"}})
    assert user["primary_extension"] == {"pattern": "1001", "partition": ""}


def test_bad_users_are_all_named() -> None:
    with pytest.raises(InvalidPlan) as refused:
        users(
            {"userid": "a", "phones": ["SEP12"]},
            {"userid": "A"},
            {"userid": "b", "primary_extension": 1001},
            {"userid": "c", "primary_extension": "1001", "phones": [SECOND]},
            {"userid": "d", "phones": [FIRST], "owner": True},
            {"userid": "e", "phones": [FIRST], "owner": True, "primary_extension": {"dn": "1001"}},
        )
    assert [text.split(":")[0].split(" ")[0] for text in refused.value.rows] == [
        f"cucm_phones_users[{index}]" for index in (0, 1, 2, 3, 5, 5)
    ]
    for words in ("not a MAC", "the same user as cucm_phones_users[0]", "in quotes", "not on the user's phones"):
        assert any(words in text for text in refused.value.rows), words
    with pytest.raises(InvalidPlan, match=r"cucm_phones_users\[0\].*phone"):
        users({"userid": "a", "phone": [FIRST]})


def test_all_rows_are_checked_before_anything_is_sent() -> None:
    assert ways.check_rows(PHONES[:1], LINES, {}) == "1 phone, 3 lines"
    with pytest.raises(InvalidPlan) as refused:
        ways.check_rows(
            [{"mac": "x"}, {"name": FIRST, "profile": "none"}], [{"pattern": "1 1"}, {"pattern": "+49"}], {"desk": {}}
        )
    for words in ("phones[0] (x)", f"phones[1] ({FIRST}): profile 'none'", "lines[0]", "lines[1]"):
        assert any(words in text for text in refused.value.rows), words


def test_owners() -> None:
    owned = ways.owned_phones(PHONES, users({"userid": "a", "phones": [FIRST, SECOND], "owner": True}, {"userid": "b"}))
    assert [row.get("owner") for row in owned] == ["a", "given", None]
    assert "owner" not in PHONES[0]


def result(key: str, status: str, before: Any, after: Any) -> dict[str, Any]:
    return {"key": key, "status": status, "before": before, "after": after}


LINE = {"pattern": "1000", "partition": "PT-Internal"}


@pytest.mark.parametrize(
    ("phones", "lines", "names"),
    [
        ([result(FIRST, "changed", {"css": "a"}, {"css": "b"}), result(SECOND, "unchanged", {}, {})], [], [FIRST]),
        ([result(FIRST, "changed", None, {"css": "b"})], [], []),
        ([result(FIRST, "failed", {"css": "a"}, {"css": "a"})], [], []),
        (
            [result(name, "unchanged", {"name": name}, {"name": name}) for name in (FIRST, SECOND, THIRD)],
            [result("1000", "changed", LINE, {**LINE, "partition": "pt-internal"})],
            [FIRST, SECOND],
        ),
        ([result(FIRST, "changed", None, {})], [result("1000", "changed", LINE, LINE)], [SECOND]),
        ([], [result("1000", "changed", None, LINE)], []),
        ([], [result("1003", "changed", LINE, {"pattern": "1003", "partition": "PT"})], [THIRD]),
    ],
)
def test_who_has_something_new_to_learn(phones: Any, lines: Any, names: list[str]) -> None:
    assert ways.phones_to_reset({"results": phones}, {"results": lines}, PHONES) == names


def test_nobody_where_nothing_ran() -> None:
    assert ways.phones_to_reset({}, {}, [*PHONES, {"mac": "wrong"}]) == []


def test_one_file_for_each_template() -> None:
    files = ways.bat_files(PHONES, LINES, {}, "bat", "specific_details")
    assert [(file["dest"], file["template"], len(file["phones"])) for file in files] == [
        ("bat/8841-SIP.csv", "Cisco 8841 SIP", 2),
        ("bat/7961-SCCP.csv", "Cisco 7961 SCCP", 1),
    ]
    assert [[line["pattern"] for line in file["lines"]] for file in files] == [["1001"], ["1003"]]
    (whole,) = ways.bat_files(PHONES, LINES, {}, "bat", "all_details")
    assert (whole["dest"], whole["template"], len(whole["phones"])) == ("bat/phones.csv", "", 3)


def test_profiles_decide_the_file_too() -> None:
    rows = [{"name": FIRST, "profile": "lobby"}]
    (file,) = ways.bat_files(rows, [], {"lobby": {"model": "7841", "css": "CSS"}}, "bat", "specific_details")
    assert file["dest"] == "bat/7841-SIP.csv"
    assert file["phones"][0]["css"] == "CSS"
    with pytest.raises(InvalidPlan, match="lobbi"):
        ways.bat_files([{"name": FIRST, "profile": "lobbi"}], [], {"lobby": {}}, "bat", "specific_details")


def test_what_is_left_for_hands_after_bat() -> None:
    steps = ways.bat_steps(ways.bat_files(PHONES, LINES, {}, "bat", "specific_details"), PHONES, LINES)
    assert any("upload bat/8841-SIP.csv" in step and "Insert Phones - Specific Details" in step for step in steps)
    assert any("template for the Cisco 8841 SIP with at least 2 lines" in step for step in steps)
    assert any("template for the Cisco 7961 SCCP with at least 1 line" in step for step in steps)
    assert any("7961-SCCP.csv, 1 phone" in step for step in steps)
    assert steps[-1] == "In no file, because no phone has them: 1999 in PT"
    whole = ways.bat_steps(ways.bat_files(PHONES, LINES, {}, "bat", "all_details"), PHONES, LINES)
    assert not any("template" in step for step in whole)
    assert any("Insert Phones - All Details" in step for step in whole)


def test_what_is_left_for_hands_with_taps() -> None:
    files = ways.bat_files(PHONES, LINES[:2], {}, "bat", "specific_details")
    steps = ways.taps_steps(files, PHONES, LINES[:2], "5999")
    for words in ("Cisco TAPS Service", "CTI route point for the number 5999", "Create Dummy MAC Address", "dial 5999"):
        assert any(words in step for step in steps), words
    assert "Numbers to key in: 1001 (Desk), 1000 (Cisco 8841), 1003 (7961G)" in steps
    many = [{"description": f"Desk {n}", "lines": [{"pattern": str(n)}]} for n in range(1000, 1030)]
    numbers = [step for step in ways.taps_steps(files, many, [], "") if step.startswith("Numbers")]
    assert len(numbers) == 3
    assert "1029 (Desk 1029)" in numbers[-1]


def test_what_files_cannot_say() -> None:
    rows = [{"key": f"SEP{n}", "left_out": ["vendor_config.webAccess"]} for n in range(7)]
    (told,) = ways.bat_left_out([{"results": rows[:4]}, {"results": rows[4:]}, {"skipped": True}])
    assert told.startswith("vendor_config.webAccess: ")
    assert told.endswith("SEP0, SEP1, SEP2, SEP3, SEP4 and 2 more")
    assert ways.bat_left_out([{"results": [{"key": "SEP1", "left_out": []}]}]) == [
        "The files say all that the phones give"
    ]
