"""The book's style for matplotlib: colours with a meaning, one font, labels that stand at the lines."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.text import Text

FOLDER = Path(__file__).parent
STYLE = FOLDER / "book.mplstyle"
FONTS = tuple(sorted((FOLDER / "fonts").glob("*.ttf")))

ROLE = {
    "query": "#0072B2",
    "key": "#D55E00",
    "value": "#009E73",
    "memory": "#CC79A7",
    "ink": "#1D1F24",
    "soft": "#4C505A",
    "reference": "#666A73",
    "line": "#DEDBD2",
}
"""The colour of a mark by its role. ``memory`` is pale: outline it with ``INK["memory"]``."""

INK = {
    "query": "#00639C",
    "key": "#A84600",
    "value": "#00724F",
    "memory": "#9A3F72",
    "ink": "#1D1F24",
    "soft": "#4C505A",
    "reference": "#666A73",
}
"""The colour of words by their role: dark enough to read on a white plate."""

PLATE = "#FFFFFF"
ORDERED = "viridis"
"""Colour map of magnitudes."""
SIGNED = "PuOr"
"""Colour map of signed data; centre it on 0."""


def use_book_style() -> None:
    """Draw every figure from now on in the book's style.

    Changes matplotlib's ``rcParams`` for the whole session and registers the book's font. Calling it twice changes
    nothing more.
    """
    import matplotlib.style
    from matplotlib import font_manager

    known = {entry.fname for entry in font_manager.fontManager.ttflist}
    for path in FONTS:
        if str(path) not in known:
            font_manager.fontManager.addfont(path)
    matplotlib.style.use(STYLE)
    # seaborn's grids bring their own layout, and matplotlib mentions it each time.
    warnings.filterwarnings("ignore", message="The figure layout has changed to tight")


def end_label(ax: Axes, x: float, y: float, text: str, role: str = "ink", *, dx: float = 6.0, dy: float = 0.0) -> Axes:
    """Write a label beside a point, as a rule the end of a line, in the ink of its role.

    Parameters
    ----------
    ax : Axes
        Drawn into.
    x, y : float
        The point, in data units.
    text : str
        The words; they take a halo in the colour of the plate, so that lines below do not cross them.
    role : str
        A name in ``INK``.
    dx, dy : float
        Shift of the label from the point, in points. A negative `dx` sets it to the left of the point.

    Returns
    -------
    Axes
        The same `ax`.

    Raises
    ------
    ValueError
        If `role` has no ink.
    """
    if role not in INK:
        raise ValueError(f"role: one of {', '.join(INK)} is needed; got {role!r}")
    label = ax.annotate(
        text,
        (x, y),
        xytext=(dx, dy),
        textcoords="offset points",
        color=INK[role],
        weight="bold",
        ha="left" if dx >= 0 else "right",
        va="center",
        annotation_clip=False,
        zorder=10,
    )
    halo(label)
    return ax


def halo(text: Text, width: float = 2.5) -> Text:
    """Give words a halo in the colour of the plate (`width` in points on each side) and return them."""
    from matplotlib import patheffects

    text.set_path_effects([patheffects.withStroke(linewidth=2 * width, foreground=PLATE)])
    return text


def axis_title(ax: Axes, text: str) -> Axes:
    """Write the name of the vertical axis, with its unit, horizontally above the axis and return `ax`.

    Call it in place of ``ax.set_ylabel``, whose words stand on their side.
    """
    ax.set_ylabel("")
    ax.annotate(
        text,
        (0, 1),
        xycoords="axes fraction",
        xytext=(0, 9),
        textcoords="offset points",
        ha="left",
        va="bottom",
        color=INK["soft"],
        size="medium",
        annotation_clip=False,
    )
    return ax


def reference_line(ax: Axes, y: float, text: str = "") -> Axes:
    """Draw a dotted horizontal reference at `y` (data units), named above its right end, and return `ax`."""
    ax.axhline(y, color=ROLE["reference"], linestyle=(0, (1, 2)), linewidth=1.125, zorder=1.5)
    if text:
        label = ax.annotate(
            text,
            (1, y),
            xycoords=("axes fraction", "data"),
            xytext=(0, 3),
            textcoords="offset points",
            ha="right",
            va="bottom",
            color=INK["soft"],
            size=9.75,
        )
        halo(label)
    return ax


def log_ticks(ax: Axes, axis: str, values: Sequence[float]) -> Axes:
    """Make an axis logarithmic with ticks at these values alone, written as plain numbers, and return `ax`.

    Parameters
    ----------
    ax : Axes
        Changed.
    axis : "x" or "y"
        Which axis.
    values : sequence of float
        Where the ticks stand, > 0.

    Returns
    -------
    Axes
        The same `ax`.

    Raises
    ------
    ValueError
        If `axis` is neither, or a value is not above 0.
    """
    if axis not in ("x", "y"):
        raise ValueError(f"axis: 'x' or 'y' is needed; got {axis!r}")
    if not all(value > 0 for value in values):
        raise ValueError(f"values: ticks of a logarithmic axis must be above 0; got {list(values)}")
    ax.set(**{f"{axis}scale": "log"})
    chosen = getattr(ax, f"{axis}axis")
    chosen.set_ticks(values, [f"{value:,g}" for value in values])
    chosen.set_ticks((), minor=True)
    return ax
