"""Soft Recall: the helper package of the book.

A module is loaded when it is first named: after ``import softrecall``, ``softrecall.attention`` is there, and PyTorch
is loaded only by those who name a module that needs it.
"""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

__version__ = "0.1.0"

_MODULES = {module.name for module in iter_modules(__path__) if not module.name.startswith("_")}


def __getattr__(name: str) -> ModuleType:
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(_MODULES | {name for name in globals() if name.startswith("__")})
