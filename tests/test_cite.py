"""Citing as users do it: the option, the formats, what is refused, and the same on an endpoint."""

import csv
import io
import json
import pickle
import re
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import ROOT, Command
from pyoxigraph import NamedNode

import qkg
from qkg.citations import Cited, CitedAnswer
from qkg.engines.endpoint import EndpointEngine
from qkg.engines.oxigraph import OxigraphEngine
from qkg.engines.within import Within
from qkg.errors import QueryError, QueryRefused, QueryTimeout
from qkg.graph import KnowledgeGraph
from qkg.loading import EngineName
from qkg.memory import Memory
from qkg.namespaces import DATA, INFERRED, PREFIXES, QKG
from qkg.numbers import Numbers
from qkg.passages import passages

ARTICLE = "eu-japan-quantum-partnership-2025-05-20"
BACKGROUND = (ROOT / "data" / "entities", ROOT / "data" / "concepts")
AWARD = f"{ARTICLE}/q-neko-award"
FUNDED = "ASK { id:q-neko qkg:fundedBy id:japan }"


def names(graphs: "tuple[NamedNode, ...]") -> set[str]:
    return {graph.value.removeprefix(DATA) for graph in graphs}


def test_four_million_euro_and_the_documents_that_say_so(run: Command) -> None:
    outcome = run("query", "funding", "--cite", "-f", "md")
    assert outcome.code == 0
    rows = [line for line in outcome.out.splitlines() if "4000000" in line]
    assert rows
    listed = dict(re.findall(r"^(\d+)\. (.*)$", outcome.out, re.MULTILINE))
    for claim, document in (
        (AWARD, "EU and Japan Formalize Quantum Technology Partnership (20 May 2025), section"),
        (
            "quantum-computing-report-2025-05-14/q-neko-award",
            "Report of Quantum Computing Report on EU-Japan quantum cooperation (14 May 2025), how",
        ),
        (
            "quantum-insider-mirror-2025-05/q-neko-award",
            "Report of The Quantum Insider on the EU-Japan letter of intent",
        ),
    ):
        (number,) = [n for n, text in listed.items() if f"data:{claim})" in text]
        assert document in listed[number]
        assert all(f"\\[{number}\\]" in row for row in rows), document


def test_each_row_names_its_claims_and_passages(graph: qkg.KnowledgeGraph) -> None:
    answer = graph.query("award-sums", cite=True)
    assert isinstance(answer, CitedAnswer)
    assert answer.terms == graph.query("award-sums").terms
    (row,) = answer.citations
    assert AWARD in names(row)
    assert "iot-world-today-mirror-2025-05-13/q-neko-award-in-dollars" not in names(row)
    passage = answer.sources[NamedNode(DATA + AWARD)].passage
    assert passage is not None
    assert (passage.sentence, passage.start, passage.end) == (10, 893, 1008)
    assert set(answer.sources) == set(row)


def test_what_is_disputed_is_cited_where_its_graph_is_asked(graph: qkg.KnowledgeGraph) -> None:
    answer = graph.query("conflicts", thing="q-neko-award-european-union", cite=True)
    disputed = {
        each.graph.value.removeprefix(DATA) for each in answer.sources.values() if each.disputed
    }
    assert disputed
    for row, sources in zip(answer, answer.citations, strict=True):
        if row.status == QKG["disputed"]:
            assert str(row.claim)[1:-1].removeprefix(DATA) in names(sources) & disputed
    plain = graph.sparql("SELECT ?v { id:q-neko-award-european-union qkg:amount ?v }", cite=True)
    assert isinstance(plain, CitedAnswer)
    assert not any(each.disputed for each in plain.sources.values())


@pytest.mark.parametrize("engine", ["oxigraph", "rdflib"])
def test_what_is_remembered_goes_with_what_it_was_found_in(engine: EngineName) -> None:
    graph = qkg.load(*BACKGROUND, base=f"{DATA}background/", engine=engine)
    within = graph.within(600)
    asked = "SELECT ?who { id:eu-japan-quantum-letter-of-intent qkg:hasParty ?who }"

    def cited() -> dict[str, frozenset[str]]:
        answer, again = graph.sparql(asked, cite=True), within.sparql(asked, cite=True)
        assert isinstance(answer, CitedAnswer)
        assert again == answer
        assert isinstance(again, CitedAnswer)
        assert again.sources == answer.sources
        rows = zip(answer.terms, answer.citations, strict=True)
        return {str(who): frozenset(names(graphs)) for (who,), graphs in rows}

    assert cited() == {}
    graph.add(ROOT / "data" / ARTICLE, base=f"{DATA}{ARTICLE}/")
    before = cited()
    (japan,) = (sources for who, sources in before.items() if "japan" in who)
    assert japan
    (disputed, *_) = sorted(japan)
    graph.dispute(f"data:{disputed}", "Nobody believes it any more.")
    assert all(disputed not in sources for sources in cited().values())
    text = f"SELECT * {{ GRAPH <{DATA}{disputed}> {{ ?s ?p ?o }} }}"
    answer = graph.sparql(text, cite=True)
    assert isinstance(answer, CitedAnswer)
    assert [source.disputed for source in answer.sources.values()] == [True]
    graph.remove(f"data:{disputed}")
    assert len(graph.sparql(text, cite=True).terms) == 0


@pytest.mark.parametrize("is_held", [True, False])
def test_a_disputed_claim_is_marked_where_it_speaks_of_itself(is_held: bool) -> None:
    graph = qkg.load()
    asking = graph if is_held else KnowledgeGraph(graph._engine)
    claim = NamedNode(f"{DATA}new-electronics-2025-05/q-neko-award-in-dollars")
    accepted = NamedNode(f"{DATA}new-electronics-2025-05/q-neko-award")
    text = "SELECT ?l {{ {} rdfs:label ?l }}"
    for name, disputed in ((claim, True), (accepted, False)):
        answer = asking.sparql(text.format(name), cite=True)
        assert isinstance(answer, CitedAnswer)
        assert answer.citations == ((name,),)
        assert answer.sources[name].disputed is disputed
    graph.dispute(accepted, "Nobody believes it.")
    answer = asking.sparql(text.format(accepted), cite=True)
    assert isinstance(answer, CitedAnswer)
    assert answer.sources[accepted].disputed


def test_what_others_changed_is_asked_of_the_engine() -> None:
    graph = qkg.load()
    asked = "SELECT ?who { id:eu-japan-quantum-letter-of-intent qkg:hasParty ?who }"
    before = graph.sparql(asked, cite=True)
    assert isinstance(before, CitedAnswer)
    assert graph._memory.of(graph._engine).held is not None
    elsewhere = NamedNode("https://example.org/elsewhere")
    nobody = NamedNode(f"{PREFIXES['id']}nobody")
    fact = f"<{PREFIXES['id']}eu-japan-quantum-letter-of-intent> {QKG['hasParty']} {nobody}"
    graph._engine.update(f"INSERT DATA {{ {fact} . GRAPH {elsewhere} {{ {fact} }} }}")
    assert graph._memory.of(graph._engine).held is None
    after = graph.sparql(asked, cite=True)
    assert isinstance(after, CitedAnswer)
    cited = dict(zip(after.terms, after.citations, strict=True))
    assert cited.pop((nobody,)) == (elsewhere,)
    assert cited == dict(zip(before.terms, before.citations, strict=True))
    assert {each: after.sources[each] for each in before.sources} == before.sources


def test_threads_number_each_thing_once() -> None:
    numbers: Numbers[str] = Numbers()
    things = [f"thing {i}" for i in range(5_000)]
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            told = list(pool.map(lambda _: [numbers[thing] for thing in things], range(8)))
    finally:
        sys.setswitchinterval(usual)
    assert all(each == told[0] for each in told)
    assert [numbers.things[number] for number in told[0]] == things


def test_a_passage_is_told_as_it_was_cited() -> None:
    graph = qkg.load()
    answer = graph.query("funding", cite=True)
    assert isinstance(answer, CitedAnswer)
    before = passages(graph._engine, answer.sources)
    assert before
    graph.remove(next(iter(before)))
    assert passages(graph._engine, answer.sources) != before
    told = {name: source.passage for name, source in answer.sources.items()}
    assert told == {name: before.get(name) for name in answer.sources}
    assert pickle.loads(pickle.dumps(answer)) == answer


def test_nothing_of_an_endpoint_is_remembered(server: str) -> None:
    memory = Memory()
    endpoint = EndpointEngine(server)
    assert memory.of(endpoint) is not memory.of(endpoint)
    oxigraph = OxigraphEngine([])
    known = memory.of(oxigraph)
    assert memory.of(Within(oxigraph, 60)) is known
    oxigraph.update("INSERT DATA { <a:a> <a:b> <a:c> }")
    assert memory.of(oxigraph) is not known


def test_entities_cite_their_file(graph: qkg.KnowledgeGraph) -> None:
    answer = graph.sparql("SELECT ?label { id:tokyo rdfs:label ?label }", cite=True)
    assert isinstance(answer, CitedAnswer)
    assert [names(row) for row in answer.citations] == [{"entities/places"}]


def test_inferred_fact_cites_what_it_rests_on(graph: qkg.KnowledgeGraph) -> None:
    cited = graph.sparql(FUNDED, cite=True)
    assert isinstance(cited, Cited)
    assert cited.result is True
    explained = graph.why("q-neko", "fundedBy", "japan")
    leaves = {source for leaf in explained.proofs[0].leaves() for source in leaf.sources}
    assert set(cited.sources) == leaves


@pytest.mark.parametrize(
    ("text", "holds"),
    [("ASK { id:q-neko qkg:fundedBy id:united-kingdom }", False), (FUNDED, True)],
)
def test_exit_status_of_a_cited_ask(run: Command, text: str, holds: bool) -> None:
    outcome = run("sparql", "-", "--cite", "--exit-status", stdin=text)
    assert outcome.code == (0 if holds else 1)
    lines = outcome.out.splitlines()
    assert lines[0] == str(holds).lower()
    assert (len(lines) > 1) == holds


def test_construct_and_describe(graph: qkg.KnowledgeGraph, run: Command) -> None:
    text = (
        "CONSTRUCT { ?a ?b ?c } WHERE { VALUES ?a { id:tokyo } ?a ?b ?c FILTER(?b = rdfs:label) }"
    )
    cited = graph.sparql(text, cite=True)
    assert isinstance(cited, Cited)
    assert isinstance(cited.result, tuple)
    assert len(cited.result) == 1
    assert names(tuple(cited.sources)) == {"entities/places"}
    outcome = run("sparql", "-", "--cite", "-f", "ntriples", stdin="DESCRIBE id:tokyo")
    assert outcome.code == 0
    assert "# [1] " in outcome.out
    refused = run("sparql", "-", "--cite", "-f", "rdfxml", stdin="DESCRIBE id:tokyo")
    assert refused.code == 2
    assert "no place for sources" in refused.err


def test_table_numbers_its_sources(run: Command) -> None:
    outcome = run("query", "award-sums", "--cite")
    table, listed = outcome.out.split("\n\n")
    (numbers,) = re.findall(r"sources +((?:\[\d+\])+)", table) or [
        table.splitlines()[2].split()[-1]
    ]
    assert re.findall(r"\[\d+\]", numbers) == [line.split()[0] for line in listed.splitlines()]
    assert f"data:{AWARD}" in listed


def test_csv_and_tsv_have_a_column(run: Command) -> None:
    for format_, mark in (("csv", ","), ("tsv", "\t")):
        outcome = run("query", "award-sums", "--cite", "-f", format_)
        header, row = list(csv.reader(io.StringIO(outcome.out), delimiter=mark))
        assert header[-1] in ("sources", "?sources")
        assert DATA + AWARD in row[-1].strip('"').split(" ")


def test_column_takes_a_name_that_is_free(graph: qkg.KnowledgeGraph, run: Command) -> None:
    outcome = run(
        "sparql",
        "-",
        "--cite",
        "-f",
        "csv",
        stdin="SELECT ?sources { id:tokyo rdfs:label ?sources }",
    )
    assert outcome.out.splitlines()[0] == "sources,sources_"


def test_json_has_members(run: Command) -> None:
    outcome = run("query", "award-sums", "--cite", "-f", "json")
    told = json.loads(outcome.out)
    (cited,) = told["results"]["sources"]
    assert len(told["results"]["bindings"]) == 1
    assert set(cited) == set(told["sources"])
    assert told["sources"][DATA + AWARD]["sentence"] == 10
    asked = json.loads(run("sparql", "-", "--cite", "-f", "json", stdin=FUNDED).out)
    assert asked["boolean"] is True
    assert asked["sources"]


@pytest.mark.parametrize("arguments", [("query", "award-sums"), ("sparql", "-")])
def test_xml_has_no_place(run: Command, arguments: tuple[str, ...]) -> None:
    outcome = run(*arguments, "--cite", "-f", "xml", stdin=FUNDED)
    assert outcome.code == 2
    assert "no place for sources" in outcome.err


def test_bibliographies_list_the_documents(run: Command) -> None:
    outcome = run("query", "award-sums", "-f", "bibtex")
    assert outcome.code == 0
    assert "@misc{eu-japan-quantum-partnership-2025-05-20," in outcome.out
    items = json.loads(run("sparql", "-", "-f", "csl-json", stdin=FUNDED).out)
    assert "q-neko-website-2026" in {item["id"] for item in items}


def test_same_on_an_endpoint(graph: qkg.KnowledgeGraph, server: str) -> None:
    remote = qkg.connect(server)
    for name in ("award-sums", "partners"):
        assert remote.query(name, cite=True) == graph.query(name, cite=True)


def test_inference_that_cannot_be_derived_says_so(graph: qkg.KnowledgeGraph) -> None:
    # As in a store that was given conclusions without what they follow from.
    missing = {QKG["hasAward"], QKG["initiativeUnder"], QKG["ultimateFunder"]}
    held = [quad for quad in graph.quads() if quad.predicate not in missing]
    poor = qkg.KnowledgeGraph(OxigraphEngine(held))
    cited = poor.sparql("ASK { id:q-neko qkg:fundedBy id:japan }", cite=True)
    assert isinstance(cited, Cited)
    assert INFERRED in cited.sources


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("SELECT ?x FROM <https://w3id.org/qkg/ontology> { ?x ?p ?o }", "FROM"),
        ("SELECT (RAND() AS ?x) { id:tokyo ?p ?o }", "RAND"),
        ("SELECT ?x { BIND(BNODE() AS ?x) }", "BNODE"),
        (
            "SELECT ?x { ?x a qkg:City } GROUP BY ?x HAVING(EXISTS { ?x rdfs:label ?l })",
            "HAVING",
        ),
    ],
)
def test_what_cannot_be_cited_is_refused(graph: qkg.KnowledgeGraph, text: str, reason: str) -> None:
    with pytest.raises(QueryRefused, match=reason):
        graph.sparql(text.replace("qkg:City", "qkg:Place"), cite=True)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?p (COUNT(*) AS ?n) { id:tokyo ?p ?o } GROUP BY ((?p)) ORDER BY ?p",
        "SELECT ?p (EXISTS { { SELECT (COUNT(*) AS ?n) { ?a qkg:basedIn ?b } } } AS ?e) "
        "{ id:tokyo ?p ?o } ORDER BY ?p",
    ],
)
def test_what_is_an_aggregate_query(graph: qkg.KnowledgeGraph, text: str) -> None:
    answer = graph.sparql(text, cite=True)
    assert isinstance(answer, CitedAnswer)
    assert len(answer) > 1
    assert all(answer.citations)


def test_names_of_the_second_query_give_way(graph: qkg.KnowledgeGraph) -> None:
    bare = KnowledgeGraph(graph._engine)  # holds nothing in memory, where no query is written
    text = "SELECT ?_1 ?__2 { ?_1 a/rdfs:label [] ; rdfs:label ?__2 OPTIONAL { ?_1 qkg:x ?_3 } }"
    for answer in (graph.sparql(text, cite=True), bare.sparql(text, cite=True)):
        assert isinstance(answer, CitedAnswer)
        assert answer.variables == ("_1", "__2")
        assert len(answer) > 20
        assert all(answer.citations)
    plain = (
        "SELECT ?_1 ?_2 ?_3 { ?_1 rdfs:label ?_2 OPTIONAL { ?_1 skos:altLabel ?_3 } } "
        "ORDER BY ?_1 ?_2 ?_3"
    )
    told = []
    for query in (plain, plain.replace("?_", "?x")):
        answer = bare.sparql(query, cite=True)
        assert isinstance(answer, CitedAnswer)
        told.append((answer.terms, answer.citations))
    assert told[0] == told[1]
    assert len(told[0][0]) > 20


@pytest.mark.parametrize("name", ["one", "_one", "__one"])
def test_a_column_that_holds_nothing_gives_way(graph: qkg.KnowledgeGraph, name: str) -> None:
    text = f'ASK {{ id:tokyo rdfs:label "Tokyo"@en BIND(1 AS ?{name}) }}'
    for each in (graph, KnowledgeGraph(graph._engine)):
        cited = each.sparql(text, cite=True)
        assert isinstance(cited, Cited)
        assert cited.result is True
        assert list(cited.sources) == [NamedNode(f"{DATA}entities/places")]


def test_query_past_the_grammar_gets_its_place(graph: qkg.KnowledgeGraph, run: Command) -> None:
    text = "SELECT ?x {\n  ?x a qkg:Place\n  LATERAL { ?x rdfs:label ?l }\n}"
    with pytest.raises(QueryError) as caught:
        graph.sparql(text, cite=True)
    assert caught.value.line == 3
    outcome = run("sparql", "-", "--cite", stdin=text)
    assert outcome.code == 2
    assert "line 3" in outcome.err


def test_a_deadline_holds_for_citing_too(graph: qkg.KnowledgeGraph) -> None:
    text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    with pytest.raises(QueryTimeout):
        graph.sparql(text, cite=True, timeout=0.3)
