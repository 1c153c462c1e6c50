"""Turtle files to named graphs, and the merge of what they state into the default graph.

A file is one named graph: its IRI is the base, then the file's path below the folder that was
given, without ``.ttl``; relative IRIs in the file are resolved against that IRI, so ``<>`` is the
graph itself. A claim is a file that says ``<> a qkg:Claim``.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from qkg.answers import Term
from qkg.errors import LayoutError, ParseError
from qkg.namespaces import DATA, ONTOLOGY, PREFIXES, QKG, RDF

__all__ = [
    "DataFile",
    "find",
    "find_all",
    "given",
    "merge",
    "read",
    "read_file",
    "read_ontology",
    "read_shapes",
]

_CLAIM = (RDF["type"], QKG["Claim"])
_STATUS = QKG["status"]
_ACCEPTED = QKG["accepted"]
_URI_PATH = re.compile(r"[A-Za-z0-9/._~-]+")


class DataFile(NamedTuple):
    """One Turtle file.

    Attributes:
        path: where it is.
        graph: the named graph that it is.
        statements: what it states, in file order, as quads of the default graph.
        prefixes: the namespaces that it declares, by prefix; the last one where it redeclares.
    """

    path: Path
    graph: NamedNode
    statements: tuple[Quad, ...]
    prefixes: Mapping[str, str] = {}

    def quads(self) -> Iterator[Quad]:
        """Yield what the file states as quads of its named graph."""
        graph = self.graph
        for quad in self.statements:
            yield Quad(quad.subject, quad.predicate, quad.object, graph)

    @property
    def is_claim(self) -> bool:
        """Whether the file calls itself a claim."""
        return Quad(self.graph, *_CLAIM) in self.statements

    @property
    def is_accepted(self) -> bool:
        """Whether the file has the status accepted, and no other."""
        return {
            quad.object
            for quad in self.statements
            if quad.subject == self.graph and quad.predicate == _STATUS
        } == {_ACCEPTED}

    def merged(self) -> Iterator[Quad]:
        """Yield the statements that the default graph takes over.

        They are all of them, but for a claim that is not accepted: of that one only what it says
        about itself, which has the graph or one of its fragments as subject.
        """
        if not self.is_claim or self.is_accepted:
            yield from self.statements
            return
        own = f"{self.graph.value}#"
        for quad in self.statements:
            subject = quad.subject
            if isinstance(subject, NamedNode) and (
                subject == self.graph or subject.value.startswith(own)
            ):
                yield quad


def find(path: Path, base: str = DATA) -> list[tuple[Path, NamedNode]]:
    """List the Turtle files below a folder, or the one file, with their named graphs.

    Args:
        path: a folder, searched to any depth and through symbolic links, hidden files and folders
            left out; or a file, whose own folder then counts as the one that was given.
        base: what the IRIs of the named graphs begin with.

    Returns:
        The files, sorted by path.

    Raises:
        LayoutError: there is nothing at the path, or no Turtle file, or something in it cannot be
            read, or the base is no IRI.
    """
    if not path.exists():
        raise LayoutError.missing(path)
    if path.is_file():
        if path.suffix != ".ttl":
            raise LayoutError(f"{path} is not a Turtle file: its name has to end in .ttl.")
        return [(path, _graph(path.name, base))]
    found = sorted(_turtle_files(path))
    if not found:
        raise LayoutError(f"{path} holds no Turtle file: put at least one file *.ttl there.")
    return [(file, _graph(file.relative_to(path).as_posix(), base)) for file in found]


def find_all(paths: Iterable[Path], base: str = DATA) -> list[tuple[Path, NamedNode]]:
    """List the files below several paths as :func:`find` does; a file found twice counts once.

    Raises:
        LayoutError: as :func:`find`; or two files have the same named graph.
    """
    folders: dict[Path, str] = {}

    def real(file: Path) -> str:
        # Most files are none but their own name in a folder that others share.
        if os.path.islink(file):
            return os.path.realpath(file)
        folder = folders.get(file.parent) or os.path.realpath(file.parent)
        folders[file.parent] = folder
        return os.path.join(folder, file.name)

    found = {real(file): (file, graph) for path in paths for file, graph in find(path, base)}
    owners: dict[str, Path] = {}
    for file, graph in found.values():
        other = owners.setdefault(graph.value, file)
        if other != file:
            raise LayoutError(
                f"{other} and {file} are both the named graph <{graph.value}>: "
                "rename one, or give the added folder another --base."
            )
    return list(found.values())


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
        content = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    except OSError as error:
        raise LayoutError(f"{path} cannot be read: {error.strerror}.") from error
    _refuse_deep_triple_terms(path, content)
    names: dict[BlankNode, BlankNode] = {}

    def named(term: Term) -> Term:
        if isinstance(term, BlankNode):
            return names.setdefault(term, BlankNode(f"f{ordinal}b{len(names)}"))
        return term

    def stable(quad: Quad) -> Quad:
        subject, object_ = quad.subject, quad.object
        if isinstance(subject, NamedNode) and isinstance(object_, NamedNode | Literal):
            return quad
        if isinstance(subject, Triple) or isinstance(object_, Triple):
            raise _triple_term(path, content)
        return Quad(named(subject), quad.predicate, named(object_))  # type: ignore[arg-type]

    try:
        parsed = parse(content, RdfFormat.TURTLE, base_iri=graph.value)
        statements = tuple(map(stable, parsed))
    except SyntaxError as error:
        problem = re.sub(r"^Parser error (?:at|between) .*?: ", "", error.msg)
        raise ParseError(path, error.lineno or 0, error.offset or 0, f"{problem}.") from error
    return DataFile(path, graph, statements, parsed.prefixes)


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
    found = find_all(paths, base)
    return tuple(read_file(path, graph, start + n) for n, (path, graph) in enumerate(found))


def read_ontology(folder: Path) -> DataFile:
    """Parse ``qkg.ttl`` in a folder as the ontology; raises as :func:`read_file`."""
    return read_file(folder / "qkg.ttl", ONTOLOGY, 0)


def read_shapes(folder: Path) -> DataFile:
    """Parse ``shapes.ttl`` in a folder as the shapes; raises as :func:`read_file`."""
    return read_file(folder / "shapes.ttl", NamedNode(PREFIXES["shape"].rstrip("#")), 0)


def given(files: Iterable[DataFile]) -> dict[NamedNode, tuple[Quad, ...]]:
    """Return, per named graph, the statements that the default graph takes over from its file."""
    return {file.graph: tuple(file.merged()) for file in files}


def merge(files: Iterable[DataFile]) -> dict[Quad, None]:
    """Return what the files state and is held to be true, each statement once, in order.

    The statements are quads of the default graph.
    """
    return dict.fromkeys(chain.from_iterable(given(files).values()))


def _turtle_files(folder: Path) -> Iterator[Path]:
    def fail(error: OSError) -> None:
        raise LayoutError(f"{error.filename} cannot be read: {error.strerror}.") from error

    seen = set()
    for top, folders, files in os.walk(folder, onerror=fail, followlinks=True):
        seen.add(os.path.realpath(top))
        folders[:] = [
            name
            for name in folders
            if not name.startswith(".") and os.path.realpath(os.path.join(top, name)) not in seen
        ]
        for name in files:
            if name.endswith(".ttl") and not name.startswith("."):
                yield Path(top, name)


def _refuse_deep_triple_terms(path: Path, content: bytes) -> None:
    # The parser recurses over them, and ends the process at some ten thousand.
    if content.count(b"<<") > 1000:
        raise _triple_term(path, content)


def _triple_term(path: Path, content: bytes) -> ParseError:
    before = content.partition(b"<<")[0].decode("utf-8", "replace")
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    return ParseError(path, line, column, "A triple as a term is none of RDF 1.1: use a node.")


def _graph(relative: str, base: str) -> NamedNode:
    name = relative.removesuffix(".ttl")
    if not _URI_PATH.fullmatch(name):
        from urllib.parse import quote

        name = quote(os.fsencode(name), safe="/-._~")
    try:
        return NamedNode(base + name)
    except ValueError as error:
        raise LayoutError(f"{base!r} is no IRI: a base is like {DATA}.") from error
