# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""AXL requests made from Cisco's schema: order, namespaces and nil as this version has them. zeep is used here.

zeep only writes requests here. Replies are read without the schema, because builds return elements that their own
schema
doesn't list; and zeep's way to the network isn't used at all.
"""

from __future__ import annotations

import os
import traceback
import typing as t

from ansible.module_utils.basic import missing_required_lib

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.envelope import etree
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.toolkit import WSDL
from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan, Refused, Unsupported
from ansible_collections.dialtone.voice.plugins.module_utils._text import one_line

try:
    import zeep
    from zeep.exceptions import Error as ZeepError
    from zeep.exceptions import LookupError as ZeepLookupError
    from zeep.exceptions import ValidationError
    from zeep.transports import Transport

    ZEEP_MISSING = None
except ImportError:
    ZEEP_MISSING = traceback.format_exc()
    Transport = object

_NAMESPACE = "http://www.cisco.com/AXL/API/"


class _FolderTransport(Transport):
    """Lets zeep read the files of one folder and nothing else."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        self._folder = os.path.realpath(folder)

    def load(self, url: str) -> bytes:
        path = os.path.realpath(os.path.join(self._folder, url))
        if os.path.dirname(path) != self._folder:
            raise Refused(f"the AXL schema in {self._folder} refers to {one_line(url, 100)} outside of its folder")
        with open(path, "rb") as file:
            return file.read()

    def post(self, address: str, message: t.Any, headers: t.Any) -> t.NoReturn:
        raise Unsupported("requests are sent by the session that verifies the publisher, not by zeep")


class Interface:
    """AXL's interface in one version. Loading takes about 0.7 s and 130 MB, so once for each task.

    :param folder: folder with AXLAPI.wsdl, its references checked
    :param version: the AXL version in it
    """

    def __init__(self, folder: str, version: str) -> None:
        if ZEEP_MISSING:
            raise Unsupported(missing_required_lib("zeep"), details={"exception": ZEEP_MISSING})
        settings = zeep.Settings(strict=True, forbid_dtd=True, forbid_entities=True, forbid_external=True)
        try:
            self._client = zeep.Client(
                os.path.join(folder, WSDL), transport=_FolderTransport(folder), settings=settings
            )
        except (ZeepError, etree.XMLSyntaxError) as error:
            raise Unsupported(f"the AXL schema in {folder} can't be loaded: {one_line(str(error))}") from None
        self.version = version

    def knows(self, operation: str) -> bool:
        """Tell whether this version has an operation."""
        return operation in self._client.service._operations

    def request(self, operation: str, arguments: dict[str, t.Any]) -> tuple[bytes, dict[str, str]]:
        """Return the body and the headers of a request.

        In `arguments` None leaves an element out (or is sent as nil where it must be there), an empty text is sent and
        clears, and booleans become the words that AXL takes.

        :raises Unsupported: this version has no such operation
        :raises InvalidPlan: the arguments don't fit it
        """
        if not self.knows(operation):
            raise Unsupported(f"AXL {self.version} has no operation {operation}")
        try:
            # Client.create_message has a parameter `service`, as some of AXL's requests have an element of this name.
            message = self._client.service._binding.get(operation).create(**_words(arguments)).content
        except (ValidationError, TypeError, ValueError, ZeepLookupError) as error:
            raise InvalidPlan([f"{operation}: {one_line(str(error))}"], "the request") from None
        headers = {
            "Content-Type": "text/xml; charset=utf-8",
            "SOAPAction": f'"CUCM:DB ver={self.version} {operation}"',
        }
        return etree.tostring(message, xml_declaration=True, encoding="utf-8"), headers

    def element_names(self, type_name: str) -> list[str]:
        """Return the names of a type's elements in their order, such as those of `XPhoneLine`."""
        kind = self._client.get_type(f"{{{_NAMESPACE}{self.version}}}{type_name}")
        return [name for name, _element in kind.elements]


def _words(value: t.Any) -> t.Any:
    """Write booleans as text, since AXL's pattern refuses Python's `True`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return {name: _words(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_words(item) for item in value]
    return value
