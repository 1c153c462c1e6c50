"""The check of files: each claim with what it speaks of, then the default graph as a whole."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from pyoxigraph import NamedNode, Quad, Triple

from qkg._paths import shipped
from qkg.claims import DataFile, find_all, merge, read_file, read_ontology
from qkg.errors import ParseError
from qkg.namespaces import PREFIXES
from qkg.rules import Closure, close, compile_rules
from qkg.shapes.conflicts import conflicts
from qkg.shapes.contradictions import contradictions
from qkg.shapes.homes import homes
from qkg.shapes.reference import Reference
from qkg.shapes.report import Finding, Report

__all__ = ["check", "check_paths"]


def check(
    found: Iterable[tuple[Path, NamedNode]],
    ontology: DataFile,
    shapes: Iterable[Triple | Quad],
    only: frozenset[Path] | None = None,
) -> Report:
    """Check Turtle files.

    A claim is checked together with the files that are none (entities, concepts, documents) and
    the ontology, whatever its status: a disputed claim has to be well-formed too. Then the default
    graph is checked as a whole. All of it is closed under the ontology's rules first. What
    contradicts the ontology is reported on the files that it follows from; a value that another
    accepted claim gives otherwise is a warning.

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
    common = merge((ontology, *background))
    closure = Closure(rules)
    closure.fill(common)
    reference = Reference([*common, *closure.inferred()], shapes)
    general = reference.validate()
    findings = [replace(f, path=path) for f in general for path in homes(f, background)]
    known = set(general)
    for file in files:
        if file.is_claim:
            own = [quad for quad in dict.fromkeys(file.statements) if quad not in common]
            # What is wrong without a claim is no fault of the claim.
            wrong = reference.validate_with([*own, *closure.add(own).inferred]) - general
            closure.remove(own)
            findings += [replace(finding, path=file.path) for finding in wrong]
            known |= wrong
    warned = list(conflicts(ontology, files))
    told = {(finding.focus, finding.property) for finding in warned}
    # That there is one value too many, as a shape of the whole says, is told claim by claim.
    merged = merge((ontology, *files))
    whole = Reference([*merged, *close(merged, rules)], shapes).validate() - known
    findings += [each for each in whole if each.value or (each.focus, each.property) not in told]
    findings += warned
    findings += contradictions(ontology, files)
    reported = [
        finding
        for finding in (*broken, *findings)
        if only is None or finding.path is None or finding.path in only
    ]
    return Report(tuple(sorted(reported, key=_order)), len(files) + len(broken))


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
