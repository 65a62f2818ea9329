"""A series of which the best possible forecast is known."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from softrecall._checks import (
    as_numeric,
    check_count,
    check_finite,
    check_generator,
    check_number,
    check_positive,
    kind_of,
)

__all__ = ["Sines", "TwoSines", "sines", "two_sines", "windows"]


class TwoSines(NamedTuple):
    """A noisy series and what is behind it: see `two_sines`."""

    values: np.ndarray
    clean: np.ndarray


def _check_pair(name: str, values: object) -> None:
    if not isinstance(values, tuple | list):
        raise TypeError(f"{name}: must be a tuple of two numbers; got {kind_of(values)}")
    if len(values) != 2:
        raise ValueError(f"{name}: must be two numbers; got {len(values)}")


def two_sines(
    n_steps: int,
    rng: np.random.Generator,
    *,
    periods: tuple[float, float] = (50.0, 17.0),
    sizes: tuple[float, float] = (1.0, 0.5),
    noise: float = 0.15,
) -> TwoSines:
    r"""Draw a sum of two sines with noise.

    .. math:: x_t = a_1 \sin(2\pi t / T_1) + a_2 \sin(2\pi t / T_2) + \sigma \varepsilon_t

    with independent normal :math:`\varepsilon_t`. Nobody can predict the noise of a step that is still to come: the
    mean squared error of any forecast of x is at least :math:`\sigma^2` on average, its floor.

    Parameters
    ----------
    n_steps : int
        >= 1.
    rng : numpy.random.Generator
        Draws the noise.
    periods : (T_1, T_2)
        In steps, above 0.
    sizes : (a_1, a_2)
        Amplitudes.
    noise : float
        Standard deviation of the noise, >= 0.

    Returns
    -------
    TwoSines
        ``values`` with the noise and ``clean`` without, (n_steps,) of float64 each.

    Raises
    ------
    TypeError
        If `n_steps` is not a whole number, `periods` or `sizes` no tuple of real numbers, `noise` not a real number or
        `rng` not a Generator.
    ValueError
        If a number is out of its range or not finite, or `periods` or `sizes` has not two.

    Examples
    --------
    >>> two_sines(3, np.random.default_rng(0), noise=0).clean.round(3)
    array([0.   , 0.306, 0.586])
    """
    n_steps, noise = check_count("n_steps", n_steps, 1), check_number("noise", noise, 0)
    _check_pair("periods", periods)
    _check_pair("sizes", sizes)
    rng, steps, clean = check_generator("rng", rng), np.arange(n_steps), np.zeros(n_steps)
    for period, size in zip(periods, sizes, strict=True):
        period = check_positive("periods", period)
        clean += check_number("sizes", size) * np.sin(2 * np.pi * steps / period)
    return TwoSines(clean + noise * rng.normal(size=n_steps), clean)


class Sines(NamedTuple):
    """Noisy sines and what is behind each: see `sines`."""

    values: np.ndarray
    clean: np.ndarray
    sizes: np.ndarray
    periods: np.ndarray
    phases: np.ndarray


def _check_range(name: str, low: float, high: float) -> tuple[float, float]:
    if low > high:
        raise ValueError(f"{name}: must be (low, high); got ({low}, {high})")
    return low, high


def sines(
    n: int,
    n_steps: int,
    rng: np.random.Generator,
    *,
    sizes: tuple[float, float] = (0.5, 1.5),
    periods: tuple[float, float] = (10.0, 40.0),
    noise: float = 0.1,
) -> Sines:
    r"""Draw many sines, each with an amplitude, a period and a phase of its own, and noise.

    .. math:: x_t = a \sin(2\pi t / T + \varphi) + \sigma \varepsilon_t

    with independent normal :math:`\varepsilon_t`. Who knew a, T and the phase could still not predict the noise: the
    mean squared error of any forecast is at least :math:`\sigma^2` on average, its floor.

    Parameters
    ----------
    n, n_steps : int
        How many series, and their length, >= 1.
    rng : numpy.random.Generator
        Draws everything.
    sizes : (low, high)
        Amplitudes a are uniform between these.
    periods : (low, high)
        Periods T are uniform between these, in steps, above 0. The frequency is 1 / T per step; sampled once a step,
        a period below 2 looks like a longer one.
    noise : float
        Standard deviation of the noise, >= 0.

    Returns
    -------
    Sines
        ``values`` with the noise and ``clean`` without, (n, n_steps) each; ``sizes``, ``periods`` and ``phases``
        (n,), phases uniform from 0 to 2 pi. All of float64.

    Raises
    ------
    TypeError
        If a count is not a whole number, `sizes` or `periods` no tuple of real numbers, `noise` not a real number or
        `rng` not a Generator.
    ValueError
        If a number is out of its range or not finite, or `sizes` or `periods` are not two, the lower first.

    Examples
    --------
    >>> drawn = sines(2, 30, np.random.default_rng(0), noise=0)
    >>> drawn.values.shape, drawn.periods.round(1)
    ((2, 30), array([11.2, 10.5]))
    """
    n, n_steps, noise = check_count("n", n, 1), check_count("n_steps", n_steps, 1), check_number("noise", noise, 0)
    _check_pair("sizes", sizes)
    _check_pair("periods", periods)
    size_range = _check_range("sizes", check_number("sizes", sizes[0]), check_number("sizes", sizes[1]))
    period_range = _check_range("periods", check_positive("periods", periods[0]), check_positive("periods", periods[1]))
    rng = check_generator("rng", rng)
    a, period, phase = rng.uniform(*size_range, n), rng.uniform(*period_range, n), rng.uniform(0, 2 * np.pi, n)
    clean = a[:, None] * np.sin(2 * np.pi * np.arange(n_steps) / period[:, None] + phase[:, None])
    return Sines(clean + noise * rng.normal(size=clean.shape), clean, a, period, phase)


def windows(series: ArrayLike, width: int) -> tuple[np.ndarray, np.ndarray]:
    """Cut a series into all windows of some width, each with the value that follows it.

    Parameters
    ----------
    series : (n_steps,)
        Finite, longer than `width`. Not modified.
    width : int
        Steps of a window, >= 1.

    Returns
    -------
    past : (n_steps - width, width) of float
    following : (n_steps - width,) of float

    Raises
    ------
    TypeError
        If `series` does not hold real numbers or `width` is not a whole number.
    ValueError
        If `series` has not one axis, holds NaN or infinity, or has no more than `width` steps.

    Examples
    --------
    >>> past, following = windows(np.array([1, 2, 3, 4, 5]), 3)
    >>> past.tolist(), following.tolist()
    ([[1.0, 2.0, 3.0], [2.0, 3.0, 4.0]], [4.0, 5.0])
    """
    series = as_numeric("series", series)
    check_finite("series", series)
    if series.ndim != 1:
        raise ValueError(f"series: must have one axis; got shape {series.shape}")
    width = check_count("width", width, 1, len(series) - 1, "a value must follow")
    return np.lib.stride_tricks.sliding_window_view(series, width)[:-1].copy(), series[width:].copy()
