"""Files that verbs read and write."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from qkg.errors import InputError, LayoutError

__all__ = ["read_bytes", "read_text", "write_text"]


def read_text(file: str) -> str:
    """Return the text of a file, or of standard input where its name is ``-``."""
    content = read_bytes(Path(file)) if file != "-" else _standard_input()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{file} is not UTF-8 text: byte {error.start} is malformed.") from error


def _standard_input() -> bytes:
    if sys.stdin is None:
        raise InputError("Standard input is closed: name a file.")
    try:
        return sys.stdin.buffer.read()
    except OSError as error:
        raise LayoutError(f"Standard input cannot be read: {error.strerror}.") from error


def read_bytes(file: Path) -> bytes:
    """Return the bytes of a file."""
    try:
        return file.read_bytes()
    except FileNotFoundError as error:
        raise LayoutError.missing(file) from error
    except OSError as error:
        raise LayoutError(f"{file} cannot be read: {error.strerror}.") from error


def write_text(output: Path, text: str) -> None:
    """Write a file whole or not at all; a link is followed, and a device or a pipe written to."""
    import tempfile

    try:
        target = output.resolve()
        if target.exists() and not target.is_file():
            target.write_text(text, encoding="utf-8")
            return
        with tempfile.NamedTemporaryFile(
            "w", dir=target.parent, prefix=f".{target.name}.", encoding="utf-8", delete=False
        ) as file:
            temporary = Path(file.name)
            try:
                file.write(text)
                file.flush()
                temporary.chmod(_mode(target))
                temporary.replace(target)
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise LayoutError(f"{output} cannot be written: {error.strerror}.") from error


def _mode(target: Path) -> int:
    if target.exists():
        return target.stat().st_mode & 0o7777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
