# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The platforms: each is one file with a dialect, and one line here."""

from __future__ import annotations

from ansible_collections.dialtone.voice.plugins.module_utils._switch.dialect import Dialect
from ansible_collections.dialtone.voice.plugins.module_utils._switch.ios import Ios
from ansible_collections.dialtone.voice.plugins.module_utils._switch.nxos import NxOs

PLATFORMS: dict[str, Dialect] = {each.platform: each for each in (Ios(), NxOs())}
