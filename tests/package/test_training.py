"""The training loop: budget, stop, clipping, and that it draws nothing at random."""

import itertools
import math

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
    losses = fit(line(), itertools.repeat(BATCH), squared, n_steps=4, every=2, progress=True).losses
    assert capsys.readouterr().out.splitlines() == [
        f"step 2 of at most 4: loss {losses[1]:.4f}",
        f"step 4 of at most 4: loss {losses[3]:.4f}",
    ]
    assert len({f"{loss:.4f}" for loss in losses}) == 4


class Elsewhere(torch.Tensor):
    """A tensor that is good for nothing until it has been moved."""

    def to(self, where):
        return self.as_subclass(torch.Tensor) if where == torch.device("cpu") else self


def test_batches_are_moved_to_where_the_model_is():
    def loss(model, x, y):
        assert type(x) is type(y) is torch.Tensor
        return squared(model, x, y)

    batch = tuple(part.as_subclass(Elsewhere) for part in BATCH)
    assert len(fit(line(), [batch], loss, n_steps=1).losses) == 1


@pytest.mark.parametrize(
    ("change", "error", "text"),
    [
        ({"n_steps": 0}, ValueError, "n_steps: must be at least 1; got 0"),
        ({"n_steps": 2.0}, TypeError, "n_steps: must be a whole number; got float 2.0"),
        ({"every": 0}, ValueError, "every: must be at least 1; got 0"),
        ({"learning_rate": -0.1}, ValueError, "learning_rate: must be a finite number >= 0; got -0.1"),
        ({"learning_rate": math.nan}, ValueError, "learning_rate: must be a finite number >= 0; got nan"),
        ({"learning_rate": "fast"}, TypeError, "learning_rate: must be a real number; got str 'fast'"),
        *[
            ({"clip": clip}, ValueError, rf"clip: must be a finite number above 0 \(.*\); got {clip}")
            for clip in (-1, 0, math.nan, math.inf)
        ],
        ({"clip": "1"}, TypeError, "clip: must be a real number; got str '1'"),
        ({"batches": [X]}, TypeError, "batches: each item must be a tuple of tensors; got Tensor"),
        ({"batches": [([1.0], [3.0])]}, TypeError, r"batches: each item must be a tuple of tensors; got tuple"),
        ({"model": torch.nn.Tanh()}, ValueError, "model: needs at least one parameter to train; got Tanh with none"),
        ({"loss": lambda *_: 1.0}, TypeError, "loss: must give a tensor of one number; got float 1.0"),
        ({"loss": lambda m, x, y: m(x) - y}, TypeError, "loss: must give a tensor of one number; got Tensor"),
    ],
)
def test_bad_settings_are_refused_by_name_and_leave_the_model_as_it_was(change, error, text):
    model = line(0.5)
    call = {"model": model, "batches": [BATCH], "loss": squared, "n_steps": 3} | change
    with pytest.raises(error, match=f"^{text}"):
        fit(**call)
    assert model.weight.item() == 0.5


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_loss_that_is_not_finite_ends_the_run_before_it_touches_the_model(bad):
    model, before = line(), []

    def loss(model, x, y):
        before.append(model.weight.item())
        return squared(model, x, y) + (bad if len(before) == 3 else 0)

    with pytest.raises(ValueError, match=rf"^loss: must stay a finite number \(.*\); got {bad} at step 3$"):
        fit(model, itertools.repeat(BATCH), loss, n_steps=9)
    assert model.weight.item() == before[2] != before[1]


def test_the_device_is_a_gpu_exactly_where_there_is_one():
    assert device().type == ("cuda" if torch.cuda.is_available() else "cpu")
