"""A Cisco IP phone as a state machine: it walks the start-up ladder over its switch port and real sockets.

It loses everything but its flash when power goes, starts its network again when the link or the voice VLAN changes,
obeys resets, and tries for ever what it can't do yet.
"""

from __future__ import annotations

import asyncio
import logging
import random
import re
from dataclasses import dataclass

from lab.phone.alarms import NO_VLAN, Surroundings
from lab.phone.downloads import PortNumbers
from lab.phone.means import Means
from lab.phone.messages import StatusMessages
from lab.phone.models import MODELS, Model, protocol_of
from lab.phone.network import Network, SwitchPort
from lab.phone.options import PhoneOptions
from lab.phone.provision import Flash, Provisioning, Reboot
from lab.phone.shown import page_data
from lab.phone.status import PhoneStatus, Progress, Stuck, Timings
from lab.phone.trust import Trust
from lab.phone.web import PageData

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Conditions:
    """What the phone depends on from below; another `generation` means: start the network again."""

    powered: bool
    link: bool
    voice_vlan: int | None
    generation: int
    cut_off: bool


class Phone:
    """A phone. `mac` is 12 hex digits, `model` a key of MODELS ("8841"), `load` "" for the model's default.

    `key` was entered at it, for an encrypted configuration file. `faults` holds names of `lab.phone.status.FAULTS`;
    call `recheck()` after changing it.
    """

    def __init__(
        self,
        *,
        mac: str,
        model: str,
        protocol: str = "SIP",
        load: str = "",
        port: SwitchPort,
        net: PortNumbers,
        timings: Timings | None = None,
        key: bytes = b"",
        options: PhoneOptions | None = None,
        means: Means | None = None,
    ) -> None:
        if not re.fullmatch(r"[0-9A-F]{12}", mac.upper()):
            raise ValueError(f"{mac!r} isn't a MAC address of 12 hex digits")
        if model not in MODELS:
            raise ValueError(f"{model!r} is none of the lab's models: {', '.join(MODELS)}")
        self.mac = mac.upper()
        self.name = f"SEP{self.mac}"
        self.model: Model = MODELS[model]
        self.port = port
        self._faults: set[str] = set()
        self.lit = True
        self.timings = timings or Timings()
        self.options = options or PhoneOptions()
        self._means = means or Means()
        first = load or self.model.default_load(protocol)
        if not first:
            raise ValueError(f"a {model} doesn't speak {protocol}")
        self._flash = Flash(load=first, trust=Trust(key=key))
        self._progress = Progress(stuck_at="power")
        self.messages = StatusMessages(self.model.status_clock)
        self._provisioning = self._new_provisioning()
        self._network = Network(
            port=port,
            ports=net,
            dhcp=self._means.dhcp(
                self.mac,
                self.name,
                f"Cisco Systems, Inc. {self.model.platform}",
                wait=self.timings.dhcp_wait,
                tries=self.timings.dhcp_tries,
            ),
            web=self._means.web(self._page_data),
            downloader=self._means.downloader,
            flash=self._flash,
            timings=self.timings,
            progress=self._progress,
            messages=self.messages,
            faults=self.faults,
            lost=self.recheck,
            options=self.options,
        )
        self._changed = asyncio.Event()
        self._generation = 0
        self._boot_wanted = True
        self._powered = False
        self._task: asyncio.Task[None] | None = None
        self._random = random.Random(self.mac)

    # -- what others see ---------------------------------------------------------------------------------------------

    @property
    def faults(self) -> set[str]:
        """The phone's own faults: names of FAULTS, to add and discard."""
        return self._faults

    @property
    def watts(self) -> float:
        """Power that the phone draws from its port: none with an adapter."""
        return 0.0 if self.options.adapter else self.model.watts

    @property
    def talks(self) -> bool:
        """Whether its image runs, so that it sends frames, CDP and LLDP."""
        return "firmware_boot_failed" not in self._faults

    @property
    def platform(self) -> str:
        """Its name in CDP: "Cisco IP Phone 8841"."""
        return self.model.platform

    @property
    def load(self) -> str:
        """The load that it runs."""
        return self._flash.load

    @property
    def protocol(self) -> str:
        """The protocol that its load speaks."""
        return protocol_of(self._flash.load)

    @property
    def address(self) -> str | None:
        """Its address, None without a lease."""
        return self._network.lease.address if self._network.lease else None

    @property
    def status(self) -> PhoneStatus:
        """How far it has come, and why no further."""
        progress = self._progress
        state = "stuck" if progress.stuck_at else "registered" if progress.registered else "starting"
        config = self._provisioning.config
        return PhoneStatus(
            step=progress.step,
            stuck_at=progress.stuck_at,
            why=progress.why,
            state=state if self._powered else "off",
            address=self.address,
            dns=[line.number for line in config.lines] if config else [],
            load=self.load,
            findings=tuple(f"{step}: {finding}" for step, finding in progress.findings.items()),
            doing="" if state == "registered" or not self._powered else progress.doing,
        )

    # -- what others do ----------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Plug the phone in; it starts by itself once the port gives power."""
        if self._task is None:
            self._task = asyncio.ensure_future(self._run())
            self._task.add_done_callback(self._ended)
            self.port.attach(self)
            self._changed.set()

    async def stop(self) -> None:
        """Pull the cable."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            self.port.detach()
            self._lose_power()

    def move(self, port: SwitchPort) -> None:
        """Pull the cable and plug it into another port."""
        self.port.detach()
        self.port = self._network.port = port
        self.port.attach(self)
        self._changed.set()

    def link_changed(self) -> None:
        """The switch port's power, link or CDP advert is another one."""
        self._changed.set()

    def recheck(self) -> None:
        """Start the network again, as unplugging for a moment would."""
        self._generation += 1
        self._changed.set()

    def power_cycle(self) -> None:
        """Reset the phone by hand."""
        self._boot_wanted = True
        self.recheck()

    @property
    def trust(self) -> Trust:
        """The trust lists in its flash."""
        return self._flash.trust

    def forget(self) -> None:
        """Erase the configuration in the flash, and only that."""
        self._flash.config = None

    def factory_reset(self) -> None:
        """Erase configuration and trust list, give the address back, and start again."""
        self._flash.config = None
        self._flash.trust.forget()
        self._network.release_wanted = True
        self.power_cycle()

    # -- power and link ----------------------------------------------------------------------------------------------

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()):
            _log.error("%s: the phone failed", self.name, exc_info=error)
            self._progress.stick(self._progress.step or "power", f"the simulated phone itself failed: {error!r}")

    def _new_provisioning(self) -> Provisioning:
        return Provisioning(
            name=self.name,
            mac=self.mac,
            model=self.model,
            flash=self._flash,
            timings=self.timings,
            progress=self._progress,
            messages=self.messages,
            faults=self.faults,
            unrouted=lambda: self._network.unrouted(),
            around=self._surroundings,
            means=self._means,
        )

    def _surroundings(self) -> Surroundings:
        lease, advert = self._network.lease, self._network.advert()
        return Surroundings(
            model=self.model.device_type,
            mask=lease.mask if lease else "",
            gateway=lease.router if lease else "",
            neighbor=advert.device_id if advert else "",
            neighbor_port=advert.port_id if advert else "",
            voice_vlan=self._network.vlan or NO_VLAN,
            dhcp=self.options.address is None,
        )

    def _conditions(self) -> _Conditions:
        advert = self._network.advert() if self.talks else None
        voice = advert.voice_vlan if advert else None
        powered = self.options.adapter or self.port.powered
        # A link that the phone itself takes down while it tries to start is no reason to begin anew.
        link = self.port.link or not self.lit
        return _Conditions(powered, link, voice, self._generation, self._network.cut_off)

    async def _run(self) -> None:
        while True:
            self._changed.clear()
            now = self._conditions()
            self._powered = now.powered
            if not now.powered:
                self._lose_power()
                await self._changed.wait()
            elif not now.link:
                source = "the adapter gives power, but " if self.options.adapter else ""
                told = "has no link" if source else "gives power but has no link"
                self._progress.stick("power", f"{source}{self.port.interface} {told}")
                self._progress.do("waiting for a link")
                await self._changed.wait()
            else:
                await self._live_under(now)

    async def _live_under(self, conditions: _Conditions) -> None:
        """Live until the conditions are others."""
        boot, self._boot_wanted = self._boot_wanted, False
        life = asyncio.ensure_future(self._live(boot=boot))
        try:
            while self._conditions() == conditions:
                self._changed.clear()
                change = asyncio.ensure_future(self._changed.wait())
                try:
                    await asyncio.wait({life, change}, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    change.cancel()
                if life.done():
                    life.result()
        finally:
            life.cancel()
            await asyncio.gather(life, return_exceptions=True)

    def _lose_power(self) -> None:
        self._powered = False
        self._boot_wanted = True
        self.messages.clear()
        self._provisioning = self._new_provisioning()
        self._progress.lose()
        self._progress.why = f"{self.port.interface} gives no power"

    # -- the ladder --------------------------------------------------------------------------------------------------

    async def _live(self, *, boot: bool) -> None:
        if boot:
            await self._boot()
        self._progress.back_to("voice_vlan")
        while True:
            boot = False
            try:
                await self._network.join()
                await self._serve()
                boot = True
            except Stuck as stuck:
                await self._wait_to_retry(stuck)
            finally:
                await self._provisioning.leave()
                await self._network.leave()
            if boot:
                await self._boot()
            self._progress.back_to("voice_vlan")

    async def _wait_to_retry(self, stuck: Stuck) -> None:
        self._progress.stick(stuck.step, str(stuck))
        seconds = self.timings.retry * self._random.uniform(0.9, 1.1)
        self._progress.pause(seconds)
        await asyncio.sleep(seconds)

    async def _boot(self) -> None:
        self._progress.back_to("power")
        self._progress.reach("power")
        self._provisioning.config = None
        self._progress.do(f"starting {self.load}")
        seconds = self.timings.boot * self.model.boot_share * self._random.uniform(0.85, 1.15)
        await asyncio.sleep(seconds)
        try:
            while "firmware_boot_failed" in self.faults:
                self._progress.stick("firmware_boot", "the image in flash can't be started; the phone starts again")
                await self._dark(max(seconds, self.timings.retry))
        finally:
            self.lit = True
        self._progress.reach("firmware_boot")

    async def _dark(self, seconds: float) -> None:
        """Start once more in vain: the interface goes down, and comes up for a moment."""
        for lit in (False, True):
            self.lit = lit
            self.port.blink()
            await asyncio.sleep(seconds)

    # -- service -----------------------------------------------------------------------------------------------------

    async def _serve(self) -> None:
        """Get the configuration and register, for ever; returns when the phone has to boot."""
        prepare = True
        while True:
            try:
                if prepare:
                    self._progress.back_to("ctl")
                    await self._provisioning.prepare(self._network.files)
                    await self._network.follow_web_access(self._provisioning.config.web_access)
                self._progress.back_to("cucm_connection")
                await self._provisioning.register(self._network.lease.address)
                await self._provisioning.finish(self._network.files)
                event = await self._provisioning.wait(self._network.files)
            except Reboot:
                return
            except Stuck as stuck:
                await self._provisioning.leave()
                await self._wait_to_retry(stuck)
                prepare = True
                continue
            await self._provisioning.leave()
            if event.action == "reset":
                return
            prepare = event.action not in ("closed", "fallback")

    def _page_data(self) -> PageData:
        return page_data(self, self._network, self._provisioning, self._flash)
