"""Two circles of addresses part: what they still share, counted exactly, sampled, and as softmax would have it."""

from typing import Any

import traitlets

from softrecall.widgets._base import BookWidget, needed
from softrecall.widgets._traits import Count, Flag, Text


class CircleIntersection(BookWidget):
    r"""Move two Hamming circles apart and watch how much of the space still lies in both.

    The two discs are a picture of the circles: they touch at the distance from which the circles share nothing, and
    otherwise overlap as discs in a plane do. How much the circles themselves share is another matter, counted exactly
    and written beside the discs: the overlap I(h) of two circles whose centres are h bits apart, relative to I(0).

    The purple dots are I(h) at every distance; the ringed one is that of the discs. An exponential is fitted to ln I by
    least squares over the distances 0 to `max_distance`; its slope c, per bit, gives :math:`\beta = c\,n/2`, because
    cos = 1 - 2 h / n. Softmax with that beta is the same exponential without its intercept,
    :math:`e^{\beta(\cos - 1)} = e^{-ch}`: it starts at 1, as the circles do, while the fit need not.

    The distance named "a factor 2 off at" is the first at which softmax is more than twice, or less than half, of what
    the circles share.

    Parameters
    ----------
    n_bits : int from 16 to 1,024
        n, the bits of an address. The slider keeps the share of the space in a circle, and moves the radius with it.
    radius : int from 1 to `n_bits`
        d, the radius of both circles in bits, inclusive.
    n_locations : int from 100 to 10,000,000, or "infinite"
        r, how many hard locations there are at random addresses. If they are finite, one sample is drawn: the locations
        in both circles, out of fresh ones at each distance (a binomial count), in a band of two standard deviations
        either way. Where less than one location is expected in a circle, nothing is drawn of it.
    max_distance : int from 1 to 1,024, optional
        The last distance of the fit, in bits. Left out, it is ``radius - 1``, and at least 1. No fit goes beyond
        ``2 * radius``, where the circles share nothing.
    log_axis : bool
        Whether the overlap has a logarithmic axis, on which an exponential is a straight line.
    seed : int from 0 to 9,999
        Which sample is drawn.
    question : str, optional
        The question over the figure. Left out, it asks how fast the overlap falls.
    distance : int from 0 to 1,024, optional
        h, how far apart the two discs are, in bits; at most `n_bits` is drawn. Left out, it is half of the radius.

    Notes
    -----
    Where ``2 * radius >= n_bits`` the circles overlap at any distance: nothing is fitted, and the status line says so.

    Examples
    --------
    >>> CircleIntersection(1000, 451, n_locations=1_000_000).n_locations
    1000000
    """

    n_bits = Count(64, 16, 1024)
    radius = Count(11, 1, 1024)
    n_locations = Count("infinite", 100, 10_000_000, also=("infinite",))
    max_distance = Count(None, 1, 1024, optional=True)
    log_axis = Flag(True)
    seed = Count(0, 0, 9999)
    question = Text()
    distance = Count(None, 0, 1024, optional=True)

    @traitlets.validate("radius", "n_bits")
    def _check_pair(self, proposal: dict[str, Any]) -> int:
        """Refuse a circle larger than the space, whichever of the two comes later."""
        name, value = proposal["trait"].name, proposal["value"]
        if name == "radius" and value > self.n_bits:
            raise needed(name, f"at most n_bits ({self.n_bits:,})", value)
        if name == "n_bits" and value < self.radius:
            raise needed(name, f"at least radius ({self.radius:,})", value)
        return int(value)
