"""What stands behind rows is looked up in memory where facts tell it, and is the same as asked."""

import time
from collections import Counter
from contextlib import nullcontext
from random import Random

import few_variables
import pytest
from cited import Corpus, corpus_of, looked_up
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qkg.citations import CitedAnswer, cite_answer, cited_select
from qkg.citations.asking import Asking
from qkg.citations.reach import is_well_designed, pattern
from qkg.citations.sources import Sources
from qkg.engines.oxigraph import OxigraphEngine
from qkg.engines.within import Within
from qkg.errors import QueryError, QueryTimeout
from qkg.namespaces import QKG
from qkg.sparql import declare_prefixes
from qkg.sparql.trees import read_query

CORPUS = corpus_of(
    """
    GRAPH claim:1 {
        claim:1 a qkg:Claim ; qkg:status qkg:accepted .
        qkg:a qkg:p qkg:b , 5 ; qkg:q qkg:c .
    }
    GRAPH claim:2 {
        claim:2 a qkg:Claim ; qkg:status qkg:accepted .
        qkg:b qkg:p qkg:c ; qkg:q qkg:c ; qkg:r qkg:a .
    }
    GRAPH claim:3 {
        claim:3 a qkg:Claim ; qkg:status qkg:accepted .
        qkg:c qkg:q qkg:a ; qkg:r qkg:a , qkg:b . qkg:d qkg:p qkg:b ; a owl:Thing .
    }
    """
)
WITHIN = {
    "all is shown": "?x ?y { ?x qkg:p ?y }",
    "a property is shown": "?x ?p ?y { ?x ?p ?y FILTER(?y != owl:Thing) }",
    "a class is shown": "?x ?c { ?x a ?c FILTER(?c != owl:Thing) }",
    "a property is shown, and a subject": "?x ?p { ?x ?p ?y FILTER(?p != rdf:type) }",
    "a class is shown, and no member": "?c { ?x a ?c FILTER(?c != owl:Thing) }",
    "what lies between is not": "?x { ?x qkg:p ?y . ?y qkg:q ?z }",
    "a path has parts": "?x { ?x qkg:p/^qkg:q|qkg:r ?y }",
    "a blank node": "?x { ?x qkg:p [ qkg:q ?y ] }",
    "OPTIONAL": "?x ?z { ?x qkg:p ?y OPTIONAL { ?y qkg:q ?z OPTIONAL { ?z qkg:r ?w } } }",
    "UNION": "?x { { ?x qkg:p ?y } UNION { ?y qkg:q ?x . ?y qkg:r ?z } }",
    "a group within": "?x { ?x qkg:p ?y { ?y qkg:q ?z } }",
    "a filter of what is shown": "?x { ?x qkg:p ?y FILTER(?x != qkg:a) }",
    "a filter of what is nowhere bound": "?x { ?x qkg:p ?y FILTER(!BOUND(?z)) }",
    "NOT EXISTS of what is shown": "?x { ?x qkg:p ?y FILTER NOT EXISTS { ?x qkg:q ?z } }",
    "MINUS of what is shown": "?x { ?x qkg:p ?y MINUS { ?x qkg:q ?z } }",
    "MINUS shares nothing": "?x { ?x qkg:p ?y MINUS { ?v qkg:q ?w } }",
    "BIND of what is shown": "?x { ?x qkg:p ?y BIND(STR(?x) AS ?s) FILTER(?s > 'a') }",
    "an expression of what is shown": "?x (STR(?x) AS ?s) { ?x qkg:p ?y }",
    "VALUES of what is shown": "?x { VALUES ?x { qkg:a qkg:b } ?x qkg:p ?y }",
    "VALUES behind": "?x { ?x qkg:p ?y } VALUES ?x { qkg:a }",
    "members of groups": "?x (COUNT(?y) AS ?n) { ?x qkg:p ?y } GROUP BY ?x HAVING(COUNT(?y) > 1)",
    "members of one group, of which some pass": (
        "(COUNT(*) AS ?n) { ?x qkg:p ?y FILTER(?y != qkg:c) }"
    ),
    "groups that are told apart by what is no variable": (
        "(COUNT(*) AS ?n) { ?x qkg:p ?y } GROUP BY (STR(?y)) (STR(?x) AS ?s)"
    ),
    "members of one group": "(COUNT(?y) AS ?n) { ?x qkg:p ?y }",
    "a filter of what is not shown": "?x { ?x qkg:p ?y FILTER(?y > 1) }",
    "NOT EXISTS of what is not shown": "?x { ?x qkg:p ?y FILTER NOT EXISTS { ?y qkg:q ?z } }",
    "MINUS of what is not shown": "?x { ?x qkg:p ?y MINUS { ?y qkg:q ?z } }",
    "BIND of what is not shown": "?x { ?x qkg:p ?y BIND(STR(?y) AS ?s) }",
    "an expression of what is not shown": "(STR(?y) AS ?s) { ?x qkg:p ?y }",
    "a key that is an expression": "?s { ?x qkg:p ?y } GROUP BY (STR(?y) AS ?s)",
    "VALUES of what is not shown": "?x { VALUES ?y { qkg:b } ?x qkg:p ?y }",
}
OUT = {
    "a path of any length": "?x { ?x qkg:p* ?y }",
    "a path of other properties": "?x { ?x !qkg:p ?y }",
    "GRAPH": "?x { GRAPH ?g { ?x qkg:p ?y } }",
    "a SELECT within": "?x { ?x qkg:p ?y { SELECT ?y { ?y qkg:q ?z } } }",
    "EXISTS": "?x { ?x qkg:p ?y FILTER EXISTS { ?x qkg:q ?z } }",
    "a filter within OPTIONAL": "?x ?y { ?x qkg:p ?z OPTIONAL { ?x qkg:q ?y FILTER(?y > 1) } }",
    "a filter within UNION": "?x { { ?x qkg:p ?y FILTER(?x > 1) } UNION { ?x qkg:q ?y } }",
    "MINUS before all of it is bound": (
        "?x ?y { ?x qkg:p ?z OPTIONAL { ?z qkg:q ?y } MINUS { ?y qkg:r ?w } }"
    ),
    "BIND before it is bound": "?x ?s { BIND(STR(?x) AS ?s) ?x qkg:p ?y }",
    "BIND of what a pattern has": "?x ?y { ?x qkg:p ?z BIND(?x AS ?y) ?y qkg:q ?w }",
    "a filter that nothing need pass": "(COUNT(*) AS ?n) { ?x qkg:p ?y FILTER(1 = 2) }",
    "an OPTIONAL is bound behind it": (
        "?x ?z { ?x qkg:p ?y OPTIONAL { ?x qkg:q ?z } ?w qkg:r ?z }"
    ),
    "an OPTIONAL within a group is bound beside it": (
        "?x ?z { ?x qkg:p ?z { ?x qkg:q ?y OPTIONAL { ?y qkg:r ?z } } }"
    ),
    "one alternative binds it": "?x ?z { { ?x qkg:p ?z } UNION { ?x qkg:q ?y } ?z qkg:r ?w }",
}


def cited(corpus: Corpus, text: str) -> tuple[CitedAnswer, bool]:
    """Return an answer as it is cited by memory and by an engine, and whether memory did."""
    query = read_query(declare_prefixes(f"SELECT {text}")[0])
    engine = OxigraphEngine(corpus.quads())
    answer = engine.select(query.text)
    assert answer.terms
    with looked_up() as found:
        held = cite_answer(engine, lambda: corpus.rules, query, answer, corpus.found())
    assert held == cite_answer(engine, lambda: corpus.rules, query, answer)
    assert query.select is not None
    return held, query.select.where.text in found


@pytest.mark.parametrize("case", WITHIN)
def test_what_is_looked_up(case: str) -> None:
    answer, is_looked_up = cited(CORPUS, WITHIN[case])
    assert is_looked_up
    assert all(answer.citations)


@pytest.mark.parametrize("case", OUT)
def test_what_is_left_to_an_engine(case: str) -> None:
    _, is_looked_up = cited(CORPUS, OUT[case])
    assert not is_looked_up


@pytest.mark.parametrize(
    "text",
    [
        "?x ?y { ?x ?p ?y }",
        "?x { ?x a ?c }",
        "?x { ?x a owl:Thing }",
        "?x { { ?x qkg:p ?y } UNION { ?x qkg:p qkg:nothing } }",
    ],
)
def test_what_facts_do_not_tell_is_asked(text: str) -> None:
    _, is_looked_up = cited(CORPUS, text)
    assert not is_looked_up


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        ("?x qkg:p ?y OPTIONAL { ?y qkg:q ?z FILTER(?x != ?z) } FILTER(BOUND(?z))", True),
        ("?x qkg:p ?y OPTIONAL { ?z qkg:q ?w OPTIONAL { ?w qkg:r ?x } }", False),
        ("?x qkg:p ?y OPTIONAL { ?y qkg:q ?z } ?w qkg:r ?z", False),
        ("?x qkg:p ?y MINUS { ?x qkg:q ?z }", True),
        ("?x qkg:p ?y MINUS { ?w qkg:q ?z }", False),
        ("?x qkg:p ?y MINUS { ?x qkg:q ?z } ?w qkg:r ?z", False),
        ("?x qkg:p ?y OPTIONAL { ?y qkg:q ?z MINUS { ?z qkg:r ?x } }", False),
        ("?x qkg:p ?y { ?z qkg:q ?w FILTER(?x != ?z) }", False),
        ("?x qkg:p ?y { ?x qkg:q ?w FILTER(?x != ?w) }", True),
        ("BIND(STR(?x) AS ?s) ?x qkg:p ?y", False),
        ("?x qkg:p ?y BIND(STR(?x) AS ?s)", True),
        ("{ ?x qkg:p ?y OPTIONAL { ?y qkg:q ?z } } UNION { ?z qkg:q ?x }", True),
        ("GRAPH ?g { ?x qkg:p ?y OPTIONAL { ?y qkg:q ?g } }", False),
    ],
)
def test_to_what_values_can_be_given(group: str, expected: bool) -> None:
    select = read_query(declare_prefixes(f"SELECT * {{ {group} }}")[0]).select
    assert select is not None
    assert is_well_designed(select.where.elements) is expected


def test_more_solutions_than_are_kept_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "?x { ?x qkg:p ?y . ?v qkg:q ?w }"
    answer, is_looked_up = cited(CORPUS, text)
    assert is_looked_up
    monkeypatch.setattr("qkg.citations.matching._MOST", 10)
    asked, is_looked_up = cited(CORPUS, text)
    assert not is_looked_up
    assert asked == answer


def test_a_deadline_holds_for_looking_up() -> None:
    query = read_query("SELECT ?x { ?x <https://w3id.org/qkg/ontology#p> ?y }")
    held = CORPUS.found().held
    assert held is not None
    assert query.select is not None
    assert query.select.items is not None
    within = pattern(query.select.where, query.select.items, None)
    assert within is not None
    engine = Within(OxigraphEngine(()), 60)
    lookup = Asking(engine, query, held).lookup()
    lookup.behind(within, [(QKG["a"],)])
    engine = Within(OxigraphEngine(()), 0.001)
    lookup = Asking(engine, query, held).lookup()
    time.sleep(0.01)
    with pytest.raises(QueryTimeout):
        lookup.behind(within, [(QKG["a"],)])


def test_a_deadline_holds_for_telling_sources() -> None:
    for seconds in (60, 0.001):
        sources = Sources(Within(OxigraphEngine(()), seconds), tuple, CORPUS.found())
        time.sleep(0.01)
        with nullcontext() if seconds == 60 else pytest.raises(QueryTimeout):
            sources.settle()


@pytest.mark.parametrize("held", [True, False])
def test_rows_are_as_many_as_the_engine_has(held: bool) -> None:
    """Oxigraph has a pair that two ways of a path lead to once, and section 18.4 twice."""
    corpus = corpus_of(
        """
        GRAPH qkg:g { qkg:a qkg:p qkg:b . qkg:b qkg:q qkg:a }
        """
    )
    engine = OxigraphEngine(corpus.quads())
    for pattern_ in (
        "?x qkg:p|^qkg:q ?y",
        "?x !(qkg:r|^qkg:r) ?y",
        "?x qkg:p|^qkg:q ?y . ?x ?z ?y",
    ):
        text = declare_prefixes(f"SELECT ?x ?y {{ {pattern_} }}")[0]
        found = corpus.found() if held else None
        answer = cited_select(engine, lambda: corpus.rules, read_query(text), found)
        assert Counter(answer.terms) == Counter(engine.select(text).terms)


OUTCOMES: Counter[str] = Counter()


@settings(suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**32 - 1))
def test_any_plain_query_is_cited_alike(seed: int) -> None:
    random = Random(seed)
    corpus = corpus_of(few_variables.corpus(random))
    engine = OxigraphEngine(corpus.quads())
    for _ in range(10):
        text = few_variables.query(random)
        OUTCOMES["asked"] += 1
        try:
            query, answer = read_query(text), engine.select(text)
        except QueryError:
            OUTCOMES["erroneous"] += 1
            continue
        if not 0 < len(answer) < 1000:
            continue
        OUTCOMES["answered"] += 1
        with looked_up() as found:
            held = cite_answer(engine, lambda: corpus.rules, query, answer, corpus.found())
        assert query.select is not None
        OUTCOMES["looked up"] += query.select.where.text in found
        asked = cite_answer(engine, lambda: corpus.rules, query, answer)
        assert (held, held.sources) == (asked, asked.sources), text
        both = cited_select(engine, lambda: corpus.rules, query)
        assert Counter(zip(both.terms, both.citations, strict=True)) == Counter(
            zip(held.terms, held.citations, strict=True)
        ), text


def test_many_plain_queries_are_looked_up() -> None:
    if not OUTCOMES["asked"]:
        pytest.skip("no query was generated")
    assert OUTCOMES["erroneous"] <= OUTCOMES["asked"] / 10, OUTCOMES
    assert OUTCOMES["answered"] >= OUTCOMES["asked"] / 3, OUTCOMES
    assert OUTCOMES["looked up"] >= OUTCOMES["answered"] / 2, OUTCOMES
