"""The widgets of the book: one module, one script and one picture each.

Every module of this folder whose name does not begin with an underscore defines one :class:`BookWidget`; all of them
are exported here, and the site publishes all of them. Adding a widget changes no other file.
"""

import pkgutil
from importlib import import_module

from ._base import BookWidget

WIDGETS: dict[str, type[BookWidget]] = {}
"""Each widget class by its id, e.g. ``softrecall.SoftmaxBeta``."""

for _module in sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_")):
    for _value in vars(import_module(f"{__name__}.{_module}")).values():
        if isinstance(_value, type) and issubclass(_value, BookWidget) and _value.__module__ == f"{__name__}.{_module}":
            WIDGETS[_value.widget_id] = globals()[_value.__name__] = _value

__all__ = ["WIDGETS", "BookWidget", *(cls.__name__ for cls in WIDGETS.values())]
