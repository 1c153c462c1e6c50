"""The grammar of SPARQL 1.1: what it takes, what it does not, where, and what it reads."""

import contextlib
import string
from functools import cache
from pathlib import Path

import pytest
from conftest import ROOT, suite
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, Store, parse

from qkg.errors import QueryError, QueryRefused
from qkg.sparql import MAX_DEPTH, grammar, readable
from qkg.sparql.syntax import (
    Alternative,
    Bind,
    Blank,
    Constant,
    Element,
    Filter,
    Graph,
    Group,
    GroupKey,
    Inverse,
    Link,
    Minus,
    Negated,
    OneOf,
    Optional,
    Repeated,
    Select,
    Sequence,
    Service,
    TriplePattern,
    Triples,
    Values,
    Variable,
)
from qkg.sparql.trees import read_query

BASE = "http://example.org/"
MANIFEST = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"


def oxigraph_takes(text: str) -> bool:
    try:
        Store().query(text, base_iri=BASE)
    except SyntaxError:
        return False
    except (OSError, RuntimeError):
        pass  # read, and not run: it calls out, or an unknown function
    return True


def grammar_takes(text: str) -> bool:
    try:
        grammar.parse(text)
    except QueryError:
        return False
    return True


# The W3C suite

# Tests where the grammar is not as Oxigraph is.
NOT_AS_OXIGRAPH = {
    "syntax-sparql3/syn-bad-26.rq": "Oxigraph takes <?a&&?b> for operators; it is no IRI.",
}
# Tests where the grammar is not as the manifest is.
NOT_AS_W3C: dict[str, str] = {}


def named(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


@cache
def verdicts(manifest: Path) -> dict[str, bool]:
    """Return by the name of each file whether the manifest says that it is well-formed."""
    quads = list(parse(path=manifest, format=RdfFormat.TURTLE, base_iri=BASE))
    kinds = {q.subject: q.object.value for q in quads if q.predicate.value == f"{RDF}type"}
    return {
        q.object.value.rpartition("/")[2]: "Positive" in kinds[q.subject]
        for q in quads
        if q.predicate.value == f"{MANIFEST}action" and "SyntaxTest" in kinds[q.subject]
    }


def test_w3c_suite() -> None:
    paths = sorted(suite("sparql-syntax").rglob("*.rq"))
    unlike_oxigraph, unlike_w3c, judged = set(), set(), 0
    for path in paths:
        text = path.read_text(encoding="utf-8")
        taken = grammar_takes(text)
        if taken != oxigraph_takes(text):
            unlike_oxigraph.add(named(path))
        verdict = verdicts(path.parent / "manifest.ttl").get(path.name)
        judged += verdict is not None
        if verdict is not None and taken != verdict:
            unlike_w3c.add(named(path))
    assert len(paths) > 250
    assert judged > 250
    assert unlike_oxigraph == set(NOT_AS_OXIGRAPH)
    assert unlike_w3c == set(NOT_AS_W3C)


# Cases of our own: each text that is taken stands beside some that are not

TAKEN = r"""
BASE <http://x/> BASE <http://y/> PREFIX : <a> PREFIX x.y: <#> PREFIX : <b> SELECT * { :a x.y: :b }
SELECT*{?s?p?o}
SELECT DISTINCT ?a $b FROM <a> FROM NAMED <b> WHERE { ?a ?p ?b }
SELECT REDUCED (1 AS ?x) (?x + 1 AS ?y) {}
CONSTRUCT {} {}
CONSTRUCT { [] a (1 2), () ; <b> [<c> _:d] . 1 ?p <e> . } FROM <a> WHERE { ?s ?p ?o }
CONSTRUCT FROM <a> WHERE { ?s ?p ?o ; a _:b . _:b ?q 1 }
CONSTRUCT { _:a ?p ?o } { _:a ?p ?o }
DESCRIBE <a>
DESCRIBE ?a <b> FROM <c> { ?a ?p ?o } LIMIT 1
DESCRIBE * {}
ASK {}
ASK FROM <a> WHERE { ?s ?p ?o } OFFSET 1
SELECT ?s { ?s ?p ?o } GROUP BY ?s (STR(?p) AS ?x) LANG(?o) (1 + 2) <f>(?o)
SELECT ?s { ?s ?p ?o } GROUP BY ?s HAVING (COUNT(*) > 1 && MAX(?o) < 3)
SELECT ?s { ?s ?p ?o } ORDER BY ASC(?s) DESC(?p) ?o (?s + 1) STR(?p) <f>(?o)
SELECT * {} LIMIT 1 OFFSET 2
SELECT * {} OFFSET 2 LIMIT 01
SELECT * { ?s ?p ?o ;; a ?x, "y" ; . ?s ?q [] , _:a.b , _:c. }
SELECT * { [] ?p () . () ?p [ ] . [<a> <b>] . (1 (2)) . [<a> <b>] <c> [<d> [<e> 1 ; ]] }
SELECT * { ?s a/^a ?o, ?p ; ^(<a>|<b>)* ?q ; !(<a>|^a) ?r ; !a ?t ; !^<a> ?u ; (a/a?)+ ?v }
SELECT * { { } UNION {} UNION { ?s ?p ?o } . OPTIONAL {} MINUS {} . GRAPH ?g {} GRAPH <g> {} }
SELECT * { FILTER(1) FILTER STR(1) . FILTER <f>(1, 2) FILTER <f>() FILTER EXISTS { ?s ?p ?o } }
SELECT * { FILTER NOT EXISTS {} FILTER(!EXISTS {} && 1 IN (2, 3) || 1 NOT IN ()) }
SELECT * { SERVICE SILENT <http://x/> {} }
SELECT * { BIND(1 AS ?x) . BIND(?x AS ?y) }
SELECT * { VALUES ?x {} VALUES ?y { UNDEF "a"@en 1 -1.5 true <a> "b"^^<c> } VALUES () { () } }
SELECT * { VALUES (?x ?y) { (1 UNDEF) (UNDEF 2) } } VALUES ?z { 1 }
SELECT ?s { { SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 1 VALUES ?s { 1 } } ?s ?q ?r }
SELECT ?s { SELECT (COUNT(*) AS ?s) {} }
SELECT (1 || 2 && 3 || 4 = 5 AS ?a) (1 != 2 AS ?b) (1 <= 2 AS ?c) (1 >= 2 AS ?d) (1 < 2 AS ?e) {}
SELECT (1 + 2 - 3 * 4 / -5 AS ?a) (?x+1 AS ?b) (1 +2*3/4-5 AS ?c) (- -1 AS ?d) (!?x AS ?e) {}
SELECT (((1)) AS ?a) (<f> AS ?b) (<f>(1) AS ?c) (?x IN (1) AS ?d) (1>2 AS ?e) (?y<?x AS ?f) {}
SELECT (COUNT(*) AS ?a) (COUNT(DISTINCT *) AS ?b) (COUNT(DISTINCT ?x) AS ?c) (SUM(1) AS ?d) {}
SELECT (MIN(?x) AS ?a) (MAX(?x) AS ?b) (AVG(DISTINCT ?x) AS ?c) (SAMPLE(?x) AS ?d) {}
SELECT (GROUP_CONCAT(?x) AS ?a) (group_concat(DISTINCT ?x ; separator = ', ') AS ?b) {}
SELECT * { ?s ?p 1, .5, 1.5, 1e5, 1.e5, .1E-5, +1, -.5, -1.0E+5, true, false }
SELECT * { ?s ?p 'a', "a", '''a'b\n''', "\t\b\n\r\f\\\"\'" , "a"@en-GB, "a" ^^ <b>, "", '''''' }
SELECT * { ?s ?p "\u0022\U0001F600", <a\u00e9>, "\\uD800" } # \uD800
PREFIX x: <http://x/> SELECT * { ?s x:a:b.c\,\~%20-d x: . x:1 x:: "a"^^x:a }
SELECT ?é ?a·b ?1 ?_ {} # no ) more
select * where { ?s ?p ?o filter bound(?s) }
"""

NOT_TAKEN = r"""

PREFIX SELECT * {}
PREFIX x:y <http://x/> SELECT * {}
PREFIX x <http://x/> SELECT * {}
PREFIX x.: <http://x/> SELECT * {}
BASE x: SELECT * {}
SELECT * {} PREFIX x: <y>
SELECT {}
SELECT DISTINCT REDUCED ?x {}
SELECT ?a, ?b {}
SELECT * ?a {}
SELECT (1) {}
SELECT (1 AS x) {}
SELECT 1 AS ?x {}
SELECT * {
SELECT * {} }
SELECT * FROM ?x {}
CONSTRUCT {}
CONSTRUCT { FILTER(1) } {}
CONSTRUCT WHERE { FILTER(1) }
CONSTRUCT { GRAPH ?g {} } {}
DESCRIBE
DESCRIBE 1
ASK
ASK ?x {}
SELECT * {} GROUP BY
SELECT ?x {} GROUP BY 1
SELECT ?x {} GROUP BY ?x + 1
SELECT * {} HAVING ?x
SELECT * {} ORDER BY
SELECT * {} ORDER BY ASC ?x
SELECT * {} ORDER BY ?x + 1
SELECT * {} LIMIT
SELECT * {} LIMIT -1
SELECT * {} LIMIT ?x
SELECT * {} LIMIT 1 LIMIT 2
SELECT * {} LIMIT 1 ORDER BY ?x
SELECT * {} OFFSET 1.5
SELECT * { ?s ?p }
SELECT * { ?s ?p ?o . . }
SELECT * { . }
SELECT * { ?s ?p ?o ?x }
SELECT * { ?s ?p ?o , }
SELECT * { ?s ; ?p ?o }
SELECT * { ?s "a" ?o }
SELECT * { ?s [] ?o }
SELECT * { ?s _:a ?o }
SELECT * { () }
SELECT * { [] }
SELECT * { (1, 2) ?p ?o }
SELECT * { [?p] ?q ?o }
SELECT * { ?s A ?o }
SELECT * { ?s a a }
SELECT * { ?s <a>** ?o }
SELECT * { ?s <a>{1,2} ?o }
SELECT * { ?s ^^<a> ?o }
SELECT * { ?s !(<a>/<b>) ?o }
SELECT * { ?s !!<a> ?o }
SELECT * { ?s (?p) ?o }
SELECT * { ?s ?p* ?o }
SELECT * { ?s <a>| ?o }
SELECT * { ?s () ?o }
SELECT * { UNION {} }
SELECT * { {} UNION }
SELECT * { OPTIONAL ?s ?p ?o }
SELECT * { MINUS }
SELECT * { GRAPH _:a {} }
SELECT * { GRAPH {} }
SELECT * { SERVICE {} }
SELECT * { NOT EXISTS {} }
SELECT * { FILTER ?x }
SELECT * { FILTER 1 }
SELECT * { FILTER <f> }
SELECT * { FILTER() }
SELECT * { FILTER EXISTS ?x }
SELECT * { BIND(1) }
SELECT * { BIND 1 AS ?x }
SELECT * { BIND(1 AS ?x) . . }
SELECT * { VALUES ?x { ?y } }
SELECT * { VALUES ?x { _:a } }
SELECT * { VALUES ?x ?y { } }
SELECT * { VALUES ?x { (1) } }
SELECT * { VALUES (?x) { 1 } }
SELECT * { VALUES { 1 } }
SELECT * { ?s ?p UNDEF }
SELECT * { ASK {} }
SELECT * { SELECT * FROM <a> {} }
SELECT * { SELECT * {} ?s ?p ?o }
SELECT (1 = 2 = 3 AS ?x) {}
SELECT (1 < 2 < 3 AS ?x) {}
SELECT (1 | 2 AS ?x) {}
SELECT (1 + AS ?x) {}
SELECT (1 IN 2 AS ?x) {}
SELECT (?a NOT (1) AS ?x) {}
SELECT (() AS ?x) {}
SELECT ([] AS ?x) {}
SELECT (<f>(*) AS ?x) {}
SELECT (<f>(1,) AS ?x) {}
SELECT (NOSUCH(1) AS ?x) {}
SELECT (COUNT() AS ?x) {}
SELECT (COUNT AS ?x) {}
SELECT (SUM(*) AS ?x) {}
SELECT (SUM(1, 2) AS ?x) {}
SELECT (GROUP_CONCAT(?x, ",") AS ?y) {}
SELECT (GROUP_CONCAT(?x; ",") AS ?y) {}
SELECT (GROUP_CONCAT(?x; SEPARATOR=1) AS ?y) {}
SELECT * { ?s ?p "a }
SELECT * { ?s ?p 'a" }
SELECT * { ?s ?p "\q" }
SELECT * { ?s ?p "\u12" }
SELECT * { ?s ?p "a"@ }
SELECT * { ?s ?p "a"^^"b" }
SELECT * { ?s ?p "a"^^?b }
SELECT * { ?s ?p <a b> }
SELECT * { ?s ?p 1e }
SELECT * { ?s ?p ++1 }
SELECT * { ?s ?p <a>:b }
SELECT ? {}
SELECT ?a-b {}
SELECT ?\u0078 {}
PREFIX x: <http://x/> SELECT * { ?s ?p x:%2 }
PREFIX x: <http://x/> SELECT * { ?s ?p x:\a }
PREFIX x: <http://x/> SELECT * { ?s ?p x:\u0061 }
SELECT * { # }
"""

CALLS = {
    0: "RAND NOW UUID STRUUID",
    1: "STR LANG DATATYPE IRI URI ABS CEIL FLOOR ROUND STRLEN UCASE LCASE ENCODE_FOR_URI YEAR MONTH"
    " DAY HOURS MINUTES SECONDS TIMEZONE TZ MD5 SHA1 SHA256 SHA384 SHA512 isIRI isURI isBLANK"
    " isLITERAL isNUMERIC",
    2: "LANGMATCHES CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER STRLANG STRDT sameTerm",
    3: "IF",
}
ARITIES = {name: {count} for count, names in CALLS.items() for name in names.split()} | {
    "BNODE": {0, 1},
    "SUBSTR": {2, 3},
    "REGEX": {2, 3},
    "REPLACE": {3, 4},
    "CONCAT": set(range(6)),
    "COALESCE": set(range(6)),
}

# The rules beside the grammar: a text that keeps one, and one that breaks it; where; what is said.
SCOPE = [
    (
        "ASK { _:a ?p ?o . FILTER(?o > 1) _:a <q>* ?r }",
        "ASK { _:a ?p ?o OPTIONAL { _:a ?q ?r } }",
        28,
        "two basic",
    ),
    ("ASK { { _:a ?p ?o } { _:b ?q ?r } }", "ASK { { _:a ?p ?o } { _:a ?q ?r } }", 23, "two basic"),
    ("ASK { [] ?p 1 {} [] ?p 2 }", "ASK { _:a ?p 1 {} _:a ?p 2 }", 19, "two basic"),
    (
        "ASK { _:a ?p 1 FILTER EXISTS { _:b ?p 1 } }",
        "ASK { _:a ?p 1 FILTER EXISTS { _:a ?p 1 } }",
        32,
        "two basic",
    ),
    ("ASK { BIND(1 AS ?s) ?s ?p ?o }", "ASK { ?s ?p ?o BIND(1 AS ?s) }", 26, "BIND takes"),
    (
        "ASK { FILTER(?s > 1) BIND(1 AS ?s) }",
        "ASK { VALUES ?s { 1 } BIND(1 AS ?s) }",
        33,
        "BIND takes",
    ),
    (
        "ASK { MINUS { ?s ?p ?o } BIND(1 AS ?s) }",
        "ASK { OPTIONAL { ?s ?p ?o } BIND(1 AS ?s) }",
        39,
        "BIND takes",
    ),
    ("ASK { ?s ?p ?o { BIND(1 AS ?s) } }", "ASK { GRAPH ?s {} BIND(1 AS ?s) }", 29, "BIND takes"),
    (
        "ASK { { SELECT ?s { ?s ?p ?o } } BIND(1 AS ?p) }",
        "ASK { { SELECT * { ?s ?p ?o } } BIND(1 AS ?p) }",
        43,
        "BIND takes",
    ),
    ("ASK { BIND(?x AS ?y) BIND(1 AS ?x) }", "ASK { BIND(?x AS ?y) BIND(1 AS ?y) }", 32, "BIND"),
    ("SELECT (1 AS ?x) { ?s ?p ?o }", "SELECT (1 AS ?s) { ?s ?p ?o }", 14, "AS takes"),
    (
        "SELECT (1 AS ?x) { FILTER EXISTS { ?x ?p ?o } }",
        "SELECT (1 AS ?x) {} VALUES ?x { 1 }",
        14,
        "AS takes",
    ),
    (
        "ASK { { SELECT (1 AS ?p) { SELECT ?s { ?s ?p ?o } } } }",
        "ASK { { SELECT (1 AS ?s) { SELECT ?s { ?s ?p ?o } } } }",
        22,
        "AS takes",
    ),
    (
        "SELECT (COUNT(*) AS ?o) { ?s ?p ?o } GROUP BY ?s",
        "SELECT (COUNT(*) AS ?s) { ?s ?p ?o } GROUP BY ?s",
        21,
        "AS takes",
    ),
    ("SELECT (1 AS ?x) (?x AS ?y) {}", "SELECT (1 AS ?x) (2 AS ?x) {}", 24, "twice"),
    ("SELECT ?x ?y {}", "SELECT ?x ?y ?x {}", 14, "twice"),
    ("SELECT * { ?s ?p ?o } HAVING(1)", "SELECT * { ?s ?p ?o } GROUP BY ?s", 1, "SELECT *"),
    (
        "ASK { { SELECT ?s { ?s ?p ?o } GROUP BY ?s } }",
        "ASK { { SELECT * { ?s ?p ?o } ORDER BY COUNT(?s) } }",
        9,
        "SELECT *",
    ),
    ("SELECT ?s { ?s ?p ?o } GROUP BY ((?s))", "SELECT ?s { ?s ?p ?o } GROUP BY STR(?s)", 8, "?s"),
    (
        "SELECT ?x { ?s ?p ?o } GROUP BY (STR(?s) AS ?x)",
        "SELECT ?x ?s { ?s ?p ?o } GROUP BY (STR(?s) AS ?x)",
        11,
        "?s stands in no aggregate",
    ),
    (
        "SELECT (MAX(?o) + ?s AS ?x) { ?s ?p ?o } GROUP BY ?s",
        "SELECT (MAX(?o) + ?p AS ?x) { ?s ?p ?o } GROUP BY ?s",
        19,
        "?p stands in no aggregate",
    ),
    (
        "SELECT (COUNT(*) AS ?c) (EXISTS { ?s ?p ?o } AS ?e) { ?s ?p ?o }",
        "SELECT (COUNT(*) AS ?c) (?o AS ?e) { ?s ?p ?o }",
        26,
        "?o stands in no aggregate",
    ),
    ("SELECT ?v (COUNT(*) AS ?c) {} VALUES ?v { 1 }", "SELECT ?v (COUNT(*) AS ?c) {}", 8, "?v"),
    ("ASK { VALUES (?x ?y) { (1 2) } }", "ASK { VALUES (?x ?y) { (1 2) (1) } }", 30, "1 values"),
    ("ASK {} VALUES () { () }", "ASK {} VALUES () { (1) }", 20, "1 values"),
    ("ASK {} VALUES (?x) {}", "ASK {} VALUES (?x) { () }", 22, "0 values"),
    ("ASK {} VALUES (?x ?y) {}", "ASK {} VALUES (?x ?x) {}", 15, "twice"),
    (r"ASK { ?s ?p '\uD7FF' }", r"ASK { ?s ?p '\uD800' }", 13, "no character"),
    (r"ASK { ?s ?p '\\uDFFF' }", r"ASK { ?s ?p '\\\uDFFF' }", 13, "no character"),
    (r"ASK { ?s ?p <\U0001F600> }", r"ASK { ?s ?p <\U00110000> }", 13, "no character"),
    ("PREFIX x: <y> ASK { ?s x:a ?o }", "PREFIX x: <y> ASK { ?s y:a ?o }", 24, "prefix y:"),
    ("PREFIX : <y> ASK { ?s ?p 1, '2'^^: }", "PREFIX x: <y> ASK { ?s ?p '2'^^: }", 32, "prefix :"),
    ("CONSTRUCT { ?s a 1 } {}", "CONSTRUCT { ?s <a>|<b> 1 } {}", 16, "a path"),
    ("CONSTRUCT WHERE { ?s <a> 1 }", "CONSTRUCT WHERE { [(<a>) 1] }", 20, "a path"),
    ("ASK { [^<a> 1] }", "CONSTRUCT { (1 [^<a> 1]) } {}", 17, "a path"),
    ("SELECT ?s {} GROUP BY ?s ORDER BY SUM(?x)", "ASK { FILTER(SUM(?x) > 1) }", 14, "only"),
]

# Where the grammar is not as Oxigraph is, in cases of our own.
_BETWEEN = "BIND and VALUES end a basic graph pattern (sections 10.1 and 18.2.2)"
_CONDITION = "section 11.4 has aggregates in SELECT, HAVING and ORDER BY"
_ONLY_SELECT = "it is SELECT * alone that cannot be grouped (section 18.2.4.4)"
_LATER = "SPARQL 1.2, or an extension"
UNLIKE = {
    "ASK { _:a ?p 1 BIND(1 AS ?x) _:a ?p 2 }": (False, _BETWEEN),
    "ASK { _:a ?p 1 VALUES ?x { 1 } _:a ?p 2 }": (False, _BETWEEN),
    "ASK { _:a ?p 1 FILTER EXISTS {} _:a ?p 2 }": (True, "FILTER does not end one (5.1.1)"),
    "ASK { SERVICE ?g {} BIND(1 AS ?g) }": (False, "the name of a SERVICE is in scope (18.2.1)"),
    "SELECT ?x { ?s ?p ?o } GROUP BY (?s AS ?x)": (True, "a key is known by its name (11.2)"),
    "SELECT (COUNT(*) AS ?c) (?c + 1 AS ?d) {}": (True, "?c is in no pattern (11.4, 18.2.4.4)"),
    "SELECT (SUM(COUNT(?s)) AS ?c) {}": (False, "an aggregate is of solutions (18.5.1)"),
    "SELECT (COUNT(*) AS ?c) { FILTER(COUNT(?s) > 1) }": (False, _CONDITION),
    "SELECT (COUNT(*) AS ?c) { BIND(COUNT(?s) AS ?d) }": (False, _CONDITION),
    "SELECT (COUNT(*) AS ?c) {} GROUP BY (COUNT(?s) AS ?d)": (False, _CONDITION),
    "ASK { ?s ?p ?o } GROUP BY ?s": (True, _ONLY_SELECT),
    "DESCRIBE ?s { ?s ?p ?o } GROUP BY ?o": (True, _ONLY_SELECT),
    "CONSTRUCT { ?s a 1 } { ?s ?p ?o } GROUP BY ?s": (True, _ONLY_SELECT),
    "SELECT * {} LIMIT 99999999999999999999": (True, "an integer has no greatest one"),
    "ASK { ?s ?p TRUE }": (True, "a keyword has any case (19.8)"),
    "ASK { ?s !() ?o }": (True, "production [95]"),
    "SELECT (<f>(DISTINCT 1) AS ?x) {}": (True, "production [71]"),
    "ASK { ?s ?p + 1 }": (False, "the sign is part of the number, production [149]"),
    "CONSTRUCT { [] <a>+ 1 } {}": (False, "so is this one, and <a>+ is a path"),
    "SELECT (!!1 AS ?x) {}": (False, "production [118]"),
    "ASK { ?s ?p ?o FILTER(?s<?p&&?o>?p) }": (False, "<?p&&?o> is an IRI, the longest token"),
    r"ASK { ?s ?p <a\u0020b> }": (True, "what the characters of an IRI are is no syntax here"),
    "ASK { ?s ?p <%zz> }": (True, "so"),
    "ASK { ?s ?p 'a'@abcdefghijkl }": (True, "production [145]; BCP 47 has more to say"),
    "ASK { ?s ?p 'a'@en--ltr }": (False, _LATER),
    "ASK { << ?s ?p ?o >> ?q ?r }": (False, _LATER),
    "ASK { ?s ?p ?o {| ?q ?r |} }": (False, _LATER),
    "ASK { LATERAL { ?s ?p ?o } }": (False, _LATER),
    "SELECT (TRIPLE(1, 2, 3) AS ?x) {}": (False, _LATER),
    "SELECT (ADJUST(1, 2) AS ?x) {}": (False, _LATER),
    'VERSION "1.2" ASK {}': (False, _LATER),
}
# Which of these a release of Oxigraph takes, has changed.
BY_RELEASE = (
    "ASK { ?s ?p ?o } GROUP BY ?s",
    "CONSTRUCT { ?s a 1 } { ?s ?p ?o } GROUP BY ?s",
    'VERSION "1.2" ASK {}',
)


@pytest.mark.parametrize("text", TAKEN.strip("\n").split("\n"))
def test_taken(text: str) -> None:
    grammar.parse(text)
    assert oxigraph_takes(text)


@pytest.mark.parametrize("text", NOT_TAKEN.strip("\n").split("\n"))
def test_not_taken(text: str) -> None:
    with pytest.raises(QueryError):
        grammar.parse(text)
    assert not oxigraph_takes(text)


@pytest.mark.parametrize("name", ARITIES)
def test_arities(name: str) -> None:
    for count in range(6):
        text = f"SELECT ({name.swapcase()}({', '.join('1' * count)}) AS ?x) {{}}"
        assert grammar_takes(text) == oxigraph_takes(text) == (count in ARITIES[name]), text


def test_bound_takes_a_variable() -> None:
    for argument, taken in {"?x": True, "1": False, "?x, ?y": False, "": False}.items():
        text = f"ASK {{ FILTER BOUND({argument}) }}"
        assert grammar_takes(text) == oxigraph_takes(text) == taken, text


@pytest.mark.parametrize(("kept", "broken", "column", "said"), SCOPE)
def test_scope(kept: str, broken: str, column: int, said: str) -> None:
    grammar.parse(kept)
    assert oxigraph_takes(kept)
    with pytest.raises(QueryError) as caught:
        grammar.parse(f"# a\n{broken}")
    assert (caught.value.line, caught.value.column) == (2, column)
    assert said in caught.value.problem
    assert not oxigraph_takes(broken)


@pytest.mark.parametrize("text", UNLIKE)
def test_unlike_oxigraph(text: str) -> None:
    taken, _reason = UNLIKE[text]
    assert grammar_takes(text) == taken
    assert oxigraph_takes(text) != taken or text in BY_RELEASE


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("SELECT *\n{\n  ?s ?p ?o\n  ?x }", 4, 3, "'?x'"),
        ("SELECT *\n{ ?s ?p 'a\n' }", 2, 9, '"\'a"'),
        ("SELECT *\r\n{ ?s ?p ?o", 2, 11, "before the end"),
        ("SELECT *\n", 1, 9, "before the end"),
        ("ASK {}\n\f", 2, 1, r"'\x0c'"),
        ("ASK {\n} LIMIT\n  ten", 3, 3, "'ten'"),
        ("# é\nASK { ?é ?p\n\t\u00a0 }", 3, 2, r"'\xa0'"),
        ("", 1, 1, "before the end"),
        # the first of several
        ("ASK {\n ?s x:a ?o BIND(1 AS ?s)\n VALUES (?v) { () } }", 2, 5, "prefix x:"),
    ],
)
def test_place_of_an_error(text: str, line: int, column: int, said: str) -> None:
    with pytest.raises(QueryError) as caught:
        grammar.parse(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert said in caught.value.problem


@pytest.mark.parametrize(
    "path", sorted((ROOT / "queries").glob("*.rq")), ids=lambda path: path.stem
)
def test_stored_queries(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    query = read_query(text)
    assert query.select
    assert query.select.items


@pytest.mark.parametrize(
    ("before", "opening", "within", "closing", "after"),
    [
        ("ASK ", "{", "", "}", ""),
        ("ASK {", "OPTIONAL {", "", "}", "}"),
        ("ASK {", "{} UNION {", "", "}", "}"),
        ("ASK {", "GRAPH ?g {", "", "}", "}"),
        ("ASK {", "FILTER EXISTS {", "", "}", "}"),
        ("ASK {", "FILTER(1 = EXISTS {", "", "})", "}"),
        ("ASK {", "{ SELECT * ", "{}", "}", "}"),
        ("SELECT ", "(EXISTS { SELECT ", "?x {}", "} AS ?x) {}", ""),
        ("ASK { FILTER", "(", "1", ")", "}"),
        ("ASK { FILTER(", "1 + 2 * STR(", "1", ")", ")}"),
        ("ASK { FILTER(", "1 IN (", "1", ")", ")}"),
        ("ASK {", "(", "1", ")", "}"),
        ("ASK {", "[<p> ", "1", "]", "}"),
        ("CONSTRUCT {", "[<p> ", "1", "]", "} {}"),
        ("ASK { ?s ", "<a>|<b>/^(", "<c>", ")*", " ?o }"),
    ],
)
def test_brackets_may_nest(
    before: str, opening: str, within: str, closing: str, after: str
) -> None:
    def nested(depth: int) -> str:
        return f"{before}{opening * depth}{within}{closing * depth}{after}"

    def is_read(depth: int) -> bool:
        try:
            readable(nested(depth))
        except QueryRefused:
            return False
        return True

    depth = max(filter(is_read, range(MAX_DEPTH // 2 - 2, MAX_DEPTH + 1)))
    assert read_query(nested(depth)).text == nested(depth)


WORDS = """
    SELECT ASK CONSTRUCT DESCRIBE WHERE FROM PREFIX BASE VALUES UNDEF GROUP BY HAVING ORDER LIMIT
    FILTER BIND AS EXISTS NOT IN OPTIONAL UNION MINUS GRAPH COUNT(*) STR IF true a * ?x ?y ?z $x
    x: :a x:b <a> <b:c> _:a _:b [] () { } { } ( ) ( ) [ ] . ; , / | ^ ^^ ! != = < > && || + - 1 .5
    'a' "b" @en 1e5 +1 # \\u0041 '\\uD800'
"""
TOKENS = st.sampled_from([*WORDS.split(), "\f", "\u00a0", "\ud800"])


@given(st.lists(TOKENS, max_size=25), st.sampled_from(["", "ASK {", "SELECT * {"]))
def test_any_tokens_are_read_or_refused(words: list[str], start: str) -> None:
    text = " ".join([start, *words, "}"])
    for read in (readable, read_query):
        with contextlib.suppress(QueryError, QueryRefused):
            read(text)


@given(st.text(alphabet=string.printable + "é\u00a0\u2028\ud800\0", max_size=30))
def test_any_text_is_read_or_has_an_error_with_a_place(text: str) -> None:
    try:
        read_query(text)
    except QueryError as error:
        place = error.line, error.column
    else:
        place = 1, 1
    assert min(place) >= 1


# What is read


def elements(pattern: str) -> tuple[Element, ...]:
    select = read_query(f"PREFIX : <x> SELECT * {{ {pattern} }}").select
    assert select
    return select.where.elements


def triples(pattern: str) -> list[TriplePattern]:
    (block,) = elements(pattern)
    assert isinstance(block, Triples)
    return list(block.patterns)


def selected(text: str) -> Select:
    select = read_query(text).select
    assert select
    return select


S, P, O = (Variable(name) for name in "spo")  # noqa: E741
A, B, C = (Constant(f":{name}") for name in "abc")
FIRST, REST, TYPE, NIL = (Constant(f"<{RDF}{name}>") for name in ("first", "rest", "type", "nil"))


def test_read_triples() -> None:
    assert triples("?s ?p ?o ; a :a, 'b'@en . :a :b _:c") == [
        TriplePattern(S, P, O),
        TriplePattern(S, Link(TYPE), A),
        TriplePattern(S, Link(TYPE), Constant("'b'@en")),
        TriplePattern(A, Link(B), Blank("_:c")),
    ]


def test_read_collections() -> None:
    first, rest, *inner = triples("?s ?p (1 (?o))")[1:3] + triples("?s ?p (1 (?o))")[3:]
    head = first.subject
    assert first == TriplePattern(head, Link(FIRST), Constant("1"))
    assert rest.predicate == Link(REST)
    second = rest.object
    (nested,) = (p.object for p in inner if p.subject == second and p.predicate == Link(FIRST))
    assert set(inner) == {
        TriplePattern(second, Link(FIRST), nested),
        TriplePattern(second, Link(REST), NIL),
        TriplePattern(nested, Link(FIRST), O),
        TriplePattern(nested, Link(REST), NIL),
    }
    assert len({head, second, nested}) == 3
    assert triples("() ?p ()") == [TriplePattern(NIL, P, NIL)]


def test_read_property_lists() -> None:
    found = triples("[ :a [ :b 1 ] ] :c [] .")
    (outer,) = (p.subject for p in found if p.predicate == Link(A))
    (inner,) = (p.object for p in found if p.predicate == Link(A))
    (other,) = (p.object for p in found if p.predicate == Link(C))
    assert found == [
        TriplePattern(outer, Link(A), inner),
        TriplePattern(inner, Link(B), Constant("1")),
        TriplePattern(outer, Link(C), other),
    ]
    assert len({outer, inner, other}) == 3
    assert all(isinstance(term, Blank) for term in (outer, inner, other))


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (":a", Link(A)),
        ("(a)", Link(TYPE)),
        ("^:a", Inverse(Link(A))),
        (":a/:b/^:c", Sequence((Link(A), Link(B), Inverse(Link(C))))),
        (":a|:b/:c", Alternative((Link(A), Sequence((Link(B), Link(C)))))),
        ("(:a|:b)/:c", Sequence((Alternative((Link(A), Link(B))), Link(C)))),
        ("^:a*", Inverse(Repeated(Link(A), "*"))),
        ("(^:a)+", Repeated(Inverse(Link(A)), "+")),
        (":a?", Repeated(Link(A), "?")),
        ("!:a", Negated((A,), ())),
        ("!(^:a|:b|a|^:c)", Negated((B, TYPE), (A, C))),
        ("!()", Negated((), ())),
    ],
)
def test_read_paths(text: str, path: object) -> None:
    assert triples(f"?s {text} ?o") == [TriplePattern(S, path, O)]  # type: ignore[arg-type]


def test_read_groups() -> None:
    block = Triples((TriplePattern(S, P, O),))
    group = Group("{ ?s ?p ?o }", (block,))
    empty = Group("{}", ())
    assert elements(
        "?s ?p ?o . { ?s ?p ?o } UNION {} {} OPTIONAL { ?s ?p ?o } MINUS {} GRAPH :a { ?s ?p ?o } "
        "GRAPH ?g {} VALUES ?v { 1 } VALUES (?w ?x) {} BIND(1 + 1 AS ?y) SERVICE :b {}"
    ) == (
        block,
        OneOf((group, empty)),
        OneOf((empty,)),
        Optional(group),
        Minus(empty),
        Graph(A, group),
        Graph(Variable("g"), empty),
        Values("VALUES ?v { 1 }", (Variable("v"),)),
        Values("VALUES (?w ?x) {}", (Variable("w"), Variable("x"))),
        Bind("BIND(1 + 1 AS ?y)", Variable("y"), ()),
        Service("SERVICE :b {}"),
    )


def test_read_exists() -> None:
    group = Group("{ ?s ?p ?o }", (Triples((TriplePattern(S, P, O),)),))
    text = "FILTER(1 = 2 || EXISTS { ?s ?p ?o } && NOT EXISTS { ?s ?p 1 })"
    assert elements(text) == (Filter(text, (group,)),)
    assert elements("FILTER NOT EXISTS {}") == (Filter("FILTER NOT EXISTS {}", ()),)
    bound = "BIND(EXISTS { ?s ?p ?o } AS ?x)"
    assert elements(bound) == (Bind(bound, Variable("x"), (group,)),)


def test_read_sub_select() -> None:
    ((inner,),) = (
        group.elements
        for element in elements("{ SELECT (COUNT(?p) AS ?n) ?s { ?s ?p 1 } GROUP BY ?s }")
        if isinstance(element, OneOf)
        for group in element.groups
    )
    assert isinstance(inner, Select)
    assert inner.text == "SELECT (COUNT(?p) AS ?n) ?s { ?s ?p 1 } GROUP BY ?s"
    assert inner.items
    assert [(i.variable.name, i.text, i.is_expression) for i in inner.items] == [
        ("n", "(COUNT(?p) AS ?n)", True),
        ("s", "?s", False),
    ]
    assert inner.keys == (GroupKey("?s", S),)
    assert inner.is_aggregate
    assert inner.having == ""
    assert inner.values is None


def test_read_grouping() -> None:
    select = selected(
        "SELECT ?s ?x (MAX(?o) + ?x AS ?m) { ?s ?p ?o }"
        " GROUP BY ?s (?p) (STR(?p) AS ?x) LANG(?o) (1 + 2) HAVING (?m > 1) VALUES ?s { 1 }"
    )
    assert select.keys == (
        GroupKey("?s", S),
        GroupKey("?p", P),
        GroupKey("STR(?p)", Variable("x")),
        GroupKey("LANG(?o)", None),
        GroupKey("1 + 2", None),
    )
    assert select.items
    assert select.having == "HAVING (?m > 1)"
    assert select.values == Values("VALUES ?s { 1 }", (S,))
    assert select.calls == {"STR", "LANG"}


def test_read_forms() -> None:
    query = read_query("PREFIX x: <y>\nSELECT * FROM <a> {}")
    assert (query.form, query.prologue, query.has_dataset) == ("SELECT", "PREFIX x: <y>", True)
    assert query.select
    assert query.select.items is None
    assert read_query("DESCRIBE <a>").select is None
    template = selected("CONSTRUCT WHERE { ?s ?p ?o }").where
    assert template == Group("{ ?s ?p ?o }", (Triples((TriplePattern(S, P, O),)),))
    assert [read_query(f"{form} {{}}").form for form in ("ASK", "CONSTRUCT {}", "DESCRIBE *")] == [
        "ASK",
        "CONSTRUCT",
        "DESCRIBE",
    ]
