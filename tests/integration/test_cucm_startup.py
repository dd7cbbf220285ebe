"""What CUCM tells of many phones' start-up, against the lab's publisher: in bulk, one by one, and refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import validate
from ansible_collections.dialtone.voice.plugins.module_utils._cucm import startup
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.axl import Axl
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.options import AXL
from ansible_collections.dialtone.voice.plugins.module_utils._startup.from_cucm import FromCucm, ask_cucm
from lab.cucm import sql
from lab.cucm.axl_faults import AxlFault

if TYPE_CHECKING:
    from cucm_publisher import Site, StartSite

pytest_plugins = ["cucm_publisher"]

COUNT = 12
NAMES = [f"SEP00005E0053{number:02X}" for number in range(COUNT)]
ABSENT = "SEP00005E0053FF"
DIGEST, ENCRYPTED = "8841 with digest", "8841 encrypted"


def phone(name: str, *numbers: str, **more: Any) -> dict[str, Any]:
    lines = [
        {"index": str(index), "dirn": {"pattern": number, "routePartitionName": None}}
        for index, number in enumerate(numbers, 1)
    ]
    return {
        "name": name,
        "product": "Cisco 8841",
        "model": "Cisco 8841",
        "protocol": "SIP",
        "devicePoolName": "Default",
        "securityProfileName": "Cisco 8841 - Standard SIP Non-Secure Profile",
        "lines": {"line": lines},
        **more,
    }


@pytest.fixture
def site(start_cucm: StartSite, request: pytest.FixtureRequest) -> Site:
    site = start_cucm(version=getattr(request, "param", "12.5"))
    store = site.store
    with store.transaction():
        common = {"phoneType": "Cisco 8841", "protocol": "SIP"}
        store.put("PhoneSecurityProfile", {"name": DIGEST, **common, "enableDigestAuthentication": "true"})
        store.put("PhoneSecurityProfile", {"name": ENCRYPTED, **common, "deviceSecurityMode": "Encrypted"})
        store.put("SipDialRules", {"name": "Rules", "dialPattern": "8841, 9971"})
        for number in range(COUNT + 1):
            store.put("Line", {"pattern": f"10{number:02}", "usage": "Device", "routePartitionName": None})
        # As somebody typed it, in lower case.
        store.put("Phone", phone(NAMES[0].lower(), "1000", "1012", dialRulesName="Rules"))
        store.put("Phone", phone(NAMES[1], securityProfileName=DIGEST, digestUser="ann", loadInformation="own-load"))
        store.put("Phone", phone(NAMES[2], "1002", securityProfileName=ENCRYPTED, userLocale="German Germany"))
        for number, name in enumerate(NAMES[3:], 3):
            store.put("Phone", phone(name, f"10{number:02}", dialRulesName="Rules"))
    return site


@pytest.fixture
def no_sql(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(dictionary: Any, query: str) -> Any:
        raise AxlFault(-1, "Permission denied: the user may not run this query")

    monkeypatch.setattr(sql, "execute", refuse)


@contextmanager
def session(site: Site, **options: Any) -> Iterator[Axl]:
    given = {name: value for name, value in {**site.options, **options}.items() if name in AXL.spec}
    with Axl(validate(AXL.spec, given).params) as axl:
        yield axl


def check(told: FromCucm) -> None:
    records = told.records
    assert told.gaps == {}
    assert told.problems == ()
    assert [name for name in records if not records[name].exists] == [ABSENT]
    first, digest, encrypted, plain = (records[name] for name in NAMES[:4])
    assert (first.model, first.protocol, first.lines) == ("Cisco 8841", "SIP", ("1000", "1012"))
    assert (first.security_mode, first.digest, first.dial_rules) == ("Non Secure", False, "Rules")
    assert (first.device_pool, first.nodes) == ("Default", ("CM_cucm-pub",))
    assert first.load.startswith("sip88xx.")
    assert "{" not in first.stamp
    assert (digest.digest, digest.digest_user, digest.load, digest.lines) == (True, "ann", "own-load", ())
    assert (encrypted.security_mode, encrypted.user_locale, encrypted.dial_rules) == ("Encrypted", "German Germany", "")
    assert plain.lines == ("1003",)
    assert "1003" in plain.proof.answer
    assert told.cluster.mixed is False
    assert told.cluster.auto_registration is False
    assert told.cluster.addresses == {"CM_cucm-pub": ("127.0.0.1",), "127.0.0.1": ("127.0.0.1",)}
    assert set(told.cluster.proofs) == {"mixed", "auto_registration"}


@pytest.mark.parametrize("site", ["12.5", "15.0"], indirect=True)
def test_many_phones_cost_few_requests(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(startup, "CHUNK", 8)
    with session(site) as axl:
        before = axl.requests
        told = ask_cucm(axl, [*NAMES, ABSENT])
        check(told)
        # Six lists, four queries (two for each eight phones), a group; then dial rules and digest, once each.
        assert axl.requests - before <= 6 + 4 + 1 + 2
    assert told.records[NAMES[3]].proof.asked == f"executeSQLQuery {NAMES[3]}"


@pytest.mark.parametrize("site", ["12.5", "15.0"], indirect=True)
def test_where_sql_is_refused_each_phone_is_asked_for(site: Site, no_sql: None) -> None:
    with session(site) as axl:
        told = ask_cucm(axl, [*NAMES, ABSENT])
        check(told)
        assert told.records[NAMES[3]].proof.asked == f"getPhone {NAMES[3]}"
        # But only those that are needed.
        assert list(ask_cucm(axl, NAMES, NAMES[:2]).records) == NAMES[:2]


def test_both_ways_tell_the_same(site: Site) -> None:
    with session(site) as axl:
        several = ask_cucm(axl, NAMES).records
        for name in NAMES[:4]:
            one = ask_cucm(axl, [name]).records[name]
            assert {**vars(one), "proof": None} == {**vars(several[name]), "proof": None}


def test_a_list_that_is_refused_leaves_the_rest(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(axl: Axl) -> Any:
        raise startup.VoiceError("no rights for profiles")

    monkeypatch.setattr(startup, "_profiles", refuse)
    with session(site) as axl:
        told = ask_cucm(axl, NAMES)
    assert told.problems == ("profiles of the cluster: no rights for profiles",)
    assert told.records[NAMES[0]].digest is None
    assert told.records[NAMES[0]].security_mode == ""
    assert told.records[NAMES[0]].lines == ("1000", "1012")
