"""Which operations may be asked for over a wire, and how their arguments are read."""

import re
from collections.abc import Callable
from datetime import datetime
from functools import cache
from importlib import import_module
from inspect import Parameter, signature
from typing import Annotated, Any, get_args, get_type_hints

import msgspec
from msgspec import Struct

from micromart_core.errors import InvalidValue, NotFound
from micromart_core.operation import access_to, every_operation

OFFERED = (
    "shop_facts",
    "carts.service",
    "carts.service_lists",
    "carts.service_live",
    "carts.service_restore",
    "carts.service_stats",
    "inventory.service_evictions",
    "inventory.service_import",
    "inventory.service_ledger",
    "inventory.service_levels",
    "inventory.service_shelves",
    "inventory.service_stats",
    "inventory.service_stock",
    "inventory.service_verify",
    "notifications.service",
    "orders.receipt",
    "orders.service",
    "orders.service_lists",
    "orders.service_moves",
    "orders.service_stats",
    "products.service",
    "products.service_categories",
    "products.service_edit",
    "products.service_import",
    "products.service_looks",
    "products.service_pictures",
    "products.service_search",
    "products.service_shelf",
    "users.service",
    "users.service_addresses",
    "users.service_staff",
)
"""Modules whose operations go over a wire, unless one says of itself that it does not; all others stay inside."""
_LARGEST = 2**53
_PLACE = re.compile(r" - at `\$(.*)`$")


class UnknownOperation(NotFound):
    """Nothing of this name is offered over a wire."""

    code = "gateway.unknown_operation"

    def __init__(self, name: str) -> None:
        self.operation = name[:100]
        super().__init__(f"There is no operation {self.operation} here.", hint="look at /v1/operations")


class BadArguments(InvalidValue):
    """The body is not what the operation takes; `pointer` says where (RFC 6901)."""

    code = "gateway.bad_arguments"

    def __init__(self, why: str, pointer: str) -> None:
        self.pointer = pointer
        super().__init__(
            "The request is not what this operation takes.", why=why, hint="see its types in /v1/operations"
        )


class Offered(Struct, frozen=True):
    """An operation and what reads its arguments from JSON."""

    function: Callable[..., Any]
    arguments: type[msgspec.Struct]

    def read(self, body: bytes) -> dict[str, Any]:
        """Return the arguments by name; raise BadArguments."""
        try:
            raw = msgspec.json.decode(body or b"{}")
            _refuse_unknown(raw, self.arguments, "")
            read = msgspec.convert(raw, self.arguments, str_keys=True)
        except msgspec.MsgspecError as error:
            raise explained(str(error)) from error
        except (RecursionError, UnicodeDecodeError) as error:
            raise BadArguments("it is nested too deeply, or no UTF-8", "") from error
        return {name: getattr(read, name) for name in self.arguments.__struct_fields__}


@cache
def offered() -> dict[str, Offered]:
    """Return all that may be asked for over a wire, by name."""
    modules = {f"micromart_core.{name}" for name in OFFERED}
    for module in sorted(modules):
        import_module(module)
    return {
        name: Offered(function, _arguments_of(function))
        for name, function in sorted(every_operation().items())
        if function.__module__ in modules and access_to(function).on_wire
    }


def find_offered(name: str) -> Offered:
    """Return an operation by name; raise UnknownOperation."""
    found = offered().get(name)
    if found is None:
        raise UnknownOperation(name)
    return found


def _arguments_of(function: Callable[..., Any]) -> type[msgspec.Struct]:
    hints = {name: _with_zone(kind) for name, kind in get_type_hints(function).items()}
    parameters = list(signature(function).parameters.values())[1:]
    of_fields: list[Any] = [
        (each.name, hints[each.name])
        if each.default is Parameter.empty
        else (each.name, hints[each.name], msgspec.field(default=each.default))
        for each in parameters
    ]
    return msgspec.defstruct(f"{function.__name__}_arguments", of_fields, kw_only=True, forbid_unknown_fields=True)


def _with_zone(kind: Any) -> Any:
    """Return the type of an argument; a moment without a zone is none."""
    if kind is datetime:
        return Annotated[datetime, msgspec.Meta(tz=True)]
    return kind if datetime not in get_args(kind) else Annotated[datetime, msgspec.Meta(tz=True)] | None


def explained(told: str) -> BadArguments:
    """Return what msgspec told of a body, and where in it that is."""
    place = _PLACE.search(told)
    path = place.group(1) if place else ""
    return BadArguments(_PLACE.sub("", told), re.sub(r"\.|\[", "/", path).replace("]", ""))


def _refuse_unknown(raw: Any, kind: Any, at: str) -> None:
    """Look for what msgspec lets pass: unknown fields of values, and what no database column holds."""
    if isinstance(raw, dict):
        _refuse_unknown_fields(raw, kind, at)
    elif isinstance(raw, list):
        inner = next((each for each in get_args(kind) if each is not Ellipsis), kind)
        for index, item in enumerate(raw):
            _refuse_unknown(item, inner, f"{at}/{index}")
    elif isinstance(raw, str) and "\0" in raw:
        raise BadArguments("a text may not contain the character NUL", at)
    elif isinstance(raw, int) and abs(raw) > _LARGEST:
        raise BadArguments(f"a number may not be beyond {_LARGEST}", at)


def _refuse_unknown_fields(raw: dict[str, Any], kind: Any, at: str) -> None:
    known = _fields_of(kind)
    for name, value in raw.items():
        if known is not None and name not in known:
            raise BadArguments(f"there is no field `{name[:100]}`", at)
        _refuse_unknown(value, (known or {}).get(name, Any), f"{at}/{name[:100]}")


def _fields_of(kind: Any) -> dict[str, Any] | None:
    """Return the fields of a struct, also of one in a union; None when it is neither."""
    for each in (kind, *get_args(kind)):
        if isinstance(each, type) and issubclass(each, Struct):
            return get_type_hints(each)
    return None
