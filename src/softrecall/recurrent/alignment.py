"""A decoder that looks back at the places of what was read: additive alignment, and a small translator around it."""

import math

import torch
from torch import nn

from softrecall._checks import check_count
from softrecall._tensors import check_lengths, check_mask, check_real, check_tokens, show_sizes
from softrecall.recurrent.cells import GRUCell
from softrecall.recurrent.steps import Bidirectional

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
        self.n_query, self.n_key = check_count("n_query", n_query, 1), check_count("n_key", n_key, 1)
        self.n_align = check_count("n_align", n_align, 1)
        self.w_q, self.w_k = nn.Linear(n_query, n_align, bias=False), nn.Linear(n_key, n_align)
        self.v = nn.Linear(n_align, 1, bias=False)

    extra_repr = show_sizes

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
            One for each sequence.
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
        TypeError
            If `is_real` is not bool or another input does not hold floating-point numbers.
        ValueError
            If a shape does not fit, or a row of `is_real` has no True.
        """
        n_batch, _ = check_real("query", query, self.w_q.weight, n_batch=None, n_query=self.n_query)
        _, n_keys, _ = check_real("keys", keys, self.w_k.weight, n_batch=n_batch, n_keys=None, n_key=self.n_key)
        if from_keys is None:
            from_keys = self.w_k(keys)
        check_real("from_keys", from_keys, self.v.weight, n_batch=n_batch, n_keys=n_keys, n_align=self.n_align)
        scores = self.v(torch.tanh(self.w_q(query)[:, None] + from_keys))[..., 0]  # (n_batch, n_keys)
        if is_real is not None:
            check_mask("is_real", is_real, n_batch=n_batch, n_keys=n_keys)
            scores = scores.masked_fill(~is_real, -math.inf)
        weights = scores.softmax(-1)
        return (weights[:, None] @ keys)[:, 0], weights  # (n_batch, n_key), (n_batch, n_keys)


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
        self.n_tokens, self.n_embed = check_count("n_tokens", n_tokens, 1), check_count("n_embed", n_embed, 1)
        self.n_hidden, self.n_key = check_count("n_hidden", n_hidden, 1), check_count("n_key", n_key, 1)
        self.n_align = check_count("n_align", n_align, 1)
        self.alignment = AdditiveAlignment(n_hidden, n_key, n_align)
        self.cell = GRUCell(n_embed + n_key, n_hidden)
        self.out = nn.Linear(n_hidden + n_key, n_tokens)

    extra_repr = show_sizes

    def forward(
        self,
        last: torch.Tensor,
        hidden: torch.Tensor,
        keys: torch.Tensor,
        is_real: torch.Tensor | None = None,
        from_keys: torch.Tensor | None = None,
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Score the next token.

        Parameters
        ----------
        last : (n_batch, n_embed)
            The token before, embedded.
        hidden : (n_batch, n_hidden)
            The state before the step: it asks.
        keys : (n_batch, n_keys, n_key)
            What is searched, and what is read.
        is_real : (n_batch, n_keys) of bool, optional
            False at padding. Every row needs at least one True.
        from_keys : (n_batch, n_keys, n_align), optional
            ``alignment.w_k(keys)``, where the same keys are asked many times.

        Returns
        -------
        scores : (n_batch, n_tokens)
        hidden : (n_batch, n_hidden)
        weights : (n_batch, n_keys)

        Raises
        ------
        TypeError, ValueError
            As `AdditiveAlignment` does.
        """
        n_batch, _ = check_real("last", last, self.out.weight, n_batch=None, n_embed=self.n_embed)
        check_real("hidden", hidden, self.out.weight, n_batch=n_batch, n_hidden=self.n_hidden)
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
        self.n_tokens, self.n_embed = n_tokens, check_count("n_embed", n_embed, 1)
        self.n_hidden, self.n_align = check_count("n_hidden", n_hidden, 1), check_count("n_align", n_align, 1)
        self.embed = nn.Embedding(n_tokens, n_embed)
        self.encoder = Bidirectional(GRUCell(n_embed, n_hidden), GRUCell(n_embed, n_hidden))
        self.first = nn.Linear(n_hidden, n_hidden)
        self.decoder = AlignedDecoder(n_tokens, n_embed, n_hidden, 2 * n_hidden, n_align)

    extra_repr = show_sizes

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

        Raises
        ------
        TypeError, ValueError
            If an input is not of whole numbers, a shape does not fit, a token is outside the vocabulary, or a length
            is not from 1 to n_in.
        """
        n_batch, _ = self._check_source(source, lengths)
        _, n_out = check_tokens("target", target, self.n_tokens, n_batch=n_batch, n_out=None)
        return self._write(source, lengths, n_out, target)[:2]

    @torch.no_grad()
    def decode(self, source: torch.Tensor, lengths: torch.Tensor, n_out: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Write `n_out` tokens, each the best one after those already written.

        Parameters
        ----------
        source : (n_batch, n_in) of int
            What is read, padded to one length.
        lengths : (n_batch,) of int
            How many tokens of each source are real.
        n_out : int
            How many to write, >= 1.

        Returns
        -------
        tokens : (n_batch, n_out) of int
        weights : (n_batch, n_out, n_in)
        """
        self._check_source(source, lengths)
        _, weights, tokens = self._write(source, lengths, check_count("n_out", n_out, 1))
        return tokens, weights

    def _check_source(self, source: torch.Tensor, lengths: torch.Tensor) -> tuple[int, ...]:
        sizes = check_tokens("source", source, self.n_tokens, n_batch=None, n_in=None)
        check_lengths("lengths", lengths, *sizes)
        return sizes

    def _write(
        self, source: torch.Tensor, lengths: torch.Tensor, n_out: int, target: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Score, align and choose token by token; each next step is told `target`, or what was chosen without one."""
        keys, (_, first) = self.encoder(self.embed(source), lengths)  # (n_batch, n_in, 2 n_hidden)
        is_real = torch.arange(source.shape[1], device=source.device) < lengths[:, None]
        from_keys, hidden = self.decoder.alignment.w_k(keys), torch.tanh(self.first(first))
        token, steps = torch.full_like(source[:, 0], self.start), []
        for i in range(n_out):
            scores, hidden, weights = self.decoder(self.embed(token), hidden, keys, is_real, from_keys)
            chosen = scores.argmax(-1)
            steps.append((scores, weights, chosen))
            token = chosen if target is None else target[:, i]
        scores, weights, tokens = (torch.stack(parts, dim=1) for parts in zip(*steps, strict=True))
        return scores, weights, tokens
