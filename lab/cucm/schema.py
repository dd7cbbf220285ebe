"""The AXL schema of one version: Cisco's own files, from a folder that holds them, as validator and as data model.

The folder has AXLAPI.wsdl, AXLSoap.xsd and AXLEnums.xsd; PyPI's `ciscoaxl` distribution carries them for 8.5 to 12.5.
Loading takes some 0.3 s of CPU, most of it libxml2's, which lets other threads run meanwhile.
"""

from __future__ import annotations

import functools
import os
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path

from lxml import etree

from lab.cucm.axl_faults import invalid_request, invalid_value
from lab.cucm.soap import NIL

_XSD = "{http://www.w3.org/2001/XMLSchema}"
SCHEMA_FILES = ("AXLAPI.wsdl", "AXLEnums.xsd", "AXLSoap.xsd")


@dataclass(frozen=True, eq=False)
class Field:
    """An element of a complex type. `content` is "reference", "boolean", "text", "any" or "complex"."""

    name: str
    content: str
    default: str | None = None
    nillable: bool = False
    repeated: bool = False
    values: frozenset[str] | None = None
    node: etree._Element | None = None
    alternatives: tuple[str, ...] = ()
    """The elements of which only one may be there, itself among them, in the schema's order."""


Fields = dict[str, Field]


RELEASES = ("8.5", "9.1", "10.0", "10.5", "11.0", "11.5", "12.0", "12.5", "14.0", "15.0")
"""The releases of CUCM that have an AXL schema of their own."""


def installed_schema_dirs(*versions: str) -> dict[str, Path]:
    """Return the schema folders that are installed, by version, oldest first; all where none is named.

    PyPI's `ciscoaxl` has them up to 12.5, npm's `cisco-axl` those of 14.0 and 15.0 (in `.cache/npm` of the checkout, or
    in the folder that the environment variable DIALTONE_NPM names). Raises FileNotFoundError where a version isn't
    there.
    """
    found = {path.parent.name: path.parent for path in _npm().glob("node_modules/cisco-axl/schema/*/AXLSoap.xsd")}
    try:
        files = metadata.files("ciscoaxl") or []
    except metadata.PackageNotFoundError:
        files = []
    found |= {
        path.parent.name: Path(path.locate()).parent
        for path in files
        if path.name == "AXLSoap.xsd" and path.parent.name != "current"
    }
    missing = [version for version in versions if version not in found]
    if missing:
        raise FileNotFoundError(f"no AXL schema of version {', '.join(missing)} is installed")
    return {version: found[version] for version in sorted(versions or found, key=release_order)}


def _npm() -> Path:
    return Path(os.environ.get("DIALTONE_NPM") or Path(__file__).parents[2] / ".cache/npm")


def release_order(version: str) -> list[int]:
    """Return what sorts versions: "9.1" comes before "10.0"."""
    return [int(part) for part in version.split(".")]


def served_versions(version: str) -> tuple[str, ...]:
    """Return the schema versions that a cluster of a version takes: its own and those of the two releases before."""
    at = RELEASES.index(version) if version in RELEASES else 0
    return RELEASES[max(0, at - 2) : at + 1] if version in RELEASES else (version,)


@functools.cache
def load_schema(version: str, folder: Path) -> Schema:
    """Return the schema of a version, loaded once per process."""
    return Schema(version, folder)


class Schema:
    """AXLSoap.xsd of one version. Immutable once loaded; several threads may use it."""

    def __init__(self, version: str, folder: Path) -> None:
        self.version = version
        self.namespace = f"http://www.cisco.com/AXL/API/{version}"
        # From 14.0 on replies declare the prefix once, before that each nil element does it for itself.
        self.declares_xsi = release_order(version) >= [14]
        document = etree.parse(folder / "AXLSoap.xsd")
        for element in document.iter(f"{_XSD}element"):
            if element.get("name") == "blfDest":
                # CUCM takes a busy lamp field without it, whatever its schema says.
                element.set("minOccurs", "0")
        self._validator = etree.XMLSchema(document)
        self._top: dict[tuple[str, str], etree._Element] = {
            (child.tag.removeprefix(_XSD), child.get("name")): child
            for child in document.getroot()
            if isinstance(child.tag, str)
        }
        self.fields = functools.cache(self._fields)
        self._values = functools.cache(self._enumeration)

    def has_request(self, name: str) -> bool:
        """Tell whether this version knows a request (an element) of this name."""
        return ("element", name) in self._top

    def request(self, name: str) -> Fields:
        """Return the fields of a request or of a response, given its element's name."""
        return self.fields(self._resolve(self._top["element", name]))

    def within(self, field: Field) -> Fields:
        """Return the fields of a complex field."""
        return self.fields(field.node)

    def kinds(self) -> list[str]:
        """Return the types that have a get request."""
        names = (name for tag, name in self._top if tag == "element" and name.startswith("get"))
        return sorted(name[3:] for name in names if not name.endswith("Response"))

    def key(self, kind: str) -> tuple[str, ...]:
        """Return the elements by which a type's get request finds an object, () where there is but one of it.

        ("@uuid",) where there are several and the uuid alone tells them apart.
        """
        fields = self.request(f"get{kind}")
        elements = tuple(name for name in fields if name not in ("uuid", "returnedTags"))
        return elements or (("@uuid",) if self.has_request(f"add{kind}") else ())

    def validate(self, request: etree._Element, *, strict: bool = False) -> None:
        """Raise AxlFault where a request breaks the schema, or has a value outside of an enumeration.

        What `returnedTags` names is checked, but not its values: every client sends them empty. Unless `strict`, two
        things pass that clusters take from public clients although the schema doesn't allow them, and are put right in
        place: booleans spelled True and False, and an empty list of lines.
        """
        name = etree.QName(request).localname
        if not self.has_request(name):
            raise invalid_request(f"Unknown request: {name}")
        if not strict:
            self._put_right(request, self.request(name))
        wanted = request.find("returnedTags")
        tags = [] if wanted is None else list(wanted)
        if tags:
            self._check_tags(wanted, self.within(self.request(name)["returnedTags"]))
            wanted[:] = []
        if not self._validator.validate(etree.ElementTree(request)):
            raise invalid_request(self._validator.error_log[0].message.replace(f"{{{self.namespace}}}", ""))
        self._check_values(request, self.request(name))
        if tags:
            wanted[:] = tags

    # -- inside ------------------------------------------------------------------------------------------------------

    def _put_right(self, element: etree._Element, fields: Fields) -> None:
        for child in list(element.iterchildren(etree.Element)):
            field = fields.get(child.tag)
            if field and field.content == "boolean" and child.text in ("True", "False"):
                child.text = child.text.lower()
            elif field and field.name == "lines" and len(child) == 0:
                element.remove(child)
            elif field and field.content == "complex" and field.name != "returnedTags":
                self._put_right(child, self.within(field))

    def _check_tags(self, wanted: etree._Element, fields: Fields) -> None:
        for tag in wanted.iterchildren(etree.Element):
            field = fields.get(tag.tag)
            if field is None:
                raise invalid_request(f"Element '{tag.tag}': This element is not expected in returnedTags.")
            if field.content == "complex":
                self._check_tags(tag, self.within(field))

    def _check_values(self, element: etree._Element, fields: Fields) -> None:
        """Check the enumeration half of union(enumeration, string) types, which every XSD validator lets pass."""
        for child in element.iterchildren(etree.Element):
            field = fields.get(child.tag)
            if field is None or child.get(NIL) in ("true", "1"):
                continue
            if field.content == "complex":
                self._check_values(child, self.within(field))
            elif field.values and (child.text or "") not in field.values and (child.text or not field.nillable):
                raise invalid_value(field.name, child.text or "")

    def _resolve(self, element: etree._Element) -> etree._Element:
        """Return the type definition of an element, which is inline or named."""
        kind = _local(element.get("type"))
        if kind:
            return self._top.get(("complexType", kind), self._top.get(("simpleType", kind), element))
        inline = element.find(f"{_XSD}complexType")
        return element if inline is None else inline

    def _fields(self, definition: etree._Element) -> Fields:
        """Return the fields of a complex type in their order, those of its base first, choices flattened."""
        found: Fields = {}
        for child in definition.iterchildren(etree.Element):
            kind = child.tag.removeprefix(_XSD)
            if kind == "element":
                found[child.get("name")] = self._field(child)
            elif kind == "extension":
                base = self._top.get(("complexType", _local(child.get("base"))))
                found.update({} if base is None else self.fields(base))
                found.update(self._fields(child))
            elif kind in ("sequence", "choice", "complexContent", "all"):
                inner = self._fields(child)
                if kind == "choice":
                    inner = {name: replace(field, alternatives=tuple(inner)) for name, field in inner.items()}
                found.update(inner)
        return found

    def _field(self, element: etree._Element) -> Field:
        kind = _local(element.get("type"))
        node = self._resolve(element)
        return Field(
            name=element.get("name"),
            content=self._content(kind, node),
            default=element.get("default"),
            nillable=element.get("nillable") == "true",
            repeated=element.get("maxOccurs", "1") not in ("0", "1"),
            values=self._values(kind) if kind else None,
            node=node,
        )

    def _content(self, kind: str, node: etree._Element) -> str:
        special = {"XFkType": "reference", "boolean": "boolean", "XVendorConfig": "any", "anyType": "any"}
        if kind in special:
            return special[kind]
        is_complex = node.tag == f"{_XSD}complexType" and node.find(f"{_XSD}simpleContent") is None
        return "complex" if is_complex else "text"

    def _enumeration(self, kind: str) -> frozenset[str] | None:
        """Return the values of a union(enumeration, any string); None for other types, which the validator checks."""
        definition = self._top.get(("simpleType", kind))
        members = [] if definition is None else definition.findall(f"{_XSD}union/{_XSD}simpleType/{_XSD}restriction")
        if not any(member.get("base") == "xsd:string" and len(member) == 0 for member in members):
            return None
        return frozenset(value.get("value") for value in definition.iter(f"{_XSD}enumeration")) or None


def _local(name: str | None) -> str:
    return (name or "").rpartition(":")[2]
