"""What stands behind the rows of an aggregate query: all members of the groups that look so."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from qkg.citations.asking import as_item, in_graph
from qkg.citations.sources import union
from qkg.citations.wanted import not_found_again
from qkg.errors import QueryRefused
from qkg.sparql.syntax import Item, Variable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from qkg.citations.asking import Asking, Row
    from qkg.citations.sources import Support
    from qkg.sparql.syntax import Constant, GroupKey, Select

__all__ = ["behind_groups", "group_query", "key_items"]


def behind_groups(
    asking: Asking,
    select: Select,
    rows: Sequence[Row],
    graph: Constant | None,
    members: Callable[[tuple[Item, ...], Sequence[Row]], Sequence[Collection[Support]]],
) -> Sequence[Collection[Support]]:
    """Return by what rows of an aggregate query are cited.

    Args:
        asking: what asks for the keys that no row shows.
        select: the query.
        rows: the rows.
        graph: the named graph in which it stands; None for the default graph.
        members: what returns, for keys and what they are in some groups, by what the members of
            each group are cited.

    Raises:
        QueryRefused: groups are chosen by what exists, or are not found again.
    """
    if select.exists:
        raise QueryRefused(
            "What HAVING or GROUP BY asks to exist cannot be cited: leave it out, or ask it "
            "with BIND before."
        )
    assert select.items is not None, "the grammar has no SELECT * with aggregates"
    keys = key_items(asking, select)
    shown = {item.variable: i for i, item in enumerate(select.items) if not item.is_expression}
    if all(key.variable in shown for key in keys):
        places = [shown[key.variable] for key in keys]
        return members(keys, [tuple([row[place] for place in places]) for row in rows])
    groups = _groups(asking, select, keys, rows, graph)
    if not all(groups.values()):
        raise not_found_again()
    every = list(dict.fromkeys(chain.from_iterable(groups.values())))
    cited = dict(zip(every, members(keys, every), strict=True))
    found = {row: union([cited[group] for group in own]) for row, own in groups.items()}
    return [found[row] for row in rows]


def key_items(asking: Asking, select: Select) -> tuple[Item, ...]:
    """Return the keys of a GROUP BY, each with a variable; the query has given it one or not."""
    return tuple(_key(f"{asking.prefix}key{i}", key) for i, key in enumerate(select.keys))


def group_query(
    select: Select, keys: Iterable[Item], head: Iterable[str], graph: Constant | None = None
) -> str:
    """Return the query that finds all groups, without their order, LIMIT and OFFSET.

    Args:
        select: the query.
        keys: what it is grouped by.
        head: what is projected of each group.
        graph: the named graph in which it stands; None for the default graph.
    """
    where = in_graph(graph, select.where.text)
    by = f"GROUP BY {' '.join(key.text for key in keys)}"
    behind = "" if select.values is None else select.values.text
    return f"SELECT {' '.join(head)} WHERE {where} {by} {select.having} {behind}"


def _key(name: str, key: GroupKey) -> Item:
    variable = key.variable or Variable(name)
    if key.variable is not None and key.expression[1:] == key.variable.name:
        return as_item(variable)
    return Item(variable, f"({key.expression} AS ?{variable.name})", True, ())


def _groups(
    asking: Asking,
    select: Select,
    keys: tuple[Item, ...],
    rows: Iterable[Row],
    graph: Constant | None,
) -> dict[Row, set[Row]]:
    """Return, for each row, the keys of the groups that look like it."""
    items = select.items or ()
    shown = {item.variable for item in items if not item.is_expression}
    hidden = [key for key in keys if key.variable not in shown]
    head = [item.text for item in items] + [f"?{key.variable.name}" for key in hidden]
    order = [item.variable for item in items] + [key.variable for key in hidden]
    places = [order.index(key.variable) for key in keys]
    found: dict[Row, set[Row]] = {row: set() for row in rows}
    for row in asking.select(group_query(select, keys, head, graph)):
        group = found.get(row[: len(items)])
        if group is not None:
            group.add(tuple(row[place] for place in places))
    return found
