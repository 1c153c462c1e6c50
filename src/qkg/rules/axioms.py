"""The triples of an ontology, read as axioms: by predicate, by subject, with lists unrolled."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TypeAlias, cast

from pyoxigraph import BlankNode, NamedNode, Quad, Triple

from qkg.answers import Term
from qkg.namespaces import OWL, RDF, RDFS
from qkg.rules.datatypes import is_datatype
from qkg.rules.rule import Pattern, PatternTerm, Variable

__all__ = ["Axioms", "X", "Y", "Z", "is_a"]

X, Y, Z = Variable("x"), Variable("y"), Variable("z")

_TYPE = RDF["type"]
_FIRST, _REST, _NIL = RDF["first"], RDF["rest"], RDF["nil"]
_INVERSE = OWL["inverseOf"]
_Step: TypeAlias = tuple[NamedNode, bool]

_READ = frozenset(
    (
        *(RDF[name] for name in ("first", "rest", "type")),
        *(RDFS[name] for name in ("domain", "range", "subClassOf", "subPropertyOf")),
        *(OWL[name] for name in ("allValuesFrom", "assertionProperty", "complementOf")),
        *(OWL[name] for name in ("disjointWith", "distinctMembers", "equivalentClass")),
        *(OWL[name] for name in ("equivalentProperty", "hasKey", "hasValue", "intersectionOf")),
        *(OWL[name] for name in ("inverseOf", "maxCardinality", "maxQualifiedCardinality")),
        *(OWL[name] for name in ("members", "onClass", "onDataRange", "onProperty", "oneOf")),
        *(OWL[name] for name in ("propertyChainAxiom", "propertyDisjointWith")),
        *(OWL[name] for name in ("someValuesFrom", "sourceIndividual", "targetIndividual")),
        *(OWL[name] for name in ("targetValue", "unionOf")),
    )
)
"""The predicates that axioms are written with; the rest of an ontology is not looked at."""


class Axioms:
    """The axioms that the triples of an ontology hold.

    Args:
        ontology: the triples, in whichever graphs; they are not changed.
    """

    def __init__(self, ontology: Iterable[Triple | Quad]) -> None:
        self._datatypes_of: dict[object, tuple[NamedNode, ...]] = {}
        self._triples: defaultdict[object, list[Triple]] = defaultdict(list)
        self._objects: defaultdict[object, dict[object, Term]] = defaultdict(dict)
        self._instances: defaultdict[object, list[Triple]] = defaultdict(list)
        for statement in ontology:
            predicate = statement.predicate
            if predicate not in _READ:
                continue
            triple = statement.triple if isinstance(statement, Quad) else statement
            subject, object_ = triple.subject, triple.object
            if isinstance(subject, Triple) or isinstance(object_, Triple):
                continue
            if predicate == _TYPE:
                self._instances[object_].append(triple)
            else:
                self._triples[predicate].append(triple)
                self._objects[predicate].setdefault(subject, object_)

    def of(self, predicate: object) -> list[Triple]:
        """Return the triples with a predicate, in the order of the ontology."""
        return self._triples.get(predicate, [])

    def declared(self, class_: object) -> list[Triple]:
        """Return the triples that give something a type of the OWL vocabulary."""
        return self._instances.get(class_, [])

    def value(self, subject: object, predicate: NamedNode) -> Term | None:
        """Return the object that a subject has for a predicate, or None; the first of several."""
        return self._objects[predicate].get(subject)

    def members(self, head: object) -> tuple[Term, ...]:
        """Return the members of an RDF list; a list that is cut short or runs in a circle ends."""
        found, seen = [], set()
        while head != _NIL and head not in seen:
            seen.add(head)
            first = self.value(head, _FIRST)
            if first is None:
                break
            found.append(first)
            head = self.value(head, _REST) or _NIL
        return tuple(found)

    def datatypes(self, range_: object) -> tuple[NamedNode, ...]:
        """Return the datatypes whose common values make up a data range; none for a class.

        A range is a datatype of XML Schema, an intersection of ranges, or what is declared as
        equivalent to one; no other is in the profile. A datatype without definition is itself.
        """
        found = self._datatypes_of.get(range_)
        if found is None:
            found = tuple(dict.fromkeys(self._datatypes(range_, set())))
            self._datatypes_of[range_] = found
        return found

    def _datatypes(self, range_: object, seen: set[object]) -> Iterator[NamedNode]:
        if is_datatype(range_):
            yield cast("NamedNode", range_)
        if range_ in seen or range_ not in self._data_ranges:
            return
        seen.add(range_)
        found: list[NamedNode] = []
        for parts in self._data_ranges[range_]:
            for part in parts:
                found += self._datatypes(part, seen)
        if not found and isinstance(range_, NamedNode):
            found.append(range_)
        yield from found

    @cached_property
    def _data_ranges(self) -> dict[object, list[tuple[object, ...]]]:
        """What each declared data range is equivalent to, or the intersection of."""
        found: dict[object, list[tuple[object, ...]]] = {
            triple.subject: [] for triple in self.declared(RDFS["Datatype"])
        }
        for triple in self.of(OWL["intersectionOf"]):
            if triple.subject in found:
                found[triple.subject].append(self.members(triple.object))
        for triple in self.of(OWL["equivalentClass"]):
            for one, other in (
                (triple.subject, triple.object),
                (triple.object, triple.subject),
            ):
                if one in found:
                    found[one].append((other,))
        return found

    def is_instance(self, instance: PatternTerm, class_: object) -> tuple[Pattern, ...]:
        """Return the patterns that something is a member of a class, or of a data range.

        Raises:
            LookupError: a literal cannot be the class.
        """
        datatypes = self.datatypes(class_)
        return tuple(is_a(instance, part) for part in datatypes) or (is_a(instance, class_),)

    def pattern(self, subject: PatternTerm, property_: object, object_: PatternTerm) -> Pattern:
        """Return the pattern that a property expression holds between two terms.

        An anonymous property that is the inverse of another is that other, the other way round.

        Raises:
            LookupError: the expression is anonymous and no inverse of an IRI.
        """
        named, forward = self._step(property_)
        return Pattern(subject, named, object_) if forward else Pattern(object_, named, subject)

    def _step(self, property_: object) -> _Step:
        forward, seen = True, set()
        while isinstance(property_, BlankNode) and property_ not in seen:
            seen.add(property_)
            property_ = self.value(property_, _INVERSE)
            forward = not forward
        if not isinstance(property_, NamedNode):
            raise LookupError(f"{property_} is no property")
        return property_, forward

    def restrictions(self, predicate: NamedNode) -> Iterator[tuple[Triple, Term]]:
        """Yield the triples of restrictions with a predicate, each with its property."""
        for triple in self.of(predicate):
            property_ = self.value(triple.subject, OWL["onProperty"])
            if property_ is not None:
                yield triple, property_


def is_a(instance: PatternTerm, class_: object) -> Pattern:
    """Return the pattern that something has a type.

    Raises:
        LookupError: a literal cannot be the type.
    """
    if not isinstance(class_, NamedNode | BlankNode):
        raise LookupError(f"{class_} is no class")
    return Pattern(instance, _TYPE, class_)
