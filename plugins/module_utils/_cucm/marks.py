# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands in arguments for something that has no value. Apart from zeep, so that to check rows needs no client."""

from __future__ import annotations


class Marker:
    """See :data:`NIL` and :data:`LEFT_OUT`."""


NIL = Marker()
"""In arguments: an element that is sent as nil, where leaving it out would fill it with a default."""

LEFT_OUT = Marker()
"""In arguments: an element that is left out, though Cisco's schema says that it must be there."""
