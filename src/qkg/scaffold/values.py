"""Values of a draft: names of the ontology, and texts that have to be of a form."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING
from unicodedata import category

from pyoxigraph import Literal, NamedNode, Quad, Triple

from qkg._paths import shipped
from qkg.claims import read_ontology
from qkg.errors import InputError, NameUnknown
from qkg.known import last_day
from qkg.namespaces import PREFIXES, QKG, RDF, RDFS, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qkg.answers import Term

__all__ = [
    "Terms",
    "address",
    "date_of",
    "decoded",
    "hash_of",
    "language_tag",
    "number_of",
    "reference",
    "schema",
    "slug_of",
    "tagged",
    "triples",
    "words",
]

_TYPE = RDF["type"]
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DATES = {4: "gYear", 7: "gYearMonth", 10: "date"}


class Terms:
    """What the ontology offers, by class."""

    def __init__(self) -> None:
        self._statements = read_ontology(shipped("ontology")).statements

    def one(self, class_: str, kind: str, name: str) -> NamedNode:
        """Return the individual of a class that has a name."""
        return self._named(kind, name, self._subjects(_TYPE, QKG[class_]))

    def kind(self, name: str) -> NamedNode:
        """Return the class of documents that has a name."""
        known, fresh = set[str](), {"Document"}
        while fresh:
            known |= fresh
            below = (self._subjects(RDFS["subClassOf"], QKG[each]) for each in fresh)
            fresh = set[str]().union(*below) - known
        return self._named("kind of document", name, known)

    def _subjects(self, predicate: NamedNode, object_: NamedNode) -> set[str]:
        return {
            quad.subject.value.removeprefix(str(QKG))
            for quad in self._statements
            if quad.predicate == predicate
            and quad.object == object_
            and isinstance(quad.subject, NamedNode)
        }

    def _named(self, kind: str, name: str, known: set[str]) -> NamedNode:
        if name not in known:
            error = NameUnknown(kind, name, known)
            if not error.closest:
                raise InputError(f"There is no {kind} {name!r}: take {', '.join(sorted(known))}.")
            raise error
        return QKG[name]


def triples(subject: NamedNode, said: list[tuple[NamedNode, Term | None]]) -> list[Triple | Quad]:
    """Return what is said of a subject, without what is None."""
    return [Triple(subject, predicate, value) for predicate, value in said if value is not None]


def schema(name: str) -> NamedNode:
    """Return a term of schema.org."""
    return NamedNode(PREFIXES["schema"] + name)


def reference(slug: str, number: str) -> NamedNode:
    """Return the IRI of a reference of a document."""
    return NamedNode(f"{PREFIXES['document']}{slug}/reference/{number}")


def slug_of(text: str) -> str:
    """Return a text that can name a file; raise InputError where it cannot."""
    if not _SLUG.fullmatch(text):
        raise InputError(
            f"{text!r} cannot name a file: take lower-case letters and digits with single hyphens "
            "between them, such as q-neko-award."
        )
    return text


def number_of(text: str) -> str:
    """Return a text that is the number of a reference; raise InputError where it is none."""
    if not re.fullmatch(r"[1-9][0-9]*", text):
        raise InputError(f"{text!r} is no number of a reference: write 2 for the marker [2].")
    return text


def words(option: str, text: str) -> str:
    """Return a text that is one line of words; raise InputError where it is not."""
    if not text.strip() or any(category(c) in ("Cc", "Cs", "Zl", "Zp") for c in text):
        raise InputError(f"--{option} takes one line of words: {text!r} is none.")
    return text.strip()


def tagged(option: str, text: str | None, language: str = "en") -> Literal | None:
    """Return words in a language, as :func:`words` takes them, or None where there are none."""
    return None if text is None else Literal(words(option, text), language=language)


def language_tag(tag: str) -> str:
    """Return a text that is the tag of a language; raise InputError where it is none."""
    if not re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", tag):
        raise InputError(f"{tag!r} is no tag of a language: write it like en, ja or pt-BR.")
    return tag


def address(url: str) -> Literal:
    """Return an absolute address of http or https; raise InputError where it is none."""
    try:
        if re.match(r"https?://[^/]", NamedNode(url).value):
            return Literal(url, datatype=XSD["anyURI"])
    except ValueError:
        pass
    raise InputError(f"{url!r} is no address: write it whole, as in https://example.org/news.")


def date_of(option: str, text: str, lengths: Iterable[int] = _DATES) -> Literal:
    """Return a date of one of these precisions; raise InputError where it is none."""
    if len(text) in lengths:
        date = Literal(text, datatype=XSD[_DATES[len(text)]])
        if last_day(date) is not None:
            return date
    forms = " or ".join(("2025-05-13", "2025-05", "2025")[: len(list(lengths))])
    raise InputError(f"{text!r} is no date: write --{option} like {forms}.")


def hash_of(text: bytes) -> str:
    """Return the SHA-256 of a text; raises as :func:`decoded`."""
    decoded(text)
    return sha256(text).hexdigest()


def decoded(text: bytes) -> str:
    """Return the characters of a text in UTF-8; raise InputError where it is not."""
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        raise InputError(f"The text is not UTF-8: byte {error.start} is malformed.") from error
