"""Tables of what followed what: n-grams, smoothed as Witten and Bell do."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from softrecall._checks import as_ids, check_count

__all__ = ["NGram"]


class NGram:
    r"""A table of how often each token followed each run of up to `order` tokens.

    .. math::

        P(x \mid c) = \frac{n(c, x) + t(c)\, P(x \mid c')}{n(c) + t(c)}

    Here n(c, x) counts how often token x followed the run c, n(c) is the sum over x, t(c) how many different tokens
    followed c, and c' is c without its first token. The empty run leaves its share to chances that are all the same.
    Where a run was never seen, the shorter one answers alone.

    Parameters
    ----------
    ids : (n,) of int
        A text, as ids from 0 to n_tokens - 1. Not modified.
    order : int
        How many tokens before it a prediction may use, >= 0.
    n_tokens : int
        Size of the vocabulary, >= 1.

    Attributes
    ----------
    order, n_tokens : int
        As they were given.
    n_contexts : tuple of int
        How many different runs of 0, 1, ... `order` tokens are in the table.

    Raises
    ------
    TypeError
        If `ids` are no whole numbers, or a size is none.
    ValueError
        If `ids` has another number of axes, is empty, holds an id that is out of range, a size is too small, or there
        are so many runs that their numbers overflow.

    Notes
    -----
    At the start of a text, where fewer than `order` tokens stand before, those are used that are there.

    References
    ----------
    Witten and Bell (1991), The zero-frequency problem, method C, interpolated.

    Examples
    --------
    >>> table = NGram([0, 1, 0, 1, 0, 2], order=1, n_tokens=3)
    >>> np.exp(table.step([0])).round(3)  # after 0 came 1, 1 and 2
    array([0.178, 0.533, 0.289])
    >>> table.n_contexts
    (1, 2)
    """

    def __init__(self, ids: ArrayLike, order: int, n_tokens: int) -> None:
        self.order, self.n_tokens = check_count("order", order), check_count("n_tokens", n_tokens, 1)
        row = self._check(ids)
        self._runs: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        self._pairs: list[tuple[np.ndarray, np.ndarray]] = []
        for length in range(self.order + 1):
            run = self._codes(row, length)[: len(row) - length]  # the run before each token that has one
            pairs, n_seen = np.unique(run * self.n_tokens + row[length:], return_counts=True)
            runs, first = np.unique(pairs // self.n_tokens, return_index=True)
            n_after = np.add.reduceat(n_seen, first) if len(first) else n_seen
            n_kinds = np.diff(np.append(first, len(pairs)))
            self._pairs.append((pairs, n_seen))
            self._runs.append((runs, n_after, n_kinds))
        self.n_contexts = tuple(len(runs) for runs, _, _ in self._runs)

    def __repr__(self) -> str:
        """Show the sizes."""
        return f"NGram(order={self.order}, n_tokens={self.n_tokens}, n_contexts={self.n_contexts})"

    def step(self, ids: ArrayLike) -> np.ndarray:
        """Score what follows a text.

        Parameters
        ----------
        ids : (n,) of int
            The text so far; may be empty. Only the last `order` of them count. Not modified.

        Returns
        -------
        (n_tokens,)
            Logarithms of the chances, in nats: scores that softmax turns back into the chances.

        Raises
        ------
        TypeError
            If `ids` are no whole numbers.
        ValueError
            If `ids` has another number of axes, or an id is out of range.

        Examples
        --------
        >>> np.exp(NGram([0, 0, 0, 1], order=0, n_tokens=2).step([])).round(3)
        array([0.667, 0.333])
        """
        row = self._check(ids, can_be_empty=True)
        chances = np.full(self.n_tokens, 1 / self.n_tokens)
        tokens = np.arange(self.n_tokens)
        for length in range(min(self.order, len(row)) + 1):
            run = self._codes(row, length)[-1:]
            chances = self._blend(length, np.repeat(run, self.n_tokens), tokens, chances)
        return np.log(chances)

    def surprisals(self, ids: ArrayLike) -> np.ndarray:
        """Measure how surprising each token of a text is after those before it.

        Parameters
        ----------
        ids : (n,) of int
            At least one. Not modified.

        Returns
        -------
        (n,)
            Minus the logarithm of each token's chance, in nats.

        Raises
        ------
        TypeError
            If `ids` are no whole numbers.
        ValueError
            If `ids` has another number of axes, is empty, or an id is out of range.

        Examples
        --------
        >>> NGram([0, 0, 0, 1], order=0, n_tokens=2).surprisals([0, 1, 1]).round(3)
        array([0.405, 1.099, 1.099])
        """
        row = self._check(ids)
        chances = np.full(len(row), 1 / self.n_tokens)
        for length in range(min(self.order, len(row) - 1) + 1):
            run = self._codes(row, length)[: len(row) - length]
            chances[length:] = self._blend(length, run, row[length:], chances[length:])
        return -np.log(chances)

    def _codes(self, row: np.ndarray, length: int) -> np.ndarray:
        """Give one number for each run of `length` tokens of a row, (len(row) - length + 1,)."""
        codes = np.zeros(max(len(row) - length + 1, 0), dtype=np.int64)
        for i in range(length):
            codes = codes * self.n_tokens + row[i : i + len(codes)]
        return codes

    def _blend(self, length: int, run: np.ndarray, tokens: np.ndarray, shorter: np.ndarray) -> np.ndarray:
        """Chances of tokens after runs of `length`, each blended with its chance after the shorter run."""
        runs, n_after, n_kinds = self._runs[length]
        pairs, n_seen = self._pairs[length]
        n, t = _look_up(runs, n_after, run), _look_up(runs, n_kinds, run)
        n_token = _look_up(pairs, n_seen, run * self.n_tokens + tokens)
        return np.where(n > 0, (n_token + t * shorter) / np.maximum(n + t, 1), shorter)

    def _check(self, ids: ArrayLike, *, can_be_empty: bool = False) -> np.ndarray:
        """Refuse what is no row of ids."""
        if (self.order + 1) * math.log2(self.n_tokens) > 62:
            raise ValueError(
                f"order, n_tokens: n_tokens**(order + 1) must be below 2**62 (each run has a number); "
                f"got {self.n_tokens}**{self.order + 1}"
            )
        return as_ids("ids", ids, self.n_tokens, can_be_empty=can_be_empty)


def _look_up(keys: np.ndarray, values: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Find the value of each wanted key among sorted keys; 0 where there is none."""
    if len(keys) == 0:
        return np.zeros(len(wanted), dtype=np.int64)
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, values[at], 0)
