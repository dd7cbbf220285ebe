"""Phone profiles: what comes of a row and its profile, and what is said of wrong ones."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.dialtone.voice.plugins.filter.phones import effective_phones
from ansible_collections.dialtone.voice.plugins.module_utils._argspec import validate
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.profiles import PROFILE_SPEC, apply_profiles
from ansible_collections.dialtone.voice.plugins.modules import cucm_phones

PROFILES: dict[str, Any] = {
    "office": {
        "model": 8841,
        "device_pool": "Default",
        "vendor_config": {"webAccess": 0, "pcPort": 1},
        "axl": {"dndStatus": True},
        "speed_dials": [{"number": "1000"}],
        "line": {"partition": "PT-Internal", "busy_trigger": "2", "axl": {"audibleMwi": "On"}},
    },
    "lobby": {"css": "CSS-Lobby"},
}


def test_a_row_wins_over_its_profile() -> None:
    rows = [
        {
            "mac": "00005e005301",
            "profile": "office",
            "device_pool": "Branch",
            "model": None,
            "vendor_config": {"webAccess": 1},
            "axl": {"hlogStatus": "On"},
            "speed_dials": [],
            "lines": [
                {"pattern": "1001"},
                {"pattern": "1002", "partition": "", "busy_trigger": 1, "axl": {"speedDial": "9"}},
            ],
        }
    ]
    before = copy.deepcopy((rows, PROFILES))
    assert apply_profiles(rows, PROFILES) == (
        [
            {
                "mac": "00005e005301",
                "model": "8841",
                "device_pool": "Branch",
                "vendor_config": {"webAccess": 1, "pcPort": 1},
                "axl": {"dndStatus": True, "hlogStatus": "On"},
                "speed_dials": [],
                "lines": [
                    {"pattern": "1001", "partition": "PT-Internal", "busy_trigger": 2, "axl": {"audibleMwi": "On"}},
                    {
                        "pattern": "1002",
                        "partition": "",
                        "busy_trigger": 1,
                        "axl": {"audibleMwi": "On", "speedDial": "9"},
                    },
                ],
            }
        ],
        [],
    )
    assert (rows, PROFILES) == before


def test_a_row_without_profile_stays_as_it_is() -> None:
    row = {"mac": "00005e005301", "lines": [{"pattern": "1001"}]}
    assert apply_profiles([row], None) == ([row], [])
    assert apply_profiles([{**row, "css": None, "profile": None}], PROFILES) == ([row], [])


@pytest.mark.parametrize(
    ("profiles", "words"),
    [
        ({"offce": {}}, "phones[0] (x): profile 'office' is not in profiles; did you mean offce?"),
        ({}, "phones[0] (x): profile 'office' is not in profiles; there is no profile"),
        ({"office": {"devicepool": "A"}}, "profiles[office]: unknown option 'devicepool'; did you mean device_pool?"),
        (
            {"office": {"line": {"buzy_trigger": 1}}},
            "profiles[office].line: unknown option 'buzy_trigger'; did you mean busy_trigger?",
        ),
        ({"office": {"mac": "1"}}, "profiles[office]: mac belongs to one phone: give it in the row"),
        ({"office": {"lines": []}}, "profiles[office]: lines belongs to one phone: give it in the row"),
        ({"office": {"line": {"index": 1}}}, "profiles[office].line: index belongs to one line: give it in the row"),
        ({"office": {"protocol": "MGCP"}}, "profiles[office]: value of protocol must be one of: SIP, SCCP, got: MGCP"),
        ({"office": {"line": {"busy_trigger": "two"}}}, "profiles[office]: line: argument 'busy_trigger' is of type"),
        ({"office": {"speed_dials": [{}]}}, "profiles[office]: speed_dials[0]: missing required arguments: number"),
        ({"office": None}, "profiles[office]: None is no mapping of options of phones"),
        ({"office": {}, "other": {"csss": "A"}}, "profiles[other]: unknown option 'csss'; did you mean css?"),
        ([], "profiles: [] is no mapping"),
    ],
)
def test_faults(profiles: Any, words: str) -> None:
    faults = apply_profiles([{"name": "x", "profile": "office"}], profiles)[1]
    assert words in "\n".join(faults)


def test_every_fault_of_a_profile_is_told_at_once() -> None:
    profile = {"devicepool": "A", "line": {"labl": "x", "maximum_calls": "many"}, "user_hold_audio_source": "x"}
    assert len(apply_profiles([], {"p": profile})[1]) == 4


def test_a_profile_has_the_options_of_a_phone() -> None:
    options = cucm_phones.ARGUMENT_SPEC["phones"]["options"]
    assert set(options) - set(PROFILE_SPEC) == {"mac", "name", "profile", "lines"}
    assert set(options["lines"]["options"]) - set(PROFILE_SPEC["line"]["options"]) == {"pattern", "index"}


def test_the_filter_shows_the_effective_phones_without_their_secrets() -> None:
    profiles = {**PROFILES, "office": {**PROFILES["office"], "secrets": {"sshPwd": "geheim"}}}
    rows = effective_phones([{"mac": "00005e005301", "profile": "office", "lines": [{"pattern": "1001"}]}], profiles)
    assert rows[0]["device_pool"] == "Default"
    assert rows[0]["lines"] == [
        {"pattern": "1001", "partition": "PT-Internal", "busy_trigger": 2, "axl": {"audibleMwi": "On"}}
    ]
    assert rows[0]["secrets"] == {"sshPwd": "********"}
    with pytest.raises(AnsibleFilterError, match="profile 'x' is not in profiles"):
        effective_phones([{"mac": "00005e005301", "profile": "x"}], profiles)
    with pytest.raises(AnsibleFilterError, match=r"phones\[0\] \(00005e005301\): .*desciption"):
        effective_phones([{"mac": "00005e005301", "desciption": "x"}], profiles)


def test_secrets_of_profiles_are_masked() -> None:
    secrets: set[str] = set()
    profiles = {"office": {"secrets": {"sshPwd": "geheim", "pin": 12345}}}
    validate({"profiles": {"type": "dict"}}, {"profiles": profiles}, secrets=secrets)
    assert secrets == {"geheim", "12345"}
