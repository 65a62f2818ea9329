"""What a widget carries in files: above all trained weights, as rows of whole numbers from -127 to 127 with scales.

They lie in the widget's folder as a JSON text, ``{"about": ..., "arrays": {name: {"shape", "scale", "int8"}}}``, and
``weights(text)`` of ``_shared/weights.mjs`` reads the same text in the script. An array of one axis is one row.
"""

import base64
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import traitlets

__all__ = ["Weights", "is_carried", "pack", "unpack"]


class Weights(traitlets.TraitType[str, str]):
    """The text of a file that a widget needs, such as its weights. Nobody sets it.

    A kernel sends it to the script with the rest of the state. Notebooks do not store it, and the site publishes it as
    a file of its own, which comes when the widget is near the screen. Widgets that name the same file share it. The
    trait is called ``weights``, or, where the file holds something else, by a name that begins with ``data_``.

    Parameters
    ----------
    path : pathlib.Path
        The file, by custom ``weights.json`` in the widget's folder. It is read when it is first needed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(read_only=True)
        self.tag(sync=True)

    def class_init(self, cls: Any, name: str | None) -> None:
        """Refuse a name by which a notebook would store the text."""
        if not is_carried(name or ""):
            raise TypeError(f"{cls.__name__}: needed a trait named weights or data_...; got {name!r}")
        super().class_init(cls, name)

    @property
    def file_id(self) -> str:
        """The name under which the site publishes the file: its folder and its own, ``tiny_gpt.weights``."""
        return f"{self.path.parent.name}.{self.path.stem}"

    def default(self, obj: Any = None) -> str:
        """The text, read again only after the file has changed."""
        return _text(self.path, self.path.stat().st_mtime_ns)


def is_carried(name: str) -> bool:
    """Whether a trait of this name holds the text of a file, which notebooks do not store."""
    return name == "weights" or name.startswith("data_")


@lru_cache(maxsize=8)
def _text(path: Path, changed: int) -> str:
    return path.read_text(encoding="utf-8").rstrip("\n")


def pack(arrays: Mapping[str, np.ndarray]) -> dict[str, dict[str, Any]]:
    """Round each row of each array to 255 steps between minus and plus its largest magnitude.

    Parameters
    ----------
    arrays : mapping of str to array of 1 or 2 axes
        Finite numbers. Not modified.

    Returns
    -------
    dict
        What ``"arrays"`` holds in the file.

    Raises
    ------
    ValueError
        If an array has another number of axes, is empty, or holds what is not finite.

    Examples
    --------
    >>> packed = pack({"w": np.array([[1.0, -2.0], [0.0, 0.0]])})
    >>> packed["w"]["shape"], packed["w"]["scale"]
    ([2, 2], [0.015748, 0.0])
    """
    packed = {}
    for name, array in arrays.items():
        if array.ndim not in (1, 2) or array.size == 0 or not np.isfinite(array).all():
            raise ValueError(f"{name}: needed 1 or 2 axes of finite numbers, not empty; got shape {array.shape}")
        rows = np.atleast_2d(array).astype(np.float64)  # (n_rows, n)
        scale = np.array([float(f"{x:.5g}") for x in np.abs(rows).max(axis=1) / 127])
        steps = np.rint(rows / np.where(scale > 0, scale, 1.0)[:, None])
        whole = np.clip(steps, -127, 127).astype(np.int8)  # a scale rounded down may ask for 127.4
        coded = base64.b64encode(whole.tobytes()).decode()
        packed[name] = {"shape": list(array.shape), "scale": scale.tolist(), "int8": coded}
    return packed


def unpack(arrays: Mapping[str, Mapping[str, Any]]) -> dict[str, np.ndarray]:
    """Undo `pack`, but for the rounding.

    Parameters
    ----------
    arrays : mapping
        What `pack` gives.

    Returns
    -------
    dict of float64 arrays
    """
    found = {}
    for name, one in arrays.items():
        whole = np.frombuffer(base64.b64decode(one["int8"]), dtype=np.int8)
        scale = np.array(one["scale"])
        found[name] = (whole.reshape(len(scale), -1) * scale[:, None]).reshape(one["shape"])
    return found
