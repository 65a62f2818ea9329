"""Toy data for sequence models, drawn from a NumPy generator."""

from softrecall.tasks.dates import DATE_TOKENS, Dates, dates, decode_dates, encode_dates, split_days
from softrecall.tasks.sequences import adding, endings
from softrecall.tasks.series import TwoSines, two_sines, windows
from softrecall.tasks.spikes import SpikeTrains, spike_trains

__all__ = [
    "DATE_TOKENS",
    "Dates",
    "SpikeTrains",
    "TwoSines",
    "adding",
    "dates",
    "decode_dates",
    "encode_dates",
    "endings",
    "spike_trains",
    "split_days",
    "two_sines",
    "windows",
]
