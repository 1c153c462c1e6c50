"""Which files a finding is in."""

from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import NamedNode

from qkg.claims import DataFile
from qkg.namespaces import PREFIXES, RDF, RDFS
from qkg.shapes.report import Finding

__all__ = ["homes"]

_DESCRIBING = (RDF["type"], RDFS["label"], NamedNode(PREFIXES["skos"] + "prefLabel"))


def homes(finding: Finding, files: Iterable[DataFile]) -> list[Path | None]:
    """Return the files that are at fault, as exactly as they can be told.

    They are those that state the value; or else something of the property; or else, since what is
    missing is stated nowhere, more of the node than what it is and what it is called; or else
    anything of it.
    """
    about = [
        (file.path, quad)
        for file in files
        for quad in file.statements
        if quad.subject == finding.focus
    ]
    of_property = [(path, quad) for path, quad in about if quad.predicate == finding.property]
    narrowed = (
        [path for path, quad in of_property if quad.object == finding.value],
        [path for path, _ in of_property],
        [path for path, quad in about if quad.predicate not in _DESCRIBING],
        [path for path, _ in about],
    )
    return list(dict.fromkeys(next(filter(None, narrowed), [None])))
