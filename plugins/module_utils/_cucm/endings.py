# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a request ends badly, apart from the clients, so that what only plans needs none of them."""

from __future__ import annotations

from ansible_collections.dialtone.voice.plugins.module_utils._errors import (
    AuthenticationFailed,
    TimedOut,
    Unreachable,
    VoiceError,
)


class AnswerLost(Unreachable):
    """The request went out and no answer came: it may have been carried out or not."""


def ends_run(error: VoiceError) -> bool:
    """Tell whether nothing else should be tried: nobody is there, or lets this user in, or has time."""
    return isinstance(error, (Unreachable, AuthenticationFailed, TimedOut))
