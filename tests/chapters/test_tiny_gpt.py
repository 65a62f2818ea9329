"""The training of the small language model: what is stored, and a shorter run of the same program."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest

EXPERIMENTS = Path(__file__).parents[2] / "experiments"


@pytest.fixture(scope="module")
def experiment():
    spec = importlib.util.spec_from_file_location("tiny_gpt", EXPERIMENTS / "tiny_gpt.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["tiny_gpt"] = module
    spec.loader.exec_module(module)
    return module


def test_what_is_stored_is_what_the_program_says_and_rounding_cost_next_to_nothing(experiment):
    result = json.loads(experiment.OUT.read_text(encoding="utf-8"))
    stored = json.loads(experiment.WEIGHTS.read_text(encoding="utf-8"))
    about = stored["about"]
    assert about["sha256"] == experiment.digest(stored["arrays"])
    assert about["text sha256"] == result["about"]["text sha256"] == experiment.DOCUMENTATION_SHA256
    assert about["n_steps"] == result["about"]["settings"]["n_steps"] == experiment.N_STEPS
    assert about["nats"] == result["runs"][experiment.SHIPPED]["nats"]
    assert about["seed"] == experiment.SHIPPED
    assert abs(about["nats when rounded"] - about["nats"]) <= 0.02
    assert 100_000 <= about["n_weights"] == result["about"]["n_weights"] <= 200_000


def test_the_stored_weights_are_as_surprised_as_is_said_and_every_run_beats_every_table(experiment):
    result = json.loads(experiment.OUT.read_text(encoding="utf-8"))
    stored = json.loads(experiment.WEIGHTS.read_text(encoding="utf-8"))
    text = experiment.Text(experiment.documentation())
    assert experiment.tables(text) == result["tables"]
    places = experiment.by_position(experiment.rounded(experiment.network(text), stored["arrays"]), text.test)
    assert places.mean() == pytest.approx(stored["about"]["nats when rounded"], abs=2e-4)
    assert len(result["runs"]) == 3
    assert max(run["nats"] for run in result["runs"]) < min(result["tables"]) - 0.01
    for run in result["runs"]:
        assert run["curve"][-1]["step"] == experiment.N_STEPS
        assert run["curve"][-1]["nats"] == run["nats"]


def test_a_shorter_training_loses_to_the_table_of_three_characters_and_beats_that_of_one(experiment):
    text = experiment.Text(experiment.documentation())
    model, found = experiment.run(text, 0, n_steps=150, every=75)
    assert [point["step"] for point in found["curve"]] == [75, 150]
    assert 1.4 < found["nats"] < 2.6
    assert len(found["by position"]) == experiment.LENGTH
    about = experiment.shipped(model, text, found, 150)["about"]
    assert abs(about["nats when rounded"] - about["nats"]) <= 0.02
    assert experiment.pace(50, 150) == 0.5
    assert experiment.pace(100, 150) == 1
    assert experiment.pace(150, 150) == pytest.approx(0, abs=1e-12)


def test_a_rate_is_chosen_on_text_that_is_trained_on_later(experiment):
    full, choosing = (experiment.Text(experiment.documentation(), is_choosing=x) for x in (False, True))
    assert len(full.train) + len(full.test) == 465_048
    assert choosing.train.tolist() + choosing.test.tolist() == full.train.tolist()
    assert len(choosing.test) == pytest.approx(len(full.train) / 10, abs=1)
