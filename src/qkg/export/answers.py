"""Answers as a table, Markdown, CSV, TSV, JSON and XML.

CSV and TSV follow SPARQL 1.1 Query Results CSV and TSV Formats, JSON and XML the formats of the
same family; the table and Markdown are for reading, with labels beside IRIs.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from qkg.answers import Answer, Term
from qkg.errors import InputError, NameUnknown
from qkg.export.tables import write_table
from qkg.export.xml import NOT_XML
from qkg.namespaces import XSD, curie

__all__ = [
    "ANSWER_FORMATS",
    "Labels",
    "json_results",
    "markdown_text",
    "write_answer",
    "write_boolean",
]

Labels = Mapping[NamedNode, str]

_STRING = XSD["string"]


def write_answer(
    answer: Answer,
    format: str,  # noqa: A002
    labels: Labels = MappingProxyType({}),
    width: int | None = None,
) -> str:
    """Return the answer of a SELECT query as text.

    Args:
        answer: the answer.
        format: one of :data:`ANSWER_FORMATS`.
        labels: what a table and Markdown show beside the IRIs.
        width: how many columns a table may take; one that needs more becomes a list of records.

    Raises:
        NameUnknown: there is no such format.
        InputError: the format is XML, and the answer holds a character that XML cannot.
    """
    if format not in ANSWER_FORMATS:
        raise NameUnknown("answer format", format, ANSWER_FORMATS)
    if format == "table":
        return write_table(answer, labels, width)
    return _WRITERS[format](answer, labels)


def write_boolean(value: bool, format: str) -> str:  # noqa: A002
    """Return the answer of an ASK query as text; raises as :func:`write_answer`."""
    if format not in ANSWER_FORMATS:
        raise NameUnknown("answer format", format, ANSWER_FORMATS)
    word = "true" if value else "false"
    if format == "json":
        import json

        return json.dumps({"head": {}, "boolean": value}) + "\n"
    if format == "xml":
        return f"{_XML_START}<head/><boolean>{word}</boolean></sparql>\n"
    return word + "\n"


def _csv(answer: Answer, _: Labels) -> str:
    import csv
    import io

    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(answer.variables)
    for terms in answer.terms:
        writer.writerow("" if term is None else _plain(term) for term in terms)
    return text.getvalue()


def _tsv(answer: Answer, _: Labels) -> str:
    lines = ["\t".join(f"?{variable}" for variable in answer.variables)]
    for terms in answer.terms:
        cells = ("" if term is None else str(term) for term in terms)
        lines.append("\t".join(cell.replace("\t", "\\t") for cell in cells))
    return "\n".join(lines) + "\n"


def _json(answer: Answer, _: Labels) -> str:
    import json

    return json.dumps(json_results(answer), ensure_ascii=False, indent=2) + "\n"


def json_results(answer: Answer) -> dict[str, object]:
    """Return an answer as the members of SPARQL 1.1 Query Results JSON Format."""
    return {
        "head": {"vars": answer.variables},
        "results": {
            "bindings": [
                {
                    variable: _json_term(term)
                    for variable, term in zip(answer.variables, terms, strict=True)
                    if term is not None
                }
                for terms in answer.terms
            ]
        },
    }


def _json_term(term: Term) -> dict[str, object]:
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, Triple):
        parts = {
            "subject": _json_term(term.subject),
            "predicate": _json_term(term.predicate),
            "object": _json_term(term.object),
        }
        return {"type": "triple", "value": parts}
    if term.language is not None:
        return {"type": "literal", "value": term.value, "xml:lang": term.language}
    if term.datatype != _STRING:
        return {"type": "literal", "value": term.value, "datatype": term.datatype.value}
    return {"type": "literal", "value": term.value}


_XML_START = '<?xml version="1.0"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#">'


def _xml(answer: Answer, _: Labels) -> str:
    from xml.sax.saxutils import quoteattr

    lines = [_XML_START, "  <head>"]
    lines += [f"    <variable name={quoteattr(variable)}/>" for variable in answer.variables]
    lines += ["  </head>", "  <results>"]
    for terms in answer.terms:
        lines.append("    <result>")
        lines += [
            f"      <binding name={quoteattr(variable)}>{_xml_term(term)}</binding>"
            for variable, term in zip(answer.variables, terms, strict=True)
            if term is not None
        ]
        lines.append("    </result>")
    lines += ["  </results>", "</sparql>"]
    return "\n".join(lines) + "\n"


def _xml_term(term: Term) -> str:
    from xml.sax.saxutils import escape, quoteattr

    if isinstance(term, NamedNode):
        return f"<uri>{escape(term.value)}</uri>"
    if isinstance(term, BlankNode):
        return f"<bnode>{escape(term.value)}</bnode>"
    if isinstance(term, Triple):
        parts = (
            f"<{name}>{_xml_term(part)}</{name}>"
            for name, part in (
                ("subject", term.subject),
                ("predicate", term.predicate),
                ("object", term.object),
            )
        )
        return f"<triple>{''.join(parts)}</triple>"
    attribute = ""
    if term.language is not None:
        attribute = f" xml:lang={quoteattr(term.language)}"
    elif term.datatype != _STRING:
        attribute = f" datatype={quoteattr(term.datatype.value)}"
    if NOT_XML.search(term.value):
        raise InputError("XML cannot hold a control character of the answer: take -f json.")
    # A bare carriage return would be read back as a line feed.
    return f"<literal{attribute}>{escape(term.value, {chr(13): '&#13;'})}</literal>"


def _markdown(answer: Answer, labels: Labels) -> str:
    lines = [
        f"| {' | '.join(answer.variables)} |",
        f"|{'|'.join(' --- ' for _ in answer.variables)}|",
    ]
    for terms in answer.terms:
        cells = ("" if term is None else _markdown_cell(term, labels) for term in terms)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _markdown_cell(term: Term, labels: Labels) -> str:
    if isinstance(term, NamedNode):
        short = curie(term.value)
        name = short.strip("<>") if labels.get(term) is None else labels[term]
        return f"[{markdown_text(name)}](<{term.value}>)"
    return markdown_text(_plain(term))


def markdown_text(text: str) -> str:
    """Return a text as Markdown that reads as the text, on one line."""
    for character in "\\`*_[]<>|":
        text = text.replace(character, "\\" + character)
    return " ".join(text.split())


def _plain(term: Term) -> str:
    if isinstance(term, NamedNode | Literal):
        return term.value
    return str(term)


_WRITERS: Mapping[str, Callable[[Answer, Labels], str]] = {
    "csv": _csv,
    "tsv": _tsv,
    "json": _json,
    "xml": _xml,
    "md": _markdown,
}
ANSWER_FORMATS = ("table", *_WRITERS)
"""The formats by the names that the command line and :func:`write_answer` take."""
