"""What stands behind each row of a SELECT: looked up where it can be, else asked by queries."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from qkg.answers import Answer
from qkg.citations.asking import as_item, written_values
from qkg.citations.filling import Filler
from qkg.citations.groups import behind_groups
from qkg.citations.matching import OutOfReach
from qkg.citations.paths import has_choice
from qkg.citations.reach import pattern
from qkg.citations.second import second_pattern
from qkg.citations.sources import union
from qkg.citations.variables import projected
from qkg.citations.wanted import Wanted, columns, not_found_again
from qkg.citations.witnesses import TripleWitness, needed
from qkg.errors import QueryRefused
from qkg.sparql.syntax import Values, Variable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from qkg.citations.asking import Asking, Row
    from qkg.citations.reach import Pattern
    from qkg.citations.second import SecondPattern
    from qkg.citations.sources import Sources, Support
    from qkg.sparql.syntax import Constant, Item, Select

__all__ = ["Evidence"]

_NEW = frozenset(("RAND", "UUID", "STRUUID", "BNODE"))


class Evidence:
    """What finds by what rows are cited.

    Args:
        asking: what asks in the words of the query.
        sources: what tells by what a fact is cited.
    """

    def __init__(self, asking: Asking, sources: Sources) -> None:
        self._asking = asking
        self._filler = Filler(asking, sources, self.behind, self._solved)

    def answered(self, select: Select) -> tuple[Answer, Iterable[Collection[Support]]] | None:
        """Return the rows of a SELECT together with what is behind them, by one query.

        Returns:
            The answer, in an order that the SELECT allows, and its rows as :meth:`behind` has them;
            None where it takes one query for the rows and others for what is behind.

        Raises:
            QueryRefused: the pattern asks another server.
            QueryTimeout, EngineError: the engine did not answer.
        """
        if (
            select.items is None
            or select.is_aggregate
            or select.having
            or select.is_slice
            or select.reduction == "REDUCED"
            or select.calls & _NEW
        ):
            return None
        wanted = Wanted((), select.items, select.where, select.values)
        within = self._within(wanted)
        if within is not None and not within.extra:
            return None
        if within is None and has_choice(select.where):
            return None
        if within is None:
            found = second_pattern(wanted.pattern, self._asking.prefix, items=select.items)
            if not all(isinstance(w, TripleWitness) and w.graph is None for w in found.witnesses):
                return None
            head, where = self._head(select.items, found), found.text
        else:
            head = columns(select.items, within.extra, self._asking.prefix)
            where = wanted.pattern.text
        try:
            solutions = self._asking.select(f"{wanted.query(head, where)} {select.order}")
        except QueryRefused:
            return None  # the query itself tells better where it is wrong
        width = len(select.items)
        rows = [solution[:width] for solution in solutions]
        facts: Mapping[Row, Collection[Support]]
        if within is None:
            facts = self._filler.filled(found.witnesses, head, rows, solutions)
        else:
            try:
                supports = self._asking.lookup().behind(within, solutions)
            except OutOfReach:
                return None
            facts = _by_row(rows, supports)
        names = tuple(item.variable.name for item in select.items)
        if select.reduction:
            return Answer(names, tuple(facts)), facts.values()
        return Answer(names, tuple(rows)), [facts[row] for row in rows]

    def behind(
        self, select: Select, rows: Sequence[Row], graph: Constant | None = None
    ) -> Sequence[Collection[Support]]:
        """Return by what rows of a SELECT are cited.

        Args:
            select: the SELECT.
            rows: rows of it, as :func:`qkg.citations.variables.projected` orders their terms.
            graph: the named graph in which it stands; None for the default graph.

        Returns:
            Per row by what the facts are cited of every solution that yields it, in no order; of
            equal rows the same object. A row of a group without any solution has none.

        Raises:
            QueryRefused: the rows cannot be found again.
        """
        new = sorted(select.calls & _NEW)
        if new:
            raise QueryRefused(
                f"The query makes new values ({', '.join(new)}), which no second query can find "
                "again: ask without citing, or leave them out."
            )
        if select.is_aggregate:
            inner = select.items or ()
            return behind_groups(
                self._asking,
                select,
                rows,
                graph,
                lambda keys, groups: self._solved(
                    Wanted(groups, keys, select.where, empty=not keys), graph, inner=inner
                ),
            )
        items = select.items or tuple(map(as_item, projected(select)))
        return self._solved(Wanted(rows, items, select.where, select.values), graph)

    # Solutions of the second query, and what stands behind each

    def _solved(
        self,
        wanted: Wanted,
        graph: Constant | None,
        given: tuple[Variable, ...] = (),
        *,
        inner: tuple[Item, ...] = (),
    ) -> Sequence[Collection[Support]]:
        """Return by what rows are cited: each by all solutions in which expressions are so.

        Args:
            wanted: the rows.
            graph: the named graph in which the pattern stands; None for the default graph.
            given: those variables, among the expressions, that it is given values of.
            inner: what else is made of the solutions, and may ask for what exists.
        """
        block = written_values(given, wanted.rows)
        if graph is None and not any(item.exists for item in inner):
            within = self._within(wanted, given)
            if within is not None:
                with suppress(OutOfReach):
                    return self._looked_up(within, wanted, block)
        prefix = self._asking.prefix
        values = Values(block, given) if block else None
        found = second_pattern(wanted.pattern, prefix, graph, values, inner or wanted.items)
        head = self._head(wanted.items, found)
        again = self._again(wanted, head, found.text, found.certain)
        if again is None:
            raise not_found_again()
        facts = self._filler.filled(found.witnesses, head, *again)
        return [facts.get(row, ()) for row in wanted.rows]

    def _head(self, items: Iterable[Item], found: SecondPattern) -> dict[Variable, str]:
        """Return what the second query projects: expressions, and all that its witnesses need."""
        places = (place for witness in found.witnesses for place in needed(witness))
        variables = (place for place in places if isinstance(place, Variable))
        return columns(items, variables, self._asking.prefix)

    def _again(
        self, wanted: Wanted, head: Mapping[Variable, str], where: str, always: frozenset[Variable]
    ) -> tuple[list[Row], list[Row]] | None:
        """Find wanted rows once more.

        Args:
            wanted: the rows.
            head: what is projected: the expressions of the rows, and more.
            where: the pattern as it is to be asked.
            always: variables that its solutions bind.

        Returns:
            Per solution its row, and the whole of it; None if a row has none that must have one.
        """
        rows = dict.fromkeys(wanted.rows)
        width = len(wanted.items)
        found = self._asking.select(wanted.query(head, where, always))
        solutions = [each for each in found if each[:width] in rows]
        own = [each[:width] for each in solutions]
        return (own, solutions) if wanted.empty or len(set(own)) == len(rows) else None

    # What is looked up in memory

    def _within(self, wanted: Wanted, given: tuple[Variable, ...] = ()) -> Pattern | None:
        """Return :func:`qkg.citations.reach.pattern`; None, too, where nothing is held."""
        if not self._asking.is_held:
            return None
        return pattern(wanted.group, wanted.items, wanted.values, given, empty=wanted.empty)

    def _looked_up(
        self, within: Pattern, wanted: Wanted, block: str
    ) -> Sequence[Collection[Support]]:
        """Return :meth:`_solved`; what rows do not show is asked first.

        Args:
            within: the pattern, as it is looked up.
            wanted: the rows.
            block: the values that the pattern begins with.

        Raises:
            OutOfReach: it cannot be told from facts.
        """
        lookup = self._asking.lookup()
        if not within.extra:
            return lookup.behind(within, wanted.rows, empty=wanted.empty)
        always = frozenset(variable for _, variable in within.first)
        head = columns(wanted.items, within.extra, self._asking.prefix)
        again = self._again(wanted, head, f"{{ {block} {wanted.pattern.text[1:]}", always)
        if again is None:
            raise OutOfReach
        own, solutions = again
        facts = _by_row(own, lookup.behind(within, solutions))
        return [facts.get(row, ()) for row in wanted.rows]


def _by_row(
    rows: Iterable[Row], supports: Iterable[Collection[Support]]
) -> dict[Row, Collection[Support]]:
    """Return by what rows are cited; equal ones by all that each of them is."""
    found: dict[Row, list[Collection[Support]]] = {}
    for row, support in zip(rows, supports, strict=True):
        found.setdefault(row, []).append(support)
    return {row: union(own) for row, own in found.items()}
