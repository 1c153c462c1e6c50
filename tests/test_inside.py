"""The closure inside an engine is the closure in memory, on every engine."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from conftest import serving_store
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, Triple, parse, serialize
from strategies import facts, ontologies

import qkg
from qkg.engines import Engine
from qkg.engines.endpoint import EndpointEngine
from qkg.engines.oxigraph import OxigraphEngine
from qkg.engines.rdflib import RdflibEngine
from qkg.engines.within import Within
from qkg.errors import EngineError, InputError, LayoutError, QkgError, QueryTimeout
from qkg.namespaces import INFERRED, OWL, RDF, RDFS
from qkg.rules import close, compile_rules
from qkg.rules.inside import close_inside

CASES = sorted((Path(__file__).parent / "rules").iterdir())
Making = Callable[[Iterable[Quad]], Engine]


def read(path: Path) -> list[Triple]:
    return [quad.triple for quad in parse(path=path, format=RdfFormat.TURTLE)]


def quads(triples: Iterable[Triple]) -> list[Quad]:
    return [Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in triples]


def hold(engine: Engine, ontology: Iterable[Triple], given: Iterable[Triple]) -> None:
    """Close inside, and compare with the closure in memory."""
    rules = compile_rules(ontology)
    stated = {quad.triple for quad in OxigraphEngine(quads(given)).quads()}
    expected = set(close(stated, rules))
    count = close_inside(engine, rules)
    held = set(engine.quads())
    graphs = {quad.graph_name for quad in held}
    assert graphs <= {DefaultGraph(), INFERRED}
    inferred = {quad.triple for quad in held if quad.graph_name == INFERRED}
    default = {quad.triple for quad in held if quad.graph_name == DefaultGraph()}
    assert inferred == expected, (inferred - expected, expected - inferred)
    assert default == expected | stated
    assert count == len(expected)
    assert close_inside(engine, rules) == 0


@pytest.mark.parametrize("engine", [OxigraphEngine, RdflibEngine])
@pytest.mark.parametrize("folder", CASES, ids=lambda path: path.name)
def test_rule(folder: Path, engine: Making) -> None:
    triples = read(folder / "given.ttl")
    hold(engine(quads(triples)), triples, triples)


@st.composite
def stated(draw: st.DrawFn) -> tuple[tuple[Triple, ...], list[Triple]]:
    """An ontology and data, some of which has a class without a name as type."""
    ontology, data = draw(ontologies), draw(facts)
    some = draw(st.booleans())
    classes = [
        node
        for node in sorted({triple.subject for triple in ontology}, key=str)
        if isinstance(node, BlankNode)
        and not any(t.subject == node and t.predicate == RDF["first"] for t in ontology)
    ]
    if classes and some:
        for _ in range(draw(st.integers(1, 2))):
            class_ = draw(st.sampled_from(classes))
            thing = NamedNode(f"https://example.org/i{draw(st.integers(0, 4))}")
            data.append(Triple(thing, RDF["type"], class_))
    return ontology, data


@settings(deadline=None, max_examples=60)
@given(stated())
def test_equals_the_closure_in_memory(case: tuple[tuple[Triple, ...], list[Triple]]) -> None:
    ontology, data = case
    triples = [*ontology, *data]
    hold(OxigraphEngine(quads(triples)), ontology, triples)


@settings(deadline=None, max_examples=10)
@given(stated())
def test_equals_the_closure_in_memory_on_rdflib(
    case: tuple[tuple[Triple, ...], list[Triple]],
) -> None:
    ontology, data = case
    triples = [*ontology, *data]
    hold(RdflibEngine(quads(triples)), ontology, triples)


def test_shipped_graph(graph: qkg.KnowledgeGraph) -> None:
    inferred = {quad.triple for quad in graph.quads("inferred")}
    held = {quad.triple for quad in graph.quads("default")} - inferred
    hold(OxigraphEngine(quads(held)), held, held)


def test_server(graph: qkg.KnowledgeGraph, tmp_path: Path) -> None:
    inferred = {quad.triple for quad in graph.quads("inferred")}
    held = [each for each in graph.quads("default") if each.triple not in inferred]
    rules = compile_rules(held)
    nquads = serialize(held, format=RdfFormat.N_QUADS)
    assert nquads is not None
    with serving_store(tmp_path, nquads.decode()) as address:
        engine = EndpointEngine(f"{address}/query", f"{address}/update")
        assert close_inside(engine, rules) == len(inferred)
        named = f"SELECT ?s ?p ?o WHERE {{ GRAPH {INFERRED} {{ ?s ?p ?o }} }}"
        assert {Triple(*row) for row in engine.select(named).terms} == inferred  # type: ignore[arg-type]
        assert close_inside(Within(engine, 60), rules) == 0
        with pytest.raises(QkgError, match="malformed"):
            engine.update("INSERT WHERE")


def test_server_that_is_only_read(server: str) -> None:
    with pytest.raises(EngineError, match="say at which URL it takes updates"):
        close_inside(EndpointEngine(server), compile_rules([]))
    with pytest.raises(QkgError, match=r"refuses|answers HTTP|says"):
        close_inside(EndpointEngine(server, server), compile_rules([]))
    with pytest.raises(LayoutError, match="not the URL"):
        EndpointEngine(server, "update")


A, B, C, P = (NamedNode(f"https://example.org/{name}") for name in ("a", "b", "C", "p"))


def test_a_failure_leaves_no_working_graph() -> None:
    node = BlankNode("n")
    ontology = [
        Triple(node, OWL["onProperty"], P),
        Triple(node, OWL["someValuesFrom"], C),
        Triple(node, RDFS["subClassOf"], C),
    ]
    held = OxigraphEngine(quads([*ontology, Triple(A, P, B), Triple(B, RDF["type"], C)]))

    class Failing(Within):
        updates = 0

        def update(self, text: str, *, timeout: float | None = None) -> None:
            self.updates += 1
            super().update(text, timeout=timeout)
            if self.updates == 4:
                raise QueryTimeout("too slow")

    with pytest.raises(QueryTimeout):
        close_inside(Failing(held, 60), compile_rules(ontology))
    assert {quad.graph_name for quad in held.quads()} <= {DefaultGraph(), INFERRED}
    assert close_inside(held, compile_rules(ontology)) == 1


def test_an_engine_that_does_not_query_what_it_inserts_is_told() -> None:
    class Elsewhere(OxigraphEngine):
        def update(self, text: str, *, timeout: float | None = None) -> None:
            super().update(f"WITH {B} {text}" if "WHERE" in text else text, timeout=timeout)

    held = Elsewhere(quads([Triple(A, P, B)]))
    with pytest.raises(EngineError, match="inserts into another default graph"):
        close_inside(held, compile_rules([]))
    assert Quad(A, P, B) in set(held.quads())


@pytest.mark.parametrize("engine", [OxigraphEngine, RdflibEngine])
def test_update_that_is_malformed(engine: Making) -> None:
    with pytest.raises(QkgError):
        engine(()).update("INSERT WHERE")


def test_what_a_user_types_does_not_write(graph: qkg.KnowledgeGraph) -> None:
    with pytest.raises(InputError):
        graph.sparql(f"INSERT DATA {{ {A} {P} {B} }}")


def test_stated_to_be_of_a_class_without_a_name() -> None:
    """Twins are taken for one another where an axiom defines them, and passed over elsewhere."""
    text = """
        @prefix : <https://example.org/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        :a a _:all , _:other , _:least . :a :p :b .
        _:all owl:onProperty :p ; owl:allValuesFrom [ owl:unionOf ( :C :D :C ) ] .
        _:other owl:onProperty [ owl:inverseOf :q ] ; owl:hasValue :b .
        _:least owl:onProperty :p ; owl:minCardinality 1 ; rdfs:subClassOf :E .
        _:more owl:onProperty :p ; owl:minCardinality 2 ; rdfs:subClassOf :E , :F .
        [ owl:unionOf ( :C :D ) ] rdfs:subClassOf :G .
    """
    triples = [quad.triple for quad in parse(text.encode(), RdfFormat.TURTLE)]
    held = OxigraphEngine(quads(triples))
    rules = compile_rules(triples)
    close_inside(held, rules)
    inferred = {quad.triple for quad in held.quads() if quad.graph_name == INFERRED}
    q, e = NamedNode("https://example.org/q"), NamedNode("https://example.org/E")
    assert inferred == {Triple(B, q, A)}
    assert set(close(triples, rules)) == inferred | {Triple(A, RDF["type"], e)}
