"""What citing an answer costs: the same queries with and without their sources, in turns.

Run: ``python benchmarks/citations.py [QUADS ...] [--turns N]``. The full run, the one whose figures
are quoted, is

    python benchmarks/citations.py 100000 1000000

The corpora are made up in the project's own model (``corpus.py``), and held as ``qkg.load`` holds
files. Cited is the whole of ``KnowledgeGraph.sparql(…, cite=True)``: the rows, and by which claims
each is cited; the time to build the grammar, once in a process, is told apart.

A graph remembers what it has found out, so that a query is cited twice in each turn: *first* by a
graph that remembers nothing of what it has cited, and *again* by one that has cited this query
before, as a service does. In both, the text of the query has been read, and the graph has the
indexes, that of its claims among them, which the first citing after loading makes. What that takes
is told apart, and so is what it takes to cite when something has changed. What counts is the median
over the turns of each ratio to a plain answer just before.
"""

import argparse
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from copy import copy
from itertools import islice, pairwise
from operator import truediv
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from corpus import claim, statements
from pyoxigraph import NamedNode, RdfFormat, parse

import qkg
from qkg._paths import shipped
from qkg.citations import CitedAnswer
from qkg.claims import DataFile, read_ontology
from qkg.graph import KnowledgeGraph
from qkg.loading import hold
from qkg.memory import Memory
from qkg.namespaces import DATA

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


KINDS: dict[str, Callable[[Times], tuple[float, float]]] = {
    "first": lambda each: (each.first, each.plain),
    "again": lambda each: (each.again, each.plain_again),
}
"""What is told: how long it took, and how long the plain answer that it is held against."""


def forgetful(graph: KnowledgeGraph) -> KnowledgeGraph:
    """Return the same graph, as if it had cited nothing yet."""
    other = copy(graph)
    other._memory = Memory(graph._editor)
    return other


def measured(held: KnowledgeGraph, text: str, turns: int) -> tuple[CitedAnswer, list[Times]]:
    """Return a cited answer, and its times, turn by turn."""
    times = []
    answer = forgetful(held).sparql(text, cite=True)
    assert isinstance(answer, CitedAnswer)
    for _ in range(turns):
        graph = forgetful(held)
        marks = [time.perf_counter()]
        for cite in (False, True, False, True):
            graph.sparql(text, cite=cite)
            marks.append(time.perf_counter())
        times.append(Times(*(end - start for start, end in pairwise(marks))))
    return answer, times


def time_to_cite(graph: KnowledgeGraph) -> float:
    """Return how long it takes to cite one thing, in seconds."""
    start = time.perf_counter()
    graph.sparql(FORMS["one thing"], cite=True)
    return time.perf_counter() - start


def after_changes(graph: KnowledgeGraph, times: int = 7) -> list[float]:
    """Return how long it takes to cite one thing whenever a claim has been added."""
    found = []
    with TemporaryDirectory() as folder:
        for number in range(1, times + 1):
            file = Path(folder) / f"claim-{number}.ttl"
            file.write_text("".join(claim(number)), encoding="utf-8")
            graph.add(file, base=f"{DATA}further/")
            found.append(time_to_cite(graph))
    return found


def report(size: int, turns: int) -> Iterable[str]:
    """Yield a line for each form, and what they come to."""
    graph = held(size)
    yield f"\n{size:,} quads; the first citing after loading: {time_to_cite(graph):.2f} s"
    heads = " ".join(f"{kind:>8} {'ratio':>5}" for kind in KINDS)
    yield f"{'times in ms':<12} {'rows':>6} {'claims':>6} {'plain':>8} {heads}"
    ratios = defaultdict(list)
    for name, text in FORMS.items():
        answer, times = measured(graph, text, turns)
        claims = sum(source.passage is not None for source in answer.sources.values())
        plain = statistics.median(each.plain for each in times)
        line = f"{name:<12} {len(answer):>6,} {claims:>6,} {plain * 1000:8.2f}"
        for kind, read in KINDS.items():
            took = statistics.median(read(each)[0] for each in times)
            ratios[kind].append(statistics.median(truediv(*read(each)) for each in times))
            line += f" {took * 1000:8.2f} {ratios[kind][-1]:5.1f}"
        yield line
    for kind, found in ratios.items():
        yield f"{kind}: median {statistics.median(found):.1f}, worst {max(found):.1f}"
    first, *later = (1000 * each for each in after_changes(graph))
    yield (
        f"one thing after a claim was added: {statistics.median(later):.1f} ms; "
        f"after the first that was added: {first:.0f} ms"
    )


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
