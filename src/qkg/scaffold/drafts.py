"""A file that is not written yet, and how it is written."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import NamedTuple

from qkg.errors import LayoutError

__all__ = ["Draft", "write"]


class Draft(NamedTuple):
    """A file that is not written yet.

    Attributes:
        path: where it belongs, below the folder of the data.
        text: what it is to hold.
    """

    path: Path
    text: str


def write(draft: Draft, folder: Path) -> Path:
    """Write a file that is not there yet, whole or not at all, and return its path.

    Args:
        draft: the file.
        folder: the folder of the data; the folder of the document is made in it.

    Raises:
        LayoutError: the file is there already, or cannot be written.
    """
    import tempfile

    target = folder / draft.path
    if not folder.is_dir():
        raise LayoutError.missing(folder)
    made = not target.parent.exists()
    try:
        target.parent.mkdir(exist_ok=True)
        try:
            with tempfile.TemporaryDirectory(dir=target.parent, prefix=".new-") as own:
                whole = Path(own, target.name)
                whole.write_bytes(draft.text.encode())
                # Unlike a renaming, a link never takes the place of a file.
                os.link(whole, target)
        except BaseException:
            if made:
                with contextlib.suppress(OSError):  # somebody else's file may be there by now
                    target.parent.rmdir()
            raise
    except FileExistsError as error:
        raise LayoutError(
            f"{target} is there already, and stays as it is: choose another name, or edit it."
        ) from error
    except OSError as error:
        raise LayoutError(f"{target} cannot be written: {error.strerror}.") from error
    return target
