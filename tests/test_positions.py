"""Every statement of a Turtle file is found where it stands."""

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse, serialize

from qkg.checks.positions import Position, Positions
from qkg.namespaces import RDF, XSD

BASE = "https://example.org/folder/file"
TEXT = '''@prefix : <https://example.org/> .
PREFIX e.x: <https://example.org/e#>
# <a> <b> <c> .
@base <https://example.org/other/> .
<> a :Thing ; # ; , .
    :p 1 , -2.5,+3e4 , true, "a . b ; c"@en-GB ;;
    :q """long "" # \\" text
over lines""" ;
    :r [ :inner <#part> ; :more [] ] ;
    :s ( 1 [ :deep 'x\\'y' ] () ) .
:t.u e.x:v :w\\,x, "2025"^^
    :type .
[ :alone "yes" ] .
[] :of :nobody .
'''
START = "https://example.org/"


def iri(name: str) -> NamedNode:
    return NamedNode(START + name)


def integer(text: str) -> Literal:
    return Literal(text, datatype=XSD["integer"])


@pytest.mark.parametrize(
    ("subject", "predicate", "object_", "word"),
    [
        (iri("other/"), RDF["type"], iri("Thing"), ":Thing"),
        (iri("other/"), iri("p"), integer("1"), "1 , -2.5"),
        (iri("other/"), iri("p"), Literal("-2.5", datatype=XSD["decimal"]), "-2.5,"),
        (iri("other/"), iri("p"), Literal("+3e4", datatype=XSD["double"]), "+3e4"),
        (iri("other/"), iri("p"), Literal("true", datatype=XSD["boolean"]), "true"),
        (iri("other/"), iri("p"), Literal("a . b ; c", language="en-gb"), '"a . b'),
        (iri("other/"), iri("q"), None, '"""long'),
        (iri("other/"), iri("r"), None, "[ :inner"),
        (None, iri("inner"), iri("other/#part"), "<#part>"),
        (None, iri("more"), None, "[] ]"),
        (iri("other/"), iri("s"), None, "( 1"),
        (None, RDF["first"], integer("1"), "1 [ :deep"),
        (None, iri("deep"), Literal("x'y"), "'x"),
        (None, RDF["first"], RDF["nil"], "() )"),
        (iri("t.u"), iri("e#v"), iri("w,x"), ":w\\,x"),
        (iri("t.u"), iri("e#v"), Literal("2025", datatype=iri("type")), '"2025"'),
        (None, iri("alone"), Literal("yes"), '"yes"'),
        (None, iri("of"), iri("nobody"), ":nobody"),
    ],
)
def test_statement(
    subject: NamedNode | None, predicate: NamedNode, object_: NamedNode | Literal | None, word: str
) -> None:
    place = Positions(TEXT, BASE).triple(subject, predicate, object_)
    assert place is not None
    assert TEXT.splitlines()[place.line - 1][place.column - 1 :].startswith(word)


def test_subject_predicate_and_prefix() -> None:
    positions = Positions(TEXT, BASE)
    assert positions.subject(iri("other/")) == Position(5, 1)
    assert positions.subject(iri("nobody")) is None
    assert positions.predicate(iri("other/"), iri("q")) == Position(7, 5)
    assert positions.predicate(iri("other/"), iri("none")) is None
    assert positions.prefix("e.x") == Position(2, 1)
    assert positions.prefix("none") is None
    assert positions.triple(iri("other/"), iri("p"), integer("2")) is None


def test_blank_nodes_are_found_by_the_names_that_the_parser_gave_them() -> None:
    text = "@prefix : <https://example.org/> .\n[ :p 1 ] :q 2 .\n_:x :p 3 ;\n  :q [ :r _:x ] ."
    quads = list(parse(text, RdfFormat.TURTLE, base_iri=BASE))
    positions = Positions(text, BASE, quads)
    places = {quad: positions.triple(quad.subject, quad.predicate, quad.object) for quad in quads}
    assert sorted(place for place in places.values() if place) == [
        (2, 6),
        (2, 13),
        (3, 8),
        (4, 6),
        (4, 11),
    ]


def test_what_stands_before_a_mistake_is_found() -> None:
    text = "<a> <b> <c> .\n<d> <e> ;;; ] <f> .\n<g> <h> <i> ."
    positions = Positions(text, START)
    assert positions.triple(iri("a"), None, None) == Position(1, 9)
    assert positions.subject(iri("g")) is None
    assert Positions("[" * 3000, START).subject(iri("a")) is None
    assert Positions("<a> <b> <c>", START).triple(None, None, None) == Position(1, 9)


@pytest.mark.parametrize("folder", ["data", "ontology", "tests/shapes"])
def test_every_statement_of_a_shipped_file_is_found_once(folder: str) -> None:
    files = sorted((ROOT / folder).rglob("*.ttl"))
    assert files
    for file in files:
        text = file.read_text(encoding="utf-8")
        quads = list(parse(text, RdfFormat.TURTLE, base_iri=BASE))
        positions = Positions(text, BASE, quads)
        for quad in quads:
            assert positions.triple(quad.subject, quad.predicate, quad.object), (file, quad)


nodes = st.sampled_from(
    [iri("a"), iri("b#c"), iri("x.y"), iri("é/東京"), NamedNode("urn:z"), iri("2025-05")]
)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)
literals = st.one_of(
    texts.map(Literal),
    texts.map(lambda text: Literal(text, language="en")),
    texts.map(lambda text: Literal(text, datatype=iri("type"))),
    st.integers().map(Literal),
    st.booleans().map(Literal),
    st.floats(allow_nan=False, allow_infinity=False).map(Literal),
    st.decimals(allow_nan=False, allow_infinity=False, places=2).map(
        lambda number: Literal(f"{number:f}", datatype=XSD["decimal"])
    ),
)
triples = st.builds(Triple, nodes, nodes, st.one_of(nodes, literals))


@given(st.lists(triples, min_size=1, max_size=12), st.booleans())
def test_what_is_serialised_is_found_again(given_: list[Triple], short: bool) -> None:
    prefixes = {"": START, "b": f"{START}b#"} if short else {}
    written = serialize(given_, format=RdfFormat.TURTLE, prefixes=prefixes)
    assert written is not None
    text = written.decode()
    positions = Positions(text, BASE)
    lines = text.split("\n")
    for triple in given_:
        place = positions.triple(triple.subject, triple.predicate, triple.object)
        assert place is not None, (triple, text)
        rest = "\n".join([lines[place.line - 1][place.column - 1 :], *lines[place.line :]])
        assert starts_with(rest, triple.object, prefixes), (triple, text, place)


def starts_with(text: str, term: object, prefixes: dict[str, str]) -> bool:
    """Return whether a text begins with a term, as the parser reads it."""
    head = "".join(f"@prefix {prefix}: <{name}> .\n" for prefix, name in prefixes.items())
    for end in range(1, len(text) + 1):
        try:
            (quad,) = parse(f"{head}<urn:s> <urn:p> {text[:end]} .", RdfFormat.TURTLE)
        except (SyntaxError, ValueError):
            continue
        if quad.object == term:
            return True
    return False
