"""Boolean expressions of SPARQL that never raise an error, put together."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["FALSE", "TRUE", "Expression", "all_of", "any_of", "atom", "exists"]


class Expression(NamedTuple):
    """An expression, and its negation written out.

    Attributes:
        text: the expression.
        negation: what is true where it is false.
        is_chain: whether an operator stands at its top.
    """

    text: str
    negation: str
    is_chain: bool = False

    def __invert__(self) -> Expression:
        return Expression(self.negation, self.text, self.is_chain)

    def bracketed(self) -> str:
        """Return the text as a member of another expression."""
        return f"({self.text})" if self.is_chain else self.text


TRUE = Expression("true", "false")
FALSE = ~TRUE


def atom(text: str) -> Expression:
    """Return an expression of one call, or of a comparison."""
    return Expression(text, f"!({text})")


def exists(pattern: str) -> Expression:
    """Return whether a pattern has a solution."""
    return Expression(f"EXISTS {{ {pattern} }}", f"NOT EXISTS {{ {pattern} }}")


def any_of(expressions: Iterable[Expression]) -> Expression:
    """Return the disjunction of expressions.

    >>> any_of((atom("BOUND(?a)"), FALSE, exists("?a ?b ?c"))).negation
    '!(BOUND(?a)) && NOT EXISTS { ?a ?b ?c }'
    """
    return ~all_of(~each for each in expressions)


def all_of(expressions: Iterable[Expression]) -> Expression:
    """Return the conjunction of expressions."""
    members = [each for each in dict.fromkeys(expressions) if each != TRUE]
    if FALSE in members:
        return FALSE
    if not members:
        return TRUE
    while len(members) > 1:
        # In halves, since engines recurse over a chain of operators as deep as it is long.
        members = [_both(members[i : i + 8]) for i in range(0, len(members), 8)]
    return members[0]


def _both(members: list[Expression]) -> Expression:
    if len(members) == 1:
        return members[0]
    negations = [~each for each in members]
    return Expression(
        " && ".join(each.bracketed() for each in members),
        " || ".join(each.bracketed() for each in negations),
        is_chain=True,
    )
