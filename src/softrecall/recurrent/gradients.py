"""What becomes of an error on its way back through the steps."""

import math

import torch

from softrecall._tensors import check_real
from softrecall.recurrent.cells import Cell, State, check_cell

__all__ = ["gradient_norms"]


def gradient_norms(cell: Cell, x: torch.Tensor) -> torch.Tensor:
    r"""Measure how much an error at the end of a sequence is scaled on its way back through the states.

    .. math:: g_t = \frac{1}{\sqrt{n}} \Bigl\lVert \frac{\partial h_T}{\partial h_{T-t}} \Bigr\rVert_F

    The Frobenius norm of the product of Jacobians, over the root of the number of units: by how much an error of random
    direction is scaled, in the root mean square. For an LSTM all paths count, those along the cell and those through
    the gates: its state is (hidden, cell) and the Jacobian is that of the hidden part at the end.

    Parameters
    ----------
    cell : RNNCell, LSTMCell or GRUCell
        Called once a step.
    x : (n_steps, n_in)
        One sequence. The state before it is zero.

    Returns
    -------
    (n_steps,)
        g at 0, 1, ... steps back; the first is 1 for a cell whose state is its hidden vector.

    Raises
    ------
    TypeError, ValueError
        If `cell` is no cell, or `x` not (n_steps, n_in) of floating-point numbers.
    """
    check_cell("cell", cell)
    check_real("x", x, n_steps=None, n_in=cell.n_in)
    state, states = cell.start(x[:1]), []
    for step in x:
        state = cell(step[None], state)
        state = tuple(s.detach().requires_grad_() for s in state) if isinstance(state, tuple) else state
        state = state if isinstance(state, tuple) else state.detach().requires_grad_()
        states.append(state)
    error = torch.eye(cell.n_hidden, dtype=x.dtype, device=x.device)  # one row an error, (n_hidden, n_hidden)
    errors: tuple[torch.Tensor, ...] = (error, torch.zeros_like(error)) if isinstance(state, tuple) else (error,)
    norms = []
    for t in reversed(range(len(x))):
        norms.append(torch.cat(errors, dim=-1).norm() / math.sqrt(cell.n_hidden))
        if t:
            errors = _one_back(cell, x[t], states[t - 1], errors)
    return torch.stack(norms).detach()


def _one_back(
    cell: Cell, step: torch.Tensor, before: State, errors: tuple[torch.Tensor, ...]
) -> tuple[torch.Tensor, ...]:
    """Carry rows of errors across one step, by the Jacobian of the cell at the state `before`."""
    parts = before if isinstance(before, tuple) else (before,)
    many = tuple(part.detach().expand(len(errors[0]), -1).clone().requires_grad_() for part in parts)
    after = cell(step.expand(len(errors[0]), -1), many if isinstance(before, tuple) else many[0])
    after = after if isinstance(after, tuple) else (after,)
    return torch.autograd.grad(after, many, errors)
