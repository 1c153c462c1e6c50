"""Run work that Python cannot interrupt, so that it ends by a deadline, or by Ctrl-C."""

import threading
from collections.abc import Callable
from typing import TypeVar

from qkg.errors import EngineError, InputError, QueryTimeout

__all__ = ["require_time", "run", "side_by_side"]

T = TypeVar("T")

_STACKS = (1 << 30, 1 << 29, 1 << 28)
_starting = threading.Lock()
_inside = threading.local()


def require_time(seconds: float) -> None:
    """Raise InputError for what is no time that can be waited for."""
    if not 0 < seconds <= threading.TIMEOUT_MAX:
        raise InputError(f"{seconds} is no time that can be waited for: give seconds above zero.")


def run(work: Callable[[], T], timeout: float | None) -> T:
    """Call `work` in a thread and return what it returns.

    The thread gets a stack of 1 GiB (address space, not memory), or of less where the process may
    not have so much: Oxigraph recurses over long chains of operators and ends the process where the
    usual 8 MiB run out. Work that outlives the deadline is left behind in its thread, which does
    not keep the process alive. What the work runs in turn, without a deadline of its own, needs no
    thread of its own either.

    Args:
        work: what to call; it must not need the main thread.
        timeout: seconds, or None for as long as it takes.

    Raises:
        InputError: the timeout is no time that can be waited for.
        EngineError: the process may not have the memory.
        QueryTimeout: the work took longer.
        BaseException: whatever `work` raises.
    """
    if timeout is None and getattr(_inside, "is_here", False):
        return work()
    results: list[T] = []
    failures: list[BaseException] = []

    def target() -> None:
        _inside.is_here = True
        try:
            results.append(work())
        except BaseException as error:  # handed to the caller, whatever it is
            failures.append(error)

    if timeout is not None:
        require_time(timeout)
    thread = _started(target)
    thread.join(timeout)
    if thread.is_alive():
        seconds = f"{round(timeout or 0, 2):g} s"
        raise QueryTimeout(
            f"The query did not end within {seconds}: narrow it, or allow it more time."
        )
    if failures:
        raise failures[0]
    return results[0]


def side_by_side(work: Callable[[], None], times: int) -> None:
    """Call `work`, which raises nothing, in several threads like those of :func:`run`.

    Args:
        work: what to call.
        times: in how many threads.

    Raises:
        EngineError: the process may not have the memory.
    """

    def target() -> None:
        _inside.is_here = True
        work()

    for thread in [_started(target) for _ in range(times)]:
        thread.join()


def _started(target: Callable[[], None]) -> threading.Thread:
    with _starting:
        usual = threading.stack_size()
        try:
            for size in _STACKS:
                threading.stack_size(size)
                thread = threading.Thread(target=target, name="qkg-query", daemon=True)
                try:
                    thread.start()
                except RuntimeError:
                    continue
                return thread
        finally:
            threading.stack_size(usual)
    raise EngineError(f"A query needs a stack of {_STACKS[-1] >> 20} MiB: allow more memory.")
