"""What the laboratory of Transformers claims of networks without a part, with other seeds and fewer steps."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import torch

from softrecall import book
from softrecall.tasks import END

SCRIPT = Path(__file__).parents[2] / "experiments" / "transformer_lab.py"
SPEC = importlib.util.spec_from_file_location("transformer_lab", SCRIPT)
lab = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(lab)
STORED = book.data("transformer-lab")
NOISE_FLOOR = lab.NOISE**2


def trained(task: str, part: str, n_steps: int, rate: float = 3e-3) -> dict:
    model, loss = lab.train(task, part, 11, rate, n_steps)
    return lab.TASKS[task].judge(model, *lab.TASKS[task].tested(11, 300)) | {"loss": loss}


def test_sorting_needs_no_positions_but_it_needs_the_mask():
    found = {part: trained("sorting", part, 180) for part in ("no positions", "no mask")}
    assert found["no positions"]["score"] > 0.7
    assert found["no mask"]["score"] == 0
    assert found["no mask"]["loss"] < found["no positions"]["loss"]


def test_without_a_mask_a_forecast_is_below_the_floor_only_where_its_answer_is_in_the_input():
    by_step = np.array(trained("sines", "no mask", 450)["by step"])
    assert by_step[: lab.WIDTH - lab.HORIZON].mean() < NOISE_FLOOR / 2
    assert by_step[lab.WIDTH - lab.HORIZON :].min() > NOISE_FLOOR


def test_a_forecaster_with_a_mask_sees_nothing_of_what_follows():
    torch.manual_seed(0)
    model = lab.forecasting("whole").double()
    model.positions.double()
    x = torch.randn(2, lab.WIDTH, dtype=torch.double)
    changed = x.clone()
    changed[:, 20:] += 1
    with torch.no_grad():
        apart = (model(x) - model(changed)).abs()
    assert apart[:, :20].max() < 1e-12
    assert apart[:, 20:].min() > 0


def test_the_forecast_that_is_judged_lies_beyond_the_input():
    past, following = lab.sines_batch(np.random.default_rng(0), 3, True)
    assert past.shape == following.shape == (3, lab.WIDTH)
    assert torch.equal(past[:, lab.HORIZON :], following[:, : -lab.HORIZON])

    def copies(x):  # what the input holds of the answers
        return torch.nn.functional.pad(x[:, lab.HORIZON :], (0, lab.HORIZON))

    found = lab.judge_forecasts(copies, past, following)
    assert max(found["by step"][: -lab.HORIZON]) == 0
    assert found["score"] == pytest.approx((following[:, -1] ** 2).mean().item(), rel=1e-4)


def test_an_answer_counts_only_as_a_whole_and_its_tokens_in_any_order_apart():
    source, real, target = lab.sorting_batch(np.random.default_rng(0), 4, True)

    class Writes:
        def __init__(self, ids):
            self.ids = ids

        def greedy(self, *_):
            return self.ids

    answers = target[:, 1:]
    right = lab.judge_answers(Writes(answers), source, real, target, end=END)
    back = answers.flip(1)
    wrong = lab.judge_answers(Writes(back), source, real, target, end=END)
    short = lab.judge_answers(Writes(answers[:, :-1]), source, real, target, end=END)
    assert right == {"score": 1, "any order": 1} == short
    assert wrong == {"score": 0, "any order": 1}


def test_a_feed_forward_network_alone_forecasts_better_than_attention_after_as_many_steps():
    alone = trained("sines", "feed-forward alone", 300)
    assert len(alone["by step"]) == 1
    assert NOISE_FLOOR < alone["score"] < trained("sines", "whole", 300)["score"]


def test_days_of_the_test_are_not_trained_on_and_the_rival_is_as_large():
    assert not set(lab.TRAIN_DAYS.tolist()) & set(lab.TEST_DAYS.tolist())
    for task in ("sorting", "sines"):
        sizes = [sum(p.numel() for p in lab.TASKS[task].make(part).parameters()) for part in ("whole", "GRU")]
        assert sizes[1] == pytest.approx(sizes[0], rel=0.03)


def test_the_stored_numbers_are_those_of_the_chapter():
    assert {"command", "date", "python", "torch", "numpy"} <= set(STORED["about"])
    for task in lab.TASKS:
        for found in STORED[task].values():
            assert found["rate"] in lab.RATES
            assert set(found["tried"]) == {str(rate) for rate in lab.RATES}
            assert len(found["runs"]) >= lab.N_SEEDS_ABLATED
        for part in ("whole", *lab.RIVALS[task]):
            assert len(STORED[task][part]["runs"]) == lab.N_SEEDS
    for task in ("sorting", "dates"):
        assert min(run["score"] for run in STORED[task]["whole"]["runs"]) > 0.95
        assert max(run["score"] for run in STORED[task]["no mask"]["runs"]) == 0
    assert min(run["score"] for run in STORED["sorting"]["no positions"]["runs"]) > 0.95
    whole = [run["score"] for run in STORED["sines"]["whole"]["runs"]]
    for rival in lab.RIVALS["sines"]:
        found = [run["score"] for run in STORED["sines"][rival]["runs"]]
        assert NOISE_FLOOR < min(found) <= max(found) < min(whole)
    for name, times in (("not longer", 1), ("longer", lab.LONGER)):
        assert STORED[name]["n_steps"] == times * lab.TASKS["sorting"].n_steps
        assert STORED[name]["rate"] == lab.LONGER_RATE
