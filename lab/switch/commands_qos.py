"""QoS: trust, `auto qos voip cisco-phone` with all that it writes, and the maps and policies, kept as typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import autoqos
from .commands_global import drop, keep, open_block
from .commands_interface import register_kept
from .commands_port import edited
from .grammar import Grammar, unknown_command
from .modes import ACCESS_LIST, CLASS_MAP, CONFIG, INTERFACE, POLICY_CLASS, POLICY_MAP, TABLE_MAP

if TYPE_CHECKING:
    from .session import Session


def _only_mls(session: Session) -> None:
    if session.switch.model.mqc:
        raise unknown_command(session.typed)


def _only_mqc(session: Session) -> None:
    if not session.switch.model.mqc:
        raise unknown_command(session.typed)


for _prefix, _size in (
    ("mls qos cos", 3),
    ("mls qos trust", 3),
    ("mls qos trust device", 4),
    ("mls qos vlan-based", 3),
    ("priority-queue", 1),
    ("srr-queue", 3),
):
    register_kept(_prefix, _size, _only_mls)
register_kept("trust", 1, _only_mqc)


@INTERFACE.command("auto qos LINE")
def other_auto_qos(session: Session, rest: str) -> None:
    """Other kinds are kept as typed."""
    for config in edited(session):
        config.lines["auto qos"] = f"auto qos {rest}"


@INTERFACE.command("no auto qos", "no auto qos LINE", "default auto qos", "default auto qos LINE")
def no_other_auto_qos(session: Session, rest: str = "") -> None:
    """And removed without more ado."""
    for config in edited(session):
        drop(config.lines, f"auto qos {rest}".rstrip())


@INTERFACE.command("no mls qos trust", "default mls qos trust")
def no_trust(session: Session) -> None:
    """Trust nothing; which device is trusted is a line of its own."""
    _only_mls(session)
    for config in edited(session):
        config.lines.pop("mls qos trust", None)


@CONFIG.command("mls LINE")
def mls(session: Session, rest: str) -> None:
    """The global side of `mls qos`."""
    _only_mls(session)
    keep(session.config.lines, f"mls {rest}", 99)


@CONFIG.command("no mls LINE")
def no_mls(session: Session, rest: str) -> None:
    """Remove lines of `mls qos`."""
    _only_mls(session)
    drop(session.config.lines, f"mls {rest}")


@INTERFACE.command("auto qos voip cisco-phone")
def auto_qos(session: Session) -> None:
    """Trust for a phone, with the queues and policies that go with it."""
    written = autoqos.MQC if session.switch.model.mqc else autoqos.MLS
    for header, lines in written.blocks.items():
        session.config.blocks.setdefault(header, list(lines))
    for line in written.lines:
        keep(session.config.lines, line, 99)
    for config in edited(session):
        config.lines["auto qos"] = "auto qos voip cisco-phone "
        config.lines.update(written.interface)


@INTERFACE.command("no auto qos voip cisco-phone", "default auto qos voip cisco-phone")
def no_auto_qos(session: Session) -> None:
    """Remove what it wrote on the port; maps and policies stay."""
    written = autoqos.MQC if session.switch.model.mqc else autoqos.MLS
    for config in edited(session):
        if drop(config.lines, "auto qos voip cisco-phone"):
            for key, line in written.interface.items():
                if config.lines.get(key) == line:
                    del config.lines[key]


# -- maps and policies ------------------------------------------------------------------------------------------------


def _named(command: str, mode: str, *, header: str | None = None) -> None:
    """A command that opens a block by its name, and removes it."""
    shown = header or command

    @CONFIG.command(f"{command} WORD")
    def enter(session: Session, name: str) -> None:
        open_block(session, f"{shown} {name}", mode)

    @CONFIG.command(f"no {command} WORD")
    def remove(session: Session, name: str) -> None:
        # `no class-map X` finds the map whatever it matches.
        for key in list(session.config.blocks):
            if key.startswith(command) and key.split()[-1] == name:
                del session.config.blocks[key]


_named("class-map", "config-cmap", header="class-map match-all")
_named("class-map match-any", "config-cmap")
_named("class-map match-all", "config-cmap")
_named("policy-map", "config-pmap")
_named("table-map", "config-tablemap")
_named("ip access-list extended", "config-ext-nacl")


def _entries(grammar: Grammar, words: str) -> None:
    for word in words.split():

        def add(session: Session, rest: str = "", *, word: str = word) -> None:
            line = f"{word} {rest}".rstrip()
            if line not in session.block:
                session.block.append(line)

        def remove(session: Session, rest: str = "", *, word: str = word) -> None:
            line = f"{word} {rest}".rstrip()
            session.block[:] = [entry for entry in session.block if entry != line]

        grammar.command(word, f"{word} LINE")(add)
        grammar.command(f"no {word}", f"no {word} LINE")(remove)


_entries(CLASS_MAP, "match description")
_entries(POLICY_MAP, "description")
_entries(TABLE_MAP, "map default")
_entries(ACCESS_LIST, "permit deny remark")


@POLICY_MAP.command("class WORD")
@POLICY_CLASS.command("class WORD")
def policy_class(session: Session, name: str) -> None:
    """The actions for one class of traffic."""
    if f"class {name}" not in session.block:
        session.block.append(f"class {name}")
    session.policy_class = f"class {name}"
    session.enter("config-pmap-c")


@POLICY_MAP.command("no class WORD")
def no_policy_class(session: Session, name: str) -> None:
    """Remove a class with its actions."""
    start, end = _class_lines(session.block, f"class {name}")
    del session.block[start:end]


def _class_lines(block: list[str], header: str) -> tuple[int, int]:
    """Where a class begins and ends in its policy; an empty range at the end for one that isn't there."""
    if header not in block:
        return len(block), len(block)
    start = block.index(header)
    end = start + 1
    while end < len(block) and block[end].startswith(" "):
        end += 1
    return start, end


def _actions(words: str) -> None:
    for word in words.split():

        def add(session: Session, rest: str = "", *, word: str = word) -> None:
            line = f" {word} {rest}".rstrip()
            start, end = _class_lines(session.block, session.policy_class)
            if line not in session.block[start:end]:
                session.block.insert(end, line)

        def remove(session: Session, rest: str = "", *, word: str = word) -> None:
            start, end = _class_lines(session.block, session.policy_class)
            kept = [line for line in session.block[start:end] if not f"{line} ".startswith(f" {word} {rest}".rstrip())]
            session.block[start:end] = kept

        POLICY_CLASS.command(word, f"{word} LINE")(add)
        POLICY_CLASS.command(f"no {word}", f"no {word} LINE")(remove)


_actions("bandwidth police priority queue-buffers queue-limit set shape trust")
