"""Explanations as an indented tree, JSON, Markdown and Mermaid."""

from collections.abc import Callable, Iterator, Mapping

from pyoxigraph import NamedNode, Triple

from qkg.errors import NameUnknown
from qkg.explanation import Explanation
from qkg.export.answers import Labels, markdown_text
from qkg.export.tables import plain
from qkg.namespaces import curie
from qkg.rules import Pattern, Rule
from qkg.rules.rule import PatternTerm
from qkg.rules.why import Proof

__all__ = ["PROOF_FORMATS", "write_explanation"]

_LACKS = 3
"""How many of the rules that lack a premise are told."""

_NO_RULE = "No rule would infer it."


def write_explanation(explanation: Explanation, format: str, labels: Labels) -> str:  # noqa: A002
    """Return an explanation as text.

    Args:
        explanation: the explanation.
        format: one of :data:`PROOF_FORMATS`.
        labels: what is written in place of the IRIs.

    Raises:
        NameUnknown: there is no such format.
    """
    if format not in PROOF_FORMATS:
        raise NameUnknown("proof format", format, PROOF_FORMATS)
    return _WRITERS[format](explanation, labels)


def _text(explanation: Explanation, labels: Labels) -> str:
    fact = _sentence(explanation.fact, labels)
    lines = []
    for number, proof in enumerate(explanation.proofs, 1):
        if len(explanation.proofs) > 1:
            lines += [*([""] if number > 1 else []), f"Derivation {number} of size {proof.size}:"]
        lines += _tree(proof, explanation, labels, "")
    if not explanation.holds:
        lines.append(f"It does not follow that {fact}.")
        lines += _lacks(explanation, labels)
    lines += _disputes(explanation, labels)
    lines += _further(explanation)
    return "\n".join(lines) + "\n"


def _further(explanation: Explanation) -> Iterator[str]:
    if explanation.more:
        told = len(explanation.proofs)
        end = ": ask for --all." if told == 1 else f" than these {told}."
        yield from ("", f"There are further derivations{end}")


def _tree(proof: Proof, explanation: Explanation, labels: Labels, indent: str) -> Iterator[str]:
    yield indent + _sentence(proof.fact, labels)
    if proof.rule is None:
        for source in proof.sources:
            yield f"{indent}  stated: {_source(source, explanation, labels)}"
        return
    yield f"{indent}  by {proof.rule}"
    for premise in proof.premises:
        yield from _tree(premise, explanation, labels, indent + "    ")


def _lacks(explanation: Explanation, labels: Labels) -> Iterator[str]:
    if not explanation.lacks:
        yield _NO_RULE
    for lack in explanation.lacks[:_LACKS]:
        yield f"It would follow by {lack.rule}"
        yield f"    if this held: {_sentence(lack.missing, labels)}"
        for held in lack.held:
            yield f"    which holds:  {_sentence(held, labels)}"
    yield from _left_out(explanation)


def _left_out(explanation: Explanation) -> Iterator[str]:
    left = len(explanation.lacks) - _LACKS
    if left > 0:
        yield f"{left} more such premise{'s' if left > 1 else ''} would do: see -f json."


def _disputes(explanation: Explanation, labels: Labels) -> Iterator[str]:
    for claim in explanation.disputed:
        yield f"A claim that is not accepted states it: {_source(claim, explanation, labels)}"


def _source(source: NamedNode, explanation: Explanation, labels: Labels) -> str:
    passage = explanation.passages.get(source)
    name = curie(source.value)
    return name if passage is None else plain(f"{name} ({passage})")


def _sentence(fact: Triple | Pattern, labels: Labels) -> str:
    terms = (fact.subject, fact.predicate, fact.object)
    return " — ".join(_term(term, labels) for term in terms)


def _term(term: PatternTerm, labels: Labels) -> str:
    if isinstance(term, NamedNode):
        if curie(term.value) == "rdf:type":
            return "a"
        return plain(labels.get(term, curie(term.value)))
    return plain(str(term))


def _json(explanation: Explanation, labels: Labels) -> str:
    import json

    document = {
        "fact": _parts(explanation.fact),
        "holds": explanation.holds,
        "proofs": [_proof(proof, explanation) for proof in explanation.proofs],
        "more": explanation.more,
        "lacks": [
            {
                "rule": _rule(lack.rule),
                "missing": _parts(lack.missing),
                "held": [_parts(held) for held in lack.held],
            }
            for lack in explanation.lacks
        ],
        "disputed": [_passage(claim, explanation) for claim in explanation.disputed],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _proof(proof: Proof, explanation: Explanation) -> dict[str, object]:
    fact = _parts(proof.fact)
    if proof.rule is None:
        return {"fact": fact, "sources": [_passage(each, explanation) for each in proof.sources]}
    premises = [_proof(premise, explanation) for premise in proof.premises]
    return {"fact": fact, "size": proof.size, "rule": _rule(proof.rule), "premises": premises}


def _rule(rule: Rule) -> dict[str, object]:
    axiom = None if rule.axiom is None else _parts(rule.axiom)
    return {"name": rule.name, "text": str(rule), "axiom": axiom}


def _parts(fact: Triple | Pattern) -> dict[str, str]:
    """Return a triple with its terms as SPARQL writes them."""
    return {
        "subject": str(fact.subject),
        "predicate": str(fact.predicate),
        "object": str(fact.object),
    }


def _passage(source: NamedNode, explanation: Explanation) -> dict[str, object]:
    passage = explanation.passages.get(source)
    if passage is None:
        return {"graph": source.value}
    told = {name: value for name, value in passage._asdict().items() if value is not None}
    return {
        "graph": source.value,
        **told,
        "claim": source.value,
        "document": passage.document.value,
    }


def _markdown(explanation: Explanation, labels: Labels) -> str:
    lines: list[str] = []
    for proof in explanation.proofs:
        lines += [*([""] if lines else []), *_items(proof, explanation, labels, "")]
    if not explanation.holds:
        lines.append(f"It does not follow that {_linked(explanation.fact, labels)}.")
        lines += _lacks_in_markdown(explanation, labels)
    for claim in explanation.disputed:
        source = _link(claim, _source(claim, explanation, labels))
        lines += ["", f"A claim that is not accepted states it: {source}."]
    lines += _further(explanation)
    return "\n".join(lines) + "\n"


def _lacks_in_markdown(explanation: Explanation, labels: Labels) -> Iterator[str]:
    if not explanation.lacks:
        yield from ("", _NO_RULE)
    for lack in explanation.lacks[:_LACKS]:
        yield from ("", f"It would follow by `{lack.rule}`", "")
        yield f"- if this held: {_linked(lack.missing, labels)}"
        for held in lack.held:
            yield f"- which holds: {_linked(held, labels)}"
    for line in _left_out(explanation):
        yield from ("", line)


def _items(proof: Proof, explanation: Explanation, labels: Labels, indent: str) -> Iterator[str]:
    by = "" if proof.rule is None else f", by `{proof.rule}`"
    yield f"{indent}- {_linked(proof.fact, labels)}{by}"
    for source in proof.sources:
        yield f"{indent}  - stated: {_link(source, _source(source, explanation, labels))}"
    for premise in proof.premises:
        yield from _items(premise, explanation, labels, indent + "  ")


def _linked(fact: Triple | Pattern, labels: Labels) -> str:
    terms = (fact.subject, fact.predicate, fact.object)
    return " — ".join(
        _link(term, _term(term, labels))
        if isinstance(term, NamedNode)
        else markdown_text(_term(term, labels))
        for term in terms
    )


def _link(node: NamedNode, text: str) -> str:
    return f"[{markdown_text(text)}](<{node.value}>)"


_SHAPES = {"fact": ('["', '"]'), "rule": ('{{"', '"}}'), "source": ('(["', '"])')}


def _mermaid(explanation: Explanation, labels: Labels) -> str:
    """Return a flowchart: an arrow from each premise to what it helps to infer.

    Dotted ones say what would follow, and from which premise that does not hold.
    """
    lines = ["flowchart BT"]
    nodes: dict[tuple[str, object], str] = {}
    edges: dict[str, None] = {}

    def node(kind: str, key: object, text: str) -> str:
        name = nodes.get((kind, key))
        if name is None:
            name = nodes[kind, key] = f"n{len(nodes)}"
            opening, closing = _SHAPES[kind]
            lines.append(f"  {name}{opening}{_escaped(text)}{closing}")
        return name

    def draw(proof: Proof) -> str:
        fact = node("fact", proof.fact, _sentence(proof.fact, labels))
        for source in proof.sources:
            name = node("source", source, _source(source, explanation, labels))
            edges[f"  {name} --> {fact}"] = None
        if proof.rule is not None:
            step = (proof.fact, proof.rule, tuple(premise.fact for premise in proof.premises))
            rule = node("rule", step, proof.rule.name)
            edges[f"  {rule} --> {fact}"] = None
            for premise in proof.premises:
                edges[f"  {draw(premise)} --> {rule}"] = None
        return fact

    for proof in explanation.proofs:
        draw(proof)
    if not explanation.holds:
        fact = node(
            "fact", explanation.fact, f"does not follow: {_sentence(explanation.fact, labels)}"
        )
        for lack in explanation.lacks[:_LACKS]:
            rule = node("rule", lack, lack.rule.name)
            missing = node(
                "fact", lack.missing, f"does not hold: {_sentence(lack.missing, labels)}"
            )
            edges[f"  {rule} -.-> {fact}"] = None
            edges[f"  {missing} -.-> {rule}"] = None
            for held in lack.held:
                edges[f"  {node('fact', held, _sentence(held, labels))} --> {rule}"] = None
        for claim in explanation.disputed:
            name = node("source", claim, f"not accepted: {_source(claim, explanation, labels)}")
            edges[f"  {name} -.-> {fact}"] = None
    return "\n".join((*lines, *edges)) + "\n"


def _escaped(text: str) -> str:
    # Mermaid's own entities; a line break would end the node.
    for character, entity in (("#", "#35;"), ('"', "#quot;"), ("<", "#lt;"), (">", "#gt;")):
        text = text.replace(character, entity)
    return " ".join(text.split())


_WRITERS: Mapping[str, Callable[[Explanation, Labels], str]] = {
    "text": _text,
    "json": _json,
    "md": _markdown,
    "mermaid": _mermaid,
}
PROOF_FORMATS = tuple(_WRITERS)
"""The formats by the names that the command line and :func:`write_explanation` take."""
