"""Each rule infers what it should, nothing it should not; all of it agrees with owlrl."""

from pathlib import Path

import owlrl
import pytest
import rdflib
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from qkg.answers import Answer
from qkg.engines.rdflib import from_rdflib, to_rdflib_graph
from qkg.graph import KnowledgeGraph
from qkg.namespaces import INFERRED, OWL, PREFIXES, QKG, RDF, RDFS
from qkg.rules import close, compile_rules

CASES = sorted((Path(__file__).parent / "rules").iterdir())


def read(path: Path) -> list[Triple]:
    return [quad.triple for quad in parse(path=path, format=RdfFormat.TURTLE)]


def closure(triples: list[Triple]) -> tuple[Triple, ...]:
    return close(triples, compile_rules(triples))


@pytest.mark.parametrize("folder", CASES, ids=lambda path: path.name)
def test_rule(folder: Path) -> None:
    given = read(folder / "given.ttl")
    before = list(given)
    inferred = set(closure(given))
    assert given == before
    assert inferred == set(read(folder / "expected.ttl"))
    assert not inferred & set(read(folder / "unexpected.ttl"))
    assert folder.name in {rule.name for rule in compile_rules(given)}


def test_every_rule_that_is_compiled_has_a_case() -> None:
    given = [triple for folder in CASES for triple in read(folder / "given.ttl")]
    assert {rule.name for rule in compile_rules(given)} == {folder.name for folder in CASES}


def test_rule_prints_readably_and_knows_its_axiom() -> None:
    axiom = Triple(QKG["signedBy"], RDFS["subPropertyOf"], QKG["hasParty"])
    (rule,) = compile_rules([axiom])
    assert str(rule) == "prp-spo1: ?x qkg:signedBy ?y → ?x qkg:hasParty ?y"
    assert rule.axiom == axiom


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
