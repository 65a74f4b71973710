"""Ctrl-C at any moment of a run: 130, and not a word of Python's own."""

import _signal  # type: ignore[import-not-found]  # not `signal`: loading that takes 4 ms, in which Ctrl-C is a traceback
import atexit
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import NoReturn

INTERRUPTED = 130
_raised: list[int] = []
_last_acts: list["Callable[[], None]"] = []


def end_with_its_code(program: "Callable[[], int]") -> "NoReturn":
    """Load and run a program, and end the process with the exit code that it returns; 130 when Ctrl-C got out of it."""
    try:
        code = program()
        end_at_once_from_now()
    except KeyboardInterrupt:
        code = INTERRUPTED
    sys.exit(code)


def end_at_once_from_now() -> None:
    """Let Ctrl-C end the process where nothing is begun yet, or all is done."""
    _on_interrupt(_end_at_once)
    sys.unraisablehook = _unraisable


def end_at_once_until_the_last_moment() -> None:
    """Do so from the first line on; what Python does after the last hook of `atexit` is not worth another exit code.

    There it takes our handler away and lets the system's kill the process, but it leaves an ignored signal ignored.
    """
    end_at_once_from_now()
    atexit.register(_on_interrupt, _signal.SIG_IGN)


def interrupt_the_verb_from_now() -> None:
    """Let Ctrl-C raise KeyboardInterrupt once, so that a verb puts away what it has open; a second one ends at once."""
    if _signal.getsignal(_signal.SIGINT) is _end_at_once:  # else somebody runs the verb who minds Ctrl-C himself
        _on_interrupt(_interrupt)


def even_when_ended_at_once(act: "Callable[[], None]") -> "Callable[[], None]":
    """Do this before Ctrl-C ends the process at once; return what forgets it again. It must not fail."""
    _last_acts.append(act)
    return lambda: _last_acts.remove(act)


def was_interrupted() -> bool:
    """True when Ctrl-C was raised, whatever became of it: code that runs while a class is made turns it into a bug."""
    return bool(_raised)


def _on_interrupt(handler: object) -> None:
    if _signal.getsignal(_signal.SIGINT) is not _signal.SIG_IGN:  # as in `micromart ... &` of a script: it stays so
        _signal.signal(_signal.SIGINT, handler)


def _end_at_once(_number: int, _frame: "FrameType | None") -> None:
    for act in _last_acts:
        act()
    os._exit(INTERRUPTED)


def _interrupt(number: int, _frame: "FrameType | None") -> None:
    _raised.append(number)
    _on_interrupt(_end_at_once)
    _let_the_pool_close_in_silence()
    raise KeyboardInterrupt


def _let_the_pool_close_in_silence() -> None:
    """Keep the connection pool from logging a traceback when Ctrl-C falls while it closes a connection.

    It raises the interrupt all the same. Where nothing has loaded `logging`, there is no pool either.
    """
    if logging := sys.modules.get("logging"):
        logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL + 1)


def _unraisable(unraisable: "sys.UnraisableHookArgs") -> None:
    """End at once when Ctrl-C falls where Python could only print and forget it; the database rolls back."""
    if unraisable.exc_type is KeyboardInterrupt:
        _end_at_once(INTERRUPTED, None)
    sys.__unraisablehook__(unraisable)
