"""Shapes into queries: each constraint becomes one SELECT of what violates it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from qkg.shapes.aims import Aim
from qkg.shapes.conditions import (
    Conditions,
    closed_pattern,
    constant,
    is_of_one_value,
    unique_pattern,
)
from qkg.shapes.expressions import FALSE, TRUE, Expression, all_of
from qkg.shapes.model import (
    Closed,
    Compared,
    Constraint,
    Counted,
    Custom,
    HasValue,
    Node,
    Property,
    Shape,
    Shapes,
    Sparql,
    UniqueLanguage,
)
from qkg.shapes.paths import Path, is_bounded, path_text, predicates
from qkg.shapes.prebinding import bound_select
from qkg.shapes.results import Referred
from qkg.shapes.source import named
from qkg.shapes.uncompiled import NotCompiled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyoxigraph import Literal

    from qkg.answers import Term

__all__ = ["Compiled", "Violations", "compile_shapes"]

_THIS, _VALUE, _OTHER, _PATH = "?this", "?value", "?other", "?path"


@dataclass(frozen=True, slots=True)
class Violations:
    """The query of one constraint of one shape.

    Attributes:
        text: a SELECT whose solutions are the violations. ``?this`` is the focus node; ``?value``
            the value node; ``?path`` the path, where the constraint finds it; ``?message`` the
            message of a constraint that makes its own. Other variables fill messages.
        shape: the shape.
        root: the shape with the target, from which the shape is reached.
        constraint: the constraint.
        value: whether the value node is the focus node itself.
        messages: its messages, with placeholders in those of queries.
        parameters: what placeholders of messages stand for, besides the variables.
    """

    text: str
    shape: Shape
    root: Node
    constraint: Constraint
    value: bool
    messages: tuple[Literal, ...]
    parameters: tuple[tuple[str, Term], ...] = ()


class Compiled(NamedTuple):
    """What a shapes graph compiles into.

    Attributes:
        queries: the queries.
        referred: the shapes with targets that are left to pySHACL, with the reasons.
    """

    queries: tuple[Violations, ...]
    referred: tuple[Referred, ...]


def compile_shapes(shapes: Shapes) -> Compiled:
    """Compile the shapes that are aimed at anything.

    A shape of which a part cannot be compiled is left to pySHACL as a whole.

    Args:
        shapes: the shapes.

    Raises:
        InputError: a query of a shape is not allowed (SHACL, appendix A).
    """
    queries: list[Violations] = []
    referred: list[Referred] = []
    compiler = _Compiler(shapes)
    for shape in shapes.by_node.values():
        if shape.targets and not shape.deactivated:
            try:
                queries += list(compiler.root(shape))
            except NotCompiled as left:
                referred.append(Referred(shape.node, left.reason))
    for node, reason in shapes.refused.items():
        if not shapes.by_node[node].targets:
            referred.append(Referred(node, reason))
    return Compiled(tuple(queries), tuple(referred))


class _Compiler:
    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes
        # How many property shapes speak of a property: one alone is quicker searched through
        # than looked up from each target.
        self._speaking = Counter(
            predicate
            for shape in shapes.by_node.values()
            if shape.path is not None
            for predicate in predicates(shape.path)
        )
        self._within: list[Node] = []

    def root(self, shape: Shape) -> Iterator[Violations]:
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
                    text, is_self = self._text(shape, constraint, aim)
                    if text is not None:
                        yield Violations(
                            text,
                            shape,
                            root,
                            constraint,
                            is_self,
                            _messages(shape, constraint),
                            _parameters(constraint),
                        )
        finally:
            self._within.pop()

    def _text(self, shape: Shape, constraint: Constraint, aim: Aim) -> tuple[str | None, bool]:
        """Return the query of a constraint, and whether the value node is the focus node."""
        conditions = Conditions(self._shapes)
        place = _Place(aim, conditions, shape.path, self._is_rare(shape.path))
        if isinstance(constraint, Sparql):
            return place.select(constraint.select, {}), False
        if isinstance(constraint, Custom) and constraint.validator.form == "select":
            parameters = {name: constant(term) for name, term in constraint.parameters.items()}
            return place.select(constraint.validator.text, parameters), False
        if isinstance(constraint, Closed):
            return place.closed(constraint), False
        if shape.path is None:
            if isinstance(constraint, Compared) and constraint.relation == "equals":
                return place.equal_node(constraint), False
            holds = conditions.value(shape, constraint, _THIS, _THIS)
            return place.nodes(~holds), not isinstance(constraint, HasValue)
        if is_of_one_value(constraint):
            return place.values(~conditions.value(shape, constraint, _VALUE, _THIS)), False
        if isinstance(constraint, Compared):
            return place.compared(constraint), False
        if isinstance(constraint, UniqueLanguage):
            return place.unique_language(), False
        if isinstance(constraint, Counted) and constraint.most == 1:
            return place.several(), False
        return place.nodes(~conditions.values(shape, shape.path, constraint, _THIS)), False

    def _is_rare(self, path: Path | None) -> bool:
        return path is not None and is_bounded(path) and self._rarest(path) == 1

    def _rarest(self, path: Path) -> int:
        return min(self._speaking[predicate] for predicate in predicates(path))


class _Place:
    """Where the query of a constraint looks."""

    def __init__(self, aim: Aim, conditions: Conditions, path: Path | None, is_rare: bool) -> None:
        self._aim = aim
        self._conditions = conditions
        self._path = path
        self._route = "" if path is None else path_text(path)
        self._is_rare = is_rare and aim.is_testable

    def nodes(self, violated: Expression) -> str | None:
        """Return the query of focus nodes of which something is true."""
        if violated == FALSE:
            return None
        return _query("?this", f"{self._focus()}{_filter(violated)}")

    def values(self, violated: Expression) -> str | None:
        """Return the query of value nodes of which something is true."""
        if violated == FALSE:
            return None
        return self._reached(f"{_THIS} {self._route} {_VALUE} .", violated, "?this ?value")

    def several(self) -> str:
        """Return the query of focus nodes with two value nodes."""
        pattern = f"{_THIS} {self._route} {_VALUE} .\n  {_THIS} {self._route} {_OTHER} ."
        different = Expression(f"!sameTerm({_VALUE}, {_OTHER})", "")
        return self._reached(pattern, different, "?this")

    def compared(self, constraint: Compared) -> str:
        """Return the query of value nodes that do not compare as they should."""
        patterns = list(self._conditions.differing(constraint, self._route, _THIS, _VALUE, _OTHER))
        body = patterns[0]
        if len(patterns) > 1:
            body = "\n  UNION\n  ".join(f"{{ {each} }}" for each in patterns)
        order = constraint.relation.startswith("lessThan")
        return _query("?this ?value ?other" if order else "?this ?value", self._focus(), body)

    def equal_node(self, constraint: Compared) -> str:
        """Return the query of what a node shape's node does not equal, and of the node."""
        theirs = f"{_THIS} {constraint.property} {_VALUE} ."
        same = f"{_THIS} {constraint.property} {_THIS} ."
        return _query(
            "?this ?value",
            f"{{ {self._focus()} {theirs} FILTER(!sameTerm({_VALUE}, {_THIS})) }}\n  UNION",
            f"{{ {self._focus()} FILTER NOT EXISTS {{ {same} }} }}",
        )

    def unique_language(self) -> str:
        """Return the query of the languages in which there are several values."""
        pattern = unique_pattern(_THIS, self._route, _VALUE, _OTHER)
        body = f"{pattern}\n  BIND(LCASE(LANG({_VALUE})) AS ?language)"
        return _query("?this ?language", self._focus(), body)

    def closed(self, constraint: Closed) -> str:
        """Return the query of the triples that a closed shape does not allow."""
        if self._path is None:
            return _query(
                "?this ?path ?value",
                self._focus(),
                closed_pattern(constraint, _THIS, _PATH, _VALUE),
            )
        node = self._conditions.fresh("node")
        return _query(
            "?this ?path ?value",
            f"{self._focus()}\n  {_THIS} {self._route} {node} .",
            closed_pattern(constraint, node, _PATH, _VALUE),
        )

    def select(self, text: str, parameters: dict[str, str]) -> str:
        """Return a query of a shape for all focus nodes."""
        return bound_select(text, parameters, self._path, self._focus()).text

    def _focus(self) -> str:
        return self._aim.pattern(_THIS, self._conditions)

    def _reached(self, pattern: str, violated: Expression, variables: str) -> str:
        if self._is_rare:
            # Violations are few, so that few nodes are asked whether they are aimed at.
            both = all_of((violated, self._aim.test(_THIS, self._conditions)))
            return _query(variables, f"{pattern}{_filter(both)}")
        return _query(variables, self._focus(), f"{pattern}{_filter(violated)}")


def _query(variables: str, *parts: str) -> str:
    body = "\n  ".join(parts)
    return f"SELECT DISTINCT {variables} WHERE {{\n  {body}\n}}"


def _filter(expression: Expression) -> str:
    return "" if expression == TRUE else f"\n  FILTER({expression.text})"


def _messages(shape: Shape, constraint: Constraint) -> tuple[Literal, ...]:
    if isinstance(constraint, Sparql):
        return constraint.messages or shape.messages
    if isinstance(constraint, Custom):
        return shape.messages or constraint.validator.messages
    return shape.messages


def _parameters(constraint: Constraint) -> tuple[tuple[str, Term], ...]:
    return tuple(constraint.parameters.items()) if isinstance(constraint, Custom) else ()
