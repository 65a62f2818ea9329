"""What every widget of the book shares: where its script lies, what it stores, how it prints."""

import sys
from pathlib import Path
from typing import Any, ClassVar

import anywidget
import traitlets

from softrecall.plots.pictures import Picture

_HERE = Path(__file__).parent
_SVG = "image/svg+xml"


def _read(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


class BookWidget(anywidget.AnyWidget):
    """A figure that can be played with: live in Jupyter and on the site, a picture everywhere else.

    A subclass lies in its own module ``<name>.py`` beside ``<name>.mjs``. It declares its state as synced traits,
    ``heights``, and draws itself in :meth:`picture`. Nothing else is registered anywhere.
    """

    heights: ClassVar[tuple[int, int]]
    """Height in pixels of the drawn widget, in a wide (560 and more) and in a narrow place: the page reserves it."""

    widths: ClassVar[tuple[int, int]] = (672, 344)
    """Width in pixels of a wide and of a narrow place; pictures are drawn for both."""

    widget_id: ClassVar[str]
    """The name under which the site's copy of the script registers itself, e.g. ``softrecall.SoftmaxBeta``."""

    state_names: ClassVar[tuple[str, ...]] = ()
    """The constructor's arguments. Left out, these are the synced traits in the order in which they are declared."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Find the script beside the module, and the traits declared in the class."""
        if "_esm" not in dir(cls):  # anywidget derives a class for each instance: those inherit everything
            script = Path(sys.modules[cls.__module__].__file__ or "").with_suffix(".mjs")
            cls._esm = _read("_shared.mjs") + "\n" + script.read_text(encoding="utf-8")
            cls._css = _read("tokens.css") + _read("widget.css")
            cls.widget_id = f"softrecall.{cls.__name__}"
            if "state_names" not in vars(cls):
                traits = {name: value for name, value in vars(cls).items() if isinstance(value, traitlets.TraitType)}
                cls.state_names = tuple(name for name, trait in traits.items() if trait.metadata.get("sync"))
        super().__init_subclass__(**kwargs)

    def __init__(self, **state: Any) -> None:
        unknown = sorted(set(state) - set(self.state_names))
        if unknown:
            needed = ", ".join(self.state_names)
            raise TypeError(f"{type(self).__name__}: needed arguments among {needed}; got {', '.join(unknown)}")
        super().__init__(_anywidget_id=self.widget_id, **state)

    def picture(self, width: int | None = None) -> Picture:
        """The present state as a picture for a place of this width in pixels (the wide one, if left out)."""
        raise NotImplementedError

    def __repr__(self) -> str:
        """The call that makes this widget: no address, so that stored notebooks do not change."""
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self.state_names)})"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict, dict]:
        """Add a picture with its alt text for readers without JavaScript, for print and for code hosts."""
        data, metadata = super()._repr_mimebundle_(**kwargs)
        drawn = self.picture()
        return {**data, _SVG: drawn.svg}, {**metadata, _SVG: {"alt": drawn.alt}}


def needed(name: str, what: str, got: object) -> traitlets.TraitError:
    """The error for a trait's value: ``name: what is needed; got what``."""
    return traitlets.TraitError(f"{name}: needed {what}; got {got!r}")
