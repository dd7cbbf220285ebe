"""The faults between a phone and its CallManagers: steps cucm_connection and registration."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING

from lab.control import ControlError
from lab.faults.injuries import Fault, Injury, MapInjury, services

if TYPE_CHECKING:
    from lab.world import Station, World


def _rejected(code: int, text: str, reason: int) -> Callable[[World, Station], Injury]:
    """A fault by which the CallManager refuses the phone: SIP code and warning text, RIS StatusReason."""

    def make(world: World, station: Station) -> Injury:
        return MapInjury(services(world, station).registrar.reject, station.name, (code, text, reason)).make()

    return make


def _digest_failed(world: World, station: Station) -> Injury:
    """The CallManager wants digest credentials that the phone's configuration file doesn't hold."""
    if station.phone.protocol != "SIP":
        raise ControlError(f"{station.name} speaks {station.phone.protocol}, which knows no digest credentials")
    digest = services(world, station).registrar.digest
    return MapInjury(digest, station.name, (station.name.lower(), secrets.token_hex(8))).make()


TABLE = (
    Fault(
        "duplicate_registration",
        "registration",
        True,
        "phone",
        "another device is registered under the phone's name (StatusReason 16)",
        _rejected(403, "Duplicate registration", 16),
    ),
    Fault(
        "maximum_devices_exceeded",
        "registration",
        True,
        "phone",
        "the CallManager has no room for one more device (StatusReason 5)",
        _rejected(503, "Maximum number of registered devices exceeded", 5),
    ),
    Fault(
        "digest_authentication_failed",
        "registration",
        True,
        "phone",
        "the CallManager wants digest credentials that the phone does not have",
        _digest_failed,
    ),
)
