"""The verb ``check``."""

from __future__ import annotations

from pathlib import Path

import click

from qkg.cli.options import file_options, one_of, with_options

__all__ = ["REPORTS", "check"]

# Kept in step with qkg.export by a test.
REPORTS = ("text", "json")


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
@click.option(
    "-f",
    "--format",
    "format_",
    callback=one_of("report format", REPORTS),
    metavar="|".join(REPORTS),
    default="text",
    help="How to print the findings.",
)
@with_options(*file_options)
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
    checked = f"{report.files} file{'' if report.files == 1 else 's'}"
    findings = f"{len(report.findings) or 'no'} finding{'' if len(report.findings) == 1 else 's'}"
    click.echo(f"{checked} checked: {findings}.", err=True)
    return 0 if report.conforms else 1
