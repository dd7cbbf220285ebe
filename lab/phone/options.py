"""What is set on a phone itself: its power supply, a static address, an alternative TFTP server."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from lab.phone.dhcp_client import Lease


@dataclass(frozen=True)
class StaticAddress:
    """The address that somebody entered on the phone, instead of DHCP's."""

    ip: str
    mask: str = "255.255.255.0"
    gateway: str = ""
    dns: tuple[str, ...] = ()

    def lease(self) -> Lease:
        """The same as DHCP would have given it: for ever, of no server, without TFTP servers."""
        return Lease(
            address=self.ip,
            mask=self.mask,
            router=self.gateway,
            dns_servers=self.dns,
            domain="",
            server="",
            seconds=None,
            acquired=time.monotonic(),
            option_150=None,
            option_66="",
        )


@dataclass(frozen=True)
class PhoneOptions:
    """A phone's own settings. `adapter`: it has a power supply of its own; `tftp` goes before DHCP's servers."""

    adapter: bool = False
    address: StaticAddress | None = None
    tftp: tuple[str, ...] = ()

    def with_tftp(self, lease: Lease) -> Lease:
        """A lease as the phone uses it: with its alternative TFTP servers, where it has any."""
        return replace(lease, alternative=self.tftp) if self.tftp else lease
