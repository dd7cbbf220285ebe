"""Exec commands other than `show`: enable, configure, save, terminal settings, leaving."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .grammar import Rejected
from .modes import EXEC, GRAMMARS, USER

if TYPE_CHECKING:
    from .session import Session

BUSY = "startup-config file open failed (Device or resource busy)"


def both(*specs: str):
    """Register for user and privileged exec."""

    def register(handler):
        USER.command(*specs)(handler)
        return EXEC.command(*specs)(handler)

    return register


@both("enable", "enable <0-15>")
def enable(session: Session, level: int = 15) -> str:
    """Ask for the secret, unless the session is privileged already."""
    if session.privilege >= level:
        return ""
    secret = session.config.enable_secret
    if secret is None:
        return "% No password set"

    def answer(typed: str) -> str:
        if not secret.matches(typed):
            return "% Access denied\n"
        session.privilege = 15
        return ""

    session.ask("Password: ", answer, echo=False)
    return ""


@both("disable")
def disable(session: Session) -> str:
    """Back to user exec."""
    session.privilege = 1
    return ""


@both("exit", "logout", "quit")
def leave(session: Session) -> str:
    """End the session."""
    session.closed = True
    return ""


@EXEC.command("configure terminal")
def configure(session: Session) -> str:
    """Into configuration mode."""
    session.enter("config")
    return "Enter configuration commands, one per line.  End with CNTL/Z."


@EXEC.command("configure")
def configure_from(session: Session) -> str:
    """The dialog of a bare `configure`."""

    def answer(typed: str) -> str:
        if typed and not "terminal".startswith(typed.lower()):
            return '?Must be "terminal", "memory" or "network"'
        return configure(session)

    session.ask("Configuring from terminal, memory, or network [terminal]? ", answer)
    return ""


def save(session: Session) -> str:
    """Save, and the answer of `write memory`."""
    if not session.switch.save(session.user):
        return BUSY
    return "Building configuration...\n[OK]"


@EXEC.command("write", "write memory")
def write(session: Session) -> str:
    """`write memory`."""
    return save(session)


@EXEC.command("copy running-config startup-config")
def copy(session: Session) -> str:
    """`copy running-config startup-config`, which asks for the file's name."""

    def answer(typed: str) -> str:
        if typed and typed != "startup-config":
            raise Rejected(f"%Error opening nvram:/{typed} (No such file or directory)")
        return save(session)

    session.ask("Destination filename [startup-config]? ", answer)
    return ""


@both("terminal length <0-512>")
def terminal_length(session: Session, lines: int) -> str:
    """Lines of a page; 0 turns paging off."""
    session.length = lines
    return ""


@both("terminal width <0-512>")
def terminal_width(session: Session, columns: int) -> str:
    """Columns of the terminal."""
    session.width = columns
    return ""


@both("terminal no length", "no terminal length")
def terminal_default(session: Session) -> str:
    """The default page."""
    session.length = 24
    return ""


@EXEC.command("terminal monitor", "terminal no monitor")
def terminal_monitor(session: Session) -> str:
    """Accepted: a session is sent no log messages either way."""
    return ""


@EXEC.command("clear ip dhcp binding A.B.C.D", "clear ip dhcp binding *")
def clear_binding(session: Session, address: str | None = None) -> str:
    """Forget one lease or all."""
    bindings = session.switch.dhcp_server.bindings
    if address is None:
        bindings.clear()
    else:
        bindings.pop(address, None)
    return ""


@EXEC.command("clear mac address-table dynamic")
def clear_mac(session: Session) -> str:
    """The table fills again at once: the phones keep talking."""
    return ""


for _grammar in GRAMMARS.values():

    @_grammar.command("end")
    def _end(session: Session) -> str:
        return session.end()

    @_grammar.command("exit")
    def _exit(session: Session) -> str:
        return session.exit()
