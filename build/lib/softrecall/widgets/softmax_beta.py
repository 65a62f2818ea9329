"""What beta does to softmax: a few scores, their weights, and how widely the read is spread."""

import math
from collections.abc import Sequence
from numbers import Real
from typing import Any

import traitlets

from softrecall.plots.pictures import Picture
from softrecall.plots.pictures.softmax_beta import softmax_beta

from ._base import BookWidget, needed


def _is_number(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)


class SoftmaxBeta(BookWidget):
    """Edit a few scores, move beta, and watch the weights of ``softmax(beta * scores)``.

    Parameters
    ----------
    scores : 2 to 8 finite numbers
        One a key.
    beta : 0, a number from 0.01 to 100, or "max"
        Inverse temperature. "max" is the limit: the keys with the largest score share everything.
    labels : list of str, optional
        A name a key, at most 12 characters each; a key without one is called by its place, "key 3".
    question : str, optional
        The question over the figure. Left out, it counts the keys.

    Notes
    -----
    In a field a point or one comma is the decimal sign (``1,5`` is one and a half; commas never separate thousands), a
    minus may be typed as ``-`` or as the true minus.

    Examples
    --------
    >>> SoftmaxBeta([1.0, 0.0], beta=4.0, labels=["cat", "dog"])
    SoftmaxBeta(scores=[1.0, 0.0], beta=4.0, labels=['cat', 'dog'], question='')
    """

    heights = (584, 909)

    scores = traitlets.List([2.0, 1.4, 0.3, -0.8]).tag(sync=True)
    beta = traitlets.Any(1.0).tag(sync=True)
    labels = traitlets.List([]).tag(sync=True)
    question = traitlets.Unicode("").tag(sync=True)

    def __init__(
        self,
        scores: Sequence[float] = (2.0, 1.4, 0.3, -0.8),
        beta: float | str = 1.0,
        labels: Sequence[str] | None = None,
        **state: Any,
    ) -> None:
        names = [] if labels is None else list(labels)
        if len(names) > len(scores):
            raise needed("labels", f"at most {len(scores)} names, one a score", names)
        super().__init__(scores=list(scores), beta=beta, labels=names, **state)

    @traitlets.validate("scores")
    def _check_scores(self, proposal: dict) -> list[float]:
        scores = proposal["value"]
        if not (2 <= len(scores) <= 8 and all(map(_is_number, scores))):
            raise needed("scores", "2 to 8 finite numbers", scores)
        return [float(score) for score in scores]

    @traitlets.validate("beta")
    def _check_beta(self, proposal: dict) -> float | str:
        beta = proposal["value"]
        if isinstance(beta, str) and beta == "max":
            return beta
        if not (_is_number(beta) and (beta == 0 or 0.01 <= beta <= 100)):
            raise needed("beta", '0, a number from 0.01 to 100, or "max" (the limit)', beta)
        return float(beta)

    @traitlets.validate("labels")
    def _check_labels(self, proposal: dict) -> list[str]:
        labels = proposal["value"]
        if not all(isinstance(label, str) and len(label) <= 12 for label in labels):
            raise needed("labels", "names of at most 12 characters", labels)
        return labels

    def picture(self, width: int | None = None) -> Picture:
        """The scores and their weights as bars."""
        return softmax_beta(self.scores, self.beta, self.labels, self.question, width or self.widths[0])
