"""Validating the named graphs of an engine, each by itself, all of them at once."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from qkg.answers import Answer
from qkg.engines.together import answers, together
from qkg.shapes.aims import GRAPHS
from qkg.shapes.compiler import focus_query
from qkg.shapes.solutions import results
from qkg.shapes.validation import by_reference, compiled_shapes
from qkg.sparql.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import Quad, Triple

    from qkg.answers import Term
    from qkg.engines import Engine
    from qkg.shapes.compiler import Compiled, Violations
    from qkg.shapes.results import Result

__all__ = ["validate_graphs"]


def validate_graphs(
    engine: Engine, shapes: Iterable[Triple | Quad]
) -> dict[NamedNode, frozenset[Result]]:
    """Validate each named graph of an engine by itself, all of them with one query a constraint.

    Args:
        engine: what holds the graphs.
        shapes: the shapes graph.

    Returns:
        The results, by graph; a graph that conforms is left out.

    Raises:
        InputError, EngineError: as :func:`validate`.
    """
    shapes = tuple(shapes)
    compiled = compiled_shapes(shapes, GRAPHS)
    found = together(lambda: _found(engine, shapes, compiled))
    return {graph: frozenset(members) for graph, members in found.items() if members}


def _found(
    engine: Engine, shapes: tuple[Triple | Quad, ...], compiled: Compiled
) -> dict[NamedNode, set[Result]]:
    found: defaultdict[NamedNode, set[Result]] = defaultdict(set)
    joint: list[Violations] = []
    for violations in compiled.queries:
        if not (violations.query.is_whole or _has_nodes(violations)):
            joint.append(violations)
            continue
        for graph in _aimed_at(engine, violations, compiled):
            answer = engine.select(_from(violations.text, graph))
            found[graph].update(results(violations, answer))
    texts = (violations.query.text_of_graphs for violations in joint)
    for violations, answer in zip(joint, answers(engine, texts), strict=True):
        for graph, rows in _by_graph(answer):
            found[graph].update(results(violations, rows))
    if compiled.referred:
        by_graph: defaultdict[NamedNode, list[Triple]] = defaultdict(list)
        for quad in engine.quads():
            if isinstance(quad.graph_name, NamedNode):
                by_graph[quad.graph_name].append(quad.triple)
        for graph, triples in by_graph.items():
            found[graph].update(by_reference(triples, shapes, compiled))
    return found


def _has_nodes(violations: Violations) -> bool:
    """Return whether a shape is aimed at nodes by name: no triple of theirs tells the graph."""
    return any(target.kind == "node" for target in violations.aim.targets)


def _aimed_at(engine: Engine, violations: Violations, compiled: Compiled) -> list[NamedNode]:
    """Return the named graphs in which a shape may have a focus node."""
    text = "SELECT DISTINCT ?graph WHERE { GRAPH ?graph { ?s ?p ?o } }"
    if not _has_nodes(violations):
        text = focus_query(compiled.shapes, violations, GRAPHS).text_of_graphs
    rows = engine.select(text).terms
    return list(dict.fromkeys(row[0] for row in rows if isinstance(row[0], NamedNode)))


def _from(text: str, graph: NamedNode) -> str:
    """Return a query over a named graph in place of the default graph."""
    opening = next(token for token in tokens(text) if token.text == "{" or token.is_word("WHERE"))
    return f"{text[: opening.start]} FROM {graph} {text[opening.start :]}"


def _by_graph(answer: Answer) -> Iterator[tuple[NamedNode, Answer]]:
    place = answer.variables.index("graph")
    rows: defaultdict[Term | None, list[tuple[Term | None, ...]]] = defaultdict(list)
    for row in answer.terms:
        rows[row[place]].append(row)
    for graph, found in rows.items():
        if isinstance(graph, NamedNode):
            yield graph, Answer(answer.variables, tuple(found))
