"""Every shape finds what it is for, where it is, and nothing in what is well-formed."""

from pathlib import Path

import pytest
import rdflib
from conftest import ROOT
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

import qkg
from qkg import claims
from qkg.answers import Term
from qkg.checks import Report
from qkg.checks.checking import check
from qkg.checks.codes import SHAPE_CODES
from qkg.namespaces import DATA, PREFIXES, RDF, curie

FOLDER = Path(__file__).parent / "shapes"
CASES = sorted(FOLDER.glob("*/*.ttl"))
BACKGROUND = FOLDER / "background.ttl"
SH = PREFIXES["sh"]
SHAPES = [
    quad.triple for quad in parse(path=ROOT / "ontology" / "shapes.ttl", format=RdfFormat.TURTLE)
]


def typed(name: str) -> set[str]:
    return {
        curie(triple.subject.value).removeprefix("shape:")
        for triple in SHAPES
        if triple.predicate == RDF["type"]
        and triple.object == NamedNode(SH + name)
        and isinstance(triple.subject, NamedNode)
    }


def expected(path: Path) -> set[tuple[str, str]]:
    """Return what the first lines of a case say that it finds: the shapes, and where."""
    lines = path.read_text().splitlines()
    return {(words[2], words[4]) for words in map(str.split, lines) if words[:2] == ["#", "finds:"]}


def short(term: Term | None) -> str:
    return curie(term.value) if isinstance(term, NamedNode) else str(term)


def report(path: Path, shapes: list[Triple] = SHAPES) -> Report:
    ontology = claims.read_ontology(ROOT / "ontology")
    found = [(BACKGROUND, NamedNode(DATA + "background")), (path, NamedNode(DATA + "case"))]
    return check(found, ontology, shapes, codes=frozenset(SHAPE_CODES))


def test_every_shape_has_valid_and_invalid_cases() -> None:
    folders = [path for path in FOLDER.iterdir() if path.is_dir()]
    assert {folder.name for folder in folders} == typed("NodeShape")
    for folder in folders:
        assert list(folder.glob("valid-*.ttl")), folder
        assert list(folder.glob("invalid-*.ttl")), folder
    found = {shape for path in CASES for shape, _ in expected(path)}
    assert {f"shape:{name}" for name in typed("PropertyShape")} <= found


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_case(path: Path) -> None:
    found = report(path).findings
    assert bool(found) == path.name.startswith("invalid-")
    assert {(short(finding.shape), short(finding.focus)) for finding in found} == expected(path)
    assert {finding.path for finding in found} <= {path}
    assert all(finding.line for finding in found)


def test_every_shape_is_named_says_what_to_do_and_how_grave_it_is() -> None:
    for name in typed("NodeShape") | typed("PropertyShape"):
        predicates = {
            triple.predicate.value.removeprefix(SH)
            for triple in SHAPES
            if triple.subject == NamedNode(PREFIXES["shape"] + name)
        }
        assert {"name", "severity"} <= predicates, name
        assert "message" in predicates or "property" in predicates, name


def test_shipped_data_conforms_claim_by_claim_and_as_a_whole(graph: qkg.KnowledgeGraph) -> None:
    conforming = Report((), len(list((ROOT / "data").rglob("*.ttl"))))
    assert qkg.check() == conforming
    assert graph.check() == conforming


def added(subject: str, predicate: str, object_: str) -> Triple:
    return Triple(
        NamedNode(PREFIXES["shape"] + subject), NamedNode(SH + predicate), NamedNode(object_)
    )


def test_shape_that_is_ill_formed_is_named(tmp_path: Path) -> None:
    path = tmp_path / "case.ttl"
    path.write_text("")
    ill_formed = added("Claim-status", "path", PREFIXES["qkg"] + "manner")
    with pytest.raises(qkg.QkgError, match="shape:Claim-status is ill-formed: sh:path has one"):
        report(path, [*SHAPES, ill_formed])


def test_pyshacl_serves_a_recursive_shape_and_changes_no_global_setting(tmp_path: Path) -> None:
    path = tmp_path / "case.ttl"
    path.write_text("")
    recursive = added("Claim", "node", PREFIXES["shape"] + "Claim")
    before = rdflib.NORMALIZE_LITERALS
    checked = report(path, [*SHAPES, recursive])
    assert not checked.findings
    assert [reason for _, reason in checked.referred] == ["shape:Claim is recursive"]
    assert before == rdflib.NORMALIZE_LITERALS


def test_disputed_claim_is_checked_too(tmp_path: Path) -> None:
    path = tmp_path / "case.ttl"
    valid = (FOLDER / "DisputedClaim" / "valid-reason.ttl").read_text()
    path.write_text(valid + 'id:e a qkg:Event ; rdfs:label "E"@en ; qkg:occurredOn "soon" .\n')
    path.write_text("@prefix id: <https://w3id.org/qkg/id/> .\n" + path.read_text())
    (finding,) = report(path).findings
    assert finding.focus == NamedNode(PREFIXES["id"] + "e")


def test_syntax_is_a_finding_and_the_rest_is_still_checked(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<> <p> ;;;")
    invalid = (FOLDER / "Label" / "invalid-missing.ttl").read_text()
    (tmp_path / "b.ttl").write_text(invalid)
    findings = qkg.check(data=[tmp_path]).findings
    assert [finding.path for finding in findings] == [tmp_path / "a.ttl", tmp_path / "b.ttl"]
    assert findings[0].line == 1
    assert findings[0].shape is None
    assert [f.path for f in qkg.check(tmp_path / "b.ttl", data=[tmp_path]).findings] == [
        tmp_path / "b.ttl"
    ]
