"""Claims of the shipped data, each broken as people do it: the text alone leads to the edit."""

import re
from pathlib import Path

import pytest
from conftest import ROOT, Command

AWARD = ROOT / "data" / "eu-japan-quantum-partnership-2025-05-20" / "q-neko-award.ttl"
SIGNING = ROOT / "data" / "commission-daily-news-mirror-2025-05-12" / "signing-announced.ttl"
EURO = "<http://publications.europa.eu/resource/authority/currency/EUR>"
# Per slip: the claim, what is right, what stands in its place; the code, and what the text says.
BREAKAGES = {
    "property": (AWARD, "qkg:currency", "qkg:currancy", "Q021", "Write qkg:currency,"),
    "currency": (AWARD, EURO, "id:tokyo", "Q053", "Tokyo (id:tokyo), which is no qkg:Currency"),
    "prefix": (
        AWARD,
        "@prefix oa: <http://www.w3.org/ns/oa#> .\n",
        "",
        "Q002",
        "at the top of the file: @prefix oa: <http://www.w3.org/ns/oa#> .",
    ),
    "date": (
        SIGNING,
        '"2025-05-13"^^xsd:date',
        '"2025-13-05"^^xsd:date',
        "Q012",
        'is it "2025-05-13"^^xsd:date?',
    ),
    "link": (AWARD, "id:european-union", "id:european-unoin", "Q023", "Write id:european-union;"),
    "duplicate": (AWARD, "", "", "Q041", "q-neko-award.\n    Delete one of the two files."),
    "string": (AWARD, "4000000.0", '"4000000.0"', "Q054", "an xsd:decimal above zero"),
    "passage": (AWARD, "    qkg:passage <#passage> ;\n", "", "Q051", "<> has no qkg:passage."),
    "offset": (AWARD, "oa:end 1008", "oa:end 803", "Q031", "is from 893 to 803"),
    "type": (AWARD, "a qkg:Project", "a qkg:State", "Q061", "is both a state and a project"),
}


@pytest.fixture(scope="module")
def paragraphs(run: Command, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What is said of each of them, all of them checked beside the shipped data."""
    folder = tmp_path_factory.mktemp("broken")
    for name, (claim, right, wrong, _, _) in BREAKAGES.items():
        text = claim.read_text(encoding="utf-8")
        assert right in text
        (folder / f"{name}.ttl").write_text(text.replace(right, wrong, 1), encoding="utf-8")
    outcome = run("check", str(folder))
    assert outcome.code == 1
    found: dict[str, list[str]] = {name: [] for name in BREAKAGES}
    for paragraph in re.findall(r"^\S.*\n(?:    .*\n)+", outcome.out, re.MULTILINE):
        found[Path(paragraph.split(":")[0]).stem].append(paragraph)
    return found


@pytest.mark.parametrize("name", BREAKAGES)
def test_breakage(name: str, paragraphs: dict[str, list[str]]) -> None:
    _, _, wrong, code, said = BREAKAGES[name]
    (paragraph,) = paragraphs[name]
    path, line, column, found = re.findall(r"^(.*?):(\d+):(\d+): (Q\d+)", paragraph)[0]
    assert Path(path).name == f"{name}.ttl"
    assert found == code
    assert said in paragraph
    text = Path(path).read_text(encoding="utf-8").splitlines()
    if wrong:  # The place is that of what was changed.
        place = text[int(line) - 1][int(column) - 1 :]
        assert place.startswith(wrong.removeprefix("a ").removeprefix("oa:end "))
