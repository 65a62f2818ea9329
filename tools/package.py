"""Test the package alone: NumPy and nothing else from elsewhere, with one Python and the lowest or newest NumPy.

    python tools/package.py --numpy lowest
    python tools/package.py --numpy newest --python 3.13

It builds the package, installs it in a fresh environment that is thrown away, and runs what needs no more than NumPy:
the doctests of floors 0 to 2 and every file of tests/package that imports nothing beyond them. It needs uv
(``pip install uv``), which knows how to install the lowest NumPy that pyproject.toml allows and this Python has.
"""

from __future__ import annotations

import argparse
import ast
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TESTS = ROOT / "tests"
TOOLS = {"numpy", "pytest", "hypothesis", *(path.stem for path in TESTS.glob("*.py"))}  # what the tests may import too
RESOLUTIONS = {"lowest": "lowest-direct", "newest": "highest"}


def light_modules() -> set[str]:
    """Name the modules of floors 0 to 2, which run with NumPy alone."""
    floors = tomllib.loads((TESTS / "floors.toml").read_text(encoding="utf-8"))
    return {f"softrecall.{row}" for row, entry in floors.items() if entry["floor"] <= 2 and row != "__init__"}


def imports_of(source: str) -> set[str]:
    """Name what a source imports: ``softrecall.sdm`` for any part of that module, other packages by first name."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            is_package = node.module == "softrecall"
            names |= {f"softrecall.{alias.name}" for alias in node.names} if is_package else {node.module or ""}
    return {".".join(name.split(".")[: 2 if name.startswith("softrecall") else 1]) for name in names}


def light_tests() -> list[Path]:
    """List the tests of the package that import nothing beyond NumPy, what runs tests, and floors 0 to 2."""
    known = TOOLS | {"softrecall"} | light_modules() | set(sys.stdlib_module_names)
    files = sorted((TESTS / "package").glob("test_*.py"))
    return [path for path in files if imports_of(path.read_text(encoding="utf-8")) <= known]


def run(*command: str | Path) -> int:
    """Run a command at the root of the book, and show it."""
    print("+", *command, flush=True)
    return subprocess.run([str(part) for part in command], cwd=ROOT, check=False).returncode


def main() -> int:
    """Build, install, test; the exit status is that of the first step that failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--numpy", choices=sorted(RESOLUTIONS), default="newest", help="which NumPy to install")
    parser.add_argument("--python", default=sys.executable, help="a version or a path, as uv takes it")
    arguments = parser.parse_args()
    uv = shutil.which("uv")
    if uv is None:
        print("uv is needed (pip install uv)", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        python = Path(folder) / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        install: list[str | Path] = [uv, "pip", "install", "--quiet", "--python", python, "--only-binary", "numpy"]
        show = "import sys, numpy; print('Python', sys.version.split()[0], 'NumPy', numpy.__version__)"
        steps: list[list[str | Path]] = [
            [uv, "venv", "--quiet", "--clear", "--python", arguments.python, folder],
            [*install, "--resolution", RESOLUTIONS[arguments.numpy], ROOT],
            [*install, "pytest>=8", "hypothesis>=6"],
            [python, "-c", show],
            [python, "-m", "pytest", "-p", "no:cacheprovider", *light_tests()],
            [
                python,
                "-m",
                "pytest",
                "-p",
                "no:cacheprovider",
                "--doctest-modules",
                "--pyargs",
                *sorted(light_modules()),
            ],
        ]
        return next((status for step in steps if (status := run(*step))), 0)


if __name__ == "__main__":
    sys.exit(main())
