"""The kinds of state a widget has: each trait declares its default and its bounds once.

A trait checks every value (``name: needed ...; got ...``), turns NumPy scalars into Python's own, and describes itself
as JSON, so that the page can read values from an address, and tests can derive good and bad input.
"""

from collections.abc import Callable, Sequence
from numbers import Integral, Real
from typing import Any

import traitlets


class State(traitlets.TraitType[Any, Any]):
    """One part of a widget's state, shared with its script. Subclasses say what is needed, and check a value."""

    kind: str

    def __init__(self, default: Any, *, optional: bool = False) -> None:
        self.optional = optional
        super().__init__(default, allow_none=optional)
        self.tag(sync=True)

    def needed(self) -> str:
        """What a value must be, in words."""
        raise NotImplementedError

    def read(self, value: Any) -> Any:
        """The value as it is kept; ValueError if it does not fit."""
        raise NotImplementedError

    def validate(self, obj: Any, value: Any) -> Any:
        """Check a value on its way into the widget."""
        if value is None and self.optional:
            return None
        try:
            return self.read(value)
        except (ValueError, TypeError) as error:
            raise needed(self.name or "value", self.needed() + (" or None" if self.optional else ""), value) from error

    def describe(self) -> dict[str, Any]:
        """Kind and bounds as JSON."""
        return {"kind": self.kind, "optional": self.optional}


class Number(State):
    """A finite number with bounds, or one of a few special values (`also`), such as "max"."""

    kind = "number"

    def __init__(
        self, default: Any, low: float, high: float, *, also: Sequence[Any] = (), optional: bool = False
    ) -> None:
        self.low, self.high, self.also = low, high, tuple(also)
        super().__init__(default, optional=optional)

    def needed(self) -> str:
        """What a value must be, in words."""
        return _or(f"{self._noun} from {_plain(self.low)} to {_plain(self.high)}", self.also)

    _noun = "a number"
    _type: Any = Real
    _make: Callable[[Any], Any] = float

    def read(self, value: Any) -> Any:
        """The value as a Python number, or the special value itself."""
        if isinstance(value, str) and value in self.also:
            return str(value)
        if isinstance(value, bool) or not isinstance(value, self._type):
            raise TypeError
        if any(one == value for one in self.also) or self.low <= value <= self.high:
            return type(self)._make(value)
        raise ValueError

    def describe(self) -> dict[str, Any]:
        """Kind and bounds as JSON."""
        return super().describe() | {"low": self.low, "high": self.high, "also": list(self.also)}


class Count(Number):
    """A whole number with bounds, or one of a few special values."""

    kind = "count"
    _noun, _type, _make = "a whole number", Integral, int


class Choice(State):
    """One of a few texts."""

    kind = "choice"

    def __init__(self, default: str, choices: Sequence[str], *, optional: bool = False) -> None:
        self.choices = tuple(choices)
        super().__init__(default, optional=optional)

    def needed(self) -> str:
        """What a value must be, in words."""
        return " or ".join(f'"{choice}"' for choice in self.choices)

    def read(self, value: Any) -> str:
        """The value as a plain string."""
        if not isinstance(value, str) or value not in self.choices:
            raise ValueError
        return str(value)

    def describe(self) -> dict[str, Any]:
        """Kind and choices as JSON."""
        return super().describe() | {"choices": list(self.choices)}


class Flag(State):
    """Yes or no."""

    kind = "flag"

    def needed(self) -> str:
        """What a value must be, in words."""
        return "True or False"

    def read(self, value: Any) -> bool:
        """The value as a Python bool; NumPy's own is one as well."""
        if isinstance(value, bool) or type(value).__name__ in ("bool_", "bool"):
            return bool(value)
        raise TypeError


class Text(State):
    """A text of `shortest` to `longest` characters, each of them one of `characters` if those are given."""

    kind = "text"

    def __init__(
        self,
        default: str = "",
        *,
        longest: int = 200,
        shortest: int = 0,
        characters: str | None = None,
        optional: bool = False,
    ) -> None:
        self.longest, self.shortest, self.characters = longest, shortest, characters
        super().__init__(default, optional=optional)

    def needed(self) -> str:
        """What a value must be, in words."""
        size = f"{self.shortest} to {self.longest}" if self.shortest else f"at most {self.longest}"
        return f"a text of {size} characters" + (f" among {self.characters!r}" if self.characters else "")

    def read(self, value: Any) -> str:
        """The value as a plain string."""
        if not isinstance(value, str) or not self.shortest <= len(value) <= self.longest:
            raise ValueError
        if self.characters is not None and not set(value) <= set(self.characters):
            raise ValueError
        return str(value)

    def describe(self) -> dict[str, Any]:
        """Kind, length and characters as JSON."""
        size = {"longest": self.longest, "shortest": self.shortest}
        return super().describe() | size | ({"characters": self.characters} if self.characters else {})


class Items(State):
    """A list of `fewest` to `most` values, each of which is an `item` of its own kind."""

    kind = "list"

    def __init__(self, default: Sequence[Any], item: State, fewest: int, most: int) -> None:
        self.item, self.fewest, self.most = item, fewest, most
        super().__init__(list(default))

    def needed(self) -> str:
        """What a value must be, in words."""
        return f"{self.fewest} to {self.most} values, each {self.item.needed()}"

    def read(self, value: Any) -> list[Any]:
        """The values as a new list."""
        if isinstance(value, str):
            raise TypeError
        values = [self.item.read(one) for one in value]
        if not self.fewest <= len(values) <= self.most:
            raise ValueError
        return values

    def describe(self) -> dict[str, Any]:
        """Kind, length and the kind of the items as JSON."""
        return super().describe() | {"item": self.item.describe(), "fewest": self.fewest, "most": self.most}


class Fixed(traitlets.TraitType[Any, Any]):
    """Data that belong to the widget and that its script needs; nobody sets them."""

    def __init__(self, value: Any) -> None:
        super().__init__(value, read_only=True)
        self.tag(sync=True)


def needed(name: str, what: str, got: object) -> traitlets.TraitError:
    """The error for a trait's value: ``name: what is needed; got what``."""
    return traitlets.TraitError(f"{name}: needed {what}; got {got!r}")


def _plain(x: float) -> str:
    """A bound in words: 10,000 and 0.5."""
    return f"{x:,}" if isinstance(x, int) else f"{x:g}"


def _or(what: str, also: Sequence[Any]) -> str:
    more = [f'"{one}"' if isinstance(one, str) else _plain(one) for one in also]
    return " or ".join([what, *more])
