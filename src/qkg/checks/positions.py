"""Where the statements of a Turtle file stand, which the parser does not say."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, parse

from qkg.answers import Term
from qkg.checks.turtle import Directive, split

__all__ = ["Position", "Positions"]


class Position(NamedTuple):
    """A place in a text, line and column counted from 1 in characters."""

    line: int
    column: int


class _Stated(NamedTuple):
    subject: Term
    predicate: NamedNode
    object: Term
    starts: tuple[int, int, int]


class Positions:
    """The places of the statements of one Turtle file.

    Args:
        text: the file.
        base: what its relative IRIs are resolved against.
        statements: what was parsed from it, where its blank nodes are to be found by their names.

    >>> text = "<a> a <b> , <c> ."
    >>> Positions(text, "https://e.org/").triple(None, None, NamedNode("https://e.org/c"))
    Position(line=1, column=13)
    """

    def __init__(self, text: str, base: str, statements: Iterable[Quad] = ()) -> None:
        self._breaks = [i for i, character in enumerate(text) if character == "\n"]
        self._prefixes: dict[str, int] = {}
        flat, starts = [], []
        for each in split(text):
            if isinstance(each, Directive):
                flat.append(each.text)
                if each.prefix is not None:
                    self._prefixes[each.prefix] = each.start
            else:
                flat.append(" ".join(part.text for part in each) + " .")
                starts.append((each[0].start, each[1].start, each[2].start))
        self._stated: list[_Stated] = []
        try:
            for quad, place in zip(
                parse("\n".join(flat), RdfFormat.TURTLE, base_iri=base), starts, strict=False
            ):
                self._stated.append(_Stated(quad.subject, quad.predicate, quad.object, place))
        except SyntaxError:
            pass  # What stands before it is there.
        self._names = _renamed(statements, self._stated)
        self._subjects: dict[object, int] = {}
        self._predicates: dict[object, int] = {}
        self._triples: dict[object, int] = {}
        for subject, predicate, object_, (first, second, third) in self._stated:
            self._subjects.setdefault(subject, first)
            self._predicates.setdefault((subject, predicate), second)
            self._triples.setdefault((subject, predicate, object_), third)

    def triple(
        self, subject: Term | None, predicate: Term | None, object_: Term | None
    ) -> Position | None:
        """Return where the object of the first such statement begins; None fits any term."""
        subject, object_ = self._names.get(subject, subject), self._names.get(object_, object_)
        if None not in (subject, predicate, object_):
            return self._position(self._triples.get((subject, predicate, object_)))
        for each in self._stated:
            if (
                (subject is None or each.subject == subject)
                and (predicate is None or each.predicate == predicate)
                and (object_ is None or each.object == object_)
            ):
                return self._position(each.starts[2])
        return None

    def predicate(self, subject: Term | None, predicate: Term | None) -> Position | None:
        """Return where the predicate of the first such statement begins."""
        subject = self._names.get(subject, subject)
        return self._position(self._predicates.get((subject, predicate)))

    def subject(self, subject: Term | None) -> Position | None:
        """Return where the first statement about a node begins."""
        subject = self._names.get(subject, subject)
        return self._position(self._subjects.get(subject))

    def prefix(self, prefix: str) -> Position | None:
        """Return where a prefix is declared last, which is the one that the parser tells."""
        return self._position(self._prefixes.get(prefix))

    def _position(self, start: int | None) -> Position | None:
        if start is None:
            return None
        line = bisect_left(self._breaks, start)
        return Position(line + 1, start - (self._breaks[line - 1] if line else -1))


def _renamed(statements: Iterable[Quad], stated: Iterable[_Stated]) -> dict[Term | None, Term]:
    """Pair the blank nodes of a parsed file with those found here, by what is said of them."""
    theirs = _signatures((quad.subject, quad.predicate, quad.object) for quad in statements)
    if not theirs:
        return {}
    ours = _signatures(each[:3] for each in stated)
    return {
        one: other
        for signature, nodes in theirs.items()
        for one, other in zip(nodes, ours.get(signature, ()), strict=False)
    }


def _signatures(
    triples: Iterable[tuple[Term, NamedNode, Term]],
) -> dict[frozenset[tuple[object, ...]], list[Term]]:
    said: defaultdict[Term, set[tuple[object, ...]]] = defaultdict(set)
    for subject, predicate, object_ in triples:
        if isinstance(subject, BlankNode):
            said[subject].add((predicate, None if isinstance(object_, BlankNode) else object_))
        if isinstance(object_, BlankNode):
            whose = None if isinstance(subject, BlankNode) else subject
            said[object_].add((whose, predicate, "of"))
    found: defaultdict[frozenset[tuple[object, ...]], list[Term]] = defaultdict(list)
    for node, facts in said.items():
        found[frozenset(facts)].append(node)
    return found
