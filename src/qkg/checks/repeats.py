"""Claims that say what another one says already, and claims that say nothing."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from pathlib import Path

from pyoxigraph import NamedNode

from qkg.checks.slip import Place, Slip
from qkg.checks.survey import EXACT, Survey
from qkg.claims import DataFile
from qkg.namespaces import PREFIXES, QKG, RDF, curie

__all__ = ["repeats"]

_IGNORED = (
    QKG["status"],
    QKG["disputeReason"],
    RDF["type"],
    NamedNode(PREFIXES["rdfs"] + "label"),
)


def repeats(survey: Survey, only: Collection[Path] = ()) -> Iterator[Slip]:
    """Yield the claims that repeat another one: Q041; and those without facts: Q043.

    Args:
        survey: the files.
        only: the files that are being asked about, which repeat others rather than the reverse.
    """
    alike: defaultdict[object, list[DataFile]] = defaultdict(list)
    documents = survey.by_subject(EXACT["document"])
    for file in survey.files:
        if not file.is_claim:
            continue
        facts = survey.facts[file.graph]
        stated = documents.get(file.graph)
        if not facts:
            yield Slip(
                "Q043",
                file.path,
                file.graph,
                place=Place((file.graph, None, None), is_subject=True),
            )
        elif stated is not None:
            alike[stated.object, len(facts)].append(file)
    for files in alike.values():
        first: dict[object, DataFile] = {}
        for file in sorted(files, key=lambda file: file.path in only) if len(files) > 1 else ():
            said = frozenset(survey.facts[file.graph]), _told_of_itself(file)
            other = first.setdefault(said, file)
            if other is not file:
                yield Slip(
                    "Q041",
                    file.path,
                    file.graph,
                    words={"other": curie(other.graph.value)},
                    place=Place((file.graph, None, None), is_subject=True),
                )


def _told_of_itself(file: DataFile) -> frozenset[tuple[object, ...]]:
    """Return what tells the passage of a claim, whatever the claim is called."""
    own = file.graph.value

    def named(term: object) -> object:
        if isinstance(term, NamedNode) and term.value.partition("#")[0] == own:
            return term.value[len(own) :]
        return term

    return frozenset(
        (named(quad.subject), quad.predicate, named(quad.object))
        for quad in file.statements
        if isinstance(named(quad.subject), str) and quad.predicate not in _IGNORED
    )
