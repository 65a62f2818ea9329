"""A decoder by itself: each token is predicted from those before it."""

from typing import Any, TypeAlias, cast

import torch
from torch import nn

from softrecall._checks import check_count, check_flag, kind_of
from softrecall._tensors import check_real, check_tokens, show_sizes
from softrecall.transformer.heads import Past
from softrecall.transformer.layers import EncoderLayer
from softrecall.transformer.models import causal
from softrecall.transformer.positions import PositionalEncoding, check_length, embed
from softrecall.transformer.stacks import Encoder, initialise

__all__ = ["GPT"]

Cache: TypeAlias = tuple[Past, ...]


class GPT(nn.Module):
    """A language model: the layers of an encoder under a causal mask, and scores for the next token.

    Parameters
    ----------
    n_tokens : int
        Size of the vocabulary.
    n_positions : int
        Longest text it can read.
    d_model, n_heads, n_layers : int
        Width of a token; number of heads, which divides it; number of layers.
    d_ff : int, optional
        Units of the network of each layer, >= 0; 0 means that there is none. None means four times d_model.
    positions : "sinusoidal", "learned" or None
        As `PositionalEncoding` takes it.
    is_causal : bool
        Whether each token is kept from seeing later ones. Without, the loss can be made small by copying the answer:
        only there to show the leak.
    dropout : float
        Share of the embedded tokens, and of what each part of a layer adds, that is set to 0 in training.
    options : optional
        ``norm_first``, ``is_residual``, ``activation`` ("gelu" here unless said otherwise) and ``attention``, as
        `EncoderLayer` takes them.

    Raises
    ------
    TypeError
        If a size is not a whole number, `dropout` not a real one, or a switch not a bool.
    ValueError
        If a number is out of its range, `n_heads` does not divide `d_model`, or a word is not one of those named.

    Notes
    -----
    The weights start as `initialise` draws them. Embeddings are multiplied by the root of d_model, and not shared with
    the last matrix.

    References
    ----------
    Radford et al. (2019), Language models are unsupervised multitask learners: norms first, and gelu. There positions
    are learned.

    Examples
    --------
    >>> model = GPT(n_tokens=9, n_positions=12, d_model=8, n_heads=2, n_layers=1)
    >>> ids = torch.tensor([[3, 4, 5, 6]])
    >>> logits, cache = model.step(ids[:, :3])
    >>> torch.allclose(model.step(ids[:, 3:], cache)[0], model(ids)[:, 3:], atol=1e-5)
    True
    """

    def __init__(
        self,
        n_tokens: int,
        n_positions: int,
        d_model: int,
        n_heads: int,
        n_layers: int,
        *,
        d_ff: int | None = None,
        positions: str | None = "sinusoidal",
        is_causal: bool = True,
        dropout: float = 0.0,
        **options: Any,
    ) -> None:
        super().__init__()
        self.n_tokens, self.d_model = check_count("n_tokens", n_tokens, 1), check_count("d_model", d_model, 1)
        self.n_heads, self.n_layers, self.d_ff = n_heads, n_layers, 4 * d_model if d_ff is None else d_ff
        self.is_causal = check_flag("is_causal", is_causal)
        options = {"activation": "gelu", "dropout": dropout} | options
        self.body = Encoder(d_model, n_heads, n_layers, self.d_ff, **options)
        self.positions = PositionalEncoding(n_positions, d_model, positions)
        self.n_positions = self.positions.n_positions
        self.tokens, self.drop = nn.Embedding(n_tokens, d_model), nn.Dropout(dropout)
        self.out = nn.Linear(d_model, n_tokens)
        initialise(self)

    extra_repr = show_sizes

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """Score the token that follows each of `ids`.

        Parameters
        ----------
        ids : (n_batch, n) of int
            At most n_positions each.

        Returns
        -------
        logits : (n_batch, n, n_tokens)

        Raises
        ------
        TypeError
            If `ids` does not hold whole numbers.
        ValueError
            If it has not two axes, holds a token outside the vocabulary, or is longer than n_positions.
        """
        return self.out(self._read(ids)[0])

    def attentions(self, ids: torch.Tensor) -> list[torch.Tensor]:
        """Give the weights of each layer.

        Parameters
        ----------
        ids : (n_batch, n) of int
            At most n_positions each.

        Returns
        -------
        list of (n_batch, n_heads, n, n)
            One for each layer.
        """
        return self._read(ids)[1]

    def step(self, ids: torch.Tensor, cache: Cache | None = None) -> tuple[torch.Tensor, Cache]:
        """Read on: score what follows each new token, without working through those before it again.

        Parameters
        ----------
        ids : (n_batch, n_new) of int
            The tokens that come after those in the cache; at most n_positions with them.
        cache : tuple, optional
            What an earlier step returned. Not modified. None means that nothing was read yet.

        Returns
        -------
        logits : (n_batch, n_new, n_tokens)
        cache : tuple of (keys, values)
            One pair for each layer, (n_batch, n_seen + n_new, d_model) each: what a later step needs of these tokens.

        Raises
        ------
        TypeError
            If `ids` does not hold whole numbers, or `cache` is no tuple of pairs of tensors.
        ValueError
            If a shape does not fit, a token is outside the vocabulary, the text becomes longer than n_positions, or
            the model is not causal: then later tokens would change what was said of earlier ones.
        """
        if not self.is_causal:
            raise ValueError("step: needs a causal model (else earlier tokens would change); got is_causal=False")
        n_batch, n_new = check_tokens("ids", ids, self.n_tokens, n_batch=None, n_new=None)
        n_seen = self._check_cache(cache, n_batch)
        check_length("ids", n_seen + n_new, self.n_positions)
        x = self.drop(self.positions(embed(ids, self.tokens), n_seen))  # (n_batch, n_new, d_model)
        mask, kept = causal(n_seen + n_new, ids.device)[n_seen:], []  # (n_new, n_seen + n_new)
        for i, layer in enumerate(self.body.layers):
            x, past = cast(EncoderLayer, layer)._step(x, None if cache is None else cache[i], mask)
            kept.append(past)
        return self.out(self.body.norm(x)), tuple(kept)

    def _read(self, ids: torch.Tensor) -> tuple[torch.Tensor, list[torch.Tensor]]:
        """Carry ids (n_batch, n) to the last norm, (n_batch, n, d_model), and give the weights of each layer."""
        _, n = check_tokens("ids", ids, self.n_tokens, n_batch=None, n=None)
        check_length("ids", n, self.n_positions)
        x = self.drop(self.positions(embed(ids, self.tokens)))  # (n_batch, n, d_model)
        return self.body(x, causal(n, ids.device) if self.is_causal else None)

    def _check_cache(self, cache: object, n_batch: int) -> int:
        """Refuse what `step` cannot have returned, and count the tokens that it holds."""
        if cache is None:
            return 0
        if not isinstance(cache, tuple) or not all(isinstance(past, tuple) and len(past) == 2 for past in cache):
            raise TypeError(f"cache: must be what an earlier step returned; got {kind_of(cache)}")
        if len(cache) != self.n_layers:
            raise ValueError(f"cache: must have {self.n_layers} pairs (n_layers); got {len(cache)}")
        n_seen: int | None = None
        for past in cache:
            for x in past:
                axes = {"n_batch": n_batch, "n_seen": n_seen, "d_model": self.d_model}
                _, n_seen, _ = check_real("cache", x, self.out.weight, **axes)
        return n_seen or 0
