"""Classes without a name, described by the triples that their axioms are written with."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

from pyoxigraph import BlankNode, Triple

from qkg.namespaces import OWL, RDF
from qkg.rules.axioms import X, Y
from qkg.rules.forms import THING, TYPE
from qkg.rules.rule import Pattern, Rule

__all__ = ["Description", "descriptions"]

_Edge: TypeAlias = tuple[object, str, object]

_FIRST, _REST = RDF["first"], RDF["rest"]
_LISTS = {
    OWL[name]
    for name in (
        "distinctMembers",
        "hasKey",
        "intersectionOf",
        "members",
        "oneOf",
        "propertyChainAxiom",
        "unionOf",
    )
}
_RESTRICTIONS = {
    OWL[name]
    for name in (
        "allValuesFrom",
        "hasValue",
        "maxCardinality",
        "maxQualifiedCardinality",
        "someValuesFrom",
    )
}
_DEFINING = tuple(
    str(predicate)
    for predicate in (
        *_RESTRICTIONS,
        *(OWL[name] for name in ("complementOf", "intersectionOf", "oneOf", "unionOf")),
    )
)


class Description(NamedTuple):
    """What finds a class without a name.

    Attributes:
        where: a graph pattern for its node, as ``?b0``.
        defined: whether the pattern says what the class is; else only which axioms name it, and
            several classes may be named by the like.
    """

    where: str
    defined: bool


def descriptions(
    rules: Iterable[Rule], wanted: Iterable[BlankNode]
) -> dict[BlankNode, Description]:
    """Return what finds the nodes of classes without a name.

    A pattern holds every triple of the class expression, and of the axioms that it stands in, that
    the rules can tell: what a restriction is on, all members of a list and no other, and the same
    of each class without a name that is reached so.

    Args:
        rules: the rules, as they were compiled.
        wanted: the classes, by the nodes that the rules have.
    """
    edges: defaultdict[object, dict[_Edge, None]] = defaultdict(dict)
    lists: defaultdict[object, dict[str, list[object]]] = defaultdict(dict)
    for rule in rules:
        if rule.axiom is not None:
            for edge in _edges(rule, rule.axiom, lists[rule.axiom.subject]):
                edges[edge[0]][edge] = edges[edge[2]][edge] = None
    return {
        node: Description(
            _pattern(node, edges, lists),
            any(edge[0] == node and edge[1].startswith(_DEFINING) for edge in edges[node]),
        )
        for node in wanted
        if node in edges
    }


def _edges(rule: Rule, axiom: Triple, lists: dict[str, list[object]]) -> Iterator[_Edge]:
    """Yield what a rule tells of the triples of its axiom, and enter the members of lists."""
    node, predicate = axiom.subject, axiom.predicate
    if predicate not in _LISTS:
        yield node, str(predicate), axiom.object
    if predicate in _RESTRICTIONS:
        link = next((p for p in _patterns(rule) if p.predicate != TYPE and X in p), None)
        if link is not None:
            onto = f"/{OWL['inverseOf']}" if link.subject != X else ""
            yield node, f"{OWL['onProperty']}{onto}", link.predicate
        if predicate == OWL["maxQualifiedCardinality"]:
            classes = (p.object for p in rule.body if p.predicate == TYPE and p.subject == Y)
            yield node, str(OWL["onClass"]), next(classes, THING)
    members: tuple[object, ...] = ()
    if rule.name == "cls-int1":
        members = tuple(pattern.object for pattern in rule.body)
    elif rule.name == "cls-uni":
        members = (rule.body[0].object,)
    elif rule.name == "cls-oo" and rule.head is not None:
        members = (rule.head.subject,)
    if members:
        path = f"{predicate}/{_REST}*/{_FIRST}"
        lists.setdefault(path, []).extend(members)
        for member in members:
            yield node, path, member


def _pattern(
    node: BlankNode,
    edges: Mapping[object, Iterable[_Edge]],
    lists: Mapping[object, Mapping[str, Iterable[object]]],
) -> str:
    names: dict[object, str] = {node: "?b0"}
    pending, found = [node], dict[_Edge, None]()
    while pending:
        for edge in edges.get(pending.pop(), ()):
            found[edge] = None
            for each in (edge[0], edge[2]):
                if isinstance(each, BlankNode) and each not in names:
                    names[each] = f"?b{len(names)}"
                    pending.append(each)

    def text(term: object) -> str:
        return names.get(term, str(term))

    parts = ["FILTER(isBlank(?b0))"]
    parts += [f"{text(s)} {path} {text(o)} ." for s, path, o in found]
    for each, name in names.items():
        for path, members in lists.get(each, {}).items():
            known = ", ".join(dict.fromkeys(map(text, members)))
            parts.append(
                f"FILTER NOT EXISTS {{ {name} {path} ?other FILTER(?other NOT IN ({known})) }}"
            )
    return " ".join(parts)


def _patterns(rule: Rule) -> tuple[Pattern, ...]:
    return rule.body if rule.head is None else (*rule.body, rule.head)
