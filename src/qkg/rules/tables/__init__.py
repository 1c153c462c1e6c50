"""The tables of OWL 2 Profiles, section 4.3: how each kind of axiom becomes rules.

Each module holds a table's readers, by the predicate of the axiom or by the type that it declares.
A reader raises LookupError for an axiom that is not well-formed; it then yields no rule. What the
tables say of the ontology alone, and no individual can show, has no reader: ``docs/rules.md`` lists
each such rule with the reason.
"""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from pyoxigraph import Triple

from qkg.rules.axioms import Axioms
from qkg.rules.rule import Rule

__all__ = ["Reader"]

Reader: TypeAlias = Callable[[Axioms, Triple], Iterator[Rule]]
