"""The phone on the network: voice VLAN by CDP, address by DHCP, and what is bound to that address."""

from __future__ import annotations

import asyncio
import ipaddress
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from lab.phone import messages as text
from lab.phone.dhcp_client import DhcpClient, DhcpPort, Lease, NoLease
from lab.phone.downloads import Downloader, PortNumbers
from lab.phone.messages import StatusMessages
from lab.phone.options import PhoneOptions
from lab.phone.provision import Flash
from lab.phone.status import Progress, Stuck, Timings
from lab.phone.web import PhoneWeb


class Advert(Protocol):
    """What a switch tells by CDP."""

    device_id: str
    port_id: str
    native_vlan: int
    voice_vlan: int | None


class SwitchPort(DhcpPort, Protocol):
    """The switch port that a phone is plugged into."""

    interface: str
    powered: bool
    link: bool

    def attach(self, device: object) -> None:
        """Plug the phone in."""

    def detach(self) -> None:
        """Pull the cable."""

    def advert(self) -> Advert | None:
        """What the switch advertises now."""

    def routes(self, vlan: int, router: str) -> bool:
        """Whether a router with that address answers in the VLAN (0: untagged)."""

    def blink(self) -> None:
        """The phone's own interface went down or came up."""


@dataclass
class Network:
    """The phone's network stack. `vlan` is the voice VLAN, 0 for untagged; `lost` is called when the lease runs out."""

    port: SwitchPort
    ports: PortNumbers
    dhcp: DhcpClient
    web: PhoneWeb
    flash: Flash
    timings: Timings
    progress: Progress
    messages: StatusMessages
    faults: set[str]
    lost: Callable[[], None]
    options: PhoneOptions = PhoneOptions()
    lease: Lease | None = None
    vlan: int = 0
    previous_address: str = ""
    files: Downloader | None = None
    release_wanted: bool = False
    downloader: Callable[..., Downloader] = Downloader
    _renewal: asyncio.Task[None] | None = field(default=None, repr=False)

    def advert(self) -> Advert | None:
        """What the phone hears by CDP, or by LLDP-MED."""
        return None if "cdp_unheard" in self.faults else self.port.advert()

    @property
    def cut_off(self) -> bool:
        """Whether the phone has an address, but no router takes its packets to other networks."""
        return self.lease is not None and not self.port.routes(self.vlan, self.lease.router)

    def unrouted(self) -> str:
        """Why no packet leaves the phone's own network, "" if it does: no server of the lab is in it."""
        if self.lease is None or not self.cut_off:
            return ""
        router = self.lease.router
        return f"no answer, the gateway {router} is no router here" if router else "no answer, there is no gateway"

    async def join(self) -> None:
        """Find the voice VLAN and get an address. Raises Stuck."""
        advert = self.advert()
        if advert is None or advert.voice_vlan is None:
            self.progress.do("listening for CDP that names a voice VLAN")
            await asyncio.sleep(self.timings.cdp)
            advert = self.advert()
        # dot1p (VLAN 0) tags the priority only: the frames travel in the native VLAN.
        voice = advert.voice_vlan if advert and advert.voice_vlan else None
        self.vlan = voice or 0
        if voice:
            self.progress.reach("voice_vlan")
        self.progress.do(f"asking for an address in {f'VLAN {voice}' if voice else 'the untagged VLAN'}")
        lease = self.options.with_tftp(await self._address(advert, voice))
        self.lease, self.previous_address = lease, lease.address
        self.progress.reach("voice_vlan")
        await self._bind(lease)
        self._check_lease(lease)
        self._renewal = asyncio.ensure_future(self._renew(lease))

    async def _address(self, advert: Advert | None, voice: int | None) -> Lease:
        if self.options.address:
            return self.options.address.lease()
        try:
            if "dhcp_blocked" in self.faults:
                await asyncio.sleep(self.timings.dhcp_wait)
                raise NoLease("no DHCP server answered DISCOVER")
            return await self.dhcp.acquire(self.port, self.vlan, self.previous_address)
        except NoLease as error:
            self.messages.add(text.DHCP_TIMEOUT)
            self.messages.add(text.NO_ADDRESS)
            if voice:
                raise Stuck("dhcp", f"in voice VLAN {voice}: {error}") from error
            told = f"CDP from {advert.device_id} names no voice VLAN" if advert else "no CDP is heard"
            where = f"VLAN {advert.native_vlan}, untagged" if advert else "the untagged VLAN"
            raise Stuck("voice_vlan", f"{told} on {self.port.interface}, and in {where}: {error}") from error

    async def _bind(self, lease: Lease) -> None:
        if not ipaddress.IPv4Address(lease.address).is_loopback:
            raise Stuck("dhcp", f"{lease.server} gave {lease.address}, which is outside of the lab")
        known = self.flash.config
        if (known is None or known.web_access) and not self.cut_off:
            await self._serve_web(lease.address)
        self.files = self.downloader(
            lease.tftp_servers,
            lease.address,
            self.ports,
            http_timeout=self.timings.http_timeout,
            tftp_wait=self.timings.tftp_wait,
            tftp_tries=self.timings.tftp_tries,
            blocked=lambda: "download_blocked" in self.faults or self.cut_off,
        )

    async def _serve_web(self, address: str) -> None:
        try:
            await self.web.start(address, self.ports.phone_http)
        except OSError as error:
            self.progress.findings["web"] = f"the pages aren't served: {error.strerror}"

    def _check_lease(self, lease: Lease) -> None:
        """Take the step, or complain of a lease without a TFTP server; with a configuration in flash it goes on."""
        if not lease.router:
            self.messages.add(text.NO_ROUTER)
        if lease.option_150_is_text:
            shown = lease.option_150.decode("ascii", "replace")
            why = f"option 150 in the lease of {lease.address} from {lease.server} is text ({shown!r}), not addresses"
        elif not lease.tftp_servers:
            of = f"the lease of {lease.address} from {lease.server} has" if lease.server else "the phone knows"
            why = f"{of} neither option 150 nor option 66"
        else:
            self.progress.reach("dhcp")
            return
        self.messages.add(text.TFTP_TIMEOUT)
        if self.flash.config is None:
            raise Stuck("dhcp", why)
        self.progress.find("dhcp", why)

    async def _renew(self, lease: Lease) -> None:
        """Renew the lease at half of its time and again at seven eighths; start the network again when it is over."""
        while lease.seconds is not None:
            for part in (0.5, 0.875):
                await asyncio.sleep(max(0.0, lease.acquired + lease.seconds * part - time.monotonic()))
                try:
                    renewed = await self.dhcp.renew(self.port, self.vlan, lease)
                except NoLease as error:
                    self.messages.add(f"{text.DHCP_TIMEOUT} : {error}")
                else:
                    self.lease = lease = self.options.with_tftp(renewed)
                    break
            else:
                await asyncio.sleep(max(0.0, lease.acquired + lease.seconds - time.monotonic()))
                self.previous_address = ""
                self.lost()
                return

    async def leave(self) -> None:
        """Give up address and sockets."""
        renewal, self._renewal = self._renewal, None
        if renewal:
            renewal.cancel()
        if self.release_wanted and self.lease and self.lease.server:
            await self.dhcp.release(self.port, self.vlan, self.lease)
            self.previous_address = ""
        self.release_wanted = False
        await self.web.stop()
        files, self.files = self.files, None
        if files:
            await files.close()
        self.lease = None

    async def follow_web_access(self, wanted: bool) -> None:
        """Serve the web pages, or stop it, as the configuration says."""
        if self.web.running and not wanted:
            await self.web.stop()
        elif wanted and not self.web.running and not self.cut_off:
            await self._serve_web(self.lease.address)
