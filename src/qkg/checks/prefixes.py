"""Namespaces that are nearly right, so that a file parses and means something else."""

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from pyoxigraph import NamedNode

from qkg.answers import Term
from qkg.checks.slip import Place, Slip
from qkg.checks.survey import Survey, Use, uses
from qkg.claims import DataFile
from qkg.namespaces import PREFIXES

__all__ = ["prefixes"]

_OTHERS = ("http://www.wikidata.org/entity/", "https://ror.org/", "https://sws.geonames.org/")
"""Namespaces of others to which data links without a prefix."""


def prefixes(survey: Survey) -> Iterator[Slip]:
    """Yield the namespaces that were meant to be another one: Q003, once per file and namespace."""
    known = PREFIXES.items()
    told = set()
    for file in survey.files:
        if file.prefixes.items() <= known:
            continue
        for prefix, namespace in file.prefixes.items():
            right = _meant(prefix, namespace)
            if right is not None:
                told.add((file.path, namespace))
                words = {"prefix": prefix, "namespace": namespace, "right": right}
                place = Place(prefix=prefix)
                yield Slip(
                    "Q003",
                    file.path,
                    words=words,
                    remedy="prefix",
                    place=place,
                    suspects=frozenset(_spoken_of(file, namespace, right)),
                )
    slips = _slips()
    wrong: dict[Term, str] = {}
    for kind in (survey.predicates, survey.classes, survey.objects, survey.subjects):
        for node in kind:
            iri = node.value
            namespace = iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]
            if namespace in slips:
                wrong[node] = namespace
    for term, found in uses(survey.files, wrong).items():
        yield from _written(found, term, wrong[term], told)


def _written(
    found: Iterable[Use], node: Term, namespace: str, told: set[tuple[Path, str]]
) -> Iterator[Slip]:
    for use in found:
        if (use.file.path, namespace) in told:
            continue
        told.add((use.file.path, namespace))
        yield Slip(
            "Q003",
            *use.spot,
            {"namespace": namespace, "right": _slips()[namespace]},
            place=Place(
                (use.subject, use.predicate, use.object),
                is_subject=node == use.subject,
                is_predicate=node == use.predicate,
            ),
        )


def _spoken_of(file: DataFile, namespace: str, right: str) -> Iterator[Term]:
    """Yield what a file says something of, and what it would with the right namespace."""
    for quad in file.statements:
        subject = quad.subject
        yield subject
        if isinstance(subject, NamedNode) and subject.value.startswith(namespace):
            yield NamedNode(right + subject.value[len(namespace) :])


def _meant(prefix: str, namespace: str) -> str | None:
    """Return the namespace that a declaration was meant to give; None where it is another one."""
    right = PREFIXES.get(prefix)
    if right == namespace or namespace in PREFIXES.values():
        return None
    if right is not None:
        from difflib import SequenceMatcher  # only a finding pays for it

        if SequenceMatcher(None, namespace, right).ratio() > 0.8:
            return right
    return _slips().get(namespace)


@cache
def _slips() -> dict[str, str]:
    """Return what namespaces are mistaken for, and which they are."""
    found: dict[str, str] = {}
    for namespace in (*PREFIXES.values(), *_OTHERS):
        scheme, _, rest = namespace.partition("://")
        other = "http" if scheme == "https" else "https"
        bare = rest.rstrip("#/")
        for host in (bare, bare.removeprefix("www."), f"www.{bare.removeprefix('www.')}"):
            for end in ("", "#", "/"):
                found.setdefault(f"{scheme}://{host}{end}", namespace)
                found.setdefault(f"{other}://{host}{end}", namespace)
    for namespace in (*PREFIXES.values(), *_OTHERS):
        found.pop(namespace, None)
    # The ontology and the shapes have IRIs of their own, which are those without the hash.
    for own in ("qkg", "shape", "vann"):
        found.pop(f"{PREFIXES[own].rstrip('#')}", None)
    return found
