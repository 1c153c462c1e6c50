"""Where triples stand among relations: which is whose, and which number is which term's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from qkg.namespaces import INFERRED, OWL, RDF
from qkg.rules.datatypes import belongs, is_datatype
from qkg.rules.relations import Fact, Index, Located, Relation
from qkg.rules.rule import Variable
from qkg.rules.terms import Terms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from qkg.answers import Term
    from qkg.rules.plans import Argument
    from qkg.rules.rule import Pattern

__all__ = ["Facts", "Table"]

_THING, _TYPE = OWL["Thing"], RDF["type"]
Facts: TypeAlias = dict[Relation, set[Fact]]


class Table:
    """The relations of a closure, and the numbers of its terms.

    A literal belongs to its datatypes as soon as it has a number.

    Args:
        held: what gives a literal the form in which it is held elsewhere; None where every literal
            is what was written.

    Attributes:
        properties: the relation of each property.
        classes: the relation of each class.
        terms: the terms, by their numbers.
        numbers: the number of each term, and of each form of a literal that was written.
        inferences: the number of the named graph of what is inferred, which gives nothing.
        ordered: numbers that are in the order of the IRIs of the named graphs that have them.
        arrived: what is called with a property or a class that gets a relation, and with whether it
            is a class; None where nobody waits for it.
    """

    def __init__(self, held: Callable[[Literal], Literal] | None) -> None:
        self.properties: dict[object, Relation] = {}
        self.classes: dict[object, Relation] = {}
        self.numbers: dict[object, int] = {}
        self.arrived: Callable[[object, bool], None] | None = None
        self._held = held
        self.terms = Terms()
        self._datatypes: list[tuple[NamedNode, Relation]] = []
        self.inferences = self.number(INFERRED)
        self.ordered = range(0)

    # Made where they are missing

    def number(self, term: object) -> int:
        """Return the number of a term: from 0 up, or from -1 down if it is a literal."""
        number = self.numbers.get(term)
        if number is None:
            if isinstance(term, Literal):
                number = self._number_of_literal(term)
            else:
                number = self.terms.add(term)
            self.numbers[term] = number
        return number

    def order(self, names: Iterable[NamedNode]) -> None:
        """Number the first named graphs there are, so that several of them need no sorting."""
        if not self.ordered:
            first = self.terms.next
            for name in sorted(name for name in names if name not in self.numbers):
                self.number(name)
            self.ordered = range(first, self.terms.next)

    def _number_of_literal(self, literal: Literal) -> int:
        if self._held is not None:
            literal = self._held(literal)
            if literal in self.numbers:
                return self.numbers[literal]
        number = self.numbers[literal] = self.terms.add(literal)
        for datatype, relation in self._datatypes:
            if belongs(literal, datatype):
                relation.facts.add(number)
        return number

    def property(self, predicate: object) -> Relation:
        """Return the relation of a property other than rdf:type."""
        relation = self.properties.get(predicate)
        if relation is None:
            relation = self.properties[predicate] = Relation()
            if self.arrived is not None:
                self.arrived(predicate, False)
        return relation

    def class_(self, name: object) -> Relation:
        """Return the relation of a class."""
        relation = self.classes.get(name)
        if relation is None:
            hidden = isinstance(name, BlankNode) or name == _THING
            relation = self.classes[name] = Relation(hidden)
            if is_datatype(name):
                assert isinstance(name, NamedNode)
                self._datatypes.append((name, relation))
                relation.facts.update(
                    -1 - i
                    for i, literal in enumerate(self.terms.literals)
                    if belongs(literal, name)
                )
            if self.arrived is not None:
                self.arrived(name, True)
        return relation

    def relation(self, predicate: object, object_: object) -> Relation:
        """Return the relation that triples with a predicate and an object are of."""
        return self.class_(object_) if predicate == _TYPE else self.property(predicate)

    def placed(self, pattern: Pattern) -> tuple[Relation, tuple[Argument, ...]]:
        """Return the relation that a pattern is about, and what stands in each place there."""
        subject, predicate, object_ = pattern
        if predicate == _TYPE:
            return self.class_(object_), (self.argument(subject),)
        return self.property(predicate), (self.argument(subject), self.argument(object_))

    def argument(self, term: Variable | Term) -> Argument:
        """Return a term of a pattern as plans have it."""
        return term.name if isinstance(term, Variable) else self.number(term)

    # Looked up

    def located(self, subject: object, predicate: object, object_: object) -> Located | None:
        """Return where a triple stands if it is given or inferred; None where nothing could."""
        number = self.numbers.get(subject)
        if number is None:
            return None
        relation = self.properties.get(predicate)
        if relation is not None:
            value = self.numbers.get(object_)
            return None if value is None else (relation, (number, value))
        members = self.classes.get(object_) if predicate == _TYPE else None
        return None if members is None else (members, number)

    def objects(self, predicate: object) -> Index:
        """Return the objects of each subject, of a property other than rdf:type, by number."""
        relation = self.properties.get(predicate)
        return {} if relation is None else relation.out

    def subjects(self, predicate: object) -> Index:
        """Return the subjects of each object; as :meth:`objects`."""
        relation = self.properties.get(predicate)
        return {} if relation is None else relation.into

    def triples(
        self, facts: Mapping[Relation, set[Fact]], *, hidden: bool = False
    ) -> Iterator[Triple]:
        """Yield facts as triples, hidden ones only where they are wanted."""
        term = self.terms.one
        wanted = [(r, found) for r, found in facts.items() if found and (hidden or not r.hidden)]
        if not wanted:
            return
        properties: dict[Relation, Any] = {relation: p for p, relation in self.properties.items()}
        classes: dict[Relation, Any] = {relation: c for c, relation in self.classes.items()}
        for relation, found in wanted:
            if relation in classes:
                class_ = classes[relation]
                for member in found:
                    yield Triple(term(member), _TYPE, class_)
            else:
                predicate = properties[relation]
                for subject, object_ in found:
                    yield Triple(term(subject), predicate, term(object_))
