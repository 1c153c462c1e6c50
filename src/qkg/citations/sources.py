"""From triples to what they are cited by: claims, files that are no claims, and derivations."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from pyoxigraph import NamedNode, Triple

from qkg.citations.cited import Source
from qkg.namespaces import INFERRED, RDF
from qkg.numbers import OneOrSeveral
from qkg.passages import passages
from qkg.rules.why import Reasoner
from qkg.sparql.syntax import Variable
from qkg.support import unbelieved

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from qkg.answers import Term
    from qkg.citations.solutions import Solutions
    from qkg.citations.witnesses import TripleWitness
    from qkg.engines import Engine
    from qkg.memory import Found
    from qkg.rules import Rule
    from qkg.rules.relations import Relation
    from qkg.rules.table import Table

__all__ = ["GraphTriple", "Sources", "Support", "union"]

GraphTriple: TypeAlias = "tuple[Term | None, Term | None, Term | None, Term | None]"
"""A named graph, or None for the default graph, and a triple."""
Support: TypeAlias = OneOrSeveral | Triple
"""By what a fact is cited: the numbers of named graphs in :class:`qkg.memory.Found`; or the fact
itself, if it is one of the default graph of which the engine is still to be asked."""

_TYPE = RDF["type"]


class Sources:
    """What tells by which named graphs the facts behind an answer are cited.

    A fact of the default graph is cited by every accepted claim and every other file that states
    it; one that is inferred, by what its smallest derivation rests on; one of a named graph, by
    that graph, which may be a disputed claim. Where no derivation is found, the named graph of the
    inferences stands for one.

    The engine is asked for all facts that are left to it at the same time, by :meth:`settle`.

    Args:
        engine: what holds the dataset.
        rules: what gives the rules that the default graph is closed under; called where needed.
        found: what is known of the dataset; what is found out is added.
    """

    def __init__(self, engine: Engine, rules: Callable[[], Iterable[Rule]], found: Found) -> None:
        self._engine = engine
        self._rules = rules
        self._found = found
        self._open: set[Triple] = set()

    def of_triples(self, witness: TripleWitness, solutions: Solutions) -> Iterable[Support]:
        """Return by what a triple is cited that stands behind each of some solutions."""
        held = self._found.held
        facts = solutions.facts(witness)
        if held is not None and witness.graph is None:
            column = _of_one_relation(witness, solutions, held.table)
            if column is not None:
                return self._completed(held.sources_of(*column), facts)
        return self.of_facts(facts)

    def of_graph(self, graph: NamedNode) -> Support:
        """Return by what is cited that something stands in a named graph."""
        return self._found.number(graph)

    def of_facts(self, facts: Iterable[GraphTriple]) -> Iterable[Support]:
        """Return by what facts are cited."""
        facts = list(facts)
        held = self._found.held
        supports: list[Support | None] = [
            self.of_graph(graph) if isinstance(graph, NamedNode) and graph != INFERRED else None
            for graph, *_ in facts
        ]
        if held is not None:
            left = [i for i, support in enumerate(supports) if support is None]
            located = [held.table.located(*facts[i][1:]) for i in left]
            for i, numbers in zip(left, held.sources_of_each(located), strict=True):
                supports[i] = numbers
        return self._completed(supports, facts)

    def _completed(
        self, supports: Iterable[Support | None], facts: Iterable[GraphTriple]
    ) -> Iterable[Support]:
        """Yield by what facts are cited; where that is not known yet, the fact itself."""
        for support, (_, *terms) in zip(supports, facts, strict=True):
            if support is not None:
                yield support
                continue
            # Of what a pattern has met, every term is there.
            triple = Triple(*terms)  # type: ignore[arg-type]
            if triple not in self._found.cited:
                self._open.add(triple)
            yield triple

    def settle(self) -> None:
        """Ask the engine for all that is left to it; it is then among what is found."""
        tuple(self._engine.stating(()))  # asks nothing, but raises QueryTimeout if time is up
        number = self._found.number
        for triple, graphs in self._asked_for(self._open):
            self._found.cited[triple] = tuple(map(number, graphs))
        self._open.clear()

    def _asked_for(
        self, triples: Collection[Triple]
    ) -> Iterator[tuple[Triple, Collection[NamedNode]]]:
        """Yield facts of the default graph, and what the engine tells of their sources."""
        if not triples:
            return
        reasoner = self._reasoner()
        stated = reasoner.asserted(triples)
        inferred = [triple for triple in triples if not stated[triple]]
        proofs = reasoner.smallest(inferred) if inferred else {}
        for triple in triples:
            leaves = proofs[triple].leaves() if triple in proofs else ()
            rests = dict.fromkeys(chain.from_iterable(leaf.sources for leaf in leaves))
            yield triple, stated[triple] or rests or (INFERRED,)

    def _reasoner(self) -> Reasoner:
        found = self._found
        if found.reasoner is None:
            found.reasoner = Reasoner(self._engine, self._rules(), found.believed)
        return found.reasoner.on(self._engine)

    def described(self, numbers: Collection[int]) -> dict[NamedNode, Source]:
        """Return the named graphs by which facts are cited, each with its passage.

        Args:
            numbers: the numbers of the named graphs, each once.
        """
        held, known = self._found.claims, self._found.described
        claims = {} if held is None else held.sources
        told = [claims.get(number) or known.get(number) for number in numbers]
        if not all(told):
            self._describe([n for n, source in zip(numbers, told, strict=True) if source is None])
            told = [source or known[n] for n, source in zip(numbers, told, strict=True)]
        return {source.graph: source for source in told if source is not None}

    def _describe(self, numbers: Collection[int]) -> None:
        """Find what a citation says of named graphs that are not known as claims."""
        found = self._found
        graphs = dict(zip(numbers, found.graphs(numbers), strict=True))
        told = passages(
            self._engine,
            (
                graph
                for number, graph in graphs.items()
                if found.claims is None or found.claims.is_unclear(number)
            ),
        )
        disputed = unbelieved(self._engine, graphs.values(), found.believed)
        found.described.update(
            (n, Source(graph, told.get(graph), graph in disputed)) for n, graph in graphs.items()
        )


def union(several: Sequence[Collection[Support]]) -> Collection[Support]:
    """Return by what all of several are cited; of one, the same object."""
    return several[0] if len(several) == 1 else set().union(*several)


def _of_one_relation(
    witness: TripleWitness, solutions: Solutions, table: Table
) -> tuple[Relation, list[object]] | None:
    """Return the relation of which all triples are, and their places there; None of several."""
    _, _, subject, predicate, object_ = witness
    if isinstance(predicate, Variable):
        return None
    property_ = solutions.term(predicate)
    subjects = solutions.numbers(subject, table.numbers)
    if property_ != _TYPE:
        relation = table.properties.get(property_)
        objects = solutions.numbers(object_, table.numbers)
        return None if relation is None else (relation, list(zip(subjects, objects, strict=True)))
    if isinstance(object_, Variable):
        return None
    relation = table.classes.get(solutions.term(object_))
    return None if relation is None else (relation, list(subjects))
