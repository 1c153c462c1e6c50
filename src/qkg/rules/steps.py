"""Rules read backwards: the ways in which facts follow, asked of any engine, many facts at once."""

from __future__ import annotations

from collections import defaultdict
from copy import copy
from typing import TYPE_CHECKING, TypeAlias

from pyoxigraph import BlankNode, Literal, Triple

from qkg._batches import batches
from qkg.namespaces import OWL, RDF
from qkg.rules.datatypes import is_datatype
from qkg.rules.rule import Pattern, PatternTerm, Rule, Variable, replaced
from qkg.rules.search import Step
from qkg.rules.text import group

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from qkg.answers import Term
    from qkg.engines import Engine

__all__ = ["Bindings", "Steps", "is_hidden", "terms_of"]

Bindings: TypeAlias = "dict[PatternTerm, PatternTerm]"

_BATCH = 250
"""How many facts one query asks about."""
_SAME, _TYPE = OWL["sameAs"], RDF["type"]


class Steps:
    """What finds the steps to facts in a dataset whose default graph is closed under rules.

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
        self._known: dict[Triple, tuple[Step[Triple], ...]] = {}
        self._equates: bool | None = None

    @property
    def size(self) -> int:
        """Of how many facts it has found the steps."""
        return len(self._known)

    def on(self, engine: Engine) -> Steps:
        """Return the same, with all that it knows, on another way to the same dataset."""
        other = copy(self)
        other._engine = engine
        return other

    def known(self, fact: Triple) -> tuple[Step[Triple], ...]:
        """Return the steps to a fact that was found before; none otherwise."""
        return self._known.get(fact, ())

    def find(self, facts: Iterable[Triple]) -> None:
        """Find the steps to facts, by one query for each rule and some hundred facts."""
        asked: defaultdict[Rule, list[tuple[Triple, Bindings]]] = defaultdict(list)
        rules: dict[Triple, list[Rule]] = {}
        for fact in facts:
            if fact not in self._known and fact not in rules:
                rules[fact] = []
                for rule, terms in self.heads(fact):
                    rules[fact].append(rule)
                    asked[rule].append((fact, terms))
        by_rule: dict[tuple[Triple, Rule], dict[Step[Triple], None]] = defaultdict(dict)
        for rule, cases in asked.items():
            for fact, solution in self._solutions(rule, cases):
                step = _step(fact, rule, solution)
                if step is not None:
                    by_rule[fact, rule][step] = None
        for fact, tried in rules.items():
            told = {step: None for rule in tried for step in by_rule.get((fact, rule), ())}
            self._known[fact] = tuple(told)

    def heads(self, fact: Triple) -> Iterator[tuple[Rule, Bindings]]:
        """Yield the rules whose head a fact matches, with what the variables stand for then."""
        rules = self._rules.get(_key(Pattern(*terms_of(fact))), [])
        for rule in rules + (self._equality if self._equating() else []):
            assert rule.head is not None
            terms: Bindings = {}
            for place, term in zip(rule.head, terms_of(fact), strict=True):
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

    def _solutions(
        self, rule: Rule, cases: Sequence[tuple[Triple, Bindings]]
    ) -> Iterator[tuple[Triple, Bindings]]:
        """Yield the ways in which the body of one rule holds for each of several facts."""
        together: list[tuple[Triple, Bindings]] = []
        alone: list[tuple[Triple, Bindings]] = []
        for case in cases:
            (together if len(cases) > 1 and _can_be_listed(rule, case[1]) else alone).append(case)
        for fact, terms in alone:
            for solution in self.solve(rule.body, terms):
                yield fact, solution
        for batch in batches(together, _BATCH):
            yield from self._listed(rule, batch)

    def _listed(
        self, rule: Rule, cases: Sequence[tuple[Triple, Bindings]]
    ) -> Iterator[tuple[Triple, Bindings]]:
        given = list(cases[0][1])
        visible = [pattern for pattern in rule.body if not is_hidden(pattern)]
        facts: defaultdict[tuple[PatternTerm | None, ...], list[tuple[Triple, Bindings]]]
        facts = defaultdict(list)
        for fact, terms in cases:
            facts[tuple(terms.values())].append((fact, terms))
        rows = " ".join(f"({' '.join(map(str, row))})" for row in facts)
        block = f"VALUES ({' '.join(map(str, given))}) {{ {rows} }}"
        variables = list(
            dict.fromkeys([*given, *(t for p in visible for t in p if isinstance(t, Variable))])
        )
        names = " ".join(map(str, variables))
        answer = self._engine.select(
            f"SELECT DISTINCT {names} WHERE {{ {block} {group(visible)} }}"
        )
        for row in sorted(answer.terms, key=str):
            found: dict[PatternTerm, Term | None] = dict(zip(variables, row, strict=True))
            for fact, terms in facts.get(row[: len(given)], ()):
                yield fact, terms | {k: v for k, v in found.items() if v is not None}

    def solve(
        self, body: Sequence[Pattern], terms: Mapping[PatternTerm, PatternTerm]
    ) -> Iterator[Bindings]:
        """Yield the extensions of bindings under which the visible patterns of a body hold.

        Membership of a class without a name is in no engine: it remains to be derived.
        """
        visible = [replaced(pattern, terms) for pattern in body if not is_hidden(pattern)]
        if any(isinstance(p.subject, Literal) and not _is_of_literal(p) for p in visible):
            return
        # A blank node cannot be asked for by name: a variable takes its place, and is compared.
        blank: Bindings = {
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


def _can_be_listed(rule: Rule, terms: Bindings) -> bool:
    """Return whether a block of values can hold what a rule is asked about, for one fact of many.

    A blank node has no name there, and a literal is the subject of nothing.
    """
    visible = [pattern for pattern in rule.body if not is_hidden(pattern)]
    subjects = {pattern.subject for pattern in visible if not _is_of_literal(pattern)}
    return (
        bool(terms)
        and bool(visible)
        and not any(isinstance(term, BlankNode) for pattern in visible for term in pattern)
        and not any(
            isinstance(term, BlankNode) or (isinstance(term, Literal) and variable in subjects)
            for variable, term in terms.items()
        )
    )


def _step(fact: Triple, rule: Rule, solution: Bindings) -> Step[Triple] | None:
    body = [replaced(pattern, solution) for pattern in rule.body if not _is_of_literal(pattern)]
    # A literal is in no class without a name.
    if any(isinstance(pattern.subject, Literal) for pattern in body):
        return None
    premises = tuple(map(_fact, body))
    return None if fact in premises else Step(rule, premises)


def _key(head: Pattern) -> tuple[object, object]:
    """Return what tells the heads of rules apart before they are looked at one by one."""
    return head.predicate, head.object if head.predicate == _TYPE else None


def _fact(pattern: Pattern) -> Triple:
    subject, predicate, object_ = pattern
    assert not any(isinstance(term, Variable) for term in pattern)
    return Triple(subject, predicate, object_)  # type: ignore[arg-type]


def terms_of(fact: Triple) -> tuple[Term, Term, Term]:
    """Return the terms of a triple."""
    return fact.subject, fact.predicate, fact.object


def is_hidden(pattern: Pattern) -> bool:
    """Return whether a pattern asks for a class without a name, whose members no engine holds."""
    return pattern.predicate == _TYPE and isinstance(pattern.object, BlankNode)


def _is_of_literal(pattern: Pattern) -> bool:
    """Return whether a pattern asks for the datatype of a literal, which no triple states."""
    return pattern.predicate == _TYPE and is_datatype(pattern.object)
