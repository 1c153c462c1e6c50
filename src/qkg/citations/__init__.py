"""Citations: which passages stand behind an answer, for any query, on any engine.

Which triples stand behind each row is looked up where facts are held in memory (:mod:`.lookup`),
as far as these tell it (:mod:`.reach`); for the rest, a second query is made from the text of the
first (:mod:`.second`). Named graphs tell who states them, and derivations on what
they rest where nobody does (:mod:`.sources`). What is asked not to be there (MINUS, NOT EXISTS, an
OPTIONAL that matches nothing) has no source, and is cited by none.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from qkg._garbage import uncollected
from qkg.citations.asking import Asking, as_item
from qkg.citations.cited import Cited, CitedAnswer, Source, documents
from qkg.citations.evidence import Evidence
from qkg.citations.sources import Sources
from qkg.citations.whole import solutions_of
from qkg.errors import QueryRefused
from qkg.memory import Found
from qkg.sparql.syntax import Variable

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from pyoxigraph import Triple

    from qkg.answers import Answer
    from qkg.citations.sources import Support
    from qkg.engines import Engine
    from qkg.rules import Rule
    from qkg.sparql.syntax import Query

__all__ = [
    "Cited",
    "CitedAnswer",
    "Source",
    "cite_answer",
    "cite_result",
    "cited_select",
    "documents",
]


def cited_select(
    engine: Engine,
    rules: Callable[[], Iterable[Rule]],
    query: Query,
    found: Found | None = None,
) -> CitedAnswer:
    """Return the answer of a SELECT with what each row is cited by.

    The rows are those that the query has without being cited; where their order leaves something
    to chance, chance may have it otherwise. A plain pattern of which memory does not tell all is
    asked once for rows and triples.

    Args:
        engine: what is asked.
        rules: what gives the rules that its default graph is closed under.
        query: the query, with every prefix declared.
        found: what is known of the dataset; what is found out is added.

    Raises:
        QueryRefused: what stands behind the rows cannot be told.
        QueryError, QueryTimeout, EngineError: the engine did not answer.
    """
    _require_own_dataset(query)
    assert query.select is not None
    found = Found(None) if found is None else found
    sources = Sources(engine, rules, found)
    with _not_too_deep():
        answered = Evidence(Asking(engine, query, found.held), sources).answered(query.select)
    if answered is None:
        return cite_answer(engine, rules, query, engine.select(query.text), found)
    return _cited(sources, found, *answered)


def cite_answer(
    engine: Engine,
    rules: Callable[[], Iterable[Rule]],
    query: Query,
    answer: Answer,
    found: Found | None = None,
) -> CitedAnswer:
    """Return the answer of a SELECT, whose rows are taken as they are; as :func:`cited_select`."""
    _require_own_dataset(query)
    select = query.select
    assert select is not None
    if select.items is None:  # in which order * has the variables, is left to the engine
        items = tuple(as_item(Variable(name)) for name in answer.variables)
        select = replace(select, items=items)
    found = Found(None) if found is None else found
    sources = Sources(engine, rules, found)
    evidence = Evidence(Asking(engine, query, found.held), sources)
    with _not_too_deep():
        behind = evidence.behind(select, answer.terms) if answer.terms else ()
    return _cited(sources, found, answer, behind)


def _cited(
    sources: Sources, found: Found, answer: Answer, supports: Iterable[Collection[Support]]
) -> CitedAnswer:
    """Return an answer with what each of its rows is cited by.

    Args:
        sources: what tells by what facts are cited.
        found: what is known of the dataset.
        answer: the answer.
        supports: per row by what the facts behind it are cited; of equal rows the same object.
    """
    sources.settle()
    rows = list(supports)
    with uncollected():
        graphs = found.together(rows)
        citations = tuple([names for names, _ in graphs])
        numbers = dict.fromkeys(chain.from_iterable([numbers for _, numbers in graphs]))
    return CitedAnswer(answer.variables, answer.terms, citations, sources.described(numbers))


def cite_result(
    engine: Engine,
    rules: Callable[[], Iterable[Rule]],
    query: Query,
    result: bool | tuple[Triple, ...],
    found: Found | None = None,
) -> Cited:
    """Return the answer of an ASK, CONSTRUCT or DESCRIBE with what all of it is cited by.

    Args:
        engine: what has answered.
        rules: what gives the rules that its default graph is closed under.
        query: the query, with every prefix declared.
        result: the answer. What stands behind it is every solution of the pattern, or after LIMIT
            and OFFSET those that can have made it, and the triples that a DESCRIBE answers with.
        found: what is known of the dataset; what is found out is added.

    Raises:
        QueryRefused: what stands behind it cannot be told.
    """
    _require_own_dataset(query)
    found = Found(None) if found is None else found
    sources = Sources(engine, rules, found)
    every: set[Support] = set()
    if query.select is not None and result:
        asking = Asking(engine, query, found.held)
        with _not_too_deep():
            items, rows = solutions_of(asking, query, result)
            select = replace(query.select, items=items)
            every.update(*Evidence(asking, sources).behind(select, rows))
    if query.form == "DESCRIBE" and not isinstance(result, bool):
        every.update(sources.of_facts((None, t.subject, t.predicate, t.object) for t in result))
    sources.settle()
    ((_, numbers),) = found.together([every])
    return Cited(result, sources.described(numbers))


@contextmanager
def _not_too_deep() -> Iterator[None]:
    try:
        yield
    except RecursionError as error:
        raise QueryRefused(
            "The query nests too deep to be cited: split it, or ask without citing."
        ) from error


def _require_own_dataset(query: Query) -> None:
    if query.has_dataset:
        raise QueryRefused(
            "A query that names its own dataset (FROM) cannot be cited: its default graph is "
            "another one. Ask with GRAPH, or without citing."
        )
