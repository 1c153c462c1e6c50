"""Queries that run side by side answer as they do one after the other."""

import threading

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from qkg.answers import Answer
from qkg.engines.oxigraph import OxigraphEngine
from qkg.engines.rdflib import RdflibEngine
from qkg.engines.together import answers, together
from qkg.errors import QueryError

NODE, PROPERTY = NamedNode("http://example.org/a"), NamedNode("http://example.org/p")
DATA = [Quad(NODE, PROPERTY, Literal(n)) for n in range(50)]
QUERIES = [f"SELECT ?s WHERE {{ ?s {PROPERTY} {n} }}" for n in range(60)]


@pytest.mark.parametrize("engine", [OxigraphEngine(DATA), RdflibEngine(DATA)])
@pytest.mark.parametrize("processors", [1, 2, 16])
def test_answers_come_in_the_order_of_the_queries(
    engine: OxigraphEngine | RdflibEngine, processors: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: processors)
    found = [len(answer) for answer in answers(engine, QUERIES)]
    assert found == [1] * 50 + [0] * 10
    assert not list(answers(engine, ()))


def test_first_query_that_fails_is_raised_in_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 4)
    coming = answers(OxigraphEngine(DATA), [QUERIES[0], "SELECT", QUERIES[1], "ASK"])
    assert len(next(coming)) == 1
    with pytest.raises(QueryError):
        next(coming)


def test_queries_together_share_one_thread() -> None:
    threads: set[str] = set()

    class Watched(OxigraphEngine):
        def select(self, query: str, *, timeout: float | None = None) -> Answer:
            threads.add(str(threading.get_ident()))
            return super().select(query, timeout=timeout)

    engine = Watched(DATA)
    before = threading.active_count()
    assert together(lambda: [len(engine.select(query)) for query in QUERIES[:3]]) == [1, 1, 1]
    assert len(threads) == 1
    assert threading.active_count() == before
