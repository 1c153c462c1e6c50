"""The rows of which is asked what stands behind them, and the query that finds them once more."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import NamedNode

from qkg.citations.asking import written_values
from qkg.citations.reach import is_well_designed
from qkg.errors import QueryRefused
from qkg.sparql.syntax import Group, OneOf, Variable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from qkg.citations.asking import Row
    from qkg.sparql.syntax import Item, Values

__all__ = ["Wanted", "columns", "not_found_again"]

_MOST_RESTRICTED = 500
"""To how many rows the query is restricted; with more it is asked for all."""


class Wanted(NamedTuple):
    """Rows, and the pattern of which they are wanted.

    Attributes:
        rows: what some expressions are in some solutions.
        items: the expressions.
        group: the pattern.
        values: the block of values behind it; the pattern is joined with it.
        empty: whether there may be rows without a solution.
    """

    rows: Sequence[Row]
    items: tuple[Item, ...]
    group: Group
    values: Values | None = None
    empty: bool = False

    @property
    def pattern(self) -> Group:
        """The pattern, joined with the block of values."""
        if self.values is None:
            return self.group
        joined = OneOf((self.group,)), self.values
        return Group(f"{{ {self.group.text} {self.values.text} }}", joined)

    def query(
        self, head: Mapping[Variable, str], where: str, always: frozenset[Variable] = frozenset()
    ) -> str:
        """Return the query that finds the rows once more, and perhaps others.

        Args:
            head: what is projected: the expressions of the rows, and more.
            where: the pattern as it is to be asked, joined with the values.
            always: variables that its solutions bind; some rows are wanted then, and not all.
        """
        restricted = self._restriction(always)
        return f"SELECT {' '.join(head.values())} WHERE {{ {where} {restricted} }}"

    def _restriction(self, always: frozenset[Variable]) -> str:
        """Return a VALUES block of the rows, as far as it can hold them.

        Engines give its values to an OPTIONAL that is not well designed, where they must not.
        """
        rows = dict.fromkeys(self.rows)
        if len(rows) > _MOST_RESTRICTED or not is_well_designed(self.pattern.elements):
            return ""
        kept = [
            i
            for i, item in enumerate(self.items)
            if not item.is_expression
            and item.variable in always
            and all(isinstance(row[i], NamedNode) for row in rows)
        ]
        variables = [self.items[i].variable for i in kept]
        return written_values(variables, [tuple(row[i] for i in kept) for row in rows])


def columns(
    items: Iterable[Item], variables: Iterable[Variable], prefix: str
) -> dict[Variable, str]:
    """Return what a query projects: some expressions, and some variables, each once.

    Args:
        items: the expressions.
        variables: the variables.
        prefix: what the name begins with of a column that stands where there would be none.
    """
    head = {item.variable: item.text for item in items}
    for variable in variables:
        head.setdefault(variable, f"?{variable.name}")
    return head or {Variable(f"{prefix}one"): f"(1 AS ?{prefix}one)"}


def not_found_again() -> QueryRefused:
    """Return the error that rows have no solution in the query that finds them once more."""
    return QueryRefused(
        "Rows of the answer are not found again by a second query, so that what stands behind "
        "them cannot be cited: an order that leaves something to chance, NOW, or an EXISTS that "
        "looks out of its group may be why."
    )
