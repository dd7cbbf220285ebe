"""The phone models of the lab: CUCM's numbers, loads, power draw.

Model numbers: `sipcc`'s phone_platform_constants.h (7961: 30018) and chan-sccp's device types (7965: 436, 7975: 437);
683 is the number of the 8841 in XMLDefault.cnf.xml of CUCM 11. Power: what switches print for these models (`Cisco IP
Phone 8841`, class 2, 6.3 W; 7965, class 3, 12.0 W).
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
    locale_jar: str = "be-sip.jar"
    ring_list: str = "Ringlist-wb.xml"
    boot_share: float = 1.0

    @property
    def platform(self) -> str:
        """The name that the phone gives in CDP."""
        return f"Cisco IP Phone {self.name.removesuffix('G')}"

    def default_load(self, protocol: str) -> str:
        """The load that CUCM's device defaults name for this model and protocol, "" where it can't speak it."""
        loads = self.sccp_firmware if protocol.upper() == "SCCP" else self.firmware
        return loads[0] if loads else ""

    def locale_file(self, protocol: str) -> str:
        """The file of a user locale for this model and protocol: `mk-sip.jar`, `mk-sccp.jar`."""
        return self.locale_jar.replace("-sip.", "-sccp.") if protocol.upper() == "SCCP" else self.locale_jar

    def fits(self, load: str) -> bool:
        """Whether a load of this name is made for the hardware."""
        return load.lower().startswith(self.load_prefixes)


def protocol_of(load: str) -> str:
    """The protocol that a load speaks, by its name."""
    return "SCCP" if load.upper().startswith("SCCP") else "SIP"


MODELS: dict[str, Model] = {
    model.name: model
    for model in (
        Model(
            name="8841",
            cucm_name="Cisco 8841",
            number=683,
            watts=6.3,
            device_type="CP-8841",
            user_agent="Cisco-CP8841/12.8.1",
            firmware=("sip88xx.12-8-1-0001-455", "sip88xx.12-5-1SR3-74"),
            load_prefixes=("sip88xx.",),
            boot_load="sb288xx.BE-01-026",
            bulk_registration=True,
        ),
        Model(
            name="7841",
            cucm_name="Cisco 7841",
            number=622,
            watts=3.8,
            device_type="CP-7841",
            user_agent="Cisco-CP7841/12.8.1",
            firmware=("sip78xx.12-8-1-0001-455", "sip78xx.12-5-1SR3-74"),
            load_prefixes=("sip78xx.",),
            boot_load="sboot78xx.12-5-1SR3-74",
            locale_jar="rtl-sip.jar",
            boot_share=0.65,
            bulk_registration=True,
        ),
        Model(
            name="7961G",
            cucm_name="Cisco 7961",
            number=30018,
            watts=6.3,
            device_type="CP-7961G",
            user_agent="Cisco-CP7961G/9.4.2",
            firmware=("SIP41.9-4-2SR3-1S", "SIP41.9-3-1SR4-1S"),
            sccp_firmware=("SCCP41.9-4-2SR3-1S", "SCCP41.9-3-1SR4-1S"),
            load_prefixes=("sip41.", "sccp41."),
            boot_load="tnp41.8-3-1-21a.bin",
            locale_jar="mk-sip.jar",
            ring_list="Ringlist.xml",
            status_clock="short",
            boot_share=1.25,
        ),
        Model(
            name="7965G",
            cucm_name="Cisco 7965",
            number=436,
            watts=12.0,
            device_type="CP-7965G",
            user_agent="Cisco-CP7965G/9.4.2",
            firmware=("SIP45.9-4-2SR3-1S", "SIP45.9-3-1SR4-1S"),
            sccp_firmware=("SCCP45.9-4-2SR3-1S", "SCCP45.9-3-1SR4-1S"),
            load_prefixes=("sip45.", "sccp45."),
            boot_load="tnp65.8-3-1-21a.bin",
            locale_jar="sp-sip.jar",
            status_clock="short",
            boot_share=1.4,
        ),
        Model(
            name="7975G",
            cucm_name="Cisco 7975",
            number=437,
            watts=12.0,
            device_type="CP-7975G",
            user_agent="Cisco-CP7975G/9.4.2",
            firmware=("SIP75.9-4-2SR3-1S", "SIP75.9-3-1SR4-1S"),
            sccp_firmware=("SCCP75.9-4-2SR3-1S", "SCCP75.9-3-1SR4-1S"),
            load_prefixes=("sip75.", "sccp75."),
            boot_load="tnp75.8-3-1-21a.bin",
            locale_jar="sp-sip.jar",
            status_clock="short",
            boot_share=1.45,
        ),
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
