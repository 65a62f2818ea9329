"""The normal form of a notebook: what is stored does not change when the same code runs again."""

from __future__ import annotations

import json
import re
import tomllib
import uuid
from collections.abc import Iterator
from pathlib import Path

import yaml
from nbformat import NotebookNode, from_dict, v4

ROOT = Path(__file__).resolve().parent.parent
STATE = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
STUB = 'export default{render({el}){el.textContent="Run this cell to play."}}'
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "softrecall/notebooks")

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
NOTEBOOK_NOISE = ("accelerator", "colab", "orig_nbformat", "signature", "toc", "vscode")

SETUP_TAGS = ["setup", "remove-cell"]
_SETUP = """\
# Finds the book's package, or installs it. Not on the page.
import sys
from glob import glob

sys.path += ["../src", "src"]  # in a copy of the book
try:
    from softrecall import book
except ImportError{error}:
    wheels = glob("softrecall-*.whl") + glob("../softrecall-*.whl")
{package}
    get_ipython().run_line_magic("pip", f'install -q "{{package}}"')
    from softrecall import book
book.setup()"""
_ASK = """\
    if not wheels:
        raise ImportError("softrecall: put its wheel, which the book's "
                          "site offers, beside this notebook") from error
    package = wheels[0] + "[{extras}]\""""
_FETCH = """\
    package = (wheels[0] + "[{extras}]" if wheels else
               "softrecall[{extras}] @ {address}")"""


def package_address() -> str | None:
    """Return where pip finds the package: on the site of the book, else in its repository, if either has an address."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    site, repository = ((config.get(key) or {}).get(name) for key, name in (("html", "baseurl"), ("repository", "url")))
    if site:
        number = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
        return f"{site.rstrip('/')}/downloads/softrecall-{number}-py3-none-any.whl"
    return f"git+{repository}" if repository else None


def setup_cell(nb: NotebookNode | None = None, address: str | None = None) -> str:
    """Return the first code cell of a notebook.

    Where the package is missing it installs the wheel beside the notebook (or one folder up), else what is found at
    `address`; without either it says what is needed. PyTorch comes along for a notebook that uses it.
    """
    address = address or package_address()
    extras = "book,torch" if nb is not None and "torch" in imports(nb) else "book"
    package = (_FETCH if address else _ASK).format(extras=extras, address=address)
    return _SETUP.format(error="" if address else " as error", package=package)


def imports(nb: NotebookNode) -> set[str]:
    """Return the first names of the packages that the code of a notebook imports."""
    code = "\n".join(cell.source for cell in nb.cells if cell.cell_type == "code")
    return set(re.findall(r"^\s*(?:import|from) (\w+)", code, re.MULTILINE))


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
        if not tags_of(cell):
            cell.metadata.pop("tags", None)
        if cell.cell_type != "code":
            continue
        if "setup" in tags_of(cell):
            cell.source = setup_cell(nb)
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
        carried = {key: "" for key in values if key == "weights" or key.startswith("data_")}  # the site publishes these
        values.update({key: new for key, new in (("_esm", STUB), ("_css", "")) if key in values} | carried)
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

    def short_number(match: re.Match[str]) -> str:
        return f"{round(float(match[0]), 3) + 0.0:.3f}".rstrip("0").rstrip(".")

    def short_path(match: re.Match[str]) -> str:
        return ' d="' + re.sub(r"-?\d+\.\d+", short_number, " ".join(match[1].split())) + '"'

    return re.sub(r'\sd="([^"]*)"', short_path, svg)


def tags_of(cell: NotebookNode) -> list[str]:
    """Return the tags of a cell."""
    return cell.metadata.get("tags", [])


def has_raised(cell: NotebookNode) -> bool:
    """Whether an output of a cell is an error."""
    return any(output.output_type == "error" for output in cell.get("outputs", []))
