"""The command modes: their prompts' middle part and their grammars, filled by the command modules."""

from __future__ import annotations

from .grammar import Grammar

USER = Grammar()
EXEC = Grammar()
CONFIG = Grammar()
INTERFACE = Grammar()
VLAN = Grammar()
POOL = Grammar()
LINE = Grammar()
ARCHIVE = Grammar()
ARCHIVE_LOG = Grammar()
CLASS_MAP = Grammar()
POLICY_MAP = Grammar()
POLICY_CLASS = Grammar()
TABLE_MAP = Grammar()
ACCESS_LIST = Grammar()

GRAMMARS = {
    "config": CONFIG,
    "config-if": INTERFACE,
    "config-if-range": INTERFACE,
    "config-vlan": VLAN,
    "dhcp-config": POOL,
    "config-line": LINE,
    "config-archive": ARCHIVE,
    "config-archive-log-cfg": ARCHIVE_LOG,
    "config-cmap": CLASS_MAP,
    "config-pmap": POLICY_MAP,
    "config-pmap-c": POLICY_CLASS,
    "config-tablemap": TABLE_MAP,
    "config-ext-nacl": ACCESS_LIST,
}
