"""The phone models of the lab's cluster: what CUCM's device support packages define of each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PhoneModel:
    """A phone model. `product` is AXL's product and model ("Cisco 8841"), `loads` the default load by protocol."""

    product: str
    buttons: int
    loads: dict[str, str]

    @property
    def short_name(self) -> str:
        """The model as template names spell it: "8841"."""
        return self.product.removeprefix("Cisco ")

    def button_template(self, protocol: str) -> str:
        """Name of the standard phone button template."""
        return f"Standard {self.short_name} {protocol}"

    def security_profile(self, protocol: str) -> str:
        """Name of the standard non-secure phone security profile."""
        return f"{self.product} - Standard {protocol} Non-Secure Profile"

    def secure_profile(self, protocol: str, security: str) -> str:
        """Name of the lab's profile of that kind; a cluster has only non-secure ones until somebody makes others."""
        return f"{self.product} - {protocol} {SECURE_PROFILES[security][0]}"


SECURE_PROFILES = {
    "authenticated": ("Authenticated", "Authenticated", "false"),
    "encrypted": ("Encrypted", "Encrypted", "false"),
    "encrypted_file": ("Encrypted Configuration", "Encrypted", "true"),
}
"""How a phone may be secured -> what its profile is called, its deviceSecurityMode, its tftpEncryptedConfig."""


def _sip(load: str) -> dict[str, str]:
    return {"SIP": load}


def _both(series: str) -> dict[str, str]:
    return {"SIP": f"SIP{series}.9-4-2SR3-1S", "SCCP": f"SCCP{series}.9-4-2SR3-1S"}


_SIP78XX = "sip78xx.12-8-1-0001-455"
_SIP88XX = "sip88xx.12-8-1-0001-455"
_SIP8845_65 = "sip8845_65.12-8-1-0001-455"

MODELS: dict[str, PhoneModel] = {
    model.product: model
    for model in (
        PhoneModel("Cisco 7811", 1, _sip(_SIP78XX)),
        PhoneModel("Cisco 7821", 2, _sip(_SIP78XX)),
        PhoneModel("Cisco 7841", 4, _sip(_SIP78XX)),
        PhoneModel("Cisco 7861", 16, _sip(_SIP78XX)),
        PhoneModel("Cisco 7911", 1, _both("11")),
        PhoneModel("Cisco 7941", 2, _both("41")),
        PhoneModel("Cisco 7942", 2, _both("42")),
        PhoneModel("Cisco 7945", 2, _both("45")),
        PhoneModel("Cisco 7961", 6, _both("41")),
        PhoneModel("Cisco 7962", 6, _both("42")),
        PhoneModel("Cisco 7965", 6, _both("45")),
        PhoneModel("Cisco 7970", 8, _both("70")),
        PhoneModel("Cisco 7971", 8, _both("70")),
        PhoneModel("Cisco 7975", 8, _both("75")),
        PhoneModel("Cisco 8811", 5, _sip(_SIP88XX)),
        PhoneModel("Cisco 8841", 5, _sip(_SIP88XX)),
        PhoneModel("Cisco 8845", 5, _sip(_SIP8845_65)),
        PhoneModel("Cisco 8851", 5, _sip(_SIP88XX)),
        PhoneModel("Cisco 8861", 5, _sip(_SIP88XX)),
        PhoneModel("Cisco 8865", 5, _sip(_SIP8845_65)),
    )
}
"""The models by product."""

WITHOUT_LOAD = {
    "Third-party SIP Device (Advanced)": (
        "Third-party SIP Device (Advanced)",
        "Third-party SIP Device Advanced - Standard SIP Non-Secure Profile",
    ),
    "Cisco Unified Client Services Framework": (
        "Standard Client Services Framework",
        "Cisco Unified Client Services Framework - Standard SIP Non-Secure Profile",
    ),
}
"""Products for SIP that have no firmware, so no row in Device Defaults: their button template and security profile, as
public replies and scripts name them."""
