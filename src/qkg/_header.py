"""The header of a stored query: the part of YAML that its convention needs, and no more.

PyYAML would take longer to import than the shipped graph takes to load. What is read here is read
alike by PyYAML, which a test holds for every shipped query: mappings by indentation, ``key: text``,
folded blocks (``>-``), and lists of ``- text``.
"""

import re
from typing import TypeAlias

__all__ = ["Header", "read_header"]

Header: TypeAlias = dict[str, "str | list[str] | Header"]

_LINES = re.compile(r"(?:#\+[^\n]*\n)*")
_ENTRY = re.compile(r"( *)([\w:-]+):(?: +(.*))?")


def read_header(text: str) -> Header:
    """Return the header of a query: the lines at its top that begin with ``#+``.

    Args:
        text: the query.

    Raises:
        ValueError: a line is none of the forms above.
    """
    match = _LINES.match(text)
    assert match is not None
    lines = [line[2:].removeprefix(" ") for line in match.group().splitlines()]
    header, rest = _mapping([line for line in lines if line.strip()], 0)
    if rest:
        raise ValueError(f"{rest[0].strip()!r} is indented like nothing before it")
    return header


def _mapping(lines: list[str], indent: int) -> tuple[Header, list[str]]:
    """Read the entries that are indented so far; return them, and the lines after them."""
    header: Header = {}
    while lines and _indent(lines[0]) == indent:
        entry = _ENTRY.fullmatch(lines[0])
        if entry is None:
            raise ValueError(f"{lines[0].strip()!r} is not 'key: text'")
        key, value = entry[2], (entry[3] or "").strip()
        end = next((i for i, line in enumerate(lines) if i and _indent(line) <= indent), len(lines))
        inner, lines = lines[1:end], lines[end:]
        if value == ">-":
            header[key] = " ".join(line.strip() for line in inner)
        elif value:
            if inner:
                raise ValueError(f"{inner[0].strip()!r} continues a text: put >- before it")
            header[key] = value
        elif inner and inner[0].lstrip().startswith("- "):
            header[key] = [line.strip().removeprefix("- ") for line in inner]
        elif inner:
            header[key], left = _mapping(inner, _indent(inner[0]))
            if left:
                raise ValueError(f"{left[0].strip()!r} is indented like nothing before it")
        else:
            raise ValueError(f"{key!r} has no value")
    return header, lines


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
