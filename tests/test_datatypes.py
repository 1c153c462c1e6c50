"""What the value of a literal is: which datatypes it belongs to, and what it differs from."""

from itertools import combinations

import pytest
from pyoxigraph import Literal, NamedNode, QueryBoolean, Store

from qkg.namespaces import RDF, RDFS, XSD
from qkg.rules.datatypes import belongs, differ, membership


def literal(text: str, name: str) -> Literal:
    if name == "langString":
        return Literal(text, language="en")
    return Literal(text, datatype=XSD[name])


INTEGERS = ["integer", "long", "int", "short", "byte"]
NAMED = {name: XSD[name] for name in ("string", "token", "language", "dateTime", "dateTimeStamp")}
NAMED |= {name: XSD[name] for name in (*INTEGERS, "unsignedByte", "decimal", "double", "float")}
NAMED |= {name: XSD[name] for name in ("Name", "NCName", "NMTOKEN", "positiveInteger", "boolean")}
NAMED |= {name: XSD[name] for name in ("normalizedString", "nonNegativeInteger", "anyURI")}
NAMED |= {"unsignedLong": XSD["unsignedLong"]}
NAMED |= {name: RDF[name] for name in ("PlainLiteral", "langString")}
NAMED |= {"Literal": RDFS["Literal"]}
NUMBERS = {"Literal", "decimal", *INTEGERS}
NATURAL = {"nonNegativeInteger", "positiveInteger", "unsignedLong"}
TEXTS = {"Literal", "PlainLiteral", "string"}
WORDS = TEXTS | {"normalizedString", "token", "NMTOKEN"}

BELONGS = [
    ("1", "integer", NUMBERS | {"unsignedByte", *NATURAL}),
    ("1.0", "decimal", NUMBERS | {"unsignedByte", *NATURAL}),
    ("200", "unsignedByte", NUMBERS - {"byte"} | {"unsignedByte", *NATURAL}),
    ("-129", "int", NUMBERS - {"byte"}),
    ("1.5", "decimal", {"Literal", "decimal"}),
    ("1.0", "double", {"Literal", "double"}),
    ("INF", "float", {"Literal", "float"}),
    ("true", "boolean", {"Literal", "boolean"}),
    ("a plain text", "string", TEXTS | {"normalizedString", "token"}),
    ("two  blanks", "string", TEXTS | {"normalizedString"}),
    ("a\ttab", "string", TEXTS),
    ("line\n", "string", TEXTS),
    ("en-GB", "string", WORDS | {"language", "Name", "NCName"}),
    ("qkg:name", "token", WORDS | {"Name"}),
    ("1st", "string", WORDS),
    ("été", "string", WORDS | {"Name", "NCName"}),
    ("text", "langString", {"Literal", "PlainLiteral", "langString"}),
    ("https://example.org/", "anyURI", {"Literal", "anyURI"}),
    ("2025-05-13T10:00:00Z", "dateTime", {"Literal", "dateTime", "dateTimeStamp"}),
    ("2025-05-13T10:00:00", "dateTime", {"Literal", "dateTime"}),
    ("2025-05-13T10:00:00-01:00", "dateTimeStamp", {"Literal", "dateTime", "dateTimeStamp"}),
]
ILL_FORMED = [
    ("one", "integer"),
    ("256", "unsignedByte"),
    ("0", "positiveInteger"),
    (" 1", "integer"),
    ("1e3", "decimal"),
    ("yes", "boolean"),
    ("two  blanks", "token"),
    ("1st", "Name"),
    ("a:b", "NCName"),
    ("2025-05-13T10:00:00", "dateTimeStamp"),
    ("abc", "hexBinary"),
]
VALUES = [
    [("1", "integer"), ("01", "byte"), ("1.0", "decimal")],
    [("1", "double"), ("1.0E0", "double")],
    [("0.1", "float"), ("0.10000000149011612", "float")],
    [("0.0", "float"), ("+0", "float")],
    [("-0.0", "float")],
    [("NaN", "float"), ("NaN", "float")],
    [("INF", "float"), ("1E39", "float")],
    [("-INF", "float"), ("-1E39", "float")],
    [("NaN", "double"), ("NaN", "double")],
    [("text", "string"), ("text", "token")],
    [("text", "langString")],
    [("text", "anyURI")],
    [("true", "boolean"), ("1", "boolean")],
    [("aBcD", "hexBinary"), ("ABCD", "hexBinary")],
    [("q80=", "base64Binary"), ("q8 0=", "base64Binary")],
    [("2025-05-13T10:00:00Z", "dateTime"), ("2025-05-13T10:00:00.0+00:00", "dateTimeStamp")],
    [("2025-05-13T11:00:00+01:00", "dateTime")],
    [("2025-05-13T10:00:00", "dateTime")],
    [("2025-05-13Z", "date"), ("2025-05-13-00:00", "date")],
    [("2025-05-13", "date")],
    [("2025", "gYear")],
]
"""Literals, those of the same value together."""


@pytest.mark.parametrize(("text", "own", "expected"), BELONGS)
def test_belongs(text: str, own: str, expected: set[str]) -> None:
    tested = literal(text, own)
    assert {name for name, datatype in NAMED.items() if belongs(tested, datatype)} == expected
    assert belongs(tested, None)


@pytest.mark.parametrize(("text", "own", "expected"), BELONGS)
def test_membership_says_the_same_in_sparql(text: str, own: str, expected: set[str]) -> None:
    tested = literal(text, own)
    found = set()
    for name, datatype in NAMED.items():
        asked = f"ASK {{ VALUES ?v {{ {tested} }} FILTER ({membership('?v', datatype)}) }}"
        answer = Store().query(asked)
        assert isinstance(answer, QueryBoolean)
        found |= {name} if answer else set()
    assert found == expected


@pytest.mark.parametrize(("text", "own"), ILL_FORMED)
def test_ill_formed_literal_belongs_to_nothing(text: str, own: str) -> None:
    tested = literal(text, own)
    assert belongs(tested, None) is False
    assert belongs(tested, XSD[own]) is False
    assert belongs(tested, RDFS["Literal"]) is False
    assert not differ(tested, literal("1", "integer"))


def test_what_is_not_known_is_not_told() -> None:
    length, own = Literal("7 cm", datatype=NamedNode("https://example.org/length")), XSD["string"]
    assert belongs(length, own) is None
    assert belongs(literal("7", "integer"), length.datatype) is None
    assert belongs(length, length.datatype) is True
    assert not differ(length, literal("7", "integer"))


def test_differ() -> None:
    groups = [[literal(*pair) for pair in group] for group in VALUES]
    for group in groups:
        assert not any(differ(one, other) for one in group for other in group)
    for group, others in combinations(groups, 2):
        for one in group:
            for other in others:
                assert differ(one, other), (one, other)
                assert differ(other, one), (other, one)
