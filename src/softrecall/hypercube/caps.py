"""The same question on a sphere: how much of it lies within an angle of two of its points at once."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from softrecall._checks import as_numeric, check_count, check_finite, check_number, first_place

__all__ = ["cap_intersection_fraction"]


def _nodes(n_panels: int, n_nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """Gauss-Legendre nodes and weights for [0, 1], in panels that halve toward 1, where a steep integrand lives."""
    edges = np.append(1 - 0.5 ** np.arange(n_panels), 1.0)
    x, weights = np.polynomial.legendre.leggauss(n_nodes)  # on [-1, 1]
    half = np.diff(edges)[:, None] / 2
    return (edges[:-1, None] + half * (1 + x)).ravel(), (half * weights).ravel()


NODES, WEIGHTS = _nodes(20, 16)


def _small_caps(n_dims: int, cosine: float, half_angles: np.ndarray) -> np.ndarray:
    """Integrate for a threshold `cosine` >= 0: (...), one value for each half of an angle between centres.

    With phi = theta - u and u = gap * x**2 the integrand is smooth in x on [0, 1], also where `n_dims` is odd. Written
    in u, 1 - cos(theta)**2 / cos(phi)**2 is sin(u) * sin(2 theta - u) / cos(theta - u)**2, which loses no digits.
    """
    gap = np.maximum(math.acos(cosine) - half_angles, 0)[..., None]
    u, sine = gap * NODES**2, math.sqrt((1 - cosine) * (1 + cosine))  # (..., n_nodes)
    sin_u, cos_u = np.sin(u), np.cos(u)
    sin_rest = 2 * cosine * sine * cos_u + (1 - 2 * cosine**2) * sin_u
    cos_phi = np.maximum(cosine * cos_u + sine * sin_u, 1e-150)  # only no gap at a right angle makes it 0: 0 / 0
    with np.errstate(under="ignore"):
        integrand = (sin_u * sin_rest / cos_phi**2) ** ((n_dims - 2) / 2) * 2 * gap * NODES
        return integrand @ WEIGHTS / math.pi


def cap_intersection_fraction(n_dims: int, cos_threshold: float, angles: ArrayLike) -> np.ndarray:
    r"""Say what fraction of a sphere has at least a given cosine with both of two unit vectors, for each angle.

    The counterpart of `circle_intersection_fraction` for unit vectors of real numbers. A radius of d in n bits answers
    to the cosine :math:`\cos\theta = 1 - 2d/n`, a distance of :math:`d_v` bits to the angle t with
    :math:`\cos t = 1 - 2 d_v / n`. For :math:`\cos\theta \ge 0` and :math:`t \le 2\theta` the fraction is

    .. math:: \frac{1}{\pi} \int_{t/2}^{\theta}
              \left(1 - \frac{\cos^2\theta}{\cos^2\varphi}\right)^{(n-2)/2} d\varphi,

    and 0 beyond. *Proof.* Project the sphere onto the plane of the two vectors. A uniform point lands at the radius
    :math:`\rho` with density :math:`\frac{n-2}{2\pi} (1 - \rho^2)^{(n-4)/2}`. In polar coordinates about the bisector,
    with angle :math:`\psi`, both cosines are at least :math:`\cos\theta` where
    :math:`\rho \cos(|\psi| + t/2) \ge \cos\theta`. The integral over :math:`\rho` is elementary; put
    :math:`\varphi = |\psi| + t/2` and count both signs of :math:`\psi`. A threshold below 0 follows from the opposite
    caps: inside both is everything, less outside the one, less outside the other, plus outside both.

    The integral is taken by Gauss-Legendre quadrature in 20 panels. For thresholds >= 0 its relative error is below
    1e-9 wherever the value exceeds 1e-300; for those below 0 the absolute error is. (That t is itself a rounded number
    matters more where t comes close to :math:`2\theta`.)

    Parameters
    ----------
    n_dims : int
        n, the dimension of the space that the sphere lies in, >= 2.
    cos_threshold : float
        The least cosine, -1 to 1.
    angles : (...)
        t, between the two vectors, in radians, 0 to pi. Not modified.

    Returns
    -------
    (...) of float64
        The shape of `angles`. At angle 0 it is the fraction that one cap covers.

    Raises
    ------
    TypeError
        If `n_dims` is not a whole number, `cos_threshold` not a real one or `angles` does not hold real numbers.
    ValueError
        If `n_dims` is below 2, `cos_threshold` outside -1 to 1, an angle outside 0 to pi, NaN or infinite, or an axis
        is empty.

    References
    ----------
    Bricken and Pehlevan (2021) set unit vectors beside bits in this way.

    Examples
    --------
    >>> cap_intersection_fraction(3, 0.5, [0.0]).round(6)  # Archimedes: (1 - cos) / 2 of an ordinary sphere
    array([0.25])
    >>> (1e9 * cap_intersection_fraction(64, 1 - 2 * 11 / 64, np.arccos([1.0, 0.9]))).round(2)
    array([1.47, 0.15])
    """
    n_dims = check_count("n_dims", n_dims, 2)
    cosine = check_number("cos_threshold", cos_threshold, -1, 1)
    angles = as_numeric("angles", angles).astype(np.float64)
    check_finite("angles", angles)
    is_bad = (angles < 0) | (angles > math.pi)
    if is_bad.any():
        raise ValueError(f"angles: must be from 0 to pi, in radians; got {angles[is_bad][0]}{first_place(is_bad)}")
    if cosine >= 0:
        return _small_caps(n_dims, cosine, angles / 2)
    one = _small_caps(n_dims, -cosine, np.zeros(1))[0]
    return 1 - 2 * one + _small_caps(n_dims, -cosine, angles / 2)
