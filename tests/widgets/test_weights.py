"""Weights that widgets carry: small, the same in both languages, absent from stored notebooks, provided on the site."""

import gzip
import json
from pathlib import Path

import notebook_form
import numpy as np
import pytest
import sr_widgets
from nbformat import NotebookNode, from_dict
from traitlets import HasTraits
from widget_engine import ENGINES, every_widget

from softrecall.widgets._weights import Weights, pack, unpack

MOST = 250 * 1024
carried = [(widget, name, stored) for widget in every_widget for name, stored in widget.files().items()]
carriers = [widget for widget in every_widget if widget.weights_text() is not None]
each = pytest.mark.parametrize("widget", carriers, ids=lambda widget: widget.__name__)
each_file = pytest.mark.parametrize(
    ("widget", "name", "stored"), carried, ids=[f"{widget.__name__} {name}" for widget, name, _ in carried]
)


def test_some_widget_carries_weights_and_some_does_not():
    assert 0 < len(carriers) < len(every_widget)
    assert all(widget.files() == {} for widget in set(every_widget) - {widget for widget, *_ in carried})


@pytest.mark.parametrize("widget", every_widget, ids=lambda widget: widget.__name__)
def test_all_that_a_widget_loads_later_is_small_together(widget):
    scripts = [sr_widgets.data_script(stored) for stored in widget.files().values()]
    assert sum(len(gzip.compress(script.encode(), 9)) for script in scripts) <= MOST


@each
def test_the_weights_tell_where_they_come_from(widget):
    about = json.loads(widget.weights_text())["about"]
    assert {"command", "date", "python", "torch", "numpy", "seed", "sha256"} <= set(about)


def test_two_widgets_share_a_file_by_its_name_and_no_two_files_have_the_same():
    paths = {}
    for _, _, stored in carried:
        assert paths.setdefault(stored.file_id, stored.path) == stored.path
        assert stored.file_id == f"{stored.path.parent.name}.{stored.path.stem}"


def test_a_trait_by_whose_name_a_notebook_would_store_the_file_is_refused():
    with pytest.raises(TypeError, match=r"^Heavy: needed a trait named weights or data_\.\.\.; got 'text'$"):
        type("Heavy", (HasTraits,), {"text": Weights(Path("w.json"))})


@each
def test_script_and_numpy_read_the_same_arrays(widget):
    text = widget.weights_text()
    own = unpack(json.loads(text)["arrays"])
    code = (
        f"JSON.stringify(Object.entries(widget.weights({json.dumps(text)})).map(([k, v]) => [k, v.map((r) => [...r])]))"
    )
    script = dict(json.loads(ENGINES[widget].evaluate(code)))
    assert script.keys() == own.keys()
    for name, rows in script.items():
        assert (np.array(rows).ravel() == own[name].ravel()).all(), name
        assert own[name].dtype == np.float64


@each_file
def test_the_site_asks_for_a_file_by_a_mark_that_changes_with_it(widget, name, stored, monkeypatch):
    script, before = sr_widgets.data_script(stored), sr_widgets.version(widget)
    start = f'window.softRecall.provide("{stored.file_id}", '
    assert script.startswith(start)
    assert json.loads(script[len(start) :].rpartition(");")[0]) == widget().state[name]
    assert f'"{name}": ["{stored.file_id}", "{sr_widgets._mark(script)}"]' in sr_widgets.classic_script(widget)
    monkeypatch.setattr(stored, "default", lambda obj=None: '{"arrays": {}}')
    assert sr_widgets.version(widget) != before


@each_file
def test_a_kernel_sends_the_file_and_a_notebook_does_not_store_it(widget, name, stored):
    instance = widget()
    assert instance.get_state()[name] == instance.state[name] == stored.default()
    assert '"about"' not in repr(instance)
    cell = {"cell_type": "code", "source": "w", "metadata": {}, "execution_count": 1, "id": "a"}
    output = {"output_type": "display_data", "metadata": {}, "data": {notebook_form.VIEW: {"model_id": "m"}}}
    states = {"m": {"state": {name: instance.state[name], "_esm": "x", "text": "kept"}}}
    notebook = from_dict(
        {"cells": [cell | {"outputs": [output]}], "metadata": {"widgets": {notebook_form.STATE: {"state": states}}}}
    )
    assert isinstance(notebook, NotebookNode)
    notebook_form._name_widgets(notebook, "page")
    (model,) = notebook.metadata["widgets"][notebook_form.STATE]["state"].values()
    assert (model["state"][name], model["state"]["text"]) == ("", "kept")
    with pytest.raises(Exception, match="read-only"):
        setattr(instance, name, "")


def test_rounding_keeps_each_row_to_half_a_step_and_its_largest_number_whole():
    rng = np.random.default_rng(3)
    given = {
        "w": rng.normal(size=(5, 7)) * 10.0 ** np.arange(-2, 3)[:, None],
        "b": rng.normal(size=4),
        "o": np.zeros(3),
    }
    found = unpack(json.loads(json.dumps(pack(given))))
    for name, array in given.items():
        assert found[name].shape == array.shape
        step = np.abs(np.atleast_2d(array)).max(axis=1, keepdims=True) / 127
        error = np.abs(np.atleast_2d(found[name] - array))
        assert (error <= 0.51 * step).all(), name
        assert error.max() > 0 or name == "o"


@pytest.mark.parametrize("bad", [np.zeros((1, 1, 1)), np.zeros((0, 3)), np.array(1.0), np.array([1.0, np.nan])])
def test_what_cannot_be_packed_is_refused_by_name(bad):
    with pytest.raises(ValueError, match=r"^gate: needed 1 or 2 axes of finite numbers, not empty; got shape"):
        pack({"gate": bad})
