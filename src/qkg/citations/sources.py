"""From triples to what they are cited by: claims, files that are no claims, and derivations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Triple

from qkg.citations.cited import Source
from qkg.namespaces import INFERRED
from qkg.passages import passages
from qkg.rules.why import Reasoner
from qkg.support import unbelieved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from qkg.citations.facts import Fact
    from qkg.engines import Engine
    from qkg.memory import Found
    from qkg.rules import Rule

__all__ = ["Sources"]


class Sources:
    """What tells by which named graphs facts are cited.

    A fact of the default graph is cited by every accepted claim and every other file that states
    it; one that is inferred, by what its smallest derivation rests on; one of a named graph, by
    that graph, which may be a disputed claim.

    Args:
        engine: what holds the dataset.
        rules: what gives the rules that the default graph is closed under; called where needed.
        found: what is known of the dataset; what is found out is added.
    """

    def __init__(self, engine: Engine, rules: Callable[[], Iterable[Rule]], found: Found) -> None:
        self._engine = engine
        self._rules = rules
        self._found = found

    def behind(self, facts: Sequence[Fact]) -> list[tuple[NamedNode, ...]]:
        """Return the sources of each fact, in the order of their IRIs.

        Where no derivation is found, the named graph of the inferences stands for one.
        """
        known = self._found.sources
        told = list(map(known.get, facts))
        new = [fact for fact, sources in zip(facts, told, strict=True) if sources is None]
        if new:
            found = self._looked_for(new)
            # Equal ones are one: they are compared often.
            once = self._found.once
            known.update((fact, once.setdefault(each, each)) for fact, each in found.items())
            told = list(map(known.get, facts))
        return told  # type: ignore[return-value]

    def _looked_for(self, facts: Iterable[Fact]) -> dict[Fact, tuple[NamedNode, ...]]:
        told: dict[Fact, tuple[NamedNode, ...]] = {}
        asked: list[tuple[Fact, Triple]] = []
        for fact in facts:
            graph, subject, predicate, object_ = fact
            if isinstance(graph, NamedNode) and graph != INFERRED:
                told[fact] = (graph,)
            else:
                triple = Triple(subject, predicate, object_)  # type: ignore[arg-type]
                asked.append((fact, triple))
        if not asked:
            return told
        reasoner = self._reasoner()
        known = reasoner.asserted(triple for _, triple in asked)
        stated = [known[triple] for _, triple in asked]
        inferred = [triple for (_, triple), graphs in zip(asked, stated, strict=True) if not graphs]
        proofs = reasoner.smallest(inferred) if inferred else {}
        rests: dict[Triple, tuple[NamedNode, ...]] = {
            fact: tuple(sorted({each for leaf in proof.leaves() for each in leaf.sources}, key=str))
            for fact, proof in proofs.items()
        }
        for (fact, triple), graphs in zip(asked, stated, strict=True):
            told[fact] = graphs or rests.get(triple) or (INFERRED,)
        return told

    def _reasoner(self) -> Reasoner:
        found = self._found
        if found.reasoner is None:
            found.reasoner = Reasoner(self._engine, self._rules(), found.believed)
        return found.reasoner.on(self._engine)

    def described(
        self, graphs: Iterable[NamedNode], facts: Iterable[Fact]
    ) -> dict[NamedNode, Source]:
        """Return named graphs by which facts are cited, each with its passage."""
        named = tuple(graphs)
        known = self._found.described
        sources = dict(zip(named, map(known.get, named), strict=True))
        new = [graph for graph, source in sources.items() if source is None]
        if new:
            told = passages(self._engine, new)
            known.update((each, Source(each, told.get(each), disputed=False)) for each in new)
            sources.update((each, known[each]) for each in new)
        # Only a query that asks a named graph comes upon what is disputed.
        asked = {fact[0] for fact in facts}
        if asked != {None}:
            names = [each for each in asked if isinstance(each, NamedNode)]
            for graph in unbelieved(self._engine, names, self._found.believed):
                source = sources.get(graph)
                if source is not None:
                    sources[graph] = source._replace(disputed=True)
        return sources  # type: ignore[return-value]
