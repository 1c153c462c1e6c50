"""Turtle files to named graphs, and the merge of what they state into the default graph.

A file is one named graph: its IRI is the base, then the file's path below the folder that was
given, without ``.ttl``; relative IRIs in the file are resolved against that IRI, so ``<>`` is the
graph itself. A claim is a file that says ``<> a qkg:Claim``.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, Triple, parse

from qkg.answers import Term
from qkg.errors import LayoutError, ParseError
from qkg.namespaces import DATA, ONTOLOGY, QKG, RDF

__all__ = [
    "Corpus",
    "DataFile",
    "check_distinct",
    "default_quads",
    "find",
    "merge",
    "read",
    "read_file",
    "read_ontology",
]

_CLAIM = (RDF["type"], QKG["Claim"])
_STATUS = QKG["status"]
_ACCEPTED = QKG["accepted"]
_URI_PATH = re.compile(r"[A-Za-z0-9/._~-]+")


@dataclass(frozen=True)
class DataFile:
    """One Turtle file: where it is, the named graph that it is, and its triples in file order."""

    path: Path
    graph: NamedNode
    triples: tuple[Triple, ...]

    @property
    def is_claim(self) -> bool:
        """Whether the file calls itself a claim."""
        return Triple(self.graph, *_CLAIM) in self.triples

    @property
    def is_accepted(self) -> bool:
        """Whether the file has the status accepted, and no other."""
        return {
            triple.object
            for triple in self.triples
            if triple.subject == self.graph and triple.predicate == _STATUS
        } == {_ACCEPTED}

    def merged(self) -> Iterator[Triple]:
        """Yield the triples that the default graph takes over.

        They are all of them, but for a claim that is not accepted: of that one only what it says
        about itself, which has the graph or one of its fragments as subject.
        """
        if not self.is_claim or self.is_accepted:
            yield from self.triples
            return
        own = f"{self.graph.value}#"
        for triple in self.triples:
            subject = triple.subject
            if isinstance(subject, NamedNode) and (
                subject == self.graph or subject.value.startswith(own)
            ):
                yield triple


@dataclass(frozen=True)
class Corpus:
    """The ontology and the files of data, as they were read."""

    ontology: DataFile
    files: tuple[DataFile, ...]

    def quads(self) -> Iterator[Quad]:
        """Yield every triple of every file in its named graph."""
        for file in (self.ontology, *self.files):
            for triple in file.triples:
                yield Quad(triple.subject, triple.predicate, triple.object, file.graph)


def find(path: Path, base: str = DATA) -> list[tuple[Path, NamedNode]]:
    """List the Turtle files below a folder, or the one file, with their named graphs.

    Args:
        path: a folder, searched to any depth, hidden files and folders left out; or a file, whose
            own folder then counts as the one that was given.
        base: what the IRIs of the named graphs begin with.

    Returns:
        The files, sorted by path.

    Raises:
        LayoutError: there is nothing at the path, or no Turtle file, or it cannot be read.
    """
    if not path.exists():
        raise LayoutError.missing(path)
    if path.is_file():
        if path.suffix != ".ttl":
            raise LayoutError(f"{path} is not a Turtle file: its name has to end in .ttl.")
        return [(path, _graph(path.name, base))]
    try:
        found = sorted(
            file
            for file in path.rglob("*.ttl")
            if file.is_file()
            and not any(part.startswith(".") for part in file.relative_to(path).parts)
        )
    except OSError as error:
        raise LayoutError(f"{path} cannot be read: {error.strerror}.") from error
    if not found:
        raise LayoutError(f"{path} holds no Turtle file: put at least one file *.ttl there.")
    return [(file, _graph(file.relative_to(path).as_posix(), base)) for file in found]


def read_file(path: Path, graph: NamedNode, ordinal: int) -> DataFile:
    """Parse one Turtle file.

    Args:
        path: the file.
        graph: its named graph, which is also the base of its relative IRIs.
        ordinal: a number that no other file of the corpus has; blank nodes are named after it and
            their order in the file, so that they never collide and are the same in every run.

    Raises:
        ParseError: the file is not well-formed Turtle.
        LayoutError: the file cannot be read.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise LayoutError(f"{path} cannot be read: {error.strerror}.") from error
    names: dict[BlankNode, BlankNode] = {}

    def stable(term: Term) -> Term:
        if isinstance(term, BlankNode):
            return names.setdefault(term, BlankNode(f"f{ordinal}b{len(names)}"))
        return renamed(term) if isinstance(term, Triple) else term

    def renamed(triple: Triple) -> Triple:
        subject, object_ = stable(triple.subject), stable(triple.object)
        return Triple(subject, triple.predicate, object_)  # type: ignore[arg-type]

    try:
        triples = tuple(
            renamed(quad.triple) for quad in parse(content, RdfFormat.TURTLE, base_iri=graph.value)
        )
    except SyntaxError as error:
        problem = re.sub(r"^Parser error (?:at|between) .*?: ", "", error.msg)
        raise ParseError(path, error.lineno or 0, error.offset or 0, f"{problem}.") from error
    return DataFile(path, graph, triples)


def read(paths: Iterable[Path], base: str = DATA, start: int = 1) -> tuple[DataFile, ...]:
    """Parse all Turtle files below the paths; either all of them are read or none.

    Args:
        paths: folders and files, as in :func:`find`.
        base: what the IRIs of the named graphs begin with.
        start: the ordinal of the first file, as in :func:`read_file`.

    Raises:
        LayoutError: a path holds nothing to read, or two files have the same named graph.
        ParseError: a file is not well-formed Turtle.
    """
    found = [item for path in paths for item in find(path, base)]
    check_distinct(found)
    return tuple(read_file(path, graph, start + n) for n, (path, graph) in enumerate(found))


def check_distinct(found: Iterable[tuple[Path, NamedNode]]) -> None:
    """Raise LayoutError where two different files have the same named graph."""
    paths: dict[str, Path] = {}
    for path, graph in found:
        other = paths.setdefault(graph.value, path)
        if other is not path:
            raise LayoutError(
                f"{other} and {path} are both the named graph <{graph.value}>: "
                "rename one, or give the added folder another --base."
            )


def read_ontology(folder: Path) -> DataFile:
    """Parse ``qkg.ttl`` in a folder as the ontology; raises as :func:`read_file`."""
    return read_file(folder / "qkg.ttl", ONTOLOGY, 0)


def merge(files: Iterable[DataFile]) -> dict[Triple, None]:
    """Return what the files state and the graph holds to be true, each triple once, in order."""
    return dict.fromkeys(triple for file in files for triple in file.merged())


def default_quads(triples: Iterable[Triple]) -> Iterator[Quad]:
    """Yield the triples as quads of the default graph."""
    for triple in triples:
        yield Quad(triple.subject, triple.predicate, triple.object, DefaultGraph())


def _graph(relative: str, base: str) -> NamedNode:
    name = relative.removesuffix(".ttl")
    if not _URI_PATH.fullmatch(name):
        from urllib.parse import quote

        name = quote(name, safe="/-._~")
    return NamedNode(base + name)
