"""What verbs print: answers to standard output, talk to standard error."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from qkg.answers import Answer
    from qkg.citations import Cited, CitedAnswer
    from qkg.graph import KnowledgeGraph

__all__ = ["ANSWERS", "BIBLIOGRAPHIES", "GRAPHS", "print_answer", "print_cited", "say"]

# Kept in step with qkg.export by a test: importing it here would slow down every start.
ANSWERS = ("table", "csv", "tsv", "json", "xml", "md")
GRAPHS = ("turtle", "trig", "ntriples", "nquads", "rdfxml", "jsonld")
BIBLIOGRAPHIES = ("bibtex", "csl-json")

_WIDTH = 120
"""How wide a table may be where the output is not a terminal."""


def say(message: str) -> None:
    """Write a line to standard error, if anybody reads it."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(message + "\n")


def print_answer(graph: KnowledgeGraph, answer: Answer, format_: str) -> None:
    """Print an answer, with labels where people read it."""
    from qkg.export.answers import write_answer

    labels = graph.labels(answer) if format_ in ("table", "md") else {}
    click.echo(write_answer(answer, format_, labels, _width()), nl=False)


def print_cited(graph: KnowledgeGraph, answer: CitedAnswer | Cited, format_: str) -> None:
    """Print an answer with the passages that it rests on, or the documents behind it."""
    from qkg.citations import CitedAnswer
    from qkg.export.bibliography import write_bibliography
    from qkg.export.citations import (
        write_cited_answer,
        write_cited_boolean,
        write_cited_graph,
    )

    labels = {} if format_ in ("csv", "tsv", *BIBLIOGRAPHIES) else graph.labels(answer)
    if format_ in BIBLIOGRAPHIES:
        text = write_bibliography(graph.references(answer), format_)
    elif isinstance(answer, CitedAnswer):
        text = write_cited_answer(answer, format_, labels, _width())
    elif isinstance(answer.result, bool):
        text = write_cited_boolean(answer.result, answer.sources, format_, labels)
    else:
        text = write_cited_graph(answer.result, answer.sources, format_, labels)
    click.echo(text, nl=False)


def _width() -> int:
    # A terminal that was never given a size says 0.
    return (os.get_terminal_size().columns if sys.stdout.isatty() else 0) or _WIDTH
