"""The one object of each subject, as an array: for what has to be looked up of many subjects."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["NOTHING", "SEVERAL", "Column"]

NOTHING, SEVERAL = -(2**31), 1 - 2**31
"""What stands in place of an object where there is none, and where there are several."""


class Column:
    """The object of each subject that has one, by number; literals, which have none, are left out.

    A look-up touches one place in memory, where a dict of tuples takes four.

    Args:
        facts: pairs of a subject and an object, each pair once.
    """

    def __init__(self, facts: Iterable[tuple[int, int]]) -> None:
        self._objects = array("i")
        self.add(facts)

    def add(self, facts: Iterable[tuple[int, int]]) -> None:
        """Enter facts that are not there yet."""
        objects = self._objects
        found = [fact for fact in facts if fact[0] >= 0]
        missing = max((subject for subject, _ in found), default=-1) + 1 - len(objects)
        if missing > 0:
            # And some more, so that facts which come one by one do not copy it each time.
            objects.extend(array("i", [NOTHING]) * (missing + len(objects) // 8))
        for subject, object_ in found:
            objects[subject] = object_ if objects[subject] == NOTHING else SEVERAL

    def remove(self, facts: Iterable[tuple[int, int]]) -> bool:
        """Take facts out; return whether the column still says what is true.

        Of several objects it does not know those that are left.
        """
        objects, end = self._objects, len(self._objects)
        for subject, object_ in facts:
            if 0 <= subject < end:
                if objects[subject] == SEVERAL:
                    return False
                if objects[subject] == object_:
                    objects[subject] = NOTHING
        return True

    def read(self, subjects: Sequence[int]) -> list[int]:
        """Return what each subject has: an object, :data:`NOTHING` or :data:`SEVERAL`.

        Args:
            subjects: numbers of terms, or what was read before; nothing and several have nothing.
        """
        objects, end = self._objects, len(self._objects)
        if subjects and min(subjects) >= 0 and max(subjects) < end:
            return list(map(objects.__getitem__, subjects))
        return [objects[each] if 0 <= each < end else NOTHING for each in subjects]
