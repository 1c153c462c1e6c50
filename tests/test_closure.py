"""A closure that is kept while triples come and go equals one from scratch, at every moment."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from pyoxigraph import NamedNode, Quad, Triple
from strategies import facts, ontologies

from qkg.numbers import united
from qkg.rules import Change, Closure, close, compile_rules


class Kept(RuleBasedStateMachine):
    """Adds and removes triples at random."""

    @initialize(ontology=ontologies)
    def open(self, ontology: tuple[Triple, ...]) -> None:
        self.ontology = compile_rules(ontology)
        self.closure = Closure(self.ontology)
        self.given: dict[Triple, None] = {}
        self.known = set(self.closure.inferred())

    @rule(added=facts)
    def add(self, added: list[Triple]) -> None:
        self.given.update(dict.fromkeys(added))
        self.apply(self.closure.add(added))

    @rule(data=st.data(), strange=facts)
    def remove(self, data: st.DataObject, strange: list[Triple]) -> None:
        removed = strange
        if self.given:
            removed = removed[:1] + data.draw(st.lists(st.sampled_from(list(self.given))))
        for triple in removed:
            self.given.pop(triple, None)
        self.apply(self.closure.remove(removed))

    def apply(self, change: Change) -> None:
        assert not self.known & set(change.inferred)
        assert set(change.retracted) <= self.known
        self.known = self.known.difference(change.retracted).union(change.inferred)

    @invariant()
    def equals_one_from_scratch(self) -> None:
        if hasattr(self, "given"):
            inferred = tuple(self.closure.inferred())
            assert set(inferred) == set(close(self.given, self.ontology))
            assert len(set(inferred)) == len(inferred)
            assert self.known == set(inferred)


GIVERS = [NamedNode(f"https://example.org/giver/{name}") for name in "abc"]


class Given(RuleBasedStateMachine):
    """Adds and removes what several give, some of them the same."""

    @initialize(ontology=ontologies)
    def open(self, ontology: tuple[Triple, ...]) -> None:
        self.rules_ = compile_rules(ontology)
        self.closure = Closure(self.rules_)
        self.given: dict[NamedNode, dict[Triple, None]] = {giver: {} for giver in GIVERS}

    def held(self, triple: Triple) -> tuple[NamedNode, ...]:
        return tuple(giver for giver in GIVERS if triple in self.given[giver])

    @rule(added=st.dictionaries(st.sampled_from(GIVERS), facts))
    def add(self, added: dict[NamedNode, list[Triple]]) -> None:
        self.closure.add_from(added)
        for giver, triples in added.items():
            self.given[giver].update(dict.fromkeys(triples))

    @rule(data=st.data(), giver=st.sampled_from(GIVERS), strange=facts)
    def remove(self, data: st.DataObject, giver: NamedNode, strange: list[Triple]) -> None:
        removed = dict.fromkeys(strange[:1])
        if self.given[giver]:
            chosen = data.draw(st.lists(st.sampled_from(list(self.given[giver]))))
            removed.update(dict.fromkeys(chosen))
        before = {triple: self.held(triple) for triple in removed}
        _, lone = self.closure.remove_from(giver, (Quad(*triple) for triple in removed))
        for triple in removed:
            self.given[giver].pop(triple, None)
        gone = {triple for triple, held in before.items() if held == (giver,)}
        assert gone <= {quad.triple for quad in lone}
        assert not any(self.held(quad.triple) for quad in lone)

    @invariant()
    def equals_one_from_scratch(self) -> None:
        if hasattr(self, "given"):
            given = dict.fromkeys(triple for each in self.given.values() for triple in each)
            assert set(self.closure.inferred()) == set(close(given, self.rules_))
            for triple in given:
                place = self.closure.table.located(*triple)
                assert place is not None
                numbers = map(self.closure.table.numbers.__getitem__, self.held(triple))
                assert place[0].givers[place[1]] == united(numbers)
            for triple in self.closure.inferred():
                place = self.closure.table.located(*triple)
                assert place is not None
                assert place[1] not in place[0].givers

    @invariant()
    def indexes_keep_step(self) -> None:
        if hasattr(self, "given"):
            for relation in self.closure.table.properties.values():
                out = {(s, o) for s, objects in relation.out.items() for o in objects}
                into = {(s, o) for o, subjects in relation.into.items() for s in subjects}
                assert out == into == relation.facts


TestKept = Kept.TestCase
TestGiven = Given.TestCase
TestGiven.settings = settings(deadline=None)
TestKept.settings = settings(deadline=None)
