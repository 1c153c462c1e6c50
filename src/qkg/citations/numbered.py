"""Solutions as numbers, column by column: what is made of all of them at once."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from qkg.sparql.syntax import Variable

__all__ = ["Number", "Numbered", "joint", "once"]

Number: TypeAlias = int | None
"""That of a term; None where a variable is unbound."""


class Numbered(NamedTuple):
    """Some solutions.

    Attributes:
        columns: per variable what it stands for in each; None where it is unbound.
        origins: from which of those that it began with each solution was made.
    """

    columns: Mapping[Variable, Sequence[Number]]
    origins: Sequence[int]

    def taken(self, places: Sequence[int]) -> Numbered:
        """Return the solutions at some places, each as often as its place is there."""
        columns = {each: [column[i] for i in places] for each, column in self.columns.items()}
        return Numbered(columns, [self.origins[i] for i in places])

    def kept(self, holds: Sequence[bool]) -> Numbered:
        """Return the solutions of which something holds."""
        if all(holds):
            return self
        return self.taken([i for i, each in enumerate(holds) if each])

    def joined(self, variable: Variable, column: Sequence[Number]) -> Numbered:
        """Return the solutions with what one more variable stands for."""
        return Numbered({**self.columns, variable: column}, self.origins)

    def times(self, variables: Sequence[Variable], columns: Sequence[Collection[int]]) -> Numbered:
        """Return each solution with each row of some columns, for some more variables."""
        number, several = len(self.origins), len(columns[0])
        found = self.taken([i for i in range(number) for _ in range(several)])
        for variable, column in zip(variables, columns, strict=True):
            found = found.joined(variable, list(column) * number)
        return found

    def spread(self, variable: Variable, values: Sequence[Collection[int]]) -> Numbered:
        """Return each solution with each of its own values of one more variable."""
        lengths = list(map(len, values))
        column = list(chain.from_iterable(values))
        if lengths.count(1) == len(lengths):
            return self.joined(variable, column)
        found = self.taken([i for i, many in enumerate(lengths) for _ in range(many)])
        return found.joined(variable, column)


def once(
    columns: Iterable[Sequence[Number]], number: int
) -> tuple[list[int], list[Sequence[Number]]]:
    """Return the place of each row among those that differ, and these, column by column."""
    columns = list(columns)
    if not columns:
        return [0] * number, []
    places: dict[tuple[Number, ...], int] = {}
    found = [places.setdefault(key, len(places)) for key in zip(*columns, strict=True)]
    if len(places) == number:
        return found, columns
    return found, list(zip(*places, strict=True))


def joint(parts: Iterable[Numbered]) -> Numbered:
    """Return the solutions of several parts; in some of which some variables are not bound."""
    parts = tuple(parts)
    variables = dict.fromkeys(chain.from_iterable(part.columns for part in parts))
    columns = {
        each: list(
            chain.from_iterable(
                part.columns.get(each) or [None] * len(part.origins) for part in parts
            )
        )
        for each in variables
    }
    return Numbered(columns, list(chain.from_iterable(part.origins for part in parts)))
