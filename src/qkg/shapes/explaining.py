"""Shapes to be read as SPARQL: the queries that they compile into, each with what it is for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from qkg.errors import NameUnknown
from qkg.namespaces import PREFIXES, curie, expand
from qkg.shapes.model import (
    Closed,
    Compared,
    Counted,
    Custom,
    HasValue,
    Nested,
    Qualified,
    Sparql,
    UniqueLanguage,
    ValueTest,
)
from qkg.shapes.source import named
from qkg.shapes.validation import compiled_shapes
from qkg.sparql.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Quad, Triple

    from qkg.answers import Term
    from qkg.shapes.compiler import Violations
    from qkg.shapes.model import Constraint

__all__ = ["explained"]

_PLAIN = re.compile(r"[A-Za-z_][\w-]*", re.ASCII)


def explained(shapes: Iterable[Triple | Quad], name: str) -> str:
    """Return the queries of one shape.

    Args:
        shapes: the shapes graph.
        name: the shape, by CURIE, IRI, or the local name of a shape of the project.

    Returns:
        The queries, each below a comment that says which constraint of which shape it is; each is
        a query by itself. A shape that pySHACL validates is a comment that says why.

    Raises:
        NameUnknown: there is no such shape with a target, or within one.
        InputError: a shape is ill-formed.
    """
    compiled = compiled_shapes(tuple(shapes))
    own = [each for each in compiled.queries if _is(each.shape.node, name)]
    own += [each for each in compiled.queries if _is(each.root, name) and each not in own]
    if own:
        return "\n".join(map(_explained, own))
    for referred in compiled.referred:
        if _is(referred.shape, name):
            return f"# {named(referred.shape)} is left to pySHACL: {referred.reason}.\n"
    nodes = (node for each in compiled.queries for node in (each.shape.node, each.root))
    known = dict.fromkeys(named(node) for node in nodes if isinstance(node, NamedNode))
    raise NameUnknown("shape", name, [each.removeprefix("shape:") for each in known])


def _is(node: Term, name: str) -> bool:
    iri = expand(name) or name.removeprefix("<").removesuffix(">")
    return isinstance(node, NamedNode) and node.value in (iri, PREFIXES["shape"] + name)


def _explained(violations: Violations) -> str:
    shape = named(violations.shape.node)
    root = "" if violations.root == violations.shape.node else f" (within {named(violations.root)})"
    lines = [f"# {shape}{root}: {_described(violations.constraint)}"]
    for message in violations.shape.messages:
        lines += [f"# {line}" for line in message.value.splitlines()]
    return "\n".join((*lines, _shortened(violations.text))) + "\n"


def _described(constraint: Constraint) -> str:
    """Return a constraint in the words of SHACL."""
    if isinstance(constraint, ValueTest):
        terms = " ".join(map(_short, constraint.terms))
        return f"sh:{constraint.test} {terms}"
    if isinstance(constraint, Counted):
        return _counted(constraint.least, constraint.most)
    if isinstance(constraint, Qualified):
        count = _counted(constraint.least, constraint.most).replace("sh:m", "sh:qualifiedM")
        return f"{count} of {named(constraint.shape)}"
    if isinstance(constraint, UniqueLanguage):
        return "sh:uniqueLang true"
    if isinstance(constraint, Compared):
        return f"sh:{constraint.relation} {_short(constraint.property)}"
    if isinstance(constraint, Nested):
        return f"sh:{constraint.operator} {' '.join(map(named, constraint.shapes))}"
    if isinstance(constraint, Closed):
        return "sh:closed true"
    if isinstance(constraint, HasValue):
        return f"sh:hasValue {_short(constraint.value)}"
    if isinstance(constraint, Sparql):
        return "sh:sparql"
    assert isinstance(constraint, Custom)
    return curie(constraint.component.value)


def _counted(least: int | None, most: int | None) -> str:
    return f"sh:minCount {least}" if most is None else f"sh:maxCount {most}"


def _short(term: Term) -> str:
    return curie(term.value) if isinstance(term, NamedNode) else str(term)


def _shortened(text: str) -> str:
    """Return a query with prefixed names in place of IRIs."""
    used: dict[str, None] = {}
    parts: list[str] = []
    end = 0
    for token in tokens(text):
        parts.append(text[end : token.start])
        end = token.end
        short = curie(token.text[1:-1]) if token.kind == "iri" else ""
        prefix, _, local = short.partition(":")
        if short and prefix in PREFIXES and _PLAIN.fullmatch(local):
            used[prefix] = None
            parts.append(short)
        else:
            parts.append(token.text)
    parts.append(text[end:])
    prologue = "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n" for prefix in sorted(used))
    return prologue + "".join(parts)
