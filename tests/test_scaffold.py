"""Files that ``qkg new`` begins: what is in them, how they are checked, how they are written."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import click
import pytest
from conftest import ROOT, Command
from pyoxigraph import Literal, NamedNode, Quad

import qkg
from qkg.claims import DataFile, read, read_file
from qkg.cli.new import new
from qkg.errors import InputError, LayoutError
from qkg.export.files import write_file
from qkg.namespaces import DATA, ONTOLOGY, PREFIXES, QKG, RDF, XSD
from qkg.scaffold import (
    Draft,
    Position,
    Source,
    find_quote,
    new_claim,
    new_document,
    read_source,
    write,
)

TYPE = RDF["type"]
FILES = read([ROOT / "data"])
CLAIMS = [file for file in FILES if file.is_claim]
DOCUMENTS = [file for file in FILES if file.path.name == "document.ttl"]
TEXT = "Kyoto, Monday. A council will meet in Kyoto.\r\nIt was said that a council\nwill meet.\n"
ENTITIES = """@prefix id: <https://w3id.org/qkg/id/> .
@prefix qkg: <https://w3id.org/qkg/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
id:kyoto a qkg:Place ; rdfs:label "Kyoto"@en .
id:council a qkg:Event ; rdfs:label "Council of Kyoto"@en .
"""
FACTS = "id:council qkg:occurredIn id:kyoto .\n"


def relative(path: Path) -> str:
    return path.relative_to(ROOT / "data").as_posix()


def values(file: DataFile, subject: str, *predicates: str) -> list[str]:
    wanted = {expanded(predicate) for predicate in predicates}
    return [
        quad.object.value
        for quad in file.statements
        if isinstance(quad.subject, NamedNode)
        and isinstance(quad.object, NamedNode | Literal)
        and quad.subject.value == subject
        and quad.predicate.value in wanted
    ]


def expanded(name: str) -> str:
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def value(file: DataFile, subject: str, predicate: str) -> str | None:
    found = values(file, subject, predicate)
    assert len(found) <= 1
    return found[0] if found else None


def local(found: str | None) -> str:
    assert found is not None
    return found.removeprefix(str(QKG))


def about(statements: Sequence[Quad], *subjects: str) -> set[Quad]:
    return {
        quad
        for quad in statements
        if isinstance(quad.subject, NamedNode) and quad.subject.value in subjects
    }


def parsed(draft: Draft, folder: Path) -> DataFile:
    path = write(draft, folder)
    name = draft.path.with_suffix("").as_posix()
    return read_file(path, NamedNode(DATA + name), 0)


@pytest.mark.parametrize("file", FILES, ids=lambda file: relative(file.path))
def test_files_are_laid_out_as_those_that_are_shipped(file: DataFile) -> None:
    assert write_file(file.statements, file.graph) == file.path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "literal",
    [
        Literal("1", datatype=XSD["decimal"]),
        Literal("1.5", datatype=XSD["double"]),
        Literal("yes", datatype=XSD["boolean"]),
        Literal('a "quoted" \\ text\nof two lines'),
        Literal("量子", language="ja"),
        Literal("x", datatype=NamedNode("https://example.org/type")),
    ],
)
def test_literals_are_read_back_as_they_were(literal: Literal, tmp_path: Path) -> None:
    graph = NamedNode(f"{DATA}x")
    statement = Quad(NamedNode("https://w3id.org/qkg/id/a/b.c"), QKG["value"], literal)
    path = tmp_path / "x.ttl"
    path.write_text(write_file([statement], graph), encoding="utf-8")
    assert read_file(path, graph, 0).statements == (statement,)


@pytest.mark.parametrize("file", CLAIMS, ids=lambda file: relative(file.path))
def test_every_claim_could_have_been_begun_so(file: DataFile, tmp_path: Path) -> None:
    own, passage, place = (file.graph.value + part for part in ("", "#passage", "#position"))
    start, end = value(file, place, "oa:start"), value(file, place, "oa:end")
    sentence = value(file, passage, "qkg:sentence")
    (tmp_path / file.path.parent.name).mkdir()
    draft = new_claim(
        read_source(ROOT / "data", file.path.parent.name),
        file.path.stem,
        label=value(file, own, "rdfs:label"),
        manner=local(value(file, own, "qkg:manner")),
        status=local(value(file, own, "qkg:status")),
        reason=value(file, own, "qkg:disputeReason"),
        kind=local(value(file, passage, "qkg:evidenceKind")),
        section=value(file, passage, "qkg:section"),
        sentence=None if sentence is None else int(sentence),
        position=None if start is None or end is None else Position(int(start), int(end)),
        locator=value(file, passage, "qkg:locator"),
        url=value(file, passage, "schema:url"),
        cites=[each.rsplit("/", 1)[1] for each in values(file, passage, "qkg:citesReference")],
        open_enumeration=value(file, own, "qkg:openEnumeration") is not None,
        note=value(file, own, "skos:editorialNote"),
    )
    assert set(parsed(draft, tmp_path).statements) == about(file.statements, own, passage, place)
    blocks = draft.text.split("\n\n")
    for block in blocks[1 : 3 + (start is not None)]:
        assert block.removesuffix("\n") in file.path.read_text(encoding="utf-8")


# What only the article has is left to its editor.
BY_HAND = {
    f"{prefix}:{name}"
    for prefix, names in {
        "qkg": "datelineDate datelinePlace datelineWeekday furnitureLanguage sourceListHeading "
        "sourceListLength textSha256 titleOccurrences",
        "schema": "articleSection keywords",
    }.items()
    for name in names.split()
}


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: relative(file.path))
def test_every_document_could_have_been_begun_so(file: DataFile, tmp_path: Path) -> None:
    slug = file.path.parent.name
    own = f"{PREFIXES['document']}{slug}"
    origin = value(file, own, "qkg:derivedFromDocument")
    title = value(file, own, "rdfs:label")
    assert title is not None
    draft = new_document(
        slug,
        title=title,
        url=values(file, own, "schema:url"),
        identifier=values(file, own, "schema:identifier"),
        kind=local(value(file, own, "rdf:type")),
        grade=map(local, values(file, own, "qkg:grade")),
        resolvability=local(value(file, own, "qkg:resolvability") or "resolved"),
        headline=value(file, own, "schema:headline"),
        published=value(file, own, "schema:datePublished"),
        language=value(file, own, "schema:inLanguage"),
        read_on=value(file, own, "qkg:readOn"),
        derived_from=None if origin is None else origin.rsplit("/", 1)[1],
        note=value(file, own, "skos:editorialNote"),
    )
    by_hand = {expanded(name) for name in BY_HAND}
    shipped = {q for q in about(file.statements, own) if q.predicate.value not in by_hand}
    begun = set(parsed(draft, tmp_path).statements)
    if value(file, own, "qkg:resolvability") is None:
        begun = {quad for quad in begun if quad.predicate != QKG["resolvability"]}
    assert begun == shipped


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder of data with two things, and the text of a document beside it."""
    folder = tmp_path / "data"
    (folder / "entities").mkdir(parents=True)
    (folder / "entities" / "things.ttl").write_text(ENTITIES)
    (tmp_path / "text.txt").write_bytes(TEXT.encode())
    return folder


DOCUMENT = (
    *("new", "document", "kyoto-news-2025", "--title", "News of Kyoto (2025)"),
    *("--url", "https://example.org/news", "--published", "2025-05", "--language", "en"),
)
CLAIM = ("new", "claim", "kyoto-news-2025/council")
QUOTE = ("--text", "text.txt", "--quote")


def test_from_nothing_to_a_checked_claim(run: Command, data: Path, tmp_path: Path) -> None:
    begun = run(*DOCUMENT, "--text", "text.txt", "--reference", "2", cwd=tmp_path)
    assert (begun.code, begun.out) == (0, "data/kyoto-news-2025/document.ttl\n")
    assert sha256(TEXT.encode()).hexdigest() in (tmp_path / begun.out.strip()).read_text()
    begun = run(
        *CLAIM, *QUOTE, "A council … Kyoto.", "--cites", "2", "--manner", "planned", cwd=tmp_path
    )
    assert (begun.code, begun.out) == (0, "data/kyoto-news-2025/council.ttl\n")
    assert "Characters 15 to 44: A council will meet in Kyoto.\n" in begun.err
    assert "state its facts in data/kyoto-news-2025/council.ttl" in begun.err
    path = tmp_path / begun.out.strip()
    text = path.read_text()
    assert "will meet" not in text  # the source's text is never copied
    assert "The facts of the passage go here" in text
    assert [finding.code for finding in qkg.check(data=[data]).findings] == ["Q043"]
    path.write_text(f"{text}\n@prefix id: <{PREFIXES['id']}> .\n{FACTS}")
    report = qkg.check(data=[data])
    assert (report.findings, report.files) == ((), 3)
    graph = qkg.load(data)
    assert graph.sparql("ASK { id:council qkg:occurredIn id:kyoto }") is True
    claim = NamedNode(f"{DATA}kyoto-news-2025/council")
    assert graph.passage(claim, TEXT.encode()) == "A council will meet in Kyoto."


def test_the_example_among_the_facts_is_true_of_the_shipped_graph(tmp_path: Path) -> None:
    draft = new_claim(Source("q-neko-website-2026"), "x", locator="x")
    example = draft.text.partition("Such as:\n")[2].replace("# ", "").replace("#\n", "\n")
    path = tmp_path / "x.ttl"
    path.write_text(draft.text + example)
    facts = read_file(path, NamedNode(f"{DATA}x"), 0).statements[-1:]
    shipped = {(q.subject, q.predicate, q.object) for file in FILES for q in file.statements}
    assert {(q.subject, q.predicate, q.object) for q in facts} <= shipped


def test_what_the_guide_begins_passes_the_check(run: Command, data: Path, tmp_path: Path) -> None:
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^ *```sh\n(.*?)```", guide, re.DOTALL | re.MULTILINE)
    assert len(blocks) == 2
    (tmp_path / "kyoto-news.txt").write_text("Outlook. The council will meet\nin Kyoto.\n")
    for block in blocks:
        qkg_, *arguments = shlex.split(block.replace("\\\n", ""))
        outcome = run(*arguments, cwd=tmp_path)
        assert (qkg_, outcome.code) == ("qkg", 0), outcome.err
    assert "Characters 9 to 40" in outcome.err
    report = qkg.check(data=[data])
    # The claim has no facts yet, which is what the guide goes on to.
    assert ([finding.code for finding in report.findings], report.files) == (["Q043"], 3)


def test_nothing_is_overwritten(run: Command, data: Path, tmp_path: Path) -> None:
    assert run(*DOCUMENT, cwd=tmp_path).code == 0
    path = data / "kyoto-news-2025" / "document.ttl"
    before = path.read_bytes()
    again = run(*DOCUMENT, "--grade", "weak", cwd=tmp_path)
    assert (again.code, again.out, again.err.count("\n")) == (2, "", 1)
    assert "is there already, and stays as it is" in again.err
    assert path.read_bytes() == before
    assert os.listdir(path.parent) == ["document.ttl"]


def test_print_writes_nothing(run: Command, data: Path, tmp_path: Path) -> None:
    printed = run(*DOCUMENT, "--print", cwd=tmp_path)
    assert printed.code == 0
    assert printed.out.startswith("@prefix document:")
    assert os.listdir(data) == ["entities"]


def test_what_cannot_be_written_leaves_nothing(tmp_path: Path, monkeypatch: Any) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(LayoutError, match="No space left"):
        write(Draft(Path("a", "b.ttl"), "x"), tmp_path)
    assert os.listdir(tmp_path) == []
    (tmp_path / "a").write_text("in the way")
    with pytest.raises(LayoutError, match="cannot be written: File exists"):
        write(Draft(Path("a", "b.ttl"), "x"), tmp_path)
    with pytest.raises(LayoutError, match="no file or folder"):
        write(Draft(Path("a", "b.ttl"), "x"), tmp_path / "missing")


BAD: dict[str, tuple[tuple[str, ...], str]] = {
    "a name of capitals": (("new", "document", "Kyoto News", *DOCUMENT[3:]), "cannot name a file"),
    "a way out of the folder": (("new", "claim", "../x/y", "--locator", "z"), "cannot name a file"),
    "no place to read it": (("new", "document", "x", "--title", "X"), "give --url"),
    "a date that is none": ((*DOCUMENT, "--published", "May 2025"), "'May 2025' is no date"),
    "a day that is none": ((*DOCUMENT, "--published", "2025-02-30"), "like 2025-05-13 or 2025-05"),
    "a day of reading that is a month": ((*DOCUMENT, "--read-on", "2025-05"), "like 2025-05-13."),
    "an address that is none": ((*DOCUMENT, "--url", "example.org"), "write it whole"),
    "an address with a space": ((*DOCUMENT, "--url", "https://a b"), "write it whole"),
    "a language that is none": ((*DOCUMENT, "--language", "English, US"), "write it like en"),
    "an unknown grade": ((*DOCUMENT, "--grade", "primry"), "did you mean primary?"),
    "a grade like none": ((*DOCUMENT, "--grade", "x"), "take mirrored, primary, secondary, weak."),
    "an unknown kind": ((*DOCUMENT, "--kind", "Newsitem"), "did you mean NewsItem"),
    "an empty title": ((*DOCUMENT, "--title", " "), "takes one line of words"),
    "a title of two lines": ((*DOCUMENT, "--title", "a\nb"), "takes one line of words"),
    "a text that is missing": ((*DOCUMENT, "--text", "none.txt"), "no file or folder none.txt"),
    "a text that is no UTF-8": ((*DOCUMENT, "--text", "latin.txt"), "byte 1 is malformed"),
    "a marker that is no number": ((*DOCUMENT, "--reference", "[1]"), "write 2 for the marker [2]"),
    "a verb that is none": (("new", "clam"), "did you mean claim?"),
    "a claim without a document": (("new", "claim", "x", "--locator", "z"), "DOCUMENT/CLAIM"),
    "a document that is not there": (
        ("new", "claim", "kyoto-new-2025/x", "--locator", "z"),
        "did you mean kyoto-news-2025? qkg new document kyoto-new-2025 makes",
    ),
    "no place of the passage": (CLAIM, "Nothing says where the passage stands"),
    "an unknown manner": ((*CLAIM, "--locator", "x", "--manner", "plan"), "did you mean planned"),
    "an unknown status": ((*CLAIM, "--locator", "x", "--status", "accept"), "mean accepted?"),
    "a dispute without a reason": (
        (*CLAIM, "--locator", "x", "--status", "disputed"),
        "give --reason",
    ),
    "a reason without a dispute": (
        (*CLAIM, "--locator", "x", "--reason", "y"),
        "leave --reason out",
    ),
    "a sentence before the first": ((*CLAIM, "--locator", "x", "--sentence", "0"), "count from 1"),
    "one end": ((*CLAIM, "--start", "3"), "give --start and --end together"),
    "ends that are swapped": ((*CLAIM, "--start", "9", "--end", "3"), "goes from 9 to 3"),
    "an end behind the text": (
        (*CLAIM, "--text", "text.txt", "--start", "9", "--end", "999"),
        f"The text ends at {len(TEXT)}",
    ),
    "a quotation without its text": ((*CLAIM, "--quote", "A council"), "give that"),
    "a text without a quotation": ((*CLAIM, "--text", "text.txt"), "give --quote"),
    "a quotation that is absent": ((*CLAIM, *QUOTE, "A Council"), "does not hold the words"),
    "a quotation that is there twice": (
        (*CLAIM, *QUOTE, "council will"),
        "2 times, at characters 17 to 29, 65 to 77: quote more",
    ),
    "a quotation of nothing": ((*CLAIM, *QUOTE, "A council …"), "A quotation has words"),
    "another text": ((*CLAIM, "--text", "latin.txt", "--quote", "x"), "This is not the text"),
    "a marker that is not described": ((*CLAIM, "--locator", "x", "--cites", "7"), "reference 7"),
    "a file for a folder": ((*DOCUMENT, "--folder", "text.txt"), "text.txt is no folder"),
    "a name that is too long": ((*DOCUMENT[:2], "x" * 300, *DOCUMENT[3:]), "cannot be written"),
    "no checkout": ((*CLAIM, "--locator", "x", "--folder", "none"), "no file or folder none"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_gets_a_sentence(run: Command, data: Path, tmp_path: Path, case: str) -> None:
    document = new_document("kyoto-news-2025", title="x", url=["https://a.b"], text=TEXT.encode())
    write(document, data)
    (tmp_path / "latin.txt").write_bytes(b"a\xff")
    arguments, message = BAD[case]
    outcome = run(*arguments, cwd=tmp_path)
    assert (outcome.code, outcome.out) == (2, "")
    assert message in outcome.err
    assert outcome.err.count("\n") == 1
    assert sorted(os.listdir(data)) == ["entities", "kyoto-news-2025"]
    assert os.listdir(data / "kyoto-news-2025") == ["document.ttl"]


def test_outside_a_checkout_the_folder_is_asked_for(run: Command, tmp_path: Path) -> None:
    outcome = run(*DOCUMENT, cwd=tmp_path)
    assert outcome.code == 2
    assert "name the folder of your data with --folder DIR" in outcome.err
    (tmp_path / "own").mkdir()
    assert run(*DOCUMENT, "--folder", "own", cwd=tmp_path).out.startswith("own/kyoto-news-2025/")


def test_a_text_that_was_not_read_in_full_has_no_offsets(data: Path) -> None:
    write(new_document("kyoto", title="x", url=["https://a.b"]), data)
    with pytest.raises(InputError, match="add qkg:textSha256"):
        read_source(data, "kyoto").decode(b"x")
    (data / "kyoto" / "document.ttl").write_text("")
    with pytest.raises(InputError, match="does not describe document:kyoto"):
        read_source(data, "kyoto")


def test_the_names_are_those_of_the_ontology() -> None:
    from qkg.scaffold.values import Terms

    terms = Terms()
    assert terms.kind("NewsItem") == QKG["NewsItem"]
    with pytest.raises(InputError, match="take Document, NewsItem"):
        terms.kind("Person")
    with pytest.raises(InputError, match="did you mean asserted"):
        terms.one("Manner", "manner", "accepted")


@pytest.mark.parametrize(
    ("verb", "option", "class_"),
    [
        ("document", "grade", "DocumentGrade"),
        ("document", "resolvability", "Resolvability"),
        ("claim", "manner", "Manner"),
        ("claim", "status", "ClaimStatus"),
        ("claim", "kind", "EvidenceKind"),
    ],
)
def test_the_help_names_what_the_ontology_offers(verb: str, option: str, class_: str) -> None:
    statements = read_file(ROOT / "ontology" / "qkg.ttl", ONTOLOGY, 0).statements
    offered = {q.subject for q in statements if (q.predicate, q.object) == (TYPE, QKG[class_])}
    (help_,) = [
        parameter.help or ""
        for parameter in new.commands[verb].params
        if isinstance(parameter, click.Option) and parameter.name == option
    ]
    assert len(offered) > 1
    for term in offered:
        assert isinstance(term, NamedNode)
        assert re.search(rf"\b{local(term.value)}\b", help_)


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("Kyoto, Monday.", (0, 14)),
        ("Kyoto, … Kyoto.", (0, 44)),
        ("in Kyoto. It ... will meet.", (35, 83)),
        ("  a council  will   meet. ", (63, 83)),
    ],
)
def test_quotations(quote: str, found: tuple[int, int]) -> None:
    assert find_quote(TEXT, quote) == found


def test_offsets_count_characters(tmp_path: Path) -> None:
    assert find_quote("量子 😀 技術。", "😀 技術。") == (3, 8)


def test_new_loads_nothing_heavy() -> None:
    program = (
        "import sys\n"
        "from qkg import cli\n"
        "sys.argv = ['qkg', 'new', 'document', 'x', '--title', 'X', '--url', 'https://a.b',"
        " '--print']\n"
        "cli._run()\n"
        "heavy = {'rdflib', 'pyshacl', 'lark', 'qkg.graph', 'qkg.loading', 'qkg.shapes'}\n"
        "sys.stderr.write(str(sorted(heavy & set(sys.modules))))\n"
    )
    process = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert process.stderr == "[]"
