"""The faults of what a phone downloads: trust lists, configuration, firmware, dial rules, locales, softkeys, rings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.control import ControlError
from lab.faults.injuries import Fault, Injury, SetInjury, SwitchedInjury, services

if TYPE_CHECKING:
    from lab.world import Station, World


def _config_missing(world: World, station: Station) -> Injury:
    return SetInjury(services(world, station).files.missing, f"{station.name}.cnf.xml").make()


def _device_not_in_cucm(world: World, station: Station) -> Injury:
    store = services(world, station).store
    found = store.find("Phone", station.name)
    if found is None:
        raise ControlError(f"{station.name} is not in CUCM already")
    store.remove(found.uuid)

    def restore(missing: bool) -> None:
        if not missing and store.find("Phone", station.name) is None:
            store.put("Phone", found.document, found.uuid)

    return SwitchedInjury(lambda: store.find("Phone", station.name) is None, restore)


TABLE = (
    Fault(
        "config_missing",
        "config_file",
        True,
        "phone",
        "the TFTP service does not have the phone's configuration file, though the phone is in CUCM",
        _config_missing,
    ),
    Fault("device_not_in_cucm", "config_file", True, "phone", "the phone is deleted from CUCM", _device_not_in_cucm),
)
