"""Bibliographies: what the documents tell and no more, in forms that other programs read."""

import json
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pytest
from pybtex.bibtex.utils import change_case
from pybtex.database import BibliographyData, parse_string
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

import qkg
from qkg.engines.endpoint import EndpointEngine
from qkg.engines.oxigraph import OxigraphEngine
from qkg.engines.rdflib import RdflibEngine
from qkg.errors import NameUnknown
from qkg.export.bibliography import BIBLIOGRAPHY_FORMATS, write_bibliography
from qkg.namespaces import PREFIXES, QKG, RDF, RDFS, XSD
from qkg.references import Reference, references

if TYPE_CHECKING:
    from qkg.engines import Engine

DOCUMENT = PREFIXES["document"]
SCHEMA = PREFIXES["schema"]
ARTICLE = NamedNode(DOCUMENT + "eu-japan-quantum-partnership-2025-05-20")
NOTICE = NamedNode(DOCUMENT + "cabinet-office-letter-of-intent-2025-05-13")
DAILY = NamedNode(DOCUMENT + "commission-daily-news-2025-05-12")
MIRROR = NamedNode(DOCUMENT + "commission-daily-news-mirror-2025-05-12")
RECORD = NamedNode(DOCUMENT + "openaire-q-neko-grant")
A, B = NamedNode(DOCUMENT + "a"), NamedNode(DOCUMENT + "b")

HOSTILE = (
    "50% of R&D for $5: #1 in snake_case ~ x^2 {",
    "} a brace that closes what none opened",
    "{EU} and {{Japan}}",
    "\\input{/etc/passwd}",
    "\\",
    "ends in a backslash \\",
    "%",
    '"quoted", „quoted“, \'quoted\' and "open',
    "@misc{x, title = {y}}",
    "<i>less</i> | more",
    "Größe, Łódź, 日本の量子技術, العربية, 🎉",
)
# The variables that qkg writes, and what csl-data.json lets them be.
CSL = {
    "id": str,
    "type": str,
    "title": str,
    "author": list,
    "publisher": str,
    "issued": dict,
    "accessed": dict,
    "URL": str,
    "language": str,
    "section": str,
    "number": str,
    "note": str,
}
CSL_TYPES = {"article-newspaper", "document", "webpage"}
TEX = re.compile(
    r"\\(?P<sign>[#$%&_])|\\text(?P<name>[a-z]+)\{\}|(?P<guard>^\{\})|(?P<plain>[^#$%&_{}\\^~<>|])"
)
TEX_NAMES = {
    "asciicircum": "^",
    "asciitilde": "~",
    "backslash": "\\",
    "bar": "|",
    "braceleft": "{",
    "braceright": "}",
    "greater": ">",
    "less": "<",
}


def quad(subject: NamedNode, name: str, value: Literal | NamedNode) -> Quad:
    return Quad(subject, NamedNode(SCHEMA + name), value, DefaultGraph())


def label(subject: NamedNode, text: str, language: str) -> Quad:
    return Quad(subject, RDFS["label"], Literal(text, language=language), DefaultGraph())


def dated(text: str, datatype: str) -> Quad:
    return quad(A, "datePublished", Literal(text, datatype=XSD[datatype]))


def documents(graph: qkg.KnowledgeGraph) -> list[NamedNode]:
    answer = graph._engine.select(f"SELECT ?document WHERE {{ ?document a {QKG['Document']} }}")
    return [term for (term,) in answer.terms if isinstance(term, NamedNode)]


def read_bibtex(text: str) -> BibliographyData:
    return parse_string(text, "bibtex")


def read_tex(text: str) -> str:
    """Return what TeX prints for a text, which holds nothing that TeX would act on."""
    read, position = "", 0
    while position < len(text):
        match = TEX.match(text, position)
        assert match, f"{text[position:]!r} is TeX"
        named = TEX_NAMES[match["name"]] if match["name"] else ""
        read += (match["sign"] or "") + named + (match["plain"] or "")
        position = match.end()
    return read


def unbraced(text: str) -> str:
    assert text[0] == "{"
    assert text[-1] == "}"
    return text[1:-1]


def check_csl(text: str) -> list[dict[str, object]]:
    """Return the items of a CSL-JSON text that keeps to the schema."""
    items = json.loads(text)
    assert isinstance(items, list)
    for item in items:
        assert {"id", "type"} <= set(item) <= set(CSL)
        assert item["type"] in CSL_TYPES
        for name, value in item.items():
            assert isinstance(value, CSL[name])
            assert value
        for name in {"issued", "accessed"} & set(item):
            assert set(item[name]) == {"date-parts"}
            (parts,) = item[name]["date-parts"]
            assert 1 <= len(parts) <= 3
            assert all(type(part) is int for part in parts)
        assert all(set(author) == {"literal"} for author in item.get("author", []))
    assert len({item["id"] for item in items}) == len(items)
    return items


def one_csl(reference: Reference) -> dict[str, object]:
    (item,) = check_csl(write_bibliography([reference], "csl-json"))
    return item


def one_bibtex(reference: Reference) -> dict[str, str]:
    (entry,) = read_bibtex(write_bibliography([reference], "bibtex")).entries.values()
    return dict(entry.fields)


@pytest.fixture(scope="module")
def shipped(graph: qkg.KnowledgeGraph) -> tuple[Reference, ...]:
    return references(graph._engine, documents(graph))


@pytest.fixture(params=[OxigraphEngine, RdflibEngine])
def engine(request: pytest.FixtureRequest) -> type[OxigraphEngine | RdflibEngine]:
    made: type[OxigraphEngine | RdflibEngine] = request.param
    return made


def test_every_document_is_listed(
    graph: qkg.KnowledgeGraph, shipped: tuple[Reference, ...]
) -> None:
    assert [each.document for each in shipped] == sorted(documents(graph), key=lambda d: d.value)
    assert {ARTICLE, NOTICE, DAILY, MIRROR, RECORD} <= {each.document for each in shipped}
    assert all(each.title and each.kind for each in shipped)


def test_what_is_known_of_shipped_documents(shipped: tuple[Reference, ...]) -> None:
    known = {each.document: each for each in shipped}
    assert known[ARTICLE] == Reference(
        ARTICLE,
        kind=QKG["NewsItem"],
        title="EU and Japan Formalize Quantum Technology Partnership",
        published="2025-05-20",
        language="en",
        section="semicon",
        url="https://inspirega.bytes.news/108aa87-quantum-EU-cooperation",
    )
    assert known[NOTICE].kind == QKG["Document"]
    assert known[NOTICE].url == "https://www.cao.go.jp/minister/2411_m_kiuchi/photo/2025_037.html"
    assert known[NOTICE].further_urls == ("https://www8.cao.go.jp/cstp/stmain/20250513ryoshi.html",)
    assert known[DAILY].number == "MEX/25/1186"
    assert (known[MIRROR].derived_from, known[MIRROR].read_on) == (DAILY, "2026-11-23")
    published = {each.document.value.removeprefix(DOCUMENT): each.published for each in shipped}
    assert published["q-neko-website-2026"] == "2026"
    assert published["new-electronics-2025-05"] == "2025-05"
    assert published["openaire-q-neko-grant"] is None


@pytest.mark.parametrize("kind", ["rdflib", "endpoint"])
def test_engines_tell_the_same(
    graph: qkg.KnowledgeGraph, server: str, shipped: tuple[Reference, ...], kind: str
) -> None:
    quads = graph._engine.quads()
    other: Engine = RdflibEngine(quads) if kind == "rdflib" else EndpointEngine(server)
    assert references(other, documents(graph)) == shipped


def test_nothing_asked(engine: type[OxigraphEngine | RdflibEngine]) -> None:
    assert references(engine([]), []) == ()
    assert write_bibliography([], "bibtex") == ""
    assert json.loads(write_bibliography([], "csl-json")) == []


def test_nothing_known(engine: type[OxigraphEngine | RdflibEngine]) -> None:
    assert references(engine([label(B, "B", "en")]), [A]) == (Reference(A),)
    assert one_bibtex(Reference(A)) == {}
    assert one_csl(Reference(A)) == {"id": "a", "type": "document"}


def test_one_reference_each_in_order(engine: type[OxigraphEngine | RdflibEngine]) -> None:
    found = references(engine([]), iter([B, A, B]))
    assert found == (Reference(A), Reference(B))


def test_names_of_authors_and_publisher(engine: type[OxigraphEngine | RdflibEngine]) -> None:
    person, nameless = NamedNode(PREFIXES["id"] + "p"), NamedNode(PREFIXES["id"] + "q")
    quads = [
        quad(A, "author", person),
        quad(A, "author", Literal("Anna Example")),
        quad(A, "publisher", nameless),
        quad(B, "publisher", Literal("The Gazette")),
        label(person, "Zoë Example", "en"),
        label(person, "ゾーイ", "ja"),
    ]
    a, b = references(engine(quads), [A, B])
    assert a.authors == ("Anna Example", "Zoë Example")
    assert a.publisher is None
    assert b == Reference(B, publisher="The Gazette")


def test_headline_before_english_label(engine: type[OxigraphEngine | RdflibEngine]) -> None:
    quads = [
        quad(A, "headline", Literal("Headline")),
        label(A, "Label", "en"),
        label(B, "Étiquette", "fr"),
    ]
    assert [each.title for each in references(engine(quads), [A, B])] == ["Headline", None]


def test_address_as_an_iri(engine: type[OxigraphEngine | RdflibEngine]) -> None:
    (found,) = references(engine([quad(A, "url", NamedNode("https://example.org/a"))]), [A])
    assert found.url == "https://example.org/a"


def test_most_exact_class(engine: type[OxigraphEngine | RdflibEngine]) -> None:
    narrow, middle, wide = (NamedNode(f"https://example.org/{name}") for name in "abc")
    quads = [
        Quad(narrow, RDFS["subClassOf"], middle, DefaultGraph()),
        Quad(middle, RDFS["subClassOf"], wide, DefaultGraph()),
        *(Quad(A, RDF["type"], kind, DefaultGraph()) for kind in (wide, narrow)),
        Quad(B, RDF["type"], wide, DefaultGraph()),
    ]
    assert [each.kind for each in references(engine(quads), [A, B])] == [narrow, wide]


@pytest.mark.parametrize(
    ("told", "published"),
    [
        ([("2025", "gYear")], "2025"),
        ([("2025-05", "gYearMonth")], "2025-05"),
        ([("2025-05-20", "date")], "2025-05-20"),
        ([("2025-05-20+09:00", "date")], "2025-05-20"),
        ([("2025-05:00", "gYear")], "2025"),
        ([("2025-05-20T23:00:00Z", "dateTime")], "2025-05-20"),
        ([("2025", "gYear"), ("2025-05-19", "date"), ("2025-05-20", "date")], "2025-05-20"),
        ([("2025-13-01", "date")], None),
        ([("2025-00", "gYearMonth"), ("2025", "gYear")], "2025"),
        ([("12025", "gYear")], None),
        ([("12025-01-01", "date")], None),
        ([("-0044-03-15", "date")], None),
        ([("May 2025", "date")], None),
        ([("2025", "string")], None),
    ],
)
def test_date_of_publication(
    engine: type[OxigraphEngine | RdflibEngine], told: list[tuple[str, str]], published: str | None
) -> None:
    (found,) = references(engine([dated(*each) for each in told]), [A])
    assert found.published == published


@pytest.mark.parametrize(
    ("published", "fields", "parts"),
    [
        ("2025", {"year": "2025"}, [2025]),
        ("2025-05", {"year": "2025", "month": "May"}, [2025, 5]),
        (
            "2025-12-01",
            {"year": "2025", "month": "December", "date": "2025-12-01"},
            [2025, 12, 1],
        ),
    ],
)
def test_precision_of_dates(published: str, fields: dict[str, str], parts: list[int]) -> None:
    reference = Reference(A, published=published)
    assert one_bibtex(reference) == fields
    assert one_csl(reference)["issued"] == {"date-parts": [parts]}


def test_month_is_a_macro_that_every_style_defines() -> None:
    assert "  month = may,\n" in write_bibliography([Reference(A, published="2025-05")], "bibtex")


def test_shipped_bibtex(shipped: tuple[Reference, ...]) -> None:
    text = write_bibliography(shipped, "bibtex")
    entries = read_bibtex(text).entries
    assert list(entries) == [each.document.value.removeprefix(DOCUMENT) for each in shipped]
    for reference, entry in zip(shipped, entries.values(), strict=True):
        assert entry.type == "misc"
        assert read_tex(unbraced(entry.fields["title"])) == reference.title
        assert entry.fields.get("url") == reference.url
        assert entry.fields.get("urldate") == reference.read_on
        assert entry.fields.get("language") == reference.language
        assert entry.fields.get("year", "") == (reference.published or "")[:4]
        read_tex(entry.fields.get("note", ""))
    assert entries["commission-daily-news-2025-05-12"].fields["note"] == "Identifier MEX/25/1186"


def test_shipped_csl_json(shipped: tuple[Reference, ...]) -> None:
    items = check_csl(write_bibliography(shipped, "csl-json"))
    keys = read_bibtex(write_bibliography(shipped, "bibtex")).entries
    assert [item["id"] for item in items] == list(keys)
    assert {item["type"] for item in items} == CSL_TYPES
    by_id = {item["id"]: item for item in items}
    assert by_id["commission-daily-news-mirror-2025-05-12"] == {
        "id": "commission-daily-news-mirror-2025-05-12",
        "type": "article-newspaper",
        "title": "Daily news of the European Commission of 12 May 2025, mirrored at openrijk.nl",
        "issued": {"date-parts": [[2025, 5, 12]]},
        "accessed": {"date-parts": [[2026, 11, 23]]},
        "URL": "https://openrijk.nl/en/parlement-eu/europese-commissie/artikel/"
        "mex-25-1186/daily-news-12-/-05-/-2025",
        "note": f"Derived from {DAILY.value}",
    }
    assert by_id["openaire-q-neko-grant"]["type"] == "document"
    assert by_id["q-neko-website-2026"]["type"] == "webpage"


def test_every_class_of_documents_has_a_type_of_csl(graph: qkg.KnowledgeGraph) -> None:
    answer = graph._engine.select(
        f"SELECT ?kind WHERE {{ ?kind {RDFS['subClassOf']}+ {QKG['Document']} "
        f"FILTER(?kind != {QKG['Document']}) }}"
    )
    kinds = [term for (term,) in answer.terms if isinstance(term, NamedNode)]
    assert kinds
    for kind in kinds:
        assert one_csl(Reference(A, kind=kind))["type"] not in {"document", "webpage"}


@pytest.mark.parametrize("format_", BIBLIOGRAPHY_FORMATS)
def test_order_does_not_matter(shipped: tuple[Reference, ...], format_: str) -> None:
    text = write_bibliography(shipped, format_)
    assert write_bibliography(reversed(shipped), format_) == text
    assert write_bibliography([*shipped, *shipped], format_) == text


@pytest.mark.parametrize("title", HOSTILE)
def test_hostile_text(title: str) -> None:
    reference = Reference(
        A, title=title, authors=(title, "Z"), publisher=title, number=title, language="en"
    )
    (entry,) = read_bibtex(write_bibliography([reference], "bibtex")).entries.values()
    fields = entry.fields
    assert read_tex(unbraced(fields["title"])) == title
    assert read_tex(fields["howpublished"]) == title
    assert read_tex(fields["note"]) == f"Identifier {title}"
    assert [read_tex(unbraced(str(person))) for person in entry.persons["author"]] == [title, "Z"]
    item = one_csl(reference)
    assert (item["title"], item["publisher"], item["number"]) == (title, title, title)
    assert item["author"] == [{"literal": title}, {"literal": "Z"}]


@pytest.mark.parametrize("title", [*HOSTILE, "The EU and Japan", "& EU", "#EU and_NATO"])
def test_styles_keep_the_case_of_titles(title: str) -> None:
    written = one_bibtex(Reference(A, title=title))["title"]
    assert change_case(written, "t") == written


def test_text_stands_on_one_line() -> None:
    title = "\tone\r\ntwo\x00three\n\nfour\u2028five "
    reference = Reference(A, title=title, authors=("\n", " x\ny "))
    (entry,) = read_bibtex(write_bibliography([reference], "bibtex")).entries.values()
    assert entry.fields["title"] == "{one two three four five}"
    assert list(map(str, entry.persons["author"])) == ["{x y}"]
    item = one_csl(reference)
    assert item["title"] == "one two three four five"
    assert item["author"] == [{"literal": "x y"}]


@pytest.mark.parametrize("format_", BIBLIOGRAPHY_FORMATS)
def test_spaces_beyond_ascii_are_kept(format_: str) -> None:
    title = "\u91cf\u5b50\u3000no-break\u00a0space"
    assert title in write_bibliography([Reference(A, title=title)], format_)


def test_blank_text_is_left_out() -> None:
    reference = Reference(A, title="\n", authors=(" ",), publisher="", url=" ")
    assert one_bibtex(reference) == {}
    assert set(one_csl(reference)) == {"id", "type"}


def test_address_is_taken_as_it_is() -> None:
    url = "https://example.org/a_b/c%20d?x=1&y=~2#z"
    assert one_bibtex(Reference(A, url=url))["url"] == url
    hostile = Reference(A, url="https://example.org/{a}} b\\c\n")
    expected = "https://example.org/%7Ba%7D%7D%20b%5Cc"
    assert one_bibtex(hostile)["url"] == expected
    assert one_csl(hostile)["URL"] == expected


def test_all_that_an_entry_can_hold() -> None:
    reference = Reference(
        A,
        kind=QKG["NewsItem"],
        title="T",
        authors=("European Commission", "Anna Example"),
        publisher="The Gazette",
        published="2025-05-20",
        language="en",
        section="politics",
        number="7",
        url="https://example.org/1",
        further_urls=("https://example.org/2", "https://example.org/3"),
        read_on="2026-11-23",
        derived_from=B,
    )
    assert write_bibliography([reference], "bibtex") == (
        "@misc{a,\n"
        "  author = {{European Commission} and {Anna Example}},\n"
        "  title = {{T}},\n"
        "  howpublished = {The Gazette},\n"
        "  year = {2025},\n"
        "  month = may,\n"
        "  date = {2025-05-20},\n"
        "  url = {https://example.org/1},\n"
        "  urldate = {2026-11-23},\n"
        "  language = {en},\n"
        "  note = {Identifier 7. Section politics. Also at https://example.org/2, "
        f"https://example.org/3. Derived from {B.value}}},\n"
        "}\n"
    )
    assert set(one_csl(reference)) == set(CSL)


def keys(iris: Iterable[str]) -> list[str]:
    listed = [Reference(NamedNode(iri)) for iri in iris]
    return list(read_bibtex(write_bibliography(listed, "bibtex")).entries)


def test_keys_are_unique_and_plain() -> None:
    iris = [
        DOCUMENT,
        DOCUMENT + "report",
        DOCUMENT + "Report",
        DOCUMENT + "report%20",
        DOCUMENT + "report/",
        DOCUMENT + "a/report",
        DOCUMENT + "a-report",
        DOCUMENT + "報告",
        DOCUMENT + "告報",
        "https://example.org/report",
        "https://example.org/x#report",
        "https://example.org/",
        "urn:x:(a),b=c",
    ]
    found = keys(iris)
    assert len({key.lower() for key in found}) == len(iris)
    assert all(re.fullmatch("[a-z0-9._-]+", key) for key in found)
    assert {"report", "a-report"} <= set(found)


def test_key_does_not_depend_on_what_else_is_listed() -> None:
    iris = ["https://example.org/report", "https://example.org/x#report", DOCUMENT + "Report"]
    assert sorted(key for iri in iris for key in keys([iri])) == sorted(keys(iris))


def test_unknown_format() -> None:
    with pytest.raises(NameUnknown, match="no bibliography format 'bibtext'; did you mean bibtex"):
        write_bibliography([], "bibtext")
