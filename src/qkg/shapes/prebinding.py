"""Queries of shapes with their pre-bound variables (SHACL, section 5.3 and appendix A).

A query that is to run for one focus node after the other becomes one that runs for all of them:
what binds the focus nodes is put into each group in which a filter or an assignment looks at
``$this``, and a query inside ``EXISTS`` has it bound from outside. The text is edited in place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import NamedNode

from qkg.errors import InputError
from qkg.namespaces import RDF
from qkg.shapes.paths import Path, path_text
from qkg.shapes.uncompiled import NotCompiled
from qkg.sparql.tokens import Token, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["Select", "bound_select", "embedded_ask", "embedded_select", "spoken_of"]

_AGGREGATES = frozenset(
    ("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT", "GROUP", "HAVING")
)
_FORBIDDEN = frozenset(("MINUS", "SERVICE", "VALUES"))
_THIS, _VALUE = "this", "value"
_OUTSIDE = frozenset(("shapesGraph", "currentShape"))


class Select(NamedTuple):
    """A SELECT that runs for all focus nodes.

    Attributes:
        text: the query.
        variables: what it projects.
    """

    text: str
    variables: tuple[str, ...]


class _Group(NamedTuple):
    """A group graph pattern: the places of its braces among the tokens, and where it stands."""

    start: int
    end: int
    is_inside_exists: bool
    looks_at_this: bool


class _Query:
    """The tokens of a query, its prefixed names resolved, its pre-bound variables known."""

    def __init__(self, text: str, parameters: Mapping[str, str], path: Path | None) -> None:
        given = list(tokens(text))
        start = _prologue(given)
        self.tokens = list(_resolved(given[:start], given[start:]))
        ends = [token.end for token in given[start:]]
        starts = [token.start for token in given[start + 1 :]]
        self._gaps = [text[a:b] for a, b in zip(ends, starts, strict=False)] + [""]
        self.prebound = {_THIS, *parameters}
        self._parameters = parameters
        self._route = None if path is None else path_text(path)
        self.form = self.tokens[0].text.upper() if self.tokens else ""
        if self.form not in ("SELECT", "ASK"):
            raise InputError("A query of a shape is a SELECT or an ASK.")
        if self.form == "ASK":
            self.prebound.add(_VALUE)
        self._refuse()
        opening = next((i for i, t in enumerate(self.tokens) if t.text == "{"), None)
        if opening is None:
            raise InputError("A query of a shape has a pattern in braces.")
        self.opening = opening
        self.closing = _closing(self.tokens, opening)

    def _refuse(self) -> None:
        previous = None
        for i, token in enumerate(self.tokens):
            word = token.text.upper() if token.kind == "word" else ""
            if word in _FORBIDDEN:
                raise InputError(f"A query of a shape has no {word} (SHACL, appendix A).")
            if word in ("FROM", "GRAPH", "LIMIT", "OFFSET", "BASE"):
                raise NotCompiled(f"a query has {word}")
            name = _name(token)
            if previous is not None and previous.is_word("AS") and name in self.prebound:
                raise InputError(f"A query of a shape does not assign ${name} (SHACL, appendix A).")
            if name in _OUTSIDE:
                raise NotCompiled(f"a query asks for ${name}")
            if word == "SELECT":
                self._refuse_select(i)
            previous = token

    def _refuse_select(self, start: int) -> None:
        head = self._head(start)
        variables = set(_projected(head))
        needed = {_THIS} if start == 0 else self.prebound - set(self._parameters)
        if start and not needed <= variables:
            raise InputError(
                "A subquery of a shape's query returns the variables that are bound before "
                "(SHACL, appendix A)."
            )
        if variables & set(self._parameters):
            raise NotCompiled("a query returns a parameter")
        closing = _closing(self.tokens, start + len(head))
        tail = self._tail(closing)
        if any(token.kind == "word" and token.text.upper() in _AGGREGATES for token in head + tail):
            keys = _group_keys(tail)
            if _THIS not in keys:
                raise NotCompiled("a query counts over more than one focus node")

    def _head(self, start: int) -> list[Token]:
        end = next((i for i in range(start, len(self.tokens)) if self.tokens[i].text == "{"), start)
        return self.tokens[start:end]

    def _tail(self, closing: int) -> list[Token]:
        depth, found = 0, []
        for token in self.tokens[closing + 1 :]:
            depth += {"{": 1, "}": -1}.get(token.text, 0)
            if depth < 0:
                break
            found.append(token)
        return found

    @property
    def is_grouped(self) -> bool:
        """Whether the solutions are more than those of the pattern."""
        outside = self.tokens[: self.opening] + self.tokens[self.closing + 1 :]
        return any(t.kind == "word" and t.text.upper() in _AGGREGATES for t in outside)

    def variables(self) -> tuple[str, ...]:
        """Return what the query projects."""
        head = self.tokens[: self.opening]
        if any(token.text == "*" for token in head):
            raise NotCompiled("a query returns every variable")
        return tuple(dict.fromkeys(_projected(head)))

    def groups(self) -> Iterator[_Group]:
        """Yield the groups inside the outermost one."""
        stack: list[tuple[int, bool]] = []
        for i in range(self.opening, self.closing + 1):
            if self.tokens[i].text == "{":
                inside = bool(stack) and stack[-1][1]
                stack.append((i, inside or self.tokens[i - 1].is_word("EXISTS")))
            elif self.tokens[i].text == "}":
                start, inside = stack.pop()
                yield _Group(start, i, inside, self._looks(start, i))

    def _looks(self, start: int, end: int) -> bool:
        """Return whether an expression of the group itself looks at ``$this``."""
        braces = brackets = 0
        seen = False
        for token in self.tokens[start + 1 : end]:
            braces += {"{": 1, "}": -1}.get(token.text, 0)
            brackets += {"(": 1, ")": -1}.get(token.text, 0)
            if not braces and _name(token) == _THIS:
                seen = True
                if brackets:
                    return True
        is_subquery = self.tokens[start + 1].is_word("SELECT")
        return not seen and not is_subquery and self._is_of_subquery(start)

    def _is_of_subquery(self, start: int) -> bool:
        for token in reversed(self.tokens[:start]):
            if token.is_word("SELECT"):
                return start != self.opening
            if token.text in ("{", "}"):
                return False
        return False

    def _written(self, token: Token, names: Mapping[str, str] | None) -> str:
        name = _name(token)
        if name is None:
            return token.text
        if name == "PATH":
            if self._route is None:
                raise InputError("A query of a node shape has no $PATH.")
            return self._route
        if name in self._parameters:
            return self._parameters[name]
        if names is None:
            return f"?{name}"
        return names.get(name) or f"?{names['']}{name}"

    def text(
        self,
        start: int,
        end: int,
        names: Mapping[str, str] | None = None,
        inserted: Mapping[int, str] | None = None,
    ) -> str:
        """Return a part of the query, edited.

        Args:
            start: the place of its first token.
            end: the place after its last one.
            names: new names of variables, and what others begin with, by the empty name; or None
                to keep them.
            inserted: what to put after a token, by its place.
        """
        found = []
        place = start
        while place < end:
            token = self.tokens[place]
            if token.is_word("BOUND") and _name(self.tokens[place + 2]) in self._parameters:
                found.append("true")
                place += 4
                continue
            found.append(self._written(token, names))
            if inserted and place in inserted:
                found.append(f" {inserted[place]}")
            found.append(self._gaps[place])
            place += 1
        return "".join(found)


def bound_select(text: str, parameters: Mapping[str, str], path: Path | None, focus: str) -> Select:
    """Return a SELECT for one focus node as one for all of them.

    Args:
        text: the query.
        parameters: what stands for the parameters of a component.
        path: what stands for ``$PATH``.
        focus: a pattern that binds ``?this`` to each focus node, and nothing else.

    Raises:
        InputError: the query is not allowed in a shape.
        NotCompiled: it cannot run for all focus nodes at once.
    """
    query = _Query(text, parameters, path)
    variables = query.variables()
    # In a query of its own, since rdflib loses the values of a block VALUES within a group.
    apart = focus if focus.startswith("{ SELECT") else f"{{ SELECT ?this WHERE {{ {focus} }} }}"
    inserted = {
        group.start: apart
        for group in query.groups()
        if group.looks_at_this and not group.is_inside_exists
    }
    inserted[query.opening] = focus
    return Select(query.text(0, len(query.tokens), None, inserted), variables)


def embedded_select(
    text: str, parameters: Mapping[str, str], path: Path | None, this: str, mark: str
) -> str:
    """Return the pattern of a SELECT, to stand inside EXISTS.

    Args:
        text: the query.
        parameters: what stands for the parameters of a component.
        path: what stands for ``$PATH``.
        this: what stands for ``$this``: a variable that is bound outside.
        mark: what the names of the other variables begin with.

    Raises:
        InputError, NotCompiled: as :func:`bound_select`.
    """
    query = _Query(text, parameters, path)
    names = {_THIS: this, "": mark}
    if query.is_grouped:
        return f"{{ {query.text(0, len(query.tokens), names)} }}"
    return query.text(query.opening + 1, query.closing, names)


def embedded_ask(
    text: str, parameters: Mapping[str, str], path: Path | None, this: str, value: str, mark: str
) -> str:
    """Return the pattern of an ASK, to stand inside EXISTS; see :func:`embedded_select`."""
    query = _Query(text, parameters, path)
    names = {_THIS: this, _VALUE: value, "": mark}
    return query.text(query.opening + 1, query.closing, names)


def spoken_of(text: str) -> set[NamedNode | None]:
    """Return the IRIs of a query, and None where a property of it may be a variable."""
    given = list(tokens(text))
    start = _prologue(given)
    found = list(_resolved(given[:start], given[start:]))
    iris: set[NamedNode | None] = {
        NamedNode(token.text[1:-1]) for token in found if token.kind == "iri"
    }
    if any(token.text == "a" for token in found):
        iris.add(RDF["type"])
    opening = next((i for i, token in enumerate(found) if token.text == "{"), len(found))
    terms = ("iri", "variable", "string", "number")
    for i in range(opening + 1, len(found) - 1):
        before, here, after = found[i - 1 : i + 2]
        if (
            here.kind == "variable"
            and after.kind in terms
            and (before.kind in terms or before.text == ";")
        ):
            iris.add(None)
        is_path = before.kind in terms or before.text in (";", "/", "|", "^")
        if here.text == "$PATH" or (here.text == "!" and after.text != "=" and is_path):
            iris.add(None)
    return iris


def _prologue(found: list[Token]) -> int:
    """Return where the declarations of prefixes end."""
    place = 0
    while place + 2 < len(found) and found[place].is_word("PREFIX"):
        place += 3
    return place


def _resolved(prologue: list[Token], found: list[Token]) -> Iterator[Token]:
    """Yield tokens, with prefixed names written out as IRIs."""
    declared = {
        name.text.partition(":")[0]: iri.text[1:-1]
        for name, iri in zip(prologue[1::3], prologue[2::3], strict=True)
    }
    for token in found:
        if token.kind == "name":
            prefix, _, local = token.text.partition(":")
            if prefix == "_":
                yield token
                continue
            if prefix not in declared:
                raise InputError(
                    f"A query of a shape has the prefix {prefix}:, which sh:prefixes does not "
                    "declare."
                )
            iri = declared[prefix] + local.replace("\\", "")
            yield Token("iri", f"<{iri}>", token.start)
        else:
            yield token


def _name(token: Token) -> str | None:
    return token.text[1:] if token.kind == "variable" else None


def _closing(found: list[Token], opening: int) -> int:
    depth = 0
    for i in range(opening, len(found)):
        depth += {"{": 1, "}": -1}.get(found[i].text, 0)
        if not depth:
            return i
    raise InputError("A query of a shape has a brace that does not close.")


def _projected(head: Iterable[Token]) -> Iterator[str]:
    """Yield the variables of a SELECT clause: those by themselves, and those after AS."""
    depth = 0
    previous = None
    for token in head:
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        name = _name(token)
        if name is not None and (
            depth == 0 or (depth == 1 and previous is not None and previous.is_word("AS"))
        ):
            yield name
        previous = token


def _group_keys(tail: Iterable[Token]) -> set[str]:
    keys: set[str] = set()
    inside = False
    for token in tail:
        if token.is_word("GROUP"):
            inside = True
        elif token.is_word("HAVING") or token.is_word("ORDER"):
            inside = False
        name = _name(token)
        if inside and name is not None:
            keys.add(name)
    return keys
