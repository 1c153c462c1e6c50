"""Every stored query gives its expected answer, on every engine, and as it stands in rdflib."""

import csv
import io
from pathlib import Path

import pytest
import rdflib
import yaml
from conftest import ROOT
from rdflib.query import ResultRow

import qkg
from qkg import queries
from qkg._header import read_header
from qkg.errors import NameUnknown, ParameterError, QueryTimeout
from qkg.export.answers import write_answer
from qkg.graph import KnowledgeGraph
from qkg.loading import connect, load
from qkg.sparql import tokens

QUERIES = ROOT / "queries"
EXPECTED = Path(__file__).parent / "queries"
NAMES = queries.names(QUERIES)


def expected(name: str) -> str:
    return (EXPECTED / f"{name}.csv").read_bytes().decode()


def test_each_query_has_an_expected_answer_and_each_answer_a_query() -> None:
    assert NAMES
    assert {path.stem for path in EXPECTED.iterdir()} == set(NAMES)


@pytest.fixture(scope="module", params=["oxigraph", "rdflib", "endpoint"])
def engine(request: pytest.FixtureRequest) -> KnowledgeGraph:
    if request.param == "endpoint":
        return connect(request.getfixturevalue("server"))
    return load(engine=request.param)


@pytest.mark.parametrize("name", NAMES)
def test_answer(engine: KnowledgeGraph, name: str) -> None:
    answer = engine.sparql(queries.stored_query(QUERIES, name).text)
    assert isinstance(answer, qkg.Answer)
    assert write_answer(answer, "csv") == expected(name)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_left_out_holds_what_is_written(graph: KnowledgeGraph, name: str) -> None:
    as_written = graph.sparql(queries.stored_query(QUERIES, name).text)
    assert isinstance(as_written, qkg.Answer)
    assert as_written.terms
    assert set(as_written.terms) <= set(graph.query(name).terms)


@pytest.mark.parametrize("name", NAMES)
def test_text_runs_unchanged_in_plain_rdflib(graph: KnowledgeGraph, name: str) -> None:
    dataset = rdflib.Dataset()
    dataset.parse(data=graph.export("nquads"), format="nquads")
    result = dataset.query((QUERIES / f"{name}.rq").read_text())
    rows = [
        ["" if cell is None else str(cell) for cell in row]
        for row in result
        if isinstance(row, ResultRow)
    ]
    header, *body = csv.reader(io.StringIO(expected(name)))
    assert [str(variable) for variable in result.vars or ()] == header
    assert rows == body


@pytest.mark.parametrize("name", NAMES)
def test_header_reads_like_yaml(name: str) -> None:
    text = (QUERIES / f"{name}.rq").read_text()
    lines = [line[2:] for line in text.splitlines() if line.startswith("#+")]
    assert read_header(text) == yaml.safe_load("\n".join(lines))


@pytest.mark.parametrize("name", NAMES)
def test_has_a_question(name: str) -> None:
    query = queries.stored_query(QUERIES, name)
    assert query.summary.endswith("?")
    assert query.description
    assert query.tags
    assert "SELECT *" not in query.text


# What a row is told apart by, where that is less than all of it.
KEYS = {
    "award-sums": {"project", "currency"},
    "claims-behind": {"thing", "document", "claim"},
    "claims-of-document": {"document", "sentence", "claim"},
    "overview": {"class", "things"},
    "single-source": {"subject", "predicate", "object"},
}


@pytest.mark.parametrize("name", NAMES)
def test_order_leaves_nothing_to_chance(graph: KnowledgeGraph, name: str) -> None:
    text = queries.stored_query(QUERIES, name).text
    _, order = text.rsplit("ORDER BY", 1)
    ordered = {token.text[1:] for token in tokens(order) if token.kind == "variable"}
    answer = graph.query(name)
    assert (KEYS.get(name) or set(answer.variables)) <= ordered
    keys = [answer.variables.index(key) for key in KEYS.get(name, answer.variables)]
    assert len({tuple(row[i] for i in keys) for row in answer.terms}) == len(answer)


@pytest.mark.parametrize(
    "header",
    [
        "#+ summary: a?\n#+   continued\n",
        "#+ summary\n",
        "#+ tags:\n",
        "#+ a:\n#+     b: c\n#+   d: e\n",
        "#+ description: a?\n",
    ],
)
def test_header_that_is_no_header_is_refused(tmp_path: Path, header: str) -> None:
    (tmp_path / "bad.rq").write_text(f"{header}SELECT ?s WHERE {{ ?s ?p ?o }}\n")
    with pytest.raises(qkg.QkgError, match=r"header of .*bad\.rq"):
        queries.stored_query(tmp_path, "bad")


def test_parameter_takes_many_values(graph: KnowledgeGraph) -> None:
    name = "eu-japan-quantum-letter-of-intent"
    assert graph.query("signatories", agreement=[name, f"id:{name}"]) == graph.query(
        "signatories", agreement=name
    )


@pytest.mark.parametrize(
    "value",
    [
        "eu-japan-quantum-letter-of-intent",
        "id:eu-japan-quantum-letter-of-intent",
        "https://w3id.org/qkg/id/eu-japan-quantum-letter-of-intent",
        "<https://w3id.org/qkg/id/eu-japan-quantum-letter-of-intent>",
        "eu-japan letter of intent on quantum technology",
    ],
)
def test_parameter_takes_every_kind_of_name(graph: KnowledgeGraph, value: str) -> None:
    assert len(graph.query("signatories", agreement=value)) == 12


@pytest.mark.parametrize(
    "value",
    [
        "<https://w3id.org/qkg/id/x> } } ; DROP ALL #",
        'x" } DROP ALL',
        "id:x> . ?s ?p ?o",
        "https://example.org/a b",
    ],
)
def test_parameter_is_never_text_of_the_query(graph: KnowledgeGraph, value: str) -> None:
    with pytest.raises(NameUnknown):
        graph.query("signatories", agreement=value)


def test_parameter_of_the_wrong_kind_is_said(graph: KnowledgeGraph) -> None:
    with pytest.raises(ParameterError, match=r"qkg:Agreement is wanted.*id:tokyo \(qkg:Place\)"):
        graph.query("signatories", agreement="tokyo")
    with pytest.raises(ParameterError, match="qkg:Agreement is wanted, not 4"):
        graph.query("signatories", agreement=4)


LITERAL = """#+ summary: Which events occurred on a day?
#+ description: The events.
#+ qkg:parameters:
#+   day:
#+     summary: the day
#+     kind: xsd:date
#+     omitted: default
PREFIX qkg: <https://w3id.org/qkg/ontology#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT ?event ?day WHERE {
  VALUES ?day { "2025-05-13"^^xsd:date }
  ?event qkg:occurredOn ?day .
}
ORDER BY ?event
"""


def test_literal_parameter(
    graph: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "events-on.rq").write_text(LITERAL)
    monkeypatch.setattr("qkg.graph.shipped", lambda _: tmp_path)
    assert len(graph.query("events-on")) == 1
    assert len(graph.query("events-on", day="2025-05-13")) == 1
    assert len(graph.query("events-on", day='"2025-05-13"^^xsd:date')) == 1
    assert len(graph.query("events-on", day="2025-05-14")) == 0
    for bad in ("2025-05", "2025-02-30", '"2025-05-13"} DROP ALL', 7):
        with pytest.raises(ParameterError):
            graph.query("events-on", day=bad)


def test_block_is_deleted_only_where_something_else_binds_the_variable(tmp_path: Path) -> None:
    text = LITERAL.replace("omitted: default", "omitted: all")
    (tmp_path / "all.rq").write_text(text)
    bound = queries.bind(queries.stored_query(tmp_path, "all"), {})
    assert "VALUES" not in bound
    (tmp_path / "none.rq").write_text(text.replace("qkg:occurredOn ?day", "qkg:occurredOn ?date"))
    with pytest.raises(qkg.QkgError, match="nothing else in its group must bind"):
        queries.stored_query(tmp_path, "none")


def test_labels_are_the_english_ones(tmp_path: Path) -> None:
    (tmp_path / "places.ttl").write_text(
        "@prefix id: <https://w3id.org/qkg/id/> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        'id:oslo rdfs:label "\u30aa\u30b9\u30ed"@ja , "Oslo"@en , "A plain one" .\n',
        encoding="utf-8",
    )
    graph = load(tmp_path)
    answer = graph.sparql("SELECT ?x { VALUES ?x { id:oslo } }")
    assert isinstance(answer, qkg.Answer)
    assert list(graph.labels(answer).values()) == ["Oslo"]


@pytest.mark.parametrize("label", ["Große Straße", "große straße", "GROSSE", "ΛΟΓΟΣ", "λογος"])
def test_labels_match_as_they_are_and_in_another_case(tmp_path: Path, label: str) -> None:
    (tmp_path / "places.ttl").write_text(
        "@prefix id: <https://w3id.org/qkg/id/> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        'id:a rdfs:label "Große Straße"@en . id:b rdfs:label "ΛΟΓΟΣ"@en .\n'
        'id:c rdfs:label "Grosse"@en .',
        encoding="utf-8",
    )
    try:
        assert load(tmp_path).resolve(label)
    except NameUnknown:
        # Lower case of a final sigma is not its own: SPARQL's LCASE decides.
        assert label == "λογος"


def test_one_deadline_holds_for_all_that_is_asked(graph: KnowledgeGraph) -> None:
    hurried = graph.within(1e-6)
    with pytest.raises(QueryTimeout):
        hurried.query("signatories", agreement="japan")
    assert graph.within(60).query("overview") == graph.query("overview")
