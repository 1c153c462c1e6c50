"""The tree of a query as plain values: groups, patterns and paths, with the text of all the rest.

What is not taken apart (filters, expressions, blocks of values) stays the text that was written. A
blank node of a pattern is a variable that cannot be asked for, a collection is its triples, and a
node without a name has one: section 4.1.4 and 4.2 of the recommendation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from qkg.sparql.reading import Form

__all__ = [
    "Alternative",
    "Bind",
    "Blank",
    "Constant",
    "Element",
    "Filter",
    "Graph",
    "Group",
    "GroupKey",
    "Inverse",
    "Item",
    "Link",
    "Minus",
    "Negated",
    "OneOf",
    "Optional",
    "Path",
    "Query",
    "Repeated",
    "Select",
    "Sequence",
    "Service",
    "Term",
    "TriplePattern",
    "Triples",
    "Values",
    "Variable",
]


class Variable(NamedTuple):
    """A variable, without ``?``."""

    name: str


class Blank(NamedTuple):
    """A blank node of a pattern: a variable of its own."""

    label: str


class Constant(NamedTuple):
    """An IRI or a literal, as it is written."""

    text: str


Term: TypeAlias = Variable | Blank | Constant


class Link(NamedTuple):
    """A path of one property."""

    property: Constant


class Inverse(NamedTuple):
    """``^path``."""

    path: Path


class Sequence(NamedTuple):
    """``path/path``."""

    paths: tuple[Path, ...]


class Alternative(NamedTuple):
    """``path|path``."""

    paths: tuple[Path, ...]


class Repeated(NamedTuple):
    """``path?``, ``path*`` or ``path+``."""

    path: Path
    mark: str


class Negated(NamedTuple):
    """``!(property|^property)``: the properties that it is not, forward and backward."""

    forward: tuple[Constant, ...]
    backward: tuple[Constant, ...]


Path: TypeAlias = Link | Inverse | Sequence | Alternative | Repeated | Negated


class TriplePattern(NamedTuple):
    """A triple pattern, or one with a path."""

    subject: Term
    predicate: Variable | Path
    object: Term


class Triples(NamedTuple):
    """The triple patterns that stand together."""

    patterns: tuple[TriplePattern, ...]


class Optional(NamedTuple):
    """``OPTIONAL { … }``."""

    group: Group


class OneOf(NamedTuple):
    """``{ … } UNION { … }``; a group within a group where there is but one."""

    groups: tuple[Group, ...]


class Minus(NamedTuple):
    """``MINUS { … }``."""

    group: Group


class Graph(NamedTuple):
    """``GRAPH name { … }``."""

    name: Term
    group: Group


class Service(NamedTuple):
    """``SERVICE name { … }``."""

    text: str


class Filter(NamedTuple):
    """``FILTER …``.

    Attributes:
        text: the whole clause.
        exists: the groups of each ``EXISTS`` in it that no ``NOT`` stands before.
    """

    text: str
    exists: tuple[Group, ...]


class Bind(NamedTuple):
    """``BIND(… AS ?variable)``; as :class:`Filter`."""

    text: str
    variable: Variable
    exists: tuple[Group, ...]


class Values(NamedTuple):
    """``VALUES …``."""

    text: str
    variables: tuple[Variable, ...]


class Item(NamedTuple):
    """What a SELECT projects: a variable, or an expression under the name of one.

    Attributes:
        variable: the name.
        text: the whole item; ``?variable`` where it is no expression.
        expression: whether it is one.
        used: the variables in it that stand in no aggregate.
        exists: as in :class:`Filter`.
    """

    variable: Variable
    text: str
    expression: bool
    used: tuple[Variable, ...]
    exists: tuple[Group, ...]


class GroupKey(NamedTuple):
    """A condition of GROUP BY: an expression, and its name; None where it is given none."""

    expression: str
    variable: Variable | None


class Select(NamedTuple):
    """A SELECT, at the top or within a group.

    Attributes:
        text: all of it.
        reduction: ``DISTINCT``, ``REDUCED``, or an empty text.
        items: what is projected; None for ``*``.
        where: the pattern.
        keys: what it is grouped by.
        aggregates: whether it is an aggregate query, with or without GROUP BY.
        having: the HAVING clause, or an empty text.
        order: the ORDER BY clause, or an empty text.
        is_slice: whether it has LIMIT or OFFSET.
        values: the VALUES block behind it.
        calls: the functions that are called anywhere in it, in upper case.
    """

    text: str
    reduction: str
    items: tuple[Item, ...] | None
    where: Group
    keys: tuple[GroupKey, ...]
    aggregates: bool
    having: str
    order: str
    is_slice: bool
    values: Values | None
    calls: frozenset[str]


Element: TypeAlias = (
    Triples | Optional | OneOf | Minus | Graph | Service | Filter | Bind | Values | Select
)


class Group(NamedTuple):
    """``{ … }``.

    Attributes:
        text: all of it, with its braces.
        elements: what is in it, in order.
    """

    text: str
    elements: tuple[Element, ...]


class Query(NamedTuple):
    """A query.

    Attributes:
        text: all of it.
        form: its form.
        prologue: the declarations before it.
        select: what it asks, as a SELECT of everything where it is none; None for a DESCRIBE
            without a pattern.
        datasets: whether it names a dataset of its own (``FROM``).
    """

    text: str
    form: Form
    prologue: str
    select: Select | None
    datasets: bool
