"""What the documents state is in the graph, in the right claim; what they do not state is not."""

import csv
import re
from pathlib import Path

import pytest
from conftest import ROOT, SHARED

import qkg
from qkg.namespaces import DATA, PREFIXES

FOLDER = Path(__file__).parent / "coverage"
DOCUMENT = "eu-japan-quantum-partnership-2025-05-20"


def rows(name: str) -> list[list[str]]:
    lines = (FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return [line.split("\t") for line in lines]


CORE, EVALUATIONS, FACTS_OF_THE_DOCUMENT = rows("core"), rows("evaluations"), rows("document")
TRAPS = rows("traps")
FURTHER, FURTHER_DOCUMENTS = rows("further"), rows("further-documents")
FURTHER_TRAPS = rows("further-traps")


ARTICLE = [ROOT / "data" / DOCUMENT]


@pytest.fixture(scope="module")
def article() -> qkg.KnowledgeGraph:
    """The article's own folder alone, and the ontology."""
    return qkg.load(*ARTICLE)


def holds(graph: qkg.KnowledgeGraph, pattern: str) -> bool:
    answer = graph.sparql(f"ASK {{ {pattern} }}")
    assert isinstance(answer, bool)
    return answer


def test_no_fact_is_missing_from_the_lists() -> None:
    numbers = [row[0] for row in (*CORE, *EVALUATIONS, *FACTS_OF_THE_DOCUMENT)]
    assert sorted(numbers) == [f"F{n:03}" for n in range(1, 116)]
    assert (len(CORE), len(EVALUATIONS), len(FACTS_OF_THE_DOCUMENT)) == (77, 13, 25)


def test_the_lists_are_those_of_the_yardstick() -> None:
    yardstick = SHARED / "domain" / "article-facts.tsv"
    if not yardstick.exists():
        pytest.skip(f"the yardstick is not at {yardstick}")
    with yardstick.open(encoding="utf-8", newline="") as file:
        tiers = {row["id"]: row["tier"] for row in csv.DictReader(file, delimiter="\t")}
    for tier, listed in (("C", CORE), ("A", EVALUATIONS), ("D", FACTS_OF_THE_DOCUMENT)):
        assert {row[0] for row in listed} == {fact for fact in tiers if tiers[fact] == tier}


@pytest.mark.parametrize(("fact", "claim", "pattern"), [*CORE, *EVALUATIONS])
def test_fact_stands_in_its_claim(
    graph: qkg.KnowledgeGraph, fact: str, claim: str, pattern: str
) -> None:
    name = f"<{DATA}{DOCUMENT}/{claim}>"
    assert holds(graph, f"GRAPH {name} {{ {pattern} }}")
    assert holds(graph, f"{name} a qkg:Claim ; qkg:statedIn document:{DOCUMENT}")


@pytest.mark.parametrize(("fact", "claim", "pattern"), CORE)
def test_fact_is_held_to_be_true(
    graph: qkg.KnowledgeGraph, fact: str, claim: str, pattern: str
) -> None:
    assert holds(graph, pattern)


@pytest.mark.parametrize(("fact", "pattern"), FACTS_OF_THE_DOCUMENT)
def test_fact_about_the_document(graph: qkg.KnowledgeGraph, fact: str, pattern: str) -> None:
    assert holds(graph, pattern)


def baited(folder: Path, bait: str) -> Path:
    prefixes = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
    path = folder / "bait.ttl"
    path.write_text(f"{prefixes}{bait} .\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(("trap", "because", "pattern", "bait", "scope"), TRAPS)
def test_trap_stays_false(
    article: qkg.KnowledgeGraph,
    graph: qkg.KnowledgeGraph,
    tmp_path: Path,
    trap: str,
    because: str,
    pattern: str,
    bait: str,
    scope: str,
) -> None:
    assert not holds(article, pattern)
    # And it would snap: with this stated, the same question is true.
    assert holds(qkg.load(*ARTICLE, baited(tmp_path, bait)), pattern)
    # What other documents state makes some traps true of the whole.
    assert holds(graph, pattern) == (scope == "article")


@pytest.mark.parametrize(("trap", "because", "pattern", "bait"), FURTHER_TRAPS)
def test_trap_of_further_documents_stays_false(
    graph: qkg.KnowledgeGraph, tmp_path: Path, trap: str, because: str, pattern: str, bait: str
) -> None:
    assert not holds(graph, pattern)
    assert holds(qkg.load(ROOT / "data", baited(tmp_path, bait)), pattern)


@pytest.mark.parametrize(("fact", "document", "claim", "status", "pattern"), FURTHER)
def test_fact_of_a_further_document(
    graph: qkg.KnowledgeGraph, fact: str, document: str, claim: str, status: str, pattern: str
) -> None:
    name = f"<{DATA}{document}/{claim}>"
    assert holds(graph, f"GRAPH {name} {{ {pattern} }}")
    assert holds(
        graph,
        f"{name} a qkg:Claim ; qkg:statedIn document:{document} ; qkg:status qkg:{status} ;"
        " qkg:passage ?passage",
    )
    # An offset counts in a text that was read in full; elsewhere words say where the facts stand.
    read = holds(graph, f"document:{document} qkg:textSha256 ?hash")
    place = "oa:hasSelector" if read else "qkg:locator"
    assert holds(graph, f"{name} qkg:passage ?passage . ?passage {place} ?place")
    assert read or not holds(graph, f"{name} qkg:passage ?passage . ?passage oa:hasSelector ?any")
    assert holds(graph, pattern) == (status == "accepted")
    assert holds(graph, f"{name} qkg:disputeReason ?reason") == (status == "disputed")


@pytest.mark.parametrize(("fact", "pattern"), FURTHER_DOCUMENTS)
def test_fact_about_a_further_document(graph: qkg.KnowledgeGraph, fact: str, pattern: str) -> None:
    assert holds(graph, pattern)


def test_every_further_claim_has_facts_in_the_list() -> None:
    listed = {f"{document}/{claim}" for _, document, claim, *_ in FURTHER}
    documents = {document for _, document, *_ in FURTHER}
    files = {
        path.relative_to(ROOT / "data").with_suffix("").as_posix()
        for document in documents
        for path in (ROOT / "data" / document).glob("*.ttl")
        if path.stem != "document"
    }
    assert listed == files
    folders = {path.parent.name for path in (ROOT / "data").glob("*/document.ttl")}
    assert folders == documents | {DOCUMENT}


def numbers(table: list[list[str]]) -> set[str]:
    found = {re.match(r"\d+\.\d+", row[0]) for row in table}
    return {match[0] for match in found if match}


def test_every_further_fact_of_the_yardstick_is_in_a_list() -> None:
    yardstick = SHARED / "domain" / "further-facts.md"
    if not yardstick.exists():
        pytest.skip(f"the yardstick is not at {yardstick}")
    text = yardstick.read_text(encoding="utf-8").split("\n## Conflicts")[0]
    expected = set()
    *documents, comparable = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    for part in documents:
        number = part.split(".")[0]
        facts = len(re.findall(r"^- ", part, re.MULTILINE))
        expected |= {f"{number}.{n}" for n in range(facts + 1)}
    for n in range(len(re.findall(r"^- ", comparable, re.MULTILINE))):
        expected |= {f"{len(documents) + n + 1}.{k}" for k in (0, 1)}
    listed = numbers(FURTHER) | numbers(FURTHER_DOCUMENTS)
    last = len(documents) + len(re.findall(r"^- ", comparable, re.MULTILINE))
    # Documents that came later have the numbers after it.
    assert {number for number in listed if int(number.split(".")[0]) <= last} == expected


def test_no_identifier_is_there_but_those_of_the_list(graph: qkg.KnowledgeGraph) -> None:
    listed = {
        match[1]
        for _, pattern in FURTHER_DOCUMENTS
        if (match := re.search(r"skos:exactMatch <(.*)>", pattern))
    }
    answer = graph.sparql(
        "SELECT ?match { GRAPH ?file { ?thing skos:exactMatch ?match }"
        " FILTER(STRSTARTS(STR(?file), STR(data:))) }"
    )
    assert isinstance(answer, qkg.Answer)
    assert sorted(str(row[0]) for row in answer.terms) == sorted(f"<{iri}>" for iri in listed)
    without = "GRAPH ?file { ?thing skos:exactMatch|skos:notation ?code }"
    assert not holds(graph, f"{without} FILTER NOT EXISTS {{ ?file dcterms:source ?source }}")


def test_every_trap_is_there() -> None:
    assert {row[0] for row in TRAPS} >= {str(n) for n in range(1, 24)}


def test_claims_rest_on_the_right_sentences() -> None:
    sentences = SHARED / "domain" / "article-sentences.tsv"
    facts = SHARED / "domain" / "article-facts.tsv"
    if not sentences.exists():
        pytest.skip(f"the sentences are not at {sentences}")
    with sentences.open(encoding="utf-8", newline="") as file:
        where = {row["sentence"]: row for row in csv.DictReader(file, delimiter="\t")}
    with facts.open(encoding="utf-8", newline="") as file:
        sentence = {row["id"]: row["sentence"] for row in csv.DictReader(file, delimiter="\t")}
    graph = qkg.load()
    for fact, claim, _ in (*CORE, *EVALUATIONS):
        expected = where[sentence[fact]]
        section = expected["section"].split(" ", 1)[1]
        assert holds(
            graph,
            f"<{DATA}{DOCUMENT}/{claim}> qkg:passage ?passage . ?passage oa:hasSelector ?selector ;"
            f' qkg:sentence {sentence[fact][1:]} ; qkg:section "{section}" .'
            f" ?selector oa:start {expected['start']} ; oa:end {expected['end']}",
        ), fact
