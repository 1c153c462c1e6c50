"""Where slips are: the line and column of what is at fault, looked up in the text of the file."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from qkg.answers import Term
from qkg.checks.positions import Position, Positions
from qkg.checks.slip import Slip
from qkg.claims import DataFile

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Places"]

_START = Position(1, 1)


class Places:
    """The texts of files, read when something in them is looked for.

    Args:
        files: the files that parse.
    """

    def __init__(self, files: Iterable[DataFile]) -> None:
        self._files = {file.path: file for file in files}
        self._read: dict[Path, Positions] = {}

    def position(self, slip: Slip) -> tuple[int, int]:
        """Return line and column of a slip; 0 and 0 where it is in no file."""
        place = slip.place
        if place is not None and place.line:
            return place.line, place.column
        file = None if slip.path is None else self._files.get(slip.path)
        if file is None:
            return 0, 0
        positions = self._positions(file)
        if place is None:
            return _stated(positions, slip.focus, slip.property, slip.value, file.graph)
        if place.prefix is not None:
            return positions.prefix(place.prefix) or _START
        subject, predicate, object_ = place.triple
        if place.is_subject:
            return positions.subject(subject) or _START
        if place.is_predicate:
            return positions.predicate(subject, predicate) or _START
        return positions.triple(subject, predicate, object_) or _START

    def _positions(self, file: DataFile) -> Positions:
        if file.path not in self._read:
            content = file.path.read_bytes().removeprefix(b"\xef\xbb\xbf")
            text = content.decode("utf-8", "replace")
            self._read[file.path] = Positions(text, file.graph.value, file.statements)
        return self._read[file.path]


def _stated(
    positions: Positions,
    focus: Term | None,
    property_: Term | None,
    value: Term | None,
    graph: NamedNode,
) -> Position:
    """Return where the value stands, or else the property, the node, or what links to it."""
    found = None
    if property_ is not None:
        if value is not None:
            found = positions.triple(focus, property_, value)
        found = found or positions.predicate(focus, property_)
    found = found or positions.subject(focus)
    if found is None and value is not None:
        found = positions.triple(None, property_, value) or positions.subject(value)
    if found is None and focus is not None:
        found = positions.triple(None, None, focus)
    return found or positions.subject(graph) or _START
