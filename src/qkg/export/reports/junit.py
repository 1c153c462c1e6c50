"""A report as JUnit XML, which build servers read: a test case per code and file."""

from qkg.checks import Finding, Report
from qkg.checks.codes import CODES
from qkg.checks.wording import shown_path
from qkg.export.reports.places import place

__all__ = ["write"]


def write(report: Report) -> str:
    """Return one suite with a failed case per finding, and a passed one where there is none.

    What is no violation is a case that passes and says what was found.
    """
    failures = sum(finding.severity == "violation" for finding in report.findings)
    cases = [_case(finding) for finding in report.findings]
    cases = cases or ['    <testcase classname="qkg.check" name="every file"/>\n']
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<testsuites tests="{len(cases)}" failures="{failures}">\n'
        f'  <testsuite name="qkg check" tests="{len(cases)}" failures="{failures}" errors="0" '
        'skipped="0">\n'
        f"{''.join(cases)}  </testsuite>\n</testsuites>\n"
    )


def _case(finding: Finding) -> str:
    file = "" if finding.path is None else f' file="{_escaped(shown_path(finding.path))}"'
    line = f' line="{finding.line}"' if finding.line else ""
    name = _escaped(f"{finding.code} {CODES[finding.code].name} at {place(finding)}")
    head = f'    <testcase classname="qkg.check.{finding.code}" name="{name}"{file}{line}>\n'
    message = _escaped(finding.message)
    text = _escaped(f"{place(finding)}: {finding.message}\n{finding.remedy}")
    if finding.severity != "violation":
        return f"{head}      <system-out>{text}</system-out>\n    </testcase>\n"
    return (
        f'{head}      <failure type="{finding.code}" message="{message}">{text}</failure>\n'
        "    </testcase>\n"
    )


def _escaped(text: str) -> str:
    kept = "".join(each for each in text if each in "\t\n" or each >= " ")
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        kept = kept.replace(character, entity)
    return kept
