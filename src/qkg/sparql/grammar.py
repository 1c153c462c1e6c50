"""SPARQL 1.1 as a grammar: a query to a tree with positions; the one module that imports lark.

The grammar is ``sparql.lark``. Nothing that only runs a query comes here: to import lark and read
its tables takes as long as to load the shipped graph, and to build them three times that.
"""

import re
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TypeAlias

from lark import Lark, Token, Tree, UnexpectedInput, UnexpectedToken
from lark import __version__ as lark_version

from qkg._kept import kept
from qkg.errors import QueryError
from qkg.sparql.scope import check_scope

__all__ = ["Node", "Token", "Tree", "malformed", "parse"]

Node: TypeAlias = "Tree[Token]"

# The classes of characters of section 19.8 that names are made of, as parts of a set.
_PN_CHARS_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_PN_CHARS = f"{_PN_CHARS_BASE}_0-9\u00b7\u0300-\u036f\u203f-\u2040-"
_CLASSES = {
    "PN_PREFIX": f"[{_PN_CHARS_BASE}](?:[{_PN_CHARS.removesuffix('-')}.-]*[{_PN_CHARS}])?",
    "PN_CHARS_U": f"{_PN_CHARS_BASE}_",
    "PN_CHARS.:": f"{_PN_CHARS.removesuffix('-')}.:-",
    "PN_CHARS:": f"{_PN_CHARS.removesuffix('-')}:-",
    "PN_CHARS.": f"{_PN_CHARS.removesuffix('-')}.-",
    "PN_CHARS": _PN_CHARS,
    "PLX": r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=\/?#@%]",
    "ECHAR": r"\\[tbnrf\\\"']|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}",
}
_WORD = re.compile(r"\S{1,40}|\s")
_CLASS = re.compile("|".join(map(re.escape, _CLASSES)))


def parse(text: str) -> Node:
    """Return the tree of a query, named after the productions of the recommendation.

    Args:
        text: a query that :func:`qkg.sparql.readable` lets pass.

    Returns:
        The tree of production [2], ``query``; each node knows where it begins and ends.

    Raises:
        QueryError: it is not a query of SPARQL 1.1; the error has line and column.
    """
    try:
        tree = _parser().parse(text)
    except UnexpectedInput as error:
        if isinstance(error, UnexpectedToken) and error.token.type == "$END":
            last = error.token
            problem = "something is missing before the end."
            raise QueryError(problem, last.end_line or 1, last.end_column or 1) from error
        if isinstance(error, UnexpectedToken):
            found = str(error.token)
        else:
            found = next(_WORD.finditer(text, error.pos_in_stream or 0))[0]
        problem = f"{found!r} does not fit there in SPARQL 1.1."
        if found.startswith(("<?", "<$")) or (found.startswith("<") and "&&" in found):
            problem += " Where it is to compare, put a space behind <, or an IRI begins there."
        raise QueryError(problem, error.line, error.column) from error
    check_scope(tree)
    return tree


def malformed(text: str) -> QueryError | None:
    """Return what is wrong with a query that an engine cannot read; None if it is SPARQL 1.1.

    Each engine says something else of the same slip, at another place or at none.
    """
    try:
        parse(text)
    except QueryError as error:
        return error
    return None


@cache
def _parser() -> Lark:
    path = Path(__file__).with_name("sparql.lark")
    lines = (
        _CLASS.sub(lambda match: _CLASSES[match.group()], line) if "/" in line else line
        for line in path.read_text(encoding="utf-8").splitlines(keepends=True)
        if not line.startswith("//")
    )
    grammar = "".join(lines)
    tables = kept(path, f"lark {lark_version}\n{grammar}", lambda: _tables(grammar))
    return Lark.load(BytesIO(tables))


def _tables(grammar: str) -> bytes:
    parser = Lark(
        grammar,
        start="query",
        parser="lalr",
        # One scanner for all states: compiling each its own takes longer than all else.
        lexer="basic",
        propagate_positions=True,
        maybe_placeholders=False,
    )
    file = BytesIO()
    parser.save(file)
    return file.getvalue()
