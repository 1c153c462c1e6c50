"""Many queries at once: without a thread for each, and side by side where the engine allows it."""

import os
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from typing import TypeVar

from qkg.answers import Answer
from qkg.engines import Engine
from qkg.engines._deadline import run, side_by_side

__all__ = ["answers", "together"]

T = TypeVar("T")

_MOST = 8
"""How many queries run side by side at most."""


def together(work: Callable[[], T]) -> T:
    """Call `work`, whose queries without a time-out then share one thread, and return its result.

    Raises:
        BaseException: whatever `work` raises.
    """
    return run(work, None)


def answers(engine: Engine, queries: Iterable[str]) -> Iterator[Answer]:
    """Yield the answers of SELECT queries, in the order of the queries.

    An engine that is concurrent gets as many at a time as there are processors; of another one
    they share a thread.

    Raises:
        QueryError, QueryTimeout, EngineError: as :meth:`qkg.engines.Engine.select`, of the first
            query that fails.
    """
    queries = tuple(queries)
    workers = min(os.cpu_count() or 1, _MOST, len(queries))
    if workers < 2 or not engine.is_concurrent:
        yield from together(lambda: [engine.select(query) for query in queries])
        return
    found: dict[int, Answer | Exception] = {}
    places = count()

    def work() -> None:
        while (place := next(places)) < len(queries):
            try:
                found[place] = engine.select(queries[place])
            except Exception as error:  # raised in its turn
                found[place] = error

    side_by_side(work, workers)
    for place in range(len(queries)):
        answer = found[place]
        if isinstance(answer, Exception):
            raise answer
        yield answer
