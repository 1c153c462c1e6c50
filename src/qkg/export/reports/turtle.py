"""A report as the RDF that SHACL defines for it (section 3.6 of its recommendation)."""

from collections.abc import Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from qkg.checks import Finding, Report
from qkg.checks.wording import shown_path
from qkg.export.graphs import write_graph
from qkg.namespaces import PREFIXES, RDF, RDFS

__all__ = ["write"]

_SH = PREFIXES["sh"]
_IDENTIFIER = NamedNode(PREFIXES["dcterms"] + "identifier")
_SEVERITIES = {"violation": "Violation", "warning": "Warning", "info": "Info"}


def write(report: Report) -> str:
    """Return a ``sh:ValidationReport``; what no shape says has no ``sh:sourceShape``.

    Beside what SHACL defines, a result has its code and its file as literals.
    """
    return write_graph(_triples(report), "turtle")


def _triples(report: Report) -> Iterator[Triple]:
    top = BlankNode("report")
    yield Triple(top, RDF["type"], _sh("ValidationReport"))
    # Section 3.6.1.1: any result, whatever its severity.
    yield Triple(top, _sh("conforms"), Literal(not report.findings))
    for number, finding in enumerate(report.findings, 1):
        node = BlankNode(f"result{number}")
        yield Triple(top, _sh("result"), node)
        yield from _result(node, finding, report.language)


def _result(node: BlankNode, finding: Finding, language: str) -> Iterator[Triple]:
    yield Triple(node, RDF["type"], _sh("ValidationResult"))
    yield Triple(node, _sh("resultSeverity"), _sh(_SEVERITIES[finding.severity]))
    message = Literal(f"{finding.message} {finding.remedy}", language=language)
    yield Triple(node, _sh("resultMessage"), message)
    yield Triple(node, _IDENTIFIER, Literal(finding.code))
    for name, term in (
        ("focusNode", finding.focus),
        ("resultPath", finding.property),
        ("value", finding.value),
        ("sourceShape", finding.shape),
    ):
        if term is not None:
            yield Triple(node, _sh(name), term)
    if finding.path is not None:
        line = f"#line={finding.line}" if finding.line else ""
        yield Triple(node, RDFS["seeAlso"], Literal(f"{shown_path(finding.path)}{line}"))


def _sh(name: str) -> NamedNode:
    return NamedNode(_SH + name)
