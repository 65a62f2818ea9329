"""The space of n-bit addresses: random points, packed bits, and how much of the space lies near one point or two."""

from softrecall.hypercube.balls import (
    ball_fraction,
    circle_intersection,
    circle_intersection_fraction,
    radius_for_fraction,
)
from softrecall.hypercube.beta import BetaFit, fit_beta
from softrecall.hypercube.bits import pack_bits, random_bits, random_words, unpack_bits
from softrecall.hypercube.caps import cap_intersection_fraction
from softrecall.hypercube.optima import critical_distance, optimal_fraction, optimal_radius

__all__ = [
    "BetaFit",
    "ball_fraction",
    "cap_intersection_fraction",
    "circle_intersection",
    "circle_intersection_fraction",
    "critical_distance",
    "fit_beta",
    "optimal_fraction",
    "optimal_radius",
    "pack_bits",
    "radius_for_fraction",
    "random_bits",
    "random_words",
    "unpack_bits",
]
