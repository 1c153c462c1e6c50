"""What citations say of the claims of a graph that is held in memory, kept in step with it."""

from __future__ import annotations

from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from qkg._garbage import uncollected
from qkg.citations.cited import Source
from qkg.namespaces import QKG, RDF
from qkg.numbers import members
from qkg.passages import (
    END,
    LABEL,
    LOCATOR,
    PASSAGE,
    SECTION,
    SELECTOR,
    SENTENCE,
    START,
    STATED_IN,
    Passage,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import Triple

    from qkg.answers import Term
    from qkg.rules.relations import Index
    from qkg.rules.table import Table

__all__ = ["ClaimIndex"]

_ACCEPTED, _CLAIM, _STATUS, _TYPE = QKG["accepted"], QKG["Claim"], QKG["status"], RDF["type"]


class _Unclear(Exception):
    """Of what should be told once, several things are told."""


class ClaimIndex:
    """The claims of a closure, each with its passage as :func:`qkg.passages.passages` finds it.

    Args:
        table: where what the default graph holds stands.

    Attributes:
        sources: per number of a claim what an answer is cited by that rests on it.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self.sources: dict[int, Source] = {}
        self._unclear: set[int] = set()
        self._enter(table.objects(STATED_IN))

    def is_unclear(self, number: int) -> bool:
        """Return whether it takes a query to tell what is told of a named graph.

        That is so of a claim of which something is told several times, which the query puts in
        order, and of what has no number here.
        """
        return number < 0 or number in self._unclear

    def follow(self, changed: Iterable[Triple]) -> None:
        """Tell anew what may be told otherwise now.

        Args:
            changed: what the default graph has gained or lost.
        """
        subjects: defaultdict[NamedNode, set[int]] = defaultdict(set)
        for triple in changed:
            if triple.predicate != _TYPE or triple.object == _CLAIM:
                subjects[triple.predicate].add(self._table.numbers[triple.subject])
        passages = subjects[SECTION] | subjects[LOCATOR] | subjects[SENTENCE]
        passages |= subjects[SELECTOR]
        passages.update(self._subjects(SELECTOR, subjects[START] | subjects[END]))
        claims = subjects[STATED_IN] | subjects[PASSAGE] | subjects[_STATUS] | subjects[_TYPE]
        claims.update(self._subjects(PASSAGE, passages))
        claims.update(self._subjects(STATED_IN, subjects[LABEL]))
        self._enter(claims)

    def _subjects(self, property_: NamedNode, objects: Iterable[int]) -> Iterator[int]:
        into = self._table.subjects(property_) if objects else {}
        return chain.from_iterable(into.get(each, ()) for each in objects)

    @uncollected()
    def _enter(self, claims: Iterable[int]) -> None:
        reader = _Reader(self._table)
        graphs = self._table.terms.one
        # Each is replaced at once: others may read meanwhile, or change what they come from.
        for claim in tuple(claims):
            graph = graphs(claim)
            if not isinstance(graph, NamedNode):
                continue
            try:
                passage = reader.passage(claim)
            except _Unclear:
                self._unclear.add(claim)
                self.sources.pop(claim, None)
                continue
            if passage is None:
                self.sources.pop(claim, None)
            else:
                self.sources[claim] = Source(graph, passage, reader.is_disputed(claim))
            self._unclear.discard(claim)


class _Reader:
    """What reads passages from the facts of a table.

    Args:
        table: the table.
    """

    def __init__(self, table: Table) -> None:
        self._term = table.terms.one
        self._documents, self._labels = table.objects(STATED_IN), table.objects(LABEL)
        self._passages, self._selectors = table.objects(PASSAGE), table.objects(SELECTOR)
        self._of_passages = [table.objects(each) for each in (SECTION, LOCATOR, SENTENCE)]
        self._of_selectors = [table.objects(each) for each in (START, END)]
        self._statuses = table.properties.get(_STATUS)
        self._claims = table.classes.get(_CLAIM)
        self._accepted = table.numbers.get(_ACCEPTED)
        self._titles: dict[int, list[Term]] = {}

    def passage(self, claim: int) -> Passage | None:
        """Return the passage of a claim; None for what is none.

        Raises:
            _Unclear: something is told several times.
        """
        document = _one(self._documents, claim)
        if document is None:
            return None
        titles = self._titles.get(document)
        if titles is None:
            titles = self._titles[document] = list(self._english(document))
        if len(titles) > 1:
            raise _Unclear
        passage = _one(self._passages, claim)
        selector = _one(self._selectors, passage)
        told = [
            *(_one(each, passage) for each in self._of_passages),
            *(_one(each, selector) for each in self._of_selectors),
        ]
        term = self._term
        return Passage.told(
            term(claim),
            term(document),
            titles[0] if titles else None,
            *[None if each is None else term(each) for each in told],
        )

    def is_disputed(self, claim: int) -> bool:
        """Return whether a claim does not say of itself that it is accepted, and that alone."""
        if self._claims is None or claim not in members(self._claims.givers.get(claim, ())):
            return False
        statuses, given = self._statuses, []
        if statuses is not None:
            told = ((claim, status) for status in statuses.out.get(claim, ()))
            given = [each[1] for each in told if claim in members(statuses.givers.get(each, ()))]
        return given != [self._accepted]

    def _english(self, document: int) -> Iterator[Term]:
        for label in map(self._term, self._labels.get(document, ())):
            if isinstance(label, Literal) and label.language == "en":
                yield label


def _one(index: Index, subject: int | None) -> int | None:
    """Return the one object of a subject; None if it has none."""
    objects = () if subject is None else index.get(subject, ())
    if len(objects) > 1:
        raise _Unclear
    return next(iter(objects), None)
