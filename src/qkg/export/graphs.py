"""Triples and quads as Turtle, TriG, N-Triples, N-Quads, RDF/XML and JSON-LD."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TypeAlias, cast

from pyoxigraph import BlankNode, DefaultGraph, Literal, Quad, RdfFormat, Triple, serialize

from qkg.answers import Term
from qkg.errors import InputError, NameUnknown
from qkg.export.xml import NOT_XML
from qkg.namespaces import PREFIXES, RDF

__all__ = ["GRAPH_FORMATS", "QUAD_FORMATS", "write_graph"]

GRAPH_FORMATS: Mapping[str, RdfFormat] = MappingProxyType(
    {
        "turtle": RdfFormat.TURTLE,
        "trig": RdfFormat.TRIG,
        "ntriples": RdfFormat.N_TRIPLES,
        "nquads": RdfFormat.N_QUADS,
        "rdfxml": RdfFormat.RDF_XML,
        "jsonld": RdfFormat.JSON_LD,
    }
)
"""The formats by the names that the command line and :func:`write_graph` take."""

QUAD_FORMATS = frozenset(("trig", "nquads", "jsonld"))
"""The formats that can say in which named graph a triple stands."""

_TYPE = RDF["type"]
_XML_NAME = re.compile(r"[^\W\d][\w.-]*$")
_PREFIXES = re.compile(r"(?:@prefix [^\n]*\n)+|(?: xmlns:\w+=\"[^\"]*\")+")
_PREFIX = re.compile(r"@prefix [^\n]*\n| xmlns:\w+=\"[^\"]*\"")

_Key: TypeAlias = tuple[str, str, bool, str, str]


def write_graph(statements: Iterable[Triple | Quad], format: str) -> str:  # noqa: A002
    """Return statements as text, sorted, so that the same statements give the same bytes.

    Args:
        statements: triples, or quads; blank nodes keep their names.
        format: one of :data:`GRAPH_FORMATS`.

    Raises:
        NameUnknown: there is no such format.
        InputError: there are named graphs, and the format has none; or the format is RDF/XML or
            JSON-LD, and there is an IRI or a character that it cannot hold.
    """
    if format not in GRAPH_FORMATS:
        raise NameUnknown("graph format", format, GRAPH_FORMATS)
    ordered = sorted(dict.fromkeys(statements), key=_key)
    if format not in QUAD_FORMATS:
        if any(isinstance(s, Quad) and s.graph_name != DefaultGraph() for s in ordered):
            others = " or ".join(sorted(QUAD_FORMATS))
            raise InputError(f"The format {format} has no named graphs: take {others}.")
        ordered = [s.triple if isinstance(s, Quad) else s for s in ordered]
    if format == "jsonld":
        from qkg.export.jsonld import write_compacted

        return write_compacted(s if isinstance(s, Quad) else Quad(*s) for s in ordered)
    if format == "rdfxml":
        ordered = [_fit_for_xml(statement) for statement in ordered]
    prefixes = dict(PREFIXES) if format in ("turtle", "trig", "rdfxml") else None
    triples = cast("list[Triple]", ordered)
    data = serialize(triples, format=GRAPH_FORMATS[format], prefixes=prefixes)
    assert data is not None
    text = _PREFIXES.sub(_sorted, data.decode(), count=1)
    # A bare carriage return would be read back as a line feed.
    return text.replace("\r", "&#13;") if format == "rdfxml" else text


def _fit_for_xml(statement: Triple | Quad) -> Triple:
    """Return a triple that RDF/XML can hold; raise InputError where it cannot."""
    predicate, object_ = statement.predicate, statement.object
    if not _XML_NAME.search(predicate.value):
        raise InputError(
            f"The format rdfxml cannot hold {predicate}: the end of its IRI is no name in XML."
        )
    if isinstance(object_, Literal) and NOT_XML.search(object_.value):
        raise InputError("The format rdfxml cannot hold a control character of a literal.")

    def named(term: Term) -> Term:
        # What begins with a digit is no name in XML.
        return BlankNode(f"b{term.value}") if isinstance(term, BlankNode) else term

    return Triple(named(statement.subject), predicate, named(object_))  # type: ignore[arg-type]


def _key(statement: Triple | Quad) -> _Key:
    graph = "" if isinstance(statement, Triple) else str(statement.graph_name)
    predicate = statement.predicate
    return (
        "" if graph == "DEFAULT" else graph,
        str(statement.subject),
        predicate != _TYPE,
        str(predicate),
        str(statement.object),
    )


def _sorted(match: re.Match[str]) -> str:
    # pyoxigraph declares prefixes in another order in each run.
    return "".join(sorted(_PREFIX.findall(match.group())))
