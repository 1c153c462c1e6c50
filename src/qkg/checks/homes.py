"""Which files what is wrong with a node is in."""

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from qkg.answers import Term
from qkg.claims import DataFile
from qkg.engines.oxigraph import OxigraphEngine
from qkg.namespaces import PREFIXES, RDF, RDFS

__all__ = ["Homes"]

_DESCRIBING = (RDF["type"], RDFS["label"], NamedNode(PREFIXES["skos"] + "prefLabel"))


class Homes:
    """The statements of files by their subjects, gathered when they are first asked for.

    Args:
        files: the files.
    """

    def __init__(self, files: Iterable[DataFile]) -> None:
        self._files = tuple(files)

    @cached_property
    def _about(self) -> dict[Term, list[tuple[Path, Term, Term]]]:
        about: defaultdict[Term, list[tuple[Path, Term, Term]]] = defaultdict(list)
        for file in self._files:
            for quad in file.statements:
                about[quad.subject].append((file.path, quad.predicate, quad.object))
        return about

    def values(self, subject: Term | None, property_: object) -> list[Term]:
        """Return the values that are stated, each once."""
        if subject is None:
            return []
        stated = self._about.get(subject, ())
        return list(dict.fromkeys(value for _, each, value in stated if each == property_))

    def written(
        self, subject: Term, property_: object, value: Term | None, path: Path | None
    ) -> Term | None:
        """Return a value as a file writes it, where an engine keeps it in another form.

        Args:
            subject: of what it is a value.
            property_: of which property.
            value: the value.
            path: the file; None for any.
        """
        if not isinstance(value, Literal):
            return value
        stated = [
            object_
            for file, each, object_ in self._about.get(subject, ())
            if each == property_ and path in (None, file) and isinstance(object_, Literal)
        ]
        if value in stated:
            return value
        return next((each for each in stated if _kept(each) == value), value)

    def of(self, focus: Term | None, property_: object, value: Term | None) -> list[Path | None]:
        """Return the files that are at fault, as exactly as they can be told.

        They are those that state the value; or else something of the property; or else, since what
        is missing is stated nowhere, more of the node than what it is and what it is called; or
        else anything of it; or None.
        """
        about = [] if focus is None else self._about.get(focus, [])
        of_property = [(path, object_) for path, each, object_ in about if each == property_]
        narrowed = (
            [path for path, object_ in of_property if object_ == value],
            [path for path, _ in of_property],
            [path for path, each, _ in about if each not in _DESCRIBING],
            [path for path, _, _ in about],
        )
        return list(dict.fromkeys(next(filter(None, narrowed), [None])))


def _kept(literal: Literal) -> Term:
    """Return a literal as Oxigraph keeps it."""
    (quad,) = OxigraphEngine((Quad(BlankNode(), RDF["value"], literal),)).quads()
    return quad.object
