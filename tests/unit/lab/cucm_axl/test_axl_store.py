"""The cluster's database by itself: records, changes, references, files, and the seed."""

from __future__ import annotations

import re
import threading

import pytest

from lab.cucm.keys import learn, object_name
from lab.cucm.models import MODELS
from lab.cucm.references import referenced_type, references
from lab.cucm.seed import seed
from lab.cucm.store import DuplicateKey, Store

NAME = "SEP00005E005301"


def add_line(store: Store, pattern: str, partition: str | None = "PT-Internal") -> str:
    return store.put("Line", {"pattern": pattern, "routePartitionName": partition})


def add_phone(store: Store, *patterns: str, **changes) -> str:
    lines = [
        {"index": str(index), "label": f"Line {index}", "dirn": {"pattern": p, "routePartitionName": "PT-Internal"}}
        for index, p in enumerate(patterns, start=1)
    ]
    document = {
        "name": NAME,
        "product": "Cisco 8841",
        "protocol": "SIP",
        "devicePoolName": "Default",
        "vendorConfig": {"webAccess": "0"},
        "lines": {"line": lines},
    }
    return store.put("Phone", document | changes)


def lose_a_change(store: Store) -> None:
    with store.transaction():
        store.put("Phone", {"name": NAME, "description": "lost"})
        raise DuplicateKey("Phone", NAME)


def test_a_phone_and_its_lines(store):
    line = add_line(store, "1001")
    uuid = add_phone(store, "1001", loadInformation="sip88xx.test")
    record = store.phone(NAME.lower())
    assert record.uuid == uuid
    assert (record.model, record.product, record.protocol) == ("Cisco 8841", "Cisco 8841", "SIP")
    assert (record.device_pool, record.load, record.vendor_config) == ("Default", "sip88xx.test", {"webAccess": "0"})
    assert re.fullmatch(r"\{\d{10}-[0-9A-F-]{36}\}", record.version_stamp)
    (appearance,) = record.lines
    assert (appearance.index, appearance.pattern, appearance.partition) == (1, "1001", "PT-Internal")
    assert (appearance.label, appearance.line_uuid) == ("Line 1", line)
    assert store.phones() == [record]
    assert store.phone("SEP00005E0053FF") is None


def test_touch_changes_the_version_stamp_and_nothing_else(store):
    add_line(store, "1001")
    add_phone(store, "1001")
    before = store.phone(NAME)
    store.touch(NAME)
    after = store.phone(NAME)
    assert after.version_stamp != before.version_stamp
    assert after.lines == before.lines


def test_call_managers_come_by_priority(store):
    store.put("CallManager", {"name": "CM_sub", "processNodeName": "127.0.0.2", "ports": {"ethernetPhonePort": "2001"}})
    members = [{"callManagerName": "CM_cucm-pub", "priority": "2"}, {"callManagerName": "CM_sub", "priority": "1"}]
    store.put("CallManagerGroup", {"name": "Default", "members": {"member": members}})
    first, second = store.call_managers("Default")
    assert (first.name, first.address, first.sccp_port, first.sip_port) == ("CM_sub", "127.0.0.2", 2001, 5060)
    assert (second.name, second.address, second.sips_port) == ("CM_cucm-pub", "127.0.0.1", 5061)
    assert store.call_managers("Nowhere") == []


def test_listeners_hear_of_changes_after_the_commit_and_of_no_other(store):
    seen = []
    store.subscribe(lambda *change: seen.append(change))
    with store.transaction():
        add_line(store, "1001")
        add_phone(store, "1001")
        assert seen == []
    assert seen == [("Line", "1001/PT-Internal", "added"), ("Phone", NAME, "added")]
    seen.clear()
    with pytest.raises(DuplicateKey):
        lose_a_change(store)
    assert seen == []
    assert store.phone(NAME).description == ""
    store.remove(store.phone(NAME).uuid)
    assert seen == [("Phone", NAME, "removed")]


def test_a_taken_key_is_refused(store):
    first, second = add_line(store, "1001"), add_line(store, "1002")
    assert add_line(store, "1001") == first
    with pytest.raises(DuplicateKey):
        store.put("Line", {"pattern": "1001", "routePartitionName": "pt-internal"}, second)
    assert add_line(store, "1001", None) not in (first, second)


def test_references_follow_a_new_name(store):
    add_line(store, "1001")
    add_phone(store, "1001")
    partition = store.find("RoutePartition", "PT-Internal")
    store.put("RoutePartition", {"name": "PT-New"}, partition.uuid)
    assert store.phone(NAME).lines[0].partition == "PT-New"
    assert store.phone(NAME).lines[0].line_uuid == store.find("Line", "1001/PT-New").uuid
    assert store.find("Css", "CSS-Internal").document["members"]["member"][0]["routePartitionName"] == "PT-New"
    assert [referrer.type for referrer in store.referrers(partition.uuid)] == ["Css", "Line", "Phone"]


def test_an_appearance_keeps_its_uuid_while_its_number_stays_on_the_button(store):
    for pattern in ("1001", "1002"):
        add_line(store, pattern)
    add_phone(store, "1001", "1002")
    before = store.phone(NAME).lines
    add_phone(store, "1001")
    assert store.phone(NAME).lines == before[:1]
    add_phone(store, "1002")
    assert store.phone(NAME).lines[0].uuid not in {line.uuid for line in before}


def test_a_file_keeps_everything(tmp_path):
    first = Store(tmp_path / "cucm.sqlite")
    seed(first, name="cucm-pub", address="127.0.0.1")
    add_line(first, "1001")
    add_phone(first, "1001")
    record = first.phone(NAME)
    first.close()
    second = Store(tmp_path / "cucm.sqlite")
    assert second.phone(NAME) == record
    second.close()


def test_several_threads_may_write(store):
    def work(start: int) -> None:
        for number in range(start, start + 25):
            add_line(store, str(number))

    threads = [threading.Thread(target=work, args=(start,)) for start in (1000, 2000, 3000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.all("Line")) == 75


def test_the_seed_is_consistent_and_has_no_phone(store):
    assert store.phones() == []
    assert store.all("Line") == []
    kinds = ("CallManager", "CallManagerGroup", "DevicePool", "Css", "PhoneButtonTemplate", "DeviceDefaults")
    for kind in kinds:
        objects = store.all(kind)
        assert objects, kind
        for stored in objects:
            for element, name in references(stored.document):
                assert store.find(referenced_type(element), name), f"{kind} {stored.name}: {element} {name}"
    assert store.find("CallManager", "CM_cucm-pub").document["autoRegistration"]["autoRegistrationEnabled"] == "false"


@pytest.mark.parametrize(
    ("kind", "document", "name"),
    [
        ("Phone", {"name": NAME}, NAME),
        ("Line", {"pattern": "1001"}, "1001/"),
        ("GatewaySccpEndpoints", {"unit": "0", "endpoint": {"name": "AN0000000000001"}}, "AN0000000000001"),
        ("GatewaySccpEndpoints", {"name": "AN0000000000001"}, "AN0000000000001"),
    ],
)
def test_the_key_of_an_object(kind, document, name):
    assert object_name(kind, document) == name


def test_what_only_its_uuid_identifies_is_there_several_times(store):
    learn("BillingServer", ("@uuid",))
    first, second = (store.put("BillingServer", {"hostName": "ftp.test"}) for _ in range(2))
    assert first != second
    assert [stored.uuid for stored in store.all("BillingServer")] == sorted((first, second))
    assert store.put("BillingServer", {"hostName": "other.test"}, first) == first
    assert store.by_uuid(first).document["hostName"] == "other.test"


@pytest.mark.parametrize(
    ("like", "first", "skip", "expected"),
    [
        ("%", None, 0, ["1000/", "1001/", "1002/", "2001/"]),
        ("10%", None, 0, ["1000/", "1001/", "1002/"]),
        ("%", 2, 1, ["1001/", "1002/"]),
        ("1__0/", None, 0, ["1000/"]),
        ("_001%", None, 0, ["1001/", "2001/"]),
        ("%1/", None, 0, ["1001/", "2001/"]),
        ("1001/", None, 0, ["1001/"]),
        ("1001", None, 0, []),
        ("10%", 9, 2, ["1002/"]),
    ],
)
def test_pages_of_what_is_like_a_pattern(store, like, first, skip, expected):
    for pattern in ("2001", "1000", "1002", "1001"):
        add_line(store, pattern, None)
    assert [stored.name for stored in store.all("Line", like=like, first=first, skip=skip)] == expected


def fail_half_way(store: Store, line: str) -> None:
    with store.transaction():
        store.remove(store.phone(NAME).uuid)
        add_line(store, "1002")
        store.put("Line", {"pattern": "1002", "routePartitionName": "PT-Internal"}, line)


def test_what_is_undone_leaves_order_and_references_as_they_were(store):
    line = add_line(store, "1001")
    add_phone(store, "1001")
    before = (store.all("Line"), store.all("Phone"), store.referrers(line))
    with pytest.raises(DuplicateKey):
        fail_half_way(store, line)
    assert (store.all("Line"), store.all("Phone"), store.referrers(line)) == before


@pytest.mark.parametrize(
    ("product", "protocols"),
    [
        ("Cisco 8841", {"SIP"}),
        ("Cisco 7841", {"SIP"}),
        ("Cisco 7961", {"SIP", "SCCP"}),
        ("Cisco 7965", {"SIP", "SCCP"}),
    ],
)
def test_the_models_of_the_site_have_templates_and_profiles(store, product, protocols):
    model = MODELS[product]
    assert set(model.loads) == protocols
    for protocol in protocols:
        assert store.find("PhoneButtonTemplate", f"Standard {product.removeprefix('Cisco ')} {protocol}")
        assert store.find("PhoneSecurityProfile", f"{product} - Standard {protocol} Non-Secure Profile")
