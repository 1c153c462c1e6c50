"""Which solutions stand behind an answer that is no table: all, or those that LIMIT leaves.

The triples of the answer tell which these are. To ask for the solutions once more would not: which
of them come is left to chance where their order is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode

from qkg.citations.asking import as_item
from qkg.citations.groups import group_query, key_items
from qkg.citations.nodes import subjects
from qkg.citations.variables import projected
from qkg.citations.wanted import Wanted, columns, not_found_again
from qkg.sparql.syntax import Constant, Link, Variable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from pyoxigraph import Triple

    from qkg.answers import Term
    from qkg.citations.asking import Asking, Row
    from qkg.sparql.syntax import Item, Query, Select, TriplePattern

__all__ = ["solutions_of"]

_Solution: TypeAlias = "dict[Variable, Term | None]"


def solutions_of(
    asking: Asking, query: Query, result: bool | tuple[Triple, ...]
) -> tuple[tuple[Item, ...], list[Row]]:
    """Return which solutions an answer is made of: some variables, and the values that they have.

    Args:
        asking: what asks for all solutions.
        query: an ASK, CONSTRUCT or DESCRIBE with a pattern.
        result: its answer.

    Returns:
        The variables of which triples are made, or which are described, and their values in the
        solutions, or groups, that can have made the answer. No variable and the one row without any
        stand for all of them: so it is for ASK, without LIMIT and OFFSET, and where groups do not
        tell the variables. What a DESCRIBE names itself needs no solution (section 16.4.1).

    Raises:
        QueryRefused: no solution makes the answer.
    """
    select = query.select
    assert select is not None
    has_names = any(isinstance(each, Constant) for each in query.described or ())
    if has_names and not asking.select(f"{_solutions(asking, select, ())} LIMIT 1"):
        return (), []
    if isinstance(result, bool) or not select.is_slice:
        return (), [()]
    made = dict.fromkeys(each for pattern in query.template for each in pattern.variables)
    described = projected(select) if query.described is None else query.described
    variables = tuple(each for each in made or described if isinstance(each, Variable))
    if not variables:
        return (), [()]
    items = tuple(map(as_item, variables))
    if select.is_aggregate:
        keys = key_items(asking, select)
        if not {key.variable for key in keys}.issuperset(variables):
            return (), [()]
        text = group_query(select, keys, (item.text for item in items))
    else:
        text = _solutions(asking, select, items)
    rows = list(dict.fromkeys(asking.select(text)))
    if made:
        told = [_told(asking, pattern, result) for pattern in query.template]
        kept = [row for row in rows if _is_made(dict(zip(made, row, strict=True)), told)]
    else:
        kept = _described(asking, rows, result)
    if kept or has_names or not result:
        return items, kept
    if any(isinstance(term, BlankNode) for triple in result for term in triple):
        return items, rows  # an endpoint may name it otherwise each time
    raise not_found_again()


def _solutions(asking: Asking, select: Select, items: tuple[Item, ...]) -> str:
    """Return the query for some variables in all solutions."""
    wanted = Wanted((), items, select.where, select.values)
    return wanted.query(columns(items, (), asking.prefix), wanted.pattern.text)


def _described(asking: Asking, rows: Iterable[Row], result: Iterable[Triple]) -> list[Row]:
    """Return the rows of which something is described, and all that is a subject of triples."""
    told = {triple.subject for triple in result}
    some = [row for row in rows if not told.isdisjoint(row)]
    others = {term for row in some for term in row if term is not None and term not in told}
    missing = subjects(asking, others)
    return [row for row in some if missing.isdisjoint(row)]


def _is_made(solution: _Solution, told: list[Callable[[_Solution], bool | None]]) -> bool:
    """Return whether a solution makes triples, and all of them are in the answer."""
    found = [is_there(solution) for is_there in told]
    return True in found and False not in found


def _told(
    asking: Asking, pattern: TriplePattern, result: Collection[Triple]
) -> Callable[[_Solution], bool | None]:
    """Return what tells whether the triple of a template is in an answer; None if there is none.

    Blank nodes of the template are any; so are its literals, which the engine may spell otherwise.
    """
    path = pattern.predicate
    places = pattern.subject, path.property if isinstance(path, Link) else path, pattern.object
    fixed = {
        i: term
        for i, place in enumerate(places)
        if isinstance(place, Constant) and isinstance(term := asking.constant(place), NamedNode)
    }
    varied = [(i, place) for i, place in enumerate(places) if isinstance(place, Variable)]
    there = {
        tuple(triple[i] for i, _ in varied)
        for triple in map(tuple, result)
        if all(triple[i] == term for i, term in fixed.items())
    }

    def is_there(solution: _Solution) -> bool | None:
        terms = tuple(solution[variable] for _, variable in varied)
        for (i, _), term in zip(varied, terms, strict=True):
            if term is None or (i == 0 and isinstance(term, Literal)):
                return None
            if i == 1 and not isinstance(term, NamedNode):
                return None
        return terms in there

    return is_there
