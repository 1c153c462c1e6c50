"""Turtle, split into statements one by one, each with where its terms stand.

What the terms are is left to the parser: nothing here knows of escapes, relative IRIs or numbers.
"""

import re
from contextlib import suppress
from typing import NamedTuple

__all__ = ["Directive", "Part", "Split", "Token", "split", "tokens"]

_NAME = r"[^\s<>\"'{}|^`\\()\[\];,.\#@]"
_TOKEN = re.compile(
    rf"""
    (?P<space>(?:[ \t\r\n]|\#[^\r\n]*)+)
    | (?P<iri><[^\x00-\x20<>"{{}}|^`]*>)
    | (?P<text>\"\"\"(?:\"{{0,2}}(?:[^"\\]|\\.))*\"\"\" | '''(?:'{{0,2}}(?:[^'\\]|\\.))*'''
        | "(?:[^"\\\r\n]|\\.)*" | '(?:[^'\\\r\n]|\\.)*')
    | (?P<at>@[A-Za-z]+(?:-+[A-Za-z0-9]+)*)
    | (?P<datatype>\^\^)
    | (?P<number>[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+))
    | (?P<mark>[\[\]();,.])
    | (?P<name>(?:{_NAME}|\\.|\.+(?={_NAME}|\\))+)
    """,
    re.VERBOSE | re.DOTALL,
)
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_FIRST, _REST, _NIL = f"<{_RDF}first>", f"<{_RDF}rest>", f"<{_RDF}nil>"


class Part(NamedTuple):
    """A term as it is written, or the name that a blank node without one gets.

    Attributes:
        text: the term, in Turtle.
        start: where it begins, in characters from the beginning.
    """

    text: str
    start: int


class Directive(NamedTuple):
    """A declaration of a prefix or a base.

    Attributes:
        text: the declaration.
        start: where it begins.
        prefix: the prefix; None for a base.
    """

    text: str
    start: int
    prefix: str | None


Split = Directive | tuple[Part, Part, Part]


class Token(NamedTuple):
    """A word of Turtle: its kind, as it is written, and where it begins."""

    kind: str
    text: str
    start: int


class _MistakeError(Exception):
    """The text is not Turtle from here on."""


def split(text: str) -> list[Split]:
    """Return the directives and statements of a Turtle file, up to the first mistake in it.

    A property list or a collection is several statements, as the grammar of Turtle says
    (section 7 of its recommendation), here in the order in which they are written.
    """
    scanner = _Scanner(text)
    with suppress(_MistakeError, RecursionError):
        scanner.document()
    return scanner.found


class _Scanner:
    def __init__(self, text: str) -> None:
        self.found: list[Split] = []
        self._text = text
        self._tokens = tokens(text)
        self._next = 0
        self._nodes = 0

    def document(self) -> None:
        while self._peek().kind != "end":
            word = self._peek().text.lower()
            if word in ("@prefix", "@base", "@version", "prefix", "base", "version"):
                self._directive(word)
            else:
                self._triples()
                self._take(".")

    def _directive(self, word: str) -> None:
        start = self._take().start
        prefix = self._take().text.rstrip(":") if word.endswith("prefix") else None
        last = self._take()
        if word.startswith("@"):
            last = self._take(".")
        end = last.start + len(last.text)
        self.found.append(Directive(self._text[start:end], start, prefix))

    def _triples(self) -> None:
        alone = self._peek().text == "["
        subject = self._node()
        if not alone or self._peek().text != ".":
            self._predicates(subject, ".")

    def _predicates(self, subject: Part, end: str) -> None:
        while True:
            predicate = self._take()
            if predicate.kind not in ("iri", "name"):
                raise _MistakeError
            while True:
                place = len(self.found)
                object_ = self._node()
                # Before what stands in the brackets, since it begins before that.
                self.found.insert(place, (subject, Part(*predicate[1:]), object_))
                if self._peek().text != ",":
                    break
                self._take()
            if self._peek().text != ";":
                return
            while self._peek().text == ";":
                self._take()
            if self._peek().text == end:
                return

    def _node(self) -> Part:
        token = self._take()
        if token.text == "[" and token.kind == "mark":
            node = self._blank(token.start)
            if self._peek().text != "]":
                self._predicates(node, "]")
            self._take("]")
            return node
        if token.text == "(" and token.kind == "mark":
            return self._collection(token.start)
        if token.kind == "text":
            return self._literal(token)
        if token.kind not in ("iri", "name", "number"):
            raise _MistakeError
        return Part(token.text, token.start)

    def _literal(self, token: Token) -> Part:
        last = token
        if self._peek().kind == "at":
            last = self._take()
        elif self._peek().kind == "datatype":
            self._take()
            last = self._take()
        end = last.start + len(last.text)
        return Part(self._text[token.start : end], token.start)

    def _collection(self, start: int) -> Part:
        first = last = None
        while self._peek().text != ")":
            place = self._peek().start
            node = self._blank(place)
            if last is not None:
                self.found.append((last, Part(_REST, place), node))
            index = len(self.found)
            self.found.insert(index, (node, Part(_FIRST, place), self._node()))
            first, last = first or node, node
        self._take()
        if first is None or last is None:
            return Part(_NIL, start)
        self.found.append((last, Part(_REST, start), Part(_NIL, start)))
        return Part(first.text, start)

    def _blank(self, start: int) -> Part:
        self._nodes += 1
        return Part(f"_:qkg.unnamed{self._nodes}", start)

    def _peek(self) -> Token:
        return self._tokens[self._next]

    def _take(self, mark: str | None = None) -> Token:
        token = self._tokens[self._next]
        if token.kind == "end" or (mark is not None and (token.kind, token.text) != ("mark", mark)):
            raise _MistakeError
        self._next += 1
        return token


def tokens(text: str) -> list[Token]:
    """Return the words of a Turtle file up to what is none, and one of the kind ``end``."""
    found = []
    at = 0
    while (match := _TOKEN.match(text, at)) is not None:
        at = match.end()
        kind = match.lastgroup or ""
        if kind != "space":
            found.append(Token(kind, match.group(), match.start()))
    return [*found, Token("end", "", at)]
