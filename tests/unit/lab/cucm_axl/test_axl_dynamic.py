"""RegistrationDynamic: the table that AXL reads registrations from."""

from __future__ import annotations

from lab.cucm import dynamic
from lab.cucm.https import Publisher
from lab.cucm.registration import Registration
from tests.unit.lab.cucm_axl.conftest import Axl

TAGS = "<returnedTags><device/><lastKnownIpAddress/><lastKnownUcm/><lastSeen/></returnedTags>"


def known() -> dict[str, Registration]:
    names = ("SEP00005E005302", "SEP00005E005301", "CSFJDOE")
    return {name: Registration(name, "Registered", 0, "127.0.0.21", "SIP", timestamp=1000) for name in names}


def test_rows_have_the_words_of_the_schema() -> None:
    registrations = known()
    registrations["CSFJDOE"].status = "PartiallyRegistered"
    rows = dynamic.rows(registrations, "cucm-pub")
    assert [row.name for row in rows] == ["CSFJDOE", "SEP00005E005301", "SEP00005E005302"]
    assert rows[0].document == {
        "device": "CSFJDOE",
        "lastKnownIpAddress": "127.0.0.21",
        "lastKnownUcm": "cucm-pub",
        "lastSeen": "1000",
        "risStatus": "Partial Registered",
    }


async def test_axl_lists_and_gets_them(axl: Axl, publisher: Publisher) -> None:
    publisher.axl.tables[dynamic.KIND] = lambda: dynamic.rows(known(), "cucm-pub")

    async def listed(pattern: str, page: str = "") -> list[str | None]:
        criteria = f"<searchCriteria><device>{pattern}</device></searchCriteria>{TAGS}{page}"
        answer = await axl.post(f"<listRegistrationDynamic>{criteria}</listRegistrationDynamic>")
        return [row.findtext("device") for row in answer.result]

    assert await listed("SEP%") == ["SEP00005E005301", "SEP00005E005302"]
    assert await listed("%", "<skip>1</skip><first>1</first>") == ["SEP00005E005301"]
    assert await listed("sep00005e005302") == ["SEP00005E005302"]
    assert await listed("SEP00005E005303") == []
    get = "<getRegistrationDynamic><device>{}</device></getRegistrationDynamic>"
    row = (await axl.post(get.format("CSFJDOE"))).result[0]
    assert (row.findtext("lastKnownIpAddress"), row.findtext("lastSeen")) == ("127.0.0.21", "1000")
    assert row.find("risStatus") is None
    assert (await axl.post(get.format("NOBODY"))).code == "5007"


async def test_without_a_registrar_the_table_is_empty(axl: Axl) -> None:
    criteria = f"<searchCriteria><device>%</device></searchCriteria>{TAGS}"
    answer = await axl.post(f"<listRegistrationDynamic>{criteria}</listRegistrationDynamic>")
    assert len(answer.result) == 0
