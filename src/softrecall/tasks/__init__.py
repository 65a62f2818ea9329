"""Toy data for sequence models, drawn from a NumPy generator."""

from softrecall.tasks.dates import DATE_TOKENS, Dates, dates, decode_dates, encode_dates, split_days
from softrecall.tasks.names import NamesToCopy, names_to_copy, split_names
from softrecall.tasks.pairs import END, PADDING, START, Pairs, reversal, sorting
from softrecall.tasks.pictures import LETTERS, PICTURES, Pictures, pictures
from softrecall.tasks.sentences import SOURCE_WORDS, TARGET_WORDS, Sentences, sentences
from softrecall.tasks.sequences import adding, endings
from softrecall.tasks.series import Sines, TwoSines, sines, two_sines, windows
from softrecall.tasks.spikes import SpikeTrains, spike_trains
from softrecall.tasks.text import DOCUMENTATION_SHA256, Alphabet, documentation, is_known_documentation, passages

__all__ = [
    "DATE_TOKENS",
    "DOCUMENTATION_SHA256",
    "END",
    "LETTERS",
    "PADDING",
    "PICTURES",
    "SOURCE_WORDS",
    "START",
    "TARGET_WORDS",
    "Alphabet",
    "Dates",
    "NamesToCopy",
    "Pairs",
    "Pictures",
    "Sentences",
    "Sines",
    "SpikeTrains",
    "TwoSines",
    "adding",
    "dates",
    "decode_dates",
    "documentation",
    "encode_dates",
    "endings",
    "is_known_documentation",
    "names_to_copy",
    "passages",
    "pictures",
    "reversal",
    "sentences",
    "sines",
    "sorting",
    "spike_trains",
    "split_days",
    "split_names",
    "two_sines",
    "windows",
]
