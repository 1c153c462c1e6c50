"""An open graph into which files come, from which they go, and in which claims are disputed."""

import os
import shutil
from pathlib import Path

import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Quad

import qkg
from qkg.engines.oxigraph import OxigraphEngine
from qkg.errors import InputError, LayoutError, ParseError
from qkg.loading import EngineName
from qkg.namespaces import DATA, QKG

ARTICLE = "eu-japan-quantum-partnership-2025-05-20"
CLAIMS = sorted(path for path in (ROOT / "data" / ARTICLE).glob("*.ttl"))
BACKGROUND = (ROOT / "data" / "entities", ROOT / "data" / "concepts")
BASE = f"{DATA}{ARTICLE}/"
"""What the names of the article's files begin with."""
OTHER = f"{DATA}background/"
"""The same for the entities and concepts, which are loaded beside them."""

PARTY = "ASK { id:eu-japan-quantum-letter-of-intent qkg:hasParty id:japan }"
SIGNED = f"{BASE}agreement-signed"
TURTLE = (
    "@prefix id: <https://w3id.org/qkg/id/> .\n@prefix qkg: <https://w3id.org/qkg/ontology#> .\n"
)


def dataset(graph: qkg.KnowledgeGraph) -> set[Quad]:
    """Return the quads of a graph with the literals as Oxigraph writes them."""
    return set(OxigraphEngine(graph.quads()).quads())


def opened(engine: EngineName = "oxigraph") -> qkg.KnowledgeGraph:
    """Return a graph of the entities and concepts alone."""
    return qkg.load(*BACKGROUND, base=OTHER, engine=engine)


def from_scratch(claims: list[Path], disputed: dict[str, str], folder: Path) -> set[Quad]:
    """Return what one load of these files is, the reasons of disputes written into the files."""
    for base in (BASE, OTHER):
        (folder / base.removeprefix(DATA)).mkdir()
    for path in (each for part in BACKGROUND for each in part.glob("*.ttl")):
        shutil.copy(path, folder / OTHER.removeprefix(DATA))
    for path in claims:
        text = path.read_text(encoding="utf-8")
        if path.stem in disputed:
            reason = f'qkg:status qkg:disputed ; qkg:disputeReason "{disputed[path.stem]}"@en'
            text = text.replace("qkg:status qkg:accepted", reason)
            assert reason in text
        (folder / BASE.removeprefix(DATA) / path.name).write_text(text, encoding="utf-8")
    return dataset(qkg.load(folder, base=DATA))


@pytest.mark.parametrize("engine", ["oxigraph", "rdflib"])
def test_files_one_by_one_are_the_files_at_once(engine: EngineName) -> None:
    graph = opened(engine)
    for path in CLAIMS:
        graph.add(path, base=BASE)
    whole = qkg.load(ROOT / "data" / ARTICLE, base=BASE, engine=engine)
    whole.add(*BACKGROUND, base=OTHER)
    assert dataset(graph) == dataset(whole)
    assert graph.sparql(PARTY) is True


@pytest.mark.parametrize("engine", ["oxigraph", "rdflib"])
def test_what_is_added_and_removed_leaves_nothing(engine: EngineName) -> None:
    graph = opened(engine)
    before = dataset(graph)
    for path in CLAIMS:
        graph.add(path, base=BASE)
    for path in reversed(CLAIMS):
        graph.remove(f"{BASE}{path.stem}")
    assert dataset(graph) == before


def test_a_dispute_retracts_what_rests_on_the_claim_alone() -> None:
    graph = qkg.load()
    letter = "id:eu-japan-quantum-letter-of-intent"
    assert graph.sparql(f"ASK {{ {letter} qkg:signedBy id:japan }}") is True
    change = graph.dispute(SIGNED, "A test does not believe it.")
    assert change.retracted
    assert not change.inferred
    assert graph.sparql(f"ASK {{ {letter} qkg:signedBy id:japan }}") is False
    assert graph.sparql(f"ASK {{ {letter} qkg:hasSignature ?other_documents_say_so }}") is True
    answer = graph.sparql(f"SELECT ?reason {{ <{SIGNED}> qkg:disputeReason ?reason }}")
    assert isinstance(answer, qkg.Answer)
    assert [row.reason for row in answer] == ["A test does not believe it."]
    assert (
        graph.sparql(f"ASK {{ GRAPH <{SIGNED}> {{ ?signature qkg:onBehalfOf ?party }} }}") is True
    )


def test_a_fact_that_two_claims_state_outlives_one_of_them(tmp_path: Path) -> None:
    graph = opened()
    claim = TURTLE + "<> a qkg:Claim ; qkg:status qkg:accepted .\nid:a qkg:hasSignature id:b .\n"
    for name in ("one", "two", "three"):
        text = claim.replace("accepted", "disputed") if name == "three" else claim
        (tmp_path / f"{name}.ttl").write_text(text, encoding="utf-8")
    graph.add(tmp_path, base=DATA)
    stated = "ASK { id:a qkg:hasSignature id:b ; a qkg:Agreement }"
    graph.remove("data:one")
    assert graph.sparql(stated) is True
    graph.dispute("data:two", "No longer believed.")
    assert graph.sparql(stated) is False


def test_what_is_inferred_and_then_stated_is_stated(tmp_path: Path) -> None:
    graph = qkg.load()
    inferred = "ASK { GRAPH <https://w3id.org/qkg/graph/inferred> { %s } }"
    party = "id:eu-japan-quantum-letter-of-intent qkg:hasParty id:japan"
    assert graph.sparql(inferred % party) is True
    (tmp_path / "party.ttl").write_text(f"{TURTLE}{party} .\n", encoding="utf-8")
    change = graph.add(tmp_path)
    assert [str(triple.predicate) for triple in change.retracted] == [str(QKG["hasParty"])]
    assert graph.sparql(inferred % party) is False
    assert graph.sparql(f"ASK {{ {party} }}") is True
    assert graph.remove("data:party").inferred == change.retracted
    assert graph.sparql(inferred % party) is True


@settings(max_examples=int(os.environ.get("QKG_EXAMPLES", "40")), deadline=None)
@given(st.data())
def test_any_sequence_equals_one_from_scratch(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    graph = opened()
    present: dict[Path, None] = {}
    disputed: dict[str, str] = {}
    for _ in range(data.draw(st.integers(1, 12))):
        path = data.draw(st.sampled_from(CLAIMS))
        name = NamedNode(f"{BASE}{path.stem}")
        if path not in present:
            graph.add(path, base=BASE)
            present[path] = None
        elif data.draw(st.booleans()) or path.stem in ("document", *disputed):
            graph.remove(name)
            del present[path]
            disputed.pop(path.stem, None)
        else:
            disputed[path.stem] = f"Reason {len(disputed)}."
            graph.dispute(name, disputed[path.stem])
    folder = tmp_path_factory.mktemp("claims")
    assert dataset(graph) == from_scratch(list(present), disputed, folder)


def test_what_cannot_be_is_said_and_changes_nothing(tmp_path: Path) -> None:
    graph = qkg.load()
    before = dataset(graph)
    broken = tmp_path / "broken.ttl"
    broken.write_text("<> a", encoding="utf-8")
    (tmp_path / "right.ttl").write_text(TURTLE + "id:a qkg:hasParty id:b .\n", encoding="utf-8")
    with pytest.raises(ParseError, match=r"broken\.ttl:1"):
        graph.add(tmp_path)
    with pytest.raises(LayoutError, match="is there already"):
        graph.add(ROOT / "data" / ARTICLE / "agreement-signed.ttl", base=BASE)
    with pytest.raises(InputError, match="no named graph of a file"):
        graph.remove("data:nowhere")
    with pytest.raises(InputError, match="no named graph of a file"):
        graph.remove("https://w3id.org/qkg/graph/inferred")
    with pytest.raises(InputError, match="names no file"):
        graph.remove("not an iri")
    with pytest.raises(InputError, match="is no claim"):
        graph.dispute(f"{BASE}document", "Why not.")
    with pytest.raises(InputError, match="needs a reason"):
        graph.dispute(SIGNED, " ")
    assert dataset(graph) == before


def test_an_endpoint_is_not_changed() -> None:
    with pytest.raises(InputError, match="endpoint"):
        qkg.connect("http://127.0.0.1:9/query").remove(SIGNED)
