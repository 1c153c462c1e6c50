"""The one form of a rule: patterns that have to hold, and the triple that follows."""

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from qkg.namespaces import curie

__all__ = ["Pattern", "PatternTerm", "Rule", "Variable"]


class Variable(NamedTuple):
    """A variable of a rule."""

    name: str

    def __str__(self) -> str:
        return f"?{self.name}"


PatternTerm: TypeAlias = Variable | NamedNode | BlankNode | Literal


class Pattern(NamedTuple):
    """A triple in which variables may stand."""

    subject: PatternTerm
    predicate: PatternTerm
    object: PatternTerm

    def __str__(self) -> str:
        return " ".join(_short(term) for term in self)


@dataclass(frozen=True)
class Rule:
    """Where every pattern of the body holds, the head holds.

    Attributes:
        name: the rule's name in Tables 4 to 9 of OWL 2 Profiles, such as ``prp-spo2``.
        body: the premises, in an order in which each one shares a variable with those before it.
        head: what follows.
        axiom: the triple of the ontology that the rule comes from.
    """

    name: str
    body: tuple[Pattern, ...]
    head: Pattern
    axiom: Triple

    def __str__(self) -> str:
        body = ", ".join(str(pattern) for pattern in self.body)
        return f"{self.name}: {body} → {self.head}"


def _short(term: PatternTerm) -> str:
    return curie(term.value) if isinstance(term, NamedNode) else str(term)
