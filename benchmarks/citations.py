"""What citing an answer costs: the same queries with and without their sources, in turns.

Run: ``python benchmarks/citations.py [QUADS ...] [--turns N]``. The full run, the one whose figures
are quoted, is

    python benchmarks/citations.py 100000 1000000

The corpora are made up in the project's own model (``corpus.py``), closed, and held by the default
engine. Cited is the whole of ``KnowledgeGraph.sparql(…, cite=True)``: the rows, what stands behind
each, and the passages; the time to build the grammar, once in a process, is told apart.

A graph remembers what it has found out, so that a query is cited twice in each turn: *first* by a
graph that has cited nothing yet, as a command does, and *again* by one that has cited this query
before, as a service does. The text of the query has been read in both. What counts is the median
over the turns of each ratio.
"""

import argparse
import statistics
import time
from collections.abc import Iterable
from itertools import chain, islice
from typing import NamedTuple

from corpus import statements
from pyoxigraph import DefaultGraph, Quad, RdfFormat, parse

import qkg
from qkg import rules
from qkg._paths import shipped
from qkg.claims import read_ontology
from qkg.engines.oxigraph import OxigraphEngine
from qkg.graph import KnowledgeGraph
from qkg.namespaces import INFERRED

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


def held(size: int) -> OxigraphEngine:
    """Return an engine with a closed corpus of some quads in named graphs."""
    ontology = read_ontology(shipped("ontology"))
    found = list(islice(statements(), size))
    quads = "".join(f"{s} {p} {o} {graph} .\n" for s, p, o, graph, _ in found)
    true = "".join(f"{s} {p} {o} .\n" for s, p, o, _, is_held in found if is_held)
    merged = dict.fromkeys(chain(ontology.statements, parse(true.encode(), RdfFormat.N_TRIPLES)))
    inferred = rules.close(merged, rules.compile_rules(ontology.statements))
    return OxigraphEngine(
        chain(
            merged,
            ontology.quads(),
            parse(quads.encode(), RdfFormat.N_QUADS),
            (
                Quad(triple.subject, triple.predicate, triple.object, name)
                for triple in inferred
                for name in (DefaultGraph(), INFERRED)
            ),
        )
    )


class Times(NamedTuple):
    """What one turn took, in seconds."""

    plain: float
    first: float
    again: float


def measured(engine: OxigraphEngine, text: str, turns: int) -> tuple[int, list[Times]]:
    """Return how many rows a query has, and its times, turn by turn."""
    times = []
    KnowledgeGraph(engine).sparql(text, cite=True)
    for _ in range(turns):
        graph = KnowledgeGraph(engine)
        start = time.perf_counter()
        answer = graph.sparql(text)
        plain = time.perf_counter()
        graph.sparql(text, cite=True)
        first = time.perf_counter()
        graph.sparql(text, cite=True)
        times.append(Times(plain - start, first - plain, time.perf_counter() - first))
    assert isinstance(answer, qkg.Answer)
    return len(answer), times


def report(size: int, turns: int) -> Iterable[str]:
    """Yield a line for each form, and what they come to."""
    engine = held(size)
    yield f"\n{size:,} quads"
    heads = ("plain", 10), ("first", 10), ("ratio", 7), ("again", 10), ("ratio", 7)
    yield f"{'form':<12} {'rows':>7} {' '.join(f'{head:>{width}}' for head, width in heads)}"
    first, again = [], []
    for name, text in FORMS.items():
        rows, times = measured(engine, text, turns)
        first.append(statistics.median(each.first / each.plain for each in times))
        again.append(statistics.median(each.again / each.plain for each in times))
        plain, one, other = (
            f"{statistics.median(each) * 1000:7.1f} ms" for each in zip(*times, strict=True)
        )
        yield (
            f"{name:<12} {rows:>7,} {plain:>10} {one:>10} {first[-1]:>7.1f} "
            f"{other:>10} {again[-1]:>7.1f}"
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
