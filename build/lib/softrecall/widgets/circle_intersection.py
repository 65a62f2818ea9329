"""Two circles of addresses part: what they still share, counted exactly, sampled, and as softmax would have it."""

from numbers import Integral
from typing import Any

import traitlets

from softrecall.plots.pictures import Picture
from softrecall.plots.pictures.circle_intersection import ENDLESS, circle_intersection

from ._base import BookWidget, needed

LIMITS = {"n_bits": (16, 1024), "radius": (1, 1024), "seed": (0, 9999)}


def _is_count(value: object, low: int, high: int) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool) and low <= value <= high


def _check_pair(name: str, n_bits: object, radius: object) -> None:
    """Refuse a circle larger than the space; `name` is the one of the two to blame. Each alone is checked elsewhere."""
    if _is_count(n_bits, *LIMITS["n_bits"]) and _is_count(radius, *LIMITS["radius"]) and radius > n_bits:
        if name == "radius":
            raise needed(name, f"at most n_bits ({n_bits:,})", radius)
        raise needed(name, f"at least radius ({radius:,})", n_bits)


class CircleIntersection(BookWidget):
    r"""Move two Hamming circles apart and watch how much of the space still lies in both.

    Purple dots are exact: the overlap I(h) of two circles whose centres are h bits apart, relative to I(0). An
    exponential is fitted to ln I by least squares over the distances 0 to `max_distance`; its slope c, a bit, gives
    :math:`\beta = c\,n/2`, because cos = 1 - 2 h / n. Softmax with that beta is the same exponential without its
    intercept, :math:`e^{\beta(\cos - 1)} = e^{-ch}`: it starts at 1, as the circles do, while the fit need not.

    The distance named "a factor 2 off at" is the first at which softmax is more than twice, or less than half, of what
    the circles share.

    Parameters
    ----------
    n_bits : int from 16 to 1,024
        n, the bits of an address. The slider keeps the share of the space in a circle, and moves the radius with it.
    radius : int from 1 to `n_bits`
        d, the radius of both circles in bits, inclusive.
    n_locations : int from 100 to 10,000,000, or "infinite"
        r, how many hard locations lie at random addresses. If they are finite, one sample is drawn: the locations in
        both circles, out of fresh ones at each distance (a binomial count), in a band of two standard deviations either
        way. Where less than one location is expected in a circle, nothing is drawn of it.
    max_distance : int from 1 to 1,024, optional
        The last distance of the fit, in bits. Left out, it is ``radius - 1``, and at least 1. No fit goes beyond
        ``2 * radius``, where the circles share nothing.
    log_axis : bool
        Whether the overlap stands on a logarithmic axis, on which an exponential is a straight line.
    seed : int from 0 to 9,999
        Which sample is drawn.
    question : str, optional
        The question over the figure. Left out, it asks how fast the overlap falls.

    Notes
    -----
    Where ``2 * radius >= n_bits`` the circles overlap at any distance: nothing is fitted, and the status line says so.

    Examples
    --------
    >>> CircleIntersection(1000, 451, n_locations=1_000_000).n_locations
    1000000
    """

    heights = (875, 1195)

    n_bits = traitlets.Any(64).tag(sync=True)
    radius = traitlets.Any(11).tag(sync=True)
    n_locations = traitlets.Any(ENDLESS).tag(sync=True)
    max_distance = traitlets.Any(None, allow_none=True).tag(sync=True)
    log_axis = traitlets.Bool(True).tag(sync=True)
    seed = traitlets.Any(0).tag(sync=True)
    question = traitlets.Unicode("").tag(sync=True)

    def __init__(
        self,
        n_bits: int = 64,
        radius: int = 11,
        n_locations: int | str = ENDLESS,
        max_distance: int | None = None,
        **state: Any,
    ) -> None:
        _check_pair("radius", n_bits, radius)
        super().__init__(n_bits=n_bits, radius=radius, n_locations=n_locations, max_distance=max_distance, **state)

    @traitlets.validate(*LIMITS)
    def _check_count(self, proposal: dict) -> int:
        name, value = proposal["trait"].name, proposal["value"]
        low, high = LIMITS[name]
        if not _is_count(value, low, high):
            raise needed(name, f"a whole number from {low:,} to {high:,}", value)
        if name != "seed":
            _check_pair(name, *((value, self.radius) if name == "n_bits" else (self.n_bits, value)))
        return int(value)

    @traitlets.validate("n_locations")
    def _check_locations(self, proposal: dict) -> int | str:
        value = proposal["value"]
        if isinstance(value, str) and value == ENDLESS:
            return value
        if not _is_count(value, 100, 10_000_000):
            raise needed("n_locations", f'a whole number from 100 to 10,000,000, or "{ENDLESS}"', value)
        return int(value)

    @traitlets.validate("max_distance")
    def _check_distance(self, proposal: dict) -> int | None:
        value = proposal["value"]
        if value is None:
            return None
        if not _is_count(value, 1, 1024):
            raise needed("max_distance", "None or a whole number from 1 to 1,024", value)
        return int(value)

    def picture(self, width: int | None = None) -> Picture:
        """The overlap at each distance, the fit and softmax, and a sample if the locations are finite."""
        state = {name: getattr(self, name) for name in self.state_names}
        return circle_intersection(**state, width=width or self.widths[0])
