"""Files become named graphs, and the default graph what is held to be true."""

from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad

import qkg
from qkg import claims
from qkg.errors import LayoutError, ParseError
from qkg.namespaces import DATA, INFERRED

HEAD = """@prefix id: <https://w3id.org/qkg/id/> .
@prefix qkg: <https://w3id.org/qkg/ontology#> .
"""
CLAIM = (
    HEAD
    + """<> a qkg:Claim ; qkg:status {status} ; qkg:passage <#passage> .
<#passage> a qkg:Passage .
id:a qkg:signatureOn id:b ; qkg:onBehalfOf id:c .
"""
)


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / (name.replace("__", "/") + ".ttl")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def holds(graph: qkg.KnowledgeGraph, pattern: str) -> bool:
    answer = graph.sparql(f"ASK {{ {pattern} }}")
    assert isinstance(answer, bool)
    return answer


def test_path_is_the_name_of_the_graph(tmp_path: Path) -> None:
    write(tmp_path, doc__claim="<> <p> <#here> .", top="<> <p> <> .")
    files = claims.read([tmp_path])
    assert [file.graph.value for file in files] == [DATA + "doc/claim", DATA + "top"]
    graph = NamedNode(DATA + "doc/claim")
    here = NamedNode(DATA + "doc/claim#here")
    assert files[0].statements == (Quad(graph, NamedNode(DATA + "doc/p"), here),)


def test_names_that_an_iri_cannot_hold_are_escaped(tmp_path: Path) -> None:
    write(tmp_path, **{"a b": "<> <p> 1 .", "café": "<> <p> 1 ."})
    graphs = {file.graph.value for file in claims.read([tmp_path])}
    assert graphs == {DATA + "a%20b", DATA + "caf%C3%A9"}


def test_hidden_and_other_files_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, a="<> <p> 1 .", **{".hidden": "x", ".git__b": "x"})
    (tmp_path / "notes.md").write_text("x")
    assert len(claims.read([tmp_path])) == 1


def test_accepted_claim_merges_whole(tmp_path: Path) -> None:
    write(tmp_path, claim=CLAIM.format(status="qkg:accepted"))
    graph = qkg.load(tmp_path)
    assert holds(graph, "id:a qkg:signatureOn id:b")
    assert holds(graph, "id:b qkg:hasParty id:c")
    assert holds(graph, f"GRAPH <{INFERRED.value}> {{ id:b qkg:hasParty id:c }}")
    assert holds(graph, f"GRAPH <{DATA}claim> {{ id:a qkg:signatureOn id:b }}")


@pytest.mark.parametrize(
    "status", ["qkg:disputed", "qkg:accepted, qkg:disputed", "qkg:unheard-of", '"accepted"']
)
def test_claim_that_is_not_accepted_keeps_its_facts_to_itself(tmp_path: Path, status: str) -> None:
    write(tmp_path, claim=CLAIM.format(status=status))
    graph = qkg.load(tmp_path)
    assert not holds(graph, "id:a qkg:signatureOn id:b")
    assert not holds(graph, "id:b qkg:hasParty id:c")
    assert not holds(graph, f"GRAPH <{INFERRED.value}> {{ id:b ?p ?o }}")
    assert holds(graph, f"GRAPH <{DATA}claim> {{ id:a qkg:signatureOn id:b }}")
    assert holds(graph, f"<{DATA}claim> a qkg:Claim ; qkg:passage <{DATA}claim#passage>")
    assert holds(graph, f"<{DATA}claim#passage> a qkg:Passage")


def test_disputing_one_claim_leaves_what_another_states(tmp_path: Path) -> None:
    write(
        tmp_path,
        one=CLAIM.format(status="qkg:accepted"),
        two=CLAIM.format(status="qkg:disputed"),
    )
    assert holds(qkg.load(tmp_path), "id:b qkg:hasParty id:c")


def test_triple_of_many_graphs_counts_once(tmp_path: Path) -> None:
    accepted = CLAIM.format(status="qkg:accepted")
    write(tmp_path, one=accepted, two=accepted, three=HEAD + "id:a qkg:signatureOn id:b .")
    answer = qkg.load(tmp_path).sparql("SELECT (COUNT(*) AS ?n) { id:a qkg:signatureOn ?b }")
    assert isinstance(answer, qkg.Answer)
    assert answer[0].n == 1


def test_blank_nodes_of_two_files_stay_apart(tmp_path: Path) -> None:
    text = HEAD + "id:{0} qkg:inPost _:x . _:x qkg:postIn id:{0} . id:{0} qkg:p [ qkg:q 1 ], (1) ."
    write(tmp_path, one=text.format("a"), two=text.format("b"))
    graph = qkg.load(tmp_path)
    assert holds(graph, "id:a qkg:inPost/qkg:postIn id:a")
    assert not holds(graph, "id:a qkg:inPost/qkg:postIn id:b")
    assert graph.export("nquads") == qkg.load(tmp_path).export("nquads")


@pytest.mark.parametrize(
    ("text", "line", "column", "problem"),
    [
        (HEAD + "id:a qkg:p\n  foo:b .", 4, 3, "The prefix foo: has not been declared."),
        (HEAD + 'id:a qkg:p "x .\n', 3, 12, "Unexpected end of file."),
        (HEAD + "id:a qkg:p <http://x y> .", 3, 12, "Invalid IRI code point ' '."),
        ("\xff", 1, 1, "Invalid UTF-8 character encoding."),
    ],
)
def test_malformed_file(tmp_path: Path, text: str, line: int, column: int, problem: str) -> None:
    path = write(tmp_path, good=HEAD) / "bad.ttl"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ParseError) as caught:
        qkg.load(tmp_path)
    error = caught.value
    assert (error.path, error.line, error.column) == (path, line, column)
    assert str(error).endswith(problem)


def test_missing_path_names_the_closest(tmp_path: Path) -> None:
    write(tmp_path, entities__a=HEAD)
    with pytest.raises(LayoutError, match=r"did you mean .*entities"):
        qkg.load(tmp_path / "entites")


@pytest.mark.parametrize("name", ["empty", "notes.txt"])
def test_path_without_turtle(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(LayoutError, match="Turtle"):
        qkg.load(tmp_path / name)


def test_two_files_with_one_name(tmp_path: Path) -> None:
    write(tmp_path, one__a="<> <p> 1 .", two__a="<> <p> 1 .")
    with pytest.raises(LayoutError, match="both the named graph"):
        qkg.load(tmp_path / "one", add=[tmp_path / "two"])
