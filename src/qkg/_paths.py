"""Where the shipped folders are: beside the package in a wheel, at the top of a checkout."""

from pathlib import Path

__all__ = ["shipped"]

_PACKAGE = Path(__file__).resolve().parent


def shipped(folder: str) -> Path:
    """Return the path of a shipped top-level folder: ``data``, ``ontology`` or ``queries``.

    Raises:
        FileNotFoundError: the installation lacks the folder.
    """
    for top in (_PACKAGE / "_shipped", _PACKAGE.parent.parent):
        if (top / folder).is_dir():
            return top / folder
    raise FileNotFoundError(f"This installation of qkg lacks its folder {folder}/: reinstall it.")
