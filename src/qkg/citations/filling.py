"""From the solutions of the second query to what each row is cited by."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeAlias, TypeGuard

from pyoxigraph import NamedNode

from qkg.citations.asking import as_item
from qkg.citations.solutions import Solutions
from qkg.citations.wanted import Wanted
from qkg.citations.ways import Ways
from qkg.citations.witnesses import GraphWitness, PathWitness, SelectWitness, TripleWitness
from qkg.engines.oxigraph import held_term
from qkg.errors import QueryRefused
from qkg.namespaces import INFERRED
from qkg.sparql.syntax import Constant, Select, Variable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from qkg.answers import Term
    from qkg.citations.asking import Asking, Row
    from qkg.citations.sources import Sources, Support
    from qkg.citations.witnesses import ExistsWitness, Inner, Witness

    Supports: TypeAlias = Sequence[Collection[Support]]

__all__ = ["Filler"]


class Filler:
    """What gives rows the sources of what their solutions show.

    Args:
        asking: what asks in the words of the query.
        sources: what tells by what a fact is cited.
        behind: what tells by what rows of a SELECT are cited that stands in a named graph, or in
            the default graph.
        solved: what does so for rows that are wanted, where some variables have their values from
            outside.
    """

    def __init__(
        self,
        asking: Asking,
        sources: Sources,
        behind: Callable[[Select, Sequence[Row], Constant | None], Supports],
        solved: Callable[[Wanted, Constant | None, tuple[Variable, ...]], Supports],
    ) -> None:
        self._asking = asking
        self._sources = sources
        self._behind = behind
        self._solved = solved

    def filled(
        self,
        witnesses: Collection[Witness],
        head: Iterable[Variable],
        rows: Sequence[Row],
        solutions: Sequence[Row],
    ) -> dict[Row, set[Support]]:
        """Return by what rows are cited: each by what the witnesses show in its solutions.

        Args:
            witnesses: what stands behind a solution.
            head: what the solutions show.
            rows: per solution its row.
            solutions: the solutions.
        """
        found: dict[Row, set[Support]] = {}
        supports = [found.setdefault(row, set()) for row in rows]
        if solutions:
            columns = dict(zip(head, zip(*solutions, strict=True), strict=True))
            shown = Solutions(columns, supports, self._asking.constant)
            for witness in witnesses:
                own = shown.taking_part(witness.tag)
                if isinstance(witness, PathWitness):
                    own = own.kept(_where_cited(witness, witnesses, own))
                self._witnessed(witness, own)
        return found

    def _witnessed(self, witness: Witness, solutions: Solutions) -> None:
        """Add the sources of what one witness shows to those of each solution."""
        if isinstance(witness, TripleWitness):
            supports = self._sources.of_triples(witness, solutions)
            for support, own in zip(supports, solutions.supports, strict=True):
                own.add(support)
        elif isinstance(witness, GraphWitness):
            graphs = solutions.column(witness.graph)
            for graph, own in zip(graphs, solutions.supports, strict=True):
                if _is_given(graph):
                    own.add(self._sources.of_graph(graph))
        else:
            self._within(witness, solutions)

    def _within(self, witness: Inner, solutions: Solutions) -> None:
        """Add what stands behind a pattern within the pattern: one query a named graph."""
        by_graph: defaultdict[Term | None, dict[Row, list[set[Support]]]] = defaultdict(dict)
        graphs, ends = solutions.column(witness.graph), solutions.rows(witness.places)
        for graph, row, own in zip(graphs, ends, solutions.supports, strict=True):
            by_graph[graph].setdefault(row, []).append(own)
        for graph, rows in by_graph.items():
            context = None if graph is None else Constant(str(graph))
            inner = self._inner(witness, tuple(rows), context)
            for several, behind in zip(rows.values(), inner, strict=True):
                for own in several:
                    own.update(behind)

    def _inner(self, witness: Inner, rows: Sequence[Row], graph: Constant | None) -> Supports:
        if isinstance(witness, PathWitness):
            ways = Ways(
                self._asking,
                self._sources,
                graph,
                lambda select, steps: self._behind(select, steps, graph),
            )
            return ways.behind(witness.path, rows)
        if isinstance(witness, SelectWitness):
            return self._behind(witness.select, rows, graph)
        return self._existing(witness, rows, graph)

    def _existing(
        self, witness: ExistsWitness, rows: Sequence[Row], graph: Constant | None
    ) -> Supports:
        """Return by what a group that exists is cited, given the values of some variables."""
        found: dict[Row, Collection[Support]] = {}
        for bound in {tuple(term is not None for term in row) for row in rows}:
            chosen = tuple(v for v, there in zip(witness.variables, bound, strict=True) if there)
            same = [row for row in rows if tuple(term is not None for term in row) == bound]
            told = [tuple(term for term in row if term is not None) for row in same]
            wanted = Wanted(told, tuple(map(as_item, chosen)), witness.group)
            found.update(zip(same, self._solved(wanted, graph, chosen), strict=True))
        return [found[row] for row in rows]


def _where_cited(
    path: PathWitness, witnesses: Iterable[Witness], solutions: Solutions
) -> Sequence[bool]:
    """Return in which solutions a path rests on something that nothing else there shows.

    Where it has no length, that is not so if something of a length stands at its node, in the same
    graph: what that is cited by makes it a node.

    Args:
        path: the path.
        witnesses: what stands behind the solutions.
        solutions: those in which the path takes part.
    """
    cited = [True] * len(solutions.supports)
    if path.path.mark == "+":
        return cited
    ends = [tuple(map(held_term, row)) for row in solutions.rows(path.places)]
    empty = [(i, start) for i, (start, end) in enumerate(ends) if start == end]
    if not empty:
        return cited
    for other in witnesses:
        if not isinstance(other, TripleWitness | PathWitness) or other.graph != path.graph:
            continue
        is_long = isinstance(other, TripleWitness) or other.path.mark == "+"
        there = solutions.where_there(other.tag)
        rows = list(solutions.rows((other.subject, other.object)))
        for i, node in empty:
            start, end = map(held_term, rows[i])
            if there[i] and node in (start, end) and (is_long or start != end):
                cited[i] = False
    return cited


def _is_given(graph: Term | None) -> TypeGuard[NamedNode]:
    """Return whether a named graph is that of a file, which has a name by which it is cited.

    Raises:
        QueryRefused: it has none.
    """
    if graph is None:
        raise QueryRefused(
            "The engine does not tell in which named graph a SELECT within GRAPH holds, so that "
            "it cannot be cited: write GRAPH within the SELECT, or ask without citing."
        )
    if not isinstance(graph, NamedNode):
        raise QueryRefused(
            "A named graph of the answer is a blank node, and has no name by which it can be "
            "cited: leave it out with FILTER(isIRI(…)), or ask without citing."
        )
    return graph != INFERRED
