"""Each claim held against the shapes with what it speaks of, and the graph as a whole."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import NamedNode, Quad, Triple

from qkg.claims import DataFile, merge
from qkg.engines.oxigraph import OxigraphEngine
from qkg.rules import Closure, Rule
from qkg.shapes.aims import GRAPHS
from qkg.shapes.graphs import validate_graphs
from qkg.shapes.surroundings import Surroundings
from qkg.shapes.validation import compiled_shapes, footprints

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from qkg.answers import Term
    from qkg.shapes.results import Result

__all__ = ["Judged", "judge"]

_BACKGROUND = NamedNode("urn:qkg:background")
_WHOLE = NamedNode("urn:qkg:whole")


class Judged(NamedTuple):
    """What breaks the shapes.

    Attributes:
        background: in the ontology and the files that are no claims.
        claims: in each claim together with those, beyond that.
        whole: in the default graph as a whole, beyond both.
    """

    background: frozenset[Result]
    claims: tuple[tuple[DataFile, frozenset[Result]], ...]
    whole: frozenset[Result]


def judge(
    ontology: DataFile,
    files: Iterable[DataFile],
    shapes: Iterable[Triple | Quad],
    rules: Iterable[Rule],
    only: Collection[Path] | None = None,
) -> Judged:
    """Hold every claim, by itself, and the default graph against the shapes.

    All of it is closed under the rules first, but for domains and ranges: they would give a
    dangling link the very type that a shape asks of it. A claim is judged together with the files
    that are none. Where no other claim can tell on a node, the whole judges it as the claim by
    itself would; for the other nodes the claim is a named graph, with so much of the background as
    the shapes look at from there. So one query a constraint judges all of them.

    Args:
        ontology: the ontology.
        files: the other files.
        shapes: the shapes.
        rules: the rules of the ontology.
        only: the files that are being asked about; None for all of them. What other claims do
            wrong by themselves is told where the whole has it, too.

    Raises:
        InputError: a shape is ill-formed.
        EngineError: pySHACL failed, which serves the shapes that do not compile.
    """
    court = _Court(ontology, tuple(files), tuple(shapes), rules)
    shared = court.shared(only)
    found = court.found(shared, with_whole=True)
    whole = found.pop(_WHOLE, frozenset())
    # What the whole finds is looked for in each claim that may have it by itself, too.
    suspects = court.concerned({result.focus for result in whole}, besides=shared)
    if suspects:
        for graph, results in court.found(suspects, with_whole=False).items():
            found[graph] = found.get(graph, frozenset()) | results
    # What is wrong without a claim is no fault of the claim.
    general = found.pop(_BACKGROUND, frozenset())
    claims = tuple((claim, found.get(claim.graph, frozenset()) - general) for claim in court.claims)
    known = frozenset(chain(general, *(results for _, results in claims)))
    return Judged(general, claims, whole - known)


class _Court:
    """The graphs in which claims are judged.

    Attributes:
        claims: the claims.
    """

    def __init__(
        self,
        ontology: DataFile,
        files: tuple[DataFile, ...],
        shapes: tuple[Triple | Quad, ...],
        rules: Iterable[Rule],
    ) -> None:
        self._shapes = shapes
        self.claims = [file for file in files if file.is_claim]
        closure = Closure([rule for rule in rules if rule.name not in ("prp-dom", "prp-rng")])
        common = merge((ontology, *(file for file in files if not file.is_claim)))
        closure.fill(common)
        background = [*(quad.triple for quad in common), *closure.inferred()]
        self._added: dict[NamedNode, list[Triple]] = {_BACKGROUND: []}
        for claim in self.claims:
            own = [quad for quad in dict.fromkeys(claim.statements) if quad not in common]
            inferred = closure.add(own).inferred
            self._added[claim.graph] = [*(quad.triple for quad in own), *inferred]
            closure.remove(own)
        accepted = [quad for quad in merge(files) if quad not in common]
        inferred = closure.add(accepted).inferred
        self._whole = dict.fromkeys((*background, *(q.triple for q in accepted), *inferred))
        looked_at = footprints(compiled_shapes(shapes, GRAPHS))
        self._background = Surroundings(background, looked_at)
        around = Surroundings(self._whole, looked_at)
        self._concerned = {
            graph: around.affected(added) for graph, added in self._added.items() if added
        }
        stated = {triple for added in self._added.values() for triple in added}
        jointly = [triple for triple in inferred if triple not in stated]
        self._concerned[_WHOLE] = around.affected(jointly)
        self._judging: defaultdict[Term, set[NamedNode]] = defaultdict(set)
        for graph, affected in self._concerned.items():
            for node in affected.judged:
                self._judging[node].add(graph)

    def shared(self, only: Collection[Path] | None) -> dict[NamedNode, set[Term]]:
        """Return the nodes that the whole may judge otherwise than a graph by itself, by graph.

        Args:
            only: the files whose claims are looked at, or None.
        """
        found = {_BACKGROUND: set(self._judging)}
        accepted = {claim.graph for claim in self.claims if claim.is_accepted}
        for claim in self.claims:
            if only is not None and claim.path not in only:
                continue
            graph = claim.graph
            nodes = self._concerned[graph].nodes if graph in self._concerned else set()
            if graph in accepted:
                nodes = {node for node in nodes if self._judging[node] - {graph}}
            if nodes:
                found[graph] = nodes
        return found

    def concerned(
        self, nodes: set[Term], besides: dict[NamedNode, set[Term]]
    ) -> dict[NamedNode, set[Term]]:
        """Return those of some nodes on which a graph can tell, but for some, by graph."""
        found = {_BACKGROUND: nodes - besides.get(_BACKGROUND, set())}
        for claim in self.claims:
            if claim.graph in self._concerned:
                own = self._concerned[claim.graph].nodes & nodes
                found[claim.graph] = own - besides.get(claim.graph, set())
        return {graph: some for graph, some in found.items() if some}

    def found(
        self, nodes: dict[NamedNode, set[Term]], with_whole: bool
    ) -> dict[NamedNode, frozenset[Result]]:
        """Return what breaks the shapes at some nodes of some graphs, each by itself."""
        graphs: dict[NamedNode, Iterable[Triple]] = {
            graph: self._background.around(some, self._added[graph])
            for graph, some in nodes.items()
        }
        if with_whole:
            graphs[_WHOLE] = self._whole
        found = validate_graphs(OxigraphEngine(_quads(graphs)), self._shapes)
        return {
            graph: frozenset(
                result for result in results if graph == _WHOLE or result.focus in nodes[graph]
            )
            for graph, results in found.items()
        }


def _quads(graphs: dict[NamedNode, Iterable[Triple]]) -> Iterator[Quad]:
    for graph, triples in graphs.items():
        for triple in triples:
            yield Quad(triple.subject, triple.predicate, triple.object, graph)
