"""The second query: the pattern of a SELECT once more, with all that shows which triples it met.

It asks the same default graph with the same text; only triple patterns are written anew, one by
one, with variables for blank nodes and for what a path leads through, and each alternative and
each optional part gets a variable that tells whether it took part. A solution of it then says which
triples stand behind it. What cannot be seen from outside is left to further queries of this kind,
as a :data:`~qkg.citations.witnesses.Witness`: a SELECT within the pattern, an EXISTS, a path of any
length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from qkg.citations.asking import in_graph
from qkg.citations.paths import path_text, spelt_out
from qkg.citations.variables import certain, mentioned, projected, visible
from qkg.citations.witnesses import (
    ExistsWitness,
    GraphWitness,
    PathWitness,
    SelectWitness,
    TripleWitness,
)
from qkg.errors import QueryRefused
from qkg.sparql import tokens
from qkg.sparql.syntax import (
    Bind,
    Blank,
    Constant,
    Filter,
    Graph,
    Group,
    Link,
    Minus,
    OneOf,
    Optional,
    Repeated,
    Select,
    Service,
    TriplePattern,
    Triples,
    Variable,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qkg.citations.witnesses import Place, Witness
    from qkg.sparql.syntax import Element, Item, Term, Values

__all__ = ["SecondPattern", "second_pattern"]


class SecondPattern(NamedTuple):
    """The pattern of the second query.

    Attributes:
        text: the group, with its braces.
        certain: the variables of the query that every solution binds.
        witnesses: what stands behind a solution.
    """

    text: str
    certain: frozenset[Variable]
    witnesses: tuple[Witness, ...]


def second_pattern(
    group: Group,
    prefix: str,
    graph: Constant | None = None,
    given: Values | None = None,
    items: Iterable[Item] = (),
) -> SecondPattern:
    """Write a pattern so that its solutions tell what stands behind them.

    Args:
        group: the pattern.
        prefix: what the names of new variables begin with; no variable of the query does.
        graph: the named graph in which it stands; None for the default graph.
        given: values that are given to the pattern, and so to each group in it; None for none.
        items: what is projected from its solutions; an EXISTS in it is a witness, too.

    Raises:
        QueryRefused: it asks another server.
    """
    shared = () if given is None else given.variables
    writer = _Writer(prefix, (*visible(group.elements), *shared))
    group = spelt_out(group, writer.new, given)
    inner = [each for item in items for each in item.exists]
    text = writer.group(group, None, graph, inner)
    return SecondPattern(in_graph(graph, text), certain(group.elements), tuple(writer.witnesses))


class _Writer:
    def __init__(self, prefix: str, scope: Iterable[Variable]) -> None:
        self._prefix = prefix
        self._scope = frozenset(scope)
        self._count = 0
        self.witnesses: list[Witness] = []

    def group(
        self,
        group: Group,
        tag: Variable | None,
        graph: Place | None,
        existing: Iterable[Group] = (),
        *,
        optional: bool = False,
    ) -> str:
        parts: list[str] = []
        for i, element in enumerate(group.elements):
            if isinstance(element, Bind):
                before = group.elements[:i]
                parts += [self._exists(each, graph, before) for each in element.exists]
            parts.append(self._element(element, tag, graph))
        # Behind all else, where a filter of the group is applied, too.
        asked = [e for f in group.elements if isinstance(f, Filter) for e in f.exists]
        parts += [self._exists(each, graph, group.elements, optional=optional) for each in asked]
        parts += [self._exists(each, graph, group.elements) for each in existing]
        return f"{{ {' '.join(part for part in parts if part)} }}"

    def _element(self, element: Element, tag: Variable | None, graph: Place | None) -> str:
        if isinstance(element, Triples):
            return " ".join(self._pattern(each, tag, graph) for each in element.patterns)
        if isinstance(element, Optional):
            return f"OPTIONAL {self._tagged(element.group, graph, optional=True)}"
        if isinstance(element, OneOf):
            if len(element.groups) == 1:
                return self.group(element.groups[0], tag, graph)
            return " UNION ".join(self._tagged(each, graph) for each in element.groups)
        if isinstance(element, Graph):
            place = _place(element.name)
            self.witnesses.append(GraphWitness(tag, place))
            return f"GRAPH {_written(place)} {self.group(element.group, tag, place)}"
        if isinstance(element, Select):
            return self._select(element, tag, graph)
        if isinstance(element, Minus):
            return f"MINUS {element.group.text}"
        if isinstance(element, Service):
            raise QueryRefused("What another server answers (SERVICE) cannot be cited.")
        return element.text

    def _select(self, select: Select, tag: Variable | None, graph: Place | None) -> str:
        variables = projected(select)
        expressions = {item.variable for item in select.items or () if item.is_expression}
        copies, text = self._copies(variables, certain(select.where.elements) - expressions)
        places = tuple(copies.get(each, each) for each in variables)
        self.witnesses.append(SelectWitness(tag, graph, select, places))
        return f"{{ {{ {select.text} }} {text} }}"

    def _exists(
        self,
        inner: Group,
        graph: Place | None,
        behind: Iterable[Element],
        *,
        optional: bool = False,
    ) -> str:
        """Write what tells whether a group exists, behind the elements of another one.

        A filter of an OPTIONAL sees what is bound before it, too.
        """
        scope = self._scope if optional else frozenset(visible(behind))
        shared = tuple(each for each in mentioned(inner.text) if each in scope)
        copies, text = self._copies(shared, scope if optional else certain(behind))
        tag = self.new()
        places = tuple(copies.get(each, each) for each in shared)
        self.witnesses.append(ExistsWitness(tag, graph, inner, shared, places))
        return f"BIND(EXISTS {_again(inner.text, tag.name)} AS {_written(tag)}) {text}".rstrip()

    def _copies(
        self, variables: Iterable[Variable], certain: frozenset[Variable]
    ) -> tuple[dict[Variable, Variable], str]:
        """Return where variables that may be unbound here keep their values, and what does that.

        What stands beside may bind them.
        """
        copies = {each: self.new() for each in variables if each not in certain}
        return copies, " ".join(f"BIND(?{v.name} AS ?{c.name})" for v, c in copies.items())

    def _tagged(self, group: Group, graph: Place | None, *, optional: bool = False) -> str:
        tag = self.new()
        text = self.group(group, tag, graph, optional=optional)
        return f"{text[:-2]} BIND(1 AS {_written(tag)}) }}"

    def _pattern(self, pattern: TriplePattern, tag: Variable | None, graph: Place | None) -> str:
        subject, path, object_ = _place(pattern.subject), pattern.predicate, _place(pattern.object)
        if isinstance(path, Variable | Link):
            predicate = path if isinstance(path, Variable) else path.property
            self.witnesses.append(TripleWitness(tag, graph, subject, predicate, object_))
            return f"{_written(subject)} {_written(predicate)} {_written(object_)} ."
        assert isinstance(path, Repeated)
        self.witnesses.append(PathWitness(tag, graph, subject, path, object_))
        return f"{_written(subject)} {path_text(path)} {_written(object_)} ."

    def new(self) -> Variable:
        self._count += 1
        return Variable(f"{self._prefix}{self._count}")


def _place(term: Term) -> Place:
    assert not isinstance(term, Blank), "what is spelt out has variables for blank nodes"
    return term


def _written(place: Place) -> str:
    return f"?{place.name}" if isinstance(place, Variable) else place.text


def _again(text: str, name: str) -> str:
    """Return a text with its blank nodes named anew: no two patterns may share the label of one."""
    parts, end = [], 0
    for token in tokens(text):
        if token.kind == "name" and token.text.startswith("_:"):
            parts += [text[end : token.start], f"_:{name}.{token.text[2:]}"]
            end = token.end
    return "".join((*parts, text[end:]))
