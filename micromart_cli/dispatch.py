"""Running one noun: parse, give the verb its session, tell what went wrong, end with the right exit code."""

import io
import os
import sys
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from typer.main import get_command

from micromart_cli.argument_help import tell_arguments
from micromart_cli.doors import Doors
from micromart_cli.errors import tell, tell_bug
from micromart_cli.global_flags import GlobalFlags, add_global_flags, flags_in
from micromart_cli.limits import named_lock, time_limit
from micromart_cli.nouns import BESIDE_THE_DATABASE, NOUNS, nearest_noun
from micromart_cli.session import Session
from micromart_core.errors import InvalidValue, MicroMartError
from micromart_core.home import find_home
from micromart_core.interrupt import interrupt_the_verb_from_now, was_interrupted


class Usage(InvalidValue):
    """The words make no command."""


def run_noun(noun: str, words: list[str], doors: Doors | None = None) -> int:
    """Run `micromart NOUN WORDS` and return the exit code; only KeyboardInterrupt and BrokenPipeError come out."""
    flags, state = GlobalFlags(), None
    _write_whatever_the_terminal_can()
    try:
        home = find_home(os.environ)
        state = home.state
        _refuse_undecodable(words)
        command = _command_of(noun)
        session = Session(home, flags, doors)
        add_global_flags(command, flags)
        _bound(command, [noun], session)
        return _run(command, noun, words, session)
    except MicroMartError as error:
        return tell(error, _known_flags(flags, words))
    except click.ClickException as error:
        return _tell_usage(error, _known_flags(flags, words))
    except (click.Abort, EOFError):
        raise KeyboardInterrupt from None
    except BrokenPipeError:
        raise
    except OSError as error:
        return tell(_system_refused(error), _known_flags(flags, words))
    except Exception as error:  # noqa: BLE001  # the last line before the person: told in one sentence, kept in a file
        return _tell_bug(error, state, flags)


def _tell_bug(error: Exception, state: Path | None, flags: GlobalFlags) -> int:
    """Tell a bug, unless it is what became of Ctrl-C."""
    if was_interrupted():
        raise KeyboardInterrupt from error
    return tell_bug(error, state, flags)


def _write_whatever_the_terminal_can() -> None:
    """Let a terminal without a sign show a question mark, instead of ending the verb."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _refuse_undecodable(words: list[str]) -> None:
    """Raise InvalidValue for words that are no text in this terminal's encoding; no database could keep them."""
    for word in words:
        if not word.isascii() and any("\ud800" <= character <= "\udfff" for character in word):
            raise InvalidValue("An argument is not text.", why="it is not valid UTF-8", hint="type it anew")


def _system_refused(error: OSError) -> MicroMartError:
    where = f"{error.filename}: " if error.filename else ""
    return MicroMartError("The system refused.", why=f"{where}{error.strerror or error}", hint="micromart doctor")


def _command_of(noun: str) -> click.Command:
    if noun not in NOUNS:
        nearest = nearest_noun(noun)
        hint = f"micromart {nearest}" if nearest else "micromart --help"
        raise Usage(f"There is no command “{noun}”.", why="the first word names what it is about", hint=hint)
    command = get_command(import_module(f"micromart_cli.commands.{noun}").app)
    tell_arguments(command)
    return command


def _run(command: click.Command, noun: str, words: list[str], session: Session) -> int:
    try:
        code = _invoke(command, noun, words, session)
        sys.stdout.flush()
        session.deliver_mail()
    finally:
        session.close()
    return code


def _invoke(command: click.Command, noun: str, words: list[str], session: Session) -> int:
    """Parse and run; not by click's own main, which would turn a closed pipe into exit code 1."""
    try:
        with command.make_context(f"micromart {noun}", list(words), obj=session) as context:
            command.invoke(context)
    except click.exceptions.Exit as end:
        return end.exit_code
    return 0


def _bound(command: click.Command, words: list[str], session: Session) -> None:
    """Make every verb run where it can, under the lock and the time limit that were asked for."""
    for name, verb in getattr(command, "commands", {}).items():
        _bound(verb, [*words, name], session)
    if hasattr(command, "commands") or command.callback is None:
        return
    if words[0] in BESIDE_THE_DATABASE:
        command.callback = _only_here(command.callback, " ".join(("micromart", *words)), session)
    command.callback = _within_bounds(command.callback, session)


def _only_here(verb: Callable[..., Any], what: str, session: Session) -> Callable[..., Any]:
    """Make a verb that needs the database refuse, before it opens anything, where that is elsewhere."""

    @wraps(verb)
    def refusing(*args: Any, **kwargs: Any) -> Any:
        session.refuse_elsewhere(what)
        return verb(*args, **kwargs)

    return refusing


def _within_bounds(verb: Callable[..., Any], session: Session) -> Callable[..., Any]:
    @wraps(verb)
    def bounded(*args: Any, **kwargs: Any) -> Any:
        flags: GlobalFlags = session.flags
        with named_lock(_locks(session), flags.lock), time_limit(flags.timeout):
            interrupt_the_verb_from_now()
            session.begin()
            return verb(*args, **kwargs)

    return bounded


def _locks(session: Session) -> Path:
    return session.home.state / "locks"


def _known_flags(flags: GlobalFlags, words: list[str]) -> GlobalFlags:
    """Return the flags; where parsing failed before it reached the format, the one the words name."""
    if flags.output is None:
        flags.output = flags_in(words).output
    return flags


def _argument_meant(error: click.NoSuchOption) -> Usage | None:
    """Return how to give what was tried as an option, but is an argument of this verb."""
    name = error.option_name.lstrip("-").replace("-", "_")
    if error.ctx is None:
        return None
    arguments = [each for each in error.ctx.command.params if isinstance(each, click.Argument)]
    meant = next((each.make_metavar(error.ctx) for each in arguments if each.name == name), None)
    words = " ".join(each.make_metavar(error.ctx) for each in arguments)
    why, hint = f"{meant} is given without it", f"{error.ctx.command_path} {words}"
    return Usage(f"There is no option {error.option_name} here.", why=why, hint=hint) if meant else None


def _tell_usage(error: click.ClickException, flags: GlobalFlags) -> int:
    context = getattr(error, "ctx", None)
    hint = f"{context.command_path} --help" if context else "micromart --help"
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        if flags.is_json:
            return tell(Usage("A verb is missing.", hint=hint), flags)
        sys.stderr.write(error.format_message() + "\n")
        return error.exit_code
    if isinstance(error, click.NoSuchOption) and (meant := _argument_meant(error)):
        return tell(meant, flags)
    if isinstance(error, click.NoSuchOption) and error.option_name[1:2].isdigit():
        return tell(Usage(f"“{error.option_name}” is negative.", why="a number here is 0 or more", hint=hint), flags)
    return tell(Usage(_in_our_words(error.format_message()), hint=hint), flags)


def _in_our_words(told: str) -> str:
    """Return what click says on one line, and of a number what a person would say."""
    return " ".join(told.split()).replace("is not a valid integer range", "is not a whole number")
