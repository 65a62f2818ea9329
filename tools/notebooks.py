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
import json
import os
import re
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import yaml
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode, ValidationError, from_dict, v4, validate
from processor import settings

ROOT = Path(__file__).resolve().parent.parent
STATE = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
IMAGES = ("image/svg+xml", "image/png", "image/jpeg")
STUB = 'export default{render({el}){el.textContent="Run this cell to play."}}'
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "softrecall/notebooks")
CELL_SECONDS = 600
MAX_LINES, MAX_FOLDED_LINES, MAX_CODE_CELLS, MAX_BYTES = 12, 36, 20, 1500 * 1024
MAX_CHARACTERS = 66  # of a line of code, so that none runs over the edge of a page

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
LANGUAGE = {"file_extension": ".py", "mimetype": "text/x-python", "name": "python", "pygments_lexer": "ipython3"}
NOISE = (
    "ExecuteTime",
    "colab",
    "collapsed",
    "editable",
    "execution",
    "id",
    "outputId",
    "scrolled",
    "trusted",
    "vscode",
)
TOLD = {"numpy": "NumPy", "torch": "PyTorch", "matplotlib": "Matplotlib"}
NOTEBOOK_NOISE = ("accelerator", "colab", "orig_nbformat", "signature", "toc", "vscode")

SETUP_TAGS = ["setup", "remove-cell"]
_SETUP = """\
# Finds the book's package. The published page leaves this cell out.
import sys

sys.path += ["../src", "src"]  # where it lies in a copy of the book
try:
    from softrecall import book
{otherwise}
book.setup()"""
_ASK = """\
except ImportError as error:
    raise ImportError("run in a copy of the book:  pip install -e '.[book]'  and then  jupyter lab") from error"""
_INSTALL = """\
except ImportError:
    get_ipython().run_line_magic("pip", "install -q 'softrecall[book] @ git+{url}'")
    from softrecall import book"""


def setup_cell(url: str | None = None) -> str:
    """Return the first code cell of every notebook.

    Where the package is missing it installs it from `url`, or says how if the book has no public address yet. The
    address stands in one place, ``repository.url`` of ``_config.yml``; ``normalise`` brings every notebook up to date.
    """
    if url is None:
        url = (yaml.safe_load((ROOT / "_config.yml").read_text("utf-8")).get("repository") or {}).get("url")
    return _SETUP.format(otherwise=_INSTALL.format(url=url) if url else _ASK)


def book_notebooks() -> list[Path]:
    """Return the notebooks of the book, in reading order."""
    toc = ROOT / "_toc.yml"
    if not toc.exists():
        return [path for path in (ROOT / "intro.ipynb", *sorted((ROOT / "chapters").glob("*.ipynb"))) if path.exists()]
    names = re.findall(r"^\s*(?:-\s+)?(?:root|file):\s*(\S+)", toc.read_text("utf-8"), re.MULTILINE)
    paths = [ROOT / (name.removesuffix(".ipynb") + ".ipynb") for name in names]
    return [path for path in paths if path.exists()]


# --- normalise ---------------------------------------------------------------------------------------------------


def read(path: Path) -> NotebookNode:
    """Read a notebook as it is: nothing is added, converted or validated."""
    return v4.reads(path.read_text("utf-8"))


def normalised_text(nb: NotebookNode, name: str) -> str:
    """Normalise a notebook in place and return its text; `name` (the file's stem) seeds its ids."""
    nb.nbformat, nb.nbformat_minor = 4, 5
    nb.metadata.update(kernelspec=dict(KERNEL), language_info=dict(LANGUAGE))
    for key in NOTEBOOK_NOISE:
        nb.metadata.pop(key, None)
    _name_cells(nb, name)
    _name_widgets(nb, name)
    count = 0
    for cell in nb.cells:
        for key in NOISE:
            cell.metadata.pop(key, None)
        if not _tags(cell):
            cell.metadata.pop("tags", None)
        if cell.cell_type != "code":
            continue
        if "setup" in _tags(cell):
            cell.source = setup_cell()
        if not cell.source.strip():
            cell.execution_count, cell.outputs = None, []
        elif cell.execution_count is not None:
            count += 1
            cell.execution_count = count
        cell.outputs = _plain_outputs(cell.outputs, cell.execution_count)
    return v4.writes(nb) + "\n"


def _name_cells(nb: NotebookNode, name: str) -> None:
    """Keep the ids of cells; give one to a cell without, or with the id of an earlier one."""
    used: set[str] = set()
    taken = {cell.get("id") for cell in nb.cells}
    for position, cell in enumerate(nb.cells):
        attempt = 0
        while not cell.get("id") or cell["id"] in used:
            fresh = uuid.uuid5(NAMESPACE, f"{name}/cell/{position}/{attempt}").hex[:8]
            attempt += 1
            if fresh not in taken:
                cell["id"] = fresh
        used.add(cell["id"])


def _name_widgets(nb: NotebookNode, name: str) -> None:
    """Name displayed widgets, and the models they refer to, by order of appearance; drop the others and all scripts."""
    state = nb.metadata.pop("widgets", {}).get(STATE, {}).get("state", {})
    views = [output.data[VIEW] for output in _outputs(nb) if VIEW in output.get("data", {})]
    order: list[str] = []

    def visit(model_id: str) -> None:
        if model_id in state and model_id not in order:
            order.append(model_id)
            for other in re.findall(r"IPY_MODEL_(\w+)", json.dumps(state[model_id], sort_keys=True)):
                visit(other)

    for view in views:
        visit(view["model_id"])
    names = {old: uuid.uuid5(NAMESPACE, f"{name}/widget/{number}").hex for number, old in enumerate(order)}
    for view in views:
        view["model_id"] = names.get(view["model_id"], view["model_id"])
    kept = {}
    for old in order:
        text = re.sub(r"IPY_MODEL_(\w+)", lambda m: "IPY_MODEL_" + names.get(m[1], m[1]), json.dumps(state[old]))
        model = json.loads(text)
        values = model.get("state", {})
        values.update({key: new for key, new in (("_esm", STUB), ("_css", "")) if key in values})
        kept[names[old]] = model
    if kept:
        nb.metadata["widgets"] = from_dict({STATE: {"state": kept, "version_major": 2, "version_minor": 0}})


def _outputs(nb: NotebookNode) -> Iterator[NotebookNode]:
    for cell in nb.cells:
        yield from cell.get("outputs", [])


def _plain_outputs(outputs: list[NotebookNode], count: int | None) -> list[NotebookNode]:
    """Join neighbouring streams, cut tracebacks (they hold paths) to their last line, shorten SVG paths."""
    plain: list[NotebookNode] = []
    for output in outputs:
        if output.output_type == "stream" and plain and plain[-1].get("name") == output.name:
            plain[-1].text += output.text
            continue
        if output.output_type == "execute_result":
            output.execution_count = count
        elif output.output_type == "error":
            output.traceback = [f"{output.ename}: {output.evalue}"]
        if "image/svg+xml" in output.get("data", {}):
            output.data["image/svg+xml"] = _short_svg(output.data["image/svg+xml"])
        plain.append(output)
    return plain


def _short_svg(svg: str) -> str:
    """Write the coordinates of a path on one line, to a thousandth of a point: a fifth fewer bytes to store."""

    def short_number(match: re.Match) -> str:
        return f"{round(float(match[0]), 3) + 0.0:.3f}".rstrip("0").rstrip(".")

    def short_path(match: re.Match) -> str:
        return ' d="' + re.sub(r"-?\d+\.\d+", short_number, " ".join(match[1].split())) + '"'

    return re.sub(r'\sd="([^"]*)"', short_path, svg)


# --- execute -----------------------------------------------------------------------------------------------------


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
            n for n, cell in enumerate(nb.cells, 1) if _raises(cell) and "raises-exception" not in _tags(cell)
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
    code = "\n".join(cell.source for cell in nb.cells if cell.cell_type == "code")
    used = [name for name in TOLD if re.search(rf"^\s*(?:import|from) {name}\b", code, re.MULTILINE)]
    python = ".".join(map(str, sys.version_info[:2]))
    return {"Python": python} | {TOLD[name]: version(name).split("+")[0] for name in used}


def _tags(cell: NotebookNode) -> list[str]:
    return cell.metadata.get("tags", [])


def _raises(cell: NotebookNode) -> bool:
    return any(output.output_type == "error" for output in cell.get("outputs", []))


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


# --- check -------------------------------------------------------------------------------------------------------


@dataclass
class Cell:
    """A code cell with what the rules ask about it; `number` counts all cells from 1."""

    number: int
    node: NotebookNode
    in_solution: bool

    @property
    def tags(self) -> list[str]:
        """Its tags."""
        return _tags(self.node)

    @property
    def is_free(self) -> bool:
        """Whether the limits of length and number spare it: setup, claims, solutions."""
        return "setup" in self.tags or self.node.source.startswith("# claims") or self.in_solution


def code_cells(nb: NotebookNode) -> list[Cell]:
    """Return the code cells that hold anything."""
    found, in_solution = [], False
    for number, node in enumerate(nb.cells, 1):
        if node.cell_type == "markdown":
            for mark in re.findall(r"\{solution-(start|end)\}", node.source):
                in_solution = mark == "start"
        elif node.cell_type == "code" and node.source.strip():
            found.append(Cell(number, node, in_solution))
    return found


def faults(path: Path) -> Iterator[str]:
    """Yield one line for each reason not to publish a notebook."""
    text = path.read_text("utf-8")
    if len(text.encode()) > MAX_BYTES:
        yield f"{len(text.encode()) // 1024} KB; at most {MAX_BYTES // 1024} KB are allowed"
    nb = v4.reads(text)
    cells = code_cells(nb)
    is_chapter = path.name != "intro.ipynb"
    if (is_chapter or cells) and not (cells and cells[0].tags == SETUP_TAGS):
        yield f"the first code cell must be the setup cell, tagged {', '.join(SETUP_TAGS)}"
    counted = [cell for cell in cells if not cell.is_free]
    if is_chapter and len(counted) > MAX_CODE_CELLS:
        yield f"{len(counted)} code cells besides setup, claims and solutions; at most {MAX_CODE_CELLS} are allowed"
    for cell in cells:
        for fault in cell_faults(cell, is_chapter):
            yield f"cell {cell.number}: {fault}"
    if normalised_text(nb, path.stem) != text:
        yield f"not normalised; run  python tools/notebooks.py normalise {show(path)}"
    try:
        validate(nb)
    except ValidationError as error:
        yield f"no valid notebook: {str(error).splitlines()[0]}"


def cell_faults(cell: Cell, is_chapter: bool) -> Iterator[str]:
    """Yield what is wrong with one code cell."""
    source, outputs = cell.node.source, cell.node.outputs
    if "setup" in cell.tags and source != setup_cell():
        yield "the setup cell differs from the book's; run  python tools/notebooks.py normalise"
    if "claims(" in source and not (source.startswith("# claims\n") and "hide-input" in cell.tags):
        yield "a cell of claims begins with the line '# claims' and is tagged hide-input"
    lines = sum(bool(line.strip()) for line in source.splitlines())
    limit = MAX_FOLDED_LINES if "hide-input" in cell.tags else MAX_LINES
    if is_chapter and not cell.is_free and lines > limit:
        yield f"{lines} lines that are not blank; at most {limit} are allowed"
    longest = max(map(len, source.splitlines()))
    if is_chapter and "setup" not in cell.tags and longest > MAX_CHARACTERS:
        yield f"a line of {longest} characters; at most {MAX_CHARACTERS} fit the page"
    if source.rstrip().endswith(";"):
        yield "ends in ';', which nbval ignores; end a figure's cell with book.figure(...)"
    if cell.node.execution_count is None:
        yield "has not been executed"
    raised = _raises(cell.node)
    if raised != ("raises-exception" in cell.tags):
        yield "raises without the tag raises-exception" if raised else "is tagged raises-exception but does not raise"
    for output in outputs:
        yield from output_faults(cell.node, output)


def output_faults(cell: NotebookNode, output: NotebookNode) -> Iterator[str]:
    """Yield what is wrong with one output."""
    if output.get("name") == "stderr":
        yield f"writes to stderr: {output.text.strip().splitlines()[-1:]}"
    data = output.get("data", {})
    words = "\n".join([output.get("text", ""), output.get("evalue", ""), data.get("text/plain", "")])
    if re.search(r"\b0x[0-9a-f]{6,}", words):
        yield "prints an address in memory, which changes from run to run"
    if re.search(r"(/home/|/Users/|[A-Z]:\\Users\\)\w", words) or str(ROOT) in words:
        yield "prints a path of this machine"
    if VIEW in data and "image/svg+xml" not in data:
        yield "a widget needs a stored picture (image/svg+xml) for pages without scripts"
    if any(image in data for image in IMAGES):
        yield from alt_faults(alt_text(cell, output))


def alt_text(cell: NotebookNode, output: NotebookNode) -> str:
    """Return the text alternative of an image: the output's own (widgets), else ``mystnb.image.alt`` of the cell."""
    own = [output.metadata.get("alt")] + [output.metadata.get(image, {}).get("alt") for image in IMAGES]
    return next(filter(None, own), "") or cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")


def alt_faults(alt: str) -> Iterator[str]:
    """Yield what is wrong with a text alternative."""
    if not alt.strip():
        yield "an image without alt text (cell metadata mystnb.image.alt)"
    elif re.match(r"\s*(figure|plot|a graph)\b", alt, re.IGNORECASE):
        yield f"alt text states the finding and does not begin with {alt.split()[0]!r}"


# --- the command -------------------------------------------------------------------------------------------------


def show(path: Path) -> str:
    """Return a path as the messages print it."""
    path = path.resolve()
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)


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
