"""ORDER BY as Oxigraph survives it.

Oxigraph orders what ``<`` does not compare in ways that are no total order: numbers among texts
with a language or literals of unknown datatypes, times with a time zone among times without. Its
sort notices that, and ends the process. So each variable is ordered by two keys in its place: the
first keeps apart what ``<`` does not compare, of which section 15.1 leaves the order open; the
second is the value, a time without a zone as one of UTC, which contradicts ``<`` nowhere.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from qkg.sparql.tokens import Token, tokens

__all__ = ["survivable"]

_KIND = "IF(ISNUMERIC({0}), 1, DATATYPE({0}))"
# TZ has a value of times alone, without a zone an empty one; of all else it is an error.
_VALUE = 'COALESCE(IF(TZ({0}) = "", STRDT(CONCAT(STR({0}), "Z"), DATATYPE({0})), {0}), {0})'


@lru_cache(maxsize=128)
def survivable(query: str) -> str:
    """Return a query of the same solutions, ordered by what is a total order.

    Conditions of a variable alone are written anew, at any depth; others stay as they are.

    Args:
        query: a query, or what should be one.
    """
    if "order" not in query.lower():
        return query
    found = list(tokens(query))
    parts, end = [], 0
    for i, token in enumerate(found):
        if token.is_word("ORDER") and i + 1 < len(found) and found[i + 1].is_word("BY"):
            for first, last, keys in _conditions(found, i + 2):
                parts += [query[end : first.start], keys]
                end = last.end
    return "".join((*parts, query[end:]))


def _conditions(found: Sequence[Token], i: int) -> Iterator[tuple[Token, Token, str]]:
    """Yield the first and the last token of conditions of a variable alone, and what replaces them.

    Args:
        found: the tokens of the query.
        i: the place behind ``ORDER BY``.
    """
    while i < len(found):
        first = found[i]
        if first.kind == "variable":
            yield first, first, _keys("", first)
            i += 1
            continue
        is_directed = first.is_word("ASC") or first.is_word("DESC")
        is_called = first.kind in ("word", "name", "iri")
        opening = i + is_called
        if opening >= len(found) or found[opening].text != "(":
            return
        closing = _closing(found, opening)
        if closing is None:
            return
        inside = found[opening + 1 : closing]
        is_alone = len(inside) == 1 and inside[0].kind == "variable"
        if is_alone and (is_directed or not is_called):
            yield first, found[closing], _keys(first.text if is_directed else "", inside[0])
        i = closing + 1


def _keys(direction: str, variable: Token) -> str:
    return " ".join(f"{direction}({key.format(variable.text)})" for key in (_KIND, _VALUE))


def _closing(found: Sequence[Token], i: int) -> int | None:
    """Return the place of the bracket that closes one; None where none does."""
    depth = 0
    for place in range(i, len(found)):
        depth += {"(": 1, ")": -1}.get(found[place].text, 0)
        if not depth:
            return place
    return None
