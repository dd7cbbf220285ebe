"""What faults do to CUCM's database and to the files of its TFTP service, and how they take it back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lab.control import ControlError
from lab.faults.injuries import Injury

if TYPE_CHECKING:
    from lab.cucm.records import StoredObject
    from lab.cucm.store import Store


@dataclass
class RecordInjury:
    """Elements of a phone's record that became others; `changes` has None for an element that is gone."""

    store: Store
    name: str
    changes: dict[str, Any]
    before: dict[str, Any] = field(default_factory=dict)

    def make(self) -> RecordInjury:
        found = record(self.store, self.name)
        self.before = {element: found.document.get(element) for element in self.changes}
        if self.before == self.changes:
            raise ControlError(f"{self.name}: its record is so already")
        self.store.put("Phone", {**found.document, **self.changes}, found.uuid)
        return self

    def holds(self) -> bool:
        found = self.store.find("Phone", self.name)
        return bool(found) and all(found.document.get(element) == value for element, value in self.changes.items())

    def heal(self) -> None:
        if self.holds():
            found = record(self.store, self.name)
            self.store.put("Phone", {**found.document, **self.before}, found.uuid)


@dataclass
class NewObject:
    """An object that a fault needs beside the record, there before or not; it goes when nothing refers to it."""

    store: Store
    kind: str
    document: dict[str, Any]
    uuid: str = ""

    def make(self) -> NewObject:
        found = self.store.find(self.kind, self.document["name"])
        self.uuid = found.uuid if found else self.store.put(self.kind, self.document)
        return self

    def holds(self) -> bool:
        return self.store.by_uuid(self.uuid) is not None

    def heal(self) -> None:
        if self.holds() and not self.store.referrers(self.uuid):
            self.store.remove(self.uuid)


@dataclass
class CountedInjury:
    """Names that stand for something missing; another fault may count them too."""

    counts: Counter[str]
    names: tuple[str, ...]
    made: bool = False

    def make(self) -> CountedInjury:
        self.counts.update(self.names)
        self.made = True
        return self

    def holds(self) -> bool:
        return self.made

    def heal(self) -> None:
        if self.made:
            self.counts.subtract(self.names)
            self.made = False


@dataclass
class Together:
    """Several changes that make one fault: it holds while the first `needed` of them do."""

    parts: Sequence[Injury]
    needed: int = 1

    def holds(self) -> bool:
        return all(part.holds() for part in self.parts[: self.needed])

    def heal(self) -> None:
        # What was made first goes first: the record lets go of the objects that were made for it.
        for part in self.parts:
            part.heal()


def record(store: Store, name: str) -> StoredObject:
    """The phone's record. Raises ControlError where there is none."""
    found = store.find("Phone", name)
    if found is None:
        raise ControlError(f"{name} is not in CUCM")
    return found
