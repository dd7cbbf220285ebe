"""Row-wise validation."""

from __future__ import annotations

import pytest
from ansible.module_utils.basic import env_fallback

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import (
    Connection,
    Way,
    environment_names,
    row_fault,
    row_label,
    url_passwords,
    validate,
)
from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan

SPEC = {
    "host": {"type": "str", "required": True},
    "password": {"type": "str", "no_log": True, "fallback": (env_fallback, ["VOICE_TEST_PASSWORD"])},
    "rows": {
        "type": "list",
        "elements": "dict",
        "options": {
            "name": {"type": "str", "required": True},
            "vlan": {"type": "int", "default": 1},
            "pin": {"type": "str", "no_log": True},
            "parts": {"type": "dict", "options": {"kind": {"choices": ["a", "b"], "default": "a"}}},
        },
        "required_one_of": [["vlan", "pin"]],
    },
}


def faults(params: dict) -> list[str]:
    with pytest.raises(InvalidPlan) as caught:
        validate(SPEC, params)
    return caught.value.rows


def test_rows_are_converted_and_completed() -> None:
    clean = validate(SPEC, {"host": "h", "rows": [{"name": "x", "vlan": "7", "parts": {}}]}).params
    assert clean["rows"] == [{"name": "x", "vlan": 7, "pin": None, "parts": {"kind": "a"}}]


def test_every_fault_names_its_row() -> None:
    rows = faults({"rows": [{"name": "x", "vlan": "y"}, {"name": "z", "parts": {"kind": "c"}}, {"colour": 1}, 5]})
    assert rows[0] == "missing required arguments: host"
    assert rows[1].startswith("rows[0] (x): argument 'vlan' is of type")
    assert rows[2] == "rows[1] (z): parts: value of kind must be one of: a, b, got: c"
    assert rows[3] == "rows[2]: missing required arguments: name"
    assert rows[4].startswith("rows[2]: colour. Supported parameters include: name, parts, pin, vlan")
    assert rows[5] == "rows[3]: this row is no mapping: write each row as 'key: value' pairs"
    assert len(rows) == 6


def test_a_row_that_may_hold_a_secret_is_not_quoted() -> None:
    assert "1234" not in faults({"host": "h", "rows": ['{"name": "x", "pin": "1234"}']})[0]
    plain = {"rows": {"type": "list", "elements": "dict", "options": {"name": {"type": "str"}}}}
    with pytest.raises(InvalidPlan) as caught:
        validate(plain, {"rows": ["name=x"]})
    assert caught.value.rows == ["rows[0]: 'name=x' is no mapping: write each row as 'key: value' pairs"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("http://user:s%2Fcret@proxy:3128", {"s%2Fcret", "s/cret"}),
        ("user:secret@proxy:3128", {"secret"}),
        ("http://user:se@cr/et@proxy:3128/", {"se@cr/et"}),
        ("http://user:@proxy:3128", set()),
        ("http://user@proxy:3128", set()),
        ("http://proxy:3128", set()),
        (3128, set()),
    ],
)
def test_the_password_in_a_url_is_a_secret(value: str, expected: set[str]) -> None:
    assert url_passwords({"proxy": value}) == expected
    secrets: set[str] = set()
    validate({"proxy": {"type": "str"}}, {"proxy": value}, secrets=secrets)
    assert secrets == expected


def test_secrets_are_collected_also_where_validation_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VOICE_TEST_PASSWORD", "from-environment")
    secrets: set[str] = set()
    with pytest.raises(InvalidPlan):
        validate(SPEC, {"rows": [{"name": "x", "pin": "1234"}]}, secrets=secrets)
    assert secrets == {"from-environment", "1234"}


def test_labels_and_words() -> None:
    assert row_label({"pattern": "1001", "name": ""}) == "1001"
    assert row_label({"colour": "red"}) == ""
    assert row_fault("ports", 3, "Gi1/0/3", "bad") == "ports[3] (Gi1/0/3): bad"
    assert row_fault("ports", 3, "", "bad") == "ports[3]: bad"
    assert environment_names(SPEC["password"]) == ("VOICE_TEST_PASSWORD",)
    assert environment_names(SPEC["host"]) == ()


def test_a_missing_connection_option_is_said_with_where_it_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VOICE_TEST_PASSWORD", raising=False)
    spec = {**SPEC, "password": {**SPEC["password"], "required": True}}
    with pytest.raises(InvalidPlan) as caught:
        validate(spec, {"host": "h"})
    assert caught.value.rows == [
        "missing required arguments: password (give them in the task, as variables of the host, or as "
        "VOICE_TEST_PASSWORD in the environment)"
    ]


WAYS = Connection(
    "dhcp",
    {},
    {"host": ("ansible_host",)},
    choice="provider",
    ways={
        "ios": Way({}, {"password": ("SWITCH_PASSWORD",)}),
        "kea": Way({"password": ("voice_kea_password",)}, {"password": ("KEA_PASSWORD",)}),
    },
)


@pytest.mark.parametrize(
    ("given", "password"),
    [
        ({"provider": "ios"}, "of the switch"),
        ({"provider": "kea"}, "of kea"),
        ({"provider": "kea", "password": "given"}, "given"),
        ({}, None),
    ],
)
def test_each_kind_of_system_has_its_own_environment_variables(given, password):
    WAYS.fill_from_environment(given, {"SWITCH_PASSWORD": "of the switch", "KEA_PASSWORD": "of kea"})
    assert given.get("password") == password


def test_a_kind_of_system_that_is_not_known_gets_what_all_get():
    assert WAYS.way({"provider": "kea"}).variables == {"password": ("voice_kea_password",)}
    assert WAYS.way({}).variables == {"host": ("ansible_host",)}
