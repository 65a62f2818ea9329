"""One step at a time: the cells."""

import math
from typing import Any, Protocol, Self, TypeAlias, runtime_checkable

import torch
from torch import nn

from softrecall._checks import check_count, check_number, kind_of
from softrecall._tensors import check_real, show_sizes

__all__ = ["GRUCell", "LSTMCell", "RNNCell"]


State: TypeAlias = torch.Tensor | tuple[torch.Tensor, ...]


@runtime_checkable
class Cell(Protocol):
    """What walks along a sequence: it knows its widths, where to start, and how to take a step."""

    n_in: int
    n_hidden: int

    def start(self, x: torch.Tensor) -> Any:
        """Give the state before the first step."""

    def __call__(self, x: torch.Tensor, state: Any) -> Any:
        """Take one step: the state after it."""


def check_cell(name: str, cell: object) -> None:
    """Refuse what is no module that walks along a sequence."""
    if not isinstance(cell, nn.Module) or not isinstance(cell, Cell):
        raise TypeError(f"{name}: must be a cell such as RNNCell; got {kind_of(cell)}")


class _Cell(nn.Module):
    """Input and recurrent weights for `n_blocks` blocks of units; all start uniform within 1 / sqrt(n_hidden)."""

    n_blocks: int

    def __init__(self, n_in: int, n_hidden: int) -> None:
        super().__init__()
        self.n_in, self.n_hidden = check_count("n_in", n_in, 1), check_count("n_hidden", n_hidden, 1)
        bound, n_units = 1 / math.sqrt(n_hidden), self.n_blocks * n_hidden
        self.w_x, self.w_h = (nn.Parameter(torch.empty(n_units, n)) for n in (n_in, n_hidden))
        self.b_x, self.b_h = (nn.Parameter(torch.empty(n_units)) for _ in range(2))
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -bound, bound)

    extra_repr = show_sizes

    @classmethod
    def from_torch(cls, module: nn.RNNCellBase) -> Self:
        """Make a cell with a copy of the weights of the PyTorch class of the same name.

        Raises
        ------
        TypeError
            If `module` is of another class, or an RNN cell without tanh.
        ValueError
            If `module` has no biases.
        """
        if not isinstance(module, getattr(nn, cls.__name__)) or getattr(module, "nonlinearity", "tanh") != "tanh":
            raise TypeError(f"module: must be a torch.nn.{cls.__name__} (with tanh); got {module}")
        if module.bias_ih is None:
            raise ValueError(f"module: needs biases (they are part of the cell); got {module}")
        with torch.random.fork_rng(devices=[]):  # what is drawn here is overwritten: nobody else should miss it
            cell = cls(module.input_size, module.hidden_size).to(module.weight_ih)
        pairs = zip((cell.w_x, cell.w_h, cell.b_x, cell.b_h), module.parameters(), strict=True)
        with torch.no_grad():
            for mine, theirs in pairs:
                mine.copy_(theirs)
        return cell

    def start(self, x: torch.Tensor) -> State:
        """Give the state before the first step: zeros.

        Parameters
        ----------
        x : (n_batch, ...)
            Inputs that it is to suit: as many, and of the same dtype.

        Returns
        -------
        hidden : (n_batch, n_hidden)
        """
        return self._zeros(x)

    def _zeros(self, x: torch.Tensor) -> torch.Tensor:
        n_batch, *_ = check_real("x", x, self.w_x)
        return x.new_zeros(n_batch, self.n_hidden)

    def _check_step(self, x: torch.Tensor, hidden: torch.Tensor) -> None:
        """Refuse an input that is not (n_batch, n_in), or a state that is not (n_batch, n_hidden)."""
        n_batch, _ = check_real("x", x, self.w_x, n_batch=None, n_in=self.n_in)
        check_real("hidden", hidden, self.w_h, n_batch=n_batch, n_hidden=self.n_hidden)


class RNNCell(_Cell):
    r"""One layer of tanh units that also sees its own state of the step before.

    .. math:: h_t = \tanh(W_x x_t + b_x + W_h h_{t-1} + b_h)

    Parameters
    ----------
    n_in, n_hidden : int
        Widths of input and state, >= 1.

    References
    ----------
    Elman (1990), "Finding structure in time".
    """

    n_blocks = 1

    def forward(self, x: torch.Tensor, hidden: torch.Tensor) -> torch.Tensor:
        """Take one step.

        Parameters
        ----------
        x : (n_batch, n_in)
            What comes in at this step.
        hidden : (n_batch, n_hidden)
            The state before it.

        Returns
        -------
        hidden : (n_batch, n_hidden)
        """
        self._check_step(x, hidden)
        return torch.tanh(x @ self.w_x.T + self.b_x + hidden @ self.w_h.T + self.b_h)  # (n_batch, n_hidden)


class LSTMCell(_Cell):
    r"""A cell that is changed only by what its gates let through.

    .. math:: c_t = f_t \odot c_{t-1} + i_t \odot g_t, \qquad h_t = o_t \odot \tanh(c_t)

    Input gate i, forget gate f and output gate o are sigmoids, the candidate g a tanh, each of
    :math:`W_x x_t + b_x + W_h h_{t-1} + b_h` with weights of its own (stacked in the order i, f, g, o). Along the cell
    an error is multiplied by f and by nothing else.

    Parameters
    ----------
    n_in, n_hidden : int
        Widths of input and state, >= 1.
    forget_bias : float
        Added to the bias of the forget gate at the start. At 0, as in PyTorch, the gate begins near 1/2 and halves the
        cell at every step; at 1 it begins near 0.73.

    References
    ----------
    Hochreiter and Schmidhuber (1997); the forget gate is from Gers, Schmidhuber and Cummins (2000).
    """

    n_blocks = 4

    def __init__(self, n_in: int, n_hidden: int, forget_bias: float = 0.0) -> None:
        super().__init__(n_in, n_hidden)
        forget_bias = check_number("forget_bias", forget_bias)
        with torch.no_grad():
            self.b_x[n_hidden : 2 * n_hidden] += forget_bias

    def start(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Give the state before the first step: zeros.

        Parameters
        ----------
        x : (n_batch, ...)
            Inputs that it is to suit: as many, and of the same dtype.

        Returns
        -------
        hidden, cell : (n_batch, n_hidden)
        """
        return self._zeros(x), self._zeros(x)

    def forward(self, x: torch.Tensor, state: tuple[torch.Tensor, torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
        """Take one step.

        Parameters
        ----------
        x : (n_batch, n_in)
            What comes in at this step.
        state : (hidden, cell) of (n_batch, n_hidden) each
            The state before it.

        Returns
        -------
        hidden, cell : (n_batch, n_hidden)
        """
        if not isinstance(state, tuple) or len(state) != 2:
            raise TypeError(f"state: must be the tuple (hidden, cell); got {kind_of(state)}")
        hidden, cell = state
        self._check_step(x, hidden)
        check_real("cell", cell, self.w_h, n_batch=len(x), n_hidden=self.n_hidden)
        drive = x @ self.w_x.T + self.b_x + hidden @ self.w_h.T + self.b_h  # (n_batch, 4 * n_hidden)
        blocks = drive.chunk(4, dim=-1)
        i, f, o = (blocks[k].sigmoid() for k in (0, 1, 3))
        cell = f * cell + i * blocks[2].tanh()
        return o * cell.tanh(), cell


class GRUCell(_Cell):
    r"""A state that is carried on or replaced, gate by gate.

    .. math:: h_t = z_t \odot h_{t-1} + (1 - z_t) \odot n_t

    The update gate z and the reset gate r are sigmoids of :math:`W_x x_t + b_x + W_h h_{t-1} + b_h` (stacked in the
    order r, z, n). Two conventions exist for the candidate n:

    - after (PyTorch, cuDNN): :math:`n = \tanh(W_x x + b_x + r \odot (W_h h + b_h))`,
    - before (Cho et al., 2014): :math:`n = \tanh(W_x x + b_x + W_h (r \odot h) + b_h)`.

    They are different functions of the same weights. Here, as in PyTorch, z near 1 keeps the old state; some texts
    exchange z and 1 - z, so that z near 1 replaces it.

    Parameters
    ----------
    n_in, n_hidden : int
        Widths of input and state, >= 1.
    reset_after : bool
        Whether the state is reset after its multiplication (True, as in PyTorch) or before.

    References
    ----------
    Cho et al. (2014), "Learning phrase representations using RNN encoder-decoder for statistical machine translation".
    """

    n_blocks = 3

    def __init__(self, n_in: int, n_hidden: int, *, reset_after: bool = True) -> None:
        super().__init__(n_in, n_hidden)
        self.reset_after = reset_after

    def forward(self, x: torch.Tensor, hidden: torch.Tensor) -> torch.Tensor:
        """Take one step.

        Parameters
        ----------
        x : (n_batch, n_in)
            What comes in at this step.
        hidden : (n_batch, n_hidden)
            The state before it.

        Returns
        -------
        hidden : (n_batch, n_hidden)
        """
        self._check_step(x, hidden)
        n = self.n_hidden
        from_x, from_h = x @ self.w_x.T + self.b_x, hidden @ self.w_h[: 2 * n].T + self.b_h[: 2 * n]
        r, z = (from_x[:, : 2 * n] + from_h).sigmoid().chunk(2, dim=-1)  # (n_batch, n_hidden) each
        w, b = self.w_h[2 * n :], self.b_h[2 * n :]
        seen = r * (hidden @ w.T + b) if self.reset_after else (r * hidden) @ w.T + b
        candidate = (from_x[:, 2 * n :] + seen).tanh()
        return z * hidden + (1 - z) * candidate
