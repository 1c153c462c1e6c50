"""Where the ontology is contradicted: each contradiction once, at the claim most to blame."""

from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

from qkg.checks.blame import Sources
from qkg.checks.codes import Said
from qkg.checks.consistent import Watch
from qkg.checks.slip import Place, Slip, Word
from qkg.claims import DataFile, merge
from qkg.engines.oxigraph import OxigraphEngine
from qkg.namespaces import RDF, curie
from qkg.rules import Closure, Rule
from qkg.rules.consistency import Inconsistency, inconsistencies

__all__ = ["apart"]

_TYPE = RDF["type"]
_MANY = 3


def apart(
    ontology: DataFile,
    files: tuple[DataFile, ...],
    rules: tuple[Rule, ...],
    literals: Collection[Literal],
    only: Iterable[Path],
) -> Iterator[Slip]:
    """Yield the contradictions in each claim that is not accepted, and in the default graph.

    The arguments are those of :func:`qkg.checks.contradictions.contradictions`.
    """
    background = [file for file in files if not file.is_claim]
    common = merge((ontology, *background))
    watch = Watch(rules)
    watch.closure.fill(common)
    disputed = [file for file in files if file.is_claim and not file.is_accepted]
    known = None
    for claim in disputed:
        own = [quad for quad in dict.fromkeys(claim.statements) if quad not in common]
        watch.closure.add(own)
        if watch.suspects(literals):
            if known is None:
                known = {frozenset(each.triples) for each in _found(common, rules)}
            for each in _found([*common, *own], rules):
                if frozenset(each.triples) not in known:
                    yield from _told([each], Sources(ontology, (*background, claim), rules, only))
        watch.closure.remove(own)
    found = _found(merge((ontology, *files)), rules)
    if found:
        yield from _told(found, Sources(ontology, files, rules, only))


def _found(statements: Iterable[Quad], rules: tuple[Rule, ...]) -> tuple[Inconsistency, ...]:
    closure = Closure(rules)
    statements = tuple(statements)
    closure.fill(statements)
    inferred = (Quad(t.subject, t.predicate, t.object, DefaultGraph()) for t in closure.inferred())
    return inconsistencies(OxigraphEngine(chain(statements, inferred)), rules)


def _told(found: Iterable[Inconsistency], sources: Sources) -> Iterator[Slip]:
    """Tell contradictions, of those that one statement brings about the first."""
    told = set()
    for each in found:
        blamed, others = sources.of(each)
        if blamed is not None and (blamed.file.path, blamed.subject, blamed.object) in told:
            continue
        focus = each.triples[0].subject if each.triples else None
        link = next((triple for triple in each.triples if triple.predicate != _TYPE), None)
        literal = link is not None and isinstance(link.object, Literal)
        words: dict[str, Word] = {"sentence": Said(each.sentence, _in_japanese(each))}
        if others:
            words["others"] = _listed([curie(file.graph.value) for file in others])
        if blamed is not None:
            told.add((blamed.file.path, blamed.subject, blamed.object))
        yield Slip(
            "Q061",
            None if blamed is None else blamed.file.path,
            focus,
            None if link is None else link.predicate,
            link.object if link is not None and literal else None,
            words,
            "others" if others else "",
            None if blamed is None else Place((blamed.subject, blamed.predicate, blamed.object)),
            premises=each.triples,
            rule=each.rule.name,
            axiom=each.rule.axiom,
        )


def _in_japanese(found: Inconsistency) -> str:
    """Return the sentence in Japanese where two classes exclude each other; English else."""
    classes = [curie(t.object.value) for t in found.triples if isinstance(t.object, NamedNode)]
    subjects = {triple.subject for triple in found.triples}
    if len(classes) == len(found.triples) == 2 and len(subjects) == 1:
        (subject,) = subjects
        if isinstance(subject, NamedNode) and all(t.predicate == _TYPE for t in found.triples):
            return (
                f"{curie(subject.value)} は {classes[0]} でも {classes[1]} でもあることになり"
                "ますが、この二つは両立しません。"
            )
    return found.sentence


def _listed(names: list[str]) -> Said:
    """Return a list of names, of many the first."""
    if len(names) <= _MANY:
        return Said(" and ".join(names), "、".join(names))
    more = len(names) - 1
    return Said(f"{names[0]} and {more} more files", f"{names[0]} ほか {more} ファイル")
