"""What beta does to softmax: a few scores, their weights, and how widely the read is spread."""

from typing import Any

import traitlets

from softrecall.widgets._base import BookWidget, needed
from softrecall.widgets._traits import Items, Number, Text


class SoftmaxBeta(BookWidget):
    """Edit a few scores, move beta, and watch the weights of ``softmax(beta * scores)``.

    Parameters
    ----------
    scores : 2 to 8 numbers from -1,000 to 1,000
        One per key.
    beta : 0, a number from 0.01 to 100, or "max"
        Inverse temperature. "max" is the limit: the keys with the largest score share everything.
    labels : list of str, optional
        A name for each key, at most 12 characters; a key without one is called by its place, "key 3".
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

    scores = Items([2.0, 1.4, 0.3, -0.8], Number(0.0, -1000, 1000), 2, 8)
    beta = Number(1.0, 0.01, 100, also=(0, "max"))
    labels = Items([], Text(longest=12), 0, 8)
    question = Text()

    @traitlets.validate("labels", "scores")
    def _check_names(self, proposal: dict[str, Any]) -> list[Any]:
        value, is_labels = proposal["value"], proposal["trait"].name == "labels"
        n_keys, n_names = (len(self.scores), len(value)) if is_labels else (len(value), len(self.labels))
        if is_labels and n_names > n_keys:
            raise needed("labels", f"at most {n_keys} names, one for each score", value)
        if n_names > n_keys:
            raise needed("scores", f"at least {n_names} scores, one for each label", value)
        return value
