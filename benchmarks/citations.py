"""What citing an answer costs: the same queries with and without their sources, in turns.

Run: ``python benchmarks/citations.py [QUADS ...] [--turns N]``. The full run, the one whose figures
are quoted, is

    python benchmarks/citations.py 100000 1000000

The corpora are made up in the project's own model (``corpus.py``), and held as ``qkg.load`` holds
files. Cited is the whole of ``KnowledgeGraph.sparql(…, cite=True)``: the rows, what stands behind
each, and the passages; the time to build the grammar, once in a process, is told apart.

A graph remembers what it has found out, so that a query is cited twice in each turn: *first* by a
graph that remembers nothing of what it has cited, and *again* by one that has cited this query
before, as a service does. In both the text of the query has been read, and the closure has the
indexes that the first citing after loading makes. What counts is the median over the turns of each
ratio to a plain answer just before.
"""

import argparse
import statistics
import time
from collections import defaultdict
from collections.abc import Iterable
from copy import copy
from itertools import islice, pairwise
from pathlib import Path
from typing import NamedTuple

from corpus import statements
from pyoxigraph import NamedNode, RdfFormat, parse

import qkg
from qkg._paths import shipped
from qkg.claims import DataFile, read_ontology
from qkg.graph import KnowledgeGraph
from qkg.loading import hold
from qkg.memory import Memory

FORMS = {
    "one thing": "SELECT ?p ?o { id:project-7 ?p ?o }",
    "join": (
        "SELECT ?project ?value { ?award qkg:awardedTo ?project ; qkg:amount ?amount . "
        "?amount qkg:value ?value . ?project qkg:initiativeUnder ?cooperation } ORDER BY ?project"
    ),
    "OPTIONAL": (
        "SELECT ?award ?funder { ?award qkg:awardedTo ?project ; qkg:inCall ?call "
        "OPTIONAL { ?award qkg:ultimateFunder ?funder } }"
    ),
    "UNION": (
        "SELECT ?award ?who { ?award qkg:awardedTo ?project . { ?award qkg:ultimateFunder ?who } "
        "UNION { ?award qkg:grantingAuthority ?who } }"
    ),
    "aggregate": (
        "SELECT ?who (COUNT(?award) AS ?awards) (SUM(?value) AS ?sum) { "
        "?award qkg:grantingAuthority ?who ; qkg:amount ?amount . ?amount qkg:value ?value } "
        "GROUP BY ?who ORDER BY DESC(?awards) ?who"
    ),
    "path": (
        "SELECT ?award ?programme { ?award qkg:inCall/qkg:callOf ?programme . "
        "?programme qkg:programmeOf ?who }"
    ),
    "negation": (
        "SELECT ?award { ?award qkg:awardedTo ?project MINUS { ?award qkg:ultimateFunder ?who } "
        "FILTER NOT EXISTS { ?award qkg:grantingAuthority id:state-1 } }"
    ),
    "first ten": (
        "SELECT ?award ?value { ?award qkg:amount ?amount . ?amount qkg:value ?value } "
        "ORDER BY DESC(?value) ?award LIMIT 10"
    ),
}


def held(size: int) -> KnowledgeGraph:
    """Return a graph that holds a corpus of some quads."""
    found: dict[object, list[str]] = defaultdict(list)
    for subject, predicate, object_, graph, _ in islice(statements(), size):
        found[graph].append(f"{subject} {predicate} {object_} .\n")
    files = (
        DataFile(
            Path(f"{graph}.ttl"),
            NamedNode(str(graph)[1:-1]),
            tuple(parse("".join(lines).encode(), RdfFormat.N_TRIPLES)),
        )
        for graph, lines in found.items()
    )
    engine, editor = hold(read_ontology(shipped("ontology")), files)
    return KnowledgeGraph(engine, editor=editor)


class Times(NamedTuple):
    """What one turn took, in seconds: each cited answer, and a plain one just before it."""

    plain: float
    first: float
    plain_again: float
    again: float


def forgetful(graph: KnowledgeGraph) -> KnowledgeGraph:
    """Return the same graph, as if it had cited nothing yet."""
    other = copy(graph)
    other._memory = Memory(graph._editor)
    return other


def measured(held: KnowledgeGraph, text: str, turns: int) -> tuple[int, list[Times]]:
    """Return how many rows a query has, and its times, turn by turn."""
    times = []
    forgetful(held).sparql(text, cite=True)
    for _ in range(turns):
        graph = forgetful(held)
        marks = [time.perf_counter()]
        for cite in (False, True, False, True):
            answer = graph.sparql(text, cite=True) if cite else graph.sparql(text)
            marks.append(time.perf_counter())
        times.append(Times(*(end - start for start, end in pairwise(marks))))
    assert isinstance(answer, qkg.Answer)
    return len(answer), times


def report(size: int, turns: int) -> Iterable[str]:
    """Yield a line for each form, and what they come to."""
    graph = held(size)
    yield f"\n{size:,} quads"
    heads = ("plain", 10), ("first", 10), ("ratio", 7), ("plain", 10), ("again", 10), ("ratio", 7)
    yield f"{'form':<12} {'rows':>7} {' '.join(f'{head:>{width}}' for head, width in heads)}"
    first, again = [], []
    for name, text in FORMS.items():
        rows, times = measured(graph, text, turns)
        first.append(statistics.median(each.first / each.plain for each in times))
        again.append(statistics.median(each.again / each.plain_again for each in times))
        plain, one, plain_again, other = (
            f"{statistics.median(each) * 1000:7.1f} ms" for each in zip(*times, strict=True)
        )
        yield (
            f"{name:<12} {rows:>7,} {plain:>10} {one:>10} {first[-1]:>7.1f} "
            f"{plain_again:>10} {other:>10} {again[-1]:>7.1f}"
        )
    yield f"first: median {statistics.median(first):.1f}, worst {max(first):.1f}"
    yield f"again: median {statistics.median(again):.1f}, worst {max(again):.1f}"


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(description=__doc__, add_help=True)
    parser.add_argument("sizes", type=int, nargs="*", default=[100_000, 1_000_000], metavar="QUADS")
    parser.add_argument("--turns", type=int, default=7, metavar="N")
    arguments = parser.parse_args()
    start = time.perf_counter()
    qkg.load().sparql("ASK { ?s ?p ?o FILTER(?s = ?o) }", cite=True)
    print(f"the shipped graph loaded and the grammar built: {time.perf_counter() - start:.2f} s")
    for size in arguments.sizes:
        for line in report(size, arguments.turns):
            print(line, flush=True)


if __name__ == "__main__":
    main()
