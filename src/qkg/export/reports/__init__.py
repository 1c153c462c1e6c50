"""The report of a check: for reading, for editors, and for the machines of those who review."""

from importlib import import_module
from typing import TYPE_CHECKING

from qkg.checks import Report
from qkg.errors import NameUnknown

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["REPORT_FORMATS", "write_report"]

_WRITERS = {
    "text": "text",
    "json": "plain",
    "github": "github",
    "sarif": "sarif",
    "junit": "junit",
    "markdown": "markdown",
    "turtle": "turtle",
}
REPORT_FORMATS = tuple(_WRITERS)
"""The formats by the names that the command line and :func:`write_report` take."""


def write_report(report: Report, format: str) -> str:  # noqa: A002
    """Return the findings of a check as text, the same bytes for the same findings.

    Args:
        report: the report.
        format: one of :data:`REPORT_FORMATS`. ``text``: a paragraph per finding, each with
            ``file:line:column``; ``json``: the findings as a list of objects; ``github``:
            annotations of a workflow; ``sarif``: version 2.1.0; ``junit``: a test case per file;
            ``markdown``: for a comment or a summary; ``turtle``: a ``sh:ValidationReport``.

    Raises:
        NameUnknown: there is no such format.
    """
    if format not in _WRITERS:
        raise NameUnknown("report format", format, REPORT_FORMATS)
    # Each writer is loaded for itself: most checks print text.
    write: Callable[[Report], str] = import_module(f"{__name__}.{_WRITERS[format]}").write
    return write(report)
