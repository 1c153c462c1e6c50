"""The text of a query, cut and joined where its tokens stand, and never printed anew."""

from typing import NamedTuple

from qkg.namespaces import PREFIXES
from qkg.sparql.tokens import Token, tokens

__all__ = ["ValuesBlock", "declare_prefixes", "values_block"]


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


class ValuesBlock(NamedTuple):
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
            is_block = i > 0 and rest[i - 1].is_word("VALUES")
            if not is_block:  # it may hold UNDEF
                return True
    return False
