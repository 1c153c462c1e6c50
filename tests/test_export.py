"""What is exported reads back as the same graph, and is the same bytes in every run."""

import csv
import io
import json
import xml.etree.ElementTree as ET

import pyoxigraph
import pytest
import rdflib
from conftest import ROOT, Command
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse_query_results,
)
from rdflib.compare import isomorphic
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID

from qkg.answers import Answer
from qkg.errors import InputError, NameUnknown
from qkg.export.answers import write_answer, write_boolean
from qkg.export.graphs import GRAPH_FORMATS, QUAD_FORMATS, write_graph
from qkg.export.tables import write_table
from qkg.graph import KnowledgeGraph
from qkg.namespaces import OWL, PREFIXES, RDF, RDFS, XSD, curie

RDFLIB = {
    "turtle": "turtle",
    "trig": "trig",
    "ntriples": "nt",
    "nquads": "nquads",
    "rdfxml": "xml",
    "jsonld": "json-ld",
}


IRI = NamedNode("https://example.org/a(b)")
P = NamedNode("https://example.org/p")


def canonical(quads: list[Quad]) -> set[str]:
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return {str(quad) for quad in dataset}


@pytest.mark.parametrize("part", ["default", "claims", "inferred", "all"])
@pytest.mark.parametrize("format_", GRAPH_FORMATS)
def test_reads_back_isomorphic(graph: KnowledgeGraph, format_: str, part: str) -> None:
    if format_ not in QUAD_FORMATS and part != "default":
        with pytest.raises(InputError, match="has no named graphs"):
            graph.export(format_, part)  # type: ignore[arg-type]
        return
    text = graph.export(format_, part)  # type: ignore[arg-type]
    original = list(graph.quads(part))  # type: ignore[arg-type]
    assert original
    read = list(pyoxigraph.parse(text.encode(), GRAPH_FORMATS[format_]))
    assert canonical(read) == canonical(original)
    by_rdflib = rdflib.Dataset()
    by_rdflib.parse(data=text, format=RDFLIB[format_])
    reference = rdflib.Dataset()
    reference.parse(data=graph.export("nquads", part), format="nquads")  # type: ignore[arg-type]
    names = {str(found.identifier) for found in by_rdflib.graphs() if len(found)}
    assert names == {str(found.identifier) for found in reference.graphs() if len(found)}
    for name in names:
        node = rdflib.URIRef(name)
        assert isomorphic(by_rdflib.graph(node), reference.graph(node))


@pytest.mark.parametrize("format_", GRAPH_FORMATS)
def test_same_bytes_in_every_run(run: Command, format_: str) -> None:
    first = run("export", "-f", format_)
    assert first.code == 0
    assert first.out
    assert run("export", "-f", format_).out == first.out


CONTEXT = json.loads((ROOT / "ontology" / "context.jsonld").read_text(encoding="utf-8"))["@context"]


def test_context_and_ontology_have_the_same_terms() -> None:
    ontology = pyoxigraph.parse(path=ROOT / "ontology" / "qkg.ttl", format=RdfFormat.TURTLE)
    declared = {
        curie(quad.subject.value)
        for quad in ontology
        if isinstance(quad.subject, NamedNode)
        and quad.predicate == RDF["type"]
        and quad.object != OWL["Ontology"]
    }
    terms = {
        value["@id"] if isinstance(value, dict) else value
        for name, value in CONTEXT.items()
        if not name.startswith("@") and name not in PREFIXES
    }
    assert declared <= terms
    assert {term for term in terms - declared if not term.startswith(("rdfs:", "owl:"))} == set()
    assert {name: CONTEXT[name] for name in PREFIXES} == dict(PREFIXES)
    names = [name for name in CONTEXT if name not in PREFIXES and not name.startswith("@")]
    assert names == sorted(names, key=lambda name: (name.lower(), name))


def test_jsonld_is_compacted_and_fetches_nothing(graph: KnowledgeGraph) -> None:
    document = json.loads(graph.export("jsonld", "claims"))
    assert document["@context"] == CONTEXT
    name = "data:eu-japan-quantum-partnership-2025-05-20/q-neko-award"
    (claim,) = [node for node in document["@graph"] if node["@id"] == name]
    (award,) = [node for node in claim["@graph"] if node["@id"] == "id:q-neko-award-european-union"]
    assert award == {
        "@id": "id:q-neko-award-european-union",
        "@type": "FundingAward",
        "amount": "id:eur-4-million",
        "awardedTo": "id:q-neko",
        "ultimateFunder": "id:european-union",
    }


def test_coercion_changes_no_literal() -> None:
    p = {name: NamedNode(PREFIXES["qkg"] + name) for name in ("occurredOn", "value", "ordinal")}
    literals = [
        (p["occurredOn"], Literal("2025", datatype=XSD["gYear"])),
        (p["occurredOn"], Literal("2025-05-13", datatype=XSD["date"])),
        (p["value"], Literal("4000000.0", datatype=XSD["decimal"])),
        (p["value"], Literal("4e6", datatype=XSD["double"])),
        (p["value"], Literal("four")),
        (p["ordinal"], Literal("04", datatype=XSD["integer"])),
        (RDFS["label"], Literal("x", language="en")),
        (RDFS["label"], Literal("数", language="ja")),
        (RDFS["label"], Literal("plain")),
    ]
    triples = [Triple(IRI, predicate, literal) for predicate, literal in literals]
    text = write_graph(triples, "jsonld")
    read = {quad.triple for quad in pyoxigraph.parse(text.encode(), RdfFormat.JSON_LD)}
    assert read == set(triples)


def test_frame_begins_at_the_thing(run: Command, graph: KnowledgeGraph) -> None:
    text = run("show", "q-neko", "-f", "jsonld").out
    assert text == graph.frame("q-neko")
    document = json.loads(text)
    assert document["@id"] == "id:q-neko"
    awards = {award["@id"]: award for award in document["hasAward"]}
    assert awards["id:q-neko-award-european-union"]["amount"]["value"] == "4000000"
    assert document["fundedBy"] == ["id:european-union", "id:government-of-japan", "id:japan"]
    read = {quad.triple for quad in pyoxigraph.parse(text.encode(), RdfFormat.JSON_LD)}
    assert read <= {quad.triple for quad in graph.quads("default")}
    node = NamedNode(PREFIXES["id"] + "q-neko")
    about = {quad.triple for quad in graph.quads("default") if quad.subject == node}
    assert about <= read


@pytest.mark.parametrize(
    "triple",
    [
        Triple(IRI, NamedNode("https://example.org/1"), Literal("x")),
        Triple(IRI, P, Literal("\x07")),
    ],
)
def test_rdfxml_that_xml_cannot_hold(triple: Triple) -> None:
    with pytest.raises(InputError, match="rdfxml cannot hold"):
        write_graph([triple], "rdfxml")


@pytest.mark.parametrize("format_", [f for f in GRAPH_FORMATS if f not in ("trig", "nquads")])
def test_awkward_terms_read_back(format_: str) -> None:
    triples = [
        Triple(BlankNode("0"), P, Literal('a "b" <c> & \r\n\t数')),
        Triple(BlankNode("0"), P, BlankNode("1a")),
        Triple(IRI, P, Literal("", language="en-GB")),
        Triple(IRI, P, Literal("INF", datatype=XSD["double"])),
        Triple(NamedNode("urn:x:y"), P, NamedNode("mailto:a@example.org")),
    ]
    text = write_graph(triples, format_)
    read = list(pyoxigraph.parse(text.encode(), GRAPH_FORMATS[format_]))
    assert canonical(read) == canonical([Quad(t.subject, t.predicate, t.object) for t in triples])


def test_jsonld_refuses_an_iri_that_it_would_read_as_another() -> None:
    triple = Triple(IRI, P, NamedNode("data:text/plain,x"))
    with pytest.raises(InputError, match=r"confused with prefix data:text/plain,x\.$"):
        write_graph([triple], "jsonld")


def test_copy_for_rdflib(graph: KnowledgeGraph) -> None:
    dataset = graph.to_rdflib()
    assert len(list(dataset.quads())) == len(list(graph.quads()))
    # The length of an rdflib dataset counts what disputed claims state, too.
    default = dataset.get_context(DATASET_DEFAULT_GRAPH_ID)
    assert len(default) == len(list(graph.quads("default"))) < len(dataset)
    for found in list(dataset.graphs()):
        dataset.remove_graph(found)
    assert list(graph.quads("default"))


def test_unknown_parts_and_formats(graph: KnowledgeGraph) -> None:
    with pytest.raises(NameUnknown, match="did you mean turtle"):
        graph.export("turtel")
    with pytest.raises(NameUnknown, match="did you mean inferred"):
        graph.export("trig", "infered")  # type: ignore[arg-type]


AWKWARD = Answer(
    ("x", "y"),
    (
        (IRI, Literal('a "b", <c> & d\te\r\nf\\')),
        (BlankNode("n"), Literal("数", language="ja")),
        (Literal("1.50", datatype=XSD["decimal"]), None),
        (Literal("\x1b[31mred"), Literal("")),
    ),
)


@pytest.mark.parametrize("format_", ["json", "xml", "tsv"])
def test_answers_read_back(format_: str) -> None:
    answer = AWKWARD
    if format_ == "xml":  # XML 1.0 has no escape character at all
        with pytest.raises(InputError, match="take -f json"):
            write_answer(AWKWARD, "xml")
        answer = Answer(AWKWARD.variables, AWKWARD.terms[:3])
    text = write_answer(answer, format_)
    read = parse_query_results(text.encode(), getattr(QueryResultsFormat, format_.upper()))
    assert isinstance(read, QuerySolutions)
    assert [variable.value for variable in read.variables] == ["x", "y"]
    assert tuple(tuple(solution) for solution in read) == answer.terms


def test_csv_holds_plain_values() -> None:
    rows = list(csv.reader(io.StringIO(write_answer(AWKWARD, "csv"), newline="")))
    assert rows[0] == ["x", "y"]
    assert rows[1] == [IRI.value, 'a "b", <c> & d\te\r\nf\\']
    assert rows[3] == ["1.50", ""]


def test_markdown_escapes_what_would_break_the_table() -> None:
    text = write_answer(AWKWARD, "md", {IRI: "A | [b]"})
    lines = text.splitlines()
    assert lines[:2] == ["| x | y |", "| --- | --- |"]
    assert lines[2].startswith(r"| [A \| \[b\]](<https://example.org/a(b)>) |")
    assert len(lines) == 2 + len(AWKWARD)


def test_table_cannot_move_the_cursor_and_aligns_wide_characters() -> None:
    table = write_table(AWKWARD, {})
    assert "\x1b" not in table
    assert "\r" not in table
    wide = Answer(("a", "b"), ((Literal("数数"), Literal("x")), (Literal("abcd"), Literal("y"))))
    assert write_table(wide, {}).splitlines()[2:] == ["数数  x", "abcd  y"]


def test_wide_table_becomes_records() -> None:
    answer = Answer(("first", "b"), ((Literal("x" * 30), None), (Literal("y"), Literal("z"))))
    assert write_table(answer, {}, 20) == f"first  {'x' * 30}\n\nfirst  y\nb      z\n"
    assert write_table(answer, {}, 40).startswith("first")


def test_booleans() -> None:
    assert write_boolean(True, "table") == "true\n"
    assert json.loads(write_boolean(False, "json")) == {"head": {}, "boolean": False}
    assert ET.fromstring(write_boolean(True, "xml"))[1].text == "true"
    with pytest.raises(NameUnknown):
        write_boolean(True, "turtle")
