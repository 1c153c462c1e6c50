"""What is scanned for in tokens, before each query is run, is what the grammar finds."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT, suite
from hypothesis import given
from hypothesis import strategies as st
from naive_select import Select
from selects import selects

from qkg.errors import QueryError, QueryRefused
from qkg.namespaces import PREFIXES
from qkg.sparql import Form, declare_prefixes, readable, values_block
from qkg.sparql.grammar import Node, Token, parse
from qkg.sparql.nodes import below, variable_name

STORED = sorted((ROOT / "queries").glob("*.rq"))
FORMS: dict[str, Form] = {
    "select_query": "SELECT",
    "construct_query": "CONSTRUCT",
    "describe_query": "DESCRIBE",
    "ask_query": "ASK",
}


def groups(text: str) -> list[Node]:
    """Return the groups of a query, sub-SELECTs left out, in the order in which they begin."""
    # An empty one has no place.
    found = [each for each in parse(text).find_data("group_graph_pattern_sub") if each.children]
    return sorted(found, key=lambda each: each.meta.start_pos)


def names(node: Node) -> Iterator[str]:
    """Yield the variables of a node, those within a collection left out: the scan does not look."""
    if node.data == "var":
        yield variable_name(node)
    elif node.data != "collection":
        for child in below(node):
            yield from names(child)


def must_bind(elements: list[Node], variable: str) -> bool:
    """Return whether a triple binds a variable in each solution of a group."""
    for element in elements:
        if element.data == "triples_block" and variable in names(element):
            return True
        if element.data == "graph_graph_pattern":
            name, group = below(element)
            (inner,) = below(group)
            if variable in names(name):
                return True
            if inner.data == "group_graph_pattern_sub" and must_bind(below(inner), variable):
                return True
    return False


def by_grammar(text: str, variable: str) -> tuple[str, bool] | None:
    """Return the block ``VALUES ?variable { … }`` that begins a group, and if it may be deleted."""
    for group in groups(text):
        first, *rest = below(group)
        if first.data == "inline_data":
            (data,) = below(below(first)[0])
            if data.data == "inline_data_one_var" and variable in names(below(data)[0]):
                return text[first.meta.start_pos : first.meta.end_pos], must_bind(rest, variable)
    return None


def by_scan(text: str, variable: str) -> tuple[str, bool] | None:
    block = values_block(text, variable)
    return None if block is None else (text[block.start : block.end], block.bound_beside)


def variables(text: str) -> set[str]:
    tokens = parse(text).scan_values(lambda value: isinstance(value, Token))
    return {str(token)[1:] for token in tokens if token.type == "VAR"}


def check(text: str) -> None:
    _prologue, asked, _values = below(parse(text))
    assert readable(text) == FORMS[asked.data]
    assert declare_prefixes(text) == (text, 0), "each prefix is declared, or it would not parse"
    for variable in variables(text):
        assert by_scan(text, variable) == by_grammar(text, variable), variable


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_stored_queries(path: Path) -> None:
    check(path.read_text(encoding="utf-8"))


def test_queries_of_the_w3c_suite() -> None:
    seen = 0
    for path in sorted(suite("sparql-syntax").rglob("*.rq")):
        text = path.read_text(encoding="utf-8")
        try:
            parse(text)
            readable(text)
        except (QueryError, QueryRefused):
            continue
        check(text)
        seen += 1
    assert seen > 150


BLOCKS = ("VALUES ?x { 1 }", "VALUES ?y {}", "VALUES ?x { UNDEF 'a}' } VALUES ?x { 2 }")


@given(selects, st.data())
def test_parameters_of_any_query(select: Select, data: st.DataObject) -> None:
    text = str(select)
    found = groups(text)
    if found:
        start = data.draw(st.sampled_from(found)).meta.start_pos
        text = f"{text[:start]}{data.draw(st.sampled_from(BLOCKS))} {text[start:]}"
    try:
        parse(text)
    except QueryError:
        return  # the block puts in scope what a BIND names
    check(text)


@given(st.sets(st.sampled_from(sorted(PREFIXES)), max_size=3), st.sets(st.sampled_from("abc")))
def test_prefixes_that_are_missing(known: set[str], own: set[str]) -> None:
    text = " ".join(
        [
            *(f"PREFIX {prefix}: <http://x/>" for prefix in sorted(own)),
            "ASK { ?s ?p 'rdf:x', <qkg:y> # id:z\n",
            *(f". {prefix}:s ?p 1" for prefix in sorted(known | own)),
            "}",
        ]
    )
    declared, added = declare_prefixes(text)
    parse(declared)
    assert added == bool(known)
    assert declared.count("PREFIX") == len(known | own)
