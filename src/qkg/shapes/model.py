"""Shapes as plain values: what :mod:`qkg.shapes.reading` reads and the compiler compiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias
from typing import Literal as Choice

from pyoxigraph import BlankNode, Literal, NamedNode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qkg.answers import Term
    from qkg.shapes.paths import Path

__all__ = [
    "Closed",
    "Compared",
    "Constraint",
    "Counted",
    "Custom",
    "HasValue",
    "Nested",
    "Node",
    "Property",
    "Qualified",
    "Shape",
    "Shapes",
    "Sparql",
    "Target",
    "UniqueLanguage",
    "Validator",
    "ValueTest",
    "mentioned",
]

Node: TypeAlias = NamedNode | BlankNode


class Target(NamedTuple):
    """What a shape is aimed at (SHACL, section 2.1.3).

    Attributes:
        kind: ``node``, ``class``, ``subjects`` or ``objects``.
        term: the node, the class, or the property.
    """

    kind: Choice["node", "class", "subjects", "objects"]
    term: NamedNode | Literal


class ValueTest(NamedTuple):
    """A constraint that looks at one value node by itself (sections 4.1, 4.3, 4.4, 4.8.3).

    Attributes:
        component: the constraint component.
        test: its parameter: ``class``, ``datatype``, ``nodeKind``, ``minExclusive``, ``in`` …
        terms: the values of the parameter; the members of a list.
        flags: of a pattern.
    """

    component: NamedNode
    test: str
    terms: tuple[Term, ...]
    flags: str = ""


class Counted(NamedTuple):
    """``sh:minCount`` or ``sh:maxCount``."""

    component: NamedNode
    least: int | None
    most: int | None


class UniqueLanguage(NamedTuple):
    """``sh:uniqueLang true``."""

    component: NamedNode


class Compared(NamedTuple):
    """``sh:equals``, ``sh:disjoint``, ``sh:lessThan`` or ``sh:lessThanOrEquals``."""

    component: NamedNode
    relation: str
    property: NamedNode


class Nested(NamedTuple):
    """``sh:node``, ``sh:not``, ``sh:and``, ``sh:or`` or ``sh:xone``.

    Attributes:
        component: the constraint component.
        operator: ``node``, ``not``, ``and``, ``or`` or ``xone``.
        shapes: the shapes that it speaks of.
    """

    component: NamedNode
    operator: str
    shapes: tuple[Node, ...]


class Property(NamedTuple):
    """``sh:property``: the results are those of the property shape itself."""

    component: NamedNode
    shape: Node


class Qualified(NamedTuple):
    """``sh:qualifiedMinCount`` or ``sh:qualifiedMaxCount`` (section 4.7.3).

    Attributes:
        component: the constraint component.
        shape: the qualified value shape.
        least: the least count.
        most: the greatest count.
        siblings: the shapes to which a value that counts must not conform.
    """

    component: NamedNode
    shape: Node
    least: int | None
    most: int | None
    siblings: tuple[Node, ...]


class Closed(NamedTuple):
    """``sh:closed true``: the properties that a value node may have."""

    component: NamedNode
    allowed: tuple[NamedNode, ...]


class HasValue(NamedTuple):
    """``sh:hasValue``."""

    component: NamedNode
    value: Term


class Sparql(NamedTuple):
    """A constraint written as a SELECT query (section 5).

    Attributes:
        component: the constraint component.
        node: the constraint itself.
        select: the query, with its prefixes declared.
        messages: what it says in place of the messages of the shape.
    """

    component: NamedNode
    node: Node
    select: str
    messages: tuple[Literal, ...]


class Validator(NamedTuple):
    """What validates a component of somebody's own (section 6.2.3).

    Attributes:
        form: ``ask`` or ``select``.
        text: the query, with its prefixes declared.
        messages: its messages, or those of the component.
    """

    form: Choice["ask", "select"]
    text: str
    messages: tuple[Literal, ...]


class Custom(NamedTuple):
    """A constraint of a component of somebody's own (section 6).

    Attributes:
        component: the component.
        validator: what validates it for this kind of shape.
        parameters: the values, by the names of the variables.
    """

    component: NamedNode
    validator: Validator
    parameters: Mapping[str, Term]


Constraint: TypeAlias = (
    ValueTest
    | Counted
    | UniqueLanguage
    | Compared
    | Nested
    | Property
    | Qualified
    | Closed
    | HasValue
    | Sparql
    | Custom
)


class Shape(NamedTuple):
    """One shape (section 2).

    Attributes:
        node: its name in the shapes graph.
        path: where its value nodes are; None for a node shape.
        targets: what it is aimed at.
        constraints: its constraints.
        severity: its severity.
        messages: its own messages.
        deactivated: whether every node conforms to it.
    """

    node: Node
    path: Path | None
    targets: tuple[Target, ...]
    constraints: tuple[Constraint, ...]
    severity: NamedNode
    messages: tuple[Literal, ...]
    deactivated: bool


def mentioned(constraint: Constraint) -> tuple[Node, ...]:
    """Return the shapes that a constraint speaks of."""
    if isinstance(constraint, Nested):
        return constraint.shapes
    if isinstance(constraint, Property):
        return (constraint.shape,)
    if isinstance(constraint, Qualified):
        return (constraint.shape, *constraint.siblings)
    return ()


class Shapes(NamedTuple):
    """The shapes of a shapes graph.

    Attributes:
        by_node: each shape by its name.
        refused: those that cannot be read as queries, each with the reason.
    """

    by_node: Mapping[Node, Shape]
    refused: Mapping[Node, str]
