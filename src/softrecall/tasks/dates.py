"""Dates as people write them, and as ISO 8601 has them."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from softrecall._checks import as_array, check_count, check_generator, check_number, kind_of

__all__ = ["DATE_TOKENS", "Dates", "dates", "decode_dates", "encode_dates", "split_days"]

# Spelled out: names from the operating system would follow its language.
MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october"]
MONTHS += ["november", "december"]
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
DATE_TOKENS = "".join(sorted({*"0123456789 ,./-", *"".join(MONTHS + WEEKDAYS)}))
"""The characters of a date: the token of character k is k + 2. Token 0 is padding, token 1 stands before a text."""
N_RESERVED = 2


class Dates(NamedTuple):
    """The same days written twice: see `dates`."""

    texts: list[str]
    iso: list[str]


def _styles(day: datetime.date) -> tuple[str, ...]:
    """Write a day in all the ways that `dates` draws from."""
    month, weekday = MONTHS[day.month - 1], WEEKDAYS[day.weekday()]
    return (
        f"{day.day} {month} {day.year}",
        f"{month} {day.day}, {day.year}",
        f"{weekday[:3]} {day.day} {month[:3]} {day.year}",
        f"{day.day}.{day.month}.{day.year}",
        f"{day.month}/{day.day}/{day.year}",
    )


def split_days(
    rng: np.random.Generator, *, share: float = 0.1, first_year: int = 1900, last_year: int = 2099
) -> tuple[np.ndarray, np.ndarray]:
    """Split all days of some years in two, so that no day is in both.

    A random split of written dates would put "4.7.2031" on one side and "4 july 2031" on the other.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws the split.
    share : float
        How much of the days is kept for testing, from 0 to 1.
    first_year, last_year : int
        From 1 to 9999, both included.

    Returns
    -------
    train, test : (n_days,) of int64
        Ordinals, as `datetime.date.fromordinal` takes them, sorted.

    Raises
    ------
    TypeError
        If a year is not a whole number, `share` not a real one or `rng` not a Generator.
    ValueError
        If a year or `share` is out of its range.

    Examples
    --------
    >>> train, test = split_days(np.random.default_rng(0), first_year=2024, last_year=2024)
    >>> len(train), len(test)
    (329, 37)
    """
    first_year = check_count("first_year", first_year, 1, 9999)
    last_year = check_count("last_year", last_year, first_year, 9999, "not before first_year")
    first, last = datetime.date(first_year, 1, 1).toordinal(), datetime.date(last_year, 12, 31).toordinal()
    share, rng = check_number("share", share, 0, 1), check_generator("rng", rng)
    days = rng.permutation(np.arange(first, last + 1))
    n_test = round(share * len(days))
    return np.sort(days[n_test:]), np.sort(days[:n_test])


def dates(n: int, days: ArrayLike, rng: np.random.Generator, *, style: int | None = None) -> Dates:
    """Draw days and write each in one of five ways, and as ISO 8601.

    The ways are, by number: ``4 july 2031``, ``july 4, 2031``, ``fri 4 jul 2031``, ``4.7.2031`` and ``7/4/2031``. In
    the last two only the separator says whether the day or the month comes first.

    Parameters
    ----------
    n : int
        How many, >= 1. Days are drawn with replacement.
    days : (n_days,) of int
        Ordinals to draw from, as `split_days` gives them.
    rng : numpy.random.Generator
        Draws days and styles.
    style : int from 0 to 4, optional
        The one way to write; None draws it for each.

    Returns
    -------
    Dates
        ``texts`` and ``iso``, n strings each.

    Raises
    ------
    TypeError
        If `n` or `style` is not a whole number, `days` does not hold whole numbers or `rng` is not a Generator.
    ValueError
        If `n` is below 1, `style` not from 0 to 4, or `days` is empty, not one row, or holds what is no ordinal of a
        date.

    Examples
    --------
    >>> day = datetime.date(2031, 7, 4).toordinal()
    >>> dates(1, [day], np.random.default_rng(0), style=2)
    Dates(texts=['fri 4 jul 2031'], iso=['2031-07-04'])
    """
    n, days = check_count("n", n, 1), as_array("days", days, "iu", "whole numbers")
    if days.ndim != 1:
        raise ValueError(f"days: must be one row of ordinals; got shape {days.shape}")
    if days.min() < 1 or days.max() > datetime.date.max.toordinal():
        raise ValueError(f"days: must be ordinals of dates; got {days.min()} to {days.max()}")
    rng = check_generator("rng", rng)
    n_styles = len(_styles(datetime.date.min))
    if style is not None:
        style = check_count("style", style, 0, n_styles - 1)
    drawn = [datetime.date.fromordinal(int(day)) for day in rng.choice(days, n)]
    styles = rng.integers(0, n_styles, n) if style is None else [style] * n
    return Dates([_styles(day)[k] for day, k in zip(drawn, styles, strict=True)], [day.isoformat() for day in drawn])


def encode_dates(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Turn texts into tokens, one a character, padded with 0 to the longest.

    Parameters
    ----------
    texts : sequence of str
        At least one, not one string by itself; each of at least one character of `DATE_TOKENS`.

    Returns
    -------
    tokens : (n, longest) of int64
    lengths : (n,) of int64

    Raises
    ------
    TypeError
        If `texts` is no list or tuple of strings.
    ValueError
        If there is no text, or one is empty or holds another character.

    Examples
    --------
    >>> tokens, lengths = encode_dates(["4.7.2031", "may 4, 2031"])
    >>> tokens.shape, lengths.tolist(), decode_dates(tokens)
    ((2, 11), [8, 11], ['4.7.2031', 'may 4, 2031'])
    """
    if not isinstance(texts, list | tuple) or not all(isinstance(text, str) for text in texts):
        raise TypeError(f"texts: must be a list of strings; got {kind_of(texts)}")
    if not texts:
        raise ValueError(f"texts: needs at least one text; got {texts!r}")
    for text in texts:
        if not text or set(text) - set(DATE_TOKENS):
            raise ValueError(f"texts: must be non-empty, of the characters {DATE_TOKENS!r}; got {text!r}")
    lengths = np.array([len(text) for text in texts])
    tokens = np.zeros((len(texts), lengths.max()), dtype=np.int64)
    for row, text in zip(tokens, texts, strict=True):
        row[: len(text)] = [DATE_TOKENS.index(character) + N_RESERVED for character in text]
    return tokens, lengths


def decode_dates(tokens: ArrayLike) -> list[str]:
    """Turn tokens back into texts; padding and the token before a text are left out.

    Parameters
    ----------
    tokens : (n, n_tokens) of int
        From 0 to ``len(DATE_TOKENS) + 1``. Not modified.

    Returns
    -------
    list of n str

    Raises
    ------
    TypeError
        If `tokens` does not hold whole numbers.
    ValueError
        If it has not two axes, one of them is empty, or a token is outside the vocabulary.

    Examples
    --------
    >>> decode_dates([[1, 11, 3, 0]])
    ['4,']
    """
    tokens = as_array("tokens", tokens, "iu", "whole numbers")
    if tokens.ndim != 2:
        raise ValueError(f"tokens: needs two axes, (n, n_tokens); got shape {tokens.shape}")
    most = len(DATE_TOKENS) + N_RESERVED - 1
    if not 0 <= tokens.min() <= tokens.max() <= most:
        raise ValueError(f"tokens: must be from 0 to {most}; got {tokens.min()} to {tokens.max()}")
    return ["".join(DATE_TOKENS[k - N_RESERVED] for k in row if k >= N_RESERVED) for row in tokens]
