"""The verbs that begin a file: ``new document`` and ``new claim``."""

from __future__ import annotations

from pathlib import Path

import click

from qkg.cli.files import read_bytes
from qkg.cli.printing import say
from qkg.cli.verbs import Verbs
from qkg.errors import InputError

__all__ = ["claim", "document", "new"]

_folder = click.option(
    "--folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The folder of the data; by default data/ where qkg runs, in a checkout.",
)

_print = click.option("--print", "printed", is_flag=True, help="Print the file; write nothing.")


@click.group(cls=Verbs)
def new() -> None:
    """Begin the file of a document, or of a claim; no file is ever overwritten.

    \b
    Examples:
      $ qkg new claim q-neko-website-2026/partners --locator list 2>&1 | cut -d, -f1
      Error: data/q-neko-website-2026/partners.ttl is there already
    """


@new.command()
@click.argument("slug")
@click.option("--title", required=True, metavar="TEXT", help="What to call it, in English.")
@click.option("--url", multiple=True, help="Where it is published; repeatable.")
@click.option("--identifier", multiple=True, help="What a register calls it; repeatable.")
@click.option(
    "--published", metavar="DATE", help="As precisely as it is known: 2025-05-13, 2025-05 or 2025."
)
@click.option("--headline", metavar="TEXT", help="Its own headline, in its language.")
@click.option("--language", metavar="TAG", help="The tag of its language, such as en.")
@click.option(
    "--kind", metavar="CLASS", default="Document", help="Document, or a class below it: NewsItem."
)
@click.option(
    "--grade",
    multiple=True,
    help="primary, mirrored, secondary or weak; twice where it is of two.",
)
@click.option(
    "--resolvability", default="resolved", help="resolved, resolvedInMirror or unresolved."
)
@click.option("--read-on", metavar="DAY", help="When it was read; by default today.")
@click.option(
    "--reference",
    "references",
    multiple=True,
    metavar="N",
    help="A citation marker [N] whose source it does not give; repeatable.",
)
@click.option("--derived-from", metavar="SLUG", help="The document that it mirrors or copies.")
@click.option("--note", metavar="TEXT", help="What else an editor has to say of it.")
@click.option(
    "--text",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Its text, read in full: the SHA-256 is kept, and the text is not.",
)
@_print
@_folder
def document(
    slug: str,
    title: str,
    url: tuple[str, ...],
    identifier: tuple[str, ...],
    published: str | None,
    headline: str | None,
    language: str | None,
    kind: str,
    grade: tuple[str, ...],
    resolvability: str,
    read_on: str | None,
    references: tuple[str, ...],
    derived_from: str | None,
    note: str | None,
    text: Path | None,
    printed: bool,
    folder: Path | None,
) -> None:
    """Begin a document: write SLUG/document.ttl.

    SLUG says what the document is about, and its date: eu-japan-summit-2025-07-23.

    \b
    Examples:
      $ qkg new document kyoto-2025 --title "Kyoto" --url https://example.org --print | tail -2
          rdfs:label "Kyoto"@en ;
          schema:url "https://example.org"^^xsd:anyURI .
    """
    from datetime import date

    from qkg.scaffold import new_document, write

    draft = new_document(
        slug,
        title=title,
        url=url,
        identifier=identifier,
        kind=kind,
        grade=grade,
        resolvability=resolvability,
        headline=headline,
        published=published,
        language=language,
        read_on=read_on or date.today().isoformat(),
        references=references,
        derived_from=derived_from,
        note=note,
        text=None if text is None else read_bytes(text),
    )
    if printed:
        click.echo(draft.text, nl=False)
        return
    click.echo(write(draft, _data(folder)))
    if not grade:
        say("Add qkg:grade once it is known how close the document is to what it reports.")
    where = "" if folder is None else f" --folder {folder}"
    say(f"Next: qkg new claim {slug}/WHAT-IT-SAYS{where}")


@new.command()
@click.argument("name", metavar="DOCUMENT/CLAIM")
@click.option("--label", metavar="TEXT", help="What it says, in a sentence.")
@click.option("--manner", default="asserted", help="asserted, hedged, planned or evaluated.")
@click.option("--status", default="accepted", help="accepted, or disputed with a --reason.")
@click.option("--reason", metavar="TEXT", help="Why it is disputed.")
@click.option("--kind", default="bodyText", help="bodyText, heading, headline or recordEntry.")
@click.option("--section", metavar="TEXT", help="The heading under which the passage stands.")
@click.option("--sentence", type=int, metavar="N", help="The number of its sentence, from 1.")
@click.option("--quote", metavar="TEXT", help="The passage in --text, or “first … last words”.")
@click.option(
    "--text",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The text of the document, in which the offsets are found; it is not kept.",
)
@click.option("--start", type=int, metavar="N", help="The offset of its first character, from 0.")
@click.option("--end", type=int, metavar="N", help="The offset after its last character.")
@click.option(
    "--locator", metavar="TEXT", help="Where the facts stand, where the text was not read in full."
)
@click.option("--url", help="The page on which it stands, where the document has several.")
@click.option(
    "--cites", multiple=True, metavar="N", help="A marker [N] that stands in it; repeatable."
)
@click.option("--open", "open_enumeration", is_flag=True, help="The passage leaves a list open.")
@click.option("--note", metavar="TEXT", help="What else an editor has to say of it.")
@_print
@_folder
def claim(
    name: str,
    label: str | None,
    manner: str,
    status: str,
    reason: str | None,
    kind: str,
    section: str | None,
    sentence: int | None,
    quote: str | None,
    text: Path | None,
    start: int | None,
    end: int | None,
    locator: str | None,
    url: str | None,
    cites: tuple[str, ...],
    open_enumeration: bool,
    note: str | None,
    printed: bool,
    folder: Path | None,
) -> None:
    """Begin a claim of a document: write all but its facts.

    The facts go into the file, in place of the comment at its end. With --text and --quote, the
    offsets of the passage are found; any white space stands for any other.

    \b
    Examples:
      $ qkg new claim q-neko-website-2026/kickoff --locator "front page" --print | grep locator
          qkg:locator "front page" .
    """
    from qkg.scaffold import Position, find_quote, new_claim, read_source, write

    slug, slash, own = name.partition("/")
    if not slash:
        raise InputError(
            f"{name!r} is not DOCUMENT/CLAIM: write it like q-neko-website-2026/award."
        )
    if (start is None) != (end is None):
        raise InputError("A position has both ends: give --start and --end together.")
    if quote is not None and (text is None or start is not None):
        raise InputError("--quote finds the offsets in --text FILE: give that, and no --start.")
    if text is not None and quote is None and start is None:
        raise InputError("--text is for finding a passage: give --quote, or --start and --end.")
    data = _data(folder)
    source = read_source(data, slug)
    position = None if start is None or end is None else Position(start, end)
    content = None
    if text is not None:
        content = source.decode(read_bytes(text))
        if quote is not None:
            position = find_quote(content, quote)
        if position is not None and position.end > len(content):
            raise InputError(f"The text ends at {len(content)}: --end {position.end} is behind it.")
    draft = new_claim(
        source,
        own,
        label=label,
        manner=manner,
        status=status,
        reason=reason,
        kind=kind,
        section=section,
        sentence=sentence,
        position=position,
        locator=locator,
        url=url,
        cites=cites,
        open_enumeration=open_enumeration,
        note=note,
    )
    if content is not None and position is not None:
        say(f"Characters {position.start} to {position.end}: {content[slice(*position)]}")
    if printed:
        click.echo(draft.text, nl=False)
        return
    path = write(draft, data)
    click.echo(path)
    files = "" if folder is None else f"--add {folder} "
    say(f"Next: state its facts in {path}, then qkg check {files}{path}")


def _data(folder: Path | None) -> Path:
    """Return the folder of the data: the one that is named, or that of the checkout."""
    if folder is not None:
        return folder
    if Path("data", "entities").is_dir():
        return Path("data")
    raise InputError(
        "qkg does not run in a checkout: name the folder of your data with --folder DIR."
    )
