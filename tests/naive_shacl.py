"""SHACL Core in the plainest way, from the definitions of the recommendation, section by section.

What the compiled queries have to agree with, beside pySHACL, since that has errors of its own. It
uses nothing of the project but its terms, and how results are written down.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import isnan
from typing import Any, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from shacl_reports import SH, Found, Graph

from qkg.answers import Term
from qkg.namespaces import RDF, RDFS, XSD
from qkg.shapes.paths import Alternative, Inverse, Path, Repeated, Sequence

_TRUE = Literal(True)
_DECIMALS = {XSD[name] for name in ("integer", "decimal")}
_FLOATS = {XSD[name] for name in ("float", "double")}
_LEXICAL = {
    XSD["byte"]: r"[+-]?\d+",
    XSD["integer"]: r"[+-]?\d+",
    XSD["decimal"]: r"[+-]?(\d+(\.\d*)?|\.\d+)",
    XSD["float"]: r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]?INF|NaN",
    XSD["double"]: r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?|[+-]?INF|NaN",
    XSD["boolean"]: r"true|false|1|0",
}
_KINDS = {
    SH["BlankNode"]: (BlankNode,),
    SH["IRI"]: (NamedNode,),
    SH["Literal"]: (Literal,),
    SH["BlankNodeOrIRI"]: (BlankNode, NamedNode),
    SH["BlankNodeOrLiteral"]: (BlankNode, Literal),
    SH["IRIOrLiteral"]: (NamedNode, Literal),
}


def validated(data: Iterable[Triple], shapes: Iterable[Triple]) -> frozenset[Found]:
    """Return the results of validating data against shapes (section 3.4)."""
    return frozenset(Validator(Graph(data), Graph(shapes)).run())


Values: TypeAlias = list[Term]
Violating: TypeAlias = Iterator[Term | None]


class Validator:
    def __init__(self, data: Graph, shapes: Graph) -> None:
        self.data, self.shapes = data, shapes

    def run(self) -> Iterator[Found]:
        for shape in dict.fromkeys(triple.subject for triple in self.shapes.triples):
            for focus in dict.fromkeys(self.targets(shape)):
                yield from self.results(shape, focus)

    # 2.1.3 Targets

    def targets(self, shape: Term) -> Iterator[Term]:
        yield from self.shapes.objects(shape, SH["targetNode"])
        for class_ in self.shapes.objects(shape, SH["targetClass"]):
            yield from self.instances(class_)
        if self.is_instance(self.shapes, shape, RDFS["Class"]) and any(
            self.is_instance(self.shapes, shape, SH[kind])
            for kind in ("NodeShape", "PropertyShape")
        ):
            yield from self.instances(shape)
        for predicate in self.shapes.objects(shape, SH["targetSubjectsOf"]):
            yield from (t.subject for t in self.data.triples if t.predicate == predicate)
        for predicate in self.shapes.objects(shape, SH["targetObjectsOf"]):
            yield from (t.object for t in self.data.triples if t.predicate == predicate)

    def instances(self, class_: Term) -> Iterator[Term]:
        for subject in dict.fromkeys(triple.subject for triple in self.data.triples):
            if self.is_instance(self.data, subject, class_):
                yield subject

    def is_instance(self, graph: Graph, node: Term, class_: Term) -> bool:
        """Say whether a node is a SHACL instance of a class (section 1.1)."""
        types = closure(
            graph.objects(node, RDF["type"]), lambda c: graph.objects(c, RDFS["subClassOf"])
        )
        return not isinstance(node, Literal) and class_ in types

    # 2.3.1 Property paths

    def reached(self, path: Path, node: Term) -> list[Term]:
        """Return each value node once."""
        match path:
            case NamedNode():
                found = self.data.objects(node, path)
            case Inverse(NamedNode() as predicate):
                found = list(self.data.subjects(predicate, node))
            case Inverse(Inverse(inner)):
                found = self.reached(inner, node)
            case Inverse(Sequence(paths)):
                found = self.reached(Sequence(tuple(Inverse(p) for p in reversed(paths))), node)
            case Inverse(Alternative(paths)):
                found = self.reached(Alternative(tuple(map(Inverse, paths))), node)
            case Inverse(Repeated(inner, least, most)):
                found = self.reached(Repeated(Inverse(inner), least, most), node)
            case Sequence(paths):
                found = [node]
                for step in paths:
                    found = [far for near in found for far in self.reached(step, near)]
            case Alternative(paths):
                found = [far for each in paths for far in self.reached(each, node)]
            case Repeated(inner, 0, 1):
                found = [node, *self.reached(inner, node)]
            case Repeated(inner, least, _):
                first = [node] if least == 0 else self.reached(inner, node)
                found = closure(first, lambda each: self.reached(inner, each))
        return list(dict.fromkeys(found))

    # 3.4 Validation

    def conforms(self, shape: Term, node: Term) -> bool:
        return not any(True for _ in self.results(shape, node))

    def results(self, shape: Term, focus: Term) -> Iterator[Found]:
        if self.has(shape, "deactivated", _TRUE):
            return
        node = self.shapes.one(shape, SH["path"])
        path = None if node is None else self.shapes.path(node)
        values: Values = [focus] if path is None else self.reached(path, focus)
        severity = self.shapes.one(shape, SH["severity"]) or SH["Violation"]
        named = shape if isinstance(shape, NamedNode) else None
        assert isinstance(severity, NamedNode)
        for parameter, (name, violating) in _COMPONENTS.items():
            component = SH[f"{name}ConstraintComponent"]
            for asked in self.shapes.objects(shape, SH[parameter]):
                for value in violating(self, shape, asked, focus, values):
                    yield Found(focus, path, component, value, severity, named)
        if self.has(shape, "closed", _TRUE):
            component = SH["ClosedConstraintComponent"]
            for value in values:
                for link, object_ in self.unexpected(shape, value):
                    yield Found(focus, link, component, object_, severity, named)
        for inner in self.shapes.objects(shape, SH["property"]):
            for value in values:
                yield from self.results(inner, value)

    def has(self, shape: Term, parameter: str, value: Term) -> bool:
        return value in self.shapes.objects(shape, SH[parameter])

    def unexpected(self, shape: Term, value: Term) -> Iterator[tuple[NamedNode, Term]]:
        """Yield what a closed shape does not allow (section 4.8.1)."""
        allowed = {
            path
            for inner in self.shapes.objects(shape, SH["property"])
            for path in self.shapes.objects(inner, SH["path"])
        }
        for list_ in self.shapes.objects(shape, SH["ignoredProperties"]):
            allowed |= set(self.shapes.members(list_))
        for subject, predicate, object_ in self.data.triples:
            if subject == value and predicate not in allowed:
                yield predicate, object_

    # 4.1 to 4.8: each takes the shape, the value of the parameter, the focus node and the value
    # nodes, and yields the values of the results.

    def class_(self, shape: Term, asked: Term, focus: Term, values: Values) -> Violating:
        yield from (v for v in values if not self.is_instance(self.data, v, asked))

    def datatype(self, shape: Term, asked: Term, focus: Term, values: Values) -> Violating:
        for value in values:
            if not isinstance(value, Literal) or value.datatype != asked or is_ill_typed(value):
                yield value

    def node_kind(self, shape: Term, asked: Term, focus: Term, values: Values) -> Violating:
        assert isinstance(asked, NamedNode)
        yield from (v for v in values if not isinstance(v, _KINDS[asked]))

    def min_count(self, shape: Term, asked: Term, focus: Term, values: Values) -> Violating:
        if len(values) < number(asked):
            yield None

    def max_count(self, shape: Term, asked: Term, focus: Term, values: Values) -> Violating:
        if len(values) > number(asked):
            yield None

    def min_exclusive(self, shape: Term, asked: Term, focus: Term, values: Values) -> Violating:
        yield from (v for v in values if compared(asked, v) not in {-1})

    def min_inclusive(self, shape: Term, asked: Term, focus: Term, values: Values) -> Violating:
        yield from (v for v in values if compared(asked, v) not in {-1, 0})

    def max_exclusive(self, shape: Term, asked: Term, focus: Term, values: Values) -> Violating:
        yield from (v for v in values if compared(asked, v) not in {1})

    def max_inclusive(self, shape: Term, asked: Term, focus: Term, values: Values) -> Violating:
        yield from (v for v in values if compared(asked, v) not in {1, 0})

    def min_length(self, shape: Term, asked: Term, focus: Term, values: Values) -> Violating:
        yield from (v for v in values if not self.is_text(v) or len(text(v)) < number(asked))

    def max_length(self, shape: Term, asked: Term, focus: Term, values: Values) -> Violating:
        yield from (v for v in values if not self.is_text(v) or len(text(v)) > number(asked))

    def pattern(self, shape: Term, asked: Term, focus: Term, values: Values) -> Violating:
        flags = self.shapes.one(shape, SH["flags"])
        found = re.compile(text(asked), re.IGNORECASE if flags is not None else 0)
        yield from (v for v in values if not self.is_text(v) or not found.search(text(v)))

    @staticmethod
    def is_text(value: Term) -> bool:
        return not isinstance(value, BlankNode)

    def language_in(self, shape: Term, asked: Term, focus: Term, values: Values) -> Violating:
        ranges = [text(each).lower() for each in self.shapes.members(asked)]
        for value in values:
            tag = value.language if isinstance(value, Literal) else None
            if tag is None or not any(f"{tag.lower()}-".startswith(f"{r}-") for r in ranges):
                yield value

    def unique_lang(self, shape: Term, asked: Term, focus: Term, values: Values) -> Violating:
        tags = [v.language.lower() for v in values if isinstance(v, Literal) and v.language]
        if asked == _TRUE and len(tags) > len(set(tags)):
            yield None

    def equals(self, shape: Term, asked: Term, focus: Term, values: Values) -> Violating:
        yield from set(values) ^ set(self.others(focus, asked))

    def disjoint(self, shape: Term, asked: Term, focus: Term, values: Values) -> Violating:
        yield from set(values) & set(self.others(focus, asked))

    def less_than(self, shape: Term, asked: Term, focus: Term, values: Values) -> Violating:
        for other in self.others(focus, asked):
            yield from (v for v in values if compared(v, other) not in {-1})

    def less_equal(self, shape: Term, asked: Term, focus: Term, values: Values) -> Violating:
        for other in self.others(focus, asked):
            yield from (v for v in values if compared(v, other) not in {-1, 0})

    def others(self, focus: Term, predicate: Term) -> list[Term]:
        assert isinstance(predicate, NamedNode)
        return self.data.objects(focus, predicate)

    def not_(self, shape: Term, asked: Term, focus: Term, values: Values) -> Violating:
        yield from (v for v in values if self.conforms(asked, v))

    def and_(self, shape: Term, asked: Term, focus: Term, values: Values) -> Violating:
        yield from (v for v in values if not all(self.each_conforms(asked, v)))

    def or_(self, shape: Term, asked: Term, focus: Term, values: Values) -> Violating:
        yield from (v for v in values if not any(self.each_conforms(asked, v)))

    def xone(self, shape: Term, asked: Term, focus: Term, values: Values) -> Violating:
        yield from (v for v in values if sum(self.each_conforms(asked, v)) != 1)

    def each_conforms(self, list_: Term, value: Term) -> list[bool]:
        return [self.conforms(shape, value) for shape in self.shapes.members(list_)]

    def node(self, shape: Term, asked: Term, focus: Term, values: Values) -> Violating:
        yield from (v for v in values if not self.conforms(asked, v))

    def qualified_min(self, shape: Term, asked: Term, focus: Term, values: Values) -> Violating:
        for qualified in self.shapes.objects(shape, SH["qualifiedValueShape"]):
            if self.qualifying(shape, qualified, values) < number(asked):
                yield None

    def qualified_max(self, shape: Term, asked: Term, focus: Term, values: Values) -> Violating:
        for qualified in self.shapes.objects(shape, SH["qualifiedValueShape"]):
            if self.qualifying(shape, qualified, values) > number(asked):
                yield None

    def qualifying(self, shape: Term, qualified: Term, values: Values) -> int:
        """Count the values that conform, and to none of the sibling shapes (section 4.7.3)."""
        siblings = set()
        if self.has(shape, "qualifiedValueShapesDisjoint", _TRUE):
            for parent in self.shapes.subjects(SH["property"], shape):
                for sibling in self.shapes.objects(parent, SH["property"]):
                    siblings |= set(self.shapes.objects(sibling, SH["qualifiedValueShape"]))
        return sum(
            self.conforms(qualified, v)
            and not any(self.conforms(sibling, v) for sibling in siblings - {qualified})
            for v in values
        )

    def has_value(self, shape: Term, asked: Term, focus: Term, values: Values) -> Violating:
        if asked not in values:
            yield None

    def in_(self, shape: Term, asked: Term, focus: Term, values: Values) -> Violating:
        allowed = list(self.shapes.members(asked))
        yield from (v for v in values if v not in allowed)


_Component: TypeAlias = Callable[[Validator, Term, Term, Term, Values], Violating]
_COMPONENTS: dict[str, tuple[str, _Component]] = {
    "class": ("Class", Validator.class_),
    "datatype": ("Datatype", Validator.datatype),
    "nodeKind": ("NodeKind", Validator.node_kind),
    "minCount": ("MinCount", Validator.min_count),
    "maxCount": ("MaxCount", Validator.max_count),
    "minExclusive": ("MinExclusive", Validator.min_exclusive),
    "minInclusive": ("MinInclusive", Validator.min_inclusive),
    "maxExclusive": ("MaxExclusive", Validator.max_exclusive),
    "maxInclusive": ("MaxInclusive", Validator.max_inclusive),
    "minLength": ("MinLength", Validator.min_length),
    "maxLength": ("MaxLength", Validator.max_length),
    "pattern": ("Pattern", Validator.pattern),
    "languageIn": ("LanguageIn", Validator.language_in),
    "uniqueLang": ("UniqueLang", Validator.unique_lang),
    "equals": ("Equals", Validator.equals),
    "disjoint": ("Disjoint", Validator.disjoint),
    "lessThan": ("LessThan", Validator.less_than),
    "lessThanOrEquals": ("LessThanOrEquals", Validator.less_equal),
    "not": ("Not", Validator.not_),
    "and": ("And", Validator.and_),
    "or": ("Or", Validator.or_),
    "xone": ("Xone", Validator.xone),
    "node": ("Node", Validator.node),
    "qualifiedMinCount": ("QualifiedMinCount", Validator.qualified_min),
    "qualifiedMaxCount": ("QualifiedMaxCount", Validator.qualified_max),
    "hasValue": ("HasValue", Validator.has_value),
    "in": ("In", Validator.in_),
}


def closure(first: Iterable[Term], further: Callable[[Term], Iterable[Term]]) -> list[Term]:
    found = dict.fromkeys(first)
    pending = list(found)
    while pending:
        new = [each for each in further(pending.pop()) if each not in found]
        found.update(dict.fromkeys(new))
        pending += new
    return list(found)


def text(term: Term) -> str:
    assert isinstance(term, NamedNode | Literal)
    return term.value


def number(term: Term) -> int:
    return int(text(term))


# Values of literals, and their order (SPARQL 1.1, section 17.3)


def is_ill_typed(literal: Literal) -> bool:
    if literal.datatype in (XSD["date"], XSD["dateTime"]):
        return moment(literal) is None
    pattern = _LEXICAL.get(literal.datatype)
    if pattern is None:
        return False
    is_written = re.fullmatch(pattern, literal.value) is not None
    in_range = literal.datatype != XSD["byte"] or (is_written and -129 < int(literal.value) < 128)
    return not (is_written and in_range)


def moment(literal: Literal) -> datetime | None:
    kind: Any = date if literal.datatype == XSD["date"] else datetime
    pattern = r"\d{4}-\d\d-\d\d" + ("" if kind is date else r"T\d\d:\d\d:\d\d")
    match = re.fullmatch(rf"({pattern})(Z|[+-]\d\d:\d\d)?", literal.value)
    try:
        if match is None:
            return None
        found = kind.fromisoformat(match[1])
        return datetime.fromisoformat(found.strftime("%Y-%m-%dT%H:%M:%S") + (match[2] or ""))
    except ValueError:
        return None


def compared(one: Term, other: Term) -> int | None:
    """Return -1, 0 or 1 as a term is below another, equal or above; None where SPARQL says neither.

    Dates are compared as XPath compares them. Of two of which one has a zone, the order is told
    where it is that in any zone.
    """
    if not isinstance(one, Literal) or not isinstance(other, Literal):
        return None
    kinds, numeric = {one.datatype, other.datatype}, _DECIMALS | _FLOATS
    if is_ill_typed(one) or is_ill_typed(other):
        return None
    if kinds <= numeric:
        cast: Any = float if kinds & _FLOATS else Decimal
        a, b = (cast(each.value) for each in (one, other))
        return None if isnan(a) or isnan(b) else (a > b) - (a < b)
    if kinds == {XSD["string"]}:
        return (one.value > other.value) - (one.value < other.value)
    if kinds == {XSD["boolean"]}:
        p, q = (each.value in ("true", "1") for each in (one, other))
        return p - q
    if kinds in ({XSD["date"]}, {XSD["dateTime"]}):
        return ordered(moment(one), moment(other))
    return None


def ordered(one: datetime | None, other: datetime | None) -> int | None:
    assert one is not None
    assert other is not None
    if (one.tzinfo is None) == (other.tzinfo is None):
        return (one > other) - (one < other)
    zone, most = one.tzinfo or other.tzinfo, timedelta(hours=14)
    a, b = one.replace(tzinfo=one.tzinfo or zone), other.replace(tzinfo=other.tzinfo or zone)
    apart = (
        a.utctimetuple() < (b - most).utctimetuple(),
        (b + most).utctimetuple() < a.utctimetuple(),
    )
    return -1 if apart[0] else 1 if apart[1] else None
