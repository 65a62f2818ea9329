"""Recurrent networks from their components, in PyTorch: a state that changes while the weights do not.

Each cell takes one step, ``cell(x, state) -> state``; :func:`run` walks it along a sequence. Weights are called after
their place: ``w_x`` multiplies the input, ``w_h`` the state before. A cell's weights and biases start uniform between
-1 / sqrt(n_hidden) and 1 / sqrt(n_hidden), as PyTorch's do.
"""

from softrecall.recurrent.alignment import AdditiveAlignment, AlignedDecoder, EncoderDecoder
from softrecall.recurrent.cells import GRUCell, LSTMCell, RNNCell
from softrecall.recurrent.gradients import gradient_norms
from softrecall.recurrent.steps import Bidirectional, run

__all__ = [
    "AdditiveAlignment",
    "AlignedDecoder",
    "Bidirectional",
    "EncoderDecoder",
    "GRUCell",
    "LSTMCell",
    "RNNCell",
    "gradient_norms",
    "run",
]
