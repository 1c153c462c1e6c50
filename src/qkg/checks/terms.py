"""Terms that the ontology does not hold, with the closest one that it does."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from qkg.checks.nearest import nearest
from qkg.checks.slip import Place, Slip, Word
from qkg.checks.survey import Survey, uses
from qkg.claims import DataFile
from qkg.namespaces import OA, PREFIXES, curie

if TYPE_CHECKING:
    from qkg.answers import Term

__all__ = ["terms"]

_OWN = PREFIXES["qkg"]
_RDFS = tuple(PREFIXES["rdfs"] + name for name in ("comment", "isDefinedBy", "label", "seeAlso"))
_QUOTED = OA["exact"]
"""It may stand at a position, although the data that is shipped quotes nothing."""
_LANGUAGES = tuple(PREFIXES[prefix] for prefix in ("owl", "rdf"))
"""The terms of these are not declared anywhere; a mistake in one is left to the shapes."""


def terms(survey: Survey, ontology: DataFile) -> Iterator[Slip]:
    """Yield the terms that do not exist: Q021 of the ontology, Q022 of other vocabularies."""
    declared = {quad.subject for quad in ontology.statements}
    declared.update((*map(NamedNode, _RDFS), _QUOTED))
    used = [*survey.predicates, *survey.classes]
    used += [node for node in survey.objects if node.value.startswith(_OWN)]
    unknown = [
        term
        for term in dict.fromkeys(used)
        if term not in declared and not term.value.startswith(_LANGUAGES)
    ]
    found = uses(survey.files, unknown)
    for term in unknown:
        namespace = next((each for each in PREFIXES.values() if term.value.startswith(each)), "")
        known = {
            each.value.removeprefix(namespace): each
            for each in declared
            if isinstance(each, NamedNode) and namespace and each.value.startswith(namespace)
        }
        if term in survey.predicates or term in survey.classes:
            is_class = term in survey.classes
            known = {name: each for name, each in known.items() if name[:1].isupper() == is_class}
        near = nearest(term.value.removeprefix(namespace), known)
        words: dict[str, Word] = {"term": curie(term.value)}
        suspects: set[Term] = {term}
        if near is not None:
            words["closest"] = curie(known[near].value)
            suspects.add(known[near])
        for use in found[term]:
            yield Slip(
                "Q021" if namespace == _OWN else "Q022",
                *use.spot,
                words,
                "" if near is None else "closest",
                Place((use.subject, use.predicate, use.object), is_predicate=term == use.predicate),
                frozenset(suspects),
            )
