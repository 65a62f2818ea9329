"""The numbers of softmax and beta, and what each control must do."""

import math

import numpy as np
import pytest
import traitlets
from widget_engine import ENGINES, drawing, is_rising, marks, said

from softrecall.widgets import SoftmaxBeta

rng = np.random.default_rng(20)
STATES = [SoftmaxBeta(), SoftmaxBeta([1, 1, -3.2, 0.4], beta="max", labels=["a", "b & <c>"])]


def test_softmax_beta_survives_scores_of_any_size():
    got = ENGINES[SoftmaxBeta]("compute", {"scores": [1e308, -1e308, 1e308], "beta": 100})
    assert got["weights"] == [0.5, 0, 0.5]
    assert got["entropy"] == pytest.approx(math.log(2))
    assert ENGINES[SoftmaxBeta]("compute", {"scores": [1e308, -1e308], "beta": 0})["weights"] == [0.5, 0.5]


def test_small_entropies_keep_their_digits():
    got = ENGINES[SoftmaxBeta]("compute", {"scores": [40.0, 0.0], "beta": 1.0})
    assert got["entropy"] == pytest.approx(math.exp(-40) * 41, rel=1e-12)  # ln(1 + e) + 40 e / (1 + e), e = exp(-40)


def test_more_beta_means_less_entropy_and_a_larger_winner():
    betas = [0, 0.01, 0.1, 0.5, 1, 2, 4]
    seen = [ENGINES[SoftmaxBeta]("compute", {"scores": [2, 1.4, 0.3, -0.8], "beta": beta}) for beta in [*betas, "max"]]
    assert is_rising([-x["entropy"] for x in seen])
    assert is_rising([x["largest"] for x in seen])


def test_a_higher_score_takes_weight_from_every_other_key():
    seen = [ENGINES[SoftmaxBeta]("compute", {"scores": [2, x, 0.3], "beta": 1})["weights"] for x in (-2, 0, 1.5, 4)]
    assert is_rising([w[1] for w in seen])
    assert is_rising([-w[0] for w in seen])
    assert is_rising([-w[2] for w in seen])


def test_one_more_key_takes_weight_from_every_key_and_a_shift_changes_nothing():
    less, more, moved = (
        ENGINES[SoftmaxBeta]("compute", {"scores": scores, "beta": 2})["weights"]
        for scores in ([2, 1.5, 0.25], [2, 1.5, 0.25, 0], [7, 6.5, 5.25])
    )
    assert all(b < a for a, b in zip(less, more[:3], strict=True))
    np.testing.assert_allclose(moved, less, rtol=1e-14)


def test_the_heights_of_the_bars_are_the_numbers_of_compute():
    for widget in STATES:
        result = ENGINES[SoftmaxBeta]("compute", widget.state)
        for width, full in zip(widget.plots, (150, 82), strict=True):
            bars = marks(drawing(widget, width), "weight")
            assert [weight for weight, _ in bars] == result["weights"]
            np.testing.assert_allclose([float(bar.get("height")) / full for _, bar in bars], result["weights"])
            scores = marks(drawing(widget, width), "score")
            assert [score for score, _ in scores] == widget.scores
            sizes = np.array([float(bar.get("height")) for _, bar in scores])
            np.testing.assert_allclose(sizes / sizes.max(), np.abs(widget.scores) / np.abs(widget.scores).max())


def test_the_sentence_tells_a_blend_a_tie_a_winner_and_the_limit_apart():
    assert "every key takes 25\N{NO-BREAK SPACE}%: the read is the mean of all 4" in said(SoftmaxBeta(beta=0))
    assert "key 1 takes 56\N{NO-BREAK SPACE}% and the read is spread over about 2.8 keys" in said(SoftmaxBeta())
    assert "tied keys a and b & <c> take 50\N{NO-BREAK SPACE}% each and the others nothing" in said(STATES[1])
    assert "takes everything: a hard look-up of 1 key" in said(SoftmaxBeta(beta="max"))


def test_there_is_at_most_one_name_for_each_score():
    with pytest.raises(traitlets.TraitError, match=r"needed at (most 2 names|least 3 scores), one for each"):
        SoftmaxBeta([1, 2], labels=["a", "b", "c"])
    widget = SoftmaxBeta([1, 2, 3], labels=["a", "b", "c"])
    with pytest.raises(traitlets.TraitError, match=r"^labels: needed at most 3 names"):
        widget.labels = ["a", "b", "c", "d"]
    with pytest.raises(traitlets.TraitError, match=r"^scores: needed at least 3 scores"):
        widget.scores = [1, 2]
    assert widget.scores == [1, 2, 3]
