"""The numbers of the widget ``NoisyRecall`` in NumPy: a memory that really has counters."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from softrecall.hypercube import ball_fraction
from softrecall.widgets._random import stream

N_BITS, N_LOCATIONS, N_WORDS, MOST = 256, 2000, 8, 200


def bits_of(numbers: np.ndarray) -> np.ndarray:
    """Write 32-bit numbers as rows of 256 bits, the highest first: (8 n,) to (n, 256)."""
    return np.unpackbits(numbers.astype(">u4").view(np.uint8)).reshape(-1, N_BITS)


def words_of(bits: np.ndarray) -> list[int]:
    """Write 256 bits as eight 32-bit numbers."""
    return np.packbits(bits).view(">u4").tolist()


def named_bits(named: Sequence[Sequence[str]]) -> np.ndarray:
    """Read pairs of a name and 64 hexadecimal digits as rows of bits."""
    return np.stack([np.unpackbits(np.frombuffer(bytes.fromhex(digits), dtype=np.uint8)) for _, digits in named])


@lru_cache(maxsize=4)
def written(named: tuple[tuple[str, str], ...], load: int, radius: int) -> tuple[np.ndarray, ...]:
    """Write `load` patterns, the named ones first: locations, which of them hold which pattern, and the counters."""
    eight = named_bits(named)
    fillers = bits_of(stream(2, (MOST - len(eight)) * N_WORDS))
    patterns = np.concatenate([eight, fillers])[:load]  # (load, 256)
    locations = bits_of(stream(1, N_LOCATIONS * N_WORDS))
    signs, addresses = 2 * patterns.astype(np.float32) - 1, 2 * locations.astype(np.float32) - 1  # sums stay exact
    is_written = N_BITS - signs @ addresses.T <= 2 * radius  # (load, 2000)
    return locations, is_written, is_written.T.astype(np.float32) @ signs  # counters (2000, 256)


def compute(
    sets: Mapping[str, Sequence[Sequence[str]]], stored: str, load: int, radius: int, flips: int, target: int,
    noise: int, steps: int, **_: Any,
) -> dict[str, Any]:  # fmt: skip
    """Write patterns into counters, flip bits of one and read `steps` times, each read asked by the last."""
    eight = named_bits(sets[stored])
    named = tuple((name, digits) for name, digits in sets[stored])
    locations, is_written, counters = written(named, load, radius)
    state = eight[target].copy()
    state[np.argsort(stream(3 + noise, N_BITS), kind="stable")[:flips]] ^= 1
    states, answered, held = [state], [], []
    for _step in range(max(1, steps)):
        far = (locations != state).sum(axis=1)
        answered.append(int((far <= radius).sum()))
        held.append(int(((far <= radius) & is_written[target]).sum()))
        if steps:
            state = (counters[far <= radius].sum(axis=0) > 0).astype(np.uint8)
            states.append(state)
    votes = is_written[:, far <= radius].sum(axis=1)
    crowd = sorted(np.delete(votes, target).tolist(), reverse=True)
    is_holder = (far <= radius) & is_written[target]
    gaps = (eight != state).sum(axis=1)
    return {
        "states": [words_of(one) for one in states],
        "goal": words_of(eight[target]),
        "wrong": [int((one != eight[target]).sum()) for one in states],
        "answered": answered,
        "held": held,
        "closest": int(far.min()),
        "rings": np.bincount(far)[far.min() :],
        "holders": np.bincount(far[is_holder], minlength=1)[far.min() :],
        "crowd": crowd,
        "others": sum(crowd),
        "nearest": int(gaps.argmin()),
        "away": int(gaps.min()),
        "settled": steps > 0 and bool((states[-1] == states[-2]).all()),
        "expected": N_LOCATIONS * ball_fraction(N_BITS, radius),
    }
