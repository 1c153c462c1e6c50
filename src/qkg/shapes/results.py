"""What validating yields, as plain values (SHACL, section 3.6)."""

from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from qkg.answers import Term
from qkg.shapes.model import Node
from qkg.shapes.paths import Path

__all__ = ["Referred", "Result", "Results"]


class Result(NamedTuple):
    """One validation result.

    Attributes:
        severity: the severity of the shape.
        component: the constraint component.
        shape: the shape.
        focus: the focus node.
        path: the path from it; None for a node shape.
        value: the value node at fault; None where none is, as where one is missing.
        messages: what the shape or the constraint says, placeholders filled in.
    """

    severity: NamedNode
    component: NamedNode
    shape: Node
    focus: Term
    path: Path | None
    value: Term | None
    messages: tuple[Literal, ...]


class Referred(NamedTuple):
    """A shape that pySHACL validates in place of queries, and why."""

    shape: Node
    reason: str


class Results(NamedTuple):
    """What a validation found.

    Attributes:
        results: the results, each once, in no order that says anything.
        referred: the shapes that pySHACL validated.
    """

    results: tuple[Result, ...]
    referred: tuple[Referred, ...]
