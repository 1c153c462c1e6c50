"""Shapes checked by pySHACL, the reference; the one module that imports it."""

import warnings
from collections.abc import Collection, Iterable, Iterator
from typing import Any

import pyshacl
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Triple
from pyshacl.errors import ConstraintLoadError, ShapeLoadError, ValidationFailure
from pyshacl.rdfutil.stringify import stringify_blank_node

from qkg.engines.rdflib import from_rdflib, settings_kept, to_rdflib_graph
from qkg.errors import EngineError, InputError
from qkg.namespaces import OWL, RDF, RDFS
from qkg.shapes.model import Node
from qkg.shapes.results import Result
from qkg.shapes.source import SH, Source

__all__ = ["reference"]

_AIMING = frozenset(
    SH[name] for name in ("targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf")
)
_CLASSES = frozenset((RDFS["Class"], OWL["Class"]))


def reference(
    data: Iterable[Triple | Quad],
    shapes: Iterable[Triple | Quad],
    roots: Collection[Node] | None = None,
) -> tuple[Result, ...]:
    """Validate data against shapes with pySHACL.

    Args:
        data: the data; quads of named graphs are passed over.
        shapes: the shapes graph.
        roots: the shapes whose targets are looked at; None for all of them.

    Raises:
        InputError: pySHACL finds a shape ill-formed.
        EngineError: pySHACL failed.
    """
    default = (q for q in data if isinstance(q, Triple) or q.graph_name == DefaultGraph())
    aimed = shapes if roots is None else _only(shapes, roots)
    results = _report(to_rdflib_graph(default), to_rdflib_graph(aimed))
    return tuple(_results(Source(from_rdflib(results))))


def _only(shapes: Iterable[Triple | Quad], roots: Collection[Node]) -> Iterator[Triple | Quad]:
    """Yield a shapes graph in which only some shapes have targets."""
    for triple in shapes:
        is_class = triple.predicate == RDF["type"] and triple.object in _CLASSES
        if triple.subject in roots or not (triple.predicate in _AIMING or is_class):
            yield triple


def _results(report: Source) -> Iterator[Result]:
    # Not every instance of sh:ValidationResult: one may be a detail of another.
    nodes = dict.fromkeys(
        node
        for each in report.having(SH["result"])
        if report.is_instance(each, SH["ValidationReport"])
        for node in report.values(each, SH["result"])
        if isinstance(node, NamedNode | BlankNode)
    )
    for node in nodes:
        shape = report.value(node, SH["sourceShape"])
        component = report.value(node, SH["sourceConstraintComponent"])
        severity = report.value(node, SH["resultSeverity"])
        focus = report.value(node, SH["focusNode"])
        path = report.value(node, SH["resultPath"])
        assert isinstance(component, NamedNode)
        assert isinstance(severity, NamedNode)
        assert isinstance(shape, NamedNode | BlankNode)
        assert focus is not None
        yield Result(
            severity,
            component,
            shape,
            focus,
            None if path is None else report.path(shape, path),
            report.value(node, SH["value"]),
            report.texts(node, SH["resultMessage"]),
        )


def _report(data: Any, shapes: Any) -> Any:
    """Return the report on one rdflib graph after the shapes in another, as a graph."""
    # Its messages tell of a blank node what they told before of one in a graph that is gone, where
    # Python puts this graph in the same place.
    getattr(stringify_blank_node, "dict_cache", {}).clear()
    with settings_kept(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            _, results, _ = pyshacl.validate(
                data, shacl_graph=shapes, inference="none", inplace=True
            )
        except (ShapeLoadError, ConstraintLoadError) as error:
            raise InputError(f"pySHACL could not use the shapes: {error}.") from error
        except Exception as error:
            raise EngineError(f"pySHACL could not use the shapes: {error}.") from error
    if isinstance(results, ValidationFailure):
        raise InputError(f"pySHACL could not use the shapes: {results.message}.")
    return results
