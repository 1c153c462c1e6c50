"""What is asked of one value node by itself (SHACL, sections 4.1, 4.3, 4.4 and 4.8.3)."""

from collections.abc import Mapping

from pyoxigraph import BlankNode, Literal, NamedNode

from qkg.answers import Term
from qkg.shapes.comparisons import within_bound
from qkg.shapes.expressions import FALSE, Expression, all_of, any_of, atom
from qkg.shapes.lexical import kept_datatype, well_formed
from qkg.shapes.model import ValueTest
from qkg.shapes.source import SH
from qkg.shapes.uncompiled import NotCompiled

__all__ = ["constant", "constants", "value_test"]

_KINDS = {
    SH["IRI"]: "isIRI({0})",
    SH["BlankNode"]: "isBLANK({0})",
    SH["Literal"]: "isLITERAL({0})",
    SH["BlankNodeOrIRI"]: "!isLITERAL({0})",
    SH["BlankNodeOrLiteral"]: "!isIRI({0})",
    SH["IRIOrLiteral"]: "!isBLANK({0})",
}
_BOUNDS = {
    "minExclusive": ">",
    "minInclusive": ">=",
    "maxExclusive": "<",
    "maxInclusive": "<=",
}
_LENGTHS = {"minLength": ">=", "maxLength": "<="}


def value_test(constraint: ValueTest, variable: str) -> Expression:
    """Return whether a value node passes a test.

    Args:
        constraint: the test, which is not that of a class.
        variable: what holds the value node, with its question mark.

    Raises:
        NotCompiled: not every engine can make the test.
    """
    test, terms = constraint.test, constraint.terms
    if test == "nodeKind":
        assert isinstance(terms[0], NamedNode)
        return atom(_KINDS[terms[0]].format(variable))
    if test == "datatype":
        assert isinstance(terms[0], NamedNode)
        lexical = well_formed(terms[0], variable)
        typed = f"DATATYPE({variable}) = {kept_datatype(terms[0])}"
        return _total(typed if lexical is None else f"{typed} && {lexical}")
    if test in _BOUNDS:
        assert isinstance(terms[0], Literal)
        return _total(within_bound(variable, _BOUNDS[test], terms[0]))
    if test in _LENGTHS:
        assert isinstance(terms[0], Literal)
        measured = atom(f"STRLEN(STR({variable})) {_LENGTHS[test]} {int(terms[0].value)}")
        return all_of((_is_no_blank(variable), measured))
    if test == "pattern":
        return all_of((_is_no_blank(variable), _matches(constraint, variable)))
    if test == "languageIn":
        ranges = any_of(
            atom(f"LANGMATCHES(LANG({variable}), {Literal(str(term.value))})")
            for term in terms
            if isinstance(term, Literal)
        )
        if ranges == FALSE:
            return FALSE
        return _total(f'LANG({variable}) != "" && {ranges.bracketed()}')
    assert test == "in"
    return _among(variable, terms)


def constant(term: Term) -> str:
    """Return a term of a shapes graph as one of a query.

    Raises:
        NotCompiled: it is a blank node, which a query cannot name.
    """
    if isinstance(term, BlankNode):
        raise NotCompiled("a blank node of the shapes graph is a value")
    return str(term)


def constants(parameters: Mapping[str, Term]) -> dict[str, str]:
    """Return the parameters of a component as terms of a query; raises as :func:`constant`."""
    return {name: constant(term) for name, term in parameters.items()}


def _total(expression: str) -> Expression:
    return Expression(f"COALESCE({expression}, false)", f"!COALESCE({expression}, false)")


def _is_no_blank(variable: str) -> Expression:
    return ~atom(f"isBLANK({variable})")


def _matches(constraint: ValueTest, variable: str) -> Expression:
    pattern = constraint.terms[0]
    assert isinstance(pattern, Literal)
    escaped = pattern.value.replace("\\\\", "")
    if "(?" in escaped or any(f"\\{digit}" in escaped for digit in "123456789"):
        raise NotCompiled("a pattern looks around itself, or back")
    if set(constraint.flags) - set("ismx"):
        raise NotCompiled("a pattern has flags that not every engine knows")
    flags = f", {Literal(constraint.flags)}" if constraint.flags else ""
    return atom(f"REGEX(STR({variable}), {Literal(pattern.value)}{flags})")


def _among(variable: str, terms: tuple[Term, ...]) -> Expression:
    iris = ", ".join(str(term) for term in terms if isinstance(term, NamedNode))
    tests = [Expression(f"{variable} IN ({iris})", f"{variable} NOT IN ({iris})")] if iris else []
    tests += [
        atom(f"sameTerm({variable}, {constant(term)})")
        for term in terms
        if not isinstance(term, NamedNode)
    ]
    return any_of(tests)
