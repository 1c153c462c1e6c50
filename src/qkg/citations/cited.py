"""Answers with what they are cited by."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from pyoxigraph import NamedNode, Triple

from qkg.answers import Answer, Term
from qkg.passages import Passage

__all__ = ["Cited", "CitedAnswer", "Source", "documents"]


class Source(NamedTuple):
    """What an answer is cited by: a named graph.

    Attributes:
        graph: a claim; or a file that is no claim: of entities, concepts, a document, the ontology;
            or the graph of the inferences, where what is inferred cannot say why.
        passage: the passage on which a claim rests; None for what is no claim of a document.
        disputed: whether it is a claim that is not accepted. A query has asked it by name, or what
            it says about itself.
    """

    graph: NamedNode
    passage: Passage | None
    disputed: bool = False


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
