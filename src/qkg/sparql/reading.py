"""What may be run: queries that only read this graph, and that an engine survives.

It goes by tokens and characters. The grammar takes 1 to 8 ms for a stored query, which an engine
answers in 0.2 to 2 ms and which is scanned in 0.1 to 0.4; and engines read what it does not. What
is scanned for is held against the grammar by tests, over queries of all kinds.
"""

import re
from collections.abc import Iterator
from typing import Literal, TypeAlias

from qkg.errors import QueryError, QueryRefused
from qkg.sparql.tokens import Token, position, tokens

__all__ = ["MAX_DEPTH", "MAX_LENGTH", "Form", "readable"]

Form: TypeAlias = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]

MAX_DEPTH = 128
"""How deep brackets may nest; Oxigraph ends the process at a few thousand."""

MAX_LENGTH = 100_000
"""How many characters a query may have; what they can nest fits on the stack of an engine."""

_CODEPOINT = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
# A clause is SERVICE, perhaps SILENT, a variable or an IRI, and a group.
_BLANK = r"(?:\s|\#[^\r\n]*(?:[\r\n]|$))*"
_SERVICE = re.compile(
    rf"service{_BLANK}(?:silent{_BLANK})?"
    rf"(?:<[^<>]*>|[?$][^\s{{}}<>]*|[^\s{{}}<>\"':]*:[^\s{{}}<>]*){_BLANK}\{{",
    re.IGNORECASE,
)
_WORD_SERVICE = re.compile("service", re.IGNORECASE)
_MOST_SERVICES = 100
_VARIABLE_BEFORE = re.compile(r"[?$]\w*\Z")
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_READING: dict[str, Form] = {
    "SELECT": "SELECT",
    "ASK": "ASK",
    "CONSTRUCT": "CONSTRUCT",
    "DESCRIBE": "DESCRIBE",
}
_WRITING = frozenset(
    ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")
)


def readable(text: str) -> Form:
    """Check that a query only reads this graph, and return its form.

    Args:
        text: a query, as it was handed in.

    Raises:
        QueryRefused: it writes, it may call another server (``SERVICE``), its brackets nest deeper
            than :data:`MAX_DEPTH`, or it is longer than :data:`MAX_LENGTH`.
        QueryError: it has none of the four forms of section 16 of the recommendation.
    """
    if len(text) > MAX_LENGTH:
        raise QueryRefused(
            f"The query has {len(text):,} characters, and {MAX_LENGTH:,} are the most that are "
            "read: split it, or load its values as data."
        )
    form = _readable(list(tokens(text)), text)
    # An engine may resolve \u escapes before it reads tokens (section 19.2), or only within them.
    resolved = _CODEPOINT.sub(_character, text)
    if resolved != text:
        _readable(list(tokens(resolved)), resolved)
    return form


def _readable(found: list[Token], text: str) -> Form:
    _check_brackets(found, text)
    _check_service(text)
    first = next(_after_prologue(found), None)
    if first is None:
        raise QueryError("it is empty; it has to be a SELECT, ASK, CONSTRUCT or DESCRIBE.")
    word = first.text.upper() if first.kind == "word" else ""
    if word in _WRITING:
        raise QueryRefused(
            f"The query writes ({word}): only SELECT, ASK, CONSTRUCT and DESCRIBE are run."
        )
    if word not in _READING:
        raise QueryError(
            f"{first.text!r} stands where SELECT, ASK, CONSTRUCT or DESCRIBE has to.",
            *position(text, first.start),
        )
    return _READING[word]


def _check_brackets(found: list[Token], text: str) -> None:
    depth = 0
    for token in found:
        depth += (token.text in _OPENING) - (token.text in _CLOSING)
        if depth > MAX_DEPTH:
            raise QueryRefused(
                f"The query nests more than {MAX_DEPTH} brackets at {_place(text, token.start)}: "
                "split it into several."
            )


def _check_service(text: str) -> None:
    """Raise QueryRefused where text could be a ``SERVICE`` clause, whatever the tokens are.

    Engines look for tokens only where their grammar wants them: for Oxigraph and rdflib
    ``?a<?b)SERVICE#>`` holds a comparison and a keyword, where the recommendation has one IRI, and
    a keyword may touch the name behind it. So this asks what the characters of such a clause must
    be, and does not ask whether they stand in an IRI, a string or a comment.
    """
    places = [match.start() for match in _WORD_SERVICE.finditer(text)]
    if len(places) > _MOST_SERVICES:
        raise QueryRefused(
            f"The query says SERVICE, wherever it is, more than {_MOST_SERVICES} times: split it."
        )
    for place in places:
        is_variable = _VARIABLE_BEFORE.search(text, max(0, place - 100), place)
        if not is_variable and _SERVICE.match(text, place):
            raise QueryRefused(
                f"The query calls another server (SERVICE at {_place(text, place)}): "
                "ask that server by itself, with --endpoint. Text that only looks so, in a string, "
                "a comment or a name, has to be put in another way."
            )


def _after_prologue(found: list[Token]) -> Iterator[Token]:
    i = 0
    while i < len(found):
        if found[i].is_word("BASE"):
            i += 2
        elif found[i].is_word("PREFIX"):
            i += 3
        else:
            break
    yield from found[i:]


def _place(text: str, offset: int) -> str:
    line, column = position(text, offset)
    return f"line {line}, column {column}"


def _character(match: re.Match[str]) -> str:
    code = int(match.group(1) or match.group(2), 16)
    return chr(code) if code <= 0x10FFFF else match.group()
