"""`python -m lab`: start a simulated site, look at it, break it, heal it, end it."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from lab import background, render
from lab.control import ControlError, ask
from lab.net import NoFreeBlock
from lab.site import PACES, SiteError, load_site
from lab.state import Record, StateError, StateFolder

_START_TIMEOUT = 60.0
_TARGET = "a phone (device name, MAC or switch:interface), a switch (all its phones) or `site`"


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 done, 1 refused or failed, 2 wrong usage."""
    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except (SiteError, StateError, ControlError, NoFreeBlock, background.StartFailed) as error:
        for line in str(error).splitlines():
            print(f"lab: {line}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m lab", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    state = argparse.ArgumentParser(add_help=False)
    state.add_argument("--state", type=Path, default=Path(".lab"), metavar="DIR", help="state folder (%(default)s)")

    def command(name: str, run: Any, text: str, *, with_state: bool = True) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text, parents=[state] if with_state else [])
        sub.set_defaults(run=run)
        return sub

    up = command("up", _up, "start a lab, in the foreground until Ctrl-C, or in the background")
    up.add_argument("--site", type=Path, metavar="FILE", help="site file (its keys: lab/site.py); default: 12 phones")
    up.add_argument("--pace", choices=PACES, help="how quickly its phones boot and try again; default: the site file's")
    up.add_argument("--background", action="store_true", help="return when everything answers")
    up.add_argument("--timeout", type=float, default=_START_TIMEOUT, help="seconds to come up (%(default)s)")
    up.add_argument("--ready-fd", type=int, help=argparse.SUPPRESS)
    command("down", _down, "end the lab and remove its state")
    status = command("status", _status, "where each phone is, and why not further")
    status.add_argument("--json", action="store_true", help="as JSON")
    status.add_argument(
        "--wait",
        type=float,
        nargs="?",
        const=60.0,
        metavar="SECONDS",
        help="until all are registered (exit code 1: not)",
    )
    snapshot = command("snapshot", _snapshot, "all that the lab holds: configurations, objects, leases, counters")
    snapshot.add_argument("--json", action="store_true", help="as JSON (the only form)")
    faults = command("faults", _faults, "the faults that `break` knows", with_state=False)
    faults.add_argument("--json", action="store_true", help="as JSON")
    break_ = command("break", _break, "make one thing wrong, or several")
    break_.add_argument("target", metavar="TARGET", help=_TARGET)
    break_.add_argument("fault", metavar="FAULT", help="a name of `faults`")
    break_.add_argument("more", metavar="TARGET FAULT", nargs="*", help="further ones, made at once")
    break_.add_argument("--keep", action="store_true", help="the phones keep their flash: what they had is cached")
    heal = command("heal", _heal, "take back what `break` did")
    heal.add_argument("targets", metavar="TARGET", nargs="+", help=_TARGET)
    hostile = command("hostile", _hostile, "set knobs of a switch or of the publisher")
    hostile.add_argument("name", metavar="NAME", help="host name of the switch or publisher")
    hostile.add_argument("knobs", nargs="*", metavar="KEY=VALUE", help="VALUE as JSON, else as text; none: list them")
    demo = command("demo", _demo, "roll out the default site with the collection, twice")
    demo.add_argument("--pace", choices=("fast", "lively"), default="lively", help="of the phones (%(default)s)")
    demo.add_argument("--keep", action="store_true", help="leave the lab running")
    return parser


def _up(options: argparse.Namespace) -> int:
    site = load_site(options.site, options.pace)
    folder = StateFolder(options.state)
    if options.background:
        background.start(folder, options.site, options.timeout, options.pace)
        record = _record(folder)
        print(background.greeting(site, folder.path, record.address.rpartition(".0.")[0]))
        return 0
    # The servers' libraries take half a second to import, which the other commands need not spend.
    from lab import service

    try:
        service.run(site, folder, str(options.site or "default"), options.ready_fd)
    except OSError as error:
        raise StateError(f"the lab cannot start: {error}") from error
    return 0


def _record(folder: StateFolder) -> Record:
    record = folder.read()
    if record is None:
        raise StateError(f"no lab runs with the state folder {folder.path}; start one with `python -m lab up`")
    if not record.alive:
        raise StateError(f"the lab of {folder.path} (process {record.pid}) has died; `python -m lab down` cleans up")
    return record


def _ask(options: argparse.Namespace, command: str, **arguments: Any) -> Any:
    return ask(_record(StateFolder(options.state)), command, **arguments)


def _down(options: argparse.Namespace) -> int:
    print(background.end(StateFolder(options.state)))
    return 0


def _status(options: argparse.Namespace) -> int:
    phones: list[dict[str, Any]] = _ask(options, "status")

    def all_registered() -> bool:
        phones[:] = _ask(options, "status")
        return all(phone["state"] == "registered" for phone in phones)

    arrived = options.wait is None or background.wait_until(all_registered, options.wait, poll=0.2)
    print(json.dumps(phones, indent=2) if options.json else render.status_table(phones))
    return 0 if arrived else 1


def _snapshot(options: argparse.Namespace) -> int:
    print(json.dumps(_ask(options, "snapshot"), indent=2))
    return 0


def _faults(options: argparse.Namespace) -> int:
    from lab.faults import describe

    print(json.dumps(describe(), indent=2) if options.json else render.faults_table(describe()))
    return 0


def _break(options: argparse.Namespace) -> int:
    words = [options.target, options.fault, *options.more]
    if len(words) % 2:
        raise ControlError(f"expected TARGET FAULT in pairs, got {words[-1]!r} alone")
    pairs = list(zip(words[::2], words[1::2], strict=True))
    print("\n".join(_ask(options, "break", faults=pairs, keep=options.keep)))
    return 0


def _heal(options: argparse.Namespace) -> int:
    print("\n".join(_ask(options, "heal", targets=options.targets)))
    return 0


def _hostile(options: argparse.Namespace) -> int:
    knobs: dict[str, Any] = {}
    for text in options.knobs:
        key, sign, value = text.partition("=")
        if not sign:
            raise ControlError(f"expected KEY=VALUE, got {text!r}")
        try:
            knobs[key] = json.loads(value)
        except ValueError:
            knobs[key] = value
    for key, value in _ask(options, "hostile", name=options.name, knobs=knobs).items():
        print(f"{key}={json.dumps(value)}")
    return 0


def _demo(options: argparse.Namespace) -> int:
    from lab import demo

    return demo.run(options.state, keep=options.keep, pace=options.pace)


if __name__ == "__main__":
    sys.exit(main())
