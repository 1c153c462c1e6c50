"""What contradicts the ontology, as findings on the files that it follows from."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from qkg.answers import Term
from qkg.claims import DataFile, merge
from qkg.engines.oxigraph import OxigraphEngine
from qkg.namespaces import RDF
from qkg.rules import Closure, Pattern, Rule, Variable, compile_rules
from qkg.rules.consistency import Inconsistency, inconsistencies
from qkg.rules.datatypes import is_datatype
from qkg.shapes.homes import homes
from qkg.shapes.report import Finding

__all__ = ["contradictions"]

_TYPE = RDF["type"]


def contradictions(ontology: DataFile, files: Iterable[DataFile]) -> Iterator[Finding]:
    """Yield a finding per contradiction and file at fault.

    The default graph is checked as a whole: what contradicts the ontology in one claim does so in
    the whole too. Claims that are not in it are checked one by one, each with the files that are
    no claims.

    Args:
        ontology: the ontology.
        files: the other files.
    """
    files = tuple(files)
    rules = compile_rules(ontology.statements)
    merged = merge((ontology, *files))
    found = inconsistencies(_closed(merged, rules), rules)
    if found:
        yield from _located(found, ontology, files, rules)
    claims = [file for file in files if file.is_claim and not file.is_accepted]
    if claims:
        background = [file for file in files if not file.is_claim]
        yield from _apart(merge((ontology, *background)), claims, rules)


def _closed(statements: Iterable[Quad], rules: tuple[Rule, ...]) -> OxigraphEngine:
    closure = Closure(rules)
    statements = tuple(statements)
    closure.fill(statements)
    return OxigraphEngine(chain(statements, map(_quad, closure.inferred())))


def _apart(
    common: Iterable[Quad], claims: Iterable[DataFile], rules: tuple[Rule, ...]
) -> Iterator[Finding]:
    """Check claims one by one over the same background."""
    common = dict.fromkeys(common)
    closure = Closure(rules)
    closure.fill(common)
    engine = OxigraphEngine(chain(common, map(_quad, closure.inferred())))
    known = {frozenset(each.triples) for each in inconsistencies(engine, rules)}
    for claim in claims:
        own = [quad for quad in dict.fromkeys(claim.statements) if quad not in common]
        inferred = list(map(_quad, closure.add(own).inferred))
        engine.change([*own, *inferred], ())
        for each in inconsistencies(engine, rules):
            if frozenset(each.triples) not in known:
                yield _finding(each, claim.path)
        engine.change(map(_quad, closure.remove(own).inferred), [*own, *inferred])


def _located(
    found: Iterable[Inconsistency],
    ontology: DataFile,
    files: tuple[DataFile, ...],
    rules: tuple[Rule, ...],
) -> Iterator[Finding]:
    """Report contradictions of the whole where their premises come from.

    They come from each file from which they follow by itself; or, where there is none, from those
    without which they do not follow; or else from those that state anything of the thing. Where
    there are claims among the files, it is them.
    """
    named = _named(rules)
    visible = [_renamed(rule, named) for rule in rules]
    asserted = {quad.triple for quad in ontology.statements}
    own = [dict.fromkeys(q.triple for q in f.merged() if q.triple not in asserted) for f in files]
    count = Counter(chain.from_iterable(own))
    alone, whole = Closure(visible), Closure(visible)
    alone.fill(asserted)
    whole.fill(merge((ontology, *files)))
    giving: defaultdict[Triple, list[DataFile]] = defaultdict(list)
    needing: defaultdict[Triple, list[DataFile]] = defaultdict(list)
    for file, stated in zip(files, own, strict=True):
        for triple in (*stated, *alone.add(stated).inferred):
            giving[triple].append(file)
        alone.remove(stated)
        only = [triple for triple in stated if count[triple] == 1]
        for triple in whole.remove(only).retracted:
            needing[triple].append(file)
        whole.add(only)
    for each in found:
        sources: dict[Path, bool] = {}
        for triple in each.triples:
            shown = triple
            if isinstance(triple.object, BlankNode) and triple.object in named:
                shown = Triple(triple.subject, _TYPE, named[triple.object])
            for file in giving.get(shown) or needing.get(shown) or ():
                sources[file.path] = file.is_claim
        paths = [path for path, is_claim in sources.items() if is_claim] or list(sources)
        finding = _finding(each, None)
        for path in paths or homes(finding, [file for file in files if file.is_claim]):
            yield _finding(each, path)


def _finding(each: Inconsistency, path: Path | None) -> Finding:
    focus = each.triples[0].subject if each.triples else None
    link = next((triple for triple in each.triples if triple.predicate != _TYPE), None)
    return Finding(
        path,
        0,
        0,
        "violation",
        f"{each.sentence} ({each.rule.name})",
        focus=focus,
        property=None if link is None else link.predicate,
        value=link.object if link is not None and isinstance(link.object, Literal) else None,
    )


def _named(rules: Iterable[Rule]) -> dict[Term, NamedNode]:
    """Return names for classes without one, so that what is inferred of them shows.

    A class that literals belong to gets none: a triple cannot say so.
    """
    rules = tuple(rules)
    found: dict[Term, NamedNode] = {}
    literal: set[object] = set()
    while True:
        before = len(literal)
        for rule in rules:
            if rule.head is not None and rule.head.predicate == _TYPE:
                types = [p.object for p in rule.body if p.subject == rule.head.subject]
                if any(is_datatype(type_) or type_ in literal for type_ in types):
                    literal.add(rule.head.object)
        if len(literal) == before:
            break
    for rule in rules:
        for pattern in rule.body if rule.head is None else (*rule.body, rule.head):
            class_ = pattern.object
            if (
                pattern.predicate == _TYPE
                and isinstance(class_, BlankNode)
                and class_ not in literal
            ):
                found.setdefault(class_, NamedNode(f"urn:qkg:class:{len(found)}"))
    return found


def _renamed(rule: Rule, named: dict[Term, NamedNode]) -> Rule:
    def renamed(pattern: Pattern) -> Pattern:
        object_ = pattern.object
        if pattern.predicate != _TYPE or isinstance(object_, Variable):
            return pattern
        return Pattern(pattern.subject, _TYPE, named.get(object_, object_))

    head = None if rule.head is None else renamed(rule.head)
    return rule._replace(body=tuple(map(renamed, rule.body)), head=head)


def _quad(triple: Triple) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object, DefaultGraph())
