"""What was known on a day, and the passage beside its claim."""

from hashlib import sha256
from pathlib import Path

import pytest
from conftest import SHARED, Command
from pyoxigraph import Literal

import qkg
from qkg.errors import InputError
from qkg.known import day, last_day
from qkg.namespaces import XSD

CLAIM = "data:eu-japan-quantum-partnership-2025-05-20/agreement-signed"
DOCUMENT = "document:eu-japan-quantum-partnership-2025-05-20"
ARTICLE = SHARED / "domain" / "article.txt"
TURTLE = """
@prefix document: <https://w3id.org/qkg/document/> .
@prefix id: <https://w3id.org/qkg/id/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix qkg: <https://w3id.org/qkg/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


@pytest.mark.parametrize(
    ("date", "datatype", "last"),
    [
        ("2025-05-14", "date", "2025-05-14"),
        ("2025-05-14T23:00:00Z", "dateTime", "2025-05-14"),
        ("2025-05", "gYearMonth", "2025-05-31"),
        ("2024-02", "gYearMonth", "2024-02-29"),
        ("2025", "gYear", "2025-12-31"),
        ("spring", "date", None),
        ("2025-05-14", "string", None),
        ("2025-02-30", "date", None),
        ("2025-13-01T00:00:00Z", "dateTime", None),
        ("0000", "gYear", None),
        ("-0044-03", "gYearMonth", None),
        ("-0044", "gYear", None),
        ("12025-05-14", "date", None),
        ("12025", "gYear", None),
    ],
)
def test_the_last_day_that_a_date_may_mean(date: str, datatype: str, last: str | None) -> None:
    assert last_day(Literal(date, datatype=XSD[datatype])) == last


@pytest.mark.parametrize("text", ["2025-02-30", "2025-05", "yesterday", "", "20250514", "2025-W20"])
def test_what_is_no_day_is_said(text: str, run: Command) -> None:
    with pytest.raises(InputError, match="is no day"):
        day(text)
    outcome = run("query", "overview", "--as-of", text)
    assert outcome.code == 2
    assert "write it like 2025-05-14" in outcome.err


def documents(folder: Path, *dates: str) -> Path:
    """Write documents of these dates, each with a claim that another signature was made."""
    for number, date in enumerate(dates):
        place = folder / f"d{number}"
        place.mkdir()
        published = f"; schema:datePublished {date}" if date else ""
        (place / "document.ttl").write_text(
            f'{TURTLE} document:d{number} a qkg:NewsItem ; rdfs:label "D{number}"@en {published} .',
            encoding="utf-8",
        )
        (place / "claim.ttl").write_text(
            f"{TURTLE} <> a qkg:Claim ; qkg:status qkg:accepted ; qkg:statedIn document:d{number} ."
            f"id:s{number} qkg:signatureOn id:letter ; qkg:onBehalfOf id:a{number} .",
            encoding="utf-8",
        )
    return folder


def parties(graph: qkg.KnowledgeGraph) -> list[str]:
    answer = graph.sparql("SELECT ?party { id:letter qkg:hasParty ?party } ORDER BY ?party")
    assert isinstance(answer, qkg.Answer)
    return [str(row.party)[-3:-1] for row in answer]


@pytest.mark.parametrize(
    ("as_of", "known"),
    [
        ("2025-05-13", []),
        ("2025-05-14", ["a0"]),
        ("2025-05-30", ["a0"]),
        ("2025-05-31", ["a0", "a1"]),
        ("2025-12-31", ["a0", "a1", "a2"]),
    ],
)
def test_only_what_was_published_counts_and_what_follows_from_it(
    tmp_path: Path, as_of: str, known: list[str]
) -> None:
    day, month, year = '"2025-05-14"^^xsd:date', '"2025-05"^^xsd:gYearMonth', '"2025"^^xsd:gYear'
    folder = documents(tmp_path, day, month, year, "")
    graph = qkg.load(folder, as_of=as_of)
    assert parties(graph) == known
    assert [node.value.rpartition("/")[2] for node in graph.undated] == ["d3"]
    assert len(parties(qkg.load(folder))) == 4
    described = graph.sparql("SELECT ?d { ?d a qkg:NewsItem } ORDER BY ?d")
    assert isinstance(described, qkg.Answer)
    assert len(described) == len(known)


def test_undated_documents_are_listed(tmp_path: Path, run: Command) -> None:
    folder = documents(tmp_path, "")
    outcome = run("query", "overview", "--data", str(folder), "--as-of", "2030-01-01")
    assert outcome.code == 0
    assert "nothing says when they were published" in outcome.err
    assert "document:d0" in outcome.err


@pytest.mark.parametrize("date", ['"-0044-03"^^xsd:gYearMonth', '"2025-02-30"^^xsd:date'])
def test_a_document_of_a_day_that_was_none_is_undated(
    tmp_path: Path, run: Command, date: str
) -> None:
    folder = documents(tmp_path, date)
    outcome = run("query", "overview", "--data", str(folder), "--as-of", "2030-01-01")
    assert outcome.code == 0
    assert "document:d0" in outcome.err


def test_an_endpoint_has_no_day(run: Command) -> None:
    outcome = run("query", "overview", "--as-of", "2025-05-14", "--endpoint", "http://127.0.0.1:9/")
    assert outcome.code == 2
    assert "--as-of" in outcome.err


def test_the_passage_beside_its_claim(run: Command) -> None:
    if not ARTICLE.exists():
        pytest.skip(f"the article is not at {ARTICLE}")
    outcome = run("show", CLAIM, "--text", str(ARTICLE))
    assert outcome.code == 0
    passage = outcome.out.rpartition("The passage:\n")[2]
    assert passage.startswith("The European Union and Japan have signed a historic agreement")
    assert passage.endswith("integration.\n")


def test_another_text_is_refused_with_both_hashes(tmp_path: Path, run: Command) -> None:
    text = tmp_path / "text.txt"
    text.write_text("Something else.", encoding="utf-8")
    outcome = run("show", CLAIM, "--text", str(text))
    assert outcome.code == 2
    assert outcome.out == ""
    assert sha256(b"Something else.").hexdigest() in outcome.err
    assert "3a4773b55a902d3b788e563f057cb6c0846e9b7dcb540897a21707e52cf7c8c5" in outcome.err


def test_what_has_no_passage_to_show_is_said(tmp_path: Path, run: Command) -> None:
    folder = documents(tmp_path, '"2025-05-14"^^xsd:date')
    arguments = ("--text", __file__, "--data", str(folder))
    assert "was not read in full" in run("show", "data:d0/claim", *arguments).err
    assert "is no claim" in run("show", "id:letter", *arguments).err
    assert run("show", "data:d0/claim", "--text", "nowhere.txt").code == 2


# Stated on the day: the award; inferred: who funds the project, and who is party to the letter.
AWARD = "id:q-neko-award-european-union qkg:amount id:eur-4-million"
BY_UNION = "id:q-neko qkg:fundedBy id:european-union"
BY_JAPAN = "id:q-neko qkg:fundedBy id:japan"
PARTY = "id:eu-japan-quantum-letter-of-intent qkg:hasParty id:japan"


@pytest.mark.parametrize(
    ("as_of", "documents", "true"),
    [
        ("2025-05-12", 1, set()),
        ("2025-05-13", 3, {BY_UNION}),  # a report that takes euro for dollars: disputed
        ("2025-05-14", 4, {BY_UNION, AWARD}),
        ("2025-05-20", 5, {BY_UNION, AWARD, PARTY}),
        ("2025-05-30", 5, {BY_UNION, AWARD, PARTY}),
        ("2026-11-22", 7, {BY_UNION, AWARD, PARTY}),
        ("2026-11-23", 8, {BY_UNION, AWARD, PARTY, BY_JAPAN}),  # a website of 2026, read that day
    ],
)
def test_what_was_known_of_the_partnership(as_of: str, documents: int, true: set[str]) -> None:
    graph = qkg.load(as_of=as_of)
    answer = graph.sparql("SELECT DISTINCT ?document { ?claim qkg:statedIn ?document }")
    assert isinstance(answer, qkg.Answer)
    assert len(answer) == documents
    facts = (AWARD, BY_UNION, BY_JAPAN, PARTY)
    assert {fact for fact in facts if graph.sparql(f"ASK {{ {fact} }}")} == true
    assert len(graph.undated) == 7
