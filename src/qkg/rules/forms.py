"""Rules of one form as one query: their terms become parameters, one row of VALUES per rule.

A class without a name cannot be named in SPARQL, and what is said of ``owl:Thing`` only pollutes:
their members are kept in a working graph, as ``class member instance``, which a literal can be too.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from pyoxigraph import BlankNode, NamedNode

from qkg.answers import Term
from qkg.namespaces import BASE, OWL, RDF
from qkg.rules.datatypes import is_datatype, membership
from qkg.rules.rule import Guard, Pattern, PatternTerm, Rule, Variable

__all__ = [
    "IS",
    "MEMBER",
    "SAME",
    "THING",
    "TYPE",
    "WORKING",
    "Form",
    "Stand",
    "forms",
    "group",
    "is_hidden",
    "is_open",
    "stands",
    "triple",
    "values",
]

SAME, THING, TYPE = OWL["sameAs"], OWL["Thing"], RDF["type"]
WORKING = NamedNode(BASE + "graph/working")
"""The graph that holds the members of hidden classes while a closure runs inside an engine."""
MEMBER, IS = NamedNode(f"{WORKING.value}#member"), NamedNode(f"{WORKING.value}#is")
_CONSTANT = frozenset((TYPE, SAME, MEMBER))
_ROWS = 400


class Stand(NamedTuple):
    """The IRIs that stand for hidden classes."""

    classes: Mapping[Term, NamedNode]

    def pattern(self, pattern: Pattern) -> Pattern:
        """Return a pattern with a membership in a hidden class as one of the working graph."""
        hidden = self.classes.get(pattern.object) if pattern.predicate == TYPE else None  # type: ignore[arg-type]
        return pattern if hidden is None else Pattern(hidden, MEMBER, pattern.subject)


class Form(NamedTuple):
    """What rules have in common.

    Attributes:
        body: the premises, with a variable ``?c0`` … for each term that tells the rules apart.
        head: what follows; None for false.
        guard: the guard of all of them.
        resource: a variable of the head that must not stand for a literal.
    """

    body: tuple[Pattern, ...]
    head: Pattern | None
    guard: Guard | None
    resource: PatternTerm | None

    def parameters(self) -> tuple[Variable, ...]:
        """Return the variables that stand for terms of the rules."""
        count = 0
        for pattern in self.body if self.head is None else (*self.body, self.head):
            for term in pattern:
                if isinstance(term, Variable) and term.name.startswith("c"):
                    count = max(count, int(term.name[1:]) + 1)
        return tuple(Variable(f"c{i}") for i in range(count))


def is_hidden(class_: object) -> bool:
    """Return whether membership in a class serves other rules only."""
    return isinstance(class_, BlankNode) or class_ == THING


def is_open(pattern: Pattern) -> bool:
    """Return whether a pattern asks for members of any class, or facts of any property."""
    return isinstance(pattern.predicate, Variable) or (
        pattern.predicate == TYPE and isinstance(pattern.object, Variable)
    )


def stands(rules: Iterable[Rule]) -> Stand:
    """Return an IRI for each hidden class that rules speak of."""
    found: dict[Term, NamedNode] = {}
    for rule in rules:
        for pattern in _patterns(rule):
            object_ = pattern.object
            if isinstance(object_, Variable) or object_ in found:
                continue
            if pattern.predicate == TYPE and is_hidden(object_):
                found[object_] = NamedNode(f"{WORKING.value}#class-{len(found)}")
    return Stand(found)


def forms(rules: Iterable[Rule], stand: Stand) -> dict[Form, list[tuple[Rule, tuple[Term, ...]]]]:
    """Return the forms of rules, each with its rules and the terms of their parameters.

    A rule that names an individual without a name is left out: SPARQL cannot speak of it.
    """
    found: dict[Form, list[tuple[Rule, tuple[Term, ...]]]] = {}
    for rule in rules:
        terms: dict[Term, Variable] = {}
        body = tuple(_general(stand.pattern(pattern), terms) for pattern in rule.body)
        head, resource = rule.head, None
        if head is not None:
            if head.subject not in {pattern.subject for pattern in rule.body}:
                resource = head.subject if isinstance(head.subject, Variable) else None
            head = stand.pattern(head)
            if head.predicate != MEMBER and isinstance(head.subject, Variable):
                resource = head.subject
            if resource in _subjects(body):
                resource = None
            head = _general(head, terms)
        if not any(isinstance(term, BlankNode) for term in terms):
            form = Form(body, head, rule.guard, resource)
            found.setdefault(form, []).append((rule, tuple(terms)))
    return found


def values(
    form: Form, rows: Sequence[tuple[Rule, tuple[Term, ...]]], number: str = ""
) -> Iterator[tuple[str, tuple[Rule, ...]]]:
    """Yield VALUES blocks with the terms of rules, so short that a server still takes them.

    Args:
        form: the form of the rules.
        rows: the rules of that form, each with its terms.
        number: a variable that says which of a block's rules a row is of; none where it is empty.
    """
    names = " ".join((number, *map(str, form.parameters()))).strip()
    pending = iter(rows)
    while chunk := tuple(islice(pending, _ROWS)):
        lines = " ".join(
            f"({i if number else ''} {' '.join(map(str, terms))})"
            for i, (_, terms) in enumerate(chunk)
        )
        yield (f"VALUES ({names}) {{ {lines} }}" if names else ""), tuple(r for r, _ in chunk)


def group(patterns: Iterable[Pattern]) -> str:
    """Return patterns as the content of a group graph pattern, the type of a literal as a filter.

    What is of a datatype and stands in no other pattern is looked for among all objects.
    """
    triples: list[str] = []
    working: list[str] = []
    filters: list[str] = []
    loose: list[str] = []
    patterns = tuple(patterns)
    bound = {term for pattern in patterns if not _is_literal(pattern) for term in pattern}
    for pattern in patterns:
        if _is_literal(pattern):
            assert isinstance(pattern.object, NamedNode)
            literal, datatype = str(pattern.subject), pattern.object
            if pattern.subject not in bound:
                bound.add(pattern.subject)
                loose.append(
                    f"{{ SELECT DISTINCT {literal} WHERE {{ {{ ?ls ?lp {literal} }} UNION "
                    f"{{ {literal} {TYPE} {datatype} }} }} }}"
                )
            test = membership(literal, datatype)
            filters.append(f"FILTER(({test}) || EXISTS {{ {literal} {TYPE} {datatype} }})")
        else:
            (working if pattern.predicate == MEMBER else triples).append(triple(pattern))
    if working:
        triples.insert(0, f"GRAPH {WORKING} {{ {' . '.join(working)} }}")
    text = " ".join(loose)
    for each in triples:
        text += f" {each}" if each.startswith("GRAPH") else f" {each} ."
    return " ".join((text.strip(), *filters))


def triple(pattern: Pattern) -> str:
    """Return one pattern as a triple pattern."""
    return " ".join(map(str, pattern))


def _is_literal(pattern: Pattern) -> bool:
    return pattern.predicate == TYPE and is_datatype(pattern.object)


def _subjects(body: Iterable[Pattern]) -> set[PatternTerm]:
    return {p.subject for p in body if p.predicate != MEMBER and not _is_literal(p)}


def _patterns(rule: Rule) -> tuple[Pattern, ...]:
    return rule.body if rule.head is None else (*rule.body, rule.head)


def _general(pattern: Pattern, terms: dict[Term, Variable]) -> Pattern:
    """Return a pattern with a parameter for each term, as far as SPARQL has it as a variable."""

    def parameter(term: PatternTerm) -> PatternTerm:
        if isinstance(term, Variable):
            return term
        return terms.setdefault(term, Variable(f"c{len(terms)}"))

    subject, predicate, object_ = pattern
    if _is_literal(pattern):
        return Pattern(parameter(subject), predicate, object_)
    return Pattern(
        parameter(subject),
        predicate if predicate in _CONSTANT else parameter(predicate),
        parameter(object_),
    )
