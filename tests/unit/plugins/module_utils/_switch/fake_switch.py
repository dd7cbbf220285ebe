# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A switch that keeps its configuration in a dictionary, and refuses or drops what a test wants."""

from __future__ import annotations

from collections.abc import Callable

from ansible_collections.dialtone.voice.plugins.module_utils._errors import Refused, Unreachable
from ansible_collections.dialtone.voice.plugins.module_utils._switch import apply, provision
from ansible_collections.dialtone.voice.plugins.module_utils._switch.change import Change
from ansible_collections.dialtone.voice.plugins.module_utils._switch.config import parse_config
from ansible_collections.dialtone.voice.plugins.module_utils._switch.restore import Line

# How many words of a line tell what it sets.
_WORDS = {"description": 1, "name": 1, "power": 2, "spanning-tree": 2}
# What a configuration does not show, because it is the default.
_HIDDEN = ("no shutdown", "power inline auto", "cdp enable", "lldp transmit", "lldp receive")
NO_CDP = "Total cdp entries displayed : 0\n"


class Switch:
    """Its sections are changed by the lines that it takes; a line takes the place of the one with the same words.

    :ivar refuses: lines that it refuses
    :ivar drops: numbers, from 1, of the lines at which it drops the session, counted over all sessions
    :ivar lost_by: what a dropped session looks like
    :ivar closed: it lets nobody in any more once it has dropped a session
    :ivar tables: show command -> answer, beside the running configuration
    :ivar adds: line -> a line that it adds by itself at the left margin
    """

    def __init__(self, config: str, **options) -> None:
        self.header = "".join(line + "\n" for line in config.splitlines() if line.startswith("!"))
        self.sections = parse_config(config).sections
        self.tables = {"show startup-config": config, "show cdp neighbors detail": NO_CDP}
        self.refuses = options.pop("refuses", ())
        self.drops = options.pop("drops", ())
        self.lost_by = options.pop("lost_by", Unreachable)
        self.adds = options.pop("adds", {})
        self.closed = options.pop("closed", False)
        self.save_fails = options.pop("save_fails", False)
        self.timer_pending = False
        self.unconfirmed: dict[str, list[str]] | None = None
        self.asked: list[str] = []
        self.sent: list[str] = []
        self.saves = self.logins = 0
        self.lost = False
        assert not options

    @property
    def running(self) -> str:
        body = "".join(
            f"{header}\n" + "".join(f" {line}\n" for line in lines) + "!\n" for header, lines in self.sections.items()
        )
        return self.header + body

    def interface(self, number: int) -> list[str]:
        return self.sections[f"interface GigabitEthernet1/0/{number}"]

    def session(self) -> Session:
        return Session(self)

    def take(self, line: str, header: str) -> str:
        """Take a line below a header, and return the header below which the next one stands."""
        if line.startswith("interface "):
            return line
        if line.startswith("vlan "):
            self.sections.setdefault(line, [])
            return line
        if line == "exit":
            return ""
        if line.startswith("no vlan "):
            del self.sections[line[3:]]
            return ""
        if line in self.adds:
            self.sections[self.adds[line]] = []
        lines = self.sections[header]
        kept = [each for each in lines if _kind(each) != _kind(line)]
        shown = line not in _HIDDEN and (not line.startswith("no ") or line[3:] in _HIDDEN)
        lines[:] = sorted([*kept, line] if shown else kept)
        return header


def _kind(line: str) -> str:
    words = line.removeprefix("no ").split()
    return " ".join(words[: _WORDS.get(words[0], 2 if "mode" in words else 3)])


class Session:
    """One login."""

    hostname = "sw1"

    def __init__(self, switch: Switch) -> None:
        self.switch = switch
        self.gone = False

    def __enter__(self) -> Session:
        if self.switch.closed and self.switch.lost:
            raise Unreachable("cannot reach switch sw1: nobody answers")
        self.switch.logins += 1
        return self

    def __exit__(self, *exc) -> None:
        self.gone = True

    def _alive(self) -> None:
        if self.gone:
            raise Unreachable("the session is gone")

    def show(self, command: str) -> str:
        self._alive()
        self.switch.asked.append(command)
        return self.switch.running if command == "show running-config" else self.switch.tables[command]

    def configure(self, lines, revert_minutes=None):
        self._alive()
        if revert_minutes is not None:
            self.switch.unconfirmed = {header: list(each) for header, each in self.switch.sections.items()}
        header = ""
        for number, line in enumerate(lines):
            self.switch.sent.append(line)
            details = {"applied": lines[:number], "failed_at": line, "not_sent": lines[number + 1 :]}
            if line in self.switch.refuses:
                raise Refused(f"switch refused '{line}': no", details=details)
            if len(self.switch.sent) in self.switch.drops:
                self.gone = self.switch.lost = True
                raise self.switch.lost_by(f"the session was lost at '{line}'", details=details)
            header = self.switch.take(line, header)
        return [(line, "") for line in lines]

    def save(self) -> None:
        self._alive()
        if self.switch.save_fails:
            raise Refused("not saved")
        self.switch.saves += 1
        self.switch.tables["show startup-config"] = self.switch.running

    def pending_revert(self) -> bool:
        self._alive()
        return self.switch.timer_pending or self.switch.unconfirmed is not None

    def confirm(self) -> None:
        self.switch.unconfirmed = None

    def revert(self) -> None:
        self._alive()
        self.switch.sections, self.switch.unconfirmed = self.switch.unconfirmed or {}, None


def params(ports: list[dict], vlans: list[dict] | None = None, **options) -> dict:
    return {
        "host": "192.0.2.11",
        "port": 22,
        "timeout": 30,
        "platform": "ios",
        "ports": ports,
        "vlans": vlans or [],
        "state": "merged",
        "allow": [],
        "on_error": "stop",
        "confirm": False,
        "confirm_minutes": 5,
        "save": "changed",
        **options,
    }


def run(
    switch: Switch,
    ports: list[dict],
    vlans: list[dict] | None = None,
    *,
    check: bool = False,
    connect: Callable | None = None,
    **options,
) -> dict:
    """Do what the module does with a session."""
    given = params(ports, vlans, **options)
    wanted = provision.Wanted.of(given)
    with Line(connect or switch.session) as line:
        reading = provision.read(line.session, wanted)
        plan = provision.plan(reading, wanted, "sw1")
        provision.inspect(line.session, reading, wanted, plan)
        save = given["save"]
        leftover = save != "never" and provision.find_leftover(line.session, reading, plan)
        to_save = save == "always" or (save == "changed" and (leftover or bool(plan.commands)))
        if check:
            return plan.rehearsed(leftover=leftover, saved=to_save)
        change = Change(line, wanted, reading, plan, restores=given["on_error"] == "restore")
        result = change.run(leftover=leftover)
        apply.save(line.session, to_save, result)
        return result
