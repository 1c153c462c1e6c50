"""Table 4: the semantics of equality; but for eq-ref, whose conclusions say nothing."""

from collections.abc import Iterator
from functools import partial
from itertools import combinations

from pyoxigraph import Triple

from qkg.namespaces import OWL
from qkg.rules.axioms import Axioms, X, Y, Z
from qkg.rules.rule import Pattern, Rule, Unequal, Variable
from qkg.rules.tables import Reader

__all__ = ["ALWAYS", "BY_PREDICATE"]

_SAME, _DIFFERENT = OWL["sameAs"], OWL["differentFrom"]
_P, _Q = Variable("p"), Variable("q")

ALWAYS = (
    Rule("eq-sym", (Pattern(X, _SAME, Y),), Pattern(Y, _SAME, X)),
    Rule("eq-trans", (Pattern(X, _SAME, Y), Pattern(Y, _SAME, Z)), Pattern(X, _SAME, Z)),
    Rule("eq-rep-s", (Pattern(X, _SAME, Y), Pattern(X, _P, Z)), Pattern(Y, _P, Z)),
    Rule("eq-rep-p", (Pattern(_P, _SAME, _Q), Pattern(X, _P, Y)), Pattern(X, _Q, Y)),
    Rule("eq-rep-o", (Pattern(X, _SAME, Y), Pattern(Z, _P, X)), Pattern(Z, _P, Y)),
    Rule("eq-diff1", (Pattern(X, _SAME, Y), Pattern(X, _DIFFERENT, Y)), None),
    Rule("eq-diff1", (Pattern(X, _DIFFERENT, X),), None),
    Rule("dt-diff", (Pattern(X, _SAME, Y), Pattern(X, _SAME, Z)), None, None, Unequal(Y, Z)),
)
"""The rules that come from no axiom; one of eq-diff1 and of dt-diff stands for eq-ref."""


def _different(name: str, axioms: Axioms, axiom: Triple) -> Iterator[Rule]:
    if any(t.subject == axiom.subject for t in axioms.declared(OWL["AllDifferent"])):
        for one, other in combinations(axioms.members(axiom.object), 2):
            # Everything is the same as itself, which no triple has to say.
            body = () if one == other else (Pattern(one, _SAME, other),)
            yield Rule(name, body, None, axiom)


BY_PREDICATE: dict[object, Reader] = {
    OWL["members"]: partial(_different, "eq-diff2"),
    OWL["distinctMembers"]: partial(_different, "eq-diff3"),
}
