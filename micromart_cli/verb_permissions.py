"""Which permission each verb needs, read from the operations that its own code names."""

import dis
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from inspect import unwrap
from types import CodeType, FunctionType
from typing import Any

from micromart_cli.every_verb import every_verb
from micromart_core.operation import access_to, every_operation, name_of
from micromart_core.permissions import ROLES, Permission


@dataclass(frozen=True, slots=True)
class VerbPermission:
    """What a verb asks of its caller; no permission means that anybody may, or that it runs beside the database."""

    verb: str
    operation: str
    permission: str | None
    roles: tuple[str, ...]


def verb_permissions() -> tuple[VerbPermission, ...]:
    """Return a row for every verb and operation it runs."""
    rows = []
    for verb in every_verb():
        operations = dict.fromkeys(_operations_of(verb.command.callback)) if verb.command.callback else {}
        rows += [_row(" ".join(verb.words), operation) for operation in operations]
    return tuple(rows)


def _row(verb: str, operation: Callable[..., Any]) -> VerbPermission:
    permission = access_to(operation).permission
    return VerbPermission(verb, name_of(operation), permission, _roles_with(permission))


def _roles_with(permission: Permission | None) -> tuple[str, ...]:
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
