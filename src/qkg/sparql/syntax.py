"""The tree of a query as plain values: groups, patterns and paths, with the text of all the rest.

What is not taken apart (filters, expressions, blocks of values) stays the text that was written. A
blank node of a pattern is a variable that cannot be asked for, a collection is its triples, and a
node without a name has one: section 4.1.4 and 4.2 of the recommendation.

They are no tuples, of which two kinds with the same parts would be equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

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


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable, without ``?``."""

    name: str


@dataclass(frozen=True, slots=True)
class Blank:
    """A blank node of a pattern: a variable of its own."""

    label: str


@dataclass(frozen=True, slots=True)
class Constant:
    """An IRI or a literal, as it is written."""

    text: str


Term: TypeAlias = Variable | Blank | Constant


@dataclass(frozen=True, slots=True)
class Link:
    """A path of one property."""

    property: Constant


@dataclass(frozen=True, slots=True)
class Inverse:
    """``^path``."""

    path: Path


@dataclass(frozen=True, slots=True)
class Sequence:
    """``path/path``."""

    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """``path|path``."""

    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Repeated:
    """``path?``, ``path*`` or ``path+``."""

    path: Path
    mark: str


@dataclass(frozen=True, slots=True)
class Negated:
    """``!(property|^property)``: the properties that it is not, forward and backward."""

    forward: tuple[Constant, ...]
    backward: tuple[Constant, ...]


Path: TypeAlias = Link | Inverse | Sequence | Alternative | Repeated | Negated


@dataclass(frozen=True, slots=True)
class TriplePattern:
    """A triple pattern, or one with a path."""

    subject: Term
    predicate: Variable | Path
    object: Term

    @property
    def variables(self) -> tuple[Variable, ...]:
        """Its variables, in order."""
        terms = (self.subject, self.predicate, self.object)
        return tuple(term for term in terms if isinstance(term, Variable))


@dataclass(frozen=True, slots=True)
class Triples:
    """The triple patterns that stand together."""

    patterns: tuple[TriplePattern, ...]


@dataclass(frozen=True, slots=True)
class Optional:
    """``OPTIONAL { … }``."""

    group: Group


@dataclass(frozen=True, slots=True)
class OneOf:
    """``{ … } UNION { … }``; a group within a group where there is but one."""

    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Minus:
    """``MINUS { … }``."""

    group: Group


@dataclass(frozen=True, slots=True)
class Graph:
    """``GRAPH name { … }``."""

    name: Term
    group: Group


@dataclass(frozen=True, slots=True)
class Service:
    """``SERVICE name { … }``."""

    text: str


@dataclass(frozen=True, slots=True)
class Filter:
    """``FILTER …``.

    Attributes:
        text: the whole clause.
        exists: the groups of each ``EXISTS`` in it that no ``NOT`` stands before.
    """

    text: str
    exists: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Bind:
    """``BIND(… AS ?variable)``; as :class:`Filter`."""

    text: str
    variable: Variable
    exists: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Values:
    """``VALUES …``."""

    text: str
    variables: tuple[Variable, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """What a SELECT projects: a variable, or an expression under the name of one.

    Attributes:
        variable: the name.
        text: the whole item; ``?variable`` where it is no expression.
        is_expression: whether it is one.
        exists: as in :class:`Filter`.
    """

    variable: Variable
    text: str
    is_expression: bool
    exists: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class GroupKey:
    """A condition of GROUP BY: an expression, and its name; None where it is given none."""

    expression: str
    variable: Variable | None


@dataclass(frozen=True, slots=True)
class Select:
    """A SELECT, at the top or within a group.

    Attributes:
        text: all of it.
        reduction: ``DISTINCT``, ``REDUCED``, or an empty text.
        items: what is projected; None for ``*``.
        where: the pattern.
        keys: what it is grouped by.
        is_aggregate: whether it is an aggregate query, with or without GROUP BY.
        having: the HAVING clause, or an empty text.
        exists: the groups of each ``EXISTS`` in HAVING and GROUP BY, as in :class:`Filter`.
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
    is_aggregate: bool
    having: str
    exists: tuple[Group, ...]
    order: str
    is_slice: bool
    values: Values | None
    calls: frozenset[str]


Element: TypeAlias = (
    Triples | Optional | OneOf | Minus | Graph | Service | Filter | Bind | Values | Select
)


@dataclass(frozen=True, slots=True)
class Group:
    """``{ … }``.

    Attributes:
        text: all of it, with its braces.
        elements: what is in it, in order.
    """

    text: str
    elements: tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A query.

    Attributes:
        text: all of it.
        form: its form.
        prologue: the declarations before it.
        select: what it asks, as a SELECT of everything where it is none; None for a DESCRIBE
            without a pattern.
        has_dataset: whether it names a dataset of its own (``FROM``).
        template: what a CONSTRUCT makes.
        described: what a DESCRIBE describes: the values of variables, and what it names itself;
            None for ``*``.
    """

    text: str
    form: Form
    prologue: str
    select: Select | None
    has_dataset: bool
    template: tuple[TriplePattern, ...] = ()
    described: tuple[Variable | Constant, ...] | None = ()
