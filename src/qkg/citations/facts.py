"""Which triples stand behind each row of a SELECT, found by queries; see :mod:`.level`."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING, TypeAlias

from pyoxigraph import NamedNode

from qkg.answers import Answer
from qkg.citations.asking import as_item, has_blank, values_block
from qkg.citations.groups import behind_groups
from qkg.citations.level import level
from qkg.citations.lookup import OutOfReach
from qkg.citations.reach import pattern
from qkg.citations.solutions import Solutions
from qkg.citations.variables import projected
from qkg.citations.ways import behind_ways
from qkg.citations.witnesses import (
    ExistsWitness,
    GraphWitness,
    PathWitness,
    SelectWitness,
    TripleWitness,
)
from qkg.errors import QueryError, QueryRefused
from qkg.namespaces import INFERRED
from qkg.sparql.syntax import Constant, Variable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from qkg.answers import Term
    from qkg.citations.asking import Asking, Row
    from qkg.citations.level import Level
    from qkg.citations.sources import Sources, Support
    from qkg.citations.witnesses import Place, Witness
    from qkg.sparql.syntax import Group, Item, Select, Values

__all__ = ["Facts"]

_Behind: TypeAlias = "dict[Row, set[Support]]"
"""Rows, each with what the facts behind it are cited by."""

_MOST_RESTRICTED = 500
"""To how many rows the second query is restricted; with more it is asked for all."""
_NEW = frozenset(("RAND", "UUID", "STRUUID", "BNODE"))


class Facts:
    """What finds the facts behind rows.

    Args:
        asking: what asks in the words of the query.
        sources: what tells by what a fact is cited.
    """

    def __init__(self, asking: Asking, sources: Sources) -> None:
        self._asking = asking
        self._sources = sources

    def answered(self, select: Select) -> tuple[Answer, Iterable[set[Support]]] | None:
        """Return the rows of a SELECT together with what is behind them, by one query.

        Returns:
            The answer, in an order that the SELECT allows, and its rows as :meth:`behind` has them;
            None where it takes one query for the rows and others for what is behind.

        Raises:
            QueryTimeout, EngineError: the engine did not answer.
        """
        if (
            select.items is None
            or select.aggregates
            or select.having
            or select.is_slice
            or select.reduction == "REDUCED"
            or select.calls & _NEW
        ):
            return None
        if self._asking.is_held and pattern(select.where, select.items, select.values):
            return None
        found = level(select.where, self._asking.prefix, items=select.items)
        if not all(isinstance(w, TripleWitness) and w.graph is None for w in found.witnesses):
            return None
        head = _head(select.items, found)
        behind = "" if select.values is None else select.values.text
        try:
            solutions = self._asking.select(
                f"SELECT {_written(head)} WHERE {{ {found.pattern} {behind} }} {select.order}"
            )
        except QueryError:
            return None  # the query itself tells better where it is wrong
        width = len(select.items)
        facts: _Behind = {}
        rows = [solution[:width] for solution in solutions]
        supports = [facts.setdefault(row, set()) for row in rows]
        self._fill(found, head, solutions, supports)
        names = tuple(item.variable.name for item in select.items)
        if select.reduction:
            return Answer(names, tuple(facts)), facts.values()
        return Answer(names, tuple(rows)), supports

    def behind(
        self, select: Select, rows: Sequence[Row], graph: Constant | None = None
    ) -> Sequence[Collection[Support]]:
        """Return by what rows of a SELECT are cited.

        Args:
            select: the SELECT.
            rows: rows of it, as :func:`qkg.citations.variables.projected` orders their terms.
            graph: the named graph in which it stands; None for the default graph.

        Returns:
            Per row the facts of every solution that yields it, in no order; of equal rows the same
            object. A row of a group without any solution has none.

        Raises:
            QueryRefused: the rows cannot be found again.
        """
        new = sorted(select.calls & _NEW)
        if new:
            raise QueryRefused(
                f"The query makes new values ({', '.join(new)}), which no second query can find "
                "again: ask without --cite, or leave them out."
            )
        if select.aggregates:
            inner = select.items or ()
            return behind_groups(
                self._asking,
                select,
                rows,
                graph,
                lambda keys, groups: self._solved(
                    select.where, keys, groups, graph, inner=inner, empty=not keys
                ),
            )
        items = select.items or tuple(map(as_item, projected(select)))
        return self._solved(select.where, items, rows, graph, select.values)

    # Solutions of the second query, and what stands behind each

    def _solved(
        self,
        group: Group,
        items: tuple[Item, ...],
        rows: Sequence[Row],
        graph: Constant | None,
        values: Values | None = None,
        *,
        given: tuple[Variable, ...] = (),
        inner: tuple[Item, ...] = (),
        empty: bool = False,
    ) -> Sequence[Collection[Support]]:
        """Return by what the solutions are cited in which some expressions have the values of rows.

        Args:
            group: the pattern.
            items: the expressions.
            rows: the rows.
            graph: the named graph in which the pattern stands; None for the default graph.
            values: the block of values behind it.
            given: those variables, among the expressions, that it is given values of.
            inner: what else is made of the solutions, and may ask for what exists.
            empty: whether there may be rows without a solution.
        """
        if self._asking.is_held and graph is None and not any(item.exists for item in inner):
            within = pattern(group, items, values, given, empty=empty)
            if within is not None:
                with suppress(OutOfReach):
                    return self._asking.lookup().behind(within, rows, empty=empty)
        block = "" if not given or has_blank(rows) else values_block(given, rows)
        found = level(group, self._asking.prefix, graph, block, inner or items)
        facts = self._asked(found, items, dict.fromkeys(rows), values, empty=empty)
        return [facts[row] for row in rows]

    def _asked(
        self,
        found: Level,
        items: tuple[Item, ...],
        wanted: Collection[Row],
        values: Values | None,
        *,
        empty: bool,
    ) -> _Behind:
        """Return the triples behind the solutions in which some expressions have wanted values."""
        head = _head(items, found)
        restricted = _restriction(items, found.certain, wanted)
        behind = "" if values is None else values.text
        pattern = f"{{ {found.pattern} {behind} {restricted} }}"
        text = f"SELECT {_written(head)} WHERE {pattern}"
        facts: _Behind = {row: set() for row in wanted}
        solutions: list[Row] = []
        behind_each: list[set[Support]] = []
        width = len(items)
        seen = set()
        for solution in self._asking.select(text):
            row = solution[:width]
            own = facts.get(row)
            if own is not None:
                seen.add(row)
                solutions.append(solution)
                behind_each.append(own)
        if not empty and len(seen) < len(facts):
            raise QueryRefused(
                "Rows of the answer are not found again by a second query, so that what stands "
                "behind them cannot be cited: an order that leaves something to chance, or an "
                "EXISTS that looks out of its group, may be why."
            )
        self._fill(found, head, solutions, behind_each)
        return facts

    def _fill(
        self,
        found: Level,
        head: Iterable[Variable],
        rows: Sequence[Row],
        facts: Sequence[set[Support]],
    ) -> None:
        """Add what the witnesses show in each of some rows to the facts behind it."""
        if not rows:
            return
        columns = dict(zip(head, zip(*rows, strict=True), strict=True))
        solutions = Solutions(columns, facts, self._asking.constant)
        for witness in found.witnesses:
            self._witnessed(witness, solutions.taking_part(witness.tag))

    def _witnessed(self, witness: Witness, solutions: Solutions) -> None:
        """Add the sources of what one witness shows to those of each solution."""
        if isinstance(witness, TripleWitness):
            supports = self._sources.of_triples(witness, solutions)
            for support, own in zip(supports, solutions.supports, strict=True):
                own.add(support)
            return
        graphs = solutions.column(witness.graph)
        if isinstance(witness, GraphWitness):
            for graph, own in zip(graphs, solutions.supports, strict=True):
                if graph is None:
                    raise QueryRefused(
                        "The engine does not tell in which named graph a SELECT within GRAPH "
                        "holds, so that it cannot be cited: write GRAPH within the SELECT, or ask "
                        "without --cite."
                    )
                if graph != INFERRED:
                    assert isinstance(graph, NamedNode)
                    own.add(self._sources.of_graph(graph))
            return
        by_graph: defaultdict[Term | None, dict[Row, list[set[Support]]]] = defaultdict(dict)
        ends = solutions.rows(_ends(witness))
        for graph, row, own in zip(graphs, ends, solutions.supports, strict=True):
            by_graph[graph].setdefault(row, []).append(own)
        for graph, rows in by_graph.items():
            context = None if graph is None else Constant(str(graph))
            inner = self._inner(witness, tuple(rows), context)
            for several, behind in zip(rows.values(), inner, strict=True):
                for own in several:
                    own.update(behind)

    def _inner(
        self, witness: Witness, rows: Sequence[Row], graph: Constant | None
    ) -> Sequence[Collection[Support]]:
        if isinstance(witness, PathWitness):
            return behind_ways(
                self._asking,
                self._sources,
                witness.path,
                rows,
                graph,
                lambda select, steps: self.behind(select, steps, graph),
            )
        if isinstance(witness, SelectWitness):
            return self.behind(witness.select, rows, graph)
        assert isinstance(witness, ExistsWitness)
        return self._behind_exists(witness, rows, graph)

    def _behind_exists(
        self, witness: ExistsWitness, rows: Sequence[Row], graph: Constant | None
    ) -> Sequence[Collection[Support]]:
        """Return by what a group that exists is cited, given the values of some variables."""
        facts: dict[Row, Collection[Support]] = {}
        for bound in {tuple(term is not None for term in row) for row in rows}:
            chosen = tuple(v for v, there in zip(witness.variables, bound, strict=True) if there)
            same = [row for row in rows if tuple(term is not None for term in row) == bound]
            told = [tuple(term for term in row if term is not None) for row in same]
            items = tuple(map(as_item, chosen))
            supports = self._solved(witness.group, items, told, graph, given=chosen)
            facts.update(zip(same, supports, strict=True))
        return [facts[row] for row in rows]


def _head(items: Iterable[Item], found: Level) -> dict[Variable, str]:
    """Return what the second query projects: some expressions, and all that its witnesses need."""
    head = {item.variable: item.text for item in items}
    head |= {
        place: f"?{place.name}"
        for witness in found.witnesses
        for place in _places(witness)
        if isinstance(place, Variable) and place not in head
    }
    return head or {Variable("one"): "(1 AS ?one)"}


def _written(head: Mapping[Variable, str]) -> str:
    return " ".join(head.values())


def _restriction(
    items: tuple[Item, ...], certain: frozenset[Variable], wanted: Collection[Row]
) -> str:
    """Return a VALUES block of the wanted rows, as far as it can hold them."""
    if len(wanted) > _MOST_RESTRICTED:
        return ""
    kept = [
        i
        for i, item in enumerate(items)
        if not item.expression
        and item.variable in certain
        and all(isinstance(row[i], NamedNode) for row in wanted)
    ]
    return values_block(
        [items[i].variable for i in kept], [tuple(r[i] for i in kept) for r in wanted]
    )


def _ends(witness: Witness) -> tuple[Place, ...]:
    if isinstance(witness, PathWitness):
        return (witness.subject, witness.object)
    assert isinstance(witness, SelectWitness | ExistsWitness)
    return witness.places


def _places(witness: Witness) -> Iterator[Place | None]:
    yield from (witness.tag, witness.graph)
    if isinstance(witness, TripleWitness):
        yield from (witness.subject, witness.predicate, witness.object)
    elif not isinstance(witness, GraphWitness):
        yield from _ends(witness)
