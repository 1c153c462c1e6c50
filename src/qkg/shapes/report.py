"""What a check found, as plain values."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from pyoxigraph import NamedNode

from qkg.answers import Term

__all__ = ["Finding", "Report", "Severity"]

Severity: TypeAlias = Literal["violation", "warning", "info"]


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it should be.

    Attributes:
        path: the file in which it is; None where it shows only in the graph as a whole.
        line: the line, counted from 1; 0 where it is not known.
        column: the column, counted from 1; 0 where it is not known.
        severity: ``violation``, ``warning`` or ``info``, after ``sh:Severity``.
        message: what is wrong and what to do about it.
        shape: the shape that says so; None for a finding of syntax.
        focus: the node that was checked.
        property: the property at fault.
        value: the value at fault.
    """

    path: Path | None
    line: int
    column: int
    severity: Severity
    message: str
    shape: NamedNode | None = None
    focus: Term | None = None
    property: Term | None = None
    value: Term | None = None


@dataclass(frozen=True)
class Report:
    """The findings of a check, by file and line.

    Attributes:
        findings: what was found.
        files: how many files were checked.
    """

    findings: tuple[Finding, ...]
    files: int

    @property
    def conforms(self) -> bool:
        """Whether there is no violation; warnings do not count."""
        return all(finding.severity != "violation" for finding in self.findings)
