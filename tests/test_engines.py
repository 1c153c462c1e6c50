"""The embedded engines: the same answers, and nothing that ends the process."""

import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

import qkg
from qkg.engines import Engine
from qkg.engines._deadline import run
from qkg.engines.oxigraph import OxigraphEngine, held_literal
from qkg.engines.rdflib import RdflibEngine
from qkg.engines.within import Within
from qkg.errors import EngineError, InputError, NameUnknown, QueryError, QueryRefused, QueryTimeout
from qkg.namespaces import RDF, XSD
from qkg.sparql.grammar import parse

NUMBERS = ("byte", "decimal", "double", "float", "int", "integer", "long", "negativeInteger")
TIMES = ("date", "dateTime", "dateTimeStamp", "gDay", "gMonth", "gMonthDay", "gYear", "gYearMonth")
DATATYPES = [
    *(XSD[name] for name in (*NUMBERS, *TIMES, "boolean", "string", "time", "unsignedByte")),
    RDF["JSON"],
    NamedNode("https://example.org/datatype"),
]

A, B, P, G = (NamedNode(f"https://example.org/{name}") for name in "abpg")
QUADS = [
    Quad(A, P, Literal("x"), DefaultGraph()),
    Quad(A, P, Literal("x", language="en"), DefaultGraph()),
    Quad(A, P, Literal("2022-05", datatype=XSD["gYearMonth"]), DefaultGraph()),
    Quad(A, P, Literal("4000000", datatype=XSD["decimal"]), DefaultGraph()),
    Quad(A, P, BlankNode("b"), DefaultGraph()),
    Quad(B, P, A, G),
]


@pytest.fixture(params=[OxigraphEngine, RdflibEngine])
def engine(request: pytest.FixtureRequest) -> Engine:
    made: Engine = request.param(QUADS)
    return made


def test_dataset_comes_back_as_it_went_in(engine: Engine) -> None:
    assert {str(quad) for quad in engine.quads()} == {str(quad) for quad in QUADS}


def test_default_graph_is_no_union(engine: Engine) -> None:
    assert engine.ask(f"ASK {{ GRAPH {G} {{ {B} {P} {A} }} }}")
    assert not engine.ask(f"ASK {{ {B} {P} {A} }}")
    assert not engine.ask(f"ASK {{ GRAPH {G} {{ {A} {P} ?o }} }}")


def test_terms_of_an_answer(engine: Engine) -> None:
    answer = engine.select(f"SELECT ?o ?none WHERE {{ {A} {P} ?o FILTER(!ISBLANK(?o)) }}")
    assert answer.variables == ("o", "none")
    assert {row[1] for row in answer.terms} == {None}
    assert {row[0] for row in answer.terms} == {
        quad.object for quad in QUADS[:4] if not isinstance(quad.object, BlankNode)
    }


def test_triples_come_once(engine: Engine) -> None:
    triples = engine.construct(f"CONSTRUCT {{ {A} {P} {B} }} WHERE {{ {A} {P} ?o }}")
    assert len(triples) == 1


def test_look_ups(engine: Engine) -> None:
    assert {triple.object for triple in engine.matching(A, None, None)} == {
        triple.object for triple in engine.matching(None, P, None)
    }
    assert len(engine.matching(None, None, None)) == 5
    assert [*engine.matching(A, P, Literal("x"))] == [QUADS[0].triple]
    assert not engine.matching(B, P, A), "a named graph is none of the default graph"
    assert not engine.matching(Literal("x"), None, None)
    assert not engine.matching(None, Literal("x"), None)
    for triple in engine.matching(A, None, None):
        assert [*engine.matching(*triple)] == [triple], "a blank node, too, by its name"


def test_version_tells_of_every_change(engine: Engine) -> None:
    versions = [engine.version]
    assert isinstance(engine, OxigraphEngine | RdflibEngine)
    engine.change([QUADS[-1]], [])
    versions.append(engine.version)
    engine.update(f"DELETE DATA {{ GRAPH {G} {{ {B} {P} {A} }} }}")
    versions.append(engine.version)
    with pytest.raises((QueryError, EngineError)):
        engine.update("DELETE nothing")
    versions.append(engine.version)
    engine.select("SELECT * { ?s ?p ?o }")
    assert len(set(versions)) == 4
    assert engine.version == versions[-1]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT ?s\nWHERE { ?s ?p ?o ?x }", "line 2, column 18: '?x' does not fit there"),
        ("SELECT ?s {\n ?s ?p ?o .\n FILTER(?o > ) }", "line 3, column 14: ')' does not fit"),
        ("SELECT ?s { ?s ?p ?o FILTER(1 <?o&&?o> ) }", "put a space behind <"),
        ("SELECT ?s {\n ?s ?p", "line 2, column 7: something is missing before the end."),
        ("SELECT ?s {\n ?s x:y ?o }", "line 2, column 5: the prefix x: is not declared."),
    ],
)
def test_malformed_query_is_told_alike(engine: Engine, query: str, said: str) -> None:
    with pytest.raises(QueryError) as caught:
        engine.select(query)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT ?s {\n ?s ?p TRUE }", "line 2, column 12: Oxigraph cannot read on there."),
        (
            "ASK {\n ?s ?p <b> }",
            "line 2, column 11: Oxigraph cannot read on there: IRI parsing failed.",
        ),
    ],
)
def test_what_oxigraph_alone_does_not_take(query: str, said: str) -> None:
    parse(query)
    with pytest.raises(QueryError) as caught:
        OxigraphEngine([]).select(query)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s FROM <URL> WHERE { ?s ?p ?o }",
        "SELECT ?s FROM NAMED <URL> WHERE { GRAPH ?g { ?s ?p ?o } }",
        "PREFIX : <URL> SELECT * FROM:x { ?s ?p ?o }",
        "SELECT ((true<?b)AS?c)FROM#>\n<URL>{?a ?p ?b}",
        "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
        "SELECT * { OPTIONAL { { SERVICE SILENT <URL> { ?s ?p ?o } } UNION { ?s ?p ?o } } }",
    ],
)
def test_rdflib_fetches_nothing(query: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.ttl"
    secret.write_text("<a:a> <a:b> <a:c> .")
    with pytest.raises(QueryRefused, match="takes no"):
        RdflibEngine([]).select(query.replace("URL", secret.as_uri()))


@pytest.mark.parametrize("operator", ["1+", "?o&&", "!", "<a:b>|"])
def test_long_chains_of_operators_do_not_end_the_process(operator: str) -> None:
    chain = operator * 3000
    pattern = f"?s {chain}<a:b> ?o" if "|" in operator else f"?s ?p ?o FILTER({chain}?o)"
    assert len(OxigraphEngine([]).select(f"SELECT ?s WHERE {{ {pattern} }}")) == 0


def test_deadline() -> None:
    size = threading.stack_size()
    with pytest.raises(QueryTimeout, match=r"within 0\.05 s"):
        run(lambda: time.sleep(5), 0.05)
    with pytest.raises(ZeroDivisionError):
        run(lambda: 1 / 0, None)
    assert run(lambda: 7, 5) == 7
    for seconds in (0, -1, float("nan"), float("inf")):
        with pytest.raises(InputError, match="no time that can be waited for"):
            Within(OxigraphEngine([]), seconds)
    assert threading.stack_size() == size


@given(
    st.sampled_from(DATATYPES),
    st.one_of(
        st.integers(-(10**18), 10**20).map(str),
        st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str),
        st.floats().map(str),
        st.dates().map(str),
        st.datetimes().map(lambda moment: moment.isoformat()),
        st.sampled_from(
            ["", "-0", "0.0", "-0.5", "00", "1", "true", "0000", "2025-05", "é", "1\n"]
        ),
        st.from_regex(r"[-+]?[0-9]{1,3}(\.[0-9]{0,3})?(Z|[+-]0[0-9]:00)?", fullmatch=True),
    ),
)
def test_a_literal_is_held_as_both_engines_give_it_back(datatype: NamedNode, text: str) -> None:
    literal = Literal(text, datatype=datatype)
    quad = Quad(NamedNode("urn:a"), NamedNode("urn:b"), literal)
    for engine in (OxigraphEngine([quad]), RdflibEngine([quad])):
        assert [each.object for each in engine.quads()] == [held_literal(literal)]


def test_unknown_engine() -> None:
    with pytest.raises(NameUnknown, match="did you mean oxigraph"):
        qkg.load(engine="oxygraph")  # type: ignore[arg-type]
