"""Where a token stands, written into its vector."""

import torch
from torch import nn

from softrecall._checks import check_choice, check_count
from softrecall._tensors import check_real, show_sizes

__all__ = ["PositionalEncoding", "sinusoidal_positions"]


def sinusoidal_positions(n_positions: int, d_model: int, *, dtype: torch.dtype | None = None) -> torch.Tensor:
    r"""Give each position a row of sines and cosines of falling frequency.

    .. math:: P_{t,\,2i} = \sin(\omega_i t), \quad P_{t,\,2i+1} = \cos(\omega_i t)

    .. math:: \omega_i = 10000^{-2i / d_{\text{model}}}

    Each pair of columns is the hand of a clock, so a shift by s steps turns each pair by :math:`\omega_i s`: it is one
    matrix, the same at all positions. An odd width ends in a sine alone, whose shift is not linear.

    Parameters
    ----------
    n_positions, d_model : int
        Rows and columns, >= 1.
    dtype : torch.dtype, optional
        None means PyTorch's default. The numbers are computed in float64.

    Returns
    -------
    (n_positions, d_model)
        The first row is 0, 1, 0, 1, ...

    Raises
    ------
    TypeError
        If a size is not a whole number.
    ValueError
        If a size is below 1.

    References
    ----------
    Vaswani et al. (2017), Attention is all you need, section 3.5.

    Examples
    --------
    >>> sinusoidal_positions(2, 4).round(decimals=3)
    tensor([[0.0000, 1.0000, 0.0000, 1.0000],
            [0.8410, 0.5400, 0.0100, 1.0000]])
    """
    n_positions, d_model = check_count("n_positions", n_positions, 1), check_count("d_model", d_model, 1)
    position = torch.arange(n_positions, dtype=torch.float64)[:, None]
    angles = position * 10000 ** (-torch.arange(0, d_model, 2, dtype=torch.float64) / d_model)
    pairs = torch.stack([angles.sin(), angles.cos()], dim=-1)  # (n_positions, n_pairs, 2)
    return pairs.flatten(1)[:, :d_model].to(dtype or torch.get_default_dtype())


def embed(ids: torch.Tensor, table: nn.Embedding) -> torch.Tensor:
    """Give the rows of the table for ids (n_batch, n), times the root of their width: (n_batch, n, d_model)."""
    return table(ids) * table.embedding_dim**0.5


def check_length(name: str, n: int, n_positions: int) -> None:
    """Refuse a sequence for which there are not enough positions."""
    if n > n_positions:
        raise ValueError(f"{name}: must have at most {n_positions} tokens (n_positions); got {n}")


class PositionalEncoding(nn.Module):
    """Add to each token of a sequence the row of its position.

    Parameters
    ----------
    n_positions : int
        Longest sequence.
    d_model : int
        Width of a token.
    kind : "sinusoidal", "learned" or None
        "sinusoidal" rows are a buffer: they are saved with the model, and neither training nor a fresh start of the
        parameters changes them. "learned" rows are a parameter that starts normal, with a standard deviation of 1: as
        large as the embedded tokens of `Transformer` and `GPT`.
        None adds nothing, so that order is lost.

    Raises
    ------
    TypeError
        If a size is not a whole number.
    ValueError
        If a size is below 1, or `kind` another word.
    """

    def __init__(self, n_positions: int, d_model: int, kind: str | None = "sinusoidal") -> None:
        super().__init__()
        self.n_positions, self.d_model = check_count("n_positions", n_positions, 1), check_count("d_model", d_model, 1)
        self.kind = None if kind is None else check_choice("kind", kind, ("sinusoidal", "learned"))
        if kind == "learned":
            self.rows = nn.Parameter(torch.randn(n_positions, d_model))
        else:
            scale = 0 if kind is None else 1
            self.register_buffer("rows", scale * sinusoidal_positions(n_positions, d_model))

    extra_repr = show_sizes

    def forward(self, x: torch.Tensor, n_seen: int = 0) -> torch.Tensor:
        """Add the positions.

        Parameters
        ----------
        x : (n_batch, n, d_model)
            Not modified.
        n_seen : int
            How many tokens came before the first of `x`, >= 0.

        Returns
        -------
        (n_batch, n, d_model)

        Raises
        ------
        TypeError
            If `x` does not hold numbers of the dtype of the rows.
        ValueError
            If a shape does not fit, or the sequence is longer than n_positions.
        """
        _, n, _ = check_real("x", x, self.rows, n_batch=None, n=None, d_model=self.d_model)
        n_seen = check_count("n_seen", n_seen)
        check_length("x", n_seen + n, self.n_positions)
        return x + self.rows[n_seen : n_seen + n]
