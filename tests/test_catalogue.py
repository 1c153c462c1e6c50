"""The claims that are kept in memory are told as a query tells them, and follow what changes."""

from collections.abc import Sequence
from typing import TypeAlias

from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Triple

import qkg
from qkg.answers import Term
from qkg.citations import CitedAnswer, Source
from qkg.citations.catalogue import Catalogue
from qkg.engines.oxigraph import OxigraphEngine
from qkg.namespaces import DATA, PREFIXES, QKG, RDFS
from qkg.passages import Passage, passages
from qkg.rules import Closure
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


def oa(name: str) -> NamedNode:
    return NamedNode(PREFIXES["oa"] + name)


triples = st.one_of(
    told(CLAIMS, [QKG["statedIn"]], [*DOCUMENTS, *TEXTS[:1]]),
    told(CLAIMS, [QKG["passage"]], PLACES),
    told(DOCUMENTS, [RDFS["label"], NAMED], TEXTS),
    told(PLACES, [QKG["section"], QKG["locator"]], TEXTS),
    told(PLACES, [QKG["sentence"]], NUMBERS),
    told(PLACES, [oa("hasSelector")], SELECTORS),
    told(SELECTORS, [oa("start"), oa("end")], NUMBERS),
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
        Triple(PLACES[i], oa("hasSelector"), SELECTORS[i]),
        Triple(SELECTORS[i], oa("start"), NUMBERS[0]),
        Triple(SELECTORS[i], oa("end"), NUMBERS[1]),
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


def kept(catalogue: Catalogue, closure: Closure) -> dict[NamedNode, Passage | None]:
    """Return the claims of a catalogue; what it leaves to a query is None."""
    one = closure.table.terms.one
    unclear = {n: None for n in closure.table.numbers.values() if catalogue.is_unclear(n)}
    found = {number: source.passage for number, source in catalogue.sources.items()}
    assert not found.keys() & unclear.keys()
    return {one(n): passage for n, passage in (found | unclear).items() if n >= 0}


@given(st.lists(changes, max_size=8))
@settings(deadline=None)
def test_claims_follow_what_changes(
    steps: list[tuple[bool, NamedNode, list[Triple]]],
) -> None:
    closure = Closure([LABELLED])
    closure.fill_from({GIVERS[0]: WHOLE})
    catalogue = Catalogue(closure.table)
    for is_added, giver, statements in steps:
        if is_added:
            change = closure.add_from({giver: statements})
            changed = statements
        else:
            change, lone = closure.remove_from(giver, (Quad(*each) for each in statements))
            changed = [quad.triple for quad in lone]
        catalogue.follow([*changed, *change.inferred, *change.retracted])
        now = kept(catalogue, closure)
        assert now == kept(Catalogue(closure.table), closure)
        relations = closure.table.properties.values()
        facts = {relation: relation.facts for relation in relations}
        asked = passages(OxigraphEngine(Quad(*t) for t in closure.table.triples(facts)), CLAIMS)
        assert {claim: passage for claim, passage in now.items() if passage is not None} == {
            claim: passage for claim, passage in asked.items() if now.get(claim) is not None
        }
        assert asked.keys() <= now.keys()


def test_shipped_claims_are_told_as_a_query_tells_them(graph: qkg.KnowledgeGraph) -> None:
    found = graph._memory.of(graph._engine)
    assert found.catalogue is not None
    named = (quad.graph_name for quad in graph.quads("all"))
    asked = passages(graph._engine, {name for name in named if isinstance(name, NamedNode)})
    assert asked
    assert asked == {each.graph: each.passage for each in found.catalogue.sources.values()}


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
    catalogue = Catalogue(closure.table)
    assert not catalogue.sources
    assert catalogue.is_unclear(closure.table.numbers[claim])
    assert passages(OxigraphEngine(stated), [claim])[claim].section == "One"


def test_claims_of_an_open_graph_are_cited_as_if_loaded_at_once() -> None:
    article = "eu-japan-quantum-partnership-2025-05-20"
    text = "SELECT ?s ?p ?o { ?s a qkg:LetterOfIntent ; ?p ?o }"

    def cited(graph: qkg.KnowledgeGraph) -> dict[Row, tuple[Graphs, list[Source]]]:
        answer = graph.sparql(text, cite=True)
        assert isinstance(answer, CitedAnswer)
        catalogue = graph._memory.of(graph._engine).catalogue
        assert catalogue is not None
        sources = catalogue.sources.values()
        asked = passages(graph._engine, [each.graph for each in sources])
        assert asked == {each.graph: each.passage for each in sources}
        rows = zip(answer.terms, answer.citations, strict=True)
        return {row: (graphs, [answer.sources[each] for each in graphs]) for row, graphs in rows}

    # What comes later stands before the others in the order of the IRIs.
    late = sorted((ROOT / "data" / article).glob("*.ttl"))
    files = [
        ROOT / "data" / each for each in ("concepts", "entities", "quantum-insider-mirror-2025-05")
    ]
    graph = qkg.load(*files, base=f"{DATA}zz/")
    without = cited(graph)
    graph.add(*late[::2], base=f"{DATA}{article}/")
    between = cited(graph)
    graph.add(*late[1::2], base=f"{DATA}{article}/")
    at_once = qkg.load(*files, base=f"{DATA}zz/")
    at_once.add(*late, base=f"{DATA}{article}/")
    assert cited(graph) == cited(at_once)
    assert any(len(graphs) > 1 for graphs, _ in cited(graph).values())
    for graphs, _ in cited(graph).values():
        assert list(graphs) == sorted(graphs, key=lambda each: each.value)
    for path in late[1::2]:
        graph.remove(f"data:{article}/{path.stem}")
    assert cited(graph) == between
    for path in late[::2]:
        graph.dispute(f"data:{article}/{path.stem}", "Nobody believes it.")
    assert {row: cited(graph)[row] for row in without} == without
