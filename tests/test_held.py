"""What a closure in memory tells of its facts: who gives them, and on what they rest."""

from cited import corpus_of
from pyoxigraph import BlankNode, Literal, NamedNode

from qkg.answers import Term
from qkg.memory import Found
from qkg.namespaces import DATA, INFERRED, RDF
from qkg.rules.held import _DEEPEST

EX = "https://example.org/"
AXIOMS = """
:p rdfs:subPropertyOf :q .
:q rdfs:subPropertyOf :p .
:r rdfs:subPropertyOf :s .
:s owl:propertyChainAxiom ( :p :p ) .
:t a owl:TransitiveProperty .
:p rdfs:domain :C .
"""


def found(*claims: str, axioms: str = AXIOMS) -> Found:
    """Return what is known of a closure of claims, numbered from 1."""
    graphs = (
        f"GRAPH claim:{i} {{ claim:{i} a qkg:Claim ; qkg:status qkg:accepted . {facts} }}"
        for i, facts in enumerate(claims, 1)
    )
    ontology = f"GRAPH <https://w3id.org/qkg/ontology> {{ {axioms} }}"
    return corpus_of(f"{ontology} {' '.join(graphs)}").found()


def sources(known: Found, *terms: str | Term) -> list[str] | None:
    """Return on which claims a fact rests; None where it does not hold, or only queries tell."""
    held = known.held
    assert held is not None
    triple = [NamedNode(EX + each) if isinstance(each, str) else each for each in terms]
    (numbers,) = held.sources_of_each([held.table.located(*triple)])
    if numbers is None:
        return None
    names = map(known.graph, (numbers,) if isinstance(numbers, int) else numbers)
    return [name.value.removeprefix(DATA) for name in names]


def test_what_is_given_rests_on_all_who_give_it() -> None:
    known = found(":a :p :b .", ":c :p :d .", ":a :p :b .")
    assert sources(known, "a", "p", "b") == ["1", "3"]
    assert sources(known, "a", "p", "d") is None
    assert sources(known, "nobody", "p", "b") is None
    assert sources(known, "a", "none", "b") is None
    assert sources(known, Literal("a"), "p", "b") is None


def test_what_follows_rests_on_the_smallest_derivation() -> None:
    known = found(":a :p :b .", ":b :p :c .", ":a :r :c .", ":b :p :d .")
    # By claim 3 in one step, and not by the two triples of claims 1 and 2.
    assert sources(known, "a", "s", "c") == ["3"]
    assert sources(known, "a", "s", "d") == ["1", "4"]
    assert sources(known, "a", RDF["type"], "C") == ["1"]


def test_rules_that_lead_in_a_circle_lead_out_of_it() -> None:
    known = found(":a :p :b .", ":c :q :d .")
    assert sources(known, "a", "q", "b") == ["1"]
    assert sources(known, "c", "p", "d") == ["2"]
    assert sources(known, "c", RDF["type"], "C") == ["2"]


def test_a_long_derivation_is_followed_to_its_end() -> None:
    length = _DEEPEST + 10
    known = found(*(f":n{i} :t :n{i + 1} ." for i in range(length)))
    assert sources(known, "n0", "t", f"n{length}") == sorted(map(str, range(1, length + 1)))
    axioms = " ".join(f":p{i} rdfs:subPropertyOf :p{i + 1} ." for i in range(length))
    known = found(":a :p0 :b .", axioms=axioms)
    assert sources(known, "a", f"p{length}", "b") == ["1"]


def test_many_facts_are_told_as_each_is() -> None:
    known = found(":a :p :b .", ":b :p :c .", ":a :r :c .", ":b :p :d .")
    held = known.held
    assert held is not None
    relations = (*held.table.properties.values(), *held.table.classes.values())
    every = [
        (relation, fact) for relation in relations if not relation.hidden for fact in relation.facts
    ]
    several = held.sources_of_each([*every, None])
    assert several.pop() is None
    fresh = found(":a :p :b .", ":b :p :c .", ":a :r :c .", ":b :p :d .").held
    assert fresh is not None
    assert len(every) > 10
    for (relation, fact), numbers in zip(every, several, strict=True):
        assert held.sources_of(relation, [fact]) == [numbers]
        (terms,) = held.table.triples({relation: {fact}})
        if any(isinstance(term, BlankNode) for term in terms):
            continue  # of an axiom, and another one in each text
        assert fresh.sources_of_each([fresh.table.located(*terms)]) == [numbers]
    assert held.size > 0


def test_where_things_are_the_same_queries_tell_what_follows() -> None:
    known = found(":a :p :b . :a owl:sameAs :c .")
    assert sources(known, "a", "p", "b") == ["1"]
    assert sources(known, "c", "p", "b") is None
    assert sources(known, "a", "q", "b") is None


def test_what_follows_from_nothing_that_is_found_rests_on_the_inferences() -> None:
    known = found(":a :p :b .")
    held = known.held
    assert held is not None
    relation, fact = held.table.located(*(NamedNode(EX + each) for each in "aqb")) or (None, None)
    assert relation is not None
    assert fact is not None
    # As a closure has it whose premise was taken away and whose conclusion stays.
    for each in held.table.properties.values():
        each.givers.clear()
    (number,) = held.sources_of(relation, [fact])
    assert isinstance(number, int)
    assert known.graph(number) == INFERRED


def test_steps_to_a_fact_have_its_rule_and_premises() -> None:
    known = found(":a :p :b .", ":b :p :c .", ":a :r :c .")
    held = known.held
    assert held is not None
    goal = held.table.located(*(NamedNode(EX + each) for each in "asc"))
    assert goal is not None
    held.find_steps([goal])
    told = {
        tuple(
            str(triple) for r, value in step.premises for triple in held.table.triples({r: {value}})
        )
        for step in held.steps(goal)
    }
    a, b, c, p, r = (str(NamedNode(EX + each)) for each in "abcpr")
    assert (f"{a} {r} {c}",) in told
    assert any({f"{a} {p} {b}", f"{b} {p} {c}"} <= set(each) for each in told)
    assert len(told) == 2
    assert not held.is_asserted(goal)
    given = held.table.located(*(NamedNode(EX + each) for each in "arc"))
    assert given is not None
    assert held.is_asserted(given)
