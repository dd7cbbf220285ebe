# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the role cucm_phones makes of its variables: users, files for BAT, what hands have to do, and whom to reset.

Pure functions. The four ways of adding phones are those of Cisco's administration guides of the phones: by AXL or by
hand in CUCM Administration, by BAT, by auto-registration, and by auto-registration with TAPS.
"""

from __future__ import annotations

import os
import re
import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._argspec import row_fault, validate
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.bat import ALL, name_of, unplaced, with_names
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.lines import line_faults, told
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.models import product, short_name
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.numplan import line_name
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.phone_fields import phone_faults
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.profiles import apply_profiles
from ansible_collections.dialtone.voice.plugins.module_utils._cucm.rows import LINE_SPEC, PHONE_SPEC
from ansible_collections.dialtone.voice.plugins.module_utils._errors import InvalidPlan
from ansible_collections.dialtone.voice.plugins.module_utils._text import device_name

Row = dict[str, t.Any]

USER_SPEC = {
    "userid": {"type": "str", "required": True},
    "first_name": {"type": "str"},
    "last_name": {"type": "str"},
    "presence_group": {"type": "str"},
    "phones": {"type": "list", "elements": "str", "default": []},
    "owner": {"type": "bool", "default": False},
    "primary_extension": {"type": "raw"},
    "groups": {"type": "list", "elements": "str", "default": []},
    "fields": {"type": "dict", "default": {}},
    "secrets": {"type": "dict", "no_log": True},
}
_USER_ELEMENTS = {"first_name": "firstName", "last_name": "lastName", "presence_group": "presenceGroupName"}
_OPTION = "cucm_phones_users"
_PER_LINE = 12
_NAMED = 5


def read_users(users: t.Any, phones: list[Row]) -> list[Row]:
    """Return the users with the device names of their phones, and with the partition of their primary extension.

    :param phones: rows of `cucm_phones`, from whose lines the partition comes where a user gives the number alone
    :raises InvalidPlan: with every fault of every user
    """
    spec = {_OPTION: {"type": "list", "elements": "dict", "options": USER_SPEC}}
    rows = validate(spec, {_OPTION: users or []}).params[_OPTION]
    if not rows:
        return []
    lines_of = {name: row.get("lines") or [] for row in phones if (name := _name_or_empty(row))}
    faults: list[str] = []
    first: dict[str, int] = {}
    owners: dict[str, str] = {}
    read = []
    for index, row in enumerate(rows):

        def say(text: str, index: int = index, userid: str = row["userid"]) -> None:
            faults.append(row_fault(_OPTION, index, userid, text))

        key = row["userid"].casefold()
        if key in first:
            say(f"the same user as {_OPTION}[{first[key]}]: give each user once")
        first.setdefault(key, index)
        names = []
        for text in row["phones"]:
            try:
                names.append(device_name(text) if _may_be_mac(text) else text)
            except ValueError as error:
                say(f"phones: {error}")
        if row["owner"]:
            for name in names:
                if owners.setdefault(name, row["userid"]) != row["userid"]:
                    say(f"{name} has the owner {owners[name]} already: a phone has one")
        extension = _extension(row["primary_extension"], [line for name in names for line in lines_of.get(name, [])])
        if isinstance(extension, str):
            say(extension)
        read.append({**row, "phones": names, "primary_extension": extension})
    if faults:
        raise InvalidPlan(faults, _OPTION)
    return read


def check_rows(phones: t.Any, lines: t.Any, profiles: t.Any, *, nameless: bool = False) -> str:
    """Check the rows of phones and lines as their modules do before they ask the cluster anything.

    :param nameless: whether phones may have neither MAC address nor name, because they get one from TAPS
    :returns: in one line, how many there are
    :raises InvalidPlan: with the faults of all rows
    """
    spec = {
        "phones": {
            "type": "list",
            "elements": "dict",
            "options": PHONE_SPEC,
            "required_one_of": [] if nameless else [("mac", "name")],
        },
        "lines": {"type": "list", "elements": "dict", "options": LINE_SPEC},
        "profiles": {"type": "dict"},
    }
    params = validate(spec, {"phones": phones, "lines": lines, "profiles": profiles}).params
    effective, faults = apply_profiles(params["phones"], params["profiles"])
    faults += [*phone_faults(with_names(effective)), *told(params["lines"], line_faults(params["lines"]))]
    if faults:
        raise InvalidPlan(faults, "what the role was given")
    return f"{len(phones)} phone{'' if len(phones) == 1 else 's'}, {len(lines)} line{'' if len(lines) == 1 else 's'}"


def _may_be_mac(text: str) -> bool:
    return (
        text.upper().startswith("SEP") or re.fullmatch(r"[0-9A-Fa-f]{2}([.:\- ]?[0-9A-Fa-f]{2}){5}", text) is not None
    )


def _name_or_empty(row: t.Any) -> str:
    """Return a row's device name; a row with a wrong one is for cucm_phones to name."""
    try:
        return name_of(row) if isinstance(row, dict) else ""
    except ValueError:
        return ""


def _extension(given: t.Any, lines: list[Row]) -> Row | str | None:
    """Return pattern and partition of a primary extension, or what is wrong with it."""
    if given is None:
        return None
    if isinstance(given, dict):
        if isinstance(given.get("pattern"), str) and set(given) <= {"pattern", "partition"}:
            return {"pattern": given["pattern"], "partition": given.get("partition") or ""}
        return f"primary_extension: {given!r} is neither a number nor 'pattern' and 'partition'"
    if not isinstance(given, str):
        return f"primary_extension: {given!r} is a number: put it in quotes, else YAML drops leading zeros"
    found = {line.get("partition") for line in lines if line.get("pattern") == given}
    if len(found) != 1 or None in found:
        where = "not on" if not found else "without partition on" if None in found else f"in {len(found)} partitions on"
        return f"primary_extension: {given} is {where} the user's phones in the plan: give 'pattern' and 'partition'"
    return {"pattern": given, "partition": found.pop()}


def user_objects(users: list[Row], *, associated: bool) -> list[Row]:
    """Return rows of `cucm_objects` for users.

    :param users: what `read_users` returned
    :param associated: with their phones and primary extension, for all of them; else only those that may have to be
        made (with a last name), so that phones can name them as owners
    """
    rows = []
    for user in users:
        fields: Row = {}
        for option, element in _USER_ELEMENTS.items():
            if user[option] is not None:
                fields[element] = user[option]
        if user["groups"]:
            fields["associatedGroups"] = {"userGroup": [{"name": name} for name in user["groups"]]}
        fields.update(user["fields"])
        if associated:
            if user["phones"]:
                fields["associatedDevices"] = {"device": user["phones"]}
            extension = user["primary_extension"]
            if extension:
                number = {"pattern": extension["pattern"], "routePartitionName": extension["partition"]}
                fields["primaryExtension"] = number
        if fields and (associated or user["last_name"] is not None):
            row = {"type": "User", "key": {"userid": user["userid"]}, "fields": fields}
            # Only where a user may have to be made: a PIN that its user has changed since is not to be set back.
            if user["secrets"] and not associated:
                row["secrets"] = user["secrets"]
            rows.append(row)
    return rows


def phone_names(phones: list[Row]) -> list[str]:
    """Return the device names of rows of `cucm_phones`; wrong ones are for that module to name."""
    return [name for row in phones if (name := _name_or_empty(row))]


def placed_phones(phones: t.Any, profiles: t.Any) -> t.Any:
    """Return the rows of phones with the partitions that their profiles give to lines; what is wrong stays as it is."""
    partitions: Row = {}
    for name, profile in profiles.items() if isinstance(profiles, dict) else ():
        line = profile.get("line") if isinstance(profile, dict) else None
        if isinstance(line, dict) and line.get("partition") is not None:
            partitions[str(name)] = line["partition"]

    def placed(row: t.Any) -> t.Any:
        partition = partitions.get(str(row.get("profile"))) if isinstance(row, dict) else None
        if partition is None or not isinstance(row.get("lines"), list):
            return row
        missing = {"partition": partition}
        return {
            **row,
            "lines": [
                {**line, **missing} if isinstance(line, dict) and line.get("partition") is None else line
                for line in row["lines"]
            ],
        }

    return [placed(row) for row in phones] if isinstance(phones, list) else phones


def line_objects(lines: list[Row]) -> list[Row]:
    """Return rows of `cucm_lines` as rows of `cucm_objects`; those without partition only mean lines that are there."""
    return [
        {"type": "Line", "key": {"pattern": row["pattern"], "routePartitionName": row["partition"]}}
        for row in lines
        if row.get("partition") is not None
    ]


def owned_phones(phones: list[Row], users: list[Row]) -> list[Row]:
    """Return the rows of phones with the owners that users say; what a row says itself stays."""
    owners = {name: user["userid"] for user in users if user["owner"] for name in user["phones"]}
    if not owners:
        return phones
    owned = []
    for row in phones:
        owner = owners.get(_name_or_empty(row))
        owned.append({**row, "owner": owner} if owner and row.get("owner") is None else row)
    return owned


def phones_to_reset(phones: t.Any, lines: t.Any, rows: list[Row]) -> list[str]:
    """Return the device names of phones that have something new to learn: they, or a line of theirs, was changed.

    A phone that was only just added learns all of it when it registers.

    :param phones: result of `cucm_phones`, empty where it did not come to run
    :param lines: result of `cucm_lines`
    :param rows: the rows of both
    """
    told = {row["key"]: row for row in (phones or {}).get("results") or []}
    changed = {_line_key(row["after"]) for row in (lines or {}).get("results") or [] if _was_changed(row)}
    names = []
    for row in rows:
        name = _name_or_empty(row)
        result = told.get(name)
        if not name or (result is not None and result["before"] is None):
            continue
        if (result is not None and _was_changed(result)) or any(
            _is_of(line, changed) for line in row.get("lines") or []
        ):
            names.append(name)
    return names


def _was_changed(result: Row) -> bool:
    return result["status"] == "changed" and result["before"] is not None and result["after"] is not None


def _is_of(line: Row, changed: set[tuple[str, str]]) -> bool:
    """Tell whether a row's line is a changed one; without a partition it may be the one in any."""
    if line.get("partition") is None:
        return any(pattern == line["pattern"] for pattern, _partition in changed)
    return _line_key(line) in changed


def _line_key(line: Row) -> tuple[str, str]:
    return str(line.get("pattern") or ""), str(line.get("partition") or "").casefold()


def bat_files(phones: list[Row], lines: list[Row], profiles: t.Any, folder: str, kind: str) -> list[Row]:
    """Return the files that BAT needs, one for each model and protocol unless all details are written.

    :returns: rows with ``dest``, ``template`` (model and protocol; empty for all details), ``phones`` and ``lines``
    :raises InvalidPlan: where a row names a profile that is not there
    """
    effective, faults = apply_profiles(phones, profiles)
    if faults:
        raise InvalidPlan(faults, "the phones")
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in effective:
        key = ("", "") if kind == ALL else (product(str(row.get("model") or "")), str(row.get("protocol") or "SIP"))
        groups.setdefault(key, []).append(row)
    files = []
    for (model, protocol), rows in groups.items():
        left_over = {id(line) for line in unplaced(rows, lines)}
        name = "phones" if kind == ALL else re.sub(r"[^\w.+-]+", "-", f"{short_name(model) or 'phones'}-{protocol}")
        files.append(
            {
                "dest": os.path.join(folder, f"{name}.csv"),
                "template": "" if kind == ALL else f"{model} {protocol}".strip(),
                "phones": rows,
                "lines": [line for line in lines if id(line) not in left_over],
            }
        )
    return files


def bat_left_out(results: list[Row]) -> list[str]:
    """Say in lines what the files cannot say, each option once with the phones that have it.

    :param results: results of `write_bat_file`, one for each file
    """
    phones_of: dict[str, list[str]] = {}
    for result in results:
        for row in result.get("results") or []:
            for option in row["left_out"]:
                phones_of.setdefault(option, []).append(row["key"])
    told = []
    for option, names in sorted(phones_of.items()):
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        told.append(
            f"{option}: not in the file, set it in the BAT template or later: {', '.join(names[:_NAMED])}{more}"
        )
    return told or ["The files say all that the phones give"]


def bat_steps(files: list[Row], phones: list[Row], lines: list[Row]) -> list[str]:
    """Say in lines what is to be done by hand with files for BAT."""
    steps = [
        "By hand, once: in Unified Serviceability, activate the Cisco Bulk Provisioning Service on the publisher",
        *_each(files, "Bulk Administration > Upload/Download Files: upload {dest}, target Phones, transaction {kind}"),
        *(
            f"Bulk Administration > Phones > Phone Template: a template for the {file['template']} with at least "
            f"{_most_lines(file['phones'])} line{'' if _most_lines(file['phones']) == 1 else 's'}"
            for file in files
            if file["template"]
        ),
        *_each(files, "Bulk Administration > Phones > Validate Phones, then Insert Phones: {name}, {count}"),
        "Bulk Administration > Job Scheduler: wait for the jobs, and read the log of each",
    ]
    nowhere = [line_name(row["pattern"], row.get("partition")) for row in unplaced(phones, lines)]
    if nowhere:
        steps.append(f"In no file, because no phone has them: {', '.join(nowhere)}")
    return steps


def _each(files: list[Row], text: str) -> list[str]:
    told = []
    for file in files:
        count = len(file["phones"])
        kind = "Insert Phones - Specific Details" if file["template"] else "Insert Phones - All Details"
        told.append(
            text.format(
                dest=file["dest"],
                kind=kind,
                name=os.path.basename(file["dest"]),
                count=f"{count} phone{'' if count == 1 else 's'}",
            )
        )
    return told


def _most_lines(phones: list[Row]) -> int:
    return max((len(row.get("lines") or []) for row in phones), default=0)


def taps_steps(files: list[Row], phones: list[Row], lines: list[Row], number: str = "") -> list[str]:
    """Say in lines what is to be done by hand for auto-registration with TAPS, with each phone's directory number.

    :param number: the number to dial for TAPS; empty where it is not known
    """
    numbers = [
        f"{row['lines'][0]['pattern']} ({row.get('description') or row.get('model') or 'phone'})"
        for row in phones
        if row.get("lines")
    ]
    return [
        "By hand, once: in Unified Serviceability, activate Cisco CTIManager and the Cisco TAPS Service",
        "By hand, once: install TAPS (CUCM Administration, Application > Plugins) on a Unified CCX, with a CTI route "
        f"point for the number {number or 'of TAPS'} and CTI ports",
        "By hand, once: let the calling search space of phones that registered by themselves reach that number",
        *bat_steps(files, phones, lines),
        "For each of these jobs: tick Create Dummy MAC Address",
        "Plug each phone in and wait until it shows a number of the auto-registration range",
        f"On each phone: dial {number or 'the number of TAPS'}, choose a language, key in the number it is to have, "
        "confirm; it restarts with that configuration, and its MAC address takes the place of the dummy",
        *(
            f"Numbers to key in: {', '.join(numbers[start : start + _PER_LINE])}"
            for start in range(0, len(numbers), _PER_LINE)
        ),
        "Then turn auto-registration off again: cucm_phones_auto_registrations with 'enabled: false'",
    ]
