"""Configuration changes that go back unless confirmed, and the archive that they need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .commands_exec import both, configure
from .grammar import Rejected
from .modes import ARCHIVE, EXEC

if TYPE_CHECKING:
    from .session import Session


@EXEC.command("configure terminal revert timer <1-120>")
def configure_revert(session: Session, minutes: int) -> str:
    """Into configuration mode; the change goes back after so many minutes."""
    return f"{session.switch.rollback.arm(session, minutes)}\n{configure(session)}"


@EXEC.command("configure terminal revert timer idle <1-120>", "configure terminal revert idle <1-120>")
def configure_revert_idle(session: Session, minutes: int) -> str:
    """The same, where the minutes count from the last line that somebody typed."""
    return f"{session.switch.rollback.arm(session, minutes, idle=True)}\n{configure(session)}"


@EXEC.command("configure confirm")
def confirm(session: Session) -> None:
    """Keep the change."""
    session.switch.rollback.confirm()


@EXEC.command("configure revert now")
def revert_now(session: Session) -> str:
    """Take the change back."""
    return session.switch.rollback.revert()


@EXEC.command("configure revert timer <1-120>")
def revert_timer(session: Session, minutes: int) -> None:
    """Take the change back after so many minutes from now."""
    session.switch.rollback.rearm(minutes)


@EXEC.command("configure revert timer idle <1-120>", "configure revert idle <1-120>")
def revert_idle(session: Session, minutes: int) -> None:
    """Take it back after so many minutes in which nobody types."""
    session.switch.rollback.rearm(minutes, idle=True)


@EXEC.command("archive config")
def archive_config(session: Session) -> str:
    """Put the running configuration into the archive."""
    if not session.switch.rollback.path:
        raise Rejected("Archive feature not enabled")
    session.switch.rollback.store()
    return ""


@both("show archive")
def show_archive(session: Session) -> str:
    """The archived configurations."""
    return session.switch.rollback.show()


@both("show archive config rollback timer")
def show_timer(session: Session) -> str:
    """The change that waits for its confirmation."""
    return session.switch.rollback.timer()


@ARCHIVE.command("maximum <1-14>")
def maximum(session: Session, slots: int) -> str:
    """How many configurations are kept; a server keeps as many as it likes."""
    if session.switch.rollback.to_network:
        raise Rejected("Cannot set maximum when backing up to network path")
    session.block[:] = [line for line in session.block if not line.startswith("maximum ")]
    session.block.append(f"maximum {slots}")
    return ""


@ARCHIVE.command("no maximum", "no maximum <1-14>")
def no_maximum(session: Session, _slots: int = 0) -> None:
    """Ten, the default."""
    session.block[:] = [line for line in session.block if not line.startswith("maximum ")]
