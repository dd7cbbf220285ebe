# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the TFTP service has for each phone, asked as the phones would ask, and shared files once for all.

A phone asks for its CTL, its ITL (else everybody's), its configuration (signed where it got a trust list, encrypted
where that says so), and then what the configuration names. With none of its own it takes XMLDefault.cnf.xml.
"""

from __future__ import annotations

import threading
import time
import typing as t
from dataclasses import dataclass, replace

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.crew import Crew
from ansible_collections.dialtone.voice.plugins.module_utils._phone import names, trust
from ansible_collections.dialtone.voice.plugins.module_utils._phone.config import parse_config
from ansible_collections.dialtone.voice.plugins.module_utils._phone.files import (
    Fetched,
    FileService,
    Ports,
    refused,
    told,
)
from ansible_collections.dialtone.voice.plugins.module_utils._phone.http import Http, verifying
from ansible_collections.dialtone.voice.plugins.module_utils._phone.markup import LIMIT, require
from ansible_collections.dialtone.voice.plugins.module_utils._startup.service import (
    MISSING,
    THERE,
    UNREACHABLE,
    Config,
    File,
    Files,
)

_LARGE = 2**20
"""Bytes that are read of a file that must only be there, such as an image of many megabytes."""

_EVERY = 500
"""Phones after which a line tells how far it is."""


@dataclass(frozen=True)
class FileQuestion:
    """One phone. `model` and `protocol` are those planned, or of its record; empty where not known.

    :ivar name: device name, `SEP` and twelve digits
    :ivar servers: its TFTP servers, addresses or names, in their order
    """

    name: str
    protocol: str
    model: str
    servers: tuple[str, ...]


@dataclass(frozen=True)
class FileOptions:
    """How the TFTP service is asked.

    :ivar timeout: seconds for a connection or a packet
    :ivar tries: how often a TFTP packet is sent
    :ivar parallel: phones that are asked for at once
    :ivar budget: seconds for all phones together; those not asked until then have a `gap`
    :ivar https: whether the configuration file is asked by HTTPS first, as phones with an ITL of version 1.1 do
    :ivar ca_path: file or folder with the CA certificates (PEM) for HTTPS; without it the system's decide
    """

    http_port: int = 6970
    https_port: int = 6971
    tftp_port: int = 69
    timeout: float = 3.0
    tries: int = 2
    parallel: int = 10
    budget: float = 600.0
    https: bool = False
    ca_path: str | None = None


def ask_files(
    questions: t.Sequence[FileQuestion], options: FileOptions, report: t.Callable[[str], None] = lambda line: None
) -> list[tuple[Files, Config | None]]:
    """Ask for the files of each phone.

    :return: 1:1 with the questions. The configuration is that of XMLDefault.cnf.xml (`default`) where the phone has
        none of its own; `files.config` is its own then, MISSING
    :raises Interrupted: on Ctrl-C
    """
    require()
    context = verifying(options.ca_path) if options.https else None
    ports = Ports(options.http_port, options.https_port, options.tftp_port, options.timeout, options.tries)
    with Http(options.timeout, context, options.parallel) as http:
        asker = _Asker(FileService(http, ports, secure=options.https), options.budget, len(questions), report)
        servers = list(dict.fromkeys(server for question in questions for server in question.servers))
        # Each server once before all else: who isn't there is found out by one request, not by one of each phone.
        _run(options.parallel, asker.probe, servers)
        return _run(options.parallel, asker.ask, questions)


def _run(parallel: int, work: t.Callable[[t.Any], t.Any], items: t.Sequence[t.Any]) -> list[t.Any]:
    return [outcome.value for outcome in Crew(parallel, ends=lambda error: True).run(work, items)]


class _Once:
    """Values that are made once, whoever asks first; the others wait for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: dict[t.Any, tuple[threading.Lock, list[t.Any]]] = {}

    def get(self, key: t.Any, make: t.Callable[[], t.Any]) -> t.Any:
        with self._lock:
            lock, made = self._entries.setdefault(key, (threading.Lock(), []))
        with lock:
            if not made:
                made.append(make())
            return made[0]


class _Asker:
    """Asks for one phone after the other, by several threads."""

    def __init__(self, service: FileService, budget: float, count: int, report: t.Callable[[str], None]) -> None:
        self._service, self._report, self._count = service, report, count
        self._budget = budget
        self._end = time.monotonic() + budget
        self._shared = _Once()
        self._first: dict[str, File] = {}
        self._lock = threading.Lock()
        self._done = 0

    def probe(self, server: str) -> None:
        """Ask a server for the file that every server has, and keep what it says."""
        self._first[server] = self._trust_list((server,), names.ANY_ITL, shared=True)

    def ask(self, question: FileQuestion) -> tuple[Files, Config | None]:
        """Ask for all files of one phone."""
        if not question.servers:
            return Files(gap="no TFTP server is known for this phone"), None
        if time.monotonic() > self._end:
            return Files(gap=f"not asked for: the {self._budget:g} s for all phones were used up"), None
        found = self._files(question)
        with self._lock:
            self._done += 1
            done = self._done
        if done % _EVERY == 0:
            self._report(f"files of {done} of {self._count} phones asked for")
        return found

    def _files(self, question: FileQuestion) -> tuple[Files, Config | None]:
        servers, name = question.servers, question.name
        first = {server: self._first[server] for server in servers}
        ctl = self._trust_list(servers, names.ctl(name))
        if ctl.status == UNREACHABLE:
            nothing = replace(ctl, name=names.configuration(name))
            return Files(first, ctl, replace(ctl, name=names.itl(name)), nothing), None
        itl = self._trust_list(servers, names.itl(name))
        if itl.status == MISSING:
            everybodys = self._trust_list(servers, names.ANY_ITL, shared=True)
            itl = everybodys if everybodys.status != MISSING else itl
        file, config = self._configuration(servers, name, THERE in (ctl.status, itl.status))
        files = Files(first, ctl, itl, file)
        if config is None and file.status == MISSING:
            config = self._shared.get((servers, names.XML_DEFAULT), lambda: self._default(servers))
        return (files, None) if config is None else (self._named(files, config, question), config)

    def _named(self, files: Files, config: Config, question: FileQuestion) -> Files:
        """Add the files that a configuration names."""
        servers, model = question.servers, question.model
        protocol = config.protocol or question.protocol
        load = config.load or load_of(config, model)
        trusted = any(file is not None and file.status == THERE for file in (files.ctl, files.itl))

        def shared(name: str) -> File | None:
            # A server may name a folder's file itself; what is empty isn't asked for.
            if not name:
                return None
            both = (name, f"{name}{names.SIGNED}") if trusted else (name,)
            return self._shared.get((servers, both), lambda: self._one_of(servers, both))

        at = (config.load_server,) if config.load_server else servers
        loads = names.load_files(load, model) if load else ()
        rings = names.ring_lists(model)
        return replace(
            files,
            load=self._shared.get((at, loads), lambda: self._load(at, loads)) if loads else None,
            dial_rules=shared(config.dial_rules) if protocol.upper() != "SCCP" else None,
            softkeys=shared(config.softkeys),
            user_locale=shared(names.user_locale(config.user_locale_folder, model, protocol)),
            network_locale=shared(names.network_locale(config.network_locale, model)),
            ring_list=self._shared.get((servers, rings), lambda: self._one_of(servers, rings)) if rings else None,
        )

    def _fetch(self, servers: t.Sequence[str], name: str, limit: int = LIMIT, *, secure: bool = False) -> Fetched:
        """Ask the servers in their order; the next one only where one isn't reached, as phones do."""
        missed = None
        for server in servers:
            fetched = self._service.fetch(server, name, limit, secure=secure)
            if fetched.file.status != UNREACHABLE:
                return fetched
            missed = missed or fetched
        return missed or fetched

    def _trust_list(self, servers: t.Sequence[str], name: str, *, shared: bool = False) -> File:
        if shared:
            return self._shared.get((servers[0], name), lambda: self._trust_list(servers, name))
        fetched = self._fetch(servers, name)
        if fetched.file.status != THERE:
            return fetched.file
        try:
            signed, records = trust.parse_trust_list(fetched.data)
        except ValueError as error:
            return refused(fetched, str(error))
        who = trust.signers(signed, records)
        marks = tuple(dict.fromkeys(each.fingerprint for each in records if each.call_manager and each.fingerprint))
        file = told(fetched.file, "; ".join(who))
        return replace(file, signed=True, signers=who, trusted=marks)

    def _configuration(self, servers: t.Sequence[str], name: str, trusted: bool) -> tuple[File, Config | None]:
        """Ask for a phone's own configuration file: the signed one where it got a trust list, else the plain one.

        One that says that the rest of it is encrypted leads to the encrypted one.
        """
        plain = names.configuration(name)
        file, config = None, None
        if trusted:
            file, config = self._read(servers, plain, names.SIGNED)
        if file is None or file.status == MISSING:
            file, config = self._read(servers, plain, "")
        if file.status == MISSING or (config is not None and not config.full):
            encrypted, inner = self._read(servers, plain, names.ENCRYPTED)
            if encrypted.status != MISSING or config is not None:
                # Without the encrypted one the short one is as good as none.
                return encrypted, inner or config
        return file, config

    def _read(self, servers: t.Sequence[str], plain: str, suffix: str) -> tuple[File, Config | None]:
        fetched = self._fetch(servers, f"{plain}{suffix}", secure=True)
        fetched = replace(fetched, file=replace(fetched.file, name=plain))
        if fetched.file.status != THERE:
            return fetched.file, None
        data, file = fetched.data, fetched.file
        try:
            if trust.has_header(data):
                signed = trust.parse_signed(data)
                who = trust.signers(signed)
                file = replace(told(file, who[0]), signed=True, encrypted=signed.encrypted, signers=who)
                if signed.file_name and stem(signed.file_name) != stem(plain):
                    raise ValueError(f"it was signed under another name, {signed.file_name}")
                if signed.encrypted:
                    return told(file, "encrypted"), None
                data = signed.content
            return file, parse_config(data)
        except ValueError as error:
            return refused(replace(fetched, file=file), str(error)), None

    def _default(self, servers: t.Sequence[str]) -> Config | None:
        _file, config = self._read(servers, names.XML_DEFAULT, "")
        return config if config is not None and config.default else None

    def _load(self, servers: t.Sequence[str], candidates: t.Sequence[str]) -> File:
        """Return a load's file; or the image that it lists and that isn't there, or isn't sent as it should."""
        fetched = self._first_of(servers, candidates)
        if fetched.file.status != THERE:
            return fetched.file
        for image in names.images(fetched.data):
            file = self._fetch(servers, image, _LARGE).file
            if file.status != THERE:
                return told(file, f"an image of {fetched.file.name}")
        return fetched.file

    def _one_of(self, servers: t.Sequence[str], candidates: t.Sequence[str]) -> File:
        return self._first_of(servers, candidates).file

    def _first_of(self, servers: t.Sequence[str], candidates: t.Sequence[str]) -> Fetched:
        """Return the first file of these that is there, else what is said of the first."""
        first: Fetched | None = None
        for name in candidates:
            fetched = self._fetch(servers, name, _LARGE)
            if fetched.file.status != MISSING:
                return fetched
            first = first or fetched
        return t.cast(Fetched, first)


def stem(name: str) -> str:
    """Return a file's name without folder and the marks of a signed or encrypted one, in lower case."""
    return name.rpartition("/")[2].lower().removesuffix(names.SIGNED).removesuffix(".enc")


def load_of(config: Config, model: str) -> str:
    """Return the load that XMLDefault.cnf.xml names for a model, empty for none."""
    number = names.model_number(model)
    if model in config.loads:
        return config.loads[model]
    # By its name: the numbers alone are those of CUCM's own table of models.
    own = (load for name, load in config.loads.items() if not name.isdecimal() and names.model_number(name) == number)
    return next(own, "") if number else ""
