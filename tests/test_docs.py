"""Every example of the README, of docs/ and of --help is run, and shows what it really prints."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
from conftest import ROOT

from qkg import queries
from qkg.cli import cli

README = (ROOT / "README.md").read_text(encoding="utf-8")
PATHS = (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md")))


def examples(text: str) -> list[tuple[str, str]]:
    """Return the commands that follow ``$`` with what is shown below each."""
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif found:
            found[-1][1].append(line)
    return [(command, "\n".join(shown).strip()) for command, shown in found]


def printed(command: str) -> str:
    """Run a command line in a shell, in a checkout, and return all that it prints."""
    folder = Path(sys.executable).parent
    process = subprocess.run(
        f"PATH={shlex.quote(str(folder))}:$PATH; {{ {command} ; }} 2>&1",
        shell=True,
        executable="/bin/bash",
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=300,
    )
    return "\n".join(line.rstrip() for line in process.stdout.splitlines()).strip()


def blocks(language: str) -> list[str]:
    """Return the blocks of the pages that are in a language."""
    pattern = re.compile(rf"```{language}\n(.*?)```", re.DOTALL)
    texts = (path.read_text(encoding="utf-8") for path in PATHS)
    return [block for text in texts for block in pattern.findall(text)]


CONSOLE = [example for block in blocks("console") for example in examples(block)]


def commands(command: click.Command, name: str = "") -> dict[str, click.Command]:
    """Return a command and all below it, each by its words after ``qkg``."""
    found = {name: command}
    if isinstance(command, click.Group):
        context = click.Context(command)
        for verb in command.list_commands(context):
            below = command.get_command(context, verb)
            assert below is not None
            found |= commands(below, f"{name} {verb}".strip())
    return found


HELP = commands(cli)


def test_there_are_examples() -> None:
    assert len(CONSOLE) >= 5


@pytest.mark.parametrize(("command", "shown"), CONSOLE, ids=lambda text: text[:40])
def test_example(command: str, shown: str) -> None:
    assert printed(command) == shown


@pytest.mark.parametrize("block", blocks("python"))
def test_python_example(
    block: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    lines = [line[4:] for line in block.splitlines() if line.startswith((">>> ", "... "))]
    shown = [line for line in block.splitlines() if not line.startswith((">>>", "..."))]
    namespace: dict[str, object] = {}
    for line in lines:
        exec(compile(line, "<example>", "single"), namespace)
    assert lines
    assert capsys.readouterr().out.splitlines() == shown


def text_of(name: str) -> str:
    command = HELP[name]
    return command.get_help(click.Context(command, info_name=f"qkg {name}".strip()))


@pytest.mark.parametrize("name", HELP)
def test_help_example(name: str) -> None:
    text = text_of(name)
    block = re.search(r"  Examples:\n(.*?)\n\nOptions:", text, re.DOTALL)
    assert block, f"qkg {name} --help has no example"
    lines = "\n".join(line.removeprefix("    ") for line in block[1].splitlines())
    found = examples(lines)
    assert found
    for command, shown in found:
        assert printed(command) == shown


@pytest.mark.parametrize("name", HELP)
def test_every_option_has_help(name: str) -> None:
    for parameter in HELP[name].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"qkg {name} {parameter.opts}"


def test_version_is_the_same_everywhere() -> None:
    version = printed("qkg --version").removeprefix("qkg ")
    assert f'version = "{version}"' in (ROOT / "pyproject.toml").read_text()
    assert f"version: {version}" in (ROOT / "CITATION.cff").read_text()
    assert f"## [{version}]" in (ROOT / "CHANGELOG.md").read_text()
    ontology = (ROOT / "ontology" / "qkg.ttl").read_text()
    assert f'owl:versionInfo "{version}"' in ontology
    assert f"<https://w3id.org/qkg/ontology/{version}>" in ontology


def test_readme_lists_every_question() -> None:
    for name in queries.names(ROOT / "queries"):
        query = queries.stored_query(ROOT / "queries", name)
        parameters = ", ".join(f"`{parameter}`" for parameter in query.parameters) or "none"
        assert f"| {query.summary} | [`{name}`](queries/{name}.rq) | {parameters} |" in README


def test_every_question_is_among_the_competency_questions_or_the_others() -> None:
    text = (ROOT / "docs" / "questions.md").read_text(encoding="utf-8")
    named = re.findall(r"\[`([\w-]+)`\]\(\.\./queries/\1\.rq\)", text)
    assert sorted(named) == list(queries.names(ROOT / "queries"))


@pytest.mark.parametrize("path", PATHS)
def test_documents_name_only_terms_that_exist(path: Path) -> None:
    ontology = (ROOT / "ontology" / "qkg.ttl").read_text(encoding="utf-8")
    terms = set(re.findall(r"^qkg:(\w+)$", ontology, re.MULTILINE))
    text = path.read_text(encoding="utf-8")
    diagrams = "\n".join(re.findall(r"```mermaid\n(.*?)```", text, re.DOTALL))
    edges = {
        name
        for label in re.findall(r"\|\"?([\w: /]+?)\"?\|", diagrams)
        for name in label.split(" / ")
        if ":" not in name
    }
    assert edges <= terms
    assert set(re.findall(r"qkg:(\w+)", text)) <= terms | {"basedInn", "parameters"}


def test_links_lead_somewhere() -> None:
    for path in PATHS:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path}: {target}"
