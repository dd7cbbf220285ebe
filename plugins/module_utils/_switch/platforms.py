# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The platforms: each is one file with a dialect, and one line here."""

from __future__ import annotations

import re

from ansible_collections.dialtone.voice.plugins.module_utils._errors import Unsupported
from ansible_collections.dialtone.voice.plugins.module_utils._switch.config import Config
from ansible_collections.dialtone.voice.plugins.module_utils._switch.dialect import Dialect
from ansible_collections.dialtone.voice.plugins.module_utils._switch.ios import Ios
from ansible_collections.dialtone.voice.plugins.module_utils._switch.nxos import NxOs

PLATFORMS: dict[str, Dialect] = {each.platform: each for each in (Ios(), NxOs())}


def read_config(dialect: Dialect, text: str) -> Config:
    """Cut a running configuration into sections.

    :raises Unsupported: it is of another platform, or a line makes it unclear what belongs to which interface
    """
    for name, other in PLATFORMS.items():
        if other.platform != dialect.platform and re.search(other.mark, text, re.MULTILINE):
            raise Unsupported(
                f"the switch is no {dialect.platform}: its configuration is that of platform {name}",
                f"Give 'platform: {name}' for it (role switch_ports: switch_ports_platform). Nothing was touched",
            )
    return dialect.parse(text)
