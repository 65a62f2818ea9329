"""A random stream that a widget's script and its picture share: whole numbers of 32 bits, the same in every engine."""

import numpy as np

WORD = np.uint32


def _mix(x: np.ndarray) -> np.ndarray:
    """Spread 32-bit numbers over all 32-bit numbers, one to one."""
    for shift, factor in ((16, 0x21F0AAAD), (15, 0x735A2D97)):
        x = (x ^ (x >> WORD(shift))) * WORD(factor)
    return x ^ (x >> WORD(15))


def stream(seed: int, n: int) -> np.ndarray:
    """Give the first `n` 32-bit numbers of a random stream, the same as in the widgets' scripts."""
    start = _mix(np.array([seed], dtype=WORD))
    return _mix(start + np.arange(1, n + 1, dtype=WORD) * WORD(0x9E3779B9))
