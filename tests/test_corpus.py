"""The corpus that the benchmarks measure with is one of the project's own model."""

import math
from collections import defaultdict
from itertools import combinations

import corpus
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse

from qkg._paths import shipped
from qkg.claims import read_ontology
from qkg.namespaces import RDF, RDFS
from qkg.rules import close, compile_rules

_ONTOLOGY = read_ontology(shipped("ontology")).statements
_RULES = compile_rules(_ONTOLOGY)
_SIZE = 20_000


def _triples(size: int = _SIZE, seed: int = 0) -> list[Quad]:
    return list(parse("".join(corpus.lines(size, seed)), RdfFormat.N_TRIPLES))


def _inferred(size: int) -> tuple[Triple, ...]:
    return close(_triples(size), _RULES)


def test_a_corpus_has_its_size_and_no_triple_twice() -> None:
    lines = list(corpus.lines(_SIZE))
    assert len(lines) == len(set(lines)) == _SIZE


def test_the_seed_makes_the_corpus_and_a_smaller_one_is_its_beginning() -> None:
    lines = list(corpus.lines(_SIZE, 1))
    assert list(corpus.lines(2_000, 1)) == lines[:2_000]
    assert list(corpus.lines(_SIZE, 2)) != lines


def test_every_class_and_property_is_declared() -> None:
    declared = {quad.subject for quad in _ONTOLOGY} | {RDF["type"], RDFS["label"]}
    triples = _triples()
    assert {quad.predicate for quad in triples} <= declared
    assert {quad.object for quad in triples if quad.predicate == RDF["type"]} <= declared


def test_every_chain_and_inclusion_of_properties_yields_something() -> None:
    names = {"prp-spo1", "prp-spo2", "prp-trp"}
    concluded = {rule.head.predicate for rule in _RULES if rule.head and rule.name in names}
    assert concluded
    assert concluded <= {triple.predicate for triple in _inferred(_SIZE)}


def test_nothing_in_it_is_disjoint() -> None:
    types: defaultdict[object, set[object]] = defaultdict(set)
    triples: list[Quad | Triple] = [*_triples(), *_inferred(_SIZE)]
    for triple in triples:
        if triple.predicate == RDF["type"]:
            types[triple.object].add(triple.subject)
    disjoint = [rule for rule in _RULES if rule.name == "cax-adc"]
    assert disjoint
    for rule in disjoint:
        one, other = (pattern.object for pattern in rule.body)
        assert not types[one] & types[other], rule


def test_what_follows_grows_as_what_is_given() -> None:
    small, large = (len(_inferred(size)) for size in (5_000, 80_000))
    assert math.log(large / small) / math.log(16) < 1.05


def test_as_quads_it_has_the_disputed_claims_too() -> None:
    quads = list(parse("".join(corpus.lines(_SIZE, quads=True)), RdfFormat.N_QUADS))
    held = {quad.triple for quad in _triples()}
    assert len(set(quads)) == _SIZE
    assert all(isinstance(quad.graph_name, NamedNode) for quad in quads)
    assert not {quad.triple for quad in quads[: _SIZE // 2]} <= held


def test_a_further_claim_has_thirty_triples_from_which_something_follows() -> None:
    claims = [list(parse("".join(corpus.claim(n)), RdfFormat.N_TRIPLES)) for n in (1, 2, 3)]
    assert all(len(set(claim)) == 30 for claim in claims)
    for one, other in combinations(claims, 2):
        assert not set(one) & set(other)
    base = _triples()
    before = set(_inferred(_SIZE))
    assert len(set(close([*base, *claims[0]], _RULES)) - before) > 10
