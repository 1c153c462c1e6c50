"""The rules of SPARQL 1.1 that no grammar states: notes to section 19.8, and what they refer to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from qkg.errors import QueryError
from qkg.sparql.nodes import all_below, below, free, variable_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qkg.sparql.grammar import Node, Token

__all__ = ["check_scope"]

_Visible: TypeAlias = dict[int, frozenset[str]]  # by the identity of a node
_Problems: TypeAlias = "Iterator[tuple[Node, str]]"  # where, and what

_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|.)", re.DOTALL)


def check_scope(tree: Node) -> None:
    """Check what a query has to keep beside the grammar.

    Args:
        tree: a query, as the grammar gives it.

    Raises:
        QueryError: it breaks a rule; of several errors, the one that stands first in the text.
    """
    visible: _Visible = {}
    found: list[tuple[Node, str]] = []
    for node in tree.iter_subtrees():  # each behind what is within it
        visible[id(node)] = _in_scope(node, visible)
        found += _problems(node, visible)
    if found:
        where, problem = min(found, key=lambda each: _place(each[0]))
        raise QueryError(problem, *_place(where))


def _in_scope(node: Node, visible: _Visible) -> frozenset[str]:
    """Return the variables that a pattern puts in scope: the table of section 18.2.1."""
    children = below(node)
    if node.data == "var":
        return frozenset((variable_name(node),))
    if node.data in ("filter", "minus_graph_pattern", "solution_modifier"):
        return frozenset()
    if node.data in ("bind", "select_item"):
        return visible[id(children[-1])]
    if node.data == "sub_select" and all_below(children[0], "select_item"):
        return visible[id(children[0])]
    return frozenset().union(*(visible[id(child)] for child in children))


def _problems(node: Node, visible: _Visible) -> _Problems:
    if node.data == "query":
        _, asked, values = below(node)
        if asked.data == "select_query":
            yield from _select(asked, values, visible)
        yield from _labels(node)
        yield from _prefixes(node)
    elif node.data == "sub_select":
        yield from _select(node, below(node)[-1], visible)
    elif node.data == "group_graph_pattern_sub":
        yield from _binds(node, visible)
    elif node.data == "inline_data_full":
        yield from _rows(node)
    elif node.data in ("construct_template", "construct_where"):
        for verb in node.find_data("verb"):
            if not _is_plain(verb):
                yield verb, "a path cannot stand in what CONSTRUCT builds."
    elif node.data in ("filter", "bind", "group_clause"):
        for each in free(node, "aggregate"):
            yield each, "an aggregate can stand in SELECT, HAVING and ORDER BY only."
    elif node.data == "aggregate":
        for each in free(node, "aggregate"):
            yield each, "an aggregate cannot stand in another one."
    elif node.data in ("iri", "rdf_literal"):
        for match in _ESCAPE.finditer(str(node.children[0])):
            code = int(match[1] or match[2] or "0", 16)
            if 0xD800 <= code <= 0xDFFF or code > 0x10FFFF:
                yield node, f"{match[0]} stands for no character."


def _select(select: Node, values: Node, visible: _Visible) -> _Problems:
    """Check what is selected: section 18.2.4.4, and 11.4 where solutions are grouped."""
    clause = below(select)[0]
    where, modifier = (
        all_below(select, "where_clause")[0],
        all_below(select, "solution_modifier")[0],
    )
    items, keys = all_below(clause, "select_item"), all_below(modifier, "group_clause")
    parts = clause, *all_below(modifier, "having_clause"), *all_below(modifier, "order_clause")
    grouped = bool(keys) or any(True for part in parts for _ in free(part, "aggregate"))
    if grouped and not items:
        yield clause, "SELECT * cannot stand where solutions are grouped."
    known = visible[id(values)] | (_keys(keys) if grouped else visible[id(where)])
    named: set[str] = set()
    for item in items:
        *expression, var = below(item)
        name = variable_name(var)
        if name in named:
            yield var, f"?{name} is selected twice."
        elif expression and name in known:
            yield var, f"?{name} is in scope already: AS takes a new variable."
        for used in free(item, "var") if grouped else ():
            if variable_name(used) not in known | named and not (expression and used is var):
                yield (
                    used,
                    f"?{variable_name(used)} stands in no aggregate, and nothing is grouped by it.",
                )
        named.add(name)


def _keys(clauses: list[Node]) -> frozenset[str]:
    """Return the variables that solutions are grouped by; another key has no name."""
    found: set[str] = set()
    for key in (below(condition)[-1] for clause in clauses for condition in below(clause)):
        while key.data == "bracketted_expression":
            (key,) = below(key)
        if key.data == "var":
            found.add(variable_name(key))
    return frozenset(found)


def _binds(group: Node, visible: _Visible) -> _Problems:
    """Check that each BIND of a group names a new variable: section 10.1."""
    before: set[str] = set()
    for element in below(group):
        for name in before & visible[id(element)] if element.data == "bind" else ():
            yield below(element)[-1], f"?{name} is in scope already: BIND takes a new variable."
        before |= visible[id(element)]


def _rows(block: Node) -> _Problems:
    """Check that a block of VALUES is a table: section 10.2."""
    names = [variable_name(var) for each in all_below(block, "variables") for var in below(each)]
    if len(set(names)) < len(names):
        yield block, "VALUES names a variable twice."
    for row in all_below(block, "data_block_row"):
        if len(below(row)) != len(names):
            yield row, f"the row has {len(below(row))} values, for {len(names)} variables."


def _labels(tree: Node) -> _Problems:
    """Check that no label of a blank node is in two basic graph patterns: section 19.6."""
    found: list[tuple[Node, tuple[int, int]]] = []
    for group in tree.find_data("group_graph_pattern_sub"):
        ended = 0
        for element in below(group):
            if element.data == "triples_block":
                found += ((each, (id(group), ended)) for each in element.find_data("blank_node"))
            ended += element.data not in ("triples_block", "filter")
    homes: dict[str, tuple[int, int]] = {}
    for node, home in sorted(found, key=lambda each: _place(each[0])):
        label = str(node.children[0])
        if label.startswith("_:") and homes.setdefault(label, home) != home:
            yield node, f"{label} stands in two basic graph patterns."


def _prefixes(tree: Node) -> _Problems:
    """Check that each prefix is declared: section 4.1.1."""
    declared = {str(each.children[0]) for each in tree.find_data("prefix_decl")}
    for node in tree.find_data("iri"):
        prefix, colon, _ = str(node.children[0]).partition(":")
        if not prefix.startswith("<") and prefix + colon not in declared:
            yield node, f"the prefix {prefix}: is not declared."


def _is_plain(verb: Node) -> bool:
    leaf: Node | Token = verb
    while not isinstance(leaf, str):
        leaf = leaf.children[0]
    return (leaf.start_pos, leaf.end_pos) == (verb.meta.start_pos, verb.meta.end_pos)


def _place(node: Node) -> tuple[int, int]:
    return node.meta.line, node.meta.column
