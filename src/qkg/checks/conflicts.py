"""Accepted claims that cannot all be right: different values of what has one value at most."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from qkg.answers import Term
from qkg.checks.codes import Said
from qkg.checks.slip import Slip, short
from qkg.checks.survey import Survey
from qkg.claims import DataFile
from qkg.namespaces import XSD, curie
from qkg.rules.datatypes import differ

__all__ = ["conflicts", "disagree"]

_DATES = (XSD["date"], XSD["gYear"], XSD["gYearMonth"])


def conflicts(
    single: Iterable[Term], survey: Survey, only: Collection[Path] = ()
) -> Iterator[Slip]:
    """Yield each conflict between accepted claims: Q042, at the value that the fewest of them give.

    Args:
        single: the properties of which one value at most can be right.
        survey: the claims, and other files, which are passed over; it keeps these properties.
        only: the files that are being asked about, which are rather to blame than others.
    """
    stated: defaultdict[tuple[Term, NamedNode], dict[Term, list[DataFile]]] = defaultdict(dict)
    for property_ in single:
        for use in survey.kept[property_]:
            stated[use.subject, use.predicate].setdefault(use.object, []).append(use.file)
    for (subject, property_), every in stated.items():
        if len(every) < 2:
            continue
        values = {
            value: claims
            for value, files in every.items()
            if (claims := [file for file in files if file.is_claim and file.is_accepted])
        }
        rivals = {value: [other for other in values if disagree(value, other)] for value in values}
        # Of values that equally many claims give, that which was given last.
        doubted = [
            (claim.path not in only, len(values[value]), -place, claim, value)
            for place, value in enumerate(values)
            for claim in values[value]
            if rivals[value]
        ]
        if doubted:
            *_, claim, value = min(doubted, key=lambda each: each[:3])
            yield _slip(claim, subject, property_, value, rivals[value], values)


def _slip(
    claim: DataFile,
    subject: Term,
    property_: NamedNode,
    value: Term,
    rivals: Iterable[Term],
    values: Mapping[Term, list[DataFile]],
) -> Slip:
    shown = [(short(rival), curie(values[rival][0].graph.value)) for rival in rivals]
    others = Said(
        " and ".join(f"{rival} in {graph}" for rival, graph in shown),
        "、".join(f"{graph} では {rival}" for rival, graph in shown),
    )
    assert isinstance(subject, NamedNode | BlankNode)
    premises = tuple(Triple(subject, property_, rival) for rival in (value, *rivals))
    return Slip(
        "Q042", claim.path, subject, property_, value, {"others": others}, premises=premises
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
