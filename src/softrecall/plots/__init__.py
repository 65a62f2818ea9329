"""Figures of the book. Helpers take `ax`, draw into it and return it; ``figure`` alone makes one.

Importing this package imports no matplotlib: the drawings in ``softrecall.plots.pictures`` need none.
"""

from softrecall.plots._figure import NARROW_SVG, Drawings, figure, is_narrow
from softrecall.plots._style import (
    INK,
    ORDERED,
    PLATE,
    ROLE,
    SIGNED,
    axis_title,
    end_label,
    halo,
    reference_line,
    use_book_style,
)

__all__ = [
    "INK",
    "NARROW_SVG",
    "ORDERED",
    "PLATE",
    "ROLE",
    "SIGNED",
    "Drawings",
    "axis_title",
    "end_label",
    "figure",
    "halo",
    "is_narrow",
    "reference_line",
    "use_book_style",
]
