"""Which files what is wrong with a node is in."""

from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import NamedNode

from qkg.answers import Term
from qkg.claims import DataFile
from qkg.namespaces import PREFIXES, RDF, RDFS

__all__ = ["homes"]

_DESCRIBING = (RDF["type"], RDFS["label"], NamedNode(PREFIXES["skos"] + "prefLabel"))


def homes(
    focus: Term | None, property_: object, value: Term | None, files: Iterable[DataFile]
) -> list[Path | None]:
    """Return the files that are at fault, as exactly as they can be told.

    They are those that state the value; or else something of the property; or else, since what is
    missing is stated nowhere, more of the node than what it is and what it is called; or else
    anything of it.
    """
    about = [
        (file.path, quad) for file in files for quad in file.statements if quad.subject == focus
    ]
    of_property = [(path, quad) for path, quad in about if quad.predicate == property_]
    narrowed = (
        [path for path, quad in of_property if quad.object == value],
        [path for path, _ in of_property],
        [path for path, quad in about if quad.predicate not in _DESCRIBING],
        [path for path, _ in about],
    )
    return list(dict.fromkeys(next(filter(None, narrowed), [None])))
