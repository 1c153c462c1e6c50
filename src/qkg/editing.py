"""Changes to a graph that is open: files come, go, and are disputed, and the closure follows."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Triple

from qkg._gate import Gate
from qkg.claims import DataFile, given, read
from qkg.errors import InputError, LayoutError
from qkg.namespaces import INFERRED, QKG, curie
from qkg.rules import Change, Closure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qkg.citations.claim_index import ClaimIndex
    from qkg.engines import EditableEngine
    from qkg.rules.held import Held

__all__ = ["Editor"]

_DISPUTED = QKG["disputed"]
_KEPT = 100_000
"""How many triples of the history are kept at most."""
_REASON, _STATUS = QKG["disputeReason"], QKG["status"]


class Editor:
    """What keeps a dataset and its closure in step.

    Args:
        engine: what holds the dataset.
        closure: what follows from its default graph.
        files: how many files the dataset was made from.

    Attributes:
        gate: what keeps changes apart from whoever looks at dataset and closure together.
    """

    def __init__(self, engine: EditableEngine, closure: Closure, files: int) -> None:
        self._engine = engine
        self._closure = closure
        self._files = files
        self._version = engine.version
        self.gate = Gate()
        self._changed: list[Triple] = []
        self._forgotten = 0
        self._index: tuple[ClaimIndex, int] | None = None

    @property
    def mark(self) -> int:
        """A point in the history of the default graph, to be given to :meth:`changed_since`."""
        return self._forgotten + len(self._changed)

    def changed_since(self, mark: int) -> tuple[Triple, ...] | None:
        """Return the triples that the default graph gained or lost since a point of its history.

        Returns:
            None where so many changed since that they were not kept.
        """
        if mark < self._forgotten:
            return None
        return tuple(dict.fromkeys(self._changed[mark - self._forgotten :]))

    @property
    def is_in_step(self) -> bool:
        """Whether closure and dataset are alike, as far as is known."""
        return self._version == self._engine.version

    def held(self) -> tuple[Held, ClaimIndex] | None:
        """Return what looks facts up as they are now, and the claims that are there.

        None where others have changed the dataset, or a change was broken off.
        """
        if not self.is_in_step:
            return None
        from qkg.citations.claim_index import ClaimIndex
        from qkg.rules.held import Held

        mark = self.mark
        index, before = self._index or (None, 0)
        changed = None if index is None else self.changed_since(before)
        if index is None or changed is None:
            index = ClaimIndex(self._closure.table)
        elif changed:
            index.follow(changed)
        self._index = index, mark
        return Held(self._closure), index

    def add(self, paths: Iterable[Path], base: str) -> Change:
        """Add Turtle files, each as a named graph; all of them or none.

        Args:
            paths: folders and files, as :func:`qkg.claims.read` takes them.
            base: what the IRIs of their named graphs begin with.

        Raises:
            LayoutError: there is nothing to read, or a named graph is there already.
            ParseError: a file is not well-formed Turtle.
        """
        with self.gate.changing():
            files = read(paths, base, self._files + 1)
            for file in files:
                if self._engine.ask(f"ASK {{ GRAPH {file.graph} {{ ?s ?p ?o }} }}"):
                    raise LayoutError(
                        f"{file.path} is the named graph <{file.graph.value}>, which is there "
                        "already: remove that first, or name the file otherwise."
                    )
            self._files += len(files)
            return self._enter(files)

    def remove(self, graph: NamedNode) -> Change:
        """Remove the file that is a named graph, and what it alone supports.

        Raises:
            InputError: there is no such file.
        """
        with self.gate.changing():
            file = self._file(graph)
            with self._in_step():
                change, lost = self._closure.remove_from(graph, file.merged())
                still = set(change.inferred)
                gone = (quad for quad in lost if quad.triple not in still)
                self._apply(change, (), chain(file.quads(), gone))
            return change

    def dispute(self, claim: NamedNode, reason: str) -> Change:
        """Give a claim the status disputed, and a reason in place of one that it has.

        Raises:
            InputError: there is no such claim, or the reason is empty.
        """
        own = (
            Quad(claim, _STATUS, _DISPUTED),
            Quad(claim, _REASON, Literal(reason, language="en")),
        )
        with self.gate.changing():
            file = self._file(claim)
            if not file.is_claim:
                raise InputError(f"{curie(claim.value)} is no claim: only claims can be disputed.")
            if not reason.strip():
                raise InputError("A dispute needs a reason: say why the claim is not believed.")
            kept = (
                quad
                for quad in file.statements
                if quad.subject != claim or quad.predicate not in (_STATUS, _REASON)
            )
            before = self.remove(claim)
            after = self._enter((DataFile(file.path, claim, (*kept, *own)),))
        inferred = dict.fromkeys((*before.inferred, *after.inferred))
        retracted = dict.fromkeys((*before.retracted, *after.retracted))
        return Change(
            tuple(triple for triple in inferred if triple not in retracted),
            tuple(triple for triple in retracted if triple not in inferred),
        )

    def _enter(self, files: Iterable[DataFile]) -> Change:
        files = tuple(files)
        merged = given(files)
        with self._in_step():
            change = self._closure.add_from(merged)
            stated = (quad for file in files for quad in file.quads())
            self._apply(change, chain(stated, *merged.values()), ())
        return change

    @contextmanager
    def _in_step(self) -> Iterator[None]:
        """Change closure and dataset; if that is broken off, they are not held to be alike."""
        try:
            yield
        except BaseException:
            self._version = None
            raise

    def _file(self, graph: NamedNode) -> DataFile:
        """Return what stands in a named graph as the file that it came from."""
        stated = self._engine.construct(
            f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}"
        )
        if not stated or graph == INFERRED:
            raise InputError(
                f"<{graph.value}> is no named graph of a file: qkg.load() reads files."
            )
        statements = tuple(Quad(each.subject, each.predicate, each.object) for each in stated)
        return DataFile(Path(), graph, statements)

    def _apply(self, change: Change, added: Iterable[Quad], removed: Iterable[Quad]) -> None:
        """Take over what files state and what follows from it."""
        gained = [*added, *_placed(change.inferred, DefaultGraph(), INFERRED)]
        lost = [*removed, *_placed(change.retracted, DefaultGraph(), INFERRED)]
        default = DefaultGraph()
        changed = [q.triple for q in chain(gained, lost) if q.graph_name == default]
        is_ours = self.is_in_step
        self._engine.change(gained, lost)
        self._version = self._engine.version if is_ours else None
        self._changed += changed
        if len(self._changed) > _KEPT:
            self._forgotten += len(self._changed)
            self._changed.clear()


def _placed(triples: Iterable[Triple], *graphs: NamedNode | DefaultGraph) -> Iterator[Quad]:
    for triple in triples:
        for graph in graphs:
            yield Quad(triple.subject, triple.predicate, triple.object, graph)
