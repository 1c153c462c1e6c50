"""The name that somebody meant who wrote another one."""

from collections.abc import Iterable

__all__ = ["nearest"]


def nearest(name: str, known: Iterable[str], likeness: float = 0.75) -> str | None:
    """Return the known name that is most like another one, if any is like it at all.

    >>> nearest("currancy", ["currency", "chair"])
    'currency'
    >>> nearest("nobody", ["currency", "chair"])
    """
    from difflib import get_close_matches  # only a finding pays for it

    folded = {each.casefold(): each for each in sorted(known, reverse=True)}
    near = get_close_matches(name.casefold(), folded, n=1, cutoff=likeness)
    return folded[near[0]] if near else None
