"""The memory itself: write, read, and read again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from softrecall._checks import as_bits, check_count, check_generator, check_last_axis
from softrecall.sdm import _counters
from softrecall.sdm._locations import HardLocations, blocks
from softrecall.sdm.recall import Recall

__all__ = ["SparseDistributedMemory"]

BATCH = 64  # addresses at a time in a write or read, so that lists of active locations never pile up


class SparseDistributedMemory:
    """The memory of Kanerva (1988): hard locations at random addresses, each with a counter for every bit of data.

    A location is *active* for an address if it lies within `radius` bits of it. To write, every active location adds
    +1 to a counter for a 1 in the data and -1 for a 0. To read, the counters of the active locations are added up, and
    a sum above 0 reads as 1. What was written near the address shares the most locations with it and counts most.

    Counters *saturate*: one that stands at a limit of its dtype (-128 and 127 for int8) stays there when it is pushed
    further. Until that happens, neither the order of the writes nor how they are grouped into calls makes a difference.

    Parameters
    ----------
    n_bits : int
        Bits of an address, >= 1.
    n_locations : int
        How many hard locations, >= 1.
    radius : int
        In bits, inclusive, 0 to `n_bits`; the same for writing and reading.
    n_data_bits : int or None, optional
        Bits of data, >= 1. None means `n_bits`, as a memory needs that stores patterns under themselves.
    rng : numpy.random.Generator
        Where the addresses come from; it moves on. They are ``random_bits(n_locations, n_bits, rng)``.
    counter_dtype : dtype, optional
        int8, int16 (the default), int32 or int64.

    Raises
    ------
    TypeError
        If a count is not a whole number, `rng` not a Generator or `counter_dtype` none of the four.
    ValueError
        If a count is below 1 or `radius` outside 0 to `n_bits`.

    Examples
    --------
    >>> from softrecall.hypercube import random_bits
    >>> rng = np.random.default_rng(7)
    >>> memory = SparseDistributedMemory(256, 2000, 109, rng=rng)
    >>> patterns = random_bits(3, 256, rng)
    >>> memory.write(patterns, patterns)
    >>> cue = patterns[0].copy()
    >>> cue[:30] ^= 1  # 30 of 256 bits wrong
    >>> bool((memory.read(cue).data == patterns[0]).all())
    True
    """

    n_bits = property(lambda self: self._locations.n_bits, doc="Bits of an address.")
    n_locations = property(lambda self: self._locations.n_locations, doc="How many hard locations.")
    radius = property(lambda self: self._radius, doc="How far an active location may lie from an address, in bits.")
    n_data_bits = property(lambda self: self._counters.shape[1], doc="Bits of data.")

    def __init__(
        self,
        n_bits: int,
        n_locations: int,
        radius: int,
        *,
        n_data_bits: int | None = None,
        rng: np.random.Generator,
        counter_dtype: DTypeLike = np.int16,
    ) -> None:
        n_bits, n_locations = check_count("n_bits", n_bits, 1), check_count("n_locations", n_locations, 1)
        self._radius = check_count("radius", radius, 0, n_bits, "n_bits, the largest distance there is")
        n_data_bits = n_bits if n_data_bits is None else check_count("n_data_bits", n_data_bits, 1)
        dtype, rng = _counters.check_counter_dtype(counter_dtype), check_generator("rng", rng)
        self._counters = np.zeros((n_locations, n_data_bits), dtype=dtype)
        self._locations = HardLocations(n_bits, n_locations, rng)

    def __repr__(self) -> str:
        sizes = f"n_bits={self.n_bits}, n_locations={self.n_locations}, radius={self.radius}"
        return f"{type(self).__name__}({sizes}, n_data_bits={self.n_data_bits}, counter_dtype={self._counters.dtype})"

    @property
    def nbytes(self) -> int:
        """Bytes that the addresses and counters take. Building the memory takes at most a fifth more for a moment."""
        return self._locations.words.nbytes + self._counters.nbytes

    @property
    def counters(self) -> np.ndarray:
        """All counters, (n_locations, n_data_bits), one location a row. A read-only view, which later writes change."""
        view = self._counters.view()
        view.flags.writeable = False
        return view

    def addresses(self, locations: ArrayLike | None = None) -> np.ndarray:
        """Show the addresses of the hard locations.

        Parameters
        ----------
        locations : (...) of integers, optional
            Which of them, as `activate` lists them. None means all: eight times the memory of the packed addresses.

        Returns
        -------
        (n_locations, n_bits) or (..., n_bits) of uint8, 0 or 1
            A new array.

        Raises
        ------
        TypeError
            If `locations` does not hold integers.
        ValueError
            If one of them is not from 0 to ``n_locations - 1``, or there is none.

        Examples
        --------
        >>> memory = SparseDistributedMemory(8, 20, 2, rng=np.random.default_rng(7))
        >>> memory.addresses().shape, memory.addresses([3, 5]).shape
        ((20, 8), (2, 8))
        """
        return self._locations.bits(locations)

    def activate(self, addresses: ArrayLike) -> list[np.ndarray]:
        """List the hard locations within `radius` of each address.

        Parameters
        ----------
        addresses : (..., n_bits) of 0/1, integer or bool dtype
            Not modified.

        Returns
        -------
        list of (n_active,) int64
            One sorted array an address, also for a single one, in the order of ``addresses.reshape(-1, n_bits)``.

        Raises
        ------
        TypeError
            If `addresses` is not of an integer or bool dtype.
        ValueError
            If an entry is neither 0 nor 1, an axis is empty or the last one not `n_bits`.

        Examples
        --------
        >>> memory = SparseDistributedMemory(8, 20, 2, rng=np.random.default_rng(7))
        >>> [near] = memory.activate(memory.addresses([3])[0])
        >>> 3 in near
        True
        """
        words = self._locations.pack("addresses", addresses)
        return self._locations.near(words.reshape(-1, words.shape[-1]), self.radius)

    def write(
        self, addresses: ArrayLike, data: ArrayLike, *, progress: Callable[[int, int], object] | None = None
    ) -> None:
        """Store one row of data at each address. Nothing is overwritten: what is written twice counts twice.

        Parameters
        ----------
        addresses : (..., n_bits) of 0/1, integer or bool dtype
            Not modified.
        data : (..., n_data_bits) of 0/1, integer or bool dtype
            One row an address: the axes before the last are those of `addresses`, nothing is broadcast. Not modified.
        progress : callable, optional
            For long writes: called as ``progress(n_done, n_total)`` after every 64 rows and at the end. Nothing is
            printed unless it prints. If it raises, the first `n_done` rows stay written.

        Returns
        -------
        None

        Raises
        ------
        TypeError
            If a dtype is neither integer nor bool, or `progress` cannot be called. The memory is as it was.
        ValueError
            If an entry is neither 0 nor 1, an axis is empty or a shape does not fit. The memory is as it was.

        Examples
        --------
        >>> memory = SparseDistributedMemory(8, 20, 3, n_data_bits=2, rng=np.random.default_rng(7))
        >>> memory.write([[0] * 8, [1] * 8], [[1, 0], [0, 1]], progress=lambda done, total: print(done, "of", total))
        2 of 2
        >>> memory.read([0] * 8).data
        array([1, 0], dtype=uint8)
        """
        words = self._locations.pack("addresses", addresses)
        data = as_bits("data", data)
        check_last_axis("data", data, self.n_data_bits, "n_data_bits, the width of the data")
        if data.shape[:-1] != words.shape[:-1]:
            needed = f"axes before the last must be those of addresses, {words.shape[:-1]} (one row an address)"
            raise ValueError(f"data: {needed}; got {data.shape[:-1]}")
        if progress is not None and not callable(progress):
            raise TypeError(f"progress: must be a function of n_done and n_total, or None; got {progress!r}")
        words, data = words.reshape(-1, words.shape[-1]), data.reshape(-1, self.n_data_bits)
        for block in blocks(len(words), BATCH):
            for active, bits in zip(self._locations.near(words[block], self.radius), data[block], strict=True):
                _counters.add(self._counters, active, bits)
            if progress is not None:
                progress(block.stop, len(words))

    def read(self, addresses: ArrayLike) -> Recall:
        """Recall what was written near each address. Reading changes nothing.

        Parameters
        ----------
        addresses : (..., n_bits) of 0/1, integer or bool dtype
            Not modified.

        Returns
        -------
        Recall
            With ``data``, ``sums``, ``n_active`` and ``ties``. An address near no location is no error: there
            ``n_active`` is 0, every sum is 0 and a tie.

        Raises
        ------
        TypeError
            If `addresses` is not of an integer or bool dtype.
        ValueError
            If an entry is neither 0 nor 1, an axis is empty or the last one not `n_bits`.

        Examples
        --------
        >>> memory = SparseDistributedMemory(8, 20, 3, n_data_bits=2, rng=np.random.default_rng(7))
        >>> memory.write([0] * 8, [1, 0])
        >>> recall = memory.read([0] * 8)
        >>> bool((recall.sums == recall.n_active * np.array([1, -1])).all())
        True
        """
        words = self._locations.pack("addresses", addresses)
        leading, words = words.shape[:-1], words.reshape(-1, words.shape[-1])
        sums = np.empty((len(words), self.n_data_bits), dtype=np.int64)
        n_active = np.empty(len(words), dtype=np.int64)
        for block in blocks(len(words), BATCH):
            for i, active in enumerate(self._locations.near(words[block], self.radius), block.start):
                _counters.pool(self._counters, active, sums[i])
                n_active[i] = active.size
        sums = sums.reshape(*leading, self.n_data_bits)
        return Recall((sums > 0).astype(np.uint8), sums, n_active.reshape(leading)[()], sums == 0)

    def iterate(self, address: ArrayLike, max_steps: int) -> Recall:
        """Read, and read again with what came back as the address, until nothing new can come.

        It ends when a read gives back its own address (a fixed point), when it gives back an address from before (a
        cycle), when nothing is active, or after `max_steps` reads.

        Parameters
        ----------
        address : (n_bits,) of 0/1, integer or bool dtype
            One address. Not modified.
        max_steps : int
            The most reads to make, >= 1. With 1 it is one `read`.

        Returns
        -------
        Recall
            The last read, with ``n_steps`` and ``is_settled``. The latter is True at a fixed point only.

        Raises
        ------
        TypeError
            If `address` is not of an integer or bool dtype or `max_steps` not a whole number.
        ValueError
            If `address` is not one row of `n_bits` zeros and ones, `max_steps` below 1 or `n_data_bits` not `n_bits`.

        Examples
        --------
        >>> memory = SparseDistributedMemory(8, 20, 3, rng=np.random.default_rng(7))
        >>> memory.write([0, 1] * 4, [0, 1] * 4)
        >>> recall = memory.iterate([1, 1] + [0, 1] * 3, max_steps=10)  # one bit wrong
        >>> recall.data, recall.n_steps, recall.is_settled
        (array([0, 1, 0, 1, 0, 1, 0, 1], dtype=uint8), 2, True)
        """
        self._locations.pack("address", address)
        address = as_bits("address", address)
        if address.ndim > 1:
            raise ValueError(f"address: must be one address of shape ({self.n_bits},); got shape {address.shape}")
        max_steps = check_count("max_steps", max_steps, 1)
        if self.n_data_bits != self.n_bits:
            needed = f"must equal n_bits, {self.n_bits}, to iterate (what is read is the next address)"
            raise ValueError(f"n_data_bits: {needed}; got {self.n_data_bits}")
        n_steps, is_new, seen = 0, True, {address.tobytes()}
        while is_new and n_steps < max_steps:
            recall = self.read(address)
            is_settled = bool(recall.n_active > 0 and (recall.data == address).all())
            address, n_steps = recall.data, n_steps + 1
            is_new = bool(recall.n_active > 0) and address.tobytes() not in seen
            seen.add(address.tobytes())
        return replace(recall, n_steps=n_steps, is_settled=is_settled)
