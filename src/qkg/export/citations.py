"""Cited answers: short numbers with a list below, a column, or members, as the format has room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal

from qkg.answers import Answer
from qkg.errors import InputError, NameUnknown
from qkg.export.answers import ANSWER_FORMATS, json_results, markdown_text, write_answer
from qkg.export.answers import write_boolean as write_plain_boolean
from qkg.export.graphs import write_graph as write_plain_graph
from qkg.export.tables import plain
from qkg.namespaces import INFERRED, curie

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pyoxigraph import NamedNode, Triple

    from qkg.citations import CitedAnswer, Source
    from qkg.export.answers import Labels

__all__ = ["write_cited_answer", "write_cited_boolean", "write_cited_graph"]

_NO_ROOM = "{} has no place for sources: take {}, or leave --cite out."
_COMMENTED = ("turtle", "trig", "ntriples", "nquads")


def write_cited_answer(
    answer: CitedAnswer,
    format: str,  # noqa: A002
    labels: Labels,
    width: int | None = None,
) -> str:
    """Return the answer of a SELECT with its sources as text.

    A table and Markdown have numbers in a column of their own, and the list of the sources below;
    CSV and TSV have a column of IRIs with spaces between them; JSON has, beside the bindings, the
    sources of each, and below what each source is.

    Args:
        answer: the answer.
        format: one of :data:`qkg.export.answers.ANSWER_FORMATS`.
        labels: what a table and Markdown show beside the IRIs.
        width: how many columns a table may take.

    Raises:
        NameUnknown: there is no such format.
        InputError: the format is XML, which has no place for sources.
    """
    if format == "xml":
        raise InputError(_NO_ROOM.format("XML", "table, md, json, csv or tsv"))
    if format == "json":
        return _json(answer, labels)
    numbers = {graph: n for n, graph in enumerate(answer.sources, 1)}
    if format in ("csv", "tsv"):
        cells = [" ".join(each.value for each in row) for row in answer.citations]
    else:
        marks = (sorted(numbers[each] for each in row) for row in answer.citations)
        cells = ["".join(f"[{number}]" for number in row) for row in marks]
    text = write_answer(_with_column(answer, cells), format, labels, width)
    return text + (_listed(answer.sources, format, labels) if format in _LISTED else "")


def write_cited_boolean(
    value: bool,
    sources: Mapping[NamedNode, Source],
    format: str,  # noqa: A002
    labels: Labels,
) -> str:
    """Return the answer of an ASK with its sources as text; raises as write_cited_answer."""
    if format not in ANSWER_FORMATS:
        raise NameUnknown("answer format", format, ANSWER_FORMATS)
    if format == "json":
        import json

        document = {"head": {}, "boolean": value, "sources": _members(sources, labels)}
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    if format not in _LISTED:
        raise InputError(_NO_ROOM.format(f"A boolean in {format.upper()}", "table, md or json"))
    return write_plain_boolean(value, format) + _listed(sources, format, labels)


def write_cited_graph(
    triples: Iterable[Triple],
    sources: Mapping[NamedNode, Source],
    format: str,  # noqa: A002
    labels: Labels,
) -> str:
    """Return the answer of a CONSTRUCT or DESCRIBE with its sources as comments below.

    Raises:
        NameUnknown: there is no such format.
        InputError: the format has no comments, or as :func:`qkg.export.graphs.write_graph`.
    """
    text = write_plain_graph(triples, format)
    if format not in _COMMENTED:
        raise InputError(_NO_ROOM.format(format, ", ".join(_COMMENTED)))
    lines = _listed(sources, "table", labels).strip().splitlines()
    return text + "".join(f"# {line}\n" for line in lines)


_LISTED = ("table", "md")


def _with_column(answer: CitedAnswer, cells: Iterable[str]) -> Answer:
    name = "sources"
    while name in answer.variables:
        name += "_"
    rows = zip(answer.terms, cells, strict=True)
    return Answer((*answer.variables, name), tuple((*row, Literal(cell)) for row, cell in rows))


def _listed(sources: Mapping[NamedNode, Source], format: str, labels: Labels) -> str:  # noqa: A002
    told = [_told(source, labels) for source in sources.values()]
    if not told:
        return ""
    if format == "md":
        lines = [f"{n}. {markdown_text(text)}" for n, text in enumerate(told, 1)]
    else:
        lines = [f"[{n}] {plain(text)}" for n, text in enumerate(told, 1)]
    return "\n" + "".join(f"{line}\n" for line in lines)


def _told(source: Source, labels: Labels) -> str:
    if source.graph == INFERRED:
        return "inferred; the graph does not tell from what"
    name = curie(source.graph.value)
    label = f"{labels[source.graph]} ({name})" if source.graph in labels else name
    passage = f": {source.passage}" if source.passage is not None else ""
    return f"{label}{', disputed' if source.disputed else ''}{passage}"


def _json(answer: CitedAnswer, labels: Labels) -> str:
    import json

    document = json_results(answer)
    results = document["results"]
    assert isinstance(results, dict)
    results["sources"] = [[graph.value for graph in row] for row in answer.citations]
    document["sources"] = _members(answer.sources, labels)
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _members(sources: Mapping[NamedNode, Source], labels: Labels) -> dict[str, dict[str, object]]:
    """Return sources by their IRIs, with what is known of each."""
    found: dict[str, dict[str, object]] = {}
    for source in sources.values():
        passage = source.passage
        told: dict[str, object] = {"label": labels.get(source.graph), "disputed": source.disputed}
        if passage is not None:
            told |= {
                "document": passage.document.value,
                "title": passage.title,
                "section": passage.section,
                "locator": passage.locator,
                "sentence": passage.sentence,
                "start": passage.start,
                "end": passage.end,
            }
        found[source.graph.value] = {key: each for key, each in told.items() if each is not None}
    return found
