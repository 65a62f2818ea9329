"""Cells walk along batches of sequences, forwards, or in both directions."""

import torch
from torch import nn

from softrecall._tensors import check_lengths, check_real
from softrecall.recurrent.cells import Cell, State, check_cell

__all__ = ["Bidirectional", "run"]


def run(
    cell: Cell, x: torch.Tensor, state: State | None = None, lengths: torch.Tensor | None = None
) -> tuple[torch.Tensor, State]:
    """Walk a cell along a batch of sequences.

    Parameters
    ----------
    cell : RNNCell, LSTMCell or GRUCell
        Called once a step.
    x : (n_batch, n_steps, n_in)
        The sequences.
    state : optional
        Where to start. None means ``cell.start(x)``, zeros.
    lengths : (n_batch,) of int, optional
        How many steps of each sequence are real. Afterwards its state is held, so that padding changes nothing.

    Returns
    -------
    hiddens : (n_batch, n_steps, n_hidden)
        The hidden state after each step.
    state
        The state after the last real step of each sequence.

    Raises
    ------
    TypeError
        If `cell` is no cell, `x` does not hold floating-point numbers or `lengths` no whole ones.
    ValueError
        If `x` has not three axes, the widths are not those of the cell, or `lengths` is not one number for each
        sequence, from 1 to n_steps.
    """
    check_cell("cell", cell)
    n_batch, n_steps, _ = check_real("x", x, n_batch=None, n_steps=None, n_in=cell.n_in)
    if lengths is not None:
        check_lengths("lengths", lengths, n_batch, n_steps)
    state, hiddens = cell.start(x) if state is None else state, []
    for t in range(n_steps):
        new = cell(x[:, t], state)
        if lengths is not None:
            new = _hold(t < lengths[:, None], new, state)
        state = new
        hiddens.append(state[0] if isinstance(state, tuple) else state)
    return torch.stack(hiddens, dim=1), state


def _hold(is_real: torch.Tensor, new: State, old: State) -> State:
    """Keep the old state where a sequence has ended; `is_real` is (n_batch, 1)."""
    if isinstance(new, torch.Tensor) and isinstance(old, torch.Tensor):
        return torch.where(is_real, new, old)
    return tuple(torch.where(is_real, a, b) for a, b in zip(new, old, strict=True))


class Bidirectional(nn.Module):
    """Two cells read a sequence, one from its start and one from its end: each place knows what follows it too.

    It needs the whole sequence before it can answer, so it can read a sentence to be translated, and cannot write one.

    Parameters
    ----------
    forward_cell, backward_cell : RNNCell, LSTMCell or GRUCell
        Of one `n_in`; the widths of their states may differ.

    Raises
    ------
    TypeError
        If one of them is no cell.
    ValueError
        If the two cells are the same module (they learn different things) or differ in `n_in`.

    References
    ----------
    Schuster and Paliwal (1997), "Bidirectional recurrent neural networks".
    """

    def __init__(self, forward_cell: Cell, backward_cell: Cell) -> None:
        super().__init__()
        check_cell("forward_cell", forward_cell)
        check_cell("backward_cell", backward_cell)
        if forward_cell is backward_cell:
            raise ValueError("backward_cell: must be a cell of its own; got forward_cell again")
        if backward_cell.n_in != forward_cell.n_in:
            raise ValueError(f"backward_cell: n_in must be {forward_cell.n_in}; got {backward_cell.n_in}")
        self.n_in = forward_cell.n_in
        self.forward_cell, self.backward_cell = forward_cell, backward_cell

    def forward(self, x: torch.Tensor, lengths: torch.Tensor | None = None) -> tuple[torch.Tensor, tuple[State, State]]:
        """Read a batch of sequences in both directions.

        Parameters
        ----------
        x : (n_batch, n_steps, n_in)
            The sequences, padded to one length.
        lengths : (n_batch,) of int, optional
            How many steps of each sequence are real. The backward cell starts at the last of them.

        Returns
        -------
        hiddens : (n_batch, n_steps, n_hidden of both cells together)
            Exact zeros at padding.
        states : tuple of two states
            What the forward cell holds at the end and the backward cell at the start of each sequence.

        Raises
        ------
        TypeError, ValueError
            As `run` does.
        """
        n_batch, n_steps, _ = check_real("x", x, n_batch=None, n_steps=None, n_in=self.n_in)
        if lengths is None:
            lengths = torch.full((n_batch,), n_steps, device=x.device)
        forwards, end = run(self.forward_cell, x, lengths=lengths)
        backwards, start = run(self.backward_cell, _reverse(x, lengths), lengths=lengths)
        hiddens = torch.cat([forwards, _reverse(backwards, lengths)], dim=-1)
        is_real = torch.arange(n_steps, device=x.device) < lengths[:, None]  # (n_batch, n_steps)
        return torch.where(is_real[..., None], hiddens, 0.0), (end, start)


def _reverse(x: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """Turn each sequence of x (n_batch, n_steps, width) around within its own length; padding stays where it is."""
    place = torch.arange(x.shape[1], device=x.device).expand(len(x), -1)  # (n_batch, n_steps)
    source = torch.where(place < lengths[:, None], lengths[:, None] - 1 - place, place)
    return x.gather(1, source[..., None].expand_as(x))
