"""Which files hold a triple up: the named graphs that give it to the default graph."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from pyoxigraph import BlankNode, NamedNode, Triple

from qkg.answers import Term
from qkg.engines import Engine
from qkg.namespaces import INFERRED, QKG

__all__ = ["supporters", "unbelieved"]

_ACCEPTED, _CLAIM, _STATUS = QKG["accepted"], QKG["Claim"], QKG["status"]
_BATCH = 500
_Row: TypeAlias = tuple[Term | None, ...]


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
    wanted = list(dict.fromkeys(triples))
    rows: list[_Row] = []
    named = [triple for triple in wanted if not _has_blank_node(triple)]
    for start in range(0, len(named), _BATCH):
        rows += _stated(engine, named[start : start + _BATCH])
    for predicate in dict.fromkeys(t.predicate for t in wanted if _has_blank_node(t)):
        rows += _stated_of_blank_nodes(engine, predicate)
    disputed = unbelieved(engine, {str(row[3]) for row in rows})
    found: defaultdict[_Row, dict[NamedNode, None]] = defaultdict(dict)
    for row in rows:
        graph = row[3]
        assert isinstance(graph, NamedNode)
        if graph not in disputed or _is_own(row[0], graph):
            found[row[:3]][graph] = None
    return {
        triple: tuple(
            sorted(found.get((triple.subject, triple.predicate, triple.object), ()), key=str)
        )
        for triple in wanted
    }


def _stated(engine: Engine, triples: Sequence[Triple]) -> Iterable[_Row]:
    values = " ".join(f"({t.subject} {t.predicate} {t.object})" for t in triples)
    return engine.select(
        f"SELECT ?s ?p ?o ?g WHERE {{ VALUES (?s ?p ?o) {{ {values} }} "
        f"GRAPH ?g {{ ?s ?p ?o }} FILTER(?g != {INFERRED}) }}"
    ).terms


def _stated_of_blank_nodes(engine: Engine, predicate: NamedNode) -> Iterable[_Row]:
    # A blank node cannot be asked for by name.
    answer = engine.select(
        f"SELECT ?s ?o ?g WHERE {{ GRAPH ?g {{ ?s {predicate} ?o }} "
        f"FILTER(?g != {INFERRED} && (ISBLANK(?s) || ISBLANK(?o))) }}"
    )
    return [(s, predicate, o, g) for s, o, g in answer.terms]


def unbelieved(engine: Engine, graphs: set[str]) -> set[Term | None]:
    """Return those of some named graphs that are claims without the one status accepted."""
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


def _has_blank_node(triple: Triple) -> bool:
    return isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode)
