"""Many things, some at a time."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

__all__ = ["batches"]

T = TypeVar("T")


def batches(things: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Yield the things in order, as many at a time as a batch has; the last may have fewer."""
    for start in range(0, len(things), size):
        yield things[start : start + size]
