"""A figure that serves every reader: drawn once for a column and once for a phone."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from softrecall.plots._style import use_book_style
from softrecall.plots._svg import HALO, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDE, NARROW = 672, 328
"""The widths of the two drawings in CSS pixels: a column of text, and a phone's screen less its margins."""
STORED = "softrecall"
"""The key in an output's metadata under which the drawing for phones is stored, as ``narrow``.

Not in its data: readers of notebooks complain of media types that they do not know.
"""
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Drawings:
    """Two drawings of one figure, as SVG: `wide` for a column of text, `narrow` for a phone."""

    wide: str = field(repr=False)
    narrow: str = field(repr=False)
    size: tuple[int, int]
    narrow_size: tuple[int, int]

    def _repr_mimebundle_(self, **options: Any) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
        return {"image/svg+xml": self.wide, "text/plain": repr(self)}, {STORED: {"narrow": self.narrow}}


def figure(
    draw: Callable[[Any], object],
    *,
    height: int = 340,
    panels: int | tuple[int, int] = 1,
    narrow_height: int | None = None,
    narrow_panels: tuple[int, int] | None = None,
    **grid: Any,
) -> Drawings:
    """Draw a figure twice: as wide as a column of text, and as wide as a phone with its panels below each other.

    The text has the same size in both, and the same code gives the same bytes. End a cell with the call.

    Parameters
    ----------
    draw : function
        Takes the axes and draws into them: one ``Axes`` if there is one panel, else a list of them, row by row. It is
        called twice, so it must not print or draw random numbers; compute before, and draw here. ``is_narrow(ax)``
        tells the two drawings apart where a label needs another place.
    height : int
        Height of the wide drawing in CSS pixels.
    panels : int or (int, int)
        Number of panels beside each other, or rows and columns.
    narrow_height : int, optional
        Height of the drawing for phones; by default each row is as high as in the wide one, or 260 if that is less.
    narrow_panels : (int, int), optional
        Rows and columns on a phone; by default one column.
    **grid
        Passed on to ``matplotlib.figure.Figure.subplots``, such as ``sharex`` or ``height_ratios``.

    Returns
    -------
    Drawings
        Shows itself in a notebook; `wide` and `narrow` are the two SVG texts.

    Raises
    ------
    TypeError
        If `draw` cannot be called.
    ValueError
        If a number of panels or a height is less than 1, or the phone has fewer places than there are panels.

    Examples
    --------
    >>> figure(lambda ax: ax.plot([0, 1], [0, 1]), height=260)
    Drawings(size=(672, 260), narrow_size=(328, 260))
    """
    if not callable(draw):
        raise TypeError(f"draw: a function that takes the axes is needed; got {draw!r}")
    rows, columns = (1, panels) if isinstance(panels, int) else panels
    tall, across = narrow_panels or (rows * columns, 1)
    if min(rows, columns, tall, across) < 1 or tall * across != rows * columns:
        raise ValueError(
            f"panels: the same number, at least 1, is needed on both; got {rows} x {columns} and {tall} x {across}"
        )
    if narrow_height is None:
        narrow_height = height if tall == rows else tall * min(height // rows, 260)
    if min(height, narrow_height) < 1:
        raise ValueError(f"height: at least 1 pixel is needed; got {height} and {narrow_height}")
    sizes = (WIDE, height), (NARROW, narrow_height)
    wide, narrow = (
        _drawn(draw, size, shape, grid) for size, shape in zip(sizes, ((rows, columns), (tall, across)), strict=True)
    )
    return Drawings(wide, narrow, *sizes)


def is_narrow(ax: Axes) -> bool:
    """Say whether `ax` belongs to the drawing for phones."""
    return bool(cast("Figure", ax.figure).get_figwidth() * 96 < (WIDE + NARROW) / 2)


def _drawn(
    draw: Callable[[Any], object], size: tuple[int, int], shape: tuple[int, int], grid: Mapping[str, Any]
) -> str:
    """Draw once, in the book's style, at a size in CSS pixels."""
    import matplotlib as mpl
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    width, height = size
    with mpl.rc_context():
        use_book_style()
        mpl.rcParams["svg.fonttype"] = "none"
        figure = Figure(
            figsize=(width / 96, height / 96),
            layout=ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.12, wspace=0.03, hspace=0.03),
        )
        axes = list(figure.subplots(*shape, squeeze=False, **grid).flat)
        for ax in axes:
            ax.patch.set_visible(False)
        draw(axes[0] if len(axes) == 1 else axes)
        _write_powers(axes)
        _keep_words(figure)
        stream = io.StringIO()
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    return tidy(stream.getvalue(), width, height)


def _write_powers(axes: list[Axes]) -> None:
    """Write the powers of ten of a logarithmic axis with raised figures, which keep the size of the text."""
    from matplotlib.ticker import FuncFormatter, LogFormatterSciNotation, LogLocator

    for axis in (axis for ax in axes for axis in (ax.xaxis, ax.yaxis)):
        if isinstance(axis.get_major_formatter(), LogFormatterSciNotation):
            axis.set_major_formatter(FuncFormatter(lambda value, _: power_of_ten(value)))
            cast(LogLocator, axis.get_major_locator()).set_params(numticks=7)
            axis.set_minor_formatter("")


def power_of_ten(value: float) -> str:
    """Write a power of ten as text: 1, 10, 100, 1,000, else a raised exponent."""
    if 0.01 <= value <= 1000:
        return f"{value:,g}"
    exponent = f"{value:e}".partition("e")[2]
    return "10" + str(int(exponent)).translate(_RAISED)


def _keep_words(figure: Any) -> None:
    """Let words with a halo stay words: matplotlib would turn them into outlines, so the halo goes into the SVG."""
    from matplotlib.patheffects import withStroke
    from matplotlib.text import Text

    for text in figure.findobj(Text):
        if any(isinstance(effect, withStroke) for effect in text.get_path_effects()):
            text.set_path_effects([])
            text.set_gid(HALO)
