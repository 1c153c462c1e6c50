"""What was found out about a dataset, kept until the dataset changes."""

from __future__ import annotations

from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, TypeAlias

from pyoxigraph import Triple

from qkg.numbers import Numbers, members, united

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence, Sized

    from pyoxigraph import NamedNode

    from qkg.citations.cited import Source
    from qkg.citations.claim_index import ClaimIndex
    from qkg.citations.sources import Support
    from qkg.editing import Editor
    from qkg.engines import Engine
    from qkg.numbers import OneOrSeveral
    from qkg.rules.held import Held
    from qkg.rules.why import Reasoner

__all__ = ["Found", "Memory"]

_MOST = 200_000
"""How much is kept before it is forgotten: some hundred megabytes. Claims stay."""


_Graphs: TypeAlias = "tuple[tuple[NamedNode, ...], tuple[int, ...]]"
"""Some named graphs, each once, in the order of their IRIs; and their numbers."""


class Found:
    """What was found out about one version of a dataset; it only grows.

    What is held in memory goes through all versions, and shows the dataset as it is now.

    Attributes:
        version: the version; None where nobody can tell it from the next one.
        held: what looks facts up in memory; None where only the engine has them.
        claims: the claims of what is held; None where nothing is.
        believed: of named graphs, whether they are believed.
        described: of numbers of other named graphs, what a citation says of them.
        cited: of facts that only the engine can tell of, the numbers of the named graphs by which
            they are cited.
        reasoner: what finds derivations, with those that it has found; None as long as none was
            asked for.
    """

    def __init__(
        self,
        version: int | None,
        held: Held | None = None,
        claims: ClaimIndex | None = None,
    ) -> None:
        self.version = version
        self.held = held
        self.claims = claims
        self.believed: dict[NamedNode, bool] = {}
        self.described: dict[int, Source] = {}
        self.cited: dict[Triple, tuple[int, ...]] = {}
        self._ordered = range(0) if held is None else held.table.ordered
        self._others: Numbers[NamedNode] = Numbers()
        self._together: dict[tuple[OneOrSeveral, ...], _Graphs] = {}
        self._weight = 0
        self.reasoner: Reasoner | None = None

    def number(self, graph: NamedNode) -> int:
        """Return the number of a named graph: that which it is held by, or one below 0."""
        number = None if self.held is None else self.held.table.numbers.get(graph)
        return ~self._others[graph] if number is None else number

    def graph(self, number: int) -> NamedNode:
        """Return the named graph that has a number."""
        if number < 0:
            return self._others.things[~number]
        assert self.held is not None
        graph: NamedNode = self.held.table.terms.one(number)
        return graph

    def graphs(self, numbers: Collection[int]) -> list[NamedNode]:
        """Return the named graphs that have some numbers: :meth:`graph` for many."""
        if self.held is None or self._others:
            return list(map(self.graph, numbers))
        return self.held.table.terms.several(numbers)

    def together(self, supports: Sequence[Collection[Support]]) -> list[_Graphs]:
        """Return the named graphs by which facts are cited together.

        Args:
            supports: several times what each of some facts is cited by: numbers, and facts that the
                engine was asked for, of which :attr:`cited` tells it. A tuple has numbers alone.

        Returns:
            The named graphs of each, for those that are the same object the same object.
        """
        several: dict[int, _Graphs] = {}
        found = []
        for each in supports:
            if isinstance(each, tuple):
                graphs = self._named(each)
            else:
                # To compare many is dear, and the same often come as the same object.
                graphs = several.get(id(each)) or self._named(self._numbered(each))
                several[id(each)] = graphs
            found.append(graphs)
        return found

    def _numbered(self, supports: Collection[Support]) -> tuple[OneOrSeveral, ...]:
        cited = self.cited
        return tuple([cited[each] if isinstance(each, Triple) else each for each in supports])

    def _named(self, key: tuple[OneOrSeveral, ...]) -> _Graphs:
        graphs = self._together.get(key)
        if graphs is None:
            numbers = members(united(key))
            names = tuple(self.graphs(numbers))
            ordered = self._ordered
            if len(names) > 1 and not (numbers[0] in ordered and numbers[-1] in ordered):
                names, numbers = zip(*sorted(zip(names, numbers, strict=True)), strict=True)
            graphs = self._together[key] = names, numbers
            self._weight += 1 + (len(key) + len(numbers)) // 16
        return graphs

    @property
    def size(self) -> int:
        """How much is known."""
        known = sum(each.size for each in (self.held, self.reasoner) if each is not None)
        kept: tuple[Sized, ...] = (self.believed, self.described, self.cited)
        return known + sum(map(len, kept)) + self._weight


class Memory:
    """What keeps for one dataset what is found out about it.

    Args:
        editor: what changes the dataset; None where it is not changed here.
    """

    def __init__(self, editor: Editor | None = None) -> None:
        self._editor = editor
        self._latest = Found(None)

    @contextmanager
    def looking(self, engine: Engine) -> Iterator[Found]:
        """Tell :meth:`of` a dataset, which the editor leaves as it is meanwhile."""
        with nullcontext() if self._editor is None else self._editor.gate.looking():
            yield self.of(engine)

    def of(self, engine: Engine) -> Found:
        """Return what is known of a dataset as it is now; nothing of one that others can change."""
        version, editor = engine.version, self._editor
        found = self._latest
        is_off = found.held is not None and editor is not None and not editor.is_in_step
        if version is None or found.version != version or is_off or found.size > _MOST:
            held = None if editor is None else editor.held()
            found = Found(version) if held is None else Found(version, *held)
            self._latest = found
        return found
