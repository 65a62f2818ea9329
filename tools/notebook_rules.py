"""What must not be published in a notebook: one line for each fault."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode, ValidationError, v4, validate
from notebook_form import ROOT, SETUP_TAGS, VIEW, has_raised, normalised_text, setup_cell, tags_of

IMAGES = ("image/svg+xml", "image/png", "image/jpeg")
MAX_LINES, MAX_FOLDED_LINES, MAX_CODE_CELLS, MAX_BYTES = 12, 36, 20, 1500 * 1024
MAX_CHARACTERS = 66  # of a line of code, so that none runs over the edge of a page


@dataclass
class Cell:
    """A code cell with what the rules ask about it; `number` counts all cells from 1."""

    number: int
    node: NotebookNode
    in_solution: bool

    @property
    def tags(self) -> list[str]:
        """Its tags."""
        return tags_of(self.node)

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
    if any("setup" in cell.tags and cell.node.source != setup_cell(nb) for cell in cells):
        yield "the setup cell differs from the book's; run  python tools/notebooks.py normalise"
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
    if "claims(" in source and not (source.startswith("# claims\n") and "hide-input" in cell.tags):
        yield "a cell of claims begins with the line '# claims' and is tagged hide-input"
    if source.startswith("# claims") and not (outputs and ends_in_claims(source)):
        yield "a cell of claims ends in book.claims(...), so that the page shows what was checked"
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
    raised = has_raised(cell.node)
    if raised != ("raises-exception" in cell.tags):
        yield "raises without the tag raises-exception" if raised else "is tagged raises-exception but does not raise"
    for output in outputs:
        yield from output_faults(cell.node, output)


def ends_in_claims(source: str) -> bool:
    """Whether the last line of a cell is a call of ``claims``, which shows itself."""
    last = ast.parse(source).body[-1]
    return isinstance(last, ast.Expr) and ast.unparse(last).startswith("book.claims(")


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
    is_row = re.match(r"[HV]Box\(", data.get("text/plain", ""))  # figures placed together: each has its own picture
    if VIEW in data and "image/svg+xml" not in data and not is_row:
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


def show(path: Path) -> str:
    """Return a path as the messages print it."""
    path = path.resolve()
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)
