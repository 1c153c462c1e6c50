"""Why a triple is in the graph, or is not: the answer of :meth:`qkg.KnowledgeGraph.why`."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import NamedTuple

from pyoxigraph import NamedNode, Triple

from qkg.engines import Engine
from qkg.namespaces import INFERRED
from qkg.passages import Passage, passages
from qkg.rules import Pattern, Rule
from qkg.rules.why import Lack, Proof, Reasoner

__all__ = ["Explanation", "explain"]


class Explanation(NamedTuple):
    """Why a triple holds, or what it lacks.

    Attributes:
        fact: the triple.
        proofs: its derivations, smallest first; none where it does not hold.
        more: whether there are further derivations.
        lacks: where it does not hold, the rules that would infer it but for one premise.
        disputed: the claims that state it and are not accepted.
        passages: where the claims stand that the derivations rest on, and the disputed ones.
    """

    fact: Triple
    proofs: tuple[Proof, ...]
    more: bool
    lacks: tuple[Lack, ...]
    disputed: tuple[NamedNode, ...]
    passages: Mapping[NamedNode, Passage]

    @property
    def holds(self) -> bool:
        """Whether the triple is asserted or inferred."""
        return bool(self.proofs)

    @property
    def terms(self) -> tuple[tuple[object, ...], ...]:
        """The terms of every triple that is spoken of."""
        told: list[Triple | Pattern] = [self.fact]
        pending = list(self.proofs)
        while pending:
            proof = pending.pop()
            told.append(proof.fact)
            pending += proof.premises
        for lack in self.lacks:
            told += (lack.missing, *lack.held)
        return tuple(dict.fromkeys((each.subject, each.predicate, each.object) for each in told))


def explain(engine: Engine, rules: Iterable[Rule], fact: Triple, limit: int) -> Explanation:
    """Explain a triple.

    Args:
        engine: what holds the dataset, its default graph closed.
        rules: the rules that it is closed under.
        fact: the triple.
        limit: how many derivations to give at most.
    """
    reasoner = Reasoner(engine, rules)
    found = tuple(islice(reasoner.proofs(fact), limit + 1))
    proofs = found[:limit]
    stating = engine.select(
        f"SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ {fact} }} FILTER(?g != {INFERRED}) }} ORDER BY ?g"
    )
    leaves = [leaf for proof in found for leaf in proof.leaves()]
    believed = {source for leaf in leaves if leaf.fact == fact for source in leaf.sources}
    disputed = tuple(
        graph
        for (graph,) in stating.terms
        if isinstance(graph, NamedNode) and graph not in believed
    )
    cited = (*disputed, *(source for leaf in leaves for source in leaf.sources))
    return Explanation(
        fact,
        proofs,
        len(found) > limit,
        () if proofs else reasoner.lacks(fact),
        disputed,
        passages(engine, cited),
    )
