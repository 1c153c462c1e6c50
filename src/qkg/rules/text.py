"""Patterns of rules as SPARQL."""

from collections.abc import Iterable, Mapping

from pyoxigraph import NamedNode

from qkg.answers import Term
from qkg.namespaces import RDF
from qkg.rules.datatypes import is_datatype, membership
from qkg.rules.rule import Pattern, PatternTerm

__all__ = ["group", "triple"]

_TYPE = RDF["type"]


def group(patterns: Iterable[Pattern], terms: Mapping[PatternTerm, Term] | None = None) -> str:
    """Return patterns as the content of a group graph pattern.

    Args:
        patterns: the patterns; the type of a literal becomes a filter.
        terms: what to write in place of a variable or of a blank node. A blank node that is not
            among them would stand for anything.
    """
    terms = terms or {}
    triples, filters = [], []
    for pattern in patterns:
        if pattern.predicate == _TYPE and is_datatype(pattern.object):
            assert isinstance(pattern.object, NamedNode)
            literal = str(terms.get(pattern.subject, pattern.subject))
            filters.append(f"FILTER({membership(literal, pattern.object)})")
        else:
            triples.append(triple(pattern, terms) + " .")
    return " ".join((*triples, *filters))


def triple(pattern: Pattern, terms: Mapping[PatternTerm, Term] | None = None) -> str:
    """Return one pattern as a triple pattern; as :func:`group`."""
    return " ".join(str((terms or {}).get(term, term)) for term in pattern)
