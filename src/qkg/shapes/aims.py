"""What binds the focus nodes of a shape, before its values are looked at or after."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from qkg.shapes.expressions import Expression, any_of, atom, exists
from qkg.shapes.paths import Path, is_bounded, path_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import Literal, NamedNode

    from qkg.answers import Term
    from qkg.shapes.conditions import Conditions
    from qkg.shapes.model import Target

__all__ = ["EVERYWHERE", "GRAPHS", "Aim", "Scope"]


class Scope(NamedTuple):
    """Of what a query asks.

    Attributes:
        nodes: the nodes that are looked at; None for all of them.
        is_of_graphs: whether the pattern is to stand in ``GRAPH ?graph``, where Oxigraph 0.5 loses
            the graph of a query within the query.
    """

    nodes: tuple[NamedNode | Literal, ...] | None = None
    is_of_graphs: bool = False


EVERYWHERE = Scope()
GRAPHS = Scope(is_of_graphs=True)

_SINGLY = 4
"""How many properties of targets are looked up one by one."""


class Aim(NamedTuple):
    """Where the focus nodes of a shape come from.

    Attributes:
        targets: what a shape is aimed at that nothing leads to.
        path: how one comes from those nodes to the focus nodes: one path after the other.
    """

    targets: tuple[Target, ...]
    path: tuple[Path, ...] = ()

    def through(self, path: Path | None) -> Aim:
        """Return the aim at the value nodes of a path."""
        return self if path is None else Aim(self.targets, (*self.path, path))

    @property
    def is_bounded(self) -> bool:
        """Whether the way from the targets to the focus nodes has an end."""
        return all(map(is_bounded, self.path))

    @property
    def is_testable(self) -> bool:
        """Whether it can be asked of a node at little cost whether it is aimed at."""
        return self.is_bounded and all(target.kind != "node" for target in self.targets)

    def is_at_subjects_of(self, path: Path | None) -> bool:
        """Return whether a shape is aimed at whatever a path leads from."""
        return not self.path and any(
            target.kind == "subjects" and target.term == path for target in self.targets
        )

    def pattern(self, variable: str, conditions: Conditions, scope: Scope) -> str:
        """Return a group graph pattern that binds a variable to each focus node."""
        if scope.nodes is not None:
            return f"{_block(variable, scope.nodes)} FILTER({self.test(variable, conditions).text})"
        if not self.path:
            return _bound(variable, self.targets, conditions, scope)
        route = " / ".join(map(path_text, self.path))
        start = conditions.fresh("start")
        bound = f"{_bound(start, self.targets, conditions, scope)} {start} {route} {variable} ."
        return bound if scope.is_of_graphs else _apart(variable, bound)

    def test(self, variable: str, conditions: Conditions) -> Expression:
        """Return whether a node is a focus node."""
        if not self.path:
            return any_of(_are_targets(variable, self.targets, conditions))
        start = conditions.fresh("start")
        route = " / ".join(map(path_text, self.path))
        aimed = any_of(_are_targets(start, self.targets, conditions))
        return exists(f"{start} {route} {variable} . FILTER({aimed.text})")


def _bound(variable: str, targets: Iterable[Target], conditions: Conditions, scope: Scope) -> str:
    patterns = [
        _patterns[kind](variable, terms, conditions) for kind, terms in _by_kind(targets).items()
    ]
    if len(patterns) == 1:
        return patterns[0]
    union = " UNION ".join(f"{{ {each} }}" for each in patterns)
    return union if scope.is_of_graphs else _apart(variable, union)


def _apart(variable: str, pattern: str) -> str:
    """Return a pattern with each solution once, so that what follows is not asked again."""
    return f"{{ SELECT DISTINCT {variable} WHERE {{ {pattern} }} }}"


def _by_kind(targets: Iterable[Target]) -> dict[str, list[Target]]:
    found: dict[str, list[Target]] = {}
    for target in targets:
        found.setdefault(target.kind, []).append(target)
    return found


def _nodes(variable: str, targets: list[Target], _: Conditions) -> str:
    return _values(variable, targets)


def _instances(variable: str, targets: list[Target], conditions: Conditions) -> str:
    if len(targets) == 1:
        return conditions.instances(variable, str(targets[0].term))
    class_ = conditions.fresh("class")
    return f"{_values(class_, targets)} {conditions.instances(variable, class_)}"


def _subjects(variable: str, targets: list[Target], conditions: Conditions) -> str:
    property_, before = _property(targets, conditions)
    return f"{before}{variable} {property_} {conditions.fresh('any')} ."


def _objects(variable: str, targets: list[Target], conditions: Conditions) -> str:
    property_, before = _property(targets, conditions)
    return f"{before}{conditions.fresh('any')} {property_} {variable} ."


_patterns = {
    "node": _nodes,
    "class": _instances,
    "subjects": _subjects,
    "objects": _objects,
}


def _property(targets: list[Target], conditions: Conditions) -> tuple[str, str]:
    if len(targets) == 1:
        return str(targets[0].term), ""
    property_ = conditions.fresh("property")
    return property_, f"{_values(property_, targets)} "


def _values(variable: str, targets: list[Target]) -> str:
    return _block(variable, [each.term for each in targets])


def _block(variable: str, terms: Iterable[Term]) -> str:
    return f"VALUES {variable} {{ {' '.join(map(str, terms))} }}"


def _are_targets(
    variable: str, targets: Iterable[Target], conditions: Conditions
) -> Iterator[Expression]:
    """Yield what is true of a node by which it is a target."""
    for kind, members in _by_kind(targets).items():
        if kind == "node":
            yield from (atom(f"sameTerm({variable}, {each.term})") for each in members)
        elif kind == "class":
            yield from (conditions.is_instance(variable, str(each.term)) for each in members)
        elif len(members) <= _SINGLY:
            yield from (exists(_patterns[kind](variable, [each], conditions)) for each in members)
        else:
            property_, other = conditions.fresh("property"), conditions.fresh("any")
            ends = (variable, other) if kind == "subjects" else (other, variable)
            among = ", ".join(str(each.term) for each in members)
            yield exists(f"{ends[0]} {property_} {ends[1]} . FILTER({property_} IN ({among}))")
