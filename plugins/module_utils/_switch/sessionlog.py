# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A session's log: only on request, for its owner's eyes only, without secrets."""

from __future__ import annotations

import datetime
import errno
import os
import stat
import typing as t

from ansible.module_utils.common.warnings import warn

from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan
from ansible_collections.dialtone.voice.plugins.module_utils._switch.scrub import Scrubber

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class SessionLog:
    """Writes down what the switch prints, line by line; without a file it does nothing."""

    def __init__(self, path: str = "", descriptor: int = -1, own: t.Iterable[str] = ()) -> None:
        self._path = path
        self._descriptor = descriptor
        self._scrubber = Scrubber(own)

    @classmethod
    def of(cls, params: dict[str, t.Any], name: str) -> SessionLog:
        """Open the log that the options ask for.

        :param name: what the switch is called in messages
        :raises InvalidPlan: it cannot be written
        """
        path = params.get("session_log_path")
        if not path:
            return cls()
        try:
            log = cls(path, _open(path), [params["password"], params["enable_secret"]])
            now = datetime.datetime.now().astimezone().isoformat(timespec="seconds")
            log._write(f"--- {now} {name}\n")
        except OSError as error:
            words = "it is a symbolic link" if error.errno == errno.ELOOP else error.strerror
            raise InvalidPlan([f"session_log_path: {path} cannot be written: {words}"]) from error
        return log

    def received(self, text: str) -> None:
        """Take what came from the switch, cut anywhere."""
        if self._descriptor >= 0 and text:
            self._add(self._scrubber.feed(text))

    def close(self) -> None:
        if self._descriptor >= 0:
            self._add(self._scrubber.flush())
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _add(self, text: str) -> None:
        try:
            self._write(text)
        except OSError as error:
            # A full disk is no reason to leave a switch half configured.
            warn(f"the session log {self._path} ends early: {error.strerror}")
            os.close(self._descriptor)
            self._descriptor = -1

    def _write(self, text: str) -> None:
        data = text.encode("utf-8", "replace")
        while data:
            data = data[os.write(self._descriptor, data) :]


def _open(path: str) -> int:
    """Open a file to add to, which nobody else may read.

    :raises OSError: it is a symbolic link, no plain file, or somebody else's
    """
    descriptor = os.open(path, _FLAGS, 0o600)
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
            raise OSError(errno.EINVAL, "it is no plain file of its own")
        if found.st_uid != os.geteuid():
            raise OSError(errno.EPERM, "it belongs to somebody else")
        os.fchmod(descriptor, 0o600)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor
