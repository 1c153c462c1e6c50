"""The terminals of SPARQL 1.1 (section 19.8 of the recommendation), with their positions.

Nothing here knows the grammar above them: an engine may see others, see
:func:`qkg.sparql.reading.readable`.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["Token", "position", "tokens"]

# What names are made of, by the ASCII that they are not made of: what is beyond ASCII stands in
# them, or in strings, IRIs and comments. (The sets of section 19.8 take 10 ms to compile.)
_MARKS = r":-@\[-^`{-\x7f"
_CHAR = rf"[^\x00-/{_MARKS}]"
_CHAR_HYPHEN, _CHAR_HYPHEN_DOT = rf"[^\x00-,./{_MARKS}]", rf"[^\x00-,/{_MARKS}]"
# Bounded, since at each word of a chain (a.a.a) a colon is looked for at its end.
_NAME = rf"(?!\d){_CHAR}(?:{_CHAR_HYPHEN_DOT}{{0,100}}{_CHAR_HYPHEN})?"
_TOKEN = re.compile(
    rf"""
      (?P<comment>\#[^\r\n]*)
    | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*>)
    | (?P<string>\"\"\"(?:[^\"\\]|\\.|\"(?!\"\"))*\"\"\" | '''(?:[^'\\]|\\.|'(?!''))*'''
        | "(?:[^"\\\r\n]|\\.)*" | '(?:[^'\\\r\n]|\\.)*')
    | (?P<variable>[?$]{_CHAR}+)
    | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    | (?P<name>(?:{_NAME})?:(?:(?:{_CHAR}|:|%[0-9A-Fa-f]{{2}}|\\[_~.!$&'()*+,;=/?\#@%-])
        (?:{_CHAR_HYPHEN_DOT}|:|%[0-9A-Fa-f]{{2}}|\\[_~.!$&'()*+,;=/?\#@%-])*(?<!\.))?)
    | (?P<word>[^\W\d]\w*)
    | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<space>\s+)
    | (?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
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


def position(text: str, offset: int) -> tuple[int, int]:
    """Return line and column, both counted from 1, of a position in a text."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
