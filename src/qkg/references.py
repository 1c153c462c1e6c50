"""Documents as a bibliography lists them: what the default graph tells of each."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeAlias

from pyoxigraph import Literal, NamedNode

from qkg.answers import Term, is_lexical
from qkg.engines import Engine
from qkg.namespaces import PREFIXES, QKG, RDF, RDFS, XSD

__all__ = ["Reference", "references"]

_SCHEMA = PREFIXES["schema"]
_AUTHOR = NamedNode(_SCHEMA + "author")
_HEADLINE = NamedNode(_SCHEMA + "headline")
_IDENTIFIER = NamedNode(_SCHEMA + "identifier")
_LABEL = RDFS["label"]
_LANGUAGE = NamedNode(_SCHEMA + "inLanguage")
_ORIGIN = QKG["derivedFromDocument"]
_PUBLISHED = NamedNode(_SCHEMA + "datePublished")
_PUBLISHER = NamedNode(_SCHEMA + "publisher")
_READ = QKG["readOn"]
_SECTION = NamedNode(_SCHEMA + "articleSection")
_URL = NamedNode(_SCHEMA + "url")
_AGENTS = (_AUTHOR, _PUBLISHER)
_TOLD = (
    *_AGENTS,
    _HEADLINE,
    _IDENTIFIER,
    _LABEL,
    _LANGUAGE,
    _ORIGIN,
    _PUBLISHED,
    _READ,
    _SECTION,
    _URL,
)
_DATES = {
    XSD["gYear"]: re.compile(r"\d{4}(?!\d)"),
    XSD["gYearMonth"]: re.compile(r"\d{4}-\d\d"),
    XSD["date"]: re.compile(r"\d{4}-\d\d-\d\d"),
    XSD["dateTime"]: re.compile(r"\d{4}-\d\d-\d\d"),
}
_Facts: TypeAlias = Mapping[NamedNode, set[Term]]


class Reference(NamedTuple):
    """What is known of a document by which it can be cited; None, or empty, where it is not told.

    Attributes:
        document: the document.
        kind: its most exact class; the first by IRI where there are several.
        title: its headline, or its label where it has none.
        authors: the names of those who wrote it, sorted.
        publisher: the name of who published it.
        published: the year, month or day of its publication: ``2025``, ``2025-05``, ``2025-05-20``.
        language: the tag of the language of its text.
        section: the part of a publication in which it stands.
        number: the identifier under which its publisher or a register keeps it.
        url: where it can be read; the first address where there are several.
        further_urls: the other addresses, sorted.
        read_on: the day on which it was read.
        derived_from: the document that it mirrors, summarises or copies.
    """

    document: NamedNode
    kind: NamedNode | None = None
    title: str | None = None
    authors: tuple[str, ...] = ()
    publisher: str | None = None
    published: str | None = None
    language: str | None = None
    section: str | None = None
    number: str | None = None
    url: str | None = None
    further_urls: tuple[str, ...] = ()
    read_on: str | None = None
    derived_from: NamedNode | None = None


def references(engine: Engine, documents: Iterable[NamedNode]) -> tuple[Reference, ...]:
    """Return what the default graph tells of documents, one reference for each.

    Of several values the first in the order of their text counts; of several dates the most exact,
    and the latest of those. An author or publisher that is told by its IRI goes by its English
    label.

    Args:
        engine: what holds the dataset.
        documents: the documents; one of which nothing is known has a reference all the same.

    Returns:
        The references in the order of the IRIs of their documents.
    """
    wanted = sorted(set(documents), key=lambda document: document.value)
    if not wanted:  # rdflib fails on an empty block
        return ()
    values = " ".join(map(str, wanted))
    facts, kinds = _facts(engine, values), _kinds(engine, values)
    return tuple(_reference(each, facts[each], kinds[each]) for each in wanted)


def _facts(engine: Engine, values: str) -> Mapping[NamedNode, _Facts]:
    """Return what each document has per property, with the names of agents for their IRIs."""
    answer = engine.select(
        f"SELECT ?document ?property ?value ?name WHERE {{ VALUES ?document {{ {values} }} "
        # A second block of values takes rdflib forty times as long.
        f"?document ?property ?value FILTER(?property IN ({', '.join(map(str, _TOLD))})) "
        f"OPTIONAL {{ ?value {_LABEL} ?name FILTER(LANG(?name) = 'en') }} }}"
    )
    found: defaultdict[NamedNode, defaultdict[NamedNode, set[Term]]]
    found = defaultdict(lambda: defaultdict(set))
    for document, name, value, label in answer.terms:
        assert isinstance(document, NamedNode)
        assert isinstance(name, NamedNode)
        term = label if name in _AGENTS and label is not None else value
        if term is not None:
            found[document][name].add(term)
    return found


def _kinds(engine: Engine, values: str) -> Mapping[NamedNode, set[Term]]:
    """Return the classes of each document but those that are wider than another one of it."""
    answer = engine.select(
        f"SELECT ?document ?kind WHERE {{ VALUES ?document {{ {values} }} "
        f"?document {RDF['type']} ?kind FILTER NOT EXISTS {{ ?document {RDF['type']} ?narrower . "
        f"?narrower {RDFS['subClassOf']}+ ?kind FILTER(?narrower != ?kind) }} }}"
    )
    found: defaultdict[NamedNode, set[Term]] = defaultdict(set)
    for document, kind in answer.terms:
        assert isinstance(document, NamedNode)
        if kind is not None:
            found[document].add(kind)
    return found


def _reference(document: NamedNode, facts: _Facts, kinds: set[Term]) -> Reference:
    urls = _addresses(facts[_URL])
    return Reference(
        document,
        kind=_first_node(kinds),
        title=_first(_texts(facts[_HEADLINE])) or _first(_english(facts[_LABEL])),
        authors=tuple(_texts(facts[_AUTHOR])),
        publisher=_first(_texts(facts[_PUBLISHER])),
        published=_date(facts[_PUBLISHED]),
        language=_first(_texts(facts[_LANGUAGE])),
        section=_first(_texts(facts[_SECTION])),
        number=_first(_texts(facts[_IDENTIFIER])),
        url=_first(urls),
        further_urls=tuple(urls[1:]),
        read_on=_date(facts[_READ]),
        derived_from=_first_node(facts[_ORIGIN]),
    )


def _texts(terms: set[Term]) -> list[str]:
    return sorted({term.value for term in terms if isinstance(term, Literal)})


def _english(terms: set[Term]) -> list[str]:
    return _texts({term for term in terms if isinstance(term, Literal) and term.language == "en"})


def _addresses(terms: set[Term]) -> list[str]:
    # schema.org writes an address as a literal or as an IRI.
    return sorted({term.value for term in terms if isinstance(term, Literal | NamedNode)})


def _first(texts: Iterable[str]) -> str | None:
    return next(iter(texts), None)


def _first_node(terms: set[Term]) -> NamedNode | None:
    nodes = (term for term in terms if isinstance(term, NamedNode))
    return min(nodes, key=lambda node: node.value, default=None)


def _date(terms: set[Term]) -> str | None:
    """Return the most exact day, month or year of the calendar among terms."""
    dates = (_told_date(term) for term in terms if isinstance(term, Literal))
    told = (date for date in dates if date is not None)
    return max(told, key=lambda date: (len(date), date), default=None)


def _told_date(literal: Literal) -> str | None:
    from datetime import date

    pattern = _DATES.get(literal.datatype)
    if pattern is None or not is_lexical(literal.value, literal.datatype):
        return None
    match = pattern.match(literal.value)
    if match is None:
        return None
    try:
        date.fromisoformat(f"{match.group()}-01-01"[:10])
    except ValueError:
        return None
    return match.group()
