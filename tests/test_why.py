"""Every inferred triple can say why: derivations that hold, rule by rule, smallest first."""

import json
import os
import re
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Command
from hypothesis import assume, given, settings
from naive import by_predicate, put, solutions
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Triple
from strategies import facts, ontologies

import qkg
from qkg.claims import read_ontology
from qkg.engines.oxigraph import OxigraphEngine
from qkg.namespaces import INFERRED, OWL, QKG, RDF
from qkg.rules import Closure, Rule, Variable, close, compile_rules
from qkg.rules.datatypes import belongs, is_datatype
from qkg.rules.held import Held
from qkg.rules.relations import Located
from qkg.rules.search import Step
from qkg.rules.steps import Steps
from qkg.rules.why import Proof, Reasoner

SIGNED = "data:eu-japan-quantum-partnership-2025-05-20/agreement-signed"
STATED, DEFAULT = NamedNode("https://example.org/stated"), DefaultGraph()
TURTLE = """
@prefix id: <https://w3id.org/qkg/id/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix qkg: <https://w3id.org/qkg/ontology#> .
"""


def matches(rule: Rule, conclusion: Triple, premises: tuple[Triple, ...]) -> bool:
    """Return whether a rule's body and head become these premises and this conclusion."""
    binding: dict[object, object] = {}
    body = [pattern for pattern in rule.body if not is_datatype(pattern.object)]
    assert rule.head is not None
    return (
        len(body) == len(premises)
        and all(
            binding.setdefault(term, value) == value
            if isinstance(term, Variable)
            else term == value
            for pattern, fact in zip((*body, rule.head), (*premises, conclusion), strict=True)
            for term, value in zip(
                pattern, (fact.subject, fact.predicate, fact.object), strict=True
            )
        )
        and all(
            isinstance(literal := binding[pattern.subject], Literal)
            and isinstance(pattern.object, NamedNode)
            and belongs(literal, pattern.object)
            for pattern in rule.body
            if pattern not in body
        )
    )


def replayed(proof: Proof, rules: frozenset[Rule], above: tuple[Triple, ...] = ()) -> None:
    """Fail where a step is none of a rule, a leaf is not asserted, or a fact supports itself."""
    assert proof.fact not in above
    if proof.rule is None:
        assert proof.sources
        assert not proof.premises
        return
    assert proof.rule in rules
    assert matches(proof.rule, proof.fact, tuple(premise.fact for premise in proof.premises))
    for premise in proof.premises:
        replayed(premise, rules, (*above, proof.fact))


def test_every_inferred_triple_of_the_shipped_graph_is_derived(graph: qkg.KnowledgeGraph) -> None:
    held = set(graph.quads())
    inferred = [quad.triple for quad in graph.quads("inferred")]
    assert inferred
    ontology = read_ontology(ROOT / "ontology").statements
    rules = frozenset(compile_rules(ontology))
    claims = {quad.graph_name for quad in graph.quads("claims")}
    accepted = {
        quad.subject
        for quad in graph.quads("claims")
        if (quad.predicate, quad.object) == (QKG["status"], QKG["accepted"])
    }
    for fact in inferred:
        assert isinstance(fact.subject, NamedNode)
        assert isinstance(fact.object, NamedNode | Literal)
        explanation = graph.why(fact.subject, fact.predicate, fact.object)
        (proof,) = explanation.proofs
        assert proof.fact == fact
        assert proof.rule is not None
        replayed(proof, rules)
        for leaf in proof.leaves():
            for source in leaf.sources:
                assert (
                    Quad(leaf.fact.subject, leaf.fact.predicate, leaf.fact.object, source) in held
                )
                own = str(leaf.fact.subject).startswith(str(source)[:-1])
                assert source in accepted or source not in claims or own
                assert source in explanation.passages or source not in claims


def dataset(stated: list[Triple], ontology: tuple[Triple, ...]) -> OxigraphEngine:
    """Return an engine that holds what is stated, and what follows from it."""
    inferred = close(stated, compile_rules(ontology))
    return OxigraphEngine(
        [
            *(Quad(t.subject, t.predicate, t.object, g) for t in stated for g in (STATED, DEFAULT)),
            *(
                Quad(t.subject, t.predicate, t.object, g)
                for t in inferred
                for g in (INFERRED, DEFAULT)
            ),
        ]
    )


def smallest(stated: list[Triple], rules: tuple[Rule, ...]) -> dict[Triple, int]:
    """Return the size of the smallest derivation of each fact, by trying everything."""
    sizes = dict.fromkeys(stated, 1)
    while True:
        known = by_predicate((t.subject, t.predicate, t.object) for t in sizes)
        found = dict(sizes)
        for rule in rules:
            body = tuple(p for p in rule.body if not is_datatype(p.object))
            for binding in solutions(rule.body, known, {}) if rule.head is not None else ():
                head: tuple[Any, ...]
                head, *premises = (
                    put(pattern, binding) for pattern in (rule.head, *body) if pattern
                )
                if isinstance(head[0], Literal) or not isinstance(head[1], NamedNode):
                    continue
                size = 1 + sum(sizes[Triple(*premise)] for premise in premises)
                if head[1] != OWL["sameAs"] or head[0] != head[2]:
                    fact = Triple(*head)
                    found[fact] = min(size, found.get(fact, size))
        if found == sizes:
            return sizes
        sizes = found


@settings(max_examples=int(os.environ.get("QKG_EXAMPLES", "60")), deadline=None)
@given(ontologies, facts)
def test_the_first_derivation_is_the_smallest(
    ontology: tuple[Triple, ...], stated: list[Triple]
) -> None:
    rules = compile_rules(ontology)
    reasoner = Reasoner(dataset(stated, ontology), rules)
    sizes = smallest(stated, rules)
    for fact in (*close(stated, rules), *stated):
        found = list(islice(reasoner.proofs(fact), 5))
        assert found[0].size == sizes[fact]
        assert [proof.size for proof in found] == sorted(proof.size for proof in found)
        assert len(set(found)) == len(found)
        for proof in found:
            replayed(proof, frozenset(rules))
            assert all(leaf.sources == (STATED,) for leaf in proof.leaves())


def test_many_facts_are_derived_as_each_is_by_itself(graph: qkg.KnowledgeGraph) -> None:
    rules = graph._rules()
    inferred = [quad.triple for quad in graph.quads("inferred")]
    together = Reasoner(graph._engine, rules).smallest(inferred)
    assert together.keys() == set(inferred)
    for fact in sorted(inferred, key=str)[::7]:
        assert together[fact] == next(Reasoner(graph._engine, rules).proofs(fact))


def looked_up(closure: Closure, facts: Iterable[Triple]) -> dict[Triple, tuple[Step[Triple], ...]]:
    """Return the steps to facts that look-ups in a closure find."""
    held = Held(closure)
    names = {closure.table.located(*fact): fact for fact in facts}
    located = [each for each in names if each is not None]
    assert len(located) == len(names)
    assert all(value in relation.facts for relation, value in located)
    held.find_steps(located)

    def triple(fact: Located) -> Triple:
        relation, value = fact
        (found,) = closure.table.triples({relation: {value}}, hidden=True)
        return found

    return {
        names[fact]: tuple(
            Step(step.rule, tuple(map(triple, step.premises))) for step in held.steps(fact)
        )
        for fact in located
    }


@settings(max_examples=int(os.environ.get("QKG_EXAMPLES", "60")), deadline=None)
@given(ontologies, facts)
def test_look_ups_find_the_steps_that_queries_find(
    ontology: tuple[Triple, ...], stated: list[Triple]
) -> None:
    rules = compile_rules(ontology)
    closure = Closure(rules)
    closure.fill_from({STATED: [*stated, *ontology]})
    assume(not closure.is_equating)
    inferred = dict.fromkeys((*closure.inferred(), *stated))
    asked = Steps(dataset(stated, ontology), rules)
    asked.find(inferred)

    def holds(fact: Triple) -> bool:
        place = closure.table.located(*fact)
        return place is not None and place[1] in place[0].facts

    for fact, steps in looked_up(closure, inferred).items():
        # Queries leave open whether something is in a class without a name.
        assert steps == tuple(step for step in asked.known(fact) if all(map(holds, step.premises)))


def test_look_ups_find_the_steps_that_queries_find_in_the_shipped_graph(
    graph: qkg.KnowledgeGraph,
) -> None:
    inferred = sorted((quad.triple for quad in graph.quads("inferred")), key=str)[::5]
    assert graph._editor is not None
    asked = Steps(graph._engine, graph._rules())
    asked.find(inferred)
    found = looked_up(graph._editor._closure, inferred)
    assert all(found[fact] == asked.known(fact) for fact in inferred)
    assert all(found.values())


def test_what_is_known_already_changes_no_derivation(graph: qkg.KnowledgeGraph) -> None:
    inferred = sorted((quad.triple for quad in graph.quads("inferred")), key=str)
    reasoner = Reasoner(graph._engine, graph._rules())
    together = Reasoner(graph._engine, graph._rules()).smallest(inferred)
    for fact in inferred[::11]:
        assert reasoner.on(graph._engine).smallest([fact])[fact] == together[fact]


def test_what_does_not_hold_has_no_derivation() -> None:
    ontology = (Triple(QKG["hasParty"], RDF["type"], OWL["SymmetricProperty"]),)
    fact = Triple(QKG["a"], QKG["hasParty"], QKG["b"])
    reasoner = Reasoner(dataset([], ontology), compile_rules(ontology))
    assert list(reasoner.proofs(fact)) == []
    (lack,) = reasoner.lacks(fact)
    assert lack.missing == (fact.object, fact.predicate, fact.subject)
    assert reasoner.lacks(Triple(QKG["a"], QKG["hasParty"], QKG["a"])) == ()


def test_symmetry_gives_no_fact_as_its_own_reason(tmp_path: Path) -> None:
    ontology = (Triple(QKG["near"], RDF["type"], OWL["SymmetricProperty"]),)
    stated = [Triple(QKG["a"], QKG["near"], QKG["b"])]
    reasoner = Reasoner(dataset(stated, ontology), compile_rules(ontology))
    back = Triple(QKG["b"], QKG["near"], QKG["a"])
    (proof,) = reasoner.proofs(back)
    assert [leaf.fact for leaf in proof.leaves()] == stated
    assert [proof.size for proof in reasoner.proofs(stated[0])] == [1]


def test_a_tree_down_to_the_passage(run: Command) -> None:
    outcome = run("why", "eu-japan-quantum-letter-of-intent", "hasParty", "japan")
    assert outcome.code == 0
    lines = outcome.out.splitlines()
    name = "EU-Japan Letter of Intent on quantum technology"
    assert lines[0] == f"{name} — has party — Japan"
    assert lines[1] == "  by prp-spo1: ?x qkg:signedBy ?y → ?x qkg:hasParty ?y"
    assert lines[2] == f"    {name} — signed by — Japan"
    assert f"stated: {SIGNED} (" in lines[-1]
    assert lines[-1].endswith("sentence 5, characters 163 to 352)")


def test_what_is_stated_answers_with_its_claims(run: Command) -> None:
    outcome = run("why", "id:japan", "a", "State")
    assert outcome.code == 0
    assert outcome.out.splitlines()[:2] == ["Japan — a — state", "  stated: data:entities/actors"]
    every = run("why", "id:japan", "a", "qkg:State", "--all").out
    assert "Derivation 2 of size" in every
    assert "further derivations" not in every


@pytest.mark.parametrize("format_", ["text", "md"])
def test_further_derivations_are_said_to_be_there(run: Command, format_: str) -> None:
    arguments = ("why", "id:japan", "a", "qkg:Actor", "-f", format_)
    assert run(*arguments).out.endswith("\n\nThere are further derivations: ask for --all.\n")
    every = run(*arguments, "--all").out
    assert every.endswith("\n\nThere are further derivations than these 20.\n")


def test_what_does_not_follow_names_the_premise_that_is_missing(run: Command) -> None:
    outcome = run("why", "q-neko", "fundedBy", "united-kingdom")
    assert outcome.code == 1
    assert outcome.out.startswith("It does not follow that Q-NEKO — funded by — United Kingdom.\n")
    assert (
        "if this held: Award of the European Union to Q-NEKO — ultimate funder — United Kingdom"
        in outcome.out
    )
    assert "which holds:  Q-NEKO — has award — " in outcome.out


def test_every_format_names_the_premise_that_is_missing(run: Command) -> None:
    arguments = ("why", "q-neko", "fundedBy", "united-kingdom", "-f")
    award = "Award of the European Union to Q-NEKO"
    lack = json.loads(run(*arguments, "json").out)["lacks"][0]
    assert lack["missing"]["object"] == "<https://w3id.org/qkg/id/united-kingdom>"
    (held,) = lack["held"]
    assert held["object"] == lack["missing"]["subject"]
    markdown = re.sub(r"\[(.*?)\]\(<.*?>\)", r"\1", run(*arguments, "md").out).splitlines()
    assert f"- if this held: {award} — ultimate funder — United Kingdom" in markdown
    assert f"- which holds: Q-NEKO — has award — {award}" in markdown
    mermaid = run(*arguments, "mermaid").out.splitlines()
    nodes = {text: name for name, text in re.findall(r'(n\d+)[\[{]+"(.*)"', "\n".join(mermaid))}
    missing = nodes[f"does not hold: {award} — ultimate funder — United Kingdom"]
    (rule,) = re.findall(rf"{missing} -\.-> (n\d+)", "\n".join(mermaid))
    assert f"  {nodes[f'Q-NEKO — has award — {award}']} --> {rule}" in mermaid
    assert (
        f"  {rule} -.-> {nodes['does not follow: Q-NEKO — funded by — United Kingdom']}" in mermaid
    )


@pytest.mark.parametrize("format_", ["text", "md"])
def test_what_is_left_out_of_what_is_missing_is_said(run: Command, format_: str) -> None:
    outcome = run("why", "japan", "a", "Agreement", "-f", format_)
    assert outcome.code == 1
    assert outcome.out.count("if this held") == 3
    assert re.search(r"\d+ more such premises would do: see -f json\.\n$", outcome.out)
    outcome = run("why", "japan", "schema:name", '"Japan"', "-f", format_)
    assert outcome.out.endswith("No rule would infer it.\n")


def test_a_disputed_claim_is_named(run: Command, tmp_path: Path) -> None:
    (tmp_path / "claim.ttl").write_text(
        TURTLE
        + "<> a qkg:Claim ; qkg:status qkg:disputed . id:q-neko qkg:fundedBy id:united-kingdom .",
        encoding="utf-8",
    )
    arguments = ("why", "q-neko", "fundedBy", "united-kingdom", "--add", str(tmp_path))
    outcome = run(*arguments)
    assert outcome.code == 1
    assert "A claim that is not accepted states it: data:claim\n" in outcome.out
    assert '(["not accepted: data:claim"])' in run(*arguments, "-f", "mermaid").out


def test_literals_are_objects(run: Command) -> None:
    value = '"2025-05-20"^^xsd:date'
    document = "document:eu-japan-quantum-partnership-2025-05-20"
    assert run("why", document, "schema:datePublished", value).code == 0
    assert run("why", document, "schema:datePublished", '"2025-05-21"^^xsd:date').code == 1


def test_every_format_tells_the_same(run: Command) -> None:
    arguments = ("why", "eu-japan-quantum-letter-of-intent", "hasParty", "japan", "-f")
    (proof,) = json.loads(run(*arguments, "json").out)["proofs"]
    assert proof["size"] == 5
    assert proof["rule"]["name"] == "prp-spo1"
    leaf = proof["premises"][0]["premises"][1]
    assert leaf["sources"][0]["start"] == 163
    markdown = run(*arguments, "md").out
    assert markdown.startswith("- [EU-Japan Letter of Intent on quantum technology](<https://")
    assert "by `prp-inv2: " in markdown
    mermaid = run(*arguments, "mermaid").out.splitlines()
    assert mermaid[0] == "flowchart BT"
    facts = [line for line in mermaid if '["' in line and '(["' not in line]
    assert len(facts) == proof["size"]
    assert sum("-->" in line for line in mermaid) > proof["size"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nobody-knows", "hasParty", "japan"), "There is no thing 'nobody-knows'"),
        (("japan", "hasPart", "japan"), "did you mean hasParty"),
        (("japan", "hasParty", "japann"), "did you mean"),
        (("japan", "hasParty", "japan", "-f", "svg"), "There is no proof format 'svg'"),
    ],
)
def test_names_that_are_not_known(run: Command, arguments: tuple[str, ...], said: str) -> None:
    outcome = run("why", *arguments)
    assert outcome.code == 2
    assert said in outcome.err


def test_an_endpoint_is_asked_like_files(server: str, run: Command) -> None:
    arguments = ("why", "eu-japan-quantum-letter-of-intent", "hasParty", "japan")
    assert run(*arguments, "--endpoint", server).out == run(*arguments).out
