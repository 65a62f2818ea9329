"""The training loop: budget, stop, clipping, and that it draws nothing at random."""

import itertools

import pytest
import torch

from softrecall.training import device, fit


def line(weight=0.0):
    model = torch.nn.Linear(1, 1, bias=False)
    torch.nn.init.constant_(model.weight, weight)
    return model


def squared(model, x, y):
    return ((model(x) - y) ** 2).mean()


X = torch.tensor([[1.0], [2.0]])
BATCH = (X, 3 * X)


def test_a_line_is_learned_and_the_losses_are_those_of_each_step():
    model = line()
    record = fit(model, itertools.repeat(BATCH), squared, n_steps=400, learning_rate=0.05)
    assert model.weight.item() == pytest.approx(3, abs=1e-3)
    assert len(record.losses) == 400
    assert record.losses[0] == pytest.approx(squared(line(), *BATCH).item())
    assert not record.has_stopped


def test_the_budget_ends_the_run_and_so_does_the_data():
    assert len(fit(line(), itertools.repeat(BATCH), squared, n_steps=7).losses) == 7
    assert len(fit(line(), iter([BATCH] * 3), squared, n_steps=7).losses) == 3


def test_no_batch_beyond_the_budget_is_taken():
    batches = iter([BATCH] * 5)
    fit(line(), batches, squared, n_steps=3)
    assert len(list(batches)) == 2


def test_a_criterion_ends_the_run_and_is_asked_every_so_often_without_gradients():
    asked = []

    def near(model):
        asked.append(torch.is_grad_enabled())
        return abs(model.weight.item() - 3) < 0.5

    record = fit(line(), itertools.repeat(BATCH), squared, n_steps=1000, learning_rate=0.05, stop=near, every=10)
    assert record.has_stopped
    assert len(record.losses) == 10 * len(asked) < 1000
    assert not any(asked)


def test_clipping_bounds_the_gradient_that_the_optimiser_sees():
    model, seen = line(), []
    model.weight.register_post_accumulate_grad_hook(lambda p: seen.append(p.grad.clone()))
    fit(model, itertools.repeat((1000 * X, 1000 * X)), squared, n_steps=1, clip=0.5)
    assert seen[0].norm() > 1e5
    assert model.weight.grad.norm() == pytest.approx(0.5, rel=1e-4)


def test_the_loop_draws_nothing_at_random():
    model, before = line(), torch.random.get_rng_state()
    fit(model, itertools.repeat(BATCH), squared, n_steps=5)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_progress_is_printed_only_if_wanted(capsys):
    fit(line(), itertools.repeat(BATCH), squared, n_steps=4, every=2)
    assert capsys.readouterr().out == ""
    fit(line(), itertools.repeat(BATCH), squared, n_steps=4, every=2, progress=True)
    assert [text.split(":")[0] for text in capsys.readouterr().out.splitlines()] == [
        "step 2 of at most 4",
        "step 4 of at most 4",
    ]


def test_a_budget_that_is_no_count_is_refused():
    with pytest.raises(ValueError, match="n_steps: must be at least 1; got 0"):
        fit(line(), itertools.repeat(BATCH), squared, n_steps=0)


def test_the_device_is_a_gpu_exactly_where_there_is_one():
    assert device().type == ("cuda" if torch.cuda.is_available() else "cpu")
