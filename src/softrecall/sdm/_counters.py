"""Counters that saturate: one row a hard location, one column a bit of data."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

DTYPES = [np.dtype(name) for name in ("int8", "int16", "int32", "int64")]


def check_counter_dtype(value: DTypeLike) -> np.dtype[Any]:
    """Return `value` as one of the four signed dtypes. None is refused too: NumPy would take it for float64."""
    needed = "counter_dtype: must be int8, int16, int32 or int64 (counters go up and down)"
    try:
        dtype = np.dtype(value)
    except TypeError:
        raise TypeError(f"{needed}; got {value!r}") from None
    if dtype not in DTYPES:
        raise TypeError(f"{needed}; got {None if value is None else dtype}")
    return dtype


def add(counters: np.ndarray, active: np.ndarray, bits: np.ndarray) -> None:
    """Do ``counters[active] += 2 * bits - 1``, but leave a counter at its limit where that would wrap it around.

    `active` holds no location twice. Sorting the additions of many writes, or ``np.add.at``, takes longer than this.
    """
    limits = np.iinfo(counters.dtype)
    low, high = counters.dtype.type(limits.min), counters.dtype.type(limits.max)
    step = 2 * bits.astype(counters.dtype) - 1  # (n_data_bits,) of -1 and +1
    rows = counters[active]  # (n_active, n_data_bits), a copy
    rows += step
    has_wrapped = rows == np.where(step > 0, low, high)  # a step up ends at the lowest number only by wrapping
    if has_wrapped.any():
        np.subtract(rows, step, out=rows, where=has_wrapped)
    counters[active] = rows


def pool(counters: np.ndarray, active: np.ndarray, sums: np.ndarray) -> None:
    """Add up the counters of the active locations, in int64, into `sums`."""
    np.add.reduce(counters.take(active, axis=0), axis=0, dtype=np.int64, out=sums)
