"""A closure that is held in memory, looked up: who gives a fact, and what it follows from."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from qkg.rules import search
from qkg.rules.datatypes import is_datatype
from qkg.rules.search import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from pyoxigraph import NamedNode

    from qkg.rules.closure import Closure
    from qkg.rules.plans import Argument
    from qkg.rules.relations import Fact, Located, Relation
    from qkg.rules.rule import Pattern, Rule

__all__ = ["Held"]

_Bindings: TypeAlias = "dict[Argument, int]"
_Met: TypeAlias = "tuple[Located, ...]"


class _Premise(NamedTuple):
    """A pattern of a body: its place there, and whether a triple meets it or only a literal."""

    place: int
    relation: Relation
    arguments: tuple[Argument, ...]
    is_triple: bool


class _Body(NamedTuple):
    """A rule read backwards.

    Attributes:
        rule: the rule.
        head: what stands in each place of the facts that follow.
        order: the premises, in the order in which they are looked up.
        places: which of those that triples meet comes first in the body, which next, and so on.
        open: the variables that the head leaves open, in the order in which the body has them.
        only: where there is one premise, and the head tells all of it, what makes that of the
            numbers of a fact that follows.
    """

    rule: Rule
    head: tuple[Argument, ...]
    order: tuple[_Premise, ...]
    places: tuple[int, ...]
    open: tuple[str, ...]
    only: Callable[[Sequence[int]], Fact] | None


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
        self._bodies: dict[Relation, tuple[_Body, ...]] = {}
        self._steps: dict[Located, tuple[Step[Located], ...]] = {}

    @property
    def size(self) -> int:
        """Of how many facts it has found the steps."""
        return len(self._steps)

    @property
    def can_derive(self) -> bool:
        """Whether it finds all steps: those by which things are the same, it leaves to queries."""
        return not self._closure.is_equating

    def rest(self, facts: Iterable[Located]) -> dict[Located, tuple[NamedNode, ...]]:
        """Return the named graphs that give what facts rest on by their smallest derivations.

        Returns:
            They are in the order of their IRIs. A fact without a derivation is left out.
        """
        rest: dict[Located, tuple[NamedNode, ...]] = {}
        goals = set()
        for fact in facts:
            parts = self._only_derivation(fact)
            if parts is None:
                goals.add(fact)
            else:
                rest[fact] = self._together(parts)
        if goals:
            found, _ = search.smallest(self, frozenset(goals))
            for goal in goals & found.keys():
                leaves = search.leaves(goal, found)
                rest[goal] = self._together({r.givers[value] for r, value in leaves})
        return rest

    def _only_derivation(self, fact: Located) -> set[tuple[NamedNode, ...]] | None:
        """Return who gives what a fact rests on; None where it, or what is below, has a choice."""
        parts, seen, pending = set(), set(), [fact]
        while pending:
            each = pending.pop()
            relation, value = each
            givers = relation.givers.get(value)
            if givers is not None:
                parts.add(givers)
                continue
            self.find_steps((each,))
            steps = self._steps[each]
            if len(steps) != 1 or each in seen:
                return None
            seen.add(each)
            pending += steps[0].premises
        return parts

    def _together(self, parts: set[tuple[NamedNode, ...]]) -> tuple[NamedNode, ...]:
        return parts.pop() if len(parts) == 1 else self._closure.together(set().union(*parts))

    # What a search asks

    def find(self, facts: Collection[Located]) -> None:
        """Do nothing: who gives a fact is known; see :class:`qkg.rules.search.Grounds`."""

    def find_steps(self, facts: Collection[Located]) -> None:
        """Find the steps to some facts; see :class:`qkg.rules.search.Grounds`."""
        for fact in facts:
            if fact not in self._steps:
                self._steps[fact] = tuple(self._looked_up(fact))

    def is_asserted(self, fact: Located) -> bool:
        """Return whether somebody gives a fact; see :class:`qkg.rules.search.Grounds`."""
        relation, value = fact
        return value in relation.givers

    def steps(self, fact: Located) -> tuple[Step[Located], ...]:
        """Return the steps to a fact; see :class:`qkg.rules.search.Grounds`."""
        return self._steps.get(fact, ())

    # Rules, read backwards

    def _looked_up(self, fact: Located) -> Iterator[Step[Located]]:
        relation, value = fact
        bodies = self._bodies.get(relation)
        if bodies is None:
            bodies = self._bodies[relation] = tuple(
                map(self._body, self._closure.concluding(relation))
            )
        values = value if isinstance(value, tuple) else (value,)
        for body in bodies:
            if body.only is not None:
                premise = (body.order[0].relation, body.only(values))
                if premise[1] in premise[0].facts and premise != fact:
                    yield Step(body.rule, (premise,))
                continue
            bound = _bound(body.head, values, {})
            if bound is None:
                continue
            ways = _ways(body.order, bound)
            if len(ways) > 1:
                ways.sort(key=lambda way: self._spelt(body, way[0]))
            for _, met in ways:
                if fact not in met:
                    yield Step(body.rule, tuple(map(met.__getitem__, body.places)))

    def _spelt(self, body: _Body, bound: _Bindings) -> str:
        return str(tuple(self.table.term(bound[name]) for name in body.open))

    def _body(self, rule: Rule) -> _Body:
        assert rule.head is not None
        _, head = self.table.placed(rule.head)
        left = [self._premise(i, pattern) for i, pattern in enumerate(rule.body)]
        names = dict.fromkeys(a for each in left for a in each.arguments if isinstance(a, str))
        known, order = set(head), []
        while left:  # to the one next of which most is known
            chosen = max(left, key=lambda each: _known(each, known))
            left.remove(chosen)
            order.append(chosen)
            known.update(chosen.arguments)
        open_ = tuple(name for name in names if name not in head)
        met = [each.place for each in order if each.is_triple]
        places = tuple(map(met.index, sorted(met)))
        return _Body(rule, head, tuple(order), places, open_, _only(head, order))

    def _premise(self, place: int, pattern: Pattern) -> _Premise:
        relation, arguments = self.table.placed(pattern)
        return _Premise(place, relation, arguments, not is_datatype(pattern.object))


def _only(
    head: tuple[Argument, ...], body: Sequence[_Premise]
) -> Callable[[Sequence[int]], Fact] | None:
    if len(body) != 1 or not body[0].is_triple or body[0].relation.hidden:
        return None
    arguments = body[0].arguments
    if any(isinstance(each, int) for each in head) or len(set(head)) < len(head):
        return None
    return itemgetter(*map(head.index, arguments)) if set(arguments) <= set(head) else None


def _known(premise: _Premise, known: Collection[Argument]) -> int:
    # A member of a class is told by one term, as a triple of three.
    told = sum(isinstance(each, int) or each in known for each in premise.arguments)
    return told + 3 - len(premise.arguments)


def _bound(
    arguments: tuple[Argument, ...], values: Sequence[int], bound: _Bindings
) -> _Bindings | None:
    """Return bindings with those under which arguments stand for values; None if there are none."""
    extended = bound
    for argument, value in zip(arguments, values, strict=True):
        if isinstance(argument, int):
            if argument != value:
                return None
        elif argument not in extended:
            if extended is bound:
                extended = dict(bound)
            extended[argument] = value
        elif extended[argument] != value:
            return None
    return extended


def _ways(order: Iterable[_Premise], given: _Bindings) -> list[tuple[_Bindings, _Met]]:
    """Return the ways in which premises hold, each with the facts that triples meet, in order."""
    ways: list[tuple[_Bindings, _Met]] = [(given, ())]
    for premise in order:
        relation, arguments, is_triple = premise.relation, premise.arguments, premise.is_triple
        further: list[tuple[_Bindings, _Met]] = []
        for bound, met in ways:
            for fact in _facts(relation, arguments, bound):
                values = fact if isinstance(fact, tuple) else (fact,)
                if is_triple == (values[0] < 0):  # a literal is the subject of nothing
                    continue
                extended = _bound(arguments, values, bound)
                if extended is not None:
                    further.append((extended, (*met, (relation, fact)) if is_triple else met))
        ways = further
    return ways


def _facts(
    relation: Relation, arguments: tuple[Argument, ...], bound: Mapping[Argument, int]
) -> Iterable[Fact]:
    """Return the facts of a relation that have what is bound, or more than these."""
    values = [a if isinstance(a, int) else bound.get(a) for a in arguments]
    if None not in values:
        fact = values[0] if len(values) == 1 else tuple(values)
        return (fact,) if fact in relation.facts else ()
    if len(values) == 2:
        subject, object_ = values
        if subject is not None:
            return [(subject, each) for each in relation.out.get(subject, ())]
        if object_ is not None:
            return [(each, object_) for each in relation.into.get(object_, ())]
    return relation.facts
