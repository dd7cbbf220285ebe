# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of the files that phones ask for, by model and protocol. Pure functions.

Sources: the documentation of usecallmanager.nz (user and network locale, ring tones, load information) and logs of TFTP
servers that real phones asked.
"""

from __future__ import annotations

import re

from ansible_collections.dialtone.voice.plugins.module_utils._phone import trust

# The file of a user locale: its first part, by model. With `-sip.jar` or `-sccp.jar` behind it.
_LOCALE = {
    "rtl": ("6901", "6911", "6921", "6941", "6945", "6961"),
    "sp": ("7811", "7821", "7832", "7841", "7861"),
    "tc": ("7906", "7911"),
    "mk": ("7931", "7941", "7942", "7961", "7962"),
    "be": ("7945", "7965"),
    "td": ("7970", "7971", "7975"),
    "sl-be": ("8811", "8841", "8851", "8861"),
    "sl-bev": ("8845", "8865"),
    "gh": ("8961",),
    "lk": ("9951",),
    "gd": ("9971",),
}
_PART = {model: part for part, models in _LOCALE.items() for model in models}
# One file for both protocols.
_BOTH = {"8941": "gb-sccp-sip.jar", "8945": "gb-sccp-sip.jar"}
# Phones of the first generation: dictionaries instead of archives.
_OLD = frozenset({"7940", "7960"})

_WIDEBAND = ("78", "88")
_EITHER = frozenset({"7945", "7965", "7975"})
_WIDE_RINGS, _RINGS = "Ringlist-wb.xml", "Ringlist.xml"
_IMAGE = re.compile(rb"(?<![\w.-])[A-Za-z0-9][\w.-]{2,80}\.(?:sbn|sb2|sebn|sgn|bin|zz)(?![\w.-])")
_MOST_IMAGES = 40
_LOAD_SUFFIXES = (".loads", ".bin", ".sbin", ".zup")
_BEFORE_LOADS = frozenset({"7902", "7905", "7910", "7912", "7920", "7935", "7936", "7940", "7960"})

XML_DEFAULT = "XMLDefault.cnf.xml"
ANY_ITL = "ITLFile.tlv"
SIGNED = ".sgn"
ENCRYPTED = ".enc.sgn"


def model_number(model: str) -> str:
    """Return the number in the name of a model: `7961` of `Cisco 7961`, `CP-7961G` and `Cisco Unified IP Phone 7961G`.

    Empty where there is none.
    """
    match = re.search(r"(?<!\d)(\d{4})(?!\d)", model)
    return match[1] if match else ""


def ctl(name: str) -> str:
    return f"CTL{name}.tlv"


def itl(name: str) -> str:
    return f"ITL{name}.tlv"


def configuration(name: str) -> str:
    return f"{name}.cnf.xml"


def load_files(load: str, model: str) -> tuple[str, ...]:
    """Return the names under which a load can be there: `.loads` lists its images; the oldest phones had one image."""
    if load.lower().endswith(_LOAD_SUFFIXES):
        return (load,)
    listed = f"{load}.loads"
    return (listed, f"{load}.bin", f"{load}.sbin") if model_number(model) in _BEFORE_LOADS else (listed,)


def user_locale(folder: str, model: str, protocol: str) -> str:
    """Return the file of a user locale, empty where it isn't known for the model."""
    number = model_number(model)
    if not folder:
        return ""
    if number in _BOTH:
        return f"{folder}/{_BOTH[number]}"
    if number in _OLD:
        return f"{folder}/7960-dictionary.xml"
    part = _PART.get(number)
    kind = "sccp" if protocol.upper() == "SCCP" else "sip"
    return f"{folder}/{part}-{kind}.jar" if part else ""


def network_locale(folder: str, model: str) -> str:
    """Return the file of a network locale, the tones of a country; empty where it isn't known for the model."""
    number = model_number(model)
    if not folder or not number:
        return ""
    if number in _OLD:
        return f"{folder}/7960-tones.xml"
    return f"{folder}/{'g4' if number.startswith('99') else 'g3'}-tones.xml"


def ring_lists(model: str) -> tuple[str, ...]:
    """Return the names of the list of ring tones; 78xx and 88xx have one of wideband tones. Empty without a model.

    Where both are named, the guides of that model don't agree, and one of them will do.
    """
    number = model_number(model)
    if not number:
        return ()
    if number in _EITHER:
        return (_WIDE_RINGS, _RINGS)
    return (_WIDE_RINGS,) if number.startswith(_WIDEBAND) else (_RINGS,)


def images(content: bytes) -> tuple[str, ...]:
    """Return the images that a `.loads` file lists, in their order; the signature before the list isn't looked at."""
    if trust.has_header(content):
        try:
            content = trust.parse_signed(content).content
        except ValueError:
            return ()
    found = (match[0].decode("ascii") for match in _IMAGE.finditer(content))
    return tuple(dict.fromkeys(found))[:_MOST_IMAGES]
