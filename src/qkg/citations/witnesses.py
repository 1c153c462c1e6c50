"""What stands behind a solution: where the terms of triples, and of all else, are found."""

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from qkg.sparql.syntax import Constant, Group, Repeated, Select, Variable

__all__ = [
    "ExistsWitness",
    "GraphWitness",
    "Inner",
    "PathWitness",
    "Place",
    "SelectWitness",
    "TripleWitness",
    "Witness",
    "needed",
]

Place: TypeAlias = Variable | Constant
"""Where a term is found: a column of the solutions, or the query itself."""


class TripleWitness(NamedTuple):
    """A triple that stands behind a solution.

    Attributes:
        tag: the column that is bound where it does; None where it always does.
        graph: the named graph that was asked; None for the default graph.
        subject, predicate, object: where its terms are found.
    """

    tag: Variable | None
    graph: Place | None
    subject: Place
    predicate: Place
    object: Place

    @property
    def places(self) -> tuple[Place, ...]:
        """Where its terms are found."""
        return self.subject, self.predicate, self.object


class GraphWitness(NamedTuple):
    """A named graph that was found to be one; otherwise as TripleWitness."""

    tag: Variable | None
    graph: Place

    @property
    def places(self) -> tuple[Place, ...]:
        """Nothing, but for the graph."""
        return ()


class PathWitness(NamedTuple):
    """A path of any length that leads from one term to another; otherwise as TripleWitness."""

    tag: Variable | None
    graph: Place | None
    subject: Place
    path: Repeated
    object: Place

    @property
    def places(self) -> tuple[Place, ...]:
        """Where its ends are found."""
        return self.subject, self.object


class SelectWitness(NamedTuple):
    """A row of a SELECT within the pattern; otherwise as TripleWitness.

    Attributes:
        places: where the terms of the row are found.
    """

    tag: Variable | None
    graph: Place | None
    select: Select
    places: tuple[Variable, ...]


class ExistsWitness(NamedTuple):
    """A group that may exist, given the values of some variables; otherwise as TripleWitness.

    Attributes:
        tag: the column that is true where it exists.
        variables: the variables.
        places: where their values are found.
    """

    tag: Variable
    graph: Place | None
    group: Group
    variables: tuple[Variable, ...]
    places: tuple[Variable, ...]


Inner: TypeAlias = PathWitness | SelectWitness | ExistsWitness
"""What only further queries tell of."""
Witness: TypeAlias = TripleWitness | GraphWitness | Inner


def needed(witness: Witness) -> Iterator[Place]:
    """Yield where all that a witness shows is found."""
    yield from (place for place in (witness.tag, witness.graph) if place is not None)
    yield from witness.places
