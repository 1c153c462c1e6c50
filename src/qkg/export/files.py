"""Triples as the text of a Turtle file, laid out as the files of ``data/`` are."""

import re
from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode, Quad, Triple

from qkg.answers import Term
from qkg.namespaces import PREFIXES, RDF, XSD, curie

__all__ = ["write_file"]

_TYPE = RDF["type"]
_LOCAL = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?")
_BARE = {
    XSD["boolean"]: re.compile(r"true|false"),
    XSD["decimal"]: re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD["integer"]: re.compile(r"[+-]?[0-9]+"),
}
"""The datatypes whose literals Turtle writes without quotes, with their form there."""


def write_file(statements: Iterable[Triple | Quad], graph: NamedNode) -> str:
    """Return the text of the file that is a named graph and states these triples.

    The prefixes are those that are used, sorted. Subjects stand in the order in which they come;
    of each, its class comes first, then the other predicates, sorted, and their objects likewise.

    Args:
        statements: what the file states; in which graph a quad stands does not matter.
        graph: the named graph that the file is, in which relative IRIs are resolved.
    """
    subjects: dict[Term, dict[NamedNode, dict[Term, None]]] = {}
    for statement in statements:
        predicates = subjects.setdefault(statement.subject, {})
        predicates.setdefault(statement.predicate, {})[statement.object] = None
    used: set[str] = set()
    own = graph.value

    def written(term: Term) -> str:
        if isinstance(term, NamedNode):
            if term.value == own or term.value.startswith(f"{own}#"):
                return f"<{term.value[len(own) :]}>"
            prefix, colon, local = curie(term.value).partition(":")
            if prefix not in PREFIXES or not colon or not _LOCAL.fullmatch(local):
                return str(term)
            used.add(prefix)
            return f"{prefix}:{local}"
        if isinstance(term, Literal):
            if term.datatype in _BARE and _BARE[term.datatype].fullmatch(term.value):
                return term.value
            if term.language is None and term.datatype != XSD["string"]:
                return f"{Literal(term.value)}^^{written(term.datatype)}"
        return str(term)

    blocks = []
    for subject, predicates in subjects.items():
        lines = []
        for predicate in sorted(predicates, key=lambda p: (p != _TYPE, curie(p.value))):
            verb = "a" if predicate == _TYPE else written(predicate)
            objects = sorted(map(written, predicates[predicate]))
            lines.append(f"    {verb} " + " ,\n        ".join(objects))
        blocks.append(f"{written(subject)}\n" + " ;\n".join(lines) + " .\n")
    prefixes = [f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in sorted(used)]
    return "\n".join(["".join(prefixes), *blocks] if prefixes else blocks)
