"""The verb ``export``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from qkg.cli.files import write_text
from qkg.cli.options import Source, asked, format_option, one_of
from qkg.cli.printing import GRAPHS

__all__ = ["export"]


@click.command()
@format_option(
    "graph format",
    GRAPHS,
    "turtle",
    "How to write the graph.",
)
@click.option(
    "--graph",
    "part",
    callback=one_of("graph", ("default", "claims", "inferred", "all")),
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
@asked
def export(
    format_: str,
    part: Any,
    output: Path | None,
    source: Source,
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
        write_text(output, text)
