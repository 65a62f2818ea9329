"""Attention with several heads."""

import math
from typing import Self

import torch
from torch import nn

from softrecall._checks import check_count, kind_of, refuse_empty_row
from softrecall._tensors import check_real, check_tensor, show_sizes

__all__ = ["MultiHeadAttention"]

Past = tuple[torch.Tensor, torch.Tensor]
"""Keys and values of the tokens so far, (n_batch, n_seen, d_model) each, before they are split into heads."""


def check_seen(name: str, mask: torch.Tensor | None, n_batch: int, n_heads: int, n_q: int, n_k: int) -> None:
    """Refuse a mask that does not broadcast to (n_batch, n_heads, n_q, n_k), is ambiguous, or has an empty row."""
    if mask is None:
        return
    shape = check_tensor(name, mask, "b", "bool (True = may be seen)", {})
    if len(shape) not in (2, 4):
        needed = "needs 2 axes, (n_q, n_k), or 4, (n_batch, n_heads, n_q, n_k)"
        raise ValueError(f"{name}: {needed} (any other number would be ambiguous); got shape {shape}")
    wanted = (n_batch, n_heads, n_q, n_k)[-len(shape) :]
    if shape[-1] != n_k or any(size not in (1, n) for size, n in zip(shape, wanted, strict=True)):
        raise ValueError(f"{name}: must have the shape {wanted}, or 1 for an axis before the last; got {shape}")
    is_empty = ~mask.any(dim=-1)
    if is_empty.any():
        refuse_empty_row(name, tuple(is_empty.nonzero()[0].tolist()))


def refuse_without_biases(module: nn.Module, *biases: torch.Tensor | None) -> None:
    """Refuse a module of PyTorch that lacks one of the biases that ours have."""
    if any(bias is None for bias in biases):
        raise ValueError(f"module: needs biases (they are part of the block); got {type(module).__name__} without")


class MultiHeadAttention(nn.Module):
    r"""Several heads look things up side by side, each in a subspace of its own.

    .. math:: \text{head}_i = \operatorname{attend}(Q W_i^q, K W_i^k, V W_i^v)

    .. math:: \text{output} = [\text{head}_1, \dots, \text{head}_h]\, W^o

    Parameters
    ----------
    d_model : int
        Width of a token.
    n_heads : int
        Number of heads; it divides `d_model`. A head has the width d_k = d_model / n_heads.

    Raises
    ------
    TypeError
        If a size is not a whole number.
    ValueError
        If a size is below 1, or `n_heads` does not divide `d_model`.

    Notes
    -----
    The matrices of all heads lie side by side in one, and each has a bias, as in PyTorch. They start as
    `torch.nn.Linear` starts.

    References
    ----------
    Vaswani et al. (2017), Attention is all you need, section 3.2.2 (without biases).

    Examples
    --------
    >>> attention = MultiHeadAttention(d_model=8, n_heads=2)
    >>> output, weights = attention(torch.randn(3, 5, 8), torch.randn(3, 7, 8))
    >>> output.shape, weights.shape
    (torch.Size([3, 5, 8]), torch.Size([3, 2, 5, 7]))
    """

    def __init__(self, d_model: int, n_heads: int) -> None:
        super().__init__()
        self.d_model, self.n_heads = check_count("d_model", d_model, 1), check_count("n_heads", n_heads, 1)
        if d_model % n_heads:
            raise ValueError(f"n_heads: must divide d_model ({d_model}); got {n_heads}")
        self.w_q, self.w_k, self.w_v, self.w_o = (nn.Linear(d_model, d_model) for _ in range(4))

    extra_repr = show_sizes

    @classmethod
    def from_torch(cls, module: nn.MultiheadAttention) -> Self:
        """Make one with a copy of the weights of PyTorch's class. It gives the same, to 1e-6, in evaluation.

        Dropout is not taken over: PyTorch's class drops weights while it trains, this one never does.

        Raises
        ------
        TypeError
            If `module` is of another class.
        ValueError
            If it is not batch_first, has no biases, has keys or values of another width, or adds some of its own.
        """
        if not isinstance(module, nn.MultiheadAttention):
            raise TypeError(f"module: must be a torch.nn.MultiheadAttention; got {kind_of(module)}")
        if not module.batch_first:
            raise ValueError("module: needs batch_first=True (here the batch is the first axis); got False")
        refuse_without_biases(module, module.in_proj_bias, module.out_proj.bias)
        if module.in_proj_weight is None or module.bias_k is not None or module.add_zero_attn:
            needed = "needs keys and values of the width embed_dim, and none of its own"
            raise ValueError(f"module: {needed}; got kdim, vdim, add_bias_kv or add_zero_attn")
        with torch.random.fork_rng(devices=[]):  # what is drawn here is overwritten: nobody else should miss it
            mine = cls(module.embed_dim, module.num_heads).to(module.in_proj_weight)
        weights, biases = module.in_proj_weight.chunk(3), module.in_proj_bias.chunk(3)  # (d_model, ...) each
        with torch.no_grad():
            for linear, weight, bias in zip((mine.w_q, mine.w_k, mine.w_v), weights, biases, strict=True):
                linear.weight.copy_(weight)
                linear.bias.copy_(bias)
        mine.w_o.load_state_dict(module.out_proj.state_dict())
        return mine.train(module.training)

    def forward(
        self,
        q: torch.Tensor,
        k: torch.Tensor | None = None,
        v: torch.Tensor | None = None,
        mask: torch.Tensor | None = None,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Let the tokens `q` look up what they ask for.

        Parameters
        ----------
        q : (n_batch, n_q, d_model)
            The tokens that ask.
        k : (n_batch, n_k, d_model), optional
            The tokens that are compared with them. None means `q`: self-attention.
        v : (n_batch, n_k, d_model), optional
            The tokens that are read. None means `k`.
        mask : (n_batch, n_heads, n_q, n_k) of bool, optional
            True where a key may be seen; or (n_q, n_k). Axes before the last may be 1. Every row needs one True.

        Returns
        -------
        output : (n_batch, n_q, d_model)
        weights : (n_batch, n_heads, n_q, n_k)
            Rows sum to 1; a hidden key has exactly 0.

        Raises
        ------
        TypeError
            If `mask` is not bool, or another input does not hold floating-point numbers of the dtype of the weights.
        ValueError
            If a shape does not fit, or a row of `mask` has no True.
        """
        k = q if k is None else k
        v = k if v is None else v
        n_batch, n_q, _ = check_real("q", q, self.w_q.weight, n_batch=None, n_q=None, d_model=self.d_model)
        _, n_k, _ = check_real("k", k, self.w_k.weight, n_batch=n_batch, n_k=None, d_model=self.d_model)
        check_real("v", v, self.w_v.weight, n_batch=n_batch, n_k=n_k, d_model=self.d_model)
        check_seen("mask", mask, n_batch, self.n_heads, n_q, n_k)
        return self._attend(self.w_q(q), self.w_k(k), self.w_v(v), mask)

    def _attend(
        self, q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, mask: torch.Tensor | None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Split q (n_batch, n_q, d_model) and k, v (n_batch, n_k, d_model) into heads, attend, and join the heads."""
        q, k, v = (x.unflatten(-1, (self.n_heads, -1)).transpose(1, 2) for x in (q, k, v))  # (n_batch, n_heads, n, d_k)
        scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])  # (n_batch, n_heads, n_q, n_k)
        if mask is not None:
            scores = scores.masked_fill(~mask, -math.inf)
        weights = scores.softmax(-1)  # (n_batch, n_heads, n_q, n_k)
        heads = weights @ v  # (n_batch, n_heads, n_q, d_k)
        return self.w_o(heads.transpose(1, 2).flatten(2)), weights  # (n_batch, n_q, d_model)

    def _step(self, x: torch.Tensor, past: Past | None, mask: torch.Tensor) -> tuple[torch.Tensor, Past]:
        """Let new tokens (n_batch, n_new, d_model) attend to those so far and to each other, and remember them all."""
        k, v = self.w_k(x), self.w_v(x)
        if past is not None:
            k, v = torch.cat([past[0], k], dim=1), torch.cat([past[1], v], dim=1)  # (n_batch, n_seen + n_new, d_model)
        return self._attend(self.w_q(x), k, v, mask)[0], (k, v)
