"""Hard locations: their random addresses, and which of them lie near an address."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softrecall._checks import as_array, as_bits, check_last_axis, first_place
from softrecall.hypercube import pack_bits, random_words, unpack_bits

SCAN_BLOCK = 2**17  # locations compared at a time: the three temporaries of a block (1.4 MB) stay in the cache
DRAW_BLOCK = 2**13  # locations drawn at a time, at most


def blocks(n: int, size: int) -> Iterator[slice]:
    """Cut ``range(n)`` into slices of `size`; the last may be shorter."""
    return (slice(start, min(start + size, n)) for start in range(0, n, size))


class HardLocations:
    """Random addresses, packed 64 bits a word and kept word-major: row w holds word w of every address."""

    def __init__(self, n_bits: int, n_locations: int, rng: np.random.Generator) -> None:
        self.n_bits, self.n_locations = n_bits, n_locations
        self.words = np.empty((-(-n_bits // 64), n_locations), dtype=np.uint64)
        for block in blocks(n_locations, min(DRAW_BLOCK, -(-n_locations // 16))):
            self.words[:, block] = random_words(block.stop - block.start, n_bits, rng).T

    def pack(self, name: str, addresses: object) -> np.ndarray:
        """Check addresses (..., n_bits) and pack them: (..., n_words)."""
        bits = as_bits(name, addresses)
        check_last_axis(name, bits, self.n_bits, "n_bits, the width of an address")
        return pack_bits(bits)

    def near(self, queries: np.ndarray, radius: int) -> list[np.ndarray]:
        """List the locations within `radius` bits of each packed address, given as (n, n_words).

        A block of locations is compared with every query before the next block is fetched. One word is compared at a
        time, with all locations of the block at once: XOR leaves a 1 where they differ, and the ones are counted.
        """
        size = min(SCAN_BLOCK, self.n_locations)
        differing, count = np.empty(size, dtype=np.uint64), np.empty(size, dtype=np.uint8)
        distance = np.empty(size, dtype=np.min_scalar_type(self.n_bits))  # pad bits are 0: never above n_bits
        found: list[list[np.ndarray]] = [[] for _ in queries]
        for block in blocks(self.n_locations, size):
            n_here = block.stop - block.start  # the last block may be shorter
            differing, count, distance = differing[:n_here], count[:n_here], distance[:n_here]
            for query, places in zip(queries, found, strict=True):
                distance.fill(0)
                for row, word in zip(self.words[:, block], query, strict=True):
                    np.bitwise_xor(row, word, out=differing)
                    distance += np.bitwise_count(differing, out=count)
                places.append(block.start + np.flatnonzero(distance <= radius).astype(np.int64, copy=False))
        return [np.concatenate(places) for places in found]

    def bits(self, locations: object) -> np.ndarray:
        """Unpack the addresses of the given locations, or of all if None is given: (..., n_bits)."""
        if locations is None:
            return unpack_bits(self.words.T, self.n_bits)
        locations = as_array("locations", locations, "iu", "whole numbers")
        is_bad = (locations < 0) | (locations >= self.n_locations)
        if is_bad.any():
            needed = f"must be from 0 to {self.n_locations - 1} (there are {self.n_locations} locations)"
            raise ValueError(f"locations: {needed}; got {locations[is_bad][0]}{first_place(is_bad)}")
        return unpack_bits(np.moveaxis(self.words[:, locations], 0, -1), self.n_bits)
