"""Graphs, answers and reports as text: the same bytes in every run over the same data.

:mod:`qkg.export.answers`, :mod:`qkg.export.graphs` and :mod:`qkg.export.reports` each write one of
the three; they are imported one by one, so that an answer does not wait for the others.
"""
