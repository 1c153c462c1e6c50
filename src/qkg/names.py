"""What people type, resolved to what the graph holds: local names, CURIEs, IRIs, labels."""

import contextlib
import re
from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode

from qkg._batches import batches
from qkg.answers import Term, Value, is_lexical, python_value
from qkg.engines import Engine
from qkg.errors import EngineError, NameAmbiguous, NameUnknown, ParameterError
from qkg.namespaces import OWL, PREFIXES, RDF, RDFS, XSD, curie, expand
from qkg.queries import Bindable, Parameter

__all__ = ["labels", "resolve", "resolve_parameter", "resolve_property", "resolve_term"]

_CHUNK = 500
_LOCAL = ("id", "concept", "document", "data", "qkg")
_QUOTED = r'(?s)"((?:[^"\\]|\\.)*)"(?:(@[A-Za-z0-9-]+)|\^\^(\S+))?'
_PROPERTIES = (
    RDF["Property"],
    *(OWL[f"{kind}Property"] for kind in ("Annotation", "Datatype", "Object")),
)
_ESCAPES = {"\\\\": "\\", '\\"': '"', "\\n": "\n", "\\t": "\t", "\\r": "\r"}


def resolve(engine: Engine, name: str, kind: NamedNode | None = None) -> NamedNode:
    """Return the thing that a name stands for.

    Args:
        engine: where the thing is.
        name: a local name (``q-neko``), a CURIE (``id:q-neko``), an IRI, alone or in angle
            brackets, or a label in whatever case.
        kind: a class; where a name fits several things, only its instances count.

    Raises:
        NameUnknown: nothing in the graph has that name; the error holds the closest ones.
        NameAmbiguous: several things have it.
        ParameterError: the thing is not an instance of `kind`.
    """
    if not name.isprintable():
        raise NameUnknown("thing", name, ())
    candidates = _known(engine, _iris(name)) or _labelled(engine, name)
    if not candidates:
        raise NameUnknown("thing", name, _all_names(engine))
    fitting = candidates if kind is None else _instances(engine, candidates, kind)
    if not fitting:
        found = " and ".join(_described(engine, candidate) for candidate in candidates)
        assert kind is not None
        raise ParameterError(f"A {_short_name(kind)} is wanted, and {name!r} is {found}.")
    if len(fitting) > 1:
        raise NameAmbiguous(name, (curie(candidate.value) for candidate in fitting))
    return fitting[0]


def resolve_parameter(engine: Engine, parameter: Parameter, value: Value | Bindable) -> Bindable:
    """Return the term that a value of a parameter stands for.

    Args:
        engine: where things are.
        parameter: the parameter.
        value: a name, as :func:`resolve` takes it, or the lexical form of a literal; a Python
            value; or a term.

    Raises:
        NameUnknown, NameAmbiguous: as :func:`resolve`.
        ParameterError: the value is not of the parameter's kind.
    """
    try:
        if parameter.kind is not None and parameter.is_literal:
            return _literal(value, parameter.kind)
        if isinstance(value, NamedNode):
            value = f"<{value.value}>"
        if not isinstance(value, str):
            raise ParameterError(f"A {_short_name(parameter.kind)} is wanted, not {value!r}.")
        return resolve(engine, value, parameter.kind)
    except ParameterError as error:
        raise ParameterError(f"The parameter {parameter.name} cannot take it. {error}") from error


def resolve_property(engine: Engine, name: str | NamedNode) -> NamedNode:
    """Return the property that a name stands for; ``a`` is ``rdf:type``, as in Turtle.

    A CURIE or an IRI of which the graph says nothing is taken as it is.

    Raises:
        NameUnknown, NameAmbiguous: as :func:`resolve`.
    """
    if isinstance(name, NamedNode):
        return name
    if name == "a":
        return RDF["type"]
    iri = expand(name) or (name.strip("<>") if "://" in name else None)
    if iri is not None:
        with contextlib.suppress(ValueError):
            return NamedNode(iri)
    candidates = _known(engine, _iris(name)) or _labelled(engine, name)
    kinds = ", ".join(map(str, _PROPERTIES))
    properties = _things(
        engine,
        f"SELECT DISTINCT ?thing WHERE {{ ?thing a ?kind FILTER(?kind IN ({kinds})) }}",
    )
    fitting = [candidate for candidate in candidates if candidate in properties]
    if not fitting:
        known = (curie(each.value) for each in properties)
        raise NameUnknown("property", name, (k for c in known for k in (c, c.partition(":")[2])))
    if len(fitting) > 1:
        raise NameAmbiguous(name, (curie(candidate.value) for candidate in fitting))
    return fitting[0]


def resolve_term(engine: Engine, value: Value | Bindable) -> Bindable:
    """Return the term that a value stands for.

    Args:
        engine: where things are.
        value: a name, as :func:`resolve` takes it; a literal in SPARQL's syntax, such as
            ``"2025-05-13"^^xsd:date``, ``"text"@en``, ``4`` or ``true``; a Python value; a term.

    Raises:
        NameUnknown, NameAmbiguous: as :func:`resolve`.
    """
    if isinstance(value, NamedNode | Literal):
        return value
    if not isinstance(value, str):
        return Literal(value)  # type: ignore[arg-type]
    match = re.fullmatch(_QUOTED, value)
    if match is not None:
        text = re.sub(r"\\.", lambda m: _ESCAPES.get(m.group(), m.group()), match[1])
        if match[2]:
            return Literal(text, language=match[2][1:])
        if match[3]:
            return Literal(text, datatype=NamedNode(expand(match[3]) or match[3].strip("<>")))
        return Literal(text)
    if value in ("true", "false"):
        return Literal(value == "true")
    for datatype in (XSD["integer"], XSD["decimal"]):
        if is_lexical(value, datatype):
            return Literal(value, datatype=datatype)
    return resolve(engine, value)


def labels(engine: Engine, things: Iterable[object]) -> dict[NamedNode, str]:
    """Return the English labels of those among the things that are IRIs and have one."""
    wanted = sorted({thing for thing in things if isinstance(thing, NamedNode)}, key=str)
    found: dict[NamedNode, str] = {}
    for batch in batches(wanted, _CHUNK):
        values = " ".join(map(str, batch))
        rows = _rows(
            engine,
            f"SELECT ?thing ?label WHERE {{ VALUES ?thing {{ {values} }} "
            f"?thing {RDFS['label']} ?label FILTER(LANGMATCHES(LANG(?label), 'en')) }}",
            "thing",
            "label",
        )
        for thing, label in sorted(rows, key=str):
            if isinstance(thing, NamedNode) and isinstance(label, Literal):
                found.setdefault(thing, label.value)
    return found


def _iris(name: str) -> list[str]:
    """Return the IRIs that a name may abbreviate."""
    if name.startswith("<") and name.endswith(">"):
        return [name[1:-1]]
    expanded = expand(name)
    if expanded is not None:
        return [expanded]
    if "://" in name or name.startswith("urn:"):
        return [name]
    return [PREFIXES[prefix] + name for prefix in _LOCAL]


def _known(engine: Engine, iris: Iterable[str]) -> list[NamedNode]:
    """Return those of the IRIs that the graph holds, be it in a disputed claim only."""
    nodes = []
    for iri in iris:
        try:
            nodes.append(NamedNode(iri))
        except ValueError:
            continue
    if not nodes:
        return []
    values = " ".join(str(node) for node in nodes)
    return _things(
        engine,
        f"SELECT DISTINCT ?thing WHERE {{ VALUES ?thing {{ {values} }} "
        "{ ?thing ?p1 ?o1 } UNION { ?s2 ?p2 ?thing } "
        "UNION { GRAPH ?g3 { ?thing ?p3 ?o3 } } UNION { GRAPH ?g4 { ?s4 ?p4 ?thing } } }",
    )


def _labelled(engine: Engine, name: str) -> list[NamedNode]:
    text = Literal(name)
    return _things(
        engine,
        f"SELECT DISTINCT ?thing WHERE {{ ?thing {RDFS['label']}|<{PREFIXES['skos']}altLabel> "
        f"?label FILTER(STR(?label) = {text} || LCASE(STR(?label)) = LCASE({text})) "
        "FILTER(ISIRI(?thing)) }",
    )


def _instances(engine: Engine, things: list[NamedNode], kind: NamedNode) -> list[NamedNode]:
    values = " ".join(str(thing) for thing in things)
    return _things(
        engine, f"SELECT DISTINCT ?thing WHERE {{ VALUES ?thing {{ {values} }} ?thing a {kind} }}"
    )


def _things(engine: Engine, query: str) -> list[NamedNode]:
    """Return the IRIs that a query for ``?thing`` finds, sorted."""
    found = (thing for (thing,) in _rows(engine, query, "thing"))
    return sorted((thing for thing in found if isinstance(thing, NamedNode)), key=str)


def _rows(engine: Engine, query: str, *variables: str) -> tuple[tuple[Term | None, ...], ...]:
    """Return the rows of a query; raise EngineError where an engine answers another one."""
    answer = engine.select(query)
    if answer.variables != variables:
        raise EngineError(
            f"The engine was asked for {', '.join(variables)} and answers "
            f"{', '.join(answer.variables) or 'nothing'}."
        )
    return answer.terms


def _all_names(engine: Engine) -> list[str]:
    """Return the labels and, within the namespaces of the graph, the local names of all things."""
    query = f"SELECT DISTINCT ?thing ?label WHERE {{ ?thing {RDFS['label']} ?label }}"
    found: list[str] = []
    for thing, label in _rows(engine, query, "thing", "label"):
        if isinstance(thing, NamedNode) and isinstance(label, Literal):
            short = curie(thing.value)
            prefix, _, local = short.partition(":")
            found += [label.value, *((short, local) if prefix in _LOCAL else ())]
    return found


def _described(engine: Engine, thing: NamedNode) -> str:
    types = _things(engine, f"SELECT DISTINCT ?thing WHERE {{ {thing} a ?thing }}")
    own = [curie(type_.value) for type_ in types if type_.value.startswith(PREFIXES["qkg"])]
    return f"{curie(thing.value)} ({', '.join(own) or 'of no class'})"


def _short_name(kind: NamedNode | None) -> str:
    return "thing" if kind is None else curie(kind.value)


def _literal(value: Value | Bindable, datatype: NamedNode) -> Literal:
    """Return a literal of a datatype; raises ParameterError where the value is none."""
    wanted = f"A {_short_name(datatype)} is wanted, not"
    if isinstance(value, Literal):
        value = str(value)
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    match = re.fullmatch(_QUOTED, text)
    if match is not None:
        given = expand(match[3]) or match[3].strip("<>") if match[3] else None
        if match[2] or given not in (None, datatype.value):
            raise ParameterError(f"{wanted} {text}.")
        text = re.sub(r"\\.", lambda m: _ESCAPES.get(m.group(), m.group()), match[1])
    if not is_lexical(text, datatype):
        raise ParameterError(f"{wanted} {text!r}.")
    literal = Literal(text, datatype=datatype)
    is_date = datatype == XSD["date"] and text[-3:-2] == "-"
    if is_date and python_value(literal) == text and not text.startswith("-") and len(text) == 10:
        raise ParameterError(f"{text!r} is no day of the calendar.")
    return literal
