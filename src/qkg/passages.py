"""Where a claim stands: its document, and the passage of it."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import Literal, NamedNode

from qkg.errors import InputError
from qkg.namespaces import OA, QKG, RDFS, curie

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qkg.answers import Term
    from qkg.engines import Engine

__all__ = [
    "END",
    "LABEL",
    "LOCATOR",
    "PASSAGE",
    "SECTION",
    "SELECTOR",
    "SENTENCE",
    "START",
    "STATED_IN",
    "Passage",
    "passage_text",
    "passages",
]

LABEL = RDFS["label"]
STATED_IN, PASSAGE = QKG["statedIn"], QKG["passage"]
SECTION, LOCATOR, SENTENCE = QKG["section"], QKG["locator"], QKG["sentence"]
SELECTOR, START, END = OA["hasSelector"], OA["start"], OA["end"]
_MOST_DIGITS = 20
"""No text has a place of so many digits; Python refuses to read some thousand."""


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

    @classmethod
    def told(
        cls,
        claim: NamedNode,
        document: Term | None,
        title: Term | None,
        section: Term | None,
        locator: Term | None,
        *numbers: Term | None,
    ) -> Passage | None:
        """Return what terms tell of a claim, of each attribute one or None; None if no document.

        Offsets are there both or neither.
        """
        if not isinstance(document, NamedNode):
            return None
        sentence, start, end = map(_number, numbers)
        if start is None or end is None:
            start = end = None
        texts = _text(title), _text(section), _text(locator)
        return cls(claim, document, *texts, sentence, start, end)

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
        f"VALUES ?claim {{ {values} }} ?claim {STATED_IN} ?document . "
        f"OPTIONAL {{ ?document {LABEL} ?title FILTER(LANG(?title) = 'en') }} "
        f"OPTIONAL {{ ?claim {PASSAGE} ?passage "
        f"OPTIONAL {{ ?passage {SECTION} ?section }} "
        f"OPTIONAL {{ ?passage {LOCATOR} ?locator }} "
        f"OPTIONAL {{ ?passage {SENTENCE} ?sentence }} "
        f"OPTIONAL {{ ?passage {SELECTOR} ?selector . "
        f"?selector {START} ?start ; {END} ?end }} }} }} "
        "ORDER BY ?claim ?document ?title ?section ?locator ?sentence ?start ?end"
    )
    found: dict[NamedNode, Passage] = {}
    for claim, *terms in answer.terms:
        assert isinstance(claim, NamedNode)
        passage = Passage.told(claim, *terms)
        if passage is not None:
            found.setdefault(claim, passage)
    return found


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
    try:
        read = text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            f"The text of {document} is not in UTF-8, so that its characters cannot be counted."
        ) from error
    # Offsets count characters, as a TextPositionSelector of Web Annotation does.
    return read[passage.start : passage.end]


def _text(term: Term | None) -> str | None:
    return term.value if isinstance(term, Literal) else None


def _number(term: Term | None) -> int | None:
    text = _text(term) or ""
    return int(text) if text.isdecimal() and len(text) < _MOST_DIGITS else None
