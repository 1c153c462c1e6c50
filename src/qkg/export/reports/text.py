"""A report for reading in a terminal."""

from itertools import groupby

from qkg.checks import Finding, Report
from qkg.export.reports.places import place

__all__ = ["write"]


def write(report: Report) -> str:
    """Return a paragraph per finding, by file: where, what is wrong, and what to do."""
    groups = groupby(report.findings, key=lambda finding: finding.path)
    return "\n".join("".join(map(_paragraph, findings)) for _, findings in groups)


def _paragraph(finding: Finding) -> str:
    severity = "" if finding.severity == "violation" else f" {finding.severity}:"
    return (
        f"{place(finding)}: {finding.code}{severity or ':'} {finding.message}\n"
        f"    {finding.remedy}\n"
    )
