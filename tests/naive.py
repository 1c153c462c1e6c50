"""Rules, applied in the plainest way: nested loops until nothing new is found.

What the engine has to agree with, in fifty lines that can be checked by eye.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from qkg.answers import Term
from qkg.namespaces import OWL, RDF
from qkg.rules import Guard, Outside, Pattern, Rule, Variable
from qkg.rules.datatypes import belongs, differ, is_datatype

Fact: TypeAlias = tuple[Any, Any, Any]
Binding: TypeAlias = Mapping[Variable, Term]


class Closed(NamedTuple):
    """All that follows, class expressions included, and which rules are contradicted."""

    inferred: frozenset[Triple]
    contradictions: frozenset[Rule]


def closed(statements: Iterable[Triple | Quad], rules: Iterable[Rule]) -> Closed:
    """Return the triples that follow and were not given, and the rules without a head that hold."""
    given: set[Fact] = {(s.subject, s.predicate, s.object) for s in statements}
    rules = tuple(rules)
    known = set(given)
    while True:
        facts = by_predicate(known)
        found = {
            fact
            for rule in rules
            if rule.head is not None
            for binding in solutions(rule.body, facts, {})
            if _says_something(fact := put(rule.head, binding))
        }
        if found <= known:
            break
        known |= found
    contradictions = frozenset(
        rule
        for rule in rules
        if rule.head is None
        and any(_meets(rule.guard, binding) for binding in solutions(rule.body, facts, {}))
    )
    return Closed(frozenset(Triple(*fact) for fact in known - given), contradictions)


def told(triples: Iterable[Triple]) -> set[Triple]:
    """Return the triples that the engine tells: without membership of what only rules speak of."""
    return {
        triple
        for triple in triples
        if triple.predicate != RDF["type"]
        or not (isinstance(triple.object, BlankNode) or triple.object == OWL["Thing"])
    }


def solutions(
    patterns: tuple[Pattern, ...], facts: Mapping[Term | None, Iterable[Fact]], binding: Binding
) -> Iterator[Binding]:
    """Yield each extension of a binding under which all patterns hold."""
    if not patterns:
        yield binding
        return
    first, *rest = (put(pattern, binding) for pattern in patterns)
    remaining = tuple(Pattern(*fact) for fact in rest)
    subject, predicate, object_ = first
    if isinstance(subject, Literal):
        known = isinstance(object_, NamedNode) and is_datatype(object_)
        if predicate == RDF["type"] and known and belongs(subject, object_):
            yield from solutions(remaining, facts, binding)
        return
    for fact in facts.get(None if isinstance(predicate, Variable) else predicate, ()):
        extended = dict(binding)
        if all(
            extended.setdefault(term, value) == value
            if isinstance(term, Variable)
            else term == value
            for term, value in zip(first, fact, strict=True)
        ):
            yield from solutions(remaining, facts, extended)


def by_predicate(facts: Iterable[Fact]) -> dict[Term | None, list[Fact]]:
    found: dict[Term | None, list[Fact]] = {None: []}
    for fact in facts:
        found[None].append(fact)
        found.setdefault(fact[1], []).append(fact)
    return found


def put(pattern: Pattern, binding: Binding) -> Fact:
    return tuple(
        binding.get(term, term) if isinstance(term, Variable) else term for term in pattern
    )  # type: ignore[return-value]


def _says_something(fact: Fact) -> bool:
    subject, predicate, object_ = fact
    return (
        not isinstance(subject, Literal)
        and isinstance(predicate, NamedNode)
        and not (predicate == OWL["sameAs"] and subject == object_)
    )


def _meets(guard: Guard | None, binding: Binding) -> bool:
    if guard is None:
        return True
    if isinstance(guard, Outside):
        literal = binding[guard.literal]
        return isinstance(literal, Literal) and belongs(literal, guard.datatype) is False
    first, second = binding[guard.first], binding[guard.second]
    return isinstance(first, Literal) and isinstance(second, Literal) and differ(first, second)
