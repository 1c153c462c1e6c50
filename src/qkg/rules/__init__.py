"""What follows from what: the ontology as rules, and the closure of triples under them.

The rules are those of OWL 2 RL (OWL 2 Profiles, section 4.3), named as in its tables.
"""

from qkg.rules.closure import Change, Closure, close
from qkg.rules.compiler import compile_rules
from qkg.rules.rule import Guard, Outside, Pattern, Rule, Unequal, Variable

__all__ = [
    "Change",
    "Closure",
    "Guard",
    "Outside",
    "Pattern",
    "Rule",
    "Unequal",
    "Variable",
    "close",
    "compile_rules",
]
