"""Contradictions in words."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable

from pyoxigraph import Literal, NamedNode

from qkg._batches import batches
from qkg.answers import Term
from qkg.engines import Engine
from qkg.namespaces import curie
from qkg.rules.axioms import X, Y, Z
from qkg.rules.forms import TYPE
from qkg.rules.rule import Outside, PatternTerm, Rule

__all__ = ["Words"]

_CHUNK = 500


class Words:
    """What things are called, and what they are said to be.

    Args:
        engine: what holds the graph.
        rules: the rules, which say which class is below which.
        terms: what is to be put in words, one group per contradiction.
    """

    def __init__(
        self, engine: Engine, rules: Iterable[Rule], terms: Iterable[Iterable[Term]]
    ) -> None:
        from qkg.names import labels

        self._above: defaultdict[object, set[object]] = defaultdict(set)
        self._labels: dict[NamedNode, str] = {}
        self._types: defaultdict[Term, set[NamedNode]] = defaultdict(set)
        groups = [list(group) for group in terms]
        wanted = {term for group in groups for term in group if isinstance(term, NamedNode)}
        rules = tuple(rules)
        false = [rule for rule in rules if rule.head is None]
        things = sorted(wanted, key=str)
        for batch in batches(things, _CHUNK):
            values = " ".join(map(str, batch))
            query = f"SELECT ?x ?type WHERE {{ VALUES ?x {{ {values} }} ?x {TYPE} ?type }}"
            for thing, type_ in engine.select(query).terms:
                if isinstance(type_, NamedNode) and thing is not None:
                    self._types[thing].add(type_)
        for rule in rules:
            if rule.head is not None and rule.head.predicate == TYPE and len(rule.body) == 1:
                (below,) = rule.body
                if below.predicate == TYPE and below.subject == rule.head.subject:
                    self._above[below.object].add(rule.head.object)
        if groups:
            named = wanted.union(*self._types.values())
            for rule in false:
                named |= {t for p in rule.body for t in p if isinstance(t, NamedNode)}
            self._labels = labels(engine, named)
        counts = Counter(self._labels.values())
        self._shared = {label for label, count in counts.items() if count > 1}

    def sentence(self, rule: Rule, term: Callable[[PatternTerm], Term]) -> str:
        """Return what a contradiction is, as one sentence.

        Args:
            rule: the rule without a head.
            term: what a term of the rule stands for.
        """
        name = self._name

        def bound(place: PatternTerm) -> str:
            return name(term(place))

        if not rule.body:
            return "Something is listed twice among things that all differ from each other."
        first = rule.body[0]
        kind = rule.name
        if isinstance(rule.guard, Outside):
            link = next(pattern for pattern in rule.body if pattern.predicate != TYPE)
            value, datatype = term(rule.guard.literal), rule.guard.datatype
            assert isinstance(value, Literal)
            text = f"{bound(link.subject)} has {_quoted(value)} as {name(term(link.predicate))}"
            if datatype is None:
                return f"{text}; that is no {curie(value.datatype.value)}."
            return f"{text}; a value of {curie(datatype.value)} is wanted there."
        if kind == "dt-diff":
            link = next(pattern for pattern in rule.body if pattern.predicate != TYPE)
            return (
                f"{bound(X)} has both {bound(Y)} and {bound(Z)} as {name(link.predicate)}; "
                "only one is possible."
            )
        if kind == "eq-diff1" and len(rule.body) == 1:
            return f"{bound(first.subject)} is said to be different from itself."
        if kind.startswith("eq-diff"):
            says = "said to be different" if kind == "eq-diff1" else "among things that all differ"
            return f"{bound(first.subject)} and {bound(first.object)} are the same, and {says}."
        if kind == "prp-irp":
            return f"{bound(X)} has itself as {name(first.predicate)}; nothing can have that."
        if kind == "prp-asyp":
            return (
                f"{bound(first.subject)} has {bound(first.object)} as {name(first.predicate)}, and "
                "the other way round; only one of them is possible."
            )
        if kind in ("prp-pdw", "prp-adp"):
            first_name, second_name = (name(pattern.predicate) for pattern in rule.body)
            return (
                f"{bound(first.subject)} has {bound(first.object)} both as {first_name} and "
                f"as {second_name}; {first_name} and {second_name} are disjoint."
            )
        if kind in ("prp-npa1", "prp-npa2"):
            return (
                f"{bound(first.subject)} has {bound(first.object)} as {name(first.predicate)}; "
                "that is said not to be so."
            )
        if kind == "cls-nothing2":
            return f"{bound(X)} is {_a(self._said(term(X), first.object))}; nothing can be that."
        said = [
            self._said(term(X), p.object)
            for p in rule.body
            if p.predicate == TYPE and p.subject == X
        ]
        if kind in ("cax-dw", "cax-adc", "cls-com"):
            one, other = (p.object for p in rule.body)
            both = " and ".join(map(_a, dict.fromkeys(said)))
            text = f"{bound(X)} is {'both ' if len(set(said)) > 1 else ''}{both}"
            if not isinstance(one, NamedNode) or not isinstance(other, NamedNode):
                known = next((c for c in (other, one) if isinstance(c, NamedNode)), None)
                if known is None:
                    return f"{text}; what that means is disjoint."
                return f"{text}; one of them means not to be {_a(name(known))}."
            if kind == "cls-com":
                return f"{text}; {name(one)} is the complement of {name(other)}."
            return f"{text}; {name(one)} and {name(other)} are disjoint."
        link = next(pattern for pattern in rule.body if pattern.predicate != TYPE)
        what = name(link.predicate)
        kinds = [p.object for p in rule.body if p.predicate == TYPE and p.subject == Y]
        some = f" that is {_a(self._said(term(Y), kinds[0]))}" if kinds else ""
        return (
            f"{bound(X)} is {_a(said[0])} and has {bound(Y)} as {what}; "
            f"such a thing has no {what}{some}."
        )

    def _said(self, thing: Term, class_: object) -> str:
        """Return the most specific class that a thing is said to be, among those below a class."""
        fitting = {each for each in self._types[thing] if class_ in self._reached(each)}
        narrowest = [
            each
            for each in fitting
            if not any(
                each in self._reached(other) and other not in self._reached(each)
                for other in fitting
            )
        ]
        if narrowest:
            # The class of the axiom itself, where it has no other name but an equivalent one.
            return self._name(class_ if class_ in narrowest else min(narrowest, key=str))  # type: ignore[arg-type]
        return self._name(class_) if isinstance(class_, NamedNode) else "thing of that kind"

    def _reached(self, class_: object) -> set[object]:
        found, pending = {class_}, [class_]
        while pending:
            for each in self._above.get(pending.pop(), ()):
                if each not in found:
                    found.add(each)
                    pending.append(each)
        return found

    def _name(self, term: PatternTerm) -> str:
        if isinstance(term, NamedNode):
            label = self._labels.get(term)
            if label is None:
                return curie(term.value)
            return f"{label} ({curie(term.value)})" if label in self._shared else label
        return _quoted(term) if isinstance(term, Literal) else str(term)


def _quoted(literal: Literal) -> str:
    return f"“{literal.value}”"


def _a(name: str) -> str:
    initial = re.split(r"[:/#]", name.rstrip(">/#"))[-1][:1].lower()
    return f"{'an' if initial and initial in 'aeio' else 'a'} {name}"
