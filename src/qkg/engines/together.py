"""Many small queries one after the other, without a thread for each."""

from collections.abc import Callable
from typing import TypeVar

from qkg.engines._deadline import run

__all__ = ["together"]

T = TypeVar("T")


def together(work: Callable[[], T]) -> T:
    """Call `work`, whose queries without a time-out then share one thread, and return its result.

    Raises:
        BaseException: whatever `work` raises.
    """
    return run(work, None)
