"""Which triples stand behind each row of a SELECT, found by queries; see :mod:`.level`."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import NamedNode

from qkg.answers import Answer
from qkg.citations.asking import as_item, has_blank, values_block
from qkg.citations.groups import behind_groups
from qkg.citations.level import level
from qkg.citations.matching import OutOfReach
from qkg.citations.paths import has_choice
from qkg.citations.reach import is_well_designed, pattern
from qkg.citations.solutions import Solutions
from qkg.citations.sources import together
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
    from qkg.citations.reach import Pattern
    from qkg.citations.sources import Sources, Support
    from qkg.citations.witnesses import Place, Witness
    from qkg.sparql.syntax import Group, Item, Select, Values

__all__ = ["Facts"]

_MOST_RESTRICTED = 500
"""To how many rows the second query is restricted; with more it is asked for all."""
_NEW = frozenset(("RAND", "UUID", "STRUUID", "BNODE"))


class _Wanted(NamedTuple):
    """Rows, and the pattern of which they are wanted.

    Attributes:
        rows: what some expressions are in some solutions.
        items: the expressions.
        group: the pattern.
        values: the block of values behind it.
        empty: whether there may be rows without a solution.
    """

    rows: Sequence[Row]
    items: tuple[Item, ...]
    group: Group
    values: Values | None = None
    empty: bool = False


class Facts:
    """What finds the facts behind rows.

    Args:
        asking: what asks in the words of the query.
        sources: what tells by what a fact is cited.
    """

    def __init__(self, asking: Asking, sources: Sources) -> None:
        self._asking = asking
        self._sources = sources

    def answered(self, select: Select) -> tuple[Answer, Iterable[Collection[Support]]] | None:
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
        within = self._within(_Wanted((), select.items, select.where, select.values))
        if within is not None and not within.extra:
            return None
        if within is None and has_choice(select.where):
            return None
        if within is None:
            found = level(select.where, self._asking.prefix, items=select.items)
            if not all(isinstance(w, TripleWitness) and w.graph is None for w in found.witnesses):
                return None
            head, where = _head(select.items, found), found.pattern
        else:
            head, where = _columns(select.items, within.extra), select.where.text
        values = "" if select.values is None else select.values.text
        try:
            solutions = self._asking.select(
                f"SELECT {_written(head)} WHERE {{ {where} {values} }} {select.order}"
            )
        except QueryError:
            return None  # the query itself tells better where it is wrong
        width = len(select.items)
        rows = [solution[:width] for solution in solutions]
        facts: Mapping[Row, Collection[Support]]
        if within is None:
            facts = self._fill(found, head, rows, solutions)
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
                    _Wanted(groups, keys, select.where, empty=not keys), graph, inner=inner
                ),
            )
        items = select.items or tuple(map(as_item, projected(select)))
        return self._solved(_Wanted(rows, items, select.where, select.values), graph)

    # Solutions of the second query, and what stands behind each

    def _solved(
        self,
        wanted: _Wanted,
        graph: Constant | None,
        *,
        given: tuple[Variable, ...] = (),
        inner: tuple[Item, ...] = (),
    ) -> Sequence[Collection[Support]]:
        """Return by what rows are cited: each by all solutions in which expressions are so.

        Args:
            wanted: the rows.
            graph: the named graph in which the pattern stands; None for the default graph.
            given: those variables, among the expressions, that it is given values of.
            inner: what else is made of the solutions, and may ask for what exists.
        """
        block = "" if not given or has_blank(wanted.rows) else values_block(given, wanted.rows)
        if graph is None and not any(item.exists for item in inner):
            within = self._within(wanted, given)
            if within is not None:
                with suppress(OutOfReach):
                    return self._looked_up(within, wanted, block)
        found = level(wanted.group, self._asking.prefix, graph, block, inner or wanted.items)
        head = _head(wanted.items, found)
        again = self._again(wanted, head, found.pattern, found.certain)
        if again is None:
            raise QueryRefused(
                "Rows of the answer are not found again by a second query, so that what stands "
                "behind them cannot be cited: an order that leaves something to chance, or an "
                "EXISTS that looks out of its group, may be why."
            )
        facts = self._fill(found, head, *again)
        return [facts.get(row, ()) for row in wanted.rows]

    def _again(
        self, wanted: _Wanted, head: Mapping[Variable, str], where: str, always: frozenset[Variable]
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
        values = "" if wanted.values is None else wanted.values.text
        restricted = _restriction(wanted, rows, always)
        text = f"SELECT {_written(head)} WHERE {{ {where} {values} {restricted} }}"
        width = len(wanted.items)
        solutions = [each for each in self._asking.select(text) if each[:width] in rows]
        own = [each[:width] for each in solutions]
        return (own, solutions) if wanted.empty or len(set(own)) == len(rows) else None

    def _fill(
        self,
        found: Level,
        head: Iterable[Variable],
        rows: Sequence[Row],
        solutions: Sequence[Row],
    ) -> dict[Row, set[Support]]:
        """Return by what rows are cited, each by what the witnesses show in its solutions."""
        facts: dict[Row, set[Support]] = {}
        supports = [facts.setdefault(row, set()) for row in rows]
        if solutions:
            columns = dict(zip(head, zip(*solutions, strict=True), strict=True))
            shown = Solutions(columns, supports, self._asking.constant)
            for witness in found.witnesses:
                self._witnessed(witness, shown.taking_part(witness.tag))
        return facts

    # What is looked up in memory

    def _within(self, wanted: _Wanted, given: tuple[Variable, ...] = ()) -> Pattern | None:
        """Return :func:`qkg.citations.reach.pattern`; None, too, where nothing is held."""
        if not self._asking.is_held:
            return None
        return pattern(wanted.group, wanted.items, wanted.values, given, empty=wanted.empty)

    def _looked_up(
        self, within: Pattern, wanted: _Wanted, block: str
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
        head = _columns(wanted.items, within.extra)
        again = self._again(wanted, head, f"{{ {block} {wanted.group.text[1:]}", always)
        if again is None:
            raise OutOfReach
        own, solutions = again
        facts = _by_row(own, lookup.behind(within, solutions))
        return [facts.get(row, ()) for row in wanted.rows]

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
                if not isinstance(graph, NamedNode):
                    raise QueryRefused(
                        "A named graph of the answer is a blank node, and has no name by which it "
                        "can be cited: leave it out with FILTER(isIRI(…)), or ask without --cite."
                    )
                if graph != INFERRED:
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
            supports = self._solved(_Wanted(told, items, witness.group), graph, given=chosen)
            facts.update(zip(same, supports, strict=True))
        return [facts[row] for row in rows]


def _by_row(
    rows: Iterable[Row], supports: Iterable[Collection[Support]]
) -> dict[Row, Collection[Support]]:
    """Return by what rows are cited; equal ones by all that each of them is."""
    found: dict[Row, list[Collection[Support]]] = {}
    for row, support in zip(rows, supports, strict=True):
        found.setdefault(row, []).append(support)
    return {row: together(own) for row, own in found.items()}


def _head(items: Iterable[Item], found: Level) -> dict[Variable, str]:
    """Return what the second query projects: some expressions, and all that its witnesses need."""
    needed = (place for witness in found.witnesses for place in _places(witness))
    return _columns(items, (place for place in needed if isinstance(place, Variable)))


def _columns(items: Iterable[Item], variables: Iterable[Variable]) -> dict[Variable, str]:
    """Return what a query projects: some expressions, and some variables, each once."""
    head = {item.variable: item.text for item in items}
    for variable in variables:
        head.setdefault(variable, f"?{variable.name}")
    return head or {Variable("one"): "(1 AS ?one)"}


def _written(head: Mapping[Variable, str]) -> str:
    return " ".join(head.values())


def _restriction(wanted: _Wanted, rows: Collection[Row], always: frozenset[Variable]) -> str:
    """Return a VALUES block of wanted rows, as far as it can hold them.

    Engines give its values to an OPTIONAL that is not well designed, where they must not.
    """
    if len(rows) > _MOST_RESTRICTED or not is_well_designed(wanted.group.elements):
        return ""
    kept = [
        i
        for i, item in enumerate(wanted.items)
        if not item.expression
        and item.variable in always
        and all(isinstance(row[i], NamedNode) for row in rows)
    ]
    variables = [wanted.items[i].variable for i in kept]
    return values_block(variables, [tuple(row[i] for i in kept) for row in rows])


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
