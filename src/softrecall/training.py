"""One short training loop for the whole book, in PyTorch."""

import math
from collections.abc import Callable, Iterable
from typing import NamedTuple

import torch
from torch import nn

from softrecall._checks import check_count, check_number, check_positive, kind_of

__all__ = ["Record", "device", "fit"]


class Record(NamedTuple):
    """What a training run leaves behind: the loss of each step, and whether it stopped before its budget was spent."""

    losses: list[float]
    has_stopped: bool


def device() -> torch.device:
    """Name the device to compute on: a GPU if PyTorch finds one, else the processor."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def fit(
    model: nn.Module,
    batches: Iterable[tuple[torch.Tensor, ...]],
    loss: Callable[..., torch.Tensor],
    *,
    n_steps: int,
    learning_rate: float = 1e-3,
    clip: float | None = None,
    stop: Callable[[nn.Module], bool] | None = None,
    every: int = 50,
    progress: bool = False,
) -> Record:
    """Train `model` with Adam on a budget of steps.

    Parameters
    ----------
    model : torch.nn.Module
        Changed in place.
    batches : iterable
        Each item is a tuple of tensors, moved to the device of the model. Randomness belongs to whoever makes it: the
        loop draws nothing.
    loss : callable
        ``loss(model, *batch)`` gives a tensor of one finite number.
    n_steps : int
        The budget, >= 1. The loop also ends where `batches` does.
    learning_rate : float
        Of Adam, finite, >= 0.
    clip : float, optional
        The gradient of all parameters together is scaled down to this norm where it is longer. Finite, above 0.
    stop : callable, optional
        ``stop(model)``, asked after every `every` steps without recording gradients; True ends the training.
    every : int
        Also how often a line is printed, if `progress` is set.
    progress : bool
        Whether to print the loss now and then.

    Returns
    -------
    Record
        The loss of each step taken, and whether `stop` ended the run.

    Raises
    ------
    TypeError
        If `n_steps` or `every` is not a whole number, `learning_rate` or `clip` not a real one, a batch not a tuple of
        tensors, or `loss` gives no tensor of one number.
    ValueError
        If a number is out of its range, `model` has nothing to train, or the loss is NaN or infinite: what comes after
        such a step is no training. The model is then as it was before the step.
    """
    n_steps, every = check_count("n_steps", n_steps, 1), check_count("every", every, 1)
    learning_rate = check_number("learning_rate", learning_rate, low=0)
    if clip is not None:
        clip = check_positive("clip", clip, "a gradient of length 0 teaches nothing")
    where = _device_of(model)
    losses: list[float] = []
    adam = torch.optim.Adam(model.parameters(), lr=learning_rate, fused=True)  # the same bits from every processor
    for step, batch in zip(range(1, n_steps + 1), batches):  # noqa: B905 - the shorter of the two decides
        value = _loss_of(model, batch, loss, where, step)
        adam.zero_grad()
        value.backward()
        if clip is not None:
            nn.utils.clip_grad_norm_(model.parameters(), clip)
        adam.step()
        losses.append(value.item())
        if step % every == 0:
            if progress:
                print(f"step {step} of at most {n_steps}: loss {losses[-1]:.4f}")
            if stop is not None and _asked(stop, model):
                return Record(losses, has_stopped=True)
    return Record(losses, has_stopped=False)


def _device_of(model: nn.Module) -> torch.device:
    first = next(model.parameters(), None)
    if first is None:
        raise ValueError(f"model: needs at least one parameter to train; got {type(model).__name__} with none")
    return first.device


def _loss_of(
    model: nn.Module, batch: object, loss: Callable[..., torch.Tensor], where: torch.device, step: int
) -> torch.Tensor:
    """Compute the loss of one batch, and refuse one that no step may follow."""
    if not isinstance(batch, tuple | list) or not all(isinstance(part, torch.Tensor) for part in batch):
        raise TypeError(f"batches: each item must be a tuple of tensors; got {kind_of(batch)}")
    value = loss(model, *(part.to(where) for part in batch))
    if not isinstance(value, torch.Tensor) or value.numel() != 1:
        raise TypeError(f"loss: must give a tensor of one number; got {kind_of(value)}")
    if not math.isfinite(value.item()):
        hint = "lower learning_rate, or set clip"
        raise ValueError(f"loss: must stay a finite number ({hint}); got {value.item()} at step {step}")
    return value


@torch.no_grad()
def _asked(stop: Callable[[nn.Module], bool], model: nn.Module) -> bool:
    return bool(stop(model))
