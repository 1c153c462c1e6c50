"""The shipped shapes find the same on every engine: in the shipped graph, and in broken ones."""

from collections.abc import Iterator
from functools import cache

import pytest
from conftest import ROOT, serving_store
from pyoxigraph import DefaultGraph, Quad, RdfFormat, Triple, parse
from shacl_reports import Found, found, quads, renamed

import qkg
from qkg.engines.endpoint import EndpointEngine
from qkg.engines.oxigraph import OxigraphEngine
from qkg.engines.rdflib import RdflibEngine
from qkg.shapes.reference import reference
from qkg.shapes.validation import validate

SHAPES = tuple(
    quad.triple for quad in parse(path=ROOT / "ontology" / "shapes.ttl", format=RdfFormat.TURTLE)
)
CASES = ROOT / "tests" / "shapes"
VARIANTS = ("shipped", "invalid cases", "a seventh missing", "objects exchanged")
LEAST = 50


@cache
def shipped() -> tuple[Triple, ...]:
    """Return the shipped default graph."""
    exported = qkg.load().export("nquads").encode()
    return tuple(
        quad.triple
        for quad in parse(exported, format=RdfFormat.N_QUADS)
        if quad.graph_name == DefaultGraph()
    )


@cache
def variant(name: str) -> tuple[Triple, ...]:
    held = sorted(shipped(), key=str)
    if name == "invalid cases":
        files = (CASES / "background.ttl", *sorted(CASES.glob("*/invalid-*.ttl")))
        return (
            *held,
            *(
                quad.triple
                for file in files
                for quad in parse(
                    path=file,
                    format=RdfFormat.TURTLE,
                    base_iri=f"https://example.org/{file.parent.name}/{file.stem}",
                    rename_blank_nodes=True,
                )
            ),
        )
    if name == "a seventh missing":
        return tuple(triple for i, triple in enumerate(held) if i % 7)
    if name == "objects exchanged":
        shifted = held[40:] + held[:40]
        return tuple(
            Triple(s, p, shifted[i].object if i % 9 == 0 else o) for i, (s, p, o) in enumerate(held)
        )
    return tuple(held)


@cache
def expected(name: str) -> frozenset[Found]:
    return found(validate(OxigraphEngine(quads(variant(name))), SHAPES).results)


@pytest.fixture(scope="module", params=VARIANTS)
def endpoint(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, EndpointEngine]]:
    text = "".join(f"{triple} .\n" for triple in variant(request.param))
    with serving_store(tmp_path_factory.mktemp("variant"), text, "serve-read-only") as address:
        yield request.param, EndpointEngine(f"{address}/query")


@pytest.mark.parametrize("name", VARIANTS)
def test_variants_are_broken(name: str) -> None:
    assert len(expected(name)) >= LEAST if name != "shipped" else not expected(name)


@pytest.mark.parametrize("name", VARIANTS)
def test_pyshacl(name: str) -> None:
    data = [quad.triple for quad in OxigraphEngine(quads(variant(name))).quads()]
    assert found(reference(data, SHAPES)) == expected(name)


@pytest.mark.parametrize("name", VARIANTS)
def test_rdflib(name: str) -> None:
    assert found(validate(RdflibEngine(quads(variant(name))), SHAPES).results) == expected(name)


def test_endpoint(endpoint: tuple[str, EndpointEngine]) -> None:
    name, engine = endpoint
    assert renamed(found(validate(engine, SHAPES).results)) == renamed(expected(name))


def test_nothing_is_left_to_pyshacl() -> None:
    assert not validate(OxigraphEngine(list[Quad]()), SHAPES).referred
