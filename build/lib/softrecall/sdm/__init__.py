"""Kanerva's Sparse Distributed Memory: data go to all hard locations near an address, and are pooled when read."""

from softrecall.sdm.memory import SparseDistributedMemory
from softrecall.sdm.recall import Recall

__all__ = ["Recall", "SparseDistributedMemory"]
