"""One layer of an encoder, and one of a decoder."""

from collections.abc import Callable
from typing import Any, Self

import torch
from torch import nn
from torch.nn import functional

from softrecall._checks import check_choice, check_count, check_flag, check_number, kind_of
from softrecall._tensors import check_real, show_sizes
from softrecall.transformer.heads import MultiHeadAttention, Past, check_seen, refuse_without_biases

__all__ = ["DecoderLayer", "EncoderLayer"]

ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {"relu": nn.ReLU, "gelu": nn.GELU}


class _Layer(nn.Module):
    """What both layers share: the norm before or after each part, the way around it, and the network at the end."""

    def __init__(
        self,
        d_model: int,
        n_heads: int,
        d_ff: int,
        *,
        dropout: float = 0.0,
        norm_first: bool | None = True,
        is_residual: bool = True,
        activation: str = "relu",
        attention: Callable[[], nn.Module] | None = None,
    ) -> None:
        super().__init__()
        self.d_model, self.n_heads = check_count("d_model", d_model, 1), check_count("n_heads", n_heads, 1)
        self.d_ff = check_count("d_ff", d_ff, 0)
        self.norm_first = None if norm_first is None else check_flag("norm_first", norm_first)
        self.is_residual = check_flag("is_residual", is_residual)
        activation = check_choice("activation", activation, tuple(ACTIVATIONS))
        self.drop = nn.Dropout(check_number("dropout", dropout, 0, 1))
        make = (lambda: MultiHeadAttention(d_model, n_heads)) if attention is None else attention
        self.own, self.own_norm = make(), self._norm()
        self.feed_norm = self._norm() if d_ff else nn.Identity()
        self._make_cross(make)
        self.feed: nn.Sequential | None = None
        if d_ff:
            self.feed = nn.Sequential(nn.Linear(d_model, d_ff), ACTIVATIONS[activation](), nn.Linear(d_ff, d_model))

    extra_repr = show_sizes

    def _make_cross(self, make: Callable[[], nn.Module]) -> None:
        """Make what only a decoder has."""

    def _norm(self) -> nn.Module:
        return nn.Identity() if self.norm_first is None else nn.LayerNorm(self.d_model)

    def _before(self, norm: nn.Module, x: torch.Tensor) -> torch.Tensor:
        return norm(x) if self.norm_first else x

    def _after(self, norm: nn.Module, x: torch.Tensor, added: torch.Tensor) -> torch.Tensor:
        added = self.drop(added)
        x = x + added if self.is_residual else added
        return x if self.norm_first else norm(x)

    def _feed(self, x: torch.Tensor) -> torch.Tensor:
        """Let each token by itself pass the network of two layers, if there is one."""
        if self.feed is None:
            return x
        return self._after(self.feed_norm, x, self.feed(self._before(self.feed_norm, x)))

    def _check(self, name: str, x: torch.Tensor, n_batch: int | None, axis: str) -> tuple[int, ...]:
        return check_real(name, x, next(self.parameters()), **{"n_batch": n_batch, axis: None, "d_model": self.d_model})

    @classmethod
    def _copy(cls, module: Any, attentions: dict[str, str], norms: dict[str, str]) -> Self:
        """Make a layer with copies of the weights of PyTorch's class of that kind; the dicts map our names to its."""
        name = f"Transformer{cls.__name__}"
        if not isinstance(module, getattr(nn, name)):
            raise TypeError(f"module: must be a torch.nn.{name}; got {kind_of(module)}")
        copied = {mine: MultiHeadAttention.from_torch(getattr(module, theirs)) for mine, theirs in attentions.items()}
        parts = {mine: getattr(module, theirs) for mine, theirs in norms.items()}
        refuse_without_biases(module, module.linear1.bias, module.linear2.bias, *(part.bias for part in parts.values()))
        n_heads, d_ff = copied["own"].n_heads, module.linear1.out_features
        with torch.random.fork_rng(devices=[]):  # what is drawn here is overwritten: nobody else should miss it
            layer = cls(
                copied["own"].d_model,
                n_heads,
                d_ff,
                dropout=module.dropout1.p,
                norm_first=module.norm_first,
                activation=_activation_of(module),
            ).to(module.linear1.weight)
        for mine, attention in copied.items():
            setattr(layer, mine, attention)
        for mine, norm in parts.items():
            getattr(layer, mine).load_state_dict(norm.state_dict())
            getattr(layer, mine).eps = norm.eps
        if layer.feed is not None:
            layer.feed[0].load_state_dict(module.linear1.state_dict())
            layer.feed[2].load_state_dict(module.linear2.state_dict())
        return layer.train(module.training)


def _activation_of(module: Any) -> str:
    """Name the activation of a layer of PyTorch, which is a function or a module."""
    found = module.activation
    if found is functional.relu or isinstance(found, nn.ReLU):
        return "relu"
    if found is functional.gelu or (isinstance(found, nn.GELU) and found.approximate == "none"):
        return "gelu"
    raise ValueError(f"module: its activation must be 'relu' or 'gelu'; got {kind_of(found)}")


class EncoderLayer(_Layer):
    r"""Tokens read from each other, then each is worked on by itself.

    .. math:: x \leftarrow x + \operatorname{attention}(\operatorname{norm}(x))

    .. math:: x \leftarrow x + \operatorname{feed}(\operatorname{norm}(x))

    That is the order with the norms first; with ``norm_first=False``, as in the paper, it is
    :math:`x \leftarrow \operatorname{norm}(x + \operatorname{attention}(x))`.

    Parameters
    ----------
    d_model, n_heads : int
        Width of a token; number of heads, which divides it.
    d_ff : int
        Units of the network at the end, >= 0. At 0 there is none.
    dropout : float
        Share of what each part adds that is set to 0 in training, from 0 to 1. (PyTorch's layer also drops weights of
        attention and units of the network.)
    norm_first : bool, optional
        Whether a part reads its input normalised (True), or what it added to is normalised afterwards (False). None
        means that nothing is normalised.
    is_residual : bool
        Whether a part adds to its input. Without, its output takes the place of it.
    activation : "relu" or "gelu"
        Of the network at the end.
    attention : callable, optional
        ``attention()`` makes the attention, a module that is called as `MultiHeadAttention` is; that one by default.

    Raises
    ------
    TypeError
        If a size is not a whole number, `dropout` not a real one, a switch not a bool or `activation` no word.
    ValueError
        If a number is out of its range, `n_heads` does not divide `d_model`, or `activation` is another word.

    Notes
    -----
    Weights start as `torch.nn.Linear` starts, norms as `torch.nn.LayerNorm` does.

    References
    ----------
    Vaswani et al. (2017), Attention is all you need, section 3.1.
    """

    @classmethod
    def from_torch(cls, module: nn.TransformerEncoderLayer) -> Self:
        """Make one with a copy of the weights of PyTorch's class. It gives the same, to 1e-6, in evaluation.

        Raises
        ------
        TypeError
            If `module` is of another class.
        ValueError
            If it is not batch_first, has no biases, or another activation than relu or gelu.
        """
        return cls._copy(module, {"own": "self_attn"}, {"own_norm": "norm1", "feed_norm": "norm2"})

    def forward(self, x: torch.Tensor, mask: torch.Tensor | None = None) -> tuple[torch.Tensor, torch.Tensor]:
        """Carry tokens through the layer.

        Parameters
        ----------
        x : (n_batch, n, d_model)
            Not modified.
        mask : (n_batch, n_heads, n, n) of bool, optional
            True where a token may be seen; or (n, n). Axes before the last may be 1. Every row needs one True.

        Returns
        -------
        output : (n_batch, n, d_model)
        weights : (n_batch, n_heads, n, n)

        Raises
        ------
        TypeError
            If `mask` is not bool, or `x` does not hold floating-point numbers of the dtype of the weights.
        ValueError
            If a shape does not fit, or a row of `mask` has no True.
        """
        self._check("x", x, None, "n")
        y = self._before(self.own_norm, x)  # (n_batch, n, d_model)
        read, weights = self.own(y, mask=mask)  # and (n_batch, n_heads, n, n)
        x = self._after(self.own_norm, x, read)
        return self._feed(x), weights

    def _step(self, x: torch.Tensor, past: Past | None, mask: torch.Tensor) -> tuple[torch.Tensor, Past]:
        """Carry new tokens (n_batch, n_new, d_model) through, given the keys and values of those so far."""
        if not isinstance(self.own, MultiHeadAttention):
            raise TypeError(f"attention: must be a MultiHeadAttention to keep a cache; got {type(self.own).__name__}")
        read, kept = self.own._step(self._before(self.own_norm, x), past, mask)
        return self._feed(self._after(self.own_norm, x, read)), kept


class DecoderLayer(_Layer):
    """Tokens read from each other, then from what the encoder made of the source, then each is worked on by itself.

    Parameters
    ----------
    d_model, n_heads : int
        Width of a token; number of heads, which divides it.
    d_ff : int
        Units of the network at the end, >= 0. At 0 there is none.
    dropout, norm_first, is_residual, activation, attention : optional
        As in `EncoderLayer`. A decoder's layer has two attentions and three norms.

    Raises
    ------
    TypeError, ValueError
        As `EncoderLayer` does.

    References
    ----------
    Vaswani et al. (2017), Attention is all you need, section 3.1.
    """

    def _make_cross(self, make: Callable[[], nn.Module]) -> None:
        self.cross, self.cross_norm = make(), self._norm()

    @classmethod
    def from_torch(cls, module: nn.TransformerDecoderLayer) -> Self:
        """Make one with a copy of the weights of PyTorch's class. It gives the same, to 1e-6, in evaluation.

        Raises
        ------
        TypeError
            If `module` is of another class.
        ValueError
            If it is not batch_first, has no biases, or another activation than relu or gelu.
        """
        norms = {"own_norm": "norm1", "cross_norm": "norm2", "feed_norm": "norm3"}
        return cls._copy(module, {"own": "self_attn", "cross": "multihead_attn"}, norms)

    def forward(
        self,
        x: torch.Tensor,
        memory: torch.Tensor,
        mask: torch.Tensor | None = None,
        memory_mask: torch.Tensor | None = None,
    ) -> tuple[torch.Tensor, tuple[torch.Tensor, torch.Tensor]]:
        """Carry tokens through the layer.

        Parameters
        ----------
        x : (n_batch, n, d_model)
            What is being written. Not modified.
        memory : (n_batch, n_memory, d_model)
            What is read: the output of the encoder. Keys and values of the second attention come from here.
        mask : (n_batch, n_heads, n, n) of bool, optional
            True where a token may see another; or (n, n). Axes before the last may be 1. Every row needs one True.
        memory_mask : (n_batch, n_heads, n, n_memory) of bool, optional
            The same for what is read.

        Returns
        -------
        output : (n_batch, n, d_model)
        weights : tuple (own, cross)
            (n_batch, n_heads, n, n) and (n_batch, n_heads, n, n_memory).

        Raises
        ------
        TypeError
            If a mask is not bool, or another input does not hold floating-point numbers of the dtype of the weights.
        ValueError
            If a shape does not fit, or a row of a mask has no True.
        """
        n_batch, n, _ = self._check("x", x, None, "n")
        _, n_memory, _ = self._check("memory", memory, n_batch, "n_memory")
        check_seen("memory_mask", memory_mask, n_batch, self.n_heads, n, n_memory)
        read, own = self.own(self._before(self.own_norm, x), mask=mask)  # (n_batch, n, d_model)
        x = self._after(self.own_norm, x, read)
        read, cross = self.cross(self._before(self.cross_norm, x), memory, mask=memory_mask)
        x = self._after(self.cross_norm, x, read)
        return self._feed(x), (own, cross)
