"""From triples to what they are cited by: claims, files that are no claims, and derivations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from qkg.namespaces import INFERRED
from qkg.rules.why import Reasoner
from qkg.support import supporters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from qkg.citations.facts import Fact
    from qkg.engines import Engine
    from qkg.rules import Rule

__all__ = ["sources"]


def sources(
    engine: Engine, rules: Callable[[], Iterable[Rule]], facts: Iterable[Fact]
) -> dict[Fact, tuple[NamedNode, ...]]:
    """Return the named graphs by which facts are cited.

    A fact of the default graph is cited by every accepted claim and every other file that states
    it; one that is inferred, by what its smallest derivation rests on; one of a named graph, by
    that graph, which may be a disputed claim.

    Args:
        engine: what holds the dataset.
        rules: what gives the rules that the default graph is closed under; called where needed.
        facts: the facts.

    Returns:
        Every fact, its sources in the order of their IRIs. Where no derivation is found, the named
        graph of the inferences stands for one.
    """
    told: dict[Fact, tuple[NamedNode, ...]] = {}
    triples: dict[Fact, Triple] = {}
    for fact in facts:
        graph, subject, predicate, object_ = fact
        if isinstance(graph, NamedNode) and graph != INFERRED:
            told[fact] = (graph,)
        else:
            assert isinstance(subject, NamedNode | BlankNode)
            assert isinstance(predicate, NamedNode)
            assert isinstance(object_, NamedNode | BlankNode | Literal)
            triples[fact] = Triple(subject, predicate, object_)
    stated = supporters(engine, triples.values())
    inferred = [triple for triple in stated if not stated[triple]]
    proofs = Reasoner(engine, rules()).smallest(inferred) if inferred else {}
    rests: dict[Triple, tuple[NamedNode, ...]] = {
        fact: tuple(sorted({each for leaf in proof.leaves() for each in leaf.sources}, key=str))
        for fact, proof in proofs.items()
    }
    for fact, triple in triples.items():
        told[fact] = stated[triple] or rests.get(triple) or (INFERRED,)
    return told
