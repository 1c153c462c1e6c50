"""The knowledge graph: the thin front on which everything that can be asked of it hangs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args, overload

from pyoxigraph import DefaultGraph, NamedNode, Quad, Triple

from qkg import claims, names, queries, sparql
from qkg._paths import shipped
from qkg.answers import Answer, Value
from qkg.errors import InputError, NameUnknown, QueryError
from qkg.memory import Memory
from qkg.namespaces import DATA, INFERRED, QKG, expand
from qkg.things import facts_about, surroundings

if TYPE_CHECKING:
    from os import PathLike

    import rdflib

    from qkg.checks import Report
    from qkg.checks.report import Language
    from qkg.citations import Cited, CitedAnswer
    from qkg.editing import Editor
    from qkg.engines import Engine
    from qkg.explanation import Explanation
    from qkg.references import Reference
    from qkg.rules import Change, Rule
    from qkg.shapes.results import Results
    from qkg.sparql import Form

__all__ = ["Argument", "GraphSelection", "KnowledgeGraph"]

GraphSelection: TypeAlias = Literal["default", "claims", "inferred", "all"]
Argument: TypeAlias = Value | queries.Bindable | Sequence[Value | queries.Bindable]


class KnowledgeGraph:
    """A graph in which every fact knows the passage that states it, and how to ask it.

    Args:
        engine: what holds the dataset and runs the queries.
        roots: the folders and files that it was loaded from; none for an endpoint.
        base: what the IRIs of their named graphs begin with.
        editor: what changes the dataset; None where it cannot be changed.
        undated: the documents that were left out, since nothing says when they were published.
        memory: what keeps what was found out about the dataset.
    """

    def __init__(
        self,
        engine: Engine,
        roots: Iterable[Path] = (),
        base: str = DATA,
        editor: Editor | None = None,
        undated: tuple[NamedNode, ...] = (),
        memory: Memory | None = None,
    ) -> None:
        self._engine = engine
        self._roots = tuple(roots)
        self._base = base
        self._editor = editor
        self._validated: tuple[tuple[Triple | Quad, ...], int, Results] | None = None
        self.undated = undated
        self._memory = Memory(editor) if memory is None else memory

    def within(self, seconds: float) -> KnowledgeGraph:
        """Return the same graph, all of whose answers have to come within a time from now on.

        Args:
            seconds: the time. A call that is made after it, or lasts longer, raises QueryTimeout.
        """
        from qkg.engines.within import Within

        within = Within(self._engine, seconds)
        return KnowledgeGraph(
            within, self._roots, self._base, self._editor, self.undated, self._memory
        )

    @overload
    def query(
        self,
        name: str,
        /,
        *,
        cite: Literal[True],
        timeout: float | None = None,
        **arguments: Argument,
    ) -> CitedAnswer: ...

    @overload
    def query(
        self,
        name: str,
        /,
        *,
        cite: Literal[False] = False,
        timeout: float | None = None,
        **arguments: Argument,
    ) -> Answer: ...

    def query(
        self,
        name: str,
        /,
        *,
        cite: bool = False,
        timeout: float | None = None,
        **arguments: Argument,
    ) -> Answer:
        """Run a stored query.

        Args:
            name: the name of the query.
            cite: give each row the sources that stand behind it, as a
                :class:`qkg.citations.CitedAnswer`.
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
            within = self.within(timeout)
            if cite:
                return within.query(name, cite=True, timeout=None, **arguments)
            return within.query(name, cite=False, timeout=None, **arguments)
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
        text = queries.bind(query, values)
        return self._cited(text) if cite else self._engine.select(text)

    @overload
    def sparql(
        self, text: str, *, cite: Literal[True], timeout: float | None = None
    ) -> CitedAnswer | Cited: ...

    @overload
    def sparql(
        self, text: str, *, cite: Literal[False] = False, timeout: float | None = None
    ) -> Answer | bool | tuple[Triple, ...]: ...

    def sparql(
        self, text: str, *, cite: bool = False, timeout: float | None = None
    ) -> Answer | bool | tuple[Triple, ...] | Cited:
        """Run any SELECT, ASK, CONSTRUCT or DESCRIBE.

        Args:
            text: the query; the prefixes of :data:`qkg.namespaces.PREFIXES` need no declaration.
            cite: answer with sources: those of each row for SELECT, and those of the whole answer
                for the others.
            timeout: seconds after which to give up.

        Returns:
            An answer for SELECT, a bool for ASK, triples for CONSTRUCT and DESCRIBE; with `cite`, a
            :class:`qkg.citations.CitedAnswer`, or a :class:`qkg.citations.Cited`.

        Raises:
            QueryRefused: the query writes, calls another server, nests too deep, or is too long; or
                it cannot be cited.
            QueryError: the query is malformed.
            QueryTimeout, EngineError: the engine did not answer.
        """
        if cite and timeout is not None:
            return self.within(timeout).sparql(text, cite=True)
        form = sparql.readable(text)
        declared, added = sparql.declare_prefixes(text)
        try:
            if form == "SELECT" and cite:
                return self._cited(declared)
            if form == "SELECT":
                return self._engine.select(declared, timeout=timeout)
            return self._cited_result(declared) if cite else self._result(declared, form, timeout)
        except QueryError as error:
            raise error.moved(-added) from error.__cause__

    def _cited(self, text: str) -> CitedAnswer:
        from qkg.citations import cited_select
        from qkg.sparql.trees import read_query

        query = read_query(text)
        with self._memory.looking(self._engine) as found:
            return cited_select(self._engine, self._rules, query, found)

    def _cited_result(self, text: str) -> Cited:
        from qkg.citations import cite_result
        from qkg.sparql.trees import read_query

        query = read_query(text)
        with self._memory.looking(self._engine) as found:
            result = self._result(text, query.form)
            return cite_result(self._engine, self._rules, query, result, found)

    def _result(
        self, text: str, form: Form, timeout: float | None = None
    ) -> bool | tuple[Triple, ...]:
        if form == "ASK":
            return self._engine.ask(text, timeout=timeout)
        return self._engine.construct(text, timeout=timeout)

    def references(self, answer: CitedAnswer | Cited) -> tuple[Reference, ...]:
        """Return what is known of the documents behind a cited answer, as a bibliography has it."""
        from qkg.citations import documents
        from qkg.references import references

        return references(self._engine, documents(answer.sources.values()))

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
        return facts_about(self._engine, thing)

    def passage(self, claim: str | NamedNode, text: bytes) -> str:
        """Return the passage that a claim rests on, cut from the source's text.

        Args:
            claim: the claim, by name or by IRI.
            text: the text of the claim's document, in UTF-8, byte for byte as it was read; the
                graph holds its SHA-256 and no copy.

        Raises:
            InputError: it is no claim, its document was not read in full, or the text is another.
            NameUnknown, NameAmbiguous: as :meth:`resolve`.
        """
        from qkg.passages import passage_text

        name = claim if isinstance(claim, str) else str(claim)
        return passage_text(self._engine, self.resolve(name), text)

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
        return write_framed(surroundings(self._engine, thing), thing)

    def check(
        self, *, select: Iterable[str] = (), ignore: Iterable[str] = (), lang: Language = "en"
    ) -> Report:
        """Check the files that the graph was loaded from, as they are now; as :func:`qkg.check`.

        A graph that was loaded from none, as that of an endpoint, is checked as it is held: by the
        shapes and for consistency.

        Args:
            select: codes of findings to look for, as in :func:`qkg.check`.
            ignore: codes to leave out of those.
            lang: the language of the messages.

        Raises:
            NameUnknown: there is no such code, or no such language.
            EngineError: the endpoint did not answer.
        """
        from qkg.checks.codes import refuse_other_language, selected

        refuse_other_language(lang)
        codes = selected(select, ignore)
        if self._roots:
            from qkg.checks.checking import check_paths

            return check_paths((), self._roots, self._base, codes, lang)
        from qkg.checks.held import check_held

        return check_held(self._engine, _shipped_shapes(), self._rules(), codes, lang)

    def validate(self, shapes: Iterable[Triple | Quad] | None = None) -> Results:
        """Hold what the graph holds to be true against shapes, wherever it is held.

        Where the graph has changed by :meth:`add`, :meth:`remove` and :meth:`dispute` since it was
        last held against the same shapes, only what the change can tell on is looked at again.

        Args:
            shapes: a shapes graph in SHACL; None for the shipped one.

        Returns:
            The results, as plain values. They know no files, and what follows from domains and
            ranges is held to be true here: :meth:`check` finds more.

        Raises:
            InputError: a shape is ill-formed.
            EngineError: the engine failed, or pySHACL, which serves what does not compile.
        """
        from qkg.shapes.validation import revalidate, validate

        shapes = _shipped_shapes() if shapes is None else tuple(shapes)
        editor, before = self._editor, self._validated
        if editor is None:
            return validate(self._engine, shapes)
        changed = None
        if before is not None and before[0] == shapes:
            changed = editor.changed_since(before[1])
        if before is None or changed is None:
            results = validate(self._engine, shapes)
        else:
            results = revalidate(self._engine, shapes, before[2], changed)
        self._validated = (shapes, editor.mark, results)
        return results

    def why(
        self,
        subject: str | NamedNode,
        predicate: str | NamedNode,
        object: Value | queries.Bindable,  # noqa: A002
        *,
        limit: int = 1,
    ) -> Explanation:
        """Explain why a triple is in the graph, down to what documents state; or why it is not.

        Args:
            subject: a thing, by name as :meth:`resolve` takes it, or by IRI.
            predicate: a property, by name or by IRI; ``a`` is ``rdf:type``.
            object: a thing, by name or by IRI; or a literal, in SPARQL's syntax or as a term.
            limit: how many derivations to give at most, smallest first.

        Raises:
            NameUnknown, NameAmbiguous: as :meth:`resolve`.
        """
        from qkg.explanation import explain

        fact = Triple(
            self.resolve(subject if isinstance(subject, str) else str(subject)),
            names.resolve_property(self._engine, predicate),
            names.resolve_term(self._engine, object),
        )
        return explain(self._engine, self._rules(), fact, limit)

    def _rules(self) -> tuple[Rule, ...]:
        """Return the rules that the graph is closed under: those of the shipped ontology."""
        return _shipped_rules()

    def add(self, *paths: str | PathLike[str], base: str | None = None) -> Change:
        """Add Turtle files to the open graph, with what follows from them; all of them or none.

        Args:
            paths: folders and files, as :func:`qkg.load` takes them.
            base: what the IRIs of their named graphs begin with; by default as those of the graph.

        Returns:
            The triples that are inferred now, and those that are stated now in place of inferred.

        Raises:
            LayoutError: there is nothing to read, or a named graph is there already.
            ParseError: a file is not well-formed Turtle.
            InputError: the graph is that of an endpoint.
        """
        added = tuple(Path(path) for path in paths)
        change = self._editing().add(added, base or self._base)
        self._roots += added
        return change

    def remove(self, name: str | NamedNode) -> Change:
        """Take a file out of the open graph, with all that only it supports; the file itself stays.

        Args:
            name: the named graph of the file, such as a claim: an IRI, or a CURIE (``data:…``).

        Returns:
            The triples that no longer follow, and those that were stated and are inferred now.

        Raises:
            InputError: no file is loaded as that graph, or the graph is that of an endpoint.
        """
        return self._editing().remove(_named_graph(name))

    def dispute(self, claim: str | NamedNode, reason: str) -> Change:
        """Hold a claim of the open graph to be disputed: it stays on record, its facts do not.

        Args:
            claim: the claim, by IRI or CURIE.
            reason: why it is not believed, in English. The file does not change.

        Returns:
            As :meth:`remove`.

        Raises:
            InputError: there is no such claim, no reason, or the graph is that of an endpoint.
        """
        return self._editing().dispute(_named_graph(claim), reason)

    def _editing(self) -> Editor:
        if self._editor is None:
            raise InputError("An endpoint's graph is not changed from here: load files instead.")
        return self._editor

    def labels(self, answer: Answer | Cited | Explanation) -> Mapping[NamedNode, str]:
        """Return the English labels of the things in an answer or an explanation.

        Those of the sources of a cited answer are among them.
        """
        cited: Iterable[NamedNode] = getattr(answer, "sources", ())
        terms = (term for row in answer.terms for term in row)
        return names.labels(self._engine, (*terms, *cited))

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


@cache
def _shipped_rules() -> tuple[Rule, ...]:
    from qkg.rules import compile_rules

    return compile_rules(claims.read_ontology(shipped("ontology")).statements)


@cache
def _shipped_shapes() -> tuple[Quad, ...]:
    return claims.read_shapes(shipped("ontology")).statements


def _named_graph(name: str | NamedNode) -> NamedNode:
    if isinstance(name, NamedNode):
        return name
    iri = expand(name) or name.strip("<>")
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise InputError(f"{name!r} names no file: give an IRI, or a CURIE like data:….") from error
