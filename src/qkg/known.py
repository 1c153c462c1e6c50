"""What was known on a day: the claims of the documents that were published by then."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode

from qkg.answers import is_lexical
from qkg.claims import DataFile
from qkg.errors import InputError
from qkg.namespaces import PREFIXES, QKG, XSD

__all__ = ["Known", "day", "known_by", "last_day"]

_PUBLISHED = NamedNode(PREFIXES["schema"] + "datePublished")
_READ = QKG["readOn"]
_STATED_IN = QKG["statedIn"]
_DAY = XSD["date"]
_YEAR = re.compile(r"\d{4}(?!\d)", re.ASCII)


class Known(NamedTuple):
    """Files, as far as they were known on a day.

    Attributes:
        files: the files to go on with.
        undated: the documents that are left out with their claims, since nothing says when they
            were published.
    """

    files: tuple[DataFile, ...]
    undated: tuple[NamedNode, ...]


def day(text: str) -> str:
    """Return a text that is a day, such as ``2025-05-14``.

    Raises:
        InputError: it is none.
    """
    from datetime import date

    try:
        if len(text) == 10:
            return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    raise InputError(f"{text!r} is no day: write it like 2025-05-14.")


def last_day(published: Literal) -> str | None:
    """Return the last day that a date of any precision may mean.

    Args:
        published: a literal of any datatype.

    Returns:
        The day; None where it is no date, or one that the calendar of the years 1 to 9999 lacks.

    >>> last_day(Literal("2024-02", datatype=XSD["gYearMonth"]))
    '2024-02-29'
    """
    text, datatype = published.value, published.datatype
    if not is_lexical(text, datatype) or not _YEAR.match(text):
        return None
    if datatype in (_DAY, XSD["dateTime"]):
        last = text[:10]
    elif datatype == XSD["gYearMonth"]:
        from calendar import monthrange

        last = f"{text[:7]}-{monthrange(int(text[:4]), int(text[5:7]))[1]}"
    elif datatype == XSD["gYear"]:
        last = f"{text[:4]}-12-31"
    else:
        return None
    try:
        return day(last)
    except InputError:
        return None


def known_by(files: Iterable[DataFile], as_of: str) -> Known:
    """Leave out the documents that were not published by a day, with their claims.

    A document of which several dates are told counts from the latest; where it was read before the
    last day that its date may mean, from the day on which it was read. A file that is neither a
    claim nor describes a document stays.

    Args:
        files: the files.
        as_of: the day, as :func:`day` returns it.
    """
    files = tuple(files)
    stated_in = {file.graph: _objects(file, _STATED_IN) for file in files if file.is_claim}
    documents = frozenset().union(*stated_in.values())
    published: dict[object, str] = {}
    read: dict[object, str] = {}
    told = {_PUBLISHED: published, _READ: read}
    for file in files:
        for quad in file.statements:
            if quad.predicate in told and isinstance(quad.object, Literal):
                last, days = last_day(quad.object), told[quad.predicate]
                if last is not None:
                    days[quad.subject] = max(last, days.get(quad.subject, ""))
    known = {each for each, last in published.items() if min(last, read.get(each, last)) <= as_of}

    def is_known(file: DataFile) -> bool:
        if file.is_claim:
            return stated_in[file.graph] <= known
        described = documents.intersection(quad.subject for quad in file.statements)
        return not described or not known.isdisjoint(described)

    undated = (document for document in documents if document not in published)
    return Known(
        tuple(filter(is_known, files)),
        tuple(sorted((d for d in undated if isinstance(d, NamedNode)), key=str)),
    )


def _objects(file: DataFile, predicate: NamedNode) -> frozenset[object]:
    return frozenset(quad.object for quad in file.statements if quad.predicate == predicate)
