"""Attention in NumPy against PyTorch's own."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from softrecall.attention import attend, attend_online


@given(
    st.lists(st.integers(1, 3), max_size=2),
    st.tuples(*[st.integers(1, 9)] * 4),
    st.booleans(),
    st.sampled_from([None, 0.0, 0.3, 5.0]),
    st.integers(0, 10**6),
)
def test_it_agrees_with_pytorch_over_random_shapes_and_masks(leading, sizes, is_masked, beta, seed):
    rng = np.random.default_rng(seed)
    n_q, n_k, d_k, d_v = sizes
    q, k, v = (rng.standard_normal((*leading, *shape)) for shape in ((n_q, d_k), (n_k, d_k), (n_k, d_v)))
    mask = rng.random((*leading, n_q, n_k)) < 0.6 if is_masked else None
    if is_masked:
        mask[..., rng.integers(n_k)] = True  # no row without a key
    tensors = [torch.from_numpy(x) for x in (q, k, v)]
    expected = torch.nn.functional.scaled_dot_product_attention(
        *tensors, attn_mask=None if mask is None else torch.from_numpy(mask), scale=beta
    ).numpy()
    output, weights = attend(q, k, v, beta=beta, mask=mask)
    np.testing.assert_allclose(output, expected, atol=1e-10)
    np.testing.assert_allclose(weights @ v, expected, atol=1e-10)
    for block in (1, 2, 256):
        np.testing.assert_allclose(attend_online(q, k, v, beta=beta, mask=mask, block=block), expected, atol=1e-10)
