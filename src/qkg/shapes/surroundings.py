"""What of a graph the judgement of some nodes rests on, so that a copy can stand in for it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from qkg.namespaces import RDFS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import NamedNode, Triple

    from qkg.answers import Term
    from qkg.shapes.routes import Footprint, Step

__all__ = ["Affected", "Surroundings"]

_BELOW = RDFS["subClassOf"]


class Affected(NamedTuple):
    """The nodes on whose judgement some triples can tell.

    Attributes:
        judged: those that can be judged otherwise.
        aimed_at: those that can be focus nodes where they were none, or the reverse.
    """

    judged: set[Term]
    aimed_at: set[Term]

    @property
    def nodes(self) -> set[Term]:
        """All of them."""
        return self.judged | self.aimed_at


class Surroundings:
    """A graph, and the routes along which shapes look at it.

    Args:
        triples: the graph, in which each node has the superclasses of its types as types.
        looked_at: what each constraint looks at.
    """

    def __init__(self, triples: Iterable[Triple], looked_at: Iterable[Footprint]) -> None:
        self._about: defaultdict[Term, list[Triple]] = defaultdict(list)
        self._towards: defaultdict[Term, list[Triple]] = defaultdict(list)
        looked_at = tuple(looked_at)
        # Types are closed, so that the superclasses need not be walked along.
        self._everywhere = {
            predicate for each in looked_at for predicate in each.everywhere if predicate != _BELOW
        }
        self._kept: list[Triple] = []
        for triple in triples:
            self._about[triple.subject].append(triple)
            self._towards[triple.object].append(triple)
            if self._is_seen(triple):
                self._kept.append(triple)
        routes = {route for each in looked_at for route in each.routes}
        aims = {route for each in looked_at for route in each.aims}
        self._judging, self._aiming = _Back(routes), _Back(aims)
        every = routes | aims
        depth = max(map(len, every), default=0)
        self._levels = [_Level({r[at] for r in every if len(r) > at}) for at in range(depth)]

    def affected(self, triples: Iterable[Triple]) -> Affected:
        """Return the nodes on which triples tell that are in the graph, or come to it."""
        judged: set[Term] = set()
        aimed_at: set[Term] = set()
        for triple in triples:
            if self._is_seen(triple):
                for each in (triple, *self._kept):
                    judged.update((each.subject, each.object))
            judged.update(self._starts(triple, self._judging))
            aimed_at.update(self._starts(triple, self._aiming))
        return Affected(judged, aimed_at)

    def around(self, nodes: Iterable[Term], added: Iterable[Triple]) -> dict[Triple, None]:
        """Return what the shapes look at from some nodes, with triples that come to the graph.

        Args:
            nodes: the focus nodes.
            added: the triples that are added; they are all in what is returned.
        """
        found = dict.fromkeys((*added, *self._kept))
        beside: defaultdict[Term, list[Triple]] = defaultdict(list)
        for triple in found:
            beside[triple.subject].append(triple)
            beside[triple.object].append(triple)
        frontier = set(nodes)
        for level in self._levels:
            reached: set[Term] = set()
            for node in frontier:
                for triple in self._about.get(node, ()):
                    if level.goes_along(triple):
                        found[triple] = None
                        reached.add(triple.object)
                for triple in self._towards.get(node, ()) if level.is_backward else ():
                    if level.comes_along(triple):
                        found[triple] = None
                        reached.add(triple.subject)
                for triple in beside.get(node, ()):
                    reached.add(triple.object if triple.subject == node else triple.subject)
            frontier = reached
        return found

    def _is_seen(self, triple: Triple) -> bool:
        """Return whether a triple is looked at from every focus node."""
        return triple.predicate in self._everywhere or None in self._everywhere

    def _starts(self, triple: Triple, back: _Back) -> Iterator[Term]:
        """Yield the nodes from which a route ends at a triple."""
        for node, before in back.along(triple):
            yield from self._walk(node, before)

    def _walk(self, node: Term, back: _Back) -> Iterator[Term]:
        if back.is_start:
            yield node
        if back.forward:
            for triple in self._towards.get(node, ()):
                for before in back.forward_of(triple):
                    yield from self._walk(triple.subject, before)
        if back.inverse:
            for triple in self._about.get(node, ()):
                for before in back.inverse_of(triple):
                    yield from self._walk(triple.object, before)


class _Back:
    """Routes, to be walked from their ends: what stands before a step, by the step's property."""

    def __init__(self, routes: Iterable[tuple[Step, ...]]) -> None:
        before: defaultdict[Step, set[tuple[Step, ...]]] = defaultdict(set)
        self.is_start = False
        for route in routes:
            if route:
                before[route[-1]].add(route[:-1])
            else:
                self.is_start = True
        self.forward = {s.predicate: _Back(r) for s, r in before.items() if not s.is_inverse}
        self.inverse = {s.predicate: _Back(r) for s, r in before.items() if s.is_inverse}

    def along(self, triple: Triple) -> Iterator[tuple[Term, _Back]]:
        """Yield the node before a triple, and what leads there, for each last step along it."""
        for before in self.forward_of(triple):
            yield triple.subject, before
        for before in self.inverse_of(triple):
            yield triple.object, before

    def forward_of(self, triple: Triple) -> Iterator[_Back]:
        return self._of(self.forward, triple.predicate)

    def inverse_of(self, triple: Triple) -> Iterator[_Back]:
        return self._of(self.inverse, triple.predicate)

    @staticmethod
    def _of(steps: dict[NamedNode | None, _Back], predicate: NamedNode) -> Iterator[_Back]:
        if predicate in steps:
            yield steps[predicate]
        if None in steps:
            yield steps[None]


class _Level:
    """The steps that routes take at one distance from the focus node."""

    def __init__(self, steps: set[Step]) -> None:
        self._forward = {step.predicate for step in steps if not step.is_inverse}
        self._backward = {step.predicate for step in steps if step.is_inverse}
        self.is_backward = bool(self._backward)

    def goes_along(self, triple: Triple) -> bool:
        return triple.predicate in self._forward or None in self._forward

    def comes_along(self, triple: Triple) -> bool:
        return triple.predicate in self._backward or None in self._backward
