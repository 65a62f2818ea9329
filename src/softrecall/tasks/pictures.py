"""Small pictures for memories that hold patterns of bits."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from softrecall._checks import check_choice

__all__ = ["LETTERS", "PICTURES", "Pictures", "pictures"]

PICTURES = {
    "tree": "ff00fe80f8e0f0f0e0f8e2f8c0fcc0bcc0fce2f8e0f8f9c0fcc002bf02bf04df",
    "fish": "cccc333301e00ff03ff963fdc9edc9b7e3fb7f6f0dbd3ff91ff00180cccc3333",
    "moon": "fc0ff01fe07be0f1c1fbc1ff83ff83df838f81dfc0fbc071e003e003f80fefff",
    "house": "fffffe73fc33f813f003e001c000effd173a153a173a103a103a103affffffff",
    "boat": "008000c00160037007780f7c0f7c1f7e1f000080ffff7ffebffd5555aaaa5555",
    "cat": "6006581a4db27dbe7dbee3c7c993c993e3c7fc3f3dbce18705a0e42763c63c3c",
    "cup": "f6dfedbff6dfffff800780018d859fc59fc58f858701820fc00ff03f0000c003",
    "key": "aaa0aa8eaa9baab1aab1aa9baa1eaa38a872a8e2a1caa3ea876a8f8a9daa980a",
}
"""Sixteen rows of sixteen bits, four hexadecimal digits a row. About half the bits are set, and any two differ in about
half of their bits, as random patterns do."""

LETTERS = {
    "A": "0000000003c003c0066006600c300c301ff81ff8181818181818181800000000",
    "E": "000000001ff81ff81800180018001fe01fe01800180018001ff81ff800000000",
    "F": "000000001ff81ff81800180018001fe01fe01800180018001800180000000000",
    "H": "00000000181818181818181818181ff81ff81818181818181818181800000000",
    "L": "0000000018001800180018001800180018001800180018001ff81ff800000000",
    "O": "0000000007e00ff0181818181818181818181818181818180ff007e000000000",
    "T": "000000001ff81ff8018001800180018001800180018001800180018000000000",
    "X": "00000000181818180c300c30066003c003c006600c300c301818181800000000",
}
"""The same for letters in plain strokes: mostly background, so that they are alike."""


class Pictures(NamedTuple):
    """What is on each picture, and its bits: see `pictures`."""

    names: tuple[str, ...]
    bits: np.ndarray


def pictures(kind: str = "pictures") -> Pictures:
    """Look up the eight small pictures that the book's memories are given to store.

    Parameters
    ----------
    kind : "pictures" or "letters"
        Pictures are nearly as unlike as random patterns; letters are mostly background, and alike.

    Returns
    -------
    Pictures
        `names`, eight of them, and `bits` (8, 256), uint8: 16 rows of 16 pixels, the top row first. A new array.

    Raises
    ------
    TypeError
        If `kind` is no text.
    ValueError
        If `kind` is another word.

    Examples
    --------
    >>> names, bits = pictures()
    >>> names[5], bits.shape, bits[5].sum()
    ('cat', (8, 256), np.uint64(136))
    """
    named = PICTURES if check_choice("kind", kind, ("pictures", "letters")) == "pictures" else LETTERS
    octets = np.frombuffer(bytes.fromhex("".join(named.values())), dtype=np.uint8)
    return Pictures(tuple(named), np.unpackbits(octets).reshape(len(named), -1))
