"""Many may look at something at the same time, or one may change it."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

__all__ = ["Gate"]


class Gate:
    """What lets threads look at something side by side, and change it alone.

    A thread that changes may do so within a change, but neither look nor change while it looks.
    """

    def __init__(self) -> None:
        self._condition = Condition()
        self._looking = 0
        self._changing = 0

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Keep changes out of the block; it waits for those that have come before."""
        with self._condition:
            self._condition.wait_for(lambda: not self._changing)
            self._looking += 1
        try:
            yield
        finally:
            with self._condition:
                self._looking -= 1
                self._condition.notify_all()

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Keep everybody else out of the block."""
        with self._condition:
            self._changing += 1
            try:
                self._condition.wait_for(lambda: not self._looking)
                yield
            finally:
                self._changing -= 1
                self._condition.notify_all()
