"""What contradicts the ontology: the rules without a head, asked as queries."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Triple

from qkg._batches import batches
from qkg.answers import Term
from qkg.engines import Engine
from qkg.errors import EngineError
from qkg.rules.datatypes import belongs, differ, malformed, membership
from qkg.rules.forms import MEMBER, SAME, TYPE, Form, Stand, forms, group, is_open, stands, values
from qkg.rules.order import conclusions, premises
from qkg.rules.rule import Outside, PatternTerm, Rule, Unequal, Variable
from qkg.rules.words import Words

__all__ = ["Contradiction", "Inconsistency", "inconsistencies"]
_CHUNK = 500


class Contradiction(NamedTuple):
    """A solution of the body of a rule without a head.

    Attributes:
        rule: the rule.
        terms: what its variables stand for.
    """

    rule: Rule
    terms: Mapping[str, Term]

    def term(self, term: PatternTerm) -> Term:
        """Return what a term of the rule stands for."""
        return self.terms[term.name] if isinstance(term, Variable) else term

    def triples(self) -> tuple[Triple, ...]:
        """Return the premises; the datatype of a literal is in the literal, and none of them."""
        return tuple(
            Triple(subject, self.term(predicate), self.term(object_))  # type: ignore[arg-type]
            for subject, predicate, object_ in (
                (self.term(pattern.subject), pattern.predicate, pattern.object)
                for pattern in self.rule.body
            )
            if not isinstance(subject, Literal)
        )

    def terms_named(self) -> list[Term]:
        """Return the terms of the premises, those that the rule names included."""
        return [self.term(term) for pattern in self.rule.body for term in pattern]

    def key(self, first: Mapping[object, Term]) -> tuple[object, ...]:
        """Return what tells it from those that say something else than that things are the same."""
        found = set()
        for pattern in self.rule.body:
            terms = tuple(first.get(self.term(t), self.term(t)) for t in pattern)
            if pattern.predicate != SAME or terms[0] != terms[2]:
                found.add(terms)
        return self.rule.name, self.rule.axiom, frozenset(found)


class Inconsistency(NamedTuple):
    """Something in the graph that cannot be if the ontology holds.

    Attributes:
        rule: the rule that it breaks, with its axiom.
        triples: the premises that cannot hold together; membership in a class without a name is
            among them although the graph does not hold it.
        sentence: the same in words, with the labels of things.
    """

    rule: Rule
    triples: tuple[Triple, ...]
    sentence: str


def inconsistencies(engine: Engine, rules: Iterable[Rule]) -> tuple[Inconsistency, ...]:
    """Return each contradiction in a closed default graph, as the rules without a head say.

    Rules of one form are one query. What a query cannot tell, the values of literals, it narrows,
    and :mod:`qkg.rules.datatypes` decides. Members of classes without a name are not in the graph:
    where rules ask for them, the facts that define these classes are copied and closed here.

    Args:
        engine: what holds the graph, closed under the same rules; it is only read.
        rules: all of the rules.

    Returns:
        The inconsistencies, in the order of the rules (section 4.3 of OWL 2 Profiles). What follows
        from one by replacing something by what is the same is not another.

    Raises:
        EngineError: the engine fails, or answers something else.
    """
    rules = tuple(rules)
    plain: list[Rule] = []
    anonymous: list[Rule] = []
    hidden = stands(rules)
    for rule in rules:
        if rule.head is not None:
            continue
        asks = any(hidden.pattern(pattern).predicate == MEMBER for pattern in rule.body)
        (anonymous if asks else plain).append(rule)
    found = list(_contradictions(engine, plain, Stand({})))
    if anonymous:
        found += _anonymous(engine, rules, anonymous)
    order = {id(rule): i for i, rule in enumerate(rules)}
    found.sort(key=lambda each: (order.get(id(each.rule), -1), *map(str, each.triples())))
    found.sort(key=lambda each: len(each.rule.body) == 1)  # itself, where there is nobody else
    first = _representatives(engine, found)
    once: dict[tuple[object, ...], Contradiction] = {}
    for each in found:
        once.setdefault(each.key(first), each)
    kept = sorted(once.values(), key=lambda each: order.get(id(each.rule), -1))
    words = Words(engine, rules, [each.terms_named() for each in kept])
    return tuple(
        Inconsistency(each.rule, each.triples(), words.sentence(each.rule, each.term))
        for each in kept
    )


def _representatives(engine: Engine, found: Iterable[Contradiction]) -> dict[object, Term]:
    """Return, per thing that has others which are the same, the first of them all."""
    things = sorted(
        {term for each in found for term in each.terms_named() if isinstance(term, NamedNode)},
        key=str,
    )
    first: dict[object, Term] = {}
    for batch in batches(things, _CHUNK):
        values = " ".join(map(str, batch))
        query = f"SELECT ?x ?y WHERE {{ VALUES ?x {{ {values} }} ?x {SAME} ?y FILTER(isIRI(?y)) }}"
        for thing, other in engine.select(query).terms:
            if thing is not None and other is not None:
                first[thing] = min(first.get(thing, thing), thing, other, key=str)
    return first


def _contradictions(engine: Engine, rules: Iterable[Rule], stand: Stand) -> Iterator[Contradiction]:
    kept = []
    for rule in rules:
        if rule.body:
            kept.append(rule)
        else:
            yield Contradiction(rule, {})
    for form, rows in forms(kept, stand).items():
        for block, chunk in values(form, rows, "?rule"):
            yield from _asked(engine, form, block, chunk)


def _asked(
    engine: Engine, form: Form, block: str, rules: tuple[Rule, ...]
) -> Iterator[Contradiction]:
    names = sorted({t.name for p in rules[0].body for t in p if isinstance(t, Variable)})
    shown = ("rule", *names)
    answer = engine.select(
        f"SELECT DISTINCT {' '.join(f'?{name}' for name in shown)} "
        f"WHERE {{ {block} {group(form.body)} {_narrowed(form)} }}"
    )
    if answer.variables != shown:
        raise EngineError("The engine was asked for contradictions and answers something else.")
    for number, *row in answer.terms:
        if not isinstance(number, Literal) or None in row:
            raise EngineError("The engine was asked for contradictions and leaves terms out.")
        rule = rules[int(number.value)]
        each = Contradiction(rule, dict(zip(names, row, strict=True)))  # type: ignore[arg-type]
        if _holds(each):
            yield each


def _narrowed(form: Form) -> str:
    """Return a filter that lets everything pass for which the guard may hold."""
    guard = form.guard
    if isinstance(guard, Unequal):
        one, other = guard
        return (
            f"FILTER(isLiteral({one}) && isLiteral({other}) && !sameTerm({one}, {other}) "
            f"&& STR({one}) <= STR({other}))"
        )
    if guard is None:
        return ""
    if guard.datatype is None:
        return f"FILTER({malformed(str(guard.literal))})"
    test = membership(str(guard.literal), guard.datatype)
    return f"FILTER(isLiteral({guard.literal}) && !COALESCE({test}, false))"


def _holds(each: Contradiction) -> bool:
    guard = each.rule.guard
    if guard is None:
        return True
    if isinstance(guard, Outside):
        literal = each.term(guard.literal)
        return isinstance(literal, Literal) and belongs(literal, guard.datatype) is False
    one, other = each.term(guard.first), each.term(guard.second)
    return isinstance(one, Literal) and isinstance(other, Literal) and differ(one, other)


def _anonymous(
    engine: Engine, rules: tuple[Rule, ...], asking: list[Rule]
) -> Iterator[Contradiction]:
    """Ask rules whose premises are not all in the graph, over a copy of what these follow from."""
    from qkg.engines.oxigraph import OxigraphEngine
    from qkg.rules.inside import working

    hidden = stands(rules).classes
    concluding = [
        rule
        for rule in rules
        if rule.head is not None and rule.head.predicate == TYPE and rule.head.object in hidden
    ]
    needed: dict[int, Rule] = {id(rule): rule for rule in asking}
    keys = set().union(*map(premises, asking))
    while True:
        more = [r for r in concluding if id(r) not in needed and conclusions(r) & keys]
        if not more:
            break
        needed |= {id(rule): rule for rule in more}
        keys = keys.union(*map(premises, more))
    equality = [r for r in rules if r.head is not None and any(map(is_open, (*r.body, r.head)))]
    local = OxigraphEngine(
        Quad(t.subject, t.predicate, t.object, DefaultGraph())
        for t in engine.construct(_copied(keys))
    )
    with working(local, (*needed.values(), *equality), rules) as stand:
        yield from _contradictions(local, asking, stand)


def _copied(keys: Iterable[tuple[object, ...]]) -> str:
    """Return the query for the facts that keys are of, equality and what has no name included."""
    keys = tuple(keys)
    properties = " ".join(
        sorted(
            {str(SAME), *(str(k[0]) for k in keys if len(k) == 1 and isinstance(k[0], NamedNode))}
        )
    )
    classes = " ".join(
        sorted(str(k[1]) for k in keys if len(k) == 2 and isinstance(k[1], NamedNode))
    )
    parts = [
        f"VALUES ?p {{ {properties} }} ?s ?p ?o",
        f"VALUES ?o {{ {classes} }} ?s ?p ?o FILTER(?p = {TYPE})",
        "?s ?p ?o FILTER(isBlank(?s) || isBlank(?o))",
    ]
    return (
        f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {' UNION '.join(f'{{ {part} }}' for part in parts)} }}"
    )
