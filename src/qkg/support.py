"""Which files hold a triple up: the named graphs that give it to the default graph."""

from collections.abc import Iterable

from pyoxigraph import NamedNode, Triple

from qkg._batches import batches
from qkg.answers import Term
from qkg.engines import Engine
from qkg.namespaces import INFERRED, QKG, RDF

__all__ = ["supporters", "unbelieved"]

_CHUNK = 250
"""How many graphs one query asks about: a much longer block Oxigraph joins with every claim."""
_ACCEPTED, _CLAIM, _STATUS, _TYPE = QKG["accepted"], QKG["Claim"], QKG["status"], RDF["type"]


def supporters(
    engine: Engine, triples: Iterable[Triple], known: dict[NamedNode, bool] | None = None
) -> dict[Triple, tuple[NamedNode, ...]]:
    """Return, for each triple, the named graphs that assert it and are believed.

    They are accepted claims, files that are no claims, and for what a claim says about itself any
    claim. What is inferred is asserted by none.

    Args:
        engine: what holds the dataset.
        triples: the triples; a blank node is found under the name that the engine gives it.
        known: as in :func:`unbelieved`.

    Returns:
        Every triple, with its named graphs in the order of their IRIs.
    """
    wanted = tuple(dict.fromkeys(triples))
    stating = tuple(engine.stating(wanted))
    disputed = unbelieved(engine, {graph for graphs in stating for graph in graphs}, known)
    found: dict[Triple, tuple[NamedNode, ...]] = {}
    for triple, graphs in zip(wanted, stating, strict=True):
        if len(graphs) == 1 and graphs[0] not in disputed and graphs[0] != INFERRED:
            found[triple] = (graphs[0],)
            continue
        believed = {
            graph
            for graph in graphs
            if graph != INFERRED and (graph not in disputed or _is_own(triple.subject, graph))
        }
        found[triple] = tuple(sorted(believed, key=str)) if len(believed) > 1 else tuple(believed)
    return found


def unbelieved(
    engine: Engine, graphs: Iterable[NamedNode], known: dict[NamedNode, bool] | None = None
) -> set[NamedNode]:
    """Return those of some named graphs that are claims without the one status accepted.

    What counts is what a file says of itself, as when it was merged: see
    :meth:`qkg.claims.DataFile.merged`.

    Args:
        engine: what holds the dataset.
        graphs: the named graphs.
        known: of which graphs it is known whether they are believed; what is found out is added.
    """
    asked = set(graphs)
    known = {} if known is None else known
    new = asked.difference(known)
    if engine.version is None:
        disputed = _asked_for(engine, new)
        known.update((graph, graph not in disputed) for graph in new)
    else:
        known.update((graph, _is_believed(engine, graph)) for graph in new)
    return {graph for graph in asked if not known[graph]}


def _asked_for(engine: Engine, graphs: Iterable[NamedNode]) -> set[Term | None]:
    names = sorted(map(str, graphs))
    found: set[Term | None] = set()
    for batch in batches(names, _CHUNK):
        rows = engine.select(
            f"SELECT ?g ?status WHERE {{ VALUES ?g {{ {' '.join(batch)} }} "
            f"GRAPH ?g {{ ?g a {_CLAIM} OPTIONAL {{ ?g {_STATUS} ?status }} }} }}"
        ).terms
        found |= {graph for graph, status in rows if status != _ACCEPTED}
    return found


def _is_believed(engine: Engine, graph: NamedNode) -> bool:
    return _own(engine, graph, _STATUS) == [_ACCEPTED] or _CLAIM not in _own(engine, graph, _TYPE)


def _own(engine: Engine, graph: NamedNode, property_: NamedNode) -> list[Term]:
    """Return what a named graph says of itself, which is in the default graph, too."""
    told = engine.matching(graph, property_, None)
    return [
        triple.object
        for triple, graphs in zip(told, engine.stating(told), strict=True)
        if graph in graphs
    ]


def _is_own(subject: object, graph: NamedNode) -> bool:
    """Return whether a claim speaks of itself, which the default graph takes over in any case."""
    return subject == graph or (
        isinstance(subject, NamedNode) and subject.value.startswith(f"{graph.value}#")
    )
