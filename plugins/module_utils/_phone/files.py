# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The TFTP service of a cluster, as a phone uses it: HTTP on 6970 first, then TFTP; HTTPS on 6971 before, where asked.

A server that isn't reached in a way is not asked in that way again after a few times, so that it doesn't cost a
time-out for each phone; its answers say so.
"""

from __future__ import annotations

import threading
import typing as t
import urllib.parse
from dataclasses import dataclass, replace

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.urls import authority
from ansible_collections.dialtone.voice.plugins.module_utils._phone import tftp
from ansible_collections.dialtone.voice.plugins.module_utils._phone.http import Http, Lost, NotReached
from ansible_collections.dialtone.voice.plugins.module_utils._startup.proof import Proof
from ansible_collections.dialtone.voice.plugins.module_utils._startup.service import (
    BROKEN,
    MISSING,
    THERE,
    UNREACHABLE,
    File,
)

_ENOUGH = 2
"""Times in a row that a server may be unreached in a way before it isn't asked so any more; once is enough at first."""


class Unreached(Exception):
    """No answer in this way; the text says how."""


@dataclass(frozen=True)
class Fetched:
    """A file, and what is in it where it is there. `whole` is false where it is longer than what is read."""

    file: File
    data: bytes = b""
    whole: bool = True


@dataclass(frozen=True)
class Ports:
    """Where the service listens, and how long is waited: seconds for each packet or connection."""

    http: int = 6970
    https: int = 6971
    tftp: int = 69
    timeout: float = 4.0
    tries: int = 3


class FileService:
    """The TFTP servers, asked by several threads at once.

    :param secure: whether HTTPS is asked first for files that are asked for so
    """

    def __init__(self, http: Http, ports: Ports, *, secure: bool = False) -> None:
        self._http, self._ports, self._secure = http, ports, secure
        self._lock = threading.Lock()
        self._failed: dict[tuple[str, str], int] = {}
        self._words: dict[tuple[str, str], str] = {}
        self._served: set[tuple[str, str]] = set()

    def fetch(self, server: str, name: str, limit: int, *, secure: bool = False) -> Fetched:
        """Ask one server for a file, in one way after the other until there is an answer.

        :param limit: bytes that are read at most
        :param secure: whether phones ask for this file by HTTPS
        """
        notes: list[str] = []
        broken = False
        for way in ("https", "http", "tftp"):
            if way == "https" and not (secure and self._secure):
                continue
            place = f"{way.upper()} {self._port(way)}"
            known = self._unreached(server, way)
            if known:
                notes.append(f"{place}: {known}")
                continue
            try:
                fetched = (
                    self._by_tftp(server, name, limit) if way == "tftp" else self._by_http(way, server, name, limit)
                )
            except Unreached as error:
                self._note(server, way, str(error))
                notes.append(f"{place}: {error}")
                continue
            except tftp.Broken as error:
                self._answered(server, way)
                notes.append(f"{place}: {error}")
                broken = True
                continue
            self._answered(server, way)
            if notes:
                # What was tried before belongs to the answer.
                proof = fetched.file.proof
                told = f"{'; '.join(notes)}; then {place}: {proof.answer}" if proof else "; ".join(notes)
                return replace(fetched, file=replace(fetched.file, proof=_proof(server, name, told)))
            return fetched
        status = BROKEN if broken else UNREACHABLE
        return Fetched(File(name, server, status, proof=_proof(server, name, "; ".join(notes))))

    def _port(self, way: str) -> int:
        return {"http": self._ports.http, "https": self._ports.https, "tftp": self._ports.tftp}[way]

    def _by_http(self, way: str, server: str, name: str, limit: int) -> Fetched:
        path = f"/{urllib.parse.quote(name)}"
        port = self._port(way)
        try:
            page = self._http.get(way, server, port, path, limit)
        except NotReached as error:
            raise Unreached(str(error)) from None
        except Lost as error:
            if error.begun:
                raise tftp.Broken(str(error)) from None
            raise Unreached(str(error)) from None
        asked = f"GET {way}://{authority(server, port)}{path}"
        if page.status == 404:
            return Fetched(File(name, server, MISSING, way, proof=Proof(_source(server), asked, page.words)))
        if page.status != 200:
            raise tftp.Broken(page.words)
        size = page.size if page.size is not None or not page.whole else len(page.body)
        told = f"{page.words}, {_bytes(size)}"
        file = File(name, server, THERE, way, size, proof=Proof(_source(server), asked, told))
        return Fetched(file, page.body, page.whole)

    def _by_tftp(self, server: str, name: str, limit: int) -> Fetched:
        ports = self._ports
        asked = f"TFTP read {name} at {authority(server, ports.tftp)}"
        try:
            content = tftp.read(server, name, port=ports.tftp, timeout=ports.timeout, tries=ports.tries, limit=limit)
        except tftp.Silent as error:
            raise Unreached(str(error)) from None
        except tftp.Missing as error:
            return Fetched(File(name, server, MISSING, "tftp", proof=Proof(_source(server), asked, str(error))))
        told = f"sent, {_bytes(content.size)}"
        file = File(name, server, THERE, "tftp", content.size, proof=Proof(_source(server), asked, told))
        return Fetched(file, content.data, content.whole)

    def _unreached(self, server: str, way: str) -> str:
        with self._lock:
            if self._failed.get((server, way), 0) < _ENOUGH:
                return ""
            return f"{self._words[server, way]} before, so not asked any more"

    def _note(self, server: str, way: str, words: str) -> None:
        with self._lock:
            # Whoever never answered isn't there: each way has tried its packets more than once by itself.
            once = 1 if (server, way) in self._served else _ENOUGH
            self._failed[server, way] = self._failed.get((server, way), 0) + once
            self._words[server, way] = words

    def _answered(self, server: str, way: str) -> None:
        with self._lock:
            self._failed[server, way] = 0
            self._served.add((server, way))


def refused(fetched: Fetched, words: str) -> File:
    """Return a file that is there as one that is none, with the reason added to what proves it."""
    file = fetched.file
    told = f"{file.proof.answer}, but {words}" if file.proof else words
    proof = replace(file.proof, answer=told) if file.proof else None
    return replace(file, status=BROKEN, proof=proof)


def told(file: File, words: str) -> File:
    """Return a file with more words in what proves it."""
    return replace(file, proof=replace(file.proof, answer=f"{file.proof.answer}, {words}")) if file.proof else file


def _source(server: str) -> str:
    return f"TFTP service {server}"


def _proof(server: str, name: str, answer: str) -> Proof:
    return Proof(_source(server), f"{name} by HTTP, then TFTP", answer)


def _bytes(size: t.Any) -> str:
    return "size not told" if size is None else f"{size} bytes"
