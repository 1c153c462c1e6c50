"""Accepted claims that cannot all be right: different values of what has one value at most."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode

from qkg.answers import Term
from qkg.claims import DataFile
from qkg.namespaces import QKG, XSD, curie
from qkg.rules.datatypes import differ
from qkg.shapes.report import Finding

__all__ = ["conflicts", "disagree"]

_DATES = (XSD["date"], XSD["gYear"], XSD["gYearMonth"])
_SINGLE = QKG["singleValued"]


def conflicts(ontology: DataFile, files: Iterable[DataFile]) -> Iterator[Finding]:
    """Yield a warning for each value that another accepted claim gives otherwise.

    Args:
        ontology: what marks the properties of which one value at most can be right.
        files: the claims, and other files, which are passed over.
    """
    single = {quad.subject for quad in ontology.statements if quad.predicate == _SINGLE}
    stated: defaultdict[tuple[Term, NamedNode], dict[Term, list[DataFile]]] = defaultdict(dict)
    for file in files:
        if file.is_claim and file.is_accepted:
            for quad in dict.fromkeys(file.statements):
                if quad.predicate in single:
                    values = stated[quad.subject, quad.predicate]
                    values.setdefault(quad.object, []).append(file)
    for (subject, property_), values in stated.items():
        for value, claims in values.items():
            rivals = [other for other in values if disagree(value, other)]
            if not rivals:
                continue
            others = " and ".join(
                f"{_shown(rival)} in {curie(values[rival][0].graph.value)}" for rival in rivals
            )
            for claim in claims:
                yield Finding(
                    claim.path,
                    0,
                    0,
                    "warning",
                    f"{_shown(property_)} has one value at most, and is {_shown(value)} here, but "
                    f"{others}: mend one, or give it the status qkg:disputed and a reason.",
                    focus=subject,
                    property=property_,
                    value=value,
                )


def disagree(one: Term, other: Term) -> bool:
    """Return whether two values cannot both be right; a date does not contradict a finer one.

    >>> from pyoxigraph import Literal
    >>> month = Literal("2025-05", datatype=XSD["gYearMonth"])
    >>> disagree(month, Literal("2025-05-13", datatype=XSD["date"]))
    False
    >>> disagree(month, Literal("2025-06", datatype=XSD["gYearMonth"]))
    True
    """
    if not isinstance(one, Literal) or not isinstance(other, Literal):
        return one != other
    if one.datatype in _DATES and other.datatype in _DATES:
        short, long = sorted((one.value, other.value), key=len)
        return long != short and not long.startswith(f"{short}-")
    return differ(one, other)


def _shown(term: Term) -> str:
    if isinstance(term, NamedNode):
        return curie(term.value)
    return f"“{term.value}”" if isinstance(term, Literal) else str(term)
