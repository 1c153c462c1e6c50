"""A knowledge graph of international quantum-technology cooperation, and how to ask it.

>>> import qkg
>>> graph = qkg.load()
>>> rows = graph.query("signatories", agreement="eu-japan-quantum-letter-of-intent")
>>> rows[0].act, rows[0].party
('signed', <NamedNode value=https://w3id.org/qkg/id/european-union>)
"""

from qkg.answers import Answer, Row
from qkg.errors import QkgError
from qkg.graph import KnowledgeGraph, check, connect, load

__all__ = ["Answer", "KnowledgeGraph", "QkgError", "Row", "check", "connect", "load"]
