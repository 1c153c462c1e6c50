"""What contradicts the ontology: whether anything does is all that most checks have to find out."""

from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from pathlib import Path

from pyoxigraph import Literal

from qkg.checks.consistent import Watch
from qkg.checks.slip import Slip
from qkg.claims import DataFile
from qkg.rules import Rule

__all__ = ["contradictions"]


def contradictions(
    ontology: DataFile,
    files: Iterable[DataFile],
    rules: Iterable[Rule],
    literals: Collection[Literal],
    only: Iterable[Path] = (),
) -> Iterator[Slip]:
    """Yield each contradiction: Q061.

    The default graph is checked as a whole: what contradicts the ontology in one claim does so in
    the whole too. Claims that are not in it are checked one by one, each with the files that are
    no claims.

    Args:
        ontology: the ontology.
        files: the other files.
        rules: the rules of the ontology, those without a head included.
        literals: the literals of all of them that are no plain text.
        only: the files that are being asked about, which are rather to blame than others.
    """
    files, rules = tuple(files), tuple(rules)
    watch = Watch(rules)
    watch.closure.fill(chain(ontology.statements, *(file.statements for file in files)))
    # What follows from everything holds of each part too, if nothing contradicts in it.
    if watch.suspects(literals):
        # Only what is wrong pays for finding out where.
        from qkg.checks.apart import apart

        yield from apart(ontology, files, rules, literals, only)
