"""The command line: each verb parses its arguments, calls the library, and prints."""

from __future__ import annotations

import contextlib
import errno
import functools
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, TypeVar

import click

from qkg.errors import InputError, LayoutError, NameUnknown, QkgError
from qkg.namespaces import DATA, curie

if TYPE_CHECKING:
    from qkg.answers import Answer
    from qkg.citations import Cited, CitedAnswer
    from qkg.graph import KnowledgeGraph
    from qkg.queries import Parameter

__all__ = ["main"]

F = TypeVar("F", bound=Callable[..., Any])

_WIDTH = 120
"""How wide a table may be where the output is not a terminal."""


def main() -> NoReturn:
    """Run the command line and end the process.

    The exit code is 0: good; 1: findings, or a false ASK with ``--exit-status``; 2: misuse or bad
    input; 3: the engine or the network failed; 130: Ctrl-C; 141: the reader of a pipe went away.
    """
    code = _run()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()
    # A query that was given up may still run in its thread: nothing waits for it.
    os._exit(code)


def _run() -> int:
    try:
        # Not cli.main(): it would answer a closed pipe and Ctrl-C in its own way.
        with cli.make_context("qkg", sys.argv[1:]) as ctx:
            result = cli.invoke(ctx)
        sys.stdout.flush()
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return 130
    except QkgError as error:
        _say(f"Error: {error}")
        return 2 if isinstance(error, InputError) else 3
    except OSError as error:
        if error.errno == errno.EPIPE:
            return 141
        _say(f"Error: {error}.")
        return 2
    except Exception as error:  # whatever nobody thought of: a sentence all the same
        _say(f"Error: qkg failed in a way that it should not ({type(error).__name__}: {error}).")
        return 3
    return result if isinstance(result, int) else 0


def _say(message: str) -> None:
    with contextlib.suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(message + "\n")


class _Verbs(click.Group):
    """A group that answers an unknown verb with the closest ones."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in self.commands and not args[0].startswith("-"):
            raise NameUnknown("verb", args[0], self.commands)
        return super().resolve_command(ctx, args)


def _one_of(
    kind: str, names: Iterable[str]
) -> Callable[[click.Context, click.Parameter, str | None], str | None]:
    """Return a callback that answers a name that is not one of these with the closest."""
    known = tuple(names)

    def check_name(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
        if value is not None and value not in known:
            raise NameUnknown(kind, value, known)
        return value

    return check_name


# Kept in step with qkg.export by a test: importing it here would slow down every start.
_ANSWERS = ("table", "csv", "tsv", "json", "xml", "md")
_GRAPHS = ("turtle", "trig", "ntriples", "nquads", "rdfxml", "jsonld")
_BIBLIOGRAPHIES = ("bibtex", "csl-json")
_REPORTS = ("text", "json")
_PROOFS = ("text", "json", "md", "mermaid")
_DERIVATIONS = 20

_files = (
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
_endpoint = click.option(
    "--endpoint", metavar="URL", help="Ask this SPARQL endpoint; no file is loaded then."
)
_timeout = click.option(
    "--timeout",
    type=click.FloatRange(min=0, max=86_400, min_open=True),
    metavar="S",
    help="Give up after so many seconds; by default never, and 60 for an endpoint.",
)
_answer_format = click.option(
    "-f",
    "--format",
    "format_",
    callback=_one_of("answer format", (*_ANSWERS, *_BIBLIOGRAPHIES)),
    metavar="|".join((*_ANSWERS, *_BIBLIOGRAPHIES)),
    default="table",
    help="How to print the answer; a table becomes a list of records where it is too wide. "
    "bibtex and csl-json list the documents behind it.",
)
_cite = click.option(
    "--cite", is_flag=True, help="Show beside each row the passages and files that it rests on."
)


def _with(*options: Callable[[F], F]) -> Callable[[F], F]:
    def decorate(function: F) -> F:
        for option in reversed(options):
            function = option(function)
        return function

    return decorate


class _Source(NamedTuple):
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
                _say("Left out, since nothing says when they were published:")
            for document in graph.undated:
                _say(f"  {curie(document.value)}")
        elif self != _Source(endpoint=self.endpoint):
            raise click.UsageError(
                "--endpoint takes no files: leave --data, --add, --base and --as-of out."
            )
        else:
            graph = connect(self.endpoint)
        return graph if timeout is None else graph.within(timeout)


def _asked(function: F) -> F:
    """Add the options that say what to ask, and hand them over as one source."""

    @functools.wraps(function)
    def with_source(*args: Any, **kwargs: Any) -> Any:
        source = _Source(*(kwargs.pop(name) for name in _Source._fields))
        return function(*args, source=source, **kwargs)

    return _with(*_files, _as_of, _endpoint)(with_source)  # type: ignore[return-value]


@click.group(cls=_Verbs, invoke_without_command=True, no_args_is_help=False)
@click.version_option(package_name="qkg", message="qkg %(version)s")
@_asked
@click.pass_context
def cli(
    ctx: click.Context,
    source: _Source,
) -> None:
    """Ask a graph of international quantum-technology cooperation, and see its sources.

    Without a verb: what is in the graph, and what to try next.

    \b
    Examples:
      $ qkg query signatories --format csv | cut -d, -f2,3 | head -2
      act,party
      signed,https://w3id.org/qkg/id/european-union
    """
    if ctx.invoked_subcommand is not None:
        if source != _Source():
            raise click.UsageError(
                "Put --data, --add, --base, --as-of and --endpoint after the verb."
            )
        return
    graph = source.open()
    _print(graph, graph.query("overview"), "table")
    click.echo("\nTry next:", err=True)
    for command, what in (
        ("qkg queries", "the stored questions"),
        ("qkg query signatories", "one of them, answered"),
        ("qkg show eu-japan-quantum-letter-of-intent", "all that is known of one thing"),
        ("qkg --help", "every verb"),
    ):
        click.echo(f"  {command:<44}  {what}", err=True)


@cli.command()
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


@cli.command()
@click.argument("name")
@click.argument("parameters", nargs=-1, metavar="[PARAM=VALUE]...")
@_with(_answer_format, _cite, _timeout)
@_asked
def query(
    name: str,
    parameters: tuple[str, ...],
    format_: str,
    cite: bool,
    timeout: float | None,
    source: _Source,
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
    if cite or format_ in _BIBLIOGRAPHIES:
        _print_cited(graph, graph.query(name, cite=True, timeout=None, **arguments), format_)
    else:
        _print(graph, graph.query(name, cite=False, timeout=None, **arguments), format_)


@cli.command()
@click.argument("file", metavar="FILE|-")
@click.option(
    "-f",
    "--format",
    "format_",
    callback=_one_of("format", (*_ANSWERS, *_GRAPHS, *_BIBLIOGRAPHIES)),
    metavar="|".join((*_ANSWERS, *_GRAPHS, *_BIBLIOGRAPHIES)),
    help="How to print the answer; by default table, and turtle for CONSTRUCT and DESCRIBE. "
    "bibtex and csl-json list the documents behind it.",
)
@click.option("--exit-status", is_flag=True, help="Exit with 1 where an ASK answers false.")
@_with(_cite, _timeout)
@_asked
def sparql(
    file: str,
    format_: str | None,
    exit_status: bool,
    cite: bool,
    timeout: float | None,
    source: _Source,
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

    text = _read(file)
    form = readable(text)
    fitting = (*(_GRAPHS if form in ("CONSTRUCT", "DESCRIBE") else _ANSWERS), *_BIBLIOGRAPHIES)
    format_ = format_ or fitting[0]
    if format_ not in fitting:
        raise InputError(f"{form} does not answer in {format_}: take {', '.join(fitting)}.")
    graph = source.open(timeout)
    if cite or format_ in _BIBLIOGRAPHIES:
        cited = graph.sparql(text, cite=True)
        _print_cited(graph, cited, format_)
        return int(exit_status and not getattr(cited, "result", True))
    answer = graph.sparql(text)
    if isinstance(answer, bool):
        click.echo(write_boolean(answer, format_), nl=False)
        return int(exit_status and not answer)
    if isinstance(answer, tuple):
        click.echo(write_graph(answer, format_), nl=False)
    else:
        _print(graph, answer, format_)
    return 0


@cli.command()
@click.argument("entity")
@click.option(
    "-f",
    "--format",
    "format_",
    callback=_one_of("format", (*_ANSWERS, "jsonld")),
    metavar="|".join((*_ANSWERS, "jsonld")),
    default="table",
    help="How to print it; jsonld nests what is held to be true, and tells no sources.",
)
@click.option(
    "--text",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The text of the source of a claim: show the passage as well.",
)
@_with(_timeout)
@_asked
def show(
    entity: str,
    format_: str,
    text: Path | None,
    timeout: float | None,
    source: _Source,
) -> None:
    """Show all that is known of ENTITY, each fact with where it stands.

    ENTITY is a local name, a CURIE, an IRI or a label. An arrow marks facts of which it is the
    object. What is disputed is shown, and said to be.

    \b
    Examples:
      $ qkg show Tokyo | head -1
      Tokyo (id:tokyo)
    """
    from qkg.export.tables import plain, write_conflicts, write_facts

    if text is not None and format_ != "table":
        raise click.UsageError("--text shows the passage below a table: leave --format out.")
    graph = source.open(timeout)
    thing = graph.resolve(entity)
    if format_ == "jsonld":
        click.echo(graph.frame(thing), nl=False)
        return
    passage = None if text is None else graph.passage(thing, _bytes(text))
    facts = graph.show(thing)
    if format_ != "table":
        _print(graph, facts, format_)
        return
    click.echo(write_facts(thing, facts, graph.labels(facts)), nl=False)
    conflicts = graph.query("conflicts", thing=thing)
    if len(conflicts):
        click.echo(write_conflicts(conflicts, graph.labels(conflicts)), nl=False)
    if passage is not None:
        click.echo(f"\nThe passage:\n{plain(passage)}")


@cli.command()
@click.argument("subject")
@click.argument("predicate")
@click.argument("object_", metavar="OBJECT")
@click.option(
    "-f",
    "--format",
    "format_",
    callback=_one_of("proof format", _PROOFS),
    metavar="|".join(_PROOFS),
    default="text",
    help="How to print it.",
)
@click.option("--all", "every", is_flag=True, help=f"Up to {_DERIVATIONS} derivations, not one.")
@_with(_timeout)
@_asked
def why(
    subject: str,
    predicate: str,
    object_: str,
    format_: str,
    every: bool,
    timeout: float | None,
    source: _Source,
) -> int:
    """Show why a fact is in the graph, down to the passages that state it.

    SUBJECT and OBJECT are a local name, a CURIE, an IRI or a label, OBJECT also a literal such as
    '"2025-05-13"^^xsd:date'; PREDICATE is a property, or a. The exit code is 1 where the fact does
    not follow; the premise that a rule lacks is named then.

    \b
    Examples:
      $ qkg why eu-japan-quantum-letter-of-intent hasParty japan | head -1
      EU-Japan Letter of Intent on quantum technology — has party — Japan
    """
    from qkg.export.proofs import write_explanation

    graph = source.open(timeout)
    explanation = graph.why(subject, predicate, object_, limit=_DERIVATIONS if every else 1)
    text = write_explanation(explanation, format_, graph.labels(explanation))
    click.echo(text, nl=False)
    return 0 if explanation.holds else 1


@cli.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
@click.option(
    "-f",
    "--format",
    "format_",
    callback=_one_of("report format", _REPORTS),
    metavar="|".join(_REPORTS),
    default="text",
    help="How to print the findings.",
)
@_with(*_files)
def check(
    paths: tuple[Path, ...],
    format_: str,
    data: tuple[Path, ...],
    add: tuple[Path, ...],
    base: str,
) -> int:
    """Check syntax, shapes and consistency: each claim with what it speaks of, then the whole.

    PATH limits the report to these folders and files; one that is not among the data is added
    beside it. The exit code is 1 where there is a violation.

    \b
    Examples:
      $ qkg check
      127 files checked: no findings.
    """
    import gc
    import logging

    from qkg.export.reports import write_report
    from qkg.loading import check as check_files

    gc.enable()  # pySHACL leaves much behind at each claim
    # rdflib logs a traceback for each literal that means nothing; a finding says it in words.
    logging.getLogger("rdflib").addHandler(logging.NullHandler())

    report = check_files(*paths, data=data, add=add, base=base)
    click.echo(write_report(report, format_), nl=False)
    files = f"{report.files} file{'' if report.files == 1 else 's'}"
    findings = f"{len(report.findings) or 'no'} finding{'' if len(report.findings) == 1 else 's'}"
    click.echo(f"{files} checked: {findings}.", err=True)
    return 0 if report.conforms else 1


@cli.command()
@click.option(
    "-f",
    "--format",
    "format_",
    callback=_one_of("graph format", _GRAPHS),
    metavar="|".join(_GRAPHS),
    default="turtle",
    help="How to write the graph.",
)
@click.option(
    "--graph",
    "part",
    callback=_one_of("graph", ("default", "claims", "inferred", "all")),
    metavar="|".join(("default", "claims", "inferred", "all")),
    help="Which part; by default what the graph holds to be true, and all for quads.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write to FILE, whole or not at all, in place of standard output.",
)
@_asked
def export(
    format_: str,
    part: Any,
    output: Path | None,
    source: _Source,
) -> None:
    """Write the graph as Turtle, TriG, N-Triples, N-Quads, RDF/XML or JSON-LD.

    \b
    Examples:
      $ qkg export --format ntriples | grep -c id/tokyo
      8
    """
    text = source.open().export(format_, part)
    if output is None:
        click.echo(text, nl=False)
    else:
        _write(output, text)


def _print(graph: KnowledgeGraph, answer: Answer, format_: str) -> None:
    from qkg.export.answers import write_answer

    labels = graph.labels(answer) if format_ in ("table", "md") else {}
    click.echo(write_answer(answer, format_, labels, _width()), nl=False)


def _print_cited(graph: KnowledgeGraph, answer: CitedAnswer | Cited, format_: str) -> None:
    from qkg.citations import CitedAnswer
    from qkg.export.bibliography import write_bibliography
    from qkg.export.citations import (
        write_cited_answer,
        write_cited_boolean,
        write_cited_graph,
    )

    if format_ in _BIBLIOGRAPHIES:
        text = write_bibliography(graph.references(answer), format_)
    elif isinstance(answer, CitedAnswer):
        text = write_cited_answer(answer, format_, graph.labels(answer), _width())
    elif isinstance(answer.result, bool):
        text = write_cited_boolean(answer.result, answer.sources, format_, graph.labels(answer))
    else:
        text = write_cited_graph(answer.result, answer.sources, format_, graph.labels(answer))
    click.echo(text, nl=False)


def _width() -> int:
    # A terminal that was never given a size says 0.
    return (os.get_terminal_size().columns if sys.stdout.isatty() else 0) or _WIDTH


def _read(file: str) -> str:
    content = _bytes(Path(file)) if file != "-" else _standard_input()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{file} is not UTF-8 text: byte {error.start} is malformed.") from error


def _standard_input() -> bytes:
    if sys.stdin is None:
        raise InputError("Standard input is closed: name a file.")
    try:
        return sys.stdin.buffer.read()
    except OSError as error:
        raise LayoutError(f"Standard input cannot be read: {error.strerror}.") from error


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError as error:
        raise LayoutError.missing(file) from error
    except OSError as error:
        raise LayoutError(f"{file} cannot be read: {error.strerror}.") from error


def _write(output: Path, text: str) -> None:
    """Write a file whole or not at all; a link is followed, and a device or a pipe written to."""
    import tempfile

    try:
        target = output.resolve()
        if target.exists() and not target.is_file():
            target.write_text(text, encoding="utf-8")
            return
        with tempfile.NamedTemporaryFile(
            "w", dir=target.parent, prefix=f".{target.name}.", encoding="utf-8", delete=False
        ) as file:
            temporary = Path(file.name)
            try:
                file.write(text)
                file.flush()
                temporary.chmod(_mode(target))
                temporary.replace(target)
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise LayoutError(f"{output} cannot be written: {error.strerror}.") from error


def _mode(target: Path) -> int:
    if target.exists():
        return target.stat().st_mode & 0o7777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _kind(parameter: Parameter) -> str:
    return "" if parameter.kind is None else f" ({curie(parameter.kind.value)})"
