"""What follows from what: the ontology as rules, and the closure of triples under them.

The rules are those of OWL 2 RL (OWL 2 Profiles, section 4.3), named as in its tables.
"""

from qkg.rules.closure import close
from qkg.rules.compiler import compile_rules
from qkg.rules.rule import Pattern, Rule, Variable

__all__ = ["Pattern", "Rule", "Variable", "close", "compile_rules"]
