"""Numbers in place of things that are dear to compare, by themselves and several together."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Numbers", "OneOrSeveral", "members", "united"]

T = TypeVar("T")

OneOrSeveral: TypeAlias = int | tuple[int, ...]
"""One number by itself; or several, each once and in their order."""


class Numbers(dict[T, int], Generic[T]):
    """Things, numbered from 0 as they are asked for; several threads may ask.

    Attributes:
        things: the things, each at the place that is its number.
    """

    def __init__(self) -> None:
        super().__init__()
        self.things: list[T] = []
        self._lock = Lock()

    def __missing__(self, thing: T) -> int:
        with self._lock:
            number = self.get(thing)
            if number is None:
                number = len(self.things)
                self.things.append(thing)
                self[thing] = number
        return number


def members(numbers: OneOrSeveral) -> tuple[int, ...]:
    """Return the numbers that one or several are."""
    return (numbers,) if isinstance(numbers, int) else numbers


def united(parts: Iterable[OneOrSeveral]) -> OneOrSeveral:
    """Return the numbers of all parts; of none the empty tuple."""
    found: set[int] = set()
    for part in parts:
        if isinstance(part, int):
            found.add(part)
        else:
            found.update(part)
    return found.pop() if len(found) == 1 else tuple(sorted(found))
