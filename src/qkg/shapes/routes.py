"""Which triples a constraint looks at, and from which focus nodes they are seen.

A route leads from a focus node, step by step, to a triple: where a triple changes, those focus
nodes can be judged otherwise from which a route ends at it.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode

from qkg.namespaces import RDF, RDFS
from qkg.shapes.model import (
    Closed,
    Compared,
    Custom,
    Sparql,
    ValueTest,
    mentioned,
)
from qkg.shapes.paths import Alternative, Inverse, Repeated, Sequence, predicates
from qkg.shapes.prebinding import spoken_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import Triple

    from qkg.answers import Term
    from qkg.engines import Engine
    from qkg.shapes.aims import Aim
    from qkg.shapes.compiler import Violations
    from qkg.shapes.model import Constraint, Node, Shapes
    from qkg.shapes.paths import Path

__all__ = ["Footprint", "Step", "Walker", "footprint"]

_TYPE, _BELOW = RDF["type"], RDFS["subClassOf"]


class Step(NamedTuple):
    """One triple, walked along.

    Attributes:
        predicate: its property; None for any.
        is_inverse: whether from its object to its subject.
    """

    predicate: NamedNode | None
    is_inverse: bool = False


class Footprint(NamedTuple):
    """What a constraint looks at.

    Attributes:
        routes: the routes from a focus node to what it is judged by.
        aims: the routes to what makes it a focus node.
        everywhere: the properties a change of which can tell on every focus node; None among them
            stands for every property.
    """

    routes: frozenset[tuple[Step, ...]]
    aims: frozenset[tuple[Step, ...]]
    everywhere: frozenset[NamedNode | None]


def footprint(violations: Violations, shapes: Shapes) -> Footprint:
    """Return what a constraint looks at, its targets included."""
    survey = _Survey(shapes)
    survey.aim(violations.aim)
    aims, survey.routes = frozenset(survey.routes), set()
    survey.constraint((), violations.shape.path, violations.constraint)
    return Footprint(frozenset(survey.routes), aims, frozenset(survey.everywhere))


class _Survey:
    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes
        self.routes: set[tuple[Step, ...]] = set()
        self.everywhere: set[NamedNode | None] = set()

    def aim(self, aim: Aim) -> None:
        chains = self._steps(Sequence(aim.path)) if aim.path else [()]
        for chain in chains:
            back = tuple(Step(step.predicate, not step.is_inverse) for step in reversed(chain))
            self._along(back)
            for target in aim.targets:
                if target.kind == "class":
                    self.routes.add((*back, Step(_TYPE)))
                    self.everywhere.add(_BELOW)
                elif target.kind != "node":
                    assert isinstance(target.term, NamedNode)
                    self.routes.add((*back, Step(target.term, target.kind == "objects")))

    def constraint(
        self, before: tuple[Step, ...], path: Path | None, constraint: Constraint
    ) -> None:
        """Note what a constraint of a shape looks at, that is applied where some steps lead."""
        if isinstance(constraint, Sparql):
            self.everywhere |= spoken_of(constraint.select)
        elif isinstance(constraint, Custom):
            self.everywhere |= spoken_of(constraint.validator.text)
            self.everywhere |= {
                term for term in constraint.parameters.values() if isinstance(term, NamedNode)
            }
        elif isinstance(constraint, Compared):
            self.routes.add((*before, Step(constraint.property)))
        for steps in [()] if path is None else self._steps(path):
            reached = (*before, *steps)
            self._along(reached, len(before))
            if isinstance(constraint, ValueTest) and constraint.test == "class":
                self.routes.add((*reached, Step(_TYPE)))
                self.everywhere.add(_BELOW)
            elif isinstance(constraint, Closed):
                self.routes.add((*reached, Step(None)))
            for node in mentioned(constraint):
                self._shape(reached, node)

    def _shape(self, before: tuple[Step, ...], node: Node) -> None:
        shape = self._shapes.by_node[node]
        for constraint in shape.constraints:
            self.constraint(before, shape.path, constraint)

    def _along(self, steps: tuple[Step, ...], start: int = 0) -> None:
        self.routes.update(steps[: end + 1] for end in range(start, len(steps)))

    def _steps(self, path: Path) -> list[tuple[Step, ...]]:
        """Return the ways that a path can go; a repeated one is noted, and goes nowhere."""
        if isinstance(path, NamedNode):
            return [(Step(path),)]
        if isinstance(path, Inverse):
            return [
                tuple(Step(step.predicate, not step.is_inverse) for step in reversed(steps))
                for steps in self._steps(path.path)
            ]
        if isinstance(path, Repeated):
            self.everywhere |= predicates(path)
            return [()]
        if isinstance(path, Alternative):
            return [steps for each in path.paths for steps in self._steps(each)]
        parts = [self._steps(each) for each in path.paths]
        return [tuple(step for part in way for step in part) for way in product(*parts)]


class Walker:
    """What finds the focus nodes from which changed triples are seen.

    Args:
        engine: what holds the data, after the change.
        changed: the triples that were added or removed.
    """

    def __init__(self, engine: Engine, changed: Iterable[Triple]) -> None:
        self._engine = engine
        self._changed: defaultdict[NamedNode, list[Triple]] = defaultdict(list)
        for triple in changed:
            self._changed[triple.predicate].append(triple)
        self._before: dict[tuple[Term, Step], frozenset[Term]] = {}

    def affected(self, looked_at: Footprint) -> frozenset[NamedNode | Literal] | None:
        """Return the focus nodes that the change can tell on; None where it can be any.

        Where a constraint looks beyond what changed through a repeated path or a query of its own,
        every focus node can be another.
        """
        if looked_at.everywhere & self._changed.keys() or (
            None in looked_at.everywhere and self._changed
        ):
            return None
        pending: defaultdict[tuple[Step, ...], set[Term]] = defaultdict(set)
        for route in looked_at.routes | looked_at.aims:
            *before, last = route
            if before and None in (step.predicate for step in before):
                return None
            for triple in self._matching(last):
                node = triple.object if last.is_inverse else triple.subject
                pending[tuple(before)].add(node)
        for length in range(max(map(len, pending), default=0), 0, -1):
            for route in [each for each in pending if len(each) == length]:
                pending[route[:-1]] |= self._back(pending.pop(route), route[-1])
        found = pending[()]
        nodes = frozenset(node for node in found if isinstance(node, NamedNode | Literal))
        return nodes if len(nodes) == len(found) else None

    def _matching(self, step: Step) -> Iterator[Triple]:
        if step.predicate is not None:
            yield from self._changed.get(step.predicate, ())
            return
        for triples in self._changed.values():
            yield from triples

    def _back(self, nodes: set[Term], step: Step) -> set[Term]:
        """Return the nodes from which a step leads to one of some nodes."""
        unknown = [node for node in nodes if (node, step) not in self._before]
        named = [node for node in unknown if not isinstance(node, BlankNode)]
        if step.is_inverse:
            named = [node for node in named if isinstance(node, NamedNode)]
        found: defaultdict[Term, set[Term]] = defaultdict(set)
        if named:
            ends = ("?node", "?before") if step.is_inverse else ("?before", "?node")
            block = " ".join(map(str, named))
            answer = self._engine.select(
                f"SELECT ?node ?before WHERE {{ VALUES ?node {{ {block} }} "
                f"{ends[0]} {step.predicate} {ends[1]} . }}"
            )
            for node, before in answer.terms:
                if node is not None and before is not None:
                    found[node].add(before)
        for node in unknown:
            # What is beside a blank node cannot be asked for by its name.
            lost = {node} if isinstance(node, BlankNode) else set()
            self._before[node, step] = frozenset(found[node] | lost)
        return {each for node in nodes for each in self._before[node, step]}
