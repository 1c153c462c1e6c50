"""What a citation has to be, checked by evaluation: sufficient for its row, and relevant to it."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from naive import by_predicate, put, solutions
from naive_select import Dataset, Evaluator, Fact, Row, Select, Triple, fits
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, parse

from qkg.citations.claim_index import ClaimIndex
from qkg.citations.lookup import Lookup
from qkg.claims import DataFile, given, merge
from qkg.engines.oxigraph import OxigraphEngine, held_literal
from qkg.memory import Found
from qkg.namespaces import INFERRED, ONTOLOGY
from qkg.rules import Closure, Rule, compile_rules
from qkg.rules.held import Held

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from qkg.answers import Term
    from qkg.citations.reach import Pattern
    from qkg.engines.rdflib import RdflibEngine


_THING = NamedNode("urn:thing")
_SOMETHING_INFERRED = Quad(_THING, _THING, _THING, INFERRED)


class Corpus:
    """Files as they are loaded: the ontology first, then claims and files that are none."""

    def __init__(self, graphs: Mapping[NamedNode, Iterable[Triple]]) -> None:
        self.files = tuple(
            DataFile(Path(f"{graph.value}.ttl"), graph, tuple(Quad(*t) for t in triples))  # type: ignore[arg-type]
            for graph, triples in graphs.items()
        )
        self._datasets: dict[frozenset[NamedNode], Dataset] = {}
        self._engines: dict[object, OxigraphEngine | RdflibEngine] = {}

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        ontology = next(file for file in self.files if file.graph == ONTOLOGY)
        return compile_rules(ontology.statements, contradictions=False)

    @cached_property
    def claims(self) -> frozenset[NamedNode]:
        return frozenset(file.graph for file in self.files if file.is_claim)

    def quads(self, claims: Collection[NamedNode] | None = None) -> list[Quad]:
        """Return the dataset of some claims and all other files, closed under the rules.

        In the graph of the inferences is what nobody states, of all claims.
        """
        files = [f for f in self.files if claims is None or f.graph in claims or not f.is_claim]
        merged = merge(files)
        closure = Closure(self.rules)
        closure.fill(merged)
        return [
            *merged,
            *(quad for file in files for quad in file.quads()),
            *(
                Quad(triple.subject, triple.predicate, triple.object, graph)
                for triple in closure.inferred()
                for graph in (DefaultGraph(), INFERRED)
                if graph != INFERRED or claims is None or triple in self._inferred
            ),
        ]

    def found(self) -> Found:
        """Return what is known of the whole dataset before anything is asked, held in memory."""
        closure = Closure(self.rules, held_literal)
        closure.fill_from(given(self.files))
        return Found(0, Held(closure), ClaimIndex(closure.table))

    @cached_property
    def _inferred(self) -> frozenset[object]:
        return frozenset(quad.triple for quad in self.quads() if quad.graph_name == INFERRED)

    @cached_property
    def full(self) -> Dataset:
        return Dataset(self.quads())

    def rows(self, select: Select, variables: Iterable[str]) -> list[tuple[Row, frozenset[Fact]]]:
        """Return every row, LIMIT and OFFSET left out, with all facts that it rests on."""
        return Evaluator(self.full, self.full).rows(select, variables)

    def sufficient(
        self,
        select: Select,
        variables: Iterable[str],
        row: tuple[Term | None, ...],
        cited: Collection[NamedNode],
    ) -> bool:
        """Return whether the cited claims, with all files that are none, yield a row."""
        found = self.rows_over(cited, select, variables)
        return any(fits(row, expected) for expected, _ in found)

    def rows_over(
        self, cited: Collection[NamedNode], select: Select, variables: Iterable[str]
    ) -> list[tuple[Row, frozenset[Fact]]]:
        """Return :meth:`rows` over some claims, and all files that are none."""
        chosen = self.claims.intersection(cited)
        if chosen not in self._datasets:
            self._datasets[chosen] = Dataset(self.quads(chosen))
        return Evaluator(self._datasets[chosen], self.full).rows(select, variables)

    def engine_over(
        self, cited: Collection[NamedNode], engine: type[OxigraphEngine | RdflibEngine]
    ) -> OxigraphEngine | RdflibEngine:
        """Return an engine that holds some claims, and all files that are none.

        The graph of the inferences is there, also where nothing is inferred.
        """
        key = self.claims.intersection(cited), engine
        if key not in self._engines:
            quads = self.quads(key[0])
            if not any(quad.graph_name == INFERRED for quad in quads):
                quads.append(_SOMETHING_INFERRED)
            self._engines[key] = engine(quads)
        return self._engines[key]

    def irrelevant(
        self, facts: Iterable[Fact], cited: Collection[NamedNode]
    ) -> frozenset[NamedNode]:
        """Return what is cited, but neither states one of some facts nor what it follows from."""
        left = set(cited)
        for graph, triple in facts:
            if graph is not None and graph != INFERRED:
                left.discard(graph)
            elif triple is not None:
                left -= self._behind(triple)
        return frozenset(left)

    def _behind(self, triple: Triple) -> set[NamedNode]:
        found: set[NamedNode] = set()
        seen = {triple}
        pending = [triple]
        while pending:
            each = pending.pop()
            stated = self._stated.get(each, ())
            found.update(stated)
            if not stated:
                new = self._premises.get(each, set()) - seen
                seen |= new
                pending += new
        return found

    @cached_property
    def _stated(self) -> dict[Triple, set[NamedNode]]:
        stated: dict[Triple, set[NamedNode]] = {}
        for file in self.files:
            for quad in file.merged():
                triple = (quad.subject, quad.predicate, quad.object)
                stated.setdefault(triple, set()).add(file.graph)
        return stated

    @cached_property
    def _premises(self) -> dict[Triple, set[Triple]]:
        """What each triple follows from in one step of any rule."""
        facts = by_predicate(self.full.triples(None))
        premises: dict[Triple, set[Triple]] = {}
        for rule in self.rules:
            assert rule.head is not None
            for binding in solutions(rule.body, facts, {}):
                body = (put(pattern, binding) for pattern in rule.body)
                premises.setdefault(put(rule.head, binding), set()).update(body)
        return premises


_PREFIXES = """
PREFIX : <https://example.org/>
PREFIX claim: <https://w3id.org/qkg/data/>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX qkg: <https://w3id.org/qkg/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""


def corpus_of(trig: str) -> Corpus:
    """Return the named graphs of a text, whose prefixes are those above, and an empty ontology."""
    graphs: dict[NamedNode, list[Triple]] = {ONTOLOGY: []}
    for quad in parse(_PREFIXES + trig, RdfFormat.TRIG):
        assert isinstance(quad.graph_name, NamedNode)
        graphs.setdefault(quad.graph_name, []).append((quad.subject, quad.predicate, quad.object))
    return Corpus(graphs)


@contextmanager
def looked_up() -> Iterator[list[str]]:
    """Tell of which groups what stands behind rows is found in memory: their texts."""
    found: list[str] = []
    behind = Lookup.behind

    def told(self: Lookup, pattern: Pattern, *args: Any, **kwargs: Any) -> Any:
        result = behind(self, pattern, *args, **kwargs)
        found.append(pattern.group.text)
        return result

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Lookup, "behind", told)
        yield found
