"""Attention: against plain loops, and by what its docstrings promise. test_attention_torch.py adds PyTorch's own."""

import math
import tracemalloc

import numpy as np
import oracles
import pytest

from softrecall.attention import attend, attend_online, causal_mask, padding_mask


def inputs(rng, leading, n_q, n_k, d_k, d_v, dtype=np.float64):
    shapes = [(*leading, n_q, d_k), (*leading, n_k, d_k), (*leading, n_k, d_v)]
    return [rng.standard_normal(shape).astype(dtype) for shape in shapes]


def some_mask(rng, shape):
    mask = rng.random(shape) < 0.6
    mask[..., 0] |= ~mask.any(axis=-1)
    return mask


def test_it_is_the_weighted_mean_that_plain_loops_give():
    rng = np.random.default_rng(1)
    q, k, v = inputs(rng, (), 3, 4, 5, 2)
    output, weights = attend(q, k, v, beta=0.7)
    for i, query in enumerate(q):
        scores = [0.7 * sum(a * b for a, b in zip(query, key, strict=True)) for key in k]
        row = oracles.softmax(scores, 1.0)
        np.testing.assert_allclose(weights[i], row)
        np.testing.assert_allclose(output[i], [sum(w * x for w, x in zip(row, v[:, c], strict=True)) for c in range(2)])


@pytest.mark.parametrize("n", [5, 200])  # all heads at once, and one by one
@pytest.mark.parametrize("shapes", [((2, 1), (3,), ()), ((1, 3), (2, 1), (2, 3)), ((), (2,), (3, 1))])
def test_leading_axes_broadcast_as_copies_would(n, shapes):
    rng = np.random.default_rng(2)
    q, k, v = (rng.standard_normal((*lead, n, 4)) for lead in shapes)
    leading = np.broadcast_shapes(*shapes)
    full = [np.broadcast_to(x, (*leading, n, 4)).copy() for x in (q, k, v)]
    beta, mask = rng.random((*leading, 1, 1)) + 0.5, some_mask(rng, (n, n))
    output, weights = attend(q, k, v, beta=beta, mask=mask)
    assert output.shape == (*leading, n, 4)
    assert weights.shape == (*leading, n, n)
    for head in np.ndindex(leading):
        one, row = attend(*(x[head] for x in full), beta=float(beta[head].item()), mask=mask)
        np.testing.assert_allclose(output[head], one, atol=1e-12)
        np.testing.assert_allclose(weights[head], row, atol=1e-12)
    np.testing.assert_allclose(attend_online(q, k, v, beta=beta, mask=mask, block=7), output, atol=1e-12)


def test_beta_left_out_is_one_over_the_root_of_the_width():
    q, k, v = inputs(np.random.default_rng(3), (), 2, 3, 16, 2)
    np.testing.assert_allclose(attend(q, k, v)[0], attend(q, k, v, beta=0.25)[0], rtol=1e-12)
    q, k, v = inputs(np.random.default_rng(3), (), 2, 3, 7, 2)
    np.testing.assert_allclose(attend(q, k, v)[0], attend(q, k, v, beta=1 / math.sqrt(7))[0], rtol=1e-12)


def test_hidden_keys_get_exactly_nothing_and_the_rest_sums_to_one():
    rng = np.random.default_rng(4)
    q, k, v = inputs(rng, (2,), 6, 9, 4, 3)
    mask = some_mask(rng, (2, 6, 9))
    v_changed = np.where(mask.any(axis=-2)[..., None], v, 1e9)
    weights = attend(q, k, v, mask=mask)[1]
    assert (weights[~mask] == 0).all()
    assert (weights[mask] > 0).all()
    np.testing.assert_allclose(weights.sum(axis=-1), 1, rtol=1e-12)
    np.testing.assert_array_equal(attend(q, k, v_changed, mask=mask)[0], attend(q, k, v, mask=mask)[0])


def test_a_row_that_sees_nothing_is_named_with_its_head():
    q, k, v = inputs(np.random.default_rng(5), (2, 2), 3, 3, 4, 3)
    mask = np.ones((2, 2, 3, 3), dtype=bool)
    mask[1, 0, 2] = False
    for function in (attend, attend_online):
        with pytest.raises(ValueError, match=r"row \(1, 0, 2\) has none$"):
            function(q, k, v, mask=mask)


@pytest.mark.parametrize("n", [3, 200])
def test_float32_stays_float32_and_integers_become_float64(n):
    rng = np.random.default_rng(6)
    single, double = inputs(rng, (), n, n, 4, 4, np.float32), inputs(rng, (), n, n, 4, 4)
    assert {x.dtype for x in attend(*single, beta=2.0)} == {np.dtype(np.float32)}
    assert {x.dtype for x in attend(*single, beta=np.array([[2.0]]))} == {np.dtype(np.float32)}
    assert attend_online(*single).dtype == np.float32
    assert attend(single[0], *double[1:])[0].dtype == np.float64
    assert attend([[1, 0]], [[1, 0]], [[3, 4]])[0].dtype == np.float64


def test_scores_of_any_size_give_weights():
    q, k, v = np.array([[1e4, 0.0]]), np.array([[1e4, 0.0], [-1e4, 0.0], [1e4, 1.0]]), np.eye(3)
    output, weights = attend(q, k, v, beta=1.0)
    np.testing.assert_array_equal(weights, [[0.5, 0.0, 0.5]])
    np.testing.assert_array_equal(attend_online(q, k, v, beta=1.0, block=1), output)


def test_a_query_may_see_nothing_in_the_first_blocks_of_keys():
    q, k, v = inputs(np.random.default_rng(7), (), 4, 12, 3, 2)
    mask = np.zeros((4, 12), dtype=bool)
    mask[:, -1] = mask[2, 5] = True
    online = attend_online(q, k, v, mask=mask, block=3)
    np.testing.assert_allclose(online, attend(q, k, v, mask=mask)[0], atol=1e-12)


def test_attention_in_blocks_takes_a_twentieth_of_the_memory():
    q, k, v = inputs(np.random.default_rng(8), (1, 1), 2048, 2048, 16, 16, np.float32)
    peaks = []
    for function in (attend, attend_online):
        tracemalloc.start()
        try:
            function(q, k, v)
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
    assert peaks[1] < peaks[0] / 20


def test_masks_say_who_may_be_seen():
    assert causal_mask(4).tolist() == [[key <= query for key in range(4)] for query in range(4)]
    lengths = np.array([[1, 4], [2, 3]])
    mask = padding_mask(lengths, 4)
    assert mask.shape == (2, 2, 1, 4)
    assert mask.dtype == bool
    for place in np.ndindex(2, 2):
        assert mask[place][0].tolist() == [key < lengths[place] for key in range(4)]


def test_a_padding_mask_hides_keys_and_never_queries_even_if_both_are_as_many():
    rng = np.random.default_rng(9)
    q, k, v = inputs(rng, (3,), 3, 3, 4, 2)  # batch, queries and keys are all 3
    lengths = np.array([1, 2, 3])
    weights = attend(q, k, v, mask=padding_mask(lengths, 3))[1]
    for i, length in enumerate(lengths):
        assert (weights[i, :, length:] == 0).all()
        assert (weights[i, :, :length] > 0).all()
    heads = attend(*(x[:, None] for x in (q, k, v)), mask=padding_mask(lengths, 3)[:, None])[1]
    np.testing.assert_array_equal(heads[:, 0], weights)


def test_every_block_of_queries_has_the_rows_of_the_mask_that_are_its_own():
    n = 600  # more than two blocks of queries
    q, k, v = inputs(np.random.default_rng(10), (2,), n, n, 4, 3)
    for mask in (causal_mask(n), some_mask(np.random.default_rng(11), (2, n, n))):
        np.testing.assert_allclose(attend_online(q, k, v, mask=mask), attend(q, k, v, mask=mask)[0], atol=1e-12)


@pytest.mark.parametrize("n", [3, 300])
@pytest.mark.parametrize("place", [0, -1])
def test_one_query_whose_scores_overflow_is_enough_to_be_refused(n, place):
    q, k, v = inputs(np.random.default_rng(12), (), n, n, 4, 3)
    q[place], k[0] = 1e200, 1e200
    for function in (attend, attend_online):
        with pytest.raises(ValueError, match=r"^q, k: their dot products must be finite in float64; got one that over"):
            function(q, k, v, beta=1.0)
