"""Whether a literal is in the lexical space of its datatype, as a condition in SPARQL.

Engines do not agree on the casts of datatypes beyond the six of SPARQL 1.1 (section 17.5), but they
do on regular expressions.
"""

from pyoxigraph import Literal, NamedNode

from qkg.answers import lexical_forms
from qkg.namespaces import XSD
from qkg.rules.datatypes import INTEGER_BOUNDS

__all__ = ["is_number", "kept_datatype", "well_formed"]

_ZONE = r"(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"
_YEAR = r"-?([1-9][0-9]{3,}|0[0-9]{3})"
_LEAP = r"-?[0-9]*([0-9](0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)"
_DAY = (
    rf"({_YEAR}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])"
    rf"|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|{_LEAP}-02-29)"
)
_TIME = r"(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?|24:00:00(\.0+)?)"
_FORMS = {
    "date": _DAY + _ZONE,
    "dateTime": f"{_DAY}T{_TIME}{_ZONE}",
    "dateTimeStamp": f"{_DAY}T{_TIME}" + _ZONE.removesuffix("?"),
    "time": _TIME + _ZONE,
    "gYear": _YEAR + _ZONE,
    "gYearMonth": f"{_YEAR}-(0[1-9]|1[0-2]){_ZONE}",
    "gMonth": f"--(0[1-9]|1[0-2]){_ZONE}",
    "gDay": f"---(0[1-9]|[12][0-9]|3[01]){_ZONE}",
    "hexBinary": "([0-9a-fA-F]{2})*",
}
"""The forms that are told more exactly than by :func:`qkg.answers.lexical_forms`."""
_EVERY = (None, None)


def is_number(datatype: NamedNode) -> bool:
    """Return whether the values of a datatype are numbers."""
    name = datatype.value.removeprefix(str(XSD))
    return name in INTEGER_BOUNDS or name in ("decimal", "float", "double")


def kept_datatype(datatype: NamedNode) -> str:
    """Return an expression for what an engine keeps of a datatype.

    Oxigraph keeps a derived datatype as the one that it is derived from, so that there, the bounds
    of the derived one tell its values.
    """
    name = datatype.value.removeprefix(str(XSD))
    if name == "dateTimeStamp":
        return f"DATATYPE({Literal('2000-01-01T00:00:00Z', datatype=datatype)})"
    bounds = INTEGER_BOUNDS.get(name, _EVERY)
    if bounds != _EVERY:
        value = next(each for each in bounds if each is not None)
        return f"DATATYPE({Literal(str(value), datatype=datatype)})"
    return str(datatype)


def well_formed(datatype: NamedNode, variable: str) -> str | None:
    """Return what a literal of a datatype fulfils if its lexical form is one of the datatype's.

    Args:
        datatype: the datatype.
        variable: what holds the literal, with its question mark.

    Returns:
        An expression; None for a datatype that is not known here, or that takes every string.
    """
    name = datatype.value.removeprefix(str(XSD))
    form = _FORMS.get(name) or lexical_forms().get(datatype)
    if form is None:
        return None
    bounds = INTEGER_BOUNDS.get(name, _EVERY)
    number = f"{XSD['decimal']}(STR({variable}))"
    tests = [f"REGEX(STR({variable}), {Literal(f'^({form})$')})"]
    tests += [
        f"{number} {sign} {each}"
        for sign, each in zip((">=", "<="), bounds, strict=True)
        if each is not None
    ]
    return " && ".join(tests)
