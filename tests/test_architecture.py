"""The structure that the design asks for: who imports whom, and what a plain query loads."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

SOURCE = ROOT / "src" / "qkg"
MODULES = sorted(SOURCE.rglob("*.py"))

# Each layer may import those below it, and its own.
LAYERS = (
    {"__main__", "cli"},
    {"__init__", "graph", "loading"},
    {
        "citations",
        "editing",
        "explanation",
        "export",
        "known",
        "passages",
        "references",
        "scaffold",
    },
    {"checks"},
    {"shapes"},
    {"claims", "memory", "names", "queries", "rules", "support", "things", "_header"},
    {"engines"},
    {
        "answers",
        "errors",
        "namespaces",
        "numbers",
        "sparql",
        "_batches",
        "_garbage",
        "_gate",
        "_kept",
        "_paths",
    },
)
# Where each of the heavy packages is imported, and nowhere else.
HOMES = {
    "rdflib": "engines/rdflib.py",
    "pyshacl": "shapes/reference.py",
    "SPARQLWrapper": "engines/endpoint.py",
    "lark": "sparql/grammar.py",
    "owlrl": None,
    "pyld": "export/jsonld.py",
}


def part(path: Path) -> str:
    return path.relative_to(SOURCE).with_suffix("").parts[0]


def layer(name: str) -> int:
    return next(i for i, names in enumerate(LAYERS) if name in names)


def is_type_checking(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def imports(path: Path) -> set[str]:
    """Return the modules that a module imports when it runs."""
    found: set[str] = set()
    pending: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.update(
                f"{node.module}.{alias.name}" if node.module == "qkg" else node.module
                for alias in node.names
            )
        pending += [
            child
            for child in ast.iter_child_nodes(node)
            if not (isinstance(child, ast.stmt) and is_type_checking(child))
        ]
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_point_down(path: Path) -> None:
    for module in imports(path):
        if module.startswith("qkg."):
            name = module.split(".")[1]
            assert layer(name) >= layer(part(path)), f"{path} imports {module}"


@pytest.mark.parametrize("package", HOMES)
def test_heavy_packages_have_one_home(package: str) -> None:
    found = {
        path.relative_to(SOURCE).as_posix()
        for path in MODULES
        if any(module.split(".")[0] == package for module in imports(path))
    }
    assert found == ({HOMES[package]} if HOMES[package] else set())


@pytest.mark.parametrize(
    "arguments",
    [["query", "signatories"], ["sparql", "-"], ["show", "tokyo"], ["queries"], ["export"]],
)
def test_a_plain_command_loads_none_of_them(arguments: list[str]) -> None:
    program = (
        "import atexit, os, sys\n"
        "from qkg import cli\n"
        "sys.argv = ['qkg', *sys.argv[1:]]\n"
        "code = cli._run()\n"
        f"loaded = sorted(set({sorted(HOMES)!r}) & set(sys.modules))\n"
        "sys.stderr.write(f'{code} {loaded}')\n"
    )
    process = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        input="ASK { ?s ?p ?o }",
        capture_output=True,
        text=True,
        check=True,
    )
    assert process.stderr.endswith("0 []"), process.stderr


def test_a_query_loads_no_other_verb() -> None:
    program = (
        "import sys\n"
        "from qkg import cli\n"
        "sys.argv = ['qkg', 'query', 'signatories']\n"
        "cli._run()\n"
        "sys.stderr.write(str(sorted(m for m in sys.modules if m.startswith('qkg.cli.'))))\n"
    )
    process = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = ast.literal_eval(process.stderr)
    assert loaded == [
        f"qkg.cli.{name}" for name in ("ask", "files", "options", "printing", "verbs")
    ]


def test_import_does_no_work() -> None:
    program = "import sys, qkg; print(sorted(m for m in sys.modules if m.startswith('qkg')))"
    process = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert process.stdout.strip() == "['qkg']"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_public_names_are_listed_and_exist(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    listed: set[str] = set()
    defined: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = {target.id for target in targets if isinstance(target, ast.Name)}
            if "__all__" in names and node.value is not None:
                listed = set(ast.literal_eval(node.value))
            defined |= names
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            defined.add(node.name)
    if path.name == "__main__.py":
        return
    public = {name for name in defined if not name.startswith("_") and len(name) != 1}
    if path.name != "__init__.py":
        assert public - listed <= {"T", "F"}, f"{path} does not list {public - listed}"
