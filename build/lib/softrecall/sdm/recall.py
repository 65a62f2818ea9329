"""What a read brings back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["Recall"]


@dataclass(frozen=True, eq=False)
class Recall:
    """What a read brings back.

    - ``data``, (..., n_data_bits) of uint8, 0 or 1: 1 where the sum is above 0. The leading shape is that of the
      addresses.
    - ``sums``, (..., n_data_bits) of int64: the counters, added over the active locations.
    - ``n_active``, (...) of int64: how many locations were active.
    - ``ties``, (..., n_data_bits) of bool: where the sum is 0, so that the 0 in ``data`` is a convention and no
      memory. Everywhere, if nothing was active.
    - ``n_steps``, int or None: how many reads `SparseDistributedMemory.iterate` made; None after a plain read.
    - ``is_settled``, bool or None: whether the last of them gave back the very address it was asked with; None after a
      plain read.
    """

    data: np.ndarray
    sums: np.ndarray
    n_active: np.ndarray
    ties: np.ndarray
    n_steps: int | None = None
    is_settled: bool | None = None
