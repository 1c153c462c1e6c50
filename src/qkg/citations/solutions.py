"""Solutions of the second query, column by column."""

from __future__ import annotations

from itertools import compress, repeat
from typing import TYPE_CHECKING

from pyoxigraph import Literal

from qkg.sparql.syntax import Variable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from qkg.answers import Term
    from qkg.citations.sources import GraphTriple, Support
    from qkg.citations.witnesses import Place, TripleWitness
    from qkg.sparql.syntax import Constant

__all__ = ["Solutions", "is_true"]

_FALSE = Literal(False)


def is_true(term: Term | None) -> bool:
    """Return whether a tag, or what tells of an EXISTS, is bound and not false."""
    return term is not None and term != _FALSE


class Solutions:
    """Some solutions, each with what its row is cited by.

    Args:
        columns: per variable what it stands for in each solution; None where it is unbound.
        supports: per solution by what its row is cited, to which more can be added; that of one
            row is shared.
        constant: what gives the term that a constant is.
    """

    def __init__(
        self,
        columns: Mapping[Variable, Sequence[Term | None]],
        supports: Sequence[set[Support]],
        constant: Callable[[Constant], Term],
    ) -> None:
        self._columns = columns
        self._constant = constant
        self._numbers: dict[Place, Iterable[int | None]] = {}
        self._parts: dict[Variable, Solutions] = {}
        self.supports = supports

    def rows(self, places: Collection[Place]) -> Iterable[tuple[Term | None, ...]]:
        """Return what stands in some places, solution by solution."""
        if not places:
            return repeat((), len(self.supports))
        return zip(*map(self.column, places), strict=True)

    def column(self, place: Place | None) -> Iterable[Term | None]:
        """Return what stands in a place, solution by solution; None for no place."""
        if isinstance(place, Variable):
            return self._columns[place]
        return repeat(None if place is None else self.term(place), len(self.supports))

    def term(self, constant: Constant) -> Term:
        """Return the term that a constant is."""
        return self._constant(constant)

    def facts(self, witness: TripleWitness) -> Iterable[GraphTriple]:
        """Return the triple that a witness shows, solution by solution."""
        _, graph, *places = witness
        subjects, predicates, objects = map(self.column, places)
        return zip(self.column(graph), subjects, predicates, objects, strict=True)

    def numbers(self, place: Place, numbers: Mapping[object, int]) -> Iterable[int | None]:
        """Return the numbers of what stands in a place, solution by solution.

        Args:
            place: the place.
            numbers: per term its number, always the same ones; None stands for what has none.
        """
        if not isinstance(place, Variable):
            return repeat(numbers.get(self.term(place)), len(self.supports))
        if place not in self._numbers:
            self._numbers[place] = list(map(numbers.get, self._columns[place]))
        return self._numbers[place]

    def taking_part(self, tag: Variable | None) -> Solutions:
        """Return those solutions in which a part takes part: its tag is bound, and not false.

        Args:
            tag: the variable of the tag; None for a part that always takes part.
        """
        if tag is None:
            return self
        if tag not in self._parts:
            self._parts[tag] = self.kept(self.where_there(tag))
        return self._parts[tag]

    def where_there(self, tag: Variable | None) -> Sequence[bool]:
        """Return in which solutions a part takes part; see :meth:`taking_part`."""
        if tag is None:
            return [True] * len(self.supports)
        return list(map(is_true, self._columns[tag]))

    def kept(self, chosen: Sequence[bool]) -> Solutions:
        """Return some of the solutions: those that are chosen."""
        if all(chosen):
            return self
        columns = {each: list(compress(column, chosen)) for each, column in self._columns.items()}
        return Solutions(columns, list(compress(self.supports, chosen)), self._constant)
