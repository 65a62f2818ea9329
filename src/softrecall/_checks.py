"""Checks of what a reader passes in, and the texts of the errors.

Every error reads ``name: what is needed (why); got what``. The wrong kind of thing (text, None, a float where bits
belong) is a TypeError, a wrong value or shape a ValueError. Ranges are tested as ``low <= x <= high``: NaN fails.
No check changes its argument. What a check hands back may be the caller's own array: read it, never write to it.
"""

from __future__ import annotations

import math
import numbers

import numpy as np


def kind_of(value: object) -> str:
    """Name a value for the end of an error text: an array by dtype and shape, anything else by type and repr."""
    if isinstance(value, np.ndarray):
        return f"an array of dtype {value.dtype} and shape {value.shape}"
    if value is None:
        return "None"
    text = repr(value)
    return f"{type(value).__name__} {text if len(text) <= 60 else text[:57] + '...'}"


def _plain(value: object) -> object:
    """Turn a NumPy scalar into the Python number that prints as its digits alone."""
    return value.item() if isinstance(value, np.generic) else value


def first_place(is_bad: np.ndarray) -> str:
    """Name the first True: ``" at index (2, 0)"``, or ``""`` where there is only one place it could be."""
    return f" at index {tuple(int(i) for i in np.argwhere(is_bad)[0])}" if np.ndim(is_bad) else ""


def as_array(name: str, x: object, kinds: str, needed: str) -> np.ndarray:
    """Turn `x` into an array of at least one axis, none of them empty, whose ``dtype.kind`` is one of `kinds`.

    Examples
    --------
    >>> as_array("lengths", [3, 1], "iu", "whole numbers")
    array([3, 1])
    >>> as_array("lengths", [3.5, 1], "iu", "whole numbers")
    Traceback (most recent call last):
    TypeError: lengths: must be whole numbers; got an array of dtype float64 and shape (2,)
    """
    try:
        array = np.asarray(x)
    except ValueError:  # the only thing NumPy refuses with a ValueError here is a ragged nesting of lists
        raise ValueError(f"{name}: all rows need the same length; got {kind_of(x)}") from None
    if array.size == 0:
        raise ValueError(f"{name}: no axis may be empty; got shape {array.shape}")
    if array.dtype.kind not in kinds:
        raise TypeError(f"{name}: must be {needed}; got {kind_of(array if array.ndim else x)}")
    if array.ndim == 0:
        raise ValueError(f"{name}: needs at least one axis; got {kind_of(x)}")
    return array


def as_numeric(name: str, x: object) -> np.ndarray:
    """Turn `x` into a floating-point array.

    float32, float64 and longdouble stay what they are. float16 becomes float32 (half precision overflows at 65504, a
    dot product gets there quickly). Integers and bools become float64, before anything is multiplied.

    Examples
    --------
    >>> as_numeric("scores", [1, 2])
    array([1., 2.])
    >>> as_numeric("scores", [1j])
    Traceback (most recent call last):
    TypeError: scores: must be real numbers; got an array of dtype complex128 and shape (1,)
    """
    array = as_array(name, x, "biuf", "real numbers")
    if array.dtype.kind != "f":
        return array.astype(np.float64)
    return array.astype(np.float32) if array.dtype.itemsize == 2 else array


def as_ids(name: str, ids: object, n_tokens: int | None = None, *, can_be_empty: bool = False) -> np.ndarray:
    """Turn the ids of tokens, from 0 to n_tokens - 1 where that is given, into an int64 array of one axis.

    Examples
    --------
    >>> as_ids("ids", [3, 1], 4)
    array([3, 1])
    >>> as_ids("ids", [3, 4], 4)
    Traceback (most recent call last):
    ValueError: ids: must be from 0 to 3; got 3 to 4
    """
    if can_be_empty and isinstance(ids, (list, tuple, np.ndarray)) and len(ids) == 0:
        return np.empty(0, dtype=np.int64)
    array = as_array(name, ids, "iu", "whole numbers")
    if array.ndim != 1:
        raise ValueError(f"{name}: needs one axis, (n,); got shape {array.shape}")
    if n_tokens is not None and (array.min() < 0 or array.max() >= n_tokens):
        raise ValueError(f"{name}: must be from 0 to {n_tokens - 1}; got {array.min()} to {array.max()}")
    return array.astype(np.int64)


def as_bits(name: str, x: object) -> np.ndarray:
    """Turn `x`, zeros and ones of an integer or bool dtype, into uint8. Floats are refused, also 0.0 and 1.0.

    Examples
    --------
    >>> as_bits("address", [True, False])
    array([1, 0], dtype=uint8)
    >>> as_bits("address", [1, -1])
    Traceback (most recent call last):
    ValueError: address: bits are 0 or 1 (for bipolar codes take x > 0); got -1 at index (1,)
    """
    array = as_array(name, x, "biu", "bits (0 or 1 of an integer or bool dtype)")
    if array.min() < 0 or array.max() > 1:
        is_bad = (array != 0) & (array != 1)
        hint = " (for bipolar codes take x > 0)" if array.min() == -1 else ""
        raise ValueError(f"{name}: bits are 0 or 1{hint}; got {array[is_bad][0]}{first_place(is_bad)}")
    return array.astype(np.uint8, copy=False)


def check_finite(name: str, array: np.ndarray) -> None:
    """Refuse NaN and infinity, naming the first of them."""
    is_bad = ~np.isfinite(array)
    if is_bad.any():
        raise ValueError(f"{name}: every entry must be finite; got {array[is_bad][0]}{first_place(is_bad)}")


def refuse_overflow(names: str, results: str, array: np.ndarray) -> None:
    """Refuse `results` (such as "dot products") that are not finite although the arguments `names` were.

    Examples
    --------
    >>> refuse_overflow("q, k", "dot products", np.array([1.0, np.inf]))
    Traceback (most recent call last):
    ValueError: q, k: their dot products must be finite in float64; got one that overflows
    """
    if not np.isfinite(array).all():
        raise ValueError(f"{names}: their {results} must be finite in {array.dtype}; got one that overflows")


def refuse_empty_row(name: str, place: tuple[int, ...]) -> None:
    """Refuse a mask because its row at `place` lets nothing be seen."""
    row = place[0] if len(place) == 1 else place
    raise ValueError(f"{name}: every row needs at least one True (a row with none has no softmax); row {row} has none")


def check_last_axis(name: str, array: np.ndarray, size: int, meaning: str) -> None:
    """Refuse an array whose last axis is not `size`. A last axis never broadcasts, not even when it is 1."""
    if array.shape[-1] != size:
        raise ValueError(f"{name}: last axis must be {size} ({meaning}); got shape {array.shape}")


def check_leading_axes(name: str, array: np.ndarray, other_name: str, other: np.ndarray) -> None:
    """Refuse two arrays whose axes before the last do not broadcast."""
    try:
        np.broadcast_shapes(array.shape[:-1], other.shape[:-1])
    except ValueError:
        needed = f"axes before the last must broadcast with those of {other_name}, {other.shape[:-1]}"
        raise ValueError(f"{name}: {needed}; got {array.shape[:-1]}") from None


def check_count(name: str, value: object, low: int = 0, high: int | None = None, why: str = "") -> int:
    """Return `value`, a whole number with ``low <= value <= high``, as a Python int.

    int and NumPy integers pass. True, 2.0, "3", NaN, None and arrays do not: each is more often a slip than a count.

    Examples
    --------
    >>> check_count("radius", np.int64(3), 0, 8)
    3
    >>> check_count("radius", 9, 0, 8, "the number of bits")
    Traceback (most recent call last):
    ValueError: radius: must be from 0 to 8 (the number of bits); got 9
    """
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name}: must be a whole number; got {kind_of(value)}")
    count = int(value)
    if low <= count and (high is None or count <= high):
        return count
    needed = (f"at least {low}" if high is None else f"from {low} to {high}") + (f" ({why})" if why else "")
    raise ValueError(f"{name}: must be {needed}; got {count}")


def _as_float(name: str, value: object) -> float:
    """Turn a real number into a Python float, one with more than 308 digits into infinity."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name}: must be a real number; got {kind_of(value)}")
    try:
        return float(value)
    except OverflowError:
        return math.inf


def check_number(name: str, value: object, low: float = -math.inf, high: float = math.inf, why: str = "") -> float:
    """Return `value`, a finite real number with ``low <= value <= high``, as a Python float.

    A Python float multiplies a float32 array without widening it. bool, complex, text, None and arrays are refused.

    Examples
    --------
    >>> check_number("tau_ms", 10, low=0)
    10.0
    >>> check_number("tau_ms", float("nan"), low=0)
    Traceback (most recent call last):
    ValueError: tau_ms: must be a finite number >= 0; got nan
    """
    number = _as_float(name, value)
    if math.isfinite(number) and low <= number <= high:
        return number
    limits = [f">= {low}"] * (low > -math.inf) + [f"<= {high}"] * (high < math.inf)
    needed = f"a finite number {' and '.join(limits)}".rstrip() + (f" ({why})" if why else "")
    raise ValueError(f"{name}: must be {needed}; got {_plain(value)}")


def check_positive(name: str, value: object, why: str = "") -> float:
    """Return `value`, a finite real number above 0, as a Python float.

    Examples
    --------
    >>> check_positive("clip", 0.0, "a gradient of length 0 teaches nothing")
    Traceback (most recent call last):
    ValueError: clip: must be a finite number above 0 (a gradient of length 0 teaches nothing); got 0.0
    """
    number = _as_float(name, value)
    if 0 < number < math.inf:
        return number
    needed = "a finite number above 0" + (f" ({why})" if why else "")
    raise ValueError(f"{name}: must be {needed}; got {_plain(value)}")


def check_choice(name: str, value: object, choices: tuple[str, ...]) -> str:
    """Return `value`, one of the words in `choices`, spelt exactly so.

    Examples
    --------
    >>> check_choice("method", "rk4", ("euler", "rk4"))
    'rk4'
    >>> check_choice("method", "RK4", ("euler", "rk4"))
    Traceback (most recent call last):
    ValueError: method: must be 'euler' or 'rk4'; got 'RK4'
    """
    words = [repr(choice) for choice in choices]
    needed = f"must be {', '.join(words[:-1])} or {words[-1]}"
    if not isinstance(value, str):
        raise TypeError(f"{name}: {needed}; got {kind_of(value)}")
    if value not in choices:
        raise ValueError(f"{name}: {needed}; got {value!r}")
    return value


def check_flag(name: str, value: object) -> bool:
    """Return `value`, which must be True or False: 1 and "yes" are more often a slip.

    Examples
    --------
    >>> check_flag("is_causal", "no")
    Traceback (most recent call last):
    TypeError: is_causal: must be True or False; got str 'no'
    """
    if isinstance(value, bool | np.bool_):
        return bool(value)
    raise TypeError(f"{name}: must be True or False; got {kind_of(value)}")


def check_beta(name: str, value: object) -> float:
    """Return `value`, an inverse temperature: one finite number >= 0."""
    return check_number(name, value, low=0)


def check_axis(name: str, value: object, n_axes: int) -> int:
    """Return `value`, one whole number, counted from the front: 0 to ``n_axes - 1``."""
    return check_count(name, value, -n_axes, n_axes - 1, f"the array has {n_axes} axes") % n_axes


def check_generator(name: str, value: object) -> np.random.Generator:
    """Return `value`, which must be a ``numpy.random.Generator``. Seeds, RandomState and None are refused."""
    if isinstance(value, np.random.Generator):
        return value
    needed = "must be a numpy.random.Generator (so that a seed fixes every draw; np.random.default_rng(7) makes one)"
    raise TypeError(f"{name}: {needed}; got {kind_of(value)}")
