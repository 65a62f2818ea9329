"""How much of the space lies within a radius of one address, or of two at once.

Counts of points are exact Python integers. A fraction is a count divided by ``2**n_bits``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import accumulate, islice

import numpy as np

from softrecall._checks import check_count, check_number

__all__ = ["ball_fraction", "circle_intersection", "circle_intersection_fraction", "radius_for_fraction"]


def binomials(n: int) -> Iterator[int]:
    """C(n, 0), C(n, 1), ..., C(n, n): how many points lie at distance 0, 1, ..., n from one of them."""
    count = 1
    for k in range(n + 1):
        yield count
        count = count * (n - k) // (k + 1)


def check_ball(n_bits: object, radius: object) -> tuple[int, int]:
    """Return both as Python ints, the radius from 0 to `n_bits`."""
    n_bits = check_count("n_bits", n_bits, 1)
    return n_bits, check_count("radius", radius, 0, n_bits, "n_bits, the largest distance there is")


def ball_fraction(n_bits: int, radius: int) -> float:
    r"""Say what fraction of all addresses lies within `radius` bits of a given one.

    .. math:: 2^{-n} \sum_{k=0}^{d} \binom{n}{k}

    the probability that a fair coin shows at most d heads in n throws. The sum is exact and divided once: the result
    is the float nearest to the true value, in both tails.

    Parameters
    ----------
    n_bits : int
        Bits of an address, >= 1.
    radius : int
        In bits, inclusive, 0 to `n_bits`.

    Returns
    -------
    float

    Raises
    ------
    TypeError
        If an argument is not a whole number.
    ValueError
        If `n_bits` is below 1 or `radius` outside 0 to `n_bits`.

    References
    ----------
    Kanerva (1988), Sparse Distributed Memory: 451 of 1000 bits, about a thousandth of the space.

    Examples
    --------
    >>> ball_fraction(3, 1)  # the point itself and its three neighbours, of 8
    0.5
    >>> round(1e6 * ball_fraction(1000, 451), 2)
    1071.85
    """
    n_bits, radius = check_ball(n_bits, radius)
    return sum(islice(binomials(n_bits), radius + 1)) / 2**n_bits


def radius_for_fraction(n_bits: int, fraction: float) -> int:
    """Find the smallest radius that catches at least the given fraction of all addresses.

    It is the smallest radius with ``ball_fraction(n_bits, radius) >= fraction``, the comparison made on those very
    floats. At ``fraction=1.0`` that is the first radius whose ball is so nearly everything that its fraction rounds
    to 1.

    Parameters
    ----------
    n_bits : int
        Bits of an address, >= 1.
    fraction : float
        Above 0, at most 1.

    Returns
    -------
    int
        In bits, 0 to `n_bits`.

    Raises
    ------
    TypeError
        If `n_bits` is not a whole number or `fraction` not a real one.
    ValueError
        If `n_bits` is below 1 or `fraction` not in (0, 1].

    Examples
    --------
    >>> radius_for_fraction(1000, 0.001)
    451
    """
    n_bits, fraction = check_count("n_bits", n_bits, 1), check_number("fraction", fraction, 0, 1)
    if fraction == 0:
        raise ValueError("fraction: must be above 0 (no ball is empty: it holds its centre); got 0")
    sizes = accumulate(binomials(n_bits))  # of the balls of radius 0, 1, ..., n_bits
    return next(radius for radius, size in enumerate(sizes) if size / 2**n_bits >= fraction)


def _opposite_intersection(n_bits: int, radius: int) -> int:
    """Count the points within `radius` of a point and of its opposite: those at distance n - d to d from the first."""
    return sum(islice(binomials(n_bits), n_bits - radius, radius + 1)) if 2 * radius >= n_bits else 0


def circle_intersection(n_bits: int, radius: int) -> list[int]:
    r"""Count exactly the points that lie within `radius` of both of two points, for every distance between the two.

    .. math:: I(2j) - I(2j+1) = \binom{2j}{j} \binom{n-2j-1}{d-j}, \qquad I(2j-1) = I(2j)

    added up from the far end, I(n), in `n_bits` steps.

    *Proof.* Let a and b be h < n bits apart and D(x, a) the distance of x from a. Let k be a bit in which a and b
    agree; flip it in b to get b', h + 1 bits from a. Which points enter or leave when b moves to b'?

    1. A point with x_k = a_k is one bit further from b' than from b. It leaves if D(x, a) <= d and D(x, b) = d.
    2. A point with y_k != a_k is one bit nearer to b' than to b. It enters if D(y, a) <= d and D(y, b) = d + 1.
    3. Flip bit k of such a y: the result x has x_k = a_k, D(x, a) = D(y, a) - 1 <= d - 1 and D(x, b) = d. So flipping
       bit k pairs all points that enter with those that leave and have D(x, a) <= d - 1. These cancel in
       I(h) - I(h+1), which is therefore the number of points x with x_k = a_k and D(x, a) = D(x, b) = d.
    4. x is equally far from a and b only if, among the h bits in which a and b differ, it sides with each in just as
       many. For odd h there is no such x. For h = 2j there are C(2j, j) ways to side; the other d - j bits in which x
       differs from a lie among the n - 2j - 1 bits, k left out, in which a and b agree: C(n-2j-1, d-j) ways.

    At h = n, b is the opposite of a, so D(x, b) = n - D(x, a): I(n) counts the x with n - d <= D(x, a) <= d.

    Parameters
    ----------
    n_bits : int
        Bits of an address, >= 1.
    radius : int
        d, the radius of both circles, in bits, inclusive, 0 to `n_bits`.

    Returns
    -------
    list of n_bits + 1 int
        Entry h belongs to two centres h bits apart. 0 beyond ``2 * radius``. The list is new in each call.

    Raises
    ------
    TypeError
        If an argument is not a whole number.
    ValueError
        If `n_bits` is below 1 or `radius` outside 0 to `n_bits`.

    References
    ----------
    Kanerva (1988), Sparse Distributed Memory, appendix B, counts the same points by another sum.

    Examples
    --------
    >>> circle_intersection(4, 1)
    [5, 2, 2, 0, 0]
    """
    n_bits, radius = check_ball(n_bits, radius)
    counts = [_opposite_intersection(n_bits, radius)]
    for distance in reversed(range(n_bits)):
        j, is_odd = divmod(distance, 2)
        step = 0 if is_odd or j > radius else math.comb(2 * j, j) * math.comb(n_bits - 2 * j - 1, radius - j)
        counts.append(counts[-1] + step)
    return counts[::-1]


def step_ratios(n_bits: int, radius: int) -> np.ndarray:
    """t_1/t_0, t_2/t_1, ... up to the last step t_j = I(2j) - I(2j+1) that is not 0; empty if only t_0 is, or none."""
    j = np.arange(max(0.0, min(radius, n_bits - 1 - radius)))
    free = n_bits - 1 - 2 * j  # bits, k left out, in which the centres agree
    return 2 * (2 * j + 1) / (j + 1) * ((radius - j) / free) * ((free - radius + j) / (free - 1))


def circle_intersection_fraction(n_bits: int, radius: int) -> np.ndarray:
    r"""Say what fraction of all addresses lies within `radius` of both of two addresses, for every distance.

    `circle_intersection` divided by ``2**n_bits``, in floats and much faster. The steps :math:`t_j = I(2j) - I(2j+1)`
    follow from one another,

    .. math:: \frac{t_{j+1}}{t_j} = \frac{2(2j+1)}{j+1} \cdot \frac{(d-j)(n-d-j-1)}{(n-2j-1)(n-2j-2)},

    and only positive numbers are added, so no digits cancel: the relative error stays below 1e-12 up to 4096 bits
    wherever the value exceeds 1e-300. Smaller values lose digits, and below 5e-324 they are 0.

    Parameters
    ----------
    n_bits : int
        Bits of an address, >= 1.
    radius : int
        The radius of both circles, in bits, inclusive, 0 to `n_bits`.

    Returns
    -------
    (n_bits + 1,) of float64
        Entry h belongs to two centres h bits apart; entry 0 is `ball_fraction`. Never rises; exactly 0 beyond
        ``2 * radius``. The array is new in each call.

    Raises
    ------
    TypeError
        If an argument is not a whole number.
    ValueError
        If `n_bits` is below 1 or `radius` outside 0 to `n_bits`.

    Examples
    --------
    >>> circle_intersection_fraction(4, 1)
    array([0.3125, 0.125 , 0.125 , 0.    , 0.    ])
    """
    n_bits, radius = check_ball(n_bits, radius)
    fractions = np.zeros(n_bits + 1)
    fractions[n_bits] = _opposite_intersection(n_bits, radius) / 2**n_bits
    if radius < n_bits:  # else no step is above 0
        steps = np.concatenate(([math.comb(n_bits - 1, radius) / 2**n_bits], step_ratios(n_bits, radius)))
        with np.errstate(under="ignore"):
            fractions[: 2 * len(steps) : 2] = np.cumprod(steps)
    return np.cumsum(fractions[::-1])[::-1].copy()
