"""Of what several checks tell of one slip, the most exact."""

from collections import defaultdict
from collections.abc import Container, Iterable

from pyoxigraph import Literal

from qkg.answers import Term
from qkg.checks.codes import CODES, FILE_CODES, SHAPE_CODES
from qkg.checks.slip import Slip
from qkg.namespaces import RDF

__all__ = ["once"]

_RANK = {code: rank for rank, code in enumerate(CODES)}
_RANK["Q042"] = len(CODES)  # A value that is wrong in itself is no conflict.
_TYPE = RDF["type"]
_OF_UNKNOWN = ("Q023", "Q024", "Q034", *SHAPE_CODES)
"""What comes of a description that cannot be read."""


def once(slips: Iterable[Slip], described: Container[Term]) -> list[Slip]:
    """Return the slips without those that tell what one with an earlier code tells already.

    After a mistake that makes a file mean something else, nothing more is told of that file, nor
    that what it speaks of is not described.

    Args:
        slips: the slips.
        described: the things that files describe which can be relied on.
    """
    slips = _without_literals(slips)
    ordered = sorted(slips, key=_rank)
    mistaken = {slip.path for slip in ordered if slip.code in FILE_CODES}
    unknown = {
        term
        for slip in ordered
        if slip.code in FILE_CODES
        for term in slip.suspects
        if term not in described
    }
    kept: list[Slip] = []
    told: defaultdict[object, list[Slip]] = defaultdict(list)
    for slip in ordered:
        if slip.code not in FILE_CODES:
            if slip.path in mistaken:
                continue
            if slip.code in _OF_UNKNOWN and not unknown.isdisjoint(_spoken_of(slip)):
                continue
            anywhere = slip.path is None or slip.code == "Q042"
            near = ((None if anywhere else slip.path, key) for key in _asked(slip))
            if any(_same(slip, other) for key in near for other in told.get(key, ())):
                continue
        kept.append(slip)
        for key in _told(slip):
            told[slip.path, key].append(slip)
            if slip.path is not None:
                told[None, key].append(slip)
    # That there is one value too many, as a shape of the whole says, is told at the claim.
    told_of = {
        (slip.focus, slip.property)
        for slip in slips
        if slip.code == "Q042" or (slip.code in SHAPE_CODES and slip.value is not None)
    }
    return [
        slip
        for slip in kept
        if slip.code != "Q052"
        or slip.path is not None
        or (slip.focus, slip.property) not in told_of
    ]


def _without_literals(slips: Iterable[Slip]) -> list[Slip]:
    """Leave out what is wrong with a literal as a node, where it is a wrong value."""
    slips = list(slips)
    values = {slip.value for slip in slips}
    return [s for s in slips if not (isinstance(s.focus, Literal) and s.focus in values)]


def _rank(slip: Slip) -> int:
    """Return where a slip stands among others; that a node has no name goes before its duties."""
    return _RANK["Q051"] - 1 if slip.code == "Q056" and slip.suspects else _RANK[slip.code]


def _spoken_of(slip: Slip) -> set[Term | None]:
    """Return what has to be known for a slip to be one."""
    objects = (triple.object for triple in slip.premises)
    return set(slip.suspects) or {slip.focus, slip.value, *objects}


def _told(slip: Slip) -> set[object]:
    """Return what a slip is found by, where another one may be the same."""
    keys: set[object] = {(slip.focus, slip.property), *slip.suspects}
    if slip.property == _TYPE and slip.focus is not None:
        keys.add(slip.focus)
    return keys


def _asked(slip: Slip) -> set[object]:
    """Return what the slips are found by that a slip may be the same as."""
    keys: set[object] = {(slip.focus, slip.property), slip.focus, slip.value, slip.property}
    if slip.place is not None:
        keys.add(slip.place.triple[:2])
    for triple in slip.premises:
        keys.update((triple.subject, triple.predicate, triple.object))
    return keys


def _same(slip: Slip, told: Slip) -> bool:
    """Return whether a slip is that which was told already, or comes from it."""
    if slip.code == "Q042":
        return _no_conflict(slip, told)
    suspects = told.suspects
    if told.property == _TYPE and told.focus is not None and suspects:
        suspects |= {told.focus}
    if slip.code != told.code:
        if slip.focus in suspects or slip.value in suspects:
            return True
        if any(suspects & {t.subject, t.predicate, t.object} for t in slip.premises):
            return True
        if slip.focus == told.focus and slip.property in suspects:
            return True
    if slip.place is not None and slip.place.triple == (told.focus, told.property, told.value):
        return slip.code != told.code
    if slip.focus is None or slip.property is None:
        return False
    return (slip.focus, slip.property) == (told.focus, told.property) and (
        slip.value == told.value
        or (slip.code != told.code and (slip.value is None or told.value is None))
    )


def _no_conflict(slip: Slip, told: Slip) -> bool:
    """Return whether one of the values that are in conflict is wrong in itself."""
    if told.code == "Q042":
        return slip == told
    if told.code == "Q052":
        about = (slip.focus, slip.property) == (told.focus, told.property)
        return about and slip.path == told.path
    wrong = (told.focus, told.property, told.value)
    return any(tuple(triple) == wrong or triple.object in told.suspects for triple in slip.premises)
