"""A report as annotations of a workflow of GitHub."""

from qkg.checks import Finding, Report
from qkg.checks.codes import CODES
from qkg.checks.wording import shown_path

__all__ = ["write"]

_COMMANDS = {"violation": "error", "warning": "warning", "info": "notice"}


def write(report: Report) -> str:
    """Return a workflow command per finding."""
    return "".join(map(_annotation, report.findings))


def _annotation(finding: Finding) -> str:
    properties = {"title": f"{finding.code} {CODES[finding.code].name}"}
    if finding.path is not None:
        properties = {"file": shown_path(finding.path), **_place(finding), **properties}
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return (
        f"::{_COMMANDS[finding.severity]} {told}::{_data(f'{finding.message} {finding.remedy}')}\n"
    )


def _place(finding: Finding) -> dict[str, str]:
    return {"line": str(finding.line), "col": str(finding.column)} if finding.line else {}


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
