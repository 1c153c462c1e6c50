"""The W3C test suite of SHACL, Core and SHACL-SPARQL, on each of the engines."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

import pytest
from conftest import SUITES, serving_store
from pyoxigraph import NamedNode, Triple
from shacl_reports import SH, Found, Graph, found, quads, read, renamed

from qkg.answers import Term
from qkg.engines.endpoint import EndpointEngine
from qkg.engines.oxigraph import OxigraphEngine
from qkg.engines.rdflib import RdflibEngine
from qkg.errors import InputError
from qkg.namespaces import RDF, Namespace
from qkg.shapes.reference import reference
from qkg.shapes.results import Results
from qkg.shapes.validation import validate

SUITE = SUITES / "shacl" / "tests"
pytestmark = pytest.mark.skipif(not SUITE.is_dir(), reason=f"the W3C tests are not at {SUITE}")

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")
BASE = "https://example.org/shacl/"
COUNTS = {"core": 98, "sparql": 23}
FAILURES = 7

EXCEPTIONS = {
    "core/property/datatype-ill-formed": (
        "Oxigraph keeps 300 of xsd:byte as the xsd:integer 300, which the report then names: "
        "literals are checked on what was written, before they are stored"
    ),
}
"""Cases that are not passed, and why."""

PYSHACL_FAILS = {
    "core/property/uniqueLang-002": (
        "takes the value 1 of sh:uniqueLang for true, where the suite has the term true alone"
    ),
    "sparql/node/prefixes-001": "does not follow owl:imports from what sh:prefixes names",
    "sparql/pre-binding/shapesGraph-001": "refuses $shapesGraph",
}
"""Cases that pySHACL fails, and what it does there."""

UNLISTED = "sparql/component/nodeValidator-001"
"""A case that no manifest includes."""


class Case(NamedTuple):
    """A test of the suite.

    Attributes:
        data: the data graph.
        shapes: the shapes graph.
        expected: the results of the report; None where validation has to fail.
    """

    data: tuple[Triple, ...]
    shapes: tuple[Triple, ...]
    expected: frozenset[Found] | None


@cache
def triples(name: str) -> tuple[Triple, ...]:
    return read((SUITE / name).read_text(encoding="utf-8"), BASE + name)


def manifests(name: str) -> Iterator[tuple[str, Graph]]:
    """Yield a manifest and those that it includes."""
    graph = Graph(triples(name))
    yield name, graph
    for other in graph.objects(NamedNode(BASE + name), MF["include"]):
        yield from manifests(local(other))


def local(iri: Term | None) -> str:
    assert isinstance(iri, NamedNode)
    return iri.value.removeprefix(BASE)


@cache
def cases() -> dict[str, Case]:
    return {} if not SUITE.is_dir() else dict(read_cases())


def read_cases() -> Iterator[tuple[str, Case]]:
    for name, graph in chain(manifests("manifest.ttl"), manifests(f"{UNLISTED}.ttl")):
        for test in graph.subjects(RDF["type"], SHT["Validate"]):
            (action,) = graph.objects(test, MF["action"])
            (result,) = graph.objects(test, MF["result"])
            data, shapes = (
                triples(local(graph.one(action, SHT[kind])))
                for kind in ("dataGraph", "shapesGraph")
            )
            expected = None if result == SHT["Failure"] else frozenset(report(graph, result))
            yield name.removesuffix(".ttl"), Case(data, shapes, expected)


def report(graph: Graph, node: Term) -> Iterator[Found]:
    """Yield the results of a report; the conformance that it states agrees with them."""
    results = graph.objects(node, SH["result"])
    for result in results:
        path = graph.one(result, SH["resultPath"])
        shape = graph.one(result, SH["sourceShape"])
        focus, component, severity = (
            graph.one(result, SH[name])
            for name in ("focusNode", "sourceConstraintComponent", "resultSeverity")
        )
        assert focus is not None
        assert isinstance(component, NamedNode)
        assert isinstance(severity, NamedNode)
        yield Found(
            focus,
            None if path is None else graph.path(path),
            component,
            graph.one(result, SH["value"]),
            severity,
            shape if isinstance(shape, NamedNode) else None,
        )


def named(table: Mapping[str, str]) -> list[Any]:
    """Return the names of the cases; those of a table have to fail, lest they stay in it."""
    assert set(table) <= set(cases()) or not cases()
    return [
        pytest.param(name, marks=[pytest.mark.xfail(reason=table[name])] if name in table else [])
        for name in cases()
    ]


def passes(case: Case, results: Callable[[], Results], *, alike: bool = True) -> None:
    """Compare a report with the expected one; on a server blank nodes have other names."""
    if case.expected is None:
        with pytest.raises(InputError):
            results()
    elif alike:
        assert found(results()) == case.expected
    else:
        assert renamed(found(results())) == renamed(case.expected)


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EndpointEngine]:
    with serving_store(tmp_path_factory.mktemp("shacl"), "") as address:
        yield EndpointEngine(f"{address}/query", f"{address}/update")


def test_counts() -> None:
    assert Counter(name.partition("/")[0] for name in cases()) == COUNTS
    assert sum(case.expected is None for case in cases().values()) == FAILURES


@pytest.mark.parametrize("name", named(EXCEPTIONS))
def test_oxigraph(name: str) -> None:
    case = cases()[name]
    passes(case, lambda: validate(OxigraphEngine(quads(case.data)), case.shapes))


@pytest.mark.parametrize("name", named(EXCEPTIONS))
def test_rdflib(name: str) -> None:
    case = cases()[name]
    passes(case, lambda: validate(RdflibEngine(quads(case.data)), case.shapes))


@pytest.mark.parametrize("name", named(EXCEPTIONS))
def test_endpoint(name: str, endpoint: EndpointEngine) -> None:
    case = cases()[name]
    statements = "".join(f"{triple} .\n" for triple in case.data)
    endpoint.update(f"CLEAR ALL ; INSERT DATA {{ {statements} }}")
    passes(case, lambda: validate(endpoint, case.shapes), alike=False)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", named(PYSHACL_FAILS))
def test_pyshacl(name: str) -> None:
    case = cases()[name]
    passes(case, lambda: reference(case.data, case.shapes))
