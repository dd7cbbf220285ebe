# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What phones and the TFTP service write, read leniently and safely: XML that is no XML, and pages in HTML.

Configuration files use `xsi:type` without declaring it, alarms hold a raw `<not open>`, and old phones claim an
encoding that they don't keep to. So the parser recovers. No entity is resolved, no DTD read and nothing fetched, and
what is larger than the limit isn't parsed at all.
"""

from __future__ import annotations

import re
import traceback
import typing as t

from ansible.module_utils.basic import missing_required_lib

from ansible_collections.dialtone.voice.plugins.module_utils._errors import Unsupported
from ansible_collections.dialtone.voice.plugins.module_utils._text import one_line

try:
    from lxml import etree

    LXML_MISSING = None
except ImportError:
    LXML_MISSING = traceback.format_exc()

LIMIT = 4 * 2**20
"""Bytes that are parsed at most."""

_DECLARATION = re.compile(rb"^\s*<\?xml[^>]*?(?:encoding\s*=\s*[\"']([\w.-]+)[\"'][^>]*)?\?>", re.I)
_META = re.compile(rb"<meta[^>]+charset=[\"']?([\w-]+)", re.I)
# Encodings of text that documents name. Python knows others, of which some fail oddly, or take ages for a long text.
_ENCODING = re.compile(
    r"us-ascii|ascii|utf-?(?:8|16|32)(?:-?[bl]e)?|iso-?8859-\d+|latin-?1|windows-12\d\d|koi8-[ru]|"
    r"gb2312|gbk|gb18030|big5|shift[_-]jis|euc-(?:jp|kr)",
    re.I,
)
_XML = re.compile(r"<\?xml[^>]*\?>")
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>", re.I | re.S)
# Characters that no XML document may have, not even as a reference.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def require() -> None:
    """Raise Unsupported where lxml isn't installed."""
    if LXML_MISSING:
        raise Unsupported(missing_required_lib("lxml"), details={"exception": LXML_MISSING})


def decoded(content: bytes) -> str:
    """Return the text of a document: as it says itself, else UTF-8, else Latin-1; never fails."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    head = content[:1024]
    declared = _DECLARATION.match(head.removeprefix(b"\xef\xbb\xbf")) or _META.search(head)
    name = declared[1].decode("ascii") if declared and declared[1] else ""
    for encoding in (name if _ENCODING.fullmatch(name) else "", "utf-8-sig"):
        try:
            return content.decode(encoding or "utf-8-sig")
        except (LookupError, UnicodeDecodeError):
            continue
    return content.decode("latin-1")


def xml(content: bytes, roots: t.Collection[str] = ()) -> t.Any:
    """Parse XML as phones do, leniently.

    :param roots: names of the root element, in lower case, of which it must be one; empty for any
    :return: the root, an lxml element without namespaces
    :raises ValueError: in words, what it is instead; never with its content, which may hold passwords
    """
    text = _checked(content)
    # Without its declaration, because it is given as UTF-8, and without a DOCTYPE, which no phone needs.
    for beside in (_XML, _DOCTYPE):
        text = text.lstrip()
        head = beside.match(text)
        text = text[head.end() :].lstrip() if head else text
    if not text.startswith("<"):
        raise ValueError("it is no XML")
    parser = etree.XMLParser(
        recover=True,
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None:
        raise ValueError("it is no XML")
    name = local(root)
    if roots and name.lower() not in roots:
        raise ValueError(f"it is another document, whose root is <{one_line(name, 40)}>")
    if not re.search(rf"(?:</\s*(?:\w+:)?{re.escape(name)}\s*|/)>$", text.rstrip()[-200:]):
        raise ValueError("it is cut off: its end is missing")
    return root


def html(content: bytes) -> t.Any:
    """Parse a page in HTML.

    :raises ValueError: it is none
    """
    text = _checked(content)
    if "<" not in text:
        raise ValueError("it is no HTML")
    parser = etree.HTMLParser(recover=True, encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None:
        raise ValueError("it is no HTML")
    return root


def local(element: t.Any) -> str:
    """Return the name of an element without namespace or prefix; empty for what is none."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2] if isinstance(tag, str) else ""


def text_of(element: t.Any) -> str:
    """Return all text within an element, white space folded."""
    return " ".join(" ".join(element.itertext()).split())


def named(element: t.Any, name: str) -> t.Iterator[t.Any]:
    """Yield the element and those below it that have a name, whatever its case."""
    folded = name.lower()
    return (each for each in element.iter() if local(each).lower() == folded)


def first_text(element: t.Any, name: str) -> str:
    """Return the text of the first child, else of the first descendant, of that name; empty where there is none."""
    for each in element:
        if local(each).lower() == name.lower():
            return (each.text or "").strip()
    for each in named(element, name):
        if each is not element:
            return (each.text or "").strip()
    return ""


def _checked(content: bytes) -> str:
    if len(content) > LIMIT:
        raise ValueError(f"it has {len(content)} bytes, more than the {LIMIT} that are read")
    if not content.strip():
        raise ValueError("it is empty")
    return _FORBIDDEN.sub("", decoded(content)).lstrip("\ufeff")
