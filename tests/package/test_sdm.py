"""The Sparse Distributed Memory: against a slow one, against theory, and by what its docstrings promise."""

import math
import tracemalloc

import numpy as np
import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softrecall.hypercube import (
    ball_fraction,
    circle_intersection_fraction,
    pack_bits,
    random_bits,
)
from softrecall.sdm import SparseDistributedMemory, _locations

DTYPES = [np.int8, np.int16, np.int32, np.int64]
# n_bits, n_locations, radius, n_data_bits: below, at and above a word; radius at both ends; data of other widths
SHAPES = [
    *[(1, 1, 0, 1), (1, 5, 1, 3), (8, 40, 2, 8), (8, 40, 0, 5), (8, 20, 8, 4), (63, 30, 28, 7), (64, 30, 31, 64)],
    *[(65, 30, 31, 9), (100, 60, 47, 1), (128, 40, 62, 40), (130, 33, 63, 20), (256, 25, 122, 30), (300, 25, 145, 3)],
]


def memory_of(n_bits, n_locations, radius, n_data_bits=None, seed=7, dtype=np.int16):
    rng = np.random.default_rng(seed)
    return SparseDistributedMemory(n_bits, n_locations, radius, n_data_bits=n_data_bits, rng=rng, counter_dtype=dtype)


def slow_twin(memory):
    limits = np.iinfo(memory.counters.dtype)
    addresses = memory.addresses().tolist()
    return oracles.Memory(addresses, memory.radius, memory.n_data_bits, int(limits.min), int(limits.max))


def near(bits, n_flips, rng):
    """Flip so many bits of each row, other ones in each."""
    flips = rng.permuted(np.tile(np.arange(bits.shape[-1]) < n_flips, (*bits.shape[:-1], 1)), axis=-1)
    return bits ^ flips.astype(np.uint8)


# Against the slow memory


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES)
def test_it_does_what_a_memory_does_that_visits_every_location_and_counter(shape, dtype):
    memory = memory_of(*shape, dtype=dtype)
    slow, rng = slow_twin(memory), np.random.default_rng(1)
    addresses, data = random_bits(12, shape[0], rng), random_bits(12, shape[3], rng)
    addresses[3] = addresses[1]  # the same address twice, with other data
    memory.write(addresses, data)
    for address, row in zip(addresses.tolist(), data.tolist(), strict=True):
        slow.write(address, row)
    assert memory.counters.tolist() == slow.counters
    assert memory.counters.dtype == dtype
    cues = np.concatenate([addresses, random_bits(5, shape[0], rng), memory.addresses([0])])
    active, recall = memory.activate(cues), memory.read(cues)
    for i, cue in enumerate(cues.tolist()):
        assert active[i].tolist() == slow.active(cue)
        assert recall.sums[i].tolist() == slow.sums(cue)
        assert recall.data[i].tolist() == slow.read(cue)
        assert recall.n_active[i] == len(slow.active(cue))
        assert recall.ties[i].tolist() == [total == 0 for total in slow.sums(cue)]


@given(st.data())
def test_any_small_memory_agrees_with_the_slow_one_after_any_writes(draw):
    n_bits = draw.draw(st.integers(1, 12))
    radius, n_data_bits = draw.draw(st.integers(0, n_bits)), draw.draw(st.integers(1, 4))
    memory = memory_of(n_bits, draw.draw(st.integers(1, 20)), radius, n_data_bits, dtype=np.int8)
    slow = slow_twin(memory)
    row = st.tuples(*[st.integers(0, 1)] * n_bits)
    bits = st.tuples(*[st.integers(0, 1)] * n_data_bits)
    for address, data in draw.draw(st.lists(st.tuples(row, bits), max_size=8)):
        memory.write(address, data)
        slow.write(address, data)
    cue = draw.draw(row)
    assert memory.read(cue).sums.tolist() == slow.sums(cue)
    assert memory.read(cue).data.tolist() == slow.read(cue)
    assert [found.tolist() for found in memory.activate(cue)] == [slow.active(cue)]


def test_locations_are_scanned_in_blocks_and_none_is_lost_or_named_twice_where_blocks_meet(monkeypatch):
    cues = random_bits(5, 20, np.random.default_rng(1))
    memory = memory_of(20, 103, 8)
    expected = [slow_twin(memory).active(cue) for cue in cues.tolist()]
    assert sum(map(len, expected)) > 50
    for size in (1, 2, 50, 51, 102, 103, 104):
        monkeypatch.setattr(_locations, "SCAN_BLOCK", size)
        assert [found.tolist() for found in memory.activate(cues)] == expected


@pytest.mark.parametrize(
    ("n_bits", "bits_apart"), [(255, 255), (256, 256), (1000, 700), (65535, 65535), (65537, 65537)]
)
def test_distances_do_not_wrap_however_wide_the_address(n_bits, bits_apart):
    memory = memory_of(n_bits, 3, bits_apart - 1, n_data_bits=1)
    cue = memory.addresses([1])[0]
    cue[:bits_apart] ^= 1
    assert 1 not in memory.activate(cue)[0]
    cue[0] ^= 1
    assert 1 in memory.activate(cue)[0]


# What is promised about the locations and the memory they take


@pytest.mark.parametrize(("n_bits", "n_locations"), [(1, 1), (64, 15), (70, 16), (70, 17), (1000, 33), (70, 200_000)])
def test_the_locations_are_the_random_bits_of_the_same_generator_which_moves_on_as_far(n_bits, n_locations):
    rng, other = np.random.default_rng(7), np.random.default_rng(7)
    memory = SparseDistributedMemory(n_bits, n_locations, 0, n_data_bits=1, rng=rng)
    np.testing.assert_array_equal(memory.addresses(), random_bits(n_locations, n_bits, other))
    assert rng.bit_generator.state == other.bit_generator.state


def test_the_addresses_of_some_locations_are_rows_of_all():
    memory = memory_of(70, 30, 20)
    np.testing.assert_array_equal(memory.addresses([[29, 3], [3, 0]]), memory.addresses()[[[29, 3], [3, 0]]])
    changed = memory.addresses()
    changed[:] = 0
    assert memory.addresses().any()


@pytest.mark.parametrize(
    ("n_bits", "n_locations", "n_data_bits", "dtype", "n_bytes"),
    [
        (1000, 20_000, 1000, np.int16, 20_000 * (16 * 8 + 2000)),
        (1000, 20_000, 1, np.int8, 20_000 * (16 * 8 + 1)),
        (65, 20_000, 3, np.int64, 20_000 * (2 * 8 + 24)),
        (256, 200_000, 1, np.int8, 200_000 * 33),
    ],
)
def test_building_takes_no_more_than_a_fifth_above_nbytes(n_bits, n_locations, n_data_bits, dtype, n_bytes):
    rng = np.random.default_rng(7)
    tracemalloc.start()
    try:
        memory = SparseDistributedMemory(n_bits, n_locations, 3, n_data_bits=n_data_bits, rng=rng, counter_dtype=dtype)
        kept, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert memory.nbytes == n_bytes
    assert n_bytes <= kept <= 1.01 * n_bytes
    assert peak <= 1.2 * n_bytes


def test_activating_many_addresses_never_holds_a_distance_for_each_of_them_and_each_location():
    memory = memory_of(256, 50_000, 60, n_data_bits=1, dtype=np.int8)
    cues = random_bits(300, 256, np.random.default_rng(1))
    tracemalloc.start()
    try:
        memory.activate(cues)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 300 * 50_000 / 10  # a tenth of one byte a pair


def test_the_memory_shows_its_sizes_and_lets_nobody_change_them_or_its_counters():
    memory = memory_of(8, 20, 3, 5, dtype=np.int8)
    sizes = "n_bits=8, n_locations=20, radius=3, n_data_bits=5, counter_dtype=int8"
    assert repr(memory) == f"SparseDistributedMemory({sizes})"
    for name in ("n_bits", "n_locations", "radius", "n_data_bits", "nbytes", "counters"):
        with pytest.raises(AttributeError):
            setattr(memory, name, 4)
    with pytest.raises(ValueError, match="read-only"):
        memory.counters[0, 0] = 1
    counters = memory.counters
    memory.write(memory.addresses([4]), [[1] * 5])
    assert counters[4].tolist() == [1] * 5


# Batches and order


@pytest.mark.parametrize("leading", [(), (1,), (3,), (2, 3), (2, 1, 3), (150,)])
def test_a_batch_of_any_shape_is_a_loop_over_its_rows(leading):
    rng = np.random.default_rng(3)
    n = math.prod(leading)
    addresses, data = random_bits(n, 40, rng), random_bits(n, 6, rng)
    at_once, one_by_one = memory_of(40, 60, 17, 6), memory_of(40, 60, 17, 6)
    at_once.write(addresses.reshape(*leading, 40), data.reshape(*leading, 6))
    for address, row in zip(addresses, data, strict=True):
        one_by_one.write(address, row)
    np.testing.assert_array_equal(at_once.counters, one_by_one.counters)
    recall, active = at_once.read(addresses.reshape(*leading, 40)), at_once.activate(addresses.reshape(*leading, 40))
    assert recall.data.shape == recall.sums.shape == recall.ties.shape == (*leading, 6)
    assert recall.n_active.shape == leading
    assert (recall.data.dtype, recall.sums.dtype, recall.ties.dtype) == (np.uint8, np.int64, bool)
    assert recall.n_active.dtype == np.int64
    assert (recall.n_steps, recall.is_settled) == (None, None)
    assert type(active) is list
    assert [found.dtype for found in active] == [np.int64] * n
    for i, address in enumerate(addresses):
        alone = at_once.read(address)
        np.testing.assert_array_equal(recall.sums.reshape(n, 6)[i], alone.sums)
        np.testing.assert_array_equal(recall.data.reshape(n, 6)[i], alone.data)
        assert np.reshape(recall.n_active, n)[i] == alone.n_active == active[i].size
        np.testing.assert_array_equal(active[i], at_once.activate(address)[0])
        assert (np.diff(active[i]) > 0).all()


def test_neither_the_order_of_writes_nor_their_grouping_matters_below_the_limits():
    rng = np.random.default_rng(4)
    addresses, data = random_bits(120, 30, rng), random_bits(120, 8, rng)
    forward, backward, parts = (memory_of(30, 50, 14, 8, dtype=np.int8) for _ in range(3))
    forward.write(addresses, data)
    backward.write(addresses[::-1], data[::-1])
    for start in range(0, 120, 50):
        parts.write(addresses[start : start + 50], data[start : start + 50])
    assert 10 < np.abs(forward.counters).max() < 127
    np.testing.assert_array_equal(forward.counters, backward.counters)
    np.testing.assert_array_equal(forward.counters, parts.counters)


def test_bits_of_any_integer_or_bool_dtype_and_any_memory_order_are_the_same_bits():
    rng = np.random.default_rng(5)
    addresses, data = random_bits(6, 30, rng), random_bits(6, 8, rng)
    plain = memory_of(30, 50, 14, 8)
    plain.write(addresses, data)
    for dtype in (bool, np.int8, np.uint64, np.int64):
        other = memory_of(30, 50, 14, 8)
        other.write(np.asfortranarray(addresses.astype(dtype)), data.astype(dtype)[::-1][::-1])
        np.testing.assert_array_equal(other.counters, plain.counters)
        np.testing.assert_array_equal(other.read(addresses.astype(dtype)).sums, plain.read(addresses).sums)


def test_writing_twice_counts_twice_and_writing_the_opposite_undoes_it():
    memory = memory_of(30, 50, 15, 8)
    address, data = random_bits(1, 30, np.random.default_rng(6)), random_bits(1, 8, np.random.default_rng(7))
    memory.write(np.repeat(address, 3, axis=0), np.repeat(data, 3, axis=0))
    recall = memory.read(address[0])
    assert recall.n_active > 5
    np.testing.assert_array_equal(recall.sums, 3 * recall.n_active * (2 * data[0].astype(int) - 1))
    for _ in range(3):
        memory.write(address, 1 - data)
    assert not memory.counters.any()


# Saturation


def test_counters_stop_at_the_limits_of_int8_and_come_back_from_there_step_by_step():
    memory = memory_of(8, 3, 8, 2, dtype=np.int8)  # every location is active for every address
    up, zero = [[1, 0]] * 130, [0] * 8
    memory.write([zero] * 126, up[:126])
    assert memory.counters.tolist() == [[126, -126]] * 3
    for expected in ([127, -127], [127, -128], [127, -128], [127, -128]):
        memory.write(zero, [1, 0])
        assert memory.counters.tolist() == [expected] * 3
    for expected in ([126, -127], [125, -126]):
        memory.write(zero, [0, 1])
        assert memory.counters.tolist() == [expected] * 3


@pytest.mark.parametrize("dtype", DTYPES)
def test_counters_of_every_dtype_saturate_at_its_own_limits_and_only_there(dtype):
    limits = np.iinfo(dtype)
    low, high = int(limits.min), int(limits.max)
    memory = memory_of(8, 1, 8, 10, dtype=dtype)
    start = [high, high, high - 1, high - 1, low, low, low + 1, low + 1, -1, 0]
    memory._counters[0] = start  # too far away to get there by writing
    memory.write([0] * 8, [1, 0] * 5)
    assert memory.counters[0].tolist() == [high, high - 1, high, high - 2, low + 1, low, low + 2, low, 0, -1]


@pytest.mark.parametrize("chance", [0.5, 0.9, 0.1])
def test_long_random_writes_that_saturate_agree_with_the_slow_memory(chance):
    memory = memory_of(6, 5, 4, 3, dtype=np.int8)
    slow, rng = slow_twin(memory), np.random.default_rng(8)
    addresses, data = random_bits(600, 6, rng), (rng.random((600, 3)) < chance).astype(np.uint8)
    memory.write(addresses, data)
    for address, row in zip(addresses.tolist(), data.tolist(), strict=True):
        slow.write(address, row)
    assert memory.counters.tolist() == slow.counters
    assert (np.abs(memory.counters.astype(int)) >= 127).any() == (chance != 0.5)


def test_sums_of_narrow_counters_are_wide():
    memory = memory_of(8, 1000, 8, 1, dtype=np.int8)
    memory.write([[0] * 8] * 127, [[1]] * 127)
    assert memory.read([0] * 8).sums.tolist() == [127_000]


# Ties, and reads where nothing is


def test_a_sum_of_zero_reads_as_zero_and_is_named_a_tie():
    memory = memory_of(8, 20, 8, 3)
    memory.write([[0] * 8] * 2, [[0, 0, 1], [1, 0, 1]])
    recall = memory.read([0] * 8)
    assert recall.sums.tolist() == [0, -40, 40]
    assert recall.data.tolist() == [0, 0, 1]
    assert recall.ties.tolist() == [True, False, False]


def test_where_nothing_is_active_a_read_is_all_ties_and_a_write_leaves_no_trace():
    memory = memory_of(64, 4, 0, 3)
    addresses = np.stack([memory.addresses([2])[0], 1 - memory.addresses([2])[0]])
    memory.write(addresses, [[1, 1, 0], [1, 1, 1]])
    assert memory.counters.sum() == 1
    recall = memory.read(addresses)
    assert recall.n_active.tolist() == [1, 0]
    assert recall.sums.tolist() == [[1, 1, -1], [0, 0, 0]]
    assert recall.data.tolist() == [[1, 1, 0], [0, 0, 0]]
    assert recall.ties.tolist() == [[False] * 3, [True] * 3]
    empty = memory.activate(addresses[1])
    assert [(found.size, found.dtype) for found in empty] == [(0, np.int64)]


def test_a_fresh_memory_knows_nothing():
    recall = memory_of(8, 20, 4).read([0] * 8)
    assert recall.n_active > 0
    assert recall.ties.all()
    assert not recall.data.any()


def test_reading_and_activating_change_nothing():
    memory = memory_of(30, 50, 14)
    bits = random_bits(5, 30, np.random.default_rng(9))
    memory.write(bits, bits)
    before, addresses = memory.counters.copy(), memory.addresses()
    first = memory.read(bits)
    first.sums[:], first.data[:] = 9, 1
    memory.activate(bits)[0][:] = 0
    memory.iterate(bits[0], 5)
    np.testing.assert_array_equal(memory.counters, before)
    np.testing.assert_array_equal(memory.addresses(), addresses)


# Bad input, progress


BITS = random_bits(3, 8, np.random.default_rng(10))


@pytest.mark.parametrize(
    ("addresses", "data"),
    [
        (BITS, BITS[:2]),
        (BITS[:2], BITS),
        (BITS[0], BITS),
        (BITS, BITS[0]),
        (BITS, BITS[:, :7]),
        (BITS[:, :7], BITS),
        (BITS, [*BITS[:2].tolist(), [0, 1, 0, 1, 0, 1, 0, 2]]),
        ([*BITS[:2].tolist(), [-1, 1, 0, 1, 0, 1, 0, 1]], BITS),
        (BITS, BITS.astype(float)),
        (BITS, None),
        (BITS, np.zeros((0, 8), dtype=np.uint8)),
        (np.zeros((0, 8), dtype=np.uint8), np.zeros((0, 8), dtype=np.uint8)),
        (BITS[None], BITS),
    ],
)
def test_a_write_that_is_refused_leaves_the_memory_as_it_was(addresses, data):
    memory = memory_of(8, 30, 5)
    memory.write(BITS, BITS)
    before = memory.counters.copy()
    with pytest.raises((ValueError, TypeError), match=r"^(addresses|data): .*; got "):
        memory.write(addresses, data)
    with pytest.raises(TypeError, match=r"^progress: .*; got 3$"):
        memory.write(BITS, BITS, progress=3)
    np.testing.assert_array_equal(memory.counters, before)


def test_a_memory_that_is_too_large_draws_nothing():
    rng = np.random.default_rng(7)
    before = rng.bit_generator.state
    with pytest.raises((MemoryError, ValueError)):
        SparseDistributedMemory(1000, 2**52, 451, rng=rng)
    assert rng.bit_generator.state == before


def test_progress_is_told_after_every_block_and_at_the_end_and_nothing_is_printed(capfd):
    memory, quiet = memory_of(8, 30, 3), memory_of(8, 30, 3)
    bits = random_bits(150, 8, np.random.default_rng(11))
    calls = []
    memory.write(bits, bits, progress=lambda *counts: calls.append(counts))
    quiet.write(bits, bits)
    assert calls == [(64, 150), (128, 150), (150, 150)]
    np.testing.assert_array_equal(memory.counters, quiet.counters)
    assert capfd.readouterr() == ("", "")


def test_a_progress_that_raises_stops_the_write_after_the_rows_it_was_told_of():
    memory, part = memory_of(8, 30, 3), memory_of(8, 30, 3)
    bits = random_bits(150, 8, np.random.default_rng(11))

    def stop(n_done, n_total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        memory.write(bits, bits, progress=stop)
    part.write(bits[:64], bits[:64])
    np.testing.assert_array_equal(memory.counters, part.counters)


# Reading again and again


def iterated(seed, max_steps):
    """A small, badly overloaded memory, whose reads wander: (path and reason of the slow one, what ours says)."""
    memory = memory_of(7, 9, 3, seed=seed) if seed % 2 else memory_of(7, 6, 2, seed=seed)
    rng = np.random.default_rng(seed)
    patterns = random_bits(4, 7, rng)
    memory.write(patterns, random_bits(4, 7, rng))
    slow = slow_twin(memory)
    slow.counters = memory.counters.tolist()
    cue = random_bits(1, 7, rng)[0]
    return slow.path(cue.tolist(), max_steps), memory.iterate(cue, max_steps), memory


def test_iterating_ends_where_and_why_the_slow_memory_ends():
    reasons = {}
    for seed in range(300):
        (path, reason), recall, memory = iterated(seed, 3)
        reasons[reason] = reasons.get(reason, 0) + 1
        assert recall.n_steps == len(path) - 1
        assert recall.data.tolist() == path[-1]
        assert recall.is_settled is (reason == "fixed point")
        assert (recall.n_active == 0) == (reason == "nothing active")
        np.testing.assert_array_equal(recall.sums, memory.read(path[-2]).sums)
    assert set(reasons) == {"fixed point", "cycle", "limit", "nothing active"}
    assert min(reasons.values()) >= 5


def test_one_step_is_one_read():
    for seed in range(20):
        memory = memory_of(7, 9, 3, seed=seed)
        bits = random_bits(3, 7, np.random.default_rng(seed))
        memory.write(bits, bits)
        once, read = memory.iterate(bits[0], 1), memory.read(bits[0])
        for name in ("data", "sums", "ties", "n_active"):
            np.testing.assert_array_equal(getattr(once, name), getattr(read, name))
        assert once.n_steps == 1
        assert once.is_settled is bool(read.n_active > 0 and (read.data == bits[0]).all())


def test_where_nothing_is_active_iterating_ends_unsettled_even_at_the_address_of_zeros():
    memory = memory_of(64, 2, 0)
    recall = memory.iterate([0] * 64, 10)
    assert (recall.n_active, recall.n_steps, recall.is_settled) == (0, 1, False)
    assert not recall.data.any()
    assert recall.ties.all()


def test_a_cue_with_many_wrong_bits_runs_to_the_stored_pattern_and_stays():
    memory, rng = memory_of(256, 5000, 109), np.random.default_rng(12)
    patterns = random_bits(30, 256, rng)
    memory.write(patterns, patterns)
    n_steps = []
    for pattern, cue in zip(patterns, near(patterns, 45, rng), strict=True):
        recall = memory.iterate(cue, 20)
        assert recall.is_settled
        np.testing.assert_array_equal(recall.data, pattern)
        n_steps.append(recall.n_steps)
    assert max(n_steps) > 2  # not in one read: the one that arrives, and the one that sees it has


def test_a_memory_with_data_of_another_width_than_its_addresses_cannot_be_iterated():
    with pytest.raises(ValueError, match=r"^n_data_bits: must equal n_bits, 8, to iterate .*; got 3$"):
        memory_of(8, 20, 3, 3).iterate([0] * 8, 5)


# Theory: 5 standard errors


@pytest.mark.parametrize(
    ("n_bits", "radius", "n_locations", "n_cues"),
    [(64, 11, 100_000, 1000), (64, 15, 100_000, 1000), (256, 109, 20_000, 100), (1000, 451, 100_000, 60)],
)
def test_as_many_locations_are_active_as_the_ball_fraction_says(n_bits, radius, n_locations, n_cues):
    memory = memory_of(n_bits, n_locations, radius, n_data_bits=1, dtype=np.int8)
    active = memory.activate(random_bits(n_cues, n_bits, np.random.default_rng(13)))
    p, n_pairs = ball_fraction(n_bits, radius), n_cues * n_locations
    # any two (cue, location) pairs are independent, also if they share one of both: the variances add up
    standard_error = math.sqrt(n_pairs * p * (1 - p))
    assert abs(sum(map(len, active)) - n_pairs * p) < 5 * standard_error


def test_two_addresses_share_as_many_locations_as_the_circle_intersection_says():
    # The table of Kanerva's example, 1000 bits, radius 451, at a twentieth of his million locations.
    n_locations, n_cues, rng = 50_000, 40, np.random.default_rng(14)
    memory = memory_of(1000, n_locations, 451, n_data_bits=1, dtype=np.int8)
    fractions = circle_intersection_fraction(1000, 451)
    centres = random_bits(n_cues, 1000, rng)
    near_centres = memory.activate(centres)
    for distance in (0, 1, 10, 50, 100, 150, 200, 300, 400, 500):
        others = memory.activate(near(centres, distance, rng))
        n_shared = sum(np.intersect1d(a, b).size for a, b in zip(near_centres, others, strict=True))
        p, n_pairs = fractions[distance], n_cues * n_locations
        assert abs(n_shared - n_pairs * p) < 5 * math.sqrt(n_pairs * p * (1 - p))


def lean_to_the_cue(n_bits, radius, n_locations, n_patterns):
    """What the other patterns add to a sum, on average, toward the bit of the cue: the near ones look like it."""
    fractions = circle_intersection_fraction(n_bits, radius)
    terms = [math.comb(n_bits, h) / 2**n_bits * fractions[h] * (1 - 2 * h / n_bits) for h in range(n_bits + 1)]
    return (n_patterns - 1) * n_locations * sum(terms)


def wrong_bits(n_bits, radius, n_locations, n_patterns, n_flips):
    """Mean and variance of the number of wrong bits in one read, n_flips away from one of many random patterns.

    The target adds its share S, Poisson around n_locations * I(n_flips), to each right bit. The others make a noise
    that is normal, and lean toward the bits of the cue by B, because those near the cue share more locations with it.
    """
    fractions = circle_intersection_fraction(n_bits, radius)
    distances = np.arange(n_bits + 1)
    chance = np.array([math.comb(n_bits, h) / 2**n_bits for h in distances])
    shared = n_locations * fractions
    lean = lean_to_the_cue(n_bits, radius, n_locations, n_patterns)
    spread = math.sqrt((n_patterns - 1) * (chance * (shared + shared**2)).sum())
    mean = square = 0
    expected = shared[n_flips]
    for signal in range(int(expected + 12 * math.sqrt(expected)) + 12):
        weight = math.exp(signal * math.log(expected) - expected - math.lgamma(signal + 1))
        p_kept = math.erfc((signal + lean) / spread / math.sqrt(2)) / 2
        p_flipped = math.erfc((signal - lean) / spread / math.sqrt(2)) / 2
        n_wrong = (n_bits - n_flips) * p_kept + n_flips * p_flipped
        variance = (n_bits - n_flips) * p_kept * (1 - p_kept) + n_flips * p_flipped * (1 - p_flipped)
        mean, square = mean + weight * n_wrong, square + weight * (variance + n_wrong**2)
    return mean, square - mean**2


def test_the_theory_gives_the_numbers_of_kanervas_example():
    assert wrong_bits(1000, 451, 10**6, 10**4, 100)[0] == pytest.approx(21.8, abs=1)
    assert wrong_bits(1000, 451, 10**6, 10**4, 140)[0] == pytest.approx(70.0, abs=2)


def test_a_read_has_as_many_wrong_bits_as_theory_says():
    n_locations, n_patterns, n_reads, rng = 100_000, 1000, 50, np.random.default_rng(15)
    memory = memory_of(1000, n_locations, 451, dtype=np.int8)
    patterns = random_bits(n_patterns, 1000, rng)
    memory.write(patterns, patterns)
    targets = patterns[:n_reads]
    signs = 2 * patterns[:n_reads].astype(int) - 1
    for n_flips in (0, 100, 200):
        recall = memory.read(near(targets, n_flips, rng))
        mean, variance = wrong_bits(1000, 451, n_locations, n_patterns, n_flips)
        n_wrong = (recall.data != targets).sum(axis=1)
        assert abs(n_wrong.mean() - mean) < 5 * math.sqrt(variance / n_reads)
        shared = n_locations * circle_intersection_fraction(1000, 451)[n_flips]
        lean = lean_to_the_cue(1000, 451, n_locations, n_patterns) * (1 - 2 * n_flips / 1000)
        signal = (recall.sums * signs).mean(axis=1)  # what pulls toward the target
        noise = n_patterns * 0.13 * 2 / 1000  # 0.13: mean square of a weight; over the bits, and through the lean
        assert abs(signal.mean() - shared - lean) < 5 * math.sqrt((shared + noise) / n_reads)


# Kanerva's example at full size, read without counters


def weights_of(memory, words, cue):
    """How many of the locations active for the cue each packed pattern was written to: no counter is needed."""
    [active] = memory.activate(cue)
    weights = np.zeros(words.shape[1], dtype=np.int64)
    for location in pack_bits(memory.addresses(active)):
        weights += np.bitwise_count(words ^ location[:, None]).sum(axis=0, dtype=np.uint16) <= memory.radius
    return weights


def test_the_sums_of_a_read_are_the_patterns_weighted_by_the_active_locations_they_share_with_the_cue():
    memory, rng = memory_of(100, 400, 45, 12), np.random.default_rng(16)
    patterns, data = random_bits(50, 100, rng), random_bits(50, 12, rng)
    memory.write(patterns, data)
    words = np.ascontiguousarray(pack_bits(patterns).T)
    for cue in near(patterns, 10, rng):
        weights = weights_of(memory, words, cue)
        assert weights.max() > 10
        np.testing.assert_array_equal(weights @ (2 * data.astype(int) - 1), memory.read(cue).sums)


def test_kanervas_example_at_full_size():
    # 1000 bits, 10**6 locations, 10**4 patterns, radius 451. Four reads at each number of flips.
    n_reads, rng = 4, np.random.default_rng(17)
    memory = memory_of(1000, 10**6, 451, n_data_bits=1, dtype=np.int8)
    patterns = random_bits(10**4, 1000, rng)
    words, signs = np.ascontiguousarray(pack_bits(patterns).T), 2 * patterns.astype(np.float32) - 1
    for n_flips in (0, 100, 140):
        mean, variance = wrong_bits(1000, 451, 10**6, 10**4, n_flips)
        weights = np.stack([weights_of(memory, words, cue) for cue in near(patterns[:n_reads], n_flips, rng)])
        n_wrong = ((weights.astype(np.float32) @ signs > 0) != patterns[:n_reads]).sum(axis=1)
        assert abs(n_wrong.mean() - mean) < 5 * math.sqrt(variance / n_reads) + 1e-3
        own = weights[np.arange(n_reads), np.arange(n_reads)]
        shared = 1e6 * circle_intersection_fraction(1000, 451)[n_flips]
        assert abs(own.mean() - shared) < 5 * math.sqrt(shared / n_reads)
        noise = np.delete(weights, np.arange(n_reads), axis=1)
        p = ball_fraction(1000, 451)  # 1.15 locations shared by chance; the number active moves all weights together
        assert abs(noise.mean() - 1e6 * p**2) < 5 * math.sqrt(1.4 / noise.size + p**2 * 1e6 * p / n_reads)
