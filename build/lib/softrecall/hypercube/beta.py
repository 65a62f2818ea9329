"""Which softmax does a circle intersection look like? A straight line through its logarithm."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from softrecall._checks import check_count
from softrecall.hypercube.balls import check_ball, circle_intersection

__all__ = ["BetaFit", "fit_beta"]


@dataclass(frozen=True, eq=False)
class BetaFit:
    """A straight line through the logarithm of a circle intersection: ``ln I = intercept + beta * cos``, about.

    - ``beta``, float: the slope on the cosine, an inverse temperature in 1 / cosine.
    - ``slope``, float: the same slope in 1 / bit, ``-2 * beta / n_bits``. In bits the line starts at
      ``intercept + beta`` and falls by ``slope`` a bit.
    - ``intercept``, float: the height of the line where the cosine is 0, half of all bits apart; ln of a count.
    - ``r_squared``, float: the share of the variance of ln I that the line explains, 0 to 1.
    - ``distances``, (n_distances,) of int64: the distances in bits that the line was drawn through.
    """

    beta: float
    slope: float
    intercept: float
    r_squared: float
    distances: np.ndarray


def _last_distance(n_bits: int, radius: int, max_distance: object) -> int:
    """Return the largest distance of the fit, at least 1, at which the circles still share a point."""
    if max_distance is None:
        if radius < 2:
            needed = "must be at least 2 (a line needs two points, and the distances are 0 to radius - 1)"
            raise ValueError(f"radius: {needed}; got {radius}")
        return radius - 1
    if radius < 1:
        raise ValueError("radius: must be at least 1 (circles of radius 0 share nothing one bit apart); got 0")
    why = "a line needs two points, and circles further apart share nothing: ln 0 is no number"
    return check_count("max_distance", max_distance, 1, min(2 * radius, n_bits), why)


def fit_beta(n_bits: int, radius: int, *, max_distance: int | None = None) -> BetaFit:
    r"""Find the inverse temperature at which a softmax of cosines falls off like the circle intersection.

    Two bipolar codes :math:`d_v` bits apart have the cosine :math:`1 - 2 d_v / n`. If the number of points in both
    circles fell exponentially with the distance, the weights of a Sparse Distributed Memory would be a softmax:

    .. math:: I(d_v) \propto e^{-c\, d_v} \propto e^{\beta \cos}, \qquad \beta = c\, n / 2.

    It falls only nearly so; :math:`\beta` is the slope of the least-squares line of :math:`\ln I` on the cosine. Which
    distances take part matters: the default leaves out the far half, where ln I bends down toward ``2 * radius``.
    Counts are exact integers, so `n_bits` may be so large that they fit no float.

    Parameters
    ----------
    n_bits : int
        Bits of an address, >= 1.
    radius : int
        The radius of both circles, in bits, inclusive, 0 to `n_bits`; at least 2, or 1 if `max_distance` is given.
    max_distance : int or None, optional
        The line is drawn through the distances 0 to `max_distance`, inclusive. At least 1, at most ``2 * radius`` and
        `n_bits`. None means ``radius - 1``, as in the reference.

    Returns
    -------
    BetaFit
        With ``beta``, ``slope``, ``intercept``, ``r_squared`` and ``distances``. At ``radius=n_bits`` all counts are
        the same: beta is 0, and the flat line explains everything.

    Raises
    ------
    TypeError
        If an argument is not a whole number.
    ValueError
        If `n_bits` is below 1, `radius` outside 0 to `n_bits`, there are fewer than two distances, or the circles
        share nothing at one of them.

    References
    ----------
    Bricken and Pehlevan (2021), who print larger values for the same points: 35.5, 15.9 and 10.1 at 64 bits and radius
    5, 11 and 15. Their slope divides a covariance over K - 1 by a variance over K, which puts a factor K / (K - 1) on
    it, with K = radius points; least squares gives 28.4, 14.4 and 9.4.

    Examples
    --------
    >>> fit = fit_beta(64, 11)
    >>> round(fit.beta, 2), round(fit.slope, 3), round(fit.r_squared, 3)
    (14.41, -0.45, 0.972)
    >>> round(fit_beta(64, 11, max_distance=22).beta, 1)  # with the far half
    19.3
    """
    n_bits, radius = check_ball(n_bits, radius)
    distances = np.arange(_last_distance(n_bits, radius, max_distance) + 1, dtype=np.int64)
    logs = np.array([math.log(count) for count in circle_intersection(n_bits, radius)[: len(distances)]])
    cosines = 1 - 2 * distances / n_bits
    x, y = cosines - cosines.mean(), logs - logs.mean()
    beta = float(x @ y / (x @ x)) if logs[0] > logs[-1] else 0.0  # all the same: the mean may still be a digit off
    rest = y - beta * x
    r_squared = 1 - float(rest @ rest / (y @ y)) if beta else 1.0
    intercept = float(logs.mean() - beta * cosines.mean())
    return BetaFit(beta, 0.0 - 2 * beta / n_bits, intercept, r_squared, distances)
