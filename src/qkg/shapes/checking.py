"""The check of files: each claim with what it speaks of, then the default graph as a whole."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from pyoxigraph import NamedNode, Quad, Triple

from qkg._paths import shipped
from qkg.claims import DataFile, find_all, merge, read_file, read_ontology
from qkg.errors import ParseError
from qkg.namespaces import PREFIXES, RDF, RDFS
from qkg.rules import close, compile_rules
from qkg.shapes.reference import validate
from qkg.shapes.report import Finding, Report

__all__ = ["check", "check_paths"]

_DESCRIBING = (RDF["type"], RDFS["label"], NamedNode(PREFIXES["skos"] + "prefLabel"))


def check(
    found: Iterable[tuple[Path, NamedNode]],
    ontology: DataFile,
    shapes: Iterable[Triple | Quad],
    only: frozenset[Path] | None = None,
) -> Report:
    """Check Turtle files.

    A claim is checked together with the files that are none (entities, concepts, documents) and
    the ontology, whatever its status: a disputed claim has to be well-formed too. Then the default
    graph is checked as a whole. All of it is closed under the ontology's rules first.

    Args:
        found: the files with their named graphs, as :func:`qkg.claims.find` lists them.
        ontology: the ontology.
        shapes: the shapes.
        only: report on these files, and on the graph as a whole; None for every file.

    Returns:
        The findings; a file that does not parse is one, and does not keep the rest from being
        checked.

    Raises:
        EngineError: the shapes cannot be used.
    """
    files, broken = _parsed(found)
    background = [file for file in files if not file.is_claim]
    # Domain and range would give a dangling link the very type that a shape asks of it.
    rules = [r for r in compile_rules(ontology.statements) if r.name not in ("prp-dom", "prp-rng")]
    shapes = tuple(shapes)

    def validated(data: Mapping[Quad, None]) -> frozenset[Finding]:
        return validate([*data, *close(data, rules)], shapes)

    common = merge((ontology, *background))
    general = validated(common)
    findings = [replace(f, path=path) for f in general for path in _homes(f, background)]
    known = set(general)
    for file in files:
        if file.is_claim:
            # What is wrong without a claim is no fault of the claim.
            own = validated({**common, **dict.fromkeys(file.statements)}) - general
            findings += [replace(finding, path=file.path) for finding in own]
            known |= own
    findings += validated(merge((ontology, *files))) - known
    reported = [
        finding
        for finding in (*broken, *findings)
        if only is None or finding.path is None or finding.path in only
    ]
    return Report(tuple(sorted(reported, key=_order)), len(files) + len(broken))


def _homes(finding: Finding, files: Iterable[DataFile]) -> list[Path | None]:
    """Return the files that are at fault, as exactly as they can be told.

    They are those that state the value; or else something of the property; or else, since what is
    missing is stated nowhere, more of the node than what it is and what it is called; or else
    anything of it.
    """
    about = [
        (file.path, quad)
        for file in files
        for quad in file.statements
        if quad.subject == finding.focus
    ]
    of_property = [(path, quad) for path, quad in about if quad.predicate == finding.property]
    narrowed = (
        [path for path, quad in of_property if quad.object == finding.value],
        [path for path, _ in of_property],
        [path for path, quad in about if quad.predicate not in _DESCRIBING],
        [path for path, _ in about],
    )
    return list(dict.fromkeys(next(filter(None, narrowed), [None])))


def check_paths(paths: Iterable[Path], roots: Iterable[Path], base: str) -> Report:
    """Check the files below folders against the shipped ontology and shapes.

    Args:
        paths: what to report on; what is not below the roots is checked beside it. None at all:
            everything.
        roots: the folders and files that make up the graph.
        base: what the IRIs of the named graphs begin with.

    Raises:
        LayoutError: a path holds nothing to read, or two files have the same named graph.
        EngineError: the shapes cannot be used.
    """
    wanted = tuple(paths)
    resolved = {file.resolve() for file, _ in find_all(wanted, base)}
    files = find_all((*roots, *wanted), base)
    only = frozenset(file for file, _ in files if file.resolve() in resolved) if wanted else None
    folder = shipped("ontology")
    shapes = read_file(folder / "shapes.ttl", NamedNode(PREFIXES["shape"].rstrip("#")), 0)
    return check(files, read_ontology(folder), shapes.statements, only)


def _parsed(found: Iterable[tuple[Path, NamedNode]]) -> tuple[list[DataFile], list[Finding]]:
    files, findings = [], []
    for ordinal, (path, graph) in enumerate(found, 1):
        try:
            files.append(read_file(path, graph, ordinal))
        except ParseError as error:
            findings.append(
                Finding(error.path, error.line, error.column, "violation", error.problem)
            )
    return files, findings


def _order(finding: Finding) -> tuple[str, int, int, str, str, str]:
    return (
        "" if finding.path is None else str(finding.path),
        finding.line,
        finding.column,
        str(finding.focus),
        finding.message,
        str(finding.value),
    )
