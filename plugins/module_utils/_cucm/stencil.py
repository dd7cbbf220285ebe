# Copyright: the dialtone.voice contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests that differ in their texts only: zeep writes the first, into which the texts of the others are put.

zeep looks at each of the 120 elements that a phone may have, which takes most of a request's CPU time; the thousand
phones of a rollout have the same dozen of them.
"""

from __future__ import annotations

import typing as t

from ansible_collections.dialtone.voice.plugins.module_utils._cucm.envelope import etree

Shape = t.Any
"""What is left of arguments without their texts; those with equal shapes lead to the same elements."""

_MARK = "text \ue000{}\ue001"


def taken_apart(arguments: t.Any, texts: list[str]) -> Shape:
    """Return the shape of arguments for zeep and append their texts, in order.

    An empty text belongs to the shape, because it may lead to another element than a text does.

    :raises TypeError: there is something in them that is neither text nor a word of zeep's own, such as XML
    """
    if isinstance(arguments, dict):
        return tuple((name, taken_apart(value, texts)) for name, value in arguments.items())
    if isinstance(arguments, list):
        return ("list", *(taken_apart(value, texts) for value in arguments))
    if isinstance(arguments, str) and arguments:
        texts.append(arguments)
        return str
    if arguments is None or arguments == "" or type(arguments).__module__.startswith("zeep."):
        return arguments
    raise TypeError(f"{type(arguments).__name__} is no text")


def put_together(arguments: t.Any, texts: t.Iterator[str]) -> t.Any:
    """Return arguments with other texts in place of their own."""
    if isinstance(arguments, dict):
        return {name: put_together(value, texts) for name, value in arguments.items()}
    if isinstance(arguments, list):
        return [put_together(value, texts) for value in arguments]
    return next(texts) if isinstance(arguments, str) and arguments else arguments


class Stencil:
    """A request with holes.

    :param message: the request, an lxml element
    :param holes: an element and its attribute, empty for its text, for each of the texts
    """

    def __init__(self, message: t.Any, holes: list[tuple[t.Any, str]]) -> None:
        self._message = message
        self._holes = holes

    @staticmethod
    def marks(count: int) -> list[str]:
        """Return texts that are nowhere else."""
        return [_MARK.format(number) for number in range(count)]

    @classmethod
    def of(cls, message: t.Any, marks: list[str]) -> Stencil | None:
        """Return the stencil of a request whose texts are these marks; None unless each is in it as it was, once."""
        found: dict[str, list[tuple[t.Any, str]]] = {mark: [] for mark in marks}
        for element in message.iter(etree.Element):
            for name, value in (("", element.text), *element.attrib.items()):
                if value in found:
                    found[value].append((element, name))
        holes = [places[0] for places in found.values() if len(places) == 1]
        return cls(message, holes) if len(holes) == len(marks) else None

    def fill(self, texts: list[str]) -> bytes:
        """Return the request with these texts.

        :raises ValueError: a text has a character that XML can't have
        """
        for (element, name), text in zip(self._holes, texts, strict=True):
            if name:
                element.set(name, text)
            else:
                element.text = text
        return written(self._message)


def written(message: t.Any) -> bytes:
    """Return a request as it is sent."""
    return etree.tostring(message, xml_declaration=True, encoding="utf-8")
