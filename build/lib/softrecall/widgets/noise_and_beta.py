"""A noisy query is read by softmax, by circles, and as Bayes would: how sharp should the read be?"""

from numbers import Integral, Real
from typing import Any

import traitlets

from softrecall.plots.pictures import Picture
from softrecall.plots.pictures.noise_and_beta import noise_and_beta

from ._base import BookWidget, needed

COUNTS = {"n_bits": (16, 256), "n_patterns": (2, 1024), "seed": (0, 9999)}
SHARES = {"noise": (0.01, 0.48), "beta": (0.3, 1000)}


class NoiseAndBeta(BookWidget):
    r"""Flip bits of a stored pattern and watch which inverse temperature reads it best.

    A memory holds m random patterns of n bits. A query is one of them, each bit flipped with the chance p. Then the
    chance that pattern j was the one meant, given how far all of them lie from the query, is softmax with

    .. math:: \beta^* = \frac{n}{2} \ln\frac{1-p}{p},

    whatever m is: a pattern h bits away gives such a query with the chance :math:`p^h (1-p)^{n-h}`, and
    cos = 1 - 2 h / n. The left panel shows the weights in one query; the right one the loss over beta.

    **The loss** is the squared error of the weights, :math:`(1 - w_\text{meant})^2 + \sum_{\text{others}} w_j^2` (the
    Brier score), averaged over 48 drawn queries. It is a proper score: no weights do better, on average, than the
    chances themselves. Unlike :math:`-\ln w_\text{meant}` it stays finite for a read that gives the pattern meant no
    weight, as circles do; a read that finds nothing at all counts as weights of zero, and its loss is 1. Because the
    distances say how likely each pattern is the one meant, the loss is averaged over that chance exactly. What is left
    is a sum: what the noise takes from any read, and the squared distance of the weights from the posterior. So the
    curve has its least exactly at :math:`\beta^*`, in every sample; its height, and the best radius, differ a little
    from sample to sample.

    **Circles** of radius d weigh a pattern h bits away by the share of the space that lies within d of both, I(h, d).
    Each radius from 2 to less than n / 2 stands at the beta that :func:`softrecall.hypercube.fit_beta` gives it. The
    best radius is the smallest whose loss comes within a millionth of the least of them.

    **Nearly the least** are the betas around :math:`\beta^*` whose loss exceeds the least by no more than 1 %, or 0.001
    if that is more. Where the last of them is ten times the first, or more, the status line warns that the loss hardly
    pins beta.

    Parameters
    ----------
    noise : float from 0.01 to 0.48
        p, the chance that a bit of the query is flipped.
    beta : float from 0.3 to 1,000
        The reader's inverse temperature, in 1 / cosine.
    n_bits : int from 16 to 256
        n, the bits of a pattern. The slider has the powers of two.
    n_patterns : int from 2 to 1,024
        m, how many patterns are stored.
    seed : int from 0 to 9,999
        Which queries are drawn. The distance of the pattern meant is a binomial count with p, that of any other one
        with 1/2, all independent: exact for random patterns, and for a query that does not know the others.
    question : str, optional
        The question over the figure. Left out, it asks how sharply the memory should read.

    Examples
    --------
    >>> NoiseAndBeta(noise=0.1, n_patterns=1024).beta
    10.0
    """

    heights = (801, 1362)

    noise = traitlets.Any(0.3).tag(sync=True)
    beta = traitlets.Any(10.0).tag(sync=True)
    n_bits = traitlets.Any(64).tag(sync=True)
    n_patterns = traitlets.Any(64).tag(sync=True)
    seed = traitlets.Any(0).tag(sync=True)
    question = traitlets.Unicode("").tag(sync=True)

    def __init__(
        self, noise: float = 0.3, beta: float = 10.0, n_bits: int = 64, n_patterns: int = 64, **state: Any
    ) -> None:
        super().__init__(noise=noise, beta=beta, n_bits=n_bits, n_patterns=n_patterns, **state)

    @traitlets.validate(*COUNTS)
    def _check_count(self, proposal: dict) -> int:
        name, value = proposal["trait"].name, proposal["value"]
        low, high = COUNTS[name]
        if not (isinstance(value, Integral) and not isinstance(value, bool) and low <= value <= high):
            raise needed(name, f"a whole number from {low:,} to {high:,}", value)
        return int(value)

    @traitlets.validate(*SHARES)
    def _check_number(self, proposal: dict) -> float:
        name, value = proposal["trait"].name, proposal["value"]
        low, high = SHARES[name]
        if not (isinstance(value, Real) and not isinstance(value, bool) and low <= value <= high):
            raise needed(name, f"a number from {low:g} to {high:,}", value)
        return float(value)

    def picture(self, width: int | None = None) -> Picture:
        """The weights in one query, and the loss over beta with what Bayes and the circles make of it."""
        state = {name: getattr(self, name) for name in self.state_names}
        return noise_and_beta(**state, width=width or self.widths[0])
