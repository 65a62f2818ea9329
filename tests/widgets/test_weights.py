"""Weights that widgets carry: small, the same in both languages, absent from stored notebooks, provided on the site."""

import gzip
import json

import notebook_form
import numpy as np
import pytest
import sr_widgets
from nbformat import NotebookNode, from_dict
from widget_engine import ENGINES, every_widget

from softrecall.widgets._weights import pack, unpack

MOST = 250 * 1024
carriers = [widget for widget in every_widget if widget.weights_text() is not None]
each = pytest.mark.parametrize("widget", carriers, ids=lambda widget: widget.__name__)


def test_some_widget_carries_weights_and_some_does_not():
    assert 0 < len(carriers) < len(every_widget)
    assert all(sr_widgets.weights_script(widget) is None for widget in set(every_widget) - set(carriers))


@each
def test_the_file_is_small_and_tells_where_it_comes_from(widget):
    assert len(gzip.compress(sr_widgets.weights_script(widget).encode(), 9)) <= MOST
    about = json.loads(widget.weights_text())["about"]
    assert {"command", "date", "python", "torch", "numpy", "seed", "sha256"} <= set(about)


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


@each
def test_the_site_asks_for_the_weights_by_a_mark_that_changes_with_them(widget, monkeypatch):
    script, before = sr_widgets.weights_script(widget), sr_widgets.version(widget)
    start = f'window.softRecall.provide("{widget.widget_id}", '
    assert script.startswith(start)
    assert json.loads(script[len(start) :].rpartition(");")[0]) == widget.weights_text()
    assert f', "{sr_widgets._mark(script)}");' in sr_widgets.classic_script(widget)
    monkeypatch.setattr(widget, "weights_text", classmethod(lambda cls: '{"arrays": {}}'))
    assert sr_widgets.version(widget) != before


@each
def test_a_kernel_sends_the_weights_and_a_notebook_does_not_store_them(widget):
    instance = widget()
    assert instance.get_state()["weights"] == instance.state["weights"] == widget.weights_text()
    assert "int8" not in repr(instance)
    cell = {"cell_type": "code", "source": "w", "metadata": {}, "execution_count": 1, "id": "a"}
    output = {"output_type": "display_data", "metadata": {}, "data": {notebook_form.VIEW: {"model_id": "m"}}}
    states = {"m": {"state": {"weights": instance.weights, "_esm": "x", "text": "kept"}}}
    notebook = from_dict(
        {"cells": [cell | {"outputs": [output]}], "metadata": {"widgets": {notebook_form.STATE: {"state": states}}}}
    )
    assert isinstance(notebook, NotebookNode)
    notebook_form._name_widgets(notebook, "page")
    (model,) = notebook.metadata["widgets"][notebook_form.STATE]["state"].values()
    assert (model["state"]["weights"], model["state"]["text"]) == ("", "kept")
    with pytest.raises(Exception, match="read-only"):
        instance.weights = ""


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
