"""A decoder that looks back at the places of what was read: additive alignment, and a small translator around it."""

import math

import torch
from torch import nn

from softrecall._checks import check_count
from softrecall.recurrent.cells import GRUCell
from softrecall.recurrent.steps import Bidirectional, check_lengths

__all__ = ["AdditiveAlignment", "AlignedDecoder", "EncoderDecoder"]


class AdditiveAlignment(nn.Module):
    r"""Attention whose score is a small network of the query and the key.

    .. math:: s_j = v^\top \tanh(W_q\, q + W_k\, k_j + b), \qquad \alpha = \operatorname{softmax}(s), \qquad
        c = \textstyle\sum_j \alpha_j k_j

    The keys are also what is read. Unlike a dot product, the score lets query and key have different widths.

    Parameters
    ----------
    n_query, n_key : int
        Widths of a query and of a key.
    n_align : int
        Units of the small network.

    Notes
    -----
    The weights start as `torch.nn.Linear` starts them.

    References
    ----------
    Bahdanau, Cho and Bengio (2015), "Neural machine translation by jointly learning to align and translate": there the
    query is the state of the decoder before the step.
    """

    def __init__(self, n_query: int, n_key: int, n_align: int) -> None:
        super().__init__()
        n_query, n_key = check_count("n_query", n_query, 1), check_count("n_key", n_key, 1)
        n_align = check_count("n_align", n_align, 1)
        self.w_q, self.w_k = nn.Linear(n_query, n_align, bias=False), nn.Linear(n_key, n_align)
        self.v = nn.Linear(n_align, 1, bias=False)

    def forward(
        self,
        query: torch.Tensor,
        keys: torch.Tensor,
        is_real: torch.Tensor | None = None,
        from_keys: torch.Tensor | None = None,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Read from the keys what the query asks for.

        Parameters
        ----------
        query : (n_batch, n_query)
            One a sequence.
        keys : (n_batch, n_keys, n_key)
            What is searched, and what is read.
        is_real : (n_batch, n_keys) of bool, optional
            False at padding, which gets weights of exactly 0. Every row needs at least one True.
        from_keys : (n_batch, n_keys, n_align), optional
            ``w_k(keys)``, where the same keys are asked many times.

        Returns
        -------
        context : (n_batch, n_key)
        weights : (n_batch, n_keys)

        Raises
        ------
        ValueError
            If a row of `is_real` has no True.
        """
        from_keys = self.w_k(keys) if from_keys is None else from_keys
        scores = self.v(torch.tanh(self.w_q(query)[:, None] + from_keys))[..., 0]  # (n_batch, n_keys)
        if is_real is not None:
            is_empty = ~is_real.any(dim=-1)
            if is_empty.any():
                needed = "every row needs at least one True (a row with none has no softmax)"
                raise ValueError(f"is_real: {needed}; got none in row {is_empty.nonzero()[0].item()}")
            scores = scores.masked_fill(~is_real, -math.inf)
        weights = scores.softmax(-1)
        return (weights[:, None] @ keys)[:, 0], weights


class AlignedDecoder(nn.Module):
    """One step of writing: ask the keys with the last state, then move on with the last token and what was read.

    Parameters
    ----------
    n_tokens : int
        Size of the vocabulary.
    n_embed, n_hidden, n_key, n_align : int
        Widths of an embedded token, of the state, of a key, and of the alignment's network.
    """

    def __init__(self, n_tokens: int, n_embed: int, n_hidden: int, n_key: int, n_align: int) -> None:
        super().__init__()
        self.alignment = AdditiveAlignment(n_hidden, n_key, n_align)
        self.cell = GRUCell(n_embed + n_key, n_hidden)
        self.out = nn.Linear(n_hidden + n_key, n_tokens)

    def forward(
        self,
        last: torch.Tensor,
        hidden: torch.Tensor,
        keys: torch.Tensor,
        is_real: torch.Tensor,
        from_keys: torch.Tensor | None = None,
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Score the next token.

        Parameters
        ----------
        last : (n_batch, n_embed)
            The token before, embedded.
        hidden : (n_batch, n_hidden)
            The state before the step: it asks.
        keys, is_real, from_keys
            As `AdditiveAlignment` takes them.

        Returns
        -------
        scores : (n_batch, n_tokens)
        hidden : (n_batch, n_hidden)
        weights : (n_batch, n_keys)
        """
        context, weights = self.alignment(hidden, keys, is_real, from_keys)
        hidden = self.cell(torch.cat([last, context], dim=-1), hidden)
        return self.out(torch.cat([hidden, context], dim=-1)), hidden, weights


class EncoderDecoder(nn.Module):
    """Read a sequence in both directions, then write another while looking back at it.

    Parameters
    ----------
    n_tokens : int
        Size of the vocabulary, shared by both sides.
    start : int
        The token that stands before the first written one.
    n_embed, n_hidden, n_align : int
        Widths of an embedded token, of the decoder's state and of each of the encoder's two, and of the alignment's
        network.

    Notes
    -----
    Embeddings start from a normal distribution of standard deviation 1, cells within 1 / sqrt(n_hidden), the rest as
    `torch.nn.Linear` starts.

    References
    ----------
    Bahdanau, Cho and Bengio (2015), with one linear layer before the softmax instead of a maxout layer.
    """

    def __init__(self, n_tokens: int, start: int, n_embed: int = 32, n_hidden: int = 64, n_align: int = 32) -> None:
        super().__init__()
        n_tokens = check_count("n_tokens", n_tokens, 1)
        self.start = check_count("start", start, 0, n_tokens - 1, "a token of the vocabulary")
        self.embed = nn.Embedding(n_tokens, n_embed)
        self.encoder = Bidirectional(GRUCell(n_embed, n_hidden), GRUCell(n_embed, n_hidden))
        self.first = nn.Linear(n_hidden, n_hidden)
        self.decoder = AlignedDecoder(n_tokens, n_embed, n_hidden, 2 * n_hidden, n_align)

    def forward(
        self, source: torch.Tensor, lengths: torch.Tensor, target: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Score each token of `target`, given the source and the *true* tokens before it (teacher forcing).

        Parameters
        ----------
        source : (n_batch, n_in) of int
            What is read, padded to one length.
        lengths : (n_batch,) of int
            How many tokens of each source are real.
        target : (n_batch, n_out) of int
            What is to be written. Step i sees what stands before i, and not i itself.

        Returns
        -------
        scores : (n_batch, n_out, n_tokens)
        weights : (n_batch, n_out, n_in)
            The alignment: where each step of writing looked. Rows sum to 1, padding has 0.
        """
        return self._write(source, lengths, target.shape[1], target)[:2]

    @torch.no_grad()
    def decode(self, source: torch.Tensor, lengths: torch.Tensor, n_out: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Write `n_out` tokens, each the best one after those already written.

        Returns
        -------
        tokens : (n_batch, n_out) of int
        weights : (n_batch, n_out, n_in)
        """
        _, weights, tokens = self._write(source, lengths, check_count("n_out", n_out, 1))
        return tokens, weights

    def _write(self, source, lengths, n_out: int, target=None) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Score, align and choose token by token; each next step is told `target`, or what was chosen without one."""
        check_lengths(lengths, *source.shape)
        keys, (_, first) = self.encoder(self.embed(source), lengths)  # (n_batch, n_in, 2 n_hidden)
        is_real = torch.arange(source.shape[1], device=source.device) < lengths[:, None]
        from_keys, hidden = self.decoder.alignment.w_k(keys), torch.tanh(self.first(first))
        token, steps = torch.full_like(source[:, 0], self.start), []
        for i in range(n_out):
            scores, hidden, weights = self.decoder(self.embed(token), hidden, keys, is_real, from_keys)
            chosen = scores.argmax(-1)
            steps.append((scores, weights, chosen))
            token = chosen if target is None else target[:, i]
        return tuple(torch.stack(parts, dim=1) for parts in zip(*steps, strict=True))
