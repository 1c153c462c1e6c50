"""Literals that are not what their datatype says, as they are written; and dates there are not."""

import re
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from qkg.answers import is_lexical
from qkg.checks.nearest import nearest
from qkg.checks.slip import Slip, Word
from qkg.checks.survey import Survey, uses
from qkg.namespaces import XSD, curie
from qkg.rules.datatypes import DATATYPES, belongs

__all__ = ["literals"]

_CALENDAR = frozenset(XSD[name] for name in ("date", "dateTime"))
_EXAMPLES = {
    XSD[name]: text
    for name, text in (
        ("anyURI", "https://example.org/"),
        ("boolean", "true"),
        ("date", "2025-05-13"),
        ("dateTime", "2025-05-13T09:30:00Z"),
        ("decimal", "4000000.0"),
        ("double", "4.0e6"),
        ("duration", "P5Y"),
        ("gYear", "2025"),
        ("gYearMonth", "2025-05"),
        ("integer", "4"),
    )
}
_RELATED = tuple(XSD[name] for name in ("gYear", "gYearMonth", "date"))
_DURATION = re.compile(
    r"-?P(?=\d|T\d)(\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?", re.ASCII
)
_DATATYPES = DATATYPES | {
    "ENTITY",
    "ID",
    "IDREF",
    "NOTATION",
    "QName",
    "dayTimeDuration",
    "duration",
    "gDay",
    "gMonth",
    "gMonthDay",
    "yearMonthDuration",
}
"""The atomic datatypes of XML Schema (part 2, section 3)."""
_BARE = ("integer", "decimal", "double", "boolean")


def literals(survey: Survey) -> Iterator[Slip]:
    """Yield the literals that have no value: Q011, and Q012 where the calendar lacks the day."""
    wrong = [
        literal
        for literal in survey.literals
        if not (_has_day if literal.datatype in _CALENDAR else _has_value)(literal)
    ]
    for literal, found in uses(survey.files, wrong).items():
        assert isinstance(literal, Literal)
        slip = _slip(literal)
        for use in found:
            yield slip._replace(path=use.file.path, focus=use.subject, property=use.predicate)


def _has_value(literal: Literal) -> bool:
    if not _is_datatype(literal.datatype):
        return False
    if literal.datatype == XSD["duration"]:
        return _DURATION.fullmatch(literal.value) is not None
    if literal.datatype == XSD["anyURI"]:
        return not any(character in literal.value for character in ' <>"{}|\\^`\n\t')
    return belongs(literal, None) is not False


def _is_datatype(datatype: NamedNode) -> bool:
    """Return whether a datatype is one of XML Schema, or of somebody else."""
    name = datatype.value.removeprefix(str(XSD))
    return name in _DATATYPES or len(name) == len(datatype.value)


def _has_day(literal: Literal) -> bool:
    return is_lexical(literal.value, literal.datatype) and _is_day(literal.value[:10])


def _is_day(text: str) -> bool:
    try:
        year, month, day = map(int, text.split("-"))
    except ValueError:
        return True  # A year before our era, or beyond 9999, is left alone.
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    days = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    return 1 <= month <= 12 and 1 <= day <= days[month - 1]


def _slip(literal: Literal) -> Slip:
    text, datatype = literal.value, literal.datatype
    words: dict[str, Word] = {"datatype": curie(datatype.value)}
    remedy = ""
    code = "Q011"
    if datatype in _CALENDAR and is_lexical(text, datatype):
        code = "Q012"
        swapped = f"{text[:5]}{text[8:10]}-{text[5:7]}{text[10:]}"
        if int(text[5:7]) > 12 and _is_day(swapped[:10]):
            remedy = "swapped"
            words["example"] = _written(swapped, datatype)
    elif not _is_datatype(datatype):
        meant = nearest(datatype.value.removeprefix(str(XSD)), _DATATYPES, 0.6)
        remedy = "datatype"
        words["example"] = "xsd:string" if meant is None else f"xsd:{meant}"
    else:
        other = _meant(text, datatype)
        if other is not None:
            remedy = "other"
            words["example"] = other
        elif datatype in _EXAMPLES:
            remedy = "example"
            words["example"] = _written(_EXAMPLES[datatype], datatype)
    return Slip(code, None, value=literal, words=words, remedy=remedy)


def _meant(text: str, datatype: NamedNode) -> str | None:
    """Return what was probably meant: another precision, another order, another notation."""
    if datatype in _RELATED:
        day = re.fullmatch(r"(\d\d)[./-](\d\d)[./-](\d{4})", text, re.ASCII)
        if day is not None and _is_day(f"{day[3]}-{day[2]}-{day[1]}"):
            return _written(f"{day[3]}-{day[2]}-{day[1]}", XSD["date"])
        for other in _RELATED:
            if is_lexical(text, other) and (other != XSD["date"] or _is_day(text[:10])):
                return _written(text, other)
    if datatype in (XSD["decimal"], XSD["integer"], XSD["double"]):
        plain = text.replace(" ", "").replace("_", "")
        if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", plain, re.ASCII):
            plain = plain.replace(",", "")
        elif re.fullmatch(r"\d+,\d+", plain, re.ASCII) and datatype != XSD["integer"]:
            plain = plain.replace(",", ".")
        if is_lexical(plain, datatype):
            return _written(plain, datatype)
    if datatype == XSD["boolean"] and text.casefold() in ("true", "false"):
        return text.casefold()
    return None


def _written(text: str, datatype: NamedNode) -> str:
    name = datatype.value.removeprefix(str(XSD))
    if name in _BARE and (name != "decimal" or "." in text):
        return text
    return f'"{text}"^^{curie(datatype.value)}'
