"""The namespaces that the graph uses, in one table, and IRIs as short names.

A CURIE here is a prefix, a colon and the rest of the IRI: it is what the command line prints and
takes. Its rest may hold a slash (``data:entities/actors``), which Turtle and SPARQL would escape.
"""

from collections.abc import Mapping
from types import MappingProxyType

from pyoxigraph import NamedNode

__all__ = [
    "BASE",
    "DATA",
    "INFERRED",
    "OA",
    "ONTOLOGY",
    "OWL",
    "PREFIXES",
    "QKG",
    "RDF",
    "RDFS",
    "XSD",
    "Namespace",
    "curie",
    "expand",
]


class Namespace:
    """An IRI that others continue: ``QKG["Claim"]`` is the IRI of the term, as a NamedNode."""

    __slots__ = ("_iri",)

    def __init__(self, iri: str) -> None:
        self._iri = iri

    def __str__(self) -> str:
        return self._iri

    def __getitem__(self, name: str) -> NamedNode:
        """Return the IRI of `name` in this namespace."""
        return NamedNode(self._iri + name)


BASE = "https://w3id.org/qkg/"
DATA = BASE + "data/"
OA = Namespace("http://www.w3.org/ns/oa#")
OWL = Namespace("http://www.w3.org/2002/07/owl#")
QKG = Namespace(BASE + "ontology#")
RDF = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS = Namespace("http://www.w3.org/2000/01/rdf-schema#")
XSD = Namespace("http://www.w3.org/2001/XMLSchema#")

ONTOLOGY = NamedNode(BASE + "ontology")
"""The named graph of the ontology."""

INFERRED = NamedNode(BASE + "graph/inferred")
"""The named graph of everything inferred."""

PREFIXES: Mapping[str, str] = MappingProxyType(
    {
        "concept": BASE + "concept/",
        "data": DATA,
        "dcterms": "http://purl.org/dc/terms/",
        "document": BASE + "document/",
        "id": BASE + "id/",
        "oa": str(OA),
        "owl": str(OWL),
        "qkg": str(QKG),
        "rdf": str(RDF),
        "rdfs": str(RDFS),
        "schema": "https://schema.org/",
        "sh": "http://www.w3.org/ns/shacl#",
        "shape": BASE + "shapes#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "vann": "http://purl.org/vocab/vann/",
        "xsd": str(XSD),
    }
)


def curie(iri: str) -> str:
    """Return `iri` as a CURIE, by the longest namespace that fits, or in angle brackets.

    >>> curie("https://w3id.org/qkg/id/q-neko")
    'id:q-neko'
    >>> curie("https://example.org/x")
    '<https://example.org/x>'
    """
    best = max(
        (item for item in PREFIXES.items() if iri.startswith(item[1]) and iri != item[1]),
        key=lambda item: len(item[1]),
        default=None,
    )
    return f"<{iri}>" if best is None else f"{best[0]}:{iri[len(best[1]) :]}"


def expand(name: str) -> str | None:
    """Return the IRI that a CURIE abbreviates, or None where its prefix is not in the table.

    >>> expand("id:q-neko")
    'https://w3id.org/qkg/id/q-neko'
    >>> expand("q-neko") is None
    True
    """
    prefix, colon, rest = name.partition(":")
    namespace = PREFIXES.get(prefix) if colon else None
    return None if namespace is None else namespace + rest
