"""What an endpoint may do wrong, and what is said of it then."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from conftest import Command
from pyoxigraph import Literal, NamedNode, Triple

import qkg
from qkg.engines.endpoint import EndpointEngine
from qkg.engines.within import Within
from qkg.errors import EndpointError, QueryError, QueryTimeout
from qkg.graph import KnowledgeGraph
from qkg.loading import connect

JSON = "application/sparql-results+json"
ROWS = b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"literal","value":"1"}}]}}'
THING = NamedNode("https://example.org/thing")
SELECT = "# DELETE, as SPARQLWrapper would have it\nSELECT ?x WHERE { ?x ?p ?o }"

Answering = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def serving(answer: Answering) -> Iterator[str]:
    """A server on loopback that gives every request the same answer."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            answer(self)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        httpd.daemon_threads = True
        httpd.block_on_close = False
        thread = threading.Thread(target=httpd.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{httpd.server_port}/sparql"
        finally:
            httpd.shutdown()
            thread.join()


def said(
    body: bytes, content_type: str = JSON, code: int = 200, length: int = 0, **headers: str
) -> Answering:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        handler.send_header("Content-Type", content_type)
        handler.send_header("Content-Length", str(length or len(body)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def test_rows() -> None:
    with serving(said(ROWS)) as url:
        answer = connect(url).sparql(SELECT)
    assert isinstance(answer, qkg.Answer)
    assert [row.x for row in answer] == ["1"]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (said(b"<html>Welcome</html>", "text/html"), "answers text/html in place of"),
        (said(b"{", JSON), "is it a SPARQL endpoint"),
        (said(b'{"head":{},"boolean":true}'), "a boolean where rows were asked for"),
        (said(ROWS[:-30]), "is it a SPARQL endpoint"),
        (said(ROWS, length=500), "broke off"),
        (said(ROWS, X_SPARQL_MaxRows="1"), "cut its answer short at its limit of rows"),
        (said(ROWS, X_SQL_State="S1TAT"), "cut its answer short at its time limit"),
        (said(b"no such page", "text/plain", 404), "refuses"),
        (said(b"who are you", "text/plain", 401), "refuses"),
        (said(b"oh dear", "text/plain", 500), "refuses"),
        (said(b"later", "text/plain", 503), "answers HTTP 503"),
    ],
)
def test_wrong_answers(answer: Answering, message: str) -> None:
    with serving(answer) as url, pytest.raises(EndpointError, match=message):
        connect(url).sparql(SELECT)


def test_rows_where_a_boolean_was_asked_for() -> None:
    with serving(said(ROWS)) as url, pytest.raises(EndpointError, match="rows where a boolean"):
        connect(url).sparql("ASK { ?s ?p ?o }")


def test_malformed_turtle() -> None:
    with (
        serving(said(b"<a:a> <a:b> ", "text/turtle")) as url,
        pytest.raises(EndpointError, match="Turtle that is cut short"),
    ):
        connect(url).sparql("CONSTRUCT WHERE { ?s ?p ?o }")


def test_query_that_the_server_finds_malformed() -> None:
    with (
        serving(said(b"error at 1:1: expected SELECT\nand more", "text/plain", 400)) as url,
        pytest.raises(QueryError, match=r"says: error at 1:1: expected SELECT\.$"),
    ):
        connect(url).sparql(SELECT)
    with (
        serving(said(b"<html>", "text/html", 400)) as url,
        pytest.raises(QueryError, match="says: it is malformed"),
    ):
        connect(url).sparql(SELECT)
    with (
        serving(said(b"no", "text/plain", 400)) as url,
        pytest.raises(QueryError, match=r"line 1, column 24: '}' does not fit there"),
    ):
        connect(url).sparql("SELECT * WHERE { ?s ?p }")


def test_slow_server(run: Command) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(5)

    with serving(answer) as url:
        outcome = run("query", "overview", "--endpoint", url, "--timeout", "1")
    assert outcome.code == 3
    assert "did not answer within 1 s" in outcome.err
    assert outcome.out == ""


@pytest.mark.parametrize(
    "ask",
    [
        lambda engine: [*engine.stating([Triple(THING, THING, Literal(i)) for i in range(1_500)])],
        lambda engine: [engine.matching(THING, None, None) for _ in range(3)],
        lambda engine: [engine.select(SELECT) for _ in range(3)],
    ],
)
def test_slow_requests_share_the_time_that_all_are_given(
    ask: Callable[[Within], object],
) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(0.5)
        said(b'{"head": {"vars": []}, "results": {"bindings": []}}')(handler)

    with serving(answer) as url, pytest.raises(QueryTimeout, match=r"queries .* within 0\.8 s"):
        ask(Within(EndpointEngine(url), 0.8))


def test_a_query_may_have_less_time_than_all_are_given() -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(5)

    with serving(answer) as url, pytest.raises(QueryTimeout, match=r"did not answer within 0\.2 s"):
        Within(EndpointEngine(url), 60).select(SELECT, timeout=0.2)


def test_server_that_drips() -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", JSON)
        handler.end_headers()
        try:
            for byte in ROWS:
                handler.wfile.write(bytes([byte]))
                time.sleep(0.1)
        except OSError:
            pass  # the client has given up

    with serving(answer) as url, pytest.raises(QueryTimeout):
        connect(url).sparql(SELECT, timeout=0.5)


def test_server_that_is_down(run: Command) -> None:
    with serving(said(ROWS)) as url:
        pass
    outcome = run("query", "overview", "--endpoint", url)
    assert outcome.code == 3
    assert "cannot be reached: Connection refused." in outcome.err
    assert outcome.err.count("\n") == 1


def test_host_that_does_not_exist() -> None:
    with pytest.raises(EndpointError, match="cannot be reached"):
        connect("http://qkg.invalid/sparql").sparql(SELECT)


def test_every_verb_reads_an_endpoint(run: Command, server: str, graph: KnowledgeGraph) -> None:
    assert run("--endpoint", server).code == 0
    at = ("--endpoint", server)
    assert run("show", "Tokyo", *at).out == run("show", "Tokyo").out
    ask = "ASK { id:japan a qkg:State }"
    assert run("sparql", "-", *at, stdin=ask).out == "true\n"
    construct = "CONSTRUCT WHERE { id:japan ?p ?o }"
    local = run("sparql", "-", stdin=construct)
    assert run("sparql", "-", *at, stdin=construct) == local
    exported = run("export", "-f", "nquads", "--graph", "claims", *at)
    assert exported.out == graph.export("nquads", "claims")
    assert run("query", "signatories", "agreement=tokyo", *at).code == 2


def test_long_query_is_posted() -> None:
    seen: list[tuple[str, int]] = []

    def answer(handler: BaseHTTPRequestHandler) -> None:
        seen.append((handler.command, len(handler.path)))
        said(ROWS)(handler)

    with serving(answer) as url:
        connect(url).sparql(SELECT)
        connect(url).sparql(SELECT + " # " + "x" * 5000)
    assert [command for command, _ in seen] == ["GET", "POST"]
    assert all(length < 1000 for _, length in seen)


@pytest.mark.parametrize("verb", [["query", "overview"], ["show", "tokyo"], ["export"]])
def test_answer_to_another_question(run: Command, verb: list[str]) -> None:
    with serving(said(ROWS)) as url:
        outcome = run(*verb, "--endpoint", url)
    assert outcome.code in (0, 2, 3)
    assert verb == ["query", "overview"] or outcome.code == 3


def test_deep_triple_terms_do_not_end_the_process() -> None:
    term = '{"type":"literal","value":"1"}'
    for _ in range(20_000):
        term = f'{{"type":"triple","value":{{"object":{term}}}}}'
    body = f'{{"head":{{"vars":["x"]}},"results":{{"bindings":[{{"x":{term}}}]}}}}'
    with (
        serving(said(body.encode())) as url,
        pytest.raises(EndpointError, match="triples as terms"),
    ):
        connect(url).sparql(SELECT)


def test_deadline_covers_the_names_too(run: Command) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(20)

    with serving(answer) as url:
        start = time.monotonic()
        outcome = run("query", "signatories", "agreement=x", "--endpoint", url, "--timeout", "0.5")
    assert outcome.code == 3
    assert time.monotonic() - start < 15


def test_text_of_a_server_cannot_drive_the_terminal() -> None:
    with (
        serving(said(b"\x1b]0;title\x07", "text/plain", 400)) as url,
        pytest.raises(QueryError) as caught,
    ):
        connect(url).sparql(SELECT)
    assert str(caught.value).isprintable()
