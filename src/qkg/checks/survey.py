"""What the files speak of, gathered in one pass over their statements."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode, Quad

from qkg.answers import Term
from qkg.claims import DataFile
from qkg.namespaces import PREFIXES, QKG, RDF, RDFS

__all__ = ["EXACT", "Survey", "Use", "uses"]

_TYPE = RDF["type"]
_LABELS = frozenset((RDFS["label"], NamedNode(PREFIXES["skos"] + "prefLabel")))
_PLAIN = frozenset((Literal("").datatype, Literal("", language="en").datatype))
EXACT = {
    "document": QKG["statedIn"],
    "end": NamedNode(PREFIXES["oa"] + "end"),
    "exact": NamedNode(PREFIXES["oa"] + "exact"),
    "hash": QKG["textSha256"],
    "passage": QKG["passage"],
    "selector": NamedNode(PREFIXES["oa"] + "hasSelector"),
    "source": NamedNode(PREFIXES["oa"] + "hasSource"),
    "start": NamedNode(PREFIXES["oa"] + "start"),
}
"""The properties by which a claim leads to characters of a text."""
_EXACT = frozenset(EXACT.values())


class Use(NamedTuple):
    """A statement in its file."""

    file: DataFile
    subject: Term
    predicate: NamedNode
    object: Term


class Survey:
    """What the files speak of, each thing with its first use.

    Attributes:
        files: the files.
        predicates: the properties.
        classes: the classes.
        objects: the IRIs that are objects of other properties than ``rdf:type``.
        subjects: the IRIs of which something is said.
        described: the nodes of which a file says something that is no claim.
        literals: those literals that are no plain text.
        labels: the English label of each thing, or else one in another language.
        labelled: the things that bear an English label, by the label.
        facts: what each claim states, but for what it says of itself.
        exact: the statements by which claims lead to characters of a text.
    """

    def __init__(self, files: Iterable[DataFile]) -> None:
        self.files = tuple(files)
        self.predicates: dict[NamedNode, Use] = {}
        self.classes: dict[NamedNode, Use] = {}
        self.objects: dict[NamedNode, Use] = {}
        self.subjects: dict[NamedNode, Use] = {}
        self.described: set[Term] = set()
        self.literals: dict[Literal, Use] = {}
        self.labels: dict[Term, str] = {}
        self.labelled: defaultdict[str, dict[Term, Use]] = defaultdict(dict)
        self.facts: dict[NamedNode, list[Quad]] = {}
        self.exact: defaultdict[NamedNode, dict[Term, Use]] = defaultdict(dict)
        for file in self.files:
            self._take(file)

    def _take(self, file: DataFile) -> None:
        is_claim = file.is_claim
        own = file.graph.value
        facts = self.facts[file.graph] = []
        last = None
        about_itself = False
        for quad in file.statements:
            subject, predicate, object_, _ = quad
            use = Use(file, subject, predicate, object_)
            if subject != last:
                last = subject
                about_itself = False
                if isinstance(subject, NamedNode):
                    self.subjects.setdefault(subject, use)
                    about_itself = is_claim and subject.value.partition("#")[0] == own
                if not is_claim:
                    self.described.add(subject)
            if is_claim and not about_itself:
                facts.append(quad)
            self.predicates.setdefault(predicate, use)
            if isinstance(object_, NamedNode):
                kind = self.classes if predicate == _TYPE else self.objects
                kind.setdefault(object_, use)
            elif isinstance(object_, Literal):
                if predicate in _LABELS:
                    if object_.language == "en":
                        self.labels[subject] = object_.value
                        self.labelled[object_.value].setdefault(subject, use)
                    else:
                        self.labels.setdefault(subject, object_.value)
                elif object_.datatype not in _PLAIN:
                    self.literals.setdefault(object_, use)
            if predicate in _EXACT:
                self.exact[predicate].setdefault(subject, use)


def uses(files: Iterable[DataFile], term: Term) -> list[Use]:
    """Return the statements that hold a term, of each file the first one about each subject."""
    found: dict[tuple[object, ...], Use] = {}
    for file in files:
        for quad in file.statements:
            subject, predicate, object_, _ = quad
            if term in (subject, predicate, object_):
                found.setdefault((file.path, subject), Use(file, subject, predicate, object_))
    return list(found.values())
