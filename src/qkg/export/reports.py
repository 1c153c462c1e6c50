"""The report of a check as text, for reading and for editors, and as JSON."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from pyoxigraph import NamedNode

from qkg.answers import Term
from qkg.errors import NameUnknown
from qkg.namespaces import curie
from qkg.shapes import Finding, Report

__all__ = ["REPORT_FORMATS", "write_report"]

REPORT_FORMATS = ("text", "json")
"""The formats by the names that the command line and :func:`write_report` take."""


def write_report(report: Report, format: str) -> str:  # noqa: A002
    """Return the findings of a check as text; nothing, or an empty list, where there are none.

    Args:
        report: the report.
        format: one of :data:`REPORT_FORMATS`.

    Raises:
        NameUnknown: there is no such format.
    """
    if format == "text":
        return "".join(_text(finding) for finding in report.findings)
    if format == "json":
        findings = [_json(finding) for finding in report.findings]
        return json.dumps({"files": report.files, "findings": findings}, indent=2) + "\n"
    raise NameUnknown("report format", format, REPORT_FORMATS)


def _text(finding: Finding) -> str:
    place = "the graph as a whole" if finding.path is None else _path(finding.path)
    if finding.line:
        place += f":{finding.line}:{finding.column}"
    lines = [f"{place}: {finding.severity}: {finding.message}"]
    for name in ("focus", "property", "value", "shape"):
        term = getattr(finding, name)
        if term is not None:
            lines.append(f"    {name}: {_term(term)}")
    return "\n".join(lines) + "\n"


def _json(finding: Finding) -> Mapping[str, object]:
    terms = {
        name: None if term is None else str(term)
        for name in ("shape", "focus", "property", "value")
        for term in (getattr(finding, name),)
    }
    return {
        "path": None if finding.path is None else _path(finding.path),
        "line": finding.line or None,
        "column": finding.column or None,
        "severity": finding.severity,
        "message": finding.message,
        **terms,
    }


def _path(path: Path) -> str:
    """Return a path as people type it: relative to where they are, where it is below that."""
    return os.path.relpath(path) if path.resolve().is_relative_to(Path.cwd()) else str(path)


def _term(term: Term) -> str:
    return curie(term.value) if isinstance(term, NamedNode) else str(term)
