"""Validating again, or many graphs at once, finds what validating from the beginning finds."""

import os
import random

import pytest
from conftest import ROOT
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Triple, parse
from shacl_strategies import PREFIXES, Case, core, sparql

import qkg
from qkg.engines.oxigraph import OxigraphEngine
from qkg.errors import NameUnknown, QkgError
from qkg.namespaces import RDF
from qkg.shapes.explaining import explained
from qkg.shapes.graphs import validate_graphs
from qkg.shapes.reference import reference
from qkg.shapes.results import Result
from qkg.shapes.surroundings import Surroundings
from qkg.shapes.validation import compiled_shapes, footprints, revalidate, validate

EXAMPLES = int(os.environ.get("QKG_EXAMPLES", "0"))
SETTINGS = settings(
    derandomize=not EXAMPLES,
    max_examples=EXAMPLES or 60,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),  # the cases are long, and shrinking them takes minutes
)
SHIPPED = tuple(
    quad.triple for quad in parse(path=ROOT / "ontology" / "shapes.ttl", format=RdfFormat.TURTLE)
)
GRAPHS = tuple(NamedNode(f"http://example.org/graph/{n}") for n in range(3))


def parsed(text: str) -> list[Quad]:
    # Blank nodes keep their names, so that two texts may speak of the same one.
    return list(parse((PREFIXES + text).encode(), format=RdfFormat.TURTLE))


def plain(quads: list[Quad]) -> list[Quad]:
    """Return what an engine can be asked to remove by name."""
    return [quad for quad in quads if "_:" not in str(quad)]


@SETTINGS
@given(case=core | sparql, other=core, rnd=st.randoms(use_true_random=False))
@example(
    case=Case(":S a sh:NodeShape ; sh:targetSubjectsOf :p ; sh:closed true .", ":a :p :b ."),
    other=Case("", ":a :q :b ."),
    rnd=random.Random(0),
)
def test_validating_again_is_validating(case: Case, other: Case, rnd: random.Random) -> None:
    shapes = [quad.triple for quad in parsed(case.shapes)]
    engine = OxigraphEngine(parsed(case.data))
    try:
        results = validate(engine, shapes)
    except QkgError:
        return
    added = parsed(other.data)
    for _ in range(3):
        held = plain(list(engine.quads()))
        gone = rnd.sample(held, min(len(held), rnd.randrange(3)))
        new = rnd.sample(added, min(len(added), rnd.randrange(3)))
        new = [quad for quad in new if quad not in held]
        engine.change(new, [quad for quad in gone if quad not in new])
        changed = [quad.triple for quad in (*new, *gone)]
        try:
            full = validate(engine, shapes)
        except QkgError:  # of pySHACL, which serves what does not compile
            return
        results = revalidate(engine, shapes, results, changed)
        assert set(results.results) == set(full.results)


@SETTINGS
@given(case=core | sparql, others=st.tuples(core, core))
def test_graphs_are_validated_each_by_itself(case: Case, others: tuple[Case, Case]) -> None:
    shapes = [quad.triple for quad in parsed(case.shapes)]
    data = dict(zip(GRAPHS, map(parsed, (case.data, *(each.data for each in others))), strict=True))
    engine = OxigraphEngine(
        Quad(quad.subject, quad.predicate, quad.object, graph)
        for graph, quads in data.items()
        for quad in quads
    )
    try:
        found = validate_graphs(engine, shapes)
    except QkgError:
        return
    for graph, quads in data.items():
        if not quads:
            continue  # an empty graph is none
        try:
            alone = validate(OxigraphEngine(quads), shapes).results
        except QkgError:  # of pySHACL
            return
        assert found.get(graph, frozenset()) == set(alone), graph


@pytest.fixture(scope="module")
def statements() -> list[Triple]:
    """Return what is held to be true, in an order of its own."""
    quads = qkg.load()._engine.quads()
    return sorted((q.triple for q in quads if q.graph_name == DefaultGraph()), key=str)


@pytest.mark.parametrize("seed", range(3))
def test_shipped_graph_is_validated_again(statements: list[Triple], seed: int) -> None:
    rnd = random.Random(seed)
    engine = OxigraphEngine(Quad(*t) for t in statements if rnd.random() > 0.03)
    results = validate(engine, SHIPPED)
    assert results.results
    for _ in range(10):
        held = list(engine.quads())
        one, other = rnd.choice(statements), rnd.choice(statements)
        moved = (
            Quad(one.subject, one.predicate, other.object),
            Quad(one.subject, other.predicate, other.object),
        )
        added = [quad for quad in moved if quad not in held]
        removed = [quad for quad in rnd.sample(held, 2) if quad not in added]
        engine.change(added, removed)
        results = revalidate(engine, SHIPPED, results, [quad.triple for quad in (*added, *removed)])
        assert set(results.results) == set(validate(engine, SHIPPED).results)


@pytest.mark.parametrize("seed", range(3))
def test_copy_of_the_surroundings_stands_in_for_the_graph(
    statements: list[Triple], seed: int
) -> None:
    rnd = random.Random(seed)
    # Types stay, since they are to be closed under the superclasses.
    chosen = [t for t in statements if t.predicate == RDF["type"] or rnd.random() > 0.03]
    rest = [t for t in statements if t not in set(chosen)]
    added = rnd.sample(rest, 20)
    surroundings = Surroundings(chosen, footprints(compiled_shapes(SHIPPED)))
    nodes = surroundings.affected(added).nodes

    def judged(triples: list[Triple]) -> set[Result]:
        results = validate(OxigraphEngine(Quad(*t) for t in triples), SHIPPED).results
        return {result for result in results if result.focus in nodes}

    before, after = judged(chosen), judged([*chosen, *added])
    assert judged(list(surroundings.around(nodes, added))) == after
    assert before != after


def test_shape_is_explained_as_queries_that_run(graph: qkg.KnowledgeGraph) -> None:
    text = explained(SHIPPED, "Amount")
    queries = text.split("\n\n")
    assert len(queries) == 7
    for query in queries:
        assert query.startswith("# shape:Amount-")
        assert not len(graph.sparql(query))  # type: ignore[arg-type]
    assert explained(SHIPPED, "shape:Amount") == text
    nested = explained(SHIPPED, "https://w3id.org/qkg/shapes#Amount-currency")
    assert "sh:class qkg:Currency" in nested
    assert "sh:minExclusive" not in nested


def test_shape_that_is_not_there_gets_the_closest_ones() -> None:
    with pytest.raises(NameUnknown, match="did you mean Amount"):
        explained(SHIPPED, "Amuont")


def test_shape_that_is_not_compiled_says_why() -> None:
    shapes = parsed(
        ":S a sh:NodeShape ; sh:targetClass :C ; sh:property [ sh:path :p ; sh:node :S ] ."
    )
    text = explained([quad.triple for quad in shapes], "https://example.org/S")
    assert text.endswith("is left to pySHACL: <https://example.org/S> is recursive.\n")


def test_messages_of_pyshacl_tell_of_the_data_at_hand() -> None:
    shapes = parsed(":S a sh:NodeShape ; sh:targetSubjectsOf :p ; sh:equals :q .")
    for number in range(30):
        (found,) = reference(parsed(f"_:x :p {number} ."), shapes)
        assert f'"{number}"' in found.messages[0].value
