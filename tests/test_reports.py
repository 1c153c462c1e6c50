"""The report of a check in each of its formats."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

import qkg
from qkg.checks import Finding, Report
from qkg.checks.codes import CODES
from qkg.cli.check import REPORTS
from qkg.export.reports import REPORT_FORMATS, write_report
from qkg.namespaces import BASE, PREFIXES, QKG, RDF

SH = PREFIXES["sh"]
NODE = NamedNode(PREFIXES["id"] + "x")
FINDINGS = (
    Finding(
        "Q061",
        "violation",
        "Two & two are <5>.",
        "Mend it.",
        None,
        premises=(Triple(NODE, RDF["type"], QKG["State"]),),
        rule="cax-adc",
        axiom=Triple(QKG["State"], RDF["type"], QKG["Place"]),
        focus=NODE,
    ),
    Finding(
        "Q053",
        "violation",
        "100 % of 東京, a: b\nhere.",
        "Write “y”.",
        Path("data/a b,c.ttl"),
        3,
        7,
        NamedNode(PREFIXES["shape"] + "Award"),
        NODE,
        QKG["amount"],
        Literal("v\x0b|*"),
    ),
    Finding("Q042", "warning", "One of two.", "Choose.", Path("data/a b,c.ttl"), 9, 1),
    Finding("Q023", "info", "Nothing there.", "Look.", Path("/elsewhere/z.ttl")),
)
REPORT = Report(FINDINGS, 5)


def test_formats_are_those_of_the_command_line() -> None:
    assert REPORTS == REPORT_FORMATS
    with pytest.raises(qkg.QkgError, match="did you mean sarif"):
        write_report(REPORT, "sarifa")


@pytest.mark.parametrize("format_", REPORT_FORMATS)
def test_same_findings_are_the_same_bytes(format_: str) -> None:
    assert write_report(REPORT, format_) == write_report(Report(FINDINGS, 5), format_)


def test_text() -> None:
    assert write_report(REPORT, "text") == (
        "the graph as a whole: Q061: Two & two are <5>.\n    Mend it.\n\n"
        "data/a b,c.ttl:3:7: Q053: 100 % of 東京, a: b\nhere.\n    Write “y”.\n"
        "data/a b,c.ttl:9:1: Q042 warning: One of two.\n    Choose.\n\n"
        "/elsewhere/z.ttl: Q023 info: Nothing there.\n    Look.\n"
    )
    assert write_report(Report((), 5), "text") == ""


def test_json() -> None:
    content = json.loads(write_report(REPORT, "json"))
    assert content["files"] == 5
    whole, award, _, _ = content["findings"]
    assert whole["path"] is None
    assert whole["line"] is None
    assert whole["premises"] == [[str(NODE), str(RDF["type"]), str(QKG["State"])]]
    assert whole["axiom"][0] == str(QKG["State"])
    assert (award["code"], award["name"]) == ("Q053", CODES["Q053"].name)
    assert (award["path"], award["line"], award["column"]) == ("data/a b,c.ttl", 3, 7)
    assert award["property"] == str(QKG["amount"])
    assert award["help"] == "docs/findings.md#q053"
    assert json.loads(write_report(Report((), 5), "json")) == {"files": 5, "findings": []}


def test_github_annotations_are_escaped() -> None:
    lines = write_report(REPORT, "github").splitlines()
    assert lines == [
        "::error title=Q061 contradiction::Two & two are <5>. Mend it.",
        "::error file=data/a b%2Cc.ttl,line=3,col=7,title=Q053 value of another class::"
        "100 %25 of 東京, a: b%0Ahere. Write “y”.",
        "::warning file=data/a b%2Cc.ttl,line=9,col=1,title=Q042 accepted claims that conflict::"
        "One of two. Choose.",
        "::notice file=/elsewhere/z.ttl,title=Q023 dangling link::Nothing there. Look.",
    ]
    assert write_report(Report((), 5), "github") == ""


def test_sarif_has_what_its_schema_asks_for() -> None:
    log = json.loads(write_report(REPORT, "sarif"))
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert set(driver) == {"name", "semanticVersion", "rules"}
    assert re.fullmatch(r"\d+\.\d+\.\d+\S*", driver["semanticVersion"])
    rules = driver["rules"]
    assert [rule["id"] for rule in rules] == ["Q023", "Q042", "Q053", "Q061"]
    for rule in rules:
        assert rule["helpUri"] == f"{BASE}docs/findings.md#{rule['id'].lower()}"
        assert rule["shortDescription"]["text"] == CODES[rule["id"]].name
        assert rule["defaultConfiguration"]["level"] in ("none", "note", "warning", "error")
    assert [result["level"] for result in run["results"]] == ["error", "error", "warning", "note"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["message"]["text"]
    assert "locations" not in run["results"][0]
    (location,) = run["results"][1]["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "data/a%20b%2Cc.ttl"},
        "region": {"startLine": 3, "startColumn": 7},
    }
    (location,) = run["results"][3]["locations"]
    assert location["physicalLocation"] == {"artifactLocation": {"uri": "file:///elsewhere/z.ttl"}}
    empty = json.loads(write_report(Report((), 5), "sarif"))
    assert empty["runs"][0]["results"] == []


def test_junit_is_xml_that_counts_right() -> None:
    root = ElementTree.fromstring(write_report(REPORT, "junit"))
    (suite,) = root
    assert (root.tag, suite.tag) == ("testsuites", "testsuite")
    cases = suite.findall("testcase")
    assert int(suite.attrib["tests"]) == len(cases) == 4
    assert int(suite.attrib["failures"]) == len(suite.findall("testcase/failure")) == 2
    failure = cases[1].find("failure")
    assert failure is not None
    assert cases[1].attrib["file"] == "data/a b,c.ttl"
    assert cases[1].attrib["line"] == "3"
    assert failure.attrib["type"] == "Q053"
    assert "Write “y”." in (failure.text or "")
    (case,) = ElementTree.fromstring(write_report(Report((), 5), "junit"))[0]
    assert list(case) == []


def test_markdown() -> None:
    text = write_report(REPORT, "markdown")
    assert text.startswith(
        "## Findings\n\n### The graph as a whole\n\n- [Q061](docs/findings.md#q061)"
    )
    assert "Two & two are \\<5\\>." in text
    assert text.count("### `data/a b,c.ttl`") == 1
    assert (
        "- 3:7: [Q053](docs/findings.md#q053) 100 % of 東京, a: b here.  \n  Write “y”.\n" in text
    )
    assert write_report(Report((), 5, "ja"), "markdown") == (
        "## 検査結果\n\n5 ファイルに問題はありません。\n"
    )


def test_turtle_is_a_validation_report() -> None:
    quads = list(parse(write_report(REPORT, "turtle"), RdfFormat.TURTLE))

    def sh(name: str) -> NamedNode:
        return NamedNode(SH + name)

    def objects(subject: object, name: str) -> list[object]:
        return [q.object for q in quads if q.subject == subject and q.predicate == sh(name)]

    (top,) = (quad.subject for quad in quads if quad.object == sh("ValidationReport"))
    assert objects(top, "conforms") == [Literal(False)]
    results = objects(top, "result")
    assert len(results) == 4
    assert sorted(str(s) for r in results for s in objects(r, "resultSeverity")) == sorted(
        str(sh(name)) for name in ("Info", "Violation", "Violation", "Warning")
    )
    (award,) = (result for result in results if objects(result, "resultPath"))
    assert objects(award, "focusNode") == [NODE]
    assert objects(award, "resultPath") == [QKG["amount"]]
    assert objects(award, "value") == [Literal("v\x0b|*")]
    assert objects(award, "sourceShape") == [NamedNode(PREFIXES["shape"] + "Award")]
    empty = parse(write_report(Report((), 5), "turtle"), RdfFormat.TURTLE)
    assert Literal(True) in [quad.object for quad in empty]
