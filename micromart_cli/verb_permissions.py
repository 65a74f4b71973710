"""Which permission each verb needs, read from the operations that its own code names."""

import dis
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from inspect import unwrap
from types import CodeType, FunctionType
from typing import Any

from micromart_cli.every_verb import Verb, every_verb
from micromart_cli.nouns import OPERATIONS
from micromart_core.operation import access_to, every_operation, name_of
from micromart_core.permissions import ANYONE, ROLES, Permission


@dataclass(frozen=True, slots=True)
class VerbPermission:
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
        by_permission.setdefault(access_to(operation).permission, []).append(name_of(operation))
    return [
        VerbPermission(" ".join(verb.words), permission, tuple(names), _roles_with(permission, verb.words[0]))
        for permission, names in by_permission.items()
    ]


def _roles_with(permission: Permission | None, noun: str) -> tuple[str, ...]:
    if permission is None or permission in ANYONE:
        return ("anyone",)
    if noun in OPERATIONS:
        return ("whoever may open the database",)
    return tuple(role.value for role, permissions in ROLES.items() if permission in permissions)


def _operations_of(function: Callable[..., Any]) -> Iterator[Callable[..., Any]]:
    """Yield the operations named by a function of a command file, and by the functions of that file it names."""
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
            elif getattr(named, "__module__", None) == looked_at.__module__:
                waiting.append(named)


def _named_in(code: CodeType, names: dict[str, Any]) -> Iterator[Any]:
    module = ""
    for instruction in dis.get_instructions(code):
        if instruction.opname == "IMPORT_NAME":
            module = str(instruction.argval)
        elif instruction.opname == "IMPORT_FROM":
            yield getattr(import_module(module), str(instruction.argval), None)
        elif instruction.opname == "LOAD_GLOBAL":
            yield names.get(str(instruction.argval))
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _named_in(inner, names)


def _is_operation(named: Any) -> bool:
    return isinstance(named, FunctionType) and named in every_operation().values()
