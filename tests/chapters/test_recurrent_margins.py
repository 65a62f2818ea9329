"""What the chapters on recurrent networks claim of trained models, with other seeds and processor instructions."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from softrecall import book

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "experiments" / "recurrent_margins.py"
SPEC = importlib.util.spec_from_file_location("recurrent_margins", SCRIPT)
margins = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(margins)
STORED = book.data("recurrent-margins")
AGAIN = """
import json, sys
sys.path.insert(0, sys.argv[1])
import recurrent_margins as m
print(json.dumps({"detection": m.detection(12, 0.5), "spikes": m.spikes(12, 300)}))
"""


def margin(name):
    return STORED["margins"][name]["margin"]


@pytest.fixture(scope="module")
def runs():
    """Another seed here, and one more where PyTorch may use AVX2 at most."""
    settings = os.environ | {"ATEN_CPU_CAPABILITY": "avx2", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", AGAIN, str(SCRIPT.parent)]
    other = subprocess.run(command, env=settings, check=True, capture_output=True, text=True)
    return [{"detection": margins.detection(11, 0.5), "spikes": margins.spikes(11, 300)}, json.loads(other.stdout)]


def test_trained_as_they_come_the_detector_finds_nothing_and_is_right_in_99_per_cent():
    seen = margins.detection(11, None)
    assert seen["recall"] == 0
    assert seen["accuracy"] == seen["always no"] > 0.99


def test_trained_on_balanced_data_it_finds_the_endings_with_any_seed(runs):
    for run in runs:
        assert run["detection"]["recall"] > margin("recall of the RNN above 0")
        assert run["detection"]["specificity"] > 0.9


def test_a_network_beats_the_average_over_trials_and_not_the_true_rates_with_any_seed(runs):
    for run in runs:
        seen = run["spikes"]
        assert seen["average over trials"] - seen["rnn"] > margin("RNN below the average over trials")
        assert seen["rnn"] - seen["true rates"] > 0
        assert seen["average over trials"] < min(seen["persistence"], seen["constant"])


def test_a_gated_network_solves_the_adding_problem_on_which_the_plain_one_stays_at_its_baseline():
    gated, plain = margins.sums("GRU", 11), margins.sums("RNN", 11, 300)
    assert gated["error"] < 0.02
    assert plain["error"] - gated["error"] > margin("GRU below the RNN, adding")


def test_the_stored_numbers_hold_for_every_seed():
    assert {"command", "date", "python", "torch", "numpy"} <= set(STORED["about"])
    for cell, runs in STORED["adding"].items():
        assert len(runs) == margins.N_SEEDS
        assert all((run["error"] < 0.02) == (cell != "RNN") for run in runs)
    for run in STORED["detection"]["as they come"]:
        assert run["recall"] == 0
    assert margins.margin([1.0, 2.0], [4.0, 4.0]) == {"worst_gap": 2.0, "margin": 1.0}
