"""Small corpora and SELECT queries without GRAPH, sub-SELECT or long paths, of few variables.

Drawn at random, by the thousand: variables meet where it matters whether one is bound yet.
"""

from random import Random

__all__ = ["corpus", "query"]

_PREFIX = "PREFIX : <https://example.org/>\n"
_VARIABLES = "xyzwv"
_PATHS = (":p/:q", "^:p", ":p|:q", ":q/^:r", "(:p|^:q)/:r")


def corpus(random: Random) -> str:
    """Return a few claims, in TriG."""
    graphs = []
    for i in range(4):
        facts = [_fact(random) for _ in range(random.randint(1, 5))]
        graphs.append(
            f"GRAPH claim:{i} {{ claim:{i} a qkg:Claim ; qkg:status qkg:accepted . "
            f"{' '.join(facts)} }}"
        )
    prefixes = (
        "PREFIX claim: <https://w3id.org/qkg/data/>\nPREFIX qkg: <https://w3id.org/qkg/ontology#>\n"
    )
    return _PREFIX + prefixes + "\n".join(graphs)


def query(random: Random) -> str:
    """Return a SELECT; it may have an error that an engine tells of."""
    where = _group(random, 2)
    names = [f"?{each}" for each in random.sample(_VARIABLES, random.randint(1, 4))]
    shown = " ".join(names)
    kind = random.choices(
        ("plain", "distinct", "groups", "count", "expression", "all"), (70, 10, 10, 3, 4, 3)
    )[0]
    head, tail = {
        "plain": (shown, ""),
        "distinct": (f"DISTINCT {shown}", ""),
        "groups": (f"{shown} (COUNT(*) AS ?number)", f"GROUP BY {shown}"),
        "count": ("(COUNT(*) AS ?number)", ""),
        "expression": (f"{names[0]} (CONCAT(STR({names[-1]}), 'x') AS ?text)", ""),
        "all": ("*", ""),
    }[kind]
    if kind in ("plain", "distinct") and random.random() < 0.1:
        tail = f"VALUES {names[0]} {{ :a :b }}"
    return f"{_PREFIX}SELECT {head} {where} {tail}"


def _fact(random: Random) -> str:
    subject, property_ = random.choice((":a", ":b", ":c", ":d")), random.choice((":p", ":q", ":r"))
    if random.random() < 0.25:
        return f"{subject} a {random.choice((':A', ':B'))} ."
    return f"{subject} {property_} {random.choice((':a', ':b', ':c', ':d', '1', '2'))} ."


def _group(random: Random, depth: int) -> str:
    parts = [_pattern(random) for _ in range(random.choice((0, 1, 1, 1, 2)))]
    parts += [_element(random, depth) for _ in range(random.choice((0, 1, 1, 2)))]
    if random.random() < 0.3:
        random.shuffle(parts)
    return f"{{ {' '.join(parts)} }}"


def _element(random: Random, depth: int) -> str:
    kinds = {
        "pattern": 25,
        "optional": 25,
        "union": 20,
        "group": 6,
        "minus": 6,
        "filter": 6,
        "bind": 5,
        "values": 7,
    }
    kind = random.choices(tuple(kinds), tuple(kinds.values()))[0] if depth else "pattern"
    if kind == "optional":
        return f"OPTIONAL {_group(random, depth - 1)}"
    if kind == "union":
        return f"{_group(random, depth - 1)} UNION {_group(random, depth - 1)}"
    if kind == "group":
        return _group(random, depth - 1)
    if kind == "minus":
        return f"MINUS {_group(random, 0)}"
    if kind == "bind":
        return f"BIND(STR({_variable(random)}) AS ?new{random.randrange(10**6)})"
    if kind == "filter":
        other = random.choice((":a", ":b", _variable(random)))
        return random.choice(
            (
                f"FILTER({_variable(random)} != {other})",
                f"FILTER(BOUND({_variable(random)}))",
                f"FILTER(!BOUND({_variable(random)}))",
                f"FILTER NOT EXISTS {_group(random, 0)}",
            )
        )
    if kind == "values":
        one = _variable(random)
        return random.choice(
            (
                f"VALUES {one} {{ :a :b :c }}",
                f"VALUES ({one} ?other) {{ (:a :b) (UNDEF :c) (:c UNDEF) }}",
            )
        )
    return _pattern(random)


def _pattern(random: Random) -> str:
    kind = random.random()
    if kind < 0.06:
        return f"{_term(random)} {_variable(random)} {_term(random)} ."
    if kind < 0.14:
        return f"{_variable(random)} a {random.choice((':A', ':B', _variable(random)))} ."
    if kind < 0.25:
        return f"{_variable(random)} {random.choice(_PATHS)} {_term(random)} ."
    return f"{_term(random)} {random.choice((':p', ':q', ':r'))} {_term(random)} ."


def _term(random: Random) -> str:
    return _variable(random) if random.random() < 0.85 else random.choice((":a", ":b", ":c"))


def _variable(random: Random) -> str:
    return f"?{random.choice(_VARIABLES)}"
