"""Sequences of numbers or symbols with one answer each."""

from __future__ import annotations

import numpy as np

from softrecall._checks import check_count, check_generator, check_number, kind_of

__all__ = ["adding", "endings"]


def adding(n: int, n_steps: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Draw the adding problem: remember two marked numbers and give their sum at the end.

    Parameters
    ----------
    n : int
        How many sequences, >= 1.
    n_steps : int
        Their length, >= 2.
    rng : numpy.random.Generator
        Draws everything.

    Returns
    -------
    x : (n, n_steps, 2) of float64
        Channel 0 holds numbers uniform in [0, 1), channel 1 is 1 at one place of each half and 0 elsewhere.
    target : (n,) of float64
        The sum of the two marked numbers. Always answering its mean, 1, has a mean squared error of 1/6.

    Raises
    ------
    TypeError
        If a count is not a whole number or `rng` not a Generator.
    ValueError
        If a count is out of its range.

    References
    ----------
    Hochreiter and Schmidhuber (1997), in the form with both markers on numbers of [0, 1).

    Examples
    --------
    >>> x, target = adding(2, 6, np.random.default_rng(0))
    >>> x.shape, np.allclose((x[:, :, 0] * x[:, :, 1]).sum(axis=1), target)
    ((2, 6, 2), True)
    """
    n, n_steps = check_count("n", n, 1), check_count("n_steps", n_steps, 2)
    rng = check_generator("rng", rng)
    values, markers, rows = rng.random((n, n_steps)), np.zeros((n, n_steps)), np.arange(n)
    first, second = rng.integers(0, n_steps // 2, n), rng.integers(n_steps // 2, n_steps, n)
    markers[rows, first] = markers[rows, second] = 1
    return np.stack([values, markers], axis=-1), values[rows, first] + values[rows, second]


def _check_motif(motif: object, n_symbols: int) -> np.ndarray:
    if not isinstance(motif, tuple | list):
        raise TypeError(f"motif: must be a tuple of symbols; got {kind_of(motif)}")
    if not motif:
        raise ValueError("motif: needs at least one symbol; got ()")
    return np.array([check_count("motif", symbol, 0, n_symbols - 1, "n_symbols is one more") for symbol in motif])


def endings(
    n: int,
    n_steps: int,
    rng: np.random.Generator,
    *,
    share: float | None = None,
    n_symbols: int = 5,
    motif: tuple[int, ...] = (0, 1, 2),
) -> tuple[np.ndarray, np.ndarray]:
    """Draw symbol sequences some of which end in a motif, and say which.

    Parameters
    ----------
    n : int
        How many sequences, >= 1.
    n_steps : int
        Their length, at least that of the motif.
    rng : numpy.random.Generator
        Draws everything.
    share : float, optional
        The chance of each sequence to end in the motif, 0 to 1; the others do not end in it. None draws all symbols
        at random: then it is ``n_symbols ** -len(motif)``.
    n_symbols : int
        Size of the alphabet, >= 2.
    motif : tuple of int
        At least one symbol, each from 0 to ``n_symbols - 1``.

    Returns
    -------
    symbols : (n, n_steps) of int64
    is_ending : (n,) of bool

    Raises
    ------
    TypeError
        If a count or a symbol of `motif` is not a whole number, `motif` no tuple, `share` not a real number or `rng`
        not a Generator.
    ValueError
        If a count, a symbol or `share` is out of its range, or `motif` is empty.

    Examples
    --------
    >>> symbols, is_ending = endings(1000, 8, np.random.default_rng(1), share=0.5)
    >>> bool(((symbols[:, -3:] == (0, 1, 2)).all(axis=1) == is_ending).all())
    True
    """
    n, n_symbols = check_count("n", n, 1), check_count("n_symbols", n_symbols, 2)
    pattern = _check_motif(motif, n_symbols)
    n_steps = check_count("n_steps", n_steps, len(pattern), why="the length of the motif")
    share = None if share is None else check_number("share", share, 0, 1)
    rng = check_generator("rng", rng)
    symbols = rng.integers(0, n_symbols, (n, n_steps))
    if share is not None:
        wanted = rng.random(n) < share
        symbols[wanted, -len(pattern) :] = pattern
        while (wrong := ~wanted & (symbols[:, -len(pattern) :] == pattern).all(axis=1)).any():
            symbols[wrong] = rng.integers(0, n_symbols, (wrong.sum(), n_steps))
    return symbols, (symbols[:, -len(pattern) :] == pattern).all(axis=1)
