"""What an engine holds is checked by queries, again where it changed, and at an endpoint."""

from pathlib import Path

import pytest
from conftest import Command, serving_store
from pyoxigraph import NamedNode

import qkg
from qkg.namespaces import DATA, PREFIXES
from qkg.shapes.results import Results

EVENT = NamedNode(PREFIXES["id"] + "meeting")
BROKEN = """\
@prefix id: <https://w3id.org/qkg/id/> .
@prefix oa: <http://www.w3.org/ns/oa#> .
@prefix qkg: <https://w3id.org/qkg/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix document: <https://w3id.org/qkg/document/> .

<>
    a qkg:Claim ;
    qkg:manner qkg:asserted ;
    qkg:passage <#passage> ;
    qkg:statedIn document:eu-japan-quantum-partnership-2025-05-20 ;
    qkg:status qkg:accepted
.

id:meeting
    a qkg:Event ;
    rdfs:label "Meeting"@en ;
    qkg:occurredOn "soon"
.
"""


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    path = tmp_path / "further" / "meeting.ttl"
    path.parent.mkdir()
    path.write_text(BROKEN)
    return path.parent


def found(results: Results) -> set[object]:
    return {result.focus for result in results.results}


def test_open_graph_is_validated_again_as_it_changes(broken: Path) -> None:
    graph = qkg.load()
    assert graph.validate() == Results((), ())
    graph.add(broken)
    results = graph.validate()
    assert EVENT in found(results)
    assert set(results.results) == set(qkg.load(add=[broken]).validate().results)
    graph.within(60).validate()
    claim = f"{DATA}meeting"
    graph.dispute(claim, "It is not known when.")
    assert EVENT not in found(graph.validate())
    graph.remove(claim)
    assert graph.validate() == Results((), ())


def test_more_changes_than_are_kept_are_validated_from_the_beginning(
    broken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qkg.editing._KEPT", 10)
    graph = qkg.load()
    graph.validate()
    graph.add(broken)
    assert EVENT in found(graph.validate())


def test_other_shapes_can_be_given() -> None:
    graph = qkg.load()
    shape = graph.sparql(
        "CONSTRUCT { <http://example.org/S> a sh:NodeShape ; sh:targetClass qkg:Project ; "
        "sh:class qkg:Event } WHERE {}"
    )
    assert isinstance(shape, tuple)
    assert found(graph.validate(shape))
    assert not found(graph.validate())


def test_endpoint_is_checked_as_it_is_held(
    run: Command, server: str, broken: Path, tmp_path: Path
) -> None:
    outcome = run("check", "--endpoint", server)
    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err == f"{server} checked: no findings.\n"
    graph = qkg.load(add=[broken])
    with serving_store(tmp_path, graph.export("nquads")) as address:
        outcome = run("check", "--endpoint", f"{address}/query", "--select", "Q05,Q061")
        assert outcome.code == 1
        assert "Meeting (id:meeting)" in outcome.out
        assert run("check", "--endpoint", f"{address}/query", "--ignore", "Q").code == 0
    outcome = run("check", "--endpoint", server, "data")
    assert outcome.code == 2
    assert "--endpoint takes no files" in outcome.err


def test_shape_is_explained(run: Command) -> None:
    outcome = run("check", "--explain", "Amount")
    assert outcome.code == 0
    assert outcome.out.count("SELECT DISTINCT ?this") == 7
    outcome = run("check", "--explain", "Amuont")
    assert (outcome.code, outcome.out) == (2, "")
    assert "did you mean Amount" in outcome.err
    outcome = run("check", "--explain", "Amount", "data")
    assert outcome.code == 2
    assert "--explain checks nothing" in outcome.err
