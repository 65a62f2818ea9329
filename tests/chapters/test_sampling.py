"""What the chapter on sampling claims of ways to write: the measures, the stored numbers, and a shorter run."""

import importlib.util
import json
import math
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from softrecall import book
from softrecall.tasks import Alphabet, documentation
from softrecall.widgets.tiny_gpt.numbers import load

SCRIPT = Path(__file__).parents[2] / "experiments" / "sampling.py"
SPEC = importlib.util.spec_from_file_location("sampling", SCRIPT)
lab = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(lab)
STORED = book.data("sampling")


def mean(name, key):
    return float(np.mean([row[key] for row in STORED["rows"][name]]))


def test_distinct_and_repeated_count_what_stood_before():
    ids = np.array([1, 2, 3, 1, 2, 3, 1])
    assert lab.distinct(ids, 3) == 3 / 5
    assert lab.repeated(ids, 3) == pytest.approx(2 / 5)
    assert lab.repeated(np.arange(20), 3) == 0


def test_words_are_cut_at_everything_that_is_no_letter_and_broken_ones_at_the_ends_are_left_out():
    assert lab.words("tement a_list, 2nd: the el") == ["a", "list", "nd", "the"]
    assert lab.known_of(["a", "list", "nd"], {"a", "list"}) == (2, 3)


def test_shares_are_pooled_over_texts_and_means_are_not():
    rows = [{"judge": 1.0, "words": (1, 1)}, {"judge": 3.0, "words": (0, 3)}]
    assert lab.mean_of(rows) == {"judge": 2.0, "words": 0.25}


def test_the_plug_in_entropy_is_that_of_a_count_by_hand():
    ids = np.random.default_rng(0).integers(0, 3, 200)
    pairs, before = Counter(pairwise(ids)), Counter(ids[:-1].tolist())
    by_hand = -sum(n / 199 * math.log(n / before[a]) for (a, _), n in pairs.items())
    assert lab.plug_in(ids, 1) == pytest.approx(by_hand)


def test_counted_on_itself_even_noise_becomes_certain_and_on_new_text_it_does_not():
    ids = np.random.default_rng(0).integers(0, 10, 4000)
    found = lab.entropies(ids[:3000], ids[3000:], 10, n_orders=6)
    assert found["plug-in"][5] < 0.1 < math.log(10) - 0.1 < min(found["held out"])
    assert found["plug-in"] == sorted(found["plug-in"], reverse=True)


def test_what_was_just_written_is_measured_with_the_answers_of_the_model():
    model = load()
    step = lab.remembered(model)
    ids = np.arange(70) % len(model.alphabet)
    assert np.array_equal(step(ids), model.step(ids))
    assert np.array_equal(step(ids[:3]), model.step(ids[:3]))


def test_in_a_shorter_run_greedy_repeats_itself_and_a_high_temperature_is_far_from_what_people_write():
    text = documentation()
    found = lab.measure(load(), Alphabet(text).encode(text), n_prompts=2, n_seeds=1, n_new=100)["rows"]
    judge = {name: rows[0]["judge"] for name, rows in found.items()}
    assert judge["greedy"] < judge["human"] < judge["temperature 1.3"] < judge["temperature 2"]
    assert found["greedy"][0]["repeated"] > found["human"][0]["repeated"] + 0.2
    assert found["temperature 2"][0]["repeated"] == 0
    assert found["temperature 2"][0]["words"] < found["human"][0]["words"]


def test_the_stored_numbers_come_from_the_weights_that_the_widget_carries():
    assert STORED["about"]["weights"] == load().about["sha256"]
    assert {"command", "date", "python", "numpy", "text"} <= set(STORED["about"])
    assert set(STORED["rows"]) == {"human", "greedy", "beam 4", *lab.SAMPLED}
    assert all(len(STORED["rows"][name]) == lab.N_SEEDS for name in lab.SAMPLED)
    assert json.dumps(STORED, allow_nan=False)


def test_the_stored_numbers_are_those_of_the_chapter():
    assert mean("beam 4", "model") < mean("greedy", "model") < mean("temperature 0.7", "model") < mean("human", "model")
    assert min(mean(name, "repeated") for name in ("greedy", "beam 4")) > 0.4 > 0.2 > mean("human", "repeated")
    for key, sign in (("judge", 1), ("distinct", 1), ("repeated", -1)):
        values = [sign * mean(f"temperature {t}", key) for t in ("0.5", "0.7", "1", "1.3", "2")]
        assert values == sorted(values)
    rising = list(STORED["entropy by temperature"].values())
    assert rising == sorted(rising)
    for rule, more in (("most probable", True), ("least repeated", False)):
        rows = STORED["candidates"][rule]
        assert (rows[-1]["repeated"] > rows[0]["repeated"] + 0.1) == more


def test_the_stored_entropies_fall_on_their_own_text_and_turn_on_new_text():
    found = STORED["entropies"]
    assert found["plug-in"] == sorted(found["plug-in"], reverse=True)
    assert found["shuffled"][6] < 0.05 < found["plug-in"][6]
    assert int(np.argmin(found["held out"])) == 4
