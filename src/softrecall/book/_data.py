"""Stored results of long experiments."""

import json
from importlib import resources
from typing import Any


def data(name: str) -> dict[str, Any]:
    """Return the stored results of a long experiment; a fresh copy each time.

    Parameters
    ----------
    name : str
        The file's name in ``softrecall/data`` without its ending, such as "gated-memory".

    Returns
    -------
    dict
        The results, and under "about" how they were made: the command, the date, the versions.

    Raises
    ------
    ValueError
        If no results are stored under this name; the text lists those that are.

    Examples
    --------
    >>> data("gated-memory")["about"]["command"]
    'python experiments/gated_memory.py'
    """
    stored = {file.name.removesuffix(".json"): file for file in (resources.files("softrecall") / "data").iterdir()}
    if name not in stored:
        raise ValueError(f"name: one of {', '.join(sorted(stored))} is needed; got {name!r}")
    return json.loads(stored[name].read_text(encoding="utf-8"))
