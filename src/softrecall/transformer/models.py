"""The Transformer: an encoder reads, a decoder writes."""

from typing import Any

import torch
from torch import nn

from softrecall._checks import check_count, check_flag
from softrecall._tensors import check_mask, check_tokens, show_sizes
from softrecall.attention import causal_mask
from softrecall.transformer.positions import PositionalEncoding, check_length, embed
from softrecall.transformer.stacks import Decoder, Encoder, initialise

__all__ = ["Transformer"]


def causal(n: int, device: torch.device) -> torch.Tensor:
    """Let each of n positions see itself and what comes before it: (n, n) of bool."""
    return torch.from_numpy(causal_mask(n)).to(device)


class Transformer(nn.Module):
    """An encoder that reads a sequence, and a decoder that writes another while looking at it.

    Parameters
    ----------
    n_source, n_target : int
        Sizes of the two vocabularies.
    n_positions : int
        Longest sequence on either side.
    d_model, n_heads, n_layers : int
        Width of a token; number of heads, which divides it; layers of each side.
    d_ff : int
        Units of the network of each layer, >= 0. At 0 there is none.
    positions : "sinusoidal", "learned" or None
        As `PositionalEncoding` takes it; both sides share one.
    is_causal : bool
        Whether the decoder hides what is still to be written. Without, the loss can be made small by copying the
        answer: only there to show the leak.
    dropout : float
        Share of the embedded tokens, and of what each part of a layer adds, that is set to 0 in training.
    options : optional
        ``norm_first``, ``is_residual``, ``activation`` and ``attention``, as `EncoderLayer` takes them.

    Raises
    ------
    TypeError
        If a size is not a whole number, `dropout` not a real one, or a switch not a bool.
    ValueError
        If a number is out of its range, `n_heads` does not divide `d_model`, or a word is not one of those named.

    Notes
    -----
    The weights start as `initialise` draws them. Embeddings are multiplied by the root of d_model.

    References
    ----------
    Vaswani et al. (2017), Attention is all you need. There the norms come last (``norm_first=False``), and embeddings
    and the last matrix share their weights, which is not done here.

    Examples
    --------
    >>> model = Transformer(n_source=9, n_target=7, n_positions=12, d_model=8, n_heads=2, n_layers=1, d_ff=16)
    >>> source, target = torch.tensor([[3, 4, 5]]), torch.tensor([[1, 2]])
    >>> model(source, target).shape
    torch.Size([1, 2, 7])
    """

    def __init__(
        self,
        n_source: int,
        n_target: int,
        n_positions: int,
        d_model: int,
        n_heads: int,
        n_layers: int,
        d_ff: int,
        *,
        positions: str | None = "sinusoidal",
        is_causal: bool = True,
        dropout: float = 0.0,
        **options: Any,
    ) -> None:
        super().__init__()
        self.n_source, self.n_target = check_count("n_source", n_source, 1), check_count("n_target", n_target, 1)
        self.d_model, self.n_heads, self.n_layers, self.d_ff = d_model, n_heads, n_layers, d_ff  # checked by the stacks
        self.is_causal = check_flag("is_causal", is_causal)
        self.encoder = Encoder(d_model, n_heads, n_layers, d_ff, dropout=dropout, **options)
        self.decoder = Decoder(d_model, n_heads, n_layers, d_ff, dropout=dropout, **options)
        self.positions = PositionalEncoding(n_positions, d_model, positions)
        self.n_positions = self.positions.n_positions
        self.source_tokens, self.target_tokens = nn.Embedding(n_source, d_model), nn.Embedding(n_target, d_model)
        self.drop, self.out = nn.Dropout(dropout), nn.Linear(d_model, n_target)
        initialise(self)

    extra_repr = show_sizes

    def forward(
        self, source: torch.Tensor, target: torch.Tensor, source_mask: torch.Tensor | None = None
    ) -> torch.Tensor:
        """Score the token that follows each of `target`, given `source`.

        Parameters
        ----------
        source : (n_batch, n_read) of int
            What is read, at most n_positions each.
        target : (n_batch, n_written) of int
            What was written so far, one step late: it begins with the token that opens every answer. Place i sees
            places up to i.
        source_mask : (n_batch, n_read) of bool, optional
            True at a real token, False at padding. Every row needs one True.

        Returns
        -------
        logits : (n_batch, n_written, n_target)

        Raises
        ------
        TypeError
            If tokens are not whole numbers, or `source_mask` is not bool.
        ValueError
            If a shape does not fit, a token is outside its vocabulary, a sequence is longer than n_positions, or a row
            of `source_mask` has no True.
        """
        memory, memory_mask, _ = self._encode(source, source_mask)  # (n_batch, n_read, d_model)
        x, _ = self._decode(target, memory, memory_mask)  # (n_batch, n_written, d_model)
        return self.out(x)

    def attentions(
        self, source: torch.Tensor, target: torch.Tensor, source_mask: torch.Tensor | None = None
    ) -> dict[str, torch.Tensor]:
        """Give the weights of every attention, for the same arguments as `forward` takes.

        Parameters
        ----------
        source : (n_batch, n_read) of int
            What is read.
        target : (n_batch, n_written) of int
            What was written so far, one step late.
        source_mask : (n_batch, n_read) of bool, optional
            True at a real token, False at padding.

        Returns
        -------
        dict of (n_batch, n_heads, n_q, n_k)
            Under names such as "encoder 1 self", "decoder 1 self" and "decoder 1 cross".
        """
        memory, memory_mask, read = self._encode(source, source_mask)
        _, written = self._decode(target, memory, memory_mask)
        found = {f"encoder {i} self": weights for i, weights in enumerate(read, start=1)}
        for i, (own, cross) in enumerate(written, start=1):
            found |= {f"decoder {i} self": own, f"decoder {i} cross": cross}
        return found

    @torch.no_grad()
    def greedy(
        self, source: torch.Tensor, start: int, end: int, n_max: int, source_mask: torch.Tensor | None = None
    ) -> torch.Tensor:
        """Write an answer, each token the best one after those already written.

        Parameters
        ----------
        source : (n_batch, n_read) of int
            What is read, at most n_positions each.
        start, end : int
            The tokens that open and end every answer.
        n_max : int
            How many tokens to write at most, from 1 to n_positions.
        source_mask : (n_batch, n_read) of bool, optional
            True at a real token, False at padding. Every row needs one True.

        Returns
        -------
        ids : integers, one row for each source
            At most `n_max` columns, without `start`; each row is filled up with `end` after its first `end`. With
            dropout, call ``model.eval()`` before.

        Raises
        ------
        TypeError, ValueError
            As `forward` does, and if `start`, `end` or `n_max` is not a whole number of its range.
        """
        start, end = (check_count(n, x, 0, self.n_target - 1) for n, x in (("start", start), ("end", end)))
        n_max = check_count("n_max", n_max, 1, self.n_positions, "n_positions")
        memory, memory_mask, _ = self._encode(source, source_mask)
        ids = torch.full_like(source[:, :1], start)  # (n_batch, 1)
        has_ended = torch.zeros_like(ids, dtype=torch.bool)
        while ids.shape[1] <= n_max and not has_ended.all():
            x, _ = self._decode(ids, memory, memory_mask)
            best = self.out(x[:, -1:]).argmax(-1).masked_fill(has_ended, end)  # (n_batch, 1)
            ids, has_ended = torch.cat([ids, best], dim=1), has_ended | (best == end)
        return ids[:, 1:]

    def _encode(
        self, source: torch.Tensor, source_mask: torch.Tensor | None
    ) -> tuple[torch.Tensor, torch.Tensor | None, list[torch.Tensor]]:
        """Read the source: the memory (n_batch, n_read, d_model), its mask, and the weights of each layer."""
        n_batch, n_read = check_tokens("source", source, self.n_source, n_batch=None, n_read=None)
        check_length("source", n_read, self.n_positions)
        mask = None
        if source_mask is not None:
            check_mask("source_mask", source_mask, n_batch=n_batch, n_read=n_read)
            mask = source_mask[:, None, None]  # (n_batch, 1, 1, n_read): the same for all heads and all who ask
        memory, weights = self.encoder(self.drop(self.positions(embed(source, self.source_tokens))), mask)
        return memory, mask, weights

    def _decode(
        self, target: torch.Tensor, memory: torch.Tensor, memory_mask: torch.Tensor | None
    ) -> tuple[torch.Tensor, list[tuple[torch.Tensor, torch.Tensor]]]:
        """Work on what is written so far: (n_batch, n_written, d_model), and the weights of each layer."""
        _, n_written = check_tokens("target", target, self.n_target, n_batch=len(memory), n_written=None)
        check_length("target", n_written, self.n_positions)
        mask = causal(n_written, target.device) if self.is_causal else None
        return self.decoder(self.drop(self.positions(embed(target, self.target_tokens))), memory, mask, memory_mask)
