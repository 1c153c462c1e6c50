"""Whether files are as they should be: syntax and shapes, as a report of plain values.

:mod:`qkg.shapes.checking` checks; it loads pySHACL, so it is imported only when a check runs.
"""

from qkg.shapes.report import Finding, Report, Severity

__all__ = ["Finding", "Report", "Severity"]
