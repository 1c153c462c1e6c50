"""The verbs that ask: ``queries``, ``query`` and ``sparql``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from qkg.cli.files import read_text
from qkg.cli.options import (
    Source,
    answer_format,
    asked,
    cite_option,
    format_option,
    timeout_option,
    with_options,
)
from qkg.cli.printing import ANSWERS, BIBLIOGRAPHIES, GRAPHS, print_answer, print_cited
from qkg.errors import InputError, NameUnknown
from qkg.namespaces import curie

if TYPE_CHECKING:
    from qkg.queries import Parameter

__all__ = ["queries", "query", "sparql"]


@click.command()
@click.argument("name", required=False)
def queries(name: str | None) -> None:
    """List the stored queries; or show one: its question, its parameters, its text.

    \b
    Examples:
      $ qkg queries | grep overview
      overview            What does the graph hold?
    """
    from qkg import queries as catalogue
    from qkg._paths import shipped

    folder = shipped("queries")
    if name is None:
        known = catalogue.names(folder)
        width = max(map(len, known))
        for each in known:
            click.echo(f"{each:<{width}}  {catalogue.stored_query(folder, each).summary}")
        return
    query = catalogue.stored_query(folder, name)
    click.echo(f"{query.summary}\n\n{query.description}\n", err=True)
    for parameter in query.parameters.values():
        omitted = "all" if parameter.omitted == "all" else "as the text has it"
        click.echo(
            f"  {parameter.name}=…  {parameter.summary}{_kind(parameter)}; left out: {omitted}",
            err=True,
        )
    click.echo(query.text, nl=False)


@click.command()
@click.argument("name")
@click.argument("parameters", nargs=-1, metavar="[PARAM=VALUE]...")
@with_options(answer_format, cite_option, timeout_option)
@asked
def query(
    name: str,
    parameters: tuple[str, ...],
    format_: str,
    cite: bool,
    timeout: float | None,
    source: Source,
) -> None:
    """Run the stored query NAME.

    VALUE is a local name (q-neko), a CURIE (id:q-neko), an IRI, a label, or a literal. A parameter
    that is given several times takes all of its values.

    \b
    Examples:
      $ qkg query signatories --format csv | cut -d, -f2,3 | head -2
      act,party
      signed,https://w3id.org/qkg/id/european-union
      $ qkg query award-sums --cite | grep -c 'q-neko-award.*Report of'
      5
    """
    arguments: dict[str, list[str]] = {}
    for text in parameters:
        parameter, equals, value = text.partition("=")
        if not equals:
            raise click.UsageError(f"{text!r} is not PARAM=VALUE: see qkg queries {name}.")
        arguments.setdefault(parameter, []).append(value)
    from qkg._paths import shipped
    from qkg.queries import stored_query

    # A name that is not known is said before anything is loaded.
    known = stored_query(shipped("queries"), name).parameters
    for parameter in arguments:
        if parameter not in known:
            raise NameUnknown(f"parameter of the query {name}", parameter, known)
    graph = source.open(timeout)
    if cite or format_ in BIBLIOGRAPHIES:
        print_cited(graph, graph.query(name, cite=True, timeout=None, **arguments), format_)
    else:
        print_answer(graph, graph.query(name, cite=False, timeout=None, **arguments), format_)


@click.command()
@click.argument("file", metavar="FILE|-")
@format_option(
    "format",
    (*ANSWERS, *GRAPHS, *BIBLIOGRAPHIES),
    None,
    "How to print the answer; by default table, and turtle for CONSTRUCT and DESCRIBE. "
    "bibtex and csl-json list the documents behind it.",
)
@click.option("--exit-status", is_flag=True, help="Exit with 1 where an ASK answers false.")
@with_options(cite_option, timeout_option)
@asked
def sparql(
    file: str,
    format_: str | None,
    exit_status: bool,
    cite: bool,
    timeout: float | None,
    source: Source,
) -> int:
    """Run any SELECT, ASK, CONSTRUCT or DESCRIBE from FILE, or from standard input.

    The prefixes that qkg knows need no declaration. Queries that write or call another server are
    refused.

    \b
    Examples:
      $ echo 'ASK { id:japan a qkg:State }' | qkg sparql -
      true
    """
    from qkg.export.answers import write_boolean
    from qkg.export.graphs import write_graph
    from qkg.sparql import readable

    text = read_text(file)
    form = readable(text)
    fitting = (*(GRAPHS if form in ("CONSTRUCT", "DESCRIBE") else ANSWERS), *BIBLIOGRAPHIES)
    format_ = format_ or fitting[0]
    if format_ not in fitting:
        raise InputError(f"{form} does not answer in {format_}: take {', '.join(fitting)}.")
    graph = source.open(timeout)
    if cite or format_ in BIBLIOGRAPHIES:
        cited = graph.sparql(text, cite=True)
        print_cited(graph, cited, format_)
        return int(exit_status and getattr(cited, "result", True) is False)
    answer = graph.sparql(text)
    if isinstance(answer, bool):
        click.echo(write_boolean(answer, format_), nl=False)
        return int(exit_status and not answer)
    if isinstance(answer, tuple):
        click.echo(write_graph(answer, format_), nl=False)
    else:
        print_answer(graph, answer, format_)
    return 0


def _kind(parameter: Parameter) -> str:
    return "" if parameter.kind is None else f" ({curie(parameter.kind.value)})"
