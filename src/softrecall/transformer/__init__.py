"""Transformers from one set of blocks, in PyTorch: attention with heads, layers, encoder and decoder, GPT.

Sequences are (n_batch, n, d_model), one token a row. Masks are bool, True = may be seen; they broadcast to the weights,
(n_batch, n_heads, n_q, n_k), and have two axes or four. A block by itself starts as `torch.nn.Linear` starts its
weights; `Transformer` and `GPT` draw theirs as `initialise` says.
"""

from softrecall.transformer.gpt import GPT
from softrecall.transformer.heads import MultiHeadAttention
from softrecall.transformer.layers import DecoderLayer, EncoderLayer
from softrecall.transformer.models import Transformer
from softrecall.transformer.positions import PositionalEncoding, sinusoidal_positions
from softrecall.transformer.stacks import Decoder, Encoder, initialise

__all__ = [
    "GPT",
    "Decoder",
    "DecoderLayer",
    "Encoder",
    "EncoderLayer",
    "MultiHeadAttention",
    "PositionalEncoding",
    "Transformer",
    "initialise",
    "sinusoidal_positions",
]
