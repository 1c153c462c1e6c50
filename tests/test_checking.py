"""The hook and the workflows of docs/checking.md: they are well-formed, and their commands run."""

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT

from qkg.cli.check import REPORTS
from qkg.scaffold import Source, new_claim, new_document, write

PAGE = (ROOT / "docs" / "checking.md").read_text(encoding="utf-8")
(HOOK,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
LOCAL, OWN, GITHUB, GITLAB = map(yaml.safe_load, re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL))


def commands(node: Any) -> list[str]:
    """Return the texts of a document that call qkg."""
    if isinstance(node, dict):
        node = list(node.values())
    if isinstance(node, list):
        return [command for each in node for command in commands(each)]
    return [node] if isinstance(node, str) and re.search(r"\bqkg check -", node) else []


def outcome(command: str, cwd: Path) -> tuple[int, str]:
    """Run a line of a shell with qkg installed, and return its code and what it printed."""
    folder = shlex.quote(str(Path(sys.executable).parent))
    process = subprocess.run(
        f"PATH={folder}:$PATH; {command.replace('.venv/bin/', '')}",
        shell=True,
        executable="/bin/bash",
        capture_output=True,
        text=True,
        cwd=cwd,
        timeout=120,
        check=False,
    )
    assert "Traceback" not in process.stderr
    return process.returncode, process.stdout + process.stderr


FACT = """
<https://w3id.org/qkg/id/{name}>
    a <https://w3id.org/qkg/ontology#Event> ;
    <http://www.w3.org/2000/01/rdf-schema#label> "Meeting of the {name}"@en .
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository of somebody's own, with a document and a claim in its data."""
    (tmp_path / "data").mkdir()
    write(new_document("news", title="News", url=["https://example.org"]), tmp_path / "data")
    written(tmp_path, "council")
    return tmp_path


def written(repository: Path, name: str) -> Path:
    """Write a claim with a fact, and return its path."""
    claim = new_claim(Source("news"), name, locator=f"paragraph on the {name}")
    write(claim, repository / "data")
    path = repository / "data" / "news" / f"{name}.ttl"
    path.write_text(path.read_text() + FACT.format(name=name))
    return path


HOOK_COMMAND = shlex.join([*shlex.split(HOOK["entry"]), *HOOK["args"]])
SHELL = [
    f"{HOOK_COMMAND} data/news/council.ttl",
    f"{LOCAL['repos'][0]['hooks'][0]['entry']} data/news/council.ttl",
    *commands(GITHUB),
    *commands(GITLAB),
]


def test_the_hook_takes_the_files_below_data_and_no_others() -> None:
    assert set(HOOK) >= {"id", "name", "description", "entry", "language"}
    assert HOOK["language"] == "python"
    taken = re.compile(HOOK["files"])
    for path in ROOT.rglob("*.ttl"):
        name = path.relative_to(ROOT).as_posix()
        assert bool(taken.search(name)) == name.startswith("data/")
    assert LOCAL["repos"][0]["hooks"][0]["files"] == HOOK["files"]


def test_the_page_names_the_hook_and_has_a_command_for_each_place() -> None:
    for page in (LOCAL, OWN):
        assert [hook["id"] for hook in page["repos"][0]["hooks"]] == [HOOK["id"]]
    (job,) = GITHUB["jobs"].values()
    assert "runs-on" in job
    assert all({"uses", "run"} & set(step) for step in job["steps"])
    assert GITLAB["check"]["artifacts"]["reports"]["junit"] in commands(GITLAB)[0]
    assert len(SHELL) == 4


@pytest.mark.parametrize("command", SHELL)
def test_commands_tell_good_data_from_bad(command: str, repository: Path) -> None:
    wanted = re.search(r"-f (\w+)", command)
    assert wanted is None or wanted[1] in REPORTS
    code, printed = outcome(command, repository)
    assert code == 0, printed
    claim = repository / "data" / "news" / "council.ttl"
    claim.write_text(claim.read_text().replace("qkg:asserted", "qkg:assertet"))
    code, printed = outcome(command, repository)
    assert code == 1, printed
    written = repository / "check.xml"
    report = printed + (written.read_text() if written.exists() else "")
    assert "data/news/council.ttl" in report


def test_a_finding_elsewhere_does_not_hold_up_the_hook(repository: Path) -> None:
    other = written(repository, "other")
    other.write_text(other.read_text().replace("qkg:asserted", "qkg:assertet"))
    assert outcome(SHELL[0], repository)[0] == 0
    assert outcome(f"{HOOK_COMMAND} data/news/other.ttl", repository)[0] == 1
