"""The command line as a process: what it prints, what it says of bad input, how it exits."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT, Command

from qkg.cli.check import REPORTS
from qkg.cli.printing import ANSWERS, GRAPHS
from qkg.export.answers import ANSWER_FORMATS
from qkg.export.graphs import GRAPH_FORMATS
from qkg.export.reports import REPORT_FORMATS

GOOD = """@prefix qkg: <https://w3id.org/qkg/ontology#> .
@prefix id: <https://w3id.org/qkg/id/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
id:kyoto a qkg:Place ; rdfs:label "Kyoto"@en .
"""


def test_without_a_verb_it_says_what_there_is_and_what_to_try(run: Command) -> None:
    outcome = run()
    assert outcome.code == 0
    assert "agreement (qkg:Agreement)" in outcome.out
    assert "qkg query signatories" in outcome.err


def test_first_answer(run: Command) -> None:
    outcome = run("query", "signatories", "agreement=eu-japan-quantum-letter-of-intent")
    assert outcome.code == 0
    for words in (
        "European Union (id:european-union)",
        "Japan (id:japan)",
        "Henna Virkkunen (id:henna-virkkunen)",
        "Minister of State for Science and Technology Policy of Japan",
        "2025-05-13",
        "Tokyo (id:tokyo)",
        "data:eu-japan-quantum-partnership-2025-05-20/agreement-signed",
        "document:eu-japan-quantum-partnership-2025-05-20",
    ):
        assert words in outcome.out


@pytest.mark.parametrize("format_", ANSWER_FORMATS)
def test_every_answer_format(run: Command, format_: str) -> None:
    outcome = run("query", "signatories", "-f", format_)
    assert outcome.code == 0
    assert "henna-virkkunen" in outcome.out


def test_the_names_of_formats_are_those_of_the_library() -> None:
    assert ANSWERS == ANSWER_FORMATS
    assert tuple(GRAPH_FORMATS) == GRAPHS
    assert REPORTS == REPORT_FORMATS


def test_data_replaces_and_add_stands_beside(run: Command, tmp_path: Path) -> None:
    (tmp_path / "places.ttl").write_text(GOOD)
    count = "SELECT (COUNT(*) AS ?n) WHERE { ?place a qkg:Place }"
    sparql = ("sparql", "-", "-f", "csv")
    shipped = int(run(*sparql, stdin=count).out.split()[1])
    assert run(*sparql, "--data", str(tmp_path), stdin=count).out.split() == ["n", "1"]
    added = run(*sparql, "--add", str(tmp_path), stdin=count)
    assert added.out.split() == ["n", str(shipped + 1)]
    ask = "ASK { GRAPH <https://example.org/g/places> { id:kyoto a qkg:Place } }"
    based = (*sparql[:2], "--add", str(tmp_path), "--base", "https://example.org/g/")
    assert run(*based, stdin=ask).out == "true\n"


def test_empty_result_is_an_empty_table(run: Command) -> None:
    outcome = run("sparql", "-", stdin="SELECT ?x WHERE { ?x a qkg:Nothing }")
    assert (outcome.code, outcome.out) == (0, "x\n-\n")


def test_exit_status_of_ask(run: Command) -> None:
    false = "ASK { id:japan a qkg:Person }"
    assert run("sparql", "-", stdin=false).code == 0
    assert run("sparql", "-", "--exit-status", stdin=false).code == 1
    assert run("sparql", "-", "--exit-status", stdin="ASK { id:japan a qkg:State }").code == 0


def test_construct_and_describe_are_turtle(run: Command) -> None:
    outcome = run("sparql", "-", stdin="CONSTRUCT { ?s a ?c } WHERE { ?s a ?c, qkg:State }")
    assert "id:japan a qkg:Actor , qkg:PublicActor , qkg:State ." in outcome.out
    assert run("sparql", "-", stdin="DESCRIBE id:japan").code == 0


def test_show_tells_asserted_from_inferred(run: Command) -> None:
    out = run("show", "EU-Japan Letter of Intent on quantum technology").out
    assert "[1] " in out
    assert "inferred" in out
    assert "formalises" in out
    facts = json.loads(run("show", "id:tokyo", "-f", "json").out)
    assert facts["head"]["vars"] == ["subject", "predicate", "object", "source", "status"]


# What bad input gets: one sentence, the exit code, nothing on standard output.
BAD = {
    "missing path": (["query", "overview", "--data", "/nonexistent"], "no file or folder"),
    "unknown verb": (["qery"], "no verb 'qery'; did you mean query"),
    "unknown query": (["query", "signatorys"], "did you mean signatories?"),
    "unknown query, listed": (["queries", "signatorys"], "did you mean signatories?"),
    "unknown parameter": (["query", "signatories", "agrement=x"], "did you mean agreement?"),
    "parameter without value": (["query", "signatories", "agreement"], "is not PARAM=VALUE"),
    "parameter of the wrong kind": (
        ["query", "signatories", "agreement=tokyo"],
        "A qkg:Agreement is wanted",
    ),
    "unknown entity": (["show", "Henna Virkunen"], "did you mean Henna Virkkunen"),
    "unknown entity, as parameter": (
        ["query", "signatories", "agreement=eu-japan-quantum-letter"],
        "did you mean eu-japan-quantum-letter-of-intent",
    ),
    "unknown format": (["query", "overview", "-f", "tabel"], "did you mean table?"),
    "unknown graph format": (["export", "-f", "turtel"], "did you mean turtle?"),
    "unknown part": (["export", "--graph", "claim"], "did you mean claims?"),
    "part without a place in the format": (["export", "--graph", "all"], "no named graphs"),
    "missing query file": (["sparql", "/nonexistent.rq"], "no file or folder"),
    "malformed URL": (["query", "overview", "--endpoint", "ftp://x"], "not the URL"),
    "files and an endpoint": (
        ["query", "overview", "--endpoint", "http://localhost/", "--add", "x"],
        "takes no files",
    ),
    "options before the verb": (["--add", "x", "queries"], "after the verb"),
    "no time at all": (["query", "overview", "--timeout", "0"], "not in the range"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input(run: Command, case: str) -> None:
    arguments, message = BAD[case]
    outcome = run(*arguments)
    assert outcome.code == 2
    assert outcome.out == ""
    assert message in outcome.err


BAD_QUERIES = {
    "SELECT ?s WHERE {\n  ?s ?p }": "line 2, column 9: '}' does not fit there in SPARQL 1.1",
    "SELECT ?s WHERE {\n  ?s qkg:status": "line 2, column 16: something is missing before the end",
    "SELECT ?s WHERE { ?s foaf:name ?n }": "column 22: the prefix foaf: is not declared.",
    "SELEKT ?s WHERE { ?s ?p ?o }": "line 1, column 1: 'SELEKT' stands where",
    "": "it is empty",
    "INSERT DATA { <a:a> <a:b> <a:c> }": "only SELECT, ASK, CONSTRUCT and DESCRIBE are run",
    "LOAD <http://127.0.0.1:9/x>": "The query writes (LOAD)",
    "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }": "SERVICE at line 1, column 12",
    "SELECT * " + "{" * 129 + "}" * 129: "nests more than 128 brackets",
    "ASK {} -f": "The query is malformed",
}


@pytest.mark.parametrize("text", BAD_QUERIES)
def test_bad_query(run: Command, text: str) -> None:
    outcome = run("sparql", "-", stdin=text)
    assert outcome.code == 2
    assert outcome.out == ""
    assert BAD_QUERIES[text] in outcome.err
    assert outcome.err.count("\n") == 1


def test_answer_format_that_does_not_fit_the_form(run: Command) -> None:
    outcome = run("sparql", "-", "-f", "csv", stdin="CONSTRUCT WHERE { ?s a qkg:State }")
    assert outcome.code == 2
    assert "CONSTRUCT does not answer in csv" in outcome.err


def test_file_that_does_not_parse(run: Command, tmp_path: Path) -> None:
    (tmp_path / "good.ttl").write_text(GOOD)
    bad = tmp_path / "bad.ttl"
    bad.write_text(GOOD.replace("qkg:Place ;", "qkg:Place\n ,, ;"))
    for verb in (["query", "overview"], ["export"], ["show", "tokyo"]):
        outcome = run(*verb, "--data", str(tmp_path))
        assert outcome.code == 2
        assert outcome.out == ""
        assert f"{bad}:5:" in outcome.err
    checked = run("check", "--add", str(tmp_path))
    assert checked.code == 1
    assert checked.out.startswith(f"{bad}:5:")
    files = len(list((ROOT / "data").rglob("*.ttl"))) + 2
    assert f"{files} files checked: 1 finding." in checked.err


def test_two_files_of_one_name(run: Command, tmp_path: Path) -> None:
    (tmp_path / "entities").mkdir()
    (tmp_path / "entities" / "places.ttl").write_text(GOOD)
    outcome = run("query", "overview", "--add", str(tmp_path))
    assert outcome.code == 2
    assert "both the named graph <https://w3id.org/qkg/data/entities/places>" in outcome.err


def test_ambiguous_label_names_both(run: Command, tmp_path: Path) -> None:
    (tmp_path / "cities.ttl").write_text(GOOD + GOOD.replace("id:kyoto", "id:kyoto-2"))
    outcome = run("show", "kyoto", "--add", str(tmp_path))
    assert outcome.code == 0  # the local name goes before labels
    (tmp_path / "cities.ttl").write_text(GOOD.replace("kyoto", "k1") + GOOD.replace("kyoto", "k2"))
    outcome = run("show", "kyOTO", "--add", str(tmp_path))
    assert outcome.code == 2
    assert "'kyOTO' is the name of id:k1 and of id:k2" in outcome.err


def test_output_is_written_whole_or_not_at_all(run: Command, tmp_path: Path) -> None:
    target = tmp_path / "graph.ttl"
    target.write_text("before")
    assert run("export", "-o", str(target), "-f", "nope").code == 2
    assert run("export", "-o", str(target), "--data", str(tmp_path / "missing")).code == 2
    assert target.read_text() == "before"
    assert run("export", "-o", str(target)).code == 0
    assert target.read_text() == run("export").out
    assert [path.name for path in tmp_path.iterdir()] == ["graph.ttl"]
    outcome = run("export", "-o", str(tmp_path / "no" / "folder.ttl"))
    assert outcome.code == 2
    assert "cannot be written" in outcome.err


def test_check_reports_a_broken_claim_with_its_file(run: Command, tmp_path: Path) -> None:
    claim = tmp_path / "claims" / "bad.ttl"
    claim.parent.mkdir()
    claim.write_text("@prefix qkg: <https://w3id.org/qkg/ontology#> .\n<> a qkg:Claim .\n")
    outcome = run("check", str(claim.parent))
    assert outcome.code == 1
    assert (
        f"{claim}:2:1: Q051: <> has no qkg:status.\n    A claim has exactly one status"
        in outcome.out
    )
    findings = json.loads(run("check", str(claim.parent), "-f", "json").out)["findings"]
    assert {finding["focus"] for finding in findings} == {"<https://w3id.org/qkg/data/bad>"}
    assert run("check", "--data", str(claim)).code == 1


def test_check_of_one_shipped_file(run: Command) -> None:
    from qkg._paths import shipped

    assert run("check", str(shipped("data") / "entities" / "places.ttl")).code == 0


def test_closed_pipe_ends_quietly() -> None:
    process = subprocess.run(
        f"{sys.executable} -m qkg export -f nquads | head -c 10; exit ${{PIPESTATUS[0]}}",
        shell=True,
        executable="/bin/bash",
        capture_output=True,
        text=True,
    )
    assert process.stderr == ""
    assert process.returncode in (0, 141)  # a pipe may hold all of it


def test_ctrl_c_ends_quietly() -> None:
    # A cross product of the whole graph with itself, five times: nothing that ends by itself.
    text = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?o ?p }"
    process = subprocess.Popen(
        [sys.executable, "-m", "qkg", "sparql", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    process.stdin.write(text)
    process.stdin.close()
    process.stdin = None
    time.sleep(3)
    assert process.poll() is None
    os.kill(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err.strip()) == (130, "", "")


def test_timeout(run: Command) -> None:
    text = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?o ?p }"
    outcome = run("sparql", "-", "--timeout", "0.5", stdin=text)
    assert outcome.code == 3
    assert "did not end within 0.5 s" in outcome.err
    outcome = run("sparql", "-", "--cite", "--timeout", "0.5", stdin=text)
    assert outcome.code == 3
    assert "did not end within 0.5 s" in outcome.err


def test_reader_of_a_pipe_that_is_gone() -> None:
    read, write = os.pipe()
    os.close(read)
    process = subprocess.run(
        [sys.executable, "-m", "qkg", "export", "-f", "nquads"],
        stdout=write,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(write)
    assert (process.returncode, process.stderr) == (141, b"")


ODD = {
    "a base that is no IRI": (["query", "overview", "--base", "x y"], "", "is no IRI"),
    "an endless time": (["query", "overview", "--timeout", "inf"], "", "--timeout"),
    "a time that is none": (["query", "overview", "--timeout", "nan"], "", "no time that can be"),
    "bytes that are no text": (["show", os.fsdecode(b"\xff")], "", "There is no thing"),
    "a query that is no text": (["sparql", "-"], os.fsdecode(b"\xff"), "not UTF-8"),
}


@pytest.mark.parametrize("case", ODD)
def test_odd_input(case: str) -> None:
    arguments, text, message = ODD[case]
    process = subprocess.run(
        [sys.executable, "-m", "qkg", *arguments],
        input=os.fsencode(text),
        capture_output=True,
        check=False,
    )
    error = process.stderr.decode("utf-8", "replace")
    assert process.returncode == 2, error
    assert message in error
    assert "Traceback" not in error


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-"])
def test_closed_streams_give_no_traceback(closed: str) -> None:
    process = subprocess.run(
        f"{sys.executable} -m qkg sparql - {closed}",
        shell=True,
        input="ASK {}",
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode in (0, 2, 3)
    assert "Traceback" not in process.stderr


def test_little_address_space() -> None:
    process = subprocess.run(
        f"ulimit -v 900000; echo 'ASK {{}}' | {sys.executable} -m qkg sparql -",
        shell=True,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (process.stdout, process.stderr) == ("true\n", "")


def test_output_follows_links_and_keeps_modes(run: Command, tmp_path: Path) -> None:
    target, link = tmp_path / "target.ttl", tmp_path / "link.ttl"
    target.write_text("before")
    target.chmod(0o640)
    link.symlink_to(target)
    assert run("export", "-o", str(link)).code == 0
    assert link.is_symlink()
    assert target.stat().st_mode & 0o777 == 0o640
    assert target.read_text().startswith("@prefix")
    assert run("export", "-o", "/dev/null").code == 0
    assert Path("/dev/null").is_char_device()


def test_what_is_not_merged_is_shown_as_such(run: Command, tmp_path: Path) -> None:
    head = (
        "@prefix qkg: <https://w3id.org/qkg/ontology#> .\n"
        "@prefix id: <https://w3id.org/qkg/id/> .\n<> a qkg:Claim "
    )
    fact = " . id:osaka qkg:formalises id:japan .\n"
    (tmp_path / "disputed.ttl").write_text(f"{head}; qkg:status qkg:disputed{fact}")
    (tmp_path / "silent.ttl").write_text(f"{head}{fact}")
    out = run("show", "osaka", "--add", str(tmp_path)).out
    assert "data:disputed, disputed (qkg:disputed)" in out or "data:disputed, qkg:disputed" in out
    assert "data:silent, no status" in out


def test_unreadable_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir()
    (tmp_path / "open.ttl").write_text(GOOD)
    (tmp_path / "closed").chmod(0)
    arguments = [sys.executable, "-m", "qkg", "query", "overview", "--data", str(tmp_path)]
    if os.geteuid() == 0:
        arguments = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *arguments]
    process = subprocess.run(arguments, capture_output=True, text=True, check=False)
    (tmp_path / "closed").chmod(0o755)
    assert process.returncode == 2
    assert "closed cannot be read: Permission denied." in process.stderr


def test_check_names_every_file_at_fault(run: Command, tmp_path: Path) -> None:
    head = GOOD.split("id:kyoto")[0]
    wrong = 'id:ev a qkg:Event ; rdfs:label "Ev"@en ; qkg:occurredOn "soon" .\n'
    (tmp_path / "a.ttl").write_text(head + wrong)
    (tmp_path / "b.ttl").write_text(f'{head}id:ev rdfs:comment "x"@en .\n')
    line = (head + wrong).count("\n")
    outcome = run("check", str(tmp_path / "a.ttl"), "--add", str(tmp_path))
    assert outcome.code == 1
    assert outcome.out.startswith(f"{tmp_path / 'a.ttl'}:{line}:")
    assert " of Ev (id:ev) is “soon”, a plain string.\n    An event occurred on" in outcome.out
    assert str(tmp_path / "b.ttl") not in run("check", "--add", str(tmp_path)).out


def test_a_date_that_is_none_is_a_finding_and_no_traceback(run: Command, tmp_path: Path) -> None:
    path = tmp_path / "event.ttl"
    head = GOOD.split("id:kyoto")[0]
    date = '"2025-02-30"^^<http://www.w3.org/2001/XMLSchema#date>'
    path.write_text(f'{head}id:ev a qkg:Event ; rdfs:label "Ev"@en ; qkg:occurredOn {date} .\n')
    outcome = run("check", "--data", str(path))
    assert outcome.code == 1
    assert f"{path}:4:57: Q012: qkg:occurredOn of Ev (id:ev) is “2025-02-30”, a date" in outcome.out
    assert outcome.err == "1 file checked: 1 finding.\n"


def test_triples_as_terms_are_refused(run: Command, tmp_path: Path) -> None:
    for depth in (1, 3000, 30000):
        path = tmp_path / "deep.ttl"
        path.write_text("<a:a> <a:b> " + "<<( <a:a> <a:b> " * depth + "1" + " )>>" * depth + " .")
        outcome = run("check", "--data", str(path))
        assert outcome.code == 1
        assert (
            f"{path}:1:13: Q001: This is not Turtle: A triple as a term is none of" in outcome.out
        )
        assert "a node of its own" in outcome.out
