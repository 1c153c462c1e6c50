"""Slips in words: terms with their labels, sentences in the language that was asked for."""

import os
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from qkg.checks.codes import CODES, Said
from qkg.checks.report import Finding, Language
from qkg.checks.slip import Slip, Word
from qkg.checks.survey import Survey
from qkg.namespaces import XSD, curie

__all__ = ["Wording", "shown_path"]

_BARE = frozenset(XSD[name] for name in ("integer", "decimal", "boolean"))


class Wording:
    """What terms are called, and in which language sentences are.

    Args:
        survey: the files, which say what things are called.
        language: the language.
    """

    def __init__(self, survey: Survey, language: Language) -> None:
        self._labels = survey.labels
        self._graphs = {file.path: file.graph.value for file in survey.files}
        self._language = language

    def finding(self, slip: Slip, line: int, column: int) -> Finding:
        """Return a slip as a finding, at a place."""
        code = CODES[slip.code]
        own = "" if slip.path is None else self._graphs.get(slip.path, "")
        words = {name: self._said(word, own) for name, word in slip.words.items()}
        terms = {"focus": slip.focus, "property": slip.property, "value": slip.value}
        words |= {name: self._said(term, own) for name, term in terms.items() if term is not None}
        message, remedy = (
            self._said(said, own).format_map(words)
            for said in (code.message, code.remedies[slip.remedy])
        )
        return Finding(
            slip.code,
            slip.severity or code.severity,
            message,
            remedy,
            slip.path,
            line,
            column,
            slip.shape,
            slip.focus,
            slip.property,
            slip.value,
            slip.premises,
            slip.rule,
            slip.axiom,
        )

    def _said(self, word: Word, own: str) -> str:
        if isinstance(word, Said):
            return word.ja if self._language == "ja" else word.en
        if isinstance(word, str):
            return word
        if isinstance(word, Path):
            return shown_path(word)
        if isinstance(word, NamedNode) and word.value.partition("#")[0] == own:
            return f"<{word.value[len(own) :]}>"  # as the file itself calls it
        if isinstance(word, NamedNode):
            label = self._labels.get(word)
            return curie(word.value) if label is None else f"{label} ({curie(word.value)})"
        if isinstance(word, Literal):
            return _written(word)
        return str(word)


def shown_path(path: Path) -> str:
    """Return a path as people type it: relative to where they are, where it is below that."""
    return os.path.relpath(path) if path.resolve().is_relative_to(Path.cwd()) else str(path)


def _written(literal: Literal) -> str:
    if literal.datatype in _BARE:
        return literal.value
    text = literal.value if len(literal.value) <= 60 else f"{literal.value[:59]}…"
    return f"“{text}”"
