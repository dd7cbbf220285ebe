"""The steps from the trust lists to the ring tones: what a phone downloads, and its registration."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lab.phone import config as configuration
from lab.phone import messages as text
from lab.phone.alarms import Surroundings
from lab.phone.config import CallManager, ConfigError, Line, PhoneConfig
from lab.phone.downloads import Download, Downloader, is_name, unreachable
from lab.phone.firmware import Firmware, Flash, Reboot
from lab.phone.means import Means
from lab.phone.messages import StatusMessages
from lab.phone.models import Model, protocol_of
from lab.phone.session import Event, Identity, Refused, Session, Unreachable
from lab.phone.standby import FALLBACK, Standby
from lab.phone.status import Progress, Stuck, Timings
from lab.phone.trust import Undecryptable, Untrusted

TONES = "g3-tones.xml"
__all__ = ["TONES", "Flash", "Provisioning", "Reboot"]
SECURE_SCCP_PORT = 2443


@dataclass
class Provisioning(Firmware):
    """One phone's way from an address to its registration. `blocked` is asked for the fault `cucm_blocked`."""

    name: str
    mac: str
    model: Model
    flash: Flash
    timings: Timings
    progress: Progress
    messages: StatusMessages
    faults: set[str]
    unrouted: Callable[[], str] = lambda: ""
    around: Callable[[], Surroundings] = Surroundings
    config: PhoneConfig | None = None
    session: Session | None = None
    call_manager: CallManager | None = None
    alarm: tuple[int, str] = (25, "initialized")
    last: tuple[str, str] = ("", "")
    standby: Standby | None = None
    without_file: str = ""
    means: Means = Means()

    # -- before the registration -------------------------------------------------------------------------------------

    async def prepare(self, files: Downloader) -> None:
        """Take the steps ctl to dial_rules. Raises Stuck, or Reboot after a firmware upgrade."""
        silent = await self._trust_lists(files)
        self.config = await self._configuration(files, silent)
        if self.config.security_mode in ("2", "3") and not self.has_ctl:
            self.messages.add(text.NO_TRUST_LIST)
            raise Stuck("ctl", "the device security mode asks for TLS, but the phone has no CTL file and gets none")
        await self.follow_load(files, self.config)
        await self._dial_rules(files, self.config)

    @property
    def has_ctl(self) -> bool:
        """Whether a CTL file is in flash."""
        return self.flash.trust.ctl is not None

    async def _trust_lists(self, files: Downloader) -> str:
        """Take the steps ctl and itl; returns what came instead of an answer, where no server gave one."""
        ctl = await self.get(files, f"CTL{self.name}.tlv")
        if ctl.answered:
            self.progress.reach("ctl")
        else:
            self.messages.add(f"{text.TFTP_TIMEOUT} : {ctl.name}")
        if ctl.content is not None:
            self._install(ctl, "ctl")
        if ctl.answered and ctl.content is None:
            self.messages.add(text.file_not_found("CTLFile.tlv"))
        if not ctl.answered:
            silent = f"{ctl.name}: {ctl.why}"
            # Without a configuration in flash this stops the phone, which asks for the next file nevertheless.
            (self.progress.find if self.flash.config else self.progress.stick)("ctl", silent)
            return silent
        itl = await self.get(files, f"ITL{self.name}.tlv")
        if itl.content is None:
            itl = await self.get(files, "ITLFile.tlv")
        if itl.content is None:
            self.messages.add(text.NO_TRUST_LIST)
            self.progress.find("itl", f"{itl.name}: {itl.why}")
        elif self._install(itl, "itl"):
            self.progress.reach("itl")
        return ""

    def _install(self, file: Download, step: str) -> bool:
        """Take a trust list into flash; where it can't be trusted, the phone keeps what it has."""
        try:
            if self.flash.trust.install(file.name, file.content):
                self.messages.add(text.TRUST_LIST_UPDATED)
        except Untrusted as error:
            self.messages.add(text.TRUST_LIST_FAILED)
            self.progress.find(step, f"{file.name}: {error}")
            return False
        return True

    async def _configuration(self, files: Downloader, silent: str) -> PhoneConfig:
        file = await self._configuration_file(files)
        found, why, step = self._read(file)
        if silent and not file.answered and self.flash.config is None:
            raise Stuck("ctl", silent)
        if found:
            self.flash.config = found
            self.progress.reach("config_file")
            return found
        if self.flash.config is not None:
            self.progress.find("config_file", f"{why}; the phone goes on with the configuration that it had")
            return self.flash.config
        if file.answered and file.content is None:
            found, problem, _ = self._read(await self.get(files, "XMLDefault.cnf.xml"))
            sip = protocol_of(self.flash.load) == "SIP"
            if found and (found.auto_registration or sip):
                self.without_file = why
                self.progress.reach("config_file")
                return found
            why += f"; {problem or 'auto-registration is off'}"
        raise Stuck(step, why)

    async def _configuration_file(self, files: Downloader) -> Download:
        """The configuration file: with a trust list the signed one, and the encrypted one where that says so."""
        name = f"{self.name}.cnf.xml"
        file = await self.get(files, f"{name}.sgn") if self.flash.trust.installed else None
        if file is None or (file.answered and file.content is None):
            file = await self.get(files, name)
        if file.content is not None and b"<fullConfig>false<" in file.content:
            file = await self.get(files, f"{name}.enc.sgn")
        return file

    def _parsed(self, file: Download) -> tuple[PhoneConfig | None, str, str]:
        """Read what was downloaded, without a word to the user; where it can't be read, why, and at what step."""
        if file.content is None:
            return None, f"{file.name}: {file.why}", "config_file"
        try:
            return configuration.parse(self.flash.trust.open(file.name, file.content)), "", ""
        except (ConfigError, Undecryptable) as error:
            return None, f"{file.name} from {file.server} can't be read: {error}", "config_file"
        except Untrusted as error:
            return None, f"{file.name} from {file.server} is refused: {error}", "itl"

    def _read(self, file: Download) -> tuple[PhoneConfig | None, str, str]:
        """As `_parsed`, with the message that the phone shows."""
        found, why, step = self._parsed(file)
        shown = file.name.removesuffix(".sgn").removesuffix(".enc")
        if file.content is None:
            self.not_loaded(file)
        elif found:
            self.messages.add(shown)
        else:
            self.messages.add(_refusal(file.name, step))
        return found, why, step

    async def _dial_rules(self, files: Downloader, config: PhoneConfig) -> None:
        if protocol_of(self.flash.load) == "SIP" and config.dial_template:
            await self._optional(files, "dial_rules", config.dial_template)
        else:
            self.progress.reach("dial_rules")

    async def _optional(self, files: Downloader, step: str, *names: str, message: str = "") -> None:
        problems = []
        for name in names:
            file = await self.get(files, name)
            if file.content is None:
                self.not_loaded(file)
                problems.append(f"{file.name}: {file.why}")
        if problems:
            if message:
                self.messages.add(message)
            self.progress.find(step, "; ".join(problems))
        else:
            self.progress.reach(step)

    # -- the registration --------------------------------------------------------------------------------------------

    async def register(self, local: str) -> None:
        """Take the steps cucm_connection and registration. Raises Stuck."""
        config = self.config
        if config is None or not config.call_managers:
            raise Stuck("cucm_connection", "the configuration file names no CallManager")
        sip = protocol_of(self.flash.load) == "SIP"
        lines = config.lines
        if config.default:
            lines = (Line(1, self.name, self.name, "", ""),)
        identity = Identity(
            name=self.name,
            mac=self.mac,
            model_number=self.model.number,
            user_agent=self.model.user_agent,
            load=self.flash.load,
            inactive_load=self.flash.inactive_load,
            bulk=self.model.bulk_registration,
            alarm=self.alarm,
            upgrade=self.flash.upgrade,
            around=replace(self.around(), **self._trouble()),
            last=self.last,
        )
        waits = {"connect": self.timings.connect, "response": self.timings.response}

        def make() -> Session:
            return self.means.sip(identity, lines, **waits) if sip else self.means.sccp(identity, **waits)

        session = self.session = make()
        self.call_manager = await self._connect(session, config.call_managers, local)
        self.progress.reach("cucm_connection")
        if not lines:
            self.messages.add("Unprovisioned")
            raise Stuck("registration", "the configuration file names no line, so there is nothing to register")
        self.progress.do(f"registering at {self.call_manager.address}")
        try:
            refusals = await session.register()
        except Refused as refused:
            if refused.shown:
                self.messages.add(refused.shown)
                self.alarm = (24, "reg-reject")
                self.last = session.events(rejected=True)
            if config.default and not config.auto_registration:
                # What it lacks is a configuration of its own; it asks for that again, for ever.
                raise Stuck("config_file", f"{self.without_file}; with XMLDefault.cnf.xml {refused}") from refused
            raise Stuck("registration", str(refused)) from refused
        self.progress.reach("registration")
        if refusals:
            self.progress.find("registration", "; ".join(refusals))
        self.alarm, self.last = (25, "initialized"), ("", "")
        self.standby = Standby(
            config.call_managers,
            self.call_manager,
            connect=lambda manager: self._try(make(), manager, local),
            fallback=self.timings.fallback,
            tell=session.tell,
        )

    def _trouble(self) -> dict[str, Any]:
        managers = self.config.call_managers if self.config else ()
        return {
            "tftp_failed": "config_file" in self.progress.findings,
            "unknown_hosts": tuple(is_name(manager.address) for manager in managers),
        }

    async def _try(self, session: Session, manager: CallManager, local: str) -> Session:
        """Open a session at a CallManager. Raises Unreachable."""
        blocked = self.unrouted() or ("no answer" if "cucm_blocked" in self.faults else "")
        if problem := unreachable(manager.address) or blocked:
            raise Unreachable(problem)
        try:
            trusted = self.flash.trust.call_managers() if self.secure else None
            await session.connect(manager.address, self._port(manager), local, trusted)
        except Unreachable:
            await session.close()
            raise
        return session

    @property
    def secure(self) -> bool:
        """Whether the phone signals by TLS: its configuration asks for that, and its CTL knows the CallManagers."""
        return self.config is not None and self.config.security_mode in ("2", "3") and self.has_ctl

    def _port(self, manager: CallManager) -> int:
        if protocol_of(self.flash.load) == "SIP":
            return manager.sips_port if self.secure else manager.sip_port
        return SECURE_SCCP_PORT if self.secure else manager.sccp_port

    async def _connect(self, session: Session, managers: Sequence[CallManager], local: str) -> CallManager:
        problems = []
        for manager in managers:
            port = self._port(manager)
            self.progress.do(f"connecting to {manager.address} port {port}")
            try:
                await self._try(session, manager, local)
            except Unreachable as error:
                if is_name(manager.address):
                    self.messages.add(text.unknown_host(manager.address))
                problems.append(f"{'TLS' if self.secure else 'TCP'} to {manager.address} port {port}: {error}")
            else:
                return manager
        raise Stuck("cucm_connection", "; ".join(problems))

    async def finish(self, files: Downloader) -> None:
        """Take the last steps, which never stop a phone: localization, softkeys, ringtones."""
        config = self.config
        names = []
        if config.network_locale:
            names.append(f"{config.network_locale}/{TONES}")
        if config.user_locale:
            names.append(f"{config.user_locale}/{self.model.locale_file(protocol_of(self.flash.load))}")
        await self._optional(files, "localization", *names, message=text.LOCALE_ERROR)
        await self._optional(files, "softkeys", *filter(None, (config.soft_keys,)))
        await self._optional(files, "ringtones", self.model.ring_list)

    async def wait(self, files: Downloader) -> Event:
        """Wait for what ends it: reset, restart, closed, rejected, fallback. A changed configuration is a restart."""
        while True:
            event = await self.session.event()
            if event.action == "apply-config":
                if not await self._is_changed(files):
                    continue
                event = Event("restart", event.text, event.stamp)
            if event.action in ("reset", "restart"):
                self.messages.add(text.RESTART_REQUESTED)
                self.alarm = (22, "Reset-Reset") if event.action == "reset" else (23, "reset-restart")
                await self.session.unregister()
            elif event.action == "fallback":
                self.alarm = FALLBACK
                await self.session.unregister()
            elif event.action == "closed":
                self.alarm = (14, "cm-closed-tcp")
            elif event.action != "rejected":
                continue
            self.last = self.session.events(rejected=event.action == "rejected")
            return event

    async def _is_changed(self, files: Downloader) -> bool:
        found, why, _ = self._read(await self._configuration_file(files))
        if found is None:
            self.progress.findings["config_file"] = why
            return False
        changed = replace(found, stamp="") != replace(self.config, stamp="")
        if not changed:
            self.config = self.flash.config = found
        return changed

    async def leave(self) -> None:
        """Close the connection to the CallManager."""
        standby, self.standby = self.standby, None
        if standby:
            await standby.close()
        session, self.session = self.session, None
        self.call_manager = None
        if session:
            await session.close()


def _refusal(name: str, step: str) -> str:
    """The message for a configuration file that is there and can't be used."""
    if step == "itl":
        return text.not_authentic(name)
    return text.undecryptable(name) if name.endswith(".enc.sgn") else f"Error parsing {name.removesuffix('.sgn')}"
