"""The alignments name terms that exist, and the document lists exactly them."""

import re
from itertools import combinations

import pytest
from conftest import ROOT
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse
from rdflib import DCTERMS, FOAF, ORG, PROV, SDO, URIRef
from rdflib.namespace import DefinedNamespace

from qkg.namespaces import OWL, QKG, RDF, RDFS

HEADER = NamedNode("https://w3id.org/qkg/alignments")
SKOS = "http://www.w3.org/2004/02/skos/core#"
RELATIONS = {
    str(RDFS) + "subClassOf": "rdfs:subClassOf",
    str(RDFS) + "subPropertyOf": "rdfs:subPropertyOf",
    SKOS + "closeMatch": "skos:closeMatch",
    SKOS + "exactMatch": "skos:exactMatch",
    SKOS + "relatedMatch": "skos:relatedMatch",
}
VOCABULARIES = {
    "dcterms": "http://purl.org/dc/terms/",
    "dg": "https://w3id.org/dingo#",
    "eli": "http://data.europa.eu/eli/ontology#",
    "eurio": "http://data.europa.eu/s66#",
    "fibo": "https://spec.edmcouncil.org/fibo/ontology/FND/Agreements/Agreements/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "frapo": "http://purl.org/cerif/frapo/",
    "org": "http://www.w3.org/ns/org#",
    "prov": "http://www.w3.org/ns/prov#",
    "schema": "https://schema.org/",
}
CLOSED: dict[str, type[DefinedNamespace]] = {
    "dcterms": DCTERMS,
    "foaf": FOAF,
    "org": ORG,
    "prov": PROV,
    "schema": SDO,
}
# What PROV-O and FOAF hold apart, of what qkg is aligned with.
APART = [
    {"prov:Activity", "prov:Entity"},
    {"foaf:Document", "foaf:Organization"},
    {"foaf:Document", "foaf:Project"},
    {"foaf:Organization", "foaf:Person"},
    {"foaf:Person", "foaf:Project"},
]


def read(name: str) -> list[Triple]:
    path = ROOT / "ontology" / name
    return [quad.triple for quad in parse(path=path, format=RdfFormat.TURTLE)]


FILE = read("alignments.ttl")
ONTOLOGY = read("qkg.ttl")
DOCUMENT = (ROOT / "docs" / "alignments.md").read_text(encoding="utf-8")


def short(term: NamedNode | BlankNode | Literal | Triple) -> str:
    """Return an IRI of the listed vocabularies, or of qkg, as the document writes it."""
    assert isinstance(term, NamedNode), term
    for prefix, namespace in {**VOCABULARIES, "qkg": str(QKG)}.items():
        name = term.value.removeprefix(namespace)
        if name != term.value and re.fullmatch(r"\w+", name):
            return f"{prefix}:{name}"
    return term.value


def rows(heading: str) -> list[list[str]]:
    """Return the cells of the table in a section of the document."""
    section = DOCUMENT.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def typed(*names: str) -> set[str]:
    kinds = {OWL[name] for name in names}
    return {
        short(triple.subject)
        for triple in ONTOLOGY
        if triple.predicate == RDF["type"]
        and triple.object in kinds
        and isinstance(triple.subject, NamedNode)
        and triple.subject.value.startswith(str(QKG))
    }


CLASSES = typed("Class")
PROPERTIES = typed("ObjectProperty", "DatatypeProperty")
INDIVIDUALS = typed("NamedIndividual")
ALIGNMENTS = [
    (short(triple.subject), RELATIONS.get(triple.predicate.value, ""), short(triple.object))
    for triple in FILE
    if triple.subject != HEADER
]


def ancestors(name: str) -> set[str]:
    """Return a class and all that it is below, by the ontology and the alignments."""
    above = {name}
    pairs = {(subject, target) for subject, relation, target in ALIGNMENTS if "Class" in relation}
    pairs |= {
        (short(triple.subject), short(triple.object))
        for triple in ONTOLOGY
        if triple.predicate == RDFS["subClassOf"]
        and isinstance(triple.subject, NamedNode)
        and isinstance(triple.object, NamedNode)
    }
    while more := {target for subject, target in pairs if subject in above} - above:
        above |= more
    return above


def members(start: NamedNode | BlankNode | Literal | Triple) -> list[str]:
    """Return what an RDF list of the ontology holds."""
    found: list[str] = []
    while start != RDF["nil"]:
        node = {t.predicate: t.object for t in ONTOLOGY if t.subject == start}
        found.append(short(node[RDF["first"]]))
        start = node[RDF["rest"]]
    return found


def test_the_header_imports_nothing() -> None:
    header = {triple.predicate.value for triple in FILE if triple.subject == HEADER}
    dcterms = VOCABULARIES["dcterms"]
    assert header == {
        str(RDF) + "type",
        *(dcterms + name for name in ("description", "license", "title")),
    }


def test_every_subject_is_a_term_of_the_ontology() -> None:
    assert {subject for subject, _, _ in ALIGNMENTS} <= CLASSES | PROPERTIES | INDIVIDUALS


def test_every_relation_is_allowed_and_fits_its_subject() -> None:
    for subject, relation, _ in ALIGNMENTS:
        assert relation, subject
        assert relation != "rdfs:subClassOf" or subject in CLASSES, subject
        assert relation != "rdfs:subPropertyOf" or subject in PROPERTIES, subject


def test_no_pair_is_aligned_twice() -> None:
    pairs = [(subject, target) for subject, _, target in ALIGNMENTS]
    assert len(pairs) == len(set(pairs))


def test_every_target_is_in_a_listed_vocabulary() -> None:
    prefixes = [target.partition(":")[0] for _, _, target in ALIGNMENTS]
    assert set(prefixes) == set(VOCABULARIES)
    assert min(prefixes.count(prefix) for prefix in VOCABULARIES) >= 2


@pytest.mark.parametrize("prefix", CLOSED)
def test_every_target_that_rdflib_can_tell_of_exists(prefix: str) -> None:
    targets = {target for _, _, target in ALIGNMENTS if target.startswith(prefix + ":")}
    assert targets
    for target in targets:
        iri = VOCABULARIES[prefix] + target.partition(":")[2]
        assert URIRef(iri) in CLOSED[prefix], target


@pytest.mark.parametrize(
    ("prefix", "name"),
    [("org", "Engagement"), ("prov", "Agreement"), ("schema", "GovernmentAgency")],
)
def test_a_term_that_does_not_exist_would_be_found(prefix: str, name: str) -> None:
    assert URIRef(VOCABULARIES[prefix] + name) not in CLOSED[prefix]


def test_no_class_is_below_two_that_are_disjoint() -> None:
    disjoint = [
        set(pair)
        for triple in ONTOLOGY
        if triple.predicate == OWL["members"]
        for pair in combinations(members(triple.object), 2)
    ]
    assert disjoint
    for name in CLASSES:
        above = ancestors(name)
        assert not [pair for pair in disjoint + APART if pair <= above], name


def test_the_document_lists_the_vocabularies() -> None:
    table = rows("The vocabularies")[1:]
    assert {prefix.strip("`"): name.strip("`") for prefix, name, _ in table} == VOCABULARIES


def test_the_document_lists_exactly_the_alignments() -> None:
    checked = {prefix.strip("`"): where for prefix, _, where in rows("The vocabularies")[1:]}
    listed = []
    for *cells, where in rows("The alignments")[1:]:
        subject, relation, target = (cell.strip("`") for cell in cells)
        assert where == checked[target.partition(":")[0]], target
        listed.append((subject, relation, target))
    assert listed == sorted(ALIGNMENTS)
