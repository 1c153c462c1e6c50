"""SPARQL SELECT in the plainest way: a query as values that write themselves, and its algebra.

What citations have to agree with: every solution comes with the facts that it rests on, as they
stand in one dataset, while what is asked not to be there is looked up in another one. It shares
nothing with what reads queries for citations. Where engines differ, or what is asked is too much
for nested loops, there is no answer (:class:`Unclear`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad

from qkg.answers import Term
from qkg.namespaces import INFERRED, XSD

MOST = 3_000


class Unclear(Exception):
    """The recommendation leaves it open, or it is too much."""


class _Error(Exception):
    """An expression has no value (section 17.2)."""


class _Missing(Exception):
    """An expression has another value in the full dataset, where something exists."""


# The query


class V(NamedTuple):
    name: str

    def __str__(self) -> str:
        return f"?{self.name}"


class B(NamedTuple):
    label: str

    def __str__(self) -> str:
        return f"_:{self.label}"


Node: TypeAlias = V | B | Term


class Path(NamedTuple):
    """``kind`` is one of ``is / | ^ ? * + !``; of ``!`` the parts are links, or inverses of one."""

    kind: str
    parts: tuple[Path, ...] = ()
    iri: NamedNode | None = None

    def __str__(self) -> str:
        if self.kind == "is":
            return str(self.iri)
        if self.kind in "/|":
            return f"({self.kind.join(map(str, self.parts))})"
        if self.kind == "!":
            return f"!({'|'.join(str(part).strip('()') for part in self.parts)})"
        part = str(self.parts[0])
        return f"(^{part})" if self.kind == "^" else f"({part}{self.kind})"


class Pattern(NamedTuple):
    s: Node
    p: V | Path
    o: Node


class Block(NamedTuple):
    """Triple patterns that share their blank nodes, as they are written."""

    patterns: tuple[Pattern, ...]
    text: str

    def __str__(self) -> str:
        return self.text


class Opt(NamedTuple):
    group: Group

    def __str__(self) -> str:
        return f"OPTIONAL {self.group}"


class Union(NamedTuple):
    groups: tuple[Group, ...]

    def __str__(self) -> str:
        return " UNION ".join(map(str, self.groups))


class Minus(NamedTuple):
    group: Group

    def __str__(self) -> str:
        return f"MINUS {self.group}"


class In(NamedTuple):
    """``GRAPH``."""

    name: V | NamedNode
    group: Group

    def __str__(self) -> str:
        return f"GRAPH {self.name} {self.group}"


class Filter(NamedTuple):
    expr: Expr

    def __str__(self) -> str:
        return f"FILTER({self.expr})"


class Bind(NamedTuple):
    expr: Expr
    variable: V

    def __str__(self) -> str:
        return f"BIND({self.expr} AS {self.variable})"


class Values(NamedTuple):
    variables: tuple[V, ...]
    rows: tuple[tuple[Term | None, ...], ...]

    def __str__(self) -> str:
        rows = (f"({' '.join('UNDEF' if t is None else str(t) for t in row)})" for row in self.rows)
        return f"VALUES ({' '.join(map(str, self.variables))}) {{ {' '.join(rows)} }}"


class Sub(NamedTuple):
    select: Select

    def __str__(self) -> str:
        return f"{{ {self.select} }}"


Element: TypeAlias = Block | Opt | Union | Minus | In | Filter | Bind | Values | Sub


class Group(NamedTuple):
    elements: tuple[Element, ...]

    def __str__(self) -> str:
        return f"{{ {' '.join(map(str, self.elements))} }}"


class Expr(NamedTuple):
    """``op`` is a variable or a term itself, an operator, a function, or EXISTS with a group."""

    op: str | V | Term
    parts: tuple[Expr, ...] = ()
    group: Group | None = None

    def __str__(self) -> str:
        if self.group is not None:
            return f"{self.op} {self.group}"
        if not isinstance(self.op, str):
            return str(self.op)
        if self.op == "!":
            return f"!({self.parts[0]})"
        if self.op in ("=", "!=", "<", "&&", "||", "+"):
            return f"({self.parts[0]} {self.op} {self.parts[1]})"
        return f"{self.op}({', '.join(map(str, self.parts))})"


class Aggregate(NamedTuple):
    name: str
    distinct: bool
    expr: Expr | None

    def __str__(self) -> str:
        inner = f"{'DISTINCT ' if self.distinct else ''}{self.expr or '*'}"
        return f"{self.name}({inner})"


class Item(NamedTuple):
    """What is projected; the expression is None for a variable by itself."""

    expr: Expr | Aggregate | None
    variable: V

    def __str__(self) -> str:
        return str(self.variable) if self.expr is None else f"({self.expr} AS {self.variable})"


class Key(NamedTuple):
    expr: Expr
    variable: V | None

    def __str__(self) -> str:
        if self.expr.op == self.variable:
            return str(self.variable)
        return f"({self.expr}{'' if self.variable is None else f' AS {self.variable}'})"


class Select(NamedTuple):
    """A SELECT; ``items`` is None for ``*``, ``having`` is a least value of an aggregate."""

    items: tuple[Item, ...] | None
    where: Group
    distinct: bool = False
    keys: tuple[Key, ...] = ()
    having: tuple[Aggregate, int] | None = None
    order: tuple[V, ...] = ()
    limit: int | None = None
    offset: int = 0
    values: Values | None = None

    @property
    def aggregates(self) -> bool:
        items = self.items or ()
        return bool(self.keys) or any(isinstance(i.expr, Aggregate) for i in items)

    @property
    def variables(self) -> tuple[V, ...]:
        if self.items is not None:
            return tuple(item.variable for item in self.items)
        return tuple(dict.fromkeys((*visible(self.where), *(self.values or ((),))[0])))

    def __str__(self) -> str:
        items = "*" if self.items is None else " ".join(map(str, self.items))
        parts = [f"SELECT {'DISTINCT ' if self.distinct else ''}{items} WHERE {self.where}"]
        if self.keys:
            parts.append(f"GROUP BY {' '.join(map(str, self.keys))}")
        if self.having:
            parts.append(f"HAVING({self.having[0]} >= {self.having[1]})")
        if self.order:
            parts.append(f"ORDER BY {' '.join(f'STR({each})' for each in self.order)}")
        if self.limit is not None:
            parts.append(f"LIMIT {self.limit}")
        if self.offset:
            parts.append(f"OFFSET {self.offset}")
        if self.values:
            parts.append(str(self.values))
        return " ".join(parts)


def visible(group: Group) -> Iterator[V]:
    """Yield the variables that are in scope behind a group (section 18.2.1)."""
    for each in group.elements:
        if isinstance(each, Block):
            yield from (
                term for pattern in each.patterns for term in pattern if isinstance(term, V)
            )
        elif isinstance(each, Opt):
            yield from visible(each.group)
        elif isinstance(each, Union):
            yield from (variable for inner in each.groups for variable in visible(inner))
        elif isinstance(each, In):
            yield from (each.name,) if isinstance(each.name, V) else ()
            yield from visible(each.group)
        elif isinstance(each, Bind):
            yield each.variable
        elif isinstance(each, Values):
            yield from each.variables
        elif isinstance(each, Sub):
            yield from each.select.variables


def parts(select: Select) -> set[str]:
    """Return the kinds of parts that a query has, at any depth."""
    found: set[str] = set()
    pending: list[object] = [select]
    while pending:
        each = pending.pop()
        if isinstance(each, tuple):
            found.add(type(each).__name__)
            pending += each
    return found


def is_positive(select: Select) -> bool:
    """Return whether a query asks for nothing not to be there, so that data can only add rows.

    Values of aggregates may change, and a sub-select with LIMIT may choose other rows.
    """
    pending: list[object] = [select]
    while pending:
        each = pending.pop()
        if isinstance(each, Minus | Opt):
            return False
        if isinstance(each, Sub) and (each.select.limit is not None or each.select.offset):
            return False
        if isinstance(each, Filter) and each.expr.op == "EXISTS":
            pending.append(each.expr.group)
        elif isinstance(each, Expr) and each.group is not None:
            return False
        elif isinstance(each, tuple):
            pending += each
    return True


# The dataset

Triple: TypeAlias = tuple[Term, Term, Term]
Fact: TypeAlias = tuple[NamedNode | None, Triple | None]
"""A triple in a named graph, or in the default graph: None; or a named graph by itself."""


class Dataset:
    """Triples by graph and predicate."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self.graphs: dict[NamedNode | None, dict[Term | None, list[Triple]]] = {None: {None: []}}
        self._nodes: dict[NamedNode | None, dict[Term, frozenset[Fact]]] = {}
        for quad in dict.fromkeys(quads):
            name = None if isinstance(quad.graph_name, DefaultGraph) else quad.graph_name
            assert not isinstance(name, BlankNode)
            graph = self.graphs.setdefault(name, {None: []})
            triple = (quad.subject, quad.predicate, quad.object)
            graph[None].append(triple)
            graph.setdefault(quad.predicate, []).append(triple)

    @property
    def named(self) -> list[NamedNode]:
        return [name for name in self.graphs if name is not None]

    def triples(self, graph: NamedNode | None, predicate: Term | None = None) -> list[Triple]:
        return self.graphs.get(graph, {}).get(predicate, [])

    def nodes(self, graph: NamedNode | None) -> Mapping[Term, frozenset[Fact]]:
        """Return the nodes of a graph, each with all triples that make it one."""
        if graph not in self._nodes:
            holding: defaultdict[Term, set[Fact]] = defaultdict(set)
            for triple in self.triples(graph):
                holding[triple[0]].add((graph, triple))
                holding[triple[2]].add((graph, triple))
            self._nodes[graph] = {node: frozenset(facts) for node, facts in holding.items()}
        return self._nodes[graph]


# Solutions

Bindings: TypeAlias = Mapping[V | B, Term]
Solution: TypeAlias = tuple[dict[V | B, Term], frozenset[Fact]]
Bag: TypeAlias = list[Solution]


class Sample(NamedTuple):
    """Any of some values."""

    values: frozenset[Term]


class Concat(NamedTuple):
    """Texts in any order."""

    texts: tuple[str, ...]


Value: TypeAlias = Term | Sample | Concat | None
Row: TypeAlias = tuple[Value, ...]


def fits(row: tuple[Term | None, ...], expected: Row) -> bool:
    """Return whether a row is one that was expected."""
    for term, value in zip(row, expected, strict=True):
        if isinstance(value, Sample):
            if term not in value.values:
                return False
        elif isinstance(value, Concat):
            if not isinstance(term, Literal) or sorted(term.value.split(" ")) != [*value.texts]:
                return False
        elif term != value:
            return False
    return True


class Evaluator:
    """What evaluates queries.

    Args:
        data: what the solutions are found in.
        full: what is looked up for that which is not to be there, for what a LIMIT in a sub-select
            cuts off.
    """

    def __init__(self, data: Dataset, full: Dataset) -> None:
        self._data, self._full = data, full

    def rows(self, select: Select, variables: Iterable[str]) -> list[tuple[Row, frozenset[Fact]]]:
        """Return all rows, LIMIT and OFFSET of the whole query left out, with their facts."""
        plain = select._replace(limit=None, offset=0)
        columns = tuple(map(V, variables))
        return [
            (tuple(row.get(v) for v in columns), facts)
            for row, facts in self._select(plain, None, {}, self._data)
        ]

    # Groups

    def _group(self, group: Group, at: NamedNode | None, env: Bindings, data: Dataset) -> Bag:
        bag: Bag = [({}, frozenset())]
        for each in group.elements:
            bag = self._element(bag, each, at, env, data)
            if len(bag) > MOST:
                raise Unclear
        for each in group.elements:
            if isinstance(each, Filter):
                bag = list(self._filtered(bag, [each.expr], at, env, data))
        return bag

    def _filtered(
        self, bag: Bag, exprs: list[Expr], at: NamedNode | None, env: Bindings, data: Dataset
    ) -> Iterator[Solution]:
        for mapping, facts in bag:
            known = {**env, **mapping}
            if all(self._holds(expr, known, at, data) for expr in exprs):
                seen = (self._witnesses(expr, known, at, data) for expr in exprs)
                yield mapping, facts.union(*seen)

    def _element(
        self, bag: Bag, element: Element, at: NamedNode | None, env: Bindings, data: Dataset
    ) -> Bag:
        if isinstance(element, Block):
            for pattern in element.patterns:
                bag = self._matched(bag, pattern, at, env, data)
                if len(bag) > MOST:
                    raise Unclear
            return [({k: t for k, t in m.items() if isinstance(k, V)}, f) for m, f in bag]
        if isinstance(element, Opt):
            return self._optional(bag, element.group, at, env, data)
        if isinstance(element, Union):
            return _join(bag, [s for g in element.groups for s in self._group(g, at, env, data)])
        if isinstance(element, Minus):
            return self._minus(bag, self._group(element.group, at, env, self._full))
        if isinstance(element, In):
            return _join(bag, list(self._in(element, env, data)))
        if isinstance(element, Bind):
            return list(self._bound(bag, element, at, env, data))
        if isinstance(element, Values):
            return _join(bag, _given(element, env))
        if isinstance(element, Sub):
            shown: Bindings = {v: env[v] for v in element.select.variables if v in env}
            return _join(bag, self._select(element.select, at, shown, data))
        return bag

    def _matched(
        self, bag: Bag, pattern: Pattern, at: NamedNode | None, env: Bindings, data: Dataset
    ) -> Bag:
        found: Bag = []
        paths: dict[tuple[Term | None, Term | None], list[tuple[Term, Term, frozenset[Fact]]]] = {}
        for mapping, facts in bag:
            known = {**env, **mapping}

            def value(term: Node, known: Bindings = known) -> Term | None:
                return known.get(term) if isinstance(term, V | B) else term

            s, o = value(pattern.s), value(pattern.o)
            if isinstance(pattern.p, V):
                steps: Iterable[tuple[Term, Term, Term, frozenset[Fact]]] = (
                    (t[0], t[1], t[2], frozenset([(at, t)])) for t in data.triples(at)
                )
            else:
                # Only what the pattern itself names counts as a node that is not in the graph.
                start = None if isinstance(pattern.s, V | B) and pattern.s not in env else s
                end = None if isinstance(pattern.o, V | B) and pattern.o not in env else o
                if (start, end) not in paths:
                    paths[start, end] = self._walk(pattern.p, (start, end), at, data)
                link = pattern.p.iri or NamedNode("urn:path")
                steps = ((a, link, b, f) for a, b, f in paths[start, end])
            for a, p, b, own in steps:
                if s not in (None, a) or o not in (None, b):
                    continue
                new = dict(mapping)
                told = ((pattern.s, a), (pattern.p, p), (pattern.o, b))
                if all(
                    {**env, **new}.get(term, each) == each
                    and (term in env or new.setdefault(term, each) == each)
                    for term, each in told
                    if isinstance(term, V | B)
                ):
                    found.append((new, facts | own))
        return found

    def _optional(
        self, bag: Bag, group: Group, at: NamedNode | None, env: Bindings, data: Dataset
    ) -> Bag:
        conditions = [each.expr for each in group.elements if isinstance(each, Filter)]
        inner = Group(tuple(each for each in group.elements if not isinstance(each, Filter)))
        right = self._group(inner, at, env, data)
        full = right if data is self._full else self._group(inner, at, env, self._full)
        found: Bag = []
        for left in bag:
            both = list(self._filtered(_join([left], right), conditions, at, env, data))
            if both:
                found += both
            elif not any(self._filtered(_join([left], full), conditions, at, env, self._full)):
                found.append(left)
        return found

    @staticmethod
    def _minus(bag: Bag, right: Bag) -> Bag:
        return [
            (mapping, facts)
            for mapping, facts in bag
            if not any(mapping.keys() & m.keys() and _agree(mapping, m) for m, _ in right)
        ]

    def _in(self, element: In, env: Bindings, data: Dataset) -> Iterator[Solution]:
        name = element.name
        # The graph of the inferences is there, whichever of them are.
        inferred = [INFERRED] if INFERRED in self._full.named else []
        for graph in dict.fromkeys((*data.named, *inferred)):
            asked = env.get(name, graph) if isinstance(name, V) else name
            if asked == graph:
                own: dict[V | B, Term] = {}
                if isinstance(name, V) and name not in env:
                    own[name] = graph
                found = self._group(element.group, graph, env, data)
                yield from _join([(own, frozenset([(graph, None)]))], found)

    def _bound(
        self, bag: Bag, bind: Bind, at: NamedNode | None, env: Bindings, data: Dataset
    ) -> Iterator[Solution]:
        for mapping, facts in bag:
            known = {**env, **mapping}
            seen = facts | self._witnesses(bind.expr, known, at, data)
            with suppress(_Missing):
                term = self._or_none(bind.expr, known, at, data)
                yield mapping if term is None else {**mapping, bind.variable: term}, seen

    # Paths: each with what it rests on; of any length, each pair once, with all steps on the way

    def _walk(
        self,
        path: Path,
        ends: tuple[Term | None, Term | None],
        at: NamedNode | None,
        data: Dataset,
    ) -> list[tuple[Term, Term, frozenset[Fact]]]:
        anywhere = (None, None)
        if path.kind == "is":
            return [(t[0], t[2], frozenset([(at, t)])) for t in data.triples(at, path.iri)]
        if path.kind == "^":
            turned = self._walk(path.parts[0], ends[::-1], at, data)
            return [(b, a, facts) for a, b, facts in turned]
        if path.kind == "|":
            return [step for part in path.parts for step in self._walk(part, ends, at, data)]
        if path.kind == "/":
            # A start that no triple has is no node of the graph for the steps in the middle.
            first, *others = path.parts
            found = self._walk(first, (ends[0], None), at, data)
            for i, part in enumerate(others):
                last = ends[1] if i == len(others) - 1 else None
                steps = self._walk(part, (None, last), at, data)
                steps += (
                    []
                    if _needs_a_step(part)
                    else [
                        (t, t, frozenset())
                        for t in {b for _, b, _ in found} - {a for a, b, _ in steps if a == b}
                    ]
                )
                found = [(a, d, f | g) for a, b, f in found for c, d, g in steps if b == c]
                if len(found) > MOST:
                    raise Unclear
            return found
        if path.kind == "!":
            forward = {part.iri for part in path.parts if part.kind == "is"}
            backward = {part.parts[0].iri for part in path.parts if part.kind == "^"}
            own = [(t, frozenset([(at, t)])) for t in data.triples(at)]
            steps = [(t[0], t[2], f) for t, f in own if forward and t[1] not in forward]
            return steps + [(t[2], t[0], f) for t, f in own if backward and t[1] not in backward]
        edges: defaultdict[Term, dict[Term, frozenset[Fact]]] = defaultdict(dict)
        for a, b, facts in self._walk(path.parts[0], anywhere, at, data):
            edges[a][b] = edges[a].get(b, frozenset()) | facts
        pairs: dict[tuple[Term, Term], frozenset[Fact]] = {}
        if path.kind != "+":
            # What nobody holds may be named all the same; what somebody does, rests on that.
            strangers = {end for end in ends if end is not None} - self._full.nodes(at).keys()
            pairs = {(node, node): frozenset() for node in strangers}
            pairs |= {(node, node): facts for node, facts in data.nodes(at).items()}
        if path.kind == "?":
            for a, targets in edges.items():
                for b, facts in targets.items():
                    pairs[a, b] = pairs.get((a, b), frozenset()) | facts
        else:
            reach = {a: _reached(a, edges) for a in edges}
            for a, ends_of in reach.items():
                for b in ends_of:
                    on_the_way = (
                        facts
                        for c in (a, *ends_of)
                        for d, facts in edges.get(c, {}).items()
                        if d == b or b in reach.get(d, ())
                    )
                    pairs[a, b] = pairs.get((a, b), frozenset()).union(*on_the_way)
        return [(a, b, facts) for (a, b), facts in pairs.items()]

    # A SELECT

    def _select(self, select: Select, at: NamedNode | None, env: Bindings, data: Dataset) -> Bag:
        bag = self._group(select.where, at, env, data)
        if select.aggregates:
            bag = list(self._grouped(select, bag, at, env, data))
        if select.values:
            bag = _join(bag, _given(select.values, env))
        for item in select.items or ():
            if isinstance(item.expr, Expr):
                bag = list(self._bound(bag, Bind(item.expr, item.variable), at, env, data))
        shown = frozenset(select.variables)
        rows: Bag = [({k: t for k, t in m.items() if k in shown}, f) for m, f in bag]
        if select.distinct:
            merged: dict[frozenset[tuple[V | B, Term]], frozenset[Fact]] = {}
            for row, facts in rows:
                key = frozenset(row.items())
                merged[key] = merged.get(key, frozenset()) | facts
            rows = [(dict(key), facts) for key, facts in merged.items()]
        if select.limit is None and not select.offset:
            return rows
        if data is not self._full:
            kept = Counter(
                frozenset(r.items()) for r, _ in self._select(select, at, env, self._full)
            )
            allowed = []
            for row, facts in rows:
                kept[frozenset(row.items())] -= 1
                if kept[frozenset(row.items())] >= 0:
                    allowed.append((row, facts))
            return allowed
        return self._cut(select, rows)

    @staticmethod
    def _cut(select: Select, rows: Bag) -> Bag:
        def place(solution: Solution) -> list[tuple[int, str]]:
            terms = [solution[0].get(v) for v in select.order]
            if any(isinstance(term, BlankNode) for term in terms):
                raise Unclear
            return [(0, "") if t is None else (1, _text(t)) for t in terms]

        rows = sorted(rows, key=place)
        for one, other in pairwise(rows):
            if place(one) == place(other) and one[0] != other[0]:
                raise Unclear
        end = None if select.limit is None else select.offset + select.limit
        whole: dict[frozenset[tuple[V | B, Term]], frozenset[Fact]] = {}
        for row, facts in rows:  # equal rows stand for each other
            key = frozenset(row.items())
            whole[key] = whole.get(key, frozenset()) | facts
        return [(row, whole[frozenset(row.items())]) for row, _ in rows[select.offset : end]]

    def _grouped(
        self, select: Select, bag: Bag, at: NamedNode | None, env: Bindings, data: Dataset
    ) -> Iterator[Solution]:
        members: dict[tuple[Term | None, ...], Bag] = {} if select.keys else {(): []}
        for mapping, facts in bag:
            known = {**env, **mapping}
            seen = facts.union(*(self._witnesses(k.expr, known, at, data) for k in select.keys))
            with suppress(_Missing):
                key = tuple(self._or_none(k.expr, known, at, data) for k in select.keys)
                members.setdefault(key, []).append((mapping, seen))
        for key, group in members.items():
            told: dict[V | B, Term] = {
                k.variable: term
                for k, term in zip(select.keys, key, strict=True)
                if k.variable is not None and term is not None
            }
            with suppress(_Missing):
                if select.having:
                    least = self._aggregated(select.having[0], group, at, env, data)
                    if not isinstance(least, Literal) or int(least.value) < select.having[1]:
                        continue
                for item in select.items or ():
                    if isinstance(item.expr, Aggregate):
                        term = self._aggregated(item.expr, group, at, env, data)
                        if term is not None:
                            # Any of several terms, too, which only `fits` has to know.
                            told[item.variable] = term  # type: ignore[assignment]
                yield told, frozenset().union(*(facts for _, facts in group))

    def _aggregated(
        self, aggregate: Aggregate, group: Bag, at: NamedNode | None, env: Bindings, data: Dataset
    ) -> Value:
        if aggregate.expr is None:
            rows = [frozenset(m.items()) for m, _ in group]
            return Literal(len(set(rows)) if aggregate.distinct else len(rows))
        every = [self._or_none(aggregate.expr, {**env, **m}, at, data) for m, _ in group]
        terms = [term for term in every if term is not None]
        failed = len(terms) < len(every)
        if aggregate.distinct:
            terms = list(dict.fromkeys(terms))
        if aggregate.name == "COUNT":
            return Literal(len(terms))
        if aggregate.name == "SAMPLE":
            return Sample(frozenset(terms)) if terms else None
        if failed:
            raise Unclear  # some engines leave out what has no value, others the whole
        if aggregate.name == "SUM":
            if not all(map(_is_number, terms)):
                raise Unclear
            return Literal(sum(int(_text(term)) for term in terms))
        if aggregate.name == "MIN":
            if any(not isinstance(t, Literal) or t.datatype != XSD["string"] for t in terms):
                raise Unclear
            return min(terms, key=_text, default=None)
        return Concat(tuple(sorted(map(_text, terms)))) if terms else Concat(("",))

    # Expressions

    def _witnesses(
        self, expr: Expr, known: Bindings, at: NamedNode | None, data: Dataset
    ) -> frozenset[Fact]:
        """Return what makes each EXISTS hold, whether or not the value depends on it."""
        if expr.op == "EXISTS" and expr.group is not None:
            found = self._group(expr.group, at, known, data)
            return frozenset().union(*(facts for _, facts in found))
        return frozenset().union(*(self._witnesses(e, known, at, data) for e in expr.parts))

    def _or_none(
        self, expr: Expr, known: Bindings, at: NamedNode | None, data: Dataset
    ) -> Term | None:
        try:
            return self._value(expr, known, at, data)
        except _Error:
            return None

    def _holds(self, expr: Expr, known: Bindings, at: NamedNode | None, data: Dataset) -> bool:
        try:
            return _true(self._value(expr, known, at, data))
        except (_Error, _Missing):
            return False

    def _value(self, expr: Expr, known: Bindings, at: NamedNode | None, data: Dataset) -> Term:
        op = expr.op
        if isinstance(op, V):
            if op not in known:
                raise _Error
            return known[op]
        if not isinstance(op, str):
            return op
        if expr.group is not None:
            if op == "NOT EXISTS":
                return Literal(not self._group(expr.group, at, known, self._full))
            if self._group(expr.group, at, known, data):
                return Literal(True)
            if data is not self._full and self._group(expr.group, at, known, self._full):
                raise _Missing
            return Literal(False)

        def part(i: int) -> Term:
            return self._value(expr.parts[i], known, at, data)

        if op == "BOUND":
            return Literal(expr.parts[0].op in known)
        if op in ("&&", "||"):
            return _either(part, decisive=op == "||")
        if op == "!":
            return Literal(not _true(part(0)))
        if op == "IF":
            return part(1 if _true(part(0)) else 2)
        if op == "COALESCE":
            for i in range(len(expr.parts)):
                try:
                    return part(i)
                except _Error:
                    continue
            raise _Error
        first = part(0)
        if op == "STR":
            return Literal(_text(first))
        second = part(1)
        if op in ("=", "!="):
            return Literal((first == second) == (op == "="))
        if op == "<":
            if first == second:
                return Literal(False)
            if _is_number(first) and _is_number(second):
                return Literal(int(_text(first)) < int(_text(second)))
            if not isinstance(first, Literal) or not isinstance(second, Literal):
                raise _Error
            if first.datatype != XSD["string"] or second.datatype != XSD["string"]:
                raise _Error
            return Literal(first.value < second.value)
        if not _is_number(first) or not _is_number(second):
            raise _Error
        return Literal(int(_text(first)) + int(_text(second)))


def _either(part: Callable[[int], Term], *, decisive: bool) -> Term:
    failed: Exception | None = None
    for i in range(2):
        try:
            if _true(part(i)) == decisive:
                return Literal(decisive)
        except _Error as error:
            failed = failed or error
        except _Missing as error:
            failed = error
    if failed is not None:
        raise failed
    return Literal(not decisive)


def _needs_a_step(path: Path) -> bool:
    if path.kind in "?*":
        return False
    if path.kind in "is!":
        return True
    if path.kind == "|":
        return all(map(_needs_a_step, path.parts))
    return any(map(_needs_a_step, path.parts))


def _reached(start: Term, edges: Mapping[Term, Mapping[Term, object]]) -> set[Term]:
    found: set[Term] = set()
    pending = [start]
    while pending:
        for end in edges.get(pending.pop(), ()):
            if end not in found:
                found.add(end)
                pending.append(end)
    return found


def _given(values: Values, env: Bindings) -> Bag:
    rows = (
        {v: t for v, t in zip(values.variables, row, strict=True) if t is not None}
        for row in values.rows
    )
    return [
        ({k: t for k, t in row.items() if k not in env}, frozenset())
        for row in rows
        if _agree(row, env)
    ]


def _agree(one: Mapping[V, Term] | Bindings, other: Bindings) -> bool:
    return all(other.get(key, term) == term for key, term in one.items())


def _join(left: Bag, right: Bag) -> Bag:
    if len(left) * len(right) > 200 * MOST:
        raise Unclear
    return [({**m, **n}, f | g) for m, f in left for n, g in right if _agree(m, n)]


def _text(term: Term) -> str:
    if isinstance(term, NamedNode | Literal):
        return term.value
    raise _Error


def _is_number(term: Term) -> bool:
    return isinstance(term, Literal) and term.datatype == XSD["integer"]


def _true(term: Term) -> bool:
    if not isinstance(term, Literal):
        raise _Error
    if term.datatype == XSD["boolean"]:
        return term.value == "true"
    if term.datatype == XSD["integer"]:
        return int(term.value) != 0
    if term.datatype == XSD["string"]:
        return term.value != ""
    raise _Error
