# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Leases of a DHCP server: what can be asked for, and what every kind of server offers to `dhcp_leases_info`."""

from __future__ import annotations

import abc
import typing as t
from dataclasses import asdict, dataclass, field
from ipaddress import IPv4Address

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import row_fault
from ansible_collections.dialtone.voice.plugins.module_utils._text import nearest, normalize_mac

MAC, ADDRESS, SCOPE = "macs", "addresses", "scopes"

ASKED = (MAC, ADDRESS, SCOPE)
"""The options of the module, in the order of its results."""


@dataclass(frozen=True)
class Question:
    """One thing that is asked for.

    :ivar kind: MAC, ADDRESS or SCOPE
    :ivar value: a MAC address as 00:11:22:33:44:55, an address, or the name of a scope
    """

    kind: str
    value: str


@dataclass(frozen=True)
class Offer:
    """What a scope tells its clients of gateways and TFTP servers, what it inherits from its server included.

    :ivar option_150: addresses in their order, empty where there are none
    :ivar option_150_text: what is there where it is no list of addresses, empty otherwise
    :ivar quote: the server's own lines about the scope
    """

    gateways: tuple[str, ...] = ()
    option_150: tuple[str, ...] = ()
    option_150_text: str = ""
    option_66: str = ""
    quote: str = ""


def offer_of(state: t.Mapping[str, t.Any], quote: str) -> Offer:
    """Return what a scope tells its clients.

    :param state: the words of a result of `dhcp_scopes`: text in place of a list is no list
    """
    gateway, servers = state.get("gateway"), state.get("tftp_servers")
    return Offer(
        tuple(part.strip() for part in str(gateway).split(",")) if gateway else (),
        tuple(servers) if isinstance(servers, list) else (),
        servers if isinstance(servers, str) else "",
        str(state.get("tftp_server_name") or ""),
        quote,
    )


@dataclass
class Lease:
    """One address that is given out, in the words of a result.

    :ivar mac: as 00:11:22:33:44:55, None where the client is known by something else
    :ivar client_id: hexadecimal digits
    :ivar state: active, offered, reserved or declined, or the server's own word
    :ivar expires: a time, `infinite`, or None where the server does not tell
    :ivar offer: what this client is told in place of what its scope tells, None where it is told that
    """

    address: str
    mac: str | None = None
    client_id: str | None = None
    hostname: str | None = None
    scope: str | None = None
    state: str = "active"
    expires: str | None = None
    interface: str | None = None
    offer: Offer | None = None

    def words(self) -> dict[str, t.Any]:
        return asdict(self)


@dataclass
class Use:
    """How full a scope is.

    :ivar size: addresses that are handed out
    :ivar used: those of them that are leased, None where the server does not tell
    :ivar reserved: addresses of the scope that belong to one MAC address each
    :ivar conflicts: addresses that are held back, because somebody else was found to have them
    :ivar left: how many are free, None where the server does not tell
    :ivar offer: what clients are told beside their address
    """

    name: str
    network: str
    size: int
    used: int | None
    reserved: int = 0
    conflicts: list[str] = field(default_factory=list)
    left: int | None = 0
    offer: Offer = Offer()

    def words(self) -> dict[str, t.Any]:
        found = asdict(self)
        offer = found.pop("offer")
        return {**found, **offer}


@dataclass
class Answer:
    """What a server knows.

    :ivar leases: None where the server does not tell them
    :ivar use: of the scope that the leases are in, or that was asked for
    :ivar log: the server's own lines about a MAC address, None where they cannot be had
    """

    leases: list[Lease] | None
    use: Use | None = None
    log: list[str] | None = None

    def words(self) -> dict[str, t.Any]:
        return {
            "leases": None if self.leases is None else [lease.words() for lease in self.leases],
            "scope": self.use.words() if self.use else None,
            "log": self.log,
        }


class LeaseSource(abc.ABC):
    """One DHCP server, as a context manager: entering it connects.

    :ivar asked: `scopes` and `leases`: by which command or request they are read
    """

    asked: t.ClassVar[dict[str, str]]

    def __init__(self, params: dict[str, t.Any]) -> None:
        self.params = params

    @abc.abstractmethod
    def __enter__(self) -> LeaseSource: ...

    @abc.abstractmethod
    def __exit__(self, kind: t.Any, error: t.Any, trace: t.Any) -> None: ...

    @property
    @abc.abstractmethod
    def where(self) -> str:
        """What messages call the server."""

    @abc.abstractmethod
    def addresses(self) -> list[str]:
        """Return the server's own addresses, as far as they are known; `scopes` has been called before."""

    @abc.abstractmethod
    def scopes(self) -> list[str]:
        """Read the server's scopes and return their names."""

    @abc.abstractmethod
    def answer(self, questions: t.Sequence[Question]) -> list[Answer]:
        """Read what is asked for, and return an answer to each question; `scopes` has been called before.

        :raises Unsupported: the server cannot tell, or not in words that are known here
        """


def read_questions(params: t.Mapping[str, t.Any]) -> tuple[list[Question], list[str]]:
    """Return what is asked for, and what is wrong with it."""
    found: list[Question] = []
    faults: list[str] = []
    for kind in ASKED:
        for index, value in enumerate(params.get(kind) or []):
            try:
                found.append(Question(kind, _READERS[kind](value)))
            except ValueError as error:
                faults.append(row_fault(kind, index, str(value), str(error)))
    return found, faults


def unknown_scopes(questions: t.Sequence[Question], there: t.Sequence[str], where: str) -> list[str]:
    """Return a fault for each scope that the server does not have, with the names that come nearest."""
    asked = [each.value for each in questions if each.kind == SCOPE]
    faults = []
    for index, name in enumerate(asked):
        if name not in there:
            near = nearest(name, there)
            meant = f"; did you mean {' or '.join(near)}?" if near else ""
            faults.append(row_fault(SCOPE, index, name, f"{where} has no scope of this name{meant}"))
    return faults


def colons(digits: str) -> str:
    """Return twelve hexadecimal digits as 00:11:22:33:44:55."""
    low = digits.lower()
    return ":".join(low[at : at + 2] for at in range(0, 12, 2))


def _read_address(value: t.Any) -> str:
    try:
        return str(IPv4Address(str(value).strip()))
    except ValueError:
        raise ValueError(f"{value!r} is no IPv4 address") from None


_READERS: dict[str, t.Callable[[t.Any], str]] = {
    MAC: lambda value: colons(normalize_mac(value)),
    ADDRESS: _read_address,
    SCOPE: str,
}
