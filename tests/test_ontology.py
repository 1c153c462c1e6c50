"""The ontology is what it says it is: OWL 2 DL in the RL profile, documented, used, consistent."""

import re

import owlrl
import pytest
import rdflib
from conftest import ROOT
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

import qkg
from qkg import claims, queries
from qkg.engines.rdflib import to_rdflib_graph
from qkg.namespaces import BASE, OWL, PREFIXES, QKG, RDF, RDFS, XSD, curie
from qkg.sparql import tokens

PATH = ROOT / "ontology" / "qkg.ttl"
TEXT = PATH.read_text(encoding="utf-8")
TRIPLES = [quad.triple for quad in parse(path=PATH, format=RdfFormat.TURTLE)]
TYPE = RDF["type"]
KINDS = ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")
SKOS = PREFIXES["skos"]

# The axioms in use; OWL 2 RL allows each of them wherever its operands are named (section 4.2).
AXIOMS = {
    RDFS["domain"],
    RDFS["range"],
    RDFS["subClassOf"],
    RDFS["subPropertyOf"],
    OWL["inverseOf"],
    OWL["members"],
    OWL["propertyChainAxiom"],
}
ANNOTATIONS = {RDFS["isDefinedBy"], RDFS["label"], OWL["versionIRI"], OWL["versionInfo"]}
TYPES = {
    *(OWL[kind] for kind in KINDS),
    *(OWL[name] for name in ("AllDisjointClasses", "Class", "NamedIndividual", "Ontology")),
    OWL["TransitiveProperty"],
}
# Of the datatypes of OWL 2 RL (section 4.2.1) those in use; dates are in none of its maps.
DATATYPES = {
    XSD[name] for name in ("boolean", "decimal", "nonNegativeInteger", "positiveInteger", "string")
}


def objects(subject: object, predicate: NamedNode) -> list[object]:
    return [t.object for t in TRIPLES if t.subject == subject and t.predicate == predicate]


def subjects(*types: NamedNode) -> set[NamedNode]:
    return {
        triple.subject
        for triple in TRIPLES
        if triple.predicate == TYPE
        and triple.object in types
        and isinstance(triple.subject, NamedNode)
    }


CLASSES = subjects(OWL["Class"])
PROPERTIES = subjects(*(OWL[kind] for kind in KINDS))
INDIVIDUALS = subjects(OWL["NamedIndividual"])
TERMS = {term for term in CLASSES | PROPERTIES | INDIVIDUALS if term.value.startswith(str(QKG))}


def test_metadata() -> None:
    (header,) = subjects(OWL["Ontology"])
    assert header.value == BASE + "ontology"
    for predicate in ("title", "description", "license"):
        assert objects(header, NamedNode(PREFIXES["dcterms"] + predicate))
    assert objects(header, NamedNode(PREFIXES["vann"] + "preferredNamespaceUri")) == [
        Literal(str(QKG))
    ]


@pytest.mark.parametrize("term", sorted(TERMS, key=str), ids=lambda term: curie(term.value))
def test_term_is_documented(term: NamedNode) -> None:
    texts = {}
    for name, predicate in {
        "label": RDFS["label"],
        "definition": NamedNode(SKOS + "definition"),
        "example": NamedNode(SKOS + "example"),
    }.items():
        (literal,) = objects(term, predicate)
        assert isinstance(literal, Literal)
        assert literal.language == "en"
        texts[name] = literal.value
    assert objects(term, RDFS["isDefinedBy"]) == [NamedNode(BASE + "ontology")]
    assert re.fullmatch(r"[A-Z].*\.", texts["definition"], re.DOTALL)
    assert texts["label"].split()[-1].lower() in texts["definition"].lower()


def test_labels_are_told_apart() -> None:
    labels = [literal for term in TERMS for literal in objects(term, RDFS["label"])]
    assert len(labels) == len(set(labels))


def test_every_property_is_declared_and_of_one_kind() -> None:
    for term in PROPERTIES:
        kinds = [kind for kind in KINDS if OWL[kind] in objects(term, TYPE)]
        assert len(kinds) == 1, term
    assert not CLASSES & PROPERTIES
    assert not (CLASSES | PROPERTIES) & INDIVIDUALS


def test_no_built_in_term_is_redefined() -> None:
    built_in = (str(OWL), str(RDF), str(RDFS), str(XSD))
    assert not [
        triple
        for triple in TRIPLES
        if isinstance(triple.subject, NamedNode) and triple.subject.value.startswith(built_in)
    ]


def test_only_constructs_of_the_rl_profile() -> None:
    declared = PROPERTIES | AXIOMS | ANNOTATIONS | {TYPE, RDF["first"], RDF["rest"]}
    assert {triple.predicate for triple in TRIPLES} <= declared
    used = {triple.object for triple in TRIPLES if triple.predicate == TYPE}
    assert used <= TYPES | CLASSES
    for triple in TRIPLES:
        if triple.predicate in (RDFS["subClassOf"], RDFS["domain"]):
            assert triple.object in CLASSES, triple
        if triple.predicate == RDFS["range"]:
            is_object = OWL["ObjectProperty"] in objects(triple.subject, TYPE)
            assert triple.object in (CLASSES if is_object else DATATYPES), triple


def test_properties_relate_only_to_properties_of_their_kind() -> None:
    for triple in TRIPLES:
        if triple.predicate in (RDFS["subPropertyOf"], OWL["inverseOf"]):
            kinds = {kind for kind in KINDS if OWL[kind] in objects(triple.subject, TYPE)}
            if triple.object != RDFS["label"]:
                assert kinds == {
                    kind for kind in KINDS if OWL[kind] in objects(triple.object, TYPE)
                }


def members(head: object) -> list[object]:
    found = []
    while head != RDF["nil"]:
        found += objects(head, RDF["first"])
        (head,) = objects(head, RDF["rest"])
    return found


def test_chains_are_regular() -> None:
    # OWL 2 DL, section 11.2: there is an order in which a chain's steps come before its property.
    before: dict[object, set[object]] = {}
    for triple in TRIPLES:
        if triple.predicate == OWL["propertyChainAxiom"]:
            before.setdefault(triple.subject, set()).update(members(triple.object))
        if triple.predicate == RDFS["subPropertyOf"]:
            before.setdefault(triple.object, set()).add(triple.subject)

    def reaches(start: object, goal: object, seen: frozenset[object]) -> bool:
        return any(
            step == goal or (step not in seen and reaches(step, goal, seen | {step}))
            for step in before.get(start, ())
        )

    assert any(len(steps) > 1 for steps in before.values())
    assert not [term for term in before if reaches(term, term, frozenset())]


def test_blank_nodes_are_lists_and_disjointness_only() -> None:
    for triple in TRIPLES:
        if isinstance(triple.subject, BlankNode):
            assert triple.predicate in {RDF["first"], RDF["rest"], TYPE, OWL["members"]}


def test_terms_are_in_order() -> None:
    for section in ("Classes", "Properties", "Individuals"):
        body = re.split(r"^# ", TEXT, flags=re.MULTILINE)
        (text,) = [part for part in body if part.startswith(section + "\n")]
        names = re.findall(r"^(qkg:\w+)$", text, re.MULTILINE)
        assert names
        assert names == sorted(names)
    prefixes = re.findall(r"^@prefix (\w+):", TEXT, re.MULTILINE)
    assert prefixes == sorted(prefixes)


def mentioned(text: str) -> set[str]:
    return {f"qkg:{name}" for name in re.findall(r"\bqkg:([A-Za-z]\w*)", text)}


def uses() -> set[str]:
    """Return the terms that something other than their own description mentions."""
    found: set[str] = set()
    for path in [*(ROOT / "data").rglob("*.ttl"), *(ROOT / "ontology").glob("*.ttl")]:
        if path != PATH:
            for quad in parse(path=path, format=RdfFormat.TURTLE, base_iri=BASE):
                terms = (quad.subject, quad.predicate, quad.object)
                found |= {curie(term.value) for term in terms if isinstance(term, NamedNode)}
            found |= mentioned("\n".join(re.findall(r'"""(.*?)"""', path.read_text(), re.DOTALL)))
    for name in queries.names(ROOT / "queries"):
        text = queries.stored_query(ROOT / "queries", name).text
        found |= {token.text for token in tokens(text) if token.kind == "name"}
    for triple in TRIPLES:
        if triple.predicate in (*AXIOMS, RDF["first"], TYPE) and isinstance(
            triple.object, NamedNode
        ):
            found.add(curie(triple.object.value))
    return {name for name in found if re.match("qkg:.", name)}


def test_no_term_without_use_and_no_use_without_term() -> None:
    terms = {curie(term.value) for term in TERMS}
    assert uses() - terms - {"qkg:parameters"} == set()
    assert terms - uses() == set()


def test_every_predicate_of_the_data_is_declared() -> None:
    for path in (ROOT / "data").rglob("*.ttl"):
        for quad in parse(path=path, format=RdfFormat.TURTLE, base_iri=BASE):
            assert quad.predicate in PROPERTIES | {TYPE, RDFS["label"]}, (path, quad.predicate)
            if quad.predicate == TYPE:
                assert quad.object in CLASSES, (path, quad.object)


def test_objects_and_literals_stand_where_their_kind_says() -> None:
    for path in (ROOT / "data").rglob("*.ttl"):
        for quad in parse(path=path, format=RdfFormat.TURTLE, base_iri=BASE):
            kinds = objects(quad.predicate, TYPE)
            if OWL["ObjectProperty"] in kinds:
                assert not isinstance(quad.object, Literal), (path, quad)
            if OWL["DatatypeProperty"] in kinds:
                assert isinstance(quad.object, Literal), (path, quad)


def errors(triples: list[Triple]) -> list[str]:
    graph = to_rdflib_graph(triples)
    closure = owlrl.DeductiveClosure(owlrl.OWLRL_Semantics)
    closure.expand(graph)
    namespace = rdflib.Namespace("http://www.daml.org/2002/03/agents/agent-ont#")
    return [str(message) for message in graph.objects(None, namespace.error)]


def test_ontology_and_data_are_consistent_for_owlrl() -> None:
    graph = qkg.load()
    default = [quad.triple for quad in graph.quads("default")]
    assert errors(default) == []
    wrong = Triple(NamedNode(PREFIXES["id"] + "japan"), TYPE, QKG["Agreement"])
    assert errors([*default, wrong])


def test_shapes_mention_only_declared_properties() -> None:
    shapes = claims.read_file(ROOT / "ontology" / "shapes.ttl", NamedNode(BASE + "shapes"), 0)
    path = NamedNode(PREFIXES["sh"] + "path")
    for quad in shapes.statements:
        if quad.predicate == path and isinstance(quad.object, NamedNode):
            assert quad.object in PROPERTIES | {TYPE, RDFS["label"], RDFS["isDefinedBy"]}


def test_what_the_shapes_allow_once_is_single_valued() -> None:
    # What a claim says of itself or its document is no fact that two documents could dispute.
    shapes = claims.read_file(ROOT / "ontology" / "shapes.ttl", NamedNode(BASE + "shapes"), 0)
    sh = PREFIXES["sh"]
    once = {q.subject for q in shapes.statements if q.predicate.value == sh + "maxCount"}
    apart = ("Claim", "Passage", "Position", "Document", "Reference", "Label", "Concept")
    own = tuple(PREFIXES["shape"] + name for name in apart)
    paths = {
        q.object
        for q in shapes.statements
        if q.predicate.value == sh + "path"
        and q.subject in once
        and isinstance(q.subject, NamedNode)
        and not q.subject.value.startswith(own)
    }
    single = {t.subject for t in TRIPLES if t.predicate == QKG["singleValued"]}
    dates = {QKG[name] for name in ("beginsOn", "endsOn", "establishedOn", "occurredOn")}
    counts = {QKG[name] for name in ("reportedFundingChannelCount", "reportedPartnerCount")}
    assert single - paths == dates | counts
    assert paths - single == set()
