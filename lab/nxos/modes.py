"""The command modes of NX-OS: their prompts' middle part and their grammars, filled by the command modules."""

from __future__ import annotations

from lab.switch.grammar import Grammar

from . import names

EXEC = Grammar(names.parse_words)
CONFIG = Grammar(names.parse_words)
INTERFACE = Grammar(names.parse_words)
VLAN = Grammar(names.parse_words)
LINE = Grammar(names.parse_words)

GRAMMARS = {
    "config": CONFIG,
    "config-if": INTERFACE,
    "config-if-range": INTERFACE,
    "config-vlan": VLAN,
    "config-line": LINE,
    "config-console": LINE,
}
