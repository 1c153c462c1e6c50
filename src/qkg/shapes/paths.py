"""Property paths of SHACL (section 2.3.1 of the recommendation), as values and as SPARQL."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from pyoxigraph import NamedNode

__all__ = [
    "Alternative",
    "Inverse",
    "Path",
    "Repeated",
    "Sequence",
    "is_bounded",
    "may_be_empty",
    "path_text",
    "predicates",
]


class Inverse(NamedTuple):
    """``sh:inversePath``."""

    path: Path


class Sequence(NamedTuple):
    """A list of paths, one after the other."""

    paths: tuple[Path, ...]


class Alternative(NamedTuple):
    """``sh:alternativePath``."""

    paths: tuple[Path, ...]


class Repeated(NamedTuple):
    """``sh:zeroOrMorePath``, ``sh:oneOrMorePath``, ``sh:zeroOrOnePath``.

    Attributes:
        path: what is repeated.
        least: how often at least: 0 or 1.
        most: how often at most: 1, or None for any number.
    """

    path: Path
    least: int
    most: int | None


Path: TypeAlias = NamedNode | Inverse | Sequence | Alternative | Repeated

_MARKS = {(0, None): "*", (1, None): "+", (0, 1): "?"}


def path_text(path: Path) -> str:
    """Return a path in the syntax of SPARQL, in parentheses where something may follow it.

    >>> path_text(Sequence((NamedNode("http://e/p"), Inverse(NamedNode("http://e/q")))))
    '(<http://e/p>/^<http://e/q>)'
    """
    if isinstance(path, NamedNode):
        return str(path)
    if isinstance(path, Inverse):
        # SPARQL takes no ^ after a ^.
        turned = path.path
        return path_text(turned.path) if isinstance(turned, Inverse) else f"^{path_text(turned)}"
    if isinstance(path, Repeated):
        # SPARQL reads ^p* as ^(p*), and takes no mark after a mark.
        inner = path_text(path.path)
        bracketed = inner if isinstance(path.path, NamedNode) or inner[0] == "(" else f"({inner})"
        if isinstance(path.path, Repeated):
            bracketed = f"({inner})"
        return bracketed + _MARKS[path.least, path.most]
    separator = "/" if isinstance(path, Sequence) else "|"
    return f"({separator.join(map(path_text, path.paths))})"


def is_bounded(path: Path) -> bool:
    """Return whether a path leads over a number of triples that it says itself."""
    if isinstance(path, NamedNode):
        return True
    if isinstance(path, Inverse):
        return is_bounded(path.path)
    if isinstance(path, Repeated):
        return False
    return all(map(is_bounded, path.paths))


def may_be_empty(path: Path) -> bool:
    """Return whether a path leads from a node to itself over no triple."""
    if isinstance(path, NamedNode):
        return False
    if isinstance(path, Inverse):
        return may_be_empty(path.path)
    if isinstance(path, Repeated):
        return path.least == 0 or may_be_empty(path.path)
    return (any if isinstance(path, Alternative) else all)(map(may_be_empty, path.paths))


def predicates(path: Path) -> frozenset[NamedNode]:
    """Return the properties of which a path speaks."""
    if isinstance(path, NamedNode):
        return frozenset((path,))
    if isinstance(path, Inverse | Repeated):
        return predicates(path.path)
    return frozenset().union(*map(predicates, path.paths))
