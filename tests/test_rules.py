"""Each rule infers what it should, nothing it should not; all of it agrees with owlrl."""

import re
from pathlib import Path

import owlrl
import pytest
import rdflib
from conftest import ROOT
from naive import closed, told
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from qkg.answers import Answer
from qkg.engines.rdflib import from_rdflib, to_rdflib_graph
from qkg.graph import KnowledgeGraph
from qkg.namespaces import INFERRED, OWL, PREFIXES, QKG, RDF, RDFS
from qkg.rules import Rule, close, compile_rules

CASES = sorted((Path(__file__).parent / "rules").iterdir())
INFERENCES = [folder for folder in CASES if (folder / "expected.ttl").exists()]
CONTRADICTIONS = [folder for folder in CASES if (folder / "consistent.ttl").exists()]


def read(path: Path) -> list[Triple]:
    return [quad.triple for quad in parse(path=path, format=RdfFormat.TURTLE)]


def closure(triples: list[Triple]) -> tuple[Triple, ...]:
    return close(triples, compile_rules(triples))


def names(triples: list[Triple]) -> set[str]:
    return {rule.name for rule in compile_rules(triples)}


def contradicted(triples: list[Triple]) -> set[str]:
    return {rule.name for rule in closed(triples, compile_rules(triples)).contradictions}


def check(folder: Path, given: list[Triple], inferred: set[Triple]) -> None:
    assert inferred == set(read(folder / "expected.ttl"))
    assert not inferred & set(read(folder / "unexpected.ttl"))
    assert read(folder / "unexpected.ttl")
    assert folder.name in names(given)


@pytest.mark.parametrize("folder", CASES, ids=lambda path: path.name)
def test_case_is_complete(folder: Path) -> None:
    others = {"expected.ttl", "unexpected.ttl"} if folder in INFERENCES else {"consistent.ttl"}
    assert {path.name for path in folder.iterdir()} == {"given.ttl"} | others


@pytest.mark.parametrize("folder", INFERENCES, ids=lambda path: path.name)
def test_rule_applied_plainly(folder: Path) -> None:
    given = read(folder / "given.ttl")
    result = closed(given, compile_rules(given))
    check(folder, given, told(result.inferred))
    assert not result.contradictions


@pytest.mark.parametrize("folder", INFERENCES, ids=lambda path: path.name)
def test_rule(folder: Path) -> None:
    given = read(folder / "given.ttl")
    before = list(given)
    check(folder, given, set(closure(given)))
    assert given == before


@pytest.mark.parametrize("folder", CONTRADICTIONS, ids=lambda path: path.name)
def test_contradiction(folder: Path) -> None:
    given, consistent = read(folder / "given.ttl"), read(folder / "consistent.ttl")
    assert contradicted(given) == {folder.name}
    assert contradicted(consistent) == set()
    assert folder.name in names(given) & names(consistent)


def test_every_rule_that_is_compiled_has_a_case() -> None:
    found = set.union(*(names(read(folder / "given.ttl")) for folder in CASES))
    assert found == {folder.name for folder in CASES}


TABLES = {
    4: "eq-ref eq-sym eq-trans eq-rep-s eq-rep-p eq-rep-o eq-diff1 eq-diff2 eq-diff3",
    5: "prp-ap prp-dom prp-rng prp-fp prp-ifp prp-irp prp-symp prp-asyp prp-trp prp-spo1 prp-spo2"
    " prp-eqp1 prp-eqp2 prp-pdw prp-adp prp-inv1 prp-inv2 prp-key prp-npa1 prp-npa2",
    6: "cls-thing cls-nothing1 cls-nothing2 cls-int1 cls-int2 cls-uni cls-com cls-svf1 cls-svf2"
    " cls-avf cls-hv1 cls-hv2 cls-maxc1 cls-maxc2 cls-maxqc1 cls-maxqc2 cls-maxqc3 cls-maxqc4"
    " cls-oo",
    7: "cax-sco cax-eqc1 cax-eqc2 cax-dw cax-adc",
    8: "dt-type1 dt-type2 dt-eq dt-diff dt-not-type",
    9: "scm-cls scm-sco scm-eqc1 scm-eqc2 scm-op scm-dp scm-spo scm-eqp1 scm-eqp2 scm-dom1"
    " scm-dom2 scm-rng1 scm-rng2 scm-hv scm-svf1 scm-svf2 scm-avf1 scm-avf2 scm-int scm-uni",
}
"""The rules of each table of OWL 2 Profiles, section 4.3, in its order."""


def shown(rule: Rule) -> str:
    """Return a rule as docs/rules.md shows it."""
    text = str(rule).removeprefix(f"{rule.name}: ")
    text = re.sub(r"<https://example.org/(\w+)>", r":\1", text)
    text = re.sub(r'"(\d+)"\^\^<[^>]*#integer>', r"\1", text)
    return re.sub(r"_:\w+", "_:class", text).replace("rdf:type", "a")


def test_the_page_of_rules_has_each_rule_of_the_tables() -> None:
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    sections = re.findall(r"^## Table (\d): .*?\n(.*?)(?=^## )", page, re.DOTALL | re.MULTILINE)
    rows = {
        int(number): re.findall(r"^\| `(.*?)` \| (.*) \|$", text, re.MULTILINE)
        for number, text in sections
    }
    assert {number: " ".join(name for name, _ in row) for number, row in rows.items()} == TABLES
    for name, text in (row for table in rows.values() for row in table):
        folder = CASES[0].parent / name
        if folder in CASES:
            compiled = compile_rules(read(folder / "given.ttl"))
            assert text.strip("`") in {shown(rule) for rule in compiled if rule.name == name}
        else:
            assert re.search(r"\w\.$", text.replace("`", "").replace(")", "")), name


def test_rule_prints_readably_and_knows_its_axiom() -> None:
    axiom = Triple(QKG["signedBy"], RDFS["subPropertyOf"], QKG["hasParty"])
    (rule,) = (rule for rule in compile_rules([axiom]) if rule.axiom is not None)
    assert str(rule) == "prp-spo1: ?x qkg:signedBy ?y → ?x qkg:hasParty ?y"
    assert rule.axiom == axiom


PREFIXES_OF_CASES = """@prefix : <https://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
ONCE_WRONG = {
    "different from itself": (":a owl:differentFrom :a .", {"eq-diff1"}),
    "listed twice": ("[] a owl:AllDifferent ; owl:members ( :a :a ) .", {"eq-diff2"}),
    "two values of one thing": (":a owl:sameAs 1 , 2 .", {"dt-diff"}),
    "a plain string is a token": (':p rdfs:range xsd:token . :a :p "one word" .', set()),
    "no token": (':p rdfs:range xsd:token . :a :p "two  blanks" .', {"dt-not-type"}),
    "ill-formed by its bounds": (':a :p "256"^^xsd:unsignedByte .', {"dt-not-type"}),
    "a datatype that is defined": (
        """:D a rdfs:Datatype ; owl:equivalentClass [ a rdfs:Datatype ;
            owl:intersectionOf ( xsd:nonNegativeInteger xsd:nonPositiveInteger ) ] .
        :p rdfs:range :D . :a :p 1 .""",
        {"dt-not-type"},
    ),
    "a value of a datatype that is defined": (
        """:D a rdfs:Datatype ; owl:equivalentClass [ a rdfs:Datatype ;
            owl:intersectionOf ( xsd:nonNegativeInteger xsd:nonPositiveInteger ) ] .
        :p rdfs:range :D . :C owl:onProperty :p ; owl:someValuesFrom :D ;
            rdfs:subClassOf owl:Nothing . :a :p 0 .""",
        {"cls-nothing2"},
    ),
    "none of a data range": (
        """:C owl:onProperty :p ; owl:maxQualifiedCardinality 0 ; owl:onDataRange xsd:integer .
        :a a :C ; :p 1 .""",
        {"cls-maxqc1"},
    ),
    "one of a data range": (
        """:C owl:onProperty :p ; owl:maxQualifiedCardinality 1 ; owl:onDataRange xsd:integer .
        :a a :C ; :p 1 , 2 . :b a :C ; :p 1 , "2" .""",
        {"dt-diff"},
    ),
    "an inclusion in owl:Thing": (
        """:Cat a owl:Class . :HasCat owl:onProperty :p ; owl:someValuesFrom :Cat .
        :HasAny owl:onProperty :p ; owl:someValuesFrom owl:Thing ; rdfs:subClassOf owl:Nothing .
        :a a :HasCat .""",
        {"cls-nothing2"},
    ),
    "an inclusion by values": (
        """:p rdfs:subPropertyOf :q . :P owl:onProperty :p ; owl:hasValue :v .
        :Q owl:onProperty :q ; owl:hasValue :v . :HasP owl:onProperty :r ; owl:someValuesFrom :P .
        :HasQ owl:onProperty :r ; owl:someValuesFrom :Q ; rdfs:subClassOf owl:Nothing .
        :a a :HasP .""",
        {"cls-nothing2"},
    ),
}


@pytest.mark.parametrize(("text", "rules"), ONCE_WRONG.values(), ids=ONCE_WRONG)
def test_what_was_once_wrong(text: str, rules: set[str]) -> None:
    given = [quad.triple for quad in parse(PREFIXES_OF_CASES + text, format=RdfFormat.TURTLE)]
    assert contradicted(given) == rules


def test_no_rule_is_about_literals_alone() -> None:
    text = """:D a rdfs:Datatype ; owl:equivalentClass xsd:integer ; owl:disjointWith xsd:string .
    xsd:byte rdfs:subClassOf xsd:short . :p rdfs:domain xsd:integer ."""
    given = [quad.triple for quad in parse(PREFIXES_OF_CASES + text, format=RdfFormat.TURTLE)]
    assert [rule for rule in compile_rules(given) if rule.axiom is not None] == []


def test_each_axiom_that_is_contradicted_is_named() -> None:
    text = """:p a owl:AsymmetricProperty ; owl:propertyDisjointWith [ owl:inverseOf :p ] .
    :a :p :a ."""
    given = [quad.triple for quad in parse(PREFIXES_OF_CASES + text, format=RdfFormat.TURTLE)]
    assert contradicted(given) == {"prp-asyp", "prp-pdw"}


def test_same_input_gives_the_same_order() -> None:
    given = [triple for folder in CASES for triple in read(folder / "given.ttl")]
    assert closure(given) == closure(given)


def individual(triple: Triple) -> bool:
    """Whether a triple is a fact about individuals that is worth keeping."""
    schema = (RDFS["subClassOf"], RDFS["subPropertyOf"], RDFS["domain"], RDFS["range"])
    if triple.predicate in schema or str(triple.predicate).startswith(f"<{OWL}"):
        return False
    if triple.predicate == RDF["type"] and isinstance(triple.object, NamedNode):
        return not triple.object.value.startswith((str(OWL), str(RDF), str(RDFS), PREFIXES["xsd"]))
    return isinstance(triple.subject, NamedNode)


def test_shipped_graph_agrees_with_owlrl(graph: KnowledgeGraph) -> None:
    inferred = {quad.triple for quad in graph.quads("inferred")}
    held = {quad.triple for quad in graph.quads("default")}
    asserted = to_rdflib_graph(held - inferred)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(asserted)
    # owlrl makes triples with literal subjects, which are none.
    legal = rdflib.Graph()
    for subject, predicate, object_ in asserted:
        if not isinstance(subject, rdflib.Literal):
            legal.add((subject, predicate, object_))
    reference = {triple for triple in from_rdflib(legal) if individual(triple)}
    assert {triple for triple in held if individual(triple)} == reference
    assert inferred


def test_a_party_follows_from_a_signature(graph: KnowledgeGraph) -> None:
    party = "id:eu-japan-quantum-letter-of-intent qkg:hasParty id:japan"
    assert graph.sparql(f"ASK {{ {party} }}") is True
    answer = graph.sparql(f"SELECT ?graph {{ GRAPH ?graph {{ {party} }} }}")
    assert isinstance(answer, Answer)
    assert answer.terms == ((INFERRED,),)
