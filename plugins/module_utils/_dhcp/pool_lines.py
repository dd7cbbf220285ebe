# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Changes of the DHCP pools of IOS and IOS-XE, written as commands. Pure."""

from __future__ import annotations

import re
import typing as t
from ipaddress import IPv4Address, IPv4Network

from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.pools import (
    SHARED,
    Host,
    Pool,
    hosts_of,
    of_scope,
    option_data,
    reservations,
)
from ansible_collections.dialtone.voice.plugins.module_utils._dhcp.scope import (
    INFINITE,
    Option,
    Range,
    Reservation,
    Scope,
    range_text,
    uncovered,
)
from ansible_collections.dialtone.voice.plugins.module_utils._switch.config import Config, Step

# The parser's longest line, with room for the blank before it in the configuration.
_LONGEST_LINE = 250
_EXCLUDED = "ip dhcp excluded-address "


def excluded_line(span: Range) -> str:
    return f"{_EXCLUDED}{range_text(span).replace('-', ' ')}"


def exclusion_step(span: Range, *, undo: bool = False) -> Step:
    return Step(f"no {excluded_line(span)}" if undo else excluded_line(span))


def exclusions(scope: Scope, existing: t.Sequence[Range]) -> tuple[list[Range], list[Range]]:
    """Return which ranges to exclude, and which exclusions to take away, for what a scope is to hand out.

    Without `ranges` nothing is taken away. With them, an exclusion goes only where it holds back an address that is to
    be handed out, and the rest of it is excluded anew, also what of it lies beyond the scope's network.
    """
    if scope.ranges is None:
        return uncovered(scope.excluded, existing), []
    wanted = uncovered(scope.ranges, scope.excluded)
    dropped = [(low, high) for low, high in existing if any(low <= last and high >= first for first, last in wanted)]
    kept = [span for span in existing if span not in dropped]
    held_back = uncovered(hosts_of(scope.network), wanted) + uncovered(dropped, wanted)
    return uncovered(held_back, kept), dropped


def merged(ranges: t.Sequence[Range]) -> tuple[Range, ...]:
    """Return ranges in ascending order, with those that touch put together, as exclusions leave them."""
    found: list[Range] = []
    for low, high in sorted(ranges):
        if found and int(low) <= int(found[-1][1]) + 1:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return tuple(found)


def render_lease(seconds: int | str) -> str:
    if seconds == INFINITE:
        return f"lease {INFINITE}"
    days, rest = divmod(int(seconds), 86400)
    hours, minutes = rest // 3600, rest % 3600 // 60
    words = [days, hours, minutes] if minutes else [days, hours] if hours else [days]
    return "lease " + " ".join(str(word) for word in words)


def option_line(option: Option) -> str:
    """Write an option; text that the parser would take apart is written as hexadecimal digits."""
    if option.type == "ip":
        return f"option {option.code} ip {' '.join(option.value)}"
    if option.type == "text" and re.fullmatch(r"[!-~]+", option.value) and not set(option.value) & set("\"?!|\\'"):
        return f"option {option.code} ascii {option.value}"
    digits = option.data.hex()
    return f"option {option.code} hex {'.'.join(digits[at : at + 4] for at in range(0, len(digits), 4))}"


def line_faults(scope: Scope) -> list[str]:
    """Return what of a scope does not fit into one line or one word of IOS."""
    faults = []
    for number, option in enumerate(scope.options or ()):
        if option.type == "ip" and len(option.value) > 8:
            faults.append(f"options[{number}]: IOS takes 8 addresses in an option, not {len(option.value)}: give fewer")
        elif len(option_line(option)) > _LONGEST_LINE:
            text = f"its {len(option.data)} bytes are too long for a command line of IOS: shorten the value"
            faults.append(f"options[{number}]: {text}")
    for number, each in enumerate(scope.reservations or ()):
        if each.hostname and "." in each.hostname:
            short = each.hostname.partition(".")[0]
            faults.append(f"reservations[{number}]: IOS takes no domain in hostname {each.hostname!r}: give {short!r}")
    return faults


_LINES: dict[str, t.Callable[[t.Any], str]] = {
    "network": lambda value: "network {0.network_address} {0.netmask}".format(IPv4Network(value)),
    "gateway": lambda value: f"default-router {value}",
    "lease_time": render_lease,
    "tftp_servers": lambda value: f"option 150 ip {' '.join(value)}",
    "tftp_server_name": lambda value: f"option 66 ascii {value}",
    "domain_name": lambda value: f"domain-name {value}",
    "dns_servers": lambda value: f"dns-server {' '.join(value)}",
}


def render_pool(scope: Scope, pool: Pool | None, changes: t.Collection[str]) -> list[Step]:
    """Write a scope's changes as commands. Each one replaces what was there, so that the pool serves all the time.

    :param changes: the fields that differ
    """
    there = pool.options if pool else {}
    values = scope.values()
    lines = [Step(line(values[name]), {name: values[name]}) for name, line in _LINES.items() if name in changes]
    lines += [
        Step(option_line(each)) for each in scope.options or () if option_data(there.get(each.code, "")) != each.data
    ]
    if not lines and pool is not None:
        return []
    return [Step(f"ip dhcp pool {scope.name}"), *lines, Step("exit")]


def host_name(scope: Scope, each: Reservation) -> str:
    """Return the name of the pool for one reservation."""
    return f"{scope.name}-{each.mac.replace(':', '')}"


def host_faults(scope: Scope, pools: t.Mapping[str, Pool]) -> list[str]:
    """Return why reservations cannot be made beside the pools that are there."""
    faults = []
    mine = of_scope(scope.name, scope.network, pools)
    strangers = {pool.host.address: pool for pool in mine.values() if pool.host is not None and not pool.host.mac}
    for number, each in enumerate(scope.reservations or ()):
        other = strangers.get(each.address)
        if other is not None:
            faults.append(
                f"reservations[{number}]: {each.address} belongs to the pool {other.name}, which goes by something "
                "else than a MAC address: give another address, or remove that pool"
            )
        name = host_name(scope, each)
        if name in pools and name not in mine:
            faults.append(f"reservations[{number}]: there is a pool {name} already that is no host's: remove it")
    moved = [
        pool.name
        for pool in mine.values()
        if scope.reservations is None and scope.network and pool.host and pool.host.address not in scope.network
    ]
    if moved:
        faults.append(
            f"network: the addresses of {', '.join(sorted(moved))} are outside of {scope.network}: give "
            "'reservations' too"
        )
    return faults


def render_hosts(
    scope: Scope, pool: Pool | None, after: t.Mapping[str, t.Any], pools: t.Mapping[str, Pool]
) -> list[Step]:
    """Write what is to change in the manual bindings of a scope: one pool each, which repeats what its network has.

    :param after: the scope as it will be
    """
    mine = of_scope(scope.name, scope.network, pools)
    there = {(each.host.mac, each.host.address): each for each in mine.values() if each.host and each.host.mac}
    wanted = scope.reservations
    gone: list[Pool] = []
    if wanted is None:
        # Those of other names are somebody else's as long as the list is not given.
        own = of_scope(scope.name, None, pools)
        wanted = tuple(Reservation(mac, address) for (mac, address), each in there.items() if mac and each.name in own)
    else:
        kept = {(each.mac, each.address) for each in wanted}
        gone = [each for key, each in there.items() if key not in kept]
    left = {name: each for name, each in mine.items() if each not in gone}
    steps = []
    for each in gone:
        mine = {name: other for name, other in mine.items() if name != each.name}
        steps.append(Step(f"no ip dhcp pool {each.name}", {"reservations": reservations(mine)}))
    options = {
        **(pool.options if pool else {}),
        **{each.code: option_line(each).split(None, 2)[2] for each in scope.options or ()},
    }
    for each in wanted:
        known = there.get((each.mac, each.address))
        lines = _host_lines(each, known, after, options)
        if not lines:
            continue
        name = known.name if known else host_name(scope, each)
        host = Host(each.address, each.mac, each.hostname or (known.host.hostname if known and known.host else None))
        left[name] = Pool(name, host=host)
        lines[-1] = Step(lines[-1].line, {"reservations": reservations(left)})
        steps += [Step(f"ip dhcp pool {name}"), *lines, Step("exit")]
    return steps


def _host_lines(
    each: Reservation, known: Pool | None, after: t.Mapping[str, t.Any], options: t.Mapping[int, str]
) -> list[Step]:
    lines = []
    if known is None:
        digits = "01" + each.mac.replace(":", "")
        identifier = ".".join(digits[at : at + 4] for at in range(0, len(digits), 4))
        # The mask of its network, by which the client knows what is on its link.
        lines = [f"host {each.address} {IPv4Network(after['network']).netmask}", f"client-identifier {identifier}"]
    if each.hostname is not None and (known is None or known.host is None or known.host.hostname != each.hostname):
        lines.append(f"client-name {each.hostname}")
    state = known.state if known else {}
    for name in SHARED:
        value = after.get(name)
        # Text in place of a list is option 150 as something else than addresses, which is not worth repeating.
        usable = isinstance(value, list) if name in ("tftp_servers", "dns_servers") else value and ", " not in value
        if usable and not str(value).startswith(("ip ", "hex ")) and state.get(name) != value:
            lines.append(_LINES[name](value))
    held = known.options if known else {}
    lines += [
        f"option {code} {line}"
        for code, line in options.items()
        if code not in held or option_data(held[code]) != option_data(line)
    ]
    return [Step(line) for line in lines]


def render_removal(scope: Scope, pools: t.Mapping[str, Pool]) -> list[Step]:
    """Remove a scope and the pools for hosts that are named after it."""
    names = [name for name in of_scope(scope.name, None, pools) if name != scope.name]
    found = [*names, *([scope.name] if scope.name in pools else [])]
    return [Step(f"no ip dhcp pool {name}") for name in found]


def restoring(before: Config, now: Config, sent: t.Sequence[str]) -> list[str]:
    """Return the lines that take back what a row had changed before it failed.

    :param sent: the row's lines, of which the last may or may not have been taken
    """
    pools = dict.fromkeys(
        line.removeprefix("no ") for line in sent if re.match(r"(?:no )?ip dhcp pool |interface ", line)
    )
    spans = dict.fromkeys(line.removeprefix("no ") for line in sent if _EXCLUDED in line)
    lines = [span for span in spans if span in before.sections and span not in now.sections]
    for header in pools:
        was, has = before.sections.get(header), now.sections.get(header)
        if was is None:
            lines += [f"no {header}"] if has is not None else []
        elif was != has:
            keys = {_key(line) for line in was}
            undone = [f"no {line}" for line in has or [] if line not in was and _key(line) not in keys]
            lines += [header, *undone, *(line for line in was if line not in (has or [])), "exit"]
    return lines + [f"no {span}" for span in spans if span in now.sections and span not in before.sections]


def _key(line: str) -> str:
    """Return what makes a later line take the place of an earlier one; helper addresses stand beside each other."""
    words = line.split()
    return line if words[0] == "ip" else " ".join(words[:2]) if words[0] == "option" else words[0]


def inside(addresses: str, network: IPv4Network) -> bool:
    """Whether one of the routers that a pool names is in the network."""
    return any(IPv4Address(address) in network for address in addresses.split(", "))
