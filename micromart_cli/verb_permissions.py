"""Which permission each verb needs, read from the operations that its own code names."""

import dis
from collections.abc import Callable, Iterator
from importlib import import_module
from inspect import unwrap
from types import CodeType, FunctionType, ModuleType
from typing import Any

from msgspec import Struct

from micromart_cli.every_verb import Verb, every_verb
from micromart_cli.nouns import OPERATIONS
from micromart_core.adapters.local_identity.authority import LocalAuthority
from micromart_core.operation import access_to, every_operation, name_of
from micromart_core.permissions import ANYONE, ROLES, Permission


class VerbPermission(Struct, frozen=True):
    """A permission that a verb needs, with the operations that ask for it and the roles that have it."""

    verb: str
    permission: str | None
    """None: anybody may ask; the operation looks whether the thing is the caller's own."""
    operations: tuple[str, ...]
    roles: tuple[str, ...]


def verb_permissions() -> tuple[VerbPermission, ...]:
    """Return a row for every verb and permission that its operations ask for."""
    return tuple(row for verb in every_verb() for row in _rows_of(verb))


def _rows_of(verb: Verb) -> list[VerbPermission]:
    by_permission: dict[Permission | None, list[str]] = {}
    for operation in dict.fromkeys(_operations_of(verb.command.callback)) if verb.command.callback else ():
        access = access_to(operation)
        for permission in (access.permission, *((access.also,) if access.also else ())):
            by_permission.setdefault(permission, []).append(name_of(operation))
    return [
        VerbPermission(" ".join(verb.words), permission, tuple(names), _roles_with(permission, verb.words[0]))
        for permission, names in by_permission.items()
    ]


def _roles_with(permission: Permission | None, noun: str) -> tuple[str, ...]:
    if permission is None or permission in ANYONE:
        return ("anyone",)
    if noun in OPERATIONS or permission == "ops:run":
        return ("whoever may open the database",)
    return tuple(role.value for role, permissions in ROLES.items() if permission in permissions)


def _operations_of(function: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """Yield the operations named by a function of a command file, and by what it calls that is part of its verb."""
    seen: set[Any] = set()
    waiting = [unwrap(function)]
    while waiting:
        looked_at = waiting.pop()
        if not isinstance(looked_at, FunctionType) or looked_at in seen:
            continue
        seen.add(looked_at)
        for named in _named_in(looked_at.__code__, looked_at.__globals__):
            if _is_operation(named):
                yield named
            elif _belongs_to_verb(named, looked_at.__module__):
                waiting.append(named)


def _belongs_to_verb(named: Any, module: str) -> bool:
    """True for functions of the same file, for the exports, and for the methods that grant roles."""
    home = getattr(named, "__module__", None) or ""
    return home in (module, LocalAuthority.__module__) or home.endswith("_export")


def _named_in(code: CodeType, names: dict[str, Any]) -> Iterator[Any]:
    module = ""
    owner: Any = None
    for instruction in dis.get_instructions(code):
        if instruction.opname == "IMPORT_NAME":
            module = str(instruction.argval)
        elif instruction.opname == "IMPORT_FROM":
            yield getattr(import_module(module), str(instruction.argval), None)
        elif instruction.opname == "LOAD_GLOBAL":
            owner = names.get(str(instruction.argval))
            yield owner
        elif instruction.opname in ("LOAD_ATTR", "LOAD_METHOD"):
            owner = _attribute_of(owner, str(instruction.argval))
            yield owner
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _named_in(inner, names)


def _attribute_of(owner: Any, name: str) -> Any:
    """Follow a name into an imported module (`moves.pay_order`), or to who grants (`session.shop.authority.grant`)."""
    if name == "authority":
        return LocalAuthority
    return getattr(owner, name, None) if isinstance(owner, ModuleType) or owner is LocalAuthority else None


def _is_operation(named: Any) -> bool:
    return isinstance(named, FunctionType) and named in every_operation().values()
