"""What the files speak of, gathered in one pass over their statements."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from pyoxigraph import Literal, NamedNode, Quad

from qkg.answers import Term
from qkg.claims import DataFile
from qkg.namespaces import OA, PREFIXES, QKG, RDF, RDFS

__all__ = ["EXACT", "Survey", "Use", "uses"]

_TYPE = RDF["type"]
_LABELS = frozenset((RDFS["label"], NamedNode(PREFIXES["skos"] + "prefLabel")))
_PLAIN = frozenset((Literal("").datatype, Literal("", language="en").datatype))
EXACT = {
    "document": QKG["statedIn"],
    "end": OA["end"],
    "exact": OA["exact"],
    "hash": QKG["textSha256"],
    "passage": QKG["passage"],
    "selector": OA["hasSelector"],
    "source": OA["hasSource"],
    "start": OA["start"],
}
"""The properties by which a claim leads to characters of a text."""
_EXACT = tuple(EXACT.values())


class Use(NamedTuple):
    """A statement in its file."""

    file: DataFile
    subject: Term
    predicate: NamedNode
    object: Term

    @property
    def spot(self) -> tuple[Path, Term, NamedNode, Term]:
        """The file, and the parts of the statement, in the order in which a slip has them."""
        return self.file.path, self.subject, self.predicate, self.object


class Survey:
    """What the files speak of.

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
        kept: the statements of some properties: those by which claims lead to characters of a text,
            and those that were asked for.

    Args:
        files: the files.
        asked: properties whose statements are kept.
    """

    def __init__(self, files: Iterable[DataFile], asked: Iterable[Term] = ()) -> None:
        self.files = tuple(files)
        self.classes: dict[NamedNode, None] = {}
        self.objects: dict[NamedNode, None] = {}
        self.subjects: dict[NamedNode, None] = {}
        self.described: set[Term] = set()
        self.literals: dict[Literal, None] = {}
        self.labels: dict[Term, str] = {}
        self.labelled: dict[str, dict[Term, Use]] = {}
        self.facts: dict[NamedNode, list[Quad]] = {}
        self.kept: dict[Term, list[Use]] = {each: [] for each in (*_EXACT, *asked)}
        self._roles: dict[NamedNode, Any] = {}
        for file in self.files:
            self._take(file)

    @property
    def predicates(self) -> Iterable[NamedNode]:
        """The properties."""
        return self._roles.keys()

    def by_subject(self, property_: NamedNode) -> dict[Term, Use]:
        """Return the first statement of a property that is kept about each subject."""
        return {use.subject: use for use in reversed(self.kept[property_])}

    def _role(self, predicate: NamedNode) -> Any:
        """Return what the statements of a property are: types, labels, kept ones, or any."""
        if predicate == _TYPE:
            return _TYPE
        return _LABELS if predicate in _LABELS else self.kept.get(predicate)

    def _take(self, file: DataFile) -> None:
        is_claim = file.is_claim
        own = file.graph.value
        facts: list[Quad] = []
        self.facts[file.graph] = facts
        roles, objects = self._roles, self.objects
        last = None
        is_fact = False
        for quad in file.statements:
            subject, predicate, object_, _ = quad
            if subject != last:
                last = subject
                if isinstance(subject, NamedNode):
                    self.subjects[subject] = None
                if is_claim:
                    is_fact = str(subject)[1:].rstrip(">").partition("#")[0] != own
                else:
                    self.described.add(subject)
            if is_fact:
                facts.append(quad)
            try:
                role = roles[predicate]
            except KeyError:
                role = roles[predicate] = self._role(predicate)
            if role is _TYPE:
                if isinstance(object_, NamedNode):
                    self.classes[object_] = None
                continue
            if isinstance(object_, NamedNode):
                objects[object_] = None
            elif role is _LABELS:
                self._label(Use(file, subject, predicate, object_))
                continue
            elif isinstance(object_, Literal) and object_.datatype not in _PLAIN:
                self.literals[object_] = None
            if role is not None and role is not _LABELS:
                role.append(Use(file, subject, predicate, object_))

    def _label(self, use: Use) -> None:
        subject, label = use.subject, use.object
        if not isinstance(label, Literal):
            return
        if label.language == "en":
            self.labels[subject] = label.value
            self.labelled.setdefault(label.value, {}).setdefault(subject, use)
        else:
            self.labels.setdefault(subject, label.value)


def uses(files: Iterable[DataFile], terms: Iterable[Term]) -> dict[Term, list[Use]]:
    """Return, per term, the statements that hold it: of each file the first about each subject."""
    found: dict[Term, dict[object, Use]] = {term: {} for term in terms}
    for file in files if found else ():
        for quad in file.statements:
            subject, predicate, object_, _ = quad
            for term in (subject, predicate, object_):
                if term in found:
                    use = Use(file, subject, predicate, object_)
                    found[term].setdefault((file.path, subject), use)
    return {term: list(statements.values()) for term, statements in found.items()}
