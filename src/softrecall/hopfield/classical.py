"""The classical Hopfield network: units of -1 and +1 that fall down an energy."""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np
from numpy.typing import ArrayLike

from softrecall._checks import (
    as_array,
    as_numeric,
    check_count,
    check_finite,
    check_flag,
    check_generator,
    check_last_axis,
    first_place,
)

__all__ = ["Descent", "HopfieldNetwork"]


class Descent(NamedTuple):
    """Where a state went, down the energy: see `HopfieldNetwork.recall`."""

    state: np.ndarray
    n_sweeps: int
    is_settled: bool
    energies: np.ndarray


def _signs(name: str, x: object) -> np.ndarray:
    """Turn `x`, -1 and +1 of any real dtype, into a new float64 array."""
    array = as_array(name, x, "iuf", "-1 or +1")
    is_bad = (array != 1) & (array != -1)
    if is_bad.any():
        hint = " (for bits take 2 * bits - 1)" if ((array == 0) | (array == 1)).all() else ""
        raise ValueError(f"{name}: entries are -1 or +1{hint}; got {array[is_bad][0]}{first_place(is_bad)}")
    return array.astype(np.float64)


class HopfieldNetwork:
    r"""A memory of -1/+1 patterns in the weights between units; a state falls to a pattern by itself.

    .. math:: w_{ij} = \frac{1}{d} \sum_\mu x^\mu_i x^\mu_j \quad (i \ne j), \qquad w_{ii} = 0

    The array `thresholds` says what the input of each unit must exceed: zeros, unless `from_weights` set others.

    Parameters
    ----------
    patterns : (n_patterns, d)
        One pattern of -1 and +1 a row. Copied.
    is_dense : bool
        Whether the (d, d) weights are made and kept. False keeps the patterns alone and works from them: the same
        numbers, in less room and often less time when there are fewer patterns than units.

    Raises
    ------
    TypeError
        If `patterns` does not hold real numbers or `is_dense` is no bool.
    ValueError
        If `patterns` has not two axes or an entry is neither -1 nor +1.

    References
    ----------
    Hopfield (1982), PNAS 79:2554, eqs. 1, 2 and 7 (there units are 0 or 1, and weights are not divided by d).

    Examples
    --------
    >>> network = HopfieldNetwork([[1, 1, -1, -1], [1, -1, 1, -1]])
    >>> network.weights
    array([[ 0. ,  0. ,  0. , -0.5],
           [ 0. ,  0. , -0.5,  0. ],
           [ 0. , -0.5,  0. ,  0. ],
           [-0.5,  0. ,  0. ,  0. ]])
    """

    def __init__(self, patterns: ArrayLike, *, is_dense: bool = True) -> None:
        signs = _signs("patterns", patterns)
        if signs.ndim != 2:
            raise ValueError(f"patterns: needs two axes, (n_patterns, d); got shape {signs.shape}")
        self.n_patterns, self.d = signs.shape
        self.thresholds = np.zeros(self.d)
        is_small = self.n_patterns * self.d < 2**24  # whole numbers up to there are exact in float32
        self._patterns: np.ndarray = signs.astype(np.float32 if is_small else np.float64)
        self._scale = float(self.d)
        self._sums = self._all_sums() if check_flag("is_dense", is_dense) else None

    @classmethod
    def from_weights(cls, weights: ArrayLike, thresholds: ArrayLike | None = None) -> Self:
        """Make a network of given weights, such as those of a problem whose best answer has the lowest energy.

        Parameters
        ----------
        weights : (d, d)
            Finite, symmetric, with zeros on the diagonal: without either, the energy can rise. Copied.
        thresholds : (d,), optional
            Finite; None means zeros. Copied.

        Returns
        -------
        HopfieldNetwork
            With `n_patterns` 0.

        Raises
        ------
        TypeError
            If an input does not hold real numbers.
        ValueError
            If `weights` is not square, not symmetric, has a diagonal, or the widths differ.

        Examples
        --------
        >>> HopfieldNetwork.from_weights([[0, -1], [-1, 0]]).energy([[1, 1], [1, -1]])
        array([ 1., -1.])
        """
        sums = as_numeric("weights", weights).astype(np.float64)
        if sums.ndim != 2 or sums.shape[0] != sums.shape[1]:
            raise ValueError(f"weights: needs two axes of one size, (d, d); got shape {sums.shape}")
        check_finite("weights", sums)
        for is_bad, needed in (
            (sums != sums.T, "must be symmetric (or the energy can rise)"),
            (np.diag(np.diag(sums)) != 0, "the diagonal must be 0 (no unit feeds itself)"),
        ):
            if is_bad.any():
                raise ValueError(f"weights: {needed}; got {sums[is_bad][0]}{first_place(is_bad)}")
        network = cls.__new__(cls)
        network.n_patterns, network.d = 0, len(sums)
        network._patterns, network._scale, network._sums = np.empty((0, len(sums))), 1.0, sums
        network.thresholds = np.zeros(len(sums))
        if thresholds is not None:
            network.thresholds += network._row("thresholds", as_numeric("thresholds", thresholds))
            check_finite("thresholds", network.thresholds)
        return network

    def __repr__(self) -> str:
        stored = f"n_patterns={self.n_patterns}" if self.n_patterns else "weights given"
        return f"HopfieldNetwork({stored}, d={self.d})"

    @property
    def weights(self) -> np.ndarray:
        """A copy of the weights as an array of shape (d, d), made at each call."""
        sums = self._all_sums() if self._sums is None else self._sums
        return sums.astype(np.float64) / self._scale

    def field(self, state: ArrayLike) -> np.ndarray:
        """Sum the weighted states of the others and take away the threshold.

        Parameters
        ----------
        state : (..., d)
            -1 and +1. Not modified.

        Returns
        -------
        (..., d)
            Above 0 where a unit is driven to +1, below 0 where it is driven to -1, and 0 where it may stay.

        Raises
        ------
        TypeError
            If `state` does not hold real numbers.
        ValueError
            If its last axis is not d, or an entry is neither -1 nor +1.

        Examples
        --------
        >>> HopfieldNetwork([[1, 1, -1, -1]]).field([1, 1, 1, -1])
        array([ 0.25,  0.25, -0.75, -0.25])
        """
        return self._drive(self._state(state)).astype(np.float64) / self._scale

    def energy(self, state: ArrayLike) -> np.ndarray:
        r"""Compute the energy, which no update of one unit raises.

        .. math:: E(s) = -\tfrac{1}{2} \sum_{ij} w_{ij} s_i s_j + \sum_i \theta_i s_i

        Parameters
        ----------
        state : (..., d)
            -1 and +1. Not modified.

        Returns
        -------
        (...)
            A float for a single state.

        Raises
        ------
        TypeError
            If `state` does not hold real numbers.
        ValueError
            If its last axis is not d, or an entry is neither -1 nor +1.

        Examples
        --------
        >>> HopfieldNetwork([[1, 1, -1, -1]]).energy([[1, 1, -1, -1], [1, 1, 1, -1]])
        array([-1.5,  0. ])
        """
        state = self._state(state)
        return self._energy(state, self._drive(state))

    def sweep(self, state: ArrayLike, order: ArrayLike) -> np.ndarray:
        """Let units take the sign of their field, one after the other; a field of 0 leaves a unit as it is.

        Parameters
        ----------
        state : (d,)
            -1 and +1. Not modified.
        order : (n_visits,)
            Which unit is visited when, as whole numbers from 0 to ``d - 1``; any may be missing, or come twice.

        Returns
        -------
        (d,)

        Raises
        ------
        TypeError
            If `state` does not hold real numbers or `order` no whole ones.
        ValueError
            If `state` is not one row of d entries of -1 and +1, or `order` not one row of units.

        Examples
        --------
        >>> HopfieldNetwork([[1, 1, -1, -1]]).sweep([1, -1, 1, -1], [2, 0, 1, 3])
        array([ 1.,  1., -1., -1.])
        """
        state = self._row("state", self._state(state))
        visits = as_array("order", order, "iu", "whole numbers")
        is_bad = (visits < 0) | (visits >= self.d)
        if visits.ndim != 1:
            raise ValueError(f"order: needs one axis, (n_visits,); got shape {visits.shape}")
        if is_bad.any():
            place = f"must be from 0 to {self.d - 1} (there are {self.d} units)"
            raise ValueError(f"order: {place}; got {visits[is_bad][0]}{first_place(is_bad)}")
        self._visit(state, self._drive(state), visits)
        return state

    def recall(self, state: ArrayLike, *, rng: np.random.Generator, max_sweeps: int = 20) -> Descent:
        """Update one unit at a time, each sweep in a new random order, until no unit wants to change.

        Parameters
        ----------
        state : (d,)
            The cue, -1 and +1. Not modified.
        rng : numpy.random.Generator
            Draws the order of each sweep: ``rng.permutation(d)``.
        max_sweeps : int
            When to give up, >= 1.

        Returns
        -------
        Descent
            `state` (d,), the last one; `n_sweeps`, how many sweeps changed something; `is_settled`, whether no unit
            wants to change any more; `energies` (n_sweeps + 1,), of the cue and after each sweep.

        Raises
        ------
        TypeError
            If `state` does not hold real numbers, `rng` is no generator or `max_sweeps` no whole number.
        ValueError
            If `state` is not one row of d entries of -1 and +1, or `max_sweeps` is below 1.

        Examples
        --------
        >>> network = HopfieldNetwork([[1, 1, 1, 1, -1, -1, -1, -1], [1, -1, 1, -1, 1, -1, 1, -1]])
        >>> found = network.recall([1, 1, 1, 1, -1, -1, -1, 1], rng=np.random.default_rng(7))
        >>> found.state, found.n_sweeps, found.is_settled
        (array([ 1.,  1.,  1.,  1., -1., -1., -1., -1.]), 1, True)
        """
        state = self._row("state", self._state(state))
        check_generator("rng", rng)
        max_sweeps = check_count("max_sweeps", max_sweeps, 1)
        drive = self._drive(state)
        energies = [self._energy(state, drive)]
        while len(energies) <= max_sweeps and (state * drive < 0).any():
            self._visit(state, drive, rng.permutation(self.d))
            drive = self._drive(state) if not self.n_patterns else drive  # sums of whole numbers stay exact
            energies.append(self._energy(state, drive))
        return Descent(state, len(energies) - 1, not bool((state * drive < 0).any()), np.array(energies))

    # Inside, weights and fields are `_scale` times as large: for stored patterns they are whole numbers, so that sums
    # are exact in any order, and a field of 0 is 0.

    def _all_sums(self) -> np.ndarray:
        sums = self._patterns.T @ self._patterns  # (d, n_patterns) @ (n_patterns, d)
        np.fill_diagonal(sums, 0)
        return sums

    def _column(self, unit: int) -> np.ndarray:
        if self._sums is not None:
            return self._sums[unit]
        column = self._patterns[:, unit] @ self._patterns  # (n_patterns,) @ (n_patterns, d)
        column[unit] = 0
        return column

    def _drive(self, state: np.ndarray) -> np.ndarray:
        state = state.astype(self._patterns.dtype)
        if self._sums is None or 0 < 2 * self.n_patterns < self.d:  # the shorter way, with the same whole numbers
            return state @ self._patterns.T @ self._patterns - self.n_patterns * state
        return state @ self._sums - self.thresholds.astype(state.dtype)

    def _energy(self, state: np.ndarray, drive: np.ndarray) -> np.ndarray:
        pull = self._scale * self.thresholds - drive  # thresholds come in twice: they count whole, weights half
        return (state * pull).sum(axis=-1) / (2 * self._scale)

    def _visit(self, state: np.ndarray, drive: np.ndarray, order: np.ndarray) -> None:
        """Visit units in turn. Changes `state` and `drive`: a unit that flips adds its column to the fields."""
        signs, drives = state.tolist(), memoryview(drive.data)  # a memoryview reads one number faster than an array
        for unit in order.tolist():
            if signs[unit] * drives[unit] < 0:
                signs[unit] = -signs[unit]
                drive += 2 * signs[unit] * self._column(unit)
        state[:] = signs

    def _state(self, state: ArrayLike) -> np.ndarray:
        signs = _signs("state", state)
        check_last_axis("state", signs, self.d, "d, the number of units")
        return signs

    def _row(self, name: str, array: np.ndarray) -> np.ndarray:
        if array.shape != (self.d,):
            raise ValueError(f"{name}: needs one row of {self.d} (d, the number of units); got shape {array.shape}")
        return array
