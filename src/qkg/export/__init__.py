"""Graphs, answers and reports as text: the same bytes in every run over the same data."""

from qkg.export.answers import ANSWER_FORMATS, write_answer, write_boolean
from qkg.export.graphs import GRAPH_FORMATS, write_graph
from qkg.export.reports import REPORT_FORMATS, write_report
from qkg.export.tables import write_facts

__all__ = [
    "ANSWER_FORMATS",
    "GRAPH_FORMATS",
    "REPORT_FORMATS",
    "write_answer",
    "write_boolean",
    "write_facts",
    "write_graph",
    "write_report",
]
