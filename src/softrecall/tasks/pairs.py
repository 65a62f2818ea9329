"""A sequence to read, and another to write."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from softrecall._checks import check_count, check_generator

__all__ = ["END", "PADDING", "START", "Pairs", "reversal", "sorting"]

PADDING, START, END = range(3)
"""Tokens that are no symbols: what fills up a source, what opens an answer, what ends it and fills it up."""
N_RESERVED = 3


class Pairs(NamedTuple):
    """Sequences to read and their answers: see `reversal`."""

    source: np.ndarray
    lengths: np.ndarray
    target: np.ndarray


def _draw(n: int, longest: int, rng: np.random.Generator, n_symbols: int, shortest: int | None) -> Pairs:
    """Draw sources, and targets with room for an answer of the same length each."""
    n, longest = check_count("n", n, 1), check_count("longest", longest, 1)
    n_symbols = check_count("n_symbols", n_symbols, 1)
    shortest = longest if shortest is None else check_count("shortest", shortest, 1, longest, "longest")
    rng = check_generator("rng", rng)
    lengths = rng.integers(shortest, longest + 1, n)
    source = rng.integers(N_RESERVED, N_RESERVED + n_symbols, (n, longest))
    source[np.arange(longest) >= lengths[:, None]] = PADDING
    target = np.full((n, longest + 2), END)
    target[:, 0] = START
    return Pairs(source, lengths, target)


def reversal(
    n: int, longest: int, rng: np.random.Generator, *, n_symbols: int = 10, shortest: int | None = None
) -> Pairs:
    """Draw symbols, and the same from the last to the first.

    Parameters
    ----------
    n : int
        How many pairs, >= 1.
    longest : int
        Symbols of the longest source, >= 1.
    rng : numpy.random.Generator
        Draws everything.
    n_symbols : int
        Size of the alphabet, >= 1. Symbols are tokens from 3 on: 0 is padding, 1 opens an answer and 2 ends it.
    shortest : int, optional
        Lengths are drawn from `shortest` to `longest`; None means that all are the longest.

    Returns
    -------
    Pairs
        ``source`` (n, longest), filled up with 0; ``lengths`` (n,); ``target`` (n, longest + 2): the token that opens,
        the answer, and the token that ends, which also fills up. All of int64.

    Raises
    ------
    TypeError
        If a count is not a whole number or `rng` not a Generator.
    ValueError
        If a count is out of its range.

    Examples
    --------
    >>> pairs = reversal(1, 4, np.random.default_rng(0), shortest=3)
    >>> pairs.source.tolist(), pairs.target.tolist()
    ([[9, 8, 5, 6]], [[1, 6, 5, 8, 9, 2]])
    """
    pairs = _draw(n, longest, rng, n_symbols, shortest)
    for row, answer, length in zip(pairs.source, pairs.target, pairs.lengths, strict=True):
        answer[1 : length + 1] = row[:length][::-1]
    return pairs


def sorting(
    n: int, longest: int, rng: np.random.Generator, *, n_symbols: int = 10, shortest: int | None = None
) -> Pairs:
    """Draw symbols, and the same in rising order, each as often as it came.

    Parameters
    ----------
    n : int
        How many pairs, >= 1.
    longest : int
        Symbols of the longest source, >= 1.
    rng : numpy.random.Generator
        Draws everything.
    n_symbols : int
        Size of the alphabet, >= 1. Symbols are tokens from 3 on, as in `reversal`.
    shortest : int, optional
        Lengths are drawn from `shortest` to `longest`; None means that all are the longest.

    Returns
    -------
    Pairs
        As `reversal` gives them.

    Raises
    ------
    TypeError
        If a count is not a whole number or `rng` not a Generator.
    ValueError
        If a count is out of its range.

    Examples
    --------
    >>> pairs = sorting(1, 4, np.random.default_rng(0))
    >>> pairs.source.tolist(), pairs.target.tolist()
    ([[11, 9, 8, 5]], [[1, 5, 8, 9, 11, 2]])
    """
    pairs = _draw(n, longest, rng, n_symbols, shortest)
    for row, answer, length in zip(pairs.source, pairs.target, pairs.lengths, strict=True):
        answer[1 : length + 1] = np.sort(row[:length])
    return pairs
