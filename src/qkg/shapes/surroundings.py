"""What of a graph the judgement of some nodes rests on, so that a copy can stand in for it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from qkg.namespaces import RDFS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import NamedNode, Triple

    from qkg.answers import Term
    from qkg.shapes.routes import Footprint, Step

__all__ = ["Surroundings"]

_BELOW = RDFS["subClassOf"]


class Surroundings:
    """A graph, and the routes along which shapes look at it.

    Args:
        triples: the graph, in which each node has the superclasses of its types as types.
        looked_at: what each constraint looks at.
    """

    def __init__(self, triples: Iterable[Triple], looked_at: Iterable[Footprint]) -> None:
        self._about: defaultdict[Term, list[Triple]] = defaultdict(list)
        self._towards: defaultdict[Term, list[Triple]] = defaultdict(list)
        for triple in triples:
            self._about[triple.subject].append(triple)
            self._towards[triple.object].append(triple)
        looked_at = tuple(looked_at)
        routes = {route for each in looked_at for route in each.routes}
        # Types are closed under the superclasses here, so that those need not be walked along.
        self._everywhere = {
            predicate for each in looked_at for predicate in each.everywhere if predicate != _BELOW
        }
        self._kept = [
            triple for triples in self._about.values() for triple in filter(self._is_seen, triples)
        ]
        depth = max(map(len, routes), default=0)
        self._levels = [_Level({r[at] for r in routes if len(r) > at}) for at in range(depth)]
        self._ends: defaultdict[NamedNode | None, list[tuple[Step, ...]]] = defaultdict(list)
        for route in routes:
            self._ends[route[-1].predicate].append(route)

    def affected(self, added: Iterable[Triple]) -> set[Term]:
        """Return the focus nodes on which triples can tell that come to the graph."""
        found: set[Term] = set()
        for triple in added:
            if self._is_seen(triple):
                found |= {
                    node for each in (triple, *self._kept) for node in (each.subject, each.object)
                }
            for route in (*self._ends[triple.predicate], *self._ends[None]):
                nodes = {triple.object if route[-1].is_inverse else triple.subject}
                for step in reversed(route[:-1]):
                    nodes = {before for node in nodes for before in self._back(node, step)}
                found |= nodes
        return found

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

    def _back(self, node: Term, step: Step) -> Iterator[Term]:
        triples = self._about if step.is_inverse else self._towards
        for triple in triples.get(node, ()):
            if step.predicate in (None, triple.predicate):
                yield triple.object if step.is_inverse else triple.subject


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
