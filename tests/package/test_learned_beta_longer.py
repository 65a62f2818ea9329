"""The longer runs of transformers with a learned beta: one in small, and what was stored."""

import importlib.util
import sys
from pathlib import Path

import pytest
import torch

from softrecall import book

FOLDER = Path(__file__).parents[2] / "experiments"


@pytest.fixture(scope="module")
def longer():
    sys.path.insert(0, str(FOLDER))
    try:
        spec = importlib.util.spec_from_file_location("learned_beta_longer", FOLDER / "learned_beta_longer.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(FOLDER))
    return module


def test_a_short_run_notes_every_stretch_and_takes_the_first_steps_of_the_survey(longer):
    small = {"d_model": 32, "n_layers": 1, "n_batch": 8, "length": 4, "n_symbols": 4}
    run = longer.train("reversal", 16, 5.66, 0, 0.1, 0.02, 20, **small)
    assert [entry["step"] for entry in run["history"]] == list(range(0, 21, 2))
    assert run["history"][0]["betas"]["decoder 1 cross"] == [5.66, 5.66]
    assert len(run["tests"]) == longer.N_TEST_BATCHES
    assert set(run["tests"][0]) == {"1", "0.25", "0.5", "0.707", "1.41", "2", "4"}
    survey = sys.modules["learned_beta"].train("reversal", 16, 5.66, 0, 0.1, 0.02, n_steps=20, **small)
    for name, betas in survey["history"][-1]["betas"].items():
        assert run["history"][-1]["betas"][name] == pytest.approx(betas, abs=0.006)


def test_scaling_every_beta_by_one_changes_nothing_and_by_four_something(longer):
    torch.manual_seed(0)
    data = longer.TASKS["reversal"](longer.SETTINGS["reversal"])
    model = data.model(2, 5.66, 1.0)
    inputs, target = data.batch(8, torch.Generator().manual_seed(1), held_out=True)
    before = longer.loss_of(model, inputs, target).item()
    losses = longer.loss_when_scaled(model, inputs, target)
    assert longer.loss_of(model, inputs, target).item() == pytest.approx(before, rel=1e-6)
    assert abs(losses["4"] - before) > 1e-3


def test_the_stored_runs_are_whole(longer):
    stored = book.data("learned-beta-longer")
    assert {"command", "date", "python", "torch", "text_sha256", "clip", "warm_up_steps"} <= set(stored["about"])
    keys = [tuple(run[name] for name in longer.NAMES) for run in stored["runs"]]
    assert keys == longer.RUNS
    for run in stored["runs"]:
        assert run["history"][0]["step"] == 0
        assert run["history"][-1]["step"] == run["n_steps"]
        assert len(run["tests"]) == longer.N_TEST_BATCHES
