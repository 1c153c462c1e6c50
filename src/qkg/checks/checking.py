"""The check of files: every check that is asked for, its findings in words and at their places."""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Quad, Triple

from qkg._paths import shipped
from qkg.answers import Term
from qkg.checks.codes import CODES, SHAPE_CODES
from qkg.checks.conflicts import conflicts
from qkg.checks.contradictions import contradictions
from qkg.checks.homes import Homes
from qkg.checks.links import labels, links
from qkg.checks.literals import literals
from qkg.checks.passages import passages, texts
from qkg.checks.prefixes import prefixes
from qkg.checks.repeats import repeats
from qkg.checks.report import Finding, Language, Report
from qkg.checks.same import once
from qkg.checks.slip import Slip
from qkg.checks.survey import Survey
from qkg.checks.syntax import parsed
from qkg.checks.terms import terms
from qkg.claims import DataFile, find_all, read_ontology, read_shapes
from qkg.namespaces import QKG
from qkg.rules import compile_rules

if TYPE_CHECKING:
    from qkg.shapes.results import Referred

__all__ = ["check", "check_paths"]

_ALL = frozenset(CODES)
_SINGLE = QKG["singleValued"]


def check(
    found: Iterable[tuple[Path, NamedNode]],
    ontology: DataFile,
    shapes: Iterable[Triple | Quad],
    only: frozenset[Path] | None = None,
    codes: frozenset[str] = _ALL,
    language: Language = "en",
    sources: Path | None = None,
) -> Report:
    """Check Turtle files.

    Args:
        found: the files with their named graphs, as :func:`qkg.claims.find` lists them.
        ontology: the ontology.
        shapes: the shapes.
        only: report on these files, and on the graph as a whole; None for every file.
        codes: what to look for. What is left out does not hide anything else either.
        language: the language of the messages.
        sources: a folder with texts of documents, to look passages up in.

    Returns:
        The findings; a file that does not parse is one, and does not keep the rest from being
        checked. Of what several checks tell of one slip there is the most exact.

    Raises:
        EngineError: the shapes cannot be used.
        LayoutError: there is no folder of sources.
    """
    shapes = tuple(shapes)
    files, broken = parsed(found)
    single = {quad.subject for quad in ontology.statements if quad.predicate == _SINGLE}
    survey = Survey(files, single)
    looked_for = _looked_for(survey, ontology, single, shapes, only, codes, sources)
    slips = [slip for slip in (*broken, *looked_for) if slip.code in codes]
    findings: tuple[Finding, ...] = ()
    if slips:
        kept = once(slips, _described(survey, ontology, slips))
        homes = Homes(files)
        kept = [_home(slip, homes, only) for slip in kept]
        reported = [each for each in kept if only is None or each.path is None or each.path in only]
        findings = _worded(reported, survey, language)
    referred: tuple[Referred, ...] = ()
    if not codes.isdisjoint(SHAPE_CODES):
        from qkg.shapes.aims import GRAPHS
        from qkg.shapes.validation import compiled_shapes

        referred = compiled_shapes(shapes, GRAPHS).referred
    return Report(findings, len(files) + len(broken), language, referred)


def check_paths(
    paths: Iterable[Path],
    roots: Iterable[Path],
    base: str,
    codes: frozenset[str] = _ALL,
    language: Language = "en",
    sources: Path | None = None,
) -> Report:
    """Check the files below folders against the shipped ontology and shapes.

    Args:
        paths: what to report on; what is not below the roots is checked beside it. None at all:
            everything.
        roots: the folders and files that make up the graph.
        base: what the IRIs of the named graphs begin with.
        codes: as in :func:`check`.
        language: as there.
        sources: as there.

    Raises:
        LayoutError: a path holds nothing to read, or two files have the same named graph.
        EngineError: the shapes cannot be used.
    """
    wanted = tuple(paths)
    resolved = {file.resolve() for file, _ in find_all(wanted, base)}
    files = find_all((*roots, *wanted), base)
    only = frozenset(file for file, _ in files if file.resolve() in resolved) if wanted else None
    folder = shipped("ontology")
    shapes = read_shapes(folder)
    ontology = read_ontology(folder)
    return check(files, ontology, shapes.statements, only, codes, language, sources)


def _looked_for(
    survey: Survey,
    ontology: DataFile,
    single: Collection[Term],
    shapes: Iterable[Triple | Quad],
    only: frozenset[Path] | None,
    codes: frozenset[str],
    sources: Path | None,
) -> Iterator[Slip]:
    """Yield what the checks find that are asked for."""
    files = survey.files

    def asked(*names: str) -> bool:
        return not codes.isdisjoint(names)

    if asked("Q003"):
        yield from prefixes(survey)
    if asked("Q011", "Q012"):
        yield from literals(survey)
    if asked("Q021", "Q022"):
        yield from terms(survey, ontology)
    if asked("Q023", "Q024"):
        yield from links(survey)
    if asked("Q025"):
        yield from labels(survey)
    if asked("Q031", "Q032", "Q033", "Q034", "Q035"):
        yield from passages(survey, {} if sources is None else texts(sources))
    if asked("Q041", "Q043"):
        yield from repeats(survey, only or ())
    if asked("Q042"):
        yield from conflicts(single, survey, only or ())
    if asked(*SHAPE_CODES, "Q061"):
        rules = compile_rules(ontology.statements)
        if asked(*SHAPE_CODES):
            from qkg.checks.shaped import shaped

            yield from shaped(ontology, files, shapes, rules, only)
        if asked("Q061"):
            yield from contradictions(ontology, files, rules, survey.literals, only or ())


def _described(survey: Survey, ontology: DataFile, slips: Iterable[Slip]) -> set[Term]:
    """Return what is described in files that mean what they say."""
    described = survey.described | survey.labels.keys()
    described.update(quad.subject for quad in ontology.statements)
    return described.difference(*(slip.suspects for slip in slips if slip.code == "Q003"))


def _home(slip: Slip, homes: Homes, only: frozenset[Path] | None) -> Slip:
    """Return a slip of the graph as a whole at the file that is most to blame, if any is."""
    if slip.path is not None:
        return slip
    paths = homes.of(slip.focus, slip.property, slip.value)
    return slip._replace(path=max(paths, key=lambda path: path in (only or ())))


def _worded(slips: Iterable[Slip], survey: Survey, language: Language) -> tuple[Finding, ...]:
    from qkg.checks.places import Places
    from qkg.checks.wording import Wording

    places, wording = Places(survey.files), Wording(survey, language)
    findings = {wording.finding(slip, *places.position(slip)) for slip in slips}
    return tuple(sorted(findings, key=_order))


def _order(finding: Finding) -> tuple[str, int, int, str, str, str]:
    return (
        "" if finding.path is None else str(finding.path),
        finding.line,
        finding.column,
        finding.code,
        finding.message,
        str(finding.value),
    )
