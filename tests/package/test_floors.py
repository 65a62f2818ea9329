"""The package is built in floors: floors.toml says what each module may import, and nothing imports in a circle."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
SOURCE = TESTS.parent / "src" / "softrecall"
FLOORS = tomllib.loads((TESTS / "floors.toml").read_text(encoding="utf-8"))
FILES = sorted(SOURCE.rglob("*.py"))
DYNAMIC = {"__import__", "import_module", "exec", "eval", "spec_from_file_location", "run_module", "run_path"}


def dotted(path):
    """src/softrecall/plots/_style.py -> softrecall.plots._style; a folder is named by its __init__.py."""
    parts = path.relative_to(SOURCE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def row_of(module):
    """Find the row of the table that a module belongs to: softrecall.plots._style -> plots, softrecall -> __init__."""
    return module.split(".")[1] if "." in module else "__init__"


MODULES = {dotted(path): path for path in FILES}


def imports_of(module, source, is_package, known):
    """List the dotted names that a source imports, relative ones resolved, also inside functions and branches."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                anchor = module.split(".") if is_package else module.split(".")[:-1]
                anchor = anchor[: len(anchor) - node.level + 1]
                base = ".".join([*anchor, *base.split(".")] if base else anchor)
            names = {f"{base}.{alias.name}" for alias in node.names}
            found |= {name if name in known else base for name in names}
    return found


def dynamic_imports_of(source):
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name | ast.Attribute):
            names.add(node.id if isinstance(node, ast.Name) else node.attr)
    return names & DYNAMIC


def allowed(row):
    below = {name for name, other in FLOORS.items() if other["floor"] <= FLOORS[row].get("all_up_to", -1)}
    return below | set(FLOORS[row]["package"]) | {row, "__init__"}


def violations(module, source, is_package=False, known=frozenset(MODULES)):
    row, wrong = row_of(module), []
    for name in sorted(imports_of(module, source, is_package, known)):
        top = name.split(".")[0]
        if top == "softrecall":
            wrong += [name] if row_of(name) not in allowed(row) else []
        elif top not in sys.stdlib_module_names and top not in FLOORS[row]["third_party"]:
            wrong.append(name)
    if FLOORS[row]["floor"] <= 2 and not FLOORS[row].get("is_lazy"):
        wrong += sorted(dynamic_imports_of(source))
    return wrong


def cycle_in(graph):
    """Return one cycle of a graph as a list of nodes, or an empty list."""
    done = set()

    def follow(node, path):
        if node in path:
            return [*path[path.index(node) :], node]
        if node in done:
            return []
        for target in sorted(graph.get(node, ())):
            if found := follow(target, [*path, node]):
                return found
        done.add(node)
        return []

    return next((found for node in sorted(graph) if (found := follow(node, []))), [])


# The checks themselves


@pytest.mark.parametrize(
    ("module", "source", "expected"),
    [
        ("similarity", "import torch", ["torch"]),
        ("similarity", "import numpy.linalg, math\nfrom collections.abc import Iterator", []),
        ("similarity", "def f():\n    if True:\n        from scipy.special import softmax", ["scipy.special"]),
        ("similarity", "from softrecall.hypercube import random_bits", ["softrecall.hypercube"]),
        ("similarity", "from . import hypercube, _checks", ["softrecall.hypercube"]),
        ("similarity", "from .hypercube.bits import pack_bits", ["softrecall.hypercube.bits"]),
        ("similarity", "from softrecall import __version__", []),
        ("hypercube.bits", "from .balls import ball_fraction\nfrom . import balls\nfrom .. import _checks", []),
        ("hypercube.bits", "from ..similarity import softmax", ["softrecall.similarity"]),
        ("_checks", "import softrecall.similarity as s", ["softrecall.similarity"]),
        ("hypercube.balls", "import importlib\nx = importlib.import_module('torch')", ["import_module"]),
        ("hypercube.balls", "x = __import__('torch')", ["__import__"]),
        ("plots._style", "from softrecall.similarity import softmax\nimport seaborn", []),
        ("plots._style", "import softrecall.widgets\nimport torch", ["softrecall.widgets", "torch"]),
        ("widgets", "import torch", ["torch"]),
    ],
)
def test_the_check_sees_every_way_to_import(module, source, expected):
    assert violations(f"softrecall.{module}", source) == expected


def test_the_check_resolves_relative_imports_of_a_folder():
    source = "from .bits import pack_bits\nfrom ..similarity import softmax"
    found = imports_of("softrecall.hypercube", source, True, MODULES)
    assert found == {"softrecall.hypercube.bits", "softrecall.similarity"}


def test_the_check_finds_a_cycle_where_there_is_one():
    assert cycle_in({"a": {"b"}, "b": {"c"}, "c": {"d"}, "d": {"b"}}) == ["b", "c", "d", "b"]
    assert cycle_in({"a": {"a"}}) == ["a", "a"]
    assert cycle_in({"a": {"b", "c"}, "b": {"d"}, "c": {"d"}}) == []


# The package


def test_every_module_has_a_row_and_every_row_a_module():
    assert sorted({row_of(module) for module in MODULES}) == sorted(FLOORS)


def test_the_table_itself_never_points_upwards():
    for row, entry in FLOORS.items():
        assert set(entry) <= {"floor", "package", "all_up_to", "third_party", "is_lazy"}
        assert entry.get("all_up_to", -1) < entry["floor"]
        assert all(FLOORS[name]["floor"] <= entry["floor"] for name in entry["package"]), row
        assert entry["floor"] > 2 or set(entry["third_party"]) <= {"numpy"}, row
    assert cycle_in({row: set(entry["package"]) for row, entry in FLOORS.items()}) == []
    assert [row for row, entry in FLOORS.items() if entry.get("is_lazy")] == ["__init__"]


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_what_its_row_allows(module):
    path = MODULES[module]
    assert violations(module, path.read_text(encoding="utf-8"), path.name == "__init__.py") == []


def test_no_module_imports_itself_through_others():
    graph = {}
    for module, path in MODULES.items():
        imports = imports_of(module, path.read_text(encoding="utf-8"), path.name == "__init__.py", MODULES)
        graph[module] = imports & set(MODULES)
    assert cycle_in(graph) == []


def modules_loaded_by(code):
    """Run code in a fresh interpreter with warnings as errors; list the top-level modules that it loads."""
    report = "print(*sorted({name.split('.')[0] for name in set(sys.modules) - before}))"
    script = f"import sys\nbefore = set(sys.modules)\n{code}\n{report}"
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_the_package_and_its_first_floors_load_numpy_and_nothing_else_from_elsewhere():
    loaded = modules_loaded_by("import softrecall, softrecall.similarity, softrecall.hypercube")
    assert loaded & {"torch", "matplotlib", "scipy", "seaborn", "IPython", "anywidget", "pandas"} == set()
    assert {"numpy", "softrecall"} <= loaded


def test_all_modules_of_floors_0_to_2_load_numpy_and_nothing_else_from_elsewhere():
    low = sorted(module for module in MODULES if FLOORS[row_of(module)]["floor"] <= 2)
    loaded = modules_loaded_by("\n".join(f"import {module}" for module in low))
    assert loaded - set(sys.stdlib_module_names) == {"numpy", "softrecall"}


def test_the_bare_package_does_not_even_load_numpy():
    assert modules_loaded_by("import softrecall") - set(sys.stdlib_module_names) == {"softrecall"}


PUBLIC = sorted(row for row in FLOORS if not row.startswith("_"))


def test_a_module_is_there_once_it_is_named_and_is_loaded_no_sooner():
    names = [row for row in PUBLIC if FLOORS[row]["floor"] <= 2]
    for name in names:
        others = "\n".join(f"assert 'softrecall.{other}' not in sys.modules" for other in names)
        code = f"import softrecall\n{others}\nassert softrecall.{name} is sys.modules['softrecall.{name}']"
        assert "softrecall" in modules_loaded_by(code)


def test_what_the_package_lists_is_its_public_modules_and_listing_loads_none():
    code = f"import softrecall\nassert [n for n in dir(softrecall) if n[0] != '_'] == {PUBLIC}"
    assert modules_loaded_by(f"{code}\nassert '__version__' in dir(softrecall)") & {"numpy", "torch"} == set()


def test_a_module_that_does_not_exist_is_an_attribute_error_and_one_without_its_library_says_which():
    code = "import softrecall\ntry:\n    softrecall.atention\nexcept AttributeError as error:\n    said = str(error)"
    modules_loaded_by(f"{code}\nassert said == \"module 'softrecall' has no attribute 'atention'\", said")
    code = "sys.modules['torch'] = None\nimport softrecall\ntry:\n    softrecall.training\nexcept ImportError as error:"
    assert "softrecall" in modules_loaded_by(f"{code}\n    said = str(error)\nassert 'torch' in said, said")


def test_no_source_of_the_package_uses_assert():
    found = [
        path.name for path in FILES for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Assert)
    ]
    assert found == []


def test_the_package_says_that_it_is_typed():
    assert (SOURCE / "py.typed").is_file()
    project = tomllib.loads((TESTS.parent / "pyproject.toml").read_text(encoding="utf-8"))
    assert "py.typed" in project["tool"]["setuptools"]["package-data"]["softrecall"]
