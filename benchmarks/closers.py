"""What benchmarks/closure.py compares, and one measurement of it, as a process of its own.

Run: ``python benchmarks/closers.py TASK PATH [FACTS]``, with the name of a task and a file of
N-Triples whose name ends in ``.nt``, beside which the same file stands under a name in ``.ttl``. It
prints JSON: seconds, and the peak of the memory with what it was before the file was read. FACTS is
the file to write into what followed.

To adapt this to a change of the library, change the class of the task: ``load`` does what an engine
needs before it can begin, ``close`` the rest.
"""

import gc
import json
import resource
import statistics
import sys
import time
from collections.abc import Iterable, Iterator
from importlib import import_module
from itertools import chain, islice
from pathlib import Path
from typing import Any, Protocol

from corpus import claim
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse

from qkg._paths import shipped
from qkg.claims import read_ontology
from qkg.namespaces import INFERRED, OWL, RDF, RDFS, XSD
from qkg.rules import compile_rules

__all__ = ["TASKS", "Task"]

_ENOUGH, _RUNS = 1.0, 7
"""A task is run again until it took so many seconds altogether, or so many times."""

_CLAIMS = 20
_ONTOLOGY = shipped("ontology") / "qkg.ttl"
_TYPE, _SAME = RDF["type"], OWL["sameAs"]
_EMPTY = frozenset((OWL["Thing"], RDFS["Resource"]))
_VOCABULARIES = tuple(map(str, (OWL, RDF, RDFS, XSD)))


class Task(Protocol):
    """What is measured. Making one raises ImportError where something is not installed."""

    def load(self, path: Path) -> Any:
        """Return a corpus and the ontology in the form in which the closing begins."""
        ...

    def close(self, loaded: Any) -> Any:
        """Return what was loaded, closed."""
        ...

    def facts(self, closed: Any) -> Iterable[Triple]:
        """Return what followed, or everything there is."""
        ...


class Here:
    """The closure of this project, in memory."""

    def __init__(self) -> None:
        self._closure = import_module("qkg.rules").Closure

    def load(self, path: Path) -> Any:
        """Parse the corpus and the ontology, and compile that."""
        ontology = read_ontology(_ONTOLOGY.parent).statements
        return compile_rules(ontology), list(chain(ontology, parse(path=path)))

    def close(self, loaded: Any) -> Any:
        """Return the closure and the change."""
        rules, statements = loaded
        closure = self._closure(rules)
        return closure, closure.add(statements)

    def facts(self, closed: Any) -> Iterable[Triple]:
        """Return what was inferred."""
        inferred: Iterable[Triple] = closed[1].inferred
        return inferred


class WrittenBack(Here):
    """The same, but from a file to a store that holds what is given and what follows."""

    def load(self, path: Path) -> Any:
        """Do nothing: parsing counts."""
        return path

    def close(self, loaded: Any) -> Any:
        """Parse, close, and write both into a store, what follows also into its named graph."""
        rules, statements = super().load(loaded)
        _, change = super().close((rules, statements))
        store = Store()
        store.bulk_extend(statements)
        inferred = change.inferred
        store.bulk_extend(Quad(s, p, o) for s, p, o in inferred)
        store.bulk_extend(Quad(s, p, o, INFERRED) for s, p, o in inferred)
        return store

    def facts(self, closed: Any) -> Iterable[Triple]:
        """Return what the store holds as inferred."""
        return (quad.triple for quad in closed.quads_for_pattern(None, None, None, INFERRED))


class BulkLoaded:
    """The store's own bulk load of the corpus, and nothing else."""

    def load(self, path: Path) -> Any:
        """Do nothing: parsing counts."""
        return path

    def close(self, loaded: Any) -> Any:
        """Load the corpus."""
        store = Store()
        store.bulk_load(path=loaded)
        return store

    def facts(self, closed: Any) -> Iterable[Triple]:
        """Return nothing, since nothing followed."""
        return ()


class Loaded(BulkLoaded):
    """The store's own load of the corpus, in one transaction."""

    def close(self, loaded: Any) -> Any:
        """Load the corpus."""
        store = Store()
        store.load(path=loaded)
        return store


class Inside:
    """The rules as SPARQL updates inside an Oxigraph store."""

    def __init__(self) -> None:
        self._close = import_module("qkg.rules.inside").close_inside
        self._engine = import_module("qkg.engines.oxigraph").OxigraphEngine

    def load(self, path: Path) -> Any:
        """Fill an engine."""
        ontology = read_ontology(_ONTOLOGY.parent).statements
        return compile_rules(ontology), self._engine(chain(ontology, parse(path=path)))

    def close(self, loaded: Any) -> Any:
        """Close the engine's default graph."""
        rules, engine = loaded
        self._close(engine, rules)
        return engine

    def facts(self, closed: Any) -> Iterable[Triple]:
        """Return what the engine holds as inferred."""
        return (quad.triple for quad in closed.quads() if quad.graph_name == INFERRED)


class Owlrl:
    """owlrl, the reference: in rdflib, without the axioms and datatypes that it can leave out."""

    def __init__(self) -> None:
        self._owlrl, self._rdflib = import_module("owlrl"), import_module("rdflib")

    def load(self, path: Path) -> Any:
        """Parse into a graph of rdflib."""
        graph = self._rdflib.Graph()
        graph.parse(str(path), format="nt")
        return graph.parse(str(_ONTOLOGY), format="turtle")

    def close(self, loaded: Any) -> Any:
        """Expand the graph, which owlrl does in place."""
        owlrl = self._owlrl
        owlrl.DeductiveClosure(
            owlrl.OWLRL_Semantics,
            rdfs_closure=False,
            axiomatic_triples=False,
            datatype_axioms=False,
        ).expand(loaded)
        return loaded

    def facts(self, closed: Any) -> Iterable[Triple]:
        """Return the whole graph."""
        return _from_rdflib(closed)


class Reasonable:
    """reasonable, in Rust."""

    def __init__(self) -> None:
        self._reasonable = import_module("reasonable")
        import_module("rdflib")  # which it gives its answer in

    def load(self, path: Path) -> Any:
        """Have it parse the files; it goes by their names."""
        reasoner = self._reasonable.PyReasoner()
        reasoner.load_file(str(path.with_suffix(".ttl")))
        reasoner.load_file(str(_ONTOLOGY))
        return reasoner

    def close(self, loaded: Any) -> Any:
        """Return its list of triples."""
        return loaded.reason()

    def facts(self, closed: Any) -> Iterable[Triple]:
        """Return the whole list."""
        return _from_rdflib(closed)


TASKS: dict[str, type[Task]] = {
    "qkg": Here,
    "qkg in SPARQL": Inside,
    "owlrl": Owlrl,
    "reasonable": Reasonable,
    "bulk load": BulkLoaded,
    "load": Loaded,
    "written back": WrittenBack,
}


def _measure(task: Task, path: Path, facts: Path | None) -> dict[str, Any]:
    """Run a task until there is something to take the median of; the memory is that of once."""
    times: list[tuple[float, float]] = []
    before, peak, total = _peak(), 0, 0.0
    while not times or (total < _ENOUGH and len(times) < _RUNS):
        gc.collect()
        start = time.perf_counter()
        loaded = task.load(path)
        middle = time.perf_counter()
        closed = task.close(loaded)
        end = time.perf_counter()
        times.append((middle - start, end - middle))
        total += end - start
        peak = peak or _peak()
        loaded = None
        if facts is not None:
            _write(task.facts(closed), path, facts)
            facts = None
        closed = None
    load, close = (statistics.median(column) for column in zip(*times, strict=True))
    return {"load": load, "close": close, "before": before, "peak": peak, "runs": len(times)}


def _measure_increments(path: Path) -> dict[str, Any]:
    """Add claims to a closure and take them away, one by one."""
    here = Here()
    loaded = here.load(path)
    gc.collect()
    start = time.perf_counter()
    closure, change = here.close(loaded)
    full = time.perf_counter() - start
    del change
    gc.collect()
    added, removed, gained, lost = [], [], [], []
    for number in range(1, _CLAIMS + 1):
        statements = list(parse("".join(claim(number)), RdfFormat.N_TRIPLES))
        start = time.perf_counter()
        change = closure.add(statements)
        added.append(time.perf_counter() - start)
        gained.append(set(change.inferred))
        start = time.perf_counter()
        change = closure.remove(statements)
        removed.append(time.perf_counter() - start)
        lost.append(set(change.retracted))
    if gained != lost:
        raise AssertionError("What a claim added did not go with it.")
    return {
        "full": full,
        "first added": added[0],
        "added": statistics.median(added[1:]),
        "first removed": removed[0],
        "removed": statistics.median(removed[1:]),
        "gained": round(statistics.mean(map(len, gained))),
    }


def _write(facts: Iterable[Triple], path: Path, out: Path) -> None:
    """Write what followed about individuals, sorted, each once.

    Left out is what only pollutes: what is given, what is said of classes and properties, blank
    nodes (types without a name), literals as subjects, that something is a thing, or itself.
    """
    schema: set[object] = set()
    given = set()
    for quad in read_ontology(_ONTOLOGY.parent).statements:
        given.add(str(quad.triple))
        kind = quad.object.value if isinstance(quad.object, NamedNode) else ""
        if quad.predicate == _TYPE and kind.endswith(("Class", "Property", "Ontology")):
            schema.add(quad.subject)
    found = set()
    for triple in facts:
        subject, predicate, object_ = triple
        if (
            not isinstance(subject, NamedNode)
            or isinstance(object_, BlankNode)
            or subject in schema
            or subject.value.startswith(_VOCABULARIES)
            or object_ in _EMPTY
            or (predicate == _SAME and subject == object_)
        ):
            continue
        found.add(str(triple))
    found -= given
    with path.open(encoding="utf-8") as file:
        for line in file:
            found.discard(line[:-3])
    with out.open("w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in sorted(found))


def _from_rdflib(triples: Iterable[tuple[Any, Any, Any]]) -> Iterator[Triple]:
    """Yield triples of rdflib as ours, those with a literal for a subject left out."""
    rdflib = import_module("rdflib")

    def term(node: Any) -> Any:
        if isinstance(node, rdflib.URIRef):
            return NamedNode(str(node))
        if isinstance(node, rdflib.BNode):
            return BlankNode()
        datatype = None if node.datatype is None else NamedNode(str(node.datatype))
        return Literal(str(node), language=node.language, datatype=datatype)

    for s, p, o in triples:
        if not isinstance(s, rdflib.Literal):
            yield Triple(term(s), term(p), term(o))


def _peak() -> int:
    """Return the most memory that this process has held so far, in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def main() -> None:
    """Print one measurement."""
    name, path, *rest = islice(sys.argv, 1, None)
    facts = Path(rest[0]) if rest else None
    if name == "increments":
        print(json.dumps(_measure_increments(Path(path))))
        return
    try:
        task = TASKS[name]()
    except ImportError as error:
        print(json.dumps({"missing": str(error)}))
        return
    print(json.dumps(_measure(task, Path(path), facts)))


if __name__ == "__main__":
    main()
