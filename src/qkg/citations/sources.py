"""From triples to what they are cited by: claims, files that are no claims, and derivations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Triple

from qkg.citations.cited import Source
from qkg.namespaces import INFERRED
from qkg.passages import looked_up, passages
from qkg.rules.why import Reasoner
from qkg.support import together, unbelieved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from qkg.citations.facts import Fact
    from qkg.engines import Engine
    from qkg.memory import Found
    from qkg.passages import Passage
    from qkg.rules import Rule
    from qkg.rules.relations import Located

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

    def behind(self, facts: Iterable[int]) -> Mapping[int, int]:
        """Return the numbers of the sources of facts, of these and others; see :class:`Found`.

        Where no derivation is found, the named graph of the inferences stands for one.
        """
        found = self._found
        new = [number for number in facts if number not in found.cited]
        for number, sources in self._looked_for(new):
            found.cited[number] = found.sources[sources]
        return found.cited

    def _looked_for(self, numbers: Iterable[int]) -> Iterator[tuple[int, tuple[NamedNode, ...]]]:
        things, held = self._found.facts.things, self._found.held
        asked: list[int] = []
        derived: dict[int, Located] = {}
        for number in numbers:
            graph, subject, predicate, object_ = things[number]
            if isinstance(graph, NamedNode) and graph != INFERRED:
                yield number, (graph,)
                continue
            place = None if held is None else held.table.located(subject, predicate, object_)
            givers = None if place is None else place[0].givers.get(place[1])
            if givers is not None:
                yield number, givers
            elif place is not None and place[1] in place[0].facts:
                derived[number] = place
            else:
                asked.append(number)
        tuple(self._engine.stating(()))  # asks nothing, but raises QueryTimeout if time is up
        if held is None or not held.can_derive:
            asked += derived
        elif derived:
            rest = held.rest(derived.values())
            for number, fact in derived.items():
                yield number, rest.get(fact) or (INFERRED,)
        if asked:
            found = self._asked_for([things[number] for number in asked])
            yield from zip(asked, found, strict=True)

    def _asked_for(self, facts: Iterable[Fact]) -> Iterator[tuple[NamedNode, ...]]:
        """Yield what the engine tells of the sources of facts of the default graph."""
        # Of what a pattern has met, every term is there.
        triples = [Triple(*terms) for _, *terms in facts]  # type: ignore[arg-type]
        reasoner = self._reasoner()
        known = reasoner.asserted(triples)
        stated = [known[triple] for triple in triples]
        inferred = [triple for triple, graphs in zip(triples, stated, strict=True) if not graphs]
        proofs = reasoner.smallest(inferred) if inferred else {}
        rests: dict[Triple, tuple[NamedNode, ...]] = {
            fact: together({leaf.sources for leaf in proof.leaves()})
            for fact, proof in proofs.items()
        }
        for triple, graphs in zip(triples, stated, strict=True):
            yield graphs or rests.get(triple) or (INFERRED,)

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
            told = self._passages(new)
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

    def _passages(self, graphs: Iterable[NamedNode]) -> dict[NamedNode, Passage | None]:
        held, left = self._found.held, dict.fromkeys(graphs)
        told: dict[NamedNode, Passage | None] = {}
        if held is not None:
            told.update(looked_up(held.table, left))
        told.update(passages(self._engine, left.keys() - told.keys()))
        return told
