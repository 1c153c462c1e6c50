"""What is read of the nodes of a tree, whose names are those of the productions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qkg.sparql.grammar import Node

__all__ = ["all_below", "below", "first_below", "free", "variable_name"]


def below(node: Node) -> list[Node]:
    """Return the nodes right below a node, tokens left out."""
    return [each for each in node.children if not isinstance(each, str)]


def all_below(node: Node, production: str) -> list[Node]:
    """Return the nodes of one production right below a node."""
    return [each for each in below(node) if each.data == production]


def first_below(node: Node, production: str) -> Node | None:
    """Return the first node of a production right below a node; None if there is none."""
    return next(iter(all_below(node, production)), None)


def variable_name(var: Node) -> str:
    """Return the name of a variable, without ``?``."""
    return str(var.children[0])[1:]


def free(node: Node, production: str) -> Iterator[Node]:
    """Yield the nodes of a production in an expression that no aggregate and no EXISTS holds."""
    pending = below(node)
    while pending:
        each = pending.pop()
        if each.data == production:
            yield each
        elif each.data not in ("aggregate", "group_graph_pattern"):
            pending += below(each)
