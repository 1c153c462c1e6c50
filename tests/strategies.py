"""Small ontologies and data for hypothesis: few names, so that rules meet each other."""

from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from qkg.answers import Term
from qkg.namespaces import OWL, RDF, RDFS, XSD

__all__ = ["facts", "ontologies"]

_BASE = "https://example.org/"
CLASSES = [NamedNode(f"{_BASE}C{i}") for i in range(4)]
PROPERTIES = [NamedNode(f"{_BASE}p{i}") for i in range(4)]
THINGS = [NamedNode(f"{_BASE}i{i}") for i in range(5)]
LITERALS = [Literal("a"), Literal(1), Literal("b", language="en")]

_class, _property, _thing = (st.sampled_from(names) for names in (CLASSES, PROPERTIES, THINGS))
_object: st.SearchStrategy[Term] = st.sampled_from([*THINGS, *THINGS, *LITERALS])


@st.composite
def _facts(draw: st.DrawFn) -> Triple:
    subject = draw(_thing)
    kind = draw(st.integers(0, 9))
    if kind < 4:
        return Triple(subject, RDF["type"], draw(_class))
    if kind == 9:
        return Triple(subject, OWL["sameAs"], draw(_thing))
    return Triple(subject, draw(_property), draw(_object))


facts = st.lists(_facts(), max_size=6)
"""Facts about individuals, a few of them equalities."""


class _Writer:
    """Collects the triples of an ontology, and names its blank nodes in order."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.triples: list[Triple] = []
        self._nodes = 0

    def node(self) -> BlankNode:
        self._nodes += 1
        return BlankNode(f"n{self._nodes}")

    def say(self, subject: object, predicate: NamedNode, object_: object) -> None:
        self.triples.append(Triple(subject, predicate, object_))  # type: ignore[arg-type]

    def list(self, members: list[NamedNode | BlankNode]) -> NamedNode | BlankNode:
        head: NamedNode | BlankNode = RDF["nil"]
        for member in reversed(members):
            node = self.node()
            self.say(node, RDF["first"], member)
            self.say(node, RDF["rest"], head)
            head = node
        return head

    def restriction(self, predicate: str, filler: object) -> BlankNode:
        node = self.node()
        self.say(node, OWL["onProperty"], self.draw(_property))
        self.say(node, OWL[predicate], filler)
        return node

    def class_(self, depth: int, *, above: bool) -> NamedNode | BlankNode:
        """Draw a class expression that OWL 2 RL allows below, or above, another class."""
        kinds = ["name", "name", "hasValue", "intersectionOf"]
        kinds += ["allValuesFrom", "maxCardinality"] if above else ["someValuesFrom", "unionOf"]
        kind = self.draw(st.sampled_from(kinds if depth else ["name"]))
        if kind == "name":
            return self.draw(_class)
        if kind == "hasValue":
            return self.restriction(kind, self.draw(_object))
        if kind == "maxCardinality":
            number = Literal("1", datatype=XSD["nonNegativeInteger"])
            return self.restriction(kind, number)
        if kind in ("allValuesFrom", "someValuesFrom"):
            return self.restriction(kind, self.class_(depth - 1, above=above))
        node = self.node()
        parts = [self.class_(depth - 1, above=above) for _ in range(2)]
        self.say(node, OWL[kind], self.list(parts))
        return node

    def axiom(self) -> None:
        kind = self.draw(st.integers(0, 13))
        if kind < 4:
            below = self.class_(2, above=False)
            self.say(below, RDFS["subClassOf"], self.class_(2, above=True))
        elif kind == 4:
            self.say(self.draw(_class), OWL["equivalentClass"], self.draw(_class))
        elif kind == 5:
            self.say(self.draw(_property), RDFS["subPropertyOf"], self.draw(_property))
        elif kind == 6:
            self.say(self.draw(_property), RDFS["domain"], self.draw(_class))
        elif kind == 7:
            self.say(self.draw(_property), RDFS["range"], self.draw(_class))
        elif kind == 8:
            self.say(self.draw(_property), OWL["inverseOf"], self.draw(_property))
        elif kind == 9:
            steps: list[NamedNode | BlankNode] = [self.draw(_property) for _ in range(2)]
            self.say(self.draw(_property), OWL["propertyChainAxiom"], self.list(steps))
        elif kind == 10:
            one: NamedNode | BlankNode = self.draw(_property)
            self.say(self.draw(_class), OWL["hasKey"], self.list([one]))
        elif kind == 11:
            members: list[NamedNode | BlankNode] = [self.draw(_thing)]
            self.say(self.draw(_class), OWL["oneOf"], self.list(members))
        else:
            types = ("Functional", "InverseFunctional", "Symmetric", "Transitive")
            type_ = OWL[f"{self.draw(st.sampled_from(types))}Property"]
            self.say(self.draw(_property), RDF["type"], type_)


@st.composite
def _ontologies(draw: st.DrawFn) -> tuple[Triple, ...]:
    writer = _Writer(draw)
    for class_ in CLASSES:
        writer.say(class_, RDF["type"], OWL["Class"])
    for _ in range(draw(st.integers(1, 6))):
        writer.axiom()
    return tuple(writer.triples)


ontologies = _ontologies()
"""A few axioms of the RL profile that make facts follow."""
