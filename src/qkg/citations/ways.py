"""What stands behind a path of any length: a shortest way from its start to its end.

Behind one of no length stands what makes its start a node of the graph. By section 18.4 a path may
start, in no steps, at a term that the query names and no triple has; engines differ there, and what
is cited suffices for all of them.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, NamedNode

from qkg.citations.asking import as_item, in_graph, written_values
from qkg.citations.nodes import holding
from qkg.citations.paths import path_text
from qkg.citations.sources import union
from qkg.citations.walks import path_not_found_again, shortest
from qkg.engines.oxigraph import held_term
from qkg.namespaces import INFERRED
from qkg.sparql.syntax import Group, Inverse, Link, Select, TriplePattern, Triples, Variable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Set

    from qkg.answers import Term
    from qkg.citations.asking import Asking, Row
    from qkg.citations.sources import Sources, Support
    from qkg.sparql.syntax import Constant, Path, Repeated

__all__ = ["Ways"]

_START, _END = Variable("start"), Variable("end")


class Ways:
    """What finds the ways of paths in one graph, and by what they are cited.

    Args:
        asking: what asks for steps and nodes.
        sources: what tells by what a fact is cited.
        graph: the named graph in which the paths stand; None for the default graph.
        behind: what returns by what the rows are cited of a SELECT that stands there.
    """

    def __init__(
        self,
        asking: Asking,
        sources: Sources,
        graph: Constant | None,
        behind: Callable[[Select, Sequence[Row]], Sequence[Collection[Support]]],
    ) -> None:
        self._asking = asking
        self._sources = sources
        self._graph = graph
        self._named = None if graph is None else asking.constant(graph)
        self._behind = behind

    def behind(self, path: Repeated, pairs: Sequence[Row]) -> Sequence[Collection[Support]]:
        """Return by what a path is cited that leads from some terms to others.

        Args:
            path: the path.
            pairs: starts and ends.

        Raises:
            QueryRefused: there is no way, or a blank node is not found again.
        """
        # The query may spell a literal otherwise than the engine, which tells where a way leads.
        spelled = [tuple(map(held_term, pair)) for pair in pairs]
        asked = {pair for pair in spelled if path.mark == "+" or pair[0] != pair[1]}
        empty = [told for told, pair in zip(pairs, spelled, strict=True) if pair not in asked]
        nodes = set(chain.from_iterable(empty))
        cited = {**self._behind_walks(path, asked), **self._behind_nodes(nodes)}
        return [cited[pair] for pair in spelled]

    def _behind_walks(self, path: Repeated, pairs: Set[Row]) -> Mapping[Row, Collection[Support]]:
        if path.mark == "?":
            walks = {pair: [pair] for pair in pairs}
        else:
            walks = shortest(pairs, lambda starts: self._edges(path.path, starts))
        steps = tuple(dict.fromkeys(step for walk in walks.values() for step in walk))
        cited = self._behind_steps(path.path, steps)
        return {pair: union([cited[step] for step in walk]) for pair, walk in walks.items()}

    def _behind_steps(self, path: Path, steps: Sequence[Row]) -> Mapping[Row, Collection[Support]]:
        if isinstance(path, Inverse):
            turned = self._behind_steps(path.path, [(b, a) for a, b in steps])
            return {(a, b): cited for (b, a), cited in turned.items()}
        if isinstance(path, Link):
            property_ = self._asking.constant(path.property)
            supports = self._sources.of_facts([(self._named, a, property_, b) for a, b in steps])
            return {step: {each} for step, each in zip(steps, supports, strict=True)}
        behind = self._behind(_one_step(path), steps) if steps else ()
        return dict(zip(steps, behind, strict=True))

    def _behind_nodes(self, nodes: Collection[Term | None]) -> Mapping[Row, Collection[Support]]:
        """Return by what it is cited that terms are nodes of the graph: one of its triples."""
        if not nodes:
            return {}
        cited: dict[Row, Collection[Support]] = {(each, each): () for each in map(held_term, nodes)}
        if isinstance(self._named, NamedNode) and self._named != INFERRED:
            return dict.fromkeys(cited, (self._sources.of_graph(self._named),))
        triples = holding(self._asking, nodes, self._graph)
        if any(isinstance(node, BlankNode) and node not in triples for node in nodes):
            raise path_not_found_again()  # an endpoint may name it otherwise each time
        facts = [(self._named, *triple) for triple in triples.values()]
        supports = self._sources.of_facts(facts)
        return cited | {(n, n): {each} for n, each in zip(triples, supports, strict=True)}

    def _edges(
        self, path: Path, starts: Collection[Term | None]
    ) -> Iterator[tuple[Term | None, Term | None]]:
        if not starts:
            return
        step = in_graph(self._graph, f"{{ ?{_START.name} {path_text(path)} ?{_END.name} }}")
        given = written_values([_START], [(start,) for start in starts])
        text = f"SELECT DISTINCT ?{_START.name} ?{_END.name} WHERE {{ {given} {step} }}"
        for start, end in (tuple(map(held_term, row)) for row in self._asking.select(text)):
            if start in starts:
                yield start, end


def _one_step(path: Path) -> Select:
    """Return a SELECT of the starts and the ends of a path."""
    pattern = Triples((TriplePattern(_START, path, _END),))
    items = (as_item(_START), as_item(_END))
    where = Group("", (pattern,))
    return Select("", "", items, where, (), False, "", (), "", False, None, frozenset())
