"""References as BibTeX and CSL-JSON.

What is written as BibTeX is for BibTeX and for biblatex alike. Every entry is a ``@misc``, which
both know and print without an author: ``@online`` is biblatex's alone, ``@article`` asks for an
author and a journal. Who published it is ``howpublished``, which both print. ``year`` and ``month``
are BibTeX's; ``date`` is added where the day is known, for which BibTeX has no field.

CSL-JSON keeps to ``csl-data.json``, the schema of the Citation Style Language 1.0.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

from pyoxigraph import NamedNode

from qkg.errors import NameUnknown
from qkg.namespaces import PREFIXES, QKG
from qkg.references import Reference

__all__ = ["BIBLIOGRAPHY_FORMATS", "write_bibliography"]

_BLANK = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+")
_NOT_IN_KEY = re.compile(r"[^a-z0-9._-]+")
_NOT_IN_URL = re.compile(r'[\x00-\x20"<>\\^`{|}\x7f]')
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TEX = str.maketrans(
    {
        "#": r"\#",
        "$": r"\$",
        "%": r"\%",
        "&": r"\&",
        "_": r"\_",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "\\": r"\textbackslash{}",
        "^": r"\textasciicircum{}",
        # A brace counts for BibTeX, even behind a backslash.
        "{": r"\textbraceleft{}",
        "|": r"\textbar{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
    }
)
_CSL_TYPES = MappingProxyType({QKG["NewsItem"]: "article-newspaper"})


def write_bibliography(references: Iterable[Reference], format: str) -> str:  # noqa: A002
    """Return references as text, in the order of the IRIs of their documents.

    The key of an entry depends on the IRI of its document alone: it stays the same whatever else is
    listed, and is the same in every format.

    Args:
        references: the references; of several for one document the last counts.
        format: one of :data:`BIBLIOGRAPHY_FORMATS`.

    Raises:
        NameUnknown: there is no such format.
    """
    if format not in BIBLIOGRAPHY_FORMATS:
        raise NameUnknown("bibliography format", format, BIBLIOGRAPHY_FORMATS)
    by_iri = {reference.document.value: reference for reference in references}
    return _WRITERS[format]([by_iri[iri] for iri in sorted(by_iri)])


def _bibtex(references: Sequence[Reference]) -> str:
    return "\n".join(map(_entry, references))


def _entry(reference: Reference) -> str:
    fields = (f"  {name} = {value},\n" for name, value in _fields(reference) if value)
    return f"@misc{{{_key(reference.document)},\n{''.join(fields)}}}\n"


def _fields(reference: Reference) -> Iterator[tuple[str, str | None]]:
    published = reference.published or ""
    yield "author", _delimited(" and ".join(filter(None, map(_kept, reference.authors))))
    yield "title", _delimited(_kept(reference.title))
    yield "howpublished", _delimited(_escaped(reference.publisher))
    yield "year", _delimited(published[:4])
    yield "month", _MONTHS[int(published[5:7]) - 1] if published[5:7] else None
    yield "date", _delimited(published if published[8:] else "")
    yield "url", _delimited(_verbatim(reference.url))
    yield "urldate", _delimited(reference.read_on or "")
    yield "language", _delimited(_escaped(reference.language))
    yield "note", _delimited(_escaped(". ".join(_bibtex_notes(reference))))


def _delimited(value: str) -> str | None:
    return f"{{{value}}}" if value else None


def _kept(text: str | None) -> str:
    """Return a text that BibTeX takes as one word, and of which it keeps the case."""
    escaped = _escaped(text)
    # A brace with a backslash behind it would open a "special character", which changes case.
    guard = "{}" if escaped.startswith("\\") else ""
    return f"{{{guard}{escaped}}}" if escaped else ""


def _escaped(text: str | None) -> str:
    return _line(text).translate(_TEX)


def _verbatim(url: str | None) -> str:
    # biblatex and \url take an address as it is: a backslash before a sign would be part of it.
    return _NOT_IN_URL.sub(lambda match: f"%{ord(match.group()):02X}", (url or "").strip())


def _bibtex_notes(reference: Reference) -> Iterator[str]:
    # @misc has no field of its own for these two.
    if reference.number is not None:
        yield f"Identifier {reference.number}"
    if reference.section is not None:
        yield f"Section {reference.section}"
    yield from _notes(reference)


def _notes(reference: Reference) -> Iterator[str]:
    if reference.further_urls:
        yield f"Also at {', '.join(reference.further_urls)}"
    if reference.derived_from is not None:
        yield f"Derived from {reference.derived_from.value}"


def _csl_json(references: Sequence[Reference]) -> str:
    import json

    return json.dumps([_item(each) for each in references], ensure_ascii=False, indent=2) + "\n"


def _item(reference: Reference) -> dict[str, object]:
    item = {
        "id": _key(reference.document),
        "type": _csl_type(reference),
        "title": _line(reference.title),
        "author": [{"literal": name} for name in map(_line, reference.authors) if name],
        "publisher": _line(reference.publisher),
        "issued": _date_parts(reference.published),
        "accessed": _date_parts(reference.read_on),
        "URL": _verbatim(reference.url),
        "language": _line(reference.language),
        "section": _line(reference.section),
        "number": _line(reference.number),
        "note": _line(". ".join(_notes(reference))),
    }
    return {name: value for name, value in item.items() if value}


def _csl_type(reference: Reference) -> str:
    told = None if reference.kind is None else _CSL_TYPES.get(reference.kind)
    return told or ("document" if reference.url is None else "webpage")


def _date_parts(date: str | None) -> dict[str, list[list[int]]] | None:
    return None if date is None else {"date-parts": [[int(part) for part in date.split("-")]]}


def _line(text: str | None) -> str:
    return _BLANK.sub(" ", text or "").strip(" ")


def _key(document: NamedNode) -> str:
    """Return the local name of a document, marked by a hash where it is changed or is foreign."""
    iri = document.value
    local = iri.removeprefix(PREFIXES["document"])
    name = re.split("[/#]", iri.rstrip("/#"))[-1] if local == iri else local
    # Keys that differ in case alone are one key for BibTeX.
    cleaned = _NOT_IN_KEY.sub("-", name.lower()).strip("-")
    if cleaned and cleaned == local:
        return cleaned
    from hashlib import sha256

    mark = sha256(iri.encode()).hexdigest()[:8]
    return f"{cleaned or 'document'}-{mark}"


_WRITERS: Mapping[str, Callable[[Sequence[Reference]], str]] = {
    "bibtex": _bibtex,
    "csl-json": _csl_json,
}
BIBLIOGRAPHY_FORMATS = tuple(_WRITERS)
"""The formats by the names that :func:`write_bibliography` takes."""
