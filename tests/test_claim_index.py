"""The claims that are kept in memory are told as a query tells them, and follow what changes."""

from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain, permutations
from threading import Event
from typing import TypeAlias

import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Triple

import qkg
from qkg import editing
from qkg.answers import Term
from qkg.citations import Cited, CitedAnswer, Source
from qkg.citations.claim_index import ClaimIndex
from qkg.engines.oxigraph import OxigraphEngine
from qkg.memory import Found
from qkg.namespaces import DATA, INFERRED, OA, QKG, RDFS
from qkg.passages import Passage, passages
from qkg.rules import Closure
from qkg.rules.held import Held
from qkg.rules.rule import Pattern, Rule, Variable

EX = "https://example.org/"
CLAIMS = [NamedNode(f"{EX}claim-{i}") for i in range(3)]
DOCUMENTS = [NamedNode(f"{EX}document-{i}") for i in range(2)]
PLACES = [NamedNode(f"{EX}claim-{i}#passage") for i in range(3)]
SELECTORS = [NamedNode(f"{EX}claim-{i}#selector") for i in range(2)]
GIVERS = [NamedNode(f"{EX}giver-{i}") for i in range(2)]
TEXTS = [Literal("One"), Literal("Two", language="en"), Literal("三", language="ja")]
NUMBERS: list[NamedNode | Literal] = [Literal(1), Literal(7), Literal("soon"), GIVERS[0]]
NAMED = NamedNode(f"{EX}name")
Graphs: TypeAlias = tuple[NamedNode, ...]
Row: TypeAlias = tuple[Term | None, ...]


def told(
    subjects: list[NamedNode], properties: list[NamedNode], objects: Sequence[NamedNode | Literal]
) -> st.SearchStrategy[Triple]:
    return st.builds(
        Triple, st.sampled_from(subjects), st.sampled_from(properties), st.sampled_from(objects)
    )


triples = st.one_of(
    told(CLAIMS, [QKG["statedIn"]], [*DOCUMENTS, *TEXTS[:1]]),
    told(CLAIMS, [QKG["passage"]], PLACES),
    told(DOCUMENTS, [RDFS["label"], NAMED], TEXTS),
    told(PLACES, [QKG["section"], QKG["locator"]], TEXTS),
    told(PLACES, [QKG["sentence"]], NUMBERS),
    told(PLACES, [OA["hasSelector"]], SELECTORS),
    told(SELECTORS, [OA["start"], OA["end"]], NUMBERS),
)
WHOLE = [
    triple
    for i, claim in enumerate(CLAIMS[:2])
    for triple in (
        Triple(claim, QKG["statedIn"], DOCUMENTS[i]),
        Triple(DOCUMENTS[i], RDFS["label"], TEXTS[1]),
        Triple(claim, QKG["passage"], PLACES[i]),
        Triple(PLACES[i], QKG["section"], TEXTS[0]),
        Triple(PLACES[i], QKG["locator"], TEXTS[1]),
        Triple(PLACES[i], QKG["sentence"], NUMBERS[0]),
        Triple(PLACES[i], OA["hasSelector"], SELECTORS[i]),
        Triple(SELECTORS[i], OA["start"], NUMBERS[0]),
        Triple(SELECTORS[i], OA["end"], NUMBERS[1]),
    )
]
changes = st.tuples(
    st.booleans(), st.sampled_from(GIVERS), st.lists(st.sampled_from(WHOLE) | triples, max_size=6)
)
SUBJECT, OBJECT = Variable("s"), Variable("o")
LABELLED = Rule(
    "prp-spo1",
    (Pattern(SUBJECT, NAMED, OBJECT),),
    Pattern(SUBJECT, RDFS["label"], OBJECT),
)


def kept(index: ClaimIndex, closure: Closure) -> dict[NamedNode, Passage | None]:
    """Return the claims of an index; what it leaves to a query is None."""
    one = closure.table.terms.one
    unclear = {n: None for n in closure.table.numbers.values() if index.is_unclear(n)}
    found = {number: source.passage for number, source in index.sources.items()}
    assert not found.keys() & unclear.keys()
    return {one(n): passage for n, passage in (found | unclear).items() if n >= 0}


def is_repeated(claim: Term, facts: set[Triple]) -> bool:
    """Return whether something is told several times of a claim that has a document."""

    def objects(subjects: Iterable[Term], *properties: NamedNode) -> list[list[Term]]:
        return [
            [t.object for t in facts if t.subject == subject and t.predicate == property_]
            for subject in subjects
            for property_ in properties
        ]

    documents, places = objects([claim], QKG["statedIn"], QKG["passage"])
    labels = objects(documents, RDFS["label"])
    titles = [[x for x in each if isinstance(x, Literal) and x.language == "en"] for each in labels]
    texts = objects(places, QKG["section"], QKG["locator"], QKG["sentence"])
    selectors = objects(places, OA["hasSelector"])
    offsets = objects(chain.from_iterable(selectors), OA["start"], OA["end"])
    told: list[Sequence[Term]] = [documents, places, *titles, *texts, *selectors, *offsets]
    return bool(documents) and any(len(each) > 1 for each in told)


@given(st.lists(changes, max_size=8))
@settings(deadline=None)
def test_claims_follow_what_changes(
    steps: list[tuple[bool, NamedNode, list[Triple]]],
) -> None:
    closure = Closure([LABELLED])
    closure.fill_from({GIVERS[0]: WHOLE})
    index = ClaimIndex(closure.table)
    for is_added, giver, statements in steps:
        if is_added:
            change = closure.add_from({giver: statements})
            changed = statements
        else:
            change, lone = closure.remove_from(giver, (Quad(*each) for each in statements))
            changed = [quad.triple for quad in lone]
        index.follow([*changed, *change.inferred, *change.retracted])
        now = kept(index, closure)
        assert now == kept(ClaimIndex(closure.table), closure)
        relations = closure.table.properties.values()
        facts = {relation: relation.facts for relation in relations}
        held = set(closure.table.triples(facts))
        unclear = {claim for claim in CLAIMS if is_repeated(claim, held)}
        assert {claim for claim, passage in now.items() if passage is None} == unclear
        asked = passages(OxigraphEngine(Quad(*triple) for triple in held), CLAIMS)
        assert {claim: passage for claim, passage in now.items() if claim not in unclear} == {
            claim: passage for claim, passage in asked.items() if claim not in unclear
        }


def test_shipped_claims_are_told_as_a_query_tells_them(graph: qkg.KnowledgeGraph) -> None:
    found = graph._memory.of(graph._engine)
    assert found.claims is not None
    named = (quad.graph_name for quad in graph.quads("all"))
    asked = passages(graph._engine, {name for name in named if isinstance(name, NamedNode)})
    assert asked
    assert asked == {each.graph: each.passage for each in found.claims.sources.values()}


def test_of_two_sections_the_first_is_cited() -> None:
    claim = NamedNode(f"{DATA}claim")
    passage = NamedNode(f"{claim.value}#passage")
    stated = [
        Quad(claim, QKG["statedIn"], NamedNode(f"{DATA}document")),
        Quad(claim, QKG["passage"], passage),
        Quad(passage, QKG["section"], Literal("Two")),
        Quad(passage, QKG["section"], Literal("One")),
    ]
    closure = Closure(())
    closure.fill_from({claim: stated})
    index = ClaimIndex(closure.table)
    assert not index.sources
    assert index.is_unclear(closure.table.numbers[claim])
    assert passages(OxigraphEngine(stated), [claim])[claim].section == "One"


def cited(graph: qkg.KnowledgeGraph) -> dict[Row, tuple[Graphs, list[Source]]]:
    """Return by what the rows of a query are cited; the claims are those that a query finds."""
    answer = graph.sparql("SELECT ?s ?p ?o { ?s a qkg:LetterOfIntent ; ?p ?o }", cite=True)
    assert isinstance(answer, CitedAnswer)
    claims = graph._memory.of(graph._engine).claims
    assert claims is not None
    sources = claims.sources.values()
    asked = passages(graph._engine, [each.graph for each in sources])
    assert asked == {each.graph: each.passage for each in sources}
    rows = zip(answer.terms, answer.citations, strict=True)
    return {row: (graphs, [answer.sources[each] for each in graphs]) for row, graphs in rows}


ARTICLE = "eu-japan-quantum-partnership-2025-05-20"
LATE = sorted((ROOT / "data" / ARTICLE).glob("*.ttl"))


def opened() -> qkg.KnowledgeGraph:
    """Return a graph in which what comes later stands before the others in the order of IRIs."""
    parts = ("concepts", "entities", "quantum-insider-mirror-2025-05")
    return qkg.load(*(ROOT / "data" / each for each in parts), base=f"{DATA}zz/")


@pytest.mark.parametrize("kept", [10, 100_000])
def test_claims_come_and_go(kept: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(editing, "_KEPT", kept)
    graph, at_once = opened(), opened()
    without = cited(graph)
    graph.add(*LATE[::2], base=f"{DATA}{ARTICLE}/")
    between = cited(graph)
    graph.add(*LATE[1::2], base=f"{DATA}{ARTICLE}/")
    at_once.add(*LATE, base=f"{DATA}{ARTICLE}/")
    whole = cited(graph)
    assert whole == cited(at_once)
    assert any(len(graphs) > 1 for graphs, _ in whole.values())
    for path in LATE[1::2]:
        graph.remove(f"data:{ARTICLE}/{path.stem}")
    assert cited(graph) == between
    for path in LATE[::2]:
        graph.dispute(f"data:{ARTICLE}/{path.stem}", "Nobody believes it.")
    left = cited(graph)
    assert {row: left[row] for row in without} == without


def test_who_cites_waits_for_a_change() -> None:
    graph = opened()
    cited(graph)
    text = "SELECT ?s ?o { ?s qkg:hasParty ?o }"
    editor = graph._editor
    assert editor is not None
    asked: list[Future[CitedAnswer | Cited]] = []

    class Watched(OxigraphEngine):
        def change(self, added: Iterable[Quad], removed: Iterable[Quad]) -> None:
            # The closure has changed, and the dataset has not.
            asked.append(pool.submit(graph.sparql, text, cite=True))
            with pytest.raises(TimeoutError):
                asked[-1].result(timeout=0.2)
            super().change(added, removed)

    engine = graph._engine
    assert isinstance(engine, OxigraphEngine)
    with ThreadPoolExecutor(1) as pool:
        engine.__class__ = Watched
        graph.add(*LATE, base=f"{DATA}{ARTICLE}/")
        engine.__class__ = OxigraphEngine
        (future,) = asked
        answer = future.result(timeout=60)
    again = graph.sparql(text, cite=True)
    assert isinstance(answer, CitedAnswer)
    assert isinstance(again, CitedAnswer)
    assert (answer, answer.sources) == (again, again.sources)
    assert len(answer) > 2


def test_who_cites_beside_changes_is_told_what_holds() -> None:
    graph = opened()
    text = "SELECT ?s ?o { ?s qkg:hasParty ?o }"
    graph.add(*LATE, base=f"{DATA}{ARTICLE}/")

    def change() -> None:
        for _ in range(5):
            for path in LATE:
                graph.remove(f"data:{ARTICLE}/{path.stem}")
            graph.add(*LATE, base=f"{DATA}{ARTICLE}/")
        done.set()

    def cite() -> int:
        number = 0
        while not done.is_set() or not number:
            answer = graph.sparql(text, cite=True)
            assert isinstance(answer, CitedAnswer)
            assert all(answer.citations)
            assert INFERRED not in answer.sources
            number += 1
        return number

    done = Event()
    with ThreadPoolExecutor(3) as pool:
        citing = [pool.submit(cite) for _ in range(2)]
        pool.submit(change).result(timeout=120)
        assert all(each.result(timeout=60) for each in citing)


def test_a_change_that_is_broken_off_leaves_the_closure_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    graph = opened()
    graph.add(*LATE, base=f"{DATA}{ARTICLE}/")
    before = cited(graph)

    def broken(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(OxigraphEngine, "change", broken)
        with pytest.raises(KeyboardInterrupt):
            graph.remove(f"data:{ARTICLE}/{LATE[0].stem}")
    assert graph._memory.of(graph._engine).held is None
    answer = graph.sparql("SELECT ?s ?p ?o { ?s a qkg:LetterOfIntent ; ?p ?o }", cite=True)
    assert isinstance(answer, CitedAnswer)
    after = dict(zip(answer.terms, answer.citations, strict=True))
    assert after == {row: graphs for row, (graphs, _) in before.items()}


def test_sources_stand_in_the_order_of_their_iris() -> None:
    loaded, late = [[NamedNode(f"{EX}{name}") for name in names] for names in ("fbd", "eac")]
    closure = Closure(())
    closure.fill_from({name: [Triple(name, NAMED, TEXTS[0])] for name in loaded})
    closure.add_from({name: [Triple(name, NAMED, TEXTS[0])] for name in late})
    assert len(closure.table.ordered) == len(loaded)
    found = Found(0, Held(closure), ClaimIndex(closure.table))
    for number in range(1, 4):
        for chosen in permutations([*loaded, *late, INFERRED], number):
            ((names, numbers),) = found.together([tuple(map(found.number, chosen))])
            assert list(names) == sorted(chosen, key=lambda each: each.value)
            assert list(map(found.graph, numbers)) == list(names)
