"""The order in which rules run once where that is enough, and again and again where it is not."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeAlias

from pyoxigraph import Literal

from qkg.rules.datatypes import is_datatype
from qkg.rules.forms import TYPE
from qkg.rules.rule import Pattern, Rule

__all__ = ["Key", "Stage", "conclusions", "premises", "stages"]

Key: TypeAlias = tuple[object, ...]
"""What facts are of: a property, or membership in a class; ``("literal",)`` is any literal."""

_LITERAL: Key = ("literal",)


class Stage(NamedTuple):
    """Rules all of whose premises are complete, but for those that the stage itself concludes.

    Attributes:
        once: rules that need none of the stage's conclusions as a premise.
        again: rules that do, of whatever strongly connected component.
    """

    once: tuple[Rule, ...]
    again: tuple[Rule, ...]


def premises(rule: Rule) -> set[Key]:
    """Return what the premises of a rule are facts of."""
    return {_key(pattern) for pattern in rule.body}


def conclusions(rule: Rule) -> set[Key]:
    """Return what the conclusions of a rule are facts of."""
    if rule.head is None:
        return set()
    found = {_key(rule.head)}
    return found | {_LITERAL} if isinstance(rule.head.object, Literal) else found


def stages(rules: Iterable[Rule]) -> tuple[Stage, ...]:
    """Return rules in stages, each one after those that conclude its premises."""
    rules = tuple(rules)
    following: defaultdict[Key, set[Key]] = defaultdict(set)
    for rule in rules:
        for premise in premises(rule):
            following[premise] |= conclusions(rule)
        for conclusion in conclusions(rule):
            following[conclusion] |= set()
    components = list(_components(following))
    of = {key: i for i, component in enumerate(components) for key in component}
    levels = [0] * len(components)
    # A component comes after all those that it leads to: backwards, each is before what it needs.
    for i in range(len(components) - 1, -1, -1):
        for key in components[i]:
            for each in following[key]:
                if of[each] != i:
                    levels[of[each]] = max(levels[of[each]], levels[i] + 1)
    once: defaultdict[int, list[Rule]] = defaultdict(list)
    again: defaultdict[int, list[Rule]] = defaultdict(list)
    for rule in rules:
        heads = {of[key] for key in conclusions(rule)}
        recursive = not heads.isdisjoint(of[key] for key in premises(rule))
        level = min(levels[i] for i in heads)
        (again if recursive else once)[level].append(rule)
    return tuple(
        Stage(tuple(once.get(level, ())), tuple(again.get(level, ())))
        for level in sorted({*once, *again})
    )


def _key(pattern: Pattern) -> Key:
    if pattern.predicate != TYPE:
        return (pattern.predicate,)
    return _LITERAL if is_datatype(pattern.object) else (TYPE, pattern.object)


def _components(following: dict[Key, set[Key]]) -> Iterator[tuple[Key, ...]]:
    """Yield the strongly connected components, each after those that can be reached from it."""
    index: dict[Key, int] = {}
    low: dict[Key, int] = {}
    stack: list[Key] = []
    standing: set[Key] = set()
    for root in following:
        if root in index:
            continue
        path = [(root, iter(following[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        standing.add(root)
        while path:
            node, rest = path[-1]
            for each in rest:
                if each not in index:
                    index[each] = low[each] = len(index)
                    stack.append(each)
                    standing.add(each)
                    path.append((each, iter(following[each])))
                    break
                if each in standing:
                    low[node] = min(low[node], index[each])
            else:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[node])
                if low[node] == index[node]:
                    cut = stack.index(node)
                    component = tuple(stack[cut:])
                    del stack[cut:]
                    standing -= set(component)
                    yield component
