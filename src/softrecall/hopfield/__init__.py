"""Hopfield networks: the classical one, which falls down an energy, and the modern one, a softmax over all patterns."""

from softrecall.hopfield.classical import Descent, HopfieldNetwork
from softrecall.hopfield.modern import modern_update

__all__ = ["Descent", "HopfieldNetwork", "modern_update"]
