"""Figures of the book. Helpers take `ax`, draw into it and return it; none opens or shows a figure.

Importing this package imports no matplotlib: the drawings in ``softrecall.plots.pictures`` need none.
"""

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
    "ORDERED",
    "PLATE",
    "ROLE",
    "SIGNED",
    "axis_title",
    "end_label",
    "halo",
    "reference_line",
    "use_book_style",
]
