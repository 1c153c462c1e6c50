"""What a claim needs to know of its document: its file, and where a passage stands in its text."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import Literal, NamedNode

from qkg.claims import read_file
from qkg.errors import InputError, LayoutError, NameUnknown
from qkg.namespaces import DATA, PREFIXES, QKG
from qkg.scaffold.drafts import refuse_other_than_folder
from qkg.scaffold.values import decoded, slug_of

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Position", "Source", "find_quote", "read_source"]


class Position(NamedTuple):
    """Where a passage stands in a text: the offsets of its first character and after its last."""

    start: int
    end: int


class Source(NamedTuple):
    """A document of which claims can be made.

    Attributes:
        slug: the name of its folder.
        sha256: those of its text; none where it was not read in full.
        references: the numbers of the references that are described beside it.
    """

    slug: str
    sha256: frozenset[str] = frozenset()
    references: frozenset[str] = frozenset()

    def decode(self, text: bytes) -> str:
        """Return the text of the document, over whose characters offsets count.

        Raises:
            InputError: it is another text than was read, or none was.
        """
        found = sha256(text).hexdigest()
        if not self.sha256:
            raise InputError(
                f"{self.slug}/document.ttl has no SHA-256 that offsets could refer to: add "
                f'qkg:textSha256 "{found}" to it, where this is its text in full.'
            )
        if found not in self.sha256:
            raise InputError(
                f"This is not the text of {self.slug} as it was read: its SHA-256 is {found}, and "
                f"document.ttl has {' and '.join(sorted(self.sha256))}."
            )
        return decoded(text)


def find_quote(text: str, quote: str) -> Position:
    """Return where a quotation stands in a text.

    Args:
        text: the text.
        quote: the passage, or its first and its last words with ``…`` or ``...`` between them;
            what follows the first words soonest counts as the last ones. Any white space stands
            for any other.

    Raises:
        InputError: it does not stand there, or stands there several times.

    >>> find_quote("One. Two and three. Four.", "Two … three.")
    Position(start=5, end=19)
    """
    parts = [part.split() for part in re.split(r"…|\.\.\.", quote, maxsplit=1)]
    if not all(parts):
        raise InputError(
            "A quotation has words: give the passage, or its first and last words with … between."
        )
    first, *last = (r"\s+".join(map(re.escape, words)) for words in parts)
    rest = "".join(f".*?{each}" for each in last)
    # Looked ahead, so that one that begins inside another is found too.
    found = [
        Position(match.start(1), match.end(1))
        for match in re.finditer(f"(?=({first}{rest}))", text, re.DOTALL)
    ]
    if not found:
        raise InputError(
            f"The text does not hold the words {quote!r}: copy them from it, letter by letter."
        )
    if len(found) > 1:
        places = [f"{start} to {end}" for start, end in found[:5]]
        more = f" and {len(found) - 5} more" if len(found) > 5 else ""
        raise InputError(
            f"The text holds these words {len(found)} times, at characters {', '.join(places)}"
            f"{more}: quote more of them, or give --start and --end."
        )
    return found[0]


def read_source(folder: Path, slug: str) -> Source:
    """Return what the file of a document says that its claims need.

    Args:
        folder: the folder of the data.
        slug: the name of the document's folder in it.

    Raises:
        LayoutError: the document has no file there.
        ParseError: that is not well-formed.
        InputError: it does not describe the document.
    """
    path = folder / slug_of(slug) / "document.ttl"
    if not path.is_file():
        refuse_other_than_folder(folder)
        known = (file.parent.name for file in folder.glob("*/document.ttl"))
        problem = NameUnknown("document", slug, known)
        raise LayoutError(f"{problem} qkg new document {slug} makes {path}, which claims need.")
    document = NamedNode(PREFIXES["document"] + slug)
    statements = read_file(path, NamedNode(f"{DATA}{slug}/document"), 0).statements
    subjects = {q.subject.value for q in statements if isinstance(q.subject, NamedNode)}
    if document.value not in subjects:
        raise InputError(f"{path} does not describe document:{slug}: name it as its folder is.")
    beside = f"{document.value}/reference/"
    return Source(
        slug,
        frozenset(
            quad.object.value
            for quad in statements
            if (quad.subject, quad.predicate) == (document, QKG["textSha256"])
            and isinstance(quad.object, Literal)
        ),
        frozenset(each[len(beside) :] for each in subjects if each.startswith(beside)),
    )
