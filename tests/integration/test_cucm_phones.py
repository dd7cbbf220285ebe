"""cucm_phones against the lab's publisher: the stair, merged lines, and the refusals."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.axl import Axl
from ansible_collections.dialtone.voice.plugins.modules import cucm_lines, cucm_phones

if TYPE_CHECKING:
    from cucm_publisher import Site

pytest_plugins = ["cucm_publisher"]

NAME = "SEP00005E005301"
PHONE = {
    "mac": "00:00:5e:00:53:01",
    "model": "8841",
    "protocol": "SIP",
    "device_pool": "Default",
    "description": "Reception",
    "css": "CSS-Internal",
    "lines": [{"pattern": "1001", "partition": "PT-Internal", "label": "Reception", "external_mask": "02079461001"}],
}


def statuses(result: dict[str, Any]) -> list[str]:
    assert "results" in result, result["msg"]
    return [row["status"] for row in result["results"]]


def add_lines(cucm: Site, *patterns: str) -> None:
    rows = [{"pattern": pattern, "partition": "PT-Internal"} for pattern in patterns]
    assert "failed" not in cucm.task(cucm_lines, lines=rows)


def stored(cucm: Site, name: str = NAME) -> dict[str, Any]:
    found = cucm.store.find("Phone", name)
    assert found is not None
    return found.document


def test_stair(each_cucm: Site) -> None:
    cucm = each_cucm
    result = cucm.task(cucm_phones, phones=[{"model": "8841"}, {"mac": "x", "lines": [{"label": "no pattern"}]}])
    assert "phones[0]: one of the following is required: mac, name" in result["msg"]
    assert "phones[1] (x): lines[0]: missing required arguments: pattern" in result["msg"]

    planned = cucm.task(cucm_phones, check=True, phones=[PHONE])
    assert statuses(planned) == ["changed"]
    assert "lines[index 1].pattern: 1001" in planned["diff"][0]["after"]
    assert not cucm.store.phones()

    missing = cucm.task(cucm_phones, phones=[PHONE])
    assert statuses(missing) == ["failed"]
    assert "CUCM has no line 1001 in PT-Internal: add it with cucm_lines first" in missing["msg"]
    assert missing["diff"] == []

    add_lines(cucm, "1001")
    first = cucm.task(cucm_phones, phones=[PHONE])
    assert statuses(first) == ["changed"]
    assert first["results"][0]["key"] == NAME
    assert first["results"][0]["after"] == planned["results"][0]["after"]
    assert stored(cucm)["phoneTemplateName"] == "Standard 8841 SIP"
    assert stored(cucm)["securityProfileName"] == "Cisco 8841 - Standard SIP Non-Secure Profile"

    again = cucm.task(cucm_phones, phones=[PHONE])
    assert statuses(again) == ["unchanged"]
    assert not again["changed"]

    other = {**PHONE, "description": "", "lines": [{**PHONE["lines"][0], "label": "Desk"}]}
    assert statuses(cucm.task(cucm_phones, phones=[other], check=True)) == ["changed"]
    assert stored(cucm)["description"] == "Reception"
    changed = cucm.task(cucm_phones, phones=[other])
    assert changed["results"][0]["sent"] == ["updatePhone"]
    assert statuses(cucm.task(cucm_phones, phones=[other])) == ["unchanged"]
    assert statuses(cucm.task(cucm_phones, phones=[{"name": NAME.lower()}])) == ["unchanged"]

    assert statuses(cucm.task(cucm_phones, phones=[{"name": NAME}], state="absent", check=True)) == ["changed"]
    assert cucm.store.phones()
    assert statuses(cucm.task(cucm_phones, phones=[{"name": NAME}], state="absent")) == ["changed"]
    assert not cucm.store.phones()
    assert len(cucm.store.all("Line")) == 1
    assert statuses(cucm.task(cucm_phones, phones=[{"name": NAME}], state="absent")) == ["unchanged"]


@pytest.mark.parametrize(
    ("model", "protocol", "product", "template"),
    [
        ("CP-7841-K9=", "SIP", "Cisco 7841", "Standard 7841 SIP"),
        ("7961G", "SCCP", "Cisco 7961", "Standard 7961 SCCP"),
        ("Cisco 7965", "SIP", "Cisco 7965", "Standard 7965 SIP"),
    ],
)
def test_models_as_people_write_them(cucm: Site, model: str, protocol: str, product: str, template: str) -> None:
    row = {"mac": "0000.5e00.5302", "model": model, "protocol": protocol, "device_pool": "Default"}
    assert statuses(cucm.task(cucm_phones, phones=[row])) == ["changed"]
    document = stored(cucm, "SEP00005E005302")
    assert (document["product"], document["phoneTemplateName"]) == (product, template)
    assert document.get("sipProfileName") == ("Standard SIP Profile" if protocol == "SIP" else None)
    assert statuses(cucm.task(cucm_phones, phones=[row])) == ["unchanged"]


def test_an_update_keeps_every_setting_of_every_line(cucm: Site) -> None:
    add_lines(cucm, "1001", "1002", "1003")
    phone = {**PHONE, "lines": [{"pattern": number, "partition": "PT-Internal"} for number in ("1001", "1002")]}
    cucm.task(cucm_phones, phones=[phone])
    document = stored(cucm)
    document["lines"]["line"][1].update(
        {
            "maxNumCalls": "6",
            "busyTrigger": "4",
            "ringSetting": "Flash Only",
            "callInfoDisplay": {"callerName": "true", "callerNumber": "true", "redirectedNumber": "false"},
        }
    )
    cucm.store.put("Phone", document, cucm.store.find("Phone", NAME).uuid)
    row = {"name": NAME, "lines": [{"pattern": "1003", "partition": "PT-Internal", "index": 3, "label": "Third"}]}
    assert statuses(cucm.task(cucm_phones, phones=[row])) == ["changed"]
    lines = stored(cucm)["lines"]["line"]
    assert [(line["index"], line["dirn"]["pattern"]) for line in lines] == [("1", "1001"), ("2", "1002"), ("3", "1003")]
    assert lines[1]["maxNumCalls"] == "6"
    assert lines[1]["busyTrigger"] == "4"
    assert lines[1]["ringSetting"] == "Flash Only"
    assert lines[1]["callInfoDisplay"]["callerNumber"] == "true"
    assert statuses(cucm.task(cucm_phones, phones=[row])) == ["unchanged"]


def test_one_field_of_one_line_changes_and_nothing_else(cucm: Site) -> None:
    add_lines(cucm, "1001", "1002", "1003")
    assert "failed" not in cucm.task(cucm_lines, lines=[{"pattern": "1001", "partition": ""}])
    lines = [{"pattern": number, "partition": "PT-Internal"} for number in ("1001", "1002", "1003")]
    cucm.task(cucm_phones, phones=[{**PHONE, "lines": [*lines, {"pattern": "1001", "partition": "", "index": 6}]}])
    document = stored(cucm)
    settings = {
        "ringSetting": "Flash Only",
        "consecutiveRingSetting": "Beep Only",
        "mwlPolicy": "Light and Prompt",
        "maxNumCalls": "6",
        "busyTrigger": "5",
        "label": "Zoë & <Söhne>",
        "displayAscii": "Zoe",
        "e164Mask": "0207946XXXX",
        "audibleMwi": "Off",
        "missedCallLogging": "false",
        "recordingMediaSource": "Phone Preferred",
        "callInfoDisplay": {"callerName": "false", "callerNumber": "true", "redirectedNumber": "true"},
    }
    for line in document["lines"]["line"]:
        line.update(settings)
    document |= {
        "speeddials": {"speeddial": [{"dirn": "1002", "label": "Desk", "index": "1"}]},
        "vendorConfig": {"webAccess": "0", "sshAccess": "1"},
        "dndStatus": "true",
        "networkLocale": "United Kingdom",
    }
    cucm.store.put("Phone", document, cucm.store.find("Phone", NAME).uuid)

    def as_answered() -> dict[str, Any]:
        params = {name: cucm.options.get(name) for name in cucm_phones.ARGUMENT_SPEC}
        with Axl({**params, "validate_certs": True, "throttle_timeout": 5}) as axl:
            found = axl.get("Phone", {"name": NAME}, "looking")
        assert found is not None
        return {name: value for name, value in found.items() if name != "versionStamp"}

    before = as_answered()
    for row in (
        {**lines[1], "label": "New"},
        {"pattern": "1001", "partition": "", "label": "New"},
        {"pattern": "1003", "label": "New"},
    ):
        expected = copy.deepcopy(before)
        for line in expected["lines"]["line"]:
            dirn = (line["dirn"]["pattern"], line["dirn"]["routePartitionName"] or "")
            if dirn == (row["pattern"], row.get("partition", "PT-Internal")):
                line["label"] = "New"
        assert expected != before
        task = {"name": NAME, "lines": [row]}
        assert statuses(cucm.task(cucm_phones, phones=[task])) == ["changed"]
        assert as_answered() == expected
        assert statuses(cucm.task(cucm_phones, phones=[task])) == ["unchanged"]
        before = expected


def test_a_line_of_another_phone_is_refused_unless_shared(cucm: Site) -> None:
    add_lines(cucm, "1001")
    cucm.task(cucm_phones, phones=[PHONE])
    second = {**PHONE, "mac": "00005e005302"}
    refused = cucm.task(cucm_phones, phones=[second])
    assert f"line 1001 in PT-Internal is on {NAME} already" in refused["msg"]
    shared = {**second, "lines": [{**PHONE["lines"][0], "shared": True}]}
    assert statuses(cucm.task(cucm_phones, phones=[shared])) == ["changed"]
    assert statuses(cucm.task(cucm_phones, phones=[second])) == ["unchanged"]


def test_what_cucm_cannot_change_is_refused_with_the_remedy(cucm: Site) -> None:
    row = {"name": NAME, "model": "7961", "protocol": "SIP", "device_pool": "Default"}
    cucm.task(cucm_phones, phones=[row])
    result = cucm.task(cucm_phones, phones=[{**row, "model": "8841", "protocol": "SCCP"}])
    assert "the phone is in CUCM as a 'Cisco 7961', and CUCM can't change the model of a phone" in result["msg"]
    assert "the phone is in CUCM with SIP, which AXL can't change" in result["msg"]
    assert stored(cucm)["product"] == "Cisco 7961"


def test_unknown_names_are_named_with_their_option(cucm: Site) -> None:
    base = {"device_pool": "Default", "model": "8841"}
    rows = [
        {**base, "mac": "00005e005301", "device_pool": "Defalt"},
        {**base, "mac": "00005e005302", "model": "8814"},
        {**base, "mac": "00005e005303", "protocol": "SCCP"},
        {**base, "mac": "00005e005304", "css": "CSS-Nowhere", "owner": "nobody1"},
        {**base, "mac": "00005e005305", "model": None},
        {**base, "mac": "00005e005306"},
    ]
    for check in (True, False):
        result = cucm.task(cucm_phones, check=check, phones=rows)
        assert statuses(result) == ["failed"] * 5 + ["not_attempted"]
        for words in (
            "device_pool 'Defalt': CUCM has no device pool of this name; did you mean 'Default'?",
            "model '8814': CUCM has no model 'Cisco 8814'; did you mean Cisco 88",
            "protocol SCCP: the Cisco 8841 speaks only SIP",
            "css 'CSS-Nowhere': CUCM has no calling search space of this name",
            "owner 'nobody1': CUCM has no user of this name",
            "to add it, give model",
        ):
            assert words in result["msg"]
    assert not cucm.store.phones()


def test_products_without_firmware_get_their_own_standards(cucm: Site) -> None:
    rows = [
        {"name": "CSFJDOE", "model": "Cisco Unified Client Services Framework", "device_pool": "Default"},
        {"name": "SEP00005E005309", "model": "Third-party SIP Device (Advanced)", "device_pool": "Default"},
    ]
    assert statuses(cucm.task(cucm_phones, phones=rows)) == ["changed", "changed"]
    for name, template, profile in (
        ("CSFJDOE", "Standard Client Services Framework", "Cisco Unified Client Services Framework"),
        ("SEP00005E005309", "Third-party SIP Device (Advanced)", "Third-party SIP Device Advanced"),
    ):
        phone = stored(cucm, name)
        assert phone["phoneTemplateName"] == template
        assert phone["securityProfileName"] == f"{profile} - Standard SIP Non-Secure Profile"


def test_sections_of_the_product_specific_configuration_are_merged(cucm: Site) -> None:
    row = {"name": "CSFJDOE", "model": "Cisco Unified Client Services Framework", "device_pool": "Default"}
    first = {"videoCapability": 0, "desktopClient": {"extendAndConnectCapability": 0, "problemReportServerUrl": "x"}}
    second = {"desktopClient": {"problemReportServerUrl": "y"}}
    assert statuses(cucm.task(cucm_phones, phones=[{**row, "vendor_config": first}])) == ["changed"]
    assert statuses(cucm.task(cucm_phones, phones=[{**row, "vendor_config": first}])) == ["unchanged"]
    assert statuses(cucm.task(cucm_phones, phones=[{**row, "vendor_config": second}])) == ["changed"]
    assert stored(cucm, "CSFJDOE")["vendorConfig"] == {
        "videoCapability": "0",
        "desktopClient": {"extendAndConnectCapability": "0", "problemReportServerUrl": "y"},
    }


def test_bad_rows_are_all_named_and_nothing_is_touched(cucm: Site) -> None:
    base = {"device_pool": "Default", "model": "8841"}
    line = {"pattern": "1001", "partition": "PT-Internal"}
    rows = [
        {**base, "mac": "00005e00530g"},
        {**base, "mac": "01005e005301"},
        {**base, "mac": "00005e005303", "lines": [{**line, "maximum_calls": 2, "busy_trigger": 3}]},
        {**base, "mac": "00-00-5E-00-53-03", "description": "a\tb"},
        {**base, "mac": "00005e005304", "lines": [line, {**line, "pattern": "1002", "index": 1}]},
        {**base, "mac": "00005e005305", "lines": [{**line, "pattern": "1002"}, {**line, "pattern": "10 03"}]},
        {**base, "name": "SEP00005E00", "device_pool": ""},
    ]
    result = cucm.task(cucm_phones, phones=rows)
    assert "results" not in result
    for words in (
        "phones[0] (00005e00530g): '00005e00530g' is not a MAC address",
        "phones[1] (01005e005301): '01005e005301' is a group address",
        "busy_trigger 3 is above maximum_calls 2",
        "phones[3] (SEP00005E005303): the same phone as phones[2]",
        r"has the control character \x09",
        "lines[1] (1002 in PT-Internal): index 1 is that of line 1001 in PT-Internal too",
        "phones[5] (SEP00005E005305): line 1002 in PT-Internal is on phones[4] too",
        "'10 03' is no directory number: give digits",
        "phones[6] (SEP00005E00): 'SEP00005E00' is not a MAC address",
        "device_pool can't be empty",
    ):
        assert words in result["msg"], words
    assert not cucm.store.phones()


def test_lost_answers_leave_no_duplicate(cucm: Site) -> None:
    add_lines(cucm, "1001")
    cucm.publisher.lose_answer = 1
    result = cucm.task(cucm_phones, phones=[PHONE])
    assert result["results"][0]["sent"] == ["addPhone (answer lost, read back: done)"]
    cucm.publisher.lose_answer = 1
    result = cucm.task(cucm_phones, phones=[{**PHONE, "description": "Lobby"}])
    assert result["results"][0]["sent"] == ["updatePhone (answer lost, read back: done)"]
    cucm.publisher.lose_answer = 1
    result = cucm.task(cucm_phones, phones=[{"name": NAME}], state="absent")
    assert result["results"][0]["sent"] == ["removePhone (answer lost, read back: done)"]
    assert not cucm.store.phones()
