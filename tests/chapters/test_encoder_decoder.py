"""What the chapter on encoder and decoder claims of trained models, with other seeds and processor instructions."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from softrecall import book
from softrecall.tasks import encode_dates

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "experiments" / "encoder_decoder.py"
SPEC = importlib.util.spec_from_file_location("encoder_decoder", SCRIPT)
dating = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(dating)
STORED = book.data("encoder-decoder")
AGAIN = """
import json, sys
sys.path.insert(0, sys.argv[1])
import encoder_decoder as e
print(json.dumps(e.translation("alignment", 12, 250)))
"""


@pytest.fixture(scope="module")
def runs():
    """Another seed here, and one more where PyTorch may use AVX2 at most."""
    settings = os.environ | {"ATEN_CPU_CAPABILITY": "avx2", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", AGAIN, str(SCRIPT.parent)]
    other = subprocess.run(command, env=settings, check=True, capture_output=True, text=True)
    return [dating.translation("alignment", 11, 250), json.loads(other.stdout)]


def test_with_alignment_new_days_come_out_whole_and_without_it_they_do_not(runs):
    without = dating.translation("none", 11, 250)["exact"][-1]
    for run in runs:
        assert run["exact"][-1] - without > STORED["margins"]["alignment above none, 250 steps"]["margin"]


def test_while_the_year_is_written_nearly_all_weight_falls_on_the_year(runs):
    for run in runs:
        assert run["looks"]["y"] > 0.95
        assert run["looks"]["m"] < 0.95


def test_a_covered_year_is_lost_and_its_own_output_is_a_spelling_that_it_cannot_read(runs):
    for run in runs + STORED["dates"]["alignment"]:
        assert run["covered"]["y"]["same"] < 0.05
        assert run["unseen"]["2031-07-04"] < 0.05 < 0.9 < run["unseen"]["4 jul 2031"]


def test_words_in_front_make_the_answers_worse(runs):
    for run in runs + STORED["dates"]["alignment"]:
        shares = list(run["longer"].values())
        assert shares == sorted(shares, reverse=True)
        assert shares[-1] < shares[0] - 0.3


def test_no_day_of_the_test_is_trained_on_and_the_places_of_each_part_are_counted():
    assert not set(dating.TRAIN_DAYS.tolist()) & set(dating.TEST_DAYS.tolist())
    seen = dating.looks(dating.translator("mean", 0))
    lengths = []
    for style, order in enumerate(dating.ORDERS):
        texts, _ = dating.dates(100, dating.TEST_DAYS, np.random.default_rng(5), style=style)
        for text in texts:
            words = dict(zip(order, dating.re.findall("[a-z0-9]+", text), strict=True))
            lengths.append([len(words[part]) / len(text) for part in "ymd"])
    assert list(seen.values()) == pytest.approx(np.mean(lengths, axis=0).tolist(), rel=1e-5)
    assert (encode_dates(["1/2/2003"])[1] == 8).all()


def test_a_covered_place_gets_no_weight_and_a_text_respelled_names_the_same_day():
    alignment = dating.translator("alignment", 0).decoder.alignment
    hidden = torch.tensor([[False, True, False, False]])
    is_real = torch.tensor([[True, True, True, False]])
    keys = torch.randn(1, 4, 64, generator=torch.Generator().manual_seed(0))
    _, weights = dating.Covered(alignment, hidden)(torch.zeros(1, 32), keys, is_real, alignment.w_k(keys))
    assert ((weights > 0) == (is_real & ~hidden)).all()
    assert weights.sum().item() == pytest.approx(1)
    spelled = dating.respelled("2031-07-04")
    assert all(name == text for name, text in spelled.items())


def test_the_stored_numbers_hold_for_every_seed():
    assert {"command", "date", "python", "torch", "numpy"} <= set(STORED["about"])
    for kind, group in STORED["dates"].items():
        assert len(group) == dating.N_SEEDS
        assert all((run["exact"][4] > 0.9) == (kind == "alignment") for run in group)
    for run in STORED["dates"]["none"]:
        assert all(max(shares) <= 1 and len(shares) == len(run["exact"]) for shares in run["parts"].values())
        assert run["exact"][-1] <= min(shares[-1] for shares in run["parts"].values())
    assert dating.margin([1.0, 2.0], [4.0, 4.0]) == {"worst_gap": 2.0, "margin": 1.0}
