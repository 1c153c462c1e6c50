"""The verb ``check``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qkg.cli.options import endpoint_option, file_options, format_option, one_of, with_options
from qkg.cli.printing import say
from qkg.namespaces import DATA

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["REPORTS", "check"]

# Kept in step with qkg.export by a test.
REPORTS = ("text", "json", "github", "sarif", "junit", "markdown", "turtle")
_SEVERITIES = ("violation", "warning", "info")
_LANGUAGES = ("en", "ja")


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
@format_option(
    "report format",
    REPORTS,
    "text",
    "How to print the findings.",
)
@click.option(
    "--select",
    multiple=True,
    metavar="CODE,…",
    help="Look for these only: codes such as Q023, or beginnings such as Q05; repeatable.",
)
@click.option(
    "--ignore",
    multiple=True,
    metavar="CODE,…",
    help="Leave these out: codes, or beginnings of codes; repeatable.",
)
@click.option(
    "--fail-on",
    callback=one_of("severity", _SEVERITIES),
    metavar="|".join(_SEVERITIES),
    default="violation",
    help="Exit with 1 where a finding is as grave as this, or graver.",
)
@click.option(
    "--lang",
    callback=one_of("language", _LANGUAGES),
    metavar="|".join(_LANGUAGES),
    default="en",
    help="The language of the messages.",
)
@click.option(
    "--sources",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Look passages up in the texts of this folder, which are known by their SHA-256.",
)
@click.option(
    "--explain",
    metavar="SHAPE",
    help="Check nothing: print the queries that the shape compiles into.",
)
@with_options(*file_options, endpoint_option)
def check(
    paths: tuple[Path, ...],
    format_: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: Any,
    lang: Any,
    sources: Path | None,
    explain: str | None,
    data: tuple[Path, ...],
    add: tuple[Path, ...],
    base: str,
    endpoint: str | None,
) -> int:
    """Check syntax, names, passages, shapes, consistency: each claim, then the graph as a whole.

    PATH limits the report to these folders and files; one that is not among the data is added
    beside it. An endpoint is checked as it is held, by the shapes and for consistency.
    docs/findings.md explains each code. The exit code is 1 where there is a violation.

    \b
    Examples:
      $ qkg check
      127 files checked: no findings.
      $ qkg check --select Q02 --format json 2> /dev/null | head -2
      {
        "files": 127,
      $ qkg check --explain Amount-currency | head -1
      # shape:Amount-currency (within shape:Amount): sh:class qkg:Currency
    """
    from qkg.export.reports import write_report

    names_files = bool(paths or data or add or sources or base != DATA)
    if explain is not None:
        from qkg._paths import shipped
        from qkg.claims import read_shapes
        from qkg.shapes.explaining import explained

        if names_files or endpoint is not None:
            raise click.UsageError("--explain checks nothing: leave what to check out.")
        click.echo(explained(read_shapes(shipped("ontology")).statements, explain), nl=False)
        return 0
    chosen: dict[str, Any] = {"select": _listed(select), "ignore": _listed(ignore), "lang": lang}
    if endpoint is not None:
        from qkg.loading import connect

        if names_files:
            raise click.UsageError("--endpoint takes no files: leave the paths out.")
        report = connect(endpoint).check(**chosen)
    else:
        from qkg.loading import check as check_files

        report = check_files(*paths, data=data, add=add, base=base, sources=sources, **chosen)
    click.echo(write_report(report, format_), nl=False)
    for shape, reason in report.referred:
        say(f"{shape} was judged by pySHACL: {reason}.")
    files = f"{report.files} file{'' if report.files == 1 else 's'}"
    files = files if endpoint is None else endpoint
    findings = f"{len(report.findings) or 'no'} finding{'' if len(report.findings) == 1 else 's'}"
    click.echo(f"{files} checked: {findings}.", err=True)
    return int(report.fails(fail_on))


def _listed(texts: Iterable[str]) -> list[str]:
    return [part.strip() for text in texts for part in text.split(",")]
