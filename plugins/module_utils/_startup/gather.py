# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gathers the evidence of all phones: every device and every service is asked once, for all phones that need it.

A source that can't be asked becomes a gap in the evidence of those whom it concerns, and never an error.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.axl import Axl
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.crew import interruptible
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.info import services_of_nodes
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.registration import wanted_phones
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.registration_look import look_once
from ansible_collections.dialtone.voice.plugins.module_utils._errors import (
    AuthenticationFailed,
    Interrupted,
    VoiceError,
)
from ansible_collections.dialtone.voice.plugins.module_utils._results import Rows
from ansible_collections.dialtone.voice.plugins.module_utils._startup import ways
from ansible_collections.dialtone.voice.plugins.module_utils._startup.addresses import addresses_of
from ansible_collections.dialtone.voice.plugins.module_utils._startup.ask_call_managers import (
    HandshakeOptions,
    ask_call_managers,
)
from ansible_collections.dialtone.voice.plugins.module_utils._startup.ask_files import (
    FileOptions,
    FileQuestion,
    ask_files,
)
from ansible_collections.dialtone.voice.plugins.module_utils._startup.ask_pages import PageOptions
from ansible_collections.dialtone.voice.plugins.module_utils._startup.evidence import (
    CALL_MANAGERS,
    CUCM,
    DHCP,
    FILES,
    PAGES,
    REGISTRATION,
    SERVICES,
    SWITCH,
    Cluster,
    Evidence,
    Pages,
    Planned,
    Record,
    Registration,
)
from ansible_collections.dialtone.voice.plugins.module_utils._startup.find_pages import find_pages
from ansible_collections.dialtone.voice.plugins.module_utils._startup.from_cucm import (
    as_recorded,
    ask_cucm,
    registration_of,
    with_addresses,
    with_services,
)
from ansible_collections.dialtone.voice.plugins.module_utils._startup.from_dhcp import (
    Networks,
    ServerReading,
    read_server,
)
from ansible_collections.dialtone.voice.plugins.module_utils._startup.from_switch import SwitchReading
from ansible_collections.dialtone.voice.plugins.module_utils._startup.network import Dhcp, Place, Port, Switch
from ansible_collections.dialtone.voice.plugins.module_utils._startup.options import ALL
from ansible_collections.dialtone.voice.plugins.module_utils._startup.places import Fleet
from ansible_collections.dialtone.voice.plugins.module_utils._startup.planned import wanted_row
from ansible_collections.dialtone.voice.plugins.module_utils._startup.service import Config, Files, Handshake

Report = t.Callable[[str], None]

_NO_SERVER = "no TFTP server of it is known: neither its page, nor its scope, nor the plan tells one"
_LOCKED = "not asked for, so that the account isn't locked: CUCM did not accept its password twice"
# Changes of the link, in the log, that one start of a phone makes.
_ONE_START = 4
_NO_LINK = ("notconnect", "disabled", "err-disabled")
_OFF = "it was not to be asked: 'sources' leaves it out"


@dataclass
class Phone:
    """What has been gathered of one phone so far. `deep`: whether its files and pages are looked at too."""

    planned: Planned
    gaps: dict[str, str] = field(default_factory=dict)
    registration: Registration | None = None
    port: Port | None = None
    switch: Switch | None = None
    elsewhere: tuple[Place, ...] = ()
    dhcp: Dhcp | None = None
    record: Record | None = None
    deep: bool = True
    pages: Pages | None = None
    files: Files | None = None
    config: Config | None = None
    call_managers: tuple[Handshake, ...] | None = None

    def evidence(self, cluster: Cluster | None) -> Evidence:
        """Return it as the rules read it."""
        return Evidence(
            planned=self.planned,
            registration=self.registration,
            port=self.port,
            switch=self.switch,
            elsewhere=self.elsewhere,
            dhcp=self.dhcp,
            record=self.record,
            cluster=cluster,
            files=self.files,
            config=self.config,
            call_managers=self.call_managers,
            pages=self.pages,
            gaps=self.gaps,
        )


@dataclass
class Gathered:
    """The evidence, 1:1 with the phones, what one must know of it, and how many requests it took, by source."""

    evidence: list[Evidence]
    notes: list[str]
    requests: dict[str, int]


def gather(params: t.Mapping[str, t.Any], planned: t.Sequence[Planned], report: Report) -> Gathered:
    """Gather the evidence of all phones.

    :param params: the module's options
    :raises Interrupted: on Ctrl-C
    """
    with interruptible("interrupted while the evidence was gathered, before any verdict"):
        return _Gathering(params, planned, report).run()


class _Gathering:
    """One gathering, source by source; each method asks one source for all phones."""

    def __init__(self, params: t.Mapping[str, t.Any], planned: t.Sequence[Planned], report: Report) -> None:
        self.params = params
        self.report = report
        self.phones = [Phone(each) for each in planned]
        self.sources = frozenset(params["sources"])
        self.cluster: Cluster | None = None
        self.nodes: list[dict[str, t.Any]] = []
        self.notes: list[str] = []
        self.requests: dict[str, int] = {}
        self.denied = 0

    def run(self) -> Gathered:
        """Ask what tells who is missing first, and of those all the rest."""
        if self.phones:
            self.registrations()
            readings = self.switches()
            self.dhcp(readings)
            self.cucm()
            for phone in self.phones:
                phone.deep = self.params["judge"] == ALL or not _as_planned(phone)
            if any(phone.deep for phone in self.phones):
                self.services()
                self.pages()
                self.files()
                self.call_managers()
                self.pages_again()
        for note in self.notes:
            self.report(note)
        return Gathered([phone.evidence(self.cluster) for phone in self.phones], self.notes, self.requests)

    def _gap(self, phones: t.Iterable[Phone], source: str, why: t.Any) -> None:
        for phone in phones:
            phone.gaps[source] = str(why)

    def _count(self, error: VoiceError) -> None:
        self.denied += isinstance(error, AuthenticationFailed)

    def _deep(self) -> list[Phone]:
        return [phone for phone in self.phones if phone.deep]

    def registrations(self) -> None:
        """Take the given registrations, else look by RISPort70."""
        rows = self.params.get("registrations")
        if rows is None:
            if REGISTRATION not in self.sources:
                self._gap(self.phones, REGISTRATION, _OFF)
                return
            rows = self._looked()
        elif rows and all(row.get("refused") for row in rows):
            # Whoever waited had the password refused already.
            self.denied += 1
        by_name = {str(row.get("key", "")).upper(): row for row in rows}
        for phone in self.phones:
            row = by_name.get(phone.planned.name.upper(), {})
            told = registration_of(row)
            if isinstance(told, Registration):
                phone.registration = told
            else:
                phone.gaps[REGISTRATION] = told

    def _looked(self) -> list[dict[str, t.Any]]:
        wanted, _faults = wanted_phones([wanted_row(phone.planned) for phone in self.phones])
        rows = Rows("phones", [each.name for each in wanted])
        self.report(f"asking for the registrations of {len(wanted)} phones")
        try:
            look = look_once(self.params, wanted, rows, self.report, axl_fallback=CUCM in self.sources)
        except Interrupted:
            raise
        except VoiceError as error:
            self._count(error)
            for row in rows:
                row.fail(error)
        else:
            self.notes += look.notes
            self.requests[REGISTRATION] = look.requests
        return [row.as_dict() for row in rows]

    def switches(self) -> dict[str, SwitchReading]:
        """Read the results of the switches, and find each phone's port and the other places where it is seen."""
        fleet = Fleet.of(self.params["switches"])
        for phone in self.phones:
            found = fleet.find(phone.planned)
            phone.switch, phone.port, phone.elsewhere = found.switch, found.port, found.elsewhere
            if found.gap:
                phone.gaps[SWITCH] = found.gap
        return fleet.readings

    def dhcp(self, readings: dict[str, SwitchReading]) -> None:
        """Find each phone's scopes, relays and lease in what the DHCP servers said."""
        given = {name: read_server(name, result) for name, result in self.params["dhcp_servers"].items()}
        servers = {name: reading for name, reading in given.items() if isinstance(reading, ServerReading)}
        why = "; ".join(reading for reading in given.values() if isinstance(reading, str))
        why = why if given else "no DHCP server was looked at"
        networks = Networks(readings, servers)
        for phone in self.phones:
            # Also without any server, because the relays are the switches' own.
            phone.dhcp = networks.of(phone.planned) if readings or servers else None
            if why:
                phone.gaps[DHCP] = why

    def cucm(self) -> None:
        """Ask CUCM's database; a phone that is not as its record says is not as planned either."""
        if CUCM not in self.sources:
            self._gap(self.phones, CUCM, _OFF)
            return
        names = [phone.planned.name for phone in self.phones]
        deep = self.params["judge"] == ALL
        needed = {phone.planned.name for phone in self.phones if deep or not _as_planned(phone)}
        self.report(f"asking CUCM's database for {len(names)} phones")
        try:
            with Axl(self.params, report=self.report) as axl:
                told = ask_cucm(axl, names, needed)
                self.requests[CUCM] = axl.requests
        except Interrupted:
            raise
        except VoiceError as error:
            self._count(error)
            self._gap(self.phones, CUCM, error)
            return
        self.cluster, self.nodes = told.cluster, told.nodes
        self.notes += [f"CUCM did not tell the {problem}" for problem in told.problems]
        for phone in self.phones:
            name, planned = phone.planned.name, phone.planned
            phone.record = told.records.get(name)
            if name in told.gaps:
                phone.gaps[CUCM] = told.gaps[name]
            if phone.registration:
                given = bool(planned.nodes), bool(planned.load)
                phone.registration = as_recorded(phone.registration, phone.record, self.cluster, given)

    def services(self) -> None:
        """Ask Control Center of each node."""
        phones = self._deep()
        if SERVICES not in self.sources:
            self._gap(phones, SERVICES, _OFF)
            return
        if self.denied > 1:
            self._gap(phones, SERVICES, _LOCKED)
            return
        try:
            answers = services_of_nodes(self.params, ways.voice_nodes(self.nodes))
        except VoiceError as error:
            self._gap(phones, SERVICES, error)
            return
        self.requests[SERVICES] = len(answers)
        self.cluster, gaps = with_services(self.cluster or Cluster(), answers)
        self.cluster = with_addresses(self.cluster, addresses_of(answers))
        if gaps:
            self._gap(phones, SERVICES, "; ".join(gaps.values()))

    def pages(self) -> None:
        """Ask each phone at the first of its addresses at which it answers itself."""
        phones = self._deep()
        if PAGES not in self.sources:
            self._gap(phones, PAGES, _OFF)
            return
        self._ask_for_pages(phones, "")

    def pages_again(self) -> None:
        """Ask those once more that are missing: a phone that starts over and over has no pages in between.

        Not those whose port has no link and that are seen nowhere else: hundreds without power would cost a time-out.
        """
        asked = (each for each in self._deep() if each.pages is None and not _as_planned(each))
        missing = [each for each in asked if each.elsewhere or not _is_dark(each.port)]
        if PAGES in self.sources and missing:
            self._ask_for_pages(missing, " once more")

    def _ask_for_pages(self, phones: list[Phone], again: str) -> None:
        options = PageOptions(
            http_port=self.params["phone_http_port"],
            timeout=self.params["device_timeout"],
            parallel=self.params["parallel"],
        )
        wanted = [(each.planned.name, ways.page_addresses(each.registration, each.dhcp, each.port)) for each in phones]
        known = sum(bool(addresses) for _name, addresses in wanted)
        if again and not known:
            return
        self.report(f"asking {known} phones for their pages{again}")
        found, asked = find_pages(wanted, options)
        self.requests[PAGES] = self.requests.get(PAGES, 0) + asked
        for phone, told in zip(phones, found, strict=True):
            if isinstance(told, Pages):
                phone.pages = told
                phone.gaps.pop(PAGES, None)
            else:
                phone.gaps[PAGES] = told

    def files(self) -> None:
        """Ask the TFTP servers that each phone would use for its files."""
        phones = self._deep()
        if FILES not in self.sources:
            self._gap(phones, FILES, _OFF)
            return
        asked = []
        for phone in phones:
            servers = ways.tftp_servers(phone.planned, phone.dhcp, phone.pages)
            if servers:
                asked.append((phone, servers))
            else:
                phone.gaps[FILES] = _NO_SERVER
        options = FileOptions(
            http_port=self.params["config_http_port"],
            https_port=self.params["config_https_port"],
            tftp_port=self.params["tftp_port"],
            timeout=self.params["device_timeout"],
            parallel=self.params["parallel"],
            ca_path=self.params.get("ca_path"),
        )
        self.requests[FILES] = len(asked)
        if not asked:
            return
        self.report(f"asking the TFTP service for the files of {len(asked)} phones")
        questions = [self._question(phone, servers) for phone, servers in asked]
        for (phone, _servers), (files, config) in zip(asked, ask_files(questions, options, self.report), strict=True):
            phone.files, phone.config = files, config
            if files.gap:
                phone.gaps[FILES] = files.gap

    def _question(self, phone: Phone, servers: tuple[str, ...]) -> FileQuestion:
        record = phone.record if phone.record and phone.record.exists else None
        protocol = (record.protocol if record else "") or phone.planned.protocol
        model = (record.model if record else "") or phone.planned.model
        return FileQuestion(phone.planned.name, protocol, model, servers)

    def call_managers(self) -> None:
        """Connect once to each CallManager and port that the phones' configuration files name."""
        phones = self._deep()
        if CALL_MANAGERS not in self.sources:
            self._gap(phones, CALL_MANAGERS, _OFF)
            return
        wanted: dict[str, list[tuple[str, int, bool]]] = {}
        for phone in phones:
            if phone.config is None or not phone.config.members:
                why = "its configuration file is not known, which names its CallManagers"
                phone.gaps[CALL_MANAGERS] = phone.gaps.get(FILES, why)
            else:
                wanted[phone.planned.name] = ways.call_managers(phone.config, phone.planned, phone.record)
        options = HandshakeOptions(timeout=self.params["device_timeout"], parallel=self.params["parallel"])
        tried = {each for group in wanted.values() for each in group}
        answers = ask_call_managers(tried, options) if tried else {}
        self.requests[CALL_MANAGERS] = len(answers)
        for phone in phones:
            group = wanted.get(phone.planned.name)
            if group is not None:
                phone.call_managers = tuple(answers[each] for each in group if each in answers)
                if len(phone.call_managers) < len(group):
                    phone.gaps[CALL_MANAGERS] = "not all of its CallManagers were tried in the time given"


def _is_dark(port: Port | None) -> bool:
    """Tell whether a port has no link, and has not had several starts of a phone lately."""
    return port is not None and port.link in _NO_LINK and (port.link_changes or 0) <= _ONE_START


def _as_planned(phone: Phone) -> bool:
    return phone.registration is not None and phone.registration.problem is None
