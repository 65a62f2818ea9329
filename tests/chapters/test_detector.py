"""What the chapter on recurrent networks claims of detectors, with another seed, and what was stored of five."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import torch

from softrecall import book

ROOT = Path(__file__).parents[2]
SPEC = importlib.util.spec_from_file_location("detector", ROOT / "experiments" / "detector.py")
detector = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(detector)
STORED = book.data("detector")
RNN, SUM = "RNN, 16 units", "window of ten, weighted sum"


def at(run, step):
    (test,) = (test for test in run["tests"] if test["step"] == step)
    return test


def starts(symbols):
    stretches = np.lib.stride_tricks.sliding_window_view(symbols, 3, axis=1)
    return (stretches == (0, 1, 2)).all(-1)


@pytest.mark.parametrize(("places", "length"), [(range(5), 10), (range(5, 8), 10), (range(18), 20)])
def test_the_motif_stands_once_and_where_it_may_or_nowhere(places, length):
    symbols, is_there = detector.anywhere(2000, places, np.random.default_rng(1), length)
    found = starts(symbols)
    assert (found.sum(1) == is_there).all()
    assert set(found.nonzero()[1].tolist()) == set(places)
    assert abs(is_there.mean() - 0.5) < 5 * 0.5 / np.sqrt(2000)


def test_a_window_has_weights_for_each_place_and_a_sliding_one_the_same_for_all():
    torch.manual_seed(0)
    x = detector.tensors(np.array([[0, 1, 2, 3, 3], [3, 0, 1, 2, 3]]), np.zeros(2))[0]
    fixed, sliding = detector.Window(5), detector.Sliding(3)
    assert abs(fixed(x)[0] - fixed(x)[1]) > 0.01
    stretches = [x[0, i : i + 3].flatten() for i in range(3)]
    by_hand = torch.stack([sliding.layers(stretch)[0] for stretch in stretches]).exp().sum().log()
    torch.testing.assert_close(sliding(x)[0], by_hand)


def test_a_report_counts_alarms_and_has_no_precision_without_one():
    y = torch.tensor([1.0, 1.0, 0.0, 0.0])
    seen = detector.report(torch.tensor([2.0, -1.0, 1.0, -1.0]), y)
    assert (seen["found"], seen["alarms"], seen["endings"]) == (1, 2, 2)
    assert seen["recall"] == seen["specificity"] == seen["precision"] == seen["accuracy"] == 0.5
    assert detector.report(-torch.ones(4), y)["precision"] is None


def test_after_150_steps_the_shift_of_bayes_silences_the_network_and_after_600_it_does_not():
    run = detector.ends(RNN, 11, 0.5, 600)
    early, late = at(run, 150), at(run, 600)
    assert early["as trained"]["recall"] == 1
    assert early["as trained"]["precision"] < 0.5
    assert early["shifted"]["alarms"] == 0
    assert late["shifted"]["precision"] > 0.99
    assert late["shifted"]["recall"] > 0.8


def test_at_places_not_seen_in_training_only_the_sliding_window_finds_the_motif():
    sliding = detector.places("anywhere", "sliding window of three, weighted sum", 11)
    network = detector.places("anywhere", RNN, 11, 600)
    assert min(sliding["unseen"]["recall"], network["seen"]["accuracy"]) > 0.98
    gap = sliding["unseen"]["recall"] - network["unseen"]["recall"]
    assert gap > STORED["margins"]["sliding window above RNN, unseen places"]["margin"]


def test_the_stored_runs_say_what_the_chapter_says():
    kinds = {kind: {name: v["runs"] for name, v in STORED[kind].items()} for kind in ("as they come", "equal parts")}
    for runs in [*kinds["as they come"].values(), *kinds["equal parts"].values()]:
        assert [run["seed"] for run in runs] == list(range(detector.N_SEEDS))
        assert {at(run, 2000)["as trained"]["recall"] for run in runs} == {1.0}
    for run in kinds["as they come"][RNN]:
        assert at(run, 150)["as trained"]["alarms"] == at(run, 600)["as trained"]["alarms"] == 0
    for run in kinds["equal parts"][RNN]:
        assert at(run, 150)["shifted"]["alarms"] == 0
        assert at(run, 600)["as trained"]["precision"] == at(run, 600)["as trained"]["recall"] == 1
    assert min(at(run, 600)["as trained"]["found"] for run in kinds["as they come"][SUM]) > 100
    assert detector.margins(STORED) == STORED["margins"]


def test_the_third_question_is_about_the_first_symbol():
    x, y = next(detector.first_batches(3, 12))
    assert x.shape == (64, 12, 5)
    assert x[:, 0, :2].sum(1).tolist() == [1] * 64  # a 0 or a 1
    assert x[:, 0, 1].tolist() == y.tolist()
    assert 16 < y.sum() < 48


def test_the_networks_find_more_at_unseen_places_if_more_symbols_follow():
    for name in (RNN, "GRU, 16 units"):
        for run in STORED["anywhere"][name]["runs"]:
            assert run["later"]["recall"] > run["unseen"]["recall"]
            assert run["cut"]["recall"] < 0.8 < run["seen"]["recall"]


def test_what_came_first_is_found_close_by_and_lost_far_away():
    right = STORED["first"][RNN]["right"]
    assert min(right["5"] + right["10"]) == 1
    assert max(right["40"]) < 0.55
