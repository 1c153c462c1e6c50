"""Constraint components that a shapes graph declares itself (SHACL, section 6)."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode, Triple

from qkg.shapes.model import Custom, Node, Validator
from qkg.shapes.source import SH, Source, ill_formed

__all__ = ["Components"]

_LOCAL = re.compile(r"[A-Za-z_]\w*$", re.ASCII)
_RESERVED = frozenset(("this", "shapesGraph", "currentShape", "path", "PATH", "value"))


class _Parameter(NamedTuple):
    path: NamedNode
    name: str
    is_optional: bool


class Components:
    """The components that a shapes graph declares.

    Args:
        source: the shapes graph.

    Raises:
        InputError: one of them is ill-formed.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._declared = {
            node: tuple(self._parameters(node))
            for node in source.instances(SH["ConstraintComponent"])
            if isinstance(node, NamedNode) and not node.value.startswith(str(SH))
        }

    def used(self, shape: Node, is_property: bool) -> Iterator[Custom]:
        """Yield the constraints of a shape that these components make.

        Args:
            shape: the shape.
            is_property: whether it is a property shape.

        Raises:
            InputError: a parameter is ill-formed, or nothing validates the component.
        """
        source = self._source
        for component, parameters in self._declared.items():
            given = {each.name: source.values(shape, each.path) for each in parameters}
            if not all(given[each.name] or each.is_optional for each in parameters):
                continue
            if not any(given.values()):
                continue
            validator = self._validator(component, is_property)
            if validator is None:
                continue
            several = [name for name, values in given.items() if len(values) > 1]
            if several and len(parameters) > 1:
                raise ill_formed(shape, f"the parameter {several[0]} has one value at most")
            if several:
                (name,) = several
                for value in given[name]:
                    yield Custom(component, validator, {name: value})
            else:
                values = {name: values[0] for name, values in given.items() if values}
                yield Custom(component, validator, values)

    def _parameters(self, component: NamedNode) -> Iterator[_Parameter]:
        source = self._source
        for node in source.values(component, SH["parameter"]):
            if isinstance(node, Literal | Triple):
                raise ill_formed(component, "its sh:parameter is a node")
            path = source.value(node, SH["path"])
            if not isinstance(path, NamedNode):
                raise ill_formed(component, "a parameter has an IRI as its sh:path")
            name = _LOCAL.search(path.value)
            if name is None or name[0] in _RESERVED:
                raise ill_formed(component, f"{path.value} makes no name of a variable")
            yield _Parameter(path, name[0], source.is_true(node, SH["optional"]))

    def _validator(self, component: NamedNode, is_property: bool) -> Validator | None:
        """Return the validator for a kind of shape, chosen as section 6.3 has it."""
        source = self._source
        preferred = SH["propertyValidator" if is_property else "nodeValidator"]
        for predicate in (preferred, SH["validator"]):
            for node in source.values(component, predicate):
                if isinstance(node, Literal | Triple):
                    raise ill_formed(component, "its validator is a node")
                messages = source.texts(node, SH["message"]) or source.texts(
                    component, SH["message"]
                )
                ask, select = source.value(node, SH["ask"]), source.value(node, SH["select"])
                if isinstance(ask, Literal):
                    return Validator("ask", source.prologue(node) + ask.value, messages)
                if isinstance(select, Literal):
                    return Validator("select", source.prologue(node) + select.value, messages)
        return None
