"""Triple patterns, matched with the facts that are held in memory, for all solutions at once."""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING, NamedTuple

from qkg.namespaces import RDF
from qkg.numbers import Numbers
from qkg.rules.datatypes import is_datatype
from qkg.rules.relations import Relation
from qkg.sparql.syntax import Constant, Link, Variable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from qkg.answers import Term
    from qkg.citations.numbered import Number, Numbered
    from qkg.rules.relations import Fact
    from qkg.rules.table import Table
    from qkg.sparql.syntax import Term as Written
    from qkg.sparql.syntax import TriplePattern

__all__ = ["Matcher", "Met", "OutOfReach", "cost", "facts_at"]

_MOST = 1_000_000
"""How many solutions are looked up at most; an engine need not keep them all."""
_NAMES = 2**31
"""From which number on properties and classes have theirs that have none among the facts."""
_EMPTY = Relation()
_TYPE = RDF["type"]


class OutOfReach(Exception):
    """What stands behind some rows cannot be looked up; an engine has to be asked."""


class Met(NamedTuple):
    """Triples that stand behind solutions.

    Attributes:
        tag: the column that is bound where one does; None where one always does.
        relation: the relation that they are of; None where their terms tell it.
        places: where the terms of a fact of the relation are found; of a triple, without one.
    """

    tag: Variable | None
    relation: Relation | None
    places: tuple[Variable | int, ...]


class Matcher:
    """What matches triple patterns with facts.

    Args:
        table: where the facts stand.
        constant: what gives the term that a constant is.
    """

    def __init__(self, table: Table, constant: Callable[[Constant], Term]) -> None:
        self._table = table
        self._constant = constant
        self._names: Numbers[object] = Numbers()
        self._properties: dict[int, Relation | None] = {}
        self._classes: dict[int, Relation] = {}

    def numbered(self, terms: Sequence[Term | None]) -> list[Number]:
        """Return the numbers of terms; properties and classes have one even without facts."""
        found = list(map(self._table.numbers.get, terms))
        if None in found and found.count(None) != terms.count(None):
            for i, term in enumerate(terms):
                if term is not None and found[i] is None:
                    found[i] = self._number_of_name(term)
        return found

    def _number_of_name(self, term: Term) -> int:
        if term != _TYPE and term not in self._table.properties and term not in self._table.classes:
            raise OutOfReach
        return _NAMES + self._names[term]

    def _term(self, number: int) -> object:
        return (
            self._names.things[number - _NAMES]
            if number >= _NAMES
            else self._table.terms.one(number)
        )

    def placed(self, pattern: TriplePattern, tag: Variable | None) -> Met:
        """Return a triple pattern with the relation in which its triples are found."""
        subject, path, object_ = pattern.subject, pattern.predicate, pattern.object
        assert isinstance(path, Variable | Link)
        start, end = self._place(subject), self._place(object_)
        if isinstance(path, Variable):
            return Met(tag, None, (start, path, end))
        property_ = self._constant(path.property)
        if property_ != _TYPE:
            return Met(tag, self._table.properties.get(property_, _EMPTY), (start, end))
        if isinstance(object_, Constant):
            return Met(tag, self._class(self._constant(object_)), (start,))
        return Met(tag, None, (start, self._place(path.property), end))

    def _place(self, place: Written) -> Variable | int:
        if isinstance(place, Variable):
            return place
        assert isinstance(place, Constant), "what is spelt out has variables for blank nodes"
        (number,) = self.numbered([self._constant(place)])
        assert number is not None
        return number

    def _class(self, name: object) -> Relation:
        relation = self._table.classes.get(name, _EMPTY)
        # What is found there need not be among the triples of the default graph.
        if relation.hidden or is_datatype(name):
            raise OutOfReach
        return relation

    def matching(self, met: Met, solutions: Numbered) -> Numbered:
        """Return the solutions in which a triple pattern matches, too."""
        relation, places = met.relation, met.places
        free = _free(met, solutions)
        if relation is None and free:
            return _spread(solutions, free[0], self._values(places, free, solutions))
        if relation is None:
            found = self.located(places, solutions)
            return solutions.kept([fact in each.facts for each, fact in found])
        if not free:
            facts = facts_at(places, solutions)
            return solutions.kept(list(map(relation.facts.__contains__, facts)))
        if len(free) == len(set(places)):
            return _times(solutions, free, _whole(relation, places))
        index, known = (relation.out, 0) if free[0] == places[1] else (relation.into, 1)
        key = places[known]
        if isinstance(key, int):
            return _times(solutions, free, [index.get(key, ())])
        get = index.get
        # What partly binds a variable is not within reach of what asks for it.
        values = [get(each, ()) for each in solutions.columns[key]]  # type: ignore[arg-type]
        return _spread(solutions, free[0], values)

    def located(
        self, places: tuple[Variable | int, ...], solutions: Numbered
    ) -> list[tuple[Relation, Fact]]:
        """Return the facts that triples are, solution by solution, and their relations."""
        found: list[tuple[Relation, Fact]] = []
        for subject, predicate, object_ in facts_at(places, solutions):
            relation = self._property(predicate)
            if relation is not None:
                found.append((relation, (subject, object_)))
            else:
                found.append((self._class_of(object_), subject))
        return found

    def _values(
        self, places: tuple[Variable | int, ...], free: Sequence[Variable], solutions: Numbered
    ) -> list[Collection[int]]:
        """Return what the free variable of a triple stands for, solution by solution."""
        subject, predicate, object_ = places
        if len(free) > 1 or predicate in free or subject == object_:
            raise OutOfReach
        is_subject = free[0] == subject
        known = (predicate, object_) if is_subject else (predicate, subject)
        values: list[Collection[int]] = []
        for number, term in facts_at(known, solutions):
            relation = self._property(number)
            if relation is not None:
                values.append((relation.into if is_subject else relation.out).get(term, ()))
            elif is_subject:
                values.append(self._class_of(term).facts)
            else:
                raise OutOfReach
        return values

    def _property(self, number: int) -> Relation | None:
        """Return the relation of a property; None for rdf:type."""
        if number not in self._properties:
            term = self._term(number)
            relation = None if term == _TYPE else self._table.properties.get(term, _EMPTY)
            self._properties[number] = relation
        return self._properties[number]

    def _class_of(self, number: int) -> Relation:
        if number not in self._classes:
            self._classes[number] = self._class(self._term(number))
        return self._classes[number]


def _free(met: Met, solutions: Numbered) -> list[Variable]:
    """Return the variables of a triple pattern that are not bound yet, each once."""
    bound = solutions.columns
    return list(dict.fromkeys(p for p in met.places if isinstance(p, Variable) and p not in bound))


def cost(met: Met, solutions: Numbered) -> tuple[int, int]:
    """Return what a triple pattern is to be taken before: tests, then what leads to little."""
    free = _free(met, solutions)
    if not free:
        return 0, 0
    if met.relation is None:
        return 4, 0
    if len(free) == len(set(met.places)):
        return 3, len(met.relation.facts)
    key = next(place for place in met.places if place not in free)
    if isinstance(key, int):
        return 2, len(met.relation.facts)
    return 1, int(key == met.places[1])


def facts_at(places: Sequence[Variable | int], solutions: Numbered) -> Iterable[Fact]:
    """Return the facts that some places show, solution by solution."""
    number = len(solutions.origins)
    columns: list[Iterable[Number]] = [
        repeat(place, number) if isinstance(place, int) else solutions.columns[place]
        for place in places
    ]
    return columns[0] if len(columns) == 1 else zip(*columns, strict=True)


def _whole(relation: Relation, places: Sequence[Variable | int]) -> Sequence[Collection[int]]:
    """Return, per variable, what all facts of a relation show in its places."""
    if len(places) == 1:
        return [relation.facts]
    if places[0] == places[1]:
        return [[s for s, o in relation.facts if s == o]]
    return list(zip(*relation.facts, strict=True)) or [(), ()]


def _times(
    solutions: Numbered, variables: Sequence[Variable], columns: Sequence[Collection[int]]
) -> Numbered:
    if len(solutions.origins) * len(columns[0]) > _MOST:
        raise OutOfReach
    return solutions.times(variables, columns)


def _spread(solutions: Numbered, variable: Variable, values: Sequence[Collection[int]]) -> Numbered:
    if sum(map(len, values)) > _MOST:
        raise OutOfReach
    return solutions.spread(variable, values)
