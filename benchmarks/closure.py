"""The closure of this project against others, in time, memory and growth, over made-up corpora.

Run: ``python benchmarks/closure.py [SIZE ...]``. The full run, the one whose figures are quoted, is

    python benchmarks/closure.py 10000 100000 1000000 5000000

The others are ``pip install owlrl reasonable``; one that is not installed is said and left out, and
so is what a limit leaves out. Each measurement is a process of its own; the engines take turns, and
what counts is the median over the turns, within which a small corpus is closed several times. What
followed about individuals is compared with what this project infers.
"""

import argparse
import json
import math
import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

from corpus import write

_Measured: TypeAlias = dict[tuple[str, int], dict[str, float]]

_OURS = "qkg"
_ENGINES = (_OURS, "qkg in SPARQL", "owlrl", "reasonable")
_STORES = ("bulk load", "load", "written back")
_LIMITS = {"owlrl": 100_000}
_GROWTH = 1_000_000
_SLOW = 30.0
_COLUMNS = ("load", "close", "whole")


class Bench:
    """Measurements, each made once per turn.

    Args:
        folder: where the corpora are written.
        turns: how many; an engine that took half a minute has only one.
        limits: the largest corpus per engine.
        timeout: how many seconds a measurement may take.
    """

    def __init__(self, folder: Path, turns: int, limits: dict[str, int], timeout: float) -> None:
        self._folder = folder
        self._turns = turns
        self._limits = limits
        self._timeout = timeout
        self.notes: dict[str, None] = {}

    def corpus(self, size: int, seed: int) -> None:
        """Write a corpus, under the two names that the engines ask for."""
        path = self._path(size)
        write(path, size, seed)
        path.with_suffix(".ttl").symlink_to(path)

    def measure(self, names: Iterable[str], size: int) -> _Measured:
        """Return the medians of each task at one size, those left out missing."""
        found: defaultdict[str, list[dict[str, float]]] = defaultdict(list)
        dropped: set[str] = set()
        for turn in range(self._turns):
            for name in names:
                slow = found[name] and found[name][0]["load"] + found[name][0]["close"] > _SLOW
                if name in dropped or slow:
                    continue
                result = self._measure(name, size, first=turn == 0)
                if result is None:
                    dropped.add(name)
                else:
                    found[name].append(result)
        return {(name, size): _median(results) for name, results in found.items() if results}

    def increments(self, size: int) -> dict[str, float] | None:
        """Return the medians of adding a claim, and of taking it away; None where that failed."""
        results = [self._run("increments", size) for _ in range(self._turns)]
        found = [result for result in results if result is not None]
        return _median(found) if found else None

    def differences(self, name: str, size: int) -> tuple[int, int, int]:
        """Return how many facts an engine found, lacks, and has that this project lacks."""
        return _differences(self._facts(_OURS, size), self._facts(name, size))

    def _measure(self, name: str, size: int, *, first: bool) -> dict[str, float] | None:
        if size > self._limits.get(name, size):
            self.notes[f"{name} is left out above {self._limits[name]:,} triples."] = None
            return None
        facts = [str(self._facts(name, size))] if first and name in _ENGINES else []
        result = self._run(name, size, *facts)
        if result is not None and "missing" in result:
            self.notes[f"{name} is not available: {result['missing']}."] = None
            return None
        return result

    def _run(self, name: str, size: int, *more: str) -> dict[str, Any] | None:
        _progress(f"{name}, {size:,} triples …")
        script = Path(__file__).with_name("closers.py")
        command = [sys.executable, str(script), name, str(self._path(size)), *more]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=self._timeout)
        except subprocess.TimeoutExpired:
            self.notes[f"{name} took more than {self._timeout:.0f} s at {size:,} triples."] = None
            return None
        finally:
            _progress("")
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1]
            self.notes[f"{name} failed at {size:,} triples: {reason}"] = None
            return None
        result: dict[str, Any] = json.loads(done.stdout)
        return result

    def _path(self, size: int) -> Path:
        return self._folder / f"{size}.nt"

    def _facts(self, name: str, size: int) -> Path:
        return self._folder / f"{size}-{name.replace(' ', '-')}.facts"


def _progress(message: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{message}", end="", file=sys.stderr, flush=True)


def _median(results: list[dict[str, float]]) -> dict[str, float]:
    found = {key: statistics.median(each[key] for each in results) for key in results[0]}
    if "load" in found:
        found["whole"] = statistics.median(each["load"] + each["close"] for each in results)
        found["memory"] = statistics.median(each["peak"] - each["before"] for each in results)
        found["turns"] = len(results)
    return found


def _differences(ours: Path, theirs: Path) -> tuple[int, int, int]:
    """Merge two sorted files: the lines of the second, those that it lacks, those only it has."""
    total = missing = more = 0
    with ours.open(encoding="utf-8") as left, theirs.open(encoding="utf-8") as right:
        one, other = left.readline(), right.readline()
        while one or other:
            if one == other:
                total, one, other = total + 1, left.readline(), right.readline()
            elif other and (not one or other < one):
                total, more, other = total + 1, more + 1, right.readline()
            else:
                missing, one = missing + 1, left.readline()
    return total, missing, more


def _exponent(small: tuple[int, float], large: tuple[int, float]) -> float:
    """Return the slope between two points on logarithmic axes."""
    return math.log(large[1] / small[1]) / math.log(large[0] / small[0])


def _heading() -> str:
    times = "".join(f"{name + ', s':>10}" for name in _COLUMNS)
    ratios = "".join(f"{'÷ ' + name:>9}" for name in ("close", "whole", "MB"))
    return (
        f"{'triples':>9}  {'engine':<14}{times}{'MB':>7}{ratios}"
        f"{'inferred':>10}{'missing':>9}{'more':>7}{'turns':>7}{'runs':>6}"
    )


def _rows(bench: Bench, measured: _Measured) -> Iterator[str]:
    for (name, size), result in measured.items():
        times = "".join(f"{result[column]:>10.3f}" for column in _COLUMNS)
        row = f"{size:>9,}  {name:<14}{times}{result['memory'] / 1e6:>7.0f}"
        ours = measured.get((_OURS, size))
        if ours is None:
            row += f"{'?':>9}" * 3 + f"{'?':>10}{'?':>9}{'?':>7}"
        else:
            columns = ("close", "whole", "memory")
            row += "".join(f"{result[c] / (ours[c] or math.nan):>9.2f}" for c in columns)
            total, missing, more = bench.differences(name, size)
            row += f"{total:>10,}{missing:>9,}{more:>7,}"
        yield f"{row}{result['turns']:>7.0f}{result['runs']:>6.0f}"


def _growth(measured: _Measured) -> Iterator[str]:
    for name in _ENGINES:
        points = [(s, r) for (n, s), r in measured.items() if n == name and s <= _GROWTH]
        if len(points) < 2:
            continue
        (small, first), (large, last) = points[0], points[-1]
        slopes = (
            f"{c} {_exponent((small, first[c]), (large, last[c])):.2f}"
            for c in (*_COLUMNS, "memory")
        )
        yield f"{name:<14} {small:,} to {large:,}: {', '.join(slopes)}"


def _written(measured: _Measured, size: int) -> Iterator[str]:
    back = measured.get(("written back", size))
    if back is None:
        return
    ratios = [
        f"{back['close'] / bare['close']:.2f} times a {name} of {bare['close']:.3f} s"
        for (name, _), bare in measured.items()
        if bare is not back
    ]
    yield f"{size:>9,}  {back['close']:.3f} s, {', '.join(ratios)}"


def _increment(result: dict[str, float] | None, size: int) -> Iterator[str]:
    if result is None:
        return
    full = result["full"]
    for verb in ("added", "removed"):
        usual, first = result[verb], result[f"first {verb}"]
        yield (
            f"{size:>9,}  {verb:<8}{usual * 1e3:>8.3f} ms, 1/{full / usual:,.0f} of the "
            f"{full:.3f} s of closing all; the first {first * 1e3:.3f} ms, 1/{full / first:,.0f}; "
            f"{result['gained']:.0f} facts follow"
        )


def _say(line: str) -> None:
    print(line, flush=True)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("size", type=int, nargs="*", help="triples; default: 10000 30000")
    parser.add_argument("--seed", type=int, default=0, help="of the corpora; default: 0")
    parser.add_argument("--turns", type=int, default=3, help="default: 3")
    parser.add_argument("--timeout", type=float, default=1800, metavar="S", help="per measurement")
    parser.add_argument(
        "--limit",
        action="append",
        default=[],
        metavar="ENGINE=SIZE",
        help="the largest corpus that an engine is given; default: owlrl=100000",
    )
    asked = parser.parse_args()
    sizes = sorted(set(asked.size)) or [10_000, 30_000]
    given = (limit.partition("=") for limit in asked.limit)
    limits = {**_LIMITS, **{name: int(size) for name, _, size in given}}
    with TemporaryDirectory() as folder:
        bench = Bench(Path(folder), asked.turns, limits, asked.timeout)
        closed: _Measured = {}
        written: list[str] = []
        added: list[str] = []
        _say("Closing: ÷ is by qkg's own; MB is the peak above what there was before reading")
        _say(_heading())
        for size in sizes:
            bench.corpus(size, asked.seed)
            measured = bench.measure(_ENGINES, size)
            for row in _rows(bench, measured):
                _say(row)
            closed |= measured
            written += _written(bench.measure(_STORES, size), size)
            added += _increment(bench.increments(size), size)
        for title, table in (
            ("Growth: the exponents of time and memory", _growth(closed)),
            ("Parsing, closing, writing back into a store", written),
            ("A claim of 30 triples added to what is closed, and removed", added),
        ):
            _say(f"\n{title}")
            for row in table:
                _say(row)
        for note in bench.notes:
            _say(f"\n{note}")


if __name__ == "__main__":
    main()
