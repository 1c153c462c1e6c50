"""Answers laid out for a terminal: a table where it fits, a list of records where it does not."""

import re
from collections.abc import Iterable, Mapping, Sequence

from pyoxigraph import BlankNode, Literal, NamedNode

from qkg.answers import Answer, Term
from qkg.namespaces import INFERRED, QKG, curie

__all__ = ["plain", "write_conflicts", "write_facts", "write_table"]

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def write_table(answer: Answer, labels: Mapping[NamedNode, str], width: int | None = None) -> str:
    """Return an answer as a table with the label beside each IRI.

    Args:
        answer: the answer.
        labels: the labels.
        width: how many columns there are; None for as many as it takes.

    Returns:
        A table; a list of records, one line per variable, where the table is wider than `width`.
    """
    cells = [["" if term is None else _cell(term, labels) for term in row] for row in answer.terms]
    table = _grid([list(answer.variables), *cells], rule=True)
    if width is None or not cells or max(map(_width, table.splitlines())) <= width:
        return table
    margin = max(map(_width, answer.variables))
    records = (
        "\n".join(
            f"{_pad(variable, margin)}  {cell}"
            for variable, cell in zip(answer.variables, row, strict=True)
            if cell
        )
        for row in cells
    )
    return "\n\n".join(records) + "\n"


def write_facts(entity: NamedNode, facts: Answer, labels: Mapping[NamedNode, str]) -> str:
    """Return what is known of one thing, each fact with the numbers of where it stands.

    Args:
        entity: the thing.
        facts: as :meth:`qkg.KnowledgeGraph.show` answers.
        labels: the labels.

    Returns:
        A heading, a line per fact (``←`` where the thing is the object), and the numbered sources.
    """
    numbers: dict[tuple[Term | None, Term | None], int] = {}
    cited: dict[tuple[str, str], list[str]] = {}
    for subject, predicate, object_, source, status in facts.terms:
        assert isinstance(predicate, NamedNode)
        name = labels.get(predicate, curie(predicate.value))
        outward = subject == entity
        fact = (name if outward else f"← {name}", _cell(object_ if outward else subject, labels))
        number = numbers.setdefault((source, status), len(numbers) + 1)
        cited.setdefault(fact, []).append(f"[{number}]")
    rows = [["".join(marks), *fact] for fact, marks in cited.items()]
    heading = f"{labels[entity]} ({curie(entity.value)})" if entity in labels else str(entity)
    sources = "".join(
        f"[{number}] {_source(source, status, labels)}\n"
        for (source, status), number in numbers.items()
    )
    return f"{heading}\n\n{_grid(rows)}\n{sources}"


def write_conflicts(conflicts: Answer, labels: Mapping[NamedNode, str]) -> str:
    """Return where sources disagree: each value with who says so, and whether it is accepted.

    Args:
        conflicts: the answer of the stored query ``conflicts``.
        labels: the labels.
    """
    values: dict[tuple[str, ...], list[str]] = {}
    for row in conflicts.terms:
        told = dict(zip(conflicts.variables, row, strict=True))
        subject, name, value = (
            _cell(told[key], labels) for key in ("subject", "property", "value")
        )
        accepted = told["status"] == QKG["accepted"]
        reason = _cell(told["reason"], labels)
        verdict = "accepted" if accepted else f"not accepted: {reason}".removesuffix(": ")
        document, grade = _cell(told["document"], labels), _cell(told["grade"], {})
        claim = _cell(told["claim"], {})
        said = f"    {document}{f', {grade}' if grade else ''}, in {claim}"
        values.setdefault((f"  {subject}: {name} {value}", f"    {verdict}"), []).append(said)
    lines = [line for head, said in values.items() for line in (*head, *dict.fromkeys(said))]
    return "\nSources disagree:\n" + "".join(f"{line}\n" for line in lines)


def _source(source: Term | None, status: Term | None, labels: Mapping[NamedNode, str]) -> str:
    if source == INFERRED:
        return "inferred"
    is_disputed = status is not None and status != QKG["accepted"]
    return _cell(source, labels) + (f", {_cell(status, {})}" if is_disputed else "")


def _grid(rows: Sequence[Sequence[str]], rule: bool = False) -> str:
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    lines = [_line(row, widths) for row in rows]
    if rule:
        lines.insert(1, "  ".join("-" * width for width in widths))
    return "".join(f"{line}\n" for line in lines)


def _line(cells: Iterable[str], widths: Iterable[int]) -> str:
    padded = (_pad(cell, width) for cell, width in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip()


def _cell(term: Term | None, labels: Mapping[NamedNode, str]) -> str:
    if isinstance(term, NamedNode):
        short = curie(term.value)
        text = f"{labels[term]} ({short})" if term in labels else short
    elif isinstance(term, Literal):
        text = term.value
    elif isinstance(term, BlankNode):
        text = str(term)
    else:
        text = "" if term is None else str(term)
    return plain(text)


def plain(text: str) -> str:
    """Return a text without what would move the cursor of a terminal or ring its bell."""
    return _CONTROL.sub(lambda match: " " if match.group() in "\t\n\r" else "\ufffd", text)


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    """Return how many columns a terminal gives a text."""
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)
