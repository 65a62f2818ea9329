"""The training behind the widget ``TransformerFlow``: what is stored, and a shorter run of the same program."""

import importlib.util
import json
import math
from pathlib import Path

import pytest

PATH = Path(__file__).parents[2] / "experiments" / "transformer_flow.py"
FLOOR = [math.log(n) for n in (2, 4, 3)]  # verbs, animals, words that ask


@pytest.fixture(scope="module")
def experiment():
    spec = importlib.util.spec_from_file_location("transformer_flow", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def about(experiment):
    stored = json.loads(experiment.OUT.read_text(encoding="utf-8"))
    assert stored["about"]["sha256"] == experiment.digest(stored["arrays"])
    return stored["about"]


def test_the_stored_block_follows_the_rules_in_every_sentence_and_looks_nowhere_ahead(experiment, about):
    assert about["stages"] == [list(stage) for stage in experiment.STAGES]
    assert about["sentences"] == len(experiment.SENTENCES) == 96
    assert about["right"] == about["right when rounded"] == dict.fromkeys(("who", "whom", "same"), 32)
    assert about["early"] == pytest.approx(FLOOR, abs=0.001)
    assert all(loss >= floor - 1e-4 for loss, floor in zip(about["early"], FLOOR, strict=True))


def test_a_part_taken_away_costs_answers_and_only_the_mask_costs_none(about):
    lost = {part: 96 - sum(right.values()) for part, right in about["right when taken away"].items()}
    assert lost["mask"] == 0
    assert min(lost[part] for part in ("positions", "residual", "network")) >= 48
    assert max(about["early when taken away"]["mask"]) > 3


def test_blocks_trained_without_a_part_lose_less_and_without_a_mask_they_read_ahead(about):
    trained = about["trained without"]
    assert {len(runs) for runs in trained.values()} == {5}
    assert all((run["who"], run["whom"], run["same"]) == (20, 20, 32) for run in trained["positions"])
    assert all(run["who"] == run["whom"] == 32 for part in ("residual", "network", "mask") for run in trained[part])
    assert max(loss for run in trained["mask"] for loss in run["early"]) < 0.01
    for part in ("positions", "residual", "network"):
        assert all(run["early"] == pytest.approx(FLOOR, abs=0.001) for run in trained[part])


def test_a_shorter_training_learns_the_rules_and_without_positions_it_cannot(experiment):
    short = ((300, 1e-2),)
    learned = experiment.n_right(experiment.train(stages=short))
    assert sum(learned.values()) >= 88
    blind = experiment.n_right(experiment.train("positions", stages=short))
    assert blind["who"] <= 20
    assert blind["whom"] <= 20
    assert sum(experiment.n_right(experiment.block()).values()) <= 48
