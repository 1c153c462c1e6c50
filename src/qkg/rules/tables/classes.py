"""Tables 6 and 7: the semantics of classes, and of axioms about them."""

from collections.abc import Iterator
from itertools import combinations

from pyoxigraph import Literal, Triple

from qkg.answers import Term
from qkg.namespaces import OWL, RDFS
from qkg.rules.axioms import Axioms, X, Y, Z, is_a
from qkg.rules.rule import Outside, Pattern, Rule, Unequal
from qkg.rules.tables import Reader

__all__ = ["ALWAYS", "BY_PREDICATE"]

_SAME, _THING = OWL["sameAs"], OWL["Thing"]

ALWAYS = (Rule("cls-nothing2", (is_a(X, OWL["Nothing"]),), None),)
"""The rules that come from no axiom."""


def _intersection(axioms: Axioms, axiom: Triple) -> Iterator[Rule]:
    whole = is_a(X, axiom.subject)
    parts = tuple(is_a(X, member) for member in axioms.members(axiom.object))
    if parts:
        yield Rule("cls-int1", parts, whole, axiom)
        for part in parts:
            yield Rule("cls-int2", (whole,), part, axiom)


def _union(axioms: Axioms, axiom: Triple) -> Iterator[Rule]:
    for member in axioms.members(axiom.object):
        yield Rule("cls-uni", (is_a(X, member),), is_a(X, axiom.subject), axiom)


def _complement(axioms: Axioms, axiom: Triple) -> Iterator[Rule]:
    yield Rule("cls-com", (is_a(X, axiom.subject), is_a(X, axiom.object)), None, axiom)


def _some(axioms: Axioms, axiom: Triple) -> Iterator[Rule]:
    link = axioms.pattern(X, _on(axioms, axiom), Y)
    if axiom.object == _THING:
        yield Rule("cls-svf2", (link,), is_a(X, axiom.subject), axiom)
    else:
        body = (link, *axioms.is_instance(Y, axiom.object))
        yield Rule("cls-svf1", body, is_a(X, axiom.subject), axiom)


def _all(axioms: Axioms, axiom: Triple) -> Iterator[Rule]:
    body = (is_a(X, axiom.subject), axioms.pattern(X, _on(axioms, axiom), Y))
    for datatype in axioms.datatypes(axiom.object):
        yield Rule("dt-not-type", body, None, axiom, Outside(Y, datatype))
    if not axioms.datatypes(axiom.object):
        yield Rule("cls-avf", body, is_a(Y, axiom.object), axiom)


def _value(axioms: Axioms, axiom: Triple) -> Iterator[Rule]:
    instance, fact = is_a(X, axiom.subject), axioms.pattern(X, _on(axioms, axiom), axiom.object)
    yield Rule("cls-hv1", (instance,), fact, axiom)
    yield Rule("cls-hv2", (fact,), instance, axiom)


def _at_most(axioms: Axioms, axiom: Triple) -> Iterator[Rule]:
    yield from _bounded(axioms, axiom, "cls-maxc1", "cls-maxc2", None)


def _at_most_qualified(axioms: Axioms, axiom: Triple) -> Iterator[Rule]:
    class_ = axioms.value(axiom.subject, OWL["onClass"])
    if class_ is None:  # which the tables forget
        class_ = axioms.value(axiom.subject, OWL["onDataRange"])
    if class_ == _THING:
        yield from _bounded(axioms, axiom, "cls-maxqc2", "cls-maxqc4", None)
    elif class_ is not None:
        yield from _bounded(axioms, axiom, "cls-maxqc1", "cls-maxqc3", class_)


def _bounded(
    axioms: Axioms, axiom: Triple, none: str, one: str, class_: Term | None
) -> Iterator[Rule]:
    """Yield the rule of a maximum of 0, or those of a maximum of 1; no other is in the profile."""
    number, property_ = axiom.object, _on(axioms, axiom)
    first: tuple[Pattern, ...] = (is_a(X, axiom.subject), axioms.pattern(X, property_, Y))
    second: tuple[Pattern, ...] = (axioms.pattern(X, property_, Z),)
    if class_ is not None:
        first = (*first, *axioms.is_instance(Y, class_))
        second = (*second, *axioms.is_instance(Z, class_))
    if not isinstance(number, Literal) or not number.value.isdecimal():
        return
    if int(number.value) == 0:
        yield Rule(none, first, None, axiom)
    elif int(number.value) == 1:
        yield Rule(one, (*first, *second), Pattern(Y, _SAME, Z), axiom)
        yield Rule("dt-diff", (*first, *second), None, axiom, Unequal(Y, Z))


def _one_of(axioms: Axioms, axiom: Triple) -> Iterator[Rule]:
    for member in axioms.members(axiom.object):
        if not isinstance(member, Literal):
            yield Rule("cls-oo", (), is_a(member, axiom.subject), axiom)


def _subclass(axioms: Axioms, axiom: Triple) -> Iterator[Rule]:
    yield Rule("cax-sco", (is_a(X, axiom.subject),), is_a(X, axiom.object), axiom)


def _equivalent(axioms: Axioms, axiom: Triple) -> Iterator[Rule]:
    one, other = is_a(X, axiom.subject), is_a(X, axiom.object)
    yield Rule("cax-eqc1", (one,), other, axiom)
    yield Rule("cax-eqc2", (other,), one, axiom)


def _disjoint(axioms: Axioms, axiom: Triple) -> Iterator[Rule]:
    yield Rule("cax-dw", (is_a(X, axiom.subject), is_a(X, axiom.object)), None, axiom)


def _all_disjoint(axioms: Axioms, axiom: Triple) -> Iterator[Rule]:
    if any(t.subject == axiom.subject for t in axioms.declared(OWL["AllDisjointClasses"])):
        for one, other in combinations(axioms.members(axiom.object), 2):
            yield Rule("cax-adc", (is_a(X, one), is_a(X, other)), None, axiom)


def _on(axioms: Axioms, axiom: Triple) -> Term | None:
    return axioms.value(axiom.subject, OWL["onProperty"])


BY_PREDICATE: dict[object, Reader] = {
    RDFS["subClassOf"]: _subclass,
    OWL["allValuesFrom"]: _all,
    OWL["complementOf"]: _complement,
    OWL["disjointWith"]: _disjoint,
    OWL["equivalentClass"]: _equivalent,
    OWL["hasValue"]: _value,
    OWL["intersectionOf"]: _intersection,
    OWL["maxCardinality"]: _at_most,
    OWL["maxQualifiedCardinality"]: _at_most_qualified,
    OWL["members"]: _all_disjoint,
    OWL["oneOf"]: _one_of,
    OWL["someValuesFrom"]: _some,
    OWL["unionOf"]: _union,
}
