"""Random n-bit addresses, and 64 bits packed into one word."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from softrecall._checks import as_array, as_bits, check_count, check_generator, check_last_axis, first_place

__all__ = ["pack_bits", "random_bits", "random_words", "unpack_bits"]

WORD_BITS = 64


def _n_words(n_bits: int) -> int:
    return -(-n_bits // WORD_BITS)  # rounded up


def _last_word(n_bits: int) -> np.uint64:
    """The word with a 1 at every place that the last word of an address uses, and a 0 at its pad bits."""
    return np.uint64(2 ** ((n_bits - 1) % WORD_BITS + 1) - 1)


def random_words(n: int, n_bits: int, rng: np.random.Generator) -> np.ndarray:
    """Draw random addresses in packed form: the same bits as `random_bits`, in an eighth of the memory.

    Each address takes ``ceil(n_bits / 64)`` draws of 64 bits, so drawing 100 addresses at once or 60 and then 40 gives
    the same addresses.

    Parameters
    ----------
    n : int
        How many addresses, >= 1.
    n_bits : int
        Bits of an address, >= 1.
    rng : numpy.random.Generator
        Where the bits come from; it moves on.

    Returns
    -------
    (n, n_words) of uint64
        As `pack_bits` packs them; pad bits are 0.

    Raises
    ------
    TypeError
        If `n` or `n_bits` is not a whole number or `rng` not a Generator.
    ValueError
        If `n` or `n_bits` is below 1.

    Examples
    --------
    >>> words = random_words(5, 100, np.random.default_rng(7))
    >>> words.shape
    (5, 2)
    >>> bool((unpack_bits(words, 100) == random_bits(5, 100, np.random.default_rng(7))).all())
    True
    """
    n, n_bits = check_count("n", n, 1), check_count("n_bits", n_bits, 1)
    words = check_generator("rng", rng).integers(0, 2**WORD_BITS, size=(n, _n_words(n_bits)), dtype=np.uint64)
    words[:, -1] &= _last_word(n_bits)
    return words


def random_bits(n: int, n_bits: int, rng: np.random.Generator) -> np.ndarray:
    """Draw random addresses: every bit is 0 or 1 with probability one half, independently.

    Parameters
    ----------
    n : int
        How many addresses, >= 1.
    n_bits : int
        Bits of an address, >= 1.
    rng : numpy.random.Generator
        Where the bits come from; it moves on. Drawing in blocks gives the same bits as drawing at once.

    Returns
    -------
    (n, n_bits) of uint8, 0 or 1

    Raises
    ------
    TypeError
        If `n` or `n_bits` is not a whole number or `rng` not a Generator (an int, a RandomState, None).
    ValueError
        If `n` or `n_bits` is below 1.

    Examples
    --------
    >>> bits = random_bits(1000, 256, np.random.default_rng(7))
    >>> bits.shape, float(bits.mean().round(2))
    ((1000, 256), 0.5)
    """
    return unpack_bits(random_words(n, n_bits, rng), n_bits)


def pack_bits(bits: ArrayLike) -> np.ndarray:
    """Pack 64 bits into one integer word, so that XOR and a bit count compare 64 bits at a time.

    Bit i of an address is bit ``i % 64`` (of value ``2**(i % 64)``) of word ``i // 64``. The pad bits that fill the
    last word are 0, so two packed addresses differ in as many bits as the addresses do.

    Parameters
    ----------
    bits : (..., n_bits) of 0/1, integer or bool dtype
        Not modified.

    Returns
    -------
    (..., n_words) of uint64, with ``n_words = ceil(n_bits / 64)``
        One address a row. A memory that scans many addresses does best to keep the transpose, a word a row:
        ``np.ascontiguousarray(pack_bits(addresses).T)``.

    Raises
    ------
    TypeError
        If `bits` is not of an integer or bool dtype.
    ValueError
        If an entry is neither 0 nor 1 or an axis is empty.

    Examples
    --------
    >>> pack_bits([[1, 0, 0], [1, 1, 0], [0, 0, 1]])
    array([[1],
           [3],
           [4]], dtype=uint64)
    """
    bits = as_bits("bits", bits)
    octets = np.packbits(bits, axis=-1, bitorder="little")  # (..., ceil(n_bits / 8))
    padded = np.zeros((*bits.shape[:-1], 8 * _n_words(bits.shape[-1])), dtype=np.uint8)
    padded[..., : octets.shape[-1]] = octets
    return padded.view("<u8").astype(np.uint64, copy=False)  # (..., n_words), whatever the machine's byte order


def unpack_bits(words: ArrayLike, n_bits: int) -> np.ndarray:
    """Undo `pack_bits`.

    Parameters
    ----------
    words : (..., n_words) of uint64
        Not modified.
    n_bits : int
        Bits of an address; ``n_words = ceil(n_bits / 64)``.

    Returns
    -------
    (..., n_bits) of uint8, 0 or 1

    Raises
    ------
    TypeError
        If `words` is not uint64 or `n_bits` not a whole number.
    ValueError
        If `words` has the wrong number of words, a pad bit is 1, an axis is empty or `n_bits` is below 1.

    Examples
    --------
    >>> unpack_bits(np.array([5], dtype=np.uint64), 4)
    array([1, 0, 1, 0], dtype=uint8)
    """
    n_bits = check_count("n_bits", n_bits, 1)
    words = as_array("words", words, "u", "uint64 words, as pack_bits makes them")
    if words.dtype.itemsize != 8:
        raise TypeError(f"words: must be uint64 words, as pack_bits makes them; got dtype {words.dtype}")
    check_last_axis("words", words, _n_words(n_bits), f"n_words for {n_bits} bits")
    has_pad = (words[..., -1] & ~_last_word(n_bits)) != 0
    if has_pad.any():
        raise ValueError(f"words: bits from {n_bits} on are padding and must be 0; got a 1{first_place(has_pad)}")
    octets = np.ascontiguousarray(words, dtype="<u8").view(np.uint8)  # (..., 8 * n_words)
    return np.unpackbits(octets, axis=-1, count=n_bits, bitorder="little")
