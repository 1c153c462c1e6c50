"""How long a stored query takes as a whole process, against what others pay to import rdflib.

Run: ``python benchmarks/start.py [RUNS]``. The two commands take turns; what counts is the ratio of
the two runs of one turn, whose median is printed with the quartiles.
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
    ours = [qkg, "query", "signatories"]
    peer = [sys.executable, "-c", "import rdflib"]
    for command in (ours, peer):
        seconds(command)
    pairs = [(seconds(ours), seconds(peer)) for _ in range(runs)]
    for name, times in (
        ("qkg query signatories", [pair[0] for pair in pairs]),
        ("import rdflib", [pair[1] for pair in pairs]),
    ):
        print(f"{name:<24} {statistics.median(times) * 1000:6.0f} ms (median of {runs})")
    low, middle, high = statistics.quantiles([a / b for a, b in pairs], n=4)
    print(f"{'ratio':<24} {middle:6.2f} (quartiles {low:.2f} and {high:.2f})")


if __name__ == "__main__":
    main()
