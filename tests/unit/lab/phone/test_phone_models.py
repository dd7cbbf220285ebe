"""Every model of the lab boots and registers, in each protocol that it has firmware for, and asks for its own files."""

from __future__ import annotations

from lab.cucm.models import MODELS as PRODUCTS
from lab.phone.models import MODELS

GUIDES = {"7961G", "7941G", "7975G", "7971G-GE", "7970G", "7965G", "7945G"}
LOCALES = {
    **dict.fromkeys(("7941G", "7961G"), "mk"),
    **dict.fromkeys(("7945G", "7965G"), "be"),
    **dict.fromkeys(("7970G", "7971G-GE", "7975G"), "td"),
    **dict.fromkeys(("7811", "7821", "7841", "7861"), "sp"),
    **dict.fromkeys(("8811", "8841", "8851", "8861"), "sl-be"),
    **dict.fromkeys(("8845", "8865"), "sl-bev"),
}


def test_the_phones_of_the_guides_are_there_in_both_protocols() -> None:
    assert {name for name, model in MODELS.items() if model.protocols == ("SIP", "SCCP")} == GUIDES
    assert set(LOCALES) == set(MODELS)


def test_model_numbers_and_boot_times_are_unique_and_cucm_knows_the_loads() -> None:
    models = MODELS.values()
    assert len({model.number for model in models}) == len({model.boot_share for model in models}) == len(MODELS)
    for model in models:
        product = PRODUCTS[model.cucm_name]
        assert {protocol: model.default_load(protocol) for protocol in model.protocols} == product.loads
        assert all(model.fits(load) for protocol in model.protocols for load in model.loads(protocol))
        assert model.newer_load("SIP") not in model.firmware
        assert model.fits(model.newer_load("SIP"))


async def test_all_models_register_together(site, wait_until):
    phones = []
    for protocol in ("SIP", "SCCP"):
        for model in MODELS.values():
            if protocol not in model.protocols:
                continue
            mac = f"00005E0054{len(phones):02X}"
            profile = f"{model.cucm_name} - Standard {protocol} Non-Secure Profile"
            number = str(2000 + len(phones))
            site.provision(mac, model.cucm_name, number, protocol=protocol, securityProfileName=profile)
            phone, _ = site.phone(mac, model.name, protocol=protocol)
            phones.append((phone, protocol, number))
    assert len(phones) == 24
    for phone, _, _ in phones:
        await phone.start()
    for phone, protocol, number in phones:
        await wait_until(lambda phone=phone: phone.status.step == "ringtones", lambda phone=phone: phone.status)
        assert (phone.status.state, phone.status.findings) == ("registered", ())
        known = site.registrar.registrations()[phone.name]
        assert (known.status, known.protocol, known.lines) == ("Registered", protocol, {number: "Registered"})
        assert (known.model, known.active_load) == (phone.model.number, phone.model.default_load(protocol))
        asked = [each.filename for each in site.server.requests if each.client == phone.address]
        assert f"English_United_States/{LOCALES[phone.model.name]}-{protocol.lower()}.jar" in asked
        assert asked[-1] == phone.model.ring_list
