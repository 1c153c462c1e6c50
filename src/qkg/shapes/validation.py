"""Validating what an engine holds against shapes, by queries."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from qkg.shapes.compiler import Compiled, Violations, compile_shapes
from qkg.shapes.model import Closed, Compared, Custom, Sparql
from qkg.shapes.reading import read_shapes
from qkg.shapes.results import Result, Results

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qkg.answers import Term
    from qkg.engines import Engine
    from qkg.shapes.paths import Path

__all__ = ["validate"]

_OF_NODE = (Sparql, Custom, Compared)
"""What finds fault with the focus node itself where it names no other value node."""
_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")


def validate(engine: Engine, shapes: Iterable[Triple | Quad]) -> Results:
    """Validate the default graph of an engine.

    Nothing is inferred but what SHACL itself asks for: the superclasses of the types of nodes.
    Shapes that do not compile into queries are validated by pySHACL, over a copy of the data.

    Args:
        engine: what holds the data.
        shapes: the shapes graph.

    Raises:
        InputError: a shape is ill-formed.
        EngineError: the engine failed, or pySHACL did.
    """
    shapes = tuple(shapes)
    compiled = compiled_shapes(shapes)
    found = dict.fromkeys(
        result for query in compiled.queries for result in violations(engine, query)
    )
    if compiled.referred:
        from qkg.shapes.reference import reference

        roots = {each.shape for each in compiled.referred}
        found.update(dict.fromkeys(reference(engine.quads(), shapes, roots)))
    return Results(tuple(found), compiled.referred)


@lru_cache(maxsize=8)
def compiled_shapes(shapes: tuple[Triple | Quad, ...]) -> Compiled:
    """Return what a shapes graph compiles into; raises as :func:`validate`."""
    return compile_shapes(read_shapes(shapes))


def violations(engine: Engine, query: Violations) -> Iterator[Result]:
    """Yield the results of one constraint."""
    answer = engine.select(query.text)
    if not answer.terms:
        return
    places = {variable: place for place, variable in enumerate(answer.variables)}
    shape, constraint = query.shape, query.constraint
    for row in answer.terms:
        solution = {name: row[place] for name, place in places.items()}
        focus = solution["this"]
        assert focus is not None
        value = focus if query.value else solution.get("value")
        if value is None and shape.path is None and isinstance(constraint, _OF_NODE):
            value = focus
        path: Path | None = shape.path
        found = solution.get("path")
        if isinstance(constraint, Closed | Sparql | Custom) and isinstance(found, NamedNode):
            path = found
        yield Result(
            shape.severity,
            constraint.component,
            shape.node,
            focus,
            path,
            value,
            tuple(_messages(query, solution)),
        )


def _messages(query: Violations, solution: dict[str, Term | None]) -> Iterator[Literal]:
    own = solution.get("message")
    if isinstance(own, Literal) and isinstance(query.constraint, Sparql | Custom):
        yield own
        return
    known = dict(query.parameters) | solution

    def filled(match: re.Match[str]) -> str:
        term = known.get(match[1])
        if term is None:
            return match[0]
        return term.value if isinstance(term, NamedNode | Literal | BlankNode) else str(term)

    for message in query.messages:
        text = _PLACEHOLDER.sub(filled, message.value)
        yield Literal(text, language=message.language) if message.language else Literal(text)
