"""The answer of a SELECT query: rows of terms, and the same rows as Python values."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias, Union

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from qkg.errors import ExtraMissing
from qkg.namespaces import XSD

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

    import pandas
    import polars

__all__ = ["Answer", "Row", "Term", "Value", "is_lexical", "lexical_forms", "python_value"]

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple
Value: TypeAlias = Union[
    NamedNode, BlankNode, Triple, str, int, float, bool, "Decimal", "date", "datetime", None
]

_INTEGERS = (
    "integer",
    "int",
    "long",
    "short",
    "byte",
    "nonNegativeInteger",
    "positiveInteger",
    "nonPositiveInteger",
    "negativeInteger",
    "unsignedInt",
    "unsignedLong",
    "unsignedShort",
    "unsignedByte",
)
_ZONE = r"(?:Z|[+-]\d\d:\d\d)?"
_LEXICAL = {
    **dict.fromkeys(_INTEGERS, r"[+-]?\d+"),
    "boolean": "true|false|1|0",
    "date": r"-?\d{4,}-\d\d-\d\d" + _ZONE,
    "dateTime": r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?" + _ZONE,
    "decimal": r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)",
    "double": r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?INF|NaN",
    "float": r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?INF|NaN",
    "gYear": r"-?\d{4,}" + _ZONE,
    "gYearMonth": r"-?\d{4,}-(?:0[1-9]|1[0-2])" + _ZONE,
}


def is_lexical(text: str, datatype: NamedNode) -> bool:
    """Return whether a text is a lexical form of a datatype; True for one that is not known here.

    The day of a date is not held against the calendar.
    """
    pattern = _LEXICAL.get(datatype.value.removeprefix(str(XSD)))
    return pattern is None or re.fullmatch(pattern, text, re.ASCII) is not None


@cache
def lexical_forms() -> Mapping[NamedNode, str]:
    """Return, per datatype that is known here, the regular expression of its lexical forms.

    XPath reads it too, which has no groups that are not captured, and takes more than 0 to 9 for a
    digit.
    """
    return {
        XSD[name]: pattern.replace("(?:", "(").replace("\\d", "[0-9]")
        for name, pattern in _LEXICAL.items()
    }


@cache
def _conversions() -> dict[NamedNode, Callable[[str], Value]]:
    # Printing an answer converts nothing, so that a command never gets here.
    from datetime import date, datetime
    from decimal import Decimal

    return {
        **{XSD[name]: int for name in _INTEGERS},
        XSD["boolean"]: {"true": True, "1": True, "false": False, "0": False}.__getitem__,
        XSD["date"]: date.fromisoformat,
        XSD["dateTime"]: datetime.fromisoformat,
        XSD["decimal"]: Decimal,
        XSD["double"]: float,
        XSD["float"]: float,
    }


def python_value(term: Term | None) -> Value:
    """Return a term as a Python value.

    Args:
        term: a term, or None where a variable is unbound.

    Returns:
        int, Decimal, float, bool, date or datetime for a literal of such a datatype; str for any
        other literal, dates of year or month precision included, and for one whose lexical form
        its datatype, or Python, does not know; IRIs, blank nodes and triples as they are.

    >>> python_value(Literal("2025-05-13", datatype=XSD["date"]))
    datetime.date(2025, 5, 13)
    >>> python_value(Literal("2022-05", datatype=XSD["gYearMonth"]))
    '2022-05'
    """
    if not isinstance(term, Literal):
        return term
    convert = _conversions().get(term.datatype)
    if convert is None or not is_lexical(term.value, term.datatype):
        return term.value
    try:
        return convert(term.value)
    except (ArithmeticError, KeyError, ValueError):
        return term.value


class Row:
    """One row of an answer, typed: ``row.person``, ``row["person"]`` and ``row[0]``.

    A variable that has the name of a Python keyword or of :meth:`as_dict` is reached by
    ``row["name"]``.
    """

    __slots__ = ("_terms", "_variables")

    def __init__(self, variables: Sequence[str], terms: Sequence[Term | None]) -> None:
        self._variables = variables
        self._terms = terms

    def __getattr__(self, name: str) -> Value:
        if name.startswith("_"):  # asked for before there are variables, when a copy is made
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError as error:
            raise AttributeError(error.args[0]) from None

    def __getitem__(self, key: str | int) -> Value:
        """Return the value of a variable, by name or by position; None where it is unbound.

        Raises:
            KeyError: the answer has no variable of that name.
            IndexError: the answer has no variable at that position.
        """
        if isinstance(key, int):
            return python_value(self._terms[key])
        if key not in self._variables:
            raise KeyError(f"no variable {key!r}; there are {', '.join(self._variables)}")
        return python_value(self._terms[self._variables.index(key)])

    def __iter__(self) -> Iterator[Value]:
        return map(python_value, self._terms)

    def __len__(self) -> int:
        return len(self._variables)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Row):
            return NotImplemented
        return (self._variables, self._terms) == (other._variables, other._terms)

    def __hash__(self) -> int:
        return hash((self._variables, self._terms))

    def __reduce__(self) -> tuple[object, ...]:
        return Row, (self._variables, self._terms)

    def __repr__(self) -> str:
        cells = ", ".join(f"{name}={value!r}" for name, value in self.as_dict().items())
        return f"Row({cells})"

    def as_dict(self) -> Mapping[str, Value]:
        """Return the row as a new dictionary from variable to value."""
        return dict(zip(self._variables, self, strict=True))


class Answer:
    """The answer of a SELECT query, complete and in order.

    Attributes:
        variables: the projected variables, without ``?``.
        terms: per solution a tuple of terms, one per variable; None where it is unbound.
    """

    __slots__ = ("terms", "variables")

    def __init__(
        self, variables: tuple[str, ...], terms: tuple[tuple[Term | None, ...], ...]
    ) -> None:
        self.variables = variables
        self.terms = terms

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Answer):
            return NotImplemented
        return (self.variables, self.terms) == (other.variables, other.terms)

    def __hash__(self) -> int:
        return hash((self.variables, self.terms))

    def __repr__(self) -> str:
        return f"Answer(variables={self.variables!r}, terms={self.terms!r})"

    def __iter__(self) -> Iterator[Row]:
        return (Row(self.variables, terms) for terms in self.terms)

    def __len__(self) -> int:
        return len(self.terms)

    def __getitem__(self, position: int) -> Row:
        """Return the row at a position.

        Raises:
            IndexError: there is none.
            TypeError: the position is no integer; ``answer.terms`` can be cut into slices.
        """
        if not isinstance(position, int):
            raise TypeError(f"a position is an integer, not {position!r}")
        return Row(self.variables, self.terms[position])

    def to_pandas(self) -> "pandas.DataFrame":
        """Return the answer as a pandas DataFrame, a column per variable, in order.

        Literals are Python values, as :func:`python_value` gives them; IRIs and blank nodes are
        strings; what is unbound is None. Every column has the dtype ``object``, so that no value
        is changed.

        Raises:
            ExtraMissing: pandas is not installed.
        """
        frame: pandas.DataFrame = _extra("pandas").DataFrame(self._columns(), dtype=object)
        return frame

    def to_polars(self) -> "polars.DataFrame":
        """Return the answer as a polars DataFrame, a column per variable, in order.

        Values are as in :meth:`to_pandas`; a column takes the type that all its values have, and
        is one of strings where they have several.

        Raises:
            ExtraMissing: polars is not installed.
        """
        package = _extra("polars")
        columns = {}
        for name, values in self._columns().items():
            kinds = {type(value) for value in values if value is not None}
            if len(kinds) > 1:
                values = [None if value is None else str(value) for value in values]
            columns[name] = package.Series(name, values, strict=True)
        frame: polars.DataFrame = package.DataFrame(columns)
        return frame

    def _columns(self) -> "dict[str, list[Value]]":
        return {
            name: [_cell(row[i]) for row in self.terms] for i, name in enumerate(self.variables)
        }


def _cell(term: Term | None) -> Value:
    value = python_value(term)
    if isinstance(value, NamedNode):
        return value.value
    return str(value) if isinstance(value, BlankNode | Triple) else value


def _extra(name: str) -> Any:
    from importlib import import_module

    try:
        return import_module(name)
    except ImportError as error:
        raise ExtraMissing(name) from error
