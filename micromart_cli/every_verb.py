"""Every verb there is, found by importing all nouns; for completion and help, which nobody runs in a hurry."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

import click
from msgspec import Struct
from typer.main import get_command

from micromart_cli.global_flags import GlobalFlags, add_global_flags
from micromart_cli.nouns import NOUNS


class Verb(Struct, frozen=True):
    """One verb with the words that call it."""

    words: tuple[str, ...]
    command: click.Command

    @property
    def flags(self) -> list[str]:
        """The long and short names of its options."""
        return sorted(
            {name for option in self.command.params if isinstance(option, click.Option) for name in option.opts}
        )


def every_verb() -> Iterator[Verb]:
    """Yield all verbs, noun by noun in the order of the help."""
    for noun in NOUNS:
        module = f"micromart_cli.commands.{noun}"
        if find_spec(module) is None:
            continue
        command = get_command(import_module(module).app)
        add_global_flags(command, GlobalFlags())
        yield from _verbs_of((noun,), command)


def _verbs_of(words: tuple[str, ...], command: click.Command) -> Iterator[Verb]:
    verbs = getattr(command, "commands", None)
    if verbs is None:
        yield Verb(words, command)
        return
    for name, verb in verbs.items():
        yield from _verbs_of((*words, name), verb)
