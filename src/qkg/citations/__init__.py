"""Citations: which passages stand behind an answer, for any query, on any engine.

The rows of an answer are those of the query itself. A second query, made from the same text, tells
which triples stand behind each row (:mod:`.level`, :mod:`.facts`); named graphs tell who states
them, and derivations on what they rest where nobody does (:mod:`.sources`). What is asked not to be
there (MINUS, NOT EXISTS, an OPTIONAL that matches nothing) has no source, and is cited by none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from qkg.citations.cited import Cited, CitedAnswer, Source, documents
from qkg.citations.facts import Facts, as_item
from qkg.citations.sources import sources
from qkg.errors import QueryRefused
from qkg.passages import passages
from qkg.sparql.syntax import Variable
from qkg.support import unbelieved

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pyoxigraph import Triple

    from qkg.answers import Answer
    from qkg.citations.facts import Fact
    from qkg.engines import Engine
    from qkg.rules import Rule
    from qkg.sparql.syntax import Query

__all__ = ["Cited", "CitedAnswer", "Source", "cite_answer", "cite_result", "documents"]


def cite_answer(
    engine: Engine, rules: Callable[[], Iterable[Rule]], query: Query, answer: Answer
) -> CitedAnswer:
    """Return the answer of a SELECT with what each row is cited by.

    Args:
        engine: what has answered.
        rules: what gives the rules that its default graph is closed under.
        query: the query, with every prefix declared.
        answer: the answer, whose rows are taken as they are.

    Raises:
        QueryRefused: what stands behind the rows cannot be told.
    """
    _require_own_dataset(query)
    select = query.select
    assert select is not None
    if select.items is None:  # in which order * has the variables, is left to the engine
        select = select._replace(items=tuple(as_item(Variable(v)) for v in answer.variables))
    wanted = dict.fromkeys(answer.terms)
    behind = Facts(engine, query).behind(select, wanted) if wanted else {}
    every = dict.fromkeys(fact for facts in behind.values() for fact in facts)
    told = sources(engine, rules, every)
    every_graph = sorted({graph for graphs in told.values() for graph in graphs}, key=str)
    rank = {graph: i for i, graph in enumerate(every_graph)}
    by_row = {
        row: tuple(sorted({graph for fact in facts for graph in told[fact]}, key=rank.__getitem__))
        for row, facts in behind.items()
    }
    citations = tuple(by_row[row] for row in answer.terms)
    named = dict.fromkeys(graph for row in citations for graph in row)
    described = _described(engine, named, every)
    return CitedAnswer(answer.variables, answer.terms, citations, described)


def cite_result(
    engine: Engine,
    rules: Callable[[], Iterable[Rule]],
    query: Query,
    result: bool | tuple[Triple, ...],
) -> Cited:
    """Return the answer of an ASK, CONSTRUCT or DESCRIBE with what all of it is cited by.

    Args:
        engine: what has answered.
        rules: what gives the rules that its default graph is closed under.
        query: the query, with every prefix declared.
        result: the answer. What stands behind it is every solution of the pattern, and the triples
            that a DESCRIBE answers with.

    Raises:
        QueryRefused: what stands behind it cannot be told.
    """
    _require_own_dataset(query)
    facts: dict[Fact, None] = {}
    if query.select is not None and result:
        row = ()
        facts |= Facts(engine, query).behind(query.select._replace(items=()), [row])[row]
    if query.form == "DESCRIBE" and not isinstance(result, bool):
        facts |= {(None, t.subject, t.predicate, t.object): None for t in result}
    told = sources(engine, rules, facts)
    named = sorted({graph for graphs in told.values() for graph in graphs}, key=str)
    return Cited(result, _described(engine, named, facts))


def _require_own_dataset(query: Query) -> None:
    if query.datasets:
        raise QueryRefused(
            "A query that names its own dataset (FROM) cannot be cited: its default graph is "
            "another one. Ask with GRAPH, or without --cite."
        )


def _described(
    engine: Engine, graphs: Iterable[NamedNode], facts: Iterable[Fact]
) -> dict[NamedNode, Source]:
    named = tuple(graphs)
    found = passages(engine, named)
    # Only a query that asks a named graph comes upon what is disputed.
    asked = {fact[0] for fact in facts}
    disputed = unbelieved(engine, [each for each in asked if isinstance(each, NamedNode)])
    return {each: Source(each, found.get(each), each in disputed) for each in named}
