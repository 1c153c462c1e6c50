"""The ontology, compiled into rules: lists unrolled, every property and class a constant."""

from collections.abc import Iterable

from pyoxigraph import Quad, Triple

from qkg.namespaces import OWL, RDF, RDFS
from qkg.rules.axioms import Axioms, X, Y, is_a
from qkg.rules.rule import Outside, Pattern, Rule, Variable
from qkg.rules.tables import Reader, classes, equality, properties, schema

__all__ = ["compile_rules"]

_RESOURCE, _THING, _TYPE = RDFS["Resource"], OWL["Thing"], RDF["type"]
_CONTRADICTING = frozenset(
    OWL[name]
    for name in (
        "complementOf",
        "disjointWith",
        "distinctMembers",
        "members",
        "propertyDisjointWith",
        "sourceIndividual",
    )
)
"""The predicates of axioms that forbid something and infer nothing."""
_ALWAYS = (
    *equality.ALWAYS,
    *classes.ALWAYS,
    Rule("dt-not-type", (Pattern(X, Variable("p"), Y),), None, None, Outside(Y, None)),
)


def compile_rules(
    ontology: Iterable[Triple | Quad], *, contradictions: bool = True
) -> tuple[Rule, ...]:
    """Compile the axioms of an ontology into the rules of OWL 2 RL about individuals.

    Rules whose conclusions only pollute a graph (membership of ``owl:Thing``, what a hierarchy says
    of itself) are left out.

    Args:
        ontology: the statements of the ontology, its lists among them. A class without a name keeps
            its blank node, so that facts which speak of it are of the same parse.
        contradictions: whether rules without a head are wanted; a closure does without.

    Returns:
        The rules, each once, in an order that depends on that of the statements only.
    """
    axioms = Axioms(ontology)
    rules: dict[tuple[object, ...], Rule] = {}

    def keep(found: Iterable[Rule]) -> None:
        for rule in found:
            if rule.head is None and not contradictions:
                continue
            if rule.head not in rule.body and not _on_literals_alone(axioms, rule):
                # Of two axioms that infer the same one is enough; each contradiction has its name.
                name = rule.name if rule.head is None else None
                rules.setdefault((name, rule.body, rule.head, rule.guard), rule)

    keep(_ALWAYS)
    for table in (equality, properties, classes):
        for predicate, read in table.BY_PREDICATE.items():
            if predicate in _CONTRADICTING and not contradictions:
                continue
            for axiom in axioms.of(predicate):
                keep(_read(read, axioms, axiom))
    for type_, read in properties.BY_TYPE.items():
        for axiom in axioms.declared(type_):
            keep(_read(read, axioms, axiom))
    keep(schema.inclusions(axioms))
    vain = {_RESOURCE}
    if any(is_a(X, _THING) in rule.body or is_a(Y, _THING) in rule.body for rule in rules.values()):
        keep(schema.things(axioms))
    else:
        vain.add(_THING)
    return tuple(
        rule
        for rule in rules.values()
        if rule.head is None or rule.head.predicate != _TYPE or rule.head.object not in vain
    )


def _on_literals_alone(axioms: Axioms, rule: Rule) -> bool:
    """Return whether a rule says what kind of literals are of what kind, of no individual.

    Which literals a data range holds is known of each by its value.
    """
    ranges = {
        pattern: pattern.predicate == _TYPE and bool(axioms.datatypes(pattern.object))
        for pattern in (*rule.body, *(() if rule.head is None else (rule.head,)))
    }
    values = {pattern.object for pattern in rule.body if not ranges[pattern]}
    return any(
        of_range and (pattern == rule.head or pattern.subject not in values)
        for pattern, of_range in ranges.items()
    )


def _read(read: Reader, axioms: Axioms, axiom: Triple) -> tuple[Rule, ...]:
    try:
        return tuple(read(axioms, axiom))
    except LookupError:
        return ()
