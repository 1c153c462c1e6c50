"""Run work that Python cannot interrupt, so that it ends by a deadline, or by Ctrl-C."""

import threading
from collections.abc import Callable
from typing import TypeVar

from qkg.errors import QueryTimeout

__all__ = ["run"]

T = TypeVar("T")

_STACK = 1 << 30
_starting = threading.Lock()


def run(work: Callable[[], T], timeout: float | None) -> T:
    """Call `work` in a thread and return what it returns.

    The thread gets a stack of 1 GiB (address space, not memory): Oxigraph recurses over long
    chains of operators and ends the process where the usual 8 MiB run out. Work that outlives the
    deadline is left behind in its thread, which does not keep the process alive.

    Args:
        work: what to call; it must not need the main thread.
        timeout: seconds, or None for as long as it takes.

    Raises:
        QueryTimeout: the work took longer.
        BaseException: whatever `work` raises.
    """
    results: list[T] = []
    failures: list[BaseException] = []

    def target() -> None:
        try:
            results.append(work())
        except BaseException as error:  # handed to the caller, whatever it is
            failures.append(error)

    thread = threading.Thread(target=target, name="qkg-query", daemon=True)
    with _starting:
        usual = threading.stack_size(_STACK)
        try:
            thread.start()
        finally:
            threading.stack_size(usual)
    thread.join(timeout)
    if thread.is_alive():
        raise QueryTimeout(
            f"The query did not end within {timeout:g} s: narrow it, or allow it more time."
        )
    if failures:
        raise failures[0]
    return results[0]
