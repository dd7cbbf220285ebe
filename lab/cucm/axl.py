"""The AXL service: SOAP bytes in, SOAP bytes out. No sockets here."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from lab.cucm import axl_faults as faults
from lab.cucm import soap
from lab.cucm.axl_actions import WRITES, Actions
from lab.cucm.axl_objects import MAX_RESPONSE, Objects
from lab.cucm.axl_rules import rank_of
from lab.cucm.dictionary import Dictionary
from lab.cucm.keys import learn
from lab.cucm.records import StoredObject
from lab.cucm.schema import Schema, load_schema, release_order
from lab.cucm.store import Store

_NAMESPACE = re.compile(r"http://www\.cisco\.com/AXL/API/(\d+\.\d+)")
_SOAP_ACTION = re.compile(r"CUCM:DB ver=(\d+\.\d+)(?: +(\w+))?")
_VERBS = ("add", "get", "list", "update", "remove")
_RANKED = {
    "User": "End User",
    "AppUser": "Application User",
    "UserGroup": "User Group",
    "LdapDirectory": "LDAP Directory",
}
_WRITE = re.compile(r"(add|update|remove|reset|restart|apply|wipe|lock|assign|unassign|executeSQLUpdate)(?![a-z])")


class UnsupportedVersion(Exception):
    """The request's SOAPAction or namespace names no version that this cluster takes, or they disagree."""


@dataclass(frozen=True)
class Request:
    """A SOAP request whose version is known: `name` is for instance "addPhone"."""

    version: str
    name: str
    element: etree._Element

    @property
    def writes(self) -> bool:
        """Whether it needs write access and counts for the throttle."""
        return self.name in WRITES or bool(_WRITE.match(self.name))


class AxlService:
    """AXL of one cluster. `schema_dirs` maps versions to folders with Cisco's schema; `build` is the full version.

    `strict` refuses what real clusters tolerate, see `Schema.validate`. Raises FileNotFoundError for a folder without
    a schema. `tables` gives the rows of types that are no configuration, such as RegistrationDynamic.
    """

    def __init__(
        self, *, store: Store, schema_dirs: dict[str, Path], build: str, max_response: int = MAX_RESPONSE
    ) -> None:
        for folder in schema_dirs.values():
            if not (folder / "AXLSoap.xsd").is_file():
                raise FileNotFoundError(f"no AXLSoap.xsd in {folder}")
        self._store = store
        self._tables = Dictionary(store)
        self._schema_dirs = schema_dirs
        self._build = build
        self.max_response = max_response
        self.strict = False
        self.tables: dict[str, Callable[[], list[StoredObject]]] = {}
        self._loaded: dict[str, tuple[Schema, Objects, Actions]] = {}
        self._loading = threading.Lock()

    def close(self) -> None:
        """Free what SQL queries made; the service may be used again."""
        self._tables.close()

    @property
    def versions(self) -> list[str]:
        """The schema versions that the cluster takes, oldest first."""
        return sorted(self._schema_dirs, key=release_order)

    def load(self, version: str) -> None:
        """Load a version's schema where it isn't yet: 0.3 s, so call it in a thread."""
        with self._loading:
            if version not in self._loaded:
                schema = load_schema(version, self._schema_dirs[version])
                for kind in schema.kinds():
                    learn(kind, schema.key(kind))
                release = ".".join(self._build.split(".")[:2])
                objects = Objects(
                    self._store,
                    schema,
                    release=release,
                    max_response=lambda: self.max_response,
                    tables=lambda kind: self.tables[kind]() if kind in self.tables else None,
                )
                self._loaded[version] = (
                    schema,
                    objects,
                    Actions(self._store, objects, self._tables, version=self._build),
                )

    def add(self, version: str, kind: str, document: dict[str, Any]) -> str:
        """Add an object as an `add` request of that version would, and return its uuid. Raises AxlFault."""
        self.load(version)
        return self._loaded[version][1].add(kind, document)

    def is_loaded(self, version: str) -> bool:
        """Tell whether `execute` can answer requests of this version at once."""
        return version in self._loaded

    def read(self, body: bytes, soap_action: str | None) -> Request:
        """Return the request in a POST's body. Raises soap.NotSoap or UnsupportedVersion.

        `soap_action` may be absent, as some clients leave it out; where it is there, it must agree with the namespace.
        """
        element = soap.read(body)
        name = etree.QName(element)
        namespace = _NAMESPACE.fullmatch(name.namespace or "")
        action = _SOAP_ACTION.fullmatch((soap_action or "").strip().strip('"'))
        versions = {match[1] for match in (namespace, action) if match}
        if soap_action and soap_action.strip('"') and not action:
            raise UnsupportedVersion
        if not namespace or len(versions) != 1 or namespace[1] not in self._schema_dirs:
            raise UnsupportedVersion
        return Request(version=namespace[1], name=name.localname, element=element)

    def execute(self, request: Request, *, user: str, roles: Collection[str], rank: int = 1) -> tuple[int, bytes]:
        """Return HTTP status and SOAP reply of a request; its version's schema must be loaded.

        `rank` is the account's, 1 is the highest.
        """
        try:
            content = self._execute(request, user, roles, rank)
        except faults.AxlFault as fault:
            reply = soap.fault(blame=fault.blame, code=fault.code, message=fault.message, request=request.name)
            return 500, reply
        schema = self._loaded[request.version][0]
        return 200, soap.response(schema.namespace, f"{request.name}Response", content, xsi=schema.declares_xsi)

    def _execute(self, request: Request, user: str, roles: Collection[str], rank: int) -> str:
        schema, objects, actions = self._loaded[request.version]
        schema.validate(request.element, strict=self.strict)
        if request.writes and "axl_write" not in roles:
            raise faults.no_privilege(user, request.name)
        if request.writes and rank > 1:
            self._check_rank(request, objects, rank)
        action = actions.find(request.name)
        if action:
            return action(request.element)
        for verb in _VERBS:
            kind = request.name.removeprefix(verb)
            if kind != request.name and objects.supports(verb, kind):
                return objects.execute(verb, kind, request.element)
        raise faults.AxlFault(5002, f"Unknown request: {request.name}")

    def _check_rank(self, request: Request, objects: Objects, rank: int) -> None:
        """Refuse to remove, or to give other groups to, a user of a higher rank.

        What a rank rules is in the AXL developer guide, "User Rank Interactions": users, application users, user groups
        and LDAP directories, and nothing that they own.
        """
        verb = next((verb for verb in ("remove", "update") if request.name.startswith(verb)), "")
        kind = request.name.removeprefix(verb)
        if kind not in _RANKED or (verb == "update" and request.element.find("associatedGroups") is None):
            return
        stored = objects.find(kind, request.element)
        if stored and rank_of(stored) < rank:
            raise faults.rank_too_low(verb, _RANKED[kind])


def version_list(versions: Collection[str]) -> str:
    """Return versions as CUCM lists them: "11.5, 12.0 and 12.5"."""
    names = list(versions)
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def out_of_memory(request: str) -> bytes:
    """Return the fault of a read for which there is no memory."""
    fault = faults.out_of_memory()
    return soap.fault(blame=fault.blame, code=fault.code, message=fault.message, request=request)
