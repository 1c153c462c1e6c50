"""What stands behind a path of any length: a shortest way from its start to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import Literal

from qkg.citations.asking import as_item, has_blank, written_values
from qkg.citations.paths import path_text
from qkg.citations.sources import union
from qkg.citations.walks import shortest
from qkg.engines.oxigraph import held_literal
from qkg.sparql.syntax import Group, Inverse, Link, Select, TriplePattern, Triples, Variable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from qkg.answers import Term
    from qkg.citations.asking import Asking, Row
    from qkg.citations.sources import Sources, Support
    from qkg.sparql.syntax import Constant, Path, Repeated

__all__ = ["behind_ways"]

_START, _END = Variable("start"), Variable("end")


def behind_ways(
    asking: Asking,
    sources: Sources,
    path: Repeated,
    pairs: Sequence[Row],
    graph: Constant | None,
    behind: Callable[[Select, Sequence[Row]], Sequence[Collection[Support]]],
) -> Sequence[Collection[Support]]:
    """Return by what a path is cited that leads from some terms to others.

    Args:
        asking: what asks for its steps.
        sources: what tells by what a fact is cited.
        path: the path.
        pairs: starts and ends.
        graph: the named graph in which it stands; None for the default graph.
        behind: what returns by what the rows of a SELECT are cited.
    """
    # The query may spell a literal otherwise than the engine, which tells where a way leads.
    pairs = [tuple(map(_spelt, pair)) for pair in pairs]
    walks: dict[Row, list[Row]] = {
        pair: [] for pair in pairs if path.mark != "+" and pair[0] == pair[1]
    }
    asked = {pair for pair in pairs if pair not in walks}
    if path.mark == "?":
        walks |= {pair: [pair] for pair in asked}
    else:
        walks |= shortest(asked, lambda starts: _edges(asking, path.path, starts, graph))
    steps = tuple(dict.fromkeys(step for walk in walks.values() for step in walk))

    def behind_steps(path: Path, steps: Sequence[Row]) -> Mapping[Row, Collection[Support]]:
        if isinstance(path, Inverse):
            turned = behind_steps(path.path, [(b, a) for a, b in steps])
            return {(a, b): cited for (b, a), cited in turned.items()}
        if isinstance(path, Link):
            property_ = asking.constant(path.property)
            named = None if graph is None else asking.constant(graph)
            supports = sources.of_facts([(named, a, property_, b) for a, b in steps])
            return {step: {each} for step, each in zip(steps, supports, strict=True)}
        return dict(zip(steps, behind(_one_step(path), steps), strict=True)) if steps else {}

    cited = behind_steps(path.path, steps)
    return [union([cited[step] for step in walks[pair]]) for pair in pairs]


def _edges(
    asking: Asking, path: Path, starts: Collection[Term | None], graph: Constant | None
) -> Iterator[tuple[Term | None, Term | None]]:
    if not starts:
        return
    step = f"?{_START.name} {path_text(path)} ?{_END.name}"
    if graph is not None:
        step = f"GRAPH {graph.text} {{ {step} }}"
    rows = [(start,) for start in starts]
    given = "" if has_blank(rows) else written_values([_START], rows)
    text = f"SELECT DISTINCT ?{_START.name} ?{_END.name} WHERE {{ {given} {step} }}"
    for start, end in (tuple(map(_spelt, row)) for row in asking.select(text)):
        if start in starts:
            yield start, end


def _spelt(term: Term | None) -> Term | None:
    """Return a term as the embedded engines spell it."""
    return held_literal(term) if isinstance(term, Literal) else term


def _one_step(path: Path) -> Select:
    """Return a SELECT of the starts and the ends of a path."""
    pattern = Triples((TriplePattern(_START, path, _END),))
    items = (as_item(_START), as_item(_END))
    where = Group("", (pattern,))
    return Select("", "", items, where, (), False, "", (), "", False, None, frozenset())
