"""A noisy query is read by softmax, by circles, and as Bayes would: how sharp should the read be?"""

from softrecall.widgets._base import BookWidget
from softrecall.widgets._traits import Choice, Count, Number, Text


class NoiseAndBeta(BookWidget):
    r"""Flip bits of a stored pattern and watch which inverse temperature reads it best.

    A memory holds m random patterns of n bits. A query is one of them, each bit flipped with the chance p. Then the
    chance that pattern j was the one meant, given how far all of them lie from the query, is softmax with

    .. math:: \beta^* = \frac{n}{2} \ln\frac{1-p}{p},

    whatever m is: a pattern h bits away gives such a query with the chance :math:`p^h (1-p)^{n-h}`, and
    cos = 1 - 2 h / n. One panel shows the weights in one query, the other the loss over beta.

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
    if that is more. Where the last of them is ten times the first, or more, the status line says that the loss hardly
    pins beta.

    Parameters
    ----------
    noise : number from 0.01 to 0.48
        p, the chance that a bit of the query is flipped.
    beta : number from 0.3 to 1,000
        The reader's inverse temperature, in 1 / cosine.
    n_bits : int from 16 to 256
        n, the bits of a pattern. The slider has the powers of two.
    n_patterns : int from 2 to 1,024
        m, how many patterns are stored.
    seed : int from 0 to 9,999
        Which queries are drawn. The distance of the pattern meant is a binomial count with p, that of any other one
        with 1/2, all independent: exact for random patterns, and for a query that does not know the others.
    layers : "softmax", "posterior" or "circles"
        What is drawn: softmax alone, with the loss at the reader's beta; then also the posterior, the loss at every
        beta and beta*; then also circles.
    view : "weights" or "loss"
        The panel that is drawn larger; a narrow place has room for this one only.
    question : str, optional
        The question over the figure. Left out, it asks about the layer that comes next.

    Examples
    --------
    >>> NoiseAndBeta(noise=0.1, n_patterns=1024).beta
    10.0
    """

    noise = Number(0.3, 0.01, 0.48)
    beta = Number(10.0, 0.3, 1000)
    n_bits = Count(64, 16, 256)
    n_patterns = Count(64, 2, 1024)
    seed = Count(0, 0, 9999)
    layers = Choice("softmax", ("softmax", "posterior", "circles"))
    view = Choice("weights", ("weights", "loss"))
    question = Text()
