"""Values that carry a secret, or a whole letter, and do not show it to whoever prints them."""

from inspect import get_annotations
from typing import Annotated, Any, TypeVar

T = TypeVar("T")
_UNSHOWN = "unshown"
Unshown = Annotated[T, _UNSHOWN]
"""A field of a `Reticent` struct that its repr leaves out, so that no log and no traceback has it."""


class Reticent:
    """First among the bases of a `Struct`: gives both reprs, Python's and Rich's, without what is `Unshown`."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Return the struct as its constructor would be called, but for what is unshown."""
        shown = (f"{name}={fact!r}" for name, fact in self.__rich_repr__())
        return f"{type(self).__name__}({', '.join(shown)})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Give Rich, whose tracebacks show locals, no more: a struct's own gives it every field."""
        return [(name, getattr(self, name)) for name in _fields_shown(type(self))]


def _fields_shown(kind: type) -> list[str]:
    """Look at the annotations as they stand: one in quotes may name what only a type checker imports."""
    annotations: dict[str, object] = {}
    for each in reversed(kind.__mro__):
        annotations |= get_annotations(each)
    names: tuple[str, ...] = getattr(kind, "__struct_fields__", ())
    return [name for name in names if _UNSHOWN not in getattr(annotations[name], "__metadata__", ())]
