"""Why a triple holds: derivations down to what is asserted, smallest first, asked of any engine.

A rule is read backwards: its head is the triple, and its body, a query, finds the premises. The
smallest derivation is that of :mod:`.search`; further ones of one fact are found by their size.
"""

from __future__ import annotations

import heapq
from copy import copy
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import NamedNode, Triple

from qkg.rules import search
from qkg.rules.rule import Pattern, Rule, Variable, replaced
from qkg.rules.steps import Steps, is_hidden, terms_of
from qkg.support import supporters

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from qkg.engines import Engine
    from qkg.rules.search import Step

__all__ = ["Lack", "Proof", "Reasoner"]

_EFFORT = 20_000
"""How many unfinished derivations are looked at for further ones."""


class Proof(NamedTuple):
    """A derivation: how one triple is known.

    Attributes:
        fact: the triple.
        rule: the rule that infers it; None where it is asserted.
        premises: the derivations of the rule's premises, in the order of its body; what it asks of
            the datatype of a literal is none.
        sources: the named graphs that assert it, of accepted claims and of files that are no
            claims; empty where it is inferred.
    """

    fact: Triple
    rule: Rule | None
    premises: tuple[Proof, ...]
    sources: tuple[NamedNode, ...]

    @property
    def size(self) -> int:
        """How many triples stand in the derivation, each as often as it is used."""
        return 1 + sum(premise.size for premise in self.premises)

    def leaves(self) -> Iterator[Proof]:
        """Yield what the derivation rests on, from left to right."""
        if self.rule is None:
            yield self
        for premise in self.premises:
            yield from premise.leaves()


class Lack(NamedTuple):
    """A rule that would infer a triple if one more premise held.

    Attributes:
        rule: the rule.
        held: its other premises, as they hold.
        missing: the premise that does not; what is open in it is a variable.
    """

    rule: Rule
    held: tuple[Pattern, ...]
    missing: Pattern


class Reasoner:
    """What finds derivations in a dataset whose default graph is closed under rules.

    Args:
        engine: what holds the dataset.
        rules: the rules; those without a head say nothing here.
        believed: of which named graphs it is known whether they are believed, as
            :func:`qkg.support.unbelieved` takes it.
    """

    def __init__(
        self,
        engine: Engine,
        rules: Iterable[Rule],
        believed: dict[NamedNode, bool] | None = None,
    ) -> None:
        self._engine = engine
        self._steps = Steps(engine, rules)
        self._believed = {} if believed is None else believed
        self._sources: dict[Triple, tuple[NamedNode, ...]] = {}

    @property
    def size(self) -> int:
        """Of how many facts it knows something."""
        return len(self._sources) + self._steps.size

    def on(self, engine: Engine) -> Reasoner:
        """Return the same, with all that it knows, on another way to the same dataset."""
        other = copy(self)
        other._engine, other._steps = engine, self._steps.on(engine)
        return other

    def asserted(self, facts: Iterable[Triple]) -> Mapping[Triple, tuple[NamedNode, ...]]:
        """Return what :func:`qkg.support.supporters` does of some facts, and of others."""
        self.find(tuple(facts))
        return self._sources

    def smallest(self, facts: Iterable[Triple]) -> dict[Triple, Proof]:
        """Return the first derivation that :meth:`proofs` gives of each triple that holds.

        Many triples take hardly more queries than one.
        """
        goals = frozenset(facts)
        best, _ = search.smallest(self, goals)
        return {goal: self._smallest(goal, best) for goal in goals if goal in best}

    def proofs(self, fact: Triple) -> Iterator[Proof]:
        """Yield the derivations of a triple, smallest first; none where it does not hold.

        An asserted premise is not derived further, and no fact supports itself. The first is found
        without looking at more of the graph than may belong to it. Where many facts support each
        other, as the same thing under many names does, there are more derivations than can be
        gone through: the search for further ones ends after a while.
        """
        goals = frozenset((fact,))
        best, complete = search.smallest(self, goals)
        if fact not in best:
            return
        first = self._smallest(fact, best)
        yield first
        if not complete:
            search.explored(self, goals, None)
            best = search.best(self, goals)
        for proof in self._by_size(fact, {each: size for each, (size, _) in best.items()}):
            if proof != first:
                yield proof

    def lacks(self, fact: Triple) -> tuple[Lack, ...]:
        """Return the rules that would infer a triple but for one premise, the nearest first.

        Those come first of which most other premises hold. A rule of equality comes in only where
        the graph says of something that it is the same as something else.
        """
        found: dict[tuple[Rule, Pattern], Lack] = {}
        itself = Pattern(*terms_of(fact))
        for rule, terms in self._steps.heads(fact):
            for i, missing in enumerate(rule.body):
                rest = rule.body[:i] + rule.body[i + 1 :]
                if any(map(is_hidden, rule.body)):
                    continue
                for solution in self._steps.solve(rest, terms) if rest else [terms]:
                    held = tuple(replaced(pattern, solution) for pattern in rest)
                    lack = Lack(rule, held, replaced(missing, solution))
                    if lack.missing != itself:
                        found.setdefault((rule, lack.missing), lack)
        return tuple(
            sorted(
                found.values(),
                key=lambda lack: (-len(lack.held), _open(lack.missing), str(lack.missing)),
            )
        )

    # What a search asks: who asserts facts, and how they follow

    def find(self, facts: Collection[Triple]) -> None:
        """Find out which named graphs assert some facts, if any does."""
        wanted = [fact for fact in facts if fact not in self._sources]
        if wanted:
            self._sources |= supporters(self._engine, wanted, self._believed)

    def find_steps(self, facts: Collection[Triple]) -> None:
        """Find the steps to some facts; see :class:`qkg.rules.search.Grounds`."""
        self._steps.find(facts)

    def is_asserted(self, fact: Triple) -> bool:
        """Return whether a fact is asserted; see :class:`qkg.rules.search.Grounds`."""
        return bool(self._sources.get(fact))

    def steps(self, fact: Triple) -> tuple[Step[Triple], ...]:
        """Return the steps to a fact; see :class:`qkg.rules.search.Grounds`."""
        return self._steps.known(fact)

    # The smallest derivation of a fact, and all of them

    def _smallest(self, fact: Triple, best: search.Best[Triple]) -> Proof:
        _, step = best[fact]
        if step is None:
            return Proof(fact, None, (), self._sources[fact])
        premises = tuple(self._smallest(premise, best) for premise in step.premises)
        return Proof(fact, step.rule, premises, ())

    def _by_size(self, goal: Triple, sizes: Mapping[Triple, int]) -> Iterator[Proof]:
        """Yield the derivations of a fact in the order of their sizes.

        Each state is a derivation from the left with facts that are still open; the sizes of their
        smallest derivations say how large it will be at least.
        """
        order = count(0, -1)  # of equal ones the latest first: it is the nearest to its end
        # Size at least; decisions from the left; open facts, each with those it must not rest on.
        start = ((goal, frozenset[Triple]()),)
        queue: list[
            tuple[
                int,
                int,
                tuple[tuple[Triple, Step[Triple] | None], ...],
                tuple[tuple[Triple, frozenset[Triple]], ...],
            ]
        ] = [(sizes[goal], next(order), (), start)]
        for _ in range(_EFFORT):
            if not queue:
                return
            size, _, decided, open_ = heapq.heappop(queue)
            if not open_:
                yield self._built(iter(decided))
                continue
            (fact, above), rest = open_[0], open_[1:]
            if self._sources[fact]:
                growth = 1 - sizes[fact]
                entry = (size + growth, next(order), (*decided, (fact, None)), rest)
                heapq.heappush(queue, entry)
                if fact != goal or above:
                    continue
            below = above | {fact}
            for step in self._steps.known(fact):
                if any(p in below or p not in sizes for p in step.premises):
                    continue
                growth = 1 + sum(sizes[premise] for premise in step.premises) - sizes[fact]
                following = tuple((premise, below) for premise in step.premises)
                heapq.heappush(
                    queue,
                    (
                        size + growth,
                        next(order),
                        (*decided, (fact, step)),
                        (*following, *rest),
                    ),
                )

    def _built(self, decided: Iterator[tuple[Triple, Step[Triple] | None]]) -> Proof:
        fact, step = next(decided)
        if step is None:
            return Proof(fact, None, (), self._sources[fact])
        premises = tuple(self._built(decided) for _ in step.premises)
        return Proof(fact, step.rule, premises, ())


def _open(pattern: Pattern) -> int:
    return sum(isinstance(term, Variable) for term in pattern)
