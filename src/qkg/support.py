"""Which files hold a triple up: the named graphs that give it to the default graph."""

from collections import defaultdict
from collections.abc import Iterable

from pyoxigraph import NamedNode, Triple

from qkg.answers import Term
from qkg.engines import Engine
from qkg.namespaces import INFERRED, QKG

__all__ = ["supporters", "unbelieved"]

_ACCEPTED, _CLAIM, _STATUS = QKG["accepted"], QKG["Claim"], QKG["status"]


def supporters(engine: Engine, triples: Iterable[Triple]) -> dict[Triple, tuple[NamedNode, ...]]:
    """Return, for each triple, the named graphs that assert it and are believed.

    They are accepted claims, files that are no claims, and for what a claim says about itself any
    claim. What is inferred is asserted by none.

    Args:
        engine: what holds the dataset.
        triples: the triples; a blank node is found under the name that the engine gives it.

    Returns:
        Every triple, with its named graphs in the order of their IRIs.
    """
    wanted = dict.fromkeys(triples)
    stating = [quad for quad in engine.stating(wanted) if quad.graph_name != INFERRED]
    disputed = unbelieved(engine, {str(quad.graph_name) for quad in stating})
    found: defaultdict[Triple, dict[NamedNode, None]] = defaultdict(dict)
    for quad in stating:
        graph = quad.graph_name
        assert isinstance(graph, NamedNode)
        if graph not in disputed or _is_own(quad.subject, graph):
            found[quad.triple][graph] = None
    return {triple: tuple(sorted(found.get(triple, ()), key=str)) for triple in wanted}


def unbelieved(engine: Engine, graphs: set[str]) -> set[Term | None]:
    """Return those of some named graphs that are claims without the one status accepted.

    Args:
        engine: what holds the dataset.
        graphs: the named graphs, as SPARQL writes them.
    """
    if not graphs:  # rdflib fails on an empty block
        return set()
    rows = engine.select(
        f"SELECT ?g ?status WHERE {{ VALUES ?g {{ {' '.join(sorted(graphs))} }} "
        f"?g a {_CLAIM} OPTIONAL {{ ?g {_STATUS} ?status }} }}"
    ).terms
    return {graph for graph, status in rows if status != _ACCEPTED}


def _is_own(subject: object, graph: NamedNode) -> bool:
    """Return whether a claim speaks of itself, which the default graph takes over in any case."""
    return subject == graph or (
        isinstance(subject, NamedNode) and subject.value.startswith(f"{graph.value}#")
    )
