"""Which radius is best for a Sparse Distributed Memory? Three answers to three questions, for random patterns."""

from __future__ import annotations

import math
from itertools import accumulate
from statistics import NormalDist

import numpy as np

from softrecall._checks import check_choice, check_count, check_number
from softrecall.hypercube.balls import binomials, check_ball, step_ratios

__all__ = ["critical_distance", "optimal_fraction", "optimal_radius"]

NOISE_MODELS = ("published", "average", "every_distance")


def _check_sizes(n_bits: object, n_patterns: object, n_locations: object) -> tuple[int, int, int]:
    n_bits, n_patterns = check_count("n_bits", n_bits, 1), check_count("n_patterns", n_patterns, 1)
    n_locations = check_count("n_locations", n_locations, 1)
    if n_locations > 2**n_bits:
        needed = f"must be from 1 to 2**{n_bits} (there are no more addresses)"
        raise ValueError(f"n_locations: {needed}; got {n_locations}")
    return n_bits, n_patterns, n_locations


def _check_probability(value: object) -> float:
    probability = check_number("recall_probability", value, 0, 1)
    if not 0 < probability < 1:
        needed = "must be above 0 and below 1 (noise makes neither certain)"
        raise ValueError(f"recall_probability: {needed}; got {value}")
    return probability


def _log2_snr_fraction(n_patterns: int, n_locations: int) -> float:
    return -(1 + math.log2(n_patterns) + math.log2(n_locations)) / 3


def _log2_capacity_fraction(n_bits: int, n_locations: int, recall_probability: float) -> float:
    """Solve -2 r^2 p^3 + 3 r p^2 z^2 + z^2 = 0 for log2(p), in closed form.

    With p = z^2 s / r it reads 2 s^3 - 3 s^2 = c, where c = r / z^4, and its one positive root is
    s = 1/2 + cosh(2/3 arsinh(sqrt(c))).
    """
    p_wrong = -math.expm1(math.log(recall_probability) / n_bits)  # of one bit; 1 - P**(1/n) would round to 0
    z = -NormalDist().inv_cdf(p_wrong)
    if z <= 0:
        needed = f"must be above 0.5**{n_bits} (a coin for each bit gets there)"
        raise ValueError(f"recall_probability: {needed}; got {recall_probability}")
    log_c = math.log(n_locations) - 4 * math.log(z)
    arsinh = log_c / 2 + math.log1p(math.sqrt(1 + math.exp(-log_c)))
    angle = 2 / 3 * arsinh
    log_s = angle - math.log(2) + math.log1p(math.exp(-angle) + math.exp(-2 * angle))
    log2_p = (2 * math.log(z) - math.log(n_locations) + log_s) / math.log(2)
    if log2_p > 0:
        needed = f"must be larger (the best fraction of the space would be {2**log2_p:.3g}, above 1)"
        raise ValueError(f"n_locations: {needed}; got {n_locations}")
    return log2_p


def _log2_fraction(n_bits: int, n_patterns: int, n_locations: int, criterion: str, recall_probability: float) -> float:
    if criterion == "snr":
        return _log2_snr_fraction(n_patterns, n_locations)
    return _log2_capacity_fraction(n_bits, n_locations, recall_probability)


def optimal_fraction(
    n_bits: int, n_patterns: int, n_locations: int, criterion: str, *, recall_probability: float = 0.5
) -> float:
    r"""Say what fraction of its locations a memory should activate, by one of two criteria.

    A read is taken at the address of a stored pattern. The target adds :math:`pr` to a sum, one for each active
    location; each of the :math:`m - 1` others adds or takes away what it shares with the target by chance, about
    :math:`p^2 r`, give or take. The two criteria:

    - ``"snr"``: the largest ratio of signal to noise, :math:`p^* = (2 m r)^{-1/3}`.
    - ``"capacity"``: the most patterns at which a read is still right in every bit with the probability P. It needs a
      signal of :math:`z = \Phi^{-1}(P^{1/n})` times the noise, and :math:`p^*` is the root of
      :math:`-2 r^2 p^3 + 3 r p^2 z^2 + z^2 = 0`. It does not depend on how many patterns there are.

    Parameters
    ----------
    n_bits : int
        n, bits of an address and of a pattern, >= 1.
    n_patterns : int
        m, stored patterns, >= 1.
    n_locations : int
        r, hard locations, 1 to ``2**n_bits``; a Python int of any size.
    criterion : str
        ``"snr"`` or ``"capacity"``.
    recall_probability : float, optional
        P, for ``"capacity"``: above 0 and below 1.

    Returns
    -------
    float
        p*, in (0, 1]; 0 if it is below 5e-324.

    Raises
    ------
    TypeError
        If a count is not a whole number, `criterion` not text or `recall_probability` not a real number.
    ValueError
        If a count is out of its range, `criterion` neither of the two or `recall_probability` not in (0, 1). For
        ``"capacity"`` also if `recall_probability` is no more than guessing gives, or the root lies above 1.

    References
    ----------
    Bricken and Pehlevan (2021), for both criteria.

    Examples
    --------
    >>> optimal_fraction(64, 1024, 2**64, "snr") == 2**-25
    True
    >>> f"{optimal_fraction(1000, 10_000, 10**6, 'capacity'):.3e}"
    '1.775e-04'
    """
    n_bits, n_patterns, n_locations = _check_sizes(n_bits, n_patterns, n_locations)
    check_choice("criterion", criterion, ("snr", "capacity"))
    probability = _check_probability(recall_probability)
    return 2.0 ** _log2_fraction(n_bits, n_patterns, n_locations, criterion, probability)


def _log_binomials(n_bits: int) -> np.ndarray:
    """Logarithms of C(n, 0), C(n, 1), ..., C(n, n): how many addresses lie at each distance from one of them."""
    k = np.arange(n_bits)
    return np.concatenate(([0.0], np.cumsum(np.log((n_bits - k) / (k + 1)))))


def log_intersections(n_bits: int, radius: int) -> np.ndarray:
    """Natural logarithm of `circle_intersection`, in floats: (n_bits + 1,), -inf where the count is 0.

    No count is too large and no fraction too small for it; the absolute error is below 1e-9 up to 4096 bits.
    """
    log_binomials = _log_binomials(n_bits)
    logs = np.full(n_bits + 1, -np.inf)
    if 2 * radius >= n_bits:
        logs[n_bits] = np.logaddexp.reduce(log_binomials[n_bits - radius : radius + 1])
    if radius < n_bits:
        first = log_binomials[radius] + math.log((n_bits - radius) / n_bits)  # ln C(n-1, d)
        steps = np.concatenate(([first], first + np.cumsum(np.log(step_ratios(n_bits, radius)))))
        logs[: 2 * len(steps) : 2] = steps
    return np.logaddexp.accumulate(logs[::-1])[::-1]


def _log_noise(log_shared: np.ndarray, log_r: float, noise: str) -> float:
    """Logarithm of what one other pattern adds to the variance of a sum; `log_shared` is ln S for distance 0 to n."""
    n_bits = len(log_shared) - 1
    if noise == "every_distance":
        log_share = _log_binomials(n_bits) - n_bits * math.log(2)  # of all addresses, at each distance from the cue
        return float(np.logaddexp.reduce(log_share + np.logaddexp(log_shared, 2 * log_shared)))
    log_chance = log_shared[n_bits // 2] if noise == "published" else 2 * log_shared[0] - log_r
    return float(np.logaddexp(log_chance, 2 * log_chance))


def _critical_distance(n_bits: int, n_patterns: int, n_locations: int, radius: int, noise: str) -> int:
    """Do the sums of `critical_distance` in logarithms: the number of locations may fit no float."""
    log_r = math.log(n_locations)
    log_shared = log_intersections(n_bits, radius) + (log_r - n_bits * math.log(2))
    log_others = -math.inf
    if n_patterns > 1:
        log_others = math.log(n_patterns - 1) + _log_noise(log_shared, log_r, noise)
    log_signal = log_shared[1 : n_bits // 2 + 1]
    with np.errstate(invalid="ignore", over="ignore", under="ignore"):
        ratios = np.exp(log_signal - np.logaddexp(log_signal, log_others) / 2)
    ratios[log_signal == -np.inf] = 0
    for distance, ratio in enumerate(ratios.tolist(), 1):
        if n_bits * math.erfc(ratio / math.sqrt(2)) / 2 >= distance:
            return distance - 1
    return n_bits // 2


def critical_distance(n_bits: int, n_patterns: int, n_locations: int, radius: int, *, noise: str = "published") -> int:
    r"""Find how many wrong bits a cue may have so that one read should leave fewer, at every distance up to there.

    A cue x bits from its target shares :math:`S(x) = r I(x) / 2^n` locations with it. With noise of standard deviation
    :math:`\sigma` in every sum, a read is expected to be wrong in :math:`n \Phi(-S(x) / \sigma)` bits. The result is
    the largest :math:`x \le n/2` with

    .. math:: n \Phi(-S(x') / \sigma) < x' \quad \text{for all } 1 \le x' \le x, \qquad
              \sigma^2 = S(x') + (m - 1)\, N.

    N is what one of the other patterns adds to the variance. What it adds is a matter of the noise model:

    - ``"published"``: :math:`N = J + J^2` with :math:`J = S(\lfloor n/2 \rfloor)`, as if all the others stood exactly
      half of all bits away. At a radius below n/4 that is 0, there is no noise, and the result is all of
      ``2 * radius``.
    - ``"average"``: the same with :math:`J = p^2 r`, the mean of S over all addresses, p the fraction of them within
      the radius. It squares a mean where the memory meets the mean of squares.
    - ``"every_distance"``: :math:`N = \sum_h 2^{-n} \binom{n}{h} (S(h) + S(h)^2)`, the mean over the distances h at
      which random patterns stand. The few that happen to stand near the cue carry most of the noise at a small radius.
      This is what a memory meets: simulated at 64 bits, radius 15 and 1,024 patterns, it repairs 18 wrong bits.

    None of them knows that patterns near the cue look like it, or that beyond some distance a wrong pattern is the
    nearest.

    Parameters
    ----------
    n_bits : int
        n, bits of an address and of a pattern, >= 1.
    n_patterns : int
        m, stored patterns, >= 1.
    n_locations : int
        r, hard locations, 1 to ``2**n_bits``; a Python int of any size.
    radius : int
        In bits, inclusive, 0 to `n_bits`; the same for writing and reading.
    noise : str, optional
        ``"published"``, ``"average"`` or ``"every_distance"``.

    Returns
    -------
    int
        In bits, 0 to ``n_bits // 2``. 0 means that not even one wrong bit is expected to go away.

    Raises
    ------
    TypeError
        If a count is not a whole number or `noise` not text.
    ValueError
        If a count is out of its range or `noise` none of the three.

    References
    ----------
    Kanerva (1988) for the question; Bricken and Pehlevan (2021) for the model called published.

    Examples
    --------
    >>> critical_distance(1000, 10_000, 10**6, 448)
    176
    >>> [critical_distance(64, 1024, 2**64, 15, noise=noise) for noise in ("published", "average", "every_distance")]
    [30, 24, 18]
    """
    n_bits, n_patterns, n_locations = _check_sizes(n_bits, n_patterns, n_locations)
    n_bits, radius = check_ball(n_bits, radius)
    check_choice("noise", noise, NOISE_MODELS)
    return _critical_distance(n_bits, n_patterns, n_locations, radius, noise)


def optimal_radius(
    n_bits: int, n_patterns: int, n_locations: int, criterion: str, *, recall_probability: float = 0.5
) -> int:
    """Find the best radius for a memory of random patterns, by one of three criteria.

    - ``"snr"`` and ``"capacity"``: the smallest radius that catches the fraction of the space that `optimal_fraction`
      names.
    - ``"critical_distance"``: the radius with the largest `critical_distance`, under the published noise model; the
      smallest on ties. All radii are tried.

    Parameters
    ----------
    n_bits : int
        Bits of an address and of a pattern, >= 1.
    n_patterns : int
        Stored patterns, >= 1.
    n_locations : int
        Hard locations, 1 to ``2**n_bits``; a Python int of any size.
    criterion : str
        ``"snr"``, ``"capacity"`` or ``"critical_distance"``.
    recall_probability : float, optional
        For ``"capacity"``: the probability that a whole pattern comes back right, above 0 and below 1.

    Returns
    -------
    int
        In bits, 0 to `n_bits`.

    Raises
    ------
    TypeError
        If a count is not a whole number, `criterion` not text or `recall_probability` not a real number.
    ValueError
        If a count is out of its range, `criterion` none of the three or `recall_probability` not in (0, 1); where
        `optimal_fraction` has no answer; and if no radius has a critical distance above 0.

    References
    ----------
    Bricken and Pehlevan (2021).

    Examples
    --------
    >>> [optimal_radius(64, 1024, 2**64, criterion) for criterion in ("capacity", "snr", "critical_distance")]
    [5, 11, 15]
    """
    n_bits, n_patterns, n_locations = _check_sizes(n_bits, n_patterns, n_locations)
    check_choice("criterion", criterion, ("snr", "capacity", "critical_distance"))
    probability = _check_probability(recall_probability)
    if criterion == "critical_distance":
        reach = [_critical_distance(n_bits, n_patterns, n_locations, d, "published") for d in range(n_bits + 1)]
        if max(reach) == 0:
            needed = "must be fewer (with so many, a read corrects not even one wrong bit, whatever the radius)"
            raise ValueError(f"n_patterns: {needed}; got {n_patterns}")
        return reach.index(max(reach))
    log2_size = n_bits + _log2_fraction(n_bits, n_patterns, n_locations, criterion, probability)
    sizes = accumulate(binomials(n_bits))  # of the balls of radius 0, 1, ..., n_bits
    return next(radius for radius, size in enumerate(sizes) if math.log2(size) >= log2_size)
