"""The space of n-bit addresses: random points, packed bits, and how much of the space lies near one point or two."""

from softrecall.hypercube.balls import (
    ball_fraction,
    circle_intersection,
    circle_intersection_fraction,
    radius_for_fraction,
)
from softrecall.hypercube.bits import pack_bits, random_bits, random_words, unpack_bits

__all__ = [
    "ball_fraction",
    "circle_intersection",
    "circle_intersection_fraction",
    "pack_bits",
    "radius_for_fraction",
    "random_bits",
    "random_words",
    "unpack_bits",
]
