"""Files that do not parse, and what they would speak of."""

import re
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from pyoxigraph import NamedNode

from qkg.answers import Term
from qkg.checks.nearest import nearest
from qkg.checks.slip import Place, Slip
from qkg.claims import DataFile, read_file
from qkg.errors import ParseError
from qkg.namespaces import PREFIXES

__all__ = ["parsed"]

_REMEDIES = {
    "date": r"-\d\d is not a valid",
    "encoding": "Invalid UTF-8",
    "end": "Unexpected end\\.",
    "iri": "Invalid IRI code point",
    "marks": "'[\u00ab\u00bb\u2018-\u201f\u300c\u300e]'",
    "text": "Line jumps",
    "triple": "A triple as a term",
}
"""Per remedy how what the parser says begins that calls for it."""
_UNDECLARED = re.compile(r"The prefix '?([^ ':]*):?'? has not been declared")


def parsed(found: Iterable[tuple[Path, NamedNode]]) -> tuple[list[DataFile], list[Slip]]:
    """Read files; those that do not parse are Q001, or Q002 where a prefix is not declared.

    What such a file speaks of is suspect, since what it says of it is not known.
    """
    files, slips = [], []
    for ordinal, (path, graph) in enumerate(found, 1):
        try:
            files.append(read_file(path, graph, ordinal))
        except ParseError as error:
            slips.append(_slip(error, graph))
    return files, slips


def _slip(error: ParseError, graph: NamedNode) -> Slip:
    text = error.path.read_bytes().decode("utf-8", "replace")
    place = Place(line=error.line, column=error.column)
    suspects = frozenset(_mentioned(text, graph))
    undeclared = _UNDECLARED.search(error.problem)
    if undeclared is None:
        remedy = next((k for k, v in _REMEDIES.items() if re.match(v, error.problem)), "")
        words = {"problem": error.problem}
        return Slip("Q001", error.path, None, None, None, words, remedy, place, suspects)
    prefix = undeclared[1]
    words = {"prefix": prefix}
    remedy = ""
    near = nearest(prefix, PREFIXES)
    if prefix in PREFIXES:
        remedy, words["namespace"] = "known", PREFIXES[prefix]
    elif near is not None:
        remedy, words["closest"] = "closest", near
    return Slip("Q002", error.path, None, None, None, words, remedy, place, suspects)


def _mentioned(text: str, graph: NamedNode) -> Iterable[Term]:
    """Yield the IRIs that stand in a text which is not quite Turtle."""
    from qkg.checks.turtle import tokens

    yield graph
    prefixes = dict(PREFIXES)
    words = tokens(text)
    for word, following in pairwise(words):
        if word.kind == "name" and following.kind == "iri":
            prefixes[word.text.rstrip(":")] = following.text[1:-1]
        iri = ""
        if word.kind == "iri":
            iri = word.text[1:-1]
            iri = graph.value + iri if iri.startswith("#") else iri
        elif word.kind == "name":
            prefix, _, name = word.text.partition(":")
            iri = prefixes.get(prefix, "") + name
        try:
            yield NamedNode(iri)
        except ValueError:
            continue
