"""Figures of the book. Helpers take `ax`, draw into it and return it; ``figure`` alone makes one.

Importing this package imports no matplotlib; drawing does.
"""

from softrecall.plots._figure import STORED, Drawings, figure, is_narrow
from softrecall.plots._style import (
    INK,
    ORDERED,
    PLATE,
    ROLE,
    SIGNED,
    axis_title,
    end_label,
    halo,
    log_ticks,
    reference_line,
    use_book_style,
)
from softrecall.plots._tile import tile

__all__ = [
    "INK",
    "ORDERED",
    "PLATE",
    "ROLE",
    "SIGNED",
    "STORED",
    "Drawings",
    "axis_title",
    "end_label",
    "figure",
    "halo",
    "is_narrow",
    "log_ticks",
    "reference_line",
    "tile",
    "use_book_style",
]
