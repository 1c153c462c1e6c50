"""Whether a node conforms to a shape, as one expression of SPARQL."""

from collections import Counter
from collections.abc import Iterator

from qkg.namespaces import RDF, RDFS
from qkg.shapes.comparisons import in_order
from qkg.shapes.expressions import FALSE, TRUE, Expression, all_of, any_of, atom, exists
from qkg.shapes.model import (
    Closed,
    Compared,
    Constraint,
    Counted,
    Custom,
    HasValue,
    Nested,
    Node,
    Property,
    Qualified,
    Shape,
    Shapes,
    Sparql,
    UniqueLanguage,
    ValueTest,
)
from qkg.shapes.paths import Path, path_text
from qkg.shapes.prebinding import embedded_ask, embedded_select
from qkg.shapes.source import named
from qkg.shapes.uncompiled import NotCompiled
from qkg.shapes.valuetests import constant, constants, value_test

__all__ = ["Conditions", "closed_pattern", "is_of_one_value", "unique_pattern"]

_TYPE, _BELOW = RDF["type"], RDFS["subClassOf"]
_ORDERS = {"lessThan": "<", "lessThanOrEquals": "<="}
_PAIRWISE = 4
"""Up to how many values are told apart pair by pair; more are counted."""


class Conditions:
    """Expressions over the shapes of one shapes graph, with variables of their own.

    Args:
        shapes: the shapes.
    """

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes
        self._within: list[Node] = []
        self._used: Counter[str] = Counter()

    def fresh(self, name: str) -> str:
        """Return a variable that no other part of the query has."""
        self._used[name] += 1
        return f"?{name}{self._used[name]}"

    def shape(self, node: Node) -> Shape:
        """Return a shape.

        Raises:
            NotCompiled: it has parts that are not compiled.
        """
        if node in self._shapes.refused:
            raise NotCompiled(self._shapes.refused[node])
        return self._shapes.by_node[node]

    def conforms(self, node: Node, variable: str) -> Expression:
        """Return whether a node conforms to a shape.

        Args:
            node: the shape.
            variable: what holds the node, with its question mark.

        Raises:
            NotCompiled: the shape is recursive, or has a part that is not compiled.
        """
        shape = self.shape(node)
        if shape.deactivated:
            return TRUE
        if node in self._within:
            raise NotCompiled(f"{named(node)} is recursive")
        self._within.append(node)
        try:
            if shape.path is None:
                return all_of(
                    [self.value(shape, each, variable, variable) for each in shape.constraints]
                )
            single, whole = [], []
            value = self.fresh("value")
            for constraint in shape.constraints:
                if is_of_one_value(constraint):
                    single.append(self.value(shape, constraint, value, variable))
                else:
                    whole.append(self.values(shape, shape.path, constraint, variable))
            each = all_of(single)
            if each != TRUE:
                reached = f"{variable} {path_text(shape.path)} {value} ."
                whole.insert(0, ~exists(f"{reached} FILTER({each.negation})"))
            return all_of(whole)
        finally:
            self._within.pop()

    def value(self, shape: Shape, constraint: Constraint, variable: str, focus: str) -> Expression:
        """Return whether one value node fulfils a constraint; that of a node shape is the node.

        Args:
            shape: the shape.
            constraint: its constraint.
            variable: what holds the value node, with its question mark.
            focus: what holds the node that the shape is applied to.

        Raises:
            NotCompiled: the constraint is not compiled.
        """
        if isinstance(constraint, ValueTest):
            if constraint.test == "class":
                return self.is_instance(variable, constant(constraint.terms[0]))
            return value_test(constraint, variable)
        if isinstance(constraint, Nested):
            return self._nested(constraint, variable)
        if isinstance(constraint, Property):
            return self.conforms(constraint.shape, variable)
        if isinstance(constraint, Closed):
            property_, other = self.fresh("property"), self.fresh("other")
            return ~exists(closed_pattern(constraint, variable, property_, other))
        if isinstance(constraint, HasValue):
            return atom(f"sameTerm({variable}, {constant(constraint.value)})")
        if isinstance(constraint, Compared):
            return self._compared_node(constraint, variable)
        if isinstance(constraint, Custom) and constraint.validator.form == "ask":
            parameters = constants(constraint.parameters)
            text, mark = constraint.validator.text, self.fresh("own")[1:] + "_"
            return exists(embedded_ask(text, parameters, shape.path, focus, variable, mark))
        if isinstance(constraint, Sparql | Custom):
            return ~exists(self._select(constraint, None, variable))
        raise NotCompiled(f"{type(constraint).__name__} counts the values of a path")

    def values(self, shape: Shape, path: Path, constraint: Constraint, variable: str) -> Expression:
        """Return whether the value nodes of a property shape fulfil a constraint, as a set.

        Args:
            shape: the property shape.
            path: its path.
            constraint: a constraint that is not of one value.
            variable: what holds the node from which the path leads.

        Raises:
            NotCompiled: the constraint is not compiled.
        """
        route = path_text(path)
        if isinstance(constraint, Counted):
            if constraint.least is not None:
                return self._several(variable, route, constraint.least)
            return ~self._several(variable, route, (constraint.most or 0) + 1)
        if isinstance(constraint, HasValue):
            return exists(f"{variable} {route} {constant(constraint.value)} .")
        if isinstance(constraint, UniqueLanguage):
            one, other = self.fresh("value"), self.fresh("value")
            return ~exists(unique_pattern(variable, route, one, other))
        if isinstance(constraint, Compared):
            return all_of(~exists(each) for each in self.differing(constraint, route, variable))
        if isinstance(constraint, Qualified):
            if constraint.least is not None:
                return self._several(variable, route, constraint.least, constraint)
            return ~self._several(variable, route, (constraint.most or 0) + 1, constraint)
        if isinstance(constraint, Sparql | Custom):
            return ~exists(self._select(constraint, path, variable))
        raise AssertionError(constraint)

    def differing(
        self, constraint: Compared, route: str, variable: str, value: str = "", other: str = ""
    ) -> Iterator[str]:
        """Yield the patterns that violate a comparison of a path with a property."""
        value = value or self.fresh("value")
        own = f"{variable} {route} {value} ."
        theirs = f"{variable} {constraint.property} {value} ."
        if constraint.relation == "disjoint":
            yield f"{own} {theirs}"
        elif constraint.relation == "equals":
            yield f"{own} FILTER NOT EXISTS {{ {theirs} }}"
            yield f"{theirs} FILTER NOT EXISTS {{ {own} }}"
        else:
            other = other or self.fresh("other")
            order = in_order(value, _ORDERS[constraint.relation], other)
            beyond = f"{variable} {constraint.property} {other} ."
            yield f"{own} {beyond} FILTER(!COALESCE({order}, false))"

    def _compared_node(self, constraint: Compared, variable: str) -> Expression:
        same = exists(f"{variable} {constraint.property} {variable} .")
        if constraint.relation == "disjoint":
            return ~same
        other = self.fresh("other")
        beyond = (
            f"{variable} {constraint.property} {other} . FILTER(!sameTerm({variable}, {other}))"
        )
        return all_of((same, ~exists(beyond)))

    def _nested(self, constraint: Nested, variable: str) -> Expression:
        members = [self.conforms(node, variable) for node in constraint.shapes]
        if constraint.operator in ("node", "and"):
            return all_of(members)
        if constraint.operator == "not":
            return ~members[0]
        if constraint.operator == "or":
            return any_of(members)
        if not members:
            return FALSE
        return atom(f"{' + '.join(f'IF({each.text}, 1, 0)' for each in members)} = 1")

    def is_instance(self, variable: str, class_: str) -> Expression:
        """Return whether a node is a SHACL instance of a class."""
        own = self.fresh("class")
        # Most nodes have the type itself, and a path upwards would be walked down from the class.
        above = f"FILTER EXISTS {{ {own} {_BELOW}+ {class_} . }}"
        return any_of(
            (
                exists(f"{variable} {_TYPE} {class_} ."),
                exists(f"{variable} {_TYPE} {own} . {above}"),
            )
        )

    def instances(self, variable: str, class_: str) -> str:
        """Return the pattern that binds a variable to the SHACL instances of a class."""
        return f"{variable} {_TYPE}/{_BELOW}* {class_} ."

    def _several(
        self, variable: str, route: str, number: int, qualified: Qualified | None = None
    ) -> Expression:
        """Return whether a path leads to so many values at least, and such as qualify."""
        if number <= 0:
            return TRUE
        if number <= _PAIRWISE:
            values = [self.fresh("value") for _ in range(number)]
            pattern = " ".join(f"{variable} {route} {value} ." for value in values)
            apart = [
                atom(f"sameTerm({one}, {other})")
                for i, one in enumerate(values)
                for other in values[i + 1 :]
            ]
            tests = all_of(
                [*(~each for each in apart), *(self._qualifies(qualified, v) for v in values)]
            )
            return exists(pattern if tests == TRUE else f"{pattern} FILTER({tests.text})")
        value = self.fresh("value")
        return exists(self.counted(variable, value, route, number, qualified))

    def counted(
        self, variable: str, value: str, route: str, number: int, qualified: Qualified | None
    ) -> str:
        """Return a query of the nodes from which a path leads to so many values at least.

        Args:
            variable: what it binds to the nodes, with its question mark.
            value: what it binds to the values.
            route: the path, in the syntax of SPARQL.
            number: the least number.
            qualified: the constraint to which the values that count conform; None for all values.
        """
        tests = self._qualifies(qualified, value)
        condition = "" if tests == TRUE else f" FILTER({tests.text})"
        return (
            f"{{ SELECT {variable} WHERE {{ {variable} {route} {value} .{condition} }} "
            f"GROUP BY {variable} HAVING(COUNT(DISTINCT {value}) >= {number}) }}"
        )

    def _qualifies(self, qualified: Qualified | None, variable: str) -> Expression:
        if qualified is None:
            return TRUE
        return all_of(
            [
                self.conforms(qualified.shape, variable),
                *(~self.conforms(each, variable) for each in qualified.siblings),
            ]
        )

    def _select(self, constraint: Sparql | Custom, path: Path | None, variable: str) -> str:
        mark = self.fresh("own")[1:] + "_"
        if isinstance(constraint, Sparql):
            return embedded_select(constraint.select, {}, path, variable, mark)
        parameters = constants(constraint.parameters)
        return embedded_select(constraint.validator.text, parameters, path, variable, mark)


def is_of_one_value(constraint: Constraint) -> bool:
    """Return whether a constraint of a property shape looks at each value node by itself."""
    if isinstance(constraint, Custom):
        return constraint.validator.form == "ask"
    return isinstance(constraint, ValueTest | Nested | Property | Closed)


def closed_pattern(constraint: Closed, node: str, property_: str, value: str) -> str:
    """Return the pattern of the triples that a closed shape does not allow."""
    if not constraint.allowed:
        return f"{node} {property_} {value} ."
    allowed = ", ".join(map(str, constraint.allowed))
    return f"{node} {property_} {value} . FILTER({property_} NOT IN ({allowed}))"


def unique_pattern(node: str, route: str, one: str, other: str) -> str:
    """Return the pattern of two values in one language."""
    return (
        f"{node} {route} {one} . {node} {route} {other} . "
        f'FILTER(!sameTerm({one}, {other}) && LANG({one}) != "" '
        f"&& LCASE(LANG({one})) = LCASE(LANG({other})))"
    )
