"""The ontology, compiled into rules: lists unrolled, every predicate and class a constant."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias

from pyoxigraph import BlankNode, NamedNode, Quad, Triple

from qkg.namespaces import OWL, RDF, RDFS, XSD
from qkg.rules.rule import Pattern, PatternTerm, Rule, Variable

__all__ = ["compile_rules"]

_TYPE = RDF["type"]
_FIRST, _REST, _NIL = RDF["first"], RDF["rest"], RDF["nil"]
_TRIVIAL = frozenset((OWL["Thing"], RDFS["Resource"]))
_X, _Y, _Z = Variable("x"), Variable("y"), Variable("z")

_Index: TypeAlias = Mapping[object, Mapping[object, object]]
_Compiled: TypeAlias = Iterator[tuple[str, tuple[Pattern, ...], Pattern]]


def compile_rules(ontology: Iterable[Triple | Quad]) -> tuple[Rule, ...]:
    """Compile the axioms of an ontology into rules about individuals.

    Axioms whose conclusions only pollute a graph (membership of ``owl:Thing``, what a hierarchy
    says of itself) yield no rule; nor do axioms that this version does not know.

    Args:
        ontology: the statements of the ontology, its lists among them.

    Returns:
        The rules, in the order of the axioms; each once.
    """
    lists: dict[object, dict[object, object]] = {_FIRST: {}, _REST: {}}
    axioms: list[tuple[Triple, Callable[[Triple, _Index], _Compiled]]] = []
    for statement in ontology:
        predicate = statement.predicate
        if predicate in lists:
            lists[predicate][statement.subject] = statement.object
            continue
        compiler = _BY_PREDICATE.get(predicate)
        if predicate == _TYPE:
            compiler = _BY_TYPE.get(statement.object)
        if compiler is not None:
            axiom = statement.triple if isinstance(statement, Quad) else statement
            axioms.append((axiom, compiler))
    rules: dict[tuple[tuple[Pattern, ...], Pattern], Rule] = {}
    for axiom, compiler in axioms:
        for name, body, head in compiler(axiom, lists):
            rules.setdefault((body, head), Rule(name, body, head, axiom))
    return tuple(rules.values())


def _pattern(subject: PatternTerm, predicate: object, object_: PatternTerm) -> Pattern:
    assert isinstance(predicate, NamedNode)
    return Pattern(subject, predicate, object_)


def _is_a(instance: PatternTerm, class_: object) -> Pattern:
    assert isinstance(class_, NamedNode | BlankNode)
    return Pattern(instance, _TYPE, class_)


def _subclass(axiom: Triple, _: _Index) -> _Compiled:
    if axiom.object not in _TRIVIAL and isinstance(axiom.object, NamedNode):
        yield "cax-sco", (_is_a(_X, axiom.subject),), _is_a(_X, axiom.object)


def _equivalent_class(axiom: Triple, _: _Index) -> _Compiled:
    if isinstance(axiom.subject, NamedNode) and isinstance(axiom.object, NamedNode):
        yield "cax-eqc1", (_is_a(_X, axiom.subject),), _is_a(_X, axiom.object)
        yield "cax-eqc2", (_is_a(_X, axiom.object),), _is_a(_X, axiom.subject)


def _subproperty(axiom: Triple, _: _Index) -> _Compiled:
    yield "prp-spo1", (_pattern(_X, axiom.subject, _Y),), _pattern(_X, axiom.object, _Y)


def _equivalent_property(axiom: Triple, _: _Index) -> _Compiled:
    yield "prp-eqp1", (_pattern(_X, axiom.subject, _Y),), _pattern(_X, axiom.object, _Y)
    yield "prp-eqp2", (_pattern(_X, axiom.object, _Y),), _pattern(_X, axiom.subject, _Y)


def _domain(axiom: Triple, _: _Index) -> _Compiled:
    if axiom.object not in _TRIVIAL:
        yield "prp-dom", (_pattern(_X, axiom.subject, _Y),), _is_a(_X, axiom.object)


def _range(axiom: Triple, _: _Index) -> _Compiled:
    if axiom.object not in _TRIVIAL and not _is_datatype(axiom.object):
        yield "prp-rng", (_pattern(_X, axiom.subject, _Y),), _is_a(_Y, axiom.object)


def _inverse(axiom: Triple, _: _Index) -> _Compiled:
    yield "prp-inv1", (_pattern(_X, axiom.subject, _Y),), _pattern(_Y, axiom.object, _X)
    yield "prp-inv2", (_pattern(_X, axiom.object, _Y),), _pattern(_Y, axiom.subject, _X)


def _symmetric(axiom: Triple, _: _Index) -> _Compiled:
    yield "prp-symp", (_pattern(_X, axiom.subject, _Y),), _pattern(_Y, axiom.subject, _X)


def _transitive(axiom: Triple, _: _Index) -> _Compiled:
    body = (_pattern(_X, axiom.subject, _Y), _pattern(_Y, axiom.subject, _Z))
    yield "prp-trp", body, _pattern(_X, axiom.subject, _Z)


def _chain(axiom: Triple, lists: _Index) -> _Compiled:
    steps = list(_members(axiom.object, lists))
    nodes = [Variable(f"x{i}") for i in range(len(steps) + 1)]
    body = tuple(_pattern(nodes[i], step, nodes[i + 1]) for i, step in enumerate(steps))
    if body:
        yield "prp-spo2", body, _pattern(nodes[0], axiom.subject, nodes[-1])


def _is_datatype(term: object) -> bool:
    return isinstance(term, NamedNode) and (
        term.value.startswith(str(XSD)) or term == RDFS["Literal"]
    )


def _members(head: object, lists: _Index) -> Iterator[object]:
    seen = set()
    while head != _NIL and head in lists[_FIRST] and head not in seen:
        seen.add(head)
        yield lists[_FIRST][head]
        head = lists[_REST].get(head, _NIL)


_BY_PREDICATE: dict[object, Callable[[Triple, _Index], _Compiled]] = {
    RDFS["subClassOf"]: _subclass,
    RDFS["subPropertyOf"]: _subproperty,
    RDFS["domain"]: _domain,
    RDFS["range"]: _range,
    OWL["equivalentClass"]: _equivalent_class,
    OWL["equivalentProperty"]: _equivalent_property,
    OWL["inverseOf"]: _inverse,
    OWL["propertyChainAxiom"]: _chain,
}
_BY_TYPE: dict[object, Callable[[Triple, _Index], _Compiled]] = {
    OWL["SymmetricProperty"]: _symmetric,
    OWL["TransitiveProperty"]: _transitive,
}
