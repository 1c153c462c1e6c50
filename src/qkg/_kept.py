"""What takes long to make, and is kept from one process to the next, as Python keeps modules."""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from importlib.util import cache_from_source
from pathlib import Path
from threading import get_ident

__all__ = ["kept"]

_DIGEST = sha256().digest_size


def kept(source: Path, key: str, make: Callable[[], bytes]) -> bytes:
    """Return what was made of a source, in this process or in another.

    It lies in ``__pycache__``, where Python keeps the modules that it has compiled, and nowhere
    if Python is told to keep none (``PYTHONDONTWRITEBYTECODE``) or cannot write there.

    Args:
        source: the file that it is made of.
        key: all that it depends on; what was made under another one is made anew.
        make: makes it.
    """
    home = Path(cache_from_source(str(source))).with_suffix(source.suffix)
    with suppress(OSError):
        found = home.read_bytes()
        if found[:_DIGEST] == _digest(key, found[_DIGEST:]):
            return found[_DIGEST:]
    made = make()
    if not sys.dont_write_bytecode:
        # Whoever reads meanwhile finds the old file, or the new one.
        new = home.with_name(f"{home.name}.{os.getpid()}-{get_ident()}")
        with suppress(OSError):
            home.parent.mkdir(parents=True, exist_ok=True)
            try:
                new.write_bytes(_digest(key, made) + made)
                os.replace(new, home)
            finally:
                new.unlink(missing_ok=True)
    return made


def _digest(key: str, made: bytes) -> bytes:
    return sha256(key.encode() + made).digest()
