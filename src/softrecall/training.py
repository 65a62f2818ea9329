"""One short training loop for the whole book, in PyTorch."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import torch
from torch import nn

from softrecall._checks import check_count

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
    batches: Iterator,
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
    batches : iterator
        Each item is a tuple of tensors, moved to the device of the model. Randomness belongs to whoever makes it: the
        loop draws nothing.
    loss : callable
        ``loss(model, *batch)`` gives a scalar tensor.
    n_steps : int
        The budget, >= 1. The loop also ends where `batches` does.
    learning_rate : float
        Of Adam.
    clip : float, optional
        The gradient of all parameters together is scaled down to this norm where it is longer.
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
    """
    n_steps, every = check_count("n_steps", n_steps, 1), check_count("every", every, 1)
    where = next(model.parameters()).device
    losses: list[float] = []
    adam = torch.optim.Adam(model.parameters(), learning_rate, fused=True)  # the same bits from every processor
    for step, batch in zip(range(1, n_steps + 1), batches):  # noqa: B905 - the shorter of the two decides
        value = loss(model, *(part.to(where) for part in batch))
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


@torch.no_grad()
def _asked(stop: Callable[[nn.Module], bool], model: nn.Module) -> bool:
    return bool(stop(model))
