"""Reversing sequences: what was stored, what counts as right, and one short run of each network."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from softrecall import book

ROOT = Path(__file__).parents[2]
SPEC = importlib.util.spec_from_file_location("transformer_runs", ROOT / "experiments" / "transformer.py")
runs = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(runs)
STORED = book.data("transformer")


class Backwards:
    """Answers by rule, with one fault of a given kind."""

    def __init__(self, fault):
        self.fault = fault

    def greedy(self, source, start, end, n_max, source_mask):
        answer = nn.functional.pad(source.flip(1), (0, 1), value=end)
        if self.fault == "symbol":
            answer[:, 2] = 3 + (answer[:, 2] - 2) % runs.N_SYMBOLS
        if self.fault == "end":
            answer[:, -1] = 3
        return answer[:, :-1] if self.fault == "short" else answer


@pytest.mark.parametrize(("fault", "share"), [(None, 1.0), ("short", 1.0), ("symbol", 0.0), ("end", 0.0)])
def test_an_answer_counts_if_every_symbol_is_right_and_it_ends(fault, share):
    # of an answer without its last column every row ended before it: greedy stops there
    assert runs.exact(Backwards(fault), 5, np.random.default_rng(0)) == share


def test_the_two_networks_have_the_same_number_of_weights():
    n, m = (sum(parameter.numel() for parameter in runs.build(kind).parameters()) for kind in runs.RATES)
    assert 0.99 < n / m < 1.01


def test_the_recurrent_pair_writes_greedily_what_it_scores_and_ignores_padding():
    torch.manual_seed(0)
    model = runs.build("gru")
    source = torch.tensor([[3, 4, 5, 6, 0, 0]])
    answer = model.greedy(source, runs.START, runs.END, 5, source != 0)
    given = torch.cat([torch.full((1, 1), runs.START), answer[:, :-1]], dim=1)
    with torch.no_grad():
        best = model(source, given, source != 0).argmax(-1)
    n = 1 + int((answer == runs.END).long().argmax()) if (answer == runs.END).any() else 5
    assert answer[:, :n].equal(best[:, :n])
    assert answer.equal(model.greedy(source[:, :4], runs.START, runs.END, 5, source[:, :4] != 0))


@pytest.mark.parametrize("kind", runs.RATES)
def test_a_short_run_learns_to_reverse_what_it_was_trained_with_and_no_more(kind):
    seen = runs.train(kind, STORED["about"]["best"][kind], 11, n_steps=200)["exact"]
    assert seen["4"] > 0.3
    assert seen["11"] < 0.05


def test_the_stored_runs_are_those_of_the_script():
    assert {"command", "date", "python", "torch", "numpy"} <= set(STORED["about"])
    stored = [tuple(run[name] for name in runs.NAMES) for run in STORED["runs"]]
    wanted = {settings for stage in runs.stages(STORED["runs"]) for settings in stage()}
    assert len(stored) == len(wanted)
    assert set(stored) == wanted


def test_of_the_stored_runs_each_seed_says_the_same():
    chosen = {
        kind: [run for run in STORED["runs"] if runs.run_of(run, kind, STORED["about"]["best"][kind])]
        for kind in runs.RATES
    }
    assert all(len(found) == runs.N_SEEDS for found in chosen.values())
    ours, theirs = (np.array([[run["exact"][str(n)] for n in runs.LENGTHS] for run in chosen[kind]]) for kind in chosen)
    trained = slice(1, 6)  # 4 to 8
    assert (ours[:, trained].mean(1) > 0.99).all()
    assert (ours[:, 6] < 0.6).all()  # 9
    assert (ours[:, 7:] < 0.05).all()
    assert ours[:, 5].min() > theirs[:, 5].max() + 0.1  # 8
