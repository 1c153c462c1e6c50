"""Whether files are as they should be: every check, and its findings as plain values.

:mod:`qkg.checks.checking` checks; it is imported only when a check runs.
"""

from qkg.checks.report import Finding, Report, Severity

__all__ = ["Finding", "Report", "Severity"]
