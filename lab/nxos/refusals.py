"""How NX-OS refuses a line: the caret stands under the place, and the words differ from those of IOS."""

from __future__ import annotations

from lab.switch.grammar import Ambiguous, Incomplete, Invalid, Refusal

INVALID = "% Invalid command at '^' marker."
INTERFACE = "Invalid interface format at '^' marker."
RANGE = "Invalid range at '^' marker."
DENIED = "% Permission denied for the role"


class Marked(Refusal):
    """A refusal in the feature's own words, with the caret at `column` of the line."""

    def __init__(self, column: int, words: str) -> None:
        super().__init__(words)
        self.column = column


def answer(refusal: Refusal, prompt: str, line: str) -> str:
    """What NX-OS prints for a refusal of `line`, typed at `prompt`."""
    if isinstance(refusal, Incomplete):
        column, words = len(line.rstrip()), "% Incomplete command at '^' marker."
    elif isinstance(refusal, Ambiguous):
        column, words = refusal.column, "% Ambiguous command at '^' marker."
    elif isinstance(refusal, Invalid):
        column, words = refusal.column, _invalid(refusal, line)
    elif isinstance(refusal, Marked):
        column, words = refusal.column, str(refusal)
    else:
        return str(refusal)
    return f"{' ' * (len(prompt.lstrip()) + column)}^\n{words}"


def _invalid(refusal: Invalid, line: str) -> str:
    word = (line[refusal.column :].split() or [""])[0]
    if "NUMBER" in refusal.kinds and word.isdigit():
        return RANGE
    return INTERFACE if "IFACE" in refusal.kinds else INVALID
