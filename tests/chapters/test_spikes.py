"""Predictions of simulated neurons, in small, and what was stored of five seeds."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import torch

from softrecall import book

ROOT = Path(__file__).parents[2]
SPEC = importlib.util.spec_from_file_location("spikes", ROOT / "experiments" / "spikes.py")
spikes = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(spikes)
STORED = book.data("spikes")


def test_ten_neurons_fire_more_in_the_block_of_every_trial_and_the_others_do_not():
    counts, rates = spikes.trials(400, 3)
    assert counts.shape == rates.shape == (400, 100, 50)
    inside = np.zeros(rates.shape[1:], dtype=bool)
    inside[40:60, 30:40] = True
    without = np.exp(1) * np.exp(-1)  # the largest rate of the rotation alone is 1
    assert rates[:, ~inside].max() <= without < rates[:, inside].max() <= without + 0.5
    assert rates[:, inside].min() > 0.5
    off = (counts - rates)[:, inside].mean()
    assert abs(off) < 5 * np.sqrt(rates[:, inside].mean() / rates[:, inside].size)


def test_both_models_see_the_past_only_and_predict_the_same_steps():
    torch.manual_seed(0)
    counts = torch.rand(2, 100, 50)
    for model in (spikes.Recurrent(), spikes.Regression(np.ones(50))):
        torch.nn.init.normal_(model.out.weight, std=0.1)
        before = model(counts)
        assert before.shape == counts[:, spikes.LAGS :].shape
        later = counts.clone()
        later[:, 50:] += 1
        after = model(later)
        same = (after == before).all(-1).all(0)  # (n_predicted,)
        assert same[: 51 - spikes.LAGS].all()
        assert not same[51 - spikes.LAGS :].any()


def test_smoothing_keeps_a_constant_and_spreads_a_spike():
    assert spikes.smooth(np.full((7, 2), 3.0)) == pytest.approx(np.full((7, 2), 3.0))
    spike = np.zeros((9, 1))
    spike[4] = 9
    assert spikes.smooth(spike)[:, 0] == pytest.approx([0, 0, 1, 2, 3, 2, 1, 0, 0])


def test_a_regression_beats_the_averages_in_a_few_steps():
    train, _ = spikes.trials(100, 5)
    test, rates = spikes.trials(100, 6)
    make, _ = spikes.MODELS["regression on 15 steps"]
    model = spikes.trained(make, train, 0, 1e-3, 100)
    seen, best = spikes.nats(spikes.rates_of(model, test), test), spikes.nats(rates[:, spikes.LAGS :], test)
    average = spikes.nats(spikes.smooth(train.mean(0))[spikes.LAGS :] + 0.01, test)
    assert best < seen < average - (average - best) / 2


def test_the_stored_scores_keep_their_order_in_every_seed():
    assert {"command", "date", "python", "torch", "numpy"} <= set(STORED["about"])
    assert len(STORED["scores"]) == spikes.N_SEEDS
    for run in STORED["scores"]:
        assert run["true rates"] < run["RNN"] < run["average over trials"] < min(run["persistence"], run["mean"])
        assert run["RNN"] < run["regression on 15 steps"] < run["smoothed average"]
        gained = run["average over trials"] - run["true rates"]
        assert abs(run["RNN, and time"] - run["regression on 15 steps, and time"]) < gained / 100
    for some, fewer in zip(*STORED["same phase"].values(), strict=True):
        assert some["smoothed average + 1e-09"] < some["average + 1e-09"] < some["RNN"]
        assert fewer["smoothed average + 1e-09"] < fewer["RNN"] < fewer["average + 0.01"] < fewer["average + 1e-09"]
    gaps = [run["average over trials"] - run["RNN"] for run in STORED["scores"]]
    margin = STORED["margins"]["RNN below the average over trials"]
    assert margin["worst_gap"] == pytest.approx(min(gaps), abs=1e-5)
    assert margin["margin"] == pytest.approx(min(gaps) / 2, abs=1e-5)
