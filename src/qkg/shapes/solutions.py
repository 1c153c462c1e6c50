"""From the solutions of a query to validation results."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode

from qkg.shapes.model import Closed, Custom, HasValue, Sparql
from qkg.shapes.results import Result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qkg.answers import Answer, Term
    from qkg.shapes.compiler import Violations

__all__ = ["results"]

_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")


def results(violations: Violations, answer: Answer) -> Iterator[Result]:
    """Yield the results of one constraint.

    Args:
        violations: the constraint and its query.
        answer: the solutions of the query.
    """
    shape, constraint = violations.shape, violations.constraint
    is_node_at_fault = shape.path is None and not isinstance(constraint, HasValue)
    for row in answer.terms:
        solution = dict(zip(answer.variables, row, strict=True))
        focus, value, path = solution["this"], solution.get("value"), solution.get("path")
        assert focus is not None
        own = isinstance(constraint, Closed | Sparql | Custom) and isinstance(path, NamedNode)
        yield Result(
            shape.severity,
            constraint.component,
            shape.node,
            focus,
            path if own and isinstance(path, NamedNode) else shape.path,
            focus if value is None and is_node_at_fault else value,
            tuple(_messages(violations, solution)),
        )


def _messages(violations: Violations, solution: dict[str, Term | None]) -> Iterator[Literal]:
    shape, constraint = violations.shape, violations.constraint
    messages, known = shape.messages, solution
    if isinstance(constraint, Sparql | Custom):
        own = solution.get("message")
        if isinstance(own, Literal):
            yield own
            return
        if isinstance(constraint, Sparql):
            messages = constraint.messages or shape.messages
        else:
            messages = shape.messages or constraint.validator.messages
            known = {**constraint.parameters, **solution}

    def filled(match: re.Match[str]) -> str:
        term = known.get(match[1])
        if term is None:
            return match[0]
        return term.value if isinstance(term, NamedNode | Literal | BlankNode) else str(term)

    for message in messages:
        text = _PLACEHOLDER.sub(filled, message.value)
        yield Literal(text, language=message.language) if message.language else Literal(text)
