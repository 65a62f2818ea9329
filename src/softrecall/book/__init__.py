"""Helpers for the pages of the book: ``setup``, ``data``, ``figure``, ``claims``, ``show_source``.

They change how a notebook looks and prove what its prose says; no idea of the book is computed here.
"""

from __future__ import annotations

import os
import sys

import numpy as np

from softrecall.book._claims import claims
from softrecall.book._data import data
from softrecall.book._source import show_source
from softrecall.plots import figure

__all__ = ["claims", "data", "figure", "setup", "show_source"]

PRINT_WIDTH = 72
"""Characters that fit a line of output on the page."""


def setup() -> None:
    """Prepare a notebook: the book's figures, deterministic SVG, short arrays, one thread for PyTorch.

    The first cell of each chapter calls it. The same code then stores the same bytes on the same machine. Outside
    IPython it does all but the choice of SVG. PyTorch sums in an order that depends on its threads; importing it
    later finds ``OMP_NUM_THREADS`` set to 1 unless it was set already.

    Raises
    ------
    ImportError
        If matplotlib is missing; the text says how to install it.
    """
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise ImportError("matplotlib: needed for the figures; run  pip install 'softrecall[book]'") from error
    from softrecall.plots import use_book_style

    use_book_style()
    _inline_svg()
    np.set_printoptions(precision=4, suppress=True, linewidth=PRINT_WIDTH, threshold=200, edgeitems=3)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)


def _inline_svg() -> None:
    """Show figures as SVG without date, at the size they ask for; nothing happens outside IPython."""
    if "IPython" not in sys.modules or sys.modules["IPython"].get_ipython() is None:
        return
    from matplotlib_inline.backend_inline import set_matplotlib_formats

    set_matplotlib_formats("svg", bbox_inches=None, metadata={"Date": None, "Creator": None})
