"""The knowledge graph: the thin front on which everything that can be asked of it hangs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from pyoxigraph import DefaultGraph, NamedNode, Quad, Triple

from qkg import claims, names, queries, rules, sparql
from qkg._paths import shipped
from qkg.answers import Answer, Value
from qkg.errors import NameUnknown, QueryError
from qkg.namespaces import DATA, INFERRED, PREFIXES, QKG

if TYPE_CHECKING:
    import rdflib

    from qkg.engines import Engine
    from qkg.shapes import Report

__all__ = ["KnowledgeGraph", "connect", "load"]

Path_: TypeAlias = str | PathLike[str]
EngineName: TypeAlias = Literal["oxigraph", "rdflib"]
GraphSelection: TypeAlias = Literal["default", "claims", "inferred", "all"]
Argument: TypeAlias = Value | queries.Bindable | Sequence[Value | queries.Bindable]

_FACTS = """
SELECT DISTINCT ?subject ?predicate ?object ?source ?status
WHERE {{
  {{ GRAPH ?source {{ {thing} ?predicate ?object }} BIND({thing} AS ?subject) }}
  UNION
  {{ GRAPH ?source {{ ?subject ?predicate {thing} }} BIND({thing} AS ?object) }}
  OPTIONAL {{ ?source <{status}> ?status }}
}}
ORDER BY (?subject != {thing}) ?predicate ?object ?subject ?source
"""


def load(
    *paths: Path_,
    add: Iterable[Path_] = (),
    base: str = DATA,
    engine: EngineName = "oxigraph",
) -> KnowledgeGraph:
    """Load Turtle files, merge what they hold to be true, and close it under the ontology.

    Args:
        paths: folders and files in place of the shipped data.
        add: folders and files beside those.
        base: what the IRIs of the named graphs begin with; a file's path below the folder that was
            given, without ``.ttl``, follows.
        engine: what runs the queries.

    Returns:
        The graph. Its default graph holds the ontology, every file but the facts of claims that
        are not accepted, and everything inferred, each triple once; its named graphs hold the
        files as they are, and the inferences.

    Raises:
        LayoutError: a path holds nothing to read, or two files have the same named graph.
        ParseError: a file is not well-formed Turtle. Nothing is loaded then.
        NameUnknown: there is no such engine.
    """
    if engine not in get_args(EngineName):
        raise NameUnknown("engine", engine, get_args(EngineName))
    roots = [Path(path) for path in (*(paths or (shipped("data"),)), *add)]
    ontology = claims.read_ontology(shipped("ontology"))
    corpus = claims.Corpus(ontology, claims.read(roots, base))
    merged = claims.merge((ontology, *corpus.files))
    inferred = rules.close(merged, rules.compile_rules(ontology.triples))
    quads = chain(
        claims.default_quads(merged),
        claims.default_quads(inferred),
        corpus.quads(),
        (Quad(triple.subject, triple.predicate, triple.object, INFERRED) for triple in inferred),
    )
    return KnowledgeGraph(_engine(engine, quads))


def connect(url: str) -> KnowledgeGraph:
    """Return the graph that a SPARQL endpoint serves; nothing is loaded.

    Args:
        url: where a SPARQL 1.1 server answers queries over such a dataset as :func:`load` makes.

    Raises:
        LayoutError: the URL is none of http or https.
    """
    from qkg.engines.endpoint import EndpointEngine

    return KnowledgeGraph(EndpointEngine(url))


def check(
    *paths: Path_,
    data: Iterable[Path_] = (),
    add: Iterable[Path_] = (),
    base: str = DATA,
) -> Report:
    """Check Turtle files: syntax, then the shapes, claim by claim and as a whole.

    Args:
        paths: what to report on. What is not among the data is added beside it. None: everything.
        data: folders and files in place of the shipped data.
        add: folders and files beside those.
        base: as in :func:`load`.

    Returns:
        The findings.

    Raises:
        LayoutError: a path holds nothing to read, or two files have the same named graph.
        EngineError: the shapes cannot be used.
    """
    from qkg.shapes.checking import check as check_files

    roots = [Path(path) for path in (*(tuple(data) or (shipped("data"),)), *add)]
    found = [item for root in roots for item in claims.find(root, base)]
    only: set[Path] = set()
    known = {path.resolve(): path for path, _ in found}
    for path in map(Path, paths):
        wanted = claims.find(path, base)
        inside = [known[file.resolve()] for file, _ in wanted if file.resolve() in known]
        if len(inside) < len(wanted):
            found += [item for item in wanted if item[0].resolve() not in known]
            inside += [file for file, _ in wanted if file.resolve() not in known]
        only.update(inside)
    claims.check_distinct(found)
    ontology = shipped("ontology")
    shapes = claims.read_file(ontology / "shapes.ttl", NamedNode(PREFIXES["shape"][:-1]), 0)
    return check_files(
        found,
        claims.read_ontology(ontology),
        shapes.triples,
        frozenset(only) if paths else None,
    )


class KnowledgeGraph:
    """A graph in which every fact knows the passage that states it, and how to ask it.

    Args:
        engine: what holds the dataset and runs the queries.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

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
        return self._engine.select(queries.bind(query, values), timeout=timeout)

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
            fact and named graph. The thing is subject, or object; the status is that of a claim.

        Raises:
            NameUnknown, NameAmbiguous: as :meth:`resolve`.
        """
        thing = self.resolve(entity if isinstance(entity, str) else str(entity))
        return self._engine.select(_FACTS.format(thing=thing, status=QKG["status"].value))

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
            format: ``turtle`` or ``ntriples`` (triples); ``trig``, ``nquads`` or ``jsonld``.
            graph: which part, as :meth:`quads` takes it. By default, ``default`` for a format of
                triples and ``all`` for one of quads.

        Raises:
            NameUnknown: there is no such format or part.
            InputError: the part has named graphs, and the format has none.
        """
        part: GraphSelection = graph or ("default" if format in ("turtle", "ntriples") else "all")
        from qkg.export.graphs import write_graph

        return write_graph(self.quads(part), format)

    def to_rdflib(self) -> rdflib.Dataset:
        """Return a copy of the dataset for rdflib pipelines."""
        from qkg.engines.rdflib import to_rdflib

        return to_rdflib(self._engine.quads())


def _engine(name: EngineName, quads: Iterable[Quad]) -> Engine:
    if name == "rdflib":
        from qkg.engines.rdflib import RdflibEngine

        return RdflibEngine(quads)
    from qkg.engines.oxigraph import OxigraphEngine

    return OxigraphEngine(quads)
