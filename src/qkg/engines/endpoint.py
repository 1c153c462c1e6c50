"""Any SPARQL 1.1 server, read over HTTP; the one module that imports SPARQLWrapper."""

from ast import literal_eval
from collections import defaultdict
from collections.abc import Iterator, Sequence
from http.client import HTTPException
from typing import Any, NamedTuple
from urllib.error import HTTPError, URLError

import SPARQLWrapper
from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)

from qkg._batches import batches
from qkg.answers import Answer, Term
from qkg.engines._deadline import run
from qkg.engines.within import Within
from qkg.errors import EndpointError, EngineError, LayoutError, QueryError, QueryTimeout

__all__ = ["DEFAULT_TIMEOUT", "EndpointEngine"]

DEFAULT_TIMEOUT = 60.0
"""How long to wait for a server, in seconds, where the caller does not say."""

_BATCH = 500
"""How many triples one query asks for."""
_LONGEST_GET = 2000
_MOST_TRIPLE_TERMS = 1000
_TRUNCATED = {"X-SPARQL-MaxRows": "its limit of rows", "X-SQL-State": "its time limit"}
_JSON = ("application/sparql-results+json", "application/json")
_TURTLE = ("text/turtle", "application/n-triples", "text/plain", "application/x-turtle")


class EndpointEngine:
    """A SPARQL endpoint; it keeps :class:`qkg.engines.Engine`.

    Args:
        url: where the endpoint answers queries, by the SPARQL 1.1 Protocol.
        update_url: where it takes updates; None for nowhere. Servers differ in how that follows
            from the other one (``/query`` and ``/update``, ``/sparql`` and ``/statements``, one
            for both), and a guess might write where nobody meant to.

    Raises:
        LayoutError: a URL is none of http or https.
    """

    is_concurrent = False

    def __init__(self, url: str, update_url: str | None = None) -> None:
        for each in (url, url if update_url is None else update_url):
            if not each.startswith(("http://", "https://")):
                raise LayoutError(
                    f"{each} is not the URL of an endpoint: it begins with http(s)://."
                )
        self._url = url
        self._update_url = update_url

    @property
    def version(self) -> None:
        """None, since others can change the dataset; see :class:`qkg.engines.Engine`."""
        return None

    def select(self, query: str, *, timeout: float | None = None) -> Answer:
        """Return the solutions of a SELECT query; see :class:`qkg.engines.Engine`."""
        results = self._results(query, SPARQLWrapper.SELECT, timeout)
        if not isinstance(results, QuerySolutions):
            raise self._no_answer("a boolean where rows were asked for")
        try:
            return Answer(
                tuple(variable.value for variable in results.variables),
                tuple(tuple(solution) for solution in results),
            )
        except SyntaxError as error:
            raise self._no_answer("rows that are cut short or malformed") from error

    def ask(self, query: str, *, timeout: float | None = None) -> bool:
        """Return the answer of an ASK query; see :class:`qkg.engines.Engine`."""
        results = self._results(query, SPARQLWrapper.ASK, timeout)
        if not isinstance(results, QueryBoolean):
            raise self._no_answer("rows where a boolean was asked for")
        return bool(results)

    def construct(self, query: str, *, timeout: float | None = None) -> tuple[Triple, ...]:
        """Return the triples of a CONSTRUCT or DESCRIBE; see :class:`qkg.engines.Engine`."""
        response = self._fetch(query, SPARQLWrapper.CONSTRUCT, timeout)
        self._expect(response, _TURTLE)
        try:
            quads = parse(response.body, RdfFormat.TURTLE, base_iri=self._url)
            return tuple(dict.fromkeys(quad.triple for quad in quads))
        except SyntaxError as error:
            raise self._no_answer("Turtle that is cut short or malformed") from error

    def update(self, text: str, *, timeout: float | None = None) -> None:
        """Run an update; see :class:`qkg.engines.Engine`.

        Raises:
            EngineError: the endpoint was given no URL that takes updates.
        """
        if self._update_url is None:
            raise EngineError(
                f"The endpoint {self._url} is only read: say at which URL it takes updates."
            )
        self._fetch(text, SPARQLWrapper.INSERT, timeout)

    def quads(self) -> Iterator[Quad]:
        """Yield the whole dataset, default graph and named graphs."""
        named = self.select("SELECT ?s ?p ?o ?g WHERE { GRAPH ?g { ?s ?p ?o } }").terms
        default = self.select("SELECT ?s ?p ?o WHERE { ?s ?p ?o }").terms
        try:
            for s, p, o in default:
                yield Quad(s, p, o, DefaultGraph())  # type: ignore[arg-type]
            for s, p, o, g in named:
                yield Quad(s, p, o, g)  # type: ignore[arg-type]
        except (TypeError, ValueError) as error:
            raise self._no_answer("rows that are no triples") from error

    def stating(
        self, triples: Sequence[Triple], *, timeout: float | None = None
    ) -> Iterator[Sequence[NamedNode]]:
        """Yield the named graphs that state each triple; see :class:`qkg.engines.Engine`."""
        found: defaultdict[object, list[NamedNode]] = defaultdict(list)
        engine = self if timeout is None else Within(self, timeout)

        def ask(columns: str, where: str) -> Iterator[tuple[Sequence[Term | None], NamedNode]]:
            query = f"SELECT {columns} ?g WHERE {{ {where} }}"
            for *terms, graph in engine.select(query).terms:
                if isinstance(graph, NamedNode):
                    yield terms, graph

        # By number, since a server may give a literal back otherwise than it is asked for.
        named = [i for i, each in enumerate(triples) if not _has_blank_node(each)]
        for batch in batches(named, _BATCH):
            rows = " ".join(f"({i} {_row(triples[i])})" for i in batch)
            values = f"VALUES (?i ?s ?p ?o) {{ {rows} }}"
            for (number,), graph in ask("?i", f"{values} GRAPH ?g {{ ?s ?p ?o }}"):
                found[getattr(number, "value", None)].append(graph)
        # A blank node cannot be asked for by name.
        for predicate in {each.predicate for each in triples if _has_blank_node(each)}:
            where = f"GRAPH ?g {{ ?s {predicate} ?o }} FILTER(ISBLANK(?s) || ISBLANK(?o))"
            for (subject, object_), graph in ask("?s ?o", where):
                found[subject, predicate, object_].append(graph)
        for i, triple in enumerate(triples):
            yield found.get(tuple(triple) if _has_blank_node(triple) else str(i), [])

    def matching(
        self,
        subject: Term | None,
        predicate: Term | None,
        object: Term | None,  # noqa: A002
        *,
        timeout: float | None = None,
    ) -> Sequence[Triple]:
        """Return the triples of the default graph like one; see :class:`qkg.engines.Engine`."""
        asked = {"?s": subject, "?p": predicate, "?o": object}
        # A blank node cannot be asked for by name.
        blocks = [
            f"VALUES {name} {{ {term} }}"
            for name, term in asked.items()
            if not isinstance(term, BlankNode | None)
        ]
        query = f"SELECT ?s ?p ?o WHERE {{ {' '.join(blocks)} ?s ?p ?o }}"
        return [
            Triple(*terms)  # type: ignore[arg-type]
            for terms in self.select(query, timeout=timeout).terms
            if all(a is None or a == b for a, b in zip(asked.values(), terms, strict=True))
        ]

    def _results(
        self, query: str, form: str, timeout: float | None
    ) -> QuerySolutions | QueryBoolean:
        response = self._fetch(query, form, timeout)
        self._expect(response, _JSON)
        try:
            return parse_query_results(response.body, QueryResultsFormat.JSON)
        except (SyntaxError, ValueError) as error:
            raise self._no_answer("JSON that is not a SPARQL answer") from error

    def _fetch(self, query: str, form: str, timeout: float | None) -> "_Response":
        seconds = DEFAULT_TIMEOUT if timeout is None else timeout
        wrapper = SPARQLWrapper.SPARQLWrapper(self._url, updateEndpoint=self._update_url)
        wrapper.setTimeout(max(1, round(seconds)))
        wrapper.setOnlyConneg(True)
        posted = form == SPARQLWrapper.INSERT or len(query) >= _LONGEST_GET
        wrapper.setMethod(SPARQLWrapper.POST if posted else SPARQLWrapper.GET)
        wrapper.setReturnFormat(
            SPARQLWrapper.TURTLE if form == SPARQLWrapper.CONSTRUCT else SPARQLWrapper.JSON
        )
        wrapper.setQuery(query)
        wrapper.queryType = form  # SPARQLWrapper guesses it, and a comment can mislead it

        def work() -> _Response:
            try:
                with wrapper.query().response as http:
                    return _Response(http.headers, http.read())
            except Exception as error:
                refusal = error if isinstance(error, HTTPError) else error.__context__
                if isinstance(refusal, HTTPError):
                    refusal.close()
                raise

        try:
            return run(work, seconds)
        except SPARQLWrapper.SPARQLExceptions.QueryBadFormed as error:
            from qkg.sparql.grammar import malformed

            said = QueryError(f"the endpoint {self._url} says: {_said(error)}")
            is_update = form == SPARQLWrapper.INSERT
            raise (None if is_update else malformed(query)) or said from error
        except SPARQLWrapper.SPARQLExceptions.SPARQLWrapperException as error:
            raise EndpointError(
                f"The endpoint {self._url} refuses: {error.msg.rstrip('. ')}."
            ) from error
        except HTTPError as error:
            raise EndpointError(
                f"The endpoint {self._url} answers HTTP {error.code} {error.reason}."
            ) from error
        except (QueryTimeout, TimeoutError) as error:
            raise self._too_slow(seconds) from error
        except URLError as error:
            if isinstance(error.reason, TimeoutError):
                raise self._too_slow(seconds) from error
            reason = getattr(error.reason, "strerror", None) or error.reason
            raise EndpointError(f"The endpoint {self._url} cannot be reached: {reason}.") from error
        except (OSError, HTTPException, ValueError) as error:
            raise EndpointError(f"The endpoint {self._url} broke off: {error}.") from error

    def _expect(self, response: "_Response", types: tuple[str, ...]) -> None:
        # The parsers recurse over triples as terms, and end the process at some ten thousand.
        if max(response.body.count(mark) for mark in (b'"triple"', b"<<(")) > _MOST_TRIPLE_TERMS:
            raise self._no_answer("triples as terms, which are none of RDF 1.1")
        content_type = response.headers.get_content_type()
        if content_type not in types:
            raise self._no_answer(f"{content_type} in place of {types[0]}")
        for header, limit in _TRUNCATED.items():
            if header in response.headers:
                raise EndpointError(
                    f"The endpoint {self._url} cut its answer short at {limit}: narrow the query."
                )

    def _no_answer(self, what: str) -> EndpointError:
        return EndpointError(f"The endpoint {self._url} answers {what}: is it a SPARQL endpoint?")

    def _too_slow(self, seconds: float) -> QueryTimeout:
        return QueryTimeout(
            f"The endpoint {self._url} did not answer within {round(seconds, 2):g} s: "
            "narrow the query, or allow it more time."
        )


class _Response(NamedTuple):
    headers: Any
    body: bytes


def _row(triple: Triple) -> str:
    return f"{triple.subject} {triple.predicate} {triple.object}"


def _has_blank_node(triple: Triple) -> bool:
    return isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode)


def _said(error: Exception) -> str:
    """Return the first line of the server's text, which SPARQLWrapper keeps as a repr of bytes."""
    _, marker, quoted = str(error).partition("Response:\n")
    try:
        body = literal_eval(quoted).decode("utf-8", "replace").strip() if marker else ""
    except (SyntaxError, ValueError):
        body = ""
    if not body or body.startswith("<"):
        return "it is malformed."
    line = body.splitlines()[0].rstrip(". ")[:200]
    return "".join(c if c.isprintable() else " " for c in line) + "."
