"""The file that describes a document."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode

from qkg.errors import InputError
from qkg.export.files import write_file
from qkg.namespaces import DATA, PREFIXES, QKG, RDF, RDFS
from qkg.scaffold.drafts import Draft
from qkg.scaffold.values import (
    Terms,
    address,
    date_of,
    hash_of,
    language_tag,
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

    from qkg.answers import Term

__all__ = ["new_document"]

_TYPE, _LABEL = RDF["type"], RDFS["label"]


def new_document(
    slug: str,
    *,
    title: str,
    url: Iterable[str] = (),
    identifier: Iterable[str] = (),
    kind: str = "Document",
    grade: Iterable[str] = (),
    resolvability: str = "resolved",
    headline: str | None = None,
    published: str | None = None,
    language: str | None = None,
    read_on: str | None = None,
    references: Iterable[str] = (),
    derived_from: str | None = None,
    note: str | None = None,
    text: bytes | None = None,
) -> Draft:
    """Return the file that describes a document.

    Args:
        slug: the name of its folder, and the end of its IRI.
        title: what to call it in English, told apart from all others.
        url: the addresses at which it is published.
        identifier: what it is called in the register that holds it, where it is a record.
        kind: the class that it is of, as the ontology names it: ``Document`` or one below.
        grade: the individuals of ``DocumentGrade`` that fit.
        resolvability: one of those of ``Resolvability``.
        headline: its own headline, in its language.
        published: a year, a month or a day, as precisely as it is known.
        language: the tag of its language, such as ``en``.
        read_on: the day on which it was read.
        references: the numbers of the citation markers whose source it does not give.
        derived_from: the slug of the document that it mirrors, copies or reports.
        note: what else an editor has to say of it.
        text: its text in UTF-8, where it was read in full; only the SHA-256 is kept.

    Raises:
        NameUnknown: the ontology has no such kind, grade or resolvability.
        InputError: another value is not what it has to be; the message says what would be.
    """
    documents = PREFIXES["document"]
    document = NamedNode(documents + slug_of(slug))
    url, identifier = tuple(url), tuple(identifier)
    if not (url or identifier or resolvability != "resolved"):
        raise InputError(
            "Nothing says where the document can be read: give --url, or the --identifier of a "
            "record, or --resolvability resolvedInMirror or unresolved."
        )
    origin = None if derived_from is None else NamedNode(documents + slug_of(derived_from))
    terms = Terms()
    title = words("title", title)
    said: list[tuple[NamedNode, Term | None]] = [
        (_TYPE, terms.kind(kind)),
        (QKG["derivedFromDocument"], origin),
        *((QKG["grade"], terms.one("DocumentGrade", "grade", each)) for each in grade),
        (QKG["readOn"], None if read_on is None else date_of("read-on", read_on, {10})),
        (QKG["resolvability"], terms.one("Resolvability", "resolvability", resolvability)),
        (QKG["textSha256"], None if text is None else Literal(hash_of(text))),
        (_LABEL, Literal(title, language="en")),
        (schema("datePublished"), None if published is None else date_of("published", published)),
        (schema("headline"), tagged("headline", headline, language_tag(language or "en"))),
        *((schema("identifier"), Literal(words("identifier", each))) for each in identifier),
        (schema("inLanguage"), None if language is None else Literal(language_tag(language))),
        *((schema("url"), address(each)) for each in url),
        (NamedNode(PREFIXES["skos"] + "editorialNote"), tagged("note", note)),
    ]
    stated = triples(document, said)
    for number in dict.fromkeys(references):
        stated += triples(
            reference(slug, number_of(number)),
            [
                (_TYPE, QKG["UnresolvedReference"]),
                (QKG["marker"], Literal(f"[{number}]")),
                (_LABEL, Literal(f"Reference [{number}] of: {title}", language="en")),
            ],
        )
    graph = NamedNode(f"{DATA}{slug}/document")
    return Draft(Path(slug, "document.ttl"), write_file(stated, graph))
