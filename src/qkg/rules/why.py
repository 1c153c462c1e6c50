"""Why a triple holds: derivations down to what is asserted, smallest first, asked of any engine.

A rule is read backwards: its head is the triple, and its body, a query, finds the premises. Facts,
and the ways in which each follows, make a graph with alternatives; the smallest derivation of every
fact in it is found from the leaves up (Knuth's generalisation of Dijkstra's algorithm), and further
derivations of one fact by their size.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from qkg.namespaces import OWL, RDF
from qkg.rules.datatypes import is_datatype
from qkg.rules.rule import Pattern, PatternTerm, Rule, Variable
from qkg.rules.text import group
from qkg.support import supporters

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from qkg.answers import Term
    from qkg.engines import Engine

__all__ = ["Lack", "Proof", "Reasoner"]

_EFFORT = 20_000
"""How many unfinished derivations are looked at for further ones."""
_SAME, _TYPE = OWL["sameAs"], RDF["type"]


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


class _Step(NamedTuple):
    """One way in which a fact follows."""

    rule: Rule
    premises: tuple[Triple, ...]


class _Open:
    """A step some of whose premises still wait for their smallest derivations."""

    __slots__ = ("conclusion", "left", "size", "step")

    def __init__(self, conclusion: Triple, step: _Step, left: int) -> None:
        self.conclusion, self.step, self.left, self.size = conclusion, step, left, 1


class Reasoner:
    """What finds derivations in a dataset whose default graph is closed under rules.

    Args:
        engine: what holds the dataset.
        rules: the rules; those without a head say nothing here.
    """

    def __init__(self, engine: Engine, rules: Iterable[Rule]) -> None:
        self._engine = engine
        self._rules: defaultdict[object, list[Rule]] = defaultdict(list)
        self._equality: list[Rule] = []
        for rule in rules:
            if rule.head is None:
                continue
            if isinstance(rule.head.predicate, Variable):
                self._equality.append(rule)
            else:
                self._rules[_key(rule.head)].append(rule)
        self._steps: dict[Triple, tuple[_Step, ...]] = {}
        self._sources: dict[Triple, tuple[NamedNode, ...]] = {}
        self._equates: bool | None = None

    def proofs(self, fact: Triple) -> Iterator[Proof]:
        """Yield the derivations of a triple, smallest first; none where it does not hold.

        An asserted premise is not derived further, and no fact supports itself. The first is found
        without looking at more of the graph than may belong to it. Where many facts support each
        other, as the same thing under many names does, there are more derivations than can be
        gone through: the search for further ones ends after a while.
        """
        depth = 1
        while True:
            # A derivation with facts beyond a depth has more triples than the depth.
            complete = self._explore(fact, depth)
            best = self._best(fact)
            if complete or (fact in best and best[fact][0] <= depth + 1):
                break
            depth += 1 + depth // 2
        if fact not in best:
            return
        first = self._smallest(fact, best)
        yield first
        if not complete:
            self._explore(fact, None)
            best = self._best(fact)
        for proof in self._by_size(fact, {each: size for each, (size, _) in best.items()}):
            if proof != first:
                yield proof

    def lacks(self, fact: Triple) -> tuple[Lack, ...]:
        """Return the rules that would infer a triple but for one premise, the nearest first.

        Those come first of which most other premises hold. A rule of equality comes in only where
        the graph says of something that it is the same as something else.
        """
        found: dict[tuple[Rule, Pattern], Lack] = {}
        itself = Pattern(*_terms(fact))
        for rule, terms in self._heads(fact):
            for i, missing in enumerate(rule.body):
                rest = rule.body[:i] + rule.body[i + 1 :]
                if any(map(_is_hidden, rule.body)):
                    continue
                for solution in self._solve(rest, terms) if rest else [terms]:
                    held = tuple(_replaced(pattern, solution) for pattern in rest)
                    lack = Lack(rule, held, _replaced(missing, solution))
                    if lack.missing != itself:
                        found.setdefault((rule, lack.missing), lack)
        return tuple(
            sorted(
                found.values(),
                key=lambda lack: (-len(lack.held), _open(lack.missing), str(lack.missing)),
            )
        )

    # The facts below a fact, and the steps between them

    def _explore(self, goal: Triple, depth: int | None) -> bool:
        """Find the steps to all facts down to a depth; return whether there are no more below."""
        level, seen = [goal], {goal}
        while level and (depth is None or depth > 0):
            self._find_sources(level)
            following = []
            for fact in level:
                # What is asserted needs no derivation; the goal may be asked for one all the same.
                if self._sources[fact] and fact != goal:
                    continue
                for step in self._derivations(fact):
                    for premise in step.premises:
                        if premise not in seen:
                            seen.add(premise)
                            following.append(premise)
            level = following
            depth = None if depth is None else depth - 1
        self._find_sources(level)
        return all(self._sources[fact] for fact in level)

    def _derivations(self, fact: Triple) -> tuple[_Step, ...]:
        if fact not in self._steps:
            found: dict[_Step, None] = {}
            for rule, terms in self._heads(fact):
                for solution in self._solve(rule.body, terms):
                    body = [
                        _replaced(pattern, solution)
                        for pattern in rule.body
                        if not _is_of_literal(pattern)
                    ]
                    # A literal is in no class without a name.
                    if any(isinstance(pattern.subject, Literal) for pattern in body):
                        continue
                    premises = tuple(map(_fact, body))
                    if fact not in premises:
                        found[_Step(rule, premises)] = None
            self._steps[fact] = tuple(found)
        return self._steps[fact]

    def _heads(self, fact: Triple) -> Iterator[tuple[Rule, dict[PatternTerm, PatternTerm]]]:
        """Yield the rules whose head a fact matches, with what the variables stand for then."""
        rules = self._rules.get(_key(Pattern(*_terms(fact))), [])
        for rule in rules + (self._equality if self._equating() else []):
            assert rule.head is not None
            terms: dict[PatternTerm, PatternTerm] = {}
            for place, term in zip(rule.head, _terms(fact), strict=True):
                if isinstance(place, Variable):
                    if terms.setdefault(place, term) != term:
                        break
                elif place != term:
                    break
            else:
                yield rule, terms

    def _equating(self) -> bool:
        if self._equates is None:
            self._equates = self._engine.ask(f"ASK {{ ?x {_SAME} ?y FILTER(?x != ?y) }}")
        return self._equates

    def _solve(
        self, body: Sequence[Pattern], terms: Mapping[PatternTerm, PatternTerm]
    ) -> Iterator[dict[PatternTerm, PatternTerm]]:
        """Yield the extensions of bindings under which the visible patterns of a body hold.

        Membership of a class without a name is in no engine: it remains to be derived.
        """
        visible = [_replaced(pattern, terms) for pattern in body if not _is_hidden(pattern)]
        if any(isinstance(p.subject, Literal) and not _is_of_literal(p) for p in visible):
            return
        # A blank node cannot be asked for by name: a variable takes its place, and is compared.
        blank: dict[PatternTerm, PatternTerm] = {
            term: Variable(f"blank{i}")
            for i, term in enumerate(
                dict.fromkeys(t for p in visible for t in p if isinstance(t, BlankNode))
            )
        }
        visible = [Pattern(*(blank.get(term, term) for term in pattern)) for pattern in visible]
        variables = list(dict.fromkeys(t for p in visible for t in p if isinstance(t, Variable)))
        where = group(visible)
        if not variables:
            if not visible or self._engine.ask(f"ASK {{ {where} }}"):
                yield dict(terms)
            return
        names = " ".join(map(str, variables))
        answer = self._engine.select(f"SELECT DISTINCT {names} WHERE {{ {where} }}")
        for row in sorted(answer.terms, key=str):
            found: dict[PatternTerm, Term | None] = dict(zip(variables, row, strict=True))
            if all(found.get(variable) == term for term, variable in blank.items()):
                solution = dict(terms)
                solution.update((k, v) for k, v in found.items() if v is not None)
                yield solution

    def _find_sources(self, facts: Iterable[Triple]) -> None:
        wanted = [fact for fact in facts if fact not in self._sources]
        if wanted:
            self._sources |= supporters(self._engine, wanted)

    # The smallest derivation of each fact, and all of one

    def _best(self, goal: Triple) -> dict[Triple, tuple[int, _Step | None]]:
        """Return the size and the last step of each fact's smallest derivation, if it has one."""
        best: dict[Triple, tuple[int, _Step | None]] = {}
        waiting: defaultdict[Triple, list[_Open]] = defaultdict(list)
        reached, pending = {goal}, [goal]
        queue: list[tuple[int, int, Triple, _Step | None]] = []
        order = count()
        while pending:
            fact = pending.pop()
            if self._sources.get(fact):
                heapq.heappush(queue, (1, next(order), fact, None))
                if fact != goal:
                    continue
            for step in self._steps.get(fact, ()):
                open_ = _Open(fact, step, len(step.premises))
                if not step.premises:
                    heapq.heappush(queue, (1, next(order), fact, step))
                for premise in step.premises:
                    waiting[premise].append(open_)
                    if premise not in reached:
                        reached.add(premise)
                        pending.append(premise)
        while queue:
            size, _, fact, last = heapq.heappop(queue)
            if fact in best:
                continue
            best[fact] = size, last
            for open_ in waiting[fact]:
                open_.left -= 1
                open_.size += size
                if open_.left == 0:
                    entry = (open_.size, next(order), open_.conclusion, open_.step)
                    heapq.heappush(queue, entry)
        return best

    def _smallest(self, fact: Triple, best: Mapping[Triple, tuple[int, _Step | None]]) -> Proof:
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
                tuple[tuple[Triple, _Step | None], ...],
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
            for step in self._steps.get(fact, ()):
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

    def _built(self, decided: Iterator[tuple[Triple, _Step | None]]) -> Proof:
        fact, step = next(decided)
        if step is None:
            return Proof(fact, None, (), self._sources[fact])
        premises = tuple(self._built(decided) for _ in step.premises)
        return Proof(fact, step.rule, premises, ())


def _key(head: Pattern) -> tuple[object, object]:
    """Return what tells the heads of rules apart before they are looked at one by one."""
    return head.predicate, head.object if head.predicate == _TYPE else None


def _replaced(pattern: Pattern, terms: Mapping[PatternTerm, PatternTerm]) -> Pattern:
    return Pattern(*(terms.get(term, term) for term in pattern))


def _fact(pattern: Pattern) -> Triple:
    subject, predicate, object_ = pattern
    assert not any(isinstance(term, Variable) for term in pattern)
    return Triple(subject, predicate, object_)  # type: ignore[arg-type]


def _terms(fact: Triple) -> tuple[Term, Term, Term]:
    return fact.subject, fact.predicate, fact.object


def _is_hidden(pattern: Pattern) -> bool:
    return pattern.predicate == _TYPE and isinstance(pattern.object, BlankNode)


def _is_of_literal(pattern: Pattern) -> bool:
    """Return whether a pattern asks for the datatype of a literal, which no triple states."""
    return pattern.predicate == _TYPE and is_datatype(pattern.object)


def _open(pattern: Pattern) -> int:
    return sum(isinstance(term, Variable) for term in pattern)
