"""From the tree of a query to plain values: :mod:`qkg.sparql.syntax`."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from qkg.namespaces import RDF
from qkg.sparql.grammar import Token, parse
from qkg.sparql.nodes import below, first_below, free, variable_name
from qkg.sparql.syntax import (
    Alternative,
    Bind,
    Blank,
    Constant,
    Filter,
    Graph,
    Group,
    GroupKey,
    Inverse,
    Item,
    Link,
    Minus,
    Negated,
    OneOf,
    Optional,
    Query,
    Repeated,
    Select,
    Sequence,
    Service,
    TriplePattern,
    Triples,
    Values,
    Variable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qkg.sparql.grammar import Node
    from qkg.sparql.reading import Form
    from qkg.sparql.syntax import Element, Path, Term

__all__ = ["read_query"]


@lru_cache(maxsize=128)
def read_query(text: str) -> Query:
    """Return a query as plain values; raises as :func:`qkg.sparql.grammar.parse`.

    Args:
        text: a query that :func:`qkg.sparql.readable` lets pass.
    """
    return _Reader(text).query(parse(text))


_FORMS: dict[str, Form] = {
    "select_query": "SELECT",
    "construct_query": "CONSTRUCT",
    "describe_query": "DESCRIBE",
    "ask_query": "ASK",
}
_FIRST, _REST, _NIL, _TYPE = (Constant(str(RDF[name])) for name in ("first", "rest", "nil", "type"))
_CALLS = frozenset(
    ("FUNCTION_0", "FUNCTION_1", "FUNCTION_2", "FUNCTION_2_3", "FUNCTION_N", "BNODE")
)


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._blanks = 0

    def query(self, tree: Node) -> Query:
        prologue, asked, trailing = below(tree)
        where, short = first_below(asked, "where_clause"), first_below(asked, "construct_where")
        made = self._made(first_below(asked, "construct_template") or short)
        group = None
        if where is not None:
            group = self._group(below(where)[0])
        elif short is not None:
            group = Group(self._slice(short), (Triples(made),))
        select = (
            None
            if group is None
            else self._select(asked, group, trailing, self._text[asked.meta.start_pos :])
        )
        return Query(
            self._text,
            _FORMS[asked.data],
            self._slice(prologue),
            select,
            first_below(asked, "dataset_clause") is not None,
            made,
            self._described(asked),
        )

    def _made(self, template: Node | None) -> tuple[TriplePattern, ...]:
        blocks = () if template is None else below(template)
        return tuple(pattern for block in blocks for pattern in self._triples(block))

    def _described(self, asked: Node) -> tuple[Variable | Constant, ...] | None:
        if asked.data != "describe_query":
            return ()
        named = [below(each)[0] for each in below(asked) if each.data == "var_or_iri"]
        return tuple(map(self._thing, named)) or None

    def _thing(self, node: Node) -> Variable | Constant:
        return _variable(node) if node.data == "var" else Constant(self._slice(node))

    def _select(self, node: Node, where: Group, trailing: Node | None, text: str) -> Select:
        clause = first_below(node, "select_clause")
        items: tuple[Item, ...] | None = None
        if clause is not None and first_below(clause, "select_item") is not None:
            items = tuple(map(self._item, below(clause)))
        modifier = first_below(node, "solution_modifier")
        assert modifier is not None
        grouping = first_below(modifier, "group_clause")
        having = first_below(modifier, "having_clause")
        order = first_below(modifier, "order_clause")
        block = None if trailing is None else first_below(trailing, "data_block")
        reduced = () if clause is None else (t for t in clause.children if isinstance(t, Token))
        outside = [each for each in (clause, having, order) if each is not None]
        return Select(
            text,
            next((str(t).upper() for t in reduced if t.type in ("DISTINCT", "REDUCED")), ""),
            items,
            where,
            () if grouping is None else tuple(map(self._key, below(grouping))),
            grouping is not None or any(True for each in outside for _ in free(each, "aggregate")),
            "" if having is None else self._slice(having),
            tuple(g for each in (grouping, having) if each for g in self._exists(each)),
            "" if order is None else self._slice(order),
            first_below(modifier, "limit_offset_clauses") is not None,
            None if trailing is None or block is None else self._values(trailing, block),
            frozenset(
                str(token).upper()
                for token in node.scan_values(lambda value: isinstance(value, Token))
                if token.type in _CALLS
            ),
        )

    def _item(self, node: Node) -> Item:
        *expression, var = below(node)
        exists = self._exists(expression[0]) if expression else ()
        text = self._slice(node) if expression else f"?{_variable(var).name}"
        return Item(_variable(var), text, bool(expression), exists)

    def _key(self, node: Node) -> GroupKey:
        first, *name = below(node)
        while first.data == "bracketted_expression" and not name:
            (first,) = below(first)
        if first.data == "var" and not name:
            return GroupKey(self._slice(first), _variable(first))
        return GroupKey(self._slice(first), _variable(name[0]) if name else None)

    def _group(self, node: Node) -> Group:
        (inner,) = below(node)
        if inner.data == "sub_select":
            return Group(self._slice(node), (self._sub_select(inner),))
        return Group(self._slice(node), tuple(map(self._element, below(inner))))

    def _sub_select(self, node: Node) -> Select:
        where = first_below(node, "where_clause")
        assert where is not None
        trailing = first_below(node, "values_clause")
        return self._select(node, self._group(below(where)[0]), trailing, self._slice(node))

    def _element(self, node: Node) -> Element:
        kind, children = node.data, below(node)
        if kind == "triples_block":
            return Triples(tuple(self._triples(node)))
        if kind == "optional_graph_pattern":
            return Optional(self._group(children[0]))
        if kind == "group_or_union_graph_pattern":
            return OneOf(tuple(map(self._group, children)))
        if kind == "minus_graph_pattern":
            return Minus(self._group(children[0]))
        if kind == "graph_graph_pattern":
            return Graph(self._term(below(children[0])[0]), self._group(children[1]))
        if kind == "filter":
            return Filter(self._slice(node), self._exists(node))
        if kind == "bind":
            return Bind(self._slice(node), _variable(children[1]), self._exists(children[0]))
        if kind == "inline_data":
            return self._values(node, children[0])
        return Service(self._slice(node))

    def _values(self, node: Node, block: Node) -> Values:
        (data,) = below(block)
        named = below(data)
        if data.data == "inline_data_one_var":
            return Values(self._slice(node), (_variable(named[0]),))
        several = first_below(data, "variables")
        variables = () if several is None else tuple(map(_variable, below(several)))
        return Values(self._slice(node), variables)

    def _exists(self, node: Node) -> tuple[Group, ...]:
        """Return the groups of EXISTS in an expression, those within such a group left out."""
        found: list[Group] = []
        pending = [node]
        while pending:
            each = pending.pop()
            if each.data == "exists_func":
                found.append(self._group(below(each)[-1]))
            elif each.data != "not_exists_func":
                pending += reversed(below(each))
        return tuple(found)

    # Triples

    def _triples(self, block: Node) -> Iterator[TriplePattern]:
        for node in below(block):
            first, *properties = below(node)
            found: list[TriplePattern] = []
            subject = self._graph_node(first, found)
            if properties:
                self._properties(subject, properties[0], found)
            yield from found

    def _properties(self, subject: Term, node: Node, found: list[TriplePattern]) -> None:
        for each in below(node):
            verb, objects = below(each)
            (predicate,) = below(verb)
            told = _variable(predicate) if predicate.data == "var" else self._path(predicate)
            for object_ in below(objects):
                # What is within the object comes behind the triple that it is the object of.
                inner: list[TriplePattern] = []
                found.append(TriplePattern(subject, told, self._graph_node(object_, inner)))
                found += inner

    def _graph_node(self, node: Node, found: list[TriplePattern]) -> Term:
        if node.data != "triples_node":
            return self._term(node)
        (inner,) = below(node)
        if inner.data == "blank_node_property_list":
            subject = self._blank()
            self._properties(subject, below(inner)[0], found)
            return subject
        members = below(inner)
        nodes = [self._blank() for _ in members]
        rests: list[Term] = [*nodes[1:], _NIL]
        for place, member, rest in zip(nodes, members, rests, strict=True):
            within: list[TriplePattern] = []
            found.append(TriplePattern(place, Link(_FIRST), self._graph_node(member, within)))
            found.append(TriplePattern(place, Link(_REST), rest))
            found += within
        return nodes[0]

    def _blank(self) -> Blank:
        self._blanks += 1
        return Blank(f" {self._blanks}")  # no label that can be written

    def _term(self, node: Node) -> Term:
        if node.data == "var":
            return _variable(node)
        inner = node.children[0] if node.data == "graph_term" else node
        if isinstance(inner, Token):  # ()
            return _NIL
        if inner.data == "blank_node":
            label = str(inner.children[0])
            return self._blank() if label.startswith("[") else Blank(label)
        text = self._slice(inner)
        # A keyword has any case, of which other languages know one.
        return Constant(text.lower() if inner.data == "boolean_literal" else text)

    # Paths

    def _path(self, node: Node | Token) -> Path:
        if isinstance(node, Token):  # a
            return Link(_TYPE)
        kind, children = node.data, node.children
        if kind == "iri":
            return Link(Constant(self._slice(node)))
        if kind == "path_negated_property_set":
            return self._negated(node)
        if kind == "path_inverse":
            return Inverse(self._path(below(node)[0]))
        if kind == "path_elt":
            inner = self._path(children[0])
            return Repeated(inner, str(children[1])) if len(children) > 1 else inner
        parts = below(node)
        if len(parts) == 1:
            return self._path(parts[0])
        paths = tuple(map(self._path, parts))
        return Alternative(paths) if kind == "path_alternative" else Sequence(paths)

    def _negated(self, node: Node) -> Negated:
        forward: list[Constant] = []
        backward: list[Constant] = []
        for each in below(node):
            last = each.children[-1]
            told = _TYPE if isinstance(last, Token) else Constant(self._slice(last))
            (backward if len(each.children) > 1 else forward).append(told)
        return Negated(tuple(forward), tuple(backward))

    def _slice(self, node: Node) -> str:
        if node.meta.empty:
            return ""
        return self._text[node.meta.start_pos : node.meta.end_pos]


def _variable(node: Node) -> Variable:
    return Variable(variable_name(node))
