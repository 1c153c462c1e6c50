"""The closure inside an engine: rules as SPARQL updates, where the data lives."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from pyoxigraph import BlankNode, Literal

from qkg.engines import Engine
from qkg.errors import EngineError
from qkg.namespaces import INFERRED
from qkg.rules.forms import (
    IS,
    MEMBER,
    SAME,
    THING,
    TYPE,
    WORKING,
    Form,
    Stand,
    forms,
    group,
    is_open,
    stands,
    triple,
    values,
)
from qkg.rules.order import Key, conclusions, premises, stages
from qkg.rules.rule import Pattern, Rule
from qkg.rules.structure import descriptions

__all__ = ["close_inside", "working"]

_TRANSITIVE = ("eq-trans", "prp-trp")


class _Step(NamedTuple):
    """One update: what it asks, what it adds, what it is to run after, and what after it."""

    where: str
    insert: str
    premises: frozenset[Key] = frozenset()
    conclusions: frozenset[Key] = frozenset()


def close_inside(engine: Engine, rules: Iterable[Rule], *, timeout: float | None = None) -> int:
    """Add what follows to the dataset of an engine, as :func:`qkg.rules.close` has it.

    The default graph is closed; what is inferred also goes to the named graph
    :data:`qkg.namespaces.INFERRED`. Rules of the same form run as one SPARQL 1.1 update, in the
    order in which they need each other; only those that need each other mutually run repeatedly.

    Where something is stated to be of a class without a name, the ontology has to be in the default
    graph: the class is found there by its axioms. Two classes that have the same axioms, up to the
    names of their nodes, cannot be told apart: they mean the same, and an instance of one is taken
    for one of the other; where no axiom of the profile defines them (a minimum cardinality, say),
    what is stated to be of them is passed over. So is a rule that names an individual by a blank
    node, which OWL 2 DL allows in no such axiom.

    Args:
        engine: what holds the data and takes updates.
        rules: what follows from what.
        timeout: seconds that each single update may take.

    Returns:
        How many triples were inferred and added; 0 where the graph was closed before.

    Raises:
        EngineError: the engine takes no updates, holds what they insert elsewhere than where
            queries look, or fails. What was inferred until then stays: it follows; the graph that
            the work is done in is removed in any case.
    """
    before = _count(engine)
    with working(engine, rules, timeout=timeout):
        return _count(engine) - before


@contextmanager
def working(
    engine: Engine,
    rules: Iterable[Rule],
    described: Iterable[Rule] | None = None,
    *,
    timeout: float | None = None,
) -> Iterator[Stand]:
    """Close the dataset of an engine, and keep the members of hidden classes while a block runs.

    Args:
        engine: as for :func:`close_inside`.
        rules: what follows from what; those without a head say which classes are asked for.
        described: the rules that tell what the classes without a name are; by default the same.
        timeout: seconds that each single update may take.
    """
    rules = tuple(rules)
    stand = stands(rules)
    _require_default_graph(engine, timeout)
    engine.update(f"DROP SILENT GRAPH {WORKING}", timeout=timeout)
    try:
        _Run(engine, rules, stand, tuple(described or rules), timeout).close()
        yield stand
    finally:
        engine.update(f"DROP SILENT GRAPH {WORKING}", timeout=timeout)


def _require_default_graph(engine: Engine, timeout: float | None) -> None:
    """Raise EngineError where queries do not see what updates insert: no fixpoint would come."""
    probe = f"{WORKING} {WORKING} {WORKING}"
    try:
        # rdflib 7.3 to 7.5 fails on INSERT DATA without GRAPH.
        engine.update(f"INSERT {{ {probe} }} WHERE {{}}", timeout=timeout)
        held = engine.ask(f"ASK {{ {probe} }}", timeout=timeout)
    finally:
        engine.update(f"DELETE DATA {{ {probe} }}", timeout=timeout)
    if not held:
        raise EngineError(
            "The engine inserts into another default graph than the one that it queries: "
            "make them the same in its settings."
        )


class _Run:
    def __init__(
        self,
        engine: Engine,
        rules: tuple[Rule, ...],
        stand: Stand,
        described: tuple[Rule, ...],
        timeout: float | None,
    ) -> None:
        self._engine, self._rules, self._stand = engine, rules, stand
        self._described = described
        self._timeout = timeout
        self._known = False

    def close(self) -> None:
        """Run every rule until nothing is new."""
        self._enter()
        plain, equality = [], set()
        for rule in self._rules:
            if rule.head is None:
                continue
            if any(map(is_open, (*rule.body, rule.head))):
                equality.add(rule.name)
            else:
                plain.append(rule)
        order = [(self._steps(stage.once), self._steps(stage.again)) for stage in stages(plain)]
        replacing = [step for name in sorted(equality) for step in _replacements(name)]
        everything = [step for once, again in order for step in (*once, *again)]
        for once, again in order:
            for step in once:
                self._update(step)
            self._repeat(again)
        while replacing and self._ask(f"?x {SAME} ?y FILTER(!sameTerm(?x, ?y))"):
            self._enter_named()
            if sum(self._saturated(step) for step in replacing) == 0:
                break
            self._repeat(everything)

    def _saturated(self, step: _Step) -> bool:
        changed = False
        while self._ask(step.where):
            self._update(step)
            changed = True
        return changed

    def _repeat(self, steps: list[_Step]) -> None:
        """Run steps until none of them adds anything."""
        pending = dict.fromkeys(steps)
        while pending:
            step = next(iter(pending))
            del pending[step]
            if self._ask(step.where):
                self._update(step)
                pending |= dict.fromkeys(
                    each for each in steps if not step.conclusions.isdisjoint(each.premises)
                )

    def _update(self, step: _Step) -> None:
        self._engine.update(
            f"INSERT {{ {step.insert} }} WHERE {{ {step.where} }}", timeout=self._timeout
        )

    def _ask(self, where: str) -> bool:
        return self._engine.ask(f"ASK {{ {where} }}", timeout=self._timeout)

    def _enter(self) -> None:
        """Enter the members of hidden classes that are stated."""
        thing = self._stand.classes.get(THING)
        if thing is not None:
            self._update(_Step(f"?x {TYPE} {THING}", f"GRAPH {WORKING} {{ {thing} {MEMBER} ?x }}"))
        if self._ask(f"?x {TYPE} ?c FILTER(isBlank(?c))"):
            self._enter_named(always=True)

    def _enter_named(self, *, always: bool = False) -> None:
        """Enter which node is which hidden class, and the members that are stated of each."""
        unsaid = f"?c {SAME} ?d FILTER(isBlank(?c) || isBlank(?d) || ?c = {THING} || ?d = {THING})"
        if self._known or not (always or self._ask(unsaid)):
            return
        self._known = True
        thing = self._stand.classes.get(THING)
        if thing is not None:
            self._update(_Step("", f"GRAPH {WORKING} {{ {thing} {IS} {THING} }}"))
        blank = [class_ for class_ in self._stand.classes if isinstance(class_, BlankNode)]
        for node, (where, defined) in descriptions(self._described, blank).items():
            name = self._stand.classes[node]
            if defined or _count(self._engine, "DISTINCT ?b0", where) == 1:
                self._update(_Step(where, f"GRAPH {WORKING} {{ {name} {IS} ?b0 }}"))
        self._update(
            _Step(
                f"?x {TYPE} ?c . GRAPH {WORKING} {{ ?k {IS} ?c }}",
                f"GRAPH {WORKING} {{ ?k {MEMBER} ?x }}",
            )
        )

    def _steps(self, rules: Iterable[Rule]) -> list[_Step]:
        """Return the steps of rules of one stage, those of one form together."""
        paths: list[Rule] = []
        others: list[Rule] = []
        for rule in rules:
            (paths if rule.name in _TRANSITIVE else others).append(rule)
        steps = [_path(rule) for rule in paths]
        for form, rows in forms(others, self._stand).items():
            for block, chunk in values(form, rows):
                steps.append(_step(form, block, chunk))
        return steps


def _step(form: Form, block: str, rules: tuple[Rule, ...]) -> _Step:
    assert form.head is not None
    tests = []
    if form.resource is not None:
        tests.append(f"FILTER(!isLiteral({form.resource}))")
    if form.head.predicate == SAME:
        tests.append(f"FILTER(!sameTerm({form.head.subject}, {form.head.object}))")
    where = f"{block} {group(form.body)} {' '.join(tests)}".strip()
    named = " ".join(dict.fromkeys(str(t) for t in form.head if str(t).startswith("?")))
    if len(form.body) and named:
        # Each conclusion once, however many bodies yield it, before it is looked up.
        where = f"{{ SELECT DISTINCT {named} WHERE {{ {where} }} }}"
    return _Step(
        f"{where} FILTER NOT EXISTS {{ {_placed(form.head)} }}",
        _inserted(form.head),
        frozenset().union(*map(premises, rules)),
        frozenset().union(*map(conclusions, rules)),
    )


def _path(rule: Rule) -> _Step:
    """Return the step of a transitive property: a path, which needs no repetition of its own."""
    assert rule.head is not None
    subject, predicate, object_ = rule.head
    distinct = f"FILTER(!sameTerm({subject}, {object_}))" if predicate == SAME else ""
    where = (
        f"{subject} {predicate}+ {object_} {distinct} FILTER NOT EXISTS {{ {triple(rule.head)} }}"
    )
    return _Step(
        where, _inserted(rule.head), frozenset(premises(rule)), frozenset(conclusions(rule))
    )


def _placed(head: Pattern) -> str:
    text = triple(head)
    return f"GRAPH {WORKING} {{ {text} }}" if head.predicate == MEMBER else text


def _inserted(head: Pattern) -> str:
    text = triple(head)
    if head.predicate == MEMBER:
        return f"GRAPH {WORKING} {{ {text} }}"
    return f"{text} . GRAPH {INFERRED} {{ {text} }}"


def _replacements(name: str) -> Iterator[_Step]:
    """Yield the steps of a rule of equality, whose property is a variable."""
    same = f"?x {SAME} ?y . FILTER(!sameTerm(?x, ?y))"
    hidden = f"(?p = {TYPE} && (isBlank(%s) || isLiteral(%s) || %s = {THING}))"
    itself = f"(?p = {SAME} && sameTerm(%s, %s))"

    def step(where: str, head: str) -> _Step:
        return _Step(
            f"{where} FILTER NOT EXISTS {{ {head} }}",
            head if head.startswith("GRAPH") else f"{head} . GRAPH {INFERRED} {{ {head} }}",
        )

    def placed(text: str) -> str:
        return f"GRAPH {WORKING} {{ {text} }}"

    if name == "eq-rep-s":
        no = f"FILTER(!{hidden.replace('%s', '?z')} && !{itself % ('?y', '?z')} && !isLiteral(?y))"
        yield step(f"{same} ?x ?p ?z . {no}", "?y ?p ?z")
        member = placed(f"?k {MEMBER} ?x")
        yield step(f"{same} {member} FILTER(!isLiteral(?y))", placed(f"?k {MEMBER} ?y"))
    elif name == "eq-rep-o":
        no = f"FILTER(!{hidden.replace('%s', '?y')} && !{itself % ('?z', '?y')})"
        yield step(f"{same} ?z ?p ?x . {no}", "?z ?p ?y")
        was = f"{{ ?z {TYPE} ?x }} UNION {{ {placed(f'?j {IS} ?x ; {MEMBER} ?z')} }}"
        named = placed(f"?k {IS} ?y")
        yield step(f"{same} {named} {was}", placed(f"?k {MEMBER} ?z"))
        no = f"FILTER(isIRI(?y) && ?y != {THING} && !isLiteral(?z))"
        was = placed(f"?j {IS} ?x ; {MEMBER} ?z")
        yield step(f"{same} {was} {no}", f"?z {TYPE} ?y")
    elif name == "eq-rep-p":
        no = f"FILTER(isIRI(?q) && ?p != {TYPE} && ?q != {TYPE} && !sameTerm(?p, ?q))"
        no += f" FILTER(!(?q = {SAME} && sameTerm(?x, ?y)))"
        yield step(f"?p {SAME} ?q . ?x ?p ?y . {no}", "?x ?q ?y")


def _count(engine: Engine, what: str = "*", where: str = f"GRAPH {INFERRED} {{ ?s ?p ?o }}") -> int:
    answer = engine.select(f"SELECT (COUNT({what}) AS ?n) WHERE {{ {where} }}").terms
    if len(answer) != 1 or not isinstance(answer[0][0], Literal):
        raise EngineError("The engine was asked for a number and gives none.")
    return int(answer[0][0].value)
