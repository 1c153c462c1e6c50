"""Where SPARQL runs: one small protocol, and three engines that keep it.

- :class:`qkg.engines.oxigraph.OxigraphEngine`: embedded, in memory; the default.
- :class:`qkg.engines.rdflib.RdflibEngine`: the reference.
- :class:`qkg.engines.endpoint.EndpointEngine`: any SPARQL 1.1 server.

Each is imported from its own module, so that nobody pays for the others.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from pyoxigraph import NamedNode, Quad, Triple

from qkg.answers import Answer, Term

__all__ = ["EditableEngine", "Engine"]


class Engine(Protocol):
    """What runs a query over a dataset whose default graph is what the graph holds to be true.

    The queries are such that :func:`qkg.sparql.readable` has let pass. Every method but ``quads``
    takes ``timeout``, in seconds or None, of which look-ups in memory have no need. It raises
    QueryError where the engine finds a query malformed, QueryTimeout, or EngineError. An engine
    that cannot run a query raises QueryRefused; it never answers another one.

    Attributes:
        version: how often the dataset has changed; None where others can change it, too, and each
            look-up is a request.
        is_concurrent: whether it answers several queries at the same time.
    """

    @property
    def version(self) -> int | None: ...  # noqa: D102

    @property
    def is_concurrent(self) -> bool: ...  # noqa: D102

    def select(self, query: str, *, timeout: float | None = None) -> Answer:
        """Return the solutions of a SELECT query, in the order in which the engine gives them."""
        ...

    def ask(self, query: str, *, timeout: float | None = None) -> bool:
        """Return the answer of an ASK query."""
        ...

    def construct(self, query: str, *, timeout: float | None = None) -> tuple[Triple, ...]:
        """Return the triples of a CONSTRUCT or DESCRIBE query, each once."""
        ...

    def update(self, text: str, *, timeout: float | None = None) -> None:
        """Run a SPARQL update that the library wrote; what a user types never comes here.

        Raises EngineError where the dataset takes no updates.
        """
        ...

    def quads(self) -> Iterator[Quad]:
        """Yield the whole dataset, default graph and named graphs."""
        ...

    def stating(
        self, triples: Sequence[Triple], *, timeout: float | None = None
    ) -> Iterator[Sequence[NamedNode]]:
        """Yield, for each triple in turn, the named graphs that state it, in no order.

        A blank node is found under the name that the engine gives it.
        """
        ...

    def matching(
        self,
        subject: Term | None,
        predicate: Term | None,
        object: Term | None,  # noqa: A002
        *,
        timeout: float | None = None,
    ) -> Sequence[Triple]:
        """Return the triples of the default graph that have some terms, None for any, in no order.

        It is meant for many small look-ups, such as a query is too dear for. A blank node is found
        as in :meth:`stating`.
        """
        ...


class EditableEngine(Engine, Protocol):
    """An engine whose dataset can change quad by quad: the embedded ones."""

    def change(self, added: Iterable[Quad], removed: Iterable[Quad]) -> None:
        """Remove quads, then add quads; one that is in both is there afterwards."""
        ...
