"""Rules read backwards: from facts that follow to the rows in which the body of a rule holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from qkg.rules.datatypes import is_datatype
from qkg.rules.plans import Atom, join, reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from qkg.rules.plans import Row
    from qkg.rules.relations import Fact, Relation
    from qkg.rules.rule import Rule
    from qkg.rules.table import Table

__all__ = ["Body", "backwards"]


class Body(NamedTuple):
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


def backwards(rule: Rule, table: Table) -> Body:
    """Return a rule that has a head, read backwards.

    Args:
        rule: the rule.
        table: where the facts stand.
    """
    assert rule.head is not None
    _, head = table.placed(rule.head)
    atoms = [Atom(*table.placed(pattern)) for pattern in rule.body]
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
    return Body(rule, run, reader(head, columns), premises, tuple(subjects.items()), open_)
