"""rdflib, the reference engine; the one module that imports rdflib."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import rdflib
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.algebra import traverse
from rdflib.plugins.sparql.sparql import Query

from qkg.answers import Answer, Term
from qkg.engines._deadline import run
from qkg.engines.oxigraph import OxigraphEngine, held_term
from qkg.errors import EngineError, QkgError, QueryError, QueryRefused
from qkg.namespaces import PREFIXES, XSD

__all__ = [
    "RdflibEngine",
    "from_rdflib",
    "settings_kept",
    "to_node",
    "to_rdflib",
    "to_rdflib_graph",
]

T = TypeVar("T")


class RdflibEngine:
    """An rdflib dataset; it keeps :class:`qkg.engines.Engine`.

    A query with ``FROM`` is refused: rdflib would fetch the graph from the web or from disk.
    Literals take the lexical form that Oxigraph gives them (``4000000.0`` is ``4000000``), so that
    both engines answer alike.

    Args:
        quads: the dataset.
    """

    is_concurrent = False

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._dataset = to_rdflib(OxigraphEngine(quads).quads())
        self._version = 0

    @property
    def version(self) -> int:
        """How often the dataset has changed; see :class:`qkg.engines.Engine`."""
        return self._version

    def select(self, query: str, *, timeout: float | None = None) -> Answer:
        """Return the solutions of a SELECT query; see :class:`qkg.engines.Engine`."""

        def work(result: Any) -> Answer:
            variables = tuple(str(variable) for variable in result.vars or ())
            return Answer(
                variables,
                tuple(
                    tuple(_optional_term(solution.get(name)) for name in result.vars)
                    for solution in result.bindings
                ),
            )

        return self._run(query, work, timeout)

    def ask(self, query: str, *, timeout: float | None = None) -> bool:
        """Return the answer of an ASK query; see :class:`qkg.engines.Engine`."""
        return self._run(query, lambda result: bool(result.askAnswer), timeout)

    def construct(self, query: str, *, timeout: float | None = None) -> tuple[Triple, ...]:
        """Return the triples of a CONSTRUCT or DESCRIBE; see :class:`qkg.engines.Engine`."""
        return self._run(query, lambda result: tuple(from_rdflib(result.graph)), timeout)

    def update(self, text: str, *, timeout: float | None = None) -> None:
        """Run an update; see :class:`qkg.engines.Engine`."""
        try:
            run(lambda: self._dataset.update(text), timeout)
        except QkgError:
            raise
        except Exception as error:
            raise EngineError(f"rdflib could not run the update: {error}.") from error
        finally:
            self._version += 1

    def quads(self) -> Iterator[Quad]:
        """Yield the whole dataset."""
        yield from map(_quad, self._dataset.quads())

    def stating(
        self, triples: Sequence[Triple], *, timeout: float | None = None
    ) -> Iterator[Sequence[NamedNode]]:
        """Yield the named graphs that state each triple; see :class:`qkg.engines.Engine`."""
        for triple in triples:
            terms = map(_held_node, (triple.subject, triple.predicate, triple.object))
            graphs = [quad.graph_name for quad in map(_quad, self._dataset.quads((*terms, None)))]
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
        terms = (
            None if each is None else _held_node(each) for each in (subject, predicate, object)
        )
        default = self._dataset.get_context(DATASET_DEFAULT_GRAPH_ID)
        return [Triple(*map(_term, nodes)) for nodes in default.triples(tuple(terms))]  # type: ignore[arg-type]

    def change(self, added: Iterable[Quad], removed: Iterable[Quad]) -> None:
        """Remove quads, then add quads; see :class:`qkg.engines.EditableEngine`."""
        coming = tuple(OxigraphEngine(added).quads())
        try:
            for quad in OxigraphEngine(removed).quads():
                self._graph(quad).remove(
                    (to_node(quad.subject), to_node(quad.predicate), to_node(quad.object))
                )
            for quad in coming:
                self._graph(quad).add(
                    (to_node(quad.subject), to_node(quad.predicate), to_node(quad.object))
                )
        finally:
            self._version += 1

    def _graph(self, quad: Quad) -> rdflib.Graph:
        if quad.graph_name == DefaultGraph():
            return self._dataset.get_context(DATASET_DEFAULT_GRAPH_ID)
        return self._dataset.get_context(to_node(quad.graph_name))

    def _run(self, query: str, read: Callable[[Any], T], timeout: float | None) -> T:
        try:
            return run(lambda: read(self._dataset.query(_prepared(query))), timeout)
        except RecursionError as error:
            raise EngineError("rdflib cannot run a query that nests so deep.") from error
        except QkgError:
            raise
        except Exception as error:
            raise EngineError(f"rdflib could not run the query: {error}.") from error


def _prepared(query: str) -> Query:
    """Parse a query.

    Raises:
        QueryError: it is malformed.
        QueryRefused: rdflib would fetch something to answer it.
    """
    try:
        prepared = prepareQuery(query)
    except RecursionError:
        raise
    except Exception as error:  # of a slip rdflib raises whatever it comes upon
        from qkg.sparql.grammar import malformed

        line, column = getattr(error, "lineno", 0), getattr(error, "column", 0)
        unread = QueryError("rdflib cannot read on there.", line, column) if line else None
        problem = malformed(query) or unread
        if problem is None:
            raise
        raise problem from error
    parts = set()
    traverse(prepared.algebra, visitPre=lambda node: parts.add(getattr(node, "name", None)))
    keyword = None
    if prepared.algebra["datasetClause"]:
        keyword = "FROM"
    elif "ServiceGraphPattern" in parts:
        keyword = "SERVICE"
    if keyword:
        raise QueryRefused(
            f"The rdflib engine takes no {keyword}, since rdflib would fetch something from "
            "the web or from disk: use GRAPH, or the oxigraph engine."
        )
    return prepared


@contextmanager
def settings_kept() -> Iterator[None]:
    """Keep rdflib's global settings as they are, whatever the block calls, and if it fails."""
    normalize = rdflib.NORMALIZE_LITERALS
    try:
        yield
    finally:
        rdflib.NORMALIZE_LITERALS = normalize


def to_rdflib(quads: Iterable[Quad]) -> rdflib.Dataset:
    """Return the quads as a new rdflib dataset, with the prefixes of qkg bound.

    Lexical forms are kept as they are; plain literals have no datatype, as rdflib has it.
    """
    dataset = rdflib.Dataset()
    for prefix, namespace in PREFIXES.items():
        dataset.bind(prefix, namespace, replace=True)
    graphs: dict[object, rdflib.Graph] = {
        DefaultGraph(): dataset.get_context(DATASET_DEFAULT_GRAPH_ID)
    }
    for quad in quads:
        graph = graphs.get(quad.graph_name)
        if graph is None:
            graph = graphs[quad.graph_name] = dataset.graph(to_node(quad.graph_name))
        graph.add((to_node(quad.subject), to_node(quad.predicate), to_node(quad.object)))
    return dataset


def to_rdflib_graph(statements: Iterable[Triple | Quad]) -> rdflib.Graph:
    """Return statements, in whichever graphs, as one new rdflib graph; as :func:`to_rdflib`."""
    graph = rdflib.Graph()
    for each in statements:
        graph.add((to_node(each.subject), to_node(each.predicate), to_node(each.object)))
    return graph


def from_rdflib(graph: rdflib.Graph) -> Iterator[Triple]:
    """Yield the triples of an rdflib graph.

    Raises:
        ValueError: a term of the graph is not one of RDF 1.1, such as a malformed IRI.
    """
    for subject, predicate, object_ in graph:
        yield Triple(_term(subject), _term(predicate), _term(object_))  # type: ignore[arg-type]


def _held_node(term: Term) -> Any:
    """Return a term as a dataset holds it that was made as a :class:`RdflibEngine` makes it."""
    return to_node(held_term(term))


def to_node(term: object) -> Any:
    """Return a term as rdflib has it.

    Raises:
        EngineError: rdflib has none like it.
    """
    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, BlankNode):
        return rdflib.BNode(term.value)
    if not isinstance(term, Literal):
        raise EngineError(f"rdflib has no term like {term}: use the oxigraph engine.")
    if term.language is not None:
        return rdflib.Literal(term.value, lang=term.language)
    if term.datatype == XSD["string"]:
        return rdflib.Literal(term.value)
    return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value), normalize=False)


def _quad(nodes: tuple[object, ...]) -> Quad:
    subject, predicate, object_, graph = nodes
    return Quad(
        _term(subject),  # type: ignore[arg-type]
        _term(predicate),  # type: ignore[arg-type]
        _term(object_),
        DefaultGraph()
        if graph is None or graph == DATASET_DEFAULT_GRAPH_ID
        else NamedNode(str(graph)),
    )


def _term(node: object) -> Term:
    if isinstance(node, rdflib.URIRef):
        return NamedNode(str(node))
    if isinstance(node, rdflib.BNode):
        return BlankNode(str(node))
    if not isinstance(node, rdflib.Literal):
        raise ValueError(f"{node!r} is not a term of RDF 1.1")
    if node.language is not None:
        return Literal(str(node), language=node.language)
    if node.datatype is None:
        return Literal(str(node))
    return Literal(str(node), datatype=NamedNode(str(node.datatype)))


def _optional_term(node: object) -> Term | None:
    return None if node is None else _term(node)
