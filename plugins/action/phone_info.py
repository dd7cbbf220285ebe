# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way to `phone_info`, in the controller's process."""

from __future__ import annotations

from ansible_collections.dialtone.voice.plugins.modules import phone_info
from ansible_collections.dialtone.voice.plugins.plugin_utils._direct import DirectAction


class ActionModule(DirectAction):
    """Runs phone_info in the controller's process."""

    module = phone_info
