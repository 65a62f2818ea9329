"""The training behind the widget ``DateAlignment``: what is stored, and a shorter run of the same program."""

import importlib.util
import json
import sys
from pathlib import Path

import pytest

EXPERIMENTS = Path(__file__).parents[2] / "experiments"


@pytest.fixture(scope="module")
def experiment():
    sys.path.insert(0, str(EXPERIMENTS))
    try:
        spec = importlib.util.spec_from_file_location("date_alignment", EXPERIMENTS / "date_alignment.py")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(EXPERIMENTS))
    return module


def test_what_is_stored_is_what_the_program_says_and_lost_no_day_to_the_rounding(experiment):
    stored = json.loads(experiment.OUT.read_text(encoding="utf-8"))
    about = stored["about"]
    assert about["sha256"] == experiment.digest(stored["arrays"])
    assert about["stages"] == [list(stage) for stage in experiment.STAGES]
    assert about["days"] == len(experiment.TEST_DAYS)
    assert about["exact"] == about["exact when rounded"] == [about["days"]] * experiment.N_STYLES


def test_a_shorter_training_writes_most_unseen_days_in_every_style_and_rounding_costs_few(experiment):
    measured = experiment.measure(((300, 1e-2),), experiment.TEST_DAYS[::150])
    about, n = measured["about"], measured["about"]["days"]
    assert n == 49
    assert min(about["exact"]) >= 0.9 * n
    assert min(about["exact when rounded"]) >= 0.9 * n
    assert about["sha256"] == experiment.digest(measured["arrays"])
    untrained = experiment.translator("alignment", 0)
    assert max(experiment.n_exact(untrained, experiment.TEST_DAYS[::150])) == 0
