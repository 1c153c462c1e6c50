"""Why a triple holds: derivations down to what is asserted, smallest first, asked of any engine.

A rule is read backwards: its head is the triple, and its body, a query, finds the premises. Facts,
and the ways in which each follows, make a graph with alternatives; the smallest derivation of every
fact in it is found from the leaves up (Knuth's generalisation of Dijkstra's algorithm), and further
derivations of one fact by their size.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from copy import copy
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import NamedNode, Triple

from qkg.rules.rule import Pattern, Rule, Variable
from qkg.rules.steps import Step, Steps, is_hidden, replaced, terms_of
from qkg.support import supporters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from qkg.engines import Engine

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


class _Open:
    """A step some of whose premises still wait for their smallest derivations."""

    __slots__ = ("conclusion", "left", "place", "size", "step")

    def __init__(self, conclusion: Triple, step: Step, place: int) -> None:
        self.conclusion, self.step, self.place = conclusion, step, place
        self.left, self.size = len(step.premises), 1


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
        self._find_sources(facts)
        return self._sources

    def smallest(self, facts: Iterable[Triple]) -> dict[Triple, Proof]:
        """Return the first derivation that :meth:`proofs` gives of each triple that holds.

        Many triples take hardly more queries than one.
        """
        goals = frozenset(facts)
        best, _ = self._searched(goals)
        return {goal: self._smallest(goal, best) for goal in goals if goal in best}

    def proofs(self, fact: Triple) -> Iterator[Proof]:
        """Yield the derivations of a triple, smallest first; none where it does not hold.

        An asserted premise is not derived further, and no fact supports itself. The first is found
        without looking at more of the graph than may belong to it. Where many facts support each
        other, as the same thing under many names does, there are more derivations than can be
        gone through: the search for further ones ends after a while.
        """
        goals = frozenset((fact,))
        best, complete = self._searched(goals)
        if fact not in best:
            return
        first = self._smallest(fact, best)
        yield first
        if not complete:
            self._explore(goals, None)
            best = self._best(goals)
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

    # The facts below a fact, and the steps between them

    def _searched(
        self, goals: frozenset[Triple]
    ) -> tuple[dict[Triple, tuple[int, Step | None]], bool]:
        """Return what :meth:`_best` does as deep as it takes; and whether there is no more below.

        A goal without a derivation is not in it.
        """
        depth = 1
        while True:
            complete = self._explore(goals, depth)
            best = self._best(goals)
            # A derivation with facts beyond a depth has more triples than the depth.
            if complete or all(goal in best and best[goal][0] <= depth + 1 for goal in goals):
                return best, complete
            depth += 1 + depth // 2

    def _explore(self, goals: frozenset[Triple], depth: int | None) -> bool:
        """Find the steps to all facts down to a depth; return whether there are no more below."""
        level, seen = sorted(goals, key=str), set(goals)
        while level and (depth is None or depth > 0):
            self._find_sources(level)
            # What is asserted needs no derivation; a goal may be asked for one all the same.
            derived = [fact for fact in level if not self._sources[fact] or fact in goals]
            self._steps.find(derived)
            premises = (
                p for fact in derived for step in self._steps.known(fact) for p in step.premises
            )
            following = [each for each in dict.fromkeys(premises) if each not in seen]
            seen |= set(following)
            level = following
            depth = None if depth is None else depth - 1
        self._find_sources(level)
        return all(self._sources[fact] for fact in level)

    def _find_sources(self, facts: Iterable[Triple]) -> None:
        wanted = [fact for fact in facts if fact not in self._sources]
        if wanted:
            self._sources |= supporters(self._engine, wanted, self._believed)

    # The smallest derivation of each fact, and all of one

    def _best(self, goals: frozenset[Triple]) -> dict[Triple, tuple[int, Step | None]]:
        """Return the size and the last step of each fact's smallest derivation, if it has one."""
        best: dict[Triple, tuple[int, Step | None]] = {}
        waiting: defaultdict[Triple, list[_Open]] = defaultdict(list)
        reached, pending = set(goals), sorted(goals, key=str)
        # Of steps of one size to a fact, the first counts, whatever else is looked for.
        queue: list[tuple[int, int, int, Triple, Step | None]] = []
        order = count()
        while pending:
            fact = pending.pop()
            if self._sources.get(fact):
                heapq.heappush(queue, (1, -1, next(order), fact, None))
                if fact not in goals:
                    continue
            for place, step in enumerate(self._steps.known(fact)):
                open_ = _Open(fact, step, place)
                if not step.premises:
                    heapq.heappush(queue, (1, place, next(order), fact, step))
                for premise in step.premises:
                    waiting[premise].append(open_)
                    if premise not in reached:
                        reached.add(premise)
                        pending.append(premise)
        while queue:
            size, _, _, fact, last = heapq.heappop(queue)
            if fact in best:
                continue
            best[fact] = size, last
            for open_ in waiting[fact]:
                open_.left -= 1
                open_.size += size
                if open_.left == 0:
                    entry = (open_.size, open_.place, next(order), open_.conclusion, open_.step)
                    heapq.heappush(queue, entry)
        return best

    def _smallest(self, fact: Triple, best: Mapping[Triple, tuple[int, Step | None]]) -> Proof:
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
                tuple[tuple[Triple, Step | None], ...],
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

    def _built(self, decided: Iterator[tuple[Triple, Step | None]]) -> Proof:
        fact, step = next(decided)
        if step is None:
            return Proof(fact, None, (), self._sources[fact])
        premises = tuple(self._built(decided) for _ in step.premises)
        return Proof(fact, step.rule, premises, ())


def _open(pattern: Pattern) -> int:
    return sum(isinstance(term, Variable) for term in pattern)
