"""The JSON Schema of every shape, made from the same registry that writes them."""

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from importlib import import_module
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Struct

from micromart_cli.shapes import SHAPES, Shape, shape_of
from micromart_core.money import Money

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_REFERENCE = "#/$defs/{name}"
_MONEY = msgspec.defstruct("Money", [("amount", str), ("currency", str)])
_ERROR = msgspec.defstruct(
    "Error",
    [
        ("code", str),
        ("message", str),
        ("why", str | None),
        ("try", str | None),
        ("details", dict[str, Any]),
        ("trace_id", str | None),
    ],
)
_LIST = msgspec.defstruct("List", [("items", list[Any]), ("next", str | None)])


def shape_names() -> tuple[str, ...]:
    """Return the names of all shapes."""
    return tuple(sorted({shape.title for shape in SHAPES} | {"Money", "Error", "List"}))


def every_schema() -> dict[str, Any]:
    """Return one schema with all shapes under `$defs`."""
    own = {_struct_of(_class_of(shape)) for shape in SHAPES}
    _, shapes = msgspec.json.schema_components([*own, _MONEY, _ERROR, _LIST], ref_template=_REFERENCE)
    return {"$schema": _DIALECT, "title": "MicroMart", "$defs": dict(sorted(shapes.items()))}


def schema_of(name: str) -> dict[str, Any]:
    """Return the schema of one shape with what it refers to; raise KeyError for a name that is no shape."""
    known = {"Money": _MONEY, "Error": _ERROR, "List": _LIST}
    struct = known.get(name) or _struct_of(_class_of({shape.title: shape for shape in SHAPES}[name]))
    return {"$schema": _DIALECT, **msgspec.json.schema(struct, ref_template=_REFERENCE)}


def _class_of(shape: Shape) -> type:
    module, _, name = shape.of.rpartition(".")
    kind: type = getattr(import_module(f"micromart_core.{module}"), name)
    return kind


@cache
def _struct_of(kind: type[Struct]) -> type:
    """Return a type with exactly the facts that the shape of `kind` shows."""
    shape = shape_of(kind)
    return msgspec.defstruct(shape.title or kind.__name__, list(_facts_of(kind)), namespace={"__doc__": kind.__doc__})


def _facts_of(kind: type[Struct]) -> list[tuple[str, Any]]:
    shape, hints = shape_of(kind), get_type_hints(kind)
    facts: list[tuple[str, Any]] = []
    for name in (each for each in kind.__struct_fields__ if each not in shape.leaves_out):
        if name == shape.flattens:
            facts += _facts_of(hints[name])
        elif name in shape.narrows:
            inner = [(each, fact) for each, fact in _facts_of(hints[name]) if each in shape.narrows[name]]
            facts.append((name, msgspec.defstruct(f"{shape.title}{name.title()}", inner)))
        else:
            facts.append((name, _outside(hints[name])))
    return facts + [(name, _outside(_answer_of(kind, name))) for name in shape.adds]


def _answer_of(kind: type, name: str) -> Any:
    return get_type_hints(getattr(kind, name).fget)["return"]


def _outside(hint: Any) -> Any:
    """Return the type that a field's value has in JSON."""
    if get_origin(hint) in (Union, UnionType):
        return Union[tuple(_outside(choice) for choice in get_args(hint))]  # noqa: UP007  # made at run time
    if get_origin(hint) in (tuple, list):
        inner, *others = get_args(hint)
        return list[Any] if others and others != [...] else list[_outside(inner)]  # type: ignore[misc]
    if hint is Money:
        return _MONEY
    if hint in (Decimal, Path):
        return str
    if hint in (datetime, date):
        return hint
    return _struct_of(hint) if isinstance(hint, type) and issubclass(hint, Struct) else hint
