"""Each claim held against the shapes with what it speaks of, and the graph as a whole."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import NamedNode, Quad, Triple

from qkg.claims import DataFile, merge
from qkg.engines.oxigraph import OxigraphEngine
from qkg.rules import Closure, Rule
from qkg.shapes.graphs import validate_graphs
from qkg.shapes.surroundings import Surroundings
from qkg.shapes.validation import footprints

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
) -> Judged:
    """Hold every claim, by itself, and the default graph against the shapes.

    All of it is closed under the rules first, but for domains and ranges: they would give a
    dangling link the very type that a shape asks of it. Each claim is a named graph, with so much
    of the background as the shapes look at from where it can tell; so one query a constraint
    judges all of them, and the whole with them.

    Args:
        ontology: the ontology.
        files: the other files.
        shapes: the shapes.
        rules: the rules of the ontology.

    Raises:
        InputError: a shape is ill-formed.
        EngineError: pySHACL failed, which serves the shapes that do not compile.
    """
    files, shapes = tuple(files), tuple(shapes)
    closure = Closure([rule for rule in rules if rule.name not in ("prp-dom", "prp-rng")])
    common = merge((ontology, *(file for file in files if not file.is_claim)))
    closure.fill(common)
    background = [*(quad.triple for quad in common), *closure.inferred()]
    surroundings = Surroundings(background, footprints(shapes))
    graphs: dict[NamedNode, Iterable[Triple]] = {_BACKGROUND: background}
    concerned: list[tuple[DataFile, set[Term]]] = []
    for file in files:
        if file.is_claim:
            own = [quad for quad in dict.fromkeys(file.statements) if quad not in common]
            added = [*(quad.triple for quad in own), *closure.add(own).inferred]
            closure.remove(own)
            nodes = surroundings.affected(added)
            graphs[file.graph] = surroundings.around(nodes, added)
            concerned.append((file, nodes))
    accepted = [quad for quad in merge(files) if quad not in common]
    inferred = closure.add(accepted).inferred
    graphs[_WHOLE] = dict.fromkeys((*background, *(q.triple for q in accepted), *inferred))
    found = validate_graphs(OxigraphEngine(_quads(graphs)), shapes)
    # What is wrong without a claim is no fault of the claim.
    general = found.get(_BACKGROUND, frozenset())
    claims = tuple(
        (
            file,
            frozenset(r for r in found.get(file.graph, ()) if r.focus in nodes) - general,
        )
        for file, nodes in concerned
    )
    known = frozenset(chain(general, *(results for _, results in claims)))
    return Judged(general, claims, found.get(_WHOLE, frozenset()) - known)


def _quads(graphs: dict[NamedNode, Iterable[Triple]]) -> Iterator[Quad]:
    for graph, triples in graphs.items():
        for triple in triples:
            yield Quad(triple.subject, triple.predicate, triple.object, graph)
