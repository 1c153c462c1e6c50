"""Each rule without a head finds its contradiction, says it in words, and nothing that is near."""

import json
from pathlib import Path

import pytest
from conftest import Command
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, parse
from strategies import CLASSES, PROPERTIES, facts, ontologies

import qkg
from qkg import claims
from qkg._paths import shipped
from qkg.checks import Report
from qkg.checks.consistent import Watch
from qkg.engines import Engine
from qkg.engines.endpoint import EndpointEngine
from qkg.engines.oxigraph import OxigraphEngine
from qkg.engines.rdflib import RdflibEngine
from qkg.namespaces import OWL, PREFIXES, RDF, RDFS, XSD
from qkg.rules import Pattern, Rule, close, compile_rules
from qkg.rules.consistency import Inconsistency, inconsistencies

HEAD = "@prefix : <https://example.org/> .\n" + "".join(
    f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items()
)
# Per rule: axioms, the contradiction, its sentence, and what is near to it and can be.
CASES = {
    "eq-diff1": [
        "",
        ":a owl:sameAs :b ; owl:differentFrom :b .",
        "Thing A (:a) and Thing A (:b) are the same, and said to be different.",
        ":a owl:sameAs :b ; owl:differentFrom :c .",
    ],
    "eq-diff1 of itself": [
        "",
        ":a owl:differentFrom :a .",
        "Thing A is said to be different from itself.",
        ":a owl:differentFrom :b .",
    ],
    "eq-diff2": [
        "[] a owl:AllDifferent ; owl:members ( :a :b :c ) .",
        ":c owl:sameAs :b .",
        ":b and :c are the same, and among things that all differ.",
        ":c owl:sameAs :d .",
    ],
    "eq-diff3": [
        "[] a owl:AllDifferent ; owl:distinctMembers ( :a :b :c ) .",
        ":c owl:sameAs :b .",
        ":b and :c are the same, and among things that all differ.",
        ":c owl:sameAs :d .",
    ],
    "prp-irp": [
        ":p a owl:IrreflexiveProperty .",
        ":a :p :a .",
        "Thing A has itself as part; nothing can have that.",
        ":a :p :b .",
    ],
    "prp-asyp": [
        ":p a owl:AsymmetricProperty .",
        ":a :p :b . :b :p :a .",
        "Thing A has :b as part, and the other way round; only one of them is possible.",
        ":a :p :b . :b :q :a .",
    ],
    "prp-pdw": [
        ":p owl:propertyDisjointWith :q .",
        ":a :p :b ; :q :b .",
        "Thing A has :b both as part and as :q; part and :q are disjoint.",
        ":a :p :b ; :q :c .",
    ],
    "prp-adp": [
        "[] a owl:AllDisjointProperties ; owl:members ( :p :q :r ) .",
        ":a :p :b ; :r :b .",
        "Thing A has :b both as part and as :r; part and :r are disjoint.",
        ":a :p :b . :c :r :b .",
    ],
    "prp-npa1": [
        "[] owl:sourceIndividual :a ; owl:assertionProperty :p ; owl:targetIndividual :b .",
        ":a :p :b .",
        "Thing A has :b as part; that is said not to be so.",
        ":a :p :c .",
    ],
    "prp-npa2": [
        "[] owl:sourceIndividual :a ; owl:assertionProperty :p ; owl:targetValue 1 .",
        ":a :p 1 .",
        "Thing A has “1” as part; that is said not to be so.",
        ":a :p 2 .",
    ],
    "cls-nothing2": [
        ":E rdfs:subClassOf owl:Nothing .",
        ":a a :E .",
        "Thing A is an :E; nothing can be that.",
        ":a a :C .",
    ],
    "cls-com": [
        ":C owl:complementOf :D .",
        ":a a :C , :D .",
        "Thing A is both a state and a :D; state is the complement of :D.",
        ":a a :C . :b a :D .",
    ],
    "cls-com of a class without a name": [
        ":C rdfs:subClassOf [ owl:complementOf :D ] .",
        ":a a :C , :D .",
        "Thing A is both a state and a :D; one of them means not to be a :D.",
        ":a a :C . :b a :D .",
    ],
    "cls-maxc1": [
        ":C rdfs:subClassOf [ owl:onProperty :p ; owl:maxCardinality 0 ] .",
        ":a a :C ; :p :b .",
        "Thing A is a state and has :b as part; such a thing has no part.",
        ":a a :C ; :q :b . :b :p :a .",
    ],
    "cls-maxqc1": [
        ":C rdfs:subClassOf [ owl:onProperty :p ; owl:onClass :D ; "
        "owl:maxQualifiedCardinality 0 ] .",
        ":a a :C ; :p :b . :b a :D .",
        "Thing A is a state and has :b as part; such a thing has no part that is a :D.",
        ":a a :C ; :p :b . :b a :C .",
    ],
    "cls-maxqc2": [
        ":C rdfs:subClassOf [ owl:onProperty :p ; owl:onClass owl:Thing ; "
        "owl:maxQualifiedCardinality 0 ] .",
        ":a a :C ; :p :b .",
        "Thing A is a state and has :b as part; such a thing has no part.",
        ":a a :C ; :q :b .",
    ],
    "cax-dw": [
        ":C owl:disjointWith :D . :E rdfs:subClassOf :D .",
        ":a a :C , :E .",
        "Thing A is both a state and an :E; state and :D are disjoint.",
        ":a a :C . :b a :E .",
    ],
    "cax-adc": [
        "[] a owl:AllDisjointClasses ; owl:members ( :B :C :D ) . :E rdfs:subClassOf :D . "
        ":F rdfs:subClassOf :C .",
        ":a a :F , :E .",
        "Thing A is both a :F and an :E; state and :D are disjoint.",
        ":a a :F , :C .",
    ],
    "cax-dw of classes without names": [
        "[ owl:onProperty :p ; owl:someValuesFrom :D ] "
        "owl:disjointWith [ owl:onProperty :q ; owl:hasValue :b ] .",
        ":a a :C ; :p :c ; :q :b . :c a :D .",
        "Thing A is a thing of that kind; what that means is disjoint.",
        ":a :p :c ; :q :d . :c a :D .",
    ],
    "dt-not-type": [
        "",
        ":a :p 'soon'^^xsd:date .",
        "Thing A has “soon” as part; that is no xsd:date.",
        ":a :p '2025-01-01'^^xsd:date , 'soon' .",
    ],
    "dt-not-type of a range": [
        ":p rdfs:range xsd:integer .",
        ":a :p 'soon' .",
        "Thing A has “soon” as part; a value of xsd:integer is wanted there.",
        ":a :p 1 , 2.0 , '3'^^xsd:byte .",
    ],
    "dt-not-type of a class": [
        ":C rdfs:subClassOf [ owl:onProperty :p ; owl:allValuesFrom xsd:integer ] .",
        ":a a :C ; :p 1.5 .",
        "Thing A has “1.5” as part; a value of xsd:integer is wanted there.",
        ":a a :C ; :p 1 . :b :p 1.5 .",
    ],
    "dt-diff": [
        ":p a owl:FunctionalProperty .",
        ":a :p 1 , 2 .",
        "Thing A has both “1” and “2” as part; only one is possible.",
        ":a :p 1 , 1.0 .",
    ],
    "dt-diff of a maximum": [
        ":C rdfs:subClassOf [ owl:onProperty :p ; owl:maxCardinality 1 ] .",
        ":a a :C ; :p 'x'@en , 'x'@ja .",
        "Thing A has both “x” and “x” as part; only one is possible.",
        ":a a :C ; :p 'x'@en . :b :p 'x'@en , 'y'@en .",
    ],
}
LABELS = ":a rdfs:label 'Thing A'@en . :C rdfs:label 'state'@en . :p rdfs:label 'part'@en .\n"


def triples(text: str) -> list[Triple]:
    return [quad.triple for quad in parse((HEAD + LABELS + text).encode(), RdfFormat.TURTLE)]


def found(
    given: list[Triple], make: type[OxigraphEngine] | type[RdflibEngine] = OxigraphEngine
) -> tuple[Inconsistency, ...]:
    rules = compile_rules(given)
    return inconsistencies(engine(given, rules, make), rules)


def engine(
    given: list[Triple],
    rules: tuple[Rule, ...],
    make: type[OxigraphEngine] | type[RdflibEngine] = OxigraphEngine,
) -> Engine:
    closed = (*given, *close(given, rules))
    return make(Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in closed)


@pytest.mark.parametrize("make", [OxigraphEngine, RdflibEngine])
@pytest.mark.parametrize("name", CASES)
def test_contradiction(name: str, make: type[OxigraphEngine] | type[RdflibEngine]) -> None:
    axioms, contradiction, sentence, near = CASES[name]
    (one,) = found(triples(axioms + contradiction), make)
    assert one.rule.name == name.split()[0]
    assert one.rule.head is None
    assert one.sentence.replace("<https://example.org/", ":").replace(">", "") == sentence
    assert all(isinstance(triple, Triple) for triple in one.triples)
    assert found(triples(axioms + near), make) == ()


@st.composite
def false(draw: st.DrawFn) -> tuple[list[Triple], list[Triple]]:
    """An ontology that forbids something, and data."""
    ontology, data = list(draw(ontologies)), draw(facts)
    nodes = {each.subject for each in ontology if each.predicate == OWL["onProperty"]}
    nodes |= {
        each.subject
        for each in ontology
        if each.predicate in (OWL["intersectionOf"], OWL["unionOf"])
    }
    classes = st.sampled_from([*CLASSES, *sorted(nodes, key=str)])
    properties = st.sampled_from(PROPERTIES)
    for i in range(draw(st.integers(1, 3))):
        kind = draw(st.integers(0, 5))
        if kind < 2:
            ontology.append(Triple(draw(classes), OWL["disjointWith"], draw(classes)))
        elif kind == 2:
            ontology.append(Triple(draw(classes), OWL["complementOf"], draw(classes)))
        elif kind == 3:
            node = BlankNode(f"none{i}")
            number = Literal("0", datatype=XSD["nonNegativeInteger"])
            ontology.append(Triple(node, OWL["onProperty"], draw(properties)))
            ontology.append(Triple(node, OWL["maxCardinality"], number))
            ontology.append(Triple(draw(classes), RDFS["subClassOf"], node))
        elif kind == 4:
            ontology.append(Triple(draw(properties), OWL["propertyDisjointWith"], draw(properties)))
        else:
            ontology.append(Triple(draw(properties), RDF["type"], OWL["AsymmetricProperty"]))
    return ontology, data


@settings(deadline=None, max_examples=60)
@given(false())
def test_contradictions_are_those_that_the_closure_has(
    case: tuple[list[Triple], list[Triple]],
) -> None:
    ontology, data = case
    triples = [*ontology, *data]
    rules = compile_rules(ontology)
    # With a head in place of false, the closure in memory says which rules hold, and of what.
    marks = {
        NamedNode(f"https://example.org/mark{i}"): rule
        for i, rule in enumerate(rules)
        if rule.head is None and rule.guard is None and rule.name != "eq-diff1"
    }
    marking = [
        Rule(rule.name, rule.body, Pattern(rule.body[0].subject, mark, NamedNode(mark.value)))
        for mark, rule in marks.items()
    ]
    expected = {
        marks[triple.predicate]
        for triple in close(triples, [*rules, *marking])
        if triple.predicate in marks
    }
    assert {
        each.rule
        for each in inconsistencies(engine(triples, rules), rules)
        if each.rule.guard is None and each.rule.name != "eq-diff1"
    } == expected


@pytest.mark.parametrize("name", CASES)
def test_contradiction_is_suspected(name: str) -> None:
    axioms, contradiction, _, near = CASES[name]
    assert suspected(triples(axioms + contradiction))
    if name in ("cax-adc", "cax-dw", "dt-not-type"):  # those that are told exactly
        assert not suspected(triples(axioms + near))


@settings(deadline=None, max_examples=60)
@given(false())
def test_what_is_not_suspected_is_no_contradiction(
    case: tuple[list[Triple], list[Triple]],
) -> None:
    ontology, data = case
    rules = compile_rules(ontology)
    if not suspected([*ontology, *data], ontology):
        assert inconsistencies(engine([*ontology, *data], rules), rules) == ()


def suspected(statements: list[Triple], ontology: list[Triple] | None = None) -> bool:
    watch = Watch(compile_rules(ontology or statements))
    watch.closure.fill(statements)
    return watch.suspects(t.object for t in statements if isinstance(t.object, Literal))


def test_shipped_graph_is_consistent(graph: qkg.KnowledgeGraph) -> None:
    rules = compile_rules(claims.read_ontology(shipped("ontology")).statements)
    assert inconsistencies(OxigraphEngine(graph.quads()), rules) == ()


CLAIM = HEAD + "<> a qkg:Claim ; qkg:status qkg:{status} {reason}.\n{facts}\n"


def claim(folder: Path, name: str, facts: str, reason: str = "") -> Path:
    path = folder / f"{name}.ttl"
    status = "disputed" if reason else "accepted"
    given = f'; qkg:disputeReason "{reason}"@en ' if reason else ""
    path.write_text(CLAIM.format(status=status, reason=given, facts=facts), encoding="utf-8")
    return path


def inconsistent(report: Report) -> list[tuple[str | None, str]]:
    return [
        (None if finding.path is None else finding.path.name, finding.message)
        for finding in report.findings
        if finding.code == "Q061"
    ]


JAPAN = "Japan is both a state and an agreement; actor and agreement are disjoint."


def test_check_names_the_claim_that_contradicts(run: Command, tmp_path: Path) -> None:
    path = claim(tmp_path, "broken", "id:japan a qkg:Agreement .")
    outcome = run("check", str(path), "--select", "Q061")
    assert outcome.code == 1
    line = path.read_text(encoding="utf-8").splitlines().index("id:japan a qkg:Agreement .") + 1
    assert outcome.out.startswith(f"{path}:{line}:12: Q061: {JAPAN}\n    Correct the statement")
    outcome = run("check", str(path), "--select", "Q061", "-f", "json")
    (finding,) = json.loads(outcome.out)["findings"]
    assert finding["path"] == str(path)
    assert finding["severity"] == "violation"
    assert finding["focus"] == f"<{PREFIXES['id']}japan>"
    assert finding["rule"] == "cax-adc"
    assert [f"<{PREFIXES['id']}japan>", str(RDF["type"]), f"<{PREFIXES['qkg']}Agreement>"] in (
        finding["premises"]
    )


def test_check_finds_what_domain_and_range_contradict(tmp_path: Path) -> None:
    path = claim(tmp_path, "broken", "id:x qkg:hasSignature id:japan .")
    ((name, message),) = set(inconsistent(qkg.check(path, select=["Q061"])))
    assert name == "broken.ttl"
    assert message.startswith("Japan is both a state and a signature;")


def test_check_of_two_claims_that_contradict_each_other(tmp_path: Path) -> None:
    claim(tmp_path, "one", "id:x a qkg:State .")
    claim(tmp_path, "other", "id:x qkg:hasSignature id:y .")
    claim(tmp_path, "right", "id:x a qkg:Actor .")
    found = inconsistent(qkg.check(data=[tmp_path], select=["Q061"]))
    # Two claims say that it is an actor, and one says that it is an agreement.
    assert [name for name, _ in found] == ["other.ttl"]


def test_disputed_claim_is_held_against_the_background_alone(tmp_path: Path) -> None:
    disputed = claim(tmp_path, "disputed", "id:japan a qkg:Agreement .", "Nobody believes it.")
    claim(tmp_path, "other", "id:x qkg:hasSignature id:y .")
    claim(tmp_path, "third", "id:x a qkg:State .", "It contradicts an accepted claim.")
    assert inconsistent(qkg.check(tmp_path, select=["Q061"])) == [(disputed.name, JAPAN)]


def test_shipped_data_is_consistent() -> None:
    assert inconsistent(qkg.check(select=["Q061"])) == []


def test_server_answers_alike(server: str) -> None:
    rules = compile_rules(claims.read_ontology(shipped("ontology")).statements)
    assert inconsistencies(EndpointEngine(server), rules) == ()
