"""Whether a closed graph may contradict the ontology: the answer no is cheap."""

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad, Triple

from qkg.namespaces import RDF
from qkg.rules import Closure, Pattern, Rule, Variable
from qkg.rules.datatypes import belongs, is_datatype
from qkg.rules.rule import Outside

if TYPE_CHECKING:
    from qkg.answers import Term

__all__ = ["Watch"]

_TYPE = RDF["type"]
_MARK = NamedNode("urn:qkg:mark")
_PLAIN = frozenset((Literal("").datatype, Literal("", language="en").datatype))
"""Every literal of these has a value."""


class Watch:
    """The rules without a head, in a form in which a closure in memory says whether one may hold.

    Two classes that are disjoint, and literals outside a datatype, are looked for in what is given
    and inferred. The other rules get a head in place of ``false``; what literals have to be for one
    to hold is not tested, so that it may be said to hold where it does not, and never the reverse.

    Args:
        rules: all of the rules.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._disjoint: defaultdict[Term, set[Term]] = defaultdict(set)
        self._datatypes: dict[Term, list[NamedNode | None]] = {}
        self._any: list[NamedNode | None] = []
        marked: list[Rule] = []
        for rule in rules:
            if rule.head is not None:
                marked.append(rule)
            elif not self._notes(rule):
                subject = rule.body[0].subject if rule.body else _MARK
                marked.append(rule._replace(head=Pattern(subject, _MARK, _MARK), guard=None))
        self.closure = Closure(marked)

    def _notes(self, rule: Rule) -> bool:
        """Take a rule over that needs no closure of its own, or return False."""
        body, guard = rule.body, rule.guard
        if isinstance(guard, Outside) and len(body) == 1 and body[0].object == guard.literal:
            predicate = body[0].predicate
            if predicate == _TYPE:
                return False
            if isinstance(predicate, Variable):
                self._any.append(guard.datatype)
            else:
                self._datatypes.setdefault(predicate, []).append(guard.datatype)
            return True
        if guard is None and len(body) == 2 and body[0].subject == body[1].subject:
            one, other = (pattern.object for pattern in body)
            if (
                isinstance(body[0].subject, Variable)
                and all(pattern.predicate == _TYPE for pattern in body)
                and isinstance(one, NamedNode)
                and isinstance(other, NamedNode)
                and not (is_datatype(one) or is_datatype(other))
            ):
                self._disjoint[one].add(other)
                self._disjoint[other].add(one)
                return True
        return False

    def suspects(self, statements: Iterable[Triple | Quad]) -> bool:
        """Return whether a rule without a head may hold, of these together with what follows.

        Args:
            statements: all that is in the closure and was given.
        """
        kinds: defaultdict[object, set[Term]] = defaultdict(set)
        literals: dict[tuple[Literal, Term], None] = {}
        for statement in statements:
            predicate, object_ = statement.predicate, statement.object
            if predicate == _TYPE:
                if object_ in self._disjoint:
                    kinds[statement.subject].add(object_)
            elif isinstance(object_, Literal) and (
                object_.datatype not in _PLAIN or predicate in self._datatypes
            ):
                literals[object_, predicate] = None
        for triple in self.closure.inferred():
            predicate, object_ = triple.predicate, triple.object
            if predicate == _MARK:
                return True
            if predicate == _TYPE:
                if object_ in self._disjoint:
                    kinds[triple.subject].add(object_)
            elif isinstance(object_, Literal):
                literals[object_, predicate] = None
        if any(not found.isdisjoint(self._disjoint[c]) for found in kinds.values() for c in found):
            return True
        return any(
            belongs(literal, datatype) is False
            for literal, predicate in literals
            for datatype in (*self._any, *self._datatypes.get(predicate, ()))
        )
