"""What the tests share: the command as a process, the shipped graph, a real SPARQL server."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Protocol

import pytest
from hypothesis import settings

import qkg

# The same examples in every run; QKG_EXAMPLES asks for other ones, and for more.
settings.register_profile("fixed", derandomize=True, deadline=None)
settings.register_profile(
    "other", max_examples=int(os.environ.get("QKG_EXAMPLES", "0")) or 100, deadline=None
)
settings.load_profile("other" if "QKG_EXAMPLES" in os.environ else "fixed")

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
SUITES = Path(os.environ.get("QKG_SUITES", SHARED / "suites"))
# An old rdflib calls what a new pyparsing deprecates.
WARNINGS = ("-W", "error", "-W", "ignore::DeprecationWarning")


class Outcome(NamedTuple):
    """What a process left behind."""

    code: int
    out: str
    err: str


class Command(Protocol):
    """Run ``qkg`` with these arguments."""

    def __call__(self, *arguments: str, stdin: str = "", cwd: Path | None = None) -> Outcome: ...


@pytest.fixture(scope="session")
def run() -> Command:
    def command(*arguments: str, stdin: str = "", cwd: Path | None = None) -> Outcome:
        process = subprocess.run(
            [sys.executable, *WARNINGS, "-m", "qkg", *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            cwd=cwd,
            timeout=120,
        )
        assert "Traceback" not in process.stderr, process.stderr
        return Outcome(process.returncode, process.stdout, process.stderr)

    return command


@pytest.fixture(scope="session")
def graph() -> qkg.KnowledgeGraph:
    return qkg.load()


@pytest.fixture(scope="session")
def server(graph: qkg.KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The shipped dataset behind a real endpoint: Oxigraph's own server."""
    folder = tmp_path_factory.mktemp("server")
    with serving_store(folder, graph.export("nquads"), "serve-read-only") as address:
        yield f"{address}/query"


@contextmanager
def serving_store(folder: Path, nquads: str, command: str = "serve") -> Iterator[str]:
    """Serve a dataset by Oxigraph's own server; the address is that before ``/query``."""
    program = Path(sys.executable).with_name("oxigraph")
    oxigraph = str(program) if program.exists() else shutil.which("oxigraph")
    assert oxigraph, "the extra 'test' installs the oxigraph server"
    dump = folder / "dataset.nq"
    dump.write_text(nquads, encoding="utf-8")
    store = folder / "store"
    subprocess.run(
        [oxigraph, "load", "--location", store, "--file", dump], check=True, capture_output=True
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    process = subprocess.Popen(
        [oxigraph, command, "--location", store, "--bind", address],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(200):
            try:
                urllib.request.urlopen(f"http://{address}/", timeout=5).close()
                break
            except OSError:
                assert process.poll() is None, "the server ended by itself"
                time.sleep(0.05)
        else:
            pytest.fail("the server did not start")
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def suite(name: str) -> Path:
    """Return the folder of a W3C suite; skip the test where it is not there."""
    folder = SUITES / name
    if not folder.is_dir():
        pytest.skip(f"the W3C suite {name} is not at {folder}")
    return folder
