"""Where a claim stands: its document, and the passage of it."""

from __future__ import annotations

from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import Literal, NamedNode

from qkg._garbage import uncollected
from qkg.errors import InputError
from qkg.namespaces import PREFIXES, QKG, RDFS, curie
from qkg.rules.columns import NOTHING, SEVERAL

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from qkg.answers import Term
    from qkg.engines import Engine
    from qkg.rules.table import Table
    from qkg.rules.terms import Terms

__all__ = ["Passage", "looked_up", "passage_text", "passages"]

_OA = PREFIXES["oa"]
_LABEL = RDFS["label"]
_STATED_IN, _PASSAGE = QKG["statedIn"], QKG["passage"]
_SECTION, _LOCATOR, _SENTENCE = QKG["section"], QKG["locator"], QKG["sentence"]
_SELECTOR, _START, _END = (NamedNode(f"{_OA}{name}") for name in ("hasSelector", "start", "end"))


class Passage(NamedTuple):
    """What is known of the place on which a claim rests; None where it is not told.

    Attributes:
        claim: the claim.
        document: the document that states it.
        title: the label of the document.
        section: the heading under which the passage stands.
        locator: what the passage is about, where the text was not read in full.
        sentence: the number of the sentence, from 1.
        start: the offset of the first character, from 0.
        end: the offset after the last character.
    """

    claim: NamedNode
    document: NamedNode
    title: str | None
    section: str | None
    locator: str | None
    sentence: int | None
    start: int | None
    end: int | None

    def __str__(self) -> str:
        parts = [self.title or self.document.value]
        if self.section is not None:
            parts.append(f"section “{self.section}”")
        if self.locator is not None:
            parts.append(self.locator)
        if self.sentence is not None:
            parts.append(f"sentence {self.sentence}")
        if self.start is not None and self.end is not None:
            parts.append(f"characters {self.start} to {self.end}")
        return ", ".join(parts)


def passages(engine: Engine, graphs: Iterable[NamedNode]) -> dict[NamedNode, Passage]:
    """Return the passages of those among some named graphs that are claims of a document."""
    values = " ".join(sorted({str(graph) for graph in graphs}))
    if not values:
        return {}
    answer = engine.select(
        "SELECT ?claim ?document ?title ?section ?locator ?sentence ?start ?end WHERE { "
        f"VALUES ?claim {{ {values} }} ?claim {_STATED_IN} ?document . "
        f"OPTIONAL {{ ?document {_LABEL} ?title FILTER(LANG(?title) = 'en') }} "
        f"OPTIONAL {{ ?claim {_PASSAGE} ?passage "
        f"OPTIONAL {{ ?passage {_SECTION} ?section }} "
        f"OPTIONAL {{ ?passage {_LOCATOR} ?locator }} "
        f"OPTIONAL {{ ?passage {_SENTENCE} ?sentence }} "
        f"OPTIONAL {{ ?passage {_SELECTOR} ?selector . "
        f"?selector {_START} ?start ; {_END} ?end }} }} }} "
        "ORDER BY ?claim ?document ?title ?section ?locator ?sentence ?start ?end"
    )
    found: dict[NamedNode, Passage] = {}
    for claim, document, title, section, locator, *numbers in answer.terms:
        assert isinstance(claim, NamedNode)
        if isinstance(document, NamedNode):
            sentence, start, end = map(_number, numbers)
            told = (_text(title), _text(section), _text(locator))
            found.setdefault(claim, Passage(claim, document, *told, sentence, start, end))
    return found


@uncollected()
def looked_up(
    table: Table, graphs: Collection[int]
) -> dict[int, Callable[[], Passage | None] | None]:
    """Return what :func:`passages` does, looked up column by column.

    Args:
        table: where what the default graph holds stands.
        graphs: the numbers of the named graphs, each once. A claim of which something is told
            several times, which a query puts in order, is left out, and so is a named graph that
            has no number there.

    Returns:
        Per named graph what writes its passage, as it is told now; None for what is no claim. As
        long as it is kept, the terms of the table are.
    """
    claims = [graph for graph in graphs if graph >= 0]
    documents = table.column(_STATED_IN, claims)
    titles = _titles(table, set(documents))
    places = table.column(_PASSAGE, claims)
    positions = table.column(_SELECTOR, places)
    columns = [
        documents,
        [titles[document] for document in documents],
        *(table.column(each, places) for each in (_SECTION, _LOCATOR, _SENTENCE)),
        *(table.column(each, positions) for each in (_START, _END)),
    ]
    several = {
        i
        for column in (places, positions, *columns)
        if SEVERAL in column
        for i, each in enumerate(column)
        if each == SEVERAL
    }
    return {
        row[0]: None if row[1] == NOTHING else partial(_written, table.terms, row)
        for i, row in enumerate(zip(claims, *columns, strict=True))
        if i not in several
    }


def _titles(table: Table, documents: Collection[int]) -> dict[int, int]:
    """Return the number of the label of each document; of several, that of the English one."""
    found = dict(zip(documents, table.column(_LABEL, list(documents)), strict=True))
    for document, label in found.items():
        if label == SEVERAL:
            labels = table.objects(_LABEL)[document]
            english = [each for each in labels if _english(table.terms.one(each)) is not None]
            found[document] = english[0] if len(english) == 1 else SEVERAL if english else NOTHING
    return found


def _written(terms: Terms, row: tuple[int, ...]) -> Passage | None:
    """Return a passage of which the claim and all that is told of it are numbers."""
    claim, *others = row
    one = terms.one
    document, title, section, locator, *numbers = [
        None if number == NOTHING else one(number) for number in others
    ]
    if not isinstance(document, NamedNode):
        return None
    sentence, start, end = map(_number, numbers)
    if start is None or end is None:
        start = end = None
    told = (_english(title), _text(section), _text(locator))
    return Passage(terms.one(claim), document, *told, sentence, start, end)


def passage_text(engine: Engine, claim: NamedNode, text: bytes) -> str:
    """Return the passage that a claim rests on, cut from the source's text.

    Args:
        engine: what holds the claim.
        claim: the claim.
        text: the text of its document, in UTF-8, byte for byte as it was read.

    Raises:
        InputError: it is no claim; or its document was not read in full, so that it has no
            offsets; or the text is another one than was read.
    """
    passage = passages(engine, [claim]).get(claim)
    if passage is None:
        raise InputError(f"{curie(claim.value)} is no claim: only a claim has a passage.")
    document = curie(passage.document.value)
    hashes = {
        term.value
        for (term,) in engine.select(
            f"SELECT ?hash WHERE {{ {passage.document} {QKG['textSha256']} ?hash }}"
        ).terms
        if isinstance(term, Literal)
    }
    if not hashes or passage.start is None or passage.end is None:
        raise InputError(
            f"{curie(claim.value)} has no offsets to show: the text of {document} was not read in "
            "full, and the passage is told by a locator."
        )
    found = sha256(text).hexdigest()
    if found not in hashes:
        raise InputError(
            f"This is not the text of {document} as it was read: its SHA-256 is {found}, and that "
            f"of the text was {' or '.join(sorted(hashes))}."
        )
    # Offsets count characters, as a TextPositionSelector of Web Annotation does.
    return text.decode("utf-8")[passage.start : passage.end]


def _english(term: Term | None) -> str | None:
    return term.value if isinstance(term, Literal) and term.language == "en" else None


def _text(term: Term | None) -> str | None:
    return term.value if isinstance(term, Literal) else None


def _number(term: Term | None) -> int | None:
    text = _text(term) or ""
    return int(text) if text.isdecimal() else None
