"""Paths spelt out: triple patterns of one property each, and groups of them; section 9.3."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qkg.sparql.syntax import (
    Alternative,
    Blank,
    Constant,
    Filter,
    Graph,
    Group,
    Inverse,
    Link,
    Negated,
    OneOf,
    Optional,
    Repeated,
    Sequence,
    TriplePattern,
    Triples,
    Variable,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from qkg.citations.witnesses import Place
    from qkg.sparql.syntax import Element, Path, Term, Values

__all__ = ["has_choice", "path_text", "spelt_out"]


def spelt_out(group: Group, new: Callable[[], Variable], given: Values | None = None) -> Group:
    """Return a pattern of the same solutions in which every path is a property, or has any length.

    Blank nodes, and what a path leads through, are variables then. What is text (MINUS, EXISTS, a
    SELECT) stays as it is.

    Args:
        group: the pattern.
        new: what gives variables that stand nowhere else.
        given: values with which the pattern, and each group in it, is to begin; None for none.
    """
    return _Speller(new, given).group(group)


def has_choice(group: Group) -> bool:
    """Return whether a path of a pattern, apart from those of any length, offers a choice.

    Spelt out, it has each solution as often as section 18.4 says; engines count paths otherwise.
    """
    for element in group.elements:
        if isinstance(element, Triples):
            if any(_is_choice(each.predicate) for each in element.patterns):
                return True
        elif isinstance(element, Optional | Graph):
            if has_choice(element.group):
                return True
        elif isinstance(element, OneOf) and any(map(has_choice, element.groups)):
            return True
    return False


def _is_choice(path: Variable | Path) -> bool:
    if isinstance(path, Inverse):
        return _is_choice(path.path)
    if isinstance(path, Sequence):
        return any(map(_is_choice, path.paths))
    return isinstance(path, Alternative | Negated)


def path_text(path: Path) -> str:
    """Return a path as it is written, in brackets where it has parts."""
    if isinstance(path, Link):
        return path.property.text
    if isinstance(path, Inverse):
        return f"(^{path_text(path.path)})"
    if isinstance(path, Repeated):
        return f"({path_text(path.path)}{path.mark})"
    if isinstance(path, Negated):
        parts = [each.text for each in path.forward] + [f"^{each.text}" for each in path.backward]
        return f"(!({'|'.join(parts)}))"
    mark = "/" if isinstance(path, Sequence) else "|"
    return f"({mark.join(map(path_text, path.paths))})"


class _Speller:
    def __init__(self, new: Callable[[], Variable], given: Values | None) -> None:
        self._new = new
        self._given: tuple[Element, ...] = () if given is None else (given,)
        self._blanks: dict[Blank, Variable] = {}

    def group(self, group: Group) -> Group:
        found = [part for element in group.elements for part in self._element(element)]
        return Group(group.text, (*self._given, *_side_by_side(found)))

    def _element(self, element: Element) -> Iterable[Element]:
        if isinstance(element, Triples):
            return [part for each in element.patterns for part in self._pattern(each)]
        if isinstance(element, Optional):
            return (Optional(self.group(element.group)),)
        if isinstance(element, OneOf):
            return (OneOf(tuple(map(self.group, element.groups))),)
        if isinstance(element, Graph):
            return (Graph(self._place(element.name), self.group(element.group)),)
        return (element,)

    def _pattern(self, pattern: TriplePattern) -> Iterable[Element]:
        subject, object_ = self._place(pattern.subject), self._place(pattern.object)
        return self._path(subject, pattern.predicate, object_)

    def _path(self, subject: Place, path: Variable | Path, object_: Place) -> Iterable[Element]:
        if isinstance(path, Inverse):
            return self._path(object_, path.path, subject)
        if isinstance(path, Sequence):
            places = [subject, *(self._new() for _ in path.paths[1:]), object_]
            steps = zip(places, path.paths, places[1:], strict=False)
            return [part for a, each, b in steps for part in self._path(a, each, b)]
        if isinstance(path, Alternative):
            ways = (self._path(subject, each, object_) for each in path.paths)
            return (OneOf(tuple(Group("", tuple(_side_by_side(way))) for way in ways)),)
        if isinstance(path, Negated):
            return (self._negated(subject, path, object_),)
        if isinstance(path, Repeated):
            path = _once_repeated(path)
        return (Triples((TriplePattern(subject, path, object_),)),)

    def _negated(self, subject: Place, path: Negated, object_: Place) -> OneOf:
        directions = [(path.forward, subject, object_), (path.backward, object_, subject)]
        groups = []
        # Where one direction names no property, the path leads the other way only.
        for properties, start, end in [each for each in directions if each[0]] or directions[:1]:
            between = self._new()
            triples = Triples((TriplePattern(start, between, end),))
            no = ", ".join(each.text for each in properties)
            groups.append(
                Group("", (triples, Filter(f"FILTER(?{between.name} NOT IN ({no}))", ())))
            )
        return OneOf(tuple(groups))

    def _place(self, term: Term) -> Place:
        if isinstance(term, Variable | Constant):
            return term
        if term not in self._blanks:
            self._blanks[term] = self._new()
        return self._blanks[term]


def _once_repeated(path: Repeated) -> Repeated:
    """Return a path that leads where another one does, of which what is repeated is repeated."""
    while isinstance(path.path, Repeated):
        inner = path.path
        path = Repeated(inner.path, path.mark if path.mark == inner.mark else "*")
    return path


def _side_by_side(elements: Iterable[Element]) -> Iterator[Element]:
    """Yield elements, those triple patterns in one that stand side by side."""
    patterns: list[TriplePattern] = []
    for element in elements:
        if isinstance(element, Triples):
            patterns += element.patterns
            continue
        if patterns:
            yield Triples(tuple(patterns))
            patterns = []
        yield element
    if patterns:
        yield Triples(tuple(patterns))
