"""Triples and quads as Turtle, TriG, N-Triples, N-Quads and JSON-LD."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TypeAlias, cast

from pyoxigraph import DefaultGraph, Quad, RdfFormat, Triple, serialize

from qkg.errors import InputError, NameUnknown
from qkg.namespaces import PREFIXES, RDF

__all__ = ["GRAPH_FORMATS", "QUAD_FORMATS", "write_graph"]

GRAPH_FORMATS: Mapping[str, RdfFormat] = MappingProxyType(
    {
        "turtle": RdfFormat.TURTLE,
        "trig": RdfFormat.TRIG,
        "ntriples": RdfFormat.N_TRIPLES,
        "nquads": RdfFormat.N_QUADS,
        "jsonld": RdfFormat.JSON_LD,
    }
)
"""The formats by the names that the command line and :func:`write_graph` take."""

QUAD_FORMATS = frozenset(("trig", "nquads", "jsonld"))
"""The formats that can say in which named graph a triple stands."""

_TYPE = RDF["type"]
_PREFIX_LINES = re.compile(r"(?:@prefix [^\n]*\n)+")

_Key: TypeAlias = tuple[str, str, bool, str, str]


def write_graph(statements: Iterable[Triple | Quad], format: str) -> str:  # noqa: A002
    """Return statements as text, sorted, so that the same statements give the same bytes.

    Args:
        statements: triples, or quads; blank nodes keep their names.
        format: one of :data:`GRAPH_FORMATS`.

    Raises:
        NameUnknown: there is no such format.
        InputError: there are named graphs, and the format has none.
    """
    if format not in GRAPH_FORMATS:
        raise NameUnknown("graph format", format, GRAPH_FORMATS)
    ordered = sorted(dict.fromkeys(statements), key=_key)
    if format not in QUAD_FORMATS:
        if any(isinstance(s, Quad) and s.graph_name != DefaultGraph() for s in ordered):
            others = " or ".join(sorted(QUAD_FORMATS))
            raise InputError(f"The format {format} has no named graphs: take {others}.")
        ordered = [s.triple if isinstance(s, Quad) else s for s in ordered]
    prefixes = dict(PREFIXES) if format in ("turtle", "trig") else None
    triples = cast("list[Triple]", ordered)
    data = serialize(triples, format=GRAPH_FORMATS[format], prefixes=prefixes)
    assert data is not None
    text = data.decode()
    if format == "jsonld":
        import json

        return json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n"
    return _PREFIX_LINES.sub(_sorted_lines, text, count=1)


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


def _sorted_lines(match: re.Match[str]) -> str:
    return "".join(sorted(match.group().splitlines(keepends=True)))
