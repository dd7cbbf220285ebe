"""The phone models of the lab: CUCM's numbers, loads, power draw.

Model numbers: `sipcc`'s phone_platform_constants.h and chan-sccp's device types (79xx), RISPort70's table of models
(78xx, 88xx). Power: what switches print for these models (`Cisco IP Phone 8841`, class 2, 6.3 W; 7945 and 7965, class
3, 12.0 W), else what their data sheets name. Locale files: usecallmanagernz's list of user locales.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Model:
    """One model of phone.

    `firmware` are the loads that the cluster's TFTP service offers for it, its default first. `status_clock` is how
    its family dates status messages ("bracketed": time and date, "short": time only). `bulk_registration`: registers
    line 1 and names the others in its body. `boot_share`: how long it takes to start, an 8841's time being 1 (ordered
    by the hardware's age, not measured).
    """

    name: str
    cucm_name: str
    number: int
    watts: float
    device_type: str
    user_agent: str
    firmware: tuple[str, ...]
    sccp_firmware: tuple[str, ...] = ()
    load_prefixes: tuple[str, ...] = ()
    boot_load: str = ""
    bulk_registration: bool = False
    status_clock: str = "bracketed"
    locale_jar: str = "sl-be-sip.jar"
    ring_list: str = "Ringlist-wb.xml"
    boot_share: float = 1.0

    @property
    def platform(self) -> str:
        """The name that the phone gives in CDP."""
        return f"Cisco IP Phone {self.name.partition('G')[0]}"

    @property
    def protocols(self) -> tuple[str, ...]:
        """The protocols that there is firmware for, SIP first."""
        return ("SIP", "SCCP") if self.sccp_firmware else ("SIP",)

    def default_load(self, protocol: str) -> str:
        """The load that CUCM's device defaults name for this model and protocol, "" where it can't speak it."""
        return next(iter(self.loads(protocol)), "")

    def loads(self, protocol: str) -> tuple[str, ...]:
        """The loads that the TFTP service offers for this model and protocol, the default first."""
        return self.sccp_firmware if protocol.upper() == "SCCP" else self.firmware

    def newer_load(self, protocol: str) -> str:
        """A load for this model and protocol that came out later, and that the TFTP service doesn't have."""
        series, release = self.loads(protocol)[0].split(".", 1)
        return f"{series}.{'9-4-2SR4-3S' if release.startswith('9') else '14-0-1-0201-153'}"

    def locale_file(self, protocol: str) -> str:
        """The file of a user locale for this model and protocol: `mk-sip.jar`, `mk-sccp.jar`."""
        return self.locale_jar.replace("-sip.", "-sccp.") if protocol.upper() == "SCCP" else self.locale_jar

    def fits(self, load: str) -> bool:
        """Whether a load of this name is made for the hardware."""
        return load.lower().startswith(self.load_prefixes)


def protocol_of(load: str) -> str:
    """The protocol that a load speaks, by its name."""
    return "SCCP" if load.upper().startswith("SCCP") else "SIP"


def _78xx(name: str, number: int, watts: float, boot_share: float) -> Model:
    return Model(
        name=name,
        cucm_name=f"Cisco {name}",
        number=number,
        watts=watts,
        device_type=f"CP-{name}",
        user_agent=f"Cisco-CP{name}/12.8.1",
        firmware=("sip78xx.12-8-1-0001-455", "sip78xx.12-5-1SR3-74", "sip78xx.12-7-1-0001-403"),
        load_prefixes=("sip78xx.",),
        boot_load="sboot78xx.12-5-1SR3-74",
        locale_jar="sp-sip.jar",
        boot_share=boot_share,
        bulk_registration=True,
    )


def _88xx(name: str, number: int, watts: float, boot_share: float, *, series: str = "88xx") -> Model:
    return Model(
        name=name,
        cucm_name=f"Cisco {name}",
        number=number,
        watts=watts,
        device_type=f"CP-{name}",
        user_agent=f"Cisco-CP{name}/12.8.1",
        firmware=(f"sip{series}.12-8-1-0001-455", f"sip{series}.12-5-1SR3-74", f"sip{series}.12-7-1-0001-403"),
        load_prefixes=(f"sip{series}.",),
        boot_load="sb288xx.BE-01-026",
        bulk_registration=True,
        locale_jar="sl-be-sip.jar" if series == "88xx" else "sl-bev-sip.jar",
        boot_share=boot_share,
    )


def _79xx(
    name: str, number: int, watts: float, boot_share: float, *, series: str, boot: str, jar: str, ring_list: str
) -> Model:
    """`series` is the part of a load's name that its models share (7941 and 7961: "41")."""
    short = name.partition("G")[0]
    return Model(
        name=name,
        cucm_name=f"Cisco {short}",
        number=number,
        watts=watts,
        device_type=f"CP-{name}",
        user_agent=f"Cisco-CP{name}/9.4.2",
        firmware=(f"SIP{series}.9-4-2SR3-1S", f"SIP{series}.9-3-1SR4-1S", f"SIP{series}.9-4-2SR2-2S"),
        sccp_firmware=(f"SCCP{series}.9-4-2SR3-1S", f"SCCP{series}.9-3-1SR4-1S", f"SCCP{series}.9-4-2SR2-2S"),
        load_prefixes=(f"sip{series}.", f"sccp{series}."),
        boot_load=f"tnp{boot}.8-3-1-21a.bin",
        locale_jar=f"{jar}-sip.jar",
        ring_list=ring_list,
        status_clock="short",
        boot_share=boot_share,
    )


_NARROW, _WIDE = "Ringlist.xml", "Ringlist-wb.xml"

MODELS: dict[str, Model] = {
    model.name: model
    for model in (
        _88xx("8841", 683, 6.3, 1.0),
        _88xx("8811", 36217, 6.3, 0.95),
        _88xx("8851", 684, 8.6, 1.05),
        _88xx("8861", 685, 12.0, 1.1),
        _88xx("8845", 36224, 9.6, 1.15, series="8845_65"),
        _88xx("8865", 36225, 12.0, 1.2, series="8845_65"),
        _78xx("7841", 622, 3.8, 0.65),
        _78xx("7811", 36213, 3.8, 0.6),
        _78xx("7821", 621, 3.8, 0.62),
        _78xx("7861", 623, 3.8, 0.7),
        _79xx("7961G", 30018, 6.3, 1.25, series="41", boot="41", jar="mk", ring_list=_NARROW),
        _79xx("7941G", 115, 6.3, 1.22, series="41", boot="41", jar="mk", ring_list=_NARROW),
        _79xx("7965G", 436, 12.0, 1.4, series="45", boot="65", jar="be", ring_list=_WIDE),
        _79xx("7945G", 435, 12.0, 1.38, series="45", boot="65", jar="be", ring_list=_WIDE),
        _79xx("7975G", 437, 12.0, 1.45, series="75", boot="75", jar="td", ring_list=_WIDE),
        _79xx("7971G-GE", 119, 15.4, 1.5, series="70", boot="70", jar="td", ring_list=_NARROW),
        _79xx("7970G", 30006, 10.3, 1.48, series="70", boot="70", jar="td", ring_list=_NARROW),
    )
}

BY_CUCM_NAME: dict[str, Model] = {model.cucm_name: model for model in MODELS.values()}


def default_load(cucm_name: str, protocol: str) -> str:
    """CUCM's default load for a model ("Cisco 8841") and protocol; "" for one the lab doesn't know."""
    model = BY_CUCM_NAME.get(cucm_name)
    return model.default_load(protocol) if model else ""


def all_loads() -> frozenset[str]:
    """Every load that the cluster's TFTP service has."""
    return frozenset(load for model in MODELS.values() for load in (*model.firmware, *model.sccp_firmware))
