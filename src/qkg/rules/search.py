"""The smallest derivation of each of many facts, found from the leaves up.

Facts, and the ways in which each follows, make a graph with alternatives; the smallest derivation
of every fact in it is found by Knuth's generalisation of Dijkstra's algorithm. What a fact is, and
how the ways are found, is left to others: triples are asked of an engine, the facts of a closure
are looked up.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from itertools import count
from typing import TYPE_CHECKING, Generic, NamedTuple, Protocol, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from qkg.rules.rule import Rule

__all__ = ["Best", "Grounds", "Step", "best", "explored", "leaves", "smallest"]

F = TypeVar("F")


class Step(NamedTuple, Generic[F]):
    """One way in which a fact follows."""

    rule: Rule
    premises: tuple[F, ...]


Best: TypeAlias = dict[F, tuple[int, Step[F] | None]]
"""Per fact how many facts stand in its smallest derivation, and the last step of that; None where
it is asserted."""


class Grounds(Protocol[F]):
    """What facts rest on."""

    def find(self, facts: Collection[F]) -> None:
        """Find out which of some facts are asserted."""
        ...

    def find_steps(self, facts: Collection[F]) -> None:
        """Find the steps to some facts."""
        ...

    def is_asserted(self, fact: F) -> bool:
        """Return whether a fact is asserted; False of one that nobody was asked about."""
        ...

    def steps(self, fact: F) -> tuple[Step[F], ...]:
        """Return the steps to a fact that were found, in the order of the rules; or none."""
        ...


class _Open(Generic[F]):
    """A step some of whose premises still wait for their smallest derivations."""

    __slots__ = ("conclusion", "left", "place", "size", "step")

    def __init__(self, conclusion: F, step: Step[F], place: int) -> None:
        self.conclusion, self.step, self.place = conclusion, step, place
        self.left, self.size = len(step.premises), 1


def smallest(grounds: Grounds[F], goals: frozenset[F]) -> tuple[Best[F], bool]:
    """Return what :func:`best` does, as deep as it takes; and whether there is no more below.

    A goal without a derivation is not in it.
    """
    found: Best[F] = {}
    depth, left = 1, goals
    while True:
        complete = explored(grounds, left, depth)
        if complete or any(_is_near(grounds, goal, depth) for goal in left):
            found |= best(grounds, left)
        # A derivation with facts beyond a depth has more facts than the depth.
        left = frozenset(goal for goal in left if goal not in found or found[goal][0] > depth + 1)
        if complete or not left:
            return found, complete
        depth += 1 + depth // 2


def _is_near(grounds: Grounds[F], goal: F, depth: int) -> bool:
    """Return whether a smallest derivation may have no more facts than one more than a depth."""
    steps = grounds.steps(goal)
    return grounds.is_asserted(goal) or any(len(step.premises) <= depth for step in steps)


def explored(grounds: Grounds[F], goals: frozenset[F], depth: int | None) -> bool:
    """Find the steps to all facts down to a depth; return whether there are no more below."""
    level, seen = list(goals), set(goals)
    while level and (depth is None or depth > 0):
        grounds.find(level)
        # What is asserted needs no derivation; a goal may be asked for one all the same.
        derived = [fact for fact in level if fact in goals or not grounds.is_asserted(fact)]
        grounds.find_steps(derived)
        premises = (p for fact in derived for step in grounds.steps(fact) for p in step.premises)
        level = [each for each in dict.fromkeys(premises) if each not in seen]
        seen.update(level)
        depth = None if depth is None else depth - 1
    grounds.find(level)
    return all(map(grounds.is_asserted, level))


def best(grounds: Grounds[F], goals: Iterable[F]) -> Best[F]:
    """Return the size and the last step of each fact's smallest derivation, if it has one.

    Of steps of one size to a fact, the first counts.
    """
    goals = set(goals)
    found: Best[F] = {}
    waiting: defaultdict[F, list[_Open[F]]] = defaultdict(list)
    reached, pending = set(goals), list(goals)
    queue: list[tuple[int, int, int, F, Step[F]]] = []
    order = count()
    while pending:
        fact = pending.pop()
        if grounds.is_asserted(fact):
            found[fact] = 1, None
        for place, step in enumerate(grounds.steps(fact)):
            open_ = _Open(fact, step, place)
            for premise in step.premises:
                if grounds.is_asserted(premise):
                    found[premise] = 1, None
                    open_.size += 1
                    open_.left -= 1
                    continue
                waiting[premise].append(open_)
                if premise not in reached:
                    reached.add(premise)
                    pending.append(premise)
            if open_.left == 0:
                heapq.heappush(queue, (open_.size, place, next(order), fact, step))
    while queue:
        size, _, _, fact, last = heapq.heappop(queue)
        if fact in found:
            continue
        found[fact] = size, last
        for open_ in waiting[fact]:
            open_.left -= 1
            open_.size += size
            if open_.left == 0:
                entry = (open_.size, open_.place, next(order), open_.conclusion, open_.step)
                heapq.heappush(queue, entry)
    return found


def leaves(fact: F, found: Best[F]) -> Iterator[F]:
    """Yield what a fact rests on by its smallest derivation, from left to right."""
    pending = [fact]
    while pending:
        each = pending.pop()
        _, step = found[each]
        if step is None:
            yield each
        else:
            pending += reversed(step.premises)
