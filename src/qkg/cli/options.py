"""The options that verbs share, and what a verb asks: files, or an endpoint."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from qkg.cli.printing import ANSWERS, BIBLIOGRAPHIES, say
from qkg.errors import NameUnknown
from qkg.namespaces import DATA, curie

if TYPE_CHECKING:
    from qkg.graph import KnowledgeGraph

__all__ = [
    "Source",
    "answer_format",
    "asked",
    "cite_option",
    "endpoint_option",
    "file_options",
    "format_option",
    "one_of",
    "timeout_option",
    "with_options",
]

F = TypeVar("F", bound=Callable[..., Any])


def one_of(
    kind: str, names: Iterable[str]
) -> Callable[[click.Context, click.Parameter, str | None], str | None]:
    """Return a callback that answers a name that is not one of these with the closest."""
    known = tuple(names)

    def check_name(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
        if value is not None and value not in known:
            raise NameUnknown(kind, value, known)
        return value

    return check_name


file_options = (
    click.option(
        "--data",
        multiple=True,
        metavar="PATH",
        type=click.Path(path_type=Path),
        help="Folder or Turtle file to load in place of the shipped data; repeatable.",
    ),
    click.option(
        "--add",
        multiple=True,
        metavar="PATH",
        type=click.Path(path_type=Path),
        help="Folder or Turtle file to load beside the data; repeatable.",
    ),
    click.option(
        "--base",
        default=DATA,
        metavar="IRI",
        help="What the names of the loaded graphs begin with.",
    ),
)
_as_of = click.option(
    "--as-of",
    metavar="DATE",
    help="Only what documents say that were published by this day, such as 2025-05-14.",
)
endpoint_option = click.option(
    "--endpoint", metavar="URL", help="Ask this SPARQL endpoint; no file is loaded then."
)
timeout_option = click.option(
    "--timeout",
    type=click.FloatRange(min=0, max=86_400, min_open=True),
    metavar="S",
    help="Give up after so many seconds; by default never, and 60 for an endpoint.",
)


def format_option(
    kind: str, names: Iterable[str], default: str | None, text: str
) -> Callable[[F], F]:
    """Return the option that says in which format to print.

    Args:
        kind: what has the format, for the sentence on one that there is not.
        names: the formats.
        default: the format that is taken; None where the verb chooses.
        text: what the help says.
    """
    names = tuple(names)
    return click.option(
        "-f",
        "--format",
        "format_",
        callback=one_of(kind, names),
        metavar="|".join(names),
        default=default,
        help=text,
    )


answer_format = format_option(
    "answer format",
    (*ANSWERS, *BIBLIOGRAPHIES),
    "table",
    "How to print the answer; a table becomes a list of records where it is too wide. "
    "bibtex and csl-json list the documents behind it.",
)
cite_option = click.option(
    "--cite", is_flag=True, help="Show beside each row the passages and files that it rests on."
)


def with_options(*options: Callable[[F], F]) -> Callable[[F], F]:
    """Return a decorator that adds these options, in this order."""

    def decorate(function: F) -> F:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


class Source(NamedTuple):
    """What a verb asks: files, or an endpoint."""

    data: tuple[Path, ...] = ()
    add: tuple[Path, ...] = ()
    base: str = DATA
    as_of: str | None = None
    endpoint: str | None = None

    def open(self, timeout: float | None = None) -> KnowledgeGraph:
        """Return the graph; say which documents are left out since they have no date."""
        from qkg.loading import connect, load

        if self.endpoint is None:
            graph = load(*self.data, add=self.add, base=self.base, as_of=self.as_of)
            if graph.undated:
                say("Left out, since nothing says when they were published:")
            for document in graph.undated:
                say(f"  {curie(document.value)}")
        elif self != Source(endpoint=self.endpoint):
            raise click.UsageError(
                "--endpoint takes no files: leave --data, --add, --base and --as-of out."
            )
        else:
            graph = connect(self.endpoint)
        return graph if timeout is None else graph.within(timeout)


def asked(function: F) -> F:
    """Add the options that say what to ask, and hand them over as one source."""

    @functools.wraps(function)
    def with_source(*args: Any, **kwargs: Any) -> Any:
        source = Source(*(kwargs.pop(name) for name in Source._fields))
        return function(*args, source=source, **kwargs)

    return with_options(*file_options, _as_of, endpoint_option)(with_source)  # type: ignore[return-value]
