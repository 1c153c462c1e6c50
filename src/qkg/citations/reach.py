"""Which patterns can be looked up: those of which known rows tell all that facts do not.

Facts tell the solutions of triple patterns, of UNION, and of an OPTIONAL that is well designed:
what it shares with the rest of the query is bound before it, so that it does not matter whether its
pattern is solved by itself, as section 18.6 has it, or from what is bound. Only engines evaluate
expressions. But of one that looks at nothing but what a row shows, the row tells that its solutions
pass; so it is with MINUS and NOT EXISTS.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import chain, count
from typing import TYPE_CHECKING, NamedTuple

from qkg.citations.paths import spelt_out
from qkg.citations.variables import certain, mentioned, visible
from qkg.sparql.syntax import (
    Bind,
    Filter,
    Group,
    Link,
    Minus,
    OneOf,
    Optional,
    Triples,
    Values,
    Variable,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from qkg.sparql.syntax import Element, Item

__all__ = ["Pattern", "pattern"]

_NONE: frozenset[Variable] = frozenset()


class Pattern(NamedTuple):
    """A pattern that can be looked up.

    Attributes:
        group: the pattern, spelt out.
        first: the variables that rows show and every solution binds, with their places in a row.
        last: the other variables that rows show and facts bind, likewise.
    """

    group: Group
    first: tuple[tuple[int, Variable], ...]
    last: tuple[tuple[int, Variable], ...]


@lru_cache(maxsize=256)
def pattern(
    group: Group,
    items: tuple[Item, ...],
    values: Values | None,
    given: tuple[Variable, ...] = (),
    *,
    empty: bool = False,
) -> Pattern | None:
    """Return a pattern as it can be looked up; None where it cannot.

    Args:
        group: the pattern.
        items: what the rows show.
        values: the block of values behind the pattern.
        given: variables that are bound before the pattern begins.
        empty: whether there may be rows without a solution; they tell of no filter that it passes.
    """
    if empty and any(isinstance(each, Filter) for each in group.elements):
        return None
    numbers = count(1)
    group = spelt_out(group, lambda: Variable(f"#{next(numbers)}"))  # no query has such a name
    matched = _matched(group, items, values, frozenset(given))
    if matched is None:
        return None
    always = certain(group).union(given)
    shown = [(i, each.variable) for i, each in enumerate(items) if each.variable in matched]
    return Pattern(
        group,
        tuple((i, variable) for i, variable in shown if variable in always),
        tuple((i, variable) for i, variable in shown if variable not in always),
    )


def _matched(
    group: Group, items: tuple[Item, ...], values: Values | None, given: frozenset[Variable]
) -> frozenset[Variable] | None:
    """Return the variables that rows show and facts bind; None if it cannot be looked up."""
    shown = frozenset(item.variable for item in items if not item.expression)
    elements = group.elements if values is None else (*group.elements, values)
    patterns = [each for each in elements if isinstance(each, Triples | OneOf | Optional)]
    bound = _bound(patterns) | given
    scope = frozenset(visible(Group("", elements))) | given
    known = _known(elements, scope, shown, bound, given)
    if known is None or not _is_inside(patterns, _NONE, given):
        return None
    for item in items:
        if item.expression and (item.exists or not _only(item.text, scope, known)):
            return None
    return shown & bound


def _known(
    elements: tuple[Element, ...],
    scope: frozenset[Variable],
    shown: frozenset[Variable],
    bound: frozenset[Variable],
    given: frozenset[Variable],
) -> frozenset[Variable] | None:
    """Return the variables that are the same in all solutions of a row.

    Args:
        elements: what stands in the pattern.
        scope: the variables that it can bind.
        shown: the variables that rows show.
        bound: those that triple patterns have.
        given: those that are bound before the pattern begins.

    Returns:
        The variables; None where something asks for others.
    """
    seen, always, derived = set(given), set(given), set[Variable]()
    for element in elements:
        if isinstance(element, Minus):
            shared = seen.intersection(visible(element.group))
            if not shared <= (shown & always) | derived:
                return None
        elif isinstance(element, Bind):
            # What is bound later on is not bound yet where the expression is evaluated.
            before = (shown & always) | derived | {element.variable}
            if element.exists or not _only(element.text, scope, before):
                return None
            if element.variable in bound:
                return None
            derived.add(element.variable)
        elif isinstance(element, Values):
            own = frozenset(element.variables)
            if not own <= shown or not own & bound <= certain(Group("", elements)) | given:
                return None
        elif not isinstance(element, Triples | OneOf | Optional | Filter):
            return None
        part = Group("", (element,))
        seen.update(visible(part))
        always |= certain(part)
    known = shown | derived
    filters = [each for each in elements if isinstance(each, Filter)]
    if any(each.exists or not _only(each.text, scope, known) for each in filters):
        return None
    return known


def _only(text: str, scope: frozenset[Variable], known: Collection[Variable]) -> bool:
    """Return whether an expression mentions, of the variables of a scope, only those known."""
    return scope.intersection(mentioned(text)) <= frozenset(known)


def _is_inside(
    elements: Iterable[Element], outside: frozenset[Variable], given: frozenset[Variable] = _NONE
) -> bool:
    """Return whether the elements of a group can be solved from what is bound outside of it.

    Args:
        elements: the elements.
        outside: the variables that stand anywhere else.
        given: those that are bound before the group begins.
    """
    elements = tuple(elements)
    always = set(given)
    partly: set[Variable] = set()
    for i, element in enumerate(elements):
        own = _bound((element,))
        if own & partly:
            return False
        if isinstance(element, Triples):
            if not all(isinstance(p.predicate, Variable | Link) for p in element.patterns):
                return False
            always |= own
            continue
        rest = outside | _bound((*elements[:i], *elements[i + 1 :])) | given
        if isinstance(element, Optional):
            if not own & rest <= always or not _is_inside(element.group.elements, rest):
                return False
        elif isinstance(element, OneOf):
            if not all(_is_inside(each.elements, rest) for each in element.groups):
                return False
            always |= certain(Group("", (element,)))
        else:
            return False
        partly |= own - always
    return True


def _bound(elements: Iterable[Element]) -> frozenset[Variable]:
    """Return the variables that stand in the triple patterns of some elements."""
    found: set[Variable] = set()
    for element in elements:
        if isinstance(element, Triples):
            found |= {
                part for part in chain.from_iterable(element.patterns) if isinstance(part, Variable)
            }
        elif isinstance(element, Optional):
            found |= _bound(element.group.elements)
        elif isinstance(element, OneOf):
            found |= _bound(chain.from_iterable(each.elements for each in element.groups))
    return frozenset(found)
