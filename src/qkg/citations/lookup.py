"""What stands behind rows that are known, looked up among facts that are held in memory.

It is the second query (:mod:`.second`) without an engine, for patterns that are within reach
(:mod:`.reach`): it begins with what the rows show, and takes all solutions at once from one triple
pattern to the next, column by column, as numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qkg._garbage import uncollected
from qkg.citations.matching import Matcher, OutOfReach, cost, facts_at
from qkg.citations.numbered import Numbered, joint, once
from qkg.sparql.syntax import OneOf, Optional, Triples, Variable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from qkg.answers import Term
    from qkg.citations.matching import Met
    from qkg.citations.reach import Pattern
    from qkg.numbers import OneOrSeveral
    from qkg.rules.held import Held
    from qkg.sparql.syntax import Constant, Group, TriplePattern

__all__ = ["Lookup"]


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
        self._matcher = Matcher(held.table, constant)
        self._check = check
        self._met: list[Met] = []
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
        first = {v: self._matcher.numbered(columns[i]) for i, v in pattern.first}
        last = {v: self._matcher.numbered(columns[i]) for i, v in pattern.last}
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
        left = [self._matcher.placed(each, tag) for each in patterns]
        while left:
            self._check()
            met = min(left, key=lambda each: cost(each, solutions))
            left.remove(met)
            self._met.append(met)
            solutions = self._matcher.matching(met, solutions)
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

    # What solutions are cited by

    def _supports(self, solutions: Numbered, number: int) -> Sequence[Collection[OneOrSeveral]]:
        """Return by what is cited what solutions were made from, each with all that were."""
        columns = [self._sources(met, solutions) for met in self._met]
        supports: list[Collection[OneOrSeveral]] = [()] * number
        if not columns:
            return supports
        keys = zip(*columns, strict=True)
        if solutions.origins == range(number):
            return list(keys)
        for origin, key in zip(solutions.origins, keys, strict=True):
            own = supports[origin]
            if not own:
                supports[origin] = key
            elif isinstance(own, set):
                own.update(key)
            else:
                supports[origin] = {*own, *key}
        return supports

    def _sources(self, met: Met, solutions: Numbered) -> Sequence[OneOrSeveral]:
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

    def _cited(self, met: Met, solutions: Numbered) -> list[OneOrSeveral]:
        if met.relation is None:
            sources = self._held.sources_of_each(self._matcher.located(met.places, solutions))
        else:
            facts = list(facts_at(met.places, solutions))
            sources = self._held.sources_of(met.relation, facts)
        told = [each for each in sources if each is not None]
        if len(told) < len(sources):
            raise OutOfReach
        return told
