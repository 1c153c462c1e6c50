"""Shapes compiled into queries against others, in time and growth, over corpora with faults.

Run: ``python benchmarks/shapes.py [TRIPLES ...]``. The full run, whose figures are quoted, is

    python benchmarks/shapes.py 100000 1000000 --pyshacl 1000000

The corpora are those of ``corpus.py``, with the ontology, and with a fault here and there. What is
validated is ``shapes/shapes.ttl``; beside it stands each of its constraints as a query written by
hand. All take turns in one process, each over data that it has loaded before; what counts is the
median over the turns, and of ratios, the median of the ratios within a turn. All have to find the
same. The shapes that are shipped are measured too, against pySHACL. ``pip install pyrudof`` for it
to take part; where it is not installed, that is said. ``--each`` tells
constraint by constraint what it takes.
"""

import argparse
import contextlib
import gc
import io
import logging
import math
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

import pyshacl
from corpus import Statement, claim, statements
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, Triple, parse

from qkg._paths import shipped
from qkg.claims import read_ontology
from qkg.engines.oxigraph import OxigraphEngine
from qkg.engines.rdflib import from_rdflib, settings_kept, to_rdflib_graph
from qkg.namespaces import PREFIXES, XSD
from qkg.shapes.validation import compiled_shapes, revalidate, validate

Violation: TypeAlias = tuple[str, str, str, str]
"""Shape, constraint, focus node and value, as texts."""
Peer: TypeAlias = Callable[[], Iterable[Violation]]

_FOLDER = Path(__file__).with_name("shapes")
_SHAPES = _FOLDER / "shapes.ttl"
_BENCH = "https://w3id.org/qkg/benchmark#"
_SH = PREFIXES["sh"]
_QKG, _OA, _SCHEMA = PREFIXES["qkg"], PREFIXES["oa"], PREFIXES["schema"]
_OURS, _BY_HAND, _PYSHACL, _PYRUDOF = "qkg", "by hand", "pySHACL", "pyrudof"
_SLOW = 8.0
"""What took so many seconds has one turn only."""
_TARGETS = {_PYSHACL: "≥ 60", _PYRUDOF: "≥ 4", _BY_HAND: "≥ 1 / 1.2 = 0.83"}


# The corpora


def corpus(size: int) -> str:
    """Return a corpus of some triples, faults included, as N-Triples."""
    held = islice((each for each in statements() if each.held), size)
    return "".join(f"{s} {p} {o} .\n" for s, p, o in _faulty(held))


def _faulty(held: Iterable[Statement]) -> Iterator[tuple[str, str, str]]:
    """Yield triples, every so many of a predicate other than they should be."""
    seen: Counter[str] = Counter()
    for s, p, o, graph, _ in held:
        seen[p] += 1
        fault = next((f for every, f in _FAULTS.get(p, ()) if seen[p] % every == 0), None)
        if fault is None:
            yield s, p, o
        else:
            yield from ((s, *link) for link in fault(p, o, graph))


_Fault: TypeAlias = Callable[[str, str, str], list[tuple[str, str]]]
"""What takes a predicate, an object and the graph in which they stand, and returns others."""


def _instead(value: str) -> _Fault:
    return lambda p, _o, _graph: [(p, value)]


def _beside(value: str, predicate: str = "") -> _Fault:
    return lambda p, o, _graph: [(p, o), (predicate or p, value)]


def _missing(_p: str, _o: str, _graph: str) -> list[tuple[str, str]]:
    return []


def _own_document(p: str, o: str, graph: str) -> list[tuple[str, str]]:
    article = graph.partition("/data/")[2].partition("/")[0]
    return [(p, o), (p, f"<{PREFIXES['document']}{article}>")]


_INTEGER = f"<{XSD}integer>"
_NOTE = f"<{PREFIXES['skos']}note>"
_FAULTS: dict[str, list[tuple[int, _Fault]]] = {
    f"<{_OA}start>": [
        (600, _missing),
        (700, _instead(f'"soon"^^{_INTEGER}')),
        (900, _instead(f'"-5"^^{_INTEGER}')),
    ],
    f"<{_OA}end>": [
        (400, _instead(f'"0"^^{_INTEGER}')),
        (550, _beside(f'"999999"^^{_INTEGER}')),
        (650, _missing),
    ],
    f"<{_OA}hasSource>": [(450, _instead(f"<{PREFIXES['id']}state-1>"))],
    f"<{_OA}hasSelector>": [(550, _instead('"a place"'))],
    f"<{_QKG}section>": [(300, _instead('"S"')), (350, _instead(f'"{"S" * 50}"'))],
    f"<{_QKG}citesReference>": [(500, _own_document)],
    f"<{_QKG}status>": [(400, _instead(f"<{_QKG}disputed>"))],
    f"<{_QKG}manner>": [(300, _instead(f"<{_QKG}guessed>"))],
    f"<{_QKG}textSha256>": [(30, _instead('"abc"'))],
    f"<{_QKG}onBehalfOf>": [(40, _missing)],
    f"<{_QKG}occurredOn>": [(20, _instead('"soon"'))],
    f"<{_QKG}marker>": [(50, _beside('"illegible"', _NOTE))],
    f"<{_SCHEMA}headline>": [(20, _instead('"No language"')), (25, _beside('"Another"@en'))],
    f"<{_SCHEMA}inLanguage>": [(15, _instead('"fr"'))],
    f"<{PREFIXES['skos']}inScheme>": [(50, _beside(f"<{PREFIXES['concept']}others>"))],
    f"<{PREFIXES['rdfs']}label>": [(500, _instead('"A space after it "@en'))],
}


# What validates


def ours(engine: OxigraphEngine, shapes: tuple[Triple, ...]) -> Iterator[Violation]:
    """Compile the shapes, and ask the queries."""
    compiled_shapes.cache_clear()
    for each in validate(engine, shapes).results:
        yield _violation(each.shape, each.component, each.focus, each.value)


def by_hand(engine: OxigraphEngine, queries: dict[str, str]) -> Iterator[Violation]:
    """Ask the queries that stand beside the shapes."""
    for name, text in queries.items():
        shape, _, constraint = name.rpartition("-")
        for focus, value in engine.select(text).terms:
            yield _BENCH + shape, constraint, _text(focus), _text(value)


def by_pyshacl(data: Any, shapes: Any) -> Iterator[Violation]:
    """Yield what pySHACL finds in one rdflib graph by another."""
    with settings_kept(), contextlib.redirect_stderr(io.StringIO()):
        _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none", inplace=True)
    found: dict[Any, dict[str, Any]] = {}
    results = []
    for s, p, o in from_rdflib(report):
        found.setdefault(s, {})[p.value] = o
        if p.value == f"{_SH}result":
            results.append(o)
    for node in results:
        about = found[node]
        parts = ("sourceShape", "sourceConstraintComponent", "focusNode", "value")
        yield _violation(*(about.get(_SH + part) for part in parts))


def by_pyrudof(session: Any) -> Iterator[Violation]:
    """Yield what pyrudof finds; it gives texts."""
    for each in session.validate_shacl().violations:
        yield (
            each.source_shape,
            _constraint(each.constraint_component),
            each.focus_node,
            each.value or "",
        )


def _violation(shape: object, component: object, focus: object, value: object) -> Violation:
    return _text(shape), _constraint(_text(component)), _text(focus), _text(value)


def _constraint(component: str) -> str:
    name = component.rpartition("#")[2].removesuffix("ConstraintComponent")
    return name[:1].lower() + name[1:]


def _text(term: object) -> str:
    if isinstance(term, NamedNode | BlankNode):
        return term.value
    return "" if term is None else str(term).replace(f"^^<{XSD}", "^^xsd:").rstrip(">")


# Measuring


def timed(peer: Peer) -> tuple[float, set[Violation]]:
    """Return how long a validation takes, and what it finds."""
    gc.collect()
    start = time.perf_counter()
    found = list(peer())
    return time.perf_counter() - start, set(found)


def in_turns(peers: dict[str, Peer], turns: int) -> Iterator[str]:
    """Yield a line for each, and what their times come to; fails where they disagree."""
    times: dict[str, list[float]] = {name: [] for name in peers}
    found: dict[str, set[Violation]] = {}
    for _ in range(turns):
        for name, peer in peers.items():
            if times[name] and times[name][0] > _SLOW:
                continue
            seconds, found[name] = timed(peer)
            times[name].append(seconds)
    yield f"{'':<10}{'seconds':>10}{'÷ qkg':>9}{'results':>9}  target"
    for name, taken in times.items():
        pairs = zip(taken, times[_OURS], strict=False)
        ratio = statistics.median(theirs / own for theirs, own in pairs)
        yield (
            f"{name:<10}{statistics.median(taken):>10.3f}{ratio:>9.2f}{len(found[name]):>9,}  "
            f"{_TARGETS.get(name, '')}"
        )
        yield from _differences(name, found[name], found[_OURS])
    MEDIANS.append(statistics.median(times[_OURS]))


MEDIANS: list[float] = []
"""How long this project takes, size by size."""


def _differences(name: str, theirs: set[Violation], own: set[Violation]) -> Iterator[str]:
    if theirs == own:
        return
    for kind, some in (("misses", own - theirs), ("has more", theirs - own)):
        count = Counter(f"{shape.rpartition('#')[2]}-{by}" for shape, by, _, _ in some)
        for constraint, number in count.items():
            yield f"{'':<10}{name} {kind} {number} of {constraint}: {min(some)[2:]}"
    if name in (_BY_HAND, _PYSHACL):
        DISAGREEING.append(name)


DISAGREEING: list[str] = []
"""Who finds something else, and should not."""


def report(size: int, turns: int, pyshacl_up_to: int, *, by_constraint: bool) -> Iterator[str]:
    """Yield the measurements over a corpus of some triples."""
    text = corpus(size)
    ontology = [quad.triple for quad in read_ontology(shipped("ontology")).statements]
    data = [quad.triple for quad in parse(text.encode(), format=RdfFormat.N_TRIPLES)] + ontology
    engine = OxigraphEngine(Quad(s, p, o, DefaultGraph()) for s, p, o in data)
    yield f"\n{size:,} triples, and the ontology"
    queries = {path.stem: path.read_text() for path in sorted(_FOLDER.glob("*.rq"))}
    shapes = _shapes(_SHAPES)
    graph = to_rdflib_graph(data) if size <= pyshacl_up_to else None
    peers: dict[str, Peer] = {
        _OURS: partial(ours, engine, shapes),
        _BY_HAND: partial(by_hand, engine, queries),
    }
    if graph is not None:
        peers[_PYSHACL] = partial(by_pyshacl, graph, to_rdflib_graph(shapes))
    session = _pyrudof(data, _SHAPES)
    if session is not None:
        peers[_PYRUDOF] = partial(by_pyrudof, session)
    yield f"{len(queries)} constraints of many kinds"
    yield from in_turns(peers, turns)
    del session, peers
    own = _shapes(shipped("ontology") / "shapes.ttl")
    yield f"\nthe shipped shapes, {size:,} triples"
    peers = {_OURS: partial(ours, engine, own)}
    if graph is not None:
        peers[_PYSHACL] = partial(by_pyshacl, graph, to_rdflib_graph(own))
    yield from in_turns(peers, turns)
    yield from again(engine, {"many kinds": shapes, "shipped": own}, turns)
    if by_constraint:
        yield from each(engine, shapes, queries)
        yield from each(engine, own, {})


def again(
    engine: OxigraphEngine, graphs: dict[str, tuple[Triple, ...]], turns: int
) -> Iterator[str]:
    """Yield what it takes to validate again after one more claim, and that it finds the same."""
    yield "\nvalidating again after one more claim of 30 triples   target: ≤ 1/50 of all"
    for name, shapes in graphs.items():
        compiled_shapes.cache_clear()
        before = validate(engine, shapes)
        whole, part = [], []
        for number in range(1, turns + 1):
            added = list(_claim(number))
            engine.change([Quad(s, p, o, DefaultGraph()) for s, p, o in added], ())
            start = time.perf_counter()
            after = revalidate(engine, shapes, before, added)
            between = time.perf_counter()
            full = validate(engine, shapes)
            whole.append(time.perf_counter() - between)
            part.append(between - start)
            assert set(after.results) == set(full.results), "revalidation finds something else"
            before = full
        ratio = statistics.median(all_ / some for all_, some in zip(whole, part, strict=True))
        yield f"{name:<12}{statistics.median(part) * 1e3:>9.1f} ms, 1/{ratio:,.0f} of all"


def each(
    engine: OxigraphEngine, shapes: tuple[Triple, ...], queries: dict[str, str]
) -> Iterator[str]:
    """Yield what each constraint takes, the longest first, by what it takes by hand."""
    yield f"\n{'constraint':<36}{'ms':>9}{'by hand':>9}"
    rows = []
    for violations in compiled_shapes(shapes).queries:
        shape, constraint, *_ = _violation(
            violations.shape.node, violations.constraint.component, None, None
        )
        name = f"{shape.rpartition('#')[2]}-{constraint}"
        rows.append((_fastest(engine, violations.text), name))
    for milliseconds, name in sorted(rows, reverse=True)[:30]:
        by_hand = f"{_fastest(engine, queries[name]):>9.1f}" if name in queries else ""
        yield f"{name:<36}{milliseconds:>9.1f}{by_hand}"


def _fastest(engine: OxigraphEngine, text: str) -> float:
    taken = []
    for _ in range(3):
        start = time.perf_counter()
        engine.select(text)
        taken.append(time.perf_counter() - start)
    return min(taken) * 1e3


def _claim(number: int) -> Iterator[Triple]:
    """Yield a claim with a fault: its passage ends where it begins."""
    text = "".join(claim(number)).replace('"100"', '"0"')
    for quad in parse(text.encode(), format=RdfFormat.N_TRIPLES):
        yield quad.triple


def _shapes(path: Path) -> tuple[Triple, ...]:
    return tuple(quad.triple for quad in parse(path=path, format=RdfFormat.TURTLE))


def _pyrudof(data: Iterable[Triple], shapes: Path) -> Any:
    try:
        import pyrudof
    except ImportError:
        return None
    session = pyrudof.Rudof(pyrudof.RudofConfig())
    text = "".join(f"{triple} .\n" for triple in data)
    session.read_data(text, pyrudof.RDFFormat.NTriples)
    session.read_shacl(shapes.read_text(), pyrudof.ShaclFormat.Turtle)
    return session


def processes(runs: int) -> Iterator[str]:
    """Yield what checking the shipped graph takes as a process, by importing pySHACL."""
    qkg = shutil.which("qkg") or str(Path(sys.executable).with_name("qkg"))
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    commands = ([qkg, "check"], [sys.executable, "-c", "import pyshacl"])
    pairs = []
    for turn in range(runs + 1):
        taken = []
        for command in commands:
            start = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True, env=environment)
            taken.append(time.perf_counter() - start)
        if turn:
            pairs.append(taken)
    check, imported = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    yield (
        f"\nqkg check as a process {check:.2f} s ÷ import pyshacl {imported:.2f} s = {ratio:.2f}"
        "   target: ≤ 1"
    )


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("sizes", type=int, nargs="*", default=[10_000], metavar="TRIPLES")
    parser.add_argument("--turns", type=int, default=5, metavar="N", help="default: 5")
    parser.add_argument(
        "--pyshacl",
        type=int,
        default=100_000,
        metavar="TRIPLES",
        help="the largest corpus that pySHACL is given; default: 100000",
    )
    parser.add_argument("--each", action="store_true", help="constraint by constraint, too")
    asked = parser.parse_args()
    logging.getLogger("rdflib").setLevel(logging.CRITICAL)  # it warns of each fault in a literal
    try:
        import pyrudof  # noqa: F401
    except ImportError:
        print("pyrudof is not installed, and left out.")
    sizes = sorted(set(asked.sizes))
    medians: dict[int, list[float]] = {}
    for size in sizes:
        MEDIANS.clear()
        for line in report(size, asked.turns, asked.pyshacl, by_constraint=asked.each):
            print(line, flush=True)
        medians[size] = list(MEDIANS)
    if len(sizes) > 1:
        print(f"\ngrowth from {sizes[0]:,} to {sizes[-1]:,}   target: exponent ≤ 1.15")
        pairs = zip(medians[sizes[0]], medians[sizes[-1]], strict=True)
        for name, (first, last) in zip(("many kinds", "shipped"), pairs, strict=True):
            print(f"{name:<12}{math.log(last / first) / math.log(sizes[-1] / sizes[0]):>6.2f}")
    for line in processes(asked.turns):
        print(line)
    if DISAGREEING:
        sys.exit(f"{', '.join(dict.fromkeys(DISAGREEING))}: not what qkg finds.")


if __name__ == "__main__":
    main()
