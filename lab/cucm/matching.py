"""SQL's LIKE, and copies of documents."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any


def copied(value: Any) -> Any:
    """Return a copy of a document that shares nothing but its texts with it."""
    if isinstance(value, dict):
        return {name: copied(inner) if isinstance(inner, (dict, list)) else inner for name, inner in value.items()}
    return [copied(item) if isinstance(item, (dict, list)) else item for item in value]


def fixed_part(like: str) -> tuple[str, str, str]:
    """Return what a LIKE pattern begins with, its first wildcard and the rest."""
    return next(((like[:at], mark, like[at + 1 :]) for at, mark in enumerate(like) if mark in "%_"), (like, "", ""))


@lru_cache(maxsize=256)
def like_matcher(pattern: str) -> Callable[[str], Any]:
    """Return a function that tells whether a text is LIKE an SQL pattern: % is any text, _ any one character."""
    wildcards = {"%": ".*", "_": "."}
    expression = "".join(wildcards.get(character) or re.escape(character) for character in pattern)
    return re.compile(expression, re.DOTALL).fullmatch
