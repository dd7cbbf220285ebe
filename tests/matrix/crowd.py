"""The campus with more phones than it has, as a site file and a plan."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from tests.matrix.site import ROOT


def crowd(folder: Path, on_each: int, kinds: Sequence[Mapping[str, str]] = ()) -> tuple[Path, list[dict[str, Any]]]:
    """A site file of the campus with so many phones on each of its two floors, and the plan of its phones.

    :param kinds: models and protocols of the phones, in turn; without any, those of the campus
    """
    text = (ROOT / "lab/sites/campus.yml").read_text()
    for old, new in (
        ("1/0/1 - 8\n", f"1/0/1 - {on_each + 2}\n"),
        ("1/0/9 - 24\n", f"1/0/{on_each + 3} - 48\n"),
        ("WS-C2960X-24PS-L", "WS-C2960X-48FPS-L"),
    ):
        assert old in text, old
        text = text.replace(old, new)
    site = yaml.safe_load(text)
    plan = yaml.safe_load((ROOT / "inventories/lab-campus/group_vars/all/phones.yml").read_text())["voice_phones"]
    models, site["phones"], rows = site["phones"], [], []
    for switch in site["switches"]:
        if switch["name"].startswith("access-"):
            switch["ports"] = 48
            switch["model"] = switch["model"].replace("C9300-24P", "C9300-48P")
            if switch["model"].startswith("WS-"):
                switch["config"] = switch["config"].replace("1/0/28", "1/0/52")
                switch["uplink"] = switch["uplink"].replace("1/0/28", "1/0/52")
    for number in range(2 * on_each):
        floor, place = divmod(number, on_each)
        like = kinds[number % len(kinds)] if kinds else models[(number * 5) % len(models)]
        switch = f"access-sw{floor + 1}"
        own = {
            "mac": f"00:00:5E:00:54:{number + 1:02X}",
            "switch": switch,
            "interface": f"GigabitEthernet1/0/{place + 1}",
            "description": f"Desk {number + 1}",
            "lines": [{"dn": f"{2001 + number}", "label": f"Desk {number + 1}"}],
        }
        site["phones"].append({**like, **own})
        profile = next(row["profile"] for row in plan if row["switch"] == switch)
        kind = {key: like[key] for key in ("model", "protocol") if key in like}
        rows.append({**kind, **copy.deepcopy(own), "profile": profile})
    file = folder / "crowd.yml"
    file.write_text(yaml.safe_dump(site))
    return file, rows
