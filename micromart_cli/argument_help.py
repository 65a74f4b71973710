"""What arguments mean, for `--help`: click 8.5 drops the words that typer 0.24 gave it, so it is told again."""

from inspect import unwrap
from typing import Any

import click
from typer.models import ArgumentInfo


def tell_arguments(command: click.Command) -> None:
    """Give the arguments of a command, and of every verb under it, the help that its function declares for them."""
    for verb in getattr(command, "commands", {}).values():
        tell_arguments(verb)
    if command.callback is None:
        return
    vars(command)["format_arguments"] = _told_by_typer
    declared = unwrap(command.callback).__annotations__
    for parameter in command.params:
        for told in getattr(declared.get(parameter.name or ""), "__metadata__", ()):
            if isinstance(told, ArgumentInfo) and isinstance(parameter, click.Argument):
                parameter.help = told.help


def _told_by_typer(*_: Any) -> None:
    """Stand in for click's own list of arguments, which would repeat typer's under another heading."""
