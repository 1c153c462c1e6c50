"""Sources that disagree: shown side by side, and warned of where nobody has judged yet."""

from pathlib import Path

import pytest
from conftest import Command
from pyoxigraph import Literal

import qkg
from qkg.checks.conflicts import disagree
from qkg.namespaces import XSD

AWARD = "id:q-neko-award-european-union"
PROJECT = "qkg:awardedTo id:q-neko"
CLAIM = """
@prefix document: <https://w3id.org/qkg/document/> .
@prefix id: <https://w3id.org/qkg/id/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix qkg: <https://w3id.org/qkg/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<> a qkg:Claim ;
    qkg:manner qkg:asserted ;
    qkg:passage <#passage> ;
    qkg:statedIn document:quantum-computing-report-2025-05-14 ;
    qkg:status qkg:accepted ;
    rdfs:label "Another claim"@en .

<#passage> a qkg:Passage ;
    oa:hasSource document:quantum-computing-report-2025-05-14 ;
    qkg:evidenceKind qkg:bodyText ;
    qkg:locator "somewhere" .

"""


@pytest.mark.parametrize(
    ("one", "other", "conflict"),
    [
        (
            Literal("2025", datatype=XSD["gYear"]),
            Literal("2025-05-13", datatype=XSD["date"]),
            False,
        ),
        (
            Literal("2025-05-13", datatype=XSD["date"]),
            Literal("2025-05-12", datatype=XSD["date"]),
            True,
        ),
        (
            Literal("2025", datatype=XSD["gYear"]),
            Literal("2026-05", datatype=XSD["gYearMonth"]),
            True,
        ),
        (Literal(16), Literal("16", datatype=XSD["decimal"]), False),
        (Literal(16), Literal(17), True),
        (XSD["a"], XSD["a"], False),
        (XSD["a"], XSD["b"], True),
    ],
)
def test_disagree(one: Literal, other: Literal, conflict: bool) -> None:
    assert disagree(one, other) is conflict
    assert disagree(other, one) is conflict


def added(folder: Path, fact: str) -> str:
    (folder / "claim.ttl").write_text(CLAIM + fact, encoding="utf-8")
    return str(folder)


def test_two_accepted_claims_that_differ_are_warned_of(tmp_path: Path, run: Command) -> None:
    folder = added(tmp_path, f"{AWARD} qkg:amount id:usd-4-million ; {PROJECT} .")
    outcome = run("check", folder, "--select", "Q042")
    assert outcome.code == 0  # a warning is no violation
    assert "qkg:amount of Award of the European Union to Q-NEKO" in outcome.out
    assert " has one value at most, and is " in outcome.out
    assert run("check", folder, "--select", "Q042", "--fail-on", "warning").code == 1
    assert (
        "id:eur-4-million in data:eu-japan-quantum-partnership-2025-05-20/q-neko-award"
        in outcome.out
    )
    assert "qkg:disputed" in outcome.out


def test_conflict_is_told_once_at_the_value_that_the_fewest_claims_give(tmp_path: Path) -> None:
    report = qkg.check(
        add=[added(tmp_path, f"{AWARD} qkg:amount id:usd-4-million ; {PROJECT} .")],
        select=["Q042"],
    )
    warned = {finding.path.name for finding in report.findings if finding.path is not None}
    assert warned == {"claim.ttl"}  # three documents say euro
    assert len(report.findings) == 1
    assert len(report.findings[0].premises) == 2
    assert report.conforms


@pytest.mark.parametrize(
    "fact",
    [
        f"{AWARD} qkg:amount id:eur-4-million ; {PROJECT} .",
        'id:eu-japan-quantum-partnership-formalisation qkg:occurredOn "2025-05"^^xsd:gYearMonth .',
    ],
)
def test_what_agrees_or_is_less_exact_is_no_conflict(
    tmp_path: Path, fact: str, run: Command
) -> None:
    assert "warning" not in run("check", added(tmp_path, fact), "--select", "Q04").out


def test_both_sides_are_shown_with_the_reason(run: Command) -> None:
    out = run("show", AWARD).out
    section = out.partition("\nSources disagree:\n")[2]
    euro, dollars = section.index("4 million euro"), section.index("4 million US dollars")
    assert "accepted\n" in section[euro:dollars]
    assert "not accepted: The award is in euro" in section[dollars:]
    assert "qkg:secondary" in section
    assert "Sources disagree" not in run("show", "id:tokyo").out
