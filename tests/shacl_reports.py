"""Validation reports and what they are compared by; shapes graphs as they are written in RDF."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from qkg.answers import Term
from qkg.engines.oxigraph import OxigraphEngine
from qkg.namespaces import PREFIXES, RDF, Namespace
from qkg.shapes.paths import Alternative, Inverse, Path, Repeated, Sequence
from qkg.shapes.results import Result

SH = Namespace(PREFIXES["sh"])
_REPEATED: dict[NamedNode, tuple[int, int | None]] = {
    SH["zeroOrMorePath"]: (0, None),
    SH["oneOrMorePath"]: (1, None),
    SH["zeroOrOnePath"]: (0, 1),
}


class Found(NamedTuple):
    """What two validators have to agree in; the shape is None where it is left out."""

    focus: Term | None
    path: Path | None
    component: NamedNode
    value: Term | None
    severity: NamedNode
    shape: Term | None


class Graph:
    """Triples that can be looked up by subject or object, and predicate."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.triples = tuple(dict.fromkeys(triples))
        self._forward: defaultdict[tuple[Term, NamedNode], list[Term]] = defaultdict(list)
        self._backward: defaultdict[tuple[Term, NamedNode], list[Term]] = defaultdict(list)
        for subject, predicate, object_ in self.triples:
            self._forward[subject, predicate].append(object_)
            self._backward[object_, predicate].append(subject)

    def objects(self, subject: Term, predicate: NamedNode) -> list[Term]:
        return self._forward.get((subject, predicate), [])

    def subjects(self, predicate: NamedNode, object_: Term) -> list[Term]:
        return self._backward.get((object_, predicate), [])

    def one(self, subject: Term, predicate: NamedNode) -> Term | None:
        return next(iter(self.objects(subject, predicate)), None)

    def members(self, list_: Term) -> Iterator[Term]:
        """Yield the members of a list that is well-formed."""
        while list_ != RDF["nil"]:
            yield from self.objects(list_, RDF["first"])
            (list_,) = self.objects(list_, RDF["rest"])

    def path(self, node: Term) -> Path:
        """Return the property path that a node stands for (section 2.3.1)."""
        if isinstance(node, NamedNode):
            return node
        if self.objects(node, RDF["first"]):
            return Sequence(tuple(map(self.path, self.members(node))))
        for list_ in self.objects(node, SH["alternativePath"]):
            return Alternative(tuple(map(self.path, self.members(list_))))
        for inner in self.objects(node, SH["inversePath"]):
            return Inverse(self.path(inner))
        for predicate, (least, most) in _REPEATED.items():
            for inner in self.objects(node, predicate):
                return Repeated(self.path(inner), least, most)
        raise AssertionError(f"{node} is no path")


def found(results: Iterable[Result]) -> frozenset[Found]:
    """Return what results are compared by: the shape too, where it has a name."""
    return frozenset(map(_found, results))


def _found(result: Result) -> Found:
    shape = result.shape if isinstance(result.shape, NamedNode) else None
    return Found(result.focus, result.path, result.component, result.value, result.severity, shape)


def renamed(results: Iterable[Found]) -> list[str]:
    """Return what is found, sorted, where blank nodes of the data may have any names."""
    return sorted(
        f"{_shown(each.focus)} {_shown(each.value)} {each._replace(focus=None, value=None)}"
        for each in results
    )


def _shown(term: Term | None) -> str:
    return "a blank node" if isinstance(term, BlankNode) else str(term)


def stored(results: Iterable[Found]) -> frozenset[Found]:
    """Return results with the literals that Oxigraph, which rewrites some, makes of theirs."""
    return frozenset(
        each._replace(focus=_stored(each.focus), value=_stored(each.value)) for each in results
    )


def _stored(term: Term | None) -> Term | None:
    if not isinstance(term, Literal):
        return term
    triple = Triple(RDF["nil"], RDF["value"], term)
    (quad,) = OxigraphEngine(quads([triple])).quads()
    return quad.object


def read(text: str, base: str = "https://example.org/") -> tuple[Triple, ...]:
    """Return the triples of a text in Turtle."""
    parsed = parse(text.encode(), format=RdfFormat.TURTLE, base_iri=base)
    return tuple(quad.triple for quad in parsed)


def quads(triples: Iterable[Triple]) -> list[Quad]:
    """Return triples as quads of the default graph."""
    return [Quad(s, p, o, DefaultGraph()) for s, p, o in triples]
