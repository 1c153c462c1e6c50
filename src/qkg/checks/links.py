"""Links that lead nowhere, IRIs that differ in case only, labels that two things share."""

from collections.abc import Iterable, Iterator

from pyoxigraph import NamedNode

from qkg.checks.codes import Said
from qkg.checks.nearest import nearest
from qkg.checks.slip import Place, Slip, Word
from qkg.checks.survey import Survey, Use, uses
from qkg.namespaces import DATA, PREFIXES, curie

__all__ = ["labels", "links"]

_HOMES: dict[str, Word] = {
    PREFIXES["concept"]: "data/concepts/",
    PREFIXES["document"]: Said("its document.ttl", "その document.ttl"),
    PREFIXES["id"]: "data/entities/",
}
_THINGS = tuple(_HOMES)
_HERE = Said("this file", "このファイル")


def links(survey: Survey) -> Iterator[Slip]:
    """Yield the things that nothing describes: Q023, and Q024 where the case alone is wrong."""
    described = survey.described | survey.labels.keys()
    graphs = {file.graph.value for file in survey.files}
    nodes = dict.fromkeys((*survey.subjects, *survey.objects))
    folded: dict[str, NamedNode] = {}
    cased: list[NamedNode] = []
    lost: list[NamedNode] = []
    for node in nodes:
        iri = node.value
        if not iri.startswith(_THINGS):
            if node not in survey.subjects:
                graph, _, fragment = iri.partition("#")
                if graph in graphs if fragment else iri.startswith(DATA) and iri not in graphs:
                    lost.append(node)
        elif node not in described:
            lost.append(node)
        else:
            other = folded.setdefault(iri.casefold(), node)
            if other != node:
                cased.append(node)
    found = uses(survey.files, (*cased, *lost))
    for node in (*cased, *lost):
        iri = node.value
        other = folded.get(iri.casefold(), node)
        if other != node:
            yield from _cased(found[node], node, other)
            continue
        namespace = next((each for each in _THINGS if iri.startswith(each)), "")
        graph, _, fragment = iri.partition("#")
        if namespace:
            known = {each.value for each in folded.values() if each.value.startswith(namespace)}
        elif fragment:
            known = {each.value for each in survey.subjects if each.value.startswith(f"{graph}#")}
        else:
            known = graphs
        start = len(namespace) or len(graph) + 1 if fragment or namespace else len(DATA)
        moved = (NamedNode(each + iri[start:]) for each in _THINGS if namespace)
        near = next((each.value for each in moved if each in described), None)
        if near is None:
            name = nearest(iri[start:], (each[start:] for each in known))
            near = None if name is None else iri[:start] + name
        yield from _dangling(found[node], node, near, start, _HOMES.get(namespace, _HERE))


def labels(survey: Survey) -> Iterator[Slip]:
    """Yield the things that bear the label of another one: Q025, at each but the first."""
    for text, bearers in survey.labelled.items():
        if len(bearers) < 2:
            continue
        things = [
            node
            for node in bearers
            if isinstance(node, NamedNode) and node.value.startswith(_THINGS)
        ]
        for node in things[1:]:
            use = bearers[node]
            words: dict[str, Word] = {"other": curie(things[0].value), "thing": curie(node.value)}
            yield Slip("Q025", *use.spot, {**words, "label": text})


def _cased(found: Iterable[Use], node: NamedNode, other: NamedNode) -> Iterator[Slip]:
    words: dict[str, Word] = {"thing": curie(node.value), "other": curie(other.value)}
    for use in _by_file(found):
        yield Slip(
            "Q024",
            *use.spot,
            words,
            place=_place(use, node),
            suspects=frozenset((node, other)),
        )


def _dangling(
    found: Iterable[Use], node: NamedNode, near: str | None, start: int, home: Word
) -> Iterator[Slip]:
    here = home is _HERE and "#" in node.value
    words: dict[str, Word] = {
        "thing": f"<#{node.value[start:]}>" if here else curie(node.value),
        "home": home,
    }
    if near is not None:
        words["closest"] = f"<#{near[start:]}>" if here else curie(near)
    for use in _by_file(found):
        yield Slip(
            "Q023",
            *use.spot,
            words,
            "" if near is None else "closest",
            _place(use, node),
            frozenset((node,)),
        )


def _by_file(found: Iterable[Use]) -> Iterable[Use]:
    first: dict[object, Use] = {}
    for use in found:
        first.setdefault(use.file.path, use)
    return first.values()


def _place(use: Use, node: NamedNode) -> Place:
    if use.subject == node:
        return Place((node, None, None), is_subject=True)
    return Place((use.subject, use.predicate, use.object))
