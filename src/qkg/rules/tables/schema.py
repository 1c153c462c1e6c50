"""Table 9: the semantics of vocabulary, as far as it tells something of individuals.

What follows from a hierarchy follows for each individual from the hierarchy's axioms one by one.
What does not are the inclusions between restrictions (scm-svf1, scm-svf2, scm-avf1, scm-avf2): no
rule of the other tables makes an individual a member of a universal restriction, or, without a
witness, of an existential one.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import TypeAlias

from qkg.namespaces import OWL, RDFS
from qkg.rules.axioms import Axioms, X, is_a
from qkg.rules.rule import Rule

__all__ = ["inclusions", "things"]

_Pairs: TypeAlias = defaultdict[object, set[object]]
_SOME, _ALL = OWL["someValuesFrom"], OWL["allValuesFrom"]


def inclusions(axioms: Axioms) -> Iterator[Rule]:
    """Yield a rule for each restriction that another includes."""
    restrictions = [
        (triple.predicate, triple, triple.object, property_)
        for predicate in (_SOME, _ALL)
        for triple, property_ in axioms.restrictions(predicate)
    ]
    if len(restrictions) < 2:
        return
    properties = _hierarchy(axioms, RDFS["subPropertyOf"], OWL["equivalentProperty"])
    classes = _hierarchy(axioms, RDFS["subClassOf"], OWL["equivalentClass"])
    for triple in axioms.of(OWL["intersectionOf"]):
        classes[triple.subject].update(axioms.members(triple.object))
    for triple in axioms.of(OWL["unionOf"]):
        for member in axioms.members(triple.object):
            classes[member].add(triple.subject)
    for triple in axioms.declared(OWL["Class"]):  # scm-cls
        classes[triple.subject].add(OWL["Thing"])
        classes[OWL["Nothing"]].add(triple.subject)
    above_property = _reachable(properties)
    values = list(axioms.restrictions(OWL["hasValue"]))
    for one, property_ in values:  # scm-hv
        for other, other_property in values:
            if one.object == other.object and other_property in above_property(property_):
                classes[one.subject].add(other.subject)
    found: dict[tuple[object, object], Rule] = {}
    # An inclusion that is found makes the hierarchy larger, which may include further ones.
    while True:
        above = _reachable(classes)
        before = len(found)
        for kind, one, filler, property_ in restrictions:
            for other_kind, other, other_filler, other_property in restrictions:
                small, large = one.subject, other.subject
                if kind != other_kind or small == large or (small, large) in found:
                    continue
                if property_ == other_property and other_filler in above(filler):
                    name = "scm-svf1" if kind == _SOME else "scm-avf1"
                elif filler == other_filler and kind == _SOME:
                    if other_property not in above_property(property_):
                        continue
                    name = "scm-svf2"
                elif filler == other_filler and property_ in above_property(other_property):
                    name = "scm-avf2"
                else:
                    continue
                found[small, large] = Rule(name, (is_a(X, small),), is_a(X, large), one)
                classes[small].add(large)
        if len(found) == before:
            break
    yield from found.values()


def things(axioms: Axioms) -> Iterator[Rule]:
    """Yield that the members of each declared class are things (scm-cls).

    It is needed where an axiom asks for members of ``owl:Thing``; elsewhere it says nothing.
    """
    for axiom in axioms.declared(OWL["Class"]):
        yield Rule("scm-cls", (is_a(X, axiom.subject),), is_a(X, OWL["Thing"]), axiom)


def _hierarchy(axioms: Axioms, below: object, equivalent: object) -> _Pairs:
    pairs: _Pairs = defaultdict(set)
    for triple in axioms.of(below):
        pairs[triple.subject].add(triple.object)
    for triple in axioms.of(equivalent):
        pairs[triple.subject].add(triple.object)
        pairs[triple.object].add(triple.subject)
    return pairs


def _reachable(pairs: _Pairs) -> Callable[[object], set[object]]:
    """Return a function that gives what is above something, itself included."""
    known: dict[object, set[object]] = {}

    def above(start: object) -> set[object]:
        if start not in known:
            reached, pending = {start}, [start]
            while pending:
                for following in pairs.get(pending.pop(), ()):
                    if following not in reached:
                        reached.add(following)
                        pending.append(following)
            known[start] = reached
        return known[start]

    return above
