"""What the chapter on language models claims, with other seeds and fewer steps, and the parts that judge."""

import importlib.util
import math
import sys
from collections import Counter, defaultdict
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
import torch

from softrecall import book
from softrecall.ngrams import NGram

EXPERIMENTS = Path(__file__).parents[2] / "experiments"
STORED = book.data("language-models")


@pytest.fixture(scope="module")
def experiment():
    sys.path.insert(0, str(EXPERIMENTS))
    try:
        spec = importlib.util.spec_from_file_location("language_models", EXPERIMENTS / "language_models.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(EXPERIMENTS))
    return module


@pytest.fixture(scope="module")
def text(experiment):
    return experiment.Text(experiment.documentation())


def floor(n_words: int) -> float:
    """The least mean surprise, in nats, of a reader of n words of the toy language: from all of its sentences."""
    phrases = [part for n in range(3) for part in permutations("abcde", n)]
    after = defaultdict(Counter)
    for a in phrases:
        for b in phrases:
            p = 1 / 9 / math.perm(5, len(a)) / math.perm(5, len(b)) / 30
            for one, other in permutations("NMOPQR", 2):
                sentence = [".", *a, one, "V", *b, other, "."]
                for i in range(1, len(sentence)):
                    after[tuple(sentence[max(0, i - n_words) : i])][sentence[i]] += p
    nats = -sum(p * math.log(p / found.total()) for found in after.values() for p in found.values())
    return (nats + math.log(4)) / 6


def test_networks_that_read_on_go_below_what_any_reader_of_three_words_can_reach_and_a_window_does_not():
    three, all_words = floor(3), floor(4)
    entropy = 2 * (math.log(3) + (math.log(5) + math.log(20)) / 3) + math.log(30) + math.log(4)
    assert all_words == pytest.approx(entropy / 6, abs=1e-9)
    runs = {name: found["runs"] for name, found in STORED["words"].items()}
    assert [len(found) for found in runs.values()] == [5, 5, 5]
    assert three < min(runs["window"]) <= max(runs["window"]) < three + 0.07
    for name in ("GRU", "GPT"):
        assert all_words < min(runs[name]) <= max(runs[name]) < three - 0.02


def test_a_window_of_three_words_says_nothing_before_the_third_and_forgets_the_fourth(experiment):
    torch.manual_seed(0)
    model = experiment.Window(16)
    ids = torch.tensor([[1, 2, 3, 4, 5], [9, 2, 3, 4, 5]])
    logits = model(ids)
    assert logits.shape == (2, 3, 16)
    assert torch.equal(logits[0, 1:], logits[1, 1:])
    assert not torch.equal(logits[0, 0], logits[1, 0])


def test_a_shorter_training_on_words_beats_the_tables_of_as_many_sentences(experiment):
    rng = np.random.default_rng(12)
    train, test = experiment.stream(2000, rng), experiment.stream(1000, np.random.default_rng(10_012))
    tables = [NGram(train, order, 16).surprisals(test)[8:].mean() for order in range(1, 5)]
    assert experiment.word_run("GRU", 12, 3e-3, n_steps=250) < min(tables) - 0.05
    assert min(tables[:3]) < tables[3] - 0.1


def test_at_the_short_budget_the_gru_is_ahead_of_the_gpt_and_the_table_of_both(experiment, text):
    table = NGram(text.train, 4, len(text.alphabet)).surprisals(text.test).mean()
    assert table == pytest.approx(1.3202, abs=1e-3)
    for name, bounds in {"GPT": (1.45, 1.75), "GRU": (1.33, 1.45)}.items():
        found = STORED["short"][name]
        assert found["rate"] == 0.01 == float(min(found["tried"], key=found["tried"].__getitem__))
        nats = [run["nats"] for run in found["runs"]]
        assert len(nats) == 3
        assert table < bounds[0] < min(nats) <= max(nats) < bounds[1]
    few = {name: experiment.judged(experiment.short_run(name, 12, 1e-2, text, 120)[0], text) for name in ("GPT", "GRU")}
    assert few["GRU"]["nats"] < few["GPT"]["nats"] - 0.1
    assert few["GRU"]["nats"] > table
    assert few["GRU"]["nats, 32 before"] == pytest.approx(np.mean(few["GRU"]["by position"][31:]), abs=1e-3)


def test_at_the_long_budget_both_are_ahead_of_the_table(experiment):
    for name in ("GPT", "GRU"):
        found = STORED["long"][name]
        assert found["n_steps"] == experiment.N_STEPS
        assert found["rate"] == float(min(found["tried"], key=found["tried"].__getitem__))
        assert [run["curve"][-1]["step"] for run in found["runs"]] == [experiment.N_STEPS] * 3
        assert max(run["nats"] for run in found["runs"]) < 1.32 - 0.03


def test_both_networks_are_of_one_size_and_the_text_that_chooses_a_rate_is_not_the_last_tenth(experiment, text):
    sizes = [sum(p.numel() for p in experiment.made(name, text, 0).parameters()) for name in ("GPT", "GRU")]
    assert sizes == [STORED["short"][name]["n_weights"] for name in ("GPT", "GRU")]
    assert abs(sizes[0] - sizes[1]) < 100
    choosing = experiment.Text(experiment.documentation(), is_choosing=True)
    whole = np.concatenate([text.train, text.test])
    n = len(text.train)
    assert np.array_equal(np.concatenate([choosing.train, choosing.test]), whole[:n])


def test_a_reader_of_the_stored_weights_gains_nothing_beyond_sixteen_characters(experiment, text):
    reach = STORED["reach"]["GPT"]
    cut = reach["cut"]
    assert cut["4"] > reach["table"] > cut["8"] > cut["16"]
    assert cut["16"] <= cut["64"] < reach["shuffled"]["16"] < reach["swapped"]["16"]
    at = np.arange(64, len(text.test), 8)[:400]
    rows = text.test[at[:, None] - np.arange(64, 0, -1)]
    model = experiment.shipped(text)
    found = {n: experiment.last_surprises(model, rows[:, -n:], text.test[at]).mean() for n in (4, 16, 64)}
    assert found[4] > found[16] + 0.05
    assert found[16] < found[64] + 0.05


def test_disturbing_the_past_leaves_what_is_kept_and_no_row_its_past(experiment):
    rows = np.random.default_rng(0).permuted(np.tile(np.arange(100), (6, 1)), axis=1)
    before = rows.copy()
    for how in ("shuffled", "swapped"):
        found = experiment.disturbed(rows, 4, how, np.random.default_rng(1))
        assert np.array_equal(found[:, -4:], rows[:, -4:])
        assert (found[:, :-4] != rows[:, :-4]).any(axis=1).all()
        if how == "shuffled":
            assert np.array_equal(np.sort(found, axis=1), np.sort(rows, axis=1))
    assert np.array_equal(rows, before)


def test_kinds_of_characters_are_told_by_what_came_before_and_cover_a_text_once(experiment):
    kinds = list(experiment.kinds('See (a list) or "b".\n').values())
    assert np.array_equal(np.sum(kinds[:3], axis=0), np.ones(21))
    assert np.array_equal(kinds[3] | kinds[4], kinds[1])
    assert [int(kind.sum()) for kind in kinds] == [10, 1, 10, 0, 1, 3]
    assert np.flatnonzero(experiment.open_brackets("(ab[cd]efghijklmnopqrst")).tolist() == list(range(7, 17))


def test_a_table_of_kneser_and_ney_shares_out_the_whole_and_counts_what_it_should(experiment):
    a, b = 0, 1
    table = experiment.KneserNey(np.array([a, b, a, b, b]), 1, 2)
    # After a: b twice. After b: a once, b once. Before a stood b; before b stood a and b: 1 and 2 of 3 kinds.
    (ones, discount, *_), (_, longer, *_) = table.levels
    assert dict(ones) == {"\0": 1, "\1": 2}
    assert discount == pytest.approx(1 / 3)
    assert longer == pytest.approx(2 / 4)
    short = (2 - 1 / 3 + 2 / 3 / 2) / 3
    assert table.chance("\0", "\1") == pytest.approx((2 - 0.5 + 0.5 * short) / 2)
    assert table.surprisals(np.array([b]))[0] == pytest.approx(-math.log(short))
    rng = np.random.default_rng(3)
    table = experiment.KneserNey(rng.integers(0, 5, size=300), 3, 6)
    for context in rng.integers(0, 6, size=(20, 3)):
        assert sum(table.chance("".join(map(chr, context)), chr(i)) for i in range(6)) == pytest.approx(1)


def test_with_kneser_and_ney_a_table_is_ahead_of_all_networks_of_the_long_budget(experiment, text):
    stored = STORED["tables"]["Kneser-Ney"]
    best = min(stored["tried"], key=stored["tried"].__getitem__)
    assert str(stored["order"]) == best == "10"
    runs = [run for name in ("GPT", "GRU") for run in STORED["long"][name]["runs"]]
    assert stored["nats"][best] < stored["nats, afresh"] < min(run["nats"] for run in runs)
    assert stored["nats, 32 before"] < min(run["nats, 32 before"] for run in runs)
    four = experiment.KneserNey(text.train, 4, len(text.alphabet)).surprisals(text.test[:4000])
    first = NGram(text.train, 4, len(text.alphabet)).surprisals(text.test[:4000])
    assert four.mean() < first.mean() - 0.05
