"""What the article states is in the graph, in the right claim; what it does not state is not."""

import csv
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


ARTICLE = [ROOT / "data" / name for name in ("entities", "concepts", DOCUMENT)]


@pytest.fixture(scope="module")
def article() -> qkg.KnowledgeGraph:
    """The article's folder alone, with entities and concepts, and the ontology."""
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


@pytest.mark.parametrize(("trap", "because", "pattern", "bait"), TRAPS)
def test_trap_stays_false(
    article: qkg.KnowledgeGraph, tmp_path: Path, trap: str, because: str, pattern: str, bait: str
) -> None:
    assert not holds(article, pattern)
    # And it would snap: with this stated, the same question is true.
    prefixes = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
    (tmp_path / "bait.ttl").write_text(f"{prefixes}{bait} .\n", encoding="utf-8")
    assert holds(qkg.load(*ARTICLE, tmp_path), pattern)


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
