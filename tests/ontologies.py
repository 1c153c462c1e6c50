"""Small ontologies with data, as Turtle, over every kind of axiom that the profile RL has."""

from collections.abc import Callable, Sequence

from hypothesis import strategies as st
from pyoxigraph import RdfFormat, Triple, parse

PREFIXES = """@prefix : <https://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
INDIVIDUALS = (":a", ":b", ":c", ":d")
CLASSES = (":A", ":B", ":C", ":D")
OBJECT_PROPERTIES = (":p", ":q", ":r")
DATA_PROPERTIES = (":u", ":v")
LITERALS = ("1", "2", '"x"')
DATATYPES = ("xsd:integer", "xsd:decimal", "xsd:string", "rdfs:Literal")

individuals = st.sampled_from(INDIVIDUALS)
named_classes = st.sampled_from(CLASSES)
named_properties = st.sampled_from(OBJECT_PROPERTIES)
data_properties = st.sampled_from(DATA_PROPERTIES)
literals = st.sampled_from(LITERALS)
datatypes = st.sampled_from(DATATYPES)
properties = st.one_of(
    named_properties, named_properties, named_properties.map("[ owl:inverseOf {} ]".format)
)


def some_of(members: st.SearchStrategy[str], least: int, most: int) -> st.SearchStrategy[str]:
    """Return a strategy for lists in Turtle, whose members are all different."""
    return st.lists(members, min_size=least, max_size=most, unique=True).map(
        lambda chosen: f"( {' '.join(chosen)} )"
    )


def turtle(template: str, *parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return a strategy for a template, with what the others give in the place of its braces."""
    return st.tuples(*parts).map(lambda chosen: template.format(*chosen))


def restriction(
    on: st.SearchStrategy[str], predicate: str, filler: st.SearchStrategy[str]
) -> st.SearchStrategy[str]:
    return turtle("[ a owl:Restriction ; owl:onProperty {} ; " + predicate + " {} ]", on, filler)


def class_of(predicate: str, filler: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return turtle("[ a owl:Class ; " + predicate + " {} ]", filler)


bounds = st.sampled_from(('"0"^^xsd:nonNegativeInteger', '"1"^^xsd:nonNegativeInteger'))
has_value = st.one_of(
    restriction(properties, "owl:hasValue", individuals),
    restriction(data_properties, "owl:hasValue", literals),
)


def nested(
    base: st.SearchStrategy[str],
    extend: Callable[[st.SearchStrategy[str]], st.SearchStrategy[str]],
) -> st.SearchStrategy[str]:
    """Return a strategy for what is built from others of its kind, two levels deep at most."""
    inner = st.one_of(base, base, extend(base))
    return st.one_of(base, base, extend(inner))


subclasses = nested(
    named_classes,
    lambda inner: st.one_of(
        class_of("owl:intersectionOf", some_of(inner, 1, 3)),
        class_of("owl:unionOf", some_of(inner, 1, 3)),
        class_of("owl:oneOf", some_of(individuals, 1, 3)),
        restriction(properties, "owl:someValuesFrom", st.one_of(inner, st.just("owl:Thing"))),
        restriction(data_properties, "owl:someValuesFrom", datatypes),
        has_value,
    ),
)
superclasses = nested(
    named_classes,
    lambda inner: st.one_of(
        class_of("owl:intersectionOf", some_of(inner, 1, 3)),
        class_of("owl:complementOf", subclasses),
        st.just("owl:Nothing"),
        restriction(properties, "owl:allValuesFrom", inner),
        restriction(data_properties, "owl:allValuesFrom", datatypes),
        restriction(properties, "owl:maxCardinality", bounds),
        restriction(data_properties, "owl:maxCardinality", bounds),
        restriction(
            properties,
            "owl:maxQualifiedCardinality",
            turtle("{} ; owl:onClass {}", bounds, st.one_of(subclasses, st.just("owl:Thing"))),
        ),
        has_value,
    ),
)
equivalents = nested(
    named_classes,
    lambda inner: st.one_of(class_of("owl:intersectionOf", some_of(inner, 1, 3)), has_value),
)
characteristics = st.sampled_from(
    [
        f"owl:{kind}Property"
        for kind in (
            "Asymmetric",
            "Functional",
            "InverseFunctional",
            "Irreflexive",
            "Symmetric",
            "Transitive",
        )
    ]
)

axioms: Sequence[st.SearchStrategy[str]] = (
    turtle("{} rdfs:subClassOf {} .", subclasses, superclasses),
    turtle("{} rdfs:subClassOf {} .", subclasses, superclasses),
    turtle("{} owl:equivalentClass {} .", equivalents, equivalents),
    turtle("{} owl:disjointWith {} .", subclasses, subclasses),
    turtle("[] a owl:AllDisjointClasses ; owl:members {} .", some_of(subclasses, 2, 3)),
    turtle("{} rdfs:subPropertyOf {} .", properties, properties),
    turtle("{} rdfs:subPropertyOf {} .", data_properties, data_properties),
    turtle("{} owl:equivalentProperty {} .", properties, properties),
    turtle("{} owl:equivalentProperty {} .", data_properties, data_properties),
    turtle("{} owl:propertyChainAxiom ( {} {} ) .", named_properties, properties, properties),
    turtle(
        "{} owl:propertyChainAxiom ( {} {} {} ) .",
        named_properties,
        properties,
        properties,
        properties,
    ),
    turtle("{} owl:inverseOf {} .", named_properties, named_properties),
    turtle("{} owl:propertyDisjointWith {} .", properties, properties),
    turtle("{} owl:propertyDisjointWith {} .", data_properties, data_properties),
    turtle("[] a owl:AllDisjointProperties ; owl:members {} .", some_of(properties, 2, 4)),
    turtle("{} rdfs:domain {} .", properties, superclasses),
    turtle("{} rdfs:domain {} .", data_properties, superclasses),
    turtle("{} rdfs:range {} .", properties, superclasses),
    turtle("{} rdfs:range {} .", data_properties, datatypes),
    turtle("{} a {} .", properties, characteristics),
    turtle("{} a {} .", properties, characteristics),
    turtle("{} a owl:FunctionalProperty .", data_properties),
    turtle("{} owl:hasKey {} .", subclasses, some_of(st.one_of(properties, data_properties), 1, 3)),
)
facts: Sequence[st.SearchStrategy[str]] = (
    turtle("{} a {} .", individuals, named_classes),
    turtle("{} a {} .", individuals, superclasses),
    turtle("{} {} {} .", individuals, named_properties, individuals),
    turtle("{} {} {} .", individuals, named_properties, individuals),
    turtle("{} {} {} .", individuals, data_properties, literals),
)
identities: Sequence[st.SearchStrategy[str]] = (
    turtle("{} owl:sameAs {} .", individuals, individuals),
    turtle("{} owl:differentFrom {} .", individuals, individuals),
    turtle("[] a owl:AllDifferent ; owl:members {} .", some_of(individuals, 2, 4)),
    turtle("[] a owl:AllDifferent ; owl:distinctMembers {} .", some_of(individuals, 2, 4)),
    turtle(
        "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual {} ; "
        "owl:assertionProperty {} ; owl:targetIndividual {} .",
        individuals,
        properties,
        individuals,
    ),
    turtle(
        "[] a owl:NegativePropertyAssertion ; owl:sourceIndividual {} ; "
        "owl:assertionProperty {} ; owl:targetValue {} .",
        individuals,
        data_properties,
        literals,
    ),
)
DECLARATIONS = "\n".join(
    f"{name} a owl:{kind} ."
    for kind, names in (
        ("Class", CLASSES),
        ("ObjectProperty", OBJECT_PROPERTIES),
        ("DatatypeProperty", DATA_PROPERTIES),
    )
    for name in names
)

ontologies = st.tuples(
    st.lists(st.one_of(*axioms), min_size=3, max_size=9),
    st.lists(st.one_of(*facts), min_size=8, max_size=16),
    st.lists(st.one_of(*identities), max_size=3),
).map(lambda parts: "\n".join((PREFIXES, DECLARATIONS, *(line for part in parts for line in part))))
"""Ontologies with data, as Turtle: a statement a line, so that a failure reads well."""


def read(text: str) -> list[Triple]:
    return [quad.triple for quad in parse(text, format=RdfFormat.TURTLE)]
