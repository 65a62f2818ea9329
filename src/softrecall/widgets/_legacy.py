"""Widgets that are still a module, a script and a picture in Python; each moves into a folder of its own."""

import sys
from pathlib import Path
from typing import Any, ClassVar

import traitlets

from softrecall.plots.pictures import Picture
from softrecall.widgets._base import BookWidget
from softrecall.widgets._traits import needed

_HERE = Path(__file__).parent


def _read(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


class LegacyWidget(BookWidget):
    """A figure that can be played with: live in Jupyter and on the site, a picture everywhere else.

    A subclass lies in its own module ``<name>.py`` beside ``<name>.mjs``. It declares its state as synced traits,
    ``heights``, and draws itself in :meth:`picture`. Nothing else is registered anywhere.
    """

    heights: ClassVar[tuple[int, int]]
    """Height in pixels of the drawn widget, in a wide (560 and more) and in a narrow place: the page reserves it."""

    widths: ClassVar[tuple[int, int]] = (672, 344)
    """Width in pixels of a wide and of a narrow place; pictures are drawn for both."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Find the script beside the module, and the traits declared in the class."""
        if "_esm" not in dir(cls):  # anywidget derives a class for each instance: those inherit everything
            script = Path(sys.modules[cls.__module__].__file__ or "").with_suffix(".mjs")
            cls._esm = cls.script = _read("_shared.mjs") + "\n" + script.read_text(encoding="utf-8")
            cls._css = _read("tokens.css") + _read("widget.css")
            cls.widget_id = f"softrecall.{cls.__name__}"
            if "state_names" not in vars(cls):
                traits = {name: value for name, value in vars(cls).items() if isinstance(value, traitlets.TraitType)}
                cls.state_names = tuple(name for name, trait in traits.items() if trait.metadata.get("sync"))
        super().__init_subclass__(**kwargs)

    @classmethod
    def describe(cls) -> dict[str, dict[str, Any]]:
        """Nothing: bounds that are checked by hand cannot be told."""
        return {}

    def picture(self, width: int | None = None) -> Picture:
        """The present state as a picture for a place of this width in pixels (the wide one, if left out)."""
        raise NotImplementedError


__all__ = ["LegacyWidget", "needed"]
