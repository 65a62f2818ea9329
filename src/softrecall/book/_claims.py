"""Numbers of the prose, checked against the code."""

from __future__ import annotations

import html
import numbers
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

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
        return Decimal(int(value.numerator)) / Decimal(int(value.denominator))
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
