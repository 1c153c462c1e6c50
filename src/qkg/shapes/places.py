"""The query of one constraint: where it looks, and for what."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from qkg.shapes.conditions import closed_pattern, unique_pattern
from qkg.shapes.expressions import FALSE, TRUE, Expression
from qkg.shapes.paths import path_text
from qkg.shapes.prebinding import bound_select

if TYPE_CHECKING:
    from qkg.shapes.aims import Aim, Scope
    from qkg.shapes.conditions import Conditions
    from qkg.shapes.model import Closed, Compared, Qualified
    from qkg.shapes.paths import Path

__all__ = ["Place", "Query"]

_THIS, _VALUE, _OTHER, _PATH = "?this", "?value", "?other", "?path"


class Query(NamedTuple):
    """A SELECT of what violates a constraint.

    Attributes:
        variables: what it projects.
        body: its pattern; or the whole query.
        is_whole: whether it is the whole query.
    """

    variables: tuple[str, ...]
    body: str
    is_whole: bool

    @property
    def text(self) -> str:
        """The query over the default graph."""
        if self.is_whole:
            return self.body
        projected = " ".join(f"?{each}" for each in self.variables)
        return f"SELECT DISTINCT {projected} WHERE {{\n  {self.body}\n}}"

    @property
    def text_of_graphs(self) -> str:
        """The query over each named graph by itself, which ``?graph`` tells."""
        projected = " ".join(f"?{each}" for each in self.variables)
        return f"SELECT DISTINCT ?graph {projected} WHERE {{ GRAPH ?graph {{\n  {self.body}\n}} }}"


class Place:
    """Where the query of a constraint looks.

    Args:
        aim: what binds the focus nodes.
        conditions: the expressions of the query.
        path: the path of the shape.
        is_rare: whether few shapes speak of a property of the path.
        scope: of what the query asks.
    """

    def __init__(
        self, aim: Aim, conditions: Conditions, path: Path | None, is_rare: bool, scope: Scope
    ) -> None:
        self._aim = aim
        self._scope = scope
        self._conditions = conditions
        self._path = path
        self._route = "" if path is None else path_text(path)
        self._is_rare = is_rare and aim.is_testable and scope.nodes is None
        # Whatever the path leads from is a focus node, and need not be asked whether it is.
        self._is_aimed_at = scope.nodes is None and aim.is_at_subjects_of(path)

    def nodes(self, violated: Expression) -> Query | None:
        """Return the query of focus nodes of which something is true."""
        if violated == FALSE:
            return None
        return _query("?this", f"{self._focus()}{_filter(violated)}")

    def values(self, violated: Expression) -> Query | None:
        """Return the query of value nodes of which something is true."""
        if violated == FALSE:
            return None
        return self._reached(f"{_THIS} {self._route} {_VALUE} .", violated, "?this ?value")

    def outside(self, class_: str) -> Query:
        """Return the query of value nodes that are no instances of a class.

        All instances are set against all values: many times as quick as a look-up for each value.
        """
        pattern = f"{_THIS} {self._route} {_VALUE} ."
        minus = f"MINUS {{ {self._conditions.instances(_VALUE, class_)} }}"
        return self._found("?this ?value", f"{pattern} {minus}")

    def several(self) -> Query:
        """Return the query of focus nodes with two value nodes."""
        pattern = f"{_THIS} {self._route} {_VALUE} .\n  {_THIS} {self._route} {_OTHER} ."
        different = Expression(f"!sameTerm({_VALUE}, {_OTHER})", "")
        return self._reached(pattern, different, "?this")

    def compared(self, constraint: Compared) -> Query:
        """Return the query of value nodes that do not compare as they should."""
        patterns = list(self._conditions.differing(constraint, self._route, _THIS, _VALUE, _OTHER))
        if len(patterns) > 1:
            # The focus nodes in each branch: Oxigraph evaluates a branch for all nodes otherwise.
            branches = [f"{{ {self._focus()} {each} }}" for each in patterns]
            return _query("?this ?value", "\n  UNION\n  ".join(branches))
        order = constraint.relation.startswith("lessThan")
        return self._found("?this ?value ?other" if order else "?this ?value", *patterns)

    def too_few(self, least: int, qualified: Qualified | None) -> Query:
        """Return the query of focus nodes with fewer value nodes, all of which are counted."""
        counted = self._conditions.counted(_THIS, _VALUE, self._route, least, qualified)
        return _query("?this", self._focus(), f"MINUS {counted}")

    def too_many(self, most: int, qualified: Qualified | None) -> Query:
        """Return the query of focus nodes with more value nodes, all of which are counted."""
        counted = self._conditions.counted(_THIS, _VALUE, self._route, most + 1, qualified)
        return self._found("?this", counted)

    def equal_node(self, constraint: Compared) -> Query:
        """Return the query of what a node shape's node does not equal, and of the node."""
        theirs = f"{_THIS} {constraint.property} {_VALUE} ."
        same = f"{_THIS} {constraint.property} {_THIS} ."
        return _query(
            "?this ?value",
            f"{{ {self._focus()} {theirs} FILTER(!sameTerm({_VALUE}, {_THIS})) }}\n  UNION",
            f"{{ {self._focus()} FILTER NOT EXISTS {{ {same} }} }}",
        )

    def unique_language(self) -> Query:
        """Return the query of the languages in which there are several values."""
        pattern = unique_pattern(_THIS, self._route, _VALUE, _OTHER)
        body = f"{pattern}\n  BIND(LCASE(LANG({_VALUE})) AS ?language)"
        return self._found("?this ?language", body)

    def closed(self, constraint: Closed) -> Query:
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

    def select(self, text: str, parameters: dict[str, str]) -> Query:
        """Return a query of a shape for all focus nodes."""
        written = bound_select(text, parameters, self._path, self._focus())
        return Query(written.variables, written.text, True)

    def _focus(self) -> str:
        return self._aim.pattern(_THIS, self._conditions, self._scope)

    def _found(self, variables: str, violating: str) -> Query:
        """Return the query of what a pattern finds at focus nodes."""
        if self._is_aimed_at:
            return _query(variables, violating)
        if self._is_rare and not self._scope.is_of_graphs:
            # In a query of its own, or Oxigraph asks first whether nodes are aimed at.
            aimed = self._aim.test(_THIS, self._conditions)
            first = f"{{ SELECT {variables} WHERE {{ {violating} }} }}"
            return _query(variables, f"{first}{_filter(aimed)}")
        return _query(variables, self._focus(), violating)

    def _reached(self, pattern: str, violated: Expression, variables: str) -> Query:
        if self._is_aimed_at:
            return _query(variables, f"{pattern}{_filter(violated)}")
        if self._is_rare:
            # Violations are few, so that few nodes are asked whether they are aimed at: not by &&,
            # of which Oxigraph asks what EXISTS first.
            aimed = self._aim.test(_THIS, self._conditions)
            both = f"\n  FILTER(IF({violated.text}, {aimed.text}, false))"
            return _query(variables, f"{pattern}{both}")
        return _query(variables, self._focus(), f"{pattern}{_filter(violated)}")


def _query(variables: str, *parts: str) -> Query:
    body = "\n  ".join(parts)
    return Query(tuple(each[1:] for each in variables.split()), body, False)


def _filter(expression: Expression) -> str:
    return "" if expression == TRUE else f"\n  FILTER({expression.text})"
