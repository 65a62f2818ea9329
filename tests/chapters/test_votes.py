"""What the chapter on noise claims of samples that vote, with fewer problems and another seed."""

import importlib.util
from pathlib import Path

import numpy as np
import torch

from softrecall import book

SCRIPT = Path(__file__).parents[2] / "experiments" / "votes.py"
SPEC = importlib.util.spec_from_file_location("votes", SCRIPT)
lab = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(lab)
STORED = book.data("votes")


def test_an_answer_is_the_sum_of_all_digits_modulo_ten():
    rows = lab.problems(20, np.random.default_rng(0))
    assert torch.equal(rows[:, -1], rows[:, : lab.N_DIGITS].sum(1) % 10)
    assert torch.equal(rows[:, lab.N_DIGITS], rows[:, 0])


def test_a_model_that_adds_without_a_fault_is_right_however_it_is_asked():
    def adds(ids):
        n = ids.shape[1] - lab.N_DIGITS + 1
        total = ids[:, :n].sum(1) % 10
        return 50.0 * torch.nn.functional.one_hot(total, 10).double()[:, None]

    rows, draw = lab.problems(20, np.random.default_rng(0)), torch.Generator().manual_seed(0)
    for temperature in (0, 1.0):
        given = lab.answers(adds, rows[:, : lab.N_DIGITS], temperature, draw)
        assert lab.right(given, rows[:, -1]) == 1


def test_in_a_shorter_run_votes_beat_one_sample_and_do_not_beat_greedy_by_much():
    found = lab.measure(11, n=100, temperatures=(1.0,), votes=(1, 5, 20))
    votes = found["votes"]["1.0"]
    assert votes["one"] + 0.1 < votes["20"] < found["greedy"] + 0.05
    assert 0.6 < found["greedy"] < 1


def test_the_stored_numbers_are_those_of_the_chapter():
    assert len(STORED["runs"]) == lab.N_SEEDS
    for temperature in map(str, lab.TEMPERATURES):
        one, forty = (np.array([run["votes"][temperature][n] for run in STORED["runs"]]) for n in ("one", "40"))
        greedy = np.array([run["greedy"] for run in STORED["runs"]])
        assert (one + 0.05 < forty).all()
        assert forty.mean() < greedy.mean() + 0.01
