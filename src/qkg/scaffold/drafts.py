"""A file that is not written yet, and how it is written."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import NamedTuple

from qkg.errors import LayoutError

__all__ = ["Draft", "refuse_other_than_folder", "write"]


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
        LayoutError: the file is there already, or cannot be written; or there is no such folder.
    """
    import tempfile

    target = folder / draft.path
    refuse_other_than_folder(folder)
    made = False
    try:
        made = not target.parent.exists()
        target.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".new-") as own:
            whole = Path(own, target.name)
            whole.write_bytes(draft.text.encode())
            # Unlike a renaming, a link never takes the place of a file.
            os.link(whole, target)
    except BaseException as error:
        if made:
            with contextlib.suppress(OSError):  # somebody else's file may be there by now
                target.parent.rmdir()
        if isinstance(error, FileExistsError) and target.exists():
            raise LayoutError(
                f"{target} is there already, and stays as it is: choose another name, or edit it."
            ) from error
        if isinstance(error, OSError):
            raise LayoutError(f"{target} cannot be written: {error.strerror}.") from error
        raise
    return target


def refuse_other_than_folder(path: Path) -> None:
    """Raise LayoutError where a path is no folder."""
    if not path.exists():
        raise LayoutError.missing(path)
    if not path.is_dir():
        raise LayoutError(f"{path} is no folder: --folder takes the one that holds your data.")
