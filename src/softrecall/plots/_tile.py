"""Square pictures of vectors: bits as dark squares, counters as colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from softrecall.plots._style import ROLE, SIGNED

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def tile(ax: Axes, values: np.ndarray, title: str = "", *, top: float | None = None) -> Axes:
    """Draw a vector as a square picture, row by row, and return `ax`.

    Parameters
    ----------
    ax : Axes
        Drawn into; it loses its axes.
    values : (n * n,)
        Bits, or numbers if `top` is given.
    title : str
        Written above.
    top : float, optional
        Numbers are shown on a scale of colours from ``-top`` to `top`, white at 0. Without it every bit that is set is
        a square in ink.

    Returns
    -------
    Axes
        The same `ax`.

    Raises
    ------
    ValueError
        If the number of values is no square, or values without a `top` are not all 0 or 1.
    """
    values = np.asarray(values)
    side = round(values.size**0.5)
    if side**2 != values.size or values.ndim != 1:
        raise ValueError(f"values: n * n in a row are needed; got shape {values.shape}")
    if top is None and not np.isin(values, (0, 1)).all():
        raise ValueError("values: bits 0 or 1 are needed, or a top for numbers")
    square = values.reshape(side, side)
    if top is None:
        _squares(ax, square)
    else:
        import seaborn

        seaborn.heatmap(square, cmap=SIGNED, vmin=-top, vmax=top, cbar=False, rasterized=True, ax=ax)
    ax.set(title=title, xticks=(), yticks=(), xlim=(0, side), ylim=(side, 0), aspect="equal")
    ax.grid(visible=False)
    for spine in ax.spines.values():
        spine.set(visible=True, color=ROLE["line"])
    return ax


def _squares(ax: Axes, bits: np.ndarray) -> None:
    """Draw each run of ones in a row as one rectangle."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    edges = np.diff(np.pad(bits.astype(int), ((0, 0), (1, 1))), axis=1)
    starts, ends = np.argwhere(edges == 1), np.argwhere(edges == -1)
    runs = [
        [(left, row), (right, row), (right, row + 1), (left, row + 1), (left, row)]
        for (row, left), (_, right) in zip(starts, ends, strict=True)
    ]
    if runs:
        path = Path.make_compound_path(*(Path(run, closed=True) for run in runs))
        ax.add_patch(PathPatch(path, facecolor=ROLE["ink"], edgecolor="none"))
