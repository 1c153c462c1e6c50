"""An engine whose queries share one deadline."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from pyoxigraph import NamedNode, Quad, Triple

from qkg.answers import Answer, Term
from qkg.engines import Engine
from qkg.engines._deadline import require_time
from qkg.errors import QueryTimeout

__all__ = ["Within"]


class Within:
    """An engine behind another: all that is asked through it has to end within a time.

    It keeps :class:`qkg.engines.Engine`; a ``timeout`` of a single query holds as well.

    Args:
        engine: what runs the queries.
        seconds: the time, from now on.

    Raises:
        InputError: it is no time that can be waited for.
    """

    is_concurrent = False

    def __init__(self, engine: Engine, seconds: float) -> None:
        require_time(seconds)
        self._engine = engine
        self._seconds = seconds
        self._end = time.monotonic() + seconds

    @property
    def version(self) -> int | None:
        """How often the dataset has changed; see :class:`qkg.engines.Engine`."""
        return self._engine.version

    def select(self, query: str, *, timeout: float | None = None) -> Answer:
        """Return the solutions of a SELECT query; see :class:`qkg.engines.Engine`."""
        with self._time(timeout) as left:
            return self._engine.select(query, timeout=left)

    def ask(self, query: str, *, timeout: float | None = None) -> bool:
        """Return the answer of an ASK query; see :class:`qkg.engines.Engine`."""
        with self._time(timeout) as left:
            return self._engine.ask(query, timeout=left)

    def construct(self, query: str, *, timeout: float | None = None) -> tuple[Triple, ...]:
        """Return the triples of a CONSTRUCT or DESCRIBE; see :class:`qkg.engines.Engine`."""
        with self._time(timeout) as left:
            return self._engine.construct(query, timeout=left)

    def update(self, text: str, *, timeout: float | None = None) -> None:
        """Run an update; see :class:`qkg.engines.Engine`."""
        with self._time(timeout) as left:
            self._engine.update(text, timeout=left)

    def quads(self) -> Iterator[Quad]:
        """Yield the whole dataset, however long it takes."""
        return self._engine.quads()

    def stating(
        self, triples: Sequence[Triple], *, timeout: float | None = None
    ) -> Iterator[Sequence[NamedNode]]:
        """Yield the named graphs that state each triple; see :class:`qkg.engines.Engine`."""
        with self._time(timeout) as left:
            yield from self._engine.stating(triples, timeout=left)

    def matching(
        self,
        subject: Term | None,
        predicate: Term | None,
        object: Term | None,  # noqa: A002
        *,
        timeout: float | None = None,
    ) -> Sequence[Triple]:
        """Return the triples of the default graph like one; see :class:`qkg.engines.Engine`."""
        with self._time(timeout) as left:
            return self._engine.matching(subject, predicate, object, timeout=left)

    @contextmanager
    def _time(self, timeout: float | None) -> Iterator[float]:
        """Give a query the time that is left, or its own if that is less.

        Raises:
            QueryTimeout: it is late. The message never tells what was left for the query, but the
                time of all of them; that of a query which had as much says more.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise self._late()
        try:
            yield left if timeout is None else min(left, timeout)
        except QueryTimeout as error:
            has_own_time = timeout is not None and timeout < left
            if has_own_time or round(left, 2) == round(self._seconds, 2):
                raise
            raise self._late() from error

    def _late(self) -> QueryTimeout:
        return QueryTimeout(
            f"The queries did not end within {round(self._seconds, 2):g} s: allow them more time."
        )
