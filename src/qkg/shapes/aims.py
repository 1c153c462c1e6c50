"""What binds the focus nodes of a shape, before its values are looked at or after."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from qkg.shapes.expressions import Expression, any_of, exists
from qkg.shapes.paths import Path, is_bounded, path_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qkg.shapes.conditions import Conditions
    from qkg.shapes.model import Target

__all__ = ["Aim"]


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
    def is_testable(self) -> bool:
        """Whether it can be asked of a node at little cost whether it is aimed at."""
        return all(map(is_bounded, self.path)) and all(
            target.kind != "node" for target in self.targets
        )

    def pattern(self, variable: str, conditions: Conditions) -> str:
        """Return a group graph pattern that binds a variable to each focus node, and no other."""
        if not self.path:
            return _bound(variable, self.targets, conditions)
        route = " / ".join(map(path_text, self.path))
        start = conditions.fresh("start")
        bound = _bound(start, self.targets, conditions)
        return f"{{ SELECT DISTINCT {variable} WHERE {{ {bound} {start} {route} {variable} . }} }}"

    def test(self, variable: str, conditions: Conditions) -> Expression:
        """Return whether a node is a focus node."""
        if not self.path:
            return any_of(_is_target(variable, each, conditions) for each in self.targets)
        start = conditions.fresh("start")
        route = " / ".join(map(path_text, self.path))
        aimed = any_of(_is_target(start, each, conditions) for each in self.targets)
        return exists(f"{start} {route} {variable} . FILTER({aimed.text})")


def _bound(variable: str, targets: Iterable[Target], conditions: Conditions) -> str:
    patterns = [
        _patterns[kind](variable, terms, conditions) for kind, terms in _by_kind(targets).items()
    ]
    if len(patterns) == 1:
        return patterns[0]
    union = " UNION ".join(f"{{ {each} }}" for each in patterns)
    return f"{{ SELECT DISTINCT {variable} WHERE {{ {union} }} }}"


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
    return f"VALUES {variable} {{ {' '.join(str(each.term) for each in targets)} }}"


def _is_target(variable: str, target: Target, conditions: Conditions) -> Expression:
    if target.kind == "class":
        return conditions.is_instance(variable, str(target.term))
    return exists(_patterns[target.kind](variable, [target], conditions))
