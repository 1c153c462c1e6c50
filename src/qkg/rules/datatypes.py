"""Table 8: which literals belong to a datatype, and which have different values."""

import re
import struct
from datetime import datetime
from decimal import Decimal
from functools import cache

from pyoxigraph import Literal, NamedNode

from qkg.answers import is_lexical, lexical_forms
from qkg.namespaces import RDF, RDFS, XSD

__all__ = [
    "DATATYPES",
    "INTEGER_BOUNDS",
    "belongs",
    "differ",
    "is_datatype",
    "malformed",
    "membership",
]

_PARENTS = {
    "dateTimeStamp": "dateTime",
    "integer": "decimal",
    "nonPositiveInteger": "integer",
    "negativeInteger": "nonPositiveInteger",
    "long": "integer",
    "int": "long",
    "short": "int",
    "byte": "short",
    "nonNegativeInteger": "integer",
    "unsignedLong": "nonNegativeInteger",
    "unsignedInt": "unsignedLong",
    "unsignedShort": "unsignedInt",
    "unsignedByte": "unsignedShort",
    "positiveInteger": "nonNegativeInteger",
    "normalizedString": "string",
    "token": "normalizedString",
    "language": "token",
    "NMTOKEN": "token",
    "Name": "token",
    "NCName": "Name",
}
INTEGER_BOUNDS: dict[str, tuple[int | None, int | None]] = {
    "integer": (None, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    **{
        name: (-(2**bits), 2**bits - 1)
        for name, bits in zip(("long", "int", "short", "byte"), (63, 31, 15, 7), strict=True)
    },
    **{
        f"unsigned{name}": (0, 2**bits - 1)
        for name, bits in zip(("Long", "Int", "Short", "Byte"), (64, 32, 16, 8), strict=True)
    },
}
"""The least and the greatest value of each datatype of integers; None where there is none."""
_START = "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d"
_START += "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
_FOLLOWING = _START + ".0-9\u00b7\u0300-\u036f\u203f\u2040-"
_TEXTS = {
    "normalizedString": "[^\t\n\r]*",
    "token": "([^\t\n\r ]+( [^\t\n\r ]+)*)?",
    "language": "[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*",
    "NMTOKEN": f"[:{_FOLLOWING}]+",
    "Name": f"[:{_START}][:{_FOLLOWING}]*",
    "NCName": f"[{_START}][{_FOLLOWING}]*",
}
"""Which strings belong to a datatype; in what XPath, Python and Rust all read the same way."""
_ZONED = "(Z|[+-][0-9][0-9]:[0-9][0-9])"
_OTHERS = (
    "anyURI",
    "base64Binary",
    "boolean",
    "date",
    "dateTime",
    "decimal",
    "double",
    "float",
    "gYear",
    "gYearMonth",
    "hexBinary",
    "string",
    "time",
)
DATATYPES = frozenset((*_PARENTS, *_OTHERS))
"""The datatypes of XML Schema that are known here, those of OWL 2, by their local names."""
_NAMES = {XSD[name]: name for name in (*_PARENTS, *_OTHERS)}
_PLAIN, _LANGUAGE = RDF["PlainLiteral"], RDF["langString"]
_STRING, _DECIMAL, _DATE_TIME = XSD["string"], XSD["decimal"], XSD["dateTime"]
_EVERY = RDFS["Literal"]


def is_datatype(term: object) -> bool:
    """Return whether a term is a datatype of XML Schema, or of RDF."""
    return isinstance(term, NamedNode) and (
        term.value.startswith(str(XSD)) or term in (_EVERY, _PLAIN, _LANGUAGE, RDF["XMLLiteral"])
    )


def belongs(literal: Literal, datatype: NamedNode | None) -> bool | None:
    """Return whether the value of a literal is one of a datatype.

    It is the value that counts: ``"1"^^xsd:decimal`` is an integer, and a plain string that is
    one word is a token.

    Args:
        literal: the literal; one that its own datatype does not know has no value.
        datatype: the datatype; None for the literal's own.

    Returns:
        None where that cannot be told: the datatype, or the literal's own, is not known here.
    """
    own = literal.datatype
    if own in _NAMES and not _has_value(literal):
        return False
    if datatype is None or datatype == _EVERY or datatype in _ancestors(own):
        return True
    if datatype == _PLAIN:
        return own == _LANGUAGE or _STRING in _ancestors(own)
    if (datatype not in _NAMES and datatype != _LANGUAGE) or (
        own not in _NAMES and own != _LANGUAGE
    ):
        return None
    return _family(datatype) in _ancestors(own) and _within(literal.value, datatype)


def _has_value(literal: Literal) -> bool:
    own = literal.datatype
    if _DATE_TIME in _ancestors(own):
        return is_lexical(literal.value, _DATE_TIME) and _within(literal.value, own)
    return is_lexical(literal.value, own) and _within(literal.value, own)


def _within(text: str, datatype: NamedNode) -> bool:
    """Return whether a text that its datatype's family knows stands for a value of the datatype."""
    name = _NAMES.get(datatype, "")
    if name in INTEGER_BOUNDS:
        value = Decimal(text)
        low, high = INTEGER_BOUNDS[name]
        return (
            value == value.to_integral_value()
            and (low is None or value >= low)
            and (high is None or value <= high)
        )
    if name in _TEXTS:
        return re.fullmatch(_TEXTS[name], text) is not None
    if name == "dateTimeStamp":
        return re.search(f"{_ZONED}$", text) is not None
    return name != "hexBinary" or re.fullmatch("([0-9a-fA-F]{2})*", text) is not None


def _family(datatype: NamedNode) -> NamedNode:
    """Return the widest datatype whose literals have to be looked at one by one."""
    name = _NAMES.get(datatype, "")
    if name in INTEGER_BOUNDS:
        return _DECIMAL
    if name in _TEXTS:
        return _STRING
    return _DATE_TIME if name == "dateTimeStamp" else datatype


def membership(variable: str, datatype: NamedNode) -> str:
    """Return the SPARQL expression that is true where :func:`belongs` is, of a variable.

    It does not look for literals that their own datatype does not know.
    """
    if datatype == _EVERY:
        return f"isLiteral({variable})"
    name, family = _NAMES.get(datatype, ""), _family(datatype)
    kinds = [known for known in _NAMES if family in _ancestors(known)] or [datatype]
    if datatype == _PLAIN:
        kinds = [known for known in _NAMES if _STRING in _ancestors(known)]
        kinds += [_LANGUAGE, _PLAIN]
    tests = [f"isLiteral({variable})", f"DATATYPE({variable}) IN ({', '.join(map(str, kinds))})"]
    if name in INTEGER_BOUNDS:
        low, high = INTEGER_BOUNDS[name]
        tests.append(f"FLOOR({variable}) = {variable}")
        # Decimals, since the bounds of 64 bits are no integers for some engines.
        for sign, bound in ((">=", low), ("<=", high)):
            if bound is not None:
                tests.append(f"{variable} {sign} {Literal(str(bound), datatype=_DECIMAL)}")
    elif name in _TEXTS:
        # Some engines let $ match before a line feed, which none of these datatypes allows.
        tests.append(f'!CONTAINS(STR({variable}), "\\n")')
        tests.append(f"REGEX(STR({variable}), {Literal(f'^({_TEXTS[name]})$')})")
    elif name == "dateTimeStamp":
        tests.append(f'REGEX(STR({variable}), "{_ZONED}$")')
    return " && ".join(tests)


def malformed(variable: str) -> str:
    """Return the SPARQL expression that is true of a literal that its own datatype does not know.

    It is true of a few others as well, and of each for which :func:`belongs` says no.
    """
    datatypes: dict[str, list[str]] = {}
    for datatype, pattern in lexical_forms().items():
        datatypes.setdefault(pattern, []).append(str(datatype))
    tests = []
    for pattern, names in datatypes.items():
        tests.append(
            f"(DATATYPE({variable}) IN ({', '.join(names)}) && "
            f"!REGEX(STR({variable}), {Literal(f'^({pattern})$')}))"
        )
    narrower = [
        *_TEXTS,
        *(name for name, bounds in INTEGER_BOUNDS.items() if bounds != (None, None)),
    ]
    tests += [
        f"(DATATYPE({variable}) = {XSD[name]} && "
        f"!COALESCE({membership(variable, XSD[name])}, false))"
        for name in narrower
    ]
    strange = ", ".join(str(XSD[name]) for name in ("dateTimeStamp", "hexBinary"))
    tests.append(f"DATATYPE({variable}) IN ({strange})")
    return f"isLiteral({variable}) && ({' || '.join(tests)})"


def differ(first: Literal, second: Literal) -> bool:
    """Return whether two literals are known to have different values.

    Values are the same where XML Schema calls them identical: 0.0 and -0.0 are not, nor is one
    moment in two time zones.
    """
    one, other = _value(first), _value(second)
    return one is not None and other is not None and one != other


def _value(literal: Literal) -> tuple[object, ...] | None:
    """Return what tells the value of a literal from others; None where that is not known."""
    own = literal.datatype
    text = literal.value
    if own == _LANGUAGE:
        return (literal.language or "").lower(), text
    if own not in _NAMES or own == XSD["time"] or not _has_value(literal):
        return None
    ancestors = _ancestors(own)
    if _STRING in ancestors:
        return "", text
    if _DECIMAL in ancestors:
        return _DECIMAL, Decimal(text)
    if _DATE_TIME in ancestors:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return None
        return _DATE_TIME, moment.replace(tzinfo=None), moment.utcoffset()
    if own in (XSD["double"], XSD["float"]):
        return own, _bits(float(text.replace("INF", "inf")), own)
    if own == XSD["boolean"]:
        return own, text in ("true", "1")
    if own == XSD["hexBinary"]:
        return own, text.upper()
    if own == XSD["base64Binary"]:
        return own, "".join(text.split())
    # What is left are texts, but for the zones of days, months and years.
    return own, text if own == XSD["anyURI"] else re.sub(r"[+-]00:00$", "Z", text)


def _bits(number: float, datatype: NamedNode) -> bytes:
    if datatype == XSD["double"]:
        return struct.pack("d", number)
    try:
        return struct.pack("f", number)
    except OverflowError:
        return struct.pack("f", float("inf") if number > 0 else float("-inf"))


@cache
def _ancestors(datatype: NamedNode) -> frozenset[NamedNode]:
    """Return a datatype and those that hold all of its values."""
    found = [datatype]
    name = _NAMES.get(datatype)
    while name in _PARENTS:
        name = _PARENTS[name]
        found.append(XSD[name])
    return frozenset(found)
