"""The knowledge graph: the thin front on which everything that can be asked of it hangs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from pyoxigraph import DefaultGraph, NamedNode, Quad, Triple

from qkg import names, queries, sparql
from qkg._paths import shipped
from qkg.answers import Answer, Value
from qkg.errors import InputError, NameUnknown, QueryError
from qkg.namespaces import DATA, INFERRED, QKG

if TYPE_CHECKING:
    from pathlib import Path

    import rdflib

    from qkg.engines import Engine
    from qkg.shapes import Report

__all__ = ["Argument", "GraphSelection", "KnowledgeGraph"]

GraphSelection: TypeAlias = Literal["default", "claims", "inferred", "all"]
Argument: TypeAlias = Value | queries.Bindable | Sequence[Value | queries.Bindable]

_FACTS = """
SELECT DISTINCT ?subject ?predicate ?object ?source ?status
WHERE {{
  {{ GRAPH ?source {{ {thing} ?predicate ?object }} BIND({thing} AS ?subject) }}
  UNION
  {{ GRAPH ?source {{ ?subject ?predicate {thing} }} BIND({thing} AS ?object) }}
  OPTIONAL {{
    ?source a {claim} .
    OPTIONAL {{ ?source {status} ?given }}
    BIND(COALESCE(?given, "no status") AS ?status)
  }}
}}
ORDER BY (?subject != {thing}) ?predicate ?object ?subject ?source
"""
_NEIGHBOURS = """
CONSTRUCT {{ ?subject ?predicate ?object }}
WHERE {{
  {{
    ?subject ?predicate ?object FILTER(?subject = {thing})
  }}
  UNION
  {{
    {thing} ?near ?subject .
    ?subject ?predicate ?object
  }}
  UNION
  {{
    {thing} ?near ?node .
    ?node ?far ?subject .
    ?subject ?predicate ?object
  }}
  FILTER NOT EXISTS {{ ?subject <http://www.w3.org/2000/01/rdf-schema#isDefinedBy> ?anything }}
}}
"""


class KnowledgeGraph:
    """A graph in which every fact knows the passage that states it, and how to ask it.

    Args:
        engine: what holds the dataset and runs the queries.
        roots: the folders and files that it was loaded from; none for an endpoint.
        base: what the IRIs of their named graphs begin with.
    """

    def __init__(self, engine: Engine, roots: Iterable[Path] = (), base: str = DATA) -> None:
        self._engine = engine
        self._roots = tuple(roots)
        self._base = base

    def within(self, seconds: float) -> KnowledgeGraph:
        """Return the same graph, all of whose answers have to come within a time from now on.

        Args:
            seconds: the time. A call that is made after it, or lasts longer, raises QueryTimeout.
        """
        from qkg.engines.within import Within

        return KnowledgeGraph(Within(self._engine, seconds), self._roots, self._base)

    def query(
        self,
        name: str,
        /,
        *,
        timeout: float | None = None,
        **arguments: Argument,
    ) -> Answer:
        """Run a stored query.

        Args:
            name: the name of the query.
            timeout: seconds after which to give up.
            arguments: per parameter a value, or a sequence of values: a name as
                :meth:`resolve` takes it, a Python value, or a term.

        Raises:
            NameUnknown: there is no such query, parameter or thing.
            NameAmbiguous: a label fits several things.
            ParameterError: a value is not of the parameter's kind.
            QueryTimeout, EngineError: the engine did not answer.
        """
        if timeout is not None:
            return self.within(timeout).query(name, timeout=None, **arguments)
        query = queries.stored_query(shipped("queries"), name)
        values: dict[str, list[queries.Bindable]] = {}
        for parameter_name, argument in arguments.items():
            parameter = query.parameters.get(parameter_name)
            if parameter is None:
                raise NameUnknown(
                    f"parameter of the query {name}", parameter_name, query.parameters
                )
            given = (
                argument
                if isinstance(argument, Sequence) and not isinstance(argument, str)
                else (argument,)
            )
            # A value that is named twice would give every row twice.
            values[parameter_name] = list(
                dict.fromkeys(
                    names.resolve_parameter(self._engine, parameter, value) for value in given
                )
            )
        return self._engine.select(queries.bind(query, values))

    def sparql(
        self, text: str, *, timeout: float | None = None
    ) -> Answer | bool | tuple[Triple, ...]:
        """Run any SELECT, ASK, CONSTRUCT or DESCRIBE.

        Args:
            text: the query; the prefixes of :data:`qkg.namespaces.PREFIXES` need no declaration.
            timeout: seconds after which to give up.

        Returns:
            An answer for SELECT, a bool for ASK, triples for CONSTRUCT and DESCRIBE.

        Raises:
            QueryRefused: the query writes, calls another server, or nests too deep.
            QueryError: the query is malformed.
            QueryTimeout, EngineError: the engine did not answer.
        """
        form = sparql.readable(text)
        declared, added = sparql.declare_prefixes(text)
        try:
            if form == "SELECT":
                return self._engine.select(declared, timeout=timeout)
            if form == "ASK":
                return self._engine.ask(declared, timeout=timeout)
            return self._engine.construct(declared, timeout=timeout)
        except QueryError as error:
            raise error.moved(-added) from error.__cause__

    def resolve(self, name: str) -> NamedNode:
        """Return the thing that a local name, CURIE, IRI or label stands for.

        Raises:
            NameUnknown: nothing has that name; the error holds the closest ones.
            NameAmbiguous: several things have it.
        """
        return names.resolve(self._engine, name)

    def show(self, entity: str | NamedNode) -> Answer:
        """Return every fact about one thing, disputed ones included, with where each stands.

        Args:
            entity: the thing, by name or by IRI.

        Returns:
            The variables ``subject``, ``predicate``, ``object``, ``source``, ``status``: a row per
            fact and named graph. The thing is subject, or object; the status is that of a claim, or
            the text ``no status``.

        Raises:
            NameUnknown, NameAmbiguous: as :meth:`resolve`.
        """
        thing = self.resolve(entity if isinstance(entity, str) else str(entity))
        return self._engine.select(
            _FACTS.format(thing=thing, claim=QKG["Claim"], status=QKG["status"])
        )

    def frame(self, entity: str | NamedNode) -> str:
        """Return what is held to be true of one thing as JSON-LD that begins at it.

        What it points to is nested within it, with what that points to in turn; the terms of the
        ontology are named and not described.

        Args:
            entity: the thing, by name or by IRI.

        Raises:
            NameUnknown, NameAmbiguous: as :meth:`resolve`.
        """
        from qkg.export.jsonld import write_framed

        thing = self.resolve(entity if isinstance(entity, str) else str(entity))
        return write_framed(self._engine.construct(_NEIGHBOURS.format(thing=thing)), thing)

    def check(self) -> Report:
        """Check the files that the graph was loaded from, as they are now; as :func:`qkg.check`.

        Raises:
            InputError: it was loaded from none.
        """
        if not self._roots:
            raise InputError("An endpoint has no files to check: load them with qkg.load().")
        from qkg.shapes.checking import check_paths

        return check_paths((), self._roots, self._base)

    def labels(self, answer: Answer) -> Mapping[NamedNode, str]:
        """Return the English labels of the things in an answer."""
        return names.labels(self._engine, (term for row in answer.terms for term in row))

    def quads(self, graph: GraphSelection = "all") -> Iterable[Quad]:
        """Yield a part of the dataset.

        Args:
            graph: ``default``: what the graph holds to be true; ``claims``: the claims in their
                named graphs; ``inferred``: what follows, in its named graph; ``all``: everything.

        Raises:
            NameUnknown: there is no such part.
        """
        if graph not in get_args(GraphSelection):
            raise NameUnknown("graph", graph, get_args(GraphSelection))
        dataset = list(self._engine.quads())
        kept: frozenset[object] | None = None
        if graph == "default":
            kept = frozenset((DefaultGraph(),))
        elif graph == "inferred":
            kept = frozenset((INFERRED,))
        elif graph == "claims":
            found = self._engine.select(
                f"SELECT DISTINCT ?claim WHERE {{ ?claim a {QKG['Claim']} }}"
            )
            kept = frozenset(row[0] for row in found.terms)
        return (quad for quad in dataset if kept is None or quad.graph_name in kept)

    def export(self, format: str = "turtle", graph: GraphSelection | None = None) -> str:  # noqa: A002
        """Return the graph as text, the same bytes in every run over the same data.

        Args:
            format: ``turtle``, ``ntriples`` or ``rdfxml`` (triples); ``trig``, ``nquads`` or
                ``jsonld`` (quads).
            graph: which part, as :meth:`quads` takes it. By default, ``default`` for a format of
                triples and ``all`` for one of quads.

        Raises:
            NameUnknown: there is no such format or part.
            InputError: the part has named graphs, and the format has none.
        """
        from qkg.export.graphs import QUAD_FORMATS, write_graph

        part: GraphSelection = graph or ("all" if format in QUAD_FORMATS else "default")
        return write_graph(self.quads(part), format)

    def to_rdflib(self) -> rdflib.Dataset:
        """Return a copy of the dataset for rdflib pipelines."""
        from qkg.engines.rdflib import to_rdflib

        return to_rdflib(self._engine.quads())
