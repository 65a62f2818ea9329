"""What every widget of the book shares: where its script lies, what it stores, how it prints."""

import inspect
import re
import sys
from pathlib import Path
from typing import Any, ClassVar

import anywidget

from softrecall.widgets import _still
from softrecall.widgets._still import Picture
from softrecall.widgets._traits import State, needed
from softrecall.widgets._weights import Weights

_HERE = Path(__file__).parent
_SVG = "image/svg+xml"
SHARED = ("dom", "numbers", "random", "weights", "gpt", "ngram", "grammar", "controls", "pictures", "life")
"""The files of ``_shared`` in the order in which they are joined in front of every script."""

__all__ = ["SHARED", "BookWidget", "Picture", "needed"]


def _read(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _without_comments(path: Path) -> str:
    """The text of a script; comments that have lines of their own stay at home, they are a third of its size."""
    text = path.read_text(encoding="utf-8")
    return re.sub(r"^[ \t]*(?:/\*\*[\s\S]*?\*/|//[^\n]*)?\n", "", text, flags=re.MULTILINE)


def _used(shared: str, script: str) -> str:
    """What a script needs of the shared text: each top-level name that it, or another name it needs, speaks of."""
    blocks = re.split(r"^(?=(?:function|const) \w)", shared, flags=re.MULTILINE)
    names = [re.match(r"(?:function|const) (\w+)", block) for block in blocks]
    needed: set[int] = set()
    asking = [script]
    while asking:
        words = set(re.findall(r"\w+", asking.pop()))
        more = [i for i, name in enumerate(names) if name and name[1] in words and i not in needed]
        needed.update(more)
        asking += [blocks[i] for i in more]
    return "".join(blocks[i] for i in sorted(needed))


class BookWidget(anywidget.AnyWidget):
    """A figure that can be played with: live in Jupyter and on the site, a picture everywhere else.

    A subclass has a folder of its own: it declares its state as traits of :mod:`softrecall.widgets._traits` in
    ``__init__.py``, its numbers in NumPy in ``numbers.py``, and computes and draws in ``script.mjs``. Nothing else is
    registered anywhere.
    """

    plots: ClassVar[tuple[int, int]] = (626, 314)
    """Width in pixels of the drawing in a wide and in a narrow place; stored pictures are drawn for both."""

    script: ClassVar[str]
    """The joined text of the shared files and the widget's own; what is published leaves out what it does not need."""

    widget_id: ClassVar[str]
    """The name under which the site's copy of the script registers itself, e.g. ``softrecall.SoftmaxBeta``."""

    state_names: ClassVar[tuple[str, ...]] = ()
    """The constructor's arguments: the declared traits, in their order."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Find the script in the widget's folder, and the traits declared in the class."""
        folder = Path(sys.modules[cls.__module__].__file__ or "").parent
        if "_esm" not in dir(cls) and (folder / "script.mjs").exists():  # a class that anywidget derives inherits all
            parts = [*(_HERE / "_shared" / f"{name}.mjs" for name in SHARED), folder / "script.mjs"]
            *shared, own = map(_without_comments, parts)
            cls.script = "".join([*shared, own])
            cls._esm = _used("".join(shared), own) + own
            cls._css = _read("tokens.css") + _read("widget.css")
            cls.widget_id = f"softrecall.{cls.__name__}"
            traits = {name: value for name, value in vars(cls).items() if isinstance(value, State)}
            cls.state_names = tuple(traits)
            arguments = [
                inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=trait.default_value)
                for name, trait in traits.items()
            ]
            cls.__signature__ = inspect.Signature(arguments)
        super().__init_subclass__(**kwargs)

    def __init__(self, *values: Any, **state: Any) -> None:
        names = self.state_names
        if len(values) > len(names):
            raise TypeError(f"{type(self).__name__}: needed at most {len(names)} arguments; got {len(values)}")
        twice = [name for name in names[: len(values)] if name in state]
        unknown = sorted(set(state) - set(names))
        if unknown or twice:
            what = ", ".join(unknown) if unknown else f"{twice[0]} twice"
            raise TypeError(f"{type(self).__name__}: needed arguments among {', '.join(names)}; got {what}")
        super().__init__(_anywidget_id=self.widget_id, **dict(zip(names, values, strict=False)), **state)

    @classmethod
    def describe(cls) -> dict[str, dict[str, Any]]:
        """Kind and bounds of each trait as JSON: what the page's address and its sentences may set."""
        return {name: cls.class_traits()[name].describe() for name in cls.state_names}

    @classmethod
    def files(cls) -> dict[str, Weights]:
        """The traits that hold the text of a file, by name."""
        return {name: trait for name, trait in cls.class_traits().items() if isinstance(trait, Weights)}

    @classmethod
    def weights_text(cls) -> str | None:
        """The text of the file of weights, None where the widget carries none."""
        trait = cls.files().get("weights")
        return None if trait is None else trait.default()

    @property
    def state(self) -> dict[str, Any]:
        """All that the script is given: the traits, and the weights if the widget carries any."""
        names = [name for name in self.class_trait_names(sync=True) if not name.startswith("_")]
        return {name: getattr(self, name) for name in names if name not in _OWN}

    def picture(self, width: int | None = None) -> Picture:
        """The present state as a drawing of this width in pixels (the wide one, if left out). It needs ``quickjs``."""
        return _still.picture(self.script, width or self.plots[0], self.state)

    def plate(self) -> str:
        """The present state as the page shows it before, or without, its scripts."""
        return _still.plate(self.script, self.plots, self.state)

    def __repr__(self) -> str:
        """The call that makes this widget: no address, so that stored notebooks do not change."""
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self.state_names)})"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Add a picture with its alt text for readers without JavaScript, for print and for code hosts."""
        data, metadata = super()._repr_mimebundle_(**kwargs) or ({}, {})
        if not _still.can_draw():
            return data, metadata
        drawn = self.picture()
        return {**data, _SVG: drawn.svg}, {**metadata, _SVG: {"alt": drawn.alt}}


_OWN = frozenset(name for name in anywidget.AnyWidget.class_trait_names(sync=True))
