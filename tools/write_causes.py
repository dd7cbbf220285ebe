#!/usr/bin/env python3
"""Write docs/causes.md from the catalogue of causes, or with --check say whether it is out of date (`make causes`)."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / ".collections"))

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.ris_reply import STATUS_REASONS
from ansible_collections.dialtone.voice.plugins.module_utils._startup.catalogue import CAUSES, Cause
from ansible_collections.dialtone.voice.plugins.module_utils._startup.steps import STEPS

PAGE = ROOT / "docs/causes.md"

_HEAD = """\
# The causes

What `verify_phones` can find out about a phone, in the order in which a phone starts. Each cause belongs to a step
of the start-up; the earliest step with a cause that stops the phone is where it is stuck, and what comes after it is
looked at when that is healed. What doesn't stop a phone is a *finding*, also of phones that are registered. Where
nothing is proven, the cause is `unknown`, and the verdict says what it would take to know more.

A verdict is *certain* where a device, the phone itself included, has said so and nothing earlier is in the dark;
*likely* where it is concluded, or where an earlier cause could hide behind a source that couldn't be asked;
*possible* where little more than the symptom is known.

StatusReason is the number that RISPort70 gives, messages are those that the phone shows under Status Messages, on
its web page too. A `*` stands for a name. Both go with the cause, and few of them prove it alone.

These are ways, and no failures: a power supply of the phone's own, an address set by hand, an alternative TFTP
server, the voice VLAN told by LLDP alone, a configuration that the phone kept, a CTL file that isn't there in a
cluster that isn't in mixed mode.

<!-- Written by tools/write_causes.py from the catalogue in plugins/module_utils/_startup: change it there. -->
"""
_MENDS = {
    "ports": "the port settings of the plan",
    "scopes": "the scopes of the plan",
    "phones": "the phones of the plan",
    "reset": "a reset of the phone",
}


def rendered() -> str:
    """Return the page."""
    parts = [_HEAD]
    for step in STEPS:
        parts.append(f"\n## {step}\n")
        parts += [_section(cause) for cause in CAUSES.values() if cause.step == step]
    return "".join(parts)


def _section(cause: Cause) -> str:
    lines = [f"\n### {cause.name}\n"]
    if not cause.stops:
        lines.append("Doesn't stop the phone: a finding.\n")
    lines.append(f"- **Seen:** {cause.seen}")
    lines.append(f"- **Proven:** {cause.proven}")
    lines.append(f"- **What to do:** {cause.remedy}")
    if cause.reasons:
        told = ", ".join(f"{number} ({STATUS_REASONS[number]})" for number in cause.reasons)
        lines.append(f"- **StatusReason:** {told}")
    if cause.messages:
        lines.append(f"- **The phone's messages:** {', '.join(f'`{message}`' for message in cause.messages)}")
    if cause.mendable:
        lines.append(f"- **`apply_remedies`:** mends it by {_MENDS[cause.mendable]}")
    return "\n".join(lines) + "\n"


def main(arguments: list[str] | None = None) -> int:
    """Write the page, or say that it is out of date. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only, and fail where the page is out of date")
    options = parser.parse_args(arguments)
    page = rendered()
    if not options.check:
        PAGE.write_text(page, encoding="utf-8")
        return 0
    if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == page:
        return 0
    print(f"{PAGE.name} is out of date: run make causes", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
