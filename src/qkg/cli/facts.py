"""The verbs about single facts and things: ``show`` and ``why``."""

from __future__ import annotations

from pathlib import Path

import click

from qkg.cli.files import read_bytes
from qkg.cli.options import Source, asked, format_option, timeout_option, with_options
from qkg.cli.printing import ANSWERS, print_answer

__all__ = ["show", "why"]

_PROOFS = ("text", "json", "md", "mermaid")
_DERIVATIONS = 20


@click.command()
@click.argument("entity")
@format_option(
    "format",
    (*ANSWERS, "jsonld"),
    "table",
    "How to print it; jsonld nests what is held to be true, and tells no sources.",
)
@click.option(
    "--text",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The text of the source of a claim: show the passage as well.",
)
@with_options(timeout_option)
@asked
def show(
    entity: str,
    format_: str,
    text: Path | None,
    timeout: float | None,
    source: Source,
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
    passage = None if text is None else graph.passage(thing, read_bytes(text))
    facts = graph.show(thing)
    if format_ != "table":
        print_answer(graph, facts, format_)
        return
    click.echo(write_facts(thing, facts, graph.labels(facts)), nl=False)
    conflicts = graph.query("conflicts", thing=thing)
    if len(conflicts):
        click.echo(write_conflicts(conflicts, graph.labels(conflicts)), nl=False)
    if passage is not None:
        click.echo(f"\nThe passage:\n{plain(passage)}")


@click.command()
@click.argument("subject")
@click.argument("predicate")
@click.argument("object_", metavar="OBJECT")
@format_option(
    "proof format",
    _PROOFS,
    "text",
    "How to print it.",
)
@click.option("--all", "every", is_flag=True, help=f"Up to {_DERIVATIONS} derivations, not one.")
@with_options(timeout_option)
@asked
def why(
    subject: str,
    predicate: str,
    object_: str,
    format_: str,
    every: bool,
    timeout: float | None,
    source: Source,
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
