"""Table 5: the semantics of axioms about properties; but for prp-ap, which only declares."""

from collections.abc import Iterator
from functools import partial
from itertools import combinations

from pyoxigraph import Triple

from qkg.namespaces import OWL, RDFS
from qkg.rules.axioms import Axioms, X, Y, Z, is_a
from qkg.rules.rule import Outside, Pattern, Rule, Unequal, Variable
from qkg.rules.tables import Reader

__all__ = ["BY_PREDICATE", "BY_TYPE"]

_SAME = OWL["sameAs"]


def _domain(axioms: Axioms, axiom: Triple) -> Iterator[Rule]:
    body = (axioms.pattern(X, axiom.subject, Y),)
    yield Rule("prp-dom", body, is_a(X, axiom.object), axiom)


def _range(axioms: Axioms, axiom: Triple) -> Iterator[Rule]:
    body, datatypes = (axioms.pattern(X, axiom.subject, Y),), axioms.datatypes(axiom.object)
    for datatype in datatypes:
        yield Rule("dt-not-type", body, None, axiom, Outside(Y, datatype))
    if not datatypes:
        yield Rule("prp-rng", body, is_a(Y, axiom.object), axiom)


def _functional(axioms: Axioms, axiom: Triple) -> Iterator[Rule]:
    body = (axioms.pattern(X, axiom.subject, Y), axioms.pattern(X, axiom.subject, Z))
    yield Rule("prp-fp", body, Pattern(Y, _SAME, Z), axiom)
    yield Rule("dt-diff", body, None, axiom, Unequal(Y, Z))


def _inverse_functional(axioms: Axioms, axiom: Triple) -> Iterator[Rule]:
    body = (axioms.pattern(X, axiom.subject, Z), axioms.pattern(Y, axiom.subject, Z))
    yield Rule("prp-ifp", body, Pattern(X, _SAME, Y), axiom)


def _irreflexive(axioms: Axioms, axiom: Triple) -> Iterator[Rule]:
    yield Rule("prp-irp", (axioms.pattern(X, axiom.subject, X),), None, axiom)


def _symmetric(axioms: Axioms, axiom: Triple) -> Iterator[Rule]:
    body = (axioms.pattern(X, axiom.subject, Y),)
    yield Rule("prp-symp", body, axioms.pattern(Y, axiom.subject, X), axiom)


def _asymmetric(axioms: Axioms, axiom: Triple) -> Iterator[Rule]:
    body = (axioms.pattern(X, axiom.subject, Y), axioms.pattern(Y, axiom.subject, X))
    yield Rule("prp-asyp", body, None, axiom)


def _transitive(axioms: Axioms, axiom: Triple) -> Iterator[Rule]:
    body = (axioms.pattern(X, axiom.subject, Y), axioms.pattern(Y, axiom.subject, Z))
    yield Rule("prp-trp", body, axioms.pattern(X, axiom.subject, Z), axiom)


def _included(name: str, axioms: Axioms, axiom: Triple) -> Iterator[Rule]:
    body = (axioms.pattern(X, axiom.subject, Y),)
    yield Rule(name, body, axioms.pattern(X, axiom.object, Y), axiom)


def _equivalent(axioms: Axioms, axiom: Triple) -> Iterator[Rule]:
    one, other = axioms.pattern(X, axiom.subject, Y), axioms.pattern(X, axiom.object, Y)
    yield Rule("prp-eqp1", (one,), other, axiom)
    yield Rule("prp-eqp2", (other,), one, axiom)


def _chain(axioms: Axioms, axiom: Triple) -> Iterator[Rule]:
    steps = axioms.members(axiom.object)
    nodes = [Variable(f"x{i}") for i in range(len(steps) + 1)]
    body = tuple(axioms.pattern(nodes[i], step, nodes[i + 1]) for i, step in enumerate(steps))
    if body:
        yield Rule("prp-spo2", body, axioms.pattern(nodes[0], axiom.subject, nodes[-1]), axiom)


def _disjoint(axioms: Axioms, axiom: Triple) -> Iterator[Rule]:
    body = (axioms.pattern(X, axiom.subject, Y), axioms.pattern(X, axiom.object, Y))
    yield Rule("prp-pdw", body, None, axiom)


def _all_disjoint(axioms: Axioms, axiom: Triple) -> Iterator[Rule]:
    if any(t.subject == axiom.subject for t in axioms.declared(OWL["AllDisjointProperties"])):
        for one, other in combinations(axioms.members(axiom.object), 2):
            body = (axioms.pattern(X, one, Y), axioms.pattern(X, other, Y))
            yield Rule("prp-adp", body, None, axiom)


def _inverse(axioms: Axioms, axiom: Triple) -> Iterator[Rule]:
    one, other = axioms.pattern(X, axiom.subject, Y), axioms.pattern(Y, axiom.object, X)
    yield Rule("prp-inv1", (one,), other, axiom)
    yield Rule("prp-inv2", (other,), one, axiom)


def _key(axioms: Axioms, axiom: Triple) -> Iterator[Rule]:
    properties = axioms.members(axiom.object)
    if not properties:
        return
    body = [is_a(X, axiom.subject)]
    for i, property_ in enumerate(properties):
        value = Variable(f"z{i}")
        body += (axioms.pattern(X, property_, value), axioms.pattern(Y, property_, value))
    yield Rule("prp-key", (*body, is_a(Y, axiom.subject)), Pattern(X, _SAME, Y), axiom)


def _negative(axioms: Axioms, axiom: Triple) -> Iterator[Rule]:
    node = axiom.subject
    for name, target in (("prp-npa1", "targetIndividual"), ("prp-npa2", "targetValue")):
        value = axioms.value(node, OWL[target])
        if value is not None:
            property_ = axioms.value(node, OWL["assertionProperty"])
            body = (axioms.pattern(axiom.object, property_, value),)
            yield Rule(name, body, None, axiom)


BY_PREDICATE: dict[object, Reader] = {
    RDFS["domain"]: _domain,
    RDFS["range"]: _range,
    RDFS["subPropertyOf"]: partial(_included, "prp-spo1"),
    OWL["equivalentProperty"]: _equivalent,
    OWL["hasKey"]: _key,
    OWL["inverseOf"]: _inverse,
    OWL["members"]: _all_disjoint,
    OWL["propertyChainAxiom"]: _chain,
    OWL["propertyDisjointWith"]: _disjoint,
    OWL["sourceIndividual"]: _negative,
}
BY_TYPE: dict[object, Reader] = {
    OWL["AsymmetricProperty"]: _asymmetric,
    OWL["FunctionalProperty"]: _functional,
    OWL["InverseFunctionalProperty"]: _inverse_functional,
    OWL["IrreflexiveProperty"]: _irreflexive,
    OWL["SymmetricProperty"]: _symmetric,
    OWL["TransitiveProperty"]: _transitive,
}
