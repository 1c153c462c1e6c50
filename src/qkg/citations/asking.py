"""What asks an engine, or memory, in the words of one query."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from pyoxigraph import BlankNode, RdfFormat, Triple, parse

from qkg.citations.lookup import Lookup
from qkg.errors import QueryError, QueryRefused
from qkg.sparql.syntax import Item

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from qkg.answers import Term
    from qkg.engines import Engine
    from qkg.rules.held import Held
    from qkg.sparql.syntax import Constant, Query, Variable

__all__ = ["Asking", "Row", "as_item", "has_blank", "in_graph", "written_values"]

Row: TypeAlias = "tuple[Term | None, ...]"


class Asking:
    """What asks in the words of a query.

    Args:
        engine: what holds the dataset.
        query: the query, for its prologue and its names.
        held: what looks facts up in memory; None where only the engine has them.

    Attributes:
        prefix: what the names of new variables begin with; no variable of the query does.
        is_held: whether facts can be looked up in memory.
    """

    def __init__(self, engine: Engine, query: Query, held: Held | None = None) -> None:
        self._engine = engine
        self._held = held
        self._prologue = query.prologue
        self.prefix = "_"
        while f"?{self.prefix}" in query.text or f"${self.prefix}" in query.text:
            self.prefix += "_"
        self.is_held = held is not None

    def select(self, text: str) -> tuple[Row, ...]:
        """Return the rows of a SELECT that has no prologue of its own.

        Raises:
            QueryRefused: the engine does not take it.
        """
        try:
            return self._engine.select(f"{self._prologue}\n{text}").terms
        except QueryError as error:
            raise QueryRefused(
                "The engine does not take the query that asks what stands behind the answer: ask "
                "without citing."
            ) from error

    def lookup(self) -> Lookup:
        """Return what looks up what stands behind rows; only where facts are held in memory."""
        assert self._held is not None
        # Asks for nothing, but raises QueryTimeout if time is up.
        return Lookup(self._held, self.constant, lambda: tuple(self._engine.stating(())))

    def constant(self, constant: Constant) -> Term:
        """Return the term that is written."""
        return _term(self._prologue, constant.text)


@lru_cache(maxsize=1024)
def _term(prologue: str, text: str) -> Term:
    """Return the term that is written, its lexical form as it is: Turtle has the same ones."""
    try:
        (quad,) = parse(f"{prologue}\n<urn:x> <urn:x> {text} .".encode(), RdfFormat.TURTLE)
    except SyntaxError as error:
        raise QueryRefused(
            f"{text} is no term that can be looked for, so that what stands behind it cannot be "
            "cited: declare a BASE where an IRI is relative, or ask without citing."
        ) from error
    term: Term = quad.object
    return term


def as_item(variable: Variable) -> Item:
    """Return what projects a variable by itself."""
    return Item(variable, f"?{variable.name}", False, ())


def in_graph(graph: Constant | None, group: str) -> str:
    """Return a group, with its braces, that is asked in a named graph, or in the default graph."""
    return group if graph is None else f"{{ GRAPH {graph.text} {group} }}"


def written_values(variables: Collection[Variable], rows: Collection[Row]) -> str:
    """Return a VALUES block; nothing where it would hold nothing, or what no query can name."""
    if not variables or not rows or has_blank(rows):
        return ""
    names = " ".join(f"?{variable.name}" for variable in variables)
    told = " ".join(f"({' '.join(map(str, row))})" for row in dict.fromkeys(rows))
    return f"VALUES ({names}) {{ {told} }}"


def has_blank(rows: Iterable[Row]) -> bool:
    """Return whether rows have terms that no query can name: blank nodes, and triples."""
    return any(isinstance(term, BlankNode | Triple) for row in rows for term in row)
