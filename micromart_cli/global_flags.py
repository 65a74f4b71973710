"""The flags every verb takes, before the noun and after the verb alike."""

import re
from collections.abc import Callable, Iterable
from typing import Any

import click
from msgspec import Struct

from micromart_core.errors import InvalidValue

FORMATS = ("table", "json", "jsonl", "csv", "ids")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)?")
_EPILOG = (
    "Every verb also takes -o/--output table|json|jsonl|csv|ids, --json, -q, -v, --color, --yes, --lock, --timeout, "
    "--exit-nothing, --context NAME|URL."
)
_HIDDEN: dict[str, Any] = {"expose_value": False, "hidden": True}
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, None: 1.0}


class GlobalFlags(Struct):
    """What the global flags of this run say."""

    output: str | None = None
    """One of FORMATS; None when nobody asked for one."""
    quiet: bool = False
    verbosity: int = 0
    color: str = "auto"
    yes: bool = False
    lock: str | None = None
    timeout: float | None = None
    """Seconds."""
    exit_nothing: bool = False
    context: str | None = None
    """Name or address of the shop to work with."""

    @property
    def format(self) -> str:
        """The format of the data on stdout."""
        return self.output or "table"

    @property
    def is_json(self) -> bool:
        """True when errors are told as JSON too."""
        return self.output in ("json", "jsonl")


def seconds_of(text: str) -> float:
    """Read `5m`, `30s`, `1.5h` or plain seconds; raise InvalidValue for anything else and for zero."""
    match = _DURATION.fullmatch(text)
    seconds = float(match[1]) * _SECONDS[match[2]] if match else 0.0
    if not 0 < seconds < 1e7:  # noqa: PLR2004  # a third of a year: more is a slip
        raise InvalidValue(f"“{text}” is no time limit.", hint="write it like 30s, 5m or 1h")
    return seconds


def lock_name_of(text: str) -> str:
    """Return the name of a lock, or raise InvalidValue for what could not be a file's name."""
    if not _NAME.fullmatch(text):
        raise InvalidValue(
            f"“{text}” is no name for a lock.",
            why="it has 1 to 64 of a-z, 0-9, dot, dash and underscore",
            hint="for example --lock nightly",
        )
    return text


def add_global_flags(command: click.Command, flags: GlobalFlags) -> None:
    """Let a command, and every verb under it, take the global flags and say so in its help.

    What they say is written into `flags`.
    """
    command.epilog = _EPILOG
    taken = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    command.params.extend(option for option in _options(flags) if not taken & {*option.opts})
    for verb in getattr(command, "commands", {}).values():
        add_global_flags(verb, flags)


def flags_in(words: Iterable[str]) -> GlobalFlags:
    """Guess from the words alone which format was asked for, to tell even a usage error in it."""
    flags, previous = GlobalFlags(), ""
    for word in words:
        if word == "--json":
            flags.output = "json"
        for prefix in ("--output=", "-o"):
            if word.startswith(prefix) and word.removeprefix(prefix) in FORMATS:
                flags.output = word.removeprefix(prefix)
        if previous in ("-o", "--output") and word in FORMATS:
            flags.output = word
        previous = word
    return flags


def _options(flags: GlobalFlags) -> list[click.Option]:
    def value(name: str, *names: str, read: Callable[[Any], Any] = str, choices: tuple[str, ...] = ()) -> click.Option:
        kind = click.Choice(choices) if choices else None
        return click.Option([f"global_{name}", *names], type=kind, callback=_note(flags, name, read), **_HIDDEN)

    def switch(name: str, *names: str) -> click.Option:
        return click.Option([f"global_{name}", *names], is_flag=True, callback=_note(flags, name, bool), **_HIDDEN)

    verbosity, as_json = _note(flags, "verbosity", int), _note(flags, "output", lambda _: "json")
    return [
        value("output", "-o", "--output", choices=FORMATS),
        click.Option(["global_json", "--json"], is_flag=True, callback=as_json, **_HIDDEN),
        switch("quiet", "-q", "--quiet"),
        click.Option(["global_verbose", "-v", "--verbose"], count=True, callback=verbosity, **_HIDDEN),
        value("color", "--color", choices=("auto", "always", "never")),
        switch("yes", "--yes", "-y"),
        value("lock", "--lock", read=lock_name_of),
        value("timeout", "--timeout", read=seconds_of),
        value("context", "--context"),
        switch("exit_nothing", "--exit-nothing"),
    ]


def _note(flags: GlobalFlags, field: str, read: Callable[[Any], Any]) -> Callable[..., None]:
    """Return a callback that writes what was said into a field of the flags."""

    def callback(context: click.Context, parameter: click.Parameter, value: Any) -> None:
        # A default must not take back what the same flag said before the verb.
        source = context.get_parameter_source(parameter.name or "")
        if source is click.core.ParameterSource.COMMANDLINE:
            setattr(flags, field, read(value))

    return callback
