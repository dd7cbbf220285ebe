"""The faults of a scope that Kea serves, made through its control agent as its administrator would."""

from __future__ import annotations

import copy
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lab.control import ControlError

if TYPE_CHECKING:
    from lab.kea import KeaServer

Subnet = dict[str, Any]
ROUTERS, TFTP_SERVERS = 3, 150
_STRANGERS = 0x02005E100000


@dataclass
class KeaInjury:
    """The subnet of a network became another one; None: it is gone."""

    kea: KeaServer
    network: str
    before: Subnet
    after: Subnet | None = None

    def make(self, change: Callable[[Subnet], Subnet | None]) -> KeaInjury:
        changed = change(copy.deepcopy(self.before))
        if changed == self.before:
            raise ControlError(f"{self.kea.name}, {self.network}: it is so already")
        self._set(changed)
        self.after = subnet(self.kea, self.network)
        return self

    def holds(self) -> bool:
        return subnet(self.kea, self.network) == self.after

    def heal(self) -> None:
        if self.holds():
            self._set(self.before)

    def _set(self, wanted: Subnet | None) -> None:
        server = self.kea.command("config-get")["Dhcp4"]
        others = [each for each in server["subnet4"] if each["subnet"] != self.network]
        server["subnet4"] = [*others, *([wanted] if wanted else [])]
        self.kea.command("config-set", {"Dhcp4": server})


@dataclass
class KeaExhausted:
    """Strangers hold every address that was free, and that of the phone; all others keep theirs."""

    kea: KeaServer
    subnet: Subnet
    taken: list[str] = field(default_factory=list)

    def include(self, mac: str) -> None:
        """The phone loses its address, and nobody gets another one."""
        leased = self._leased()
        for address in self._pool():
            if leased.get(address) == mac:
                self.kea.command("lease4-del", {"ip-address": str(address)})
            if address not in leased or leased[address] == mac:
                number = f"{_STRANGERS + int(address) % 0x10000:012x}"
                stranger = ":".join(number[index : index + 2] for index in range(0, 12, 2))
                lease = {"ip-address": str(address), "hw-address": stranger, "subnet-id": self.subnet["id"]}
                self.kea.command("lease4-add", lease)
                self.taken.append(str(address))

    def holds(self) -> bool:
        leased = self._leased()
        return bool(self.taken) and all(address in leased for address in self._pool())

    def heal(self) -> None:
        leased = {str(address): mac for address, mac in self._leased().items()}
        for address in self.taken:
            if int(leased.get(address, "0"), 16) >> 16 == _STRANGERS >> 16:
                self.kea.command("lease4-del", {"ip-address": address})
        self.taken.clear()

    def _pool(self) -> list[ipaddress.IPv4Address]:
        found = []
        for pool in self.subnet["pools"]:
            low, _, high = (part.strip() for part in pool["pool"].partition("-"))
            first, last = ipaddress.IPv4Address(low), ipaddress.IPv4Address(high)
            found += [first + step for step in range(int(last) - int(first) + 1)]
        return found

    def _leased(self) -> dict[ipaddress.IPv4Address, str]:
        """Address -> 12 hex digits of all that is given out."""
        answer = self.kea.command("lease4-get-all", {"subnets": [self.subnet["id"]]})
        return {
            ipaddress.IPv4Address(lease["ip-address"]): lease["hw-address"].replace(":", "").upper()
            for lease in answer.get("leases", [])
        }


def subnet(kea: KeaServer, network: str) -> Subnet | None:
    """Kea's subnet of that network, None without one."""
    found = kea.command("config-get")["Dhcp4"]["subnet4"]
    return next((each for each in found if each["subnet"] == network), None)


def option(code: int, data: str | None) -> Callable[[Subnet], Subnet]:
    """A change of an option of the subnet: it says `data`, or goes (None)."""

    def change(wanted: Subnet) -> Subnet:
        others = [each for each in wanted.get("option-data", []) if each["code"] != code]
        if data is not None:
            others.append({"code": code, "space": "dhcp4", "data": data})
        return {**wanted, "option-data": others}

    return change
