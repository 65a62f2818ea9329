"""The experiment on digits learned two at a time, in small, and what it stored."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import torch

from softrecall import book

ROOT = Path(__file__).parents[2]
SPEC = importlib.util.spec_from_file_location("continual_digits", ROOT / "experiments" / "continual_digits.py")
digits = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(digits)
STORED = book.data("continual-digits")


def test_training_and_test_share_no_digit_and_are_all_digits():
    x, y, x_test, y_test = digits.digits(3, 0.25)
    assert (len(x), len(x_test)) == (1348, 449)
    assert (x.min(), x.max()) == (0, 1)
    assert set(y.tolist()) == set(y_test.tolist()) == set(range(10))
    again = digits.digits(3, 0.25)
    assert torch.equal(x, again[0])
    assert not torch.equal(x, digits.digits(4, 0.25)[0])


def test_the_top_k_layer_activates_k_units_with_weights_of_length_one_and_not_negative():
    torch.manual_seed(0)
    layer = digits.TopK(64, 50, 10)
    layer.k = 7
    seen = []
    layer.out.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    layer(torch.rand(20, 64))
    assert ((seen[0] > 0).sum(-1) == 7).all()
    assert layer.hidden.weight.min() >= 0
    torch.testing.assert_close(layer.hidden.weight.norm(dim=-1), torch.ones(50))
    assert layer.hidden.bias is layer.out.bias is None


def test_k_units_alone_leave_the_rest_of_a_dense_layer_as_it_was():
    torch.manual_seed(0)
    layer, x = digits.TopKAlone(64, 50, 10), torch.rand(20, 64)
    seen = []
    layer.out.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    layer(x)
    active = torch.relu(layer.hidden(x))
    kept = seen[0] > 0
    assert (kept.sum(-1) == digits.SETTINGS["k"]).all()
    torch.testing.assert_close(seen[0][kept], active[kept])


def test_a_dense_layer_forgets_and_the_whole_top_k_layer_forgets_less():
    small = {"n_hidden": 300, "n_epochs": 12}
    dense, top = (digits.train(name, 11, **small) for name in ("dense, Adam", "top-k, Adam"))
    assert dense["after_each_task"][-1] < 0.25
    assert max(dense["by_task_at_the_end"][:3]) < 0.05
    assert top["after_each_task"][-1] > 0.3


def test_a_dense_layer_learns_all_digits_at_once():
    joint = digits.train("dense, Adam", 0, is_joint=True, n_hidden=100, n_epochs=15)
    assert joint["after_each_task"][0] > 0.9
    assert min(joint["by_task_at_the_end"]) > 0.8


@pytest.mark.parametrize("model", list(digits.MODELS))
def test_the_stored_results_are_whole(model):
    about = STORED["about"]
    assert about["settings"] == digits.SETTINGS
    assert {"command", "date", "python", "torch", "scikit-learn"} <= set(about)
    runs = [run for run in STORED["runs"] if run["model"] == model]
    assert sorted((run["seed"], run["is_joint"]) for run in runs) == [
        (seed, joint) for seed in range(digits.N_SEEDS) for joint in (False, True)
    ]
    assert {len(run["after_each_task"]) for run in runs if not run["is_joint"]} == {len(digits.TASKS)}


def in_turn(model, rate):
    return [
        run["after_each_task"][-1]
        for run in STORED["sweep"]
        if (run["model"], run["rate"], run["is_joint"]) == (model, rate, False)
    ]


@pytest.mark.parametrize("model", list(digits.MODELS))
def test_every_model_was_tried_at_all_its_rates_and_at_the_best_with_all_seeds(model):
    for rate in digits.rates_of(model):
        assert len(in_turn(model, rate)) >= digits.N_SWEEP_SEEDS
    best = digits.best_rate(STORED["sweep"], model)
    assert len(in_turn(model, best)) == digits.N_SEEDS
    joint = [run for run in STORED["sweep"] if (run["model"], run["rate"], run["is_joint"]) == (model, best, True)]
    assert sorted(run["seed"] for run in joint) == list(range(digits.N_SEEDS))


def test_at_its_best_rate_a_dense_layer_keeps_about_as_much_as_the_top_k_layer():
    dense, top = (in_turn(name, digits.best_rate(STORED["sweep"], name)) for name in ("dense, Adam", "top-k, Adam"))
    assert abs(np.mean(dense) - np.mean(top)) < 0.1
    assert max(dense) > max(top) > min(top) > min(dense)


def test_a_rate_changes_what_is_learned():
    small = {"n_hidden": 50, "n_epochs": 2}
    assert digits.train("dense, Adam", 0, rate=1e-7, **small) != digits.train("dense, Adam", 0, **small)
    assert digits.train("dense, Adam", 0, rate=1e-3, **small) == digits.train("dense, Adam", 0, **small)
