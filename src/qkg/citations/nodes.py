"""What makes terms nodes of a graph, on which paths of no length rest; section 18.4."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from pyoxigraph import Literal

from qkg._batches import batches
from qkg.citations.asking import has_blank, in_graph, written_values
from qkg.citations.solutions import is_true
from qkg.engines.oxigraph import held_term
from qkg.namespaces import INFERRED
from qkg.sparql.syntax import Variable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from qkg.answers import Term
    from qkg.citations.asking import Asking
    from qkg.sparql.syntax import Constant

    _Triple: TypeAlias = tuple[Term | None, Term | None, Term | None]
    _Order: TypeAlias = tuple[bool, str, str]

__all__ = ["holding", "subjects"]

_BATCH = 1_000
_NODE = Variable("node")


def holding(
    asking: Asking, nodes: Collection[Term | None], graph: Constant | None
) -> dict[Term | None, _Triple]:
    """Return one triple of each node of a graph.

    It has the node as its subject or, where none has, as its object; of several it is one that is
    not inferred, if there is one, and comes first in order. So it is always the same, but for what
    only differs by a blank node.

    Args:
        asking: what asks for triples.
        nodes: the terms, in any spelling.
        graph: the named graph; None for the default graph.

    Returns:
        The triples, by nodes as :func:`qkg.engines.oxigraph.held_term` spells them; terms that no
        triple has are left out.

    Raises:
        QueryRefused: the engine does not take the query.
    """
    spelt = {held_term(node): node for node in nodes}
    found: dict[Term | None, _Triple] = {}
    for pattern, is_subject in (("?node ?link ?other", True), ("?other ?link ?node", False)):
        inferred = f"BIND(EXISTS {{ GRAPH {INFERRED} {{ {pattern} }} }} AS ?inferred)"
        left = {
            node: told
            for node, told in spelt.items()
            if node not in found and not (is_subject and isinstance(node, Literal))
        }
        first: dict[Term | None, _Order] = {}
        for restriction in _restrictions(left.items()):
            where = in_graph(graph, f"{{ {restriction} {pattern} }}")
            text = f"SELECT ?node ?link ?other ?inferred WHERE {{ {where} {inferred} }}"
            for told, link, other, follows in asking.select(text):
                node = held_term(told)
                order = is_true(follows), str(link), str(held_term(other))
                if node in left and (node not in first or order < first[node]):
                    first[node] = order
                    found[node] = (told, link, other) if is_subject else (other, link, told)
    return found


def subjects(asking: Asking, terms: Iterable[Term]) -> set[Term | None]:
    """Return those of some terms that are subjects of triples of the default graph.

    Args:
        asking: what asks for triples.
        terms: the terms.

    Raises:
        QueryRefused: the engine does not take the query.
    """
    asked = {term for term in terms if not isinstance(term, Literal)}
    return {
        node
        for restriction in _restrictions((term,) for term in asked)
        for (node,) in asking.select(
            f"SELECT DISTINCT ?node WHERE {{ {restriction} ?node ?link ?other }}"
        )
        if node in asked
    }


def _restrictions(terms: Iterable[tuple[Term | None, ...]]) -> Iterator[str]:
    """Yield what restricts a query to some terms after others.

    Args:
        terms: each term in one spelling or several. Those that no query can name come all at once,
            with all others of their kind.
    """
    terms = tuple(terms)
    named = [spellings for spellings in terms if not has_blank([spellings])]
    if len(named) < len(terms):
        yield "FILTER(!ISIRI(?node) && !ISLITERAL(?node))"
    for batch in batches(named, _BATCH):
        yield written_values([_NODE], [(each,) for each in chain.from_iterable(batch)])
