"""SPARQL as text: what a query is, what it may not do, where its parameters stand."""

from qkg.sparql.reading import MAX_DEPTH, MAX_LENGTH, Form, readable
from qkg.sparql.text import ValuesBlock, declare_prefixes, values_block
from qkg.sparql.tokens import Token, position, tokens

__all__ = [
    "MAX_DEPTH",
    "MAX_LENGTH",
    "Form",
    "Token",
    "ValuesBlock",
    "declare_prefixes",
    "position",
    "readable",
    "tokens",
    "values_block",
]
