"""Small corpora and SELECT queries over all of the grammar, for hypothesis: few names that meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st
from naive_select import (
    Aggregate,
    B,
    Bind,
    Block,
    Element,
    Expr,
    Filter,
    Group,
    In,
    Item,
    Key,
    Minus,
    Node,
    Opt,
    Path,
    Pattern,
    Select,
    Sub,
    Triple,
    Union,
    V,
    Values,
    visible,
)
from pyoxigraph import BlankNode, Literal, NamedNode

from qkg.namespaces import DATA, INFERRED, ONTOLOGY, OWL, QKG, RDF, RDFS

if TYPE_CHECKING:
    from qkg.answers import Term

_BASE = "https://example.org/"
A, B_, C, D, L, M = (NamedNode(_BASE + name) for name in "abcdlm")
P, Q, R, S, U = (NamedNode(_BASE + name) for name in "pqrsu")
CLASSES = tuple(NamedNode(_BASE + name) for name in ("A", "B"))
FIRST, REST, NIL, TYPE = (RDF[name] for name in ("first", "rest", "nil", "type"))
LITERALS = (Literal(1), Literal(2), Literal("x"), Literal("y"))
DOCUMENTS = tuple(NamedNode(f"{_BASE}document{i}") for i in range(2))
CLAIMS = tuple(NamedNode(f"{DATA}d/c{i}") for i in range(6))
ENTITIES = NamedNode(f"{DATA}entities/e")

_things = st.sampled_from((A, B_, C, A, B_, C, D))
_links = st.sampled_from((P, P, P, Q, Q, R, S))
_facts: st.SearchStrategy[Triple] = st.one_of(
    st.tuples(_things, _links, _things),
    st.tuples(_things, _links, _things),
    st.tuples(_things, st.just(U), st.sampled_from(LITERALS)),
    st.tuples(_things, st.just(TYPE), st.sampled_from(CLASSES)),
    st.sampled_from(((L, FIRST, A), (L, REST, NIL), (L, REST, M), (M, FIRST, B_), (M, REST, NIL))),
)
_chain = (BlankNode("f0b0"), BlankNode("f0b1"))
_AXIOMS: tuple[tuple[Triple, ...], ...] = (
    ((P, RDFS["subPropertyOf"], Q),),
    ((Q, OWL["inverseOf"], R),),
    ((P, TYPE, OWL["TransitiveProperty"]),),
    ((CLASSES[0], RDFS["subClassOf"], CLASSES[1]),),
    ((Q, RDFS["domain"], CLASSES[0]),),
    (
        (S, OWL["propertyChainAxiom"], _chain[0]),
        (_chain[0], FIRST, P),
        (_chain[0], REST, _chain[1]),
        (_chain[1], FIRST, Q),
        (_chain[1], REST, NIL),
    ),
)


@st.composite
def _corpora(draw: st.DrawFn) -> dict[NamedNode, tuple[Triple, ...]]:
    axioms = draw(st.lists(st.sampled_from(_AXIOMS), max_size=3, unique=True))
    graphs = {ONTOLOGY: tuple(triple for axiom in axioms for triple in axiom)}
    graphs[ENTITIES] = tuple(draw(st.lists(_facts, min_size=1, max_size=4, unique=True)))
    for graph in CLAIMS[: draw(st.integers(3, len(CLAIMS)))]:
        accepted = draw(st.integers(0, 3)) > 0
        own: tuple[Triple, ...] = (
            (graph, TYPE, QKG["Claim"]),
            (graph, QKG["status"], QKG["accepted" if accepted else "disputed"]),
            (graph, QKG["statedIn"], draw(st.sampled_from(DOCUMENTS))),
        )
        facts = draw(st.lists(_facts, min_size=3, max_size=6, unique=True))
        graphs[graph] = (*own, *facts)
    if draw(st.integers(0, 7)) == 0:
        # What others say of a file makes it no claim, and gives it no status.
        kind, status, *rest = graphs[CLAIMS[0]]
        others = (kind, (CLAIMS[0], QKG["status"], QKG["disputed"]))
        graphs[ENTITIES] += others[: draw(st.integers(1, 2))]
        graphs[CLAIMS[0]] = (status, *rest) if draw(st.booleans()) else (kind, status, *rest)
    return graphs


corpora = _corpora()
"""Named graphs: an ontology of a few axioms, entities, and claims, accepted and disputed."""

_VARIABLES = tuple(V(name) for name in "xyzw")
_GRAPHS = (V("g"), V("h"))


class _Writer:
    """Draws a query, and never names two new variables or blank nodes alike."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self._count = 0

    def _new(self) -> V:
        self._count += 1
        return V(f"n{self._count}")

    def _blank(self) -> B:
        self._count += 1
        return B(f"n{self._count}")

    def _one(self, *options: str) -> str:
        return self._draw(st.sampled_from(options))

    def _chance(self, percent: int) -> bool:
        # The least number, which comes more often than the others, stands for the likelier.
        number = self._draw(st.integers(1, 100))
        return number <= percent if percent > 50 else number > 100 - percent

    def _variable(self) -> V:
        return self._draw(st.sampled_from(_VARIABLES))

    # Patterns

    def _subject(self) -> V | NamedNode:
        return self._draw(_things) if self._chance(10) else self._variable()

    def _object(self) -> V | Term:
        if self._chance(88):
            return self._variable()
        terms: st.SearchStrategy[Term] = st.sampled_from((*LITERALS, *CLASSES))
        return self._draw(st.one_of(_things, terms))

    def _link(self) -> Path:
        return Path("is", iri=self._draw(st.sampled_from((P, P, P, Q, Q, Q, R, S, U, U, TYPE))))

    def _path(self, depth: int) -> Path:
        if not depth:
            return self._link()
        kind = self._one("is", "/", "|", "^", "?", "*", "+", "!")
        if kind == "is":
            return self._link()
        if kind == "!":
            parts = [self._link() for _ in range(self._draw(st.integers(1, 2)))]
            return Path(
                "!", tuple(Path("^", (part,)) if self._chance(40) else part for part in parts)
            )
        parts = [self._path(depth - 1) for _ in range(2 if kind in "/|" else 1)]
        return Path(kind, tuple(parts))

    def _predicate(self) -> V | Path:
        if self._chance(6):
            return self._variable()
        return self._path(2) if self._chance(25) else self._link()

    def _block(self) -> Block:
        kind = self._draw(st.integers(0, 19))
        if kind == 19:
            blank, p, q = self._blank(), self._predicate(), self._predicate()
            inner, end = self._object(), self._object()
            patterns = (Pattern(blank, p, inner), Pattern(blank, q, end))
            return Block(patterns, f"[ {p} {inner} ] {q} {end} .")
        if kind == 18:
            start, blank, end = self._subject(), self._blank(), self._object()
            p, q = self._predicate(), self._predicate()
            patterns = (Pattern(start, p, blank), Pattern(blank, q, end))
            return Block(patterns, f"{start} {p} [ {q} {end} ] .")
        if kind == 17:
            members = [self._subject() for _ in range(self._draw(st.integers(1, 2)))]
            nodes: list[Node] = [self._blank() for _ in members]
            found = []
            for node, member, rest in zip(nodes, members, [*nodes[1:], NIL], strict=True):
                found.append(Pattern(node, Path("is", iri=FIRST), member))
                found.append(Pattern(node, Path("is", iri=REST), rest))
            p, end = self._object_property(), self._variable()
            written = f"( {' '.join(map(str, members))} )"
            if self._chance(50):
                found.append(Pattern(nodes[0], p, end))
                return Block(tuple(found), f"{written} {p} {end} .")
            return Block((*found, Pattern(end, p, nodes[0])), f"{end} {p} {written} .")
        if kind == 16:
            start, blank, end = self._subject(), self._blank(), self._object()
            p, q = self._predicate(), self._predicate()
            patterns = (Pattern(start, p, blank), Pattern(blank, q, end))
            return Block(patterns, f"{start} {p} {blank} . {blank} {q} {end} .")
        several = tuple(
            Pattern(start, self._predicate(), end if start != end else self._new())
            for start, end in (
                (self._subject(), self._object())
                for _ in range(self._draw(st.sampled_from((1, 1, 1, 2))))
            )
        )
        return Block(several, " ".join(f"{s} {p} {o} ." for s, p, o in several))

    def _object_property(self) -> Path:
        return Path("*", (Path("is", iri=REST),)) if self._chance(50) else Path("is", iri=FIRST)

    def _values(self, variables: tuple[V, ...]) -> Values:
        terms = st.one_of(_things, _things, st.sampled_from(LITERALS), st.none())
        row = st.tuples(*(terms for _ in variables))
        return Values(variables, tuple(self._draw(st.lists(row, min_size=1, max_size=4))))

    def _in(self, depth: int, *, exists: bool) -> In:
        if self._chance(75):
            return In(self._draw(st.sampled_from(_GRAPHS)), self.group(depth - 1, exists=exists))
        name = self._draw(st.sampled_from((*CLAIMS[:3], ENTITIES, INFERRED)))
        return In(name, self.group(depth - 1, exists=exists))

    def group(self, depth: int, *, exists: bool = False) -> Group:
        """Draw a group; within EXISTS, without what engines take for different there."""
        elements: list[Element] = []
        if self._chance(92):
            elements.append(self._block())
        for _ in range(self._draw(st.sampled_from((0, 0, 1, 1, 1, 2)))):
            elements.append(self._element(depth, tuple(elements), exists=exists))
        return Group(tuple(elements))

    def _element(self, depth: int, before: tuple[Element, ...], *, exists: bool) -> Element:
        simple = ["block", "filter", "filter", "bind", "values"]
        nested = ["optional", "optional", "union", "graph", "graph", "group", "filter"]
        if not exists:
            nested += ["minus", "select", "select"]
        kind = self._one(*(simple + nested * 2 if depth else simple))
        if kind == "block":
            return self._block()
        if kind == "optional":
            return Opt(self.group(depth - 1, exists=exists))
        if kind == "union":
            number = self._draw(st.integers(2, 3))
            return Union(tuple(self.group(depth - 1, exists=exists) for _ in range(number)))
        if kind == "group":
            return Union((self.group(depth - 1, exists=exists),))
        if kind == "minus":
            return Minus(self.group(depth - 1))
        if kind == "graph":
            return self._in(depth, exists=exists)
        if kind == "filter":
            return Filter(self._condition(2, depth))
        if kind == "bind":
            return Bind(self._expr(2, depth), self._new())
        if kind == "values":
            number = self._draw(st.integers(1, 2))
            return self._values(_VARIABLES[:number] if self._chance(50) else (self._variable(),))
        return Sub(self.select(depth - 1))

    # Expressions

    def _condition(self, size: int, depth: int) -> Expr:
        kinds = ["compare", "compare", "bound"]
        if depth:
            kinds += ["exists", "exists", "not exists", "not exists"]
        if size:
            kinds += ["&&", "||", "||", "!"]
        kind = self._one(*kinds)
        if kind == "compare":
            op = self._one("=", "!=", "<")
            return Expr(op, (self._expr(0, depth), self._expr(1, depth)))
        if kind == "bound":
            return Expr("BOUND", (Expr(self._variable()),))
        if kind in ("exists", "not exists"):
            return Expr(kind.upper(), (), self.group(depth - 1, exists=True))
        parts = [self._condition(size - 1, depth) for _ in range(1 if kind == "!" else 2)]
        return Expr(kind, tuple(parts))

    def _expr(self, size: int, depth: int) -> Expr:
        kind = str(
            self._one(
                "var", "var", "var", "term", *("+", "STR", "IF", "COALESCE", "?") * bool(size)
            )
        )
        if kind == "var":
            return Expr(self._variable())
        if kind == "term":
            return Expr(self._draw(st.one_of(_things, st.sampled_from(LITERALS))))
        if kind == "?":
            return self._condition(size - 1, depth)
        if kind == "IF":
            branches = [self._expr(0, depth) for _ in range(2)]
            return Expr("IF", (self._condition(size - 1, depth), *branches))
        number = 1 if kind == "STR" else 2
        return Expr(kind, tuple(self._expr(size - 1, depth) for _ in range(number)))

    # SELECT

    def select(self, depth: int, *, top: bool = False) -> Select:
        where = self.group(depth)
        seen = tuple(dict.fromkeys(visible(where))) or (V("x"),)
        if self._chance(30):
            select = self._aggregated(where, seen, top=top)
        else:
            items: tuple[Item, ...] | None = None
            if self._chance(85):
                chosen = self._draw(st.lists(st.sampled_from(seen), max_size=3, unique=True))
                expressions = self._chance(25) or not chosen
                items = tuple(Item(None, v) for v in chosen)
                if expressions:
                    items += (Item(self._expr(2, 1), self._new()),)
            elif not any(visible(where)):
                items = (Item(None, V("x")),)
            select = Select(items, where, self._chance(30))
        if self._chance(10):
            select = select._replace(values=self._values((self._draw(st.sampled_from(seen)),)))
        if self._chance(25 if top else 35):
            shown = select.variables
            whole = all(
                item.expr is None or isinstance(item.expr, Expr) for item in select.items or ()
            )
            order = shown if whole or not top else ()
            limit = self._draw(st.sampled_from((1, 1, 2, 3, 4, None, None)))
            offset = 0 if limit is None else self._draw(st.sampled_from((0, 0, 1)))
            select = select._replace(order=order, limit=limit, offset=offset)
        return select

    def _aggregated(self, where: Group, seen: tuple[V, ...], *, top: bool) -> Select:
        keys: list[Key] = []
        for variable in self._draw(st.lists(st.sampled_from(seen), max_size=2, unique=True)):
            if self._chance(75):
                keys.append(Key(Expr(variable), variable))
            else:
                named = self._new() if self._chance(60) else None
                keys.append(Key(Expr("STR", (Expr(variable),)), named))
        items = [
            Item(None, key.variable)
            for key in keys
            if key.variable is not None and self._chance(75)
        ]
        number = self._draw(st.integers(0 if items else 1, 2))
        items += [Item(self._aggregate(seen, top=top), self._new()) for _ in range(number)]
        having = None
        if self._chance(25):
            having = (Aggregate("COUNT", False, None), self._draw(st.integers(1, 3)))
        if not keys and not any(isinstance(item.expr, Aggregate) for item in items):
            items.append(Item(Aggregate("COUNT", False, None), self._new()))
        return Select(tuple(items), where, self._chance(15), tuple(keys), having)

    def _aggregate(self, seen: tuple[V, ...], *, top: bool) -> Aggregate:
        kinds = ["COUNT", "COUNT", "SUM", "MIN"]
        if top:
            kinds += ["SAMPLE", "GROUP_CONCAT"]
        name = self._one(*kinds)
        if name == "COUNT" and self._chance(40):
            return Aggregate(name, self._chance(30), None)
        variable = Expr(self._draw(st.sampled_from(seen)))
        expr = Expr("STR", (variable,)) if name in ("MIN", "GROUP_CONCAT") else variable
        return Aggregate(name, self._chance(30), expr)


@st.composite
def _selects(draw: st.DrawFn) -> Select:
    return _Writer(draw).select(draw(st.sampled_from((1, 2, 2, 3))), top=True)


selects = _selects()
"""Queries, each of which writes itself."""
