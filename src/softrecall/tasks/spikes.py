"""Simulated neurons with a known rate."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from softrecall._checks import check_count, check_generator, check_number, check_positive

__all__ = ["SpikeTrains", "spike_trains"]


class SpikeTrains(NamedTuple):
    """Simulated spikes and what made them: see `spike_trains`."""

    counts: np.ndarray
    rates: np.ndarray


def spike_trains(
    n_trials: int,
    rng: np.random.Generator,
    *,
    n_neurons: int = 50,
    n_steps: int = 100,
    period: float = 25.0,
    spread: float = 1.0,
    readout: np.random.Generator | None = None,
) -> SpikeTrains:
    r"""Simulate neurons that follow a hidden rotation, with a phase of its own on each trial.

    A state z of two dimensions and length 1 turns by :math:`2\pi` / `period` a step. It starts at an angle drawn around
    0, and each neuron fires :math:`\exp(-1 + z_t \cdot u)` spikes a step, with a direction u of its own. Counts are
    Poisson. Because the phase differs from trial to trial, the past of a trial says more about its future than the
    average over trials does: here a model can do better than the average, which it cannot if time alone sets the rates.

    Parameters
    ----------
    n_trials : int
        >= 1.
    rng : numpy.random.Generator
        Draws phases and spikes, and also the directions unless `readout` is given.
    n_neurons, n_steps : int
        >= 1.
    period : float
        Steps of one turn, above 0.
    spread : float
        Standard deviation of the starting angle in radians, >= 0. At 0 all trials have the same rates.
    readout : numpy.random.Generator, optional
        Draws the directions: pass equal ones for the same neurons in two data sets.

    Returns
    -------
    SpikeTrains
        ``counts`` (n_trials, n_steps, n_neurons) of int64, and the true ``rates`` of the same shape.

    Raises
    ------
    TypeError
        If a count is not a whole number, `period` or `spread` not a real one, or `rng` or `readout` not a Generator.
    ValueError
        If a number is out of its range or not finite.

    Examples
    --------
    >>> trains = spike_trains(3, np.random.default_rng(0), n_neurons=4)
    >>> trains.counts.shape, trains.counts.dtype, bool(trains.rates.max() <= 1)
    ((3, 100, 4), dtype('int64'), True)
    """
    sizes = (
        check_count("n_trials", n_trials, 1),
        check_count("n_neurons", n_neurons, 1),
        check_count("n_steps", n_steps, 1),
    )
    turn, spread = 2 * np.pi / check_positive("period", period), check_number("spread", spread, 0)
    rng = check_generator("rng", rng)
    readout = rng if readout is None else check_generator("readout", readout)
    directions = readout.uniform(0, 2 * np.pi, sizes[1])
    starts = rng.normal(0, 1, sizes[0]) * spread
    angles = starts[:, None] + turn * np.arange(sizes[2])  # (n_trials, n_steps)
    rates = np.exp(-1 + np.cos(angles[:, :, None] - directions))
    return SpikeTrains(rng.poisson(rates), rates)
