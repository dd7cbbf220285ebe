"""Global configuration: host name, accounts, VLANs, and the lines that are kept as they were typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import names
from .grammar import Grammar, Invalid, Rejected, Typed
from .modes import ARCHIVE, ARCHIVE_LOG, CONFIG, LINE, VLAN
from .secrets import Secret
from .state import DEFAULT_VLANS

if TYPE_CHECKING:
    from .session import Session

BAD_VLAN_LIST = (
    "Command rejected: Bad VLAN list - character #{} ({}) delimits a VLAN number\n which is out of the range 1..4094."
)
# Global commands of other features: kept in the order typed. The number is how many words make the key of a line.
_KEPT = {
    "aaa": 99,
    "boot": 2,
    "clock": 2,
    "crypto": 99,
    "diagnostic": 99,
    "dot1x": 99,
    "errdisable detect": 99,
    "errdisable flap-setting": 99,
    "errdisable recovery cause": 99,
    "ip arp inspection": 99,
    "ip default-gateway": 2,
    "ip device": 99,
    "ip dhcp snooping": 99,
    "ip domain": 3,
    "ip domain-name": 1,
    "ip domain-lookup": 1,
    "ip http": 3,
    "ip name-server": 99,
    "ip route": 99,
    "ip routing": 2,
    "ip ssh": 3,
    "ip tftp": 2,
    "lldp": 2,
    "logging": 99,
    "login": 99,
    "ntp": 99,
    "radius": 99,
    "service": 99,
    "snmp-server": 99,
    "spanning-tree": 3,
    "switch": 99,
    "system": 99,
    "tacacs": 99,
    "transceiver": 99,
    "udld": 99,
    "vtp": 2,
}
# What is on unless it is turned off, so that its `no` form is configuration too.
_ON_BY_DEFAULT = ("ip domain", "ip http", "ip routing", "logging console", "service pad", "service password-recovery")


def keep(table: dict[str, str], line: str, size: int) -> None:
    """Keep a line as typed, in the place of the one with the same first `size` words."""
    table[" ".join(line.split()[:size])] = line


def drop(table: dict[str, str], words: str) -> bool:
    """Forget the lines that begin with these words; whether there were any."""
    found = [key for key, line in table.items() if f"{line} ".startswith(f"{words} ")]
    for key in found:
        del table[key]
    return bool(found)


def _register_kept(prefix: str, size: int) -> None:
    @CONFIG.command(prefix, f"{prefix} LINE")
    def _keep(session: Session, rest: str = "") -> None:
        line = f"{prefix} {rest}".strip()
        drop(session.config.lines, f"no {line}")
        keep(session.config.lines, line, size)

    @CONFIG.command(f"no {prefix}", f"no {prefix} LINE", f"default {prefix}", f"default {prefix} LINE")
    def _drop(session: Session, rest: str = "") -> None:
        line = f"{prefix} {rest}".strip()
        drop(session.config.lines, line)
        if line.startswith(_ON_BY_DEFAULT):
            keep(session.config.lines, f"no {line}", 99)


for _prefix, _size in _KEPT.items():
    _register_kept(_prefix, _size)


@CONFIG.command("errdisable recovery interval <30-86400>")
def recovery_interval(session: Session, seconds: int) -> None:
    """After how long a port that the switch shut comes up again."""
    keep(session.config.lines, f"errdisable recovery interval {seconds}", 3)


@CONFIG.command("no errdisable recovery interval", "no errdisable recovery interval <30-86400>")
def no_recovery_interval(session: Session, _seconds: int = 0) -> None:
    """After 300 seconds."""
    drop(session.config.lines, "errdisable recovery interval")


@CONFIG.command("hostname WORD")
def hostname(session: Session, name: str) -> None:
    """The switch's name, which is in every prompt."""
    session.config.hostname = name[:63]


@CONFIG.command("no hostname", "no hostname WORD")
def no_hostname(session: Session, _name: str = "") -> None:
    """Back to the factory's name."""
    session.config.hostname = "Switch"


@CONFIG.command("enable secret LINE", "enable password LINE")
def enable_secret(session: Session, text: str) -> None:
    """`enable secret [0|9] TEXT`."""
    session.config.enable_secret = _secret(text)


@CONFIG.command("no enable secret", "no enable secret LINE", "no enable password", "no enable password LINE")
def no_enable_secret(session: Session, _text: str = "") -> None:
    """Without a secret nobody gets from user to privileged exec."""
    session.config.enable_secret = None


def _secret(text: str) -> Secret:
    words = text.split(None, 1)
    if len(words) == 2 and words[0] == "9":
        try:
            return Secret(hashed=words[1])
        except ValueError:
            raise Rejected("ERROR: The secret you entered is not a valid encrypted secret.") from None
    if len(words) == 2 and words[0] in ("5", "7", "8"):
        raise Rejected("ERROR: The secret you entered is not a valid encrypted secret.")
    return Secret(words[1] if len(words) == 2 and words[0] == "0" else text)


@CONFIG.command("username WORD secret|password LINE")
def username(session: Session, user: str, _kind: str, text: str) -> None:
    """An account at level 1."""
    session.config.users[user] = (1, _secret(text))


@CONFIG.command("username WORD privilege <0-15> secret|password LINE")
def username_level(session: Session, user: str, level: int, _kind: str, text: str) -> None:
    """An account at the given level."""
    session.config.users[user] = (level, _secret(text))


@CONFIG.command("no username WORD", "no username WORD LINE")
def no_username(session: Session, user: str, _rest: str = "") -> None:
    """Remove an account."""
    session.config.users.pop(user, None)


@CONFIG.command("cdp run")
def cdp_run(session: Session) -> None:
    """CDP on, the default."""
    session.config.cdp_run = True


@CONFIG.command("no cdp run")
def no_cdp_run(session: Session) -> None:
    """CDP off on the whole switch."""
    session.config.cdp_run = False


@CONFIG.command("lldp run")
def lldp_run(session: Session) -> None:
    """LLDP on; Catalyst switches come with it off."""
    session.config.lldp_run = True


@CONFIG.command("no lldp run", "default lldp run")
def no_lldp_run(session: Session) -> None:
    """LLDP off on the whole switch."""
    session.config.lldp_run = False


@CONFIG.command("banner motd|login|exec LINE")
def banner(session: Session, kind: str, text: str) -> str:
    """Collect a banner up to its delimiter."""
    return session.start_banner(kind, text)


@CONFIG.command("no banner motd|login|exec")
def no_banner(session: Session, kind: str) -> None:
    """Remove a banner."""
    session.config.banners.pop(kind, None)


def vlan_list(text: Typed) -> set[int]:
    """A VLAN list. Raises Rejected in IOS's words for one that is out of range."""
    vlans = names.parse_vlans(text)
    if vlans is None:
        if text.strip()[:1].isdigit():
            position = next((i for i, c in enumerate(text) if not c.isdigit()), len(text))
            mark = "EOL" if position == len(text) else f"'{text[position]}'"
            raise Rejected(BAD_VLAN_LIST.format(position + 1, mark))
        raise Invalid(text.column)
    return vlans


def _check_vtp(session: Session) -> None:
    if "vtp mode client" in session.config.lines.values():
        raise Rejected("VTP VLAN configuration not allowed when device is in CLIENT mode.")


@CONFIG.command("vlan WORD")
def vlan(session: Session, text: Typed) -> None:
    """Create VLANs and edit them."""
    vlans = vlan_list(text)
    _check_vtp(session)
    for number in vlans - session.config.vlans.keys():
        session.config.vlans[number] = None
    session.enter("config-vlan")
    session.vlans = sorted(vlans)


@CONFIG.command("no vlan WORD")
def no_vlan(session: Session, text: Typed) -> str:
    """Delete VLANs; ports in them stay in them, and go down."""
    vlans = vlan_list(text)
    _check_vtp(session)
    kept = sorted(vlans & DEFAULT_VLANS.keys())
    if kept:
        raise Rejected(f"%Default VLAN {kept[0]} may not be deleted.")
    for number in vlans:
        session.config.vlans.pop(number, None)
    return ""


@VLAN.command("name WORD")
def vlan_name(session: Session, name: str) -> None:
    """Name the VLAN; no two may have the same name."""
    config = session.config
    if len(session.vlans) > 1:
        raise Rejected("% Command is not allowed for more than one VLAN.")
    number = session.vlans[0]
    other = next((v for v in config.vlans if v != number and config.vlan_name(v) == name), None)
    if other is not None:
        raise Rejected(f"VLAN #{other} and #{number} have an identical name: {name}")
    config.vlans[number] = name[:32]


@VLAN.command("no name", "no name WORD", "default name")
def no_vlan_name(session: Session, _name: str = "") -> None:
    """Back to VLAN0020."""
    for number in session.vlans:
        session.config.vlans[number] = None


@VLAN.command("no shutdown", "state active")
def vlan_active(session: Session) -> None:
    """The default state."""


def open_block(session: Session, header: str, mode: str) -> None:
    """Edit the lines below a header, which are kept as typed."""
    session.block = session.config.blocks.setdefault(header, [])
    session.enter(mode)


@CONFIG.command("line console|vty <0-98> [<0-98>]")
def line(session: Session, kind: str, first: int, last: int | None = None) -> None:
    """The settings of terminal lines, kept as typed."""
    short = "con" if kind == "console" else "vty"
    open_block(session, f"line {short} {first}" + (f" {last}" if last is not None else ""), "config-line")


@CONFIG.command("archive")
def archive(session: Session) -> None:
    """The settings of the configuration archive, kept as typed."""
    open_block(session, "archive", "config-archive")


@ARCHIVE.command("log config")
def archive_log(session: Session) -> None:
    """The log of configuration commands."""
    if "log config" not in session.block:
        session.block.append("log config")
    session.enter("config-archive-log-cfg")


@CONFIG.command("no archive")
def no_archive(session: Session) -> None:
    """Remove the archive's settings."""
    session.config.blocks.pop("archive", None)


def _block_lines(grammar: Grammar, words: str, indent: str = "") -> None:
    for word in words.split():

        def store(session: Session, rest: str = "", *, word: str = word) -> None:
            text = f"{indent}{word} {rest}".rstrip()
            key = f"{indent}{word} "
            session.block[:] = [line for line in session.block if not f"{line} ".startswith(key)]
            session.block.append(text)

        def remove(session: Session, rest: str = "", *, word: str = word) -> None:
            key = f"{indent}{word} {rest}".rstrip()
            session.block[:] = [line for line in session.block if not f"{line} ".startswith(f"{key} ")]

        grammar.command(word, f"{word} LINE")(store)
        grammar.command(f"no {word}", f"no {word} LINE")(remove)


_block_lines(
    LINE,
    "access-class authorization escape-character exec-timeout history length logging login password privilege "
    "session-timeout stopbits transport width",
)
_block_lines(ARCHIVE, "path rollback time-period write-memory")
_block_lines(ARCHIVE_LOG, "hidekeys logging notify", indent=" ")
