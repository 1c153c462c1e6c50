"""SPARQL text, read as tokens: what a query is, what it may not do, where its parameters stand.

The tokens follow the terminals of SPARQL 1.1 (section 19.8 of the recommendation); nothing here
knows the grammar above them. Text is cut and joined at the tokens' positions, never re-printed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from qkg.errors import QueryError, QueryRefused
from qkg.namespaces import PREFIXES

__all__ = [
    "MAX_DEPTH",
    "MAX_LENGTH",
    "Form",
    "Token",
    "ValuesBlock",
    "declare_prefixes",
    "position",
    "readable",
    "tokens",
    "values_block",
]

Form: TypeAlias = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]

MAX_DEPTH = 128
"""How deep brackets may nest; Oxigraph ends the process at a few thousand."""

MAX_LENGTH = 100_000
"""How many characters a query may have; what they can nest fits on the stack of an engine."""

# Bounded, since at each word of a chain (a.a.a) a colon is looked for at its end.
_NAME = r"(?:[^\W\d]|_)(?:[\w.·-]{0,100}[\w·-])?"
_TOKEN = re.compile(
    rf"""
      (?P<comment>\#[^\r\n]*)
    | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*>)
    | (?P<string>\"\"\"(?:[^\"\\]|\\.|\"(?!\"\"))*\"\"\" | '''(?:[^'\\]|\\.|'(?!''))*'''
        | "(?:[^"\\\r\n]|\\.)*" | '(?:[^'\\\r\n]|\\.)*')
    | (?P<variable>[?$]\w+)
    | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    | (?P<name>(?:{_NAME})?:(?:(?:[\w:]|%[0-9A-Fa-f]{{2}}|\\[_~.!$&'()*+,;=/?\#@%-])
        (?:[\w.:·-]|%[0-9A-Fa-f]{{2}}|\\[_~.!$&'()*+,;=/?\#@%-])*(?<!\.))?)
    | (?P<word>[^\W\d]\w*)
    | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<space>\s+)
    | (?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_CODEPOINT = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
# A clause is SERVICE, perhaps SILENT, a variable or an IRI, and a group.
_BLANK = r"(?:\s|\#[^\r\n]*(?:[\r\n]|$))*"
_SERVICE = re.compile(
    rf"service{_BLANK}(?:silent{_BLANK})?"
    rf"(?:<[^<>]*>|[?$]\w+|[^\s{{}}<>\"':]{{0,300}}:[^\s{{}}<>]*){_BLANK}\{{",
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


class Token(NamedTuple):
    """A terminal of SPARQL: its kind, its text, and where it begins."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        """The position after the last character."""
        return self.start + len(self.text)

    def is_word(self, word: str) -> bool:
        """Whether the token is the keyword, in whatever case."""
        return self.kind == "word" and self.text.upper() == word


def tokens(text: str) -> Iterator[Token]:
    """Yield the terminals of a query, comments and white space left out."""
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup
        if kind is not None and kind not in ("comment", "space"):
            yield Token(kind, match.group(), match.start())


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


def declare_prefixes(text: str) -> tuple[str, int]:
    """Declare the known prefixes that a query uses without declaring them.

    Args:
        text: a query.

    Returns:
        The query, the declarations on one line before it; and how many lines that are: 0 or 1.
    """
    used: set[str] = set()
    declared: set[str] = set()
    previous: Token | None = None
    for token in tokens(text):
        if token.kind == "name":
            prefix = token.text.partition(":")[0]
            is_declaration = previous is not None and previous.is_word("PREFIX")
            (declared if is_declaration else used).add(prefix)
        previous = token
    missing = sorted(used.intersection(PREFIXES) - declared)
    if not missing:
        return text, 0
    line = " ".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}>" for prefix in missing)
    return f"{line}\n{text}", 1


@dataclass(frozen=True)
class ValuesBlock:
    """A block ``VALUES ?name { … }`` in a query.

    Attributes:
        start: where ``VALUES`` begins.
        inside: where the content begins, after the brace.
        inside_end: where the content ends, before the brace.
        end: the position after the brace.
        bound_beside: whether a mandatory pattern of the same group binds the variable, too.
    """

    start: int
    inside: int
    inside_end: int
    end: int
    bound_beside: bool


def values_block(text: str, variable: str) -> ValuesBlock | None:
    """Find the block ``VALUES ?variable { … }`` that stands first in its group.

    Args:
        text: a query.
        variable: a variable, without ``?``.

    Returns:
        The first such block; None where the query has none.
    """
    found = list(tokens(text))
    for i in range(1, len(found) - 3):
        if (
            found[i].is_word("VALUES")
            and found[i - 1].text == "{"
            and found[i + 1].kind == "variable"
            and found[i + 1].text[1:] == variable
            and found[i + 2].text == "{"
        ):
            close = next(j for j in range(i + 3, len(found)) if found[j].text == "}")
            return ValuesBlock(
                found[i].start,
                found[i + 2].end,
                found[close].start,
                found[close].end,
                _bound_in_group(found[close + 1 :], variable),
            )
    return None


def _bound_in_group(rest: list[Token], variable: str) -> bool:
    """Return whether a pattern of the group that goes on here must bind the variable.

    Such a pattern is a triple of the group itself, or of a GRAPH in it; what is optional, an
    alternative or an expression need not bind it.
    """
    open_brackets: list[bool] = []  # whether what is inside must match
    for i, token in enumerate(rest):
        if token.text in ("{", "("):
            in_graph = i >= 2 and token.text == "{" and rest[i - 2].is_word("GRAPH")
            open_brackets.append(in_graph and all(open_brackets))
        elif token.text in ("}", ")"):
            if not open_brackets:
                return False
            open_brackets.pop()
        elif token.kind == "variable" and token.text[1:] == variable and all(open_brackets):
            return True
    return False


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


def position(text: str, offset: int) -> tuple[int, int]:
    """Return line and column, both counted from 1, of a position in a text."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def _place(text: str, offset: int) -> str:
    line, column = position(text, offset)
    return f"line {line}, column {column}"


def _character(match: re.Match[str]) -> str:
    code = int(match.group(1) or match.group(2), 16)
    return chr(code) if code <= 0x10FFFF else match.group()
