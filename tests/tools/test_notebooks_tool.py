"""What ``tools/notebooks.py`` stores and what it refuses: one planted fault a rule."""

import copy
import json
import sys
import uuid
from pathlib import Path
from types import SimpleNamespace

import notebook_form as form
import notebook_rules as rules
import notebooks as tool
import pytest
from nbformat import v4

ROOT = Path(__file__).resolve().parents[2]


ALT = "The weight on key 3 rises with beta."
SVG = '<svg><path d="M 1.23456 -0.0001 \nL 2.5 3 \nz\n" transform="scale(0.015625)"/></svg>'


def code(source, *outputs, tags=(), count=1, **metadata):
    cell = v4.new_code_cell(source, execution_count=count, outputs=list(outputs), metadata=metadata)
    if tags:
        cell.metadata["tags"] = list(tags)
    return cell


def stream(text, name="stdout"):
    return v4.new_output("stream", name=name, text=text)


def display(data, metadata=None):
    return v4.new_output("display_data", data=data, metadata=metadata or {})


def model(layout, **state):
    state = {
        "_anywidget_id": "softrecall.Toy",
        "_esm": "export default {}",
        "_css": ".a{}",
        "layout": f"IPY_MODEL_{layout}",
    } | state
    return {"model_name": "AnyModel", "model_module": "anywidget", "model_module_version": "1", "state": state}


def layout():
    return {"model_name": "LayoutModel", "model_module": "base", "model_module_version": "2", "state": {"width": None}}


def clean():
    """A notebook without fault: text, setup, a figure, a widget, a claim, an expected error, a solution."""
    ids = [uuid.uuid4().hex for _ in range(6)]
    state = {ids[0]: model(ids[1], beta=1.0), ids[1]: layout(), ids[2]: model(ids[3], beta=2.0), ids[3]: layout()}
    state |= {ids[4]: model(ids[5], beta=9.0), ids[5]: layout()}  # never displayed

    def view(model_id):
        return display(
            {form.VIEW: {"model_id": model_id, "version_major": 2}, "image/svg+xml": SVG, "text/plain": "Toy()"},
            {"image/svg+xml": {"alt": ALT}},
        )

    cells = [
        v4.new_markdown_cell("# A chapter"),
        code(form.setup_cell(), tags=form.SETUP_TAGS),
        code("print(1)\nprint(2)", stream("1\n"), stream("2\n"), count=7),
        code("plt.show()", display({"image/svg+xml": SVG}), mystnb={"image": {"alt": ALT}}),
        code("Toy(2)", view(ids[2])),
        code("Toy(1)", view(ids[0])),
        code("# claims\nbook.claims({'1.5': 1.5})", display({"text/plain": "1 number checked"}), tags=["hide-input"]),
        code(
            "1 / 0",
            v4.new_output("error", ename="E", evalue="x", traceback=["/root/a", "b"]),
            tags=["raises-exception"],
        ),
    ]
    nb = v4.new_notebook(cells=cells)
    nb.metadata["widgets"] = {form.STATE: {"state": state, "version_major": 2, "version_minor": 0}}
    return nb


def text_of(nb, name="chapter"):
    return form.normalised_text(copy.deepcopy(nb), name)


def stored(nb, path):
    """Store a notebook normalised and return the file."""
    path.write_text(text_of(nb, path.stem), "utf-8")
    return path


# Normalise


def test_normalising_twice_changes_nothing():
    once = text_of(clean())
    assert text_of(v4.reads(once)) == once
    assert once.endswith("}\n")
    assert once.startswith('{\n "cells"')


def test_two_runs_of_the_same_code_give_the_same_bytes():
    first, second = clean(), clean()
    for one, other in zip(first.cells, second.cells, strict=True):
        other.id = one.id
    figures = second.cells[2]
    figures.outputs = [stream("1"), stream("\n2"), stream("\n")]
    figures.execution_count, figures.metadata["execution"] = 99, {"iopub.status.busy": "2026-01-01"}
    state = second.metadata["widgets"][form.STATE]["state"]
    second.metadata["widgets"][form.STATE]["state"] = dict(reversed(state.items()))
    second.metadata["language_info"] = {"version": "3.14.1"}
    assert text_of(first) == text_of(second)
    assert text_of(first) != text_of(first, "another-chapter")


def test_displayed_widgets_keep_their_layout_and_lose_their_script():
    nb = json.loads(text_of(clean()))
    state = nb["metadata"]["widgets"][form.STATE]["state"]
    shown = [
        output["data"][form.VIEW]["model_id"]
        for cell in nb["cells"]
        for output in cell.get("outputs", [])
        if form.VIEW in output.get("data", {})
    ]
    assert [state[model_id]["state"]["beta"] for model_id in shown] == [2.0, 1.0]
    layouts = [state[model_id]["state"]["layout"].removeprefix("IPY_MODEL_") for model_id in shown]
    assert set(state) == {*shown, *layouts}
    assert len(state) == 4
    for model_id in shown:
        assert state[model_id]["state"]["_esm"] == form.STUB
        assert state[model_id]["state"]["_css"] == ""


def test_a_notebook_without_displayed_widgets_stores_no_state():
    nb = clean()
    for cell in nb.cells:
        cell.get("outputs", []).clear()
    assert "widgets" not in json.loads(text_of(nb))["metadata"]


def test_cell_ids_are_kept_and_gaps_are_filled_the_same_way_each_time():
    nb = clean()
    nb.cells[0].id = "mine"
    nb.cells[1].id = "mine"
    del nb.cells[2]["id"]
    ids = [cell["id"] for cell in json.loads(text_of(nb))["cells"]]
    assert ids[0] == "mine"
    assert ids[3:] == [cell.id for cell in nb.cells[3:]]
    assert len(set(ids)) == len(ids)
    assert [cell["id"] for cell in json.loads(text_of(nb))["cells"]] == ids


def test_counts_streams_tracebacks_and_drawings_are_normalised():
    cells = [cell for cell in v4.reads(text_of(clean())).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == list(range(1, 8))
    assert [output.text for output in cells[1].outputs] == ["1\n2\n"]
    assert cells[-1].outputs[0].traceback == ["E: x"]
    assert 'd="M 1.235 0 L 2.5 3 z" transform="scale(0.015625)"' in cells[2].outputs[0].data["image/svg+xml"]


def test_the_setup_cell_is_kept_up_to_date():
    nb = clean()
    nb.cells[1].source = "import softrecall"
    assert v4.reads(text_of(nb)).cells[1].source == form.setup_cell()


ADDRESS = "git+https://example.org/book.git"


def open_alone(nb, address, monkeypatch, folder):
    """Run the setup cell of a notebook in a folder without the package, and return what pip was asked to install."""
    asked = []

    class Shell:
        def run_line_magic(self, name, line):
            assert name == "pip"
            asked.append(line.removeprefix("install -q "))
            monkeypatch.setitem(sys.modules, "softrecall", SimpleNamespace(book=SimpleNamespace(setup=lambda: None)))

    monkeypatch.setitem(sys.modules, "softrecall", None)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.chdir(folder)
    exec(form.setup_cell(nb, address), {"get_ipython": Shell})
    return asked


@pytest.mark.parametrize("address", [None, ADDRESS])
@pytest.mark.parametrize("place", ["chapters", "."])
@pytest.mark.parametrize(("line", "extras"), [("import numpy", "book"), ("from torch import nn", "book,torch")])
def test_a_notebook_installs_the_wheel_beside_it(address, place, line, extras, monkeypatch, tmp_path):
    (tmp_path / "chapters").mkdir()
    (tmp_path / place / "softrecall-1.0-py3-none-any.whl").touch()
    asked = open_alone(v4.new_notebook(cells=[code(line)]), address, monkeypatch, tmp_path / "chapters")
    path = "softrecall-1.0-py3-none-any.whl" if place == "chapters" else "../softrecall-1.0-py3-none-any.whl"
    assert asked == [f'"{path}[{extras}]"']


def test_a_notebook_without_a_wheel_asks_the_books_address_or_says_what_it_needs(monkeypatch, tmp_path):
    assert open_alone(None, ADDRESS, monkeypatch, tmp_path) == [f'"softrecall[book] @ {ADDRESS}"']
    with pytest.raises(ImportError, match="softrecall: put its wheel"):
        open_alone(None, None, monkeypatch, tmp_path)


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        ('repository: {url: ""}', None),
        ("repository: {url: https://example.org/book}", "git+https://example.org/book"),
        (
            "repository: {url: https://example.org/book}\nhtml: {baseurl: https://example.org/site/}",
            "https://example.org/site/downloads/softrecall-0.1.0-py3-none-any.whl",
        ),
    ],
)
def test_the_package_comes_from_the_site_before_the_repository(settings, address, monkeypatch, tmp_path):
    (tmp_path / "_config.yml").write_text(settings, "utf-8")
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "0.1.0"', "utf-8")
    monkeypatch.setattr(form, "ROOT", tmp_path)
    assert form.package_address() == address


def test_the_books_notebooks_follow_its_table_of_contents():
    names = [str(path.relative_to(ROOT)) for path in tool.book_notebooks()]
    assert names[0] == "intro.ipynb"
    assert set(names) == {"intro.ipynb", *(f"chapters/{path.name}" for path in (ROOT / "chapters").glob("*.ipynb"))}


# Check


def test_a_clean_notebook_passes(tmp_path):
    assert list(rules.faults(stored(clean(), tmp_path / "chapter.ipynb"))) == []


def drop_setup(nb):
    del nb.cells[1]


def move_setup(nb):
    nb.cells.append(nb.cells.pop(1))


def untag_setup(nb):
    nb.cells[1].metadata["tags"] = ["setup"]


def stderr(nb):
    nb.cells[2].outputs.append(stream("/a/b.py:1: UserWarning: no\n", "stderr"))


def unrun(nb):
    nb.cells[2].execution_count = None


def long_cell(nb):
    nb.cells[2].source = "\n".join(["x = 1"] * 13)


def long_folded_cell(nb):
    nb.cells[3].source, nb.cells[3].metadata["tags"] = "\n".join(["x = 1"] * 37), ["hide-input"]


def many_cells(nb):
    nb.cells[2:2] = [code("x = 1") for _ in range(18)]


def no_alt(nb):
    del nb.cells[3].metadata["mystnb"]


def blank_alt(nb):
    nb.cells[3].metadata["mystnb"]["image"]["alt"] = " "


def figure_alt(nb):
    nb.cells[3].metadata["mystnb"]["image"]["alt"] = "Figure of a line"


def a_graph_alt(nb):
    nb.cells[3].metadata["mystnb"]["image"]["alt"] = "a graph that rises"


def no_widget_alt(nb):
    nb.cells[4].outputs[0].metadata = {}


def no_widget_picture(nb):
    del nb.cells[4].outputs[0].data["image/svg+xml"]


def unexpected_error(nb):
    nb.cells[7].metadata["tags"] = []


def no_error(nb):
    nb.cells[7].outputs = []


def unmarked_claims(nb):
    nb.cells[6].source = "book.claims({'1.5': 1.5})"


def shown_claims(nb):
    nb.cells[6].metadata["tags"] = []


def silent_claims(nb):
    nb.cells[6].source += "\nassert True"


def lost_claims(nb):
    nb.cells[6].outputs = []


def wide_line(nb):
    nb.cells[2].source = "x = " + "1" * 63


def address(nb):
    nb.cells[2].outputs[0].text = "<object at 0x7f0b1c2d3e4f>\n"


def home(nb):
    nb.cells[2].outputs[0].text = "/home/someone/book\n"


def root_path(nb):
    nb.cells[2].outputs[0].text = f"{ROOT}/chapters\n"


def semicolon(nb):
    nb.cells[2].source = "ax.plot(x);"


def heavy(nb):
    nb.cells[2].outputs[0].text = "x" * 1_600_000


@pytest.mark.parametrize(
    ("plant", "message"),
    [
        (drop_setup, "the first code cell must be the setup cell"),
        (move_setup, "the first code cell must be the setup cell"),
        (untag_setup, "the first code cell must be the setup cell"),
        (stderr, "cell 3: writes to stderr"),
        (unrun, "cell 3: has not been executed"),
        (long_cell, "cell 3: 13 lines that are not blank; at most 12"),
        (long_folded_cell, "cell 4: 37 lines that are not blank; at most 36"),
        (many_cells, "23 code cells besides setup, claims and solutions; at most 20"),
        (no_alt, "cell 4: an image without alt text"),
        (blank_alt, "cell 4: an image without alt text"),
        (figure_alt, "cell 4: alt text states the finding"),
        (a_graph_alt, "cell 4: alt text states the finding"),
        (no_widget_alt, "cell 5: an image without alt text"),
        (no_widget_picture, "cell 5: a widget needs a stored picture"),
        (unexpected_error, "cell 8: raises without the tag"),
        (no_error, "cell 8: is tagged raises-exception but does not raise"),
        (unmarked_claims, "cell 7: a cell of claims begins with"),
        (shown_claims, "cell 7: a cell of claims begins with"),
        (silent_claims, "cell 7: a cell of claims ends in book.claims(...)"),
        (lost_claims, "cell 7: a cell of claims ends in book.claims(...)"),
        (wide_line, "cell 3: a line of 67 characters; at most 66"),
        (address, "cell 3: prints an address"),
        (home, "cell 3: prints a path"),
        (root_path, "cell 3: prints a path"),
        (semicolon, "cell 3: ends in ';'"),
        (heavy, "KB; at most 1500 KB"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_planted_fault_is_found_and_nothing_else(tmp_path, plant, message):
    nb = clean()
    plant(nb)
    found = list(rules.faults(stored(nb, tmp_path / "chapter.ipynb")))
    assert len(found) == 1, found
    assert message in found[0]


def test_a_file_that_normalising_would_change_is_found(tmp_path):
    path = stored(clean(), tmp_path / "chapter.ipynb")
    path.write_text(path.read_text("utf-8").replace("\n ", "\n  "), "utf-8")
    assert ["not normalised" in fault for fault in rules.faults(path)] == [True]


def test_another_setup_cell_is_found(tmp_path):
    path = stored(clean(), tmp_path / "chapter.ipynb")
    path.write_text(path.read_text("utf-8").replace("from glob import glob", "import glob"), "utf-8")
    found = list(rules.faults(path))
    assert any("the setup cell differs" in fault for fault in found)
    assert any("not normalised" in fault for fault in found)


def test_solutions_and_claims_may_be_long_and_many(tmp_path):
    nb = clean()
    long = "\n".join(["x = 1"] * 40)
    solution = [code(long) for _ in range(25)]
    nb.cells += [
        v4.new_markdown_cell("```{solution-start} ex\n```"),
        *solution,
        v4.new_markdown_cell("```{solution-end}\n```"),
    ]
    nb.cells[6].source = nb.cells[6].source.replace("# claims", f"# claims\n{long}")
    assert list(rules.faults(stored(nb, tmp_path / "chapter.ipynb"))) == []
    nb.cells.append(code(long))
    assert ["40 lines" in fault for fault in rules.faults(stored(nb, tmp_path / "chapter.ipynb"))] == [True]


def test_the_landing_page_is_no_chapter_but_must_be_in_order(tmp_path):
    nb = clean()
    many_cells(nb)
    long_cell(nb)
    assert list(rules.faults(stored(nb, tmp_path / "intro.ipynb"))) == []
    stderr(nb)
    drop_setup(nb)
    assert len(list(rules.faults(stored(nb, tmp_path / "intro.ipynb")))) == 2


def test_the_command_prints_one_line_a_fault_and_fails(tmp_path, capsys):
    nb = clean()
    unrun(nb)
    path = stored(nb, tmp_path / "chapter.ipynb")
    assert tool.main(["check", str(path)]) == 1
    assert capsys.readouterr().err == f"{path}: cell 3: has not been executed\n"
    assert tool.main(["check", str(stored(clean(), path))]) == 0


# Execute

RUN = """\
import matplotlib.pyplot as plt
fig, ax = plt.subplots()
ax.plot([0, 1])
plt.show()"""


def test_a_second_execution_changes_no_byte(tmp_path):
    widget = "import anywidget, traitlets\nclass Toy(anywidget.AnyWidget):\n    _esm = 'export default {}'\n"
    widget += "    __repr__ = lambda self: 'Toy()'\nToy(), display(Toy())\nToy()"
    cells = [
        code(form.setup_cell(), tags=form.SETUP_TAGS),
        code(RUN),
        code("print('a', flush=True)\nprint('b')"),
        code(widget),
    ]
    path = tmp_path / "toy.ipynb"
    path.write_text(v4.writes(v4.new_notebook(cells=cells)), "utf-8")
    assert tool.main(["execute", str(path)]) == 0
    first = path.read_bytes()
    assert tool.main(["execute", str(path)]) == 0
    assert path.read_bytes() == first
    nb = v4.reads(first.decode())
    assert "image/svg+xml" in nb.cells[1].outputs[0].data
    assert [output.text for output in nb.cells[2].outputs] == ["a\nb\n"]
    assert len(nb.metadata["widgets"][form.STATE]["state"]) == 4


def test_a_cell_that_raises_leaves_the_file_as_it_was(tmp_path, capsys):
    path = tmp_path / "toy.ipynb"
    path.write_text(
        v4.writes(v4.new_notebook(cells=[code("1 / 0", tags=["raises-exception"]), code("[][0]")])), "utf-8"
    )
    before = path.read_bytes()
    assert tool.main(["execute", str(path)]) == 1
    assert path.read_bytes() == before
    assert "not stored: cell 2: IndexError" in capsys.readouterr().err


# Verify


def test_what_is_printed_again_must_be_what_is_stored(tmp_path, monkeypatch):
    """And it is printed under the same settings of the processor as when it was stored."""
    monkeypatch.setenv("MKL_NUM_THREADS", "7")
    path = tmp_path / "toy.ipynb"
    cell = code("import os\nprint(os.environ['MKL_NUM_THREADS'])")
    path.write_text(v4.writes(v4.new_notebook(cells=[cell])), "utf-8")
    assert tool.main(["execute", str(path)]) == 0
    assert tool.main(["verify", str(path)]) == 0
    path.write_text(path.read_text("utf-8").replace("1\\n", "7\\n"), "utf-8")
    assert tool.main(["verify", str(path)]) == 1
