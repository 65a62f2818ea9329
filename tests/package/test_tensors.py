"""The checks of tensors: what exactly they say, and where exactly the limits are."""

import pytest
import torch

from softrecall import _tensors

TOKENS = torch.tensor([[0, 4], [2, 3]])
MASK = torch.tensor([[[True, False], [False, False]], [[False, False], [True, True]]])


def assert_refused(error, text, check, *arguments, **axes):
    with pytest.raises(error) as caught:
        check(*arguments, **axes)
    assert type(caught.value) is error
    assert str(caught.value) == text


def test_what_fits_is_accepted_and_its_sizes_come_back():
    assert _tensors.check_tokens("t", TOKENS, 5, n_batch=None, n=2) == (2, 2)
    assert _tensors.check_real("x", torch.zeros(3, 1, 4), n_batch=3, n=None, d=4) == (3, 1, 4)
    assert _tensors.check_real("x", torch.zeros(3, 1, 4)) == (3, 1, 4)
    assert _tensors.check_mask("m", MASK[:, :1] | MASK[:, 1:], n=2, n_q=1, n_k=2) == (2, 1, 2)
    assert _tensors.check_lengths("n", torch.tensor([1, 4], dtype=torch.int16), 2, 4) is None


def test_the_first_token_outside_the_vocabulary_is_named_with_its_place():
    text = "t: must be from 0 to 3 (n_tokens is 4); got 4 at index (0, 1)"
    assert_refused(ValueError, text, _tensors.check_tokens, "t", TOKENS, 4, n_batch=2, n=2)
    text = "t: must be from 0 to 4 (n_tokens is 5); got -1 at index (0, 0)"
    assert_refused(ValueError, text, _tensors.check_tokens, "t", TOKENS - 1 - TOKENS // 2, 5, n_batch=2, n=2)


@pytest.mark.parametrize(("lengths", "bad"), [([0, 4], "0 at index (0,)"), ([1, 5], "5 at index (1,)")])
def test_the_first_length_outside_the_sequence_is_named_with_its_place(lengths, bad):
    text = f"n: must be from 1 to 4 (n_steps); got {bad}"
    assert_refused(ValueError, text, _tensors.check_lengths, "n", torch.tensor(lengths), 2, 4)


def test_the_first_row_of_a_mask_that_sees_nothing_is_named():
    needed = "every row needs at least one True (a row with none has no softmax)"
    assert_refused(ValueError, f"m: {needed}; row (0, 1) has none", _tensors.check_mask, "m", MASK, n=2, n_q=2, n_k=2)
    assert_refused(ValueError, f"m: {needed}; row 1 has none", _tensors.check_mask, "m", MASK[0], n_q=2, n_k=2)


@pytest.mark.parametrize(
    ("x", "error", "text"),
    [
        ([1.0], TypeError, "x: must be a torch.Tensor of floating-point numbers; got list [1.0]"),
        (torch.ones(2, 3, dtype=torch.bool), TypeError, "x: must be floating-point numbers; got torch.bool"),
        (torch.ones(2, 3).half(), TypeError, "x: must be torch.float32, as the weights are; got torch.float16"),
        (torch.ones(2, 4), ValueError, "x: must have the shape (n_batch, n_in = 3); got (2, 4)"),
        (torch.ones(3), ValueError, "x: must have the shape (n_batch, n_in = 3); got (3,)"),
        (torch.ones(0, 3), ValueError, "x: no axis may be empty; got shape (0, 3)"),
    ],
)
def test_what_is_needed_is_said_in_the_words_of_the_docstrings(x, error, text):
    assert_refused(error, text, _tensors.check_real, "x", x, torch.ones(1), n_batch=None, n_in=3)
