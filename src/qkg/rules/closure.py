"""The closure of triples under rules: semi-naive, over integers, each triple looked at once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from pyoxigraph import Literal, Triple

from qkg.rules.rule import Pattern, Rule, Variable

__all__ = ["close"]

_Fact: TypeAlias = tuple[int, int, int]
_Index: TypeAlias = defaultdict[int, defaultdict[int, set[int]]]
_Binding: TypeAlias = dict[int, int]


def close(triples: Iterable[Triple], rules: Iterable[Rule]) -> tuple[Triple, ...]:
    """Return the triples that follow and are not among those that were given.

    Args:
        triples: what is asserted; it is read once and not changed.
        rules: what follows from what. Every predicate in a body or head is an IRI.

    Returns:
        The inferred triples, in the order in which they were found: the same in every run over the
        same input. None has a literal as subject.
    """
    return _Closure(rules).run(triples)


class _Closure:
    """One run: terms have non-negative numbers; in patterns, variables have negative ones."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._numbers: dict[object, int] = {}
        self._terms: list[object] = []
        self._objects: _Index = defaultdict(lambda: defaultdict(set))  # predicate, subject
        self._subjects: _Index = defaultdict(lambda: defaultdict(set))  # predicate, object
        # By predicate: the pattern that a new fact may match, the rest of its body, the head.
        self._triggers: defaultdict[int, list[tuple[_Fact, list[_Fact], _Fact]]] = defaultdict(list)
        for rule in rules:
            body = [self._pattern(pattern) for pattern in rule.body]
            head = self._pattern(rule.head)
            for i, pattern in enumerate(body):
                self._triggers[pattern[1]].append((pattern, _joined(pattern, body, i), head))

    def run(self, triples: Iterable[Triple]) -> tuple[Triple, ...]:
        agenda: list[_Fact] = []
        known: set[_Fact] = set()
        for triple in triples:
            fact = (
                self._number(triple.subject),
                self._number(triple.predicate),
                self._number(triple.object),
            )
            if fact not in known:
                known.add(fact)
                agenda.append(fact)
        asserted = len(agenda)
        # The agenda grows while it is walked; a fact joins itself and those before it.
        for fact in agenda:
            subject, predicate, object_ = fact
            self._objects[predicate][subject].add(object_)
            self._subjects[predicate][object_].add(subject)
            for pattern, rest, head in self._triggers.get(predicate, ()):
                binding = _match(pattern, fact)
                if binding is None:
                    continue
                for solution in self._solve(rest, binding):
                    found = tuple(solution[term] if term < 0 else term for term in head)
                    if found not in known and not isinstance(self._terms[found[0]], Literal):
                        known.add(found)  # type: ignore[arg-type]
                        agenda.append(found)  # type: ignore[arg-type]
        terms = self._terms
        return tuple(
            Triple(terms[s], terms[p], terms[o])  # type: ignore[arg-type]
            for s, p, o in agenda[asserted:]
        )

    def _solve(self, patterns: list[_Fact], binding: _Binding) -> Iterator[_Binding]:
        """Yield the extensions of a binding under which all patterns hold among the indexed."""
        if not patterns:
            yield binding
            return
        pattern, rest = patterns[0], patterns[1:]
        subject, predicate, object_ = pattern
        subject, object_ = binding.get(subject, subject), binding.get(object_, object_)
        if subject >= 0:
            found = self._objects[predicate].get(subject, ())
            candidates = ((subject, predicate, o) for o in found if object_ < 0 or o == object_)
        elif object_ >= 0:
            found = self._subjects[predicate].get(object_, ())
            candidates = ((s, predicate, object_) for s in found)
        else:
            candidates = (
                (s, predicate, o) for s, os in self._objects[predicate].items() for o in os
            )
        for candidate in sorted(candidates):
            extended = _match((subject, predicate, object_), candidate)
            if extended is not None:
                yield from self._solve(rest, {**binding, **extended})

    def _number(self, term: object) -> int:
        number = self._numbers.setdefault(term, len(self._terms))
        if number == len(self._terms):
            self._terms.append(term)
        return number

    def _pattern(self, pattern: Pattern) -> _Fact:
        def number(term: object) -> int:
            # Variables are numbered by their names, so that a rule's patterns share them.
            if isinstance(term, Variable):
                return -1 - self._number(term)
            return self._number(term)

        return number(pattern.subject), number(pattern.predicate), number(pattern.object)


def _match(pattern: _Fact, fact: _Fact) -> _Binding | None:
    """Return what a pattern's variables stand for in a fact, or None where it does not match."""
    binding: _Binding = {}
    for term, value in zip(pattern, fact, strict=True):
        if term < 0:
            if binding.setdefault(term, value) != value:
                return None
        elif term != value:
            return None
    return binding


def _joined(first: _Fact, body: list[_Fact], position: int) -> list[_Fact]:
    """Order the other patterns so that each shares a variable with those before, if it can."""
    bound = {term for term in first if term < 0}
    rest = body[:position] + body[position + 1 :]
    ordered = []
    while rest:
        following = next((p for p in rest if bound.intersection(p)), rest[0])
        rest.remove(following)
        ordered.append(following)
        bound.update(term for term in following if term < 0)
    return ordered
