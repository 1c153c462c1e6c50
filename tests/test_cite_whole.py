"""Answers that are no tables are cited as a whole by what they rest on, and by nothing else."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from cited import Corpus, corpus_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from naive_select import Item, Select, Unclear, is_positive, visible
from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from selects import corpora, selects

import qkg
from qkg.citations import Cited, cite_result
from qkg.engines.oxigraph import OxigraphEngine
from qkg.engines.rdflib import RdflibEngine
from qkg.errors import EngineError, QueryRefused
from qkg.graph import KnowledgeGraph
from qkg.namespaces import DATA, INFERRED
from qkg.sparql.trees import read_query

if TYPE_CHECKING:
    from collections.abc import Iterable

    from naive_select import Fact, Row

    from qkg.answers import Term

MADE = NamedNode("https://example.org/made")
ENDS = st.sampled_from(["", "LIMIT 1", "LIMIT 2", "LIMIT 1 OFFSET 1"])
OUTCOMES: Counter[str] = Counter()
DESCRIBED: Counter[str] = Counter()


def cited_both_ways(
    engine: OxigraphEngine, corpus: Corpus, text: str, result: tuple[Triple, ...]
) -> tuple[Cited, Cited]:
    """Cite an answer by an engine alone, and by what is held."""
    query = read_query(text)
    return (
        cite_result(engine, lambda: corpus.rules, query, result),
        cite_result(engine, lambda: corpus.rules, query, result, corpus.found()),
    )


def made(rows: Iterable[tuple[Row, frozenset[Fact]]]) -> dict[Triple, set[Fact]]:
    """Return the triples that are made of pairs, and all facts behind each."""
    found: dict[Triple, set[Fact]] = {}
    for (subject, object_), facts in rows:
        if isinstance(subject, BlankNode | NamedNode) and object_ is not None:
            assert isinstance(object_, BlankNode | NamedNode | Literal)
            found.setdefault(Triple(subject, MADE, object_), set()).update(facts)
    return found


@settings(suppress_health_check=list(HealthCheck))
@given(corpora, selects, ENDS)
def test_any_construct_is_cited_by_what_suffices_and_matters(
    graphs: dict[NamedNode, tuple[tuple[Term, Term, Term], ...]], select: Select, end: str
) -> None:
    variables = sorted(set(visible(select.where)))
    if not variables:
        return
    first, last = variables[0], variables[-1]
    pairs = Select((Item(None, first), Item(None, last)), select.where)
    corpus = Corpus(graphs)
    engine = OxigraphEngine(corpus.quads())
    text = f"CONSTRUCT {{ {first} {MADE} {last} }} WHERE {pairs.where} {end}"
    names = (first.name, last.name)
    OUTCOMES["asked"] += 1
    try:
        whole = set(engine.construct(text.removesuffix(end)))
        expected = made(corpus.rows(pairs, names))
        result = engine.construct(text)
        alone, held = cited_both_ways(engine, corpus, text, result)
    except (EngineError, QueryRefused, Unclear):
        OUTCOMES["unclear"] += 1
        return
    if whole != expected.keys():
        OUTCOMES["answered otherwise"] += 1
        return
    assert held.sources == alone.sources
    assert held.result == result
    assert INFERRED not in held.sources
    over = made(corpus.rows_over(held.sources, pairs, names))
    assert over.keys() >= set(result)
    # A triple is told by solutions; so, behind all that is answered, is every fact.
    facts = {fact for triple in result for fact in expected[triple]}
    if not end:  # solutions without a triple of their own are cited, too
        facts.update(*(own for _, own in corpus.rows(pairs, names)))
    assert not corpus.irrelevant(facts, held.sources)
    OUTCOMES["cited"] += bool(held.sources)
    OUTCOMES["cut short"] += len(result) < len(whole)


@settings(suppress_health_check=list(HealthCheck))
@given(corpora, selects, ENDS)
def test_any_describe_is_cited_by_what_suffices_and_matters(
    graphs: dict[NamedNode, tuple[tuple[Term, Term, Term], ...]], select: Select, end: str
) -> None:
    variables = sorted(set(visible(select.where)))
    if not variables:
        return
    things = variables[:1] + variables[1:][-1:]
    corpus = Corpus(graphs)
    engine = OxigraphEngine(corpus.quads())
    text = f"DESCRIBE {' '.join(map(str, things))} WHERE {select.where} "
    pairs = Select(tuple(Item(None, each) for each in things), select.where)
    DESCRIBED["asked"] += 1
    try:
        result = engine.construct(text + end)
        alone, held = cited_both_ways(engine, corpus, text + end, result)
        rows = corpus.rows(pairs, [each.name for each in things])
        if {row for row, _ in rows} != set(engine.select(str(pairs)).terms):
            raise Unclear
    except (EngineError, QueryRefused, Unclear):
        DESCRIBED["unclear"] += 1
        return
    assert held.sources == alone.sources
    if is_positive(pairs):
        again = corpus.engine_over(held.sources, OxigraphEngine)
        assert set(again.construct(text)) >= set(result)
        DESCRIBED["asked again"] += 1
    subjects = {triple.subject for triple in result}
    facts: set[Fact] = {(None, (t.subject, t.predicate, t.object)) for t in result}
    facts.update(*(own for row, own in rows if not end or not subjects.isdisjoint(row)))
    assert not corpus.irrelevant(facts, held.sources)
    DESCRIBED["cited"] += bool(held.sources)


@pytest.mark.parametrize(
    ("outcomes", "least"),
    [(OUTCOMES, {"cited": 20, "cut short": 10}), (DESCRIBED, {"cited": 20, "asked again": 20})],
)
def test_enough_of_them_are_checked(outcomes: Counter[str], least: dict[str, int]) -> None:
    if not outcomes["asked"]:
        pytest.skip("no query was generated")
    percent = {name: 100 * number / outcomes["asked"] for name, number in outcomes.items()}
    assert all(percent[name] >= number for name, number in least.items()), outcomes
    assert percent.get("unclear", 0) + percent.get("answered otherwise", 0) <= 10, outcomes


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("CONSTRUCT { ?x rdfs:label ?l } { ?x a qkg:Claim ; rdfs:label ?l } LIMIT 1", 1),
        (
            "CONSTRUCT { ?x a <b:b> ; rdfs:label ?l } { ?x a qkg:Claim ; rdfs:label ?l } LIMIT 3",
            3,
        ),
        ("CONSTRUCT { _:a rdfs:label ?l } { ?x a qkg:Claim ; rdfs:label ?l } LIMIT 2", 2),
        ("CONSTRUCT { ?x qkg:is 1.0 } { ?x a qkg:Claim ; rdfs:label ?l } LIMIT 2", 2),
        ("CONSTRUCT WHERE { ?x a qkg:Claim ; qkg:status ?s } LIMIT 4", 4),
        ("CONSTRUCT { ?x rdfs:label ?l } { ?x a qkg:Claim ; rdfs:label ?l } LIMIT 0", 0),
        ("DESCRIBE ?x { ?x a qkg:Claim } LIMIT 2", 2),
        ("DESCRIBE * { ?x a qkg:Claim } LIMIT 1", 1),
        ("DESCRIBE ?x { ?x a qkg:Claim } ORDER BY ?x OFFSET 1 LIMIT 1", 1),
        ("DESCRIBE ?x { ?x a qkg:Claim } GROUP BY ?x ORDER BY ?x LIMIT 2", 2),
        ("DESCRIBE ?x { ?x a qkg:Claim ; rdfs:label ?l } GROUP BY ?x ?l LIMIT 1", 1),
    ],
)
def test_what_is_cut_short_cites_what_is_left(
    graph: KnowledgeGraph, text: str, number: int
) -> None:
    for each in (graph, KnowledgeGraph(graph._engine)):
        cited = each.sparql(text, cite=True)
        assert isinstance(cited, Cited)
        claims = {source for source in cited.sources if cited.sources[source].passage}
        assert len(claims) == number
        assert isinstance(cited.result, tuple)
        named = {triple.subject for triple in cited.result}
        assert claims == named or "_:a" in text


CHAIN = """
GRAPH claim:1 { claim:1 a qkg:Claim ; qkg:status qkg:accepted . :a :p :b }
GRAPH claim:2 { claim:2 a qkg:Claim ; qkg:status qkg:accepted . :b :p :c }
GRAPH claim:3 { claim:3 a qkg:Claim ; qkg:status qkg:accepted . :c :p :d . :d :q "d" }
GRAPH claim:4 { claim:4 a qkg:Claim ; qkg:status qkg:accepted . :e :p 7 }
"""


@pytest.mark.parametrize(
    ("where", "claims"),
    [
        ("{ ?x :p ?y } ORDER BY ?x LIMIT 1", "12"),
        ("{ ?x :p ?y } ORDER BY ?x LIMIT 2", "123"),
        ("{ ?x :p ?y } ORDER BY ?x OFFSET 3 LIMIT 1", "4"),
        ("{ ?x :p ?z OPTIONAL { ?z :none ?y } } ORDER BY ?x LIMIT 1", "1"),
    ],
)
def test_a_solution_is_cited_only_where_all_its_things_are_described(
    where: str, claims: str
) -> None:
    corpus = corpus_of(CHAIN)
    engine = OxigraphEngine(corpus.quads())
    text = f"PREFIX : <https://example.org/> DESCRIBE ?x ?y {where}"
    result = engine.construct(text)
    cited = cite_result(engine, lambda: corpus.rules, read_query(text), result)
    assert sorted(graph.value.removeprefix(DATA) for graph in cited.sources) == [*claims]


@pytest.mark.parametrize("engine", [OxigraphEngine, RdflibEngine])
@pytest.mark.parametrize(
    ("asked", "claims"),
    [
        ("DESCRIBE :a", "1"),
        ("DESCRIBE :a { ?x :none ?y }", "1"),
        ("DESCRIBE :a { ?x :none ?y } GROUP BY ?x", "1"),
        ("DESCRIBE ?x :a { ?x :none ?y } LIMIT 1", "1"),
        ("DESCRIBE ?x :a { ?x :p ?y } LIMIT 0", "1"),
        ("DESCRIBE ?x :a { ?x :q ?y } LIMIT 1", "13"),
    ],
)
def test_what_is_named_is_described_without_a_solution(
    asked: str, claims: str, engine: type[OxigraphEngine | RdflibEngine]
) -> None:
    corpus = corpus_of(CHAIN)
    graph = engine(corpus.quads())
    text = f"PREFIX : <https://example.org/> {asked}"
    result = graph.construct(text)
    cited = cite_result(graph, lambda: corpus.rules, read_query(text), result)
    numbers = {source.value.removeprefix(DATA) for source in cited.sources}
    # Oxigraph does not describe what is named where there is no solution.
    assert numbers == set(claims if result else "")
    assert result or engine is OxigraphEngine


def test_what_is_made_of_now_is_refused(graph: KnowledgeGraph) -> None:
    text = "CONSTRUCT { ?x qkg:at ?n } { ?x a qkg:Claim BIND(NOW() AS ?n) } ORDER BY ?x LIMIT 1"
    for each in (graph, KnowledgeGraph(graph._engine)):
        with pytest.raises(QueryRefused, match="not found again"):
            each.sparql(text, cite=True)


def test_ask_cites_every_solution(graph: KnowledgeGraph) -> None:
    text = "ASK { ?x a qkg:LetterOfIntent ; qkg:hasParty ?party } LIMIT 1"
    cited = graph.sparql(text, cite=True)
    every = graph.sparql(text.removesuffix("LIMIT 1"), cite=True)
    assert isinstance(cited, Cited)
    assert isinstance(every, Cited)
    assert cited.sources == every.sources
    assert len(cited.sources) > 1


def test_nothing_is_cited_for_no_answer() -> None:
    graph = qkg.load()
    for text in (
        "ASK { ?x a qkg:NoSuchClass }",
        "CONSTRUCT WHERE { ?x a qkg:NoSuchClass } LIMIT 1",
    ):
        cited = graph.sparql(text, cite=True)
        assert isinstance(cited, Cited)
        assert not cited.sources
