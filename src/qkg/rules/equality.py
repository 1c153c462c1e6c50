"""The rules of equality, whose property is a variable, one by one for properties and classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode

from qkg.namespaces import OWL, RDF
from qkg.rules.rule import Rule, Variable, replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from qkg.rules.rule import PatternTerm
    from qkg.rules.table import Table

__all__ = ["Equality"]

_SAME, _TYPE = OWL["sameAs"], RDF["type"]


class Equality:
    """What makes an instance of a rule of equality for each property and class that there is.

    Args:
        rules: the rules of equality.
        table: the properties and classes; those that come later are noticed.
        install: what takes an instance over. Each comes once.
    """

    def __init__(
        self, rules: Iterable[Rule], table: Table, install: Callable[[Rule], None]
    ) -> None:
        self._rules = {rule.name: rule for rule in rules}
        self._table = table
        self._install = install
        self._same = table.property(_SAME)
        self._instances: set[tuple[object, ...]] = set()

    def begin(self) -> None:
        """Install what replaces things by what is the same, in all that is there and that comes."""
        self._table.arrived = self._replace_in
        for predicate in tuple(self._table.properties):
            self._replace_in(predicate, False)
        for class_ in tuple(self._table.classes):
            self._replace_in(class_, True)

    def replace(self, one: object, other: object) -> None:
        """Install what replaces a property or a class by another one that is the same."""
        if one in self._table.properties:
            self._replace_property(one, other)
        if one in self._table.classes:
            self._replace_class(one, other)

    def _replace_in(self, name: object, is_class: bool) -> None:
        if is_class:
            self._instantiate("eq-rep-s", {"p": _TYPE, "z": name})
        else:
            self._instantiate("eq-rep-s", {"p": name})
            self._instantiate("eq-rep-o", {"p": name})
        replace = self._replace_class if is_class else self._replace_property
        for other in self._same.out.get(self._table.number(name), ()):
            replace(name, self._table.terms.one(other))

    def _replace_property(self, one: object, other: object) -> None:
        # A property that is the same as rdf:type would need a rule with a variable class.
        if isinstance(other, NamedNode) and other != _TYPE:
            self._instantiate("eq-rep-p", {"p": one, "q": other})

    def _replace_class(self, one: object, other: object) -> None:
        if not isinstance(other, Literal):
            self._instantiate("eq-rep-o", {"p": _TYPE, "x": one, "y": other})

    def _instantiate(self, name: str, terms: dict[str, Any]) -> None:
        """Install a rule with terms in place of its variables."""
        instance = (name, *terms.values())
        rule = self._rules.get(name)
        if rule is None or rule.head is None or instance in self._instances:
            return
        self._instances.add(instance)
        told: dict[PatternTerm, PatternTerm] = {Variable(v): term for v, term in terms.items()}
        body = tuple(replaced(pattern, told) for pattern in rule.body)
        self._install(Rule(name, body, replaced(rule.head, told)))
