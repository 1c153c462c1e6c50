"""Shapes and data for hypothesis, as Turtle: few names, so that shapes find what they are for.

A shape refers to those after it only, so that none is recursive, but where recursion is asked for.
"""

from typing import NamedTuple

from hypothesis import strategies as st

__all__ = ["PREFIXES", "Case", "changes", "core", "recursive", "sparql"]

PREFIXES = """\
@prefix : <https://example.org/> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
CLASSES = (":C0", ":C1", ":C2")
PROPERTIES = (":p", ":q", ":r")
SUBJECTS = (":a", ":b", ":c", "_:x", "_:y")
NUMBERS = ("1", "2", "1.0", "2.5", "1e0", '"1.5"^^xsd:float', '"NaN"^^xsd:double')
TEXTS = ('"a"', '"ab"', '"B"', '""', '"1"')
TAGGED = ('"a"@en', '"b"@en', '"c"@en', '"a"@en-GB', '"a"@de')
DATES = (
    '"2025-01-01"^^xsd:date',
    '"2025-01-02"^^xsd:date',
    '"2025-01-02Z"^^xsd:date',
    '"2025-01-01T00:00:00"^^xsd:dateTime',
    '"2025-01-01T12:00:00Z"^^xsd:dateTime',
    '"2025-01-03T00:00:00Z"^^xsd:dateTime',
)
ILL_TYPED = ('"x"^^xsd:integer', '"2025-13-01"^^xsd:date', '"none"^^xsd:boolean')
OTHERS = ("true", "false", '"a"^^:D')
LITERALS = (*NUMBERS, *TEXTS, *TAGGED, *DATES, *ILL_TYPED, *OTHERS)
_FAMILIES = (NUMBERS[:-1], TEXTS, TAGGED, DATES[:2], DATES[4:], OTHERS[:2], LITERALS, LITERALS)
"""Literals of which a case has some: most often those that compare with each other."""

DATATYPES = (
    "xsd:integer",
    "xsd:decimal",
    "xsd:double",
    "xsd:string",
    "xsd:boolean",
    "xsd:date",
    "xsd:dateTime",
    "rdf:langString",
    ":D",
)
KINDS = ("BlankNode", "IRI", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")
PATTERNS = ("^a", "b$", "^A", "1", "^$", "example.org/[ab]$", "a|B")
_DEPTH = 3


class Case(NamedTuple):
    """A shapes graph and a data graph, as Turtle."""

    shapes: str
    data: str

    def __repr__(self) -> str:
        return f"Case(\n{self.shapes}\n# data\n{self.data})"


class _Writer:
    """Writes shapes.

    Args:
        draw: where chance comes from.
        literals: what the literals are, but a few.
        sparql: whether to write constraints in SPARQL too.
        recursive: whether shapes may refer to themselves.
    """

    def __init__(
        self, draw: st.DrawFn, literals: tuple[str, ...], *, sparql: bool, recursive: bool
    ) -> None:
        self.literals = literals
        self.draw, self.sparql, self.recursive = draw, sparql, recursive
        self.names = [
            class_ if self.chance(15) else f":S{number}" for number, class_ in enumerate(CLASSES)
        ]
        self.property_shape = self.names[1] if self.chance(50) else None

    def some(self, *choices: str) -> str:
        return self.draw(st.sampled_from(choices))

    def chance(self, percent: int) -> bool:
        return self.draw(st.integers(1, 100)) <= percent

    def several(self, choices: tuple[str, ...], least: int = 1, most: int = 3) -> list[str]:
        return self.draw(st.lists(st.sampled_from(choices), min_size=least, max_size=most))

    def term(self) -> str:
        return self.some(*SUBJECTS[:3], *self.literals)

    def bound(self) -> str:
        bounds = [*NUMBERS[:-1], *DATES, '"a"', "true"]
        like = [bound for bound in bounds if bound in self.literals]
        return self.some(*(like if like and self.chance(90) else bounds))

    # Paths

    def path(self, depth: int = 2) -> str:
        kind = self.draw(st.integers(0, 9))
        if depth == 0 or kind < 5:
            return self.some(*PROPERTIES)
        inner = self.path(depth - 1)
        if kind == 5:
            return f"[ sh:inversePath {inner} ]"
        if kind == 6:
            return f"( {inner} {self.path(depth - 1)} )"
        if kind == 7:
            return f"[ sh:alternativePath ( {inner} {self.path(depth - 1)} ) ]"
        repeated = self.some("zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath")
        return f"[ sh:{repeated} {inner} ]"

    # Shapes

    def graph(self) -> str:
        shapes = [self.named(number) for number in range(len(self.names))]
        return "\n".join((*shapes, _COMPONENTS if self.sparql else ""))

    def named(self, number: int) -> str:
        name = self.names[number]
        is_property = name == self.property_shape
        parts = self.targets() if number == 0 or self.chance(50) else []
        if name in CLASSES:
            parts.append("a rdfs:Class")
        if is_property:
            parts += ["a sh:PropertyShape", f"sh:path {self.path()}"]
        else:
            parts.append("a sh:NodeShape")
        parts += self.content(number, _DEPTH, is_property=is_property)
        return f"{name}\n    " + " ;\n    ".join(parts) + " ."

    def targets(self) -> list[str]:
        return [self.target() for _ in range(self.draw(st.integers(1, 2)))]

    def target(self) -> str:
        kind = self.draw(st.integers(0, 4))
        if kind == 0:
            return f"sh:targetNode {self.term()}"
        if kind == 1:
            return f"sh:targetSubjectsOf {self.some(*PROPERTIES)}"
        if kind == 2:
            return f"sh:targetObjectsOf {self.some(*PROPERTIES)}"
        return f"sh:targetClass {self.some(*CLASSES)}"

    def content(self, number: int, depth: int, *, is_property: bool) -> list[str]:
        """Return what a shape says but for its path."""
        parts: list[str] = []
        # pySHACL takes minutes for some of these where there is recursion, or SPARQL.
        plain = not (is_property or self.recursive or self.sparql)
        if plain and depth == _DEPTH and self.chance(70):
            parts += self.nesting("property", number, depth)
        for _ in range(self.draw(st.integers(1, 3 if depth == _DEPTH else 2))):
            parts += self.constraint(number, depth, is_property=is_property)
        if self.chance(10):
            parts.append(f"sh:severity {self.some('sh:Warning', 'sh:Info', ':Grave')}")
        if self.chance(10):
            parts.append('sh:message "Mend it."@en')
        if self.chance(5):
            parts.append(f"sh:deactivated {self.some('true', 'true', 'false')}")
        return list({_once(part): part for part in parts}.values())

    def inline(self, number: int, depth: int, *, only_node: bool = False) -> str:
        """Return a shape to refer to."""
        names = self.names[0 if self.recursive else number + 1 :]
        if only_node:
            names = [name for name in names if name != self.property_shape]
        if names and (depth == 0 or self.chance(30)):
            return self.some(*names)
        is_property = not only_node and self.chance(35)
        return self.shape(number, max(0, depth - 1), is_property=is_property)

    def shape(self, number: int, depth: int, *, is_property: bool) -> str:
        parts = [f"sh:path {self.path()}"] if is_property else []
        parts += self.content(number, depth, is_property=is_property)
        return f"[ {' ; '.join(parts)} ]"

    def shape_list(self, number: int, depth: int) -> str:
        count = self.draw(st.integers(1, 3))
        return f"( {' '.join(self.inline(number, depth) for _ in range(count))} )"

    def constraint(self, number: int, depth: int, *, is_property: bool) -> list[str]:
        kinds: tuple[str, ...] = _PROPERTY
        if not (is_property and self.chance(40)):
            kinds = (*_ANY, *(_NESTING if depth else ()))
        kind = self.some(*kinds, *(("sparql", "component") if self.sparql else ()))
        if kind in ("sparql", "component"):
            if kind == "component":
                return self.some(*_USES).split(" ; ")
            selects = (*_SELECTS, *(_PATH_SELECTS if is_property else ()))
            prefixes = "sh:prefixes :Prefixes"
            return [f'sh:sparql [ {prefixes} ; sh:select """{self.some(*selects)}""" ]']
        if kind in _NESTING:
            return self.nesting(kind, number, depth)
        return self.simple(kind)

    def nesting(self, kind: str, number: int, depth: int) -> list[str]:
        if kind in ("and", "or", "xone"):
            return [f"sh:{kind} {self.shape_list(number, depth)}"]
        if kind == "property":
            shape = self.shape(number, depth - 1, is_property=True)
            if self.chance(30):
                return [f"sh:property {self.qualified(number, depth)} , {shape}"]
            return [f"sh:property {shape}"]
        return [f"sh:{kind} {self.inline(number, depth, only_node=kind == 'node')}"]

    def qualified(self, number: int, depth: int) -> str:
        """Return two property shapes that are siblings."""
        path = self.path()
        return " , ".join(self._qualified(path, number, depth) for _ in range(2))

    def _qualified(self, path: str, number: int, depth: int) -> str:
        parts = [f"sh:path {path}", f"sh:qualifiedValueShape {self.inline(number, depth - 1)}"]
        if self.chance(60):
            parts.append(f"sh:qualifiedMinCount {self.some('1', '2')}")
        if len(parts) == 2 or self.chance(40):
            parts.append(f"sh:qualifiedMaxCount {self.some('0', '1')}")
        if self.chance(50):
            parts.append("sh:qualifiedValueShapesDisjoint true")
        return f"[ {' ; '.join(parts)} ]"

    def simple(self, kind: str) -> list[str]:
        if kind == "closed":
            ignored = f"sh:ignoredProperties ( rdf:type {self.some(*PROPERTIES)} )"
            return ["sh:closed true", *([ignored] if self.chance(60) else [])]
        if kind == "pattern":
            flags = ['sh:flags "i"'] if self.chance(40) else []
            return [f'sh:pattern "{self.some(*PATTERNS)}"', *flags]
        if kind in ("in", "languageIn"):
            choices = (
                (*SUBJECTS[:3], *self.literals) if kind == "in" else ('"en"', '"de"', '"en-GB"')
            )
            return [f"sh:{kind} ( {' '.join(self.several(choices))} )"]
        value = {
            "class": self.some(*CLASSES),
            "datatype": self.some(*DATATYPES),
            "nodeKind": f"sh:{self.some(*KINDS)}",
            "minCount": self.some("0", "1", "2"),
            "maxCount": self.some("0", "1"),
            "minLength": self.some("0", "1", "2", "22"),
            "maxLength": self.some("0", "1", "2", "21"),
            "uniqueLang": "true",
            "hasValue": self.term(),
        }.get(kind)
        if value is None:
            value = self.some(*PROPERTIES) if kind in _PAIRS else self.bound()
        return [f"sh:{kind} {value}"]


_PAIRS = ("equals", "disjoint", "lessThan", "lessThanOrEquals")
_ANY = (
    "class",
    "datatype",
    "nodeKind",
    "minExclusive",
    "minInclusive",
    "maxExclusive",
    "maxInclusive",
    "minLength",
    "maxLength",
    "pattern",
    "languageIn",
    "equals",
    "disjoint",
    "closed",
    "hasValue",
    "in",
)
_PROPERTY = ("minCount", "maxCount", "uniqueLang", "lessThan", "lessThanOrEquals")
_NESTING = ("not", "and", "or", "xone", "node", "property", "property")
_SELECTS = (
    "SELECT $this ?value WHERE { $this :p ?value . FILTER(isLiteral(?value)) }",
    "SELECT $this WHERE { $this :q ?x . FILTER NOT EXISTS { $this :p ?x } }",
    "SELECT $this (?x AS ?value) WHERE { ?x :p $this }",
    "SELECT $this ?path ?value WHERE { $this ?path ?value . FILTER(?path = :r) }",
    "SELECT DISTINCT $this WHERE { { $this :p ?x } UNION { $this :q ?x } }",
    "SELECT $this WHERE { OPTIONAL { $this :p ?x } FILTER(!bound(?x)) }",
    "SELECT $this WHERE { FILTER(isIRI($this)) }",
    """SELECT $this ?value WHERE { $this :p ?value . FILTER(?n > 1)
        { SELECT $this (COUNT(?x) AS ?n) WHERE { $this :q ?x } GROUP BY $this } }""",
    "SELECT $this ?value WHERE { BIND($this AS ?x) ?x :r/:p* ?value }",
)
_PATH_SELECTS = (
    "SELECT $this ?value WHERE { $this $PATH ?value . FILTER(isBlank(?value)) }",
    "SELECT $this WHERE { $this $PATH ?x . $this :r ?x }",
    "SELECT $this WHERE { FILTER NOT EXISTS { $this $PATH ?x . FILTER(isIRI(?x)) } }",
)
_USES = (
    ':tag "en"',
    ':tag "de"',
    ":other :p",
    ":other :q",
    ":one :a",
    ":one :a ; :two 1",
    ":one 1",
)
_COMPONENTS = '''
:Prefixes sh:declare [ sh:prefix "" ; sh:namespace "https://example.org/"^^xsd:anyURI ] .
:Tagged a sh:ConstraintComponent ;
    sh:parameter [ sh:path :tag ] ;
    sh:validator [ a sh:SPARQLAskValidator ;
        sh:ask "ASK { FILTER(isLiteral($value) && langMatches(lang($value), $tag)) }" ] .
:Both a sh:ConstraintComponent ;
    sh:parameter [ sh:path :other ] ;
    sh:nodeValidator [ a sh:SPARQLSelectValidator ;
        sh:select "SELECT $this ?value WHERE { $this $other ?value . FILTER(isIRI(?value)) }" ] ;
    sh:propertyValidator [ a sh:SPARQLSelectValidator ;
        sh:select "SELECT $this ?value WHERE { $this $PATH ?value . $this $other ?value }" ] .
:Either a sh:ConstraintComponent ;
    sh:parameter [ sh:path :one ] , [ sh:path :two ; sh:optional true ] ;
    sh:validator [ a sh:SPARQLAskValidator ;
        sh:ask """ASK {
            FILTER(sameTerm($value, $one) || (bound($two) && sameTerm($value, $two))) }""" ] .
'''


_SEVERAL = ("and", "class", "disjoint", "equals", "hasValue", "node", "not", "or", "property")


def _once(part: str) -> str:
    """Return the predicate of a part where a shape has only one of these."""
    predicate = part.split(maxsplit=1)[0]
    return part if predicate.removeprefix("sh:") in (*_SEVERAL, "xone", "sparql") else predicate


@st.composite
def _data(draw: st.DrawFn, literals: tuple[str, ...], things: tuple[str, ...]) -> str:
    lines = []
    for _ in range(draw(st.integers(0, 3))):
        below, above = (draw(st.sampled_from(CLASSES)) for _ in range(2))
        lines.append(f"{below} rdfs:subClassOf {above} .")
    for _ in range(draw(st.integers(0, 4))):
        thing, class_ = draw(st.sampled_from(things)), draw(st.sampled_from(CLASSES))
        lines.append(f"{thing} a {class_} .")
    for _ in range(draw(st.integers(0, 10))):
        subject, predicate = draw(st.sampled_from(things)), draw(st.sampled_from(PROPERTIES))
        object_ = draw(st.sampled_from(things) | st.sampled_from(literals))
        lines.append(f"{subject} {predicate} {object_} .")
    return "\n".join(dict.fromkeys(lines))


@st.composite
def _cases(draw: st.DrawFn, *, sparql: bool = False, recursive: bool = False) -> Case:
    literals = draw(st.sampled_from(_FAMILIES))
    writer = _Writer(draw, literals, sparql=sparql, recursive=recursive)
    # pySHACL is at a loss with blank nodes where there is SPARQL.
    named = sparql and draw(st.integers(0, 3)) > 0
    return Case(writer.graph(), draw(_data(literals, SUBJECTS[:3] if named else SUBJECTS)))


@st.composite
def _changes(draw: st.DrawFn) -> tuple[Case, Case]:
    literals = draw(st.sampled_from(_FAMILIES))
    shapes = _Writer(draw, literals, sparql=False, recursive=False).graph()
    before = draw(_data(literals, SUBJECTS))
    kept = [line for line in before.splitlines() if draw(st.integers(0, 3))]
    more = draw(st.sampled_from(("", draw(_data(literals, SUBJECTS)))))
    return Case(shapes, before), Case(shapes, "\n".join((*kept, more)))


core = _cases()
"""Shapes of SHACL Core."""

changes = _changes()
"""Shapes of SHACL Core, with data before and after a change."""

sparql = _cases(sparql=True)
"""Shapes with constraints and components in SPARQL among those of Core."""

recursive = _cases(recursive=True)
"""Shapes that may refer to themselves."""
