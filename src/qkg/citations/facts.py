"""Which triples stand behind each row of a SELECT, found by queries; see :mod:`.level`."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, parse

from qkg.answers import Answer
from qkg.citations.level import level
from qkg.citations.lookup import Lookup, OutOfReach
from qkg.citations.paths import path_text
from qkg.citations.reach import Pattern, pattern
from qkg.citations.solutions import Solutions
from qkg.citations.variables import projected
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
    from qkg.rules.held import Held
    from qkg.sparql.syntax import GroupKey, Path, Query, Values

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
        held: what looks facts up in memory; None where only the engine has them.
    """

    def __init__(
        self, engine: Engine, query: Query, sources: Sources, held: Held | None = None
    ) -> None:
        self._engine = engine
        self._held = held
        self._prologue = query.prologue
        self._prefix = "_"
        while f"?{self._prefix}" in query.text or f"${self._prefix}" in query.text:
            self._prefix += "_"
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
            or self._pattern(select.where, select.items, select.values) is not None
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
        self, select: Select, rows: Sequence[Row], graph: Constant | None = None
    ) -> Sequence[Collection[Support]]:
        """Return by what rows of a SELECT are cited.

        Args:
            select: the SELECT.
            rows: rows of it, as :func:`qkg.citations.variables.projected` orders their terms.
            graph: the named graph in which it stands; None for the default graph.

        Returns:
            Per row the facts of every solution that yields it, in no order; of equal rows the same
            object. A row of a group without any solution has none.

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
            return self._behind_groups(select, rows, graph)
        items = select.items or tuple(map(as_item, projected(select)))
        return self._solved(select.where, items, rows, graph, select.values)

    # Aggregates: a row stands for groups, and a group for its members

    def _behind_groups(
        self, select: Select, rows: Sequence[Row], graph: Constant | None
    ) -> Sequence[Collection[Support]]:
        if any("EXISTS" in text.upper() for text in (select.having, *(k[0] for k in select.keys))):
            raise QueryRefused(
                "What HAVING or GROUP BY asks to exist cannot be cited: leave it out, or ask it "
                "with BIND before."
            )
        keys = tuple(self._key(i, key) for i, key in enumerate(select.keys))
        shown = {
            item.variable: i for i, item in enumerate(select.items or ()) if not item.expression
        }
        inner = tuple(select.items or ())
        if all(key.variable in shown for key in keys):
            places = [shown[key.variable] for key in keys]
            own = [tuple([row[place] for place in places]) for row in rows]
            return self._solved(select.where, keys, own, graph, inner=inner, empty=not keys)
        groups = self._groups(select, keys, rows, graph)
        members = list(dict.fromkeys(chain.from_iterable(groups.values())))
        supports = self._solved(select.where, keys, members, graph, inner=inner, empty=not keys)
        facts = dict(zip(members, supports, strict=True))
        found = {row: _union([facts[group] for group in groups[row]]) for row in groups}
        return [found[row] for row in rows]

    def _key(self, number: int, key: GroupKey) -> Item:
        variable = key.variable or Variable(f"{self._prefix}key{number}")
        if key.variable is not None and key.expression[1:] == key.variable.name:
            return as_item(variable)
        return Item(variable, f"({key.expression} AS ?{variable.name})", True, (), ())

    def _groups(
        self,
        select: Select,
        keys: tuple[Item, ...],
        wanted: Iterable[Row],
        graph: Constant | None,
    ) -> dict[Row, set[Row]]:
        """Return, for each row, the keys of the groups that look like it."""
        assert select.items is not None, "the grammar has no SELECT * with aggregates"
        shown = {item.variable for item in select.items if not item.expression}
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
        group: Group,
        items: tuple[Item, ...],
        rows: Sequence[Row],
        graph: Constant | None,
        values: Values | None = None,
        *,
        given: tuple[Variable, ...] = (),
        inner: tuple[Item, ...] = (),
        empty: bool = False,
    ) -> Sequence[Collection[Support]]:
        """Return by what the solutions are cited in which some expressions have the values of rows.

        Args:
            group: the pattern.
            items: the expressions.
            rows: the rows.
            graph: the named graph in which the pattern stands; None for the default graph.
            values: the block of values behind it.
            given: those variables, among the expressions, that it is given values of.
            inner: what else is made of the solutions, and may ask for what exists.
            empty: whether there may be rows without a solution.
        """
        if graph is None and not any(item.exists for item in inner):
            pattern = self._pattern(group, items, values, given)
            if pattern is not None:
                with suppress(OutOfReach):
                    return self._looked_up(pattern, rows, empty=empty)
        block = "" if not given or _has_blank(rows) else _values(given, rows)
        found = level(group, self._prefix, graph, block, inner or items)
        facts = self._asked(found, items, dict.fromkeys(rows), values, empty=empty)
        return [facts[row] for row in rows]

    def _asked(
        self,
        found: Level,
        items: tuple[Item, ...],
        wanted: Collection[Row],
        values: Values | None,
        *,
        empty: bool,
    ) -> Behind:
        """Return the triples behind the solutions in which some expressions have wanted values."""
        head = _head(items, found)
        restricted = _restriction(items, found.certain, wanted)
        behind = "" if values is None else values.text
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
            inner = self._inner(witness, tuple(rows), context)
            for several, behind in zip(rows.values(), inner, strict=True):
                for own in several:
                    own.update(behind)

    def _inner(
        self, witness: Witness, rows: Sequence[Row], graph: Constant | None
    ) -> Sequence[Collection[Support]]:
        if isinstance(witness, PathWitness):
            return self._behind_paths(witness.path, rows, graph)
        if isinstance(witness, SelectWitness):
            return self.behind(witness.select, rows, graph)
        assert isinstance(witness, ExistsWitness)
        return self._behind_exists(witness, rows, graph)

    def _behind_exists(
        self, witness: ExistsWitness, rows: Sequence[Row], graph: Constant | None
    ) -> Sequence[Collection[Support]]:
        """Return by what a group that exists is cited, given the values of some variables."""
        facts: dict[Row, Collection[Support]] = {}
        for bound in {tuple(term is not None for term in row) for row in rows}:
            chosen = tuple(v for v, there in zip(witness.variables, bound, strict=True) if there)
            same = [row for row in rows if tuple(term is not None for term in row) == bound]
            told = [tuple(term for term in row if term is not None) for row in same]
            items = tuple(map(as_item, chosen))
            supports = self._solved(witness.group, items, told, graph, given=chosen)
            facts.update(zip(same, supports, strict=True))
        return [facts[row] for row in rows]

    # Paths of any length

    def _behind_paths(
        self, path: Repeated, pairs: Collection[Row], graph: Constant | None
    ) -> Sequence[Collection[Support]]:
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
        return [_union([facts[step] for step in walks[pair]]) for pair in pairs]

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

    def _behind_steps(
        self, path: Path, steps: Collection[Row], graph: Constant | None
    ) -> Mapping[Row, Collection[Support]]:
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
        rows = tuple(steps)
        return dict(zip(rows, self.behind(select, rows, graph), strict=True)) if rows else {}

    # Facts that are held in memory

    def _pattern(
        self,
        group: Group,
        items: tuple[Item, ...],
        values: Values | None,
        given: tuple[Variable, ...] = (),
    ) -> Pattern | None:
        """Return :func:`qkg.citations.reach.pattern`; None, too, where nothing is held."""
        return None if self._held is None else pattern(group, items, values, given)

    def _looked_up(
        self, pattern: Pattern, rows: Sequence[Row], *, empty: bool
    ) -> Sequence[Collection[Support]]:
        assert self._held is not None
        lookup = Lookup(self._held, self._constant, lambda: tuple(self._engine.stating(())))
        return lookup.behind(pattern, rows, empty=empty)

    # Terms

    def _constant(self, constant: Constant) -> Term:
        """Return the term that is written."""
        return _term(self._prologue, constant.text)

    def _select(self, text: str) -> tuple[Row, ...]:
        return self._engine.select(f"{self._prologue}\n{text}").terms


@lru_cache(maxsize=1024)
def _term(prologue: str, text: str) -> Term:
    """Return the term that is written, its lexical form as it is: Turtle has the same ones."""
    (quad,) = parse(f"{prologue}\n<urn:x> <urn:x> {text} .".encode(), RdfFormat.TURTLE)
    term: Term = quad.object
    return term


def _union(sets: Sequence[Collection[Support]]) -> Collection[Support]:
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
