# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What CUCM's database holds for the start-up of phones: their records, asked for in bulk, and what these refer to.

The records come out of CUCM's tables, 500 phones a request. Where an account may not do that, or the tables aren't as
expected, each phone is asked for by getPhone. All else is a fixed number of lists, and one get for each CallManager
group that is used.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field, replace

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.axl import Axl
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.crew import Outcome
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.envelope import many
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.info import mixed_mode, read_nodes
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.sql import quoted, select
from ansible_collections.dialtone.voice.plugins.module_utils._errors import VoiceError

CHUNK = 500
"""Phones in one query: some 10 kB of SQL."""

FEW = 5
"""Phones up to which asking for each costs about as many requests as two queries, and takes no tables for granted."""

BY_SQL, BY_GET = "executeSQLQuery", "getPhone"

# Columns of `device` and the tables that they point to as public dumps of releases 11 to 15 have them.
_PHONES = (
    "d.name as name, m.name as model, r.name as protocol, p.name as pool, s.name as profile, k.name as softkeys, "
    "u.name as user_locale, c.name as network_locale, d.fkdialrules as rules, d.specialloadinformation as own_load, "
    "d.versionstamp as stamp from device d inner join typemodel m on m.enum = d.tkmodel "
    "left outer join typedeviceprotocol r on r.enum = d.tkdeviceprotocol "
    "left outer join devicepool p on p.pkid = d.fkdevicepool "
    "left outer join securityprofile s on s.pkid = d.fksecurityprofile "
    "left outer join softkeytemplate k on k.pkid = d.fksoftkeytemplate "
    "left outer join typeuserlocale u on u.enum = d.tkuserlocale "
    "left outer join typecountry c on c.enum = d.tkcountry"
)
_LINES = (
    "d.name as name, a.numplanindex as place, n.dnorpattern as pattern from devicenumplanmap a "
    "inner join device d on d.pkid = a.fkdevice inner join numplan n on n.pkid = a.fknumplan"
)
_TAGS = (
    *("name", "product", "model", "protocol", "devicePoolName", "loadInformation", "versionStamp"),
    *("securityProfileName", "dialRulesName", "softkeyTemplateName", "userLocale", "networkLocale", "digestUser"),
)


@dataclass(frozen=True)
class Stored:
    """A phone as the database has it, by the names of what it refers to.

    :ivar lines: directory numbers in the order of their buttons
    :ivar load: its own, empty for the default of its model
    :ivar stamp: without braces
    :ivar asked: BY_SQL or BY_GET
    :ivar rules_key: key of its dial rules where their name was not told
    """

    name: str
    asked: str
    model: str = ""
    protocol: str = ""
    pool: str = ""
    profile: str = ""
    softkeys: str = ""
    user_locale: str = ""
    network_locale: str = ""
    dial_rules: str = ""
    digest_user: str = ""
    load: str = ""
    stamp: str = ""
    lines: tuple[str, ...] = ()
    rules_key: str = ""


@dataclass
class Surroundings:
    """What phones' records refer to, each part None where it was not told; names in lower case are keys.

    :ivar pools: device pool -> its CallManager group
    :ivar groups: CallManager group -> its members, the one with the highest priority first
    :ivar managers: CallManager -> its process node, in CUCM's own spelling of both
    :ivar nodes: as `info.read_nodes` returns them
    :ivar registering: whether phones may register by themselves at some CallManager
    :ivar profiles: security profile -> its mode, and whether it asks for digest authentication
    :ivar loads: (model, protocol) -> load of the device defaults
    :ivar problems: part -> why it was not told
    """

    pools: dict[str, str] | None = None
    groups: dict[str, tuple[str, ...]] | None = None
    managers: dict[str, str] | None = None
    nodes: list[dict[str, t.Any]] | None = None
    registering: bool | None = None
    profiles: dict[str, tuple[str, bool]] | None = None
    loads: dict[tuple[str, str], str] | None = None
    mixed: bool | None = None
    problems: dict[str, VoiceError] = field(default_factory=dict)


Phones = dict[str, "Stored | VoiceError | None"]


def read_phones(axl: Axl, names: t.Sequence[str], needed: t.Collection[str]) -> Phones:
    """Return for each name its record, None where CUCM has no such phone, or why it could not be asked for.

    :param needed: the names that are asked for one by one where the tables can't be asked; the others are left out then
    """
    if len(names) > FEW:
        found = _by_sql(axl, names)
        if found is not None:
            return found
        names = [name for name in names if name in set(needed)]
    return dict(zip(names, map(_value, axl.each(lambda name: get_phone(axl, name), names)), strict=True))


def get_phone(axl: Axl, name: str) -> Stored | None:
    """Return one phone by getPhone."""
    known = axl.definitions.within(axl.definitions.request("getPhone")["returnedTags"])
    tags: dict[str, t.Any] = dict.fromkeys((tag for tag in _TAGS if tag in known), "")
    tags["lines"] = {"line": {"index": "", "dirn": {"pattern": ""}}}
    found = axl.get("Phone", {"name": name}, f"looking up phone {name}", tags)
    return None if found is None else stored_phone(found)


def stored_phone(found: dict[str, t.Any]) -> Stored:
    """Return what getPhone told as plain data."""
    lines = sorted(many(found.get("lines"), "line"), key=lambda line: int(line.get("index") or 0))
    return Stored(
        name=_text(found, "name"),
        asked=BY_GET,
        model=_text(found, "model") or _text(found, "product"),
        protocol=_text(found, "protocol"),
        pool=_text(found, "devicePoolName"),
        profile=_text(found, "securityProfileName"),
        softkeys=_text(found, "softkeyTemplateName"),
        user_locale=_text(found, "userLocale"),
        network_locale=_text(found, "networkLocale"),
        dial_rules=_text(found, "dialRulesName"),
        digest_user=_text(found, "digestUser"),
        load=_text(found, "loadInformation"),
        stamp=_text(found, "versionStamp").strip("{}"),
        lines=tuple(_text(line.get("dirn") or {}, "pattern") for line in lines),
    )


def _by_sql(axl: Axl, names: t.Sequence[str]) -> Phones | None:
    wanted = {name.casefold(): name for name in names}
    keys = sorted(wanted)
    chunks = [keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK)]

    def ask(chunk: list[str]) -> tuple[list[dict[str, str]] | None, list[dict[str, str]] | None]:
        # Without case, because CUCM keeps names as they were typed.
        condition = f"where lower(d.name) in ({quoted(chunk)}) order by name"
        phones = select(axl, f"{_PHONES} {condition}", "asking for the phones' records")
        lines = None if phones is None else select(axl, f"{_LINES} {condition}, place", "asking for the phones' lines")
        return phones, lines

    answers = axl.each(ask, chunks[:1])
    if _told(answers[0]):
        # Where the first chunk is refused, the others need not be sent.
        answers += axl.each(ask, chunks[1:])
    if not all(_told(answer) for answer in answers):
        return None
    found: Phones = dict.fromkeys(names)
    lines: dict[str, list[tuple[int, str]]] = {}
    for answer in answers:
        for row in answer.value[1]:
            lines.setdefault(row["name"].casefold(), []).append((int(row["place"] or 0), row["pattern"]))
        for row in answer.value[0]:
            name = wanted.get(row["name"].casefold())
            if name is not None:
                found[name] = _stored_row(row, lines.get(row["name"].casefold(), []))
    return found


def _told(outcome: Outcome) -> bool:
    return outcome.error is None and outcome.tried and None not in outcome.value


def _stored_row(row: dict[str, str], lines: list[tuple[int, str]]) -> Stored:
    return Stored(
        name=row["name"],
        asked=BY_SQL,
        model=row["model"],
        protocol=row["protocol"],
        pool=row["pool"],
        profile=row["profile"],
        softkeys=row["softkeys"],
        user_locale=row["user_locale"],
        network_locale=row["network_locale"],
        load=row["own_load"],
        stamp=row["stamp"].strip("{}"),
        lines=tuple(pattern for _place, pattern in sorted(lines)),
        rules_key=row["rules"],
    )


def complete(axl: Axl, phones: Phones, digest: t.Callable[[Stored], bool]) -> None:
    """Add what the tables were not asked for: the names of dial rules, once each, and the users of digest credentials.

    What can't be had stays empty.

    :param digest: tells whether a phone asks for digest authentication
    """
    by_rules: dict[str, str] = {}
    asked: list[str] = []
    for name, phone in phones.items():
        if isinstance(phone, Stored) and phone.asked == BY_SQL:
            if phone.rules_key and phone.rules_key not in by_rules:
                by_rules[phone.rules_key] = name
            if digest(phone):
                asked.append(name)
    asked = list(dict.fromkeys([*by_rules.values(), *asked]))
    more = {
        name: outcome.value
        for name, outcome in zip(asked, axl.each(lambda name: get_phone(axl, name), asked), strict=True)
        if isinstance(outcome.value, Stored)
    }
    rules = {key: more[name].dial_rules for key, name in by_rules.items() if name in more}
    for name, phone in phones.items():
        if isinstance(phone, Stored) and (phone.rules_key in rules or name in more):
            user = more[name].digest_user if name in more else ""
            phones[name] = replace(phone, dial_rules=rules.get(phone.rules_key, ""), digest_user=user)


def read_surroundings(axl: Axl) -> Surroundings:
    """Return what phones' records refer to, all but the CallManager groups. What is refused is a problem of its own."""
    found = Surroundings()
    parts: list[tuple[str, t.Callable[[], t.Any]]] = [
        ("pools", lambda: _pools(axl)),
        ("managers", lambda: _managers(axl)),
        ("nodes", lambda: read_nodes(axl)),
        ("profiles", lambda: _profiles(axl)),
        ("loads", lambda: _loads(axl)),
        ("mixed", lambda: mixed_mode(axl)),
    ]
    for (part, _ask), outcome in zip(parts, axl.each(lambda item: item[1](), parts), strict=True):
        if outcome.error is not None:
            found.problems[part] = outcome.error
        elif outcome.tried:
            setattr(found, part, outcome.value)
    if found.managers is not None:
        found.managers, found.registering = t.cast("tuple[dict[str, str], bool]", found.managers)
    return found


def read_groups(axl: Axl, around: Surroundings, phones: t.Iterable[Stored]) -> None:
    """Add the CallManager groups of the phones' device pools."""
    pools = around.pools or {}
    names = sorted({group for phone in phones if (group := pools.get(phone.pool.casefold()))})
    around.groups = {}
    for name, outcome in zip(names, axl.each(lambda name: _members(axl, name), names), strict=True):
        if outcome.error is not None:
            around.problems["groups"] = outcome.error
        elif outcome.tried:
            around.groups[name.casefold()] = outcome.value


def _members(axl: Axl, name: str) -> tuple[str, ...]:
    tags = {"name": "", "members": {"member": {"callManagerName": "", "priority": ""}}}
    group = axl.get("CallManagerGroup", {"name": name}, f"looking up CallManager group {name}", tags) or {}
    members = sorted(many(group.get("members"), "member"), key=lambda member: int(member.get("priority") or 0))
    return tuple(_text(member, "callManagerName") for member in members)


def _pools(axl: Axl) -> dict[str, str]:
    listed = axl.list("DevicePool", {"name": "%"}, ["name", "callManagerGroupName"], "listing the device pools")
    return {_text(pool, "name").casefold(): _text(pool, "callManagerGroupName") for pool in listed}


def _managers(axl: Axl) -> tuple[dict[str, str], bool]:
    tags = {"name": "", "processNodeName": "", "autoRegistration": {"autoRegistrationEnabled": ""}}
    listed = axl.list("CallManager", {"name": "%"}, tags, "listing the CallManagers")
    registering = any(
        _true((manager.get("autoRegistration") or {}).get("autoRegistrationEnabled")) for manager in listed
    )
    return {_text(manager, "name"): _text(manager, "processNodeName") for manager in listed}, registering


def _profiles(axl: Axl) -> dict[str, tuple[str, bool]]:
    tags = ["name", "deviceSecurityMode", "enableDigestAuthentication"]
    listed = axl.list("PhoneSecurityProfile", {"name": "%"}, tags, "listing the phones' security profiles")
    return {
        _text(profile, "name").casefold(): (
            _text(profile, "deviceSecurityMode"),
            _true(profile.get("enableDigestAuthentication")),
        )
        for profile in listed
    }


def _loads(axl: Axl) -> dict[tuple[str, str], str]:
    tags = ["Model", "Protocol", "LoadInformation"]
    listed = axl.list("DeviceDefaults", {"Model": "%"}, tags, "listing the device defaults")
    return {
        (_text(row, "Model").casefold(), _text(row, "Protocol").casefold()): _text(row, "LoadInformation")
        for row in listed
    }


def _text(row: t.Mapping[str, t.Any], name: str) -> str:
    value = row.get(name)
    return value.strip() if isinstance(value, str) else ""


def _true(value: t.Any) -> bool:
    """Tell whether AXL means yes; it says `true` or `t`."""
    return str(value).casefold() in ("true", "t", "1")


def _value(outcome: Outcome) -> t.Any:
    if outcome.error is not None:
        return outcome.error
    return (
        outcome.value if outcome.tried else VoiceError("it was not asked for, because CUCM could not be asked before")
    )
