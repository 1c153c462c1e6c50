"""What stands behind rows that are known, looked up among facts that are held in memory.

It is the second query (:mod:`.level`) without an engine, for patterns that are within reach
(:mod:`.reach`): it begins with what the rows show, and takes all solutions at once from one triple
pattern to the next, column by column, as numbers.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import repeat
from typing import TYPE_CHECKING, NamedTuple

from qkg._garbage import uncollected
from qkg.citations.numbered import Numbered, joint, once
from qkg.namespaces import RDF
from qkg.numbers import Numbers
from qkg.rules.datatypes import is_datatype
from qkg.rules.relations import Relation
from qkg.sparql.syntax import Constant, Group, Link, OneOf, Optional, Triples, Variable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from qkg.answers import Term
    from qkg.citations.numbered import Number
    from qkg.citations.reach import Pattern
    from qkg.numbers import OneOrSeveral
    from qkg.rules.held import Held
    from qkg.rules.relations import Fact
    from qkg.sparql.syntax import Term as Written
    from qkg.sparql.syntax import TriplePattern

__all__ = ["Lookup", "OutOfReach"]

_MOST = 1_000_000
"""How many solutions are looked up at most; an engine need not keep them all."""
_NAMES = 2**31
"""From which number on properties and classes have theirs that have none among the facts."""
_EMPTY = Relation()
_TYPE = RDF["type"]


class OutOfReach(Exception):
    """What stands behind some rows cannot be looked up; an engine has to be asked."""


class _Met(NamedTuple):
    """Triples that stand behind solutions.

    Attributes:
        tag: the column that is bound where one does; None where one always does.
        relation: the relation that they are of; None where their terms tell it.
        places: where the terms of a fact of the relation are found; of a triple, without one.
    """

    tag: Variable | None
    relation: Relation | None
    places: tuple[Variable | int, ...]


class Lookup:
    """What looks up the facts behind rows of one pattern.

    Args:
        held: where facts are looked up.
        constant: what gives the term that a constant is.
        check: what is called now and then; it raises what is to end the work.
    """

    def __init__(
        self, held: Held, constant: Callable[[Constant], Term], check: Callable[[], object]
    ) -> None:
        self._held = held
        self._table = held.table
        self._constant = constant
        self._check = check
        self._met: list[_Met] = []
        self._names: Numbers[object] = Numbers()
        self._tags = 0

    @uncollected()
    def behind(
        self, pattern: Pattern, rows: Sequence[tuple[Term | None, ...]], *, empty: bool = False
    ) -> list[Collection[OneOrSeveral]]:
        """Return by what rows are cited: numbers of named graphs, for alike rows the same object.

        Args:
            pattern: the pattern.
            rows: the rows.
            empty: whether there may be rows without a solution.

        Raises:
            OutOfReach: it cannot be told from facts.
        """
        if not rows:
            return []
        columns = list(zip(*rows, strict=True))
        first = {v: self._numbered(columns[i]) for i, v in pattern.first}
        last = {v: self._numbered(columns[i]) for i, v in pattern.last}
        places, starts = once(first.values(), len(rows))
        begun = dict(zip(first, starts, strict=True))
        if any(None in column for column in begun.values()):
            raise OutOfReach
        number = max(places) + 1
        found = self._group(pattern.group, Numbered(begun, range(number)), None)
        if last:
            places, shown = once([places, *last.values()], len(rows))
            number = max(places) + 1
            place = {key: i for i, key in enumerate(zip(*shown, strict=True))}
            unbound = [None] * len(found.origins)
            own = [found.origins, *(found.columns.get(each, unbound) for each in last)]
            found = found._replace(origins=[place.get(k, -1) for k in zip(*own, strict=True)])
            found = found.kept([origin >= 0 for origin in found.origins])
        if not empty and len(set(found.origins)) < number:
            raise OutOfReach
        supports = self._supports(found, number)
        return [supports[place] for place in places]

    def _numbered(self, terms: Sequence[Term | None]) -> list[Number]:
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

    # Solutions

    def _group(self, group: Group, solutions: Numbered, tag: Variable | None) -> Numbered:
        """Return the solutions of a group in which some are continued."""
        patterns: list[TriplePattern] = []
        unions: list[OneOf] = []
        for element in group.elements:
            if isinstance(element, Triples):
                patterns += element.patterns
            elif isinstance(element, OneOf):
                unions.append(element)
            elif isinstance(element, Optional):
                solutions = self._joined(patterns, unions, solutions, tag)
                solutions = self._optional(element.group, solutions)
                patterns, unions = [], []
        return self._joined(patterns, unions, solutions, tag)

    def _joined(
        self,
        patterns: Iterable[TriplePattern],
        unions: Iterable[OneOf],
        solutions: Numbered,
        tag: Variable | None,
    ) -> Numbered:
        left = [self._placed(each, tag) for each in patterns]
        while left:
            self._check()
            met = min(left, key=lambda each: _cost(each, solutions))
            left.remove(met)
            self._met.append(met)
            solutions = self._matching(met, solutions)
        for union in unions:
            solutions = self._one_of(union, solutions, tag)
        return solutions

    def _one_of(self, union: OneOf, solutions: Numbered, tag: Variable | None) -> Numbered:
        if len(union.groups) == 1:
            return self._group(union.groups[0], solutions, tag)
        return joint(self._tagged(each, solutions) for each in union.groups)

    def _optional(self, group: Group, solutions: Numbered) -> Numbered:
        number = len(solutions.origins)
        found = self._tagged(group, solutions._replace(origins=range(number)))
        there = set(found.origins)
        origins = [solutions.origins[i] for i in found.origins]
        bare = [i for i in range(number) if i not in there]
        return joint((found._replace(origins=origins), solutions.taken(bare)))

    def _tagged(self, group: Group, solutions: Numbered) -> Numbered:
        """Return the solutions of a group, with a column that tells them from others."""
        self._tags += 1
        tag = Variable(f"#tag{self._tags}")  # no variable of a query is written so
        found = self._group(group, solutions, tag)
        return found.joined(tag, [1] * len(found.origins))

    # Triple patterns

    def _placed(self, pattern: TriplePattern, tag: Variable | None) -> _Met:
        """Return a triple pattern with the relation in which its triples are found."""
        subject, path, object_ = pattern
        assert isinstance(path, Variable | Link)
        start, end = self._place(subject), self._place(object_)
        if isinstance(path, Variable):
            return _Met(tag, None, (start, path, end))
        property_ = self._constant(path.property)
        if property_ != _TYPE:
            return _Met(tag, self._table.properties.get(property_, _EMPTY), (start, end))
        if isinstance(object_, Constant):
            return _Met(tag, self._class(self._constant(object_)), (start,))
        return _Met(tag, None, (start, self._place(path.property), end))

    def _place(self, place: Written) -> Variable | int:
        if isinstance(place, Variable):
            return place
        assert isinstance(place, Constant), "what is spelt out has variables for blank nodes"
        (number,) = self._numbered([self._constant(place)])
        assert number is not None
        return number

    def _class(self, name: object) -> Relation:
        relation = self._table.classes.get(name, _EMPTY)
        # What is found there need not be among the triples of the default graph.
        if relation.hidden or is_datatype(name):
            raise OutOfReach
        return relation

    def _matching(self, met: _Met, solutions: Numbered) -> Numbered:
        """Return the solutions in which a triple pattern matches, too."""
        relation, places = met.relation, met.places
        free = _free(met, solutions)
        if relation is None:
            if free:
                raise OutOfReach
            found = self._located(places, solutions)
            return solutions.kept([fact in each.facts for each, fact in found])
        if not free:
            facts = _facts(places, solutions)
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
        if sum(map(len, values)) > _MOST:
            raise OutOfReach
        return solutions.spread(free[0], values)

    def _located(
        self, places: tuple[Variable | int, ...], solutions: Numbered
    ) -> list[tuple[Relation, Fact]]:
        """Return the facts that triples are, solution by solution, and their relations."""
        properties: dict[int, Relation | None] = {}
        classes: dict[int, Relation] = {}
        found: list[tuple[Relation, Fact]] = []
        for subject, predicate, object_ in _facts(places, solutions):
            if predicate not in properties:
                term = self._term(predicate)
                properties[predicate] = (
                    None if term == _TYPE else self._table.properties.get(term, _EMPTY)
                )
            relation = properties[predicate]
            if relation is not None:
                found.append((relation, (subject, object_)))
                continue
            if object_ not in classes:
                classes[object_] = self._class(self._term(object_))
            found.append((classes[object_], subject))
        return found

    # What solutions are cited by

    def _supports(self, solutions: Numbered, number: int) -> Sequence[Collection[OneOrSeveral]]:
        """Return by what is cited what solutions were made from, each with all that were."""
        columns = [self._sources(met, solutions) for met in self._met]
        keys = zip(*columns, strict=True) if columns else repeat(())
        supports: list[Collection[OneOrSeveral]] = [()] * number
        for origin, key in zip(solutions.origins, keys, strict=False):
            own = supports[origin]
            if not own:
                supports[origin] = key
            elif isinstance(own, set):
                own.update(key)
            else:
                supports[origin] = {*own, *key}
        return supports

    def _sources(self, met: _Met, solutions: Numbered) -> Sequence[OneOrSeveral]:
        """Return by what a triple pattern is cited, solution by solution."""
        self._check()
        number = len(solutions.origins)
        if met.tag is None:
            return self._cited(met, solutions)
        if met.tag not in solutions.columns:
            return [()] * number
        there = [i for i, tag in enumerate(solutions.columns[met.tag]) if tag]
        column: list[OneOrSeveral] = [()] * number
        for i, each in zip(there, self._cited(met, solutions.taken(there)), strict=True):
            column[i] = each
        return column

    def _cited(self, met: _Met, solutions: Numbered) -> list[OneOrSeveral]:
        if met.relation is not None:
            return self._told(met.relation, list(_facts(met.places, solutions)))
        by_relation: defaultdict[Relation, list[tuple[int, Fact]]] = defaultdict(list)
        for i, (relation, fact) in enumerate(self._located(met.places, solutions)):
            by_relation[relation].append((i, fact))
        column: list[OneOrSeveral] = [()] * len(solutions.origins)
        for relation, found in by_relation.items():
            told = self._told(relation, [fact for _, fact in found])
            for (i, _), each in zip(found, told, strict=True):
                column[i] = each
        return column

    def _told(self, relation: Relation, facts: Sequence[Fact]) -> list[OneOrSeveral]:
        sources = self._held.sources_of(relation, facts)
        if None in sources:
            raise OutOfReach
        return sources  # type: ignore[return-value]


def _free(met: _Met, solutions: Numbered) -> list[Variable]:
    """Return the variables of a triple pattern that are not bound yet, each once."""
    bound = solutions.columns
    return list(dict.fromkeys(p for p in met.places if isinstance(p, Variable) and p not in bound))


def _cost(met: _Met, solutions: Numbered) -> tuple[int, int]:
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


def _facts(places: Sequence[Variable | int], solutions: Numbered) -> Iterable[Fact]:
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
