# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""AXL requests made from Cisco's schema: order, namespaces and nil as this version has them. zeep is used here.

zeep only writes requests here. Replies are read without the schema, because builds return elements that their own
schema
doesn't list; and zeep's way to the network isn't used at all.
"""

from __future__ import annotations

import threading
import traceback
import typing as t

from ansible.module_utils.basic import missing_required_lib

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.envelope import elements, etree
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.marks import NIL, Marker
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.stencil import (
    Shape,
    Stencil,
    put_together,
    taken_apart,
    written,
)
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.toolkit import WSDL
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.xsd import Definitions
from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan, Refused, Unsupported
from ansible_collections.dialtone.voice.plugins.module_utils._text import one_line

try:
    import zeep
    from zeep.exceptions import Error as ZeepError
    from zeep.exceptions import LookupError as ZeepLookupError
    from zeep.exceptions import ValidationError
    from zeep.transports import Transport

    ZEEP_MISSING = None
    _MISFITS: tuple[type[Exception], ...] = (ValidationError, TypeError, ValueError, ZeepLookupError)
except ImportError:
    ZEEP_MISSING = traceback.format_exc()
    Transport = object
    _MISFITS = ()


# Where zeep believes the schema to be; a path would be looked for on the disk.
_BASE = "file:///axl-schema/"

_SHAPES = 200
"""Requests of different shapes that are remembered at most."""


class _CutTransport(Transport):
    """Gives zeep the files that were cut out of a schema and nothing else."""

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__()
        self._files = files

    def load(self, url: str) -> bytes:
        name = url.removeprefix(_BASE)
        if name not in self._files:
            raise Refused(f"the AXL schema refers to {one_line(url, 100)} outside of itself")
        return self._files[name]

    def post(self, address: str, message: t.Any, headers: t.Any) -> t.NoReturn:
        raise Unsupported("requests are sent by the session that verifies the publisher, not by zeep")


class Interface:
    """AXL's interface in one version. Several threads may use it.

    Of the schema, zeep gets for each operation only what that one needs, when it is first used: loading all of it would
    take 0.7 s and 130 MB.

    :param folder: folder with AXLAPI.wsdl, its references checked
    :param version: the AXL version in it
    """

    def __init__(self, folder: str, version: str) -> None:
        if ZEEP_MISSING:
            raise Unsupported(missing_required_lib("zeep"), details={"exception": ZEEP_MISSING})
        self.definitions = Definitions(folder)
        self.version = version
        self._folder = folder
        self._clients: dict[str, t.Any] = {}
        self._met: set[Shape] = set()
        self._stencils: dict[Shape, Stencil | None] = {}
        self._lock = threading.Lock()

    def knows(self, operation: str) -> bool:
        """Tell whether this version has an operation."""
        return operation in self.definitions.operations

    def request(self, operation: str, arguments: dict[str, t.Any]) -> tuple[bytes, dict[str, str]]:
        """Return the body and the headers of a request.

        In `arguments` None leaves an element out (or is sent as nil where it must be there, which an empty tuple is
        not), an empty text is sent and
        clears, and booleans become the words that AXL takes.

        :raises Unsupported: this version has no such operation
        :raises InvalidPlan: the arguments don't fit it
        """
        if not self.knows(operation):
            raise Unsupported(f"AXL {self.version} has no operation {operation}")
        # One at a time: zeep doesn't say that several threads may, and only one could compute anyway.
        with self._lock:
            client = self._clients.get(operation)
            if client is None:
                client = self._clients[operation] = self._load(operation)
            try:
                # Client.create_message has a parameter `service`, as some of AXL's requests have an element so called.
                body = self._written(operation, client.service._binding.get(operation), _words(arguments))
            except _MISFITS as error:
                raise InvalidPlan([f"{operation}: {one_line(str(error))}"], "the request") from None
        headers = {
            "Content-Type": "text/xml; charset=utf-8",
            "SOAPAction": f'"CUCM:DB ver={self.version} {operation}"',
        }
        return body, headers

    def _written(self, operation: str, writer: t.Any, words: dict[str, t.Any]) -> bytes:
        """Write a request: with the stencil that others of its shape have left, or with zeep."""
        texts: list[str] = []
        try:
            key = (operation, taken_apart(words, texts))
        except TypeError:
            return written(writer.create(**words).content)
        stencil = self._stencils.get(key)
        if stencil is not None:
            return stencil.fill(texts)
        body = written(writer.create(**words).content)
        # Not for the first one, since most shapes are needed once.
        if key in self._met and key not in self._stencils:
            stencil = _stencil(writer, words, texts)
            self._stencils[key] = stencil if stencil is not None and stencil.fill(texts) == body else None
        elif len(self._met) < _SHAPES:
            self._met.add(key)
        return body

    def _load(self, operation: str) -> t.Any:
        wsdl, files = self.definitions.cut([operation])
        settings = zeep.Settings(strict=True, forbid_dtd=True, forbid_entities=True, forbid_external=True)
        try:
            return zeep.Client(_BASE + WSDL, transport=_CutTransport({WSDL: wsdl, **files}), settings=settings)
        except (ZeepError, etree.XMLSyntaxError) as error:
            raise Unsupported(
                f"{operation} of the AXL schema in {self._folder} can't be loaded: {one_line(str(error))}"
            ) from None


def _stencil(writer: t.Any, words: dict[str, t.Any], texts: list[str]) -> Stencil | None:
    """Return a stencil for requests of this shape, or None where zeep does not write all texts as they are."""
    marks = Stencil.marks(len(texts))
    try:
        return Stencil.of(writer.create(**put_together(words, iter(marks))).content, marks)
    except _MISFITS:
        return None


_FREE = "vendorConfig"


def _words(value: t.Any) -> t.Any:
    """Write booleans as text, since AXL's pattern refuses Python's `True`, and free XML as elements."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Marker):
        return zeep.xsd.Nil if value is NIL else zeep.xsd.SkipValue
    if isinstance(value, dict):
        return {
            name: {"_value_1": elements(item)} if name == _FREE and isinstance(item, dict) else _words(item)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [_words(item) for item in value]
    # An empty list would be refused where a list has to have members, even if all of it may be left out.
    return zeep.xsd.SkipValue if value == () else value
