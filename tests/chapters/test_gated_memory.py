"""What the chapter on gated memory claims of trained models, with other seeds and processor instructions."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from softrecall import book

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "experiments" / "gated_memory.py"
SPEC = importlib.util.spec_from_file_location("gated_memory", SCRIPT)
gated = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(gated)
STORED = book.data("gated-memory")
AGAIN = """
import json, sys
sys.path.insert(0, sys.argv[1])
import gated_memory as g
print(json.dumps(g.forecast(12, n_steps=200)))
"""


def margin(name):
    return STORED["margins"][name]["margin"]


@pytest.fixture(scope="module")
def runs():
    """Another seed here, and one more where PyTorch may use AVX2 at most."""
    settings = os.environ | {"ATEN_CPU_CAPABILITY": "avx2", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", AGAIN, str(SCRIPT.parent)]
    other = subprocess.run(command, env=settings, check=True, capture_output=True, text=True)
    return [gated.forecast(11, n_steps=200), json.loads(other.stdout)]


def test_a_weighted_sum_beats_the_network_and_both_beat_the_last_value(runs):
    base = gated.baselines()
    for run in runs:
        assert run["test"] - base["linear"] > margin("linear below the LSTM")
        assert base["last value"] - run["test"] > margin("LSTM below the last value")
    assert base["true curve"] < base["linear"]


def test_the_floor_is_the_variance_of_the_noise_and_the_weighted_sum_comes_within_a_seventh():
    noise = (gated.SERIES.values - gated.SERIES.clean)[gated.VALIDATION + gated.WIDTH :] ** 2
    base = gated.baselines()
    assert base["true curve"] == pytest.approx(noise.mean())
    assert abs(noise.mean() - 0.15**2) < 5 * noise.std() / np.sqrt(len(noise))
    assert base["linear"] < base["true curve"] * (1 + 1 / 7)


def test_a_weighted_sum_needs_a_long_window_and_not_only_the_four_values_of_the_rule():
    stored = STORED["series"]["linear by lags"]
    again = gated.lagged(n_seeds=0)["linear by lags"]
    assert again == pytest.approx(stored)
    errors = [stored[str(k)] for k in gated.LAGS]
    assert errors == sorted(errors, reverse=True)
    assert errors[0] > 2 * errors[-1] > 2 * STORED["series"]["baselines"]["true curve"]


def test_a_falling_rate_narrows_the_seeds_and_still_does_not_reach_the_weighted_sum():
    falling = [run["test"] for run in STORED["series"]["falling rate"]]
    constant = [run["test"] for run in STORED["series"]["networks"]["16 units"]]
    assert len(falling) == gated.N_SEEDS
    assert max(falling) - min(falling) < (max(constant) - min(constant)) / 3
    assert STORED["series"]["baselines"]["linear"] < min(falling)
    assert max(falling) < np.mean(constant)


def test_the_parts_of_the_series_follow_each_other_and_share_no_value():
    scaled = (gated.SERIES.values - gated.SERIES.values[:1600].mean()) / gated.SERIES.values[:1600].std()
    parts = gated.parts()
    for name, (first, last) in {"train": (0, 1600), "validation": (1600, 2000), "test": (2000, 2400)}.items():
        past, following = parts[name]
        np.testing.assert_array_equal(np.append(past[0], following), scaled[first:last])


def test_the_stored_numbers_hold_for_every_seed():
    assert {"command", "date", "python", "torch", "numpy"} <= set(STORED["about"])
    assert STORED["series"]["baselines"] == pytest.approx(gated.baselines())
    networks = STORED["series"]["networks"]
    assert set(networks) == set(gated.VARIANTS)
    assert min(run["test"] for runs in networks.values() for run in runs) > STORED["series"]["baselines"]["linear"]
    assert gated.margin([1.0, 2.0], [4.0, 4.0]) == {"worst_gap": 2.0, "margin": 1.0}
