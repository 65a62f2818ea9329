"""What is tested with NumPy alone is read off the imports: every light module, and no test that needs more."""

import importlib.util
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
SPEC = importlib.util.spec_from_file_location("package_tool", ROOT / "tools" / "package.py")
tool = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(tool)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import numpy.linalg as l, math", {"numpy", "math"}),
        ("from softrecall import sdm, _checks", {"softrecall.sdm", "softrecall._checks"}),
        ("from softrecall.hypercube.optima import critical_distance", {"softrecall.hypercube"}),
        ("def f():\n    import torch.nn", {"torch"}),
        ("import softrecall", {"softrecall"}),
    ],
)
def test_an_import_counts_wherever_it_stands(source, expected):
    assert tool.imports_of(source) == expected


def test_every_module_that_needs_numpy_alone_has_a_test_that_needs_no_more():
    imports = {path.name: tool.imports_of(path.read_text(encoding="utf-8")) for path in tool.light_tests()}
    assert tool.light_modules() - set().union(*imports.values()) == set()
    assert {"test_similarity.py", "test_attention.py", "test_bad_input.py", "test_floors.py"} <= set(imports)
    assert not any({"torch", "matplotlib", "softrecall.plots"} & names for names in imports.values())


def test_the_job_begins_with_the_oldest_python_that_the_package_allows_and_tries_both_ends_of_numpy():
    job = yaml.safe_load((ROOT / ".github" / "workflows" / "package.yml").read_text(encoding="utf-8"))["jobs"][
        "package"
    ]
    matrix = job["strategy"]["matrix"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == f">={matrix['python'][0]}"
    assert set(matrix["numpy"]) == set(tool.RESOLUTIONS)
    assert [step["run"] for step in job["steps"] if "tools/package.py" in step.get("run", "")] != []
