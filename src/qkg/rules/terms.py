"""Terms by their numbers: what has a number keeps it, and nothing is forgotten."""

from collections.abc import Iterable
from typing import Any

from pyoxigraph import Literal

__all__ = ["Terms"]


class Terms:
    """Terms, numbered from 0 up, and literals, numbered from -1 down.

    Attributes:
        literals: the literals, in the order of their numbers.
    """

    def __init__(self) -> None:
        self._others: list[Any] = []
        self.literals: list[Literal] = []

    @property
    def next(self) -> int:
        """The number that the next term gets that is no literal."""
        return len(self._others)

    def add(self, term: object) -> int:
        """Return the number of a term that has none yet."""
        if isinstance(term, Literal):
            self.literals.append(term)
            return -len(self.literals)
        self._others.append(term)
        return len(self._others) - 1

    def one(self, number: int) -> Any:
        """Return the term that has a number."""
        return self._others[number] if number >= 0 else self.literals[-1 - number]

    def several(self, numbers: Iterable[int]) -> list[Any]:
        """Return the terms that have some numbers."""
        others, literals = self._others, self.literals
        return [others[n] if n >= 0 else literals[-1 - n] for n in numbers]
