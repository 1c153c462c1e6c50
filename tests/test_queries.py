"""Every stored query gives its expected answer, on every engine, and as it stands in rdflib."""

import csv
import io
import re
from pathlib import Path
from typing import Literal as OneOf

import pytest
import rdflib
import yaml
from conftest import ROOT
from pyoxigraph import Literal, NamedNode
from rdflib.query import ResultRow

import qkg
from qkg import queries
from qkg._header import read_header
from qkg.answers import Term
from qkg.errors import NameUnknown, ParameterError, QueryTimeout
from qkg.export.answers import write_answer
from qkg.graph import KnowledgeGraph
from qkg.loading import connect, load
from qkg.namespaces import PREFIXES
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


def local(term: Term | None) -> str:
    if isinstance(term, NamedNode):
        return re.split("[/#]", term.value)[-1]
    return term.value if isinstance(term, Literal) else ""


def named(answer: qkg.Answer, *variables: str) -> set[tuple[str, ...]]:
    """Return what stands in some columns, as local names."""
    columns = [answer.variables.index(variable) for variable in variables]
    cells = ([row[i] for i in columns] for row in answer.terms)
    return {tuple(local(cell) for cell in row) for row in cells}


def test_conflicts_are_the_four_that_the_documents_contain(graph: KnowledgeGraph) -> None:
    answer = graph.query("conflicts")
    assert named(answer, "thing", "property", "value", "status") == {
        ("eu-japan-quantum-letter-of-intent", "type", "LetterOfIntent", "accepted"),
        ("eu-japan-quantum-letter-of-intent", "type", "MemorandumOfCooperation", "disputed"),
        *(
            ("eu-japan-quantum-partnership-formalisation", *side)
            for side in (
                ("occurredDuring", "digital-partnership-council-3", "disputed"),
                ("occurredOn", "2025-05-12", "accepted"),
                ("occurredOn", "2025-05-13", "accepted"),
            )
        ),
        ("jij-europe", "basedIn", "united-kingdom", "accepted"),
        ("jij-europe", "basedIn", "european-union", "disputed"),
        ("q-neko-award-european-union", "amount", "eur-4-million", "accepted"),
        ("q-neko-award-european-union", "amount", "usd-4-million", "disputed"),
    }
    assert {
        bool(reason) == (status == "disputed")
        for reason, status in named(answer, "reason", "status")
    } == {True}
    (during,) = [row for row in named(answer, "property", "reason") if row[0] == "occurredDuring"]
    assert "the day after the council" in during[1]


PREFIX_LINES = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())


def with_claim(folder: Path, name: str, document: str, facts: str) -> Path:
    """Write a document and an accepted claim of it."""
    (folder / name).mkdir()
    (folder / name / "document.ttl").write_text(
        f'{PREFIX_LINES}document:{name} a qkg:Document ; rdfs:label "{name}"@en ; {document} .\n'
    )
    (folder / name / "claim.ttl").write_text(
        f"{PREFIX_LINES}<> a qkg:Claim ; qkg:manner qkg:asserted ; qkg:status qkg:accepted ;"
        f' qkg:statedIn document:{name} ; qkg:passage <#passage> ; rdfs:label "Claim"@en .\n'
        f"<#passage> a qkg:Passage ; oa:hasSource document:{name} .\n{facts} .\n"
    )
    return folder


def test_two_accepted_claims_conflict_unless_one_date_refines_the_other(tmp_path: Path) -> None:
    def conflicts(name: str, facts: str) -> set[tuple[str, ...]]:
        (tmp_path / name).mkdir()
        graph = load(add=[with_claim(tmp_path / name, name, "qkg:grade qkg:weak", facts)])
        known = {"japan-uk-quantum-memorandum-formalisation", "q-neko"}
        found = named(graph.query("conflicts"), "thing", "value", "grade")
        return {row for row in found if row[0] in known}

    event = "id:japan-uk-quantum-memorandum-formalisation"
    assert conflicts("finer", 'id:q-neko qkg:beginsOn "2026-01"^^xsd:gYearMonth') == set()
    assert conflicts("other", f'{event} qkg:occurredOn "2025-04-29"^^xsd:date') == {
        ("japan-uk-quantum-memorandum-formalisation", "2025-04-28", "primary"),
        ("japan-uk-quantum-memorandum-formalisation", "2025-04-29", "weak"),
    }
    assert conflicts("month", f'{event} qkg:occurredOn "2025-05"^^xsd:gYearMonth')


@pytest.mark.parametrize(
    ("derived", "independent"),
    [
        ("qkg:grade qkg:weak", 6),
        ("qkg:derivedFromDocument document:iot-world-today-mirror-2025-05-13", 5),
    ],
)
def test_a_copy_supports_nothing_and_adds_no_money(
    tmp_path: Path, derived: str, independent: int
) -> None:
    facts = (
        "id:q-neko-consortium qkg:reportedPartnerCount 16 ."
        " id:q-neko-award-european-union qkg:awardedTo id:q-neko ; qkg:amount id:eur-4-million"
    )
    graph = load(add=[with_claim(tmp_path, "copy", derived, facts)])
    support = graph.query("corroboration", subject="q-neko-consortium")
    counted = ("reportedPartnerCount", str(independent), "7")
    assert counted in named(support, "predicate", "independent", "documents")
    sums = graph.query("award-sums", project="q-neko")
    assert named(sums, "awards", "sum") == {("1", "4000000")}


@pytest.mark.parametrize(
    ("published", "latest"),
    [
        ('"2024-02"^^xsd:gYearMonth', "2024-02-29"),
        ('"2023-02"^^xsd:gYearMonth', "2023-02-28"),
        ('"2000-02"^^xsd:gYearMonth', "2000-02-29"),
        ('"1900-02"^^xsd:gYearMonth', "1900-02-28"),
        ('"2025-04"^^xsd:gYearMonth', "2025-04-30"),
        ('"2025"^^xsd:gYear', "2025-12-31"),
        ('"2026"^^xsd:gYear', "2026-07-01"),
        ('"2025-04-03"^^xsd:date', "2025-04-03"),
    ],
)
@pytest.mark.parametrize("name", ["oxigraph", "rdflib"])
def test_latest_day_of_publication(
    tmp_path: Path, name: OneOf["oxigraph", "rdflib"], published: str, latest: str
) -> None:
    read = f'schema:datePublished {published} ; qkg:readOn "2026-07-01"^^xsd:date'
    data = with_claim(tmp_path, "d", read, "id:x qkg:ordinal 1")
    (row,) = load(data, engine=name).query("documents", document="https://w3id.org/qkg/document/d")
    assert str(row.latest) == latest


def test_named_partners_are_the_reported_sixteen(graph: KnowledgeGraph) -> None:
    answer = graph.query("partners", project="q-neko")
    assert len(answer) == 16
    assert named(answer, "named", "reported") == {("16", "16")}
    assert ("jij-europe", "united-kingdom") in named(answer, "partner", "country")
    assert named(answer, "country") == {
        (country,)
        for country in (
            "czech-republic",
            "denmark",
            "finland",
            "france",
            "germany",
            "japan",
            "united-kingdom",
        )
    }
