"""The W3C test cases of OWL 2: approved, in the profile RL, with the RDF-based semantics."""

from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import pytest
import rdflib
from conftest import ROOT
from naive import Fact, by_predicate, closed, solutions, told
from pyoxigraph import BlankNode, Literal, RdfFormat, Triple, parse

from qkg.engines.rdflib import from_rdflib
from qkg.namespaces import OWL, RDF, Namespace
from qkg.rules import Pattern, Variable, close, compile_rules

SUITE = ROOT.parent / "shared" / "suites" / "owl2" / "all.rdf"
pytestmark = pytest.mark.skipif(not SUITE.exists(), reason=f"the W3C tests are not at {SUITE}")

TEST = Namespace("http://www.w3.org/2007/OWL/testOntology#")
PREFIXES = """
@prefix : <http://example.org/> .
@prefix dl: <http://oiled.man.example.net/test#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
COUNTS = {
    "InconsistencyTest": 14,
    "ConsistencyTest": 53,
    "PositiveEntailmentTest": 25,
    "NegativeEntailmentTest": 4,
}

IN_TURTLE = {
    "functionality-clash": """
        :hasAge a owl:DatatypeProperty , owl:FunctionalProperty .
        :a a [ a owl:Restriction ; owl:onProperty :hasAge ; owl:hasValue 18 ] ,
            [ a owl:Restriction ; owl:onProperty :hasAge ; owl:hasValue 19 ] .
    """,
    "Plus and Minus Zero are Distinct": """
        :numberOfChildren a owl:DatatypeProperty , owl:FunctionalProperty .
        :Meg :numberOfChildren "+0.0"^^xsd:float , "-0.0"^^xsd:float .
    """,
    "string-integer-clash": """
        :hasAge a owl:DatatypeProperty ;
            rdfs:range xsd:integer .
        :a a [ a owl:Restriction ; owl:onProperty :hasAge ; owl:hasValue "aString" ] .
    """,
}
"""The premises that the suite has in functional syntax only, as Turtle."""


class Underived(NamedTuple):
    """A positive entailment that the rules do not give.

    Attributes:
        reason: why they do not.
        opposites: what each contradicts the premises, where that the conclusion is false can be
            said in triples: the rules then refute what they do not derive.
    """

    reason: str
    opposites: tuple[str, ...] = ()


AXIOM = (
    "The conclusion is an axiom: for each individual, all that follows is given by the premises."
)
COMPLEMENT = "No rule concludes that an individual is a member of a complement."
DIFFERENT = "No rule concludes owl:differentFrom."


def different(*pairs: str) -> Underived:
    return Underived(DIFFERENT, tuple(pair.replace("=", "owl:sameAs") + " ." for pair in pairs))


def both_ways(kind: str, one: str, other: str) -> Underived:
    if kind == "class":
        opposite = ":x a {} , [ owl:complementOf {} ] ."
    else:
        opposite = """:x {} :y . [] a owl:NegativePropertyAssertion ; owl:sourceIndividual :x ;
            owl:assertionProperty {} ; owl:targetIndividual :y ."""
    return Underived(AXIOM, (opposite.format(one, other), opposite.format(other, one)))


WEBONT = "http://www.w3.org/2002/03owlt/"
UNDERIVED = {
    "DisjointClasses-001": Underived(COMPLEMENT, (":Stewie a :Girl .",)),
    "DisjointClasses-003": Underived(COMPLEMENT, (":Stewie a :Girl .", ":Stewie a :Dog .")),
    "New-Feature-DisjointDataProperties-002": different(
        ":Peter = :Peter_Griffin", ":Peter = :Petre", ":Peter_Griffin = :Petre"
    ),
    "New-Feature-DisjointObjectProperties-001": different(":Peter = :Lois"),
    "New-Feature-DisjointObjectProperties-002": different(
        ":Peter = :Lois", ":Peter = :StewieJr", ":Lois = :StewieJr"
    ),
    "New-Feature-ObjectQCR-002": Underived(COMPLEMENT, (":Stewie a :Woman .",)),
    "New-Feature-ReflexiveProperty-001": Underived(
        "The profile has no reflexive properties, and the tables no rule for them."
    ),
    "WebOnt-I5.5-005": Underived(
        "That there is a class for each list of classes: no rule makes up a class."
    ),
    "WebOnt-I5.8-006": Underived(AXIOM),
    "WebOnt-I5.8-008": Underived(AXIOM),
    "WebOnt-I5.8-009": Underived(AXIOM),
    "WebOnt-I5.8-011": Underived("That a datatype is one (dt-type1) says nothing of individuals."),
    "WebOnt-differentFrom-001": different(
        f"<{WEBONT}differentFrom/premises001#b> = <{WEBONT}differentFrom/premises001#a>"
    ),
    "WebOnt-equivalentClass-002": both_ways(
        "class",
        f"<{WEBONT}equivalentClass/premises002#Car>",
        f"<{WEBONT}equivalentClass/premises002#Automobile>",
    ),
    "WebOnt-equivalentClass-003": both_ways(
        "class",
        f"<{WEBONT}equivalentClass/conclusions003#Car>",
        f"<{WEBONT}equivalentClass/conclusions003#Automobile>",
    ),
    "WebOnt-equivalentProperty-002": both_ways(
        "property",
        f"<{WEBONT}equivalentProperty/premises002#hasHead>",
        f"<{WEBONT}equivalentProperty/premises002#hasLeader>",
    ),
    "WebOnt-equivalentProperty-003": both_ways(
        "property",
        f"<{WEBONT}equivalentProperty/conclusions003#hasHead>",
        f"<{WEBONT}equivalentProperty/conclusions003#hasLeader>",
    ),
    "chain2trans1": Underived(
        AXIOM,
        (
            """:x <http://example.org/#p> [ <http://example.org/#p> :y ] .
            [] a owl:NegativePropertyAssertion ; owl:sourceIndividual :x ;
            owl:assertionProperty <http://example.org/#p> ; owl:targetIndividual :y .""",
        ),
    ),
    "owl2-rl-rules-fp-differentFrom": different(
        "<http://owl2.test/rules/Y1> = <http://owl2.test/rules/Y2>"
    ),
    "owl2-rl-rules-ifp-differentFrom": different(
        "<http://owl2.test/rules/X1> = <http://owl2.test/rules/X2>"
    ),
}

DECLARATIONS = {
    OWL[name]
    for name in (
        "AnnotationProperty",
        "Class",
        "DatatypeProperty",
        "NamedIndividual",
        "ObjectProperty",
        "Ontology",
    )
}


class Case(NamedTuple):
    """A test case: its kinds, what is given, and what follows or does not."""

    kinds: frozenset[str]
    premises: tuple[Triple, ...]
    conclusion: tuple[Triple, ...]
    refuted: tuple[Triple, ...]


@cache
def cases() -> dict[str, Case]:
    described: dict[object, dict[object, list[object]]] = {}
    # Of the two parsers, only rdflib's takes entities in single quotes.
    for triple in from_rdflib(rdflib.Graph().parse(SUITE, format="xml")):
        values = described.setdefault(triple.subject, {})
        values.setdefault(triple.predicate, []).append(triple.object)
    wanted = {("status", "Approved"), ("profile", "RL"), ("semantics", "RDF-BASED")}
    found = {}
    for about in described.values():
        if any(TEST[value] not in about.get(TEST[key], ()) for key, value in wanted):
            continue
        (identifier,) = (str(name.value) for name in about[TEST["identifier"]])  # type: ignore[attr-defined]
        premises = [
            *document(about, "rdfXmlPremiseOntology"),
            *turtle(IN_TURTLE.get(identifier, "")),
        ]
        for imported in about.get(TEST["importedOntology"], ()):
            premises += document(described[imported], "rdfXmlInputOntology")
        found[identifier] = Case(
            frozenset(kind for kind in COUNTS if TEST[kind] in about[RDF["type"]]),
            tuple(premises),
            document(about, "rdfXmlConclusionOntology"),
            document(about, "rdfXmlNonConclusionOntology"),
        )
    return found


def document(about: dict[object, list[object]], property_: str) -> tuple[Triple, ...]:
    """Return the triples of an RDF/XML document that is the value of a property."""
    return tuple(
        quad.triple
        for text in about.get(TEST[property_], ())
        if isinstance(text, Literal)
        for quad in parse(text.value, format=RdfFormat.RDF_XML, base_iri="http://example.org/")
    )


def turtle(text: str) -> tuple[Triple, ...]:
    return tuple(quad.triple for quad in parse(PREFIXES + text, format=RdfFormat.TURTLE))


def of_kind(kind: str) -> dict[str, Case]:
    return {name: case for name, case in cases().items() if kind in case.kinds}


def contradicted(premises: Iterable[Triple]) -> bool:
    premises = tuple(premises)
    return bool(closed(premises, compile_rules(premises)).contradictions)


def gives(premises: tuple[Triple, ...], conclusion: tuple[Triple, ...]) -> bool:
    """Return whether a conclusion, but for declarations, is among the premises and what follows.

    Blank nodes of the conclusion may stand for anything.
    """
    patterns = tuple(
        Pattern(*(Variable(str(t)) if isinstance(t, BlankNode) else t for t in triple))
        for triple in conclusion
        if not (triple.predicate == RDF["type"] and triple.object in DECLARATIONS)
    )
    assert patterns
    rules = compile_rules(premises)
    inferred = close(premises, rules)
    assert set(inferred) == told(closed(premises, rules).inferred)
    facts: set[Fact] = {(t.subject, t.predicate, t.object) for t in (*premises, *inferred)}
    return any(True for _ in solutions(patterns, by_predicate(facts), {}))


def test_counts() -> None:
    assert Counter(kind for case in cases().values() for kind in case.kinds) == COUNTS
    assert all(case.premises for case in cases().values())
    assert all(case.conclusion for case in of_kind("PositiveEntailmentTest").values())
    assert all(case.refuted for case in of_kind("NegativeEntailmentTest").values())


def test_inconsistency() -> None:
    tests = of_kind("InconsistencyTest")
    assert {name for name, case in tests.items() if contradicted(case.premises)} == set(tests)


def test_consistency() -> None:
    tests = of_kind("ConsistencyTest")
    assert not {name for name, case in tests.items() if contradicted(case.premises)}


def test_positive_entailment() -> None:
    tests = of_kind("PositiveEntailmentTest")
    given = {name for name, case in tests.items() if gives(case.premises, case.conclusion)}
    assert given == set(tests) - set(UNDERIVED)
    assert len(given) == 5


def test_what_is_not_derived_is_refuted_where_its_opposite_can_be_said() -> None:
    for name, underived in UNDERIVED.items():
        for opposite in underived.opposites:
            assert contradicted((*cases()[name].premises, *turtle(opposite))), name


def test_negative_entailment() -> None:
    tests = of_kind("NegativeEntailmentTest")
    assert not {name for name, case in tests.items() if gives(case.premises, case.refuted)}
