"""Rule bodies as joins over relations: each step takes all rows at once to the next table of rows.

A row holds what the variables that are bound so far stand for. A plan begins with facts of one
relation and ends with facts of another.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple, TypeAlias, TypeVar

from qkg.rules.relations import Fact, Index, Plan, Relation

__all__ = ["Argument", "Atom", "Row", "join", "plan", "reader"]

T = TypeVar("T")

Argument: TypeAlias = str | int
"""The name of a variable, or the number of a term."""

Row: TypeAlias = tuple[Any, ...]
"""What the variables that are bound so far stand for."""

_Step: TypeAlias = Callable[[Iterable[Any]], Iterable[Row]]
_Columns: TypeAlias = dict[Argument, int]


class Atom(NamedTuple):
    """A premise or a conclusion: a relation, and what stands in each place of its facts."""

    relation: Relation
    arguments: tuple[Argument, ...]


def plan(
    start: Sequence[Argument],
    body: Iterable[Atom],
    head: Sequence[Argument],
    resource: str | None = None,
    *,
    distinct: bool = False,
) -> Plan:
    """Return a function from facts to facts.

    Args:
        start: what stands in each place of the facts to begin with.
        body: what else has to hold.
        head: what stands in each place of the facts that follow.
        resource: a variable of the head that must not stand for a literal.
        distinct: whether the two places of the head must not stand for the same.
    """
    body = list(body)
    if not body and resource is None and not distinct:
        simple = _renamed(tuple(start), tuple(head))
        if simple is not None:
            return simple
    columns: _Columns = {}
    first = _start(start, columns)
    steps: list[_Step] = []
    for atom in _ordered(body, columns):
        if len(steps) + 1 == len(body) and resource is None and not distinct:
            last = _last(atom, head, columns)
            if last is not None:
                return _run(first, steps, last)
        steps.append(_step(atom, columns))
    return _run(first, steps, _project(head, columns, resource, distinct))


def join(
    start: Sequence[Argument], body: Iterable[Atom]
) -> tuple[Callable[[Iterable[Fact]], list[Row]], Mapping[Argument, int]]:
    """Return a function from facts to the rows in which a body holds, and the columns of these.

    Args:
        start: what stands in each place of the facts to begin with.
        body: what else has to hold.
    """
    columns: _Columns = {}
    first = _start(start, columns)
    steps = [_step(atom, columns) for atom in _ordered(body, columns)]
    return _run(first, steps, list), columns


def reader(arguments: Sequence[Argument], columns: Mapping[Argument, int]) -> Callable[[Row], Fact]:
    """Return a function that reads a fact from a row."""
    return _facts(arguments, [columns[a] if isinstance(a, str) else None for a in arguments])


def _ordered(body: Iterable[Atom], columns: _Columns) -> Iterator[Atom]:
    """Yield the atoms of a body, the cheapest next; who takes one enters its variables."""
    left = list(body)
    while left:
        atom = min(left, key=lambda atom: _cost(atom, columns))
        left.remove(atom)
        yield atom


def _run(
    first: _Step | None, steps: list[_Step], last: Callable[[Iterable[Any]], T]
) -> Callable[[Iterable[Fact]], T]:
    if not steps and first is None:
        return last

    def run(facts: Iterable[Fact]) -> T:
        rows: Iterable[Row] = facts if first is None else first(facts)
        for step in steps:
            rows = step(rows)
            if not rows:
                break
        return last(rows)

    return run


def _renamed(start: tuple[Argument, ...], head: tuple[Argument, ...]) -> Plan | None:
    """Return the plan of a rule that only moves the places of its one premise, or None."""
    if any(isinstance(argument, int) for argument in start) or len(set(start)) < len(start):
        return None
    if head == start:
        return set
    if len(start) == 2 and head == start[::-1]:
        return lambda facts: {(o, s) for s, o in facts}
    if len(start) == 2 and head == start[:1]:
        return lambda facts: {s for s, _ in facts}
    if len(start) == 2 and head == start[1:]:
        return lambda facts: {o for _, o in facts}
    return None


def _start(arguments: Sequence[Argument], columns: _Columns) -> _Step | None:
    """Return the step that makes rows of facts; None where facts are rows as they are."""
    for argument in arguments:
        if isinstance(argument, str):
            columns.setdefault(argument, len(columns))
    if len(arguments) == 1:
        argument = arguments[0]
        if isinstance(argument, str):
            return lambda facts: [(fact,) for fact in facts]
        return lambda facts: [() for fact in facts if fact == argument]
    subject, object_ = arguments
    if isinstance(subject, int) and isinstance(object_, int):
        return lambda facts: [() for fact in facts if fact == (subject, object_)]
    if isinstance(subject, int):
        return lambda facts: [(o,) for s, o in facts if s == subject]
    if isinstance(object_, int):
        return lambda facts: [(s,) for s, o in facts if o == object_]
    if subject == object_:
        return lambda facts: [(s,) for s, o in facts if s == o]
    return None


def _cost(atom: Atom, columns: _Columns) -> tuple[int, int]:
    """Return what an atom is to be taken before: tests, then what a bound variable leads to."""
    free = [a for a in atom.arguments if isinstance(a, str) and a not in columns]
    return len(free), int(len(free) == len(atom.arguments))


def _step(atom: Atom, columns: _Columns) -> _Step:
    """Return the step that joins an atom, and enter its variables among the columns."""
    relation, arguments = atom
    facts = relation.facts
    places = [columns.get(a) if isinstance(a, str) else None for a in arguments]
    bound = [isinstance(a, int) or a in columns for a in arguments]
    for argument in arguments:
        if isinstance(argument, str):
            columns.setdefault(argument, len(columns))
    if all(bound):
        return _test(facts, arguments, places)
    if len(arguments) == 1:
        return lambda rows: [(*row, fact) for row, fact in product(rows, facts)]
    if not any(bound):
        if arguments[0] == arguments[1]:
            return lambda rows: [(*row, s) for row, (s, o) in product(rows, facts) if s == o]
        return lambda rows: [(*row, *fact) for row, fact in product(rows, facts)]
    key, index = _lookup(relation, arguments, bound)
    place = places[key]
    if place is None:
        constant: Any = arguments[key]
        return lambda rows: [(*row, value) for row in rows for value in index.get(constant, ())]
    get = index.get
    return lambda rows: [(*row, value) for row in rows for value in get(row[place], ())]


def _lookup(
    relation: Relation, arguments: Sequence[Argument], bound: Sequence[bool]
) -> tuple[int, Index]:
    return (0, relation.out) if bound[0] else (1, relation.into)


def _test(facts: set[Fact], arguments: Sequence[Argument], places: Sequence[int | None]) -> _Step:
    if len(places) == 1 and places[0] is not None:
        place = places[0]
        return lambda rows: [row for row in rows if row[place] in facts]
    fact = _facts(arguments, places)
    return lambda rows: [row for row in rows if fact(row) in facts]


def _facts(arguments: Sequence[Argument], places: Sequence[int | None]) -> Callable[[Row], Fact]:
    """Return a function that reads a fact from a row."""
    if len(arguments) == 1:
        (argument,), (place,) = arguments, places
        return lambda row: argument if place is None else row[place]
    (subject, object_), (i, j) = arguments, places
    if i is not None and j is not None:
        return lambda row: (row[i], row[j])
    if i is not None:
        return lambda row: (row[i], object_)
    if j is not None:
        return lambda row: (subject, row[j])
    return lambda row: (subject, object_)


def _last(
    atom: Atom, head: Sequence[Argument], columns: _Columns
) -> Callable[..., set[Fact]] | None:
    """Return the last step and the projection in one, where the one leads into the other."""
    relation, arguments = atom
    bound = [argument in columns for argument in arguments]
    if len(arguments) != 2 or sum(bound) != 1:
        return None
    key, index = _lookup(relation, arguments, bound)
    place, found = columns[arguments[key]], arguments[1 - key]
    get = index.get
    if tuple(head) == (found,):
        return lambda rows: {value for row in rows for value in get(row[place], ())}
    if len(head) != 2 or head.count(found) != 1:
        return None
    other = columns.get(head[1 - head.index(found)])
    if other is None:
        return None
    if head[1] == found:
        return lambda rows: {(row[other], value) for row in rows for value in get(row[place], ())}
    return lambda rows: {(value, row[other]) for row in rows for value in get(row[place], ())}


def _project(
    head: Sequence[Argument], columns: _Columns, resource: str | None, distinct: bool
) -> Callable[..., set[Fact]]:
    fact = reader(head, columns)
    if resource is None and not distinct:
        return lambda rows: {fact(row) for row in rows}
    # A literal cannot be a subject: the first column serves where there is nothing to test.
    place = None if resource is None else columns[resource]

    def project(rows: Iterable[Row]) -> set[Fact]:
        kept = rows if place is None else (row for row in rows if row[place] >= 0)
        found = {fact(row) for row in kept}
        return {each for each in found if each[0] != each[1]} if distinct else found

    return project
