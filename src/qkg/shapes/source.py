"""A shapes graph, looked up: values, lists, paths, prefixes; what is malformed is refused."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from qkg.answers import Term
from qkg.errors import InputError
from qkg.namespaces import OWL, PREFIXES, RDF, RDFS, XSD, Namespace, curie
from qkg.shapes.model import Node
from qkg.shapes.paths import Alternative, Inverse, Path, Repeated, Sequence

__all__ = ["SH", "Source", "ill_formed", "named"]

SH = Namespace(PREFIXES["sh"])

_REPEATED = {
    SH["zeroOrMorePath"]: (0, None),
    SH["oneOrMorePath"]: (1, None),
    SH["zeroOrOnePath"]: (0, 1),
}
_FIRST, _REST, _NIL = RDF["first"], RDF["rest"], RDF["nil"]
_TRUE = ("true", "1")


class Source:
    """A shapes graph.

    Args:
        triples: the graph; the names of graphs are passed over.
    """

    def __init__(self, triples: Iterable[Triple | Quad]) -> None:
        self._about: defaultdict[Term, defaultdict[NamedNode, dict[Term, None]]]
        self._about = defaultdict(lambda: defaultdict(dict))
        self._having: defaultdict[NamedNode, dict[Node, None]] = defaultdict(dict)
        for triple in triples:
            subject, predicate = triple.subject, triple.predicate
            if isinstance(subject, Triple) or isinstance(triple.object, Triple):
                continue
            self._about[subject][predicate][triple.object] = None
            self._having[predicate][subject] = None
        self._classes: dict[NamedNode, frozenset[Term]] = {}

    def about(self, node: Term) -> Iterable[NamedNode]:
        """Return the properties of a node."""
        return self._about.get(node, ())

    def values(self, node: Term, predicate: NamedNode) -> tuple[Term, ...]:
        """Return the values of a property."""
        found = self._about.get(node)
        return () if found is None else tuple(found.get(predicate, ()))

    def value(self, node: Node, predicate: NamedNode) -> Term | None:
        """Return the one value of a property, or None.

        Raises:
            InputError: there are several.
        """
        values = self.values(node, predicate)
        if len(values) > 1:
            raise ill_formed(node, f"{curie(predicate.value)} has one value at most")
        return values[0] if values else None

    def having(self, predicate: NamedNode) -> Iterable[Node]:
        """Return the nodes that have a property."""
        return self._having.get(predicate, ())

    def is_true(self, node: Node, predicate: NamedNode) -> bool:
        """Return whether a property is true.

        Raises:
            InputError: its value is no boolean.
        """
        value = self.value(node, predicate)
        if value is None:
            return False
        if not isinstance(value, Literal) or value.datatype != XSD["boolean"]:
            raise ill_formed(node, f"{curie(predicate.value)} is true or false")
        return value.value in _TRUE

    def number(self, node: Node, predicate: NamedNode) -> int | None:
        """Return the one integer of a property, or None.

        Raises:
            InputError: it is none, or there are several.
        """
        value = self.value(node, predicate)
        if value is None:
            return None
        try:
            if isinstance(value, Literal) and value.datatype == XSD["integer"]:
                return int(value.value)
        except ValueError:
            pass
        raise ill_formed(node, f"{curie(predicate.value)} is an xsd:integer")

    def texts(self, node: Node, predicate: NamedNode) -> tuple[Literal, ...]:
        """Return the literals among the values of a property, in an order of their own."""
        found = (each for each in self.values(node, predicate) if isinstance(each, Literal))
        return tuple(sorted(found, key=lambda each: (each.language or "", each.value)))

    def members(self, node: Node, head: Term) -> tuple[Term, ...]:
        """Return the members of a list.

        Args:
            node: what has the list as a value.
            head: the list.

        Raises:
            InputError: the list is malformed.
        """
        found: list[Term] = []
        seen: set[Term] = set()
        while head != _NIL:
            first, rest = self.values(head, _FIRST), self.values(head, _REST)
            if len(first) != 1 or len(rest) != 1 or head in seen:
                raise ill_formed(node, "one of its lists has no end, or several")
            seen.add(head)
            found.append(first[0])
            head = rest[0]
        return tuple(found)

    def path(self, shape: Node, term: Term, within: frozenset[Term] = frozenset()) -> Path:
        """Return a property path (section 2.3.1).

        Args:
            shape: the shape that has it.
            term: the node of the path.
            within: the nodes of the paths around it.

        Raises:
            InputError: it is malformed.
        """
        if isinstance(term, NamedNode):
            return term
        if not isinstance(term, BlankNode) or term in within:
            raise ill_formed(shape, "its sh:path is no path")
        inside = within | {term}
        if self.values(term, _FIRST):
            return Sequence(self._several(shape, term, inside))
        found: list[Path] = []
        for predicate in self.about(term):
            for value in self.values(term, predicate):
                if predicate == SH["inversePath"]:
                    found.append(Inverse(self.path(shape, value, inside)))
                elif predicate == SH["alternativePath"]:
                    found.append(Alternative(self._several(shape, value, inside)))
                elif predicate in _REPEATED:
                    inner = self.path(shape, value, inside)
                    found.append(Repeated(inner, *_REPEATED[predicate]))
        if len(found) != 1:
            raise ill_formed(shape, "its sh:path is no path")
        return found[0]

    def _several(self, shape: Node, head: Term, within: frozenset[Term]) -> tuple[Path, ...]:
        paths = tuple(self.path(shape, each, within) for each in self.members(shape, head))
        if len(paths) < 2:
            raise ill_formed(shape, "a sequence or an alternative in its sh:path has two members")
        return paths

    def is_instance(self, node: Term, class_: NamedNode) -> bool:
        """Return whether a node is a SHACL instance of a class, in this graph."""
        return not self._below(class_).isdisjoint(self.values(node, RDF["type"]))

    def instances(self, class_: NamedNode) -> Iterator[Node]:
        """Yield the SHACL instances of a class, in this graph."""
        below = self._below(class_)
        for node in self.having(RDF["type"]):
            if not below.isdisjoint(self.values(node, RDF["type"])):
                yield node

    def _below(self, class_: NamedNode) -> frozenset[Term]:
        if class_ not in self._classes:
            found: set[Term] = {class_}
            grown = 0
            while grown != len(found):
                grown = len(found)
                for node in self.having(RDFS["subClassOf"]):
                    if not found.isdisjoint(self.values(node, RDFS["subClassOf"])):
                        found.add(node)
            self._classes[class_] = frozenset(found)
        return self._classes[class_]

    def prologue(self, node: Node) -> str:
        """Return the declarations of the prefixes of a query (section 5.2.1).

        Raises:
            InputError: a prefix has two namespaces.
        """
        pending = list(self.values(node, SH["prefixes"]))
        seen: set[Term] = set()
        declared: dict[str, str] = {}
        while pending:
            ontology = pending.pop()
            if ontology in seen:
                continue
            seen.add(ontology)
            pending += self.values(ontology, OWL["imports"])
            for each in self.values(ontology, SH["declare"]):
                for prefix in self.values(each, SH["prefix"]):
                    for namespace in self.values(each, SH["namespace"]):
                        if isinstance(prefix, Literal) and isinstance(namespace, Literal):
                            known = declared.setdefault(prefix.value, namespace.value)
                            if known != namespace.value:
                                raise ill_formed(
                                    node, f"the prefix {prefix.value} has two namespaces"
                                )
        return "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in sorted(declared.items()))


def ill_formed(node: Node, problem: str) -> InputError:
    """Return the error of a shape that the recommendation does not allow."""
    return InputError(f"The shape {named(node)} is ill-formed: {problem}.")


def named(node: Node) -> str:
    """Return a shape as people read it."""
    return curie(node.value) if isinstance(node, NamedNode) else str(node)
