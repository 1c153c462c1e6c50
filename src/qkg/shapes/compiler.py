"""Shapes into queries: each constraint becomes one SELECT of what violates it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import NamedNode

from qkg.shapes.aims import EVERYWHERE, Aim, Scope
from qkg.shapes.conditions import Conditions, is_of_one_value
from qkg.shapes.model import (
    Closed,
    Compared,
    Constraint,
    Counted,
    Custom,
    Node,
    Property,
    Qualified,
    Shape,
    Shapes,
    Sparql,
    UniqueLanguage,
    ValueTest,
    mentioned,
)
from qkg.shapes.paths import Path, is_bounded, may_be_empty, predicates
from qkg.shapes.places import Place, Query
from qkg.shapes.results import Referred
from qkg.shapes.source import named
from qkg.shapes.uncompiled import NotCompiled
from qkg.shapes.valuetests import constant, constants

if TYPE_CHECKING:
    from collections.abc import Iterator


__all__ = ["Compiled", "Violations", "compile_shapes", "focus_query"]


_FEW = 4
"""Of how many shapes a property is still rare."""


class Violations(NamedTuple):
    """The query of one constraint of one shape.

    Attributes:
        query: its solutions are the violations. ``this`` is the focus node; ``value`` the value
            node; ``path`` the path, where the constraint finds it; ``message`` the message of a
            constraint that makes its own. Other variables fill messages.
        shape: the shape.
        constraint: the constraint.
        aim: what binds the focus nodes.
        root: the shape with the target, from which the shape is reached.
    """

    query: Query
    shape: Shape
    constraint: Constraint
    aim: Aim
    root: Node

    @property
    def text(self) -> str:
        """The query over the default graph."""
        return self.query.text


class Compiled(NamedTuple):
    """What a shapes graph compiles into, for one scope.

    Attributes:
        queries: the queries; for every scope the same constraints, in the same order.
        referred: the shapes with targets that are left to pySHACL, with the reasons.
        shapes: the shapes that were compiled.
    """

    queries: tuple[Violations, ...]
    referred: tuple[Referred, ...]
    shapes: Shapes


def compile_shapes(shapes: Shapes, scope: Scope = EVERYWHERE) -> Compiled:
    """Compile the shapes that are aimed at anything.

    A shape of which a part cannot be compiled is left to pySHACL as a whole.

    Args:
        shapes: the shapes.
        scope: of what the queries ask.

    Raises:
        InputError: a query of a shape is not allowed (SHACL, appendix A).
    """
    queries: list[Violations] = []
    referred: list[Referred] = []
    compiler = _Compiler(shapes, scope)
    for shape in shapes.by_node.values():
        if shape.targets and not shape.deactivated:
            try:
                queries += list(compiler.root(shape))
            except NotCompiled as left:
                referred.append(Referred(shape.node, left.reason))
    for node, reason in shapes.refused.items():
        if not shapes.by_node[node].targets:
            referred.append(Referred(node, reason))
    return Compiled(tuple(queries), tuple(referred), shapes)


def focus_query(shapes: Shapes, violations: Violations, scope: Scope) -> Query:
    """Return the query of the focus nodes of a constraint."""
    return Query(("this",), violations.aim.pattern("?this", Conditions(shapes), scope), False)


class _Compiler:
    def __init__(self, shapes: Shapes, scope: Scope) -> None:
        self._shapes = shapes
        self._scope = scope
        # How many property shapes speak of a property: where they are few, to search through its
        # triples is quicker than to look them up from each target.
        self._speaking = Counter(
            predicate
            for shape in shapes.by_node.values()
            if shape.path is not None
            for predicate in predicates(shape.path)
        )
        self._within: list[Node] = []

    def root(self, shape: Shape) -> Iterator[Violations]:
        """Yield the queries of a shape that is aimed at anything."""
        if any(target.kind == "node" for target in shape.targets) and self._has_empty_path(
            shape.node, set()
        ):
            raise NotCompiled("a path of no step leads from a node that the data may not have")
        yield from self._shape(shape, Aim(shape.targets), shape.node)

    def _shape(self, shape: Shape, aim: Aim, root: Node) -> Iterator[Violations]:
        if shape.node in self._within:
            raise NotCompiled(f"{named(shape.node)} is recursive")
        Conditions(self._shapes).shape(shape.node)
        self._within.append(shape.node)
        try:
            for constraint in shape.constraints:
                if isinstance(constraint, Property):
                    nested = self._shapes.by_node[constraint.shape]
                    if not nested.deactivated and nested.path is not None:
                        yield from self._shape(nested, aim.through(shape.path), root)
                else:
                    query = self._query(shape, constraint, aim)
                    if query is not None:
                        yield Violations(query, shape, constraint, aim, root)
        finally:
            self._within.pop()

    def _query(self, shape: Shape, constraint: Constraint, aim: Aim) -> Query | None:
        """Return the query of a constraint; None where nothing can violate it."""
        conditions = Conditions(self._shapes)
        is_plain = isinstance(shape.path, NamedNode)
        at_once = self._scope == EVERYWHERE
        place = Place(aim, conditions, shape.path, self._is_rare(shape.path), self._scope)
        if isinstance(constraint, Sparql):
            return place.select(constraint.select, {})
        if isinstance(constraint, Custom) and constraint.validator.form == "select":
            return place.select(constraint.validator.text, constants(constraint.parameters))
        if isinstance(constraint, Closed):
            return place.closed(constraint)
        if shape.path is None:
            if isinstance(constraint, Compared) and constraint.relation == "equals":
                return place.equal_node(constraint)
            return place.nodes(~conditions.value(shape, constraint, "?this", "?this"))
        if at_once and isinstance(constraint, ValueTest) and constraint.test == "class":
            return place.outside(constant(constraint.terms[0]))
        if is_of_one_value(constraint):
            return place.values(~conditions.value(shape, constraint, "?value", "?this"))
        if isinstance(constraint, Compared):
            return place.compared(constraint)
        if isinstance(constraint, UniqueLanguage):
            return place.unique_language()
        if at_once and isinstance(constraint, Counted | Qualified):
            qualified = constraint if isinstance(constraint, Qualified) else None
            if constraint.least is not None and constraint.least > 1:
                return place.too_few(constraint.least, qualified)
            if constraint.most is not None and (
                constraint.most > 1 or (constraint.most == 1 and not is_plain)
            ):
                return place.too_many(constraint.most, qualified)
        if isinstance(constraint, Counted) and constraint.most == 1:
            return place.several()
        return place.nodes(~conditions.values(shape, shape.path, constraint, "?this"))

    def _has_empty_path(self, node: Node, seen: set[Node]) -> bool:
        shape = self._shapes.by_node[node]
        if node in seen:
            return False
        seen.add(node)
        return (shape.path is not None and may_be_empty(shape.path)) or any(
            self._has_empty_path(each, seen)
            for constraint in shape.constraints
            for each in mentioned(constraint)
        )

    def _is_rare(self, path: Path | None) -> bool:
        return path is not None and is_bounded(path) and self._rarest(path) <= _FEW

    def _rarest(self, path: Path) -> int:
        return min(self._speaking[predicate] for predicate in predicates(path))
