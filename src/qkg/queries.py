"""The catalogue: stored queries, what they ask, and how their parameters are bound.

A stored query is a ``.rq`` file that runs as it stands in any SPARQL tool. Its header, lines that
begin with ``#+``, is YAML after the convention of grlc: ``summary``, ``description``, ``tags``,
and the key ``qkg:parameters``. A parameter ``agreement`` is a block ``VALUES ?agreement { … }``
that stands first in its group; to bind the parameter is to replace what is in the braces.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

from pyoxigraph import Literal as RdfLiteral
from pyoxigraph import NamedNode

from qkg._header import Header, read_header
from qkg.errors import InputError, LayoutError, NameUnknown, ParameterError
from qkg.namespaces import XSD, expand
from qkg.sparql import readable, values_block

__all__ = ["Bindable", "Parameter", "StoredQuery", "bind", "names", "stored_query"]

Bindable: TypeAlias = NamedNode | RdfLiteral


class Parameter(NamedTuple):
    """A parameter of a stored query.

    Attributes:
        name: the variable whose block it is.
        summary: what it stands for.
        kind: the class that a value has to be an instance of, or its datatype in ``xsd:``; None
            for any thing.
        omitted: what leaving it out means: ``all`` values, or the ``default`` that is written.
    """

    name: str
    summary: str
    kind: NamedNode | None
    omitted: Literal["all", "default"]

    @property
    def is_literal(self) -> bool:
        """Whether the values are literals."""
        return self.kind is not None and self.kind.value.startswith(str(XSD))


class StoredQuery(NamedTuple):
    """A query with a question.

    Attributes:
        name: the question in kebab-case: the file's name without ``.rq``.
        summary: the question as a sentence.
        description: what the answer means, column by column.
        tags: keywords.
        parameters: the parameters, by name.
        text: the file's whole text.
    """

    name: str
    summary: str
    description: str
    tags: tuple[str, ...]
    parameters: Mapping[str, Parameter]
    text: str


def names(folder: Path) -> tuple[str, ...]:
    """List the names of the stored queries in a folder, sorted."""
    return tuple(sorted(path.stem for path in folder.glob("*.rq")))


def stored_query(folder: Path, name: str) -> StoredQuery:
    """Read one stored query.

    Raises:
        NameUnknown: the folder has no query of that name.
        InputError: its header or its parameters are not as this module describes them.
    """
    known = names(folder)
    if name not in known:
        raise NameUnknown("query", name, known)
    path = folder / f"{name}.rq"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        raise LayoutError(f"{path} cannot be read: {error}.") from error
    try:
        return _parse(name, text)
    except (TypeError, ValueError) as error:
        raise InputError(f"The header of {path} is not as it has to be: {error}.") from error


def bind(query: StoredQuery, values: Mapping[str, Sequence[Bindable]]) -> str:
    """Return the text of a query with its parameters bound.

    Args:
        query: the query.
        values: per parameter its values, one or many; a parameter that is left out takes all
            values or its default, as the query says.

    Raises:
        NameUnknown: the query has no such parameter.
        ParameterError: a parameter got no value.
    """
    for name, given in values.items():
        if name not in query.parameters:
            raise NameUnknown(f"parameter of the query {query.name}", name, query.parameters)
        if not given:
            raise ParameterError(f"{name} got no value: give it one, or leave it out.")
    text = query.text
    for parameter in query.parameters.values():
        block = values_block(text, parameter.name)
        assert block is not None, "checked when the query was read"
        if parameter.name in values:
            # A NamedNode or Literal was validated when it was made, and str() escapes it.
            terms = " ".join(str(term) for term in values[parameter.name])
            text = f"{text[: block.inside]} {terms} {text[block.inside_end :]}"
        elif parameter.omitted == "all":
            text = text[: block.start] + text[block.end :]
    return text


def _parse(name: str, text: str) -> StoredQuery:
    header = read_header(text)
    if readable(text) != "SELECT":
        raise ValueError("a stored query is a SELECT")
    parameters = header.get("qkg:parameters", {})
    if not isinstance(parameters, dict):
        raise TypeError("qkg:parameters is not a mapping")
    tags = header.get("tags", [])
    return StoredQuery(
        name,
        _text(header, "summary"),
        _text(header, "description"),
        tuple(tags if isinstance(tags, list) else ()),
        {each: _parameter(each, entry, text) for each, entry in parameters.items()},
        text,
    )


def _parameter(name: str, entry: object, text: str) -> Parameter:
    if not isinstance(entry, dict):
        raise TypeError(f"the parameter {name} is not a mapping")
    kind = expand(_text(entry, "kind")) if "kind" in entry else None
    if kind is None and "kind" in entry:
        raise ValueError(f"the kind of {name} is no CURIE with a known prefix")
    omitted = _text(entry, "omitted")
    if omitted not in ("all", "default"):
        raise ValueError(f"leaving {name} out means {omitted!r}, not all or default")
    block = values_block(text, name)
    if block is None:
        raise ValueError(f"no group begins with VALUES ?{name} {{ … }}")
    if omitted == "all" and not block.bound_beside:
        raise ValueError(f"{name} cannot be left out: nothing else in its group must bind ?{name}")
    return Parameter(
        name,
        _text(entry, "summary"),
        None if kind is None else NamedNode(kind),
        "all" if omitted == "all" else "default",
    )


def _text(entry: Header, key: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str):
        raise ValueError(f"{key} is missing, or no text")
    return value
