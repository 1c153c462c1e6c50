"""A knowledge graph of international quantum-technology cooperation, and how to ask it.

>>> import qkg
>>> graph = qkg.load()
>>> rows = graph.query("signatories", agreement="eu-japan-quantum-letter-of-intent")
>>> rows[0].act, rows[0].party
('signed', <NamedNode value=https://w3id.org/qkg/id/european-union>)
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qkg.answers import Answer, Row
    from qkg.errors import QkgError
    from qkg.graph import KnowledgeGraph
    from qkg.loading import check, connect, load

__all__ = ["Answer", "KnowledgeGraph", "QkgError", "Row", "check", "connect", "load"]

_HOMES = {
    "Answer": "qkg.answers",
    "KnowledgeGraph": "qkg.graph",
    "QkgError": "qkg.errors",
    "Row": "qkg.answers",
    "check": "qkg.loading",
    "connect": "qkg.loading",
    "load": "qkg.loading",
}


def __getattr__(name: str) -> object:
    # The command line imports this package on every start; a public name is fetched when asked for.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
