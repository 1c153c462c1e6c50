"""Rows are typed, and reach their values by name, position and attribute."""

import copy
import pickle
import sys
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode

from qkg.answers import Answer, Row, Value, python_value
from qkg.errors import ExtraMissing
from qkg.namespaces import XSD

A = NamedNode("https://example.org/a")
ANSWER = Answer(("person", "n", "keys"), ((A, Literal(3), None), (A, Literal(4), Literal("x"))))


def test_row() -> None:
    row = ANSWER[0]
    assert row.person == row["person"] == row[0] == A
    assert row.n == 3
    assert row["keys"] is None
    assert list(row) == [A, 3, None]
    assert len(row) == 3
    assert row.as_dict() == {"person": A, "n": 3, "keys": None}
    assert repr(row) == f"Row(person={A!r}, n=3, keys=None)"
    assert row == ANSWER[0] != ANSWER[1]
    assert len({ANSWER[0], ANSWER[0]}) == 1
    with pytest.raises(AttributeError, match="there are person, n, keys"):
        row.nobody  # noqa: B018
    with pytest.raises(KeyError, match="no variable 'nobody'"):
        row["nobody"]
    with pytest.raises(IndexError):
        row[3]


def test_row_can_be_copied_and_pickled() -> None:
    assert copy.copy(ANSWER[0]) == ANSWER[0]
    assert copy.deepcopy(ANSWER[1]) == ANSWER[1]
    row = Row(("x",), (None,))
    assert pickle.loads(pickle.dumps(row)) == row


def test_answer_is_a_sequence_of_rows() -> None:
    with pytest.raises(TypeError, match="a position is an integer"):
        ANSWER[0:1]  # type: ignore[index]
    assert len(ANSWER) == 2
    assert [row.n for row in ANSWER] == [3, 4]
    with pytest.raises(IndexError):
        ANSWER[2]


@pytest.mark.parametrize(
    ("lexical", "datatype", "value"),
    [
        ("7", "integer", 7),
        ("7", "nonNegativeInteger", 7),
        ("1.50", "decimal", Decimal("1.50")),
        ("1e3", "double", 1000.0),
        ("true", "boolean", True),
        ("0", "boolean", False),
        ("2025-05-13", "date", date(2025, 5, 13)),
        ("2025-05-13T10:00:00Z", "dateTime", datetime(2025, 5, 13, 10, tzinfo=UTC)),
        ("2022-05", "gYearMonth", "2022-05"),
        ("2026", "gYear", "2026"),
        ("P5Y", "duration", "P5Y"),
        ("text", "string", "text"),
        ("seven", "integer", "seven"),
        ("maybe", "boolean", "maybe"),
        ("2025-02-30", "date", "2025-02-30"),
        ("1,5", "decimal", "1,5"),
        ("1_000", "integer", "1_000"),
        ("2025-W20-2", "date", "2025-W20-2"),
    ],
)
def test_python_values(lexical: str, datatype: str, value: Value) -> None:
    found = python_value(Literal(lexical, datatype=XSD[datatype]))
    assert found == value
    assert type(found) is type(value)


def test_other_terms_stay_terms() -> None:
    assert python_value(A) is A
    assert python_value(None) is None
    assert python_value(BlankNode("b")) == BlankNode("b")
    assert python_value(Literal("数", language="ja")) == "数"


MIXED = Answer(
    ("thing", "date", "value", "mixed", "none"),
    (
        (
            A,
            Literal("2025-05-13", datatype=XSD["date"]),
            Literal("4000000", datatype=XSD["decimal"]),
            Literal("2026", datatype=XSD["gYear"]),
            None,
        ),
        (BlankNode("b"), None, Literal("1.5", datatype=XSD["decimal"]), Literal(3), None),
    ),
)


def test_to_pandas() -> None:
    frame = MIXED.to_pandas()
    assert list(frame.columns) == list(MIXED.variables)
    assert frame["thing"].tolist() == [A.value, "_:b"]
    assert frame["date"].tolist() == [date(2025, 5, 13), None]
    assert frame["value"].sum() == Decimal("4000001.5")
    assert frame["mixed"].tolist() == ["2026", 3]
    assert frame["none"].tolist() == [None, None]
    assert Answer(("x",), ()).to_pandas().shape == (0, 1)


def test_to_polars() -> None:
    frame = MIXED.to_polars()
    assert frame.columns == list(MIXED.variables)
    assert frame["thing"].to_list() == [A.value, "_:b"]
    assert frame["date"].to_list() == [date(2025, 5, 13), None]
    assert frame["value"].to_list() == [Decimal(4000000), Decimal("1.5")]
    assert frame["mixed"].to_list() == ["2026", "3"]
    assert frame["none"].to_list() == [None, None]
    assert Answer(("x",), ()).to_polars().shape == (0, 1)


@pytest.mark.parametrize("extra", ["pandas", "polars"])
def test_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch, extra: str) -> None:
    monkeypatch.setitem(sys.modules, extra, None)
    with pytest.raises(ExtraMissing, match=rf"pip install 'qkg\[{extra}\]'"):
        getattr(MIXED, f"to_{extra}")()
