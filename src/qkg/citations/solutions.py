"""Solutions of the second query, column by column."""

from __future__ import annotations

from itertools import compress, repeat
from typing import TYPE_CHECKING

from pyoxigraph import Literal

from qkg.sparql.syntax import Variable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from qkg.answers import Term
    from qkg.citations.witnesses import Place
    from qkg.sparql.syntax import Constant

__all__ = ["Solutions"]

_FALSE = Literal(False)


class Solutions:
    """Some solutions, each with the numbers of the facts that stand behind its row.

    Args:
        columns: per variable what it stands for in each solution; None where it is unbound.
        facts: per solution the numbers, to which others can be added; those of one row are shared.
        constant: what gives the term that a constant is.
    """

    def __init__(
        self,
        columns: Mapping[Variable, Sequence[Term | None]],
        facts: Sequence[set[int]],
        constant: Callable[[Constant], Term],
    ) -> None:
        self._columns = columns
        self._constant = constant
        self.facts = facts

    def rows(self, places: Collection[Place]) -> Iterable[tuple[Term | None, ...]]:
        """Return what stands in some places, solution by solution."""
        if not places:
            return repeat((), len(self.facts))
        return zip(*map(self.column, places), strict=True)

    def column(self, place: Place | None) -> Iterable[Term | None]:
        """Return what stands in a place, solution by solution; None for no place."""
        if isinstance(place, Variable):
            return self._columns[place]
        return repeat(None if place is None else self._constant(place), len(self.facts))

    def taking_part(self, tag: Variable) -> Solutions:
        """Return those solutions in which a part takes part: its tag is bound, and not false."""
        kept = [term is not None and term != _FALSE for term in self._columns[tag]]
        columns = {each: list(compress(column, kept)) for each, column in self._columns.items()}
        return Solutions(columns, list(compress(self.facts, kept)), self._constant)
