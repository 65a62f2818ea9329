"""Names to be copied, some of which a network never meets in training."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from softrecall._checks import as_array, check_count, check_generator, check_number, kind_of

__all__ = ["NamesToCopy", "names_to_copy", "split_names"]

CUE = 1
N_RESERVED = 2


class NamesToCopy(NamedTuple):
    """Sentences with a name in each: see `names_to_copy`."""

    tokens: np.ndarray
    places: np.ndarray
    names: np.ndarray


def split_names(
    n_names: int, rng: np.random.Generator, *, share: float = 0.5, n_words: int = 8
) -> tuple[np.ndarray, np.ndarray]:
    """Split the tokens that names are made of in two, so that none is in both.

    Parameters
    ----------
    n_names : int
        How many there are, >= 1. They come after the words: the first is ``n_words + 2``.
    rng : numpy.random.Generator
        Draws the split.
    share : float
        How much of them is kept for testing, from 0 to 1.
    n_words : int
        As in `names_to_copy`, >= 1.

    Returns
    -------
    train, test : (n,) of int64
        Tokens, sorted.

    Raises
    ------
    TypeError
        If a count is not a whole number, `share` not a real one or `rng` not a Generator.
    ValueError
        If a count or `share` is out of its range.

    Examples
    --------
    >>> split_names(6, np.random.default_rng(0))
    (array([10, 11, 14]), array([12, 13, 15]))
    """
    n_names, n_words = check_count("n_names", n_names, 1), check_count("n_words", n_words, 1)
    share, rng = check_number("share", share, 0, 1), check_generator("rng", rng)
    tokens = rng.permutation(np.arange(n_names) + N_RESERVED + n_words)
    n_test = round(share * n_names)
    return np.sort(tokens[n_test:]), np.sort(tokens[:n_test])


def _check_places(places: object, last: int) -> tuple[int, int]:
    if not isinstance(places, tuple | list):
        raise TypeError(f"places: must be a tuple (first, last); got {kind_of(places)}")
    if len(places) != 2:
        raise ValueError(f"places: must be two, (first, last); got {len(places)}")
    first = check_count("places", places[0], 0, last, "the name must fit")
    return first, check_count("places", places[1], first, last, "the first to where the name still fits")


def names_to_copy(
    n: int,
    n_steps: int,
    names: ArrayLike,
    rng: np.random.Generator,
    *,
    n_words: int = 8,
    n_letters: int = 1,
    places: tuple[int, int] | None = None,
) -> NamesToCopy:
    """Draw sentences of random words, with a cue at one place and a name after it: the name is the answer.

    Token 0 is padding, which does not occur here; token 1 is the cue, and words are the next `n_words` tokens. Which
    tokens a name is made of is for the caller to say, and so are the places of the cue. Train on one part and test on
    another, and it shows whether copying was learned, or a table of the names and places seen.

    Parameters
    ----------
    n : int
        How many, >= 1.
    n_steps : int
        Tokens of a sentence, at least ``n_letters + 1``.
    names : (n_names,) of int
        The tokens that names are made of, as `split_names` gives them: each at least ``n_words + 2``. Not modified.
    rng : numpy.random.Generator
        Draws everything.
    n_words : int
        Words that stand around the name, >= 1.
    n_letters : int
        Tokens of a name, >= 1, drawn with replacement.
    places : (first, last), optional
        Where the cue may stand, both included. None means wherever the name still fits.

    Returns
    -------
    NamesToCopy
        ``tokens`` (n, n_steps); ``places`` (n,), that of the cue: the name begins one step later; ``names``
        (n, n_letters). All of int64.

    Raises
    ------
    TypeError
        If a count or a place is not a whole number, `names` does not hold whole numbers, `places` is no tuple or `rng`
        not a Generator.
    ValueError
        If a count or a place is out of its range, or `names` is empty, not one row, or holds the cue or a word.

    Examples
    --------
    >>> drawn = names_to_copy(2, 6, [10, 11], np.random.default_rng(2), n_letters=2)
    >>> drawn.tokens.tolist(), drawn.places.tolist(), drawn.names.tolist()
    ([[8, 4, 2, 1, 11, 10], [1, 11, 10, 6, 8, 7]], [3, 0], [[11, 10], [11, 10]])
    """
    n, n_words = check_count("n", n, 1), check_count("n_words", n_words, 1)
    n_letters = check_count("n_letters", n_letters, 1)
    n_steps = check_count("n_steps", n_steps, n_letters + 1, why="a cue and a name")
    names = as_array("names", names, "iu", "whole numbers")
    if names.ndim != 1:
        raise ValueError(f"names: must be one row of tokens; got shape {names.shape}")
    if names.min() < N_RESERVED + n_words:
        raise ValueError(f"names: must be from {N_RESERVED + n_words} on (after the words); got {names.min()}")
    last = n_steps - n_letters - 1
    first, last = (0, last) if places is None else _check_places(places, last)
    rng = check_generator("rng", rng)
    tokens = rng.integers(N_RESERVED, N_RESERVED + n_words, (n, n_steps))
    where, drawn = rng.integers(first, last + 1, n), rng.choice(names.astype(np.int64), (n, n_letters))
    rows = np.arange(n)
    tokens[rows, where] = CUE
    tokens[rows[:, None], where[:, None] + 1 + np.arange(n_letters)] = drawn
    return NamesToCopy(tokens, where, drawn)
