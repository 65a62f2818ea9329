"""What the chapter on noise claims of training with little text, with fewer steps."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import torch

from softrecall import book
from softrecall.tasks import Alphabet, documentation

SCRIPT = Path(__file__).parents[2] / "experiments" / "training_noise.py"
SPEC = importlib.util.spec_from_file_location("training_noise", SCRIPT)
lab = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(lab)
STORED = book.data("training-noise")


def stored(kind, key, strength=None):
    return [
        run[key] for run in STORED["runs"] if run["kind"] == kind and (strength is None or run["strength"] == strength)
    ]


def test_stochastic_depth_keeps_the_mean_and_leaves_out_whole_texts():
    torch.manual_seed(0)
    noise, x = lab.StochasticDepth(0.3), torch.ones(40_000, 1, 2)
    out = noise(x)
    assert torch.equal(out[..., 0], out[..., 1])
    assert {round(value, 4) for value in out.unique().tolist()} == {0.0, round(1 / 0.7, 4)}
    assert abs(out[:, 0, 0].mean().item() - 1) < 5 * np.sqrt(0.3 / 0.7 / 40_000)
    assert torch.equal(noise.eval()(x), x)


def test_noise_on_embeddings_is_as_large_as_it_says_and_off_in_use():
    torch.manual_seed(0)
    noise, x = lab.EmbeddingNoise(0.5), 3 * torch.ones(100, 100, 10)
    added = noise(x) - x
    assert added.std().item() == pytest.approx(1.5, rel=0.02)
    assert torch.equal(noise.eval()(x), x)


def test_the_windows_that_stop_are_not_those_that_are_reported_and_neither_is_trained_on():
    ids = np.arange(20_000)
    stop, report = lab.held_out(ids, 20)
    assert stop.shape == report.shape == (10, lab.LENGTH + 1)
    assert not np.intersect1d(stop, report).size
    assert min(stop.min(), report.min()) >= 18_000 > lab.N_SEEDS * lab.N_CHARACTERS


def test_in_a_shorter_run_noise_helps_at_the_end_and_not_at_the_best_moment():
    text = documentation()
    alphabet = Alphabet(text)
    ids, n = alphabet.encode(text), len(alphabet)
    plain = lab.train(ids, n, None, 0.0, 0, n_steps=150)
    noisy = lab.train(ids, n, "embedding noise", 3.0, 0, n_steps=150)
    assert plain["end"] > plain["stopped"] + 0.2
    assert noisy["end"] < plain["end"] - 0.1
    assert noisy["stopped"] > plain["stopped"] - 0.1
    assert plain["stopped at"] < 150
    rival = lab.table(ids, n, 0)
    assert abs(rival["surprise"] - plain["stopped"]) < 0.3


def test_the_stored_numbers_are_those_of_the_chapter():
    assert STORED["about"]["characters"] == lab.N_CHARACTERS
    assert len(STORED["runs"]) == lab.N_SEEDS * (1 + sum(len(strengths) for strengths in lab.KINDS.values()))
    plain = stored(None, "end")
    for kind, strengths in lab.KINDS.items():
        for strength in strengths:
            assert np.mean(stored(kind, "end", strength)) < np.mean(plain)
            assert np.mean(stored(kind, "stopped", strength)) > np.mean(stored(None, "stopped")) - 0.06
    assert min(plain) > 4.5 > 3.3 > max(stored(None, "stopped"))
    assert max(stored(None, "stopped at")) <= 50
    assert abs(np.mean([one["surprise"] for one in STORED["tables"]]) - np.mean(stored(None, "stopped"))) < 0.1
