# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the TFTP service has for each phone, asked as the phones would ask, and shared files once for all."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.dialtone.voice.plugins.module_utils._startup.service import Config, Files


@dataclass(frozen=True)
class FileQuestion:
    """One phone. `model` and `protocol` are those planned, or of its record; empty where not known.

    :ivar name: device name, `SEP` and twelve digits
    :ivar servers: its TFTP servers, addresses or names, in their order
    """

    name: str
    protocol: str
    model: str
    servers: tuple[str, ...]


@dataclass(frozen=True)
class FileOptions:
    """How the TFTP service is asked.

    :ivar timeout: seconds for a connection or a packet
    :ivar tries: how often a TFTP packet is sent
    :ivar parallel: phones that are asked for at once
    :ivar budget: seconds for all phones together; those not asked until then have a `gap`
    :ivar https: whether the configuration file is asked by HTTPS first, as phones with an ITL of version 1.1 do
    :ivar ca_path: file or folder with the CA certificates (PEM) for HTTPS; without it the system's decide
    """

    http_port: int = 6970
    https_port: int = 6971
    tftp_port: int = 69
    timeout: float = 4.0
    tries: int = 3
    parallel: int = 10
    budget: float = 600.0
    https: bool = False
    ca_path: str | None = None


def ask_files(
    questions: t.Sequence[FileQuestion], options: FileOptions, report: t.Callable[[str], None] = lambda line: None
) -> list[tuple[Files, Config | None]]:
    """Ask for the files of each phone.

    :return: 1:1 with the questions. The configuration is that of XMLDefault.cnf.xml (`default`) where the phone has
        none of its own; `files.config` is its own then, MISSING
    :raises Interrupted: on Ctrl-C
    """
    raise NotImplementedError
