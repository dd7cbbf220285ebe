"""The step firmware_upgrade: the load that a configuration asks for, its download, and what a phone keeps in flash."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from lab.phone import messages as text
from lab.phone.alarms import UpgradeReport
from lab.phone.config import PhoneConfig
from lab.phone.downloads import Download, Downloader
from lab.phone.messages import StatusMessages
from lab.phone.models import Model, protocol_of
from lab.phone.status import Progress, Timings
from lab.phone.trust import Trust


class Reboot(Exception):
    """The phone has to start again, with another load."""


@dataclass
class Flash:
    """What a phone keeps without power: its loads, how the last upgrade went, the last configuration, trust lists."""

    load: str
    inactive_load: str = ""
    config: PhoneConfig | None = None
    trust: Trust = field(default_factory=Trust)
    upgrade: UpgradeReport = UpgradeReport()


class Firmware:
    """The part of a phone that downloads files and installs loads."""

    flash: Flash
    messages: StatusMessages
    model: Model
    progress: Progress
    timings: Timings
    alarm: tuple[int, str]

    async def get(self, files: Downloader, name: str) -> Download:
        """Ask for a file, and tell of it."""
        self.progress.do(f"downloading {name}")
        return await files.get(name)

    def not_loaded(self, file: Download) -> None:
        """Show the message for a file that the phone doesn't have now."""
        if file.broken:
            self.messages.add(f"{text.TFTP_ERROR} : {file.name}")
        else:
            self.messages.add(text.file_not_found(file.name) if file.absent else f"{text.TFTP_TIMEOUT} : {file.name}")

    async def follow_load(self, files: Downloader, config: PhoneConfig) -> None:
        """Upgrade where another load is wanted. Raises Reboot; a load that can't be had is a finding."""
        wanted = config.load or config.loads.get(self.model.number, "")
        problem = await self._upgrade(files, wanted) if wanted and wanted != self.flash.load else ""
        speaks = protocol_of(self.flash.load)
        if config.protocol and config.protocol != speaks:
            told = f"the configuration is for {config.protocol}, the load {self.flash.load} speaks {speaks}"
            problem = f"{told}; {problem}" if problem else told
        if problem:
            self.progress.find("firmware_upgrade", problem)
        else:
            self.progress.reach("firmware_upgrade")

    async def _upgrade(self, files: Downloader, wanted: str) -> str:
        """Install a load and raise Reboot; returns why it can't be had where it can't."""
        if not self.model.fits(wanted):
            self.messages.add(text.LOAD_REJECTED)
            self.flash.upgrade = UpgradeReport("Failed", "Hardware incompatible", "")
            return f"the load {wanted} isn't made for a {self.model.name}; the phone keeps {self.flash.load}"
        image = await self.get(files, f"{wanted}.loads")
        for name in (image.content or b"").decode("ascii", "replace").split():
            self.progress.do(f"downloading {name}")
            image = await files.get(name)
            if image.content is None:
                break
        if image.content is None:
            self.not_loaded(image)
            reason = "File not found" if image.absent else "Transfer failed" if image.broken else "TFTP timeout"
            self.flash.upgrade = UpgradeReport("Failed", f"{reason}: {image.name}", image.server)
            return f"{image.name}: {image.why}; the phone keeps {self.flash.load}"
        self.progress.do(f"installing {wanted}")
        await asyncio.sleep(self.timings.upgrade)
        self.flash.inactive_load, self.flash.load = self.flash.load, wanted
        self.flash.upgrade = UpgradeReport("Successful", "", image.server)
        self.alarm = (22, "Reset-Reset")
        raise Reboot
