"""Shapes checked by pySHACL, the reference; the one module that imports it."""

import warnings
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any

import pyshacl
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple
from pyshacl.errors import ConstraintLoadError, ShapeLoadError, ValidationFailure

from qkg.engines.oxigraph import OxigraphEngine
from qkg.engines.rdflib import from_rdflib, settings_kept, to_node, to_rdflib_graph
from qkg.errors import EngineError, InputError
from qkg.namespaces import OWL, PREFIXES, RDF, RDFS
from qkg.shapes.model import Node
from qkg.shapes.report import Finding, Severity
from qkg.shapes.results import Result
from qkg.shapes.source import SH, Source

__all__ = ["Reference", "reference"]

_SH = PREFIXES["sh"]
_TYPE = to_node(RDF["type"])
_TARGET_NODE = to_node(NamedNode(f"{_SH}targetNode"))
_TARGETS = tuple(
    to_node(NamedNode(f"{_SH}{name}"))
    for name in ("targetClass", "targetSubjectsOf", "targetObjectsOf")
)
"""What a node is a target by, in data that is closed; other targets stay as they are."""
_AIMING = frozenset(
    SH[name] for name in ("targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf")
)
_CLASSES = frozenset((RDFS["Class"], OWL["Class"]))
_SEVERITIES: dict[str, Severity] = {
    f"{_SH}Violation": "violation",
    f"{_SH}Warning": "warning",
    f"{_SH}Info": "info",
}
_RESULTS = f"""
PREFIX sh: <{_SH}>
SELECT ?severity ?message ?shape ?focus ?property ?value
WHERE {{
  ?report sh:result ?result .
  ?result sh:focusNode ?focus ;
    sh:resultMessage ?message ;
    sh:resultSeverity ?severity ;
    sh:sourceShape ?shape .
  OPTIONAL {{ ?result sh:resultPath ?property }}
  OPTIONAL {{ ?result sh:value ?value }}
}}
"""


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


class Reference:
    """Data that is checked by pySHACL, again and again with something added.

    Args:
        data: what to check; it is copied, not changed.
        shapes: the shapes.
    """

    def __init__(self, data: Iterable[Triple | Quad], shapes: Iterable[Triple | Quad]) -> None:
        self._data = to_rdflib_graph(data)
        self._shapes = to_rdflib_graph(shapes)

    def validate(self) -> frozenset[Finding]:
        """Return what is wrong.

        Raises:
            EngineError: pySHACL could not use the shapes.
        """
        return _validated(self._data, self._shapes)

    def validate_with(self, added: Iterable[Triple | Quad]) -> frozenset[Finding]:
        """Return what is wrong near to what is added, for as long as it is there.

        Only the nodes of which it speaks, and those beside them, are looked at: a path of a shape
        has to lead from a node through another to something that is added. Longer ones are left
        to :meth:`validate`.

        Raises:
            EngineError: as :meth:`validate`.
        """
        new = to_rdflib_graph(added) - self._data
        self._data += new
        try:
            return _validated(self._data, self._aimed(self._near(new)))
        finally:
            self._data -= new

    def _near(self, added: Any) -> set[Any]:
        near = {s for s, _, _ in added} | {o for _, p, o in added if p != _TYPE}
        for node in tuple(near):
            near.update(o for _, p, o in self._data.triples((node, None, None)) if p != _TYPE)
            near.update(s for s, _, _ in self._data.triples((None, None, node)))
        return near

    def _aimed(self, nodes: set[Any]) -> Any:
        """Return the shapes, aimed at those of some nodes that are their targets.

        pySHACL can be given the nodes, too, but then does not look at values that are none of them.
        """
        of_class, subjects, objects = defaultdict(set), defaultdict(set), defaultdict(set)
        for node in nodes:
            for predicate, value in self._data.predicate_objects(node):
                subjects[predicate].add(node)
                if predicate == _TYPE:
                    of_class[value].add(node)
            for predicate in self._data.predicates(None, node):
                objects[predicate].add(node)
        targets = dict(zip(_TARGETS, (of_class, subjects, objects), strict=True))
        aimed = to_rdflib_graph(())
        for shape, kind, value in self._shapes:
            if kind not in targets:
                aimed.add((shape, kind, value))
                continue
            for node in targets[kind][value]:
                aimed.add((shape, _TARGET_NODE, node))
        return aimed


def _report(data: Any, shapes: Any) -> Any:
    """Return the report on one rdflib graph after the shapes in another, as a graph."""
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


def _validated(data: Any, shapes: Any) -> frozenset[Finding]:
    """Return what pySHACL finds wrong in one rdflib graph after the shapes in another."""
    results = _report(data, shapes)
    report = OxigraphEngine(Quad(*triple) for triple in from_rdflib(results))
    return frozenset(
        Finding(
            path=None,
            line=0,
            column=0,
            severity=_SEVERITIES.get(severity.value, "violation"),
            message=message.value,
            shape=shape if isinstance(shape, NamedNode) else None,
            focus=focus,
            property=property_,
            value=value,
        )
        for severity, message, shape, focus, property_, value in report.select(_RESULTS).terms
        if isinstance(severity, NamedNode) and isinstance(message, Literal)
    )
