"""A report as SARIF 2.1.0, which code hosts and editors show beside the lines."""

import json
from importlib.metadata import version

from qkg.checks import Finding, Report
from qkg.checks.codes import CODES, Code
from qkg.export.reports.places import section, shown, uri
from qkg.namespaces import BASE

__all__ = ["write"]

_LEVELS = {"violation": "error", "warning": "warning", "info": "note"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def write(report: Report) -> str:
    """Return a log with one run, whose rules are the codes of the findings."""
    codes = sorted({finding.code for finding in report.findings})
    rules = [_rule(CODES[code], report.language) for code in codes]
    driver = {"name": "qkg", "semanticVersion": version("qkg"), "rules": rules}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, codes.index(finding.code)) for finding in report.findings],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _rule(code: Code, language: str) -> dict[str, object]:
    return {
        "id": code.code,
        "name": "".join(word.capitalize() for word in code.name.split()),
        "shortDescription": {"text": code.name},
        "helpUri": BASE + section(code.code),
        "help": {"text": f"See {section(code.code)}."},
        "defaultConfiguration": {"level": _LEVELS[code.severity]},
        "properties": {"language": language},
    }


def _result(finding: Finding, index: int) -> dict[str, object]:
    result: dict[str, object] = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{finding.message} {finding.remedy}"},
    }
    if finding.path is not None:
        place: dict[str, object] = {"artifactLocation": {"uri": uri(finding.path)}}
        if finding.line:
            place["region"] = {"startLine": finding.line, "startColumn": finding.column}
        result["locations"] = [{"physicalLocation": place}]
    terms = {
        name: shown(term)
        for name in ("focus", "property", "value", "shape")
        if (term := getattr(finding, name)) is not None
    }
    if terms:
        result["properties"] = terms
    return result
