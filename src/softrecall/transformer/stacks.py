"""Layers on top of each other, and how their weights start."""

from typing import Any

import torch
from torch import nn

from softrecall._checks import check_count
from softrecall._tensors import check_real, show_sizes
from softrecall.transformer.heads import check_seen
from softrecall.transformer.layers import DecoderLayer, EncoderLayer

__all__ = ["Decoder", "Encoder", "initialise"]


def initialise(model: nn.Module) -> None:
    """Draw the weights of a model anew: what `Transformer` and `GPT` do once they are built.

    Matrices of `torch.nn.Linear` come from Xavier's uniform distribution, their biases are 0; embeddings are normal
    with a standard deviation of 1 / sqrt(d_model), since they are multiplied by its root. All else stays as it is:
    norms, and positions above all.

    Parameters
    ----------
    model : torch.nn.Module
        Changed in place.

    References
    ----------
    Glorot and Bengio (2010), Understanding the difficulty of training deep feedforward neural networks, eq. 16.
    """
    for module in model.modules():
        if isinstance(module, nn.Linear):
            nn.init.xavier_uniform_(module.weight)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        elif isinstance(module, nn.Embedding):
            nn.init.normal_(module.weight, std=module.embedding_dim**-0.5)


class _Stack(nn.Module):
    """`n_layers` layers, and a norm at the end where the layers have theirs first."""

    kind: type[EncoderLayer] | type[DecoderLayer]

    def __init__(self, d_model: int, n_heads: int, n_layers: int, d_ff: int, **options: Any) -> None:
        super().__init__()
        self.d_model, self.n_heads, self.d_ff = d_model, n_heads, d_ff  # the layers check them
        self.n_layers = check_count("n_layers", n_layers, 1)
        self.layers = nn.ModuleList(self.kind(d_model, n_heads, d_ff, **options) for _ in range(n_layers))
        self.norm = nn.LayerNorm(d_model) if options.get("norm_first", True) else nn.Identity()

    extra_repr = show_sizes

    def _check(self, name: str, x: torch.Tensor, n_batch: int | None, axis: str) -> tuple[int, ...]:
        return check_real(name, x, next(self.parameters()), **{"n_batch": n_batch, axis: None, "d_model": self.d_model})


class Encoder(_Stack):
    """A stack of `EncoderLayer`. With a causal mask it is the body of a GPT.

    Parameters
    ----------
    d_model, n_heads, n_layers : int
        Width of a token; number of heads, which divides it; number of layers.
    d_ff : int
        Units of the network of each layer, >= 0. At 0 there is none.
    options : optional
        ``dropout``, ``norm_first``, ``is_residual``, ``activation`` and ``attention``, as `EncoderLayer` takes them.
        With the norms first there is one more at the end of the stack.

    Raises
    ------
    TypeError, ValueError
        As `EncoderLayer` does, and if `n_layers` is not a whole number or below 1.
    """

    kind = EncoderLayer

    def forward(self, x: torch.Tensor, mask: torch.Tensor | None = None) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """Carry tokens through all layers.

        Parameters
        ----------
        x : (n_batch, n, d_model)
            Not modified.
        mask : (n_batch, n_heads, n, n) of bool, optional
            True where a token may be seen; or (n, n). Axes before the last may be 1. Every row needs one True.

        Returns
        -------
        output : (n_batch, n, d_model)
        weights : list of (n_batch, n_heads, n, n)
            One for each layer.
        """
        self._check("x", x, None, "n")
        weights = []
        for layer in self.layers:
            x, seen = layer(x, mask)  # (n_batch, n, d_model), (n_batch, n_heads, n, n)
            weights.append(seen)
        return self.norm(x), weights


class Decoder(_Stack):
    """A stack of `DecoderLayer`.

    Parameters
    ----------
    d_model, n_heads, n_layers : int
        Width of a token; number of heads, which divides it; number of layers.
    d_ff : int
        Units of the network of each layer, >= 0. At 0 there is none.
    options : optional
        As in `Encoder`.

    Raises
    ------
    TypeError, ValueError
        As `Encoder` does.
    """

    kind = DecoderLayer

    def forward(
        self,
        x: torch.Tensor,
        memory: torch.Tensor,
        mask: torch.Tensor | None = None,
        memory_mask: torch.Tensor | None = None,
    ) -> tuple[torch.Tensor, list[tuple[torch.Tensor, torch.Tensor]]]:
        """Carry tokens through all layers, each of which also reads from the memory.

        Parameters
        ----------
        x : (n_batch, n, d_model)
            What is being written. Not modified.
        memory : (n_batch, n_memory, d_model)
            What is read: the output of the encoder.
        mask : (n_batch, n_heads, n, n) of bool, optional
            True where a token may see another; or (n, n). Axes before the last may be 1. Every row needs one True.
            A decoder that is to write one token after the other needs the causal mask; `Transformer` gives it.
        memory_mask : (n_batch, n_heads, n, n_memory) of bool, optional
            The same for what is read.

        Returns
        -------
        output : (n_batch, n, d_model)
        weights : list of (own, cross)
            One pair for each layer: (n_batch, n_heads, n, n) and (n_batch, n_heads, n, n_memory).
        """
        n_batch, n, _ = self._check("x", x, None, "n")
        _, n_memory, _ = self._check("memory", memory, n_batch, "n_memory")
        check_seen("memory_mask", memory_mask, n_batch, self.n_heads, n, n_memory)
        weights = []
        for layer in self.layers:
            x, seen = layer(x, memory, mask, memory_mask)  # (n_batch, n, d_model) and two kinds of weights
            weights.append(seen)
        return self.norm(x), weights
