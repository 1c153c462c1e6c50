"""What a graph is made from: files that are loaded or checked, or an endpoint."""

from __future__ import annotations

from itertools import chain
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from pyoxigraph import DefaultGraph, NamedNode, Quad

from qkg import claims, rules
from qkg._paths import shipped
from qkg.editing import Editor
from qkg.errors import NameUnknown
from qkg.graph import KnowledgeGraph
from qkg.known import day, known_by
from qkg.namespaces import DATA, INFERRED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qkg.checks import Report
    from qkg.checks.report import Language
    from qkg.engines import EditableEngine

__all__ = ["EngineName", "FilePath", "check", "connect", "hold", "load"]

EngineName: TypeAlias = Literal["oxigraph", "rdflib"]
FilePath: TypeAlias = str | PathLike[str]


def load(
    *paths: FilePath,
    add: Iterable[FilePath] = (),
    base: str = DATA,
    engine: EngineName = "oxigraph",
    as_of: str | None = None,
) -> KnowledgeGraph:
    """Load Turtle files, merge what they hold to be true, and close it under the ontology.

    Args:
        paths: folders and files in place of the shipped data.
        add: folders and files beside those.
        base: what the IRIs of the named graphs begin with; a file's path below the folder that was
            given, without ``.ttl``, follows.
        engine: what runs the queries.
        as_of: a day such as ``2025-05-14``: load the claims of those documents only that were
            published by then at the latest. A document without a date is left out, and listed in
            :attr:`KnowledgeGraph.undated`.

    Returns:
        The graph. Its default graph holds the ontology, every file but the facts of claims that
        are not accepted, and everything inferred, each triple once; its named graphs hold the
        files as they are, and the inferences.

    Raises:
        LayoutError: a path holds nothing to read, or two files have the same named graph.
        ParseError: a file is not well-formed Turtle. Nothing is loaded then.
        NameUnknown: there is no such engine.
        InputError: the day is none.
    """
    if as_of is not None:
        as_of = day(as_of)
    if engine not in get_args(EngineName):
        raise NameUnknown("engine", engine, get_args(EngineName))
    roots = _roots(paths, add)
    ontology = claims.read_ontology(shipped("ontology"))
    files = claims.read(roots, base)
    undated: tuple[NamedNode, ...] = ()
    if as_of is not None:
        files, undated = known_by(files, as_of)
    held, editor = hold(ontology, files, engine)
    return KnowledgeGraph(held, roots, base, editor, undated)


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
    *paths: FilePath,
    data: Iterable[FilePath] = (),
    add: Iterable[FilePath] = (),
    base: str = DATA,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    lang: Language = "en",
    sources: FilePath | None = None,
) -> Report:
    """Check Turtle files: everything of docs/findings.md, claim by claim and as a whole.

    Args:
        paths: what to report on. What is not among the data is added beside it. None: everything.
        data: folders and files in place of the shipped data.
        add: folders and files beside those.
        base: as in :func:`load`.
        select: codes of findings, or beginnings of codes such as ``Q05``, to look for; none:
            every one.
        ignore: codes, or beginnings of codes, to leave out of those.
        lang: the language of the messages, ``en`` or ``ja``.
        sources: a folder with the texts of documents: passages are looked up in those whose
            SHA-256 the data has.

    Returns:
        The findings.

    Raises:
        LayoutError: a path holds nothing to read, or two files have the same named graph.
        NameUnknown: there is no such code, or no such language.
        EngineError: the shapes cannot be used.
    """
    from qkg.checks.checking import check_paths
    from qkg.checks.codes import refuse_other_language, selected

    refuse_other_language(lang)
    folder = None if sources is None else Path(sources)
    codes = selected(select, ignore)
    return check_paths(map(Path, paths), _roots(data, add), base, codes, lang, folder)


def hold(
    ontology: claims.DataFile, files: Iterable[claims.DataFile], engine: EngineName = "oxigraph"
) -> tuple[EditableEngine, Editor]:
    """Return what holds the dataset that files make, as :func:`load` has it, and what changes it.

    Args:
        ontology: what its default graph is closed under.
        files: all other files.
        engine: what runs the queries.
    """
    from qkg.engines.oxigraph import held_literal

    files = (ontology, *files)
    given = claims.given(files)
    compiled = rules.compile_rules(ontology.statements, contradictions=False)
    closure = rules.Closure(compiled, held_literal)
    closure.fill_from(given)
    inferred = tuple(closure.inferred())
    quads = chain(
        dict.fromkeys(chain.from_iterable(given.values())),
        (quad for file in files for quad in file.quads()),
        (
            Quad(triple.subject, triple.predicate, triple.object, graph)
            for graph in (DefaultGraph(), INFERRED)
            for triple in inferred
        ),
    )
    held = _engine(engine, quads)
    return held, Editor(held, closure, len(files))


def _roots(data: Iterable[FilePath], add: Iterable[FilePath]) -> tuple[Path, ...]:
    """Return what is loaded: the data, or what is shipped, and what is added."""
    return tuple(Path(path) for path in (*(tuple(data) or (shipped("data"),)), *add))


def _engine(name: EngineName, quads: Iterable[Quad]) -> EditableEngine:
    if name == "rdflib":
        from qkg.engines.rdflib import RdflibEngine

        return RdflibEngine(quads)
    from qkg.engines.oxigraph import OxigraphEngine

    return OxigraphEngine(quads)
