# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cisco's AXL toolkit, a zip file: only the schema of one version is taken out of it, and nothing is believed of it.

In the toolkit, `schema/<version>/` holds AXLAPI.wsdl, AXLSoap.xsd and AXLEnums.xsd.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import stat
import typing as t
import zipfile
import zlib
from xml.parsers import expat

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.envelope import etree, local_name
from ansible_collections.dialtone.voice.plugins.module_utils._errors import Refused, Unsupported
from ansible_collections.dialtone.voice.plugins.module_utils._text import one_line

WSDL = "AXLAPI.wsdl"
MAX_TOOLKIT = 128 * 2**20
"""Bytes of the zip file; real ones have 10 to 40 MB."""
MAX_MEMBER = 24 * 2**20
"""Bytes of one file when unpacked; the largest real one, AXLSoap.xsd, has 4 MB."""
MAX_TOTAL = 48 * 2**20
MAX_FILES = 16

_MEMBER = re.compile(r"schema/(\d{1,3}\.\d{1,3})/([A-Za-z0-9][A-Za-z0-9_.-]*\.(?:wsdl|xsd))")
_REFERRING = frozenset({"import", "include", "redefine", "override"})
_LOCATIONS = ("schemaLocation", "location")


def version_key(version: str) -> tuple[int, ...]:
    """Return a version such as `12.5` as something that sorts as a person expects."""
    return tuple(int(part) for part in re.findall(r"\d+", version))


def choose(wanted: str, offered: t.Collection[str], where: str) -> str:
    """Return the wanted version or else the newest one before it: a cluster speaks those of the two releases before.

    :raises Unsupported: there is none
    """
    older = [version for version in offered if version_key(version) <= version_key(wanted)]
    if not older:
        there = ", ".join(sorted(offered, key=version_key)) or "no schema at all"
        raise Unsupported(
            f"{where} has no AXL schema for version {wanted}; it has {there}",
            "Give another schema_version, or as schema_path the toolkit of the cluster (Cisco Unified CM "
            "Administration, "
            "Application, Plugins: Cisco AXL Toolkit).",
        )
    return max(older, key=version_key)


def unpack(content: bytes, wanted: str, folder: str, where: str) -> str:
    """Write the schema files of one version out of the toolkit into an existing empty folder; return the version.

    :param where: what the toolkit is called in messages
    :raises Refused: it is no zip file, or not one that is safe to take
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = _members(archive, where)
            version = choose(wanted, members, where)
            _write(archive, members[version], folder, where)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise Refused(
            f"{where} is not a zip file that can be read: {one_line(str(error))}",
            "Give the toolkit as schema_path; Cisco Unified CM Administration offers it at Application, Plugins.",
        ) from None
    check_references(folder, where)
    return version


def _members(archive: zipfile.ZipFile, where: str) -> dict[str, list[zipfile.ZipInfo]]:
    found: dict[str, list[zipfile.ZipInfo]] = {}
    for info in archive.infolist():
        match = _MEMBER.fullmatch(info.filename)
        if match:
            found.setdefault(match.group(1), []).append(info)
    for version, infos in found.items():
        names = {info.filename.casefold() for info in infos}
        if len(infos) > MAX_FILES or len(names) != len(infos):
            raise Refused(f"{where} was not taken: schema/{version} has too many files, or the same one twice")
    return {version: infos for version, infos in found.items() if any(i.filename.endswith(f"/{WSDL}") for i in infos)}


def _write(archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo], folder: str, where: str) -> None:
    total = 0
    for info in infos:
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in (0, stat.S_IFREG):
            raise Refused(f"{where} was not taken: {info.filename} is a link or another special file")
        target = os.path.join(folder, info.filename.rpartition("/")[2])
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        # The size in the header is the sender's word, so what comes out is counted.
        with os.fdopen(descriptor, "wb") as file, archive.open(info) as source:
            size = 0
            while part := source.read(65536):
                size += len(part)
                total += len(part)
                if size > MAX_MEMBER or total > MAX_TOTAL:
                    raise Refused(f"{where} was not taken: {info.filename} is larger than any schema is")
                file.write(part)


def check_references(folder: str, where: str) -> None:
    """Make sure that the schema in a folder refers to nothing outside of it, before a SOAP library follows a reference.

    :raises Refused: a file isn't well-formed, has a document type, or points elsewhere
    """
    for name in schema_files(folder):
        try:
            faults = _reference_faults(folder, name)
        except expat.ExpatError as error:
            raise Refused(f"{where} was not taken: {name} is no XML: {one_line(str(error))}") from None
        if faults:
            raise Refused(f"{where} was not taken: {name} {faults[0]}")


def _reference_faults(folder: str, name: str) -> list[str]:
    """Return what makes a file unfit, found without building its tree, which would take 30 MB."""
    faults: list[str] = []
    reader = expat.ParserCreate()

    def element(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(":")[2] not in _REFERRING:
            return
        for attribute in _LOCATIONS:
            target = attributes.get(attribute)
            if target is not None and (
                os.path.basename(target) != target or not os.path.isfile(os.path.join(folder, target))
            ):
                faults.append(f"refers to '{one_line(target, 80)}', which is not in its folder")

    reader.StartElementHandler = element
    reader.StartDoctypeDeclHandler = lambda *_declared: faults.append("has a document type, which a schema has not")
    with open(os.path.join(folder, name), "rb") as file:
        reader.ParseFile(file)
    return faults


def schema_files(folder: str) -> list[str]:
    """Return the names of a folder's schema files, sorted."""
    return sorted(name for name in os.listdir(folder) if name.endswith((".wsdl", ".xsd")))


def digests(folder: str) -> dict[str, str]:
    """Return the SHA-256 of each schema file in a folder."""
    found = {}
    for name in schema_files(folder):
        with open(os.path.join(folder, name), "rb") as file:
            found[name] = hashlib.sha256(file.read()).hexdigest()
    return found


def digest(files: t.Mapping[str, str]) -> str:
    """Return one SHA-256 for a whole schema: that of the lines `name sha256` of its files."""
    lines = "".join(f"{name} {files[name]}\n" for name in sorted(files))
    return hashlib.sha256(lines.encode()).hexdigest()


def version_of(folder: str) -> str:
    """Return the version of the schema in a folder, which the namespace that its WSDL imports ends with."""
    path = os.path.join(folder, WSDL)
    for _event, element in etree.iterparse(path, resolve_entities=False, no_network=True, load_dtd=False):
        if local_name(element) == "import":
            found = re.search(r"/AXL/API/(\d+\.\d+)$", element.get("namespace") or "")
            if found:
                return found.group(1)
    raise Unsupported(f"{path} is no AXL interface: it imports no AXL schema")
