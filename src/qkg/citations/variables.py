"""Which variables a pattern has: those it can bind, those it always binds, those it mentions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qkg.sparql import tokens
from qkg.sparql.syntax import (
    Bind,
    Graph,
    OneOf,
    Optional,
    Select,
    Triples,
    Values,
    Variable,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qkg.sparql.syntax import Element

__all__ = ["certain", "mentioned", "projected", "visible"]


def certain(elements: Iterable[Element]) -> frozenset[Variable]:
    """Return variables that every solution of a group with some elements binds."""
    found: set[Variable] = set()
    for element in elements:
        if isinstance(element, Triples):
            found |= {each for pattern in element.patterns for each in pattern.variables}
        elif isinstance(element, Graph):
            found |= certain(element.group.elements)
            found |= {element.name} if isinstance(element.name, Variable) else set()
        elif isinstance(element, OneOf):
            groups = (certain(each.elements) for each in element.groups)
            found |= frozenset.intersection(*groups)
    return frozenset(found)


def visible(elements: Iterable[Element]) -> tuple[Variable, ...]:
    """Return the variables that a group can bind, as section 18.2.1 has it, in order."""
    found: dict[Variable, None] = {}
    pending: list[Element] = list(elements)[::-1]
    while pending:
        element = pending.pop()
        if isinstance(element, Triples):
            for pattern in element.patterns:
                found |= dict.fromkeys(pattern.variables)
        elif isinstance(element, Optional | Graph):
            if isinstance(element, Graph) and isinstance(element.name, Variable):
                found[element.name] = None
            pending += reversed(element.group.elements)
        elif isinstance(element, OneOf):
            pending += [e for each in reversed(element.groups) for e in reversed(each.elements)]
        elif isinstance(element, Bind):
            found[element.variable] = None
        elif isinstance(element, Values):
            found |= dict.fromkeys(element.variables)
        elif isinstance(element, Select):
            found |= dict.fromkeys(projected(element))
    return tuple(found)


def projected(select: Select) -> tuple[Variable, ...]:
    """Return the variables of a SELECT's rows, in order."""
    if select.items is not None:
        return tuple(item.variable for item in select.items)
    behind = () if select.values is None else select.values.variables
    return tuple(dict.fromkeys((*visible(select.where.elements), *behind)))


def mentioned(text: str) -> tuple[Variable, ...]:
    """Return the variables that stand anywhere in a text, in order."""
    return tuple(
        dict.fromkeys(
            Variable(token.text[1:]) for token in tokens(text) if token.kind == "variable"
        )
    )
