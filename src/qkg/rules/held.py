"""A closure that is held in memory, looked up: who gives a fact, and what it follows from."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from qkg.rules import search
from qkg.rules.datatypes import is_datatype
from qkg.rules.plans import Atom, join, reader
from qkg.rules.search import Step
from qkg.support import together

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from pyoxigraph import NamedNode

    from qkg.rules.closure import Closure
    from qkg.rules.plans import Row
    from qkg.rules.relations import Fact, Located, Relation
    from qkg.rules.rule import Rule

__all__ = ["Held"]


class _Body(NamedTuple):
    """A rule read backwards.

    Attributes:
        rule: the rule.
        run: what takes facts that follow to the rows in which the body holds.
        goal: what reads the fact that follows from a row.
        premises: the relations of the facts that hold then, and what reads these from a row.
        subjects: the columns of what is the subject of something, and whether it has to be a
            literal there: one is the subject of nothing but its datatypes.
        open: the columns of what the head leaves open, in the order in which the body has it.
    """

    rule: Rule
    run: Callable[[Iterable[Fact]], list[Row]]
    goal: Callable[[Row], Fact]
    premises: tuple[tuple[Relation, Callable[[Row], Fact]], ...]
    subjects: tuple[tuple[int, bool], ...]
    open: tuple[int, ...]

    def rows(self, facts: Iterable[Fact]) -> list[Row]:
        """Return the rows in which the body holds."""
        rows = self.run(facts)
        for column, is_literal in self.subjects:
            rows = [row for row in rows if (row[column] < 0) == is_literal]
        return rows


class Held:
    """What looks facts up in a closure; it is one of :class:`qkg.rules.search.Grounds`.

    Args:
        closure: what is given, by whom, and what follows. It may change between two look-ups, and
            what was found then is to be found anew.

    Attributes:
        table: where what is given and what follows stands.
    """

    def __init__(self, closure: Closure) -> None:
        self.table = closure.table
        self._closure = closure
        self._bodies: dict[Relation, tuple[_Body, ...]] = {}
        self._steps: dict[Located, tuple[Step[Located], ...]] = {}

    @property
    def size(self) -> int:
        """Of how many facts it has found the steps."""
        return len(self._steps)

    @property
    def can_derive(self) -> bool:
        """Whether it finds all steps: those by which things are the same, it leaves to queries."""
        return not self._closure.is_equating

    def rest(self, facts: Iterable[Located]) -> dict[Located, tuple[NamedNode, ...]]:
        """Return the named graphs that give what facts rest on by their smallest derivations.

        Returns:
            They are in the order of their IRIs. A fact without a derivation is left out.
        """
        rest: dict[Located, tuple[NamedNode, ...]] = {}
        goals = set()
        facts = set(facts)
        self._follow(facts)
        for fact in facts:
            parts = self._only_derivation(fact)
            if parts is None:
                goals.add(fact)
            else:
                rest[fact] = together(parts)
        if goals:
            found, _ = search.smallest(self, frozenset(goals))
            for goal in goals & found.keys():
                leaves = search.leaves(goal, found)
                rest[goal] = together({r.givers[value] for r, value in leaves})
        return rest

    def _follow(self, facts: Iterable[Located]) -> None:
        """Find the steps to facts, and those below as long as there is no choice."""
        level, seen = set(facts), set(facts)
        while level:
            self.find_steps(level)
            only = (steps[0] for steps in map(self._steps.__getitem__, level) if len(steps) == 1)
            level = {p for step in only for p in step.premises if not self.is_asserted(p)} - seen
            seen |= level

    def _only_derivation(self, fact: Located) -> set[tuple[NamedNode, ...]] | None:
        """Return who gives what a fact rests on; None where it, or what is below, has a choice."""
        parts, seen, pending = set(), set(), [fact]
        while pending:
            each = pending.pop()
            relation, value = each
            givers = relation.givers.get(value)
            if givers is not None:
                parts.add(givers)
                continue
            steps = self._steps[each]
            if len(steps) != 1 or each in seen:
                return None
            seen.add(each)
            pending += steps[0].premises
        return parts

    # What a search asks

    def find(self, facts: Collection[Located]) -> None:
        """Do nothing: who gives a fact is known; see :class:`qkg.rules.search.Grounds`."""

    def find_steps(self, facts: Collection[Located]) -> None:
        """Find the steps to some facts; see :class:`qkg.rules.search.Grounds`."""
        new: dict[Relation, dict[Fact, list[Step[Located]]]] = {}
        for fact in facts:
            if fact not in self._steps:
                new.setdefault(fact[0], {})[fact[1]] = []
        for relation, steps in new.items():
            for body in self._bodies_of(relation):
                self._find_by(body, relation, steps)
            self._steps.update(((relation, value), tuple(found)) for value, found in steps.items())

    def is_asserted(self, fact: Located) -> bool:
        """Return whether somebody gives a fact; see :class:`qkg.rules.search.Grounds`."""
        relation, value = fact
        return value in relation.givers

    def steps(self, fact: Located) -> tuple[Step[Located], ...]:
        """Return the steps to a fact; see :class:`qkg.rules.search.Grounds`."""
        return self._steps.get(fact, ())

    # Rules, read backwards

    def _find_by(
        self, body: _Body, relation: Relation, steps: dict[Fact, list[Step[Located]]]
    ) -> None:
        """Add the steps to facts of one relation that one rule makes."""
        rows = body.rows(steps)
        if body.open:
            # Several ways to one fact are put in the order of what they leave open.
            ways: dict[Fact, list[Row]] = {}
            for row in rows:
                ways.setdefault(body.goal(row), []).append(row)
            for several in ways.values():
                if len(several) > 1:
                    several.sort(key=lambda row: self._spelt(body, row))
            rows = list(chain.from_iterable(ways.values()))
        for row in rows:
            value = body.goal(row)
            premises = tuple([(each, read(row)) for each, read in body.premises])
            if (relation, value) not in premises:
                steps[value].append(Step(body.rule, premises))

    def _spelt(self, body: _Body, row: Row) -> str:
        return str(tuple(self.table.term(row[column]) for column in body.open))

    def _bodies_of(self, relation: Relation) -> tuple[_Body, ...]:
        bodies = self._bodies.get(relation)
        if bodies is None:
            bodies = tuple(map(self._body, self._closure.concluding(relation)))
            self._bodies[relation] = bodies
        return bodies

    def _body(self, rule: Rule) -> _Body:
        assert rule.head is not None
        _, head = self.table.placed(rule.head)
        atoms = [Atom(*self.table.placed(pattern)) for pattern in rule.body]
        is_literal = [is_datatype(pattern.object) for pattern in rule.body]
        run, columns = join(head, atoms)
        premises = tuple(
            (atom.relation, reader(atom.arguments, columns))
            for atom, literal in zip(atoms, is_literal, strict=True)
            if not literal
        )
        subjects = {
            columns[atom.arguments[0]]: literal
            for atom, literal in zip(atoms, is_literal, strict=True)
            if isinstance(atom.arguments[0], str) and (literal or atom.relation.hidden)
        }
        names = dict.fromkeys(a for each in atoms for a in each.arguments if isinstance(a, str))
        open_ = tuple(columns[name] for name in names if name not in head)
        goal = reader(head, columns)
        return _Body(rule, run, goal, premises, tuple(subjects.items()), open_)
