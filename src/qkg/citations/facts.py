"""Which triples stand behind each row of a SELECT, found by queries; see :mod:`.level`."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeAlias

from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, parse

from qkg.answers import Answer
from qkg.citations.level import level, projected
from qkg.citations.paths import path_text
from qkg.citations.solutions import Solutions
from qkg.citations.walks import shortest
from qkg.citations.witnesses import (
    ExistsWitness,
    GraphWitness,
    PathWitness,
    SelectWitness,
    TripleWitness,
)
from qkg.errors import QueryError, QueryRefused
from qkg.namespaces import INFERRED
from qkg.sparql.syntax import (
    Constant,
    Group,
    Inverse,
    Item,
    Link,
    Repeated,
    Select,
    TriplePattern,
    Triples,
    Variable,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from qkg.answers import Term
    from qkg.citations.level import Level
    from qkg.citations.sources import Sources, Support
    from qkg.citations.witnesses import Place, Witness
    from qkg.engines import Engine
    from qkg.sparql.syntax import GroupKey, Path, Query

__all__ = ["Behind", "Facts", "Row", "as_item"]

Row: TypeAlias = "tuple[Term | None, ...]"
Behind: TypeAlias = "dict[Row, set[Support]]"
"""Rows, each with what the facts behind it are cited by."""

_MOST_RESTRICTED = 500
"""To how many rows the second query is restricted; with more it is asked for all."""
_NEW = frozenset(("RAND", "UUID", "STRUUID", "BNODE"))
_START, _END = Variable("start"), Variable("end")


class Facts:
    """What finds the facts behind rows.

    Args:
        engine: what holds the dataset.
        query: the query, for its prologue and its names.
        sources: what tells by what a fact is cited.
    """

    def __init__(self, engine: Engine, query: Query, sources: Sources) -> None:
        self._engine = engine
        self._prologue = query.prologue
        self._prefix = "_"
        while f"?{self._prefix}" in query.text or f"${self._prefix}" in query.text:
            self._prefix += "_"
        self._constants: dict[str, Term] = {}
        self._sources = sources

    def answered(self, select: Select) -> tuple[Answer, Iterable[set[Support]]] | None:
        """Return the rows of a SELECT together with what is behind them, by one query.

        Returns:
            The answer, in an order that the SELECT allows, and its rows as :meth:`behind` has them;
            None where it takes one query for the rows and others for what is behind.

        Raises:
            QueryTimeout, EngineError: the engine did not answer.
        """
        if (
            select.items is None
            or select.aggregates
            or select.having
            or select.is_slice
            or select.reduction == "REDUCED"
            or select.calls & _NEW
        ):
            return None
        found = level(select.where, self._prefix, items=select.items)
        if not all(isinstance(w, TripleWitness) and w.graph is None for w in found.witnesses):
            return None
        head = _head(select.items, found)
        behind = "" if select.values is None else select.values.text
        try:
            solutions = self._select(
                f"SELECT {_written(head)} WHERE {{ {found.pattern} {behind} }} {select.order}"
            )
        except QueryError:
            return None  # the query itself tells better where it is wrong
        width = len(select.items)
        facts: Behind = {}
        rows = [solution[:width] for solution in solutions]
        supports = [facts.setdefault(row, set()) for row in rows]
        self._fill(found, head, solutions, supports)
        names = tuple(item.variable.name for item in select.items)
        if select.reduction:
            return Answer(names, tuple(facts)), facts.values()
        return Answer(names, tuple(rows)), supports

    def behind(
        self, select: Select, wanted: Collection[Row], graph: Constant | None = None
    ) -> Behind:
        """Return the facts behind rows of a SELECT.

        Args:
            select: the SELECT.
            wanted: rows of it, as :func:`qkg.citations.level.projected` orders their terms.
            graph: the named graph in which it stands; None for the default graph.

        Returns:
            Each row with the facts of every solution that yields it, in no order; a row of a
            group without any solution has none.

        Raises:
            QueryRefused: the rows cannot be found again.
        """
        new = sorted(select.calls & _NEW)
        if new:
            raise QueryRefused(
                f"The query makes new values ({', '.join(new)}), which no second query can find "
                "again: ask without --cite, or leave them out."
            )
        if select.aggregates:
            return self._behind_groups(select, wanted, graph)
        items = select.items or tuple(map(as_item, projected(select)))
        found = level(select.where, self._prefix, graph, items=items)
        behind = "" if select.values is None else select.values.text
        return self._solved(found, items, wanted, behind)

    # Aggregates: a row stands for groups, and a group for its members

    def _behind_groups(
        self, select: Select, wanted: Collection[Row], graph: Constant | None
    ) -> Behind:
        if any("EXISTS" in text.upper() for text in (select.having, *(k[0] for k in select.keys))):
            raise QueryRefused(
                "What HAVING or GROUP BY asks to exist cannot be cited: leave it out, or ask it "
                "with BIND before."
            )
        keys = tuple(self._key(i, key) for i, key in enumerate(select.keys))
        groups = self._groups(select, keys, wanted, graph)
        found = level(select.where, self._prefix, graph, items=select.items or ())
        members = {group for each in groups.values() for group in each}
        facts = self._solved(found, keys, members, empty=not keys)
        return {row: _union([facts[group] for group in groups[row]]) for row in wanted}

    def _key(self, number: int, key: GroupKey) -> Item:
        variable = key.variable or Variable(f"{self._prefix}key{number}")
        if key.variable is not None and key.expression[1:] == key.variable.name:
            return as_item(variable)
        return Item(variable, f"({key.expression} AS ?{variable.name})", True, (), ())

    def _groups(
        self,
        select: Select,
        keys: tuple[Item, ...],
        wanted: Collection[Row],
        graph: Constant | None,
    ) -> dict[Row, set[Row]]:
        """Return, for each row, the keys of the groups that look like it."""
        assert select.items is not None, "the grammar has no SELECT * with aggregates"
        shown = {item.variable: i for i, item in enumerate(select.items) if not item.expression}
        if all(key.variable in shown for key in keys):
            places = [shown[key.variable] for key in keys]
            return {row: {tuple(row[place] for place in places)} for row in wanted}
        hidden = [key for key in keys if key.variable not in shown]
        head = " ".join(
            [item.text for item in select.items] + [f"?{key.variable.name}" for key in hidden]
        )
        where = select.where.text
        if graph is not None:
            where = f"{{ GRAPH {graph.text} {where} }}"
        by = f"GROUP BY {' '.join(key.text for key in keys)}"
        behind = "" if select.values is None else select.values.text
        answer = self._select(f"SELECT {head} WHERE {where} {by} {select.having} {behind}")
        order = [item.variable for item in select.items] + [key.variable for key in hidden]
        places = [order.index(key.variable) for key in keys]
        found: dict[Row, set[Row]] = {row: set() for row in wanted}
        for row in answer:
            group = found.get(row[: len(select.items)])
            if group is not None:
                group.add(tuple(row[place] for place in places))
        return found

    # Solutions of the second query, and what stands behind each

    def _solved(
        self,
        found: Level,
        items: tuple[Item, ...],
        wanted: Collection[Row],
        behind: str = "",
        *,
        empty: bool = False,
    ) -> Behind:
        """Return the triples behind the solutions in which some expressions have wanted values."""
        head = _head(items, found)
        restricted = _restriction(items, found.certain, wanted)
        pattern = f"{{ {found.pattern} {behind} {restricted} }}"
        text = f"SELECT {_written(head)} WHERE {pattern}"
        facts: Behind = {row: set() for row in wanted}
        solutions: list[Row] = []
        behind_each: list[set[Support]] = []
        width = len(items)
        seen = set()
        for solution in self._select(text):
            row = solution[:width]
            own = facts.get(row)
            if own is not None:
                seen.add(row)
                solutions.append(solution)
                behind_each.append(own)
        if not empty and len(seen) < len(facts):
            raise QueryRefused(
                "Rows of the answer are not found again by a second query, so that what stands "
                "behind them cannot be cited: an order that leaves something to chance, or an "
                "EXISTS that looks out of its group, may be why."
            )
        self._fill(found, head, solutions, behind_each)
        return facts

    def _fill(
        self,
        found: Level,
        head: Iterable[Variable],
        rows: Sequence[Row],
        facts: Sequence[set[Support]],
    ) -> None:
        """Add what the witnesses show in each of some rows to the facts behind it."""
        if not rows:
            return
        columns = dict(zip(head, zip(*rows, strict=True), strict=True))
        solutions = Solutions(columns, facts, self._constant)
        for witness in found.witnesses:
            self._witnessed(witness, solutions.taking_part(witness.tag))

    def _witnessed(self, witness: Witness, solutions: Solutions) -> None:
        """Add the sources of what one witness shows to those of each solution."""
        if isinstance(witness, TripleWitness):
            supports = self._sources.of_triples(witness, solutions)
            for support, own in zip(supports, solutions.supports, strict=True):
                own.add(support)
            return
        graphs = solutions.column(witness.graph)
        if isinstance(witness, GraphWitness):
            for graph, own in zip(graphs, solutions.supports, strict=True):
                if graph is None:
                    raise QueryRefused(
                        "The engine does not tell in which named graph a SELECT within GRAPH "
                        "holds, so that it cannot be cited: write GRAPH within the SELECT, or ask "
                        "without --cite."
                    )
                if graph != INFERRED:
                    assert isinstance(graph, NamedNode)
                    own.add(self._sources.of_graph(graph))
            return
        by_graph: defaultdict[Term | None, dict[Row, list[set[Support]]]] = defaultdict(dict)
        ends = solutions.rows(_ends(witness))
        for graph, row, own in zip(graphs, ends, solutions.supports, strict=True):
            by_graph[graph].setdefault(row, []).append(own)
        for graph, rows in by_graph.items():
            context = None if graph is None else Constant(str(graph))
            for row, inner in self._inner(witness, rows.keys(), context).items():
                for own in rows[row]:
                    own |= inner

    def _inner(self, witness: Witness, rows: Collection[Row], graph: Constant | None) -> Behind:
        if isinstance(witness, PathWitness):
            return self._behind_paths(witness.path, rows, graph)
        if isinstance(witness, SelectWitness):
            return self.behind(witness.select, rows, graph)
        assert isinstance(witness, ExistsWitness)
        return self._behind_exists(witness, rows, graph)

    def _behind_exists(
        self, witness: ExistsWitness, rows: Collection[Row], graph: Constant | None
    ) -> Behind:
        """Return what stands behind a group that may exist; nothing where it does not."""
        facts: Behind = {}
        for bound in {tuple(term is not None for term in row) for row in rows}:
            chosen = [v for v, there in zip(witness.variables, bound, strict=True) if there]
            same: dict[Row, Row] = {
                tuple(term for term in row if term is not None): row
                for row in rows
                if tuple(term is not None for term in row) == bound
            }
            given = "" if _has_blank(same) else _values(chosen, list(same))
            found = level(witness.group, self._prefix, graph, given)
            for row, behind in self._solved(
                found, tuple(map(as_item, chosen)), same.keys()
            ).items():
                facts[same[row]] = behind
        return facts

    # Paths of any length

    def _behind_paths(
        self, path: Repeated, pairs: Collection[Row], graph: Constant | None
    ) -> Behind:
        """Return the triples of a shortest way from each start to its end."""
        walks: dict[Row, list[Row]] = {
            pair: [] for pair in pairs if path.mark != "+" and pair[0] == pair[1]
        }
        asked = {pair for pair in pairs if pair not in walks}
        if path.mark == "?":
            walks |= {pair: [pair] for pair in asked}
        else:
            walks |= shortest(asked, lambda starts: self._edges(path.path, starts, graph))
        steps = {step for walk in walks.values() for step in walk}
        facts = self._behind_steps(path.path, steps, graph)
        return {pair: _union([facts[step] for step in walk]) for pair, walk in walks.items()}

    def _edges(
        self, path: Path, starts: Collection[Term | None], graph: Constant | None
    ) -> Iterator[tuple[Term | None, Term | None]]:
        if not starts:
            return
        step = f"?{_START.name} {path_text(path)} ?{_END.name}"
        if graph is not None:
            step = f"GRAPH {graph.text} {{ {step} }}"
        rows = [(start,) for start in starts]
        given = "" if _has_blank(rows) else _values([_START], rows)
        text = f"SELECT DISTINCT ?{_START.name} ?{_END.name} WHERE {{ {given} {step} }}"
        for start, end in self._select(text):
            if start in starts:
                yield start, end

    def _behind_steps(self, path: Path, steps: Collection[Row], graph: Constant | None) -> Behind:
        if isinstance(path, Inverse):
            turned = self._behind_steps(path.path, {(b, a) for a, b in steps}, graph)
            return {(a, b): facts for (b, a), facts in turned.items()}
        if isinstance(path, Link):
            property_ = self._constant(path.property)
            named = None if graph is None else self._constant(graph)
            supports = self._sources.of_facts([(named, a, property_, b) for a, b in steps])
            return {step: {each} for step, each in zip(steps, supports, strict=True)}
        pattern = Triples((TriplePattern(_START, path, _END),))
        select = Select(
            "",
            "",
            (as_item(_START), as_item(_END)),
            Group("", (pattern,)),
            (),
            False,
            "",
            "",
            False,
            None,
            frozenset(),
        )
        return self.behind(select, steps, graph) if steps else {}

    # Terms

    def _constant(self, constant: Constant) -> Term:
        """Return the term that is written, its lexical form as it is: Turtle has the same ones."""
        if constant.text not in self._constants:
            text = f"{self._prologue}\n<urn:x> <urn:x> {constant.text} ."
            (quad,) = parse(text.encode(), RdfFormat.TURTLE)
            self._constants[constant.text] = quad.object
        return self._constants[constant.text]

    def _select(self, text: str) -> tuple[Row, ...]:
        return self._engine.select(f"{self._prologue}\n{text}").terms


def _union(sets: list[set[Support]]) -> set[Support]:
    return sets[0] if len(sets) == 1 else set().union(*sets)


def _head(items: Iterable[Item], found: Level) -> dict[Variable, str]:
    """Return what the second query projects: some expressions, and all that its witnesses need."""
    head = {item.variable: item.text for item in items}
    head |= {
        place: f"?{place.name}"
        for witness in found.witnesses
        for place in _places(witness)
        if isinstance(place, Variable) and place not in head
    }
    return head or {Variable("one"): "(1 AS ?one)"}


def _written(head: Mapping[Variable, str]) -> str:
    return " ".join(head.values())


def _restriction(
    items: tuple[Item, ...], certain: frozenset[Variable], wanted: Collection[Row]
) -> str:
    """Return a VALUES block of the wanted rows, as far as it can hold them."""
    if len(wanted) > _MOST_RESTRICTED:
        return ""
    kept = [
        i
        for i, item in enumerate(items)
        if not item.expression
        and item.variable in certain
        and all(isinstance(row[i], NamedNode) for row in wanted)
    ]
    return _values([items[i].variable for i in kept], [tuple(r[i] for i in kept) for r in wanted])


def as_item(variable: Variable) -> Item:
    """Return what projects a variable by itself."""
    return Item(variable, f"?{variable.name}", False, (variable,), ())


def _ends(witness: Witness) -> tuple[Place, ...]:
    if isinstance(witness, PathWitness):
        return (witness.subject, witness.object)
    assert isinstance(witness, SelectWitness | ExistsWitness)
    return witness.places


def _places(witness: Witness) -> Iterator[Place | None]:
    yield from (witness.tag, witness.graph)
    if isinstance(witness, TripleWitness):
        yield from (witness.subject, witness.predicate, witness.object)
    elif not isinstance(witness, GraphWitness):
        yield from _ends(witness)


def _values(variables: Collection[Variable], rows: Collection[Row]) -> str:
    """Return a VALUES block, or nothing where it would hold nothing."""
    if not variables or not rows:
        return ""
    names = " ".join(f"?{variable.name}" for variable in variables)
    told = " ".join(f"({' '.join(map(str, row))})" for row in dict.fromkeys(rows))
    return f"VALUES ({names}) {{ {told} }}"


def _has_blank(rows: Iterable[Row]) -> bool:
    return any(isinstance(term, BlankNode | Triple) for row in rows for term in row)
