"""What makes a term a node of a graph, on which a path of no length rests; section 18.4."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from pyoxigraph import Literal

from qkg.citations.asking import has_blank, written_values
from qkg.citations.witnesses import PathWitness, TripleWitness
from qkg.engines.oxigraph import held_literal
from qkg.namespaces import INFERRED
from qkg.sparql.syntax import Variable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from qkg.answers import Term
    from qkg.citations.asking import Asking
    from qkg.citations.solutions import Solutions
    from qkg.citations.witnesses import Witness
    from qkg.sparql.syntax import Constant

    _Triple: TypeAlias = tuple[Term | None, Term | None, Term | None]
    _Order: TypeAlias = tuple[bool, str, str]

__all__ = ["holding", "is_to_be_cited", "spelt"]

_BATCH = 1_000
_NODE = Variable("node")
_FALSE = Literal(False)


def spelt(term: Term | None) -> Term | None:
    """Return a term as the embedded engines spell it; others, and queries, may do otherwise."""
    return held_literal(term) if isinstance(term, Literal) else term


def is_to_be_cited(
    path: PathWitness, witnesses: Iterable[Witness], solutions: Solutions
) -> Sequence[bool]:
    """Return in which solutions a path rests on something that nothing else shows.

    It does not where it has no length, and something of a length stands at its node: what that is
    cited by makes it a node.

    Args:
        path: the path.
        witnesses: what stands behind the solutions.
        solutions: those in which the path takes part.
    """
    cited = [True] * len(solutions.supports)
    if path.path.mark == "+":
        return cited
    ends = [tuple(map(spelt, row)) for row in solutions.rows(path.places)]
    empty = [(i, start) for i, (start, end) in enumerate(ends) if start == end]
    if not empty:
        return cited
    for other in witnesses:
        if not isinstance(other, TripleWitness | PathWitness) or other.graph != path.graph:
            continue
        is_long = isinstance(other, TripleWitness) or other.path.mark == "+"
        there = solutions.is_there(other.tag)
        rows = list(solutions.rows((other.subject, other.object)))
        for i, node in empty:
            start, end = map(spelt, rows[i])
            if there[i] and node in (start, end) and (is_long or start != end):
                cited[i] = False
    return cited


def holding(
    asking: Asking, nodes: Collection[Term | None], graph: Constant | None
) -> dict[Term | None, _Triple]:
    """Return a triple of each node of a graph that makes it one, always the same.

    It has the node as its subject or, where none has, as its object; of several it is one that is
    not inferred, if there is one, and comes first in order.

    Args:
        asking: what asks for triples.
        nodes: the terms, in any spelling.
        graph: the named graph; None for the default graph.

    Returns:
        The triples, by :func:`spelt` nodes; terms that no triple has are left out.
    """
    found: dict[Term | None, _Triple] = {}
    for pattern, is_subject in (("?node ?link ?other", True), ("?other ?link ?node", False)):
        where = pattern if graph is None else f"GRAPH {graph.text} {{ {pattern} }}"
        where += f" BIND(EXISTS {{ GRAPH {INFERRED} {{ {pattern} }} }} AS ?inferred)"
        left = {
            spelt(node): node
            for node in nodes
            if spelt(node) not in found and not (is_subject and isinstance(node, Literal))
        }
        first: dict[Term | None, _Order] = {}
        for restriction in _restrictions(left):
            text = f"SELECT ?node ?link ?other ?inferred WHERE {{ {restriction} {where} }}"
            for told, link, other, inferred in asking.select(text):
                node = spelt(told)
                order = inferred != _FALSE, str(link), str(spelt(other))
                if node in left and (node not in first or order < first[node]):
                    first[node] = order
                    found[node] = (told, link, other) if is_subject else (other, link, told)
    return found


def _restrictions(nodes: Mapping[Term | None, Term | None]) -> Iterator[str]:
    """Yield what restricts a query to some terms after others.

    Args:
        nodes: the terms as they may be spelt; those that no query can name, all at once.
    """
    named = [node for node in nodes.items() if not has_blank([node])]
    if len(named) < len(nodes):
        yield "FILTER(!ISIRI(?node) && !ISLITERAL(?node))"
    for start in range(0, len(named), _BATCH):
        spellings = chain.from_iterable(named[start : start + _BATCH])
        yield written_values([_NODE], [(each,) for each in spellings])
