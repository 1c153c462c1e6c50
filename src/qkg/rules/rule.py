"""The one form of a rule: patterns that have to hold, and the triple that follows."""

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from pyoxigraph import NamedNode, Triple

from qkg.answers import Term
from qkg.namespaces import curie

__all__ = [
    "Guard",
    "Outside",
    "Pattern",
    "PatternTerm",
    "Rule",
    "Unequal",
    "Variable",
    "replaced",
]


class Variable(NamedTuple):
    """A variable of a rule."""

    name: str

    def __str__(self) -> str:
        return f"?{self.name}"


PatternTerm: TypeAlias = Variable | Term


class Pattern(NamedTuple):
    """A triple in which variables may stand."""

    subject: PatternTerm
    predicate: PatternTerm
    object: PatternTerm

    def __str__(self) -> str:
        return " ".join(_short(term) for term in self)


class Outside(NamedTuple):
    """The condition that a literal does not belong to the value space of a datatype.

    Attributes:
        literal: what is tested; a term that is no literal meets no condition.
        datatype: the datatype; None for the literal's own.
    """

    literal: Variable
    datatype: NamedNode | None

    def __str__(self) -> str:
        datatype = "its datatype" if self.datatype is None else curie(self.datatype.value)
        return f"{self.literal} not in {datatype}"


class Unequal(NamedTuple):
    """The condition that two literals have different values."""

    first: Variable
    second: Variable

    def __str__(self) -> str:
        return f"{self.first} ≠ {self.second}"


Guard: TypeAlias = Outside | Unequal


class Rule(NamedTuple):
    """Where every pattern of the body holds, the head holds.

    Attributes:
        name: the rule's name in Tables 4 to 9 of OWL 2 Profiles, such as ``prp-spo2``.
        body: the premises, in an order in which each one shares a variable with one before it.
        head: what follows; None where the body contradicts the ontology (``false`` in the tables).
        axiom: the triple of the ontology that the rule comes from; None for the rules of equality,
            which come from none.
        guard: what the literals have to be in addition; only of rules without a head.
    """

    name: str
    body: tuple[Pattern, ...]
    head: Pattern | None
    axiom: Triple | None = None
    guard: Guard | None = None

    def __str__(self) -> str:
        body = ", ".join(map(str, self.body if self.guard is None else (*self.body, self.guard)))
        return f"{self.name}: {body} → {self.head or 'false'}".replace(":  →", ": →")


def replaced(pattern: Pattern, terms: Mapping[PatternTerm, PatternTerm]) -> Pattern:
    """Return a pattern with terms in place of variables."""
    return Pattern(*(terms.get(term, term) for term in pattern))


def _short(term: PatternTerm) -> str:
    return curie(term.value) if isinstance(term, NamedNode) else str(term)
