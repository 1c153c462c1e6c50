"""What a graph holds of one thing: each fact with where it stands, and what is around it."""

from pyoxigraph import NamedNode, Triple

from qkg.answers import Answer
from qkg.engines import Engine
from qkg.namespaces import QKG, RDFS

__all__ = ["facts_about", "surroundings"]

_FACTS = """
SELECT DISTINCT ?subject ?predicate ?object ?source ?status
WHERE {{
  {{ GRAPH ?source {{ {thing} ?predicate ?object }} BIND({thing} AS ?subject) }}
  UNION
  {{ GRAPH ?source {{ ?subject ?predicate {thing} }} BIND({thing} AS ?object) }}
  OPTIONAL {{
    ?source a {claim} .
    OPTIONAL {{ ?source {status} ?given }}
    BIND(COALESCE(?given, "no status") AS ?status)
  }}
}}
ORDER BY (?subject != {thing}) ?predicate ?object ?subject ?source
"""
_SURROUNDINGS = """
CONSTRUCT {{ ?subject ?predicate ?object }}
WHERE {{
  {{
    ?subject ?predicate ?object FILTER(?subject = {thing})
  }}
  UNION
  {{
    {thing} ?near ?subject .
    ?subject ?predicate ?object
  }}
  UNION
  {{
    {thing} ?near ?node .
    ?node ?far ?subject .
    ?subject ?predicate ?object
  }}
  FILTER NOT EXISTS {{ ?subject {defined} ?anything }}
}}
"""


def facts_about(engine: Engine, thing: NamedNode) -> Answer:
    """Return every fact about a thing, disputed ones too; see :meth:`qkg.KnowledgeGraph.show`."""
    return engine.select(_FACTS.format(thing=thing, claim=QKG["Claim"], status=QKG["status"]))


def surroundings(engine: Engine, thing: NamedNode) -> tuple[Triple, ...]:
    """Return what is held to be true of a thing, of what it points to, and of what that points to.

    The terms of the ontology are named and not described.
    """
    return engine.construct(_SURROUNDINGS.format(thing=thing, defined=RDFS["isDefinedBy"]))
