"""Which file is most to blame for a contradiction."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

from pyoxigraph import BlankNode, NamedNode, Triple

from qkg.answers import Term
from qkg.checks.survey import Use
from qkg.claims import DataFile
from qkg.namespaces import RDF
from qkg.rules import Closure, Pattern, Rule, Variable
from qkg.rules.consistency import Inconsistency
from qkg.rules.datatypes import is_datatype

__all__ = ["Sources"]

_TYPE = RDF["type"]


class Sources:
    """Which files give which triples, given or inferred.

    Args:
        ontology: the ontology.
        files: the other files; of a claim that is not accepted everything counts where it is
            checked by itself, and so is the only one of that kind.
        rules: the rules.
        only: the files that are rather to blame than others.
    """

    def __init__(
        self,
        ontology: DataFile,
        files: Iterable[DataFile],
        rules: Iterable[Rule],
        only: Iterable[Path],
    ) -> None:
        rules, self._files = tuple(rules), tuple(files)
        self._only = frozenset(only)
        self._named = _named(rules)
        visible = [_renamed(rule, self._named) for rule in rules]
        asserted = {quad.triple for quad in ontology.statements}
        apart = [file for file in self._files if file.is_claim and not file.is_accepted]
        whole = len(apart) == 1 and all(f in apart for f in self._files if f.is_claim)
        self._own = [
            [
                triple
                for quad in dict.fromkeys(file.statements if whole else file.merged())
                if (triple := quad.triple) not in asserted
            ]
            for file in self._files
        ]
        count = Counter(chain.from_iterable(self._own))
        self._alone = Closure(visible)
        self._alone.fill(asserted)
        closure = Closure(visible)
        closure.fill([*asserted, *chain.from_iterable(self._own)])
        self._giving: defaultdict[Triple, list[DataFile]] = defaultdict(list)
        self._needing: defaultdict[Triple, list[DataFile]] = defaultdict(list)
        for file, stated in zip(self._files, self._own, strict=True):
            for triple in (*stated, *self._alone.add(stated).inferred):
                self._giving[triple].append(file)
            self._alone.remove(stated)
            lone = [triple for triple in stated if count[triple] == 1]
            for triple in closure.remove(lone).retracted:
                self._needing[triple].append(file)
            closure.add(lone)

    def of(self, found: Inconsistency) -> tuple[Use | None, list[DataFile]]:
        """Return the statement most to blame, and the other files on which the premises rest.

        A premise comes from each file from which it follows by itself; or, where there is none,
        from those without which it does not follow. The premise that the fewest files give is the
        one to doubt, and claims are rather to doubt than other files. None where no file has it.
        """
        premises = [self._visible(triple) for triple in found.triples]
        giving = {
            triple: self._giving.get(triple) or self._needing.get(triple) or []
            for triple in premises
        }
        ranked = sorted(
            (
                not file.is_claim,
                file.path not in self._only,
                len(sources),
                -self._files.index(file),
                place,
            )
            for place, (triple, sources) in enumerate(giving.items())
            for file in sources
        )
        if not ranked:
            return None, []
        *_, index, place = ranked[0]
        blamed = self._files[-index]
        others = dict.fromkeys(
            file.path
            for i, sources in enumerate(giving.values())
            for file in sorted(sources, key=lambda file: file.is_claim)
            if i != place and file.path != blamed.path
        )
        by_path = {file.path: file for file in self._files}
        return self._statement(blamed, premises), [by_path[path] for path in others]

    def _visible(self, triple: Triple) -> Triple:
        if isinstance(triple.object, BlankNode) and triple.object in self._named:
            return Triple(triple.subject, _TYPE, self._named[triple.object])
        return triple

    def _statement(self, file: DataFile, premises: list[Triple]) -> Use:
        """Return the statement from which a premise follows, as exactly as can be told."""
        stated = self._own[self._files.index(file)]
        for triple in stated:
            if triple in premises:
                return Use(file, triple.subject, triple.predicate, triple.object)
        for triple in stated:
            follows = self._alone.add([triple]).inferred
            self._alone.remove([triple])
            if not set(premises).isdisjoint(follows):
                return Use(file, triple.subject, triple.predicate, triple.object)
        nodes = {node for triple in premises for node in (triple.subject, triple.object)}
        triple = next((t for t in stated if {t.subject, t.object} & nodes), stated[0])
        return Use(file, triple.subject, triple.predicate, triple.object)


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
