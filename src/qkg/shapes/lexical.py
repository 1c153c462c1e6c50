"""Whether a literal is in the lexical space of its datatype, as a condition in SPARQL.

Engines do not agree on the casts of datatypes beyond the six of SPARQL 1.1 (section 17.5), but they
do on regular expressions.
"""

from pyoxigraph import Literal, NamedNode

from qkg.namespaces import XSD

__all__ = ["is_number", "kept_datatype", "well_formed"]

_ZONE = r"(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"
_YEAR = r"-?([1-9][0-9]{3,}|0[0-9]{3})"
_LEAP = r"-?[0-9]*([0-9](0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)"
_DAY = (
    rf"({_YEAR}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])"
    rf"|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|{_LEAP}-02-29)"
)
_TIME = r"(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?|24:00:00(\.0+)?)"
_INTEGER = r"[+-]?[0-9]+"
_FLOAT = r"([+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN)"

_FORMS = {
    "boolean": "(true|false|1|0)",
    "integer": _INTEGER,
    "decimal": r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)",
    "float": _FLOAT,
    "double": _FLOAT,
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
_BOUNDS: dict[str, tuple[int | None, int | None]] = {
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-(2**7), 2**7 - 1),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 2**16 - 1),
    "unsignedByte": (0, 2**8 - 1),
}


def is_number(datatype: NamedNode) -> bool:
    """Return whether the values of a datatype are numbers."""
    name = datatype.value.removeprefix(str(XSD))
    return name in _BOUNDS or name in ("integer", "decimal", "float", "double")


def kept_datatype(datatype: NamedNode) -> str:
    """Return an expression for what an engine keeps of a datatype.

    Oxigraph keeps a derived datatype as the one that it is derived from, so that there, the bounds
    of the derived one tell its values.
    """
    name = datatype.value.removeprefix(str(XSD))
    if name == "dateTimeStamp":
        return f"DATATYPE({Literal('2000-01-01T00:00:00Z', datatype=datatype)})"
    if name in _BOUNDS:
        value = next(each for each in (*_BOUNDS[name], 0) if each is not None)
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
    if datatype.value != f"{XSD}{name}":
        return None
    if name in _FORMS:
        return f"REGEX(STR({variable}), {Literal(f'^{_FORMS[name]}$')})"
    if name not in _BOUNDS:
        return None
    least, most = _BOUNDS[name]
    number = f"{XSD['decimal']}(STR({variable}))"
    bounds = [f"{number} >= {least}"] if least is not None else []
    bounds += [f"{number} <= {most}"] if most is not None else []
    return " && ".join((f"REGEX(STR({variable}), {Literal(f'^{_INTEGER}$')})", *bounds))
