"""A report as JSON."""

import json

from qkg.checks import Finding, Report
from qkg.checks.codes import CODES
from qkg.checks.wording import shown_path
from qkg.export.reports.places import section

__all__ = ["write"]


def write(report: Report) -> str:
    """Return an object with how many files were checked, and the findings."""
    findings = [_object(finding) for finding in report.findings]
    content = {"files": report.files, "findings": findings}
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _object(finding: Finding) -> dict[str, object]:
    terms = {
        name: None if (term := getattr(finding, name)) is None else str(term)
        for name in ("shape", "focus", "property", "value")
    }
    return {
        "code": finding.code,
        "name": CODES[finding.code].name,
        "severity": finding.severity,
        "path": None if finding.path is None else shown_path(finding.path),
        "line": finding.line or None,
        "column": finding.column or None,
        "message": finding.message,
        "remedy": finding.remedy,
        "help": section(finding.code),
        **terms,
        "rule": finding.rule,
        "premises": [[str(term) for term in triple] for triple in finding.premises],
        "axiom": None if finding.axiom is None else [str(term) for term in finding.axiom],
    }
