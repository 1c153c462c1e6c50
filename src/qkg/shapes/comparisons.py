"""Order of literals, as conditions that mean the same on every engine.

SPARQL leaves open what is compared beyond numbers, strings, booleans and ``xsd:dateTime`` (section
17.3), and engines compare more, or unlike things; so a comparison says first what it compares. A
time with a zone and one without are ordered where they are for every zone (XML Schema, part 2,
section 3.2.7.4).
"""

from pyoxigraph import Literal, NamedNode

from qkg.namespaces import XSD
from qkg.shapes.lexical import is_number

__all__ = ["in_order", "within_bound"]

_ZONED = tuple(XSD[name] for name in ("dateTime", "date", "time"))
_OTHERS = tuple(
    XSD[name]
    for name in (
        "string",
        "gYear",
        "gYearMonth",
        "duration",
        "dayTimeDuration",
        "yearMonthDuration",
    )
)
_BOOLEAN = XSD["boolean"]
_ZONE = Literal("(Z|[+-][0-9]{2}:[0-9]{2})$")
_EARLY, _LATE = "+14:00", "-14:00"


def within_bound(variable: str, operator: str, bound: Literal) -> str:
    """Return whether a value is on the right side of a bound; the expression may raise an error.

    Args:
        variable: what holds the value, with its question mark.
        operator: ``<``, ``<=``, ``>`` or ``>=``.
        bound: the bound.
    """
    plain = f"{variable} {operator} {bound}"
    if is_number(bound.datatype):
        return f"isNUMERIC({variable}) && {plain}"
    if bound.language:
        return "false"
    if bound.datatype == _BOOLEAN:
        order = f"{_as_number(variable)} {operator} {int(bound.value in ('true', '1'))}"
        return f"DATATYPE({variable}) = {_BOOLEAN} && {order}"
    if bound.datatype not in _ZONED:
        if bound.datatype not in _OTHERS:
            return "false"
        return f"DATATYPE({variable}) = {bound.datatype} && {plain}"
    value_zone, bound_zone = (_EARLY, _LATE) if ">" in operator else (_LATE, _EARLY)
    if _has_zone(bound):
        mixed = f"{_moved(variable, value_zone, bound.datatype)} {operator} {bound}"
        either = f"IF({_is_zoned(variable)}, {plain}, {mixed})"
    else:
        moved = Literal(bound.value + bound_zone, datatype=bound.datatype)
        either = f"IF({_is_zoned(variable)}, {variable} {operator} {moved}, {plain})"
    return f"DATATYPE({variable}) = {bound.datatype} && {either}"


def in_order(one: str, operator: str, other: str) -> str:
    """Return whether two values are in order; the expression may raise an error.

    Args:
        one: what holds the first value, with its question mark.
        operator: ``<`` or ``<=``.
        other: what holds the second one.
    """
    plain = f"{one} {operator} {other}"
    same = f"DATATYPE({one}) = DATATYPE({other})"
    zoned = ", ".join(map(str, _ZONED))
    others = ", ".join(map(str, _OTHERS))
    one_zoned, other_zoned = _is_zoned(one), _is_zoned(other)
    late = f"IF({one_zoned}, {one}, {_moved(one, _LATE)})"
    early = f"IF({other_zoned}, {other}, {_moved(other, _EARLY)})"
    return (
        f"IF(isNUMERIC({one}), isNUMERIC({other}) && {plain}, {same} && "
        f"IF(DATATYPE({one}) = {_BOOLEAN}, {_as_number(one)} {operator} {_as_number(other)}, "
        f"IF(DATATYPE({one}) IN ({zoned}), "
        f"IF({one_zoned} = {other_zoned}, {plain}, {late} {operator} {early}), "
        f"DATATYPE({one}) IN ({others}) && {plain})))"
    )


def _has_zone(literal: Literal) -> bool:
    text = literal.value
    return text.endswith("Z") or (text[-6:-5] in ("+", "-") and text[-3:-2] == ":")


def _as_number(variable: str) -> str:
    # Oxigraph 0.5 does not order booleans.
    return f"IF({_BOOLEAN}({variable}), 1, 0)"


def _is_zoned(variable: str) -> str:
    return f"REGEX(STR({variable}), {_ZONE})"


def _moved(variable: str, zone: str, datatype: NamedNode | None = None) -> str:
    type_ = f"DATATYPE({variable})" if datatype is None else str(datatype)
    return f'STRDT(CONCAT(STR({variable}), "{zone}"), {type_})'
