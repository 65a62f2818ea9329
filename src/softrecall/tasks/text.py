"""A real text that every Python carries, and its characters as numbers."""

from __future__ import annotations

import hashlib
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from softrecall._checks import as_ids, check_count, check_generator, kind_of

__all__ = ["DOCUMENTATION_SHA256", "Alphabet", "documentation", "is_known_documentation", "passages"]

DOCUMENTATION_SHA256 = "2a95af4ac93f5b719944030ce3769070ddf827d847cba42192afa8da989e5dc4"
"""SHA-256 of the text (UTF-8) from which the stored results of this package come."""


@lru_cache(maxsize=1)
def documentation() -> str:
    r"""Give the documentation of the Python language that ``help()`` shows, as one text.

    Returns
    -------
    str
        The topics of `pydoc_data.topics` in the order of their names, with a line break between them: about 465,000
        characters of 103 kinds.

    Notes
    -----
    Each version of Python has its own text: where `is_known_documentation` says no, numbers that are computed from it
    differ a little from those that are stored. The text belongs to the Python Software Foundation and comes with
    Python, under its licence.

    Examples
    --------
    >>> documentation()[:22]
    'The "assert" statement'
    """
    from pydoc_data.topics import topics

    return "\n".join(topics[name] for name in sorted(topics))


def is_known_documentation() -> bool:
    """Say whether `documentation` is, to the letter, the text from which the stored results come."""
    return hashlib.sha256(documentation().encode()).hexdigest() == DOCUMENTATION_SHA256


class Alphabet:
    """The characters of a text, in the order of their code points, and the number of each.

    Parameters
    ----------
    text : str
        Not empty.

    Attributes
    ----------
    symbols : tuple of str
        The characters; the id of each is its place.

    Raises
    ------
    TypeError
        If `text` is no str.
    ValueError
        If it is empty.

    Examples
    --------
    >>> letters = Alphabet("banana")
    >>> letters.symbols, len(letters)
    (('a', 'b', 'n'), 3)
    """

    def __init__(self, text: str) -> None:
        if not isinstance(text, str):
            raise TypeError(f"text: must be a str; got {kind_of(text)}")
        if not text:
            raise ValueError("text: needs at least one character; got ''")
        self.symbols = tuple(sorted(set(text)))
        self._ids = {symbol: i for i, symbol in enumerate(self.symbols)}

    def __len__(self) -> int:
        """Count the characters."""
        return len(self.symbols)

    def __repr__(self) -> str:
        """Show how many there are."""
        return f"Alphabet({len(self)} characters)"

    def encode(self, text: str) -> np.ndarray:
        """Turn characters into ids.

        Parameters
        ----------
        text : str
            Characters of the alphabet.

        Returns
        -------
        (n,) of int64

        Raises
        ------
        TypeError
            If `text` is no str.
        ValueError
            If a character is not in the alphabet.

        Examples
        --------
        >>> Alphabet("banana").encode("nab")
        array([2, 0, 1])
        """
        if not isinstance(text, str):
            raise TypeError(f"text: must be a str; got {kind_of(text)}")
        try:
            return np.array([self._ids[symbol] for symbol in text], dtype=np.int64)
        except KeyError as error:
            symbol = error.args[0]
            raise ValueError(
                f"text: must be written in the {len(self)} characters of the alphabet; got {symbol!r} at "
                f"place {text.index(symbol)}"
            ) from None

    def decode(self, ids: ArrayLike) -> str:
        """Turn ids into characters.

        Parameters
        ----------
        ids : (n,) of int
            From 0 to one below the size of the alphabet; may be empty. Not modified.

        Returns
        -------
        str

        Raises
        ------
        TypeError
            If they are no whole numbers.
        ValueError
            If there is not one axis, or an id is out of range.

        Examples
        --------
        >>> Alphabet("banana").decode([2, 0, 1])
        'nab'
        """
        return "".join(self.symbols[i] for i in as_ids("ids", ids, len(self), can_be_empty=True))


def passages(ids: ArrayLike, n_batch: int, length: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Cut passages at random places of a text, each with the tokens that follow its tokens.

    Parameters
    ----------
    ids : (n,) of int
        More than `length` of them. Not modified.
    n_batch : int
        How many passages, >= 1.
    length : int
        Tokens of each, >= 1.
    rng : numpy.random.Generator
        Where the passages start.

    Returns
    -------
    inputs : (n_batch, length) of int64
    targets : (n_batch, length) of int64
        One place further along the text: ``targets[:, :-1]`` are ``inputs[:, 1:]``.

    Raises
    ------
    TypeError
        If `ids` are no whole numbers, a count is none, or `rng` is no generator.
    ValueError
        If `ids` has another number of axes, is too short, or a count is below 1.

    Examples
    --------
    >>> inputs, targets = passages(np.arange(100), 2, 3, np.random.default_rng(0))
    >>> targets - inputs
    array([[1, 1, 1],
           [1, 1, 1]])
    """
    n_batch, length = check_count("n_batch", n_batch, 1), check_count("length", length, 1)
    row = as_ids("ids", ids)
    if len(row) <= length:
        raise ValueError(f"ids: needs more than {length} (length) tokens; got {len(row)}")
    starts = check_generator("rng", rng).integers(len(row) - length, size=n_batch)
    found = row[starts[:, None] + np.arange(length + 1)]  # (n_batch, length + 1)
    return found[:, :-1], found[:, 1:]
