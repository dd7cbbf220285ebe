# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A text file on the controller, read and written as a whole."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from dataclasses import dataclass

from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan, Refused


@dataclass(frozen=True)
class TextFile:
    """What a file is: its bytes and its permissions, both None where there is none."""

    content: bytes | None
    mode: int | None

    @property
    def text(self) -> str:
        """The content as UTF-8; what is none shows as replacement characters."""
        return (self.content or b"").decode("utf-8", "replace")


def read_file(path: str) -> TextFile:
    """Return what a file is.

    :raises Refused: where it is no file or cannot be read
    """
    try:
        with open(path, "rb") as file:
            return TextFile(file.read(), stat.S_IMODE(os.fstat(file.fileno()).st_mode))
    except FileNotFoundError:
        return TextFile(None, None)
    except OSError as error:
        raise Refused(
            f"{path} could not be read: {error.strerror}", "Give the path of a file", words=str(error)
        ) from error


def read_columns(path: str) -> str:
    """Return an export's text.

    :raises InvalidPlan: where there is none
    """
    found = read_file(path)
    if found.content is None:
        raise InvalidPlan([f"columns_from: there is no file {path}: export some phones with all details to it"])
    return found.text


def write_file(path: str, content: bytes, mode: int) -> None:
    """Put a file in place of what is there, with its permissions, as a whole or not at all.

    :raises Refused: where it cannot be written
    """
    folder = os.path.dirname(os.path.abspath(path))
    try:
        os.makedirs(folder, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{os.path.basename(path)}.", dir=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                os.fchmod(file.fileno(), mode)
            os.replace(temporary, path)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)
            raise
    except OSError as error:
        raise Refused(
            f"{path} could not be written: {error.strerror}", "Give a path where you may write", words=str(error)
        ) from error
