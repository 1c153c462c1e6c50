"""The body of a rule, looked up pattern by pattern: for one fact a query is too dear."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from qkg.rules.rule import Variable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pyoxigraph import Triple

    from qkg.answers import Term
    from qkg.engines import Engine
    from qkg.rules.rule import Pattern, PatternTerm

__all__ = ["Plan", "plan", "premises"]


class Plan(NamedTuple):
    """In which order the patterns of a body are looked up.

    Attributes:
        order: the patterns, each with its place in the body.
        open: the variables that the head leaves open, in the order in which the body has them.
    """

    order: tuple[tuple[int, Pattern], ...]
    open: tuple[Variable, ...]


def plan(body: Iterable[Pattern], given: Iterable[PatternTerm]) -> Plan:
    """Return a plan that goes to the pattern next of which most is known."""
    left = list(enumerate(body))
    names = dict.fromkeys(t for _, p in left for t in p if isinstance(t, Variable))
    known, order = set(given), []
    while left:
        chosen = max(
            left, key=lambda each: sum(not isinstance(t, Variable) or t in known for t in each[1])
        )
        left.remove(chosen)
        order.append(chosen)
        known.update(chosen[1])
    given = set(given)
    return Plan(tuple(order), tuple(name for name in names if name not in given))


def premises(
    engine: Engine, planned: Plan, terms: Mapping[PatternTerm, Term]
) -> list[tuple[Triple, ...]]:
    """Return the ways in which a body holds, as the triples that its patterns meet.

    Args:
        engine: what holds the dataset.
        planned: the plan of the body.
        terms: what the variables that are given stand for.

    Returns:
        Each way, in the order of the terms that the open variables stand for.
    """
    found = list(_ways(engine, planned.order, 0, dict(terms), ()))
    if len(found) > 1:
        found.sort(key=lambda way: str(tuple(way[0][name] for name in planned.open)))
    return [tuple(triple for _, triple in sorted(met, key=_place)) for _, met in found]


def _ways(
    engine: Engine,
    order: tuple[tuple[int, Pattern], ...],
    depth: int,
    terms: dict[PatternTerm, Term],
    met: tuple[tuple[int, Triple], ...],
) -> Iterator[tuple[dict[PatternTerm, Term], tuple[tuple[int, Triple], ...]]]:
    if depth == len(order):
        yield terms, met
        return
    place, pattern = order[depth]
    wanted = [terms.get(t) if isinstance(t, Variable) else t for t in pattern]
    for triple in engine.matching(*wanted):
        extended = terms
        if None in wanted:
            extended = dict(terms)
            told = tuple(triple)
            if any(
                extended.setdefault(t, told[i]) != told[i]
                for i, t in enumerate(pattern)
                if wanted[i] is None
            ):
                continue
        yield from _ways(engine, order, depth + 1, extended, (*met, (place, triple)))


def _place(each: tuple[int, Triple]) -> int:
    return each[0]
