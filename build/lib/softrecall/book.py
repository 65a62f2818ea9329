"""Helpers for the pages of the book: ``setup``, ``claims``, ``show_source``.

They change how a notebook looks and prove what its prose says; no idea of the book is computed here.
"""

from __future__ import annotations

import ast
import html
import inspect
import numbers
import os
import re
import sys
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

__all__ = ["claims", "setup", "show_source"]

PRINT_WIDTH = 72
"""Characters that fit a line of output on the page."""

_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_LIFT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_SCALES = {"thousand": Decimal(10) ** 3, "million": Decimal(10) ** 6, "billion": Decimal(10) ** 9}
_KEY = re.compile(
    r"""(?P<sign>[−-]?)
        (?: (?P<top>\d+) / (?P<bottom>\d+)
          | (?P<base>\d+) (?P<power>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)
          | (?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)? | \d+(?:\.\d+)?)
            (?: \s*×\s*10 (?P<exponent>[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+) )?
            (?: \s*(?P<unit>%|thousand|million|billion) )? )""",
    re.VERBOSE | re.ASCII,
)
_FORMS = '"15.8", "1,071.85", "−0.21", "42.4 %", "1.07 × 10⁻³", "1.2 million", "2⁶⁴", "1/3"'


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


@dataclass(frozen=True)
class Printed:
    """What a number as the prose prints it says: `value`, give or take `tolerance`.

    `scale`, `places` (None: an exact form) and `suffix` serve to print a computed value the same way.
    """

    value: Decimal
    tolerance: Decimal
    scale: Decimal
    places: int | None
    suffix: str = ""


def parse_printed(key: str) -> Printed:
    """Read a number as the prose prints it.

    Parameters
    ----------
    key : str
        Digits with or without commas between thousands and a decimal point; a sign, ``−`` or ``-``; then nothing,
        ``%`` (the computed value is the fraction: 0.424 for "42.4 %"), ``× 10⁻³``, or thousand, million, billion.
        The last digit written carries the precision, also a zero. "10⁻³" is 1 × 10⁻³; a power of another base and a
        fraction of integers ("2⁶⁴", "1/3") are exact, to twelve digits.

    Returns
    -------
    Printed

    Raises
    ------
    TypeError
        If `key` is no text.
    ValueError
        If it is none of these forms.

    Examples
    --------
    >>> parse_printed("1,071.85").tolerance
    Decimal('0.005')
    >>> parse_printed("42.4 %").value
    Decimal('0.424')
    """
    if not isinstance(key, str):
        raise TypeError(f"key: text as the prose prints it is needed; got {key!r}")
    match = _KEY.fullmatch(key.replace("\u00a0", " ").replace("\u202f", " ").strip())
    if match is None or (match["bottom"] and not int(match["bottom"])):
        raise ValueError(f"key: a number such as {_FORMS} is needed; got {key!r}")
    sign = -1 if match["sign"] else 1
    if match["top"]:
        return _exact(sign * Decimal(match["top"]) / Decimal(match["bottom"]))
    if match["base"] and match["base"] != "10":
        return _exact(sign * Decimal(match["base"]) ** int(match["power"].translate(_RAISED)))
    digits = (match["number"] or "1").replace(",", "")
    exponent = match["exponent"] or match["power"]
    scale, suffix = Decimal(1), ""
    if exponent:
        scale = Decimal(10) ** int(exponent.translate(_RAISED))
        suffix = " × 10" + str(int(exponent.translate(_RAISED))).translate(_LIFT)
    if match["unit"]:
        scale *= Decimal("0.01") if match["unit"] == "%" else _SCALES[match["unit"]]
        suffix += " " + match["unit"]
    places = len(digits.partition(".")[2])
    return Printed(
        sign * Decimal(digits) * scale, Decimal("0.5") * Decimal(10) ** -places * scale, scale, places, suffix
    )


def _exact(value: Decimal) -> Printed:
    return Printed(value, abs(value) * Decimal("1e-12"), Decimal(1), None)


def as_decimal(name: str, value: object) -> Decimal:
    """Return a real scalar (number, NumPy scalar or 0-d array, one-element tensor) as the decimal that it prints as."""
    if hasattr(value, "item") and getattr(value, "ndim", 0) == 0:
        value = value.item()
    if isinstance(value, Decimal):
        return value
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name}: a real number is needed beside it; got {value!r}")
    if isinstance(value, numbers.Integral):
        return Decimal(int(value))
    if isinstance(value, numbers.Rational):
        return Decimal(value.numerator) / Decimal(value.denominator)
    return Decimal(repr(float(value)))


def _show(value: Decimal, printed: Printed) -> str:
    """Write a computed value the way its key is written, with two more digits where it has them."""
    if not value.is_finite():
        return str(value)
    if printed.places is None:
        return f"{value:.6g}".replace("-", "−")
    number = value / printed.scale
    is_whole = printed.places == 0 and number == number.to_integral_value()
    places = 0 if is_whole else printed.places + 2
    return f"{number:,.{places}f}".replace("-", "−") + printed.suffix


@dataclass(frozen=True)
class Claims:
    """Numbers of the prose that were computed and agree; shown as one quiet line that opens to the table."""

    rows: tuple[tuple[str, str], ...]

    @property
    def summary(self) -> str:
        """The count, in words."""
        return f"{len(self.rows)} number{'s' if len(self.rows) != 1 else ''} checked"

    def __repr__(self) -> str:
        """Return the line and the rows as plain text."""
        width = max(len(key) for key, _ in self.rows)
        rows = "\n".join(f"  {key:>{width}}  computed {value}" for key, value in self.rows)
        return f"{self.summary} in the section above\n{rows}"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{html.escape(key)}</td><td>{html.escape(value)}</td></tr>\n" for key, value in self.rows
        )
        return (
            '<details class="sr-claims">\n'
            f"<summary><strong>{self.summary}</strong> in the section above</summary>\n"
            '<table>\n<thead><tr><th scope="col">In the text</th><th scope="col">Computed</th></tr></thead>\n'
            f"<tbody>\n{rows}</tbody>\n</table>\n</details>"
        )


def claims(mapping: Mapping[str, object]) -> Claims:
    """Check that the numbers of the prose are what the code computes.

    Parameters
    ----------
    mapping : mapping of str to number
        Each key is a number as the prose prints it (see ``parse_printed``), each value the same number computed.

    Returns
    -------
    Claims
        Shows itself as the line "6 numbers checked in the section above".

    Raises
    ------
    AssertionError
        If a value does not round to its key at the key's own precision; the text lists every such key. A value half
        way between two roundings agrees with both.
    TypeError, ValueError
        If a key is no number as prose prints it, a value is no real number, or there are none.

    Examples
    --------
    >>> claims({"15.8": 1000**0.5 / 2, "42.4 %": 0.42418})
    2 numbers checked in the section above
        15.8  computed 15.811
      42.4 %  computed 42.418 %
    """
    if not isinstance(mapping, Mapping) or not mapping:
        raise ValueError(f"claims: a mapping from printed to computed numbers is needed; got {mapping!r}")
    rows, wrong = [], []
    for key, value in mapping.items():
        printed, computed = parse_printed(key), as_decimal(repr(key), value)
        shown = _show(computed, printed)
        rows.append((key, shown))
        if not _agree(computed, printed):
            wrong.append(f"  {key}: computed {shown}{_percent_hint(computed, printed)}")
    if wrong:
        raise AssertionError("claims: the prose and the code disagree on\n" + "\n".join(wrong))
    return Claims(tuple(rows))


def _agree(computed: Decimal, printed: Printed) -> bool:
    if not computed.is_finite():
        return False
    rounding = abs(computed) * Decimal(2) ** -52  # a float and the decimal it prints as differ by less
    return abs(computed - printed.value) <= printed.tolerance + rounding


def _percent_hint(computed: Decimal, printed: Printed) -> str:
    if printed.suffix == " %" and _agree(computed / 100, printed):
        return " (for a key with % pass the fraction, not the percentage)"
    return ""


@dataclass(frozen=True)
class Source:
    """The source of a function or class, shown as code."""

    code: str

    def __repr__(self) -> str:
        """Return the code."""
        return self.code

    def _repr_html_(self) -> str:
        from pygments import highlight
        from pygments.formatters import HtmlFormatter
        from pygments.lexers import PythonLexer

        body = highlight(self.code, PythonLexer(), HtmlFormatter(cssclass="highlight"))
        return f'<div class="highlight-python notranslate sr-source">{body}</div>'


def show_source(obj: object, *, docstring: bool = True) -> Source:
    """Show the source of a function, method, class or module: the code read is the code run.

    Parameters
    ----------
    obj : function, method, class or module
        Its source must lie in a file or a notebook cell.
    docstring : bool
        Whether docstrings are shown; without them blank lines that they leave behind go too.

    Returns
    -------
    Source
        Plain text outside a notebook.

    Raises
    ------
    TypeError
        If `obj` has no source, such as a number or a built-in.
    """
    try:
        code = textwrap.dedent(inspect.getsource(inspect.unwrap(obj) if callable(obj) else obj))
    except (TypeError, OSError) as error:
        raise TypeError(f"obj: a function, class or module written in Python is needed; got {obj!r}") from error
    return Source((code if docstring else _without_docstrings(code)).strip("\n"))


def _without_docstrings(code: str) -> str:
    """Cut every docstring from the code, as lines."""
    lines = code.splitlines()
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if ast.get_docstring(node, clean=False) is None:
            continue
        first, last = node.body[0].lineno - 1, node.body[0].end_lineno
        if len(node.body) == 1 and not isinstance(node, ast.Module):
            lines[first] = " " * node.body[0].col_offset + "..."
            first += 1
        elif last < len(lines) and not lines[last].strip():
            last += 1
        lines[first:last] = [None] * (last - first)
    return "\n".join(line for line in lines if line is not None)
