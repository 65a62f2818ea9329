"""The adding problem with every network tuned: one run with another seed, and what was stored."""

import importlib.util
from pathlib import Path

import pytest
import torch

from softrecall import book
from softrecall.recurrent import GRUCell, LSTMCell, RNNCell, run

ROOT = Path(__file__).parents[2]
SPEC = importlib.util.spec_from_file_location("adding", ROOT / "experiments" / "adding.py")
adding = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(adding)
STORED = book.data("adding")


def runs(kind, n_hidden=64, **wanted):
    return [
        one
        for one in STORED["runs"]
        if (one["kind"], one["n_hidden"]) == (kind, n_hidden) and all(one[name] == wanted[name] for name in wanted)
    ]


@pytest.mark.parametrize(("kind", "cell"), [("RNN", RNNCell), ("LSTM", LSTMCell), ("GRU", GRUCell)])
def test_the_layers_are_the_cells_of_the_package(kind, cell):
    torch.manual_seed(0)
    reader, x = adding.Reader(kind, 5), torch.rand(3, 7, 2)
    mine = cell(2, 5)
    with torch.no_grad():
        for to, name in (
            (mine.w_x, "weight_ih"),
            (mine.w_h, "weight_hh"),
            (mine.b_x, "bias_ih"),
            (mine.b_h, "bias_hh"),
        ):
            to.copy_(getattr(reader.layer, f"{name}_l0"))
    torch.testing.assert_close(reader(x), reader.out(run(mine, x)[0][:, -1])[:, 0])


def test_a_start_is_what_its_name_says():
    w_h = adding.Reader("RNN, orthogonal", 8).layer.weight_hh_l0
    torch.testing.assert_close(w_h @ w_h.T, torch.eye(8))
    lstm = adding.Reader("LSTM", 4).layer
    assert ((lstm.bias_ih_l0 + lstm.bias_hh_l0)[4:8] == 1).all()
    closed = adding.Reader("LSTM, bias 0", 4).layer
    assert ((closed.bias_ih_l0 + closed.bias_hh_l0)[4:8] == 0).all()
    assert ((closed.bias_ih_l0 + closed.bias_hh_l0)[:4] != 0).all()
    relu = adding.Reader("ReLU, identity", 8).layer
    assert relu.nonlinearity == "relu"
    torch.testing.assert_close(relu.weight_hh_l0, torch.eye(8), check_stride=False)
    assert not relu.bias_ih_l0.any() | relu.bias_hh_l0.any()


def test_a_gru_solves_it_in_some_hundred_steps_with_another_seed():
    seen = adding.train("GRU", 64, adding.BEST["GRU"], 11, 1500)
    assert seen["error"] < 0.02
    assert seen["n_steps"] < 1500
    assert seen["curve"][0] > 0.1 > adding.SOLVED > seen["curve"][-1]


def test_the_stored_runs_are_those_of_the_script():
    assert {"command", "date", "python", "torch", "numpy"} <= set(STORED["about"])
    assert sorted(tuple(one[name] for name in adding.NAMES) for one in STORED["runs"]) == sorted(adding.grid())
    for one in STORED["runs"]:
        assert one["n_steps"] == adding.EVERY * len(one["curve"])
        assert (one["n_steps"] < adding.N_STEPS) <= (one["curve"][-1] < adding.SOLVED)


def test_with_time_and_a_start_of_its_own_the_plain_network_learns_it_too():
    plain, gated = runs("RNN, orthogonal"), runs("LSTM", 31) + runs("GRU", 36)
    assert len(plain) == adding.N_SEEDS
    assert max(one["error"] for one in plain) < 0.04
    assert min(one["n_steps"] for one in plain) == adding.N_STEPS > 9 * max(one["n_steps"] for one in gated)
    assert max(one["n_weights"] for one in gated) <= min(one["n_weights"] for one in plain)
    for one in plain:  # at its baseline for a long time
        assert one["curve"][15] > 0.13
    assert min(one["error"] for one in runs("window")) > 0.09
    assert runs("RNN", learning_rate=5e-4)[0]["error"] > 0.15


def test_with_relu_and_the_identity_as_a_start_a_plain_network_learns_it_at_the_same_rate():
    relu, lstm = runs("ReLU, identity"), runs("LSTM", learning_rate=5e-3)
    assert len(relu) == adding.N_SEEDS
    assert {one["n_weights"] for one in relu} == {one["n_weights"] for one in runs("RNN, orthogonal")}
    assert max(one["n_steps"] for one in relu) < min(one["n_steps"] for one in lstm)
    again = adding.train("ReLU, identity", 64, adding.BEST["ReLU, identity"], 11, 1500)
    assert again["error"] < 0.03
    assert again["curve"][-1] < adding.SOLVED


def test_a_forget_bias_of_0_costs_no_time_here():
    closed, usual = ([one["n_steps"] for one in runs(kind, learning_rate=5e-3)] for kind in ("LSTM, bias 0", "LSTM"))
    assert len(closed) == len(usual) == adding.N_SEEDS
    assert sum(closed) <= sum(usual)


def test_grus_asked_for_longer_streams_answer_too_low():
    assert [one["seed"] for one in STORED["longer"]] == list(range(adding.N_SEEDS))
    for one in STORED["longer"]:
        assert one["mean answer"] < 0.95
        assert one["error"] > 10 * max(run["error"] for run in runs("GRU", learning_rate=5e-3))
        assert 0.3 < one["correlation"] < 0.9
        assert one["always 1"] == pytest.approx(1 / 6, rel=0.05)
