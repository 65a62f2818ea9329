"""The life of a notebook: execute it, normalise what is stored, check it.

    python tools/notebooks.py execute   [files]   run each in a fresh kernel, store its outputs, normalise it
    python tools/notebooks.py verify    [files]   run each again and compare what it prints with what is stored
    python tools/notebooks.py normalise [files]   remove all that differs between two runs of the same code
    python tools/notebooks.py check     [files]   refuse what must not be published
    python tools/notebooks.py list                print the notebooks of the book, in its order

Without files: every notebook of ``_toc.yml``, in its order. A second ``execute`` changes no byte.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from notebook_form import ROOT, has_raised, imports, normalised_text, read, tags_of
from notebook_rules import faults, show
from processor import settings

CELL_SECONDS = 600
TOLD = {"numpy": "NumPy", "torch": "PyTorch", "matplotlib": "Matplotlib"}


def book_notebooks() -> list[Path]:
    """Return the notebooks of the book, in reading order."""
    toc = ROOT / "_toc.yml"
    if not toc.exists():
        return [path for path in (ROOT / "intro.ipynb", *sorted((ROOT / "chapters").glob("*.ipynb"))) if path.exists()]
    names = re.findall(r"^\s*(?:-\s+)?(?:root|file):\s*(\S+)", toc.read_text("utf-8"), re.MULTILINE)
    paths = [ROOT / (name.removesuffix(".ipynb") + ".ipynb") for name in names]
    return [path for path in paths if path.exists()]


async def execute(path: Path, folder: str) -> str | None:
    """Run one notebook in a fresh kernel and store it; return what went wrong, and then leave the file as it was."""
    nb = read(path)
    nb.metadata.pop("widgets", None)
    client = NotebookClient(
        nb,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        record_timing=False,
        extra_arguments=["--IPKernelApp.log_level=40"],  # no word about the unencrypted connection within one machine
        store_widget_state=True,
        resources={"metadata": {"path": str(path.resolve().parent)}},
    )
    try:
        await client.async_execute(env=environment(folder))
    except CellExecutionError as error:
        number = next(
            n for n, cell in enumerate(nb.cells, 1) if has_raised(cell) and "raises-exception" not in tags_of(cell)
        )
        return f"cell {number}: {error.ename}: {error.evalue}"
    except (CellTimeoutError, DeadKernelError) as error:
        return str(error).strip().splitlines()[0]
    nb.metadata["softrecall"] = {"tested_with": versions(nb)}
    path.write_text(normalised_text(nb, path.stem), "utf-8")
    return None


def environment(folder: str) -> dict[str, str]:
    """Return the variables of a kernel: no trace of the processor, nor of the user's profile and drawing backend."""
    kept = {key: value for key, value in os.environ.items() if key != "MPLBACKEND"}
    return kept | settings() | {"IPYTHONDIR": folder}


def versions(nb: NotebookNode) -> dict[str, str]:
    """Return the versions that a notebook ran with: Python and what of `TOLD` its code imports."""
    used = [name for name in TOLD if name in imports(nb)]
    python = ".".join(map(str, sys.version_info[:2]))
    return {"Python": python} | {TOLD[name]: version(name).split("+")[0] for name in used}


async def execute_all(paths: list[Path], jobs: int) -> list[str]:
    """Execute notebooks, `jobs` at a time; print a line for each and return one for each that failed."""
    turn, failed, done = asyncio.Semaphore(jobs), [], 0

    async def one(path: Path, folder: str) -> None:
        nonlocal done
        async with turn:
            start = time.perf_counter()
            problem = await execute(path, folder)
        done += 1
        print(f"[{done}/{len(paths)}] {time.perf_counter() - start:6.1f} s  {show(path)}", flush=True)
        if problem:
            failed.append(f"{show(path)}: not stored: {problem}")

    print(f"executing {len(paths)} notebook{'s' * (len(paths) != 1)}, {jobs} at a time", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        await asyncio.gather(*(one(path, folder) for path in paths))
    return sorted(failed)


def verify(paths: list[Path], jobs: int) -> int:
    """Run notebooks again with nbval, which compares what they print with what is stored; return its exit status."""
    nbval = ["--nbval", "--nbval-current-env", "--nbval-sanitize-with", str(ROOT / "tests" / "nbval.cfg")]
    spread = ["-p", "no:cacheprovider", "-n", str(jobs if len(paths) > 1 else 0), "--dist", "loadfile"]
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pytest", *nbval, *spread, *map(str, paths)]
        return subprocess.run(command, cwd=ROOT, env=environment(folder), check=False).returncode


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("action", choices=["execute", "verify", "normalise", "check", "list"])
    parser.add_argument("files", nargs="*", type=Path, help="notebooks; without any, all of the book")
    parser.add_argument("-j", "--jobs", type=int, default=2, help="notebooks run at a time (default: 2)")
    options = parser.parse_args(arguments)
    paths = options.files or book_notebooks()
    if not paths:
        parser.error("no notebook found")
    if options.action == "list":
        print(*map(show, paths), sep="\n")
    if options.action == "verify":
        return verify([path.resolve() for path in paths], options.jobs)
    problems = []
    if options.action == "execute":
        problems = asyncio.run(execute_all(paths, options.jobs))
    for path in paths:
        if options.action == "normalise":
            path.write_text(normalised_text(read(path), path.stem), "utf-8")
        elif options.action == "check":
            problems += [f"{show(path)}: {fault}" for fault in faults(path)]
    print("\n".join(problems), end="\n" if problems else "", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
