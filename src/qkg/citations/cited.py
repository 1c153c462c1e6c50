"""Answers with what they are cited by."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from pyoxigraph import NamedNode, Triple

from qkg.answers import Answer, Term
from qkg.passages import Passage

__all__ = ["Cited", "CitedAnswer", "Source", "documents"]


class Source:
    """What an answer is cited by: a named graph.

    Args:
        graph: the named graph.
        passage: its passage, or what writes it when it is asked for.
        disputed: whether it is disputed.

    Attributes:
        graph: a claim; or a file that is no claim: of entities, concepts, a document, the ontology;
            or the graph of the inferences, where what is inferred cannot say why.
        disputed: whether it is a claim that is not accepted: a query has asked it by name.
    """

    __slots__ = ("_passage", "disputed", "graph")

    def __init__(
        self,
        graph: NamedNode,
        passage: Passage | Callable[[], Passage | None] | None,
        disputed: bool = False,
    ) -> None:
        self.graph = graph
        self._passage = passage
        self.disputed = disputed

    @property
    def passage(self) -> Passage | None:
        """The passage on which a claim rests, as it was when it was cited; None without one."""
        if callable(self._passage):
            self._passage = self._passage()
        return self._passage

    def _all(self) -> tuple[NamedNode, Passage | None, bool]:
        return self.graph, self.passage, self.disputed

    def __eq__(self, other: object) -> bool:
        return self._all() == other._all() if isinstance(other, Source) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._all())

    def __repr__(self) -> str:
        return f"Source{self._all()!r}"

    def __reduce__(self) -> tuple[object, ...]:
        return Source, self._all()


class Cited(NamedTuple):
    """The answer of an ASK, a CONSTRUCT or a DESCRIBE, with what the whole of it is cited by.

    Attributes:
        result: a bool, or triples.
        sources: what it is cited by, by graph, in the order of the IRIs.
    """

    result: bool | tuple[Triple, ...]
    sources: Mapping[NamedNode, Source]

    @property
    def terms(self) -> tuple[tuple[Term, ...], ...]:
        """What is shown with labels: the sources alone."""
        return tuple((graph,) for graph in self.sources)


class CitedAnswer(Answer):
    """The answer of a SELECT, each row with what it is cited by.

    Attributes:
        citations: per row the graphs of its sources, in the order of their IRIs.
        sources: what the whole answer is cited by, by graph, in the order in which the rows name
            them first.
    """

    __slots__ = ("citations", "sources")

    def __init__(
        self,
        variables: tuple[str, ...],
        terms: tuple[tuple[Term | None, ...], ...],
        citations: tuple[tuple[NamedNode, ...], ...],
        sources: Mapping[NamedNode, Source],
    ) -> None:
        super().__init__(variables, terms)
        self.citations = citations
        self.sources = sources

    def __eq__(self, other: object) -> bool:
        if isinstance(other, CitedAnswer) and self.citations != other.citations:
            return False
        return super().__eq__(other)

    __hash__ = Answer.__hash__


def documents(sources: Iterable[Source]) -> Iterator[NamedNode]:
    """Yield the documents of sources, each once."""
    yield from dict.fromkeys(
        source.passage.document for source in sources if source.passage is not None
    )
