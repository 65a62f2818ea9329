"""Soft Recall: the helper package of the book."""

__version__ = "0.1.0"
