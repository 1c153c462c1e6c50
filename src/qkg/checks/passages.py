"""Passages: whether there can be such characters, and whether they are what the claim says."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from pyoxigraph import Literal, Triple

from qkg.answers import Term
from qkg.checks.slip import Slip, Word
from qkg.checks.survey import EXACT, Survey, Use
from qkg.errors import LayoutError

__all__ = ["Texts", "passages", "texts"]

Texts = Mapping[str, tuple[Path, str]]
"""Files and their texts, by the SHA-256 of the text."""


def texts(folder: Path) -> Texts:
    """Return the texts in a folder by their SHA-256.

    Raises:
        LayoutError: there is no such folder.
    """
    from hashlib import sha256

    if not folder.is_dir():
        raise LayoutError.missing(folder)
    found = {}
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            content = file.read_bytes()
            try:
                found[sha256(content).hexdigest()] = (file, content.decode("utf-8"))
            except UnicodeDecodeError:
                continue
    return found


def passages(survey: Survey, sources: Texts) -> Iterator[Slip]:
    """Yield what is wrong with passages: Q031 to Q035.

    Args:
        survey: the files.
        sources: the texts that are at hand, by their SHA-256.
    """
    exact = {name: survey.by_subject(property_) for name, property_ in EXACT.items()}
    for start in exact["start"].values():
        yield from _order(start, exact["end"].get(start.subject))
    for claim, link in exact["passage"].items():
        stated = exact["document"].get(claim)
        source = exact["source"].get(link.object)
        if stated is not None and source is not None and stated.object != source.object:
            yield Slip(
                "Q035",
                *source.spot,
                {"document": stated.object, "other": source.object},
                premises=tuple(
                    Triple(use.subject, use.predicate, use.object)  # type: ignore[arg-type]
                    for use in (stated, source)
                ),
            )
    for passage, link in exact["selector"].items():
        source = exact["source"].get(passage)
        if source is not None:
            yield from _text(exact, link, source, sources)


def _order(start: Use, end: Use | None) -> Iterator[Slip]:
    first, last = _number(start), _number(end)
    if first is None or last is None or end is None or 0 <= first < last:
        return
    wrong = start if first < 0 else end
    yield Slip(
        "Q031",
        *wrong.spot,
        {"start": str(first), "end": str(last)},
        "swapped" if 0 <= last < first else "",
        suspects=frozenset((start.object, end.object)),
    )


def _text(
    exact: Mapping[str, Mapping[Term, Use]], link: Use, source: Use, sources: Texts
) -> Iterator[Slip]:
    selector, document = link.object, source.object
    start, end = exact["start"].get(selector), exact["end"].get(selector)
    quoted = exact["exact"].get(selector)
    hashed = exact["hash"].get(document)
    if hashed is None:
        if start is not None:
            yield Slip(
                "Q034",
                *link.spot,
                {"document": document},
                premises=(Triple(link.subject, source.predicate, document),),  # type: ignore[arg-type]
            )
        return
    assert isinstance(hashed.object, Literal)
    file, text = sources.get(hashed.object.value, (None, ""))
    if file is None:
        return
    first, last = _number(start), _number(end)
    if last is not None and end is not None and last > len(text):
        yield Slip(
            "Q032",
            *end.spot,
            {"document": document, "end": str(last), "length": str(len(text)), "file": file},
        )
    elif quoted is not None and isinstance(quoted.object, Literal):
        quotation = quoted.object.value
        found = quotation if first is None or last is None else text[first:last]
        elsewhere = text.find(quotation)
        if found != quotation or elsewhere < 0:
            words: dict[str, Word] = {"document": document, "found": f"“{_short(found)}”"}
            if elsewhere >= 0:
                words |= {"start": str(elsewhere), "end": str(elsewhere + len(quotation))}
            yield Slip(
                "Q033",
                *quoted.spot,
                words,
                "elsewhere" if elsewhere >= 0 else "",
            )


def _number(use: Use | None) -> int | None:
    text = use.object.value if use is not None and isinstance(use.object, Literal) else ""
    return int(text) if text.removeprefix("-").isdecimal() and text.isascii() else None


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
