"""What a check found, as plain values."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from pyoxigraph import NamedNode, Triple

from qkg.answers import Term
from qkg.shapes.results import Referred

__all__ = ["Finding", "Language", "Report", "Severity"]

Severity: TypeAlias = Literal["violation", "warning", "info"]
Language: TypeAlias = Literal["en", "ja"]


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be.

    Attributes:
        code: which kind of thing it is, such as ``Q023``; docs/findings.md has a section for each.
        severity: ``violation``, ``warning`` or ``info``, after ``sh:Severity``.
        message: a sentence that says what is wrong.
        remedy: a sentence that says what to do about it.
        path: the file in which it is; None where it shows only in the graph as a whole.
        line: the line, counted from 1; 0 where it is not known.
        column: the column, counted from 1; 0 where it is not known.
        shape: the shape that says so; None where none does.
        focus: the node that was checked.
        property: the property at fault.
        value: the value at fault.
        premises: the triples that cannot stand together, for a contradiction or a conflict.
        rule: the rule that they break, by its name in the tables of OWL 2 Profiles.
        axiom: the triple of the ontology that the rule comes from.
    """

    code: str
    severity: Severity
    message: str
    remedy: str
    path: Path | None
    line: int = 0
    column: int = 0
    shape: NamedNode | None = None
    focus: Term | None = None
    property: Term | None = None
    value: Term | None = None
    premises: tuple[Triple, ...] = ()
    rule: str | None = None
    axiom: Triple | None = None


@dataclass(frozen=True)
class Report:
    """The findings of a check, by file and line.

    Attributes:
        findings: what was found.
        files: how many files were checked.
        language: the language of the messages.
        referred: the shapes that are no queries, so that pySHACL judged by them, and why.
    """

    findings: tuple[Finding, ...]
    files: int
    language: Language = "en"
    referred: tuple[Referred, ...] = ()

    @property
    def conforms(self) -> bool:
        """Whether there is no violation; warnings do not count."""
        return not self.fails("violation")

    def fails(self, severity: Severity) -> bool:
        """Return whether there is a finding at least as grave as that.

        >>> Report((), 3).fails("info")
        False
        """
        grave = _GRAVE[: _GRAVE.index(severity) + 1]
        return any(finding.severity in grave for finding in self.findings)


_GRAVE: tuple[Severity, ...] = ("violation", "warning", "info")
