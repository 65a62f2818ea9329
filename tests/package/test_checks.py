"""The input checks: what passes, what it turns into, and how a refusal reads."""

import fractions
import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softrecall import _checks

COUNT_IMPOSTORS = [
    True,
    np.True_,
    2.0,
    2.5,
    np.float64(2),
    math.nan,
    "3",
    b"3",
    None,
    3j,
    [3],
    np.array(3),
    np.array([3]),
]
NUMBER_IMPOSTORS = [True, np.False_, "1.0", None, 1j, [1.0], np.array(1.0), np.array([1.0]), object()]


def exactly(message):
    return f"^{re.escape(message)}$"


@pytest.mark.parametrize("value", COUNT_IMPOSTORS, ids=repr)
def test_a_count_that_only_looks_like_a_number_is_refused_by_name_and_kind(value):
    with pytest.raises(TypeError, match=r"^n_bits: must be a whole number; got ."):
        _checks.check_count("n_bits", value)


@pytest.mark.parametrize("value", [7, np.int8(7), np.uint64(7), np.int64(7)], ids=repr)
def test_every_kind_of_integer_counts_and_comes_back_as_a_python_int(value):
    count = _checks.check_count("n", value, 7, 7)
    assert type(count) is int
    assert count == 7


@pytest.mark.parametrize(
    ("value", "low", "high", "message"),
    [
        (0, 1, None, "n: must be at least 1 (why); got 0"),
        (9, 0, 8, "n: must be from 0 to 8 (why); got 9"),
        (-1, 0, 8, "n: must be from 0 to 8 (why); got -1"),
        (10**30, 0, 8, f"n: must be from 0 to 8 (why); got {10**30}"),
        (np.int64(-2), 0, None, "n: must be at least 0 (why); got -2"),
    ],
)
def test_a_count_out_of_range_names_the_range_the_reason_and_the_value(value, low, high, message):
    with pytest.raises(ValueError, match=exactly(message)):
        _checks.check_count("n", value, low, high, "why")


@pytest.mark.parametrize("value", NUMBER_IMPOSTORS, ids=lambda v: type(v).__name__)
def test_a_number_that_is_not_one_real_number_is_refused(value):
    with pytest.raises(TypeError, match=r"^tau_ms: must be a real number; got ."):
        _checks.check_number("tau_ms", value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, np.float32("nan"), 10**400, -1e-300, 2.5])
def test_a_number_outside_its_range_or_not_finite_is_refused(value):
    with pytest.raises(ValueError, match=r"^x: must be a finite number >= 0 and <= 2 \(why\); got "):
        _checks.check_number("x", value, 0, 2, "why")


@pytest.mark.parametrize("value", [0, 2, 1.5, np.float32(1.5), np.int8(1), fractions.Fraction(3, 2)], ids=repr)
def test_a_number_comes_back_as_a_python_float_that_does_not_widen_float32(value):
    number = _checks.check_number("x", value, 0, 2)
    assert type(number) is float
    assert number == value
    assert (np.float32([1]) * number).dtype == np.float32


def test_limits_are_named_only_where_there_are_any():
    for low, high, expected in [
        (-math.inf, math.inf, "x: must be a finite number; got nan"),
        (-math.inf, 1, "x: must be a finite number <= 1; got nan"),
        (0, math.inf, "x: must be a finite number >= 0; got nan"),
    ]:
        with pytest.raises(ValueError, match=exactly(expected)):
            _checks.check_number("x", np.float64("nan"), low, high)


def test_beta_may_be_zero_but_not_negative():
    assert _checks.check_beta("beta", 0) == 0.0
    with pytest.raises(ValueError, match=r"^beta: must be a finite number >= 0; got -1"):
        _checks.check_beta("beta", -1)


@pytest.mark.parametrize(
    ("given_dtype", "expected"),
    [
        (np.float16, np.float32),
        (np.float32, np.float32),
        (np.float64, np.float64),
        (np.longdouble, np.longdouble),
        (np.int8, np.float64),
        (np.uint64, np.float64),
        (bool, np.float64),
    ],
)
def test_numbers_keep_their_precision_and_integers_become_float64(given_dtype, expected):
    array = _checks.as_numeric("x", np.ones(3, dtype=given_dtype))
    assert array.dtype == expected
    np.testing.assert_array_equal(array, [1, 1, 1])


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (None, TypeError, "x: must be real numbers; got None"),
        ("ab", TypeError, "x: must be real numbers; got str 'ab'"),
        (1j, TypeError, "x: must be real numbers; got complex 1j"),
        (["a"], TypeError, "x: must be real numbers; got an array of dtype <U1 and shape (1,)"),
        ([None], TypeError, "x: must be real numbers; got an array of dtype object and shape (1,)"),
        (np.array(["2020"], "M8[Y]"), TypeError, "x: must be real numbers; got an array of dtype datetime64[Y]"),
        (3.5, ValueError, "x: needs at least one axis; got float 3.5"),
        ([], ValueError, "x: no axis may be empty; got shape (0,)"),
        (np.zeros((2, 0)), ValueError, "x: no axis may be empty; got shape (2, 0)"),
        ([[1], [1, 2]], ValueError, "x: all rows need the same length; got list [[1], [1, 2]]"),
        ([[1], list(range(99))], ValueError, "x: all rows need the same length; got list [[1], [0, 1, 2,"),
    ],
)
def test_what_is_not_an_array_of_numbers_is_refused_with_what_came(value, error, message):
    with pytest.raises(error) as caught:
        _checks.as_numeric("x", value)
    assert str(caught.value).startswith(message)
    assert len(str(caught.value)) < 150


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint8, np.int64, np.uint64])
def test_bits_of_every_integer_dtype_become_uint8(dtype):
    bits = _checks.as_bits("a", np.array([[0, 1], [1, 1]], dtype=dtype))
    assert bits.dtype == np.uint8
    np.testing.assert_array_equal(bits, [[0, 1], [1, 1]])


@pytest.mark.parametrize("value", [[0.0, 1.0], [math.nan], "01", [b"0"], None, [1j], np.ones(2, np.float16)])
def test_bits_of_any_other_kind_are_refused(value):
    with pytest.raises(TypeError, match=r"^a: must be bits \(0 or 1 of an integer or bool dtype\); got "):
        _checks.as_bits("a", value)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([[0, 1], [2, 1]], "a: bits are 0 or 1; got 2 at index (1, 0)"),
        ([1, -1], "a: bits are 0 or 1 (for bipolar codes take x > 0); got -1 at index (1,)"),
        ([256, 0], "a: bits are 0 or 1; got 256 at index (0,)"),
    ],
)
def test_a_wrong_bit_is_named_with_its_place(value, message):
    with pytest.raises(ValueError, match=exactly(message)):
        _checks.as_bits("a", value)


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=9))
def test_exactly_the_zeros_and_ones_are_bits(values):
    if set(values) <= {0, 1}:
        assert _checks.as_bits("a", values).tolist() == values
    else:
        with pytest.raises(ValueError, match=r"^a: bits are 0 or 1"):
            _checks.as_bits("a", values)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_the_first_entry_that_is_not_finite_is_named(bad):
    array = np.zeros((3, 4))
    array[2, 1] = array[2, 3] = bad
    with pytest.raises(ValueError, match=rf"^q: every entry must be finite; got {bad} at index \(2, 1\)$"):
        _checks.check_finite("q", array)


def test_a_last_axis_of_one_does_not_broadcast():
    with pytest.raises(ValueError, match=r"^k: last axis must be 4 \(d_k\); got shape \(5, 1\)$"):
        _checks.check_last_axis("k", np.zeros((5, 1)), 4, "d_k")


def test_leading_axes_that_do_not_broadcast_are_both_shown():
    needed = r"axes before the last must broadcast with those of a, \(2, 1\)"
    with pytest.raises(ValueError, match=rf"^b: {needed}; got \(3, 3\)$"):
        _checks.check_leading_axes("b", np.zeros((3, 3, 7)), "a", np.zeros((2, 1, 7)))


def test_an_axis_is_counted_from_the_front():
    assert [_checks.check_axis("axis", axis, 3) for axis in (-3, -1, 0, 2)] == [0, 2, 0, 2]
    for axis in (-4, 3):
        with pytest.raises(ValueError, match=rf"^axis: must be from -3 to 2 \(the array has 3 axes\); got {axis}$"):
            _checks.check_axis("axis", axis, 3)


@pytest.mark.parametrize(
    "value",
    [None, 7, "7", np.random.RandomState(7), np.random.PCG64(7), np.random],
    ids=lambda value: type(value).__name__,
)
def test_only_a_generator_is_a_source_of_randomness(value):
    with pytest.raises(TypeError, match=r"^rng: must be a numpy.random.Generator .*; got "):
        _checks.check_generator("rng", value)


def test_a_choice_is_one_of_the_words_listed_spelt_the_same():
    assert [_checks.check_choice("kind", word, ("a", "b", "c")) for word in "abc"] == ["a", "b", "c"]
    for word in ("A", "", "ab", "d"):
        with pytest.raises(ValueError, match=exactly(f"kind: must be 'a', 'b' or 'c'; got '{word}'")):
            _checks.check_choice("kind", word, ("a", "b", "c"))
    for value in (None, 0, True, b"a", ["a"]):
        with pytest.raises(TypeError, match=r"^kind: must be 'a', 'b' or 'c'; got "):
            _checks.check_choice("kind", value, ("a", "b", "c"))
