"""A report as Markdown, for a comment on a change or the summary of a run."""

import re
from itertools import groupby

from qkg.checks import Finding, Report
from qkg.checks.wording import shown_path
from qkg.export.reports.places import section

__all__ = ["write"]

_TITLES = {"en": "Findings", "ja": "検査結果"}
_NONE = {"en": "No findings in {files} files.", "ja": "{files} ファイルに問題はありません。"}
_WHOLE = {"en": "The graph as a whole", "ja": "グラフ全体"}


def write(report: Report) -> str:
    """Return a heading per file, and a list of its findings below."""
    language = report.language
    parts = [f"## {_TITLES[language]}\n"]
    if not report.findings:
        parts.append(_NONE[language].format(files=report.files) + "\n")
    for path, findings in groupby(report.findings, key=lambda finding: finding.path):
        name = _WHOLE[language] if path is None else f"`{shown_path(path)}`"
        parts.append(f"### {name}\n")
        parts.append("".join(map(_item, findings)))
    return "\n".join(parts)


def _item(finding: Finding) -> str:
    line = f"{finding.line}:{finding.column}: " if finding.line else ""
    return (
        f"- {line}[{finding.code}]({section(finding.code)}) {_escaped(finding.message)}  \n"
        f"  {_escaped(finding.remedy)}\n"
    )


def _escaped(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>|])", r"\\\1", text.replace("\n", " "))
