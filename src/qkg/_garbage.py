"""When Python looks for garbage that holds itself."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["uncollected"]


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep Python from looking for cycles among many new values that make none.

    It looks whenever some hundred more are there, and takes those that it finds alive for old: the
    more of them it takes for old, the sooner it looks through everything there is.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
