"""A closure that is kept while triples come and go equals one from scratch, at every moment."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from pyoxigraph import Triple
from strategies import facts, ontologies

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


TestKept = Kept.TestCase
TestKept.settings = settings(deadline=None)
