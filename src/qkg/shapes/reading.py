"""From a shapes graph to shapes: :mod:`qkg.shapes.model`."""

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Quad, Triple

from qkg.answers import Term
from qkg.namespaces import OWL, RDFS, XSD, curie
from qkg.shapes.components import Components
from qkg.shapes.model import (
    Closed,
    Compared,
    Constraint,
    Counted,
    HasValue,
    Nested,
    Node,
    Property,
    Qualified,
    Shape,
    Shapes,
    Sparql,
    Target,
    UniqueLanguage,
    ValueTest,
)
from qkg.shapes.source import SH, Source, ill_formed

__all__ = ["read_shapes"]

_TARGETS = {
    SH["targetNode"]: "node",
    SH["targetClass"]: "class",
    SH["targetSubjectsOf"]: "subjects",
    SH["targetObjectsOf"]: "objects",
}
_ADVANCED = tuple(SH[name] for name in ("target", "expression", "rule", "js"))
_SINGLE_TESTS = (
    "datatype",
    "nodeKind",
    "minExclusive",
    "minInclusive",
    "maxExclusive",
    "maxInclusive",
    "minLength",
    "maxLength",
)
_NODE_KINDS = {
    SH[name]
    for name in (
        "BlankNode",
        "IRI",
        "Literal",
        "BlankNodeOrIRI",
        "BlankNodeOrLiteral",
        "IRIOrLiteral",
    )
}
_TRUE = Literal("true", datatype=XSD["boolean"])
_COMPARED = ("equals", "disjoint", "lessThan", "lessThanOrEquals")


def read_shapes(triples: Iterable[Triple | Quad]) -> Shapes:
    """Read the shapes that are aimed at anything, and all that they speak of.

    Args:
        triples: the shapes graph.

    Raises:
        InputError: a shape is ill-formed (SHACL, appendix C).
    """
    return _Reader(Source(triples)).shapes()


class _Reader:
    def __init__(self, source: Source) -> None:
        self._source = source
        self._components = Components(source)
        self._pending: list[Node] = []
        self._refused: dict[Node, str] = {}

    def shapes(self) -> Shapes:
        source = self._source
        roots: dict[Node, None] = {}
        for predicate in (*_TARGETS, *_ADVANCED[:1]):
            roots.update(dict.fromkeys(source.having(predicate)))
        for kind in ("NodeShape", "PropertyShape"):
            roots.update(dict.fromkeys(source.instances(SH[kind])))
        self._pending = list(roots)
        read: dict[Node, Shape] = {}
        while self._pending:
            node = self._pending.pop()
            if node not in read:
                read[node] = self._shape(node)
        return Shapes(read, self._refused)

    def _shape(self, node: Node) -> Shape:
        source = self._source
        for predicate in _ADVANCED:
            if source.values(node, predicate):
                self._refused[node] = (
                    f"{curie(predicate.value)} is not of SHACL Core or SHACL-SPARQL"
                )
        path = source.value(node, SH["path"])
        severity = source.value(node, SH["severity"]) or SH["Violation"]
        if not isinstance(severity, NamedNode):
            raise ill_formed(node, "its sh:severity is an IRI")
        if path is None and source.is_instance(node, SH["PropertyShape"]):
            raise ill_formed(node, "a property shape has one sh:path")
        if path is not None and source.is_instance(node, SH["NodeShape"]):
            raise ill_formed(node, "a node shape has no sh:path")
        is_property = path is not None
        return Shape(
            node,
            None if path is None else source.path(node, path),
            tuple(self._targets(node)),
            (*self._constraints(node, is_property), *self._components.used(node, is_property)),
            severity,
            source.texts(node, SH["message"]),
            source.is_true(node, SH["deactivated"]),
        )

    def _targets(self, node: Node) -> Iterator[Target]:
        for predicate, kind in _TARGETS.items():
            for term in self._source.values(node, predicate):
                if isinstance(term, NamedNode) or (isinstance(term, Literal) and kind == "node"):
                    yield Target(kind, term)  # type: ignore[arg-type]
                elif kind != "node":
                    raise ill_formed(node, f"{curie(predicate.value)} is an IRI")
        if isinstance(node, NamedNode) and any(
            self._source.is_instance(node, class_) for class_ in (RDFS["Class"], OWL["Class"])
        ):
            yield Target("class", node)

    def _constraints(self, node: Node, is_property: bool) -> Iterator[Constraint]:
        yield from self._tests(node)
        yield from self._counts(node, is_property)
        yield from self._comparisons(node, is_property)
        yield from self._nested(node)
        yield from self._qualified(node, is_property)
        source = self._source
        if source.is_true(node, SH["closed"]):
            yield Closed(SH["ClosedConstraintComponent"], tuple(self._allowed(node)))
        for value in source.values(node, SH["hasValue"]):
            yield HasValue(SH["HasValueConstraintComponent"], value)
        for constraint in source.values(node, SH["sparql"]):
            if isinstance(constraint, Literal | Triple):
                raise ill_formed(node, "its sh:sparql is a node")
            select = source.value(constraint, SH["select"])
            if not isinstance(select, Literal):
                raise ill_formed(node, "its sh:sparql has one sh:select")
            if not source.is_true(constraint, SH["deactivated"]):
                yield Sparql(
                    SH["SPARQLConstraintComponent"],
                    constraint,
                    source.prologue(constraint) + select.value,
                    source.texts(constraint, SH["message"]),
                )

    def _tests(self, node: Node) -> Iterator[ValueTest]:
        source = self._source
        for class_ in source.values(node, SH["class"]):
            if isinstance(class_, Literal):
                raise ill_formed(node, "its sh:class is an IRI")
            yield ValueTest(SH["ClassConstraintComponent"], "class", (class_,))
        for name in _SINGLE_TESTS:
            term = source.value(node, SH[name])
            if term is None:
                continue
            if name in ("minLength", "maxLength"):
                source.number(node, SH[name])
            elif name == "nodeKind" and term not in _NODE_KINDS:
                raise ill_formed(node, "its sh:nodeKind is one of the six kinds")
            elif isinstance(term, Literal) == (name in ("datatype", "nodeKind")):
                kind = "an IRI" if isinstance(term, Literal) else "a literal"
                raise ill_formed(node, f"its {curie(SH[name].value)} is {kind}")
            yield ValueTest(_component(name), name, (term,))
        flags = source.value(node, SH["flags"])
        for pattern in source.values(node, SH["pattern"]):
            if not isinstance(pattern, Literal):
                raise ill_formed(node, "its sh:pattern is a string")
            yield ValueTest(
                SH["PatternConstraintComponent"],
                "pattern",
                (pattern,),
                flags.value if isinstance(flags, Literal) else "",
            )
        for name in ("languageIn", "in"):
            head = source.value(node, SH[name])
            if head is not None:
                yield ValueTest(_component(name), name, source.members(node, head))

    def _counts(self, node: Node, is_property: bool) -> Iterator[Constraint]:
        least = self._source.number(node, SH["minCount"])
        most = self._source.number(node, SH["maxCount"])
        # Only the literal true: not 1, as section 4.4.5 has it.
        self._source.is_true(node, SH["uniqueLang"])
        unique = self._source.value(node, SH["uniqueLang"]) == _TRUE
        if not is_property and (least is not None or most is not None or unique):
            raise ill_formed(node, "a node shape counts no values")
        if least is not None:
            yield Counted(_component("minCount"), least, None)
        if most is not None:
            yield Counted(_component("maxCount"), None, most)
        if unique:
            yield UniqueLanguage(SH["UniqueLangConstraintComponent"])

    def _comparisons(self, node: Node, is_property: bool) -> Iterator[Compared]:
        for name in _COMPARED:
            for other in self._source.values(node, SH[name]):
                if not isinstance(other, NamedNode):
                    raise ill_formed(node, f"its {curie(SH[name].value)} is an IRI")
                if name.startswith("lessThan") and not is_property:
                    raise ill_formed(node, f"a node shape has no {curie(SH[name].value)}")
                yield Compared(_component(name), name, other)

    def _nested(self, node: Node) -> Iterator[Nested | Property]:
        source = self._source
        for name in ("node", "not"):
            for shape in source.values(node, SH[name]):
                yield Nested(_component(name), name, (self._reference(node, shape),))
        for name in ("and", "or", "xone"):
            for head in source.values(node, SH[name]):
                members = source.members(node, head)
                shapes = tuple(self._reference(node, each) for each in members)
                yield Nested(_component(name), name, shapes)
        for shape in source.values(node, SH["property"]):
            reference = self._reference(node, shape)
            if source.value(reference, SH["path"]) is None:
                raise ill_formed(reference, "a property shape has one sh:path")
            yield Property(SH["PropertyConstraintComponent"], reference)

    def _qualified(self, node: Node, is_property: bool) -> Iterator[Qualified]:
        source = self._source
        least = source.number(node, SH["qualifiedMinCount"])
        most = source.number(node, SH["qualifiedMaxCount"])
        for value in source.values(node, SH["qualifiedValueShape"]):
            if not is_property:
                raise ill_formed(node, "a node shape has no sh:qualifiedValueShape")
            shape = self._reference(node, value)
            siblings = tuple(self._siblings(node)) if self._is_disjoint(node) else ()
            for each in siblings:
                self._pending.append(each)
            if least is not None:
                component = _component("qualifiedMinCount")
                yield Qualified(component, shape, least, None, siblings)
            if most is not None:
                component = _component("qualifiedMaxCount")
                yield Qualified(component, shape, None, most, siblings)

    def _is_disjoint(self, node: Node) -> bool:
        return self._source.is_true(node, SH["qualifiedValueShapesDisjoint"])

    def _siblings(self, node: Node) -> Iterator[Node]:
        """Yield the sibling shapes (section 4.7.3)."""
        source = self._source
        own = source.values(node, SH["qualifiedValueShape"])
        found: dict[Node, None] = {}
        for parent in source.having(SH["property"]):
            properties = source.values(parent, SH["property"])
            if node in properties:
                for other in properties:
                    for shape in source.values(other, SH["qualifiedValueShape"]):
                        if shape not in own and not isinstance(shape, Literal | Triple):
                            found[shape] = None
        yield from found

    def _allowed(self, node: Node) -> Iterator[NamedNode]:
        source = self._source
        head = source.value(node, SH["ignoredProperties"])
        allowed = () if head is None else source.members(node, head)
        paths = (
            path
            for shape in source.values(node, SH["property"])
            for path in source.values(shape, SH["path"])
        )
        for path in dict.fromkeys((*paths, *allowed)):
            if isinstance(path, NamedNode):
                yield path

    def _reference(self, node: Node, shape: Term) -> Node:
        if isinstance(shape, Literal | Triple):
            raise ill_formed(node, "a literal stands where a shape belongs")
        self._pending.append(shape)
        return shape


def _component(name: str) -> NamedNode:
    return SH[f"{name[0].upper()}{name[1:]}ConstraintComponent"]
