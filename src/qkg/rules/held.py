"""A closure that is held in memory, looked up: who gives a fact, and what it follows from."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING

from qkg.numbers import united
from qkg.rules import search
from qkg.rules.search import Step

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence, Sized

    from qkg.numbers import OneOrSeveral
    from qkg.rules.backwards import Body
    from qkg.rules.closure import Closure
    from qkg.rules.plans import Row
    from qkg.rules.relations import Fact, Located, Relation

__all__ = ["Held"]

_DEEPEST = 50
"""Through how many steps a derivation without a choice is followed; a longer one is searched."""


class Held:
    """What looks facts up in a closure; it is one of :class:`qkg.rules.search.Grounds`.

    Args:
        closure: what is given, by whom, and what follows. It may change between two look-ups, and
            what was found then is to be found anew.

    Attributes:
        table: where what is given and what follows stands.
    """

    def __init__(self, closure: Closure) -> None:
        self.table = closure.table
        self._closure = closure
        self._plain: dict[Relation, dict[Fact, OneOrSeveral | None]] = {}
        self._derived: dict[Relation, dict[Fact, OneOrSeveral]] = {}
        self._steps: dict[Located, tuple[Step[Located], ...]] = {}

    @property
    def size(self) -> int:
        """How much it has found out."""
        found: Iterable[Sized] = (self._steps, *self._plain.values(), *self._derived.values())
        return sum(map(len, found))

    # What facts rest on

    def sources_of(
        self, relation: Relation, facts: Sequence[Fact | None]
    ) -> list[OneOrSeveral | None]:
        """Return the numbers of the named graphs on which facts of one relation rest.

        They are those that give a fact; if none does, those that give what it rests on by its
        smallest derivation, and that of the inferences in place of one that is not found.

        Args:
            relation: the relation.
            facts: the facts. None, or something in the place of a term that has no number, is none.

        Returns:
            Per fact its numbers; None for what does not hold. Where things are the same, it is None
            for what follows, too: that is left to queries.
        """
        given = list(map(relation.givers.get, facts))
        if None not in given or self._closure.is_equating:
            return given
        known = self._derived.setdefault(relation, {})
        new = (_missing(facts, given) - known.keys()) & relation.facts
        if new:
            known.update(self._rest(relation, new))
        return _filled(facts, given, known)

    def sources_of_each(self, facts: Sequence[Located | None]) -> list[OneOrSeveral | None]:
        """Return :meth:`sources_of` for facts of any relations; None, too, for what is none."""
        found: list[OneOrSeveral | None] = [None] * len(facts)
        places: dict[Relation, list[int]] = {}
        for i, fact in enumerate(facts):
            if fact is not None:
                places.setdefault(fact[0], []).append(i)
        for relation, own in places.items():
            values = [fact[1] for fact in map(facts.__getitem__, own) if fact is not None]
            for i, numbers in zip(own, self.sources_of(relation, values), strict=True):
                found[i] = numbers
        return found

    def _rest(self, relation: Relation, facts: set[Fact]) -> dict[Fact, OneOrSeveral]:
        """Return on what facts rest that nobody gives."""
        plain = self._plainly(relation, facts, _DEEPEST)
        found = {fact: plain.get(fact) for fact in facts}
        goals = frozenset((relation, fact) for fact, numbers in found.items() if numbers is None)
        if goals:
            proofs, _ = search.smallest(self, goals)
            for goal in goals:
                leaves = search.leaves(goal, proofs) if goal in proofs else ()
                found[goal[1]] = united(each.givers[value] for each, value in leaves)
        nowhere = self.table.inferences
        return {
            fact: numbers if isinstance(numbers, int) else numbers or nowhere
            for fact, numbers in found.items()
        }

    def _plainly(
        self, relation: Relation, facts: set[Fact], depth: int
    ) -> Mapping[Fact, OneOrSeveral | None]:
        """Return on what facts rest that follow in one way, from what is given or does so, too.

        None stands for the others, some of which may be left out.
        """
        known = self._plain.setdefault(relation, {})
        new = facts.difference(known)
        if not new or not depth:
            return known
        found = []
        for body in self._closure.backwards(relation):
            rows = body.rows(new)
            if rows:
                found.append((body, rows, list(map(body.goal, rows))))
        several = _several(chain.from_iterable(goals for _, _, goals in found))
        for body, rows, goals in found:
            if several:
                only = [i for i, goal in enumerate(goals) if goal not in several]
                rows, goals = [rows[i] for i in only], [goals[i] for i in only]
            columns = [
                self._plain_column(each, list(map(read, rows)), depth - 1)
                for each, read in body.premises
            ]
            known.update(zip(goals, _united(columns, len(goals)), strict=True))
        return known

    def _plain_column(
        self, relation: Relation, facts: list[Fact], depth: int
    ) -> list[OneOrSeveral | None]:
        given = list(map(relation.givers.get, facts))
        if None not in given:
            return given
        return _filled(facts, given, self._plainly(relation, _missing(facts, given), depth))

    # What a search asks

    def find(self, facts: Collection[Located]) -> None:
        """Do nothing: who gives a fact is known; see :class:`qkg.rules.search.Grounds`."""

    def find_steps(self, facts: Collection[Located]) -> None:
        """Find the steps to some facts; see :class:`qkg.rules.search.Grounds`."""
        new: dict[Relation, dict[Fact, list[Step[Located]]]] = {}
        for fact in facts:
            if fact not in self._steps:
                new.setdefault(fact[0], {})[fact[1]] = []
        for relation, steps in new.items():
            for body in self._closure.backwards(relation):
                self._find_by(body, relation, steps)
            self._steps.update(((relation, value), tuple(found)) for value, found in steps.items())

    def is_asserted(self, fact: Located) -> bool:
        """Return whether somebody gives a fact; see :class:`qkg.rules.search.Grounds`."""
        relation, value = fact
        return value in relation.givers

    def steps(self, fact: Located) -> tuple[Step[Located], ...]:
        """Return the steps to a fact; see :class:`qkg.rules.search.Grounds`."""
        return self._steps.get(fact, ())

    def _find_by(
        self, body: Body, relation: Relation, steps: dict[Fact, list[Step[Located]]]
    ) -> None:
        """Add the steps to facts of one relation that one rule makes."""
        rows = body.rows(steps)
        if body.open:
            # Several ways to one fact are put in the order of what they leave open.
            ways: dict[Fact, list[Row]] = {}
            for row in rows:
                ways.setdefault(body.goal(row), []).append(row)
            for several in ways.values():
                if len(several) > 1:
                    several.sort(key=lambda row: self._spelt(body, row))
            rows = list(chain.from_iterable(ways.values()))
        for row in rows:
            value = body.goal(row)
            premises = tuple([(each, read(row)) for each, read in body.premises])
            if (relation, value) not in premises:
                steps[value].append(Step(body.rule, premises))

    def _spelt(self, body: Body, row: Row) -> str:
        return str(tuple(self.table.terms.one(row[column]) for column in body.open))


def _missing(facts: Iterable[Fact], numbers: Iterable[OneOrSeveral | None]) -> set[Fact]:
    return {fact for fact, each in zip(facts, numbers, strict=True) if each is None}


def _filled(
    facts: Iterable[Fact],
    numbers: Iterable[OneOrSeveral | None],
    known: Mapping[Fact, OneOrSeveral | None],
) -> list[OneOrSeveral | None]:
    return [
        known.get(fact) if each is None else each for fact, each in zip(facts, numbers, strict=True)
    ]


def _several(facts: Iterable[Fact]) -> frozenset[Fact]:
    """Return the facts that come more than once."""
    facts = list(facts)
    if len(facts) == len(set(facts)):
        return frozenset()
    return frozenset(fact for fact, number in Counter(facts).items() if number > 1)


def _united(
    columns: Sequence[Sequence[OneOrSeveral | None]], number: int
) -> Sequence[OneOrSeveral | None]:
    """Return the numbers of all parts, row by row; None where there are none of one.

    Args:
        columns: the parts, column by column.
        number: how many rows there are.
    """
    if not columns:
        return [()] * number
    if len(columns) == 1:
        return columns[0]
    return [None if None in parts else united(parts) for parts in zip(*columns, strict=True)]
