"""Copying a name: what was stored, and one run of each network with another seed and fewer steps."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import torch

from softrecall import book
from softrecall.attention import attend

ROOT = Path(__file__).parents[2]
SPEC = importlib.util.spec_from_file_location("attention_names", ROOT / "experiments" / "attention.py")
names = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(names)
STORED = book.data("attention")
NEW_PLACE, NEW_NAME = "old name, new place", "new name, old place"


def right(kind, n_names, case):
    best = names.best(STORED["runs"], kind)
    return [
        run["right"][case]
        for run in STORED["runs"]
        if (run["kind"], run["size"], run["learning_rate"], run["n_names"]) == (kind, *best, n_names)
    ]


def test_a_sentence_calls_its_name_in_the_place_that_was_asked_for():
    ids, name = names.sentences(200, np.array([40, 41]), (3, 6), np.random.default_rng(0))
    row, place = np.nonzero(ids >= names.FIRST_NAME)
    assert row.tolist() == list(range(200))
    assert set(place.tolist()) == {3, 6}
    assert (ids[row, place] == name).all()
    assert (ids[row, place - 1] == names.CALLED).all()
    assert (ids[:, -1] == names.AM).all()


def test_the_head_is_the_attention_of_the_package():
    torch.manual_seed(0)
    model, x = names.Attention(16, is_pointing=False).double(), torch.randn(3, names.LENGTH, 2 * names.WIDTH).double()
    with torch.no_grad():
        q, k, v = (w(x).numpy() for w in (model.w_q, model.w_k, model.w_v))
        mine = model(x).numpy()
    np.testing.assert_allclose(mine, attend(q[:, -1:], k, v)[0][:, 0], atol=1e-12)


@pytest.mark.parametrize("kind", names.SIZES)
def test_sharing_brings_places_and_pointing_brings_names(kind):
    size, rate = names.best(STORED["runs"], kind)
    seen = names.train(kind, size, rate, 10, 11, n_steps=400)["right"]
    assert seen["old name, old place"] > 0.8
    assert (seen[NEW_PLACE] > 0.5) == (not kind.startswith("window"))
    assert (seen[NEW_NAME] > 0.6) == kind.endswith("points")


def test_the_stored_runs_are_those_of_the_script():
    assert {"command", "date", "python", "torch", "numpy"} <= set(STORED["about"])
    runs = [tuple(run[name] for name in names.NAMES) for run in STORED["runs"]]
    wanted = {*names.tuning(), *names.grid(STORED["runs"])}
    assert len(runs) == len(set(runs)) == len(wanted)
    assert set(runs) == wanted


@pytest.mark.parametrize("n_names", names.N_NAMES)
def test_of_the_stored_runs_each_seed_says_the_same(n_names):
    for kind in names.SIZES:
        places, new = right(kind, n_names, NEW_PLACE), right(kind, n_names, NEW_NAME)
        assert len(places) == len(new) == names.N_SEEDS
        assert (max(places) < 0.2) if kind.startswith("window") else (min(places) > 0.85)
        if kind.endswith("points"):
            assert min(new) > 0.9
        elif n_names < 160:
            assert max(new) < 0.6
