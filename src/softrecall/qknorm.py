"""Transformers whose heads learn their own beta: attention over directions (QKNorm), in PyTorch.

Queries and keys are scaled to length one along the head, so a score is a cosine and the one number that says how
sharply a head reads is its `beta`. Each head owns one, kept as its logarithm so that it stays positive.
"""

import math
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from softrecall._checks import check_count, check_number, check_positive
from softrecall._tensors import check_mask, check_real, check_tokens, show_sizes
from softrecall.transformer.layers import DecoderLayer, EncoderLayer
from softrecall.transformer.models import causal
from softrecall.transformer.positions import check_length

__all__ = ["QKNormAttention", "QKNormEncoderDecoder", "QKNormLanguageModel"]


class QKNormAttention(nn.Module):
    r"""Multi-head attention over directions, with one learned beta a head.

    .. math:: \operatorname{softmax}\!\bigl(\beta_h \cos(q_i, k_j)\bigr)\, v_j

    Parameters
    ----------
    d_model : int
        Width of a token.
    n_heads : int
        Number of heads; it divides `d_model`.
    beta : float
        The beta of every head before training, > 0 and finite.

    Raises
    ------
    TypeError
        If a size is not a whole number or `beta` not a real one.
    ValueError
        If a size is below 1, `n_heads` does not divide `d_model`, or `beta` is not a positive finite number.

    Notes
    -----
    The four weight matrices start as `torch.nn.Linear` starts them, without biases. A query or key of zeros has no
    direction; its scores are all 0.

    References
    ----------
    Henry et al. (2020), "Query-Key Normalization for Transformers": there one beta an attention layer, here one a
    head.
    """

    def __init__(self, d_model: int, n_heads: int, beta: float) -> None:
        super().__init__()
        self.d_model, self.n_heads = check_count("d_model", d_model, 1), check_count("n_heads", n_heads, 1)
        if d_model % n_heads:
            raise ValueError(f"n_heads: must divide d_model ({d_model}); got {n_heads}")
        beta = check_positive("beta", beta, "a head keeps its logarithm")
        self.w_q, self.w_k, self.w_v, self.w_o = (nn.Linear(d_model, d_model, bias=False) for _ in range(4))
        self.log_beta = nn.Parameter(torch.full((n_heads,), math.log(beta)))

    extra_repr = show_sizes

    @property
    def beta(self) -> torch.Tensor:
        """The beta of each head, (n_heads,)."""
        return self.log_beta.exp()

    def forward(
        self, x: torch.Tensor, memory: torch.Tensor | None = None, mask: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Let the tokens `x` read from `memory`, or from each other.

        Parameters
        ----------
        x : (n_batch, n_q, d_model)
            The tokens that ask.
        memory : (n_batch, n_k, d_model), optional
            None means `x` itself.
        mask : (n_q, n_k) of bool, optional
            True where a key may be seen. Every row needs at least one.

        Returns
        -------
        output : (n_batch, n_q, d_model)
        weights : (n_batch, n_heads, n_q, n_k)

        Raises
        ------
        TypeError
            If `mask` is not bool or another input does not hold floating-point numbers.
        ValueError
            If a shape does not fit, or a row of `mask` has no True.
        """
        n_batch, n_q, _ = check_real("x", x, self.log_beta, n_batch=None, n_q=None, d_model=self.d_model)
        memory = x if memory is None else memory
        _, n_k, _ = check_real("memory", memory, self.log_beta, n_batch=n_batch, n_k=None, d_model=self.d_model)
        q = functional.normalize(self._heads(self.w_q(x)), dim=-1)  # (n_batch, n_heads, n_q, d_k)
        k = functional.normalize(self._heads(self.w_k(memory)), dim=-1)
        scores = self.beta[:, None, None] * (q @ k.transpose(-1, -2))
        if mask is not None:
            check_mask("mask", mask, n_q=n_q, n_k=n_k)
            scores = scores.masked_fill(~mask, -math.inf)
        weights = scores.softmax(-1)  # (n_batch, n_heads, n_q, n_k)
        read = weights @ self._heads(self.w_v(memory))  # (n_batch, n_heads, n_q, d_k)
        return self.w_o(read.transpose(1, 2).flatten(2)), weights

    def _heads(self, x: torch.Tensor) -> torch.Tensor:
        """Cut each token into heads: (n_batch, n, d_model) -> (n_batch, n_heads, n, d_k)."""
        return x.unflatten(-1, (self.n_heads, -1)).transpose(1, 2)


def _layers(
    kind: type[EncoderLayer] | type[DecoderLayer], n_layers: int, d_model: int, n_heads: int, beta: float
) -> nn.ModuleList:
    """Make layers of the Transformer, norms first, whose attention is the one above."""
    n_heads, n_layers = check_count("n_heads", n_heads, 1), check_count("n_layers", n_layers, 1)

    def attention() -> QKNormAttention:
        return QKNormAttention(d_model, n_heads, beta)

    return nn.ModuleList(
        kind(d_model, n_heads, 4 * d_model, activation="gelu", attention=attention) for _ in range(n_layers)
    )


class _Model(nn.Module):
    """Tokens and learned positions in, layers of QKNorm attention, scores over the vocabulary out."""

    def __init__(self, n_tokens: int, n_positions: int, d_model: int, embedding_std: float) -> None:
        super().__init__()
        self.n_tokens, self.n_positions = (
            check_count("n_tokens", n_tokens, 1),
            check_count("n_positions", n_positions, 1),
        )
        self.d_model = check_count("d_model", d_model, 1)
        check_number("embedding_std", embedding_std, low=0)
        self.tokens, self.positions = nn.Embedding(n_tokens, d_model), nn.Embedding(n_positions, d_model)
        for table in (self.tokens, self.positions):
            nn.init.normal_(table.weight, std=embedding_std)
        self.norm, self.out = nn.LayerNorm(d_model), nn.Linear(d_model, n_tokens)

    extra_repr = show_sizes

    def _embed(self, name: str, tokens: torch.Tensor, n_batch: int | None = None) -> torch.Tensor:
        """Check tokens (n_batch, n) and embed them as (n_batch, n, d_model)."""
        _, n = check_tokens(name, tokens, self.n_tokens, n_batch=n_batch, n=None)
        check_length(name, n, self.n_positions)
        return self.tokens(tokens) + self.positions.weight[:n]

    def attentions(self) -> dict[str, QKNormAttention]:
        """Every attention of the model by its name, such as "decoder 1 cross"."""
        found = {}
        for stack in ("encoder", "decoder"):
            for i, layer in enumerate(getattr(self, stack, ()), start=1):
                found[f"{stack} {i} self"] = layer.own
                if isinstance(layer, DecoderLayer):
                    found[f"{stack} {i} cross"] = layer.cross
        return found

    def parameter_groups(self, learning_rate: float, beta_learning_rate: float) -> list[dict[str, Any]]:
        """What an optimiser of `torch.optim` takes, with a learning rate of its own for the betas."""
        betas = [module.log_beta for module in self.attentions().values()]
        known = {id(beta) for beta in betas}
        rest = [parameter for parameter in self.parameters() if id(parameter) not in known]
        return [{"params": rest, "lr": learning_rate}, {"params": betas, "lr": beta_learning_rate}]


class QKNormLanguageModel(_Model):
    """A decoder that predicts the next token from those before it.

    Parameters
    ----------
    n_tokens : int
        Size of the vocabulary.
    n_positions : int
        Longest text it can read.
    d_model, n_heads, n_layers : int
    beta : float
        Of every head before training.
    embedding_std : float
        Standard deviation of the embeddings before training.
    """

    def __init__(
        self,
        n_tokens: int,
        n_positions: int,
        d_model: int,
        n_heads: int,
        n_layers: int,
        beta: float,
        embedding_std: float = 0.02,
    ) -> None:
        super().__init__(n_tokens, n_positions, d_model, embedding_std)
        self.n_heads, self.n_layers = n_heads, n_layers
        self.decoder = _layers(EncoderLayer, n_layers, d_model, n_heads, beta)  # none of them reads a memory

    def forward(self, tokens: torch.Tensor) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        """Score the token that follows each of `tokens`.

        Parameters
        ----------
        tokens : (n_batch, n) of int
            At most n_positions each.

        Returns
        -------
        scores : (n_batch, n, n_tokens)
        weights : dict of (n_batch, n_heads, n, n), under the names of `attentions`

        Raises
        ------
        TypeError
            If `tokens` does not hold whole numbers.
        ValueError
            If it has not two axes, holds a token outside the vocabulary, or is longer than n_positions.
        """
        x, weights = self._embed("tokens", tokens), {}  # (n_batch, n, d_model)
        mask = causal(tokens.shape[1], tokens.device)
        for i, layer in enumerate(self.decoder, start=1):
            x, weights[f"decoder {i} self"] = layer(x, mask)
        return self.out(self.norm(x)), weights


class QKNormEncoderDecoder(_Model):
    """An encoder that reads a sequence, and a decoder that writes another while looking at it.

    Parameters
    ----------
    n_tokens : int
        Size of the vocabulary, shared by both sides.
    n_positions : int
        Longest sequence on either side.
    d_model, n_heads, n_layers : int
        `n_layers` counts the layers of each side.
    beta : float
        Of every head before training.
    embedding_std : float
        Standard deviation of the embeddings before training.
    """

    def __init__(
        self,
        n_tokens: int,
        n_positions: int,
        d_model: int,
        n_heads: int,
        n_layers: int,
        beta: float,
        embedding_std: float = 0.02,
    ) -> None:
        super().__init__(n_tokens, n_positions, d_model, embedding_std)
        self.n_heads, self.n_layers = n_heads, n_layers
        self.encoder = _layers(EncoderLayer, n_layers, d_model, n_heads, beta)
        self.decoder = _layers(DecoderLayer, n_layers, d_model, n_heads, beta)

    def forward(self, source: torch.Tensor, target: torch.Tensor) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        """Score the token that follows each of `target`, given `source`.

        Parameters
        ----------
        source : (n_batch, n_source) of int
            What is read, at most n_positions each.
        target : (n_batch, n_target) of int
            What is written, at most n_positions each. No place sees a later one.

        Returns
        -------
        scores : (n_batch, n_target, n_tokens)
        weights : dict of (n_batch, n_heads, n_q, n_k), under the names of `attentions`

        Raises
        ------
        TypeError
            If an input does not hold whole numbers.
        ValueError
            If an input has not two axes, holds a token outside the vocabulary, or is longer than n_positions, or the
            two differ in n_batch.
        """
        memory, weights = self._embed("source", source), {}
        for i, layer in enumerate(self.encoder, start=1):
            memory, weights[f"encoder {i} self"] = layer(memory)
        x = self._embed("target", target, n_batch=len(source))  # (n_batch, n_target, d_model)
        mask = causal(target.shape[1], target.device)
        for i, layer in enumerate(self.decoder, start=1):
            x, (own, cross) = layer(x, memory, mask)
            weights |= {f"decoder {i} self": own, f"decoder {i} cross": cross}
        return self.out(self.norm(x)), weights
