"""The micromart command: finds the noun and hands the rest to its file, and imports nothing it does not need."""

import gc
import os
import sys

from micromart_core import __version__
from micromart_core.core_dumps import leave_no_core_dump
from micromart_core.interrupt import INTERRUPTED

TYPE_CHECKING = False  # known to type checkers by this name; typing itself would cost a third of the start
if TYPE_CHECKING:
    from micromart_cli.doors import Doors

_HELP = ("--help", "-h")
_WITH_VALUE = ("-o", "--output", "--color", "--lock", "--timeout", "--context")
"""The global flags that take the next word."""
FAILED, CLOSED_PIPE = 1, 141


def main(arguments: list[str] | None = None, doors: "Doors | None" = None) -> int:
    """Run one command line and return its exit code; `doors` lead elsewhere than to this home's shop, in tests."""
    words = sys.argv[1:] if arguments is None else arguments
    if arguments is None:
        leave_no_core_dump()
    gc.disable()  # while modules load there is nothing to collect, and looking costs a tenth of the start
    try:
        code = _main(words, doors)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _forget_stdout()
        return CLOSED_PIPE
    except OSError:  # the verb has told why its output cannot be written; what is left of it goes nowhere
        _forget_stdout()
        return FAILED
    finally:
        gc.enable()
        if arguments is None:
            gc.freeze()  # the process ends now: looking through everything once more would cost a fifth of the run
    return code


def _main(words: list[str], doors: "Doors | None") -> int:
    flags, noun, rest = _split(words)
    if noun is None:
        return _without_noun(flags, doors)
    if any(flag in _HELP for flag in flags):
        rest = [*rest, "--help"]
        flags = [flag for flag in flags if flag not in _HELP]
    from micromart_cli.dispatch import run_noun

    return run_noun(noun, [*flags, *rest], doors)


def _forget_stdout() -> None:
    """Point stdout elsewhere, so that Python's own flush at the end finds an open pipe."""
    try:  # noqa: SIM105  # contextlib alone would cost as much as all of this file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        pass  # not a real file: nothing will flush into the closed pipe


def _split(words: list[str]) -> tuple[list[str], str | None, list[str]]:
    """Part the words into flags before the noun, the noun, and what follows it."""
    position = 0
    while position < len(words) and words[position].startswith("-"):
        position += 2 if words[position] in _WITH_VALUE else 1
    noun = words[position] if position < len(words) else None
    return words[:position], noun, words[position + 1 :]


def _without_noun(flags: list[str], doors: "Doors | None") -> int:
    if "--version" in flags:
        sys.stdout.write(f"micromart {__version__}\n")
        return 0
    from micromart_cli.short_help import short_help

    if any(flag in _HELP for flag in flags):
        sys.stdout.write(short_help())
        return 0
    if sys.stdin.isatty() and sys.stdout.isatty():
        from micromart_cli.dispatch import run_noun

        return run_noun("shop", flags, doors)
    sys.stderr.write(short_help())
    return 2


if __name__ == "__main__":
    sys.exit(main())
