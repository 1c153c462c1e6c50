"""The closure of triples under rules: semi-naive, in memory, and kept while triples come and go."""

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from qkg.answers import Term
from qkg.namespaces import OWL, RDF
from qkg.rules.datatypes import belongs, is_datatype
from qkg.rules.plans import Argument, Atom, plan
from qkg.rules.relations import Fact, Index, Located, Relation
from qkg.rules.rule import Pattern, Rule, Variable

__all__ = ["Change", "Closure", "close"]

_SAME, _THING, _TYPE = OWL["sameAs"], OWL["Thing"], RDF["type"]
_Facts = dict[Relation, set[Fact]]
_Givers = tuple[NamedNode, ...]
_Statements = Iterable[Triple | Quad]


class Change(NamedTuple):
    """What a change of the given triples did to the inferred ones.

    Attributes:
        inferred: the triples that follow now and did not, or were given themselves.
        retracted: the triples that no longer follow, or are given themselves now.
    """

    inferred: tuple[Triple, ...]
    retracted: tuple[Triple, ...]


def close(statements: Iterable[Triple | Quad], rules: Iterable[Rule]) -> tuple[Triple, ...]:
    """Return the triples that follow and are not among those that were given.

    Args:
        statements: what is asserted; it is read once and not changed. In whichever graphs quads
            stand, they count as one.
        rules: what follows from what.

    Returns:
        The inferred triples, each once, in the same order in every run over the same input. None
        has a literal as subject, says that something is the same as itself, or that it belongs to
        ``owl:Thing`` or to a class without a name.
    """
    with _uncollected():
        closure = Closure(rules)
        closure.fill(statements)
        return tuple(closure.inferred())


class Closure:
    """What is given and what follows from it.

    Rules are joined relation by relation, each fact once with all those before it; what is removed
    takes everything with it that was inferred by its help, and what other premises still yield is
    then put back (delete and rederive). Where those who give triples have names, each triple is
    there as long as one of them gives it.

    Args:
        rules: what follows from what. Those without a head say nothing here, and neither does one
            that has ``rdf:type`` with a variable for the class.
        held: what gives a literal the form in which it is held elsewhere; None where every literal
            is what was written.
    """

    def __init__(
        self, rules: Iterable[Rule], held: Callable[[Literal], Literal] | None = None
    ) -> None:
        self._held = held
        self._numbers: dict[object, int] = {}
        self._terms: list[Any] = []
        self._literals: list[Literal] = []
        self._properties: dict[object, Relation] = {}
        self._classes: dict[object, Relation] = {}
        self._datatypes: list[tuple[NamedNode, Relation]] = []
        self._bodies: dict[Relation, list[tuple[tuple[Argument, ...], list[Atom]]]] = {}
        self._rules: dict[Relation, list[Rule]] = {}
        # What no rule asks for is left aside, until equality makes everything matter.
        self._aside: list[Triple | Quad] = []
        self._withdrawn: set[Triple] = set()
        self._givers: dict[_Givers, _Givers] = {}
        self._equality: dict[str, Rule] = {}
        self._instances: set[tuple[object, ...]] = set()
        self._equating = False
        self._queue: dict[Relation, None] = {}
        self._gained: _Facts | None = None
        self._same = self._property(_SAME)
        for rule in rules:
            if rule.head is None:
                continue
            if any(isinstance(pattern.predicate, Variable) for pattern in rule.body):
                self._equality[rule.name] = rule
            elif not any(map(_is_open, (*rule.body, rule.head))):
                self._install(rule)
        self._saturate()

    def add(self, statements: _Statements) -> Change:
        """Add given triples; the work is that of what they entail, not of what is there."""
        return self._added(((None, statements),))

    def add_from(self, given: Mapping[NamedNode, _Statements]) -> Change:
        """Add what each of some named graphs gives: :meth:`add`, and its givers are kept."""
        return self._added(given.items())

    def fill(self, statements: _Statements) -> None:
        """Add given triples, and say nothing of it: :meth:`add` for many."""
        self._filled(((None, statements),))

    def fill_from(self, given: Mapping[NamedNode, _Statements]) -> None:
        """Add what each of some named graphs gives: :meth:`add_from` for many."""
        self._filled(given.items())

    def _added(self, given: Iterable[tuple[NamedNode | None, _Statements]]) -> Change:
        self._gained = {}
        confirmed = self._filled(given)
        gained, self._gained = self._gained, None
        return Change(tuple(self._triples(gained)), tuple(self._triples(confirmed)))

    def _filled(self, given: Iterable[tuple[NamedNode | None, _Statements]]) -> _Facts:
        with _uncollected():
            confirmed = self._entered(given)
            self._saturate()
        return confirmed

    def _entered(self, given: Iterable[tuple[NamedNode | None, _Statements]]) -> _Facts:
        """Take over what is given; return what of it had been inferred."""
        read: dict[Relation, dict[Fact, _Givers]] = {}
        for giver, statements in given:
            self._read(statements, giver, read)
        confirmed: _Facts = {}
        for relation, found in read.items():
            known = relation.inferred.intersection(found)
            if known:
                relation.inferred -= known
                confirmed[relation] = known
            self._take(relation, set(found) - relation.facts)
            if next(iter(found.values())):
                self._attribute(relation, found)
        return confirmed

    def _attribute(self, relation: Relation, found: dict[Fact, _Givers]) -> None:
        """Keep who gives facts of a relation."""
        givers = relation.givers
        for fact in givers.keys() & found.keys():
            found[fact] = self.together({*givers[fact], *found[fact]})
        if givers:
            givers.update(found)
        else:
            relation.givers = found

    def _read(
        self,
        statements: _Statements,
        giver: NamedNode | None,
        read: dict[Relation, dict[Fact, _Givers]],
    ) -> None:
        aside = self._aside.append
        properties, classes, numbers, number = (
            self._properties,
            self._classes,
            self._numbers,
            self._number,
        )
        alone = () if giver is None else self.together((giver,))
        for statement in statements:
            predicate, object_ = statement.predicate, statement.object
            relation = classes.get(object_) if predicate == _TYPE else properties.get(predicate)
            if relation is None:
                if not alone and not self._equating:
                    aside(statement)
                    if self._withdrawn:
                        self._withdrawn.discard(_triple(statement))
                    continue
                relation = self._relation(predicate, object_)
            subject = statement.subject
            fact: Fact | None = numbers.get(subject)
            if fact is None:
                fact = number(subject)
            if predicate != _TYPE:
                value = numbers.get(object_)
                fact = (fact, number(object_) if value is None else value)
            facts = read.get(relation)
            if facts is None:
                read[relation] = {fact: alone}
                continue
            others = facts.setdefault(fact, alone)
            if others is not alone:
                facts[fact] = self.together({*others, *alone})

    def together(self, givers: Iterable[NamedNode]) -> _Givers:
        """Return givers in the order of their IRIs, the same ones as the same object."""
        ordered = tuple(sorted(givers, key=str))
        return self._givers.setdefault(ordered, ordered)

    def remove(self, statements: _Statements) -> Change:
        """Remove given triples, and what then no longer follows; others are passed over."""
        given: _Facts = {}
        for statement in statements:
            located = self._locate(statement)
            if located is None:
                self._withdrawn.add(_triple(statement))
                continue
            relation, fact = located
            if fact in relation.facts and fact not in relation.inferred:
                given.setdefault(relation, set()).add(fact)
        return self._removed(given)

    def remove_from(
        self, giver: NamedNode, statements: Iterable[Quad]
    ) -> tuple[Change, list[Quad]]:
        """Remove what one giver gives: each triple goes with the last of those who give it.

        Returns:
            What that does, and the statements that nobody gives any longer.
        """
        given: _Facts = {}
        lone = []
        for statement in statements:
            located = self.located(statement.subject, statement.predicate, statement.object)
            if located is None:
                continue
            relation, fact = located
            if fact not in relation.facts:
                continue
            left = tuple(each for each in relation.givers.pop(fact, ()) if each != giver)
            if left:
                relation.givers[fact] = self.together(left)
                continue
            lone.append(statement)
            if fact not in relation.inferred:
                given.setdefault(relation, set()).add(fact)
        return self._removed(given), lone

    def _removed(self, given: _Facts) -> Change:
        doomed: _Facts = {}
        pending = {relation: set(facts) for relation, facts in given.items()}
        while pending:
            relation, facts = pending.popitem()
            doomed.setdefault(relation, set()).update(facts)
            for head, found in self._consequences(relation, facts):
                new = (found & head.inferred) - doomed.get(head, set())
                if new:
                    pending.setdefault(head, set()).update(new)
        lost = {relation: facts & relation.inferred for relation, facts in doomed.items()}
        for relation, facts in doomed.items():
            relation.forget(facts)
            for view, seen in relation.seen(facts):
                view.facts -= seen
        for relation, facts in doomed.items():
            for source in self._sources(relation):
                self._learn(relation, source(facts))
        self._saturate()
        return Change(
            tuple(self._triples({r: facts & r.inferred for r, facts in given.items()})),
            tuple(self._triples({r: facts - r.facts for r, facts in lost.items()})),
        )

    def inferred(self) -> Iterator[Triple]:
        """Yield what follows and is not given."""
        relations = (*self._properties.values(), *self._classes.values())
        return self._triples({relation: relation.inferred for relation in relations})

    # What is there, looked up

    @property
    def is_equating(self) -> bool:
        """Whether something is said to be the same as something else, or was once."""
        return self._equating

    def located(self, subject: object, predicate: object, object_: object) -> Located | None:
        """Return where a triple stands if it is given or inferred; None where nothing could."""
        number = self._numbers.get(subject)
        if number is None:
            return None
        relation = self._properties.get(predicate)
        if relation is not None:
            value = self._numbers.get(object_)
            return None if value is None else (relation, (number, value))
        members = self._classes.get(object_) if predicate == _TYPE else None
        return None if members is None else (members, number)

    def objects(self, predicate: NamedNode) -> Index:
        """Return the objects of each subject, of a property other than rdf:type, by number."""
        relation = self._properties.get(predicate)
        return {} if relation is None else relation.out

    def number(self, term: Term) -> int | None:
        """Return the number of a term; None where nothing is said of it."""
        return self._numbers.get(term)

    def concluding(self, relation: Relation) -> Sequence[Rule]:
        """Return the rules by which facts of a relation follow, in their order."""
        return self._rules.get(relation, ())

    def placed(self, pattern: Pattern) -> tuple[Relation, tuple[Argument, ...]]:
        """Return the relation that a pattern is about, and what stands in each place there."""
        if pattern.predicate == _TYPE:
            return self._class(pattern.object), (self._argument(pattern.subject),)
        arguments = (self._argument(pattern.subject), self._argument(pattern.object))
        return self._property(pattern.predicate), arguments

    def term(self, number: int) -> Any:
        """Return the term that has a number."""
        return self._terms[number] if number >= 0 else self._literals[-1 - number]

    def keep(self, classes: Iterable[Term], properties: Iterable[Term]) -> None:
        """Keep what is said with these, even where no rule asks for it; called before anything."""
        for class_ in classes:
            self._class(class_)
        for property_ in properties:
            self._property(property_)

    def share(self, one: Term, other: Term) -> bool:
        """Return whether something, given or inferred, belongs to two classes that are kept."""
        return not self._classes[one].facts.isdisjoint(self._classes[other].facts)

    def holds(self, property_: Term) -> bool:
        """Return whether anything is said, or inferred, with a property that is kept."""
        return bool(self._properties[property_].facts)

    def literals(self, property_: Term) -> Iterator[Literal]:
        """Yield the literals, given or inferred, that are values of a property that is kept."""
        for fact in self._properties[property_].facts:
            if isinstance(fact, tuple) and fact[1] < 0:
                yield self.term(fact[1])

    def _saturate(self) -> None:
        """Join what is pending with everything else, until nothing is pending."""
        while self._queue:
            relation = next(iter(self._queue))
            del self._queue[relation]
            if not relation.pending:
                continue
            if relation is self._same:
                self._equate()
            facts, relation.pending = relation.pending, set()
            relation.index(facts)
            for view, seen in relation.seen(facts):
                view.facts |= seen
            for head, found in self._consequences(relation, facts):
                self._learn(head, found)

    def _consequences(
        self, relation: Relation, facts: set[Fact]
    ) -> Iterator[tuple[Relation, set[Fact]]]:
        for head, plan_ in relation.triggers:
            yield head, plan_(facts)
        for view, seen in relation.seen(facts):
            for head, plan_ in view.triggers:
                yield head, plan_(seen)

    def _learn(self, relation: Relation, found: set[Fact]) -> None:
        fresh = found - relation.facts
        if fresh:
            self._take(relation, fresh)
            relation.inferred |= fresh
            if self._gained is not None:
                self._gained.setdefault(relation, set()).update(fresh)

    def _take(self, relation: Relation, fresh: set[Fact]) -> None:
        relation.facts |= fresh
        # A set that is not changed by anybody can be the pending one as it is.
        relation.pending = relation.pending | fresh if relation.pending else fresh
        self._queue[relation] = None

    # Terms and relations

    def _number(self, term: object) -> int:
        number = self._numbers.get(term)
        if number is None:
            if isinstance(term, Literal):
                number = self._number_of_literal(term)
            else:
                number = len(self._terms)
                self._terms.append(term)
            self._numbers[term] = number
        return number

    def _number_of_literal(self, literal: Literal) -> int:
        if self._held is not None:
            literal = self._held(literal)
            if literal in self._numbers:
                return self._numbers[literal]
        self._literals.append(literal)
        number = self._numbers[literal] = -len(self._literals)
        for datatype, relation in self._datatypes:
            if belongs(literal, datatype):
                relation.facts.add(number)
        return number

    def _property(self, predicate: object) -> Relation:
        relation = self._properties.get(predicate)
        if relation is None:
            relation = self._properties[predicate] = Relation()
            if self._equating:
                self._replace_in_property(predicate)
        return relation

    def _class(self, class_: object) -> Relation:
        relation = self._classes.get(class_)
        if relation is None:
            hidden = isinstance(class_, BlankNode) or class_ == _THING
            relation = self._classes[class_] = Relation(hidden)
            if is_datatype(class_):
                assert isinstance(class_, NamedNode)
                self._datatypes.append((class_, relation))
                relation.facts.update(
                    -1 - i for i, literal in enumerate(self._literals) if belongs(literal, class_)
                )
            if self._equating:
                self._replace_in_class(class_)
        return relation

    def _relation(self, predicate: object, object_: object) -> Relation:
        return self._class(object_) if predicate == _TYPE else self._property(predicate)

    def _locate(self, statement: Triple | Quad) -> tuple[Relation, Fact] | None:
        """Return the relation and the fact that a statement is, if any rule asks for such."""
        predicate, object_ = statement.predicate, statement.object
        if predicate == _TYPE:
            relation = self._classes.get(object_)
            return None if relation is None else (relation, self._number(statement.subject))
        relation = self._properties.get(predicate)
        if relation is None:
            return None
        return relation, (self._number(statement.subject), self._number(object_))

    def _triples(self, facts: _Facts, *, hidden: bool = False) -> Iterator[Triple]:
        """Yield facts as triples, hidden ones only where they are wanted."""
        term = self.term
        wanted = [(r, found) for r, found in facts.items() if found and (hidden or not r.hidden)]
        if not wanted:
            return
        properties: dict[Relation, Any] = {relation: p for p, relation in self._properties.items()}
        classes: dict[Relation, Any] = {relation: c for c, relation in self._classes.items()}
        for relation, found in wanted:
            if relation in classes:
                class_ = classes[relation]
                for member in found:
                    yield Triple(term(member), _TYPE, class_)
            else:
                predicate = properties[relation]
                for subject, object_ in found:
                    yield Triple(term(subject), predicate, term(object_))

    # Rules

    def _install(self, rule: Rule) -> None:
        """Make plans of a rule: from each of its premises to its head."""
        assert rule.head is not None
        body = [self._premise(pattern) for pattern in rule.body]
        relation, head = self.placed(rule.head)
        subjects = {pattern.subject for pattern in rule.body}
        subject = rule.head.subject
        resource = (
            subject.name if isinstance(subject, Variable) and subject not in subjects else None
        )
        distinct = relation is self._same
        for i, atom in enumerate(body):
            rest = body[:i] + body[i + 1 :]
            made = plan(atom.arguments, rest, head, resource, distinct=distinct)
            atom.relation.triggers.append((relation, made))
        if not body:
            self._learn(relation, {head if len(head) == 2 else head[0]})
        self._bodies.setdefault(relation, []).append((head, body))
        self._rules.setdefault(relation, []).append(rule)

    def _sources(self, relation: Relation) -> Iterator[Callable[[Iterable[Fact]], set[Fact]]]:
        """Yield, per rule, a plan that keeps those facts that the rule infers."""
        for head, body in self._bodies.get(relation, ())[len(relation.sources) :]:
            relation.sources.append(plan(head, body, head, distinct=relation is self._same))
        yield from relation.sources

    def _premise(self, pattern: Pattern) -> Atom:
        subject, predicate, object_ = pattern
        if predicate == _TYPE:
            return Atom(self._class(object_), (self._argument(subject),))
        relation = self._property(predicate)
        if isinstance(object_, Variable):
            return Atom(relation, (self._argument(subject), object_.name))
        number = self._number(object_)
        view = relation.views.get(number)
        if view is None:
            view = relation.views[number] = Relation()
            view.facts.update(s for s, o in relation.facts - relation.pending if o == number)
        return Atom(view, (self._argument(subject),))

    def _argument(self, term: Variable | Term) -> Argument:
        return term.name if isinstance(term, Variable) else self._number(term)

    # Equality: the rules with a variable for the property, as rules about one property each

    def _equate(self) -> None:
        """Prepare for what is pending of ``owl:sameAs``."""
        if not self._equating:
            self._equating = True
            for predicate in tuple(self._properties):
                self._replace_in_property(predicate)
            for class_ in tuple(self._classes):
                self._replace_in_class(class_)
            aside, self._aside = self._aside, []
            left = [each for each in aside if _triple(each) not in self._withdrawn]
            self._entered(((None, left),))
        for one, other in tuple(self._same.pending):
            if self.term(one) in self._properties:
                self._replace_property(self.term(one), self.term(other))
            if self.term(one) in self._classes:
                self._replace_class(self.term(one), self.term(other))

    def _replace_in_property(self, predicate: object) -> None:
        for name in ("eq-rep-s", "eq-rep-o"):
            self._instantiate(name, {"p": predicate})
        for other in self._same.out.get(self._number(predicate), ()):
            self._replace_property(predicate, self.term(other))

    def _replace_in_class(self, class_: object) -> None:
        self._instantiate("eq-rep-s", {"p": _TYPE, "z": class_})
        for other in self._same.out.get(self._number(class_), ()):
            self._replace_class(class_, self.term(other))

    def _replace_property(self, one: object, other: object) -> None:
        # A property that is the same as rdf:type would need a rule with a variable class.
        if isinstance(other, NamedNode) and other != _TYPE:
            self._instantiate("eq-rep-p", {"p": one, "q": other})

    def _replace_class(self, one: object, other: object) -> None:
        if not isinstance(other, Literal):
            self._instantiate("eq-rep-o", {"p": _TYPE, "x": one, "y": other})

    def _instantiate(self, name: str, terms: dict[str, Any]) -> None:
        """Install a rule of equality with terms in place of its variables; each instance once."""
        instance = (name, *terms.values())
        rule = self._equality.get(name)
        if rule is None or rule.head is None or instance in self._instances:
            return
        self._instances.add(instance)

        def replaced(pattern: Pattern) -> Pattern:
            return Pattern(
                *(
                    terms.get(term.name, term) if isinstance(term, Variable) else term
                    for term in pattern
                )
            )

        body = tuple(map(replaced, rule.body))
        self._install(Rule(name, body, replaced(rule.head)))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep Python from looking for cycles among millions of new tuples, which hold none."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _is_open(pattern: Pattern) -> bool:
    return pattern.predicate == _TYPE and isinstance(pattern.object, Variable)


def _triple(statement: Triple | Quad) -> Triple:
    return statement.triple if isinstance(statement, Quad) else statement
