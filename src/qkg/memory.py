"""What was found out about a dataset, kept until the dataset changes."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

from qkg.support import together

if TYPE_CHECKING:
    from collections.abc import Iterable, Sized

    from pyoxigraph import NamedNode

    from qkg.citations.cited import Source
    from qkg.citations.facts import Fact
    from qkg.editing import Editor
    from qkg.engines import Engine
    from qkg.rules.held import Held
    from qkg.rules.why import Reasoner

__all__ = ["Found", "Memory", "Numbers"]

_MOST = 200_000
"""How much is kept before all of it is forgotten: some hundred megabytes."""


T = TypeVar("T")


class Numbers(dict[T, int], Generic[T]):
    """Things, numbered from 0 as they are asked for; several threads may ask.

    Attributes:
        things: the things, each at the place that is its number.
    """

    def __init__(self) -> None:
        super().__init__()
        self.things: list[T] = []
        self._lock = Lock()

    def __missing__(self, thing: T) -> int:
        with self._lock:
            number = self.get(thing)
            if number is None:
                number = len(self.things)
                self.things.append(thing)
                self[thing] = number
        return number


class Found:
    """What was found out about one version of a dataset; it only grows.

    Attributes:
        version: the version; None where nobody can tell it from the next one.
        held: what looks facts up in memory; None where only the engine has them.
        believed: of named graphs, whether they are believed.
        described: of named graphs, what a citation says of them, disputes left out.
        facts: the facts that stood behind answers, numbered.
        sources: what facts are cited by, numbered.
        cited: of numbers of facts, the numbers of their sources.
        reasoner: what finds derivations, with those that it has found; None as long as none was
            asked for.
    """

    def __init__(self, version: int | None, held: Held | None = None) -> None:
        self.version = version
        self.held = held
        self.believed: dict[NamedNode, bool] = {}
        self.described: dict[NamedNode, Source] = {}
        self.facts: Numbers[Fact] = Numbers()
        self.sources: Numbers[tuple[NamedNode, ...]] = Numbers()
        self.cited: dict[int, int] = {}
        self._together: dict[frozenset[int], tuple[NamedNode, ...]] = {}
        self.reasoner: Reasoner | None = None

    def together(self, sources: Iterable[int]) -> tuple[NamedNode, ...]:
        """Return the named graphs of numbered sources, each once, in the order of their IRIs.

        Those of the same sources are the same object.
        """
        numbers = frozenset(sources)
        graphs = self._together.get(numbers)
        if graphs is None:
            graphs = together([self.sources.things[number] for number in numbers])
            self._together[numbers] = graphs
        return graphs

    @property
    def size(self) -> int:
        """How much is known."""
        known = sum(each.size for each in (self.held, self.reasoner) if each is not None)
        kept: tuple[Sized, ...] = (self.believed, self.described, self.facts, self._together)
        return known + sum(map(len, kept))


class Memory:
    """What keeps for one dataset what is found out about it.

    Args:
        editor: what changes the dataset; None where it is not changed here.
    """

    def __init__(self, editor: Editor | None = None) -> None:
        self._editor = editor
        self._latest = Found(None)

    def of(self, engine: Engine) -> Found:
        """Return what is known of a dataset as it is now; nothing of one that others can change.

        What is found out while the dataset changes is put to the version before, and lost.
        """
        version = engine.version
        found = self._latest
        if version is None or found.version != version or found.size > _MOST:
            held = None if self._editor is None else self._editor.held()
            found = self._latest = Found(version, held)
        return found
