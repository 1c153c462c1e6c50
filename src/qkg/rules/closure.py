"""The closure of triples under rules: semi-naive, in memory, and kept while triples come and go."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode, Quad, Triple

from qkg._garbage import uncollected
from qkg.answers import Term
from qkg.namespaces import OWL, RDF
from qkg.numbers import OneOrSeveral, members, united
from qkg.rules.backwards import Body, backwards
from qkg.rules.equality import Equality
from qkg.rules.plans import Argument, Atom, plan
from qkg.rules.relations import Fact, Relation
from qkg.rules.rule import Pattern, Rule, Variable
from qkg.rules.table import Facts, Table

__all__ = ["Change", "Closure", "close"]

_SAME, _THING, _TYPE = OWL["sameAs"], OWL["Thing"], RDF["type"]
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
    with uncollected():
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

    Attributes:
        table: where what is given and what follows stands; it is only to be read.
        is_equating: whether something is the same as something else, or was once.
    """

    def __init__(
        self, rules: Iterable[Rule], held: Callable[[Literal], Literal] | None = None
    ) -> None:
        self.table = Table(held)
        self._bodies: dict[Relation, list[tuple[tuple[Argument, ...], list[Atom]]]] = {}
        self._rules: dict[Relation, list[Rule]] = {}
        self._backwards: dict[Relation, tuple[Body, ...]] = {}
        # What no rule asks for is left aside, until equality makes everything matter.
        self._aside: list[Triple | Quad] = []
        self._withdrawn: set[Triple] = set()
        self.is_equating = False
        self._queue: dict[Relation, None] = {}
        self._gained: Facts | None = None
        self._same = self.table.property(_SAME)
        equality = []
        for rule in rules:
            if rule.head is None:
                continue
            if any(isinstance(pattern.predicate, Variable) for pattern in rule.body):
                equality.append(rule)
            elif not any(map(_is_open, (*rule.body, rule.head))):
                self._install(rule)
        self._equality = Equality(equality, self.table, self._install)
        self._saturate()

    @uncollected()
    def add(self, statements: _Statements) -> Change:
        """Add given triples; the work is that of what they entail, not of what is there."""
        return self._added(self._listed(statements))

    @uncollected()
    def add_from(self, given: Mapping[NamedNode, _Statements]) -> Change:
        """Add what each of some named graphs gives: :meth:`add`, and its givers are kept."""
        return self._added(self._attributed(given))

    @uncollected()
    def fill(self, statements: _Statements) -> None:
        """Add given triples, and say nothing of it: :meth:`add` for many."""
        self._filled(self._listed(statements))

    @uncollected()
    def fill_from(self, given: Mapping[NamedNode, _Statements]) -> None:
        """Add what each of some named graphs gives: :meth:`add_from` for many."""
        self._filled(self._attributed(given))

    def _added(self, given: Mapping[Relation, Iterable[Fact]]) -> Change:
        self._gained = {}
        confirmed = self._filled(given)
        gained, self._gained = self._gained, None
        return Change(tuple(self.table.triples(gained)), tuple(self.table.triples(confirmed)))

    def _filled(self, given: Mapping[Relation, Iterable[Fact]]) -> Facts:
        confirmed = self._entered(given)
        self._saturate()
        return confirmed

    def _entered(self, given: Mapping[Relation, Iterable[Fact]]) -> Facts:
        """Take over what is given; return what of it had been inferred."""
        confirmed: Facts = {}
        for relation, found in given.items():
            known = relation.inferred.intersection(found)
            if known:
                relation.inferred -= known
                confirmed[relation] = known
            self._take(relation, set(found) - relation.facts)
        return confirmed

    def _listed(self, statements: _Statements) -> Mapping[Relation, Iterable[Fact]]:
        """Return the facts that statements are; set aside what no rule asks for."""
        listed: dict[Relation, list[Fact]] = {}
        for relation, fact in self._places(statements, has_aside=not self.is_equating):
            facts = listed.get(relation)
            if facts is None:
                listed[relation] = [fact]
            else:
                facts.append(fact)
        return listed

    def _attributed(
        self, given: Mapping[NamedNode, _Statements]
    ) -> Mapping[Relation, Iterable[Fact]]:
        """Return the facts that statements are, and keep who gives each."""
        self.table.order(given)
        attributed: dict[Relation, dict[Fact, OneOrSeveral]] = {}
        for giver, statements in given.items():
            alone = self.table.number(giver)
            for relation, fact in self._places(statements, has_aside=False):
                facts = attributed.get(relation)
                if facts is None:
                    attributed[relation] = {fact: alone}
                    continue
                others = facts.setdefault(fact, alone)
                if others != alone:
                    facts[fact] = united((others, alone))
        for relation, found in attributed.items():
            givers = relation.givers
            for fact in givers.keys() & found.keys():
                found[fact] = united((givers[fact], found[fact]))
            if givers:
                givers.update(found)
            else:
                relation.givers = found
        return attributed

    def _places(
        self, statements: _Statements, *, has_aside: bool
    ) -> Iterator[tuple[Relation, Fact]]:
        aside = self._aside.append
        properties, classes, numbers, number = (
            self.table.properties,
            self.table.classes,
            self.table.numbers,
            self.table.number,
        )
        for statement in statements:
            predicate, object_ = statement.predicate, statement.object
            relation = classes.get(object_) if predicate == _TYPE else properties.get(predicate)
            if relation is None:
                if has_aside:
                    aside(statement)
                    if self._withdrawn:
                        self._withdrawn.discard(_triple(statement))
                    continue
                relation = self.table.relation(predicate, object_)
            subject = statement.subject
            fact: Fact | None = numbers.get(subject)
            if fact is None:
                fact = number(subject)
            if predicate != _TYPE:
                value = numbers.get(object_)
                fact = (fact, number(object_) if value is None else value)
            yield relation, fact

    def remove(self, statements: _Statements) -> Change:
        """Remove given triples, whoever gives them, and what then no longer follows."""
        given: Facts = {}
        for statement in statements:
            located = self.table.located(statement.subject, statement.predicate, statement.object)
            if located is None:
                self._withdrawn.add(_triple(statement))
                continue
            relation, fact = located
            if fact in relation.facts and fact not in relation.inferred:
                relation.givers.pop(fact, None)
                given.setdefault(relation, set()).add(fact)
        return self._removed(given)

    def remove_from(
        self, giver: NamedNode, statements: Iterable[Quad]
    ) -> tuple[Change, list[Quad]]:
        """Remove what one giver gives: each triple goes with the last of those who give it.

        Returns:
            What that does, and the statements that nobody gives any longer.
        """
        given: Facts = {}
        number = self.table.numbers.get(giver)
        lone = []
        for statement in statements:
            located = self.table.located(statement.subject, statement.predicate, statement.object)
            if located is None:
                continue
            relation, fact = located
            if fact not in relation.facts:
                continue
            givers = members(relation.givers.pop(fact, ()))
            left = [each for each in givers if each != number]
            if left:
                relation.givers[fact] = united(left)
                continue
            lone.append(statement)
            if fact not in relation.inferred:
                given.setdefault(relation, set()).add(fact)
        return self._removed(given), lone

    def _removed(self, given: Facts) -> Change:
        doomed: Facts = {}
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
            tuple(self.table.triples({r: facts & r.inferred for r, facts in given.items()})),
            tuple(self.table.triples({r: facts - r.facts for r, facts in lost.items()})),
        )

    def inferred(self) -> Iterator[Triple]:
        """Yield what follows and is not given."""
        relations = (*self.table.properties.values(), *self.table.classes.values())
        return self.table.triples({relation: relation.inferred for relation in relations})

    def backwards(self, relation: Relation) -> Sequence[Body]:
        """Return the rules by which facts of a relation follow, read backwards, in their order."""
        rules = self._rules.get(relation, ())
        bodies = self._backwards.get(relation, ())
        if len(bodies) < len(rules):
            bodies = tuple(backwards(rule, self.table) for rule in rules)
            self._backwards[relation] = bodies
        return bodies

    def keep(self, classes: Iterable[Term], properties: Iterable[Term]) -> None:
        """Keep what is said with these, even where no rule asks for it; called before anything."""
        for class_ in classes:
            self.table.class_(class_)
        for property_ in properties:
            self.table.property(property_)

    def share(self, one: Term, other: Term) -> bool:
        """Return whether something, given or inferred, belongs to two classes that are kept."""
        return not self.table.classes[one].facts.isdisjoint(self.table.classes[other].facts)

    def holds(self, property_: Term) -> bool:
        """Return whether anything is said, or inferred, with a property that is kept."""
        return bool(self.table.properties[property_].facts)

    def literals(self, property_: Term) -> Iterator[Literal]:
        """Yield the literals, given or inferred, that are values of a property that is kept."""
        for fact in self.table.properties[property_].facts:
            if isinstance(fact, tuple) and fact[1] < 0:
                yield self.table.terms.one(fact[1])

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

    # Rules

    def _install(self, rule: Rule) -> None:
        """Make plans of a rule: from each of its premises to its head."""
        assert rule.head is not None
        body = [self._premise(pattern) for pattern in rule.body]
        relation, head = self.table.placed(rule.head)
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
            return Atom(self.table.class_(object_), (self.table.argument(subject),))
        relation = self.table.property(predicate)
        if isinstance(object_, Variable):
            return Atom(relation, (self.table.argument(subject), object_.name))
        number = self.table.number(object_)
        view = relation.views.get(number)
        if view is None:
            view = relation.views[number] = Relation()
            view.facts.update(s for s, o in relation.facts - relation.pending if o == number)
        return Atom(view, (self.table.argument(subject),))

    def _equate(self) -> None:
        """Prepare for what is pending of ``owl:sameAs``."""
        if not self.is_equating:
            self.is_equating = True
            self._equality.begin()
            aside, self._aside = self._aside, []
            left = [each for each in aside if _triple(each) not in self._withdrawn]
            self._entered(self._listed(left))
        for one, other in tuple(self._same.pending):
            self._equality.replace(self.table.terms.one(one), self.table.terms.one(other))


def _is_open(pattern: Pattern) -> bool:
    return pattern.predicate == _TYPE and isinstance(pattern.object, Variable)


def _triple(statement: Triple | Quad) -> Triple:
    return statement.triple if isinstance(statement, Quad) else statement
