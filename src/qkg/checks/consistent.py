"""Whether a closed graph may contradict the ontology: the answer no is cheap."""

from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode

from qkg.namespaces import RDF
from qkg.rules import Closure, Pattern, Rule, Variable
from qkg.rules.datatypes import belongs, is_datatype
from qkg.rules.rule import Outside

__all__ = ["Watch"]

_TYPE = RDF["type"]
_MARK = NamedNode("urn:qkg:mark")


class Watch:
    """The rules without a head, in a form in which a closure in memory says whether one may hold.

    For two classes that are disjoint, and for literals outside a datatype, the closure is asked
    what it holds. The other rules get a head in place of ``false``; what literals have to be for
    one to hold is not tested, so that it may be said to hold where it does not, and never the
    reverse.

    Args:
        rules: all of the rules.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._disjoint: list[tuple[NamedNode, NamedNode]] = []
        self._datatypes: list[tuple[NamedNode, NamedNode]] = []
        self._own_datatype = False
        marked: list[Rule] = []
        for rule in rules:
            if rule.head is not None:
                marked.append(rule)
            elif not self._notes(rule):
                subject = rule.body[0].subject if rule.body else _MARK
                marked.append(rule._replace(head=Pattern(subject, _MARK, _MARK), guard=None))
        self.closure = Closure(marked)
        classes = [class_ for pair in self._disjoint for class_ in pair]
        self.closure.keep(classes, (_MARK, *(property_ for property_, _ in self._datatypes)))

    def _notes(self, rule: Rule) -> bool:
        """Take a rule over that needs no head, or return False."""
        body, guard = rule.body, rule.guard
        if isinstance(guard, Outside) and len(body) == 1 and body[0].object == guard.literal:
            property_ = body[0].predicate
            if guard.datatype is None and isinstance(property_, Variable):
                self._own_datatype = True
                return True
            if guard.datatype is None or not isinstance(property_, NamedNode) or property_ == _TYPE:
                return False
            self._datatypes.append((property_, guard.datatype))
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
                self._disjoint.append((one, other))
                return True
        return False

    def suspects(self, literals: Iterable[Literal]) -> bool:
        """Return whether a rule without a head may hold of what is in the closure.

        Args:
            literals: those literals, of what is in it, that are no plain text.
        """
        closure = self.closure
        return (
            closure.holds(_MARK)
            or any(closure.share(one, other) for one, other in self._disjoint)
            or any(
                belongs(literal, datatype) is False
                for property_, datatype in self._datatypes
                for literal in closure.literals(property_)
            )
            or (self._own_datatype and any(belongs(each, None) is False for each in literals))
        )
