"""The closure of triples under rules: semi-naive, over integers, each triple looked at once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from pyoxigraph import Literal, Quad, Triple

from qkg.rules.rule import Pattern, Rule, Variable

__all__ = ["close"]

_Fact: TypeAlias = tuple[int, int, int]
_Index: TypeAlias = defaultdict[int, defaultdict[int, set[int]]]
_Binding: TypeAlias = dict[int, int]

_ANY = -1
"""Any object; no variable has this number."""


def close(statements: Iterable[Triple | Quad], rules: Iterable[Rule]) -> tuple[Triple, ...]:
    """Return the triples that follow and are not among those that were given.

    Args:
        statements: what is asserted; it is read once and not changed. In whichever graphs quads
            stand, they count as one.
        rules: what follows from what. Every predicate in a body or head is an IRI.

    Returns:
        The inferred triples, in the order in which they were found: the same in every run over the
        same input. None has a literal as subject.
    """
    return _Closure(rules).run(statements)


class _Closure:
    """One run: terms have non-negative numbers; in patterns, variables have negative ones."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._numbers: dict[object, int] = {}
        self._terms: list[object] = []
        self._objects: _Index = defaultdict(lambda: defaultdict(set))  # predicate, subject
        self._subjects: _Index = defaultdict(lambda: defaultdict(set))  # predicate, object
        # By predicate, and by object where that is no variable: the pattern that a new fact may
        # match, the rest of its body, the head.
        self._triggers: defaultdict[tuple[int, int], list[tuple[_Fact, list[_Fact], _Fact]]] = (
            defaultdict(list)
        )
        self._mentioned: set[tuple[int, int]] = set()
        for rule in rules:
            body = [self._pattern(pattern) for pattern in rule.body]
            head = self._pattern(rule.head)
            for i, pattern in enumerate(body):
                trigger = (pattern, _joined(pattern, body, i), head)
                self._triggers[pattern[1], max(pattern[2], _ANY)].append(trigger)
            self._mentioned.update((p, max(o, _ANY)) for _, p, o in (*body, head))

    def run(self, statements: Iterable[Triple | Quad]) -> tuple[Triple, ...]:
        agenda = list(dict.fromkeys(self._relevant(statements)))
        known = set(agenda)
        asserted = len(agenda)
        # The agenda grows while it is walked; a fact joins itself and those before it.
        for fact in agenda:
            subject, predicate, object_ = fact
            self._objects[predicate][subject].add(object_)
            self._subjects[predicate][object_].add(subject)
            for key in ((predicate, _ANY), (predicate, object_)):
                for pattern, rest, head in self._triggers.get(key, ()):
                    binding = _match(pattern, fact)
                    if binding is None:
                        continue
                    for solution in self._solve(rest, binding):
                        s, p, o = (solution[term] if term < 0 else term for term in head)
                        found = (s, p, o)
                        if found not in known and not isinstance(self._terms[s], Literal):
                            known.add(found)
                            agenda.append(found)
        terms = self._terms
        return tuple(
            Triple(terms[s], terms[p], terms[o])  # type: ignore[arg-type]
            for s, p, o in agenda[asserted:]
        )

    def _relevant(self, statements: Iterable[Triple | Quad]) -> Iterator[_Fact]:
        """Yield, as numbers, the statements that some pattern of a body or a head could match."""
        numbers, mentioned = self._numbers, self._mentioned
        for statement in statements:
            predicate = numbers.get(statement.predicate)
            if predicate is None:
                continue
            object_ = numbers.get(statement.object, _ANY)
            if (predicate, _ANY) in mentioned or (predicate, object_) in mentioned:
                yield self._number(statement.subject), predicate, self._number(statement.object)

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
                return -2 - self._number(term)
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
