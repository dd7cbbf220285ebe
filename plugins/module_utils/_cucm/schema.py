# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the AXL schema comes from: the user's path, the cache, or the publisher, in this order.

The schema is Cisco's and differs from build to build, so it is the cluster's own and is kept for each publisher and
build.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import stat
import tempfile
import typing as t
from dataclasses import dataclass

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.envelope import title
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.https import AXL_ROLES, Https
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.release import Release
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.toolkit import (
    MAX_TOOLKIT,
    WSDL,
    check_references,
    choose,
    digest,
    digests,
    unpack,
    version_of,
)
from ansible_collections.dialtone.voice.plugins.module_utils._errors import Refused, VoiceError

TOOLKIT_PATH = "/plugins/axlsqltoolkit.zip"
_MANIFEST = "manifest.json"
_OWN = (
    "Download the toolkit (Cisco Unified CM Administration, Application, Plugins: Cisco AXL Toolkit) and give it as "
    "schema_path."
)


@dataclass(frozen=True)
class Schema:
    """A schema that is safe to load.

    :ivar path: folder with AXLAPI.wsdl
    :ivar sha256: of the whole schema (see :func:`toolkit.digest`)
    :ivar source: URL or path that it came from
    """

    version: str
    build: str
    path: str
    sha256: str
    source: str

    def as_dict(self) -> dict[str, str]:
        return {
            "version": self.version,
            "build": self.build,
            "path": self.path,
            "sha256": self.sha256,
            "source": self.source,
        }


def obtain(params: t.Mapping[str, t.Any], https: Https, release: Release) -> Schema:
    """Return the schema to speak with a publisher."""
    wanted = params.get("schema_version") or release.version
    cache = _cache_folder(params.get("schema_cache_path"))
    given = params.get("schema_path")
    if not given:
        url = f"https://{https.authority}{TOOLKIT_PATH}"
        return _cached(cache, [https.authority, release.build], wanted, release, url, lambda: _fetch(https))
    if os.path.isdir(given):
        return _from_folder(given, wanted, release)
    try:
        with open(given, "rb") as file:
            content = file.read(MAX_TOOLKIT + 1)
    except OSError as error:
        raise VoiceError(f"schema_path {given} can't be read: {error.strerror}", _OWN) from None
    key = hashlib.sha256(content).hexdigest()[:32]
    return _cached(cache, ["toolkit", key], wanted, release, given, lambda: content)


def _fetch(https: Https) -> bytes:
    what = f"the AXL toolkit of CUCM {https.authority} ({TOOLKIT_PATH})"
    answer = https.get(TOOLKIT_PATH, limit=MAX_TOOLKIT, roles=AXL_ROLES)
    if 300 <= answer.status < 400:
        target = re.sub(r"[?#].*", "", answer.headers.get("location", "nowhere"))
        raise Refused(f"{what} was not fetched: it is redirected to {target}", _OWN, code=str(answer.status))
    if answer.status != 200:
        raise Refused(
            f"{what} was not fetched: HTTP {answer.status}, {title(answer.body)}", _OWN, code=str(answer.status)
        )
    if not answer.body.startswith(b"PK"):
        raise Refused(f"{what} is no zip file: {title(answer.body)} came instead", _OWN)
    return answer.body


def _from_folder(given: str, wanted: str, release: Release) -> Schema:
    folder = given
    if not os.path.isfile(os.path.join(given, WSDL)):
        base = os.path.join(given, "schema") if os.path.isdir(os.path.join(given, "schema")) else given
        offered = [
            name
            for name in os.listdir(base)
            if re.fullmatch(r"\d+\.\d+", name) and os.path.isfile(os.path.join(base, name, WSDL))
        ]
        if not offered:
            raise VoiceError(f"schema_path {given} holds no {WSDL}, nor folders of versions with one", _OWN)
        folder = os.path.join(base, choose(wanted, offered, f"schema_path {given}"))
    check_references(folder, f"the schema in {folder}")
    return Schema(version_of(folder), release.build, folder, digest(digests(folder)), given)


def _cached(
    cache: str, key: list[str], wanted: str, release: Release, source: str, fetch: t.Callable[[], bytes]
) -> Schema:
    """Return the cache's entry; make it first, in one process only, where it isn't there or isn't what was stored."""
    parent = os.path.join(cache, *(re.sub(r"[^A-Za-z0-9._-]", "_", part) for part in key))
    entry = os.path.join(parent, re.sub(r"[^0-9.]", "_", wanted))
    # First of all, because somebody who could write there could have put a whole entry there.
    _make_private(cache, parent)
    found = _intact(entry)
    if found is None:
        with _lock(f"{entry}.lock"):
            found = _intact(entry)
            if found is None:
                _store(parent, entry, wanted, source, fetch())
                found = _intact(entry)
    if found is None:
        raise VoiceError(f"the schema cache {entry} changed while it was written", "Look for what else writes there.")
    return Schema(found["version"], release.build, entry, found["sha256"], source)


def _store(parent: str, entry: str, wanted: str, source: str, content: bytes) -> None:
    """Write an entry beside its place and rename it there, so that nobody ever sees half of it."""
    for name in os.listdir(parent):
        if name.startswith(".making-"):
            shutil.rmtree(os.path.join(parent, name), ignore_errors=True)
    making = tempfile.mkdtemp(prefix=".making-", dir=parent)
    try:
        version = unpack(content, wanted, making, f"the toolkit from {source}")
        files = digests(making)
        manifest = {"version": version, "source": source, "sha256": digest(files), "files": files}
        with open(os.path.join(making, _MANIFEST), "w", encoding="utf-8", opener=_private) as file:
            json.dump(manifest, file, indent=1)
        if os.path.lexists(entry):
            os.rename(entry, tempfile.mkdtemp(prefix=".making-", dir=parent) + "/damaged")
        os.rename(making, entry)
    finally:
        for name in os.listdir(parent):
            if name.startswith(".making-"):
                shutil.rmtree(os.path.join(parent, name), ignore_errors=True)


def _intact(entry: str) -> dict[str, t.Any] | None:
    """Return an entry's manifest if the files are the very ones that were stored, else None."""
    try:
        with open(os.path.join(entry, _MANIFEST), encoding="utf-8") as file:
            manifest = json.load(file)
        stored = manifest["files"]
        whole = digests(entry) == stored and digest(stored) == manifest["sha256"] and WSDL in stored
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return manifest if whole else None


def _cache_folder(given: str | None) -> str:
    if given:
        return os.path.join(os.path.abspath(given), "axl-schema")
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(home, "dialtone.voice", "axl-schema")


def _make_private(cache: str, parent: str) -> None:
    """Make the folders, ours alone, and refuse those in which somebody else could put a schema."""
    own = os.path.dirname(cache)
    relative = os.path.relpath(parent, own)
    try:
        os.makedirs(os.path.dirname(own), exist_ok=True)
        path = own
        for part in ("", *relative.split(os.sep)):
            path = os.path.join(path, part) if part else path
            with contextlib.suppress(FileExistsError):
                os.mkdir(path, 0o700)
            state = os.stat(path)
            if state.st_uid != os.geteuid() or stat.S_IMODE(state.st_mode) & 0o022:
                raise VoiceError(
                    f"the schema cache {path} is not yours alone, so others could change the schema",
                    "Give a folder of your own with permissions 0700 as schema_cache_path.",
                )
    except OSError as error:
        raise VoiceError(
            f"the schema cache {parent} can't be made: {error.strerror}",
            "Give a folder that can be written as schema_cache_path.",
        ) from None


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


@contextlib.contextmanager
def _lock(path: str) -> t.Iterator[None]:
    """Hold a lock among all processes of this machine; the kernel frees it when one is killed."""
    with open(path, "a", encoding="utf-8", opener=_private) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
