"""Oxigraph, embedded and in memory."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import TypeVar

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    Store,
    Triple,
)

from qkg.answers import Answer, Term
from qkg.engines._deadline import run
from qkg.engines._order import survivable
from qkg.errors import EngineError, QueryError
from qkg.namespaces import XSD

__all__ = ["OxigraphEngine", "held_literal", "held_term"]

T = TypeVar("T")

_DEFAULT = DefaultGraph()
_PROBE = NamedNode("https://w3id.org/qkg/probe")
_KEPT = {
    XSD["boolean"]: re.compile("true|false"),
    XSD["date"]: re.compile(r"\d{4}-\d\d-\d\d", re.ASCII),
    XSD["decimal"]: re.compile(r"0|-?[1-9]\d{0,15}(\.\d{0,15}[1-9])?|-?0\.\d{0,15}[1-9]", re.ASCII),
    XSD["gYear"]: re.compile(r"\d{4}", re.ASCII),
    XSD["gYearMonth"]: re.compile(r"\d{4}-\d\d", re.ASCII),
    XSD["integer"]: re.compile(r"0|-?[1-9]\d{0,15}", re.ASCII),
    XSD["string"]: re.compile(".*", re.DOTALL),
}
"""Lexical forms that a store gives back as they were written, of the datatypes that are common."""
_PLACE = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
_SENTENCE = re.compile(r"(?:^|, )([A-Z]\w+ \w[\w ,'-]*[a-z])(?=, [\[\"A-Z]|$)")


class OxigraphEngine:
    """An in-memory Oxigraph store; it keeps :class:`qkg.engines.Engine`.

    Args:
        quads: the dataset.
    """

    is_concurrent = True

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._store = Store()
        self._store.bulk_extend(quads)
        self._version = 0

    @property
    def version(self) -> int:
        """How often the dataset has changed; see :class:`qkg.engines.Engine`."""
        return self._version

    def select(self, query: str, *, timeout: float | None = None) -> Answer:
        """Return the solutions of a SELECT query; see :class:`qkg.engines.Engine`."""

        def work() -> Answer:
            solutions = self._results(query)
            assert isinstance(solutions, QuerySolutions)
            return Answer(
                tuple(variable.value for variable in solutions.variables),
                tuple(tuple(solution) for solution in solutions),
            )

        return self._run(query, work, timeout)

    def ask(self, query: str, *, timeout: float | None = None) -> bool:
        """Return the answer of an ASK query; see :class:`qkg.engines.Engine`."""

        def work() -> bool:
            result = self._results(query)
            assert isinstance(result, QueryBoolean)
            return bool(result)

        return self._run(query, work, timeout)

    def construct(self, query: str, *, timeout: float | None = None) -> tuple[Triple, ...]:
        """Return the triples of a CONSTRUCT or DESCRIBE; see :class:`qkg.engines.Engine`."""

        def work() -> tuple[Triple, ...]:
            triples = self._results(query)
            assert isinstance(triples, QueryTriples)
            return tuple(dict.fromkeys(triples))

        return self._run(query, work, timeout)

    def update(self, text: str, *, timeout: float | None = None) -> None:
        """Run an update; see :class:`qkg.engines.Engine`."""
        try:
            run(lambda: self._store.update(text), timeout)
        except (OSError, RuntimeError, SyntaxError, ValueError) as error:
            raise EngineError(f"Oxigraph could not run the update: {error}.") from error
        finally:
            self._version += 1

    def quads(self) -> Iterator[Quad]:
        """Yield the whole dataset."""
        return iter(self._store)

    def stating(
        self, triples: Sequence[Triple], *, timeout: float | None = None
    ) -> Iterator[Sequence[NamedNode]]:
        """Yield the named graphs that state each triple; see :class:`qkg.engines.Engine`."""
        find = self._store.quads_for_pattern
        for subject, predicate, object_ in triples:
            graphs = [quad.graph_name for quad in find(subject, predicate, object_, None)]
            yield [graph for graph in graphs if isinstance(graph, NamedNode)]

    def matching(
        self,
        subject: Term | None,
        predicate: Term | None,
        object: Term | None,  # noqa: A002
        *,
        timeout: float | None = None,
    ) -> Sequence[Triple]:
        """Return the triples of the default graph like one; see :class:`qkg.engines.Engine`."""
        if not isinstance(subject, NamedNode | BlankNode | None):
            return ()
        if not isinstance(predicate, NamedNode | None):
            return ()
        found = self._store.quads_for_pattern(subject, predicate, object, _DEFAULT)
        return [quad.triple for quad in found]

    def change(self, added: Iterable[Quad], removed: Iterable[Quad]) -> None:
        """Remove quads, then add quads; see :class:`qkg.engines.EditableEngine`."""
        added = tuple(added)
        try:
            for quad in removed:
                self._store.remove(quad)
            self._store.extend(added)
        finally:
            self._version += 1

    def _results(self, query: str) -> QuerySolutions | QueryBoolean | QueryTriples:
        ordered = survivable(query)
        if ordered != query:
            with suppress(SyntaxError):  # of the query itself, which tells where it is wrong
                return self._store.query(ordered)
        return self._store.query(query)

    @staticmethod
    def _run(query: str, work: Callable[[], T], timeout: float | None) -> T:
        try:
            return run(work, timeout)
        except SyntaxError as error:
            from qkg.sparql.grammar import malformed

            raise malformed(query) or _unread(str(error)) from error
        except (OSError, RuntimeError, ValueError) as error:
            raise EngineError(f"Oxigraph could not run the query: {error}.") from error


def held_literal(literal: Literal) -> Literal:
    """Return a literal as a store gives it back: of numbers and times it keeps the values alone.

    >>> held_literal(Literal("4000000.0", datatype=XSD["decimal"])).value
    '4000000'
    """
    datatype = literal.datatype
    kept = _KEPT.get(datatype)
    if kept is None:
        if not datatype.value.startswith(str(XSD)):
            return literal
    elif kept.fullmatch(literal.value) is not None:
        return literal
    store = Store()
    store.add(Quad(_PROBE, _PROBE, literal))
    (quad,) = store
    assert isinstance(quad.object, Literal)
    return quad.object


def held_term(term: Term | None) -> Term | None:
    """Return a term in the spelling in which the store gives it back; see :func:`held_literal`."""
    return held_literal(term) if isinstance(term, Literal) else term


def _unread(message: str) -> QueryError:
    """Return the error for a query of SPARQL 1.1 that Oxigraph does not take.

    Its message lists everything that could have stood at the place, and the reason among it.
    """
    match = _PLACE.match(message)
    if match is None:
        return QueryError(message)
    line, column, expected = match.groups()
    reason = _SENTENCE.search(expected)
    told = f": {reason[1]}" if reason else ""
    return QueryError(f"Oxigraph cannot read on there{told}.", int(line), int(column))
