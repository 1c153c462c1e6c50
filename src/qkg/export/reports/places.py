"""Paths and terms as every format writes them."""

from pathlib import Path

from pyoxigraph import NamedNode

from qkg.answers import Term
from qkg.checks import Finding
from qkg.checks.wording import shown_path
from qkg.namespaces import curie

__all__ = ["place", "section", "shown", "uri"]

_WHOLE = "the graph as a whole"


def place(finding: Finding) -> str:
    """Return where a finding is as ``file:line:column``, which terminals and editors open."""
    if finding.path is None:
        return _WHOLE
    path = shown_path(finding.path)
    return f"{path}:{finding.line}:{finding.column}" if finding.line else path


def section(code: str) -> str:
    """Return where the documentation has a code, relative to the root of the project."""
    return f"docs/findings.md#{code.lower()}"


def uri(path: Path) -> str:
    """Return a path as a URI reference: relative where it is below the working directory."""
    from urllib.parse import quote

    text = shown_path(path).replace("\\", "/")
    return path.resolve().as_uri() if Path(text).is_absolute() else quote(text)


def shown(term: Term) -> str:
    """Return a term as short as it can be told."""
    return curie(term.value) if isinstance(term, NamedNode) else str(term)
