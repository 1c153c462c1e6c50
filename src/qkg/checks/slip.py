"""What a check hands over: what is wrong, before it is put in words and its place is looked up."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode, Triple

from qkg.answers import Term
from qkg.checks.codes import Said
from qkg.checks.report import Severity
from qkg.namespaces import curie

__all__ = ["Place", "Slip", "Word", "short"]

Word = Term | str | Said | Path
"""What stands in a sentence: a term with its label, a text, or a text in each language."""


class Place(NamedTuple):
    """Where a slip is in its file, as exactly as the check knows.

    Attributes:
        triple: the statement; its object is the place. A part of it that is None fits anything.
        is_subject: whether its subject is the place.
        is_predicate: whether its predicate is the place.
        prefix: the prefix whose declaration it is.
        line: the line, where that is known already.
        column: the column.
    """

    triple: tuple[Term | None, Term | None, Term | None] = (None, None, None)
    is_subject: bool = False
    is_predicate: bool = False
    prefix: str | None = None
    line: int = 0
    column: int = 0


class Slip(NamedTuple):
    """One thing that is not as it should be.

    Attributes:
        code: its code.
        path: the file; None for the graph as a whole.
        focus: the node that was checked.
        property: the property at fault.
        value: the value at fault.
        words: what else its sentence speaks of.
        remedy: the name of the remedy, among those of the code.
        place: where in the file; None: at the statement of focus, property and value.
        suspects: terms that are wrong here, so that what else is told of them is the same slip.
        shape, severity, premises, rule, axiom: as in :class:`qkg.checks.report.Finding`.
    """

    code: str
    path: Path | None
    focus: Term | None = None
    property: Term | None = None
    value: Term | None = None
    words: Mapping[str, Word] = {}
    remedy: str = ""
    place: Place | None = None
    suspects: frozenset[Term] = frozenset()
    shape: NamedNode | None = None
    severity: Severity | None = None
    premises: tuple[Triple, ...] = ()
    rule: str | None = None
    axiom: Triple | None = None


def short(term: Term | None) -> str:
    """Return a term as a list has it: without its label, and a literal by its text."""
    if isinstance(term, NamedNode):
        return curie(term.value)
    return f"“{term.value}”" if isinstance(term, Literal) else str(term)
