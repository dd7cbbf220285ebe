# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the switches see each phone: at its planned port, elsewhere, or nowhere. Pure functions."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from ansible_collections.dialtone.voice.plugins.module_utils._startup.evidence import Planned
from ansible_collections.dialtone.voice.plugins.module_utils._startup.from_switch import SwitchReading, read_switch
from ansible_collections.dialtone.voice.plugins.module_utils._startup.network import Place, Port, Switch
from ansible_collections.dialtone.voice.plugins.module_utils._startup.ways import mac_of


@dataclass(frozen=True)
class Found:
    """What the switches say of one phone. `gap`: what could not be had, and matters for it; empty for nothing."""

    switch: Switch | None = None
    port: Port | None = None
    elsewhere: tuple[Place, ...] = ()
    gap: str = ""


@dataclass(frozen=True)
class Fleet:
    """All switches. `unread`: switch -> why it could not be read."""

    readings: dict[str, SwitchReading]
    unread: dict[str, str]

    @classmethod
    def of(cls, results: t.Mapping[str, t.Any]) -> Fleet:
        """Read the results of `switch_voice_ports_info`, by switch."""
        told = {name: read_switch(name, result) for name, result in results.items()}
        readings = {name: each for name, each in told.items() if isinstance(each, SwitchReading)}
        return cls(readings, {name: each for name, each in told.items() if isinstance(each, str)})

    def find(self, planned: Planned) -> Found:
        """Find a phone."""
        reading = self.readings.get(planned.switch)
        port = reading.port(planned.interface) if reading and planned.interface else None
        own = planned.switch, port.interface if port else planned.interface
        seen = [place for each in self.readings.values() for place in each.seen.get(mac_of(planned.name), ())]
        others = [place for place in seen if (place.switch, place.interface) != own]
        # An address may also be seen through ports that lead on to where it is.
        elsewhere = tuple(sorted(others, key=lambda place: not place.heard))
        gap = self._gap(planned, reading, port)
        if not gap and not seen and self.unread:
            # It may be plugged in there.
            gap = "; ".join(self.unread.values())
        return Found(reading.switch if reading else None, port, elsewhere, gap)

    def _gap(self, planned: Planned, reading: SwitchReading | None, port: Port | None) -> str:
        if not planned.switch:
            return "the plan names no switch for it"
        if reading is None:
            return self.unread.get(planned.switch) or f"switch {planned.switch} was not looked at"
        if port is None:
            return f"switch {planned.switch} told nothing of a port {planned.interface or 'of it: the plan names none'}"
        return "; ".join(f"switch {planned.switch}: {gap}" for gap in reading.gaps)
