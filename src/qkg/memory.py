"""What was found out about a dataset, kept until the dataset changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyoxigraph import NamedNode

    from qkg.citations.cited import Source
    from qkg.citations.facts import Fact
    from qkg.engines import Engine
    from qkg.rules.why import Reasoner

__all__ = ["Found", "Memory"]

_MOST = 200_000
"""How much is kept before all of it is forgotten: some hundred megabytes."""


class Found:
    """What was found out about one version of a dataset; it only grows.

    Attributes:
        version: the version; None where nobody can tell it from the next one.
        believed: of named graphs, whether they are believed.
        described: of named graphs, what a citation says of them, disputes left out.
        sources: of facts, by what they are cited.
        once: the values of `sources`, each as the one object that stands there.
        reasoner: what finds derivations, with those that it has found; None as long as none was
            asked for.
    """

    def __init__(self, version: int | None) -> None:
        self.version = version
        self.believed: dict[NamedNode, bool] = {}
        self.described: dict[NamedNode, Source] = {}
        self.sources: dict[Fact, tuple[NamedNode, ...]] = {}
        self.once: dict[tuple[NamedNode, ...], tuple[NamedNode, ...]] = {}
        self.reasoner: Reasoner | None = None

    @property
    def size(self) -> int:
        """How much is known."""
        known = 0 if self.reasoner is None else self.reasoner.size
        return len(self.believed) + len(self.described) + len(self.sources) + known


class Memory:
    """What keeps for one dataset what is found out about it."""

    def __init__(self) -> None:
        self._latest = Found(None)

    def of(self, engine: Engine) -> Found:
        """Return what is known of a dataset as it is now; nothing of one that others can change.

        What is found out while the dataset changes is put to the version before, and lost.
        """
        version = engine.version
        found = self._latest
        if version is None or found.version != version or found.size > _MOST:
            found = self._latest = Found(version)
        return found
