"""Every finding has a case that yields it alone, and a corrected one that yields none."""

import re
from pathlib import Path

import pytest
from conftest import ROOT, Command
from pyoxigraph import NamedNode, RdfFormat, parse

import qkg
from qkg import claims
from qkg.checks import Finding, Report
from qkg.checks.checking import check
from qkg.checks.codes import CODES, selected
from qkg.namespaces import DATA, PREFIXES

DOCS = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (Q\d+)\n\n(.*?)(?=^## |\Z)", DOCS, re.MULTILINE | re.DOTALL))
FOLDER = Path(__file__).parent / "check"
BACKGROUND = FOLDER / "background.ttl"
ONTOLOGY = claims.read_ontology(ROOT / "ontology")
SHAPES = [
    quad.triple for quad in parse(path=ROOT / "ontology" / "shapes.ttl", format=RdfFormat.TURTLE)
]


def report(code: str, kind: str, language: str = "en") -> Report:
    """Check the files of a case together with what they all speak of."""
    folder = FOLDER / code
    found = [(BACKGROUND, NamedNode(f"{DATA}background")), *claims.find(folder / kind)]
    sources = folder / "sources"
    return check(
        found,
        ONTOLOGY,
        SHAPES,
        language="ja" if language == "ja" else "en",
        sources=sources if sources.is_dir() else None,
    )


def marked(folder: Path) -> set[tuple[str, str, int]]:
    """Return what the comments of a case say that it finds, and in which line."""
    return {
        (path.name, code, number)
        for path in sorted(folder.glob("*.ttl"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for code in re.findall(r"# finds: (\S+)$", line)
    }


def placed(findings: tuple[Finding, ...]) -> list[tuple[str, str, int]]:
    return [("" if f.path is None else f.path.name, f.code, f.line) for f in findings]


def test_every_code_has_a_folder_and_every_folder_a_code() -> None:
    assert {path.name for path in FOLDER.iterdir() if path.is_dir()} == set(CODES)


def test_every_code_has_a_section() -> None:
    assert list(SECTIONS) == list(CODES)


@pytest.mark.parametrize("code", CODES)
def test_section_shows_what_the_case_has(code: str) -> None:
    meaning = CODES[code]
    title = f"**{meaning.name[0].upper()}{meaning.name[1:]}** ({meaning.severity})\n\n"
    assert SECTIONS[code].startswith(title)
    wrong, right = (
        [
            re.sub(r" *# finds: \S+$", "", line)
            for path in sorted((FOLDER / code / kind).glob("*.ttl"))
            for line in path.read_text(encoding="utf-8").splitlines()
        ]
        for kind in ("broken", "fixed")
    )
    first, *others = re.findall(r"```turtle\n(.*?)```", SECTIONS[code], re.DOTALL)
    assert set(first.splitlines()) <= set(wrong)
    assert all(set(other.splitlines()) <= set(right) for other in others)


@pytest.mark.parametrize("code", CODES)
def test_broken_case(code: str) -> None:
    expected = marked(FOLDER / code / "broken")
    assert {each for _, each, _ in expected} == {code}
    findings = report(code, "broken").findings
    assert sorted(placed(findings)) == sorted(expected)
    assert all(f.column and f.message and f.remedy for f in findings)
    section = SECTIONS[code]
    for finding in findings:
        severity = "" if finding.severity == "violation" else f" {finding.severity}"
        said = f"{code}{severity}: {finding.message}\n    {finding.remedy}"
        assert f"```text\n{said}\n```\n" in section


@pytest.mark.parametrize("code", CODES)
def test_corrected_case(code: str) -> None:
    assert marked(FOLDER / code / "fixed") == set()
    assert report(code, "fixed").findings == ()


@pytest.mark.parametrize("code", ["Q001", "Q011", "Q023", "Q042", "Q053", "Q061"])
def test_case_on_the_command_line(code: str, run: Command) -> None:
    broken = str(FOLDER / code / "broken")
    outcome = run("check", broken, "--data", str(BACKGROUND), "--fail-on", "warning")
    assert outcome.code == 1
    ((name, _, line),) = marked(FOLDER / code / "broken")
    place = re.escape(f"{FOLDER.relative_to(ROOT)}/{code}/broken/{name}:{line}:")
    assert re.search(rf"^\S*{place}\d+: {code}(: | warning: )\S.*\n    \S.*$", outcome.out, re.M)
    outcome = run("check", str(FOLDER / code / "fixed"), "--data", str(BACKGROUND))
    assert (outcome.code, outcome.out) == (0, "")


def test_severity_decides_the_exit_code(run: Command) -> None:
    arguments = ("check", str(FOLDER / "Q042" / "broken"), "--data", str(BACKGROUND))
    some = ("--select", "Q04")
    assert run(*arguments, *some).code == 0
    assert run(*arguments, *some, "--fail-on", "warning").code == 1
    assert run(*arguments, *some, "--fail-on", "info").code == 1
    assert run(*arguments, *some, "--ignore", "Q042", "--fail-on", "info").code == 0


def test_names_that_are_not_known_get_the_closest(run: Command) -> None:
    for option, value, closest in (
        ("--select", "Q066", "Q061"),
        ("--ignore", "Q02,q911", "Q011"),
        ("--lang", "jp", "ja"),
        ("--fail-on", "warn", "warning"),
        ("--format", "sari", "sarif"),
    ):
        outcome = run("check", option, value)
        assert outcome.code == 2
        assert "did you mean" in outcome.err
        assert closest in outcome.err
    assert run("check", "--sources", "nowhere").code == 2


def test_selection_of_codes() -> None:
    assert selected() == set(CODES)
    assert selected(["Q021", "q03"]) == {"Q021", *(code for code in CODES if code[:3] == "Q03")}
    assert selected([], ["Q0"]) == set()
    with pytest.raises(qkg.QkgError, match="no code of findings ''"):
        selected([""])
    with pytest.raises(qkg.QkgError, match="no language 'fr'"):
        qkg.check(lang="fr")  # type: ignore[arg-type]
    with pytest.raises(qkg.QkgError, match="no language 'fr'"):
        qkg.load().check(lang="fr")  # type: ignore[arg-type]


@pytest.mark.parametrize("code", ["Q003", "Q023", "Q042", "Q051", "Q053", "Q054"])
def test_findings_are_said_in_japanese_too(code: str) -> None:
    english, japanese = report(code, "broken").findings, report(code, "broken", "ja").findings
    for one, other in zip(english, japanese, strict=True):
        assert not re.search("[\u3040-\u30ff]", one.message + one.remedy)
        assert re.search("[\u3040-\u30ff]", other.message)
        assert re.search("[\u3040-\u30ff]", other.remedy)


def test_sentences_of_a_code_speak_of_the_same_in_each_language() -> None:
    for code in CODES.values():
        for said in (code.message, *code.remedies.values()):
            named = [set(re.findall(r"\{\w+\}", text)) for text in said]
            assert named[0] == named[1], code.code
            assert "" not in said


def test_shapes_speak_japanese_and_name_the_same_terms() -> None:
    messages: dict[object, dict[str | None, str]] = {}
    for triple in SHAPES:
        if triple.predicate.value.endswith("shacl#message"):
            assert hasattr(triple.object, "language")
            messages.setdefault(triple.subject, {})[triple.object.language] = triple.object.value
    assert len(messages) > 80
    term = r"\b(?:oa|qkg|rdfs|schema|skos|xsd):[A-Za-z0-9]+|<#\w+>|\w+\.ttl"
    for shape, texts in messages.items():
        assert set(texts) == {"en", "ja"}, shape
        assert set(re.findall(term, texts["en"])) == set(re.findall(term, texts["ja"])), shape


def test_what_a_broken_file_would_describe_is_not_missed(tmp_path: Path) -> None:
    (tmp_path / "entities.ttl").write_text(
        f"@prefix id: <{PREFIXES['id']}> .\n@prefix qkg: <{PREFIXES['qkg']}> .\n"
        "id:new a qkg:State ;; ] .\n"
    )
    claim = (FOLDER / "Q023" / "fixed" / "claim.ttl").read_text().replace("id:state", "id:new")
    (tmp_path / "claim.ttl").write_text(claim)
    findings = qkg.check(data=[BACKGROUND, tmp_path]).findings
    assert placed(findings) == [("entities.ttl", "Q001", 3)]


def test_check_of_a_graph_is_that_of_its_files() -> None:
    chosen = qkg.load(BACKGROUND, FOLDER / "Q053" / "broken")
    assert placed(chosen.check().findings) == list(marked(FOLDER / "Q053" / "broken"))
