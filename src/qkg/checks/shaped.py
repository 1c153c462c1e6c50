"""What breaks the shapes, claim by claim and in the graph as a whole."""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from qkg.answers import Term
from qkg.checks.codes import Said
from qkg.checks.homes import Homes
from qkg.checks.judged import judge
from qkg.checks.report import Severity
from qkg.checks.slip import Slip, Word, short
from qkg.claims import DataFile
from qkg.namespaces import PREFIXES, RDF, curie
from qkg.rules import Rule
from qkg.shapes.results import Result

__all__ = ["Words", "shaped"]

_SH = PREFIXES["sh"]
_CODES = {
    f"{_SH}{name}ConstraintComponent": code
    for code, names in {
        "Q051": "MinCount QualifiedMinCount HasValue",
        "Q052": "MaxCount QualifiedMaxCount UniqueLang",
        "Q053": "Class",
        "Q054": "Datatype NodeKind LanguageIn Or Xone",
        "Q055": "In Pattern MinInclusive MinExclusive MaxInclusive MaxExclusive MinLength "
        "MaxLength LessThan LessThanOrEquals Equals Disjoint Closed",
    }.items()
    for name in names.split()
}
_SEVERITIES: dict[str, Severity] = {
    f"{_SH}Violation": "violation",
    f"{_SH}Warning": "warning",
    f"{_SH}Info": "info",
}
_NEEDING_VALUE = ("Q053", "Q054", "Q055")
_ORDERS = {
    f"{_SH}LessThan{each}ConstraintComponent": f"lessThan{each}" for each in ("", "OrEquals")
}
_NODE_KIND = f"{_SH}NodeKindConstraintComponent"


def shaped(
    ontology: DataFile,
    files: Iterable[DataFile],
    shapes: Iterable[Triple | Quad],
    rules: Iterable[Rule],
    only: Collection[Path] | None = None,
) -> Iterator[Slip]:
    """Yield what breaks the shapes: Q051 to Q056.

    A claim is checked together with the files that are none (entities, concepts, documents) and
    the ontology, whatever its status: a disputed claim has to be well-formed too. Then the default
    graph is checked as a whole. All of it is closed under the ontology's rules first.

    Args:
        ontology: the ontology.
        files: the other files.
        shapes: the shapes.
        rules: the rules of the ontology.
        only: the files that are being asked about, as :func:`qkg.checks.judged.judge` takes them.

    Raises:
        EngineError: the shapes cannot be used.
    """
    files, shapes = tuple(files), tuple(shapes)
    background = [file for file in files if not file.is_claim]
    words = Words(shapes, Homes((ontology, *files)))
    homes = Homes(background)
    judged = judge(ontology, files, shapes, rules, only)
    for slip in words.slips(judged.background):
        for path in homes.of(slip.focus, slip.property, slip.value):
            yield slip._replace(path=path)
    for file, wrong in judged.claims:
        for slip in words.slips(wrong, file.path):
            yield slip._replace(path=file.path)
    yield from words.slips(judged.whole)


class Words:
    """What is told of a result, from its shape and from the data.

    Args:
        shapes: the shapes.
        homes: what files state.
    """

    def __init__(self, shapes: Iterable[Triple | Quad], homes: Homes) -> None:
        self._shapes = tuple(shapes)
        self._homes = homes

    def slips(self, results: Collection[Result], path: Path | None = None) -> Iterator[Slip]:
        """Yield results as slips, in no file.

        Args:
            results: the results. That values are not in order is passed over where one of them is
                wrong in itself.
            path: the file that they are of, which tells how values are written; None for any.
        """
        wrong = {(each.focus, each.path) for each in results if each.component.value not in _ORDERS}
        for result in results:
            order = _ORDERS.get(result.component.value)
            if order is None or (result.focus, self._of_shape(result, order)) not in wrong:
                value = self._homes.written(result.focus, result.path, result.value, path)
                yield self._slip(result._replace(value=value))

    def _slip(self, result: Result) -> Slip:
        code = _CODES.get(result.component.value, "Q056")
        is_property = isinstance(result.path, NamedNode)
        if (code in _NEEDING_VALUE and result.value is None) or (
            code != "Q056" and not is_property
        ):
            code = "Q056"
        words: dict[str, Word] = {"duty": _messages(result)}
        if code == "Q052":
            words["values"] = self._values(result)
        elif code == "Q053":
            class_ = self._of_shape(result, "class")
            words["class_"] = curie(class_.value) if isinstance(class_, NamedNode) else "…"
            words["kinds"] = self._kinds(result.value)
        elif code == "Q054":
            words["kind"] = _kind(result.value)
        elif code == "Q056":
            name = self._of_shape(result, "name")
            words["duty_name"] = name.value if isinstance(name, Literal) else str(result.shape)
            # A shape of nodes gives the node itself for the value.
            named = isinstance(result.value, NamedNode | Literal) and result.value != result.focus
            words["found"] = f": {short(result.value)}" if named else ""
        return Slip(
            code,
            None,
            result.focus,
            result.path if isinstance(result.path, NamedNode) else None,
            None if result.value == result.focus and not is_property else result.value,
            words,
            suspects=_nameless(result),
            shape=result.shape if isinstance(result.shape, NamedNode) else None,
            severity=_SEVERITIES.get(result.severity.value, "violation"),
        )

    def _of_shape(self, result: Result, name: str) -> Term | None:
        predicate = NamedNode(_SH + name)
        return next(
            (
                t.object
                for t in self._shapes
                if t.subject == result.shape and t.predicate == predicate
            ),
            None,
        )

    def _values(self, result: Result) -> Said:
        values = [short(value) for value in self._homes.values(result.focus, result.path)]
        if len(values) < 2:
            return Said("", "")
        return Said(f": {', '.join(values)}", f"（{'、'.join(values)}）")

    def _kinds(self, value: Term | None) -> Said:
        if isinstance(value, Literal):
            kind = _kind(value)
            return Said(f", but {kind.en}", f"（{kind.ja}）")
        kinds = [short(kind) for kind in self._homes.values(value, RDF["type"])]
        if not kinds:
            return Said("", "")
        return Said(f", but a {' and '.join(kinds)}", f"（{'、'.join(kinds)} です）")


def _nameless(result: Result) -> frozenset[Term]:
    """Return the node of a result that says that it has to be of another kind."""
    is_node = result.component.value == _NODE_KIND and result.path is None
    return frozenset((result.focus,)) if is_node else frozenset()


def _messages(result: Result) -> Said:
    texts = {literal.language or "en": literal.value for literal in result.messages}
    english = texts.get("en") or next(iter(texts.values()), "See the shape.")
    return Said(english, texts.get("ja", english))


def _kind(value: Term | None) -> Said:
    if isinstance(value, Literal):
        if value.language:
            return Said(
                f"a text in the language {value.language}", f"言語 {value.language} の文字列"
            )
        datatype = curie(value.datatype.value)
        if datatype == "xsd:string":
            return Said("a plain string", "ただの文字列")
        return Said(f"of the datatype {datatype}", f"データ型 {datatype} の値")
    if isinstance(value, BlankNode):
        return Said("a blank node", "空白ノード")
    return Said("an IRI", "IRI")
