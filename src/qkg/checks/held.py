"""The check of what an engine holds, where there are no files: an endpoint, for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qkg.checks.codes import CODES, SHAPE_CODES, Said
from qkg.checks.homes import Homes
from qkg.checks.report import Report
from qkg.checks.shaped import Words
from qkg.checks.slip import Slip
from qkg.checks.survey import Survey
from qkg.checks.wording import Wording
from qkg.names import labels
from qkg.rules.consistency import inconsistencies
from qkg.shapes.validation import compiled_shapes, validate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import Quad, Triple

    from qkg.checks.report import Language
    from qkg.engines import Engine
    from qkg.rules import Rule

__all__ = ["check_held"]


def check_held(
    engine: Engine,
    shapes: Iterable[Triple | Quad],
    rules: Iterable[Rule],
    codes: frozenset[str] = frozenset(CODES),
    language: Language = "en",
) -> Report:
    """Check the default graph of an engine, by queries: shapes and consistency.

    What is checked of files as they are written (syntax, literals, prefixes, passages) is not.

    Args:
        engine: what holds the graph, closed under the rules.
        shapes: the shapes.
        rules: the rules of the ontology, those without a head included.
        codes: what to look for.
        language: the language of the messages.

    Raises:
        InputError: a shape is ill-formed.
        EngineError: the engine failed.
    """
    shapes = tuple(shapes)
    slips = [slip for slip in _slips(engine, shapes, tuple(rules), codes) if slip.code in codes]
    survey = Survey(())
    terms = (term for slip in slips for term in (slip.focus, slip.property, slip.value))
    for thing, label in labels(engine, terms).items():
        survey.labels[thing] = label
    wording = Wording(survey, language)
    findings = dict.fromkeys(wording.finding(slip, 0, 0) for slip in slips)
    ordered = sorted(findings, key=lambda each: (each.code, str(each.focus), each.message))
    referred = () if codes.isdisjoint(SHAPE_CODES) else compiled_shapes(shapes).referred
    return Report(tuple(ordered), 0, language, referred)


def _slips(
    engine: Engine,
    shapes: Iterable[Triple | Quad],
    rules: tuple[Rule, ...],
    codes: frozenset[str],
) -> Iterator[Slip]:
    if not codes.isdisjoint(SHAPE_CODES):
        words = Words(shapes, Homes(()))
        yield from words.slips(validate(engine, shapes).results)
    if "Q061" in codes:
        for each in inconsistencies(engine, rules):
            yield Slip(
                "Q061",
                None,
                each.triples[0].subject if each.triples else None,
                words={"sentence": Said(each.sentence, each.sentence)},
                premises=each.triples,
                rule=each.rule.name,
                axiom=each.rule.axiom,
            )
