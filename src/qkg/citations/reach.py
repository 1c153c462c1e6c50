"""Which patterns can be looked up: those of which known rows tell all that facts do not.

Facts tell the solutions of triple patterns, of UNION, and of an OPTIONAL that is well designed:
what it shares with the rest of the query is bound before it, so that it does not matter whether its
pattern is solved by itself, as section 18.6 has it, or from what is bound. Only engines evaluate
expressions. But of one that looks at nothing but what a row shows, the row tells that its solutions
pass; so it is with MINUS and NOT EXISTS. Where one looks at more, an engine can show that, too.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from qkg.citations.paths import spelt_out
from qkg.citations.variables import certain, mentioned, visible
from qkg.sparql.syntax import (
    Bind,
    Filter,
    Graph,
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

__all__ = ["Pattern", "is_well_designed", "pattern"]

_NONE: frozenset[Variable] = frozenset()


class Pattern(NamedTuple):
    """A pattern that can be looked up.

    Attributes:
        group: the pattern, spelt out.
        extra: the variables that rows have to show beside what they show.
        first: the variables of such rows that every solution binds, with their places there.
        last: the other variables of such rows that facts bind, likewise.
    """

    group: Group
    extra: tuple[Variable, ...]
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
        empty: whether there may be rows without a solution.
    """
    numbers = count(1)
    group = spelt_out(group, lambda: Variable(f"#{next(numbers)}"))  # no query has such a name
    elements = group.elements if values is None else (*group.elements, values)
    patterns = [each for each in elements if isinstance(each, Triples | OneOf | Optional)]
    bound, always = frozenset(visible(patterns)).union(given), certain(elements).union(given)
    scope = frozenset(visible(elements)).union(given)
    extra = _extra(elements, items, scope)
    # A row without a solution tells of no filter that anything passes it.
    if empty and not extra and any(isinstance(each, Filter) for each in elements):
        return None
    rows = (*(None if item.is_expression else item.variable for item in items), *extra)
    shown = frozenset(each for each in rows if each is not None)
    known = _known(elements, scope, shown, bound, frozenset(given))
    if known is None or not _is_inside(patterns, frozenset(given)):
        return None
    if not is_well_designed(patterns, given=frozenset(given)):
        return None
    expressions = [item for item in items if item.is_expression]
    if any(each.exists or not _only(each.text, scope, known) for each in expressions):
        return None
    matched = [(i, each) for i, each in enumerate(rows) if each is not None and each in bound]
    return Pattern(
        group,
        extra,
        tuple((i, each) for i, each in matched if each in always),
        tuple((i, each) for i, each in matched if each not in always),
    )


def _extra(
    elements: Iterable[Element], items: Iterable[Item], scope: frozenset[Variable]
) -> tuple[Variable, ...]:
    """Return the variables that expressions ask for and rows do not show, in order."""
    asked: dict[Variable, None] = {}
    made = {item.variable for item in items if not item.is_expression}
    for element in elements:
        if isinstance(element, Filter | Bind):
            asked |= dict.fromkeys(mentioned(element.text))
        elif isinstance(element, Minus):
            asked |= dict.fromkeys(visible(element.group.elements))
        elif isinstance(element, Values):
            asked |= dict.fromkeys(element.variables)
        if isinstance(element, Bind):
            made.add(element.variable)
    for item in items:
        if item.is_expression:
            asked |= dict.fromkeys(mentioned(item.text))
    return tuple(each for each in asked if each in scope and each not in made)


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
            shared = seen.intersection(visible(element.group.elements))
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
            if not shown.issuperset(element.variables):
                return None
        elif not isinstance(element, Triples | OneOf | Optional | Filter):
            return None
        seen.update(visible((element,)))
        always |= certain((element,))
    # What a block of values has, triple patterns bind in all solutions, or in none.
    valued = {v for each in elements if isinstance(each, Values) for v in each.variables}
    if not valued & bound <= always:
        return None
    known = shown | derived
    filters = [each for each in elements if isinstance(each, Filter)]
    if any(each.exists or not _only(each.text, scope, known) for each in filters):
        return None
    return known


def _only(text: str, scope: frozenset[Variable], known: Collection[Variable]) -> bool:
    """Return whether an expression mentions, of the variables of a scope, only those known."""
    return scope.intersection(mentioned(text)) <= frozenset(known)


def is_well_designed(
    elements: Iterable[Element],
    outside: frozenset[Variable] = _NONE,
    given: frozenset[Variable] = _NONE,
    seen: frozenset[Variable] = _NONE,
) -> bool:
    """Return whether what is around a group can be told to it without harm.

    That is so where each OPTIONAL, MINUS and BIND shares with what is around it only what is bound
    before it in its own group, each MINUS something, and each FILTER what its group binds. Values
    that variables have elsewhere can be given to such a pattern from the beginning, which is what
    engines do.

    Args:
        elements: the elements of the group.
        outside: the variables that stand anywhere else.
        given: those that are bound before the group begins.
        seen: those that its filters see, too.
    """
    elements = tuple(elements)
    always = set(given)
    own = seen.union(given, visible(elements))
    for i, element in enumerate(elements):
        rest = outside.union(given, visible((*elements[:i], *elements[i + 1 :])))
        if isinstance(element, Optional | Minus):
            if not rest.intersection(visible(element.group.elements)) <= always:
                return False
            if isinstance(element, Minus) and certain(element.group.elements).isdisjoint(always):
                return False
            before = frozenset(always) if isinstance(element, Optional) else _NONE
            if not is_well_designed(element.group.elements, rest, seen=before):
                return False
        elif isinstance(element, OneOf):
            if not all(is_well_designed(each.elements, rest) for each in element.groups):
                return False
        elif isinstance(element, Graph):
            name = {element.name} if isinstance(element.name, Variable) else _NONE
            if not is_well_designed(element.group.elements, rest | name):
                return False
        elif isinstance(element, Bind):
            if not _only(element.text, rest, always | {element.variable}):
                return False
        elif isinstance(element, Filter) and not _only(element.text, outside, own):
            return False
        always |= certain((element,))
    return True


def _is_inside(elements: Iterable[Element], given: frozenset[Variable] = _NONE) -> bool:
    """Return whether facts tell the solutions of a group, triple pattern by triple pattern.

    What only a part of the solutions binds, nothing behind may ask for.

    Args:
        elements: the elements of the group.
        given: the variables that are bound before it begins.
    """
    always = set(given)
    partly: set[Variable] = set()
    for element in elements:
        own = frozenset(visible((element,)))
        if own & partly:
            return False
        if isinstance(element, Triples):
            if not all(isinstance(p.predicate, Variable | Link) for p in element.patterns):
                return False
        elif isinstance(element, Optional | OneOf):
            groups = element.groups if isinstance(element, OneOf) else (element.group,)
            if not all(_is_inside(each.elements) for each in groups):
                return False
        else:
            return False
        always |= certain((element,))
        partly |= own - always
    return True
