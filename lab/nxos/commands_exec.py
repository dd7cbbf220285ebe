"""Exec commands other than `show`: configure, save, terminal settings, leaving."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .modes import EXEC, GRAMMARS

if TYPE_CHECKING:
    from .session import Session

_BAR = f"[{'#' * 40}]"
SAVED = f"[{'#':<40}]   2%\r{_BAR} 100%\nCopy complete, now saving to disk (please wait)...\nCopy complete."
BUSY = f"{_BAR} 100%\nConfiguration update aborted: services in transient state, wait for the system to stabilize"


@EXEC.command("exit")
def leave(session: Session) -> str:
    """End the session."""
    return session.exit()


@EXEC.command("end")
def end(_session: Session) -> str:
    """Nothing to leave."""
    return ""


@EXEC.command("configure [terminal]")
def configure(session: Session) -> str:
    """Into configuration mode."""
    session.enter("config")
    return "Enter configuration commands, one per line. End with CNTL/Z."


@EXEC.command("copy running-config startup-config")
def copy(session: Session) -> str:
    """Save."""
    return SAVED if session.switch.save() else BUSY


@EXEC.command("terminal length <0-511>")
def terminal_length(session: Session, lines: int) -> None:
    """Lines of a page; 0 turns paging off."""
    session.length = lines


@EXEC.command("terminal width <24-511>")
def terminal_width(session: Session, columns: int) -> None:
    """Columns of the terminal."""
    session.width = columns


@EXEC.command("terminal monitor", "terminal no monitor", "terminal dont-ask", "terminal session-timeout <0-525600>")
def terminal_other(_session: Session, _minutes: int = 0) -> None:
    """Accepted: a session is sent no log messages and asked nothing either way."""


for _grammar in GRAMMARS.values():

    @_grammar.command("end")
    def _end(session: Session) -> str:
        return session.end()

    @_grammar.command("exit")
    def _exit(session: Session) -> str:
        return session.exit()
