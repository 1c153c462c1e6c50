"""How long a stored query takes as a whole process, against what others pay to import rdflib.

Run: ``python benchmarks/start.py [RUNS]``. The commands take turns, the same query with its sources
among them; what counts is the ratio of two runs of one turn, whose median is printed with the
quartiles.
"""

import os
import shutil
import statistics
import subprocess
import sys
import time

# Both are measured as they are used: with their modules compiled.
ENVIRONMENT = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def seconds(command: list[str]) -> float:
    """Return how long a command takes from start to exit."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=ENVIRONMENT)
    return time.perf_counter() - start


def main() -> None:
    """Print the medians, and the ratio."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    qkg = shutil.which("qkg")
    if qkg is None:
        sys.exit("qkg is not on the PATH: activate the environment that it is installed in.")
    plain = [qkg, "query", "signatories"]
    commands = {
        "qkg query signatories": plain,
        "the same with --cite": [*plain, "--cite"],
        "import rdflib": [sys.executable, "-c", "import rdflib"],
    }
    for command in commands.values():
        seconds(command)
    turns = [[seconds(command) for command in commands.values()] for _ in range(runs)]
    for name, times in zip(commands, zip(*turns, strict=True), strict=True):
        print(f"{name:<24} {statistics.median(times) * 1000:6.0f} ms (median of {runs})")
    for name, ratios in (
        ("plain ÷ import rdflib", [plain / peer for plain, _, peer in turns]),
        ("cited ÷ plain", [cited / plain for plain, cited, _ in turns]),
    ):
        low, middle, high = statistics.quantiles(ratios, n=4)
        print(f"{name:<24} {middle:6.2f} (quartiles {low:.2f} and {high:.2f})")


if __name__ == "__main__":
    main()
