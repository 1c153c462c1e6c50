"""Facts as sets of integers, one set per property and per class, with the indexes that joins use.

A term that is no literal has a number from 0 up, a literal one from -1 down. A fact of a class is
the number of its member, a fact of a property the pair of subject and object.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from qkg.numbers import OneOrSeveral

__all__ = ["Fact", "Index", "Located", "Plan", "Relation"]

Fact: TypeAlias = Any  # a number, or two of them; told apart by the relation
# Most things have one or a few values for a property: a tuple takes a quarter of a set's memory.
Index: TypeAlias = dict[int, tuple[int, ...] | set[int]]
Plan: TypeAlias = Callable[[Iterable[Fact]], set[Fact]]

_FEW = 8


class Relation:
    """What holds of one property, of one class, or of one property with one object.

    Attributes:
        facts: all that is known, pending facts among it.
        inferred: those of the facts that nobody asserted.
        givers: of asserted facts whose givers are named, the numbers of these.
        pending: those that have not been joined with the others yet.
        triggers: per body in which the relation stands, what follows: a relation and a plan.
        sources: per head in which it stands, a plan that keeps those facts that the body yields.
        views: of a property: per object that some rule names, the relation of the subjects.
        hidden: whether its facts serve other rules only, and are no result.
    """

    __slots__ = (
        "_into",
        "_out",
        "facts",
        "givers",
        "hidden",
        "inferred",
        "pending",
        "sources",
        "triggers",
        "views",
    )

    def __init__(self, hidden: bool = False) -> None:
        self.facts: set[Fact] = set()
        self.inferred: set[Fact] = set()
        self.givers: dict[Fact, OneOrSeveral] = {}
        self.pending: set[Fact] = set()
        self.triggers: list[tuple[Relation, Plan]] = []
        self.sources: list[Plan] = []
        self.views: dict[int, Relation] = {}
        self.hidden = hidden
        self._out: Index | None = None
        self._into: Index | None = None

    @property
    def out(self) -> Index:
        """The objects of each subject, of facts that are no longer pending; kept from now on."""
        if self._out is None:
            self._out = _index(self.facts - self.pending)
        return self._out

    @property
    def into(self) -> Index:
        """The subjects of each object; as :attr:`out`."""
        if self._into is None:
            self._into = _index((o, s) for s, o in self.facts - self.pending)
        return self._into

    def index(self, facts: Iterable[Fact]) -> None:
        """Enter facts in the indexes that are kept."""
        if self._out is not None:
            _add(self._out, facts)
        if self._into is not None:
            _add(self._into, ((o, s) for s, o in facts))

    def forget(self, facts: set[Fact]) -> None:
        """Take facts out of everything."""
        self.facts -= facts
        self.inferred -= facts
        self.pending -= facts
        if self._out is not None:
            _remove(self._out, facts)
        if self._into is not None:
            _remove(self._into, ((o, s) for s, o in facts))

    def seen(self, facts: Iterable[Fact]) -> Iterable[tuple[Relation, set[Fact]]]:
        """Yield each view with what it sees of the facts of a property."""
        if self.views:
            seen: dict[int, set[Fact]] = {}
            for subject, object_ in facts:
                if object_ in self.views:
                    seen.setdefault(object_, set()).add(subject)
            for object_, subjects in seen.items():
                yield self.views[object_], subjects


Located: TypeAlias = tuple[Relation, Fact]
"""A fact with the relation that it is of."""


def _index(pairs: Iterable[Fact]) -> Index:
    # Another thread must not see one that is half made.
    index: Index = {}
    _add(index, pairs)
    return index


def _add(index: Index, pairs: Iterable[Fact]) -> None:
    get = index.get
    for key, value in pairs:
        values = get(key)
        if values is None:
            index[key] = (value,)
        elif type(values) is set:
            values.add(value)
        elif len(values) < _FEW:
            index[key] = (*values, value)
        else:
            index[key] = {*values, value}


def _remove(index: Index, pairs: Iterable[Fact]) -> None:
    for key, value in pairs:
        values = index.get(key, ())
        if type(values) is set:
            values.discard(value)
        else:
            index[key] = tuple(each for each in values if each != value)
        if not index[key]:
            del index[key]
