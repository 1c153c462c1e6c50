"""Shortest ways along the edges of a graph that is asked piece by piece."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeAlias

from qkg.errors import QueryRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from qkg.answers import Term

__all__ = ["path_not_found_again", "shortest"]

_Node: TypeAlias = "Term | None"
_Pair: TypeAlias = "tuple[_Node, ...]"


def shortest(
    pairs: Collection[_Pair],
    edges: Callable[[Collection[_Node]], Iterable[tuple[_Node, _Node]]],
) -> dict[_Pair, list[_Pair]]:
    """Return a shortest way from each start to its end, of one edge at least.

    Args:
        pairs: starts and ends.
        edges: what gives the edges that lead out of some nodes; it is asked of each node once.

    Returns:
        Each pair with the edges of the way, in order; of ways of one length always the same.

    Raises:
        QueryRefused: there is no way.
    """
    ends: defaultdict[_Node, set[_Node]] = defaultdict(set)
    for start, end in pairs:
        ends[start].add(end)
    following: defaultdict[_Node, list[_Node]] = defaultdict(list)
    walks: dict[_Pair, list[_Pair]] = {}
    came: dict[_Node, dict[_Node, _Node]] = {start: {} for start in ends}
    frontiers = {start: [start] for start in ends}
    while frontiers:
        reached = {node for nodes in frontiers.values() for node in nodes}
        for start, end in sorted(edges(reached - following.keys()), key=str):
            following[start].append(end)
        further: dict[_Node, list[_Node]] = {}
        for start, nodes in frontiers.items():
            before, left = came[start], ends[start]
            new = []
            for node in nodes:
                for end in following[node]:
                    if end not in before:
                        before[end] = node
                        new.append(end)
            for end in left & before.keys():
                walks[start, end] = _walk(start, end, before)
            left.difference_update(before)
            if left and new:
                further[start] = new
        frontiers = further
    if any(ends.values()):
        raise path_not_found_again()
    return walks


def path_not_found_again() -> QueryRefused:
    """Return the error that an engine has found a path, and does not find it once more."""
    return QueryRefused("A path of the query is not found again, and cannot be cited.")


def _walk(start: _Node, end: _Node, before: dict[_Node, _Node]) -> list[_Pair]:
    steps: list[_Pair] = []
    while not steps or end != start:
        steps.append((before[end], end))
        end = before[end]
    return steps[::-1]
