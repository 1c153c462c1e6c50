"""What has no order of its own is put in one, and the engine survives it."""

import random
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from qkg.engines._order import survivable
from qkg.engines.oxigraph import OxigraphEngine
from qkg.namespaces import XSD

if TYPE_CHECKING:
    from collections.abc import Callable

P = NamedNode("https://example.org/p")


def literals(number: int, seed: int) -> list[Literal | NamedNode]:
    """Return values of kinds that do not compare, each with its own order among its kind."""
    draw = random.Random(seed)

    def typed(name: str, text: str) -> Literal:
        return Literal(text, datatype=XSD[name])

    zones = ("", "Z", "+14:00", "-12:00")
    makers: list[Callable[[], Literal | NamedNode]] = [
        lambda: Literal(draw.randrange(-200, 200)),
        lambda: typed("decimal", f"{draw.randrange(-200, 200)}.{draw.randrange(100)}"),
        lambda: typed("double", draw.choice(["NaN", "INF", "-INF", "1E3", "-2.5E1"])),
        lambda: Literal(draw.choice("ab19-Z") + str(draw.randrange(50))),
        lambda: Literal(str(draw.randrange(50)), language=draw.choice(["en", "ja"])),
        lambda: typed("date", f"2011-01-{draw.randrange(10, 28)}{draw.choice(zones)}"),
        lambda: typed("dateTime", f"2011-01-01T{draw.randrange(10, 24)}:00:00{draw.choice(zones)}"),
        lambda: typed("gYear", str(draw.randrange(1990, 2030))),
        lambda: typed("duration", draw.choice(["P30D", "P1M", "P1M2D", "PT1H"])),
        lambda: typed("anyURI", str(draw.randrange(100))),
        lambda: typed("integer", draw.choice(["x", "12a"])),
        lambda: NamedNode(f"https://example.org/{draw.randrange(100)}"),
    ]
    return [draw.choice(makers)() for _ in range(number)]


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("order", ["?o", "DESC(?o)", "ASC(?o)", "(?o) ?s"])
def test_values_that_do_not_compare_are_ordered(order: str, seed: int) -> None:
    values = literals(800, seed)
    engine = OxigraphEngine(
        Quad(NamedNode(f"https://example.org/s{i}"), P, each) for i, each in enumerate(values)
    )
    rows = engine.select(f"SELECT ?o {{ ?s ?p ?o }} ORDER BY {order}").terms
    assert len(rows) == len(values)


@pytest.mark.parametrize(
    "kind",
    [
        [Literal(3), Literal("2.5", datatype=XSD["decimal"]), Literal(-1), Literal(1e3)],
        [Literal("b"), Literal("10"), Literal("9"), Literal("")],
        [
            Literal("2030-01-01T00:00:00", datatype=XSD["dateTime"]),
            Literal("2011-01-01T00:00:00Z", datatype=XSD["dateTime"]),
            Literal("2020-01-01T00:00:00+09:00", datatype=XSD["dateTime"]),
        ],
        [
            Literal("2025-05", datatype=XSD["gYearMonth"]),
            Literal("2024-12", datatype=XSD["gYearMonth"]),
        ],
    ],
)
@pytest.mark.parametrize("direction", ["ASC", "DESC"])
def test_what_compares_is_ordered_as_it_compares(kind: list[Literal], direction: str) -> None:
    engine = OxigraphEngine(
        Quad(NamedNode(f"https://example.org/s{i}"), P, each) for i, each in enumerate(kind)
    )
    rows = engine.select(f"SELECT ?o {{ ?s ?p ?o }} ORDER BY {direction}(?o)").terms
    before = rows if direction == "ASC" else rows[::-1]
    for (one,), (other,) in pairwise(before):
        assert engine.ask(f"ASK {{ FILTER({one} < {other}) }}")


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
def test_kinds_of_terms_are_ordered_as_the_recommendation_has_them(direction: str) -> None:
    """No value first, then blank nodes, IRIs and literals; section 15.1."""
    values = (Literal(1), P, BlankNode(), Literal("x", language="en"))
    engine = OxigraphEngine(Quad(P, P, each) for each in values)
    text = "SELECT ?x { ?s ?p ?o VALUES ?c { UNDEF 1 } BIND(IF(BOUND(?c), ?o, ?none) AS ?x) }"
    rows = engine.select(f"{text} ORDER BY {direction}(?x)").terms
    kinds = [type(term) for (term,) in rows]
    expected = [*[type(None)] * 4, BlankNode, NamedNode, Literal, Literal]
    assert kinds == (expected if direction == "ASC" else expected[::-1])


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("SELECT * { ?a ?b ?c } ORDER BY ?a DESC(?b) asc ( ?c ) LIMIT 3", 3),
        ("SELECT * { ?a ?b ?c } ORDER BY STR(?a) (?b + 1) <x:y>(?c) xsd:integer(?c) $b", 1),
        ("SELECT * { ?a ?b ?c } ORDER BY # ?x\n ?a VALUES (?a) { (1) }", 1),
        ("SELECT * { { SELECT ?a { ?a ?b ?c } ORDER BY ?a LIMIT 1 } } ORDER BY DESC(?a)", 2),
        ("SELECT ?order { ?order ?by 'ORDER BY ?x' }", 0),
        ("SELECT * { ?a ?b ?c } ORDER BY", 0),
        ("SELECT * { ?a ?b ?c } ORDER BY DESC(?a", 0),
        ("SELECT * { ?a ?b ?c } ORDER", 0),
        ("SELECT * { ?a ?b ?c }", 0),
    ],
)
def test_conditions_of_a_variable_alone_are_written_anew(written: str, number: int) -> None:
    text = survivable(written)
    assert text.count("ISNUMERIC") == number
    assert (text == written) == (not number)


def test_an_error_is_told_of_the_query_itself() -> None:
    engine = OxigraphEngine([])
    with pytest.raises(Exception, match="line 1, column 38"):
        engine.select("SELECT * { ?a ?b ?c } ORDER BY ?a ?b )")
