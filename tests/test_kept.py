"""What is kept from one process to the next: the same as what would be made."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from qkg._kept import kept


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where Python keeps what it compiles."""
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "cache"))
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    return tmp_path / "cache"


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def never() -> bytes:
    raise AssertionError


def test_it_is_made_once(folder: Path, tmp_path: Path) -> None:
    source = tmp_path / "a.lark"
    assert kept(source, "key", lambda: b"made") == b"made"
    (file,) = files(folder)
    assert file.suffix == ".lark"
    assert kept(source, "key", never) == b"made"
    assert kept(source, "another key", lambda: b"other") == b"other"
    assert kept(source, "key", lambda: b"made again") == b"made again"
    assert files(folder) == [file]


@pytest.mark.parametrize(
    "change", [lambda b: b[:-1], lambda b: b[:40] + b"x" + b[41:], lambda _: b""]
)
def test_a_damaged_file_is_made_anew(
    folder: Path, tmp_path: Path, change: Callable[[bytes], bytes]
) -> None:
    source = tmp_path / "a.lark"
    kept(source, "key", lambda: b"made by somebody")
    (file,) = files(folder)
    file.write_bytes(change(file.read_bytes()))
    assert kept(source, "key", lambda: b"made anew") == b"made anew"
    assert kept(source, "key", never) == b"made anew"


def test_where_nothing_can_be_written(folder: Path, tmp_path: Path) -> None:
    folder.write_text("no folder")
    assert kept(tmp_path / "a.lark", "key", lambda: b"made") == b"made"
    assert folder.read_text() == "no folder"


def test_where_nothing_shall_be_written(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert kept(tmp_path / "a.lark", "key", lambda: b"made") == b"made"
    assert not folder.exists()


def test_the_grammar_is_kept(tmp_path: Path) -> None:
    text = "SELECT ?s\n{ ?s <p>/<q> ?o FILTER(?o > 1) ]"
    program = f"from qkg.sparql.grammar import malformed; print(malformed({text!r}))"
    told = set()
    for _ in range(2):
        command = [sys.executable, "-X", f"pycache_prefix={tmp_path}", "-c", program]
        told.add(
            subprocess.run(
                command, env={}, capture_output=True, text=True, check=True, timeout=120
            ).stdout
        )
    assert len(told) == 1
    assert "line 2, column 32: ']' does not fit there" in told.pop()
    assert [path.name for path in tmp_path.rglob("*.lark")] == [
        f"sparql.{sys.implementation.cache_tag}.lark"
    ]
