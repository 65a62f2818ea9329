"""Checks of tensors that a reader passes in, before PyTorch meets them: the errors read as those of `_checks` do.

A check names the axes as the docstrings do, ``check_real("x", x, n_batch=None, n_steps=None, n_in=3)``: a number is
what that axis must be, None says that any size of at least 1 will do. It returns the sizes that it found.
"""

from __future__ import annotations

import inspect

import torch
from torch import nn

from softrecall._checks import kind_of, refuse_empty_row


def check_tensor(name: str, x: torch.Tensor, kinds: str, needed: str, axes: dict[str, int | None]) -> tuple[int, ...]:
    """Refuse what is not a tensor of one of `kinds` ("b", "i", "f" as in NumPy) with these axes; none means any."""
    if not isinstance(x, torch.Tensor):
        raise TypeError(f"{name}: must be a torch.Tensor of {needed}; got {kind_of(x)}")
    kind = "f" if x.is_floating_point() else "b" if x.dtype == torch.bool else "c" if x.is_complex() else "i"
    if kind not in kinds:
        raise TypeError(f"{name}: must be {needed}; got {x.dtype}")
    shape = tuple(x.shape)
    if axes and (
        len(shape) != len(axes) or any(size not in (None, n) for size, n in zip(axes.values(), shape, strict=True))
    ):
        wanted = ", ".join(axis if size is None else f"{axis} = {size}" for axis, size in axes.items())
        raise ValueError(f"{name}: must have the shape ({wanted}{',' * (len(axes) == 1)}); got {shape}")
    if 0 in shape:
        raise ValueError(f"{name}: no axis may be empty; got shape {shape}")
    return shape


def check_real(name: str, x: torch.Tensor, like: torch.Tensor | None = None, **axes: int | None) -> tuple[int, ...]:
    """Refuse what is no tensor of floating-point numbers with these axes, or not of the dtype of the weights `like`."""
    shape = check_tensor(name, x, "f", "floating-point numbers", axes)
    if like is not None and x.dtype != like.dtype:
        raise TypeError(f"{name}: must be {like.dtype}, as the weights are; got {x.dtype}")
    return shape


def check_tokens(name: str, x: torch.Tensor, n_tokens: int, **axes: int | None) -> tuple[int, ...]:
    """Refuse what is no tensor of whole numbers from 0 to ``n_tokens - 1`` with these axes."""
    shape = check_tensor(name, x, "i", "whole numbers", axes)
    is_bad = (x < 0) | (x >= n_tokens)
    if is_bad.any():
        raise ValueError(f"{name}: must be from 0 to {n_tokens - 1} (n_tokens is {n_tokens}); got {_first(x, is_bad)}")
    return shape


def check_mask(name: str, mask: torch.Tensor, **axes: int | None) -> tuple[int, ...]:
    """Refuse what is no bool tensor with these axes (True = may be seen), and a row of it that sees nothing."""
    shape = check_tensor(name, mask, "b", "bool (True = may be seen)", axes)
    is_empty = ~mask.any(dim=-1)
    if is_empty.any():
        refuse_empty_row(name, tuple(is_empty.nonzero()[0].tolist()))
    return shape


def check_lengths(name: str, lengths: torch.Tensor, n_batch: int, n_steps: int) -> None:
    """Refuse lengths that are not one whole number for each sequence, from 1 to `n_steps`."""
    check_tensor(name, lengths, "i", "whole numbers", {"n_batch": n_batch})
    is_bad = (lengths < 1) | (lengths > n_steps)
    if is_bad.any():
        raise ValueError(f"{name}: must be from 1 to {n_steps} (n_steps); got {_first(lengths, is_bad)}")


def _first(x: torch.Tensor, is_bad: torch.Tensor) -> str:
    """Show the first bad entry and where it stands."""
    return f"{x[is_bad][0].item()} at index {tuple(is_bad.nonzero()[0].tolist())}"


def show_sizes(module: nn.Module) -> str:
    """Write the sizes that a module was made with and keeps, for its `extra_repr`: ``n_in=3, n_hidden=4``."""
    sizes = {name: getattr(module, name, None) for name in inspect.signature(type(module)).parameters}
    return ", ".join(f"{name}={size}" for name, size in sizes.items() if isinstance(size, int))
