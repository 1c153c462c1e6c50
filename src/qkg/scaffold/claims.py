"""The file of a claim, but for its facts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from qkg.errors import InputError
from qkg.export.files import write_file
from qkg.namespaces import DATA, OA, PREFIXES, QKG, RDF, RDFS
from qkg.scaffold.drafts import Draft
from qkg.scaffold.values import (
    Terms,
    address,
    number_of,
    reference,
    schema,
    slug_of,
    tagged,
    triples,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qkg.scaffold.sources import Position, Source

__all__ = ["new_claim"]

_SKOS = PREFIXES["skos"]
_TYPE, _LABEL = RDF["type"], RDFS["label"]

_FACTS = f"""
# The facts of the passage go here, in place of this comment: each thing with what the passage says
# of it, and each prefix that they need above. Such as:
#
# @prefix id: <{PREFIXES["id"]}> .
#
# id:q-neko
#     qkg:initiativeUnder id:eu-japan-quantum-partnership .
"""


def new_claim(
    source: Source,
    slug: str,
    *,
    label: str | None = None,
    manner: str = "asserted",
    status: str = "accepted",
    reason: str | None = None,
    kind: str = "bodyText",
    section: str | None = None,
    sentence: int | None = None,
    position: Position | None = None,
    locator: str | None = None,
    url: str | None = None,
    cites: Iterable[str] = (),
    open_enumeration: bool = False,
    note: str | None = None,
) -> Draft:
    """Return the file of a claim without its facts, and a comment in their place.

    Args:
        source: the document that states it.
        slug: the name of the file, and the end of its IRI.
        label: what it says, in an English sentence; None for the words of the slug.
        manner: one of the individuals of ``Manner`` in the ontology.
        status: one of those of ``ClaimStatus``.
        reason: why it is disputed.
        kind: one of those of ``EvidenceKind``.
        section: the heading under which the passage stands.
        sentence: the number of its sentence, from 1.
        position: its offsets in the text, where that was read in full.
        locator: where the facts stand, in words, where it was not.
        url: the address of the page on which it stands, where the document has several.
        cites: the numbers of the references whose markers stand in it.
        open_enumeration: whether the passage leaves a list open.
        note: what else an editor has to say of it.

    Raises:
        NameUnknown: the ontology has no such manner, status or kind.
        InputError: another value is not what it has to be; the message says what would be.
    """
    graph = NamedNode(f"{DATA}{source.slug}/{slug_of(slug)}")
    document = NamedNode(PREFIXES["document"] + source.slug)
    passage, selector = (NamedNode(f"{graph.value}#{name}") for name in ("passage", "position"))
    if position is None and locator is None:
        raise InputError(
            "Nothing says where the passage stands: give --quote with --text, or --start and "
            "--end, or --locator with words where the text was not read in full."
        )
    if (status == "disputed") != (reason is not None):
        raise InputError(
            "A disputed claim says why: give --reason."
            if reason is None
            else "Only a disputed claim has a reason: leave --reason out, or add --status disputed."
        )
    if sentence is not None and sentence < 1:
        raise InputError(f"Sentences count from 1: --sentence {sentence} is none.")
    cites = [number_of(number) for number in cites]
    for number in cites:
        if number not in source.references:
            raise InputError(
                f"{source.slug}/document.ttl describes no reference {number}: describe "
                f"{reference(source.slug, number)} there first, as a qkg:UnresolvedReference."
            )
    terms = Terms()
    stated = triples(
        graph,
        [
            (_TYPE, QKG["Claim"]),
            (QKG["disputeReason"], tagged("reason", reason)),
            (QKG["manner"], terms.one("Manner", "manner", manner)),
            (QKG["openEnumeration"], Literal(True) if open_enumeration else None),
            (QKG["passage"], passage),
            (QKG["statedIn"], document),
            (QKG["status"], terms.one("ClaimStatus", "status", status)),
            (_LABEL, tagged("label", label or slug.replace("-", " ").capitalize())),
            (NamedNode(f"{_SKOS}editorialNote"), tagged("note", note)),
        ],
    )
    stated += triples(
        passage,
        [
            (_TYPE, QKG["Passage"]),
            (OA["hasSelector"], None if position is None else selector),
            (OA["hasSource"], document),
            *((QKG["citesReference"], reference(source.slug, number)) for number in cites),
            (QKG["evidenceKind"], terms.one("EvidenceKind", "kind of evidence", kind)),
            (QKG["locator"], None if locator is None else Literal(words("locator", locator))),
            (QKG["section"], None if section is None else Literal(words("section", section))),
            (QKG["sentence"], None if sentence is None else Literal(sentence)),
            (schema("url"), None if url is None else address(url)),
        ],
    )
    if position is not None:
        if not 0 <= position.start < position.end:
            raise InputError(
                f"No passage goes from {position.start} to {position.end}: --start counts from 0, "
                "and --end is the offset after the last character."
            )
        stated += triples(
            selector,
            [
                (_TYPE, OA["TextPositionSelector"]),
                (OA["end"], Literal(position.end)),
                (OA["start"], Literal(position.start)),
            ],
        )
    return Draft(Path(source.slug, f"{slug}.ttl"), write_file(stated, graph) + _FACTS)
