"""JSON-LD 1.1, compacted with the shipped context, offline; the one module that imports PyLD."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

from pyld import jsonld
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, serialize

from qkg._paths import shipped
from qkg.errors import InputError

__all__ = ["write_compacted", "write_framed"]


def write_compacted(statements: Iterable[Quad]) -> str:
    """Return statements as JSON-LD in compacted form, the context in it.

    Args:
        statements: quads, in the order in which the nodes are to stand.

    Returns:
        A document with an ``@graph`` of the nodes of the default graph and, each as a node with an
        ``@graph`` of its own, the named graphs (JSON-LD 1.1 API, section 5.6).

    Raises:
        InputError: the graph has an IRI that JSON-LD would read as another.
    """
    options = {**_OPTIONS, "graph": True}
    with _refused():
        return _text(jsonld.compact(_expanded(statements), _context(), options))


def write_framed(statements: Iterable[Triple], root: NamedNode) -> str:
    """Return statements as JSON-LD that begins at one thing, what it points to nested within it.

    Args:
        statements: triples.
        root: the thing.

    Returns:
        A document whose top is the node of `root`; each other node is embedded once, and named by
        its IRI from then on (JSON-LD 1.1 Framing, section 4.1).

    Raises:
        InputError: as :func:`write_compacted`.
    """
    quads = (Quad(s.subject, s.predicate, s.object) for s in sorted(statements, key=str))
    frame = {**_context(), "@id": root.value, "@embed": "@once"}
    with _refused():
        return _text(jsonld.frame(_expanded(quads), frame, {**_OPTIONS, "omitGraph": True}))


@contextmanager
def _refused() -> Iterator[None]:
    try:
        yield
    except Exception as error:  # PyLD has no class of its own for what an IRI makes it stumble over
        reason = str(error.args[0] if error.args else error).rstrip(". ")
        iri = (getattr(error, "details", None) or {}).get("iri", "")
        raise InputError(
            f"The format jsonld cannot hold this graph: {reason[:200]} {iri}".rstrip() + "."
        ) from error


def _no_fetch(url: str, _: object = None) -> NoReturn:
    raise ValueError(f"{url} is not fetched: the context is in the document")


_OPTIONS: dict[str, object] = {"documentLoader": _no_fetch}


def _context() -> dict[str, Any]:
    text = (shipped("ontology") / "context.jsonld").read_text(encoding="utf-8")
    context: dict[str, Any] = json.loads(text)
    return context


def _expanded(quads: Iterable[Quad]) -> object:
    data = serialize(quads, format=RdfFormat.N_QUADS)
    assert data is not None
    # Native numbers and booleans would lose lexical forms.
    options = {"format": "application/n-quads", "useNativeTypes": False}
    return jsonld.from_rdf(data.decode(), options)


def _text(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
