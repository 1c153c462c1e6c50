"""The command line: each verb parses its arguments, calls the library, and prints.

A verb is imported when it is used: a plain query does not wait for what the others need.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from typing import NoReturn

import click

from qkg.cli.options import Source, asked
from qkg.cli.printing import print_answer, say
from qkg.cli.verbs import Verbs
from qkg.errors import InputError, QkgError

__all__ = ["main"]

_MODULES = {
    "check": "check",
    "export": "export",
    "new": "new",
    "queries": "ask",
    "query": "ask",
    "show": "facts",
    "sparql": "ask",
    "why": "facts",
}
"""Each verb with the module of this package that holds it."""


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
        say(f"Error: {error}")
        return 2 if isinstance(error, InputError) else 3
    except OSError as error:
        if error.errno == errno.EPIPE:
            return 141
        say(f"Error: {error}.")
        return 2
    except Exception as error:  # whatever nobody thought of: a sentence all the same
        say(f"Error: qkg failed in a way that it should not ({type(error).__name__}: {error}).")
        return 3
    return result if isinstance(result, int) else 0


@click.group(cls=Verbs, modules=_MODULES, invoke_without_command=True, no_args_is_help=False)
@click.version_option(package_name="qkg", message="qkg %(version)s")
@asked
@click.pass_context
def cli(
    ctx: click.Context,
    source: Source,
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
        if source != Source():
            raise click.UsageError(
                "Put --data, --add, --base, --as-of and --endpoint after the verb."
            )
        return
    graph = source.open()
    print_answer(graph, graph.query("overview"), "table")
    click.echo("\nTry next:", err=True)
    for command, what in (
        ("qkg queries", "the stored questions"),
        ("qkg query signatories", "one of them, answered"),
        ("qkg show eu-japan-quantum-letter-of-intent", "all that is known of one thing"),
        ("qkg --help", "every verb"),
    ):
        click.echo(f"  {command:<44}  {what}", err=True)
