"""Validating what an engine holds against shapes, by queries."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from pyoxigraph import NamedNode

from qkg.engines.together import answers, together
from qkg.shapes.aims import EVERYWHERE, Scope
from qkg.shapes.compiler import Compiled, Violations, compile_shapes
from qkg.shapes.reading import read_shapes
from qkg.shapes.results import Result, Results
from qkg.shapes.routes import Footprint, Walker, footprint
from qkg.shapes.solutions import results

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Literal, Quad, Triple

    from qkg.engines import Engine
    from qkg.shapes.model import Node

__all__ = ["by_reference", "compiled_shapes", "footprints", "revalidate", "validate"]

_NODES = NamedNode("urn:qkg:nodes")
"""What stands in a query for the focus nodes that are looked at."""
_NARROWED = Scope(nodes=(_NODES,))
_Member: TypeAlias = "tuple[Violations, Violations, Footprint]"
"""A constraint for all focus nodes, the same for some, and what it looks at."""

_NARROW = 500
"""How many focus nodes are looked at by name; beyond it, looking at all of them is quicker."""


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
    texts = (violations.text for violations in compiled.queries)
    found = dict.fromkeys(
        result
        for violations, answer in zip(compiled.queries, answers(engine, texts), strict=True)
        for result in results(violations, answer)
    )
    found.update(dict.fromkeys(_referred(engine, shapes, compiled)))
    return Results(tuple(found), compiled.referred)


def revalidate(
    engine: Engine, shapes: Iterable[Triple | Quad], before: Results, changed: Iterable[Triple]
) -> Results:
    """Validate the default graph of an engine again, after some triples came or went.

    Only those focus nodes are looked at that the triples can tell on, so that it costs what the
    change costs; shapes that pySHACL validates are validated as a whole.

    Args:
        engine: what holds the data, after the change.
        shapes: the shapes graph.
        before: what was found before the change.
        changed: the triples that the default graph gained or lost.

    Returns:
        The same as :func:`validate`.

    Raises:
        InputError, EngineError: as :func:`validate`.
    """
    shapes = tuple(shapes)
    return together(lambda: _revalidated(engine, shapes, before, Walker(engine, changed)))


def _revalidated(
    engine: Engine, shapes: tuple[Triple | Quad, ...], before: Results, walker: Walker
) -> Results:
    compiled = compiled_shapes(shapes)
    looked_at: dict[tuple[Node, NamedNode], frozenset[NamedNode | Literal] | None] = {}
    queries: list[tuple[Violations, str]] = []
    for key, members in _groups(shapes).items():
        nodes = looked_at[key] = _affected(walker, members)
        if nodes is None:
            queries += ((every, every.text) for every, _, _ in members)
        elif nodes:
            block = " ".join(map(str, nodes))
            queries += ((some, some.text.replace(str(_NODES), block)) for _, some, _ in members)
    texts = (text for _, text in queries)
    found = dict.fromkeys(
        result
        for (violations, _), answer in zip(queries, answers(engine, texts), strict=True)
        for result in results(violations, answer)
    )
    found.update(dict.fromkeys(_referred(engine, shapes, compiled)))
    kept = [
        result
        for result in before.results
        if (nodes := looked_at.get((result.shape, result.component))) is not None
        and result.focus not in nodes
    ]
    return Results(tuple(dict.fromkeys((*kept, *found))), compiled.referred)


def footprints(compiled: Compiled) -> tuple[Footprint, ...]:
    """Return what each constraint that is compiled looks at, in the order of the queries."""
    return tuple(footprint(violations, compiled.shapes) for violations in compiled.queries)


def _affected(walker: Walker, members: list[_Member]) -> frozenset[NamedNode | Literal] | None:
    """Return the focus nodes to look at; None for all of them."""
    nodes: set[NamedNode | Literal] = set()
    for violations, _, looked_at in members:
        affected = walker.affected(looked_at)
        if affected is None or (affected and not violations.aim.is_bounded):
            return None
        nodes |= affected
    return frozenset(nodes) if len(nodes) <= _NARROW else None


def _referred(
    engine: Engine, shapes: tuple[Triple | Quad, ...], compiled: Compiled
) -> tuple[Result, ...]:
    if not compiled.referred:
        return ()
    return by_reference(tuple(engine.quads()), shapes, compiled)


def by_reference(
    data: Iterable[Triple | Quad], shapes: tuple[Triple | Quad, ...], compiled: Compiled
) -> tuple[Result, ...]:
    """Return what pySHACL finds by the shapes that are not compiled; raises as :func:`validate`."""
    from qkg.shapes.reference import reference

    return reference(data, shapes, {each.shape for each in compiled.referred})


@lru_cache(maxsize=8)
def compiled_shapes(shapes: tuple[Triple | Quad, ...], scope: Scope = EVERYWHERE) -> Compiled:
    """Return what a shapes graph compiles into; raises as :func:`validate`."""
    return compile_shapes(read_shapes(shapes), scope)


@lru_cache(maxsize=8)
def _groups(
    shapes: tuple[Triple | Quad, ...],
) -> dict[tuple[Node, NamedNode], list[_Member]]:
    """Return the constraints by shape and component.

    One shape may have a component twice, and a result does not say which of the two it is of.
    """
    compiled, narrowed = compiled_shapes(shapes), compiled_shapes(shapes, _NARROWED)
    groups: defaultdict[tuple[Node, NamedNode], list[_Member]] = defaultdict(list)
    for member in zip(compiled.queries, narrowed.queries, footprints(compiled), strict=True):
        shape, constraint = member[0].shape, member[0].constraint
        groups[shape.node, constraint.component].append(member)
    return groups
