"""The guides: what they link to is there, and what they show as an example is one that would be taken."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
MODULES = "ansible_collections.dialtone.voice.plugins.modules"
BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")


class Loader(yaml.SafeLoader):
    """Takes Ansible's own tags, such as !vault, for texts."""


Loader.add_multi_constructor("!", lambda loader, suffix, node: str(node.value))


def anchors(page: Path) -> set[str]:
    """The names by which the headings of a page can be linked to."""
    heads = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    plain = [re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", head).lower() for head in heads]
    return {re.sub(r"[^\w\- ]", "", head).strip().replace(" ", "-") for head in plain}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def examples() -> Iterator[tuple[str, Any]]:
    for page in PAGES:
        for number, block in enumerate(BLOCK.findall(page.read_text(encoding="utf-8"))):
            for document in yaml.load_all(block, Loader):
                yield f"{page.name}, example {number}", document


def tasks(node: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every use of a module of the collection, wherever it stands: name and options."""
    if isinstance(node, dict):
        for key, value in node.items():
            name = str(key).removeprefix("dialtone.voice.")
            if name != key and isinstance(value, dict):
                yield name, value
            yield from tasks(value)
    elif isinstance(node, list):
        for item in node:
            yield from tasks(item)


def unknown(spec: dict[str, Any], options: dict[str, Any], path: str) -> Iterator[str]:
    for name, value in options.items():
        if name not in spec:
            yield f"{path}{name}"
            continue
        inner = spec[name].get("options")
        for row in value if isinstance(value, list) else [value]:
            if inner and isinstance(row, dict):
                yield from unknown(inner, row, f"{path}{name}.")


def test_tasks_of_examples_have_options_that_exist() -> None:
    shown = {name for _place, document in examples() for name, _options in tasks(document)}
    assert {"switch_voice_ports", "dhcp_scopes", "cucm_objects", "cucm_lines", "cucm_phones"} <= shown, shown
    found = [
        f"{place}: {name}: {option}"
        for place, document in examples()
        for name, options in tasks(document)
        for option in unknown(importlib.import_module(f"{MODULES}.{name}").ARGUMENT_SPEC, options, "")
    ]
    assert found == []


def test_variables_of_examples_exist() -> None:
    specs = {
        path.parent.parent.name: yaml.safe_load(path.read_text())
        for path in ROOT.glob("roles/*/meta/argument_specs.yml")
    }
    known = {name: set(spec["argument_specs"]["main"]["options"]) for name, spec in specs.items()}
    assert known
    found = [
        f"{place}: {variable}"
        for place, document in examples()
        if isinstance(document, dict)
        for variable in document
        for role, options in known.items()
        if variable.startswith(f"{role}_") and variable not in options
    ]
    assert found == []
