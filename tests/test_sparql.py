"""What is let through to an engine, and what is not."""

import contextlib
import socket
import time
from typing import Literal

import pytest
from conftest import suite
from pyoxigraph import Store

import qkg
from qkg.errors import QueryError, QueryRefused
from qkg.sparql import MAX_DEPTH, MAX_LENGTH, declare_prefixes, readable, tokens, values_block

READING = {
    "SELECT * {}": "SELECT",
    "ask {}": "ASK",
    "# DELETE\nCONSTRUCT WHERE {}": "CONSTRUCT",
    "BASE <http://x/> PREFIX SERVICE: <y#> DESCRIBE SERVICE:x": "DESCRIBE",
    'SELECT * { ?SERVICE ?p "SERVICE", \'INSERT\', """LOAD "" \\" """ } # SERVICE': "SELECT",
    "SELECT ?service ?x { GRAPH <http://x/service> { ?service a ?x } }": "SELECT",
    "SELECT * { GRAPH ?myservice { ?s ?p ?o } }": "SELECT",
    "SELECT * { ?s <http://x/SERVICE#a> x:SERVICE . _:SERVICE ?p 'a'@SERVICE }": "SELECT",
    "SELECT * { VALUES (?a ?b) { (<http://x/#a> <http://x/(b)>) } }": "SELECT",
    "SELECT * { ?s ?p (?x <y>) }": "SELECT",
    "SELECT * { ?s ?p ?o FILTER(?o<5&&?o>3) }": "SELECT",
    "SELECT * { ?s ?p ?o FILTER(?o < 5) FILTER(?s IN (<#a>, <#b>)) }": "SELECT",
    "SELECT * " + "{" * MAX_DEPTH + "}" * MAX_DEPTH: "SELECT",
}


@pytest.mark.parametrize("text", READING)
def test_reading_forms(text: str) -> None:
    assert readable(text) == READING[text]


# Each of these sends a request, or did, when it is run by an engine without being read here first.
CALLING_OUT = [
    "SELECT * { SERVICE <URL> {?s ?p ?o} }",
    "SELECT * { service silent ?x {} VALUES ?x { <URL> } }",
    "SELECT * { SERVICESILENT<URL>{?s ?p ?o} }",
    "PREFIX : <URL> SELECT * { SERVICE:x {?s ?p ?o} }",
    "PREFIX x: <URL> SELECT * { SERVICEx:y {?s ?p ?o} }",
    f"PREFIX {'p' * 400}: <URL> SELECT * {{ SERVICE {'p' * 400}:x {{?s ?p ?o}} }}",
    "SELECT * { VALUES ?a\u00b7b { <URL> } SERVICE ?a\u00b7b {?s ?p ?o} }",
    "SELECT * { SERVICE # why {\n <URL> # not {\n {?s ?p ?o} }",
    "SELECT * { ?a ?b ?c FILTER(?a<?b)SERVICE#>\n<URL>{?s ?p ?o} }",
    "SELECT * { FILTER(true||true<?b)SERVICE#>\n<URL>{?s ?p ?o} }",
    "SELECT * { FILTER(EXISTS{?a ?b ?c}<?b)SERVICE#>\n<URL>{?s ?p ?o} }",
    "SELECT * { ?a ?b ?c FILTER(?a<?b#>'''\n)SERVICE <URL>{?s ?p ?o} #'''\n}",
    "PREFIX x: <URL> SELECT * { OPTIONAL{?s x:a、\\'b ?o }. SERVICE x:l {?s ?p ?o} "
    "OPTIONAL{?s ?p 'c'} }",
    "SELECT * { \\u0053ERVICE <URL> {?s ?p ?o} }",
    "SELECT * { SERV\\U00000049CE <URL> {?s ?p ?o} }",
    'SELECT * { ?s ?p "\\u0022 . SERVICE <URL> {?s ?p ?o} } #" }',
]

REFUSED = [
    *CALLING_OUT,
    "INSERT DATA { <a:a> <a:a> 1 }",
    "PREFIX a: <b:> DELETE WHERE { ?s ?p ?o }",
    "load <http://x/>",
    "CLEAR ALL",
    "DROP GRAPH <a:b>",
    "WITH <a:b> DELETE {} WHERE {}",
    *(f"SELECT * {o * (MAX_DEPTH + 1)}" for o in "([{"),
    f"ASK {{}} #{'x' * MAX_LENGTH}",
    f"ASK {{}} #{'service ' * 101}",
]


@pytest.mark.parametrize("text", REFUSED)
def test_refused(text: str) -> None:
    with pytest.raises(QueryRefused):
        readable(text)


@pytest.mark.parametrize("text", ["", "# nothing", "SELEC *", "{}", "PREFIX", '"SELECT"'])
def test_no_form_at_all(text: str) -> None:
    with pytest.raises(QueryError):
        readable(text)


@pytest.mark.parametrize("text", CALLING_OUT)
@pytest.mark.parametrize("engine", ["oxigraph", "rdflib"])
def test_no_request_is_sent(text: str, engine: Literal["oxigraph", "rdflib"]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        with pytest.raises(qkg.QkgError):
            qkg.load(engine=engine).sparql(text.replace("URL", url), timeout=5)
        with pytest.raises(BlockingIOError):
            listener.accept()


@pytest.mark.parametrize(
    "repeated", ["a.", "a-", "service ", "service#", "service:", "?a", "service", "<a", "((", "'"]
)
def test_reading_takes_no_longer_than_the_text_is_long(repeated: str) -> None:
    # It would be minutes where the growth is quadratic.
    text = "ASK { " + repeated * ((MAX_LENGTH - 10) // len(repeated)) + " }"
    start = time.process_time()
    with contextlib.suppress(qkg.QkgError):
        readable(text)
    assert time.process_time() - start < 20


def test_prefixes_are_declared_where_they_are_missing() -> None:
    text = "PREFIX qkg: <http://other/>\nSELECT * { id:a qkg:b ?c, 'rdfs:x', other:y }"
    declared, added = declare_prefixes(text)
    assert declared == f"PREFIX id: <https://w3id.org/qkg/id/>\n{text}"
    assert added == 1
    assert declare_prefixes("ASK {}") == ("ASK {}", 0)


def test_values_block() -> None:
    text = "SELECT ?a { # VALUES ?a { 1 }\n VALUES ?a { 'x}' 2 } ?a ?p ?o }"
    block = values_block(text, "a")
    assert block is not None
    assert text[block.start : block.end] == "VALUES ?a { 'x}' 2 }"
    assert text[block.inside : block.inside_end] == " 'x}' 2 "
    assert block.bound_beside
    assert values_block(text, "b") is None
    for pattern, is_bound in {
        "?a ?p ?o": True,
        "GRAPH ?g { ?a ?p ?o }": True,
        "GRAPH ?g { OPTIONAL { ?a ?p ?o } }": False,
        "OPTIONAL { ?a ?p ?o }": False,
        "OPTIONAL { GRAPH ?g { ?a ?p ?o } }": False,
        "{ ?a ?p ?o } UNION { ?b ?p ?o }": False,
        "MINUS { ?a ?p ?o }": False,
        "FILTER(?a > 1)": False,
        "FILTER NOT EXISTS { ?a ?p ?o }": False,
    }.items():
        nested = values_block(f"SELECT ?a {{ VALUES ?a {{ 1 }} {pattern} }}", "a")
        assert nested is not None
        assert nested.bound_beside == is_bound, pattern
    assert values_block("SELECT ?a { ?a ?p ?o . VALUES ?a { 1 } }", "a") is None


def test_tokens_cover_the_text() -> None:
    text = "SELECT ?x WHERE { ?x a:b.c 'd' ; <e> 1.5 , \"f\"@en-GB . } # g"
    assert [token.text for token in tokens(text)] == [
        *("SELECT", "?x", "WHERE", "{", "?x", "a:b.c", "'d'", ";", "<e>", "1.5", ",", '"f"'),
        *("@en-GB", ".", "}"),
    ]


def test_names_have_characters_that_are_no_letters() -> None:
    text = "SELECT ?か\u3099 { ?か\u3099 :か\u3099·x ?a·b, ?a\u0301 . か\u3099:x <p> 'か' }"
    assert [token.text for token in tokens(text)] == [
        *("SELECT", "?か\u3099", "{", "?か\u3099", ":か\u3099·x", "?a·b", ",", "?a\u0301", "."),
        *("か\u3099:x", "<p>", "'か'", "}"),
    ]


def test_every_valid_query_of_the_w3c_suite_is_let_through() -> None:
    folder = suite("sparql-syntax")
    seen, refused = 0, []
    for path in sorted(folder.rglob("*.rq")):
        text = path.read_text(encoding="utf-8")
        try:
            Store().query(text, base_iri="http://example.org/")
        except SyntaxError:
            continue
        except (OSError, RuntimeError):
            pass  # read, and not run: it calls out
        seen += 1
        try:
            readable(text)
        except QueryRefused:
            refused.append(path.stem)
    assert seen > 150
    assert all(name.startswith("syntax-service") for name in refused)
