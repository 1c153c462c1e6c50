"""Shapes checked by pySHACL, the reference; the one module that imports it."""

from collections.abc import Iterable

import pyshacl
from pyoxigraph import Literal, NamedNode, Quad, Triple

from qkg.engines.oxigraph import OxigraphEngine
from qkg.engines.rdflib import from_rdflib, settings_kept, to_rdflib_graph
from qkg.errors import EngineError
from qkg.namespaces import PREFIXES
from qkg.shapes.report import Finding, Severity

__all__ = ["validate"]

_SH = PREFIXES["sh"]
_SEVERITIES: dict[str, Severity] = {
    f"{_SH}Violation": "violation",
    f"{_SH}Warning": "warning",
    f"{_SH}Info": "info",
}
_RESULTS = f"""
PREFIX sh: <{_SH}>
SELECT ?severity ?message ?shape ?focus ?property ?value
WHERE {{
  ?report sh:result ?result .
  ?result sh:focusNode ?focus ;
    sh:resultMessage ?message ;
    sh:resultSeverity ?severity ;
    sh:sourceShape ?shape .
  OPTIONAL {{ ?result sh:resultPath ?property }}
  OPTIONAL {{ ?result sh:value ?value }}
}}
"""


def validate(data: Iterable[Triple | Quad], shapes: Iterable[Triple | Quad]) -> frozenset[Finding]:
    """Return what pySHACL finds wrong in data.

    Args:
        data: what to check; it is copied, not changed.
        shapes: the shapes.

    Raises:
        EngineError: pySHACL could not use the shapes.
    """
    with settings_kept():
        try:
            _, results, _ = pyshacl.validate(
                to_rdflib_graph(data),
                shacl_graph=to_rdflib_graph(shapes),
                inference="none",
            )
        except Exception as error:
            raise EngineError(f"pySHACL could not use the shapes: {error}.") from error
    report = OxigraphEngine(Quad(*triple) for triple in from_rdflib(results))
    return frozenset(
        Finding(
            path=None,
            line=0,
            column=0,
            severity=_SEVERITIES.get(severity.value, "violation"),
            message=message.value,
            shape=shape if isinstance(shape, NamedNode) else None,
            focus=focus,
            property=property_,
            value=value,
        )
        for severity, message, shape, focus, property_, value in report.select(_RESULTS).terms
        if isinstance(severity, NamedNode) and isinstance(message, Literal)
    )
