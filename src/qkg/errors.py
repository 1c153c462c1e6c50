"""What can go wrong, as one tree.

::

    QkgError
    ├── InputError          what was handed in is wrong: exit code 2
    │   ├── ParseError      a file is not well-formed: path, line, column
    │   ├── LayoutError     files or folders are missing, or two files have one name
    │   ├── NameUnknown     no query, parameter, entity or format has that name: the closest ones
    │   ├── NameAmbiguous   one label fits several things: all of them
    │   ├── ParameterError  a parameter of a stored query got a value that it cannot take
    │   ├── QueryError      a query is malformed: line, column
    │   ├── QueryRefused    a query is well-formed and not run: it writes, calls out, nests too deep
    │   └── ExtraMissing    a package is not installed that an extra of qkg brings
    └── EngineError         the engine or the network failed: exit code 3
        ├── EndpointError   a SPARQL endpoint is down, or answers something else than an answer
        └── QueryTimeout    a query ran longer than it was allowed to
"""

from collections.abc import Iterable
from pathlib import Path

__all__ = [
    "EndpointError",
    "EngineError",
    "ExtraMissing",
    "InputError",
    "LayoutError",
    "NameAmbiguous",
    "NameUnknown",
    "ParameterError",
    "ParseError",
    "QkgError",
    "QueryError",
    "QueryRefused",
    "QueryTimeout",
]


class QkgError(Exception):
    """Whatever qkg raises on purpose; the message is one sentence for the person who reads it."""


class InputError(QkgError):
    """What was handed in is wrong."""


class ParseError(InputError):
    """A file is not well-formed.

    Attributes:
        path: the file.
        line: counted from 1; 0 where the parser does not say.
        column: counted from 1; 0 where the parser does not say.
        problem: what is wrong there.
    """

    def __init__(self, path: Path, line: int, column: int, problem: str) -> None:
        super().__init__(f"{path}:{line}:{column}: {problem}")
        self.path, self.line, self.column, self.problem = path, line, column, problem


class LayoutError(InputError):
    """A file or folder is missing, or two files have one name."""

    @classmethod
    def missing(cls, path: Path) -> "LayoutError":
        """Return the error that nothing is at a path, with the closest names in its folder."""
        try:
            names = [file.name for file in path.parent.iterdir()]
        except OSError:
            names = []
        near = [str(path.parent / name) for name in _closest(path.name, names)]
        hint = f"; did you mean {', '.join(near)}?" if near else "."
        return cls(f"There is no file or folder {path}{hint}")


class NameUnknown(InputError):
    """No thing of that kind has that name.

    Attributes:
        closest: the names that come nearest, the nearest first.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        self.closest = _closest(name, known)
        hint = f"; did you mean {', '.join(self.closest)}?" if self.closest else "."
        super().__init__(f"There is no {kind} {name!r}{hint}")


class NameAmbiguous(InputError):
    """One label fits several things.

    Attributes:
        candidates: the CURIEs of the things, sorted.
    """

    def __init__(self, name: str, candidates: Iterable[str]) -> None:
        self.candidates = tuple(sorted(candidates))
        super().__init__(f"{name!r} is the name of {' and of '.join(self.candidates)}: say which.")


class ParameterError(InputError):
    """A parameter of a stored query got a value that it cannot take."""


class QueryError(InputError):
    """A query is malformed.

    Attributes:
        problem: what is wrong there.
        line: counted from 1; 0 where the engine does not say.
        column: counted from 1; 0 where the engine does not say.
    """

    def __init__(self, problem: str, line: int = 0, column: int = 0) -> None:
        place = f"line {line}, column {column}: " if line else ""
        super().__init__(f"The query is malformed: {place}{problem}")
        self.problem, self.line, self.column = problem, line, column

    def moved(self, lines: int) -> "QueryError":
        """Return the same error so many lines further down, where it has a place."""
        return QueryError(self.problem, self.line + lines if self.line else 0, self.column)


class QueryRefused(InputError):
    """A query is well-formed and is not run, since it does more than read this graph."""


class ExtraMissing(InputError):
    """A package is not installed that an extra of qkg brings.

    Attributes:
        extra: the name of the extra, and of the package.
    """

    def __init__(self, extra: str) -> None:
        self.extra = extra
        super().__init__(f"This takes {extra}, which is not installed: pip install 'qkg[{extra}]'.")


class EngineError(QkgError):
    """The engine or the network failed."""


class EndpointError(EngineError):
    """A SPARQL endpoint is down, or answers something else than an answer."""


class QueryTimeout(EngineError):
    """A query ran longer than it was allowed to."""


def _closest(name: str, known: Iterable[str]) -> tuple[str, ...]:
    from difflib import get_close_matches  # only an error pays for it

    by_folded = {candidate.casefold(): candidate for candidate in sorted(known, reverse=True)}
    near = get_close_matches(name.casefold(), by_folded, n=3, cutoff=0.5)
    return tuple(by_folded[match] for match in near)
